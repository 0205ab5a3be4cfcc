import type { PolicyWords } from './words.ts'

const many = (value: string | number | undefined, one: string, several: string): string =>
  `${value} ${Number(value) === 1 ? one : several}`

const LIMITS: Readonly<Record<string, string>> = {
  'too-soon': 'la pausa entre mensajes',
  'weekly-cap': 'el tope de 7 días',
  'monthly-cap': 'el tope de 30 días',
  'call-cap': 'el tope de llamadas',
  gap: 'la pausa entre mensajes',
  weekly: 'el tope de 7 días',
  monthly: 'el tope de 30 días',
  calls: 'el tope de llamadas',
}
const WEEKDAYS = ['', 'un lunes', 'un martes', 'un miércoles', 'un jueves', 'un viernes', 'un sábado', 'un domingo']
const onDay = ({ weekday }: Readonly<Record<string, string | number>>): string =>
  WEEKDAYS[Number(weekday)] ?? 'algunos días'
const TYPES: Readonly<Record<string, string>> = {
  number: 'un número',
  int: 'un número entero',
  string: 'un texto',
  boolean: 'true o false',
  array: 'una lista',
  object: 'un apartado con claves',
}
const LANGUAGES: Readonly<Record<string, string>> = { es: 'español', en: 'inglés' }

export const POLICY_SPANISH: PolicyWords = {
  faults: {
    'not-yaml': ({ message }) => `Esto no es YAML: ${message}`,
    'key-twice': () => 'Esta clave está dos veces en el mismo apartado.',
    'not-a-map': () => 'Un archivo de política es una lista de claves que empieza por «version: 1».',
    alias: () => 'En los archivos de política no se usan anclas, alias ni etiquetas: escriba el valor entero.',
    'unknown-key': ({ key }) => `Aquí no existe la clave «${key}».`,
    'key-missing': ({ key }) => `Falta la clave «${key}».`,
    'wrong-type': ({ expected }) => `Esto tiene que ser ${TYPES[String(expected)] ?? expected}.`,
    'not-allowed': ({ allowed }) => `Aquí se admite: ${allowed}.`,
    'too-small': ({ least, of }) =>
      of === 'number' || of === 'int' ? `El mínimo es ${least}.` : `Hacen falta al menos ${least}.`,
    'too-large': ({ most, of }) =>
      of === 'number' || of === 'int' ? `El máximo es ${most}.` : `Caben como mucho ${most}.`,
    'wrong-form': ({ value }) => `«${value}» no está escrito como debe; docs/POLICY-FILE.md enseña cómo.`,
    'too-many-decimals': ({ value }) => `«${value}» tiene más decimales que la moneda.`,
    'currency-twice': () => 'Esta moneda ya está en la lista.',
    twice: () => 'Esto ya está en la lista.',
    'no-such-day': ({ value }) => `No existe el día ${value}.`,
    'too-long': ({ most }) => `Un archivo de política tiene como mucho ${most} caracteres.`,
  },
  rules: {
    'id-twice': ({ stepId }) => `Dos pasos de esta secuencia se llaman «${stepId}».`,
    'message-without-stage': ({ stepId }) => `Al correo «${stepId}» le falta la etapa, su tono.`,
    'stage-without-message': ({ stepId }) => `«${stepId}» no es un correo de la escalera y por eso no lleva etapa.`,
    'window-reversed': ({ stepId }) => `El plazo de «${stepId}» acaba antes de empezar.`,
    'days-not-ascending': ({ stepId, previousStepId }) =>
      previousStepId
        ? `«${stepId}» tiene que venir después de «${previousStepId}».`
        : `«${stepId}» necesita al menos un día desde lo que le precede.`,
    'counts-from-nothing': ({ stepId }) => `«${stepId}» cuenta desde el paso anterior, y no hay ninguno.`,
    'repeat-overlaps': ({ stepId, nextStepId }) =>
      `La repetición ${stepId} no acaba antes de que empiece «${nextStepId}».`,
    'not-in-a-month': ({ stepId }) => `Los días de «${stepId}» no son días de un mes (1 a 31).`,
    'balance-impossible': ({ stepId, currency }) =>
      `«${stepId}» no es para nadie: su saldo mínimo en ${currency} supera al máximo.`,
    'too-many-steps': ({ steps, most }) =>
      `La secuencia tiene ${steps} pasos con sus repeticiones, o demasiados límites distintos: más de ${most} pasos no se pueden comprobar.`,
    'end-is-not-a-decision': () => 'El último paso tiene que ser una decisión: después solo actúa una persona.',
    'end-not-for-every-balance': ({ stepId }) =>
      `Hay saldos que acaban sin la decisión «${stepId}»: quítele los límites.`,
    'tone-softens': ({ stepId, previousStepId }) => `«${stepId}» es más suave que «${previousStepId}», que va antes.`,
    'final-twice': () => 'El último aviso se envía una sola vez.',
    'final-without-approval': ({ stepId }) => `El último aviso «${stepId}» necesita approval: true.`,
    'letter-without-ground': ({ stepId }) =>
      `La carta «${stepId}» reclama el pago formalmente: declare el fundamento legal-action.`,
    'strategic-before-due': ({ stepId }) =>
      `Los clientes estratégicos no reciben nada antes del vencimiento; «${stepId}» puede llegar antes.`,
    'never-taken': ({ stepId }) => `«${stepId}» no puede darse nunca.`,
    'window-without-sending-day': (facts) =>
      facts['month']
        ? `En algunos meses el plazo de «${facts['stepId']}» no tiene ningún día de envío: alárguelo.`
        : `Si la factura vence ${onDay(facts)}, el plazo de «${facts['stepId']}» no tiene ningún día de envío: alárguelo.`,
    'left-out': (facts) => `Si la factura vence ${onDay(facts)}, «${facts['stepId']}» se salta por el paso siguiente.`,
    'off-its-day': (facts) =>
      `Si la factura vence ${onDay(facts)}, ${LIMITS[String(facts['because'])] ?? 'un límite'} saca a «${facts['stepId']}» de su día.`,
    'touches-cut': ({ stepId, touches }) =>
      `Nunca se llega a «${stepId}»: tras ${many(touches, 'contacto', 'contactos')} decide una persona.`,
    'tone-never-reached': ({ stepId, stage }) =>
      `«${stepId}» nunca se escribe como ${stage}: el tono sube de escalón en escalón.`,
    'limit-broken': ({ stepId, limit }) =>
      `En algún recorrido «${stepId}» incumple ${LIMITS[String(limit)] ?? 'un límite'}.`,
    'tone-too-fast': ({ stepId }) => `En algún recorrido «${stepId}» sube el tono más de un escalón.`,
    'dead-end': ({ stepId }) => `Algún recorrido acaba en «${stepId}» sin que decida una persona.`,
    'window-empty': () => 'La franja de envío acaba antes de empezar.',
    'window-wide': () => 'Podrían salir mensajes antes de las 8:00 o después de las 19:00; hay países que lo prohíben.',
    'no-sending-day': ({ days, most }) => `Hay ${days} días seguidos sin día de envío; el máximo es ${most}.`,
    'closing-days-reversed': ({ name }) => `Los días de cierre «${name}» acaban antes de empezar.`,
    'caps-contradict': ({ per30, per7 }) => `Un máximo de ${per30} en 30 días es menos que uno de ${per7} en 7 días.`,
    'ground-without-reference': ({ consequence }) => `El fundamento de ${consequence} no nombra cláusula ni artículo.`,
    'agreed-without-contract': ({ consequence }) =>
      `El fundamento de ${consequence} es la ley, que fija tipo e importe: quite los pactados o nombre el contrato.`,
    'agreed-terms-missing': ({ consequence }) =>
      `El fundamento de ${consequence} es el contrato, pero no dice qué se pactó: ningún mensaje dará un importe.`,
    'discount-without-consent': () =>
      'Una oferta convierte el aviso en publicidad: declare el consentimiento discount-offers.',
    'discount-never-offered': () =>
      'Ninguna secuencia tiene un mensaje antes del vencimiento o en su día, donde ofrecer el descuento.',
    'resume-before-overdue': ({ stage }) =>
      `Tras un acuerdo roto el tono no puede seguir en ${stage}: el dinero ya está vencido.`,
    'resume-has-no-step': ({ segment, stage }) =>
      `La secuencia ${segment} no tiene ningún mensaje tan firme como ${stage} con el que seguir.`,
    'no-language': () => 'No hay ningún idioma en el que escribir.',
    'wording-missing': ({ message, language }) =>
      `No hay texto de ${message} en ${LANGUAGES[String(language)] ?? language}.`,
    'wording-unknown': ({ name, message, language }) =>
      `${message} no tiene la apertura «${name}» en ${LANGUAGES[String(language)] ?? language}.`,
    'senior-sender-missing': ({ stepId }) =>
      `«${stepId}» lo firma el remitente superior y los ajustes no nombran ninguno: lo firma el de siempre.`,
    'escalation-contact-missing': ({ stepId }) =>
      `«${stepId}» va en copia al contacto del cliente para copias y ningún cliente tiene uno: nadie la recibe.`,
  },
  differences: {
    'step-added': ({ step, sequence, when, what }) => `${sequence}: paso «${step}» añadido (${what}, ${when}).`,
    'step-removed': ({ step, sequence }) => `${sequence}: paso «${step}» eliminado.`,
    'step-moved': ({ step, sequence, from, to }) => `${sequence}: paso «${step}» movido de ${from} a ${to}.`,
    'step-changed': ({ step, sequence, setting, from, to }) =>
      `${sequence}: paso «${step}», ${setting}: ${from} → ${to}.`,
    'steps-reordered': ({ sequence }) => `${sequence}: los pasos van en otro orden.`,
    'setting-changed': ({ setting, from, to }) => `${setting}: ${from} → ${to}.`,
  },
  nothing: 'nada',
  days: (from, to) => (from === to ? `día ${from}` : `días ${from} a ${to}`),
  same: 'No cambia nada: las dos dicen lo mismo.',
  effect: ({ messages, customers, days }) => {
    const who = many(customers, 'cliente', 'clientes')
    if (messages === 0) return `En los próximos ${days} días este cambio envía tantos mensajes como antes.`
    const way = messages > 0 ? 'más' : 'menos'
    return `En los próximos ${days} días este cambio envía ${many(Math.abs(messages), 'mensaje', 'mensajes')} ${way}, a ${who}.`
  },
}
