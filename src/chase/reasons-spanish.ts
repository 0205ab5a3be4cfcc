import { weekday } from './day.ts'
import type { Known, ReasonWords } from './reasons.ts'
import type { MessageKind } from './stage.ts'

/** Why, in Spanish. */
export const SPANISH: ReasonWords = {
  day(day, withYear) {
    const date = `${WEEKDAYS[weekday(day) - 1]} ${Number(day.slice(8))} de ${MONTHS[Number(day.slice(5, 7)) - 1]}`
    return withYear ? `${date} de ${Number(day.slice(0, 4))}` : date
  },

  reasons: {
    'step-due': (known) => `Hoy sale ${message(known)}${becauseOfAge(known)}.${people(known)}`,
    'contact-follow-up': (known) =>
      `Hoy sale ${message(known)} como continuación ${known.day('contactOn') ? `del contacto del ${known.day('contactOn')}` : 'del último contacto'}.${people(known)}`,
    'thank-you-due': (known) =>
      `Hoy se agradece el pago${known.day('paidOn') ? ` que llegó el ${known.day('paidOn')}` : ''}.`,
    'promise-reminder-due': (known) =>
      `Hoy se recuerda el pago prometido${known.day('promisedOn') ? ` para el ${known.day('promisedOn')}` : ''}.`,
    'promise-broken': (known) =>
      `Hoy se escribe sobre la promesa${known.day('promisedOn') ? ` para el ${known.day('promisedOn')}` : ''}: ${known.text('promiseState') === 'partly-kept' ? 'solo ha llegado una parte' : 'el pago no ha llegado'}.`,
    'instalment-reminder-due': (known) =>
      `Hoy se recuerda el plazo${known.day('instalmentOn') ? ` que vence el ${known.day('instalmentOn')}` : ' que vence pronto'}.`,
    'instalment-missed': (known) =>
      `Hoy se escribe sobre el plan de pagos: el plazo${known.day('instalmentOn') ? ` del ${known.day('instalmentOn')}` : ''} no ha llegado.`,
    'right-person-unsure': (known) => {
      const silences = known.number('silences')
      return `Hoy se pregunta, sin citar importes, quién es la persona adecuada: ${silences ? `${count(silences, 'mensaje')} sin respuesta` : 'la dirección usada hasta ahora no funciona'}.`
    },
    'statement-due': () => 'Hoy sale el extracto de cuenta.',
    'answer-requested': () => 'Hoy sale el mensaje que pidió una persona o una respuesta.',

    'approval-needed': (known) =>
      `Espera a que una persona apruebe ${message(known)}${becauseOfAge(known)}.${people(known)}`,
    'call-due': (known) => `Toca que una persona llame al cliente${becauseOfAge(known)}.`,
    'decision-due': (known) => `Una persona decide cómo seguir: los mensajes no han traído el pago${andAge(known)}.`,
    'credit-covers-balance': () =>
      'No se envía nada: el cliente tiene saldo a favor sin aplicar que cubre lo vencido, y conviene que una persona lo revise antes.',
    'no-address': (known) =>
      `Toca ${message(known)}, pero este cliente no tiene ninguna dirección de correo que funcione.`,
    'delivery-unknown': () =>
      'La conexión se cortó mientras salía el último mensaje: una persona debe decir si llegó antes de que se envíe nada más.',
    'pdf-missing': () =>
      'El mensaje queda retenido porque no se puede obtener del programa contable el PDF de una factura.',
    'letter-due': (known) =>
      `Toca preparar el borrador de una carta formal para que una persona lo revise${becauseOfAge(known)}.`,
    'touches-spent': (known) =>
      `Una persona decide cómo seguir: ya ha habido ${count(known.number('touches') ?? 0, 'contacto')} sobre esta deuda, y son bastantes${andAge(known)}.`,
    'promises-spent': (known) =>
      `Una persona decide si cuenta una promesa más: ya ${known.number('brokenPromises') === 1 ? 'hay 1 incumplida' : `hay ${known.number('brokenPromises') ?? 0} incumplidas`}.`,
    'reply-unread': () => 'Todo espera: el cliente ha contestado, y una persona debe leerlo antes.',
    'bank-details-changed': () =>
      'Todo espera: la cuenta de pago no es la del último mensaje, o el PDF de una factura indica otra, y una persona debe confirmar cuál vale.',
    'message-held': () => 'El mensaje queda retenido: no pasó una comprobación, y una persona debe verlo.',
    'hold-review-due': (known) =>
      `Una persona debe decir si esto sigue en pie${known.day('reviewOn') ? `: había que revisarlo el ${known.day('reviewOn')}` : ''}.`,

    'nothing-open': () => 'Nada que reclamar: el cliente no tiene facturas pendientes.',
    'nothing-due-yet': (known) =>
      `No hay nada vencido${known.until ? `; el próximo paso es el ${known.until}` : ''}${shifted(known)}.`,
    'customer-archived': () => 'No se envía nada: el cliente está archivado en el programa contable.',
    'sequence-finished': () => 'No queda ningún paso antes del vencimiento y no hay nada vencido.',
    'all-disputed': (known) =>
      `No se envía nada mientras ${known.number('disputed') === null ? 'el cliente discuta lo que debe' : 'todas las facturas pendientes estén en disputa'}${till(known)}.`,
    'left-alone': () => 'No se envía nada: lo vencido es demasiado poco para escribir por ello.',
    excluded: () => 'No se envía nada: una persona apartó todas las facturas pendientes.',

    'not-connected': () => 'Todo espera: no hay ningún programa contable conectado.',
    'reconnect-needed': () => 'Todo espera: su titular tiene que renovar la conexión con el programa contable.',
    'books-stale': (known) => {
      const hours = known.number('hoursSinceSync')
      if (hours === null) return 'Todo espera: todavía no se han leído los libros.'
      return `Todo espera: los libros se leyeron por última vez hace ${count(Math.floor(hours), 'hora')}, demasiado para fiarse de ellos.`
    },
    'database-unconfirmed': () =>
      'Todo espera: esta base de datos se restauró o se copió, y una persona debe confirmar antes que puede enviar.',
    'ledger-reminders': () =>
      'Todo espera: el programa contable envía sus propios avisos, y a nadie hay que escribirle dos veces.',

    stopped: () => 'Todo espera: una persona ha detenido todos los mensajes de esta empresa.',
    paused: (known) =>
      `En pausa por decisión de una persona${known.until ? `; se reanuda el ${known.until}` : ' hasta que alguien la termine'}.`,
    promised: (known) =>
      known.until
        ? `Espera hasta el ${known.until}: hay una promesa de pago para antes de ese día.`
        : 'Espera: hay una promesa de pago.',
    'do-not-chase': (known) =>
      `No se le reclama por decisión de una persona${known.until ? `; eso termina el ${known.until}` : ''}.`,
    snoozed: (known) => `Aplazado por una persona${known.until ? ` hasta el ${known.until}` : ''}.`,
    'on-plan': (known) =>
      `Espera: el cliente paga según un plan${known.until ? `; el próximo plazo se mira el ${known.until}` : ''}.`,

    'step-not-due-yet': (known) =>
      known.until
        ? `Espera hasta el ${known.until}: ese día toca el próximo paso${shifted(known)}.`
        : `Todavía no toca el próximo paso${shifted(known)}.`,
    spared: (known) => {
      const [days, paid] = [known.number('usualDays'), known.number('paidInvoices')]
      const usually = days === null ? 'tarde' : `hasta ${count(days, 'día')} después del vencimiento`
      const from = paid === null ? '' : ` (facturas pagadas: ${paid})`
      return `${waits(known)}: suele pagar por sí solo ${usually}${from}, así que se le escribe cuando haya pasado su día habitual${shifted(known)}.`
    },
    'not-a-sending-day': (known) => `Los mensajes solo salen en días hábiles${nextTime(known)}.`,
    'outside-hours': (known) => `Los mensajes solo salen en horario de oficina${nextTime(known)}.`,
    'too-soon': (known) => {
      if (known.text('limitOf') !== null) return `${waits(known)}: ${whose(known)} ha recibido un mensaje hace poco.`
      const last = known.day('lastContactOn')
      const gap = known.number('gapBusinessDays')
      const lastWent = last ? `el último mensaje salió el ${last}` : 'hace poco que salió un mensaje'
      const between = gap ? ` y entre mensajes ${gap === 1 ? 'pasa' : 'pasan'} al menos ${businessDays(gap)}` : ''
      return `${waits(known)}: ${lastWent}${between}.`
    },
    'weekly-cap': (known) => `${waits(known)}: ${whose(known)} ya ha recibido los mensajes que se permiten en 7 días.`,
    'monthly-cap': (known) =>
      `${waits(known)}: ${whose(known)} ya ha recibido los mensajes que se permiten en 30 días.`,
    august: (known) =>
      `${waits(known)}: en agosto ${known.text('august') === 'silent' ? 'no se escribe a nadie' : 'no se reclama a nadie lo vencido'}.`,
    'call-cap': (known) => `${waits(known)}: al cliente ya se le ha llamado las veces que se permiten en 7 días.`,
    'business-cap': (known) => `${waits(known)}: hoy ya han salido los mensajes que se permiten al día.`,

    paid: () => 'No se ha enviado: una de sus facturas se ha pagado, abonado o anulado desde que se preparó.',
    'balance-changed': () => 'No se ha enviado: ha cambiado lo pendiente de una de sus facturas desde que se preparó.',
    'due-day-changed': () =>
      'No se ha enviado: ha cambiado el vencimiento de una de sus facturas desde que se preparó.',
    'other-items': () => 'No se ha enviado: ya no cubre exactamente las facturas que toca reclamar.',
    'other-step': () => 'No se ha enviado: desde que se preparó, el paso adecuado ha pasado a ser otro.',
    'address-changed': () => 'No se ha enviado: la dirección para la que se preparó ya no es la correcta.',
    'mode-observe': () => 'No se ha enviado: en esta empresa Puntual solo observa.',
    'approval-missing': () => 'No se ha enviado: antes tiene que aprobarlo una persona.',
  },

  segments: {
    'set-by-person': () => 'Una persona eligió cómo se trata a este cliente.',
    'ledger-group': (known) =>
      `Estratégico porque pertenece al grupo «${known.text('group') ?? ''}» del programa contable.`,
    'first-invoice-recent': (known) => {
      const firstOn = known.day('firstInvoiceOn')
      return `Nuevo porque su primera factura es ${firstOn ? `del ${firstOn}` : 'reciente'}.`
    },
    'never-paid': () => 'Nuevo porque todavía no ha pagado ninguna factura.',
    'own-record': (known) =>
      `Paga tarde por costumbre: ${known.number('settledLate') ?? 0} de ${known.number('settledInvoices') ?? 0} facturas pagadas llegaron tarde, por lo general con un máximo de ${count(known.number('habitDays') ?? 0, 'día')}.`,
    'nothing-special': () => 'Habitual porque nada lo distingue.',
  },

  flipDay: (day, cause) => `Cambia el ${day}: ${cause}.`,
  flipCauses: {
    'step-falls-due': 'toca el próximo paso',
    'usual-day-passes': 'ha pasado su día habitual de pago',
    'pause-ends': 'termina la pausa',
    'do-not-chase-ends': 'se le puede volver a reclamar',
    'snooze-ends': 'deja de estar aplazado',
    'dispute-ends': 'termina la disputa',
    'promise-lapses': 'vence la promesa si el pago no ha llegado',
    'instalment-falls-due': 'el plazo cuenta como impagado si no ha llegado',
    'gap-is-over': 'han pasado bastantes días desde el último contacto',
    'weekly-cap-lifts': 'los 7 días permiten otro mensaje',
    'monthly-cap-lifts': 'los 30 días permiten otro mensaje',
    'call-cap-lifts': 'los 7 días permiten otra llamada',
    'new-day': 'empiezan los mensajes de otro día',
    'sending-day-comes': 'vuelven a poder salir mensajes',
    'august-ends': 'termina agosto',
  },
  flipEvents: {
    payment: 'Un pago en el programa contable lo cambia.',
    'new-invoice': 'Una factura nueva lo cambia.',
    'balance-grows': 'Un saldo mayor lo cambia.',
    'person-holds': 'Una pausa, una disputa o una promesa lo cambian.',
    'person-ends-hold': 'Una persona puede terminarlo en cualquier momento.',
    'person-lifts-stop': 'Lo cambia que una persona levante la parada.',
    'person-approves': 'Lo cambia que una persona apruebe el mensaje.',
    'person-decides': 'Lo cambia la decisión de una persona.',
    'call-logged': 'Lo cambia anotar la llamada.',
    'letter-sent': 'Lo cambia ocuparse de la carta.',
    'reply-triaged': 'Lo cambia que una persona lea la respuesta.',
    'credit-applied': 'Lo cambia aplicar el saldo a favor en el programa contable.',
    'address-added': 'Lo cambia una dirección que funcione.',
    'delivery-answered': 'Lo cambia que una persona diga si llegó el mensaje.',
    'pdf-found': 'Lo cambia que aparezca el PDF.',
    'bank-details-confirmed': 'Lo cambia que una persona confirme los datos bancarios.',
    'message-released': 'Lo cambia que una persona mire el mensaje.',
    'hold-reviewed': 'Lo cambia que una persona diga si sigue en pie.',
    'invoice-included': 'Lo cambia volver a incluir una factura.',
    'ledger-connected': 'Lo cambia conectar un programa contable.',
    'ledger-reconnected': 'Lo cambia renovar la conexión.',
    'books-read': 'Lo cambia leer los libros.',
    'database-confirmed': 'Lo cambia que una persona confirme esta base de datos.',
    'ledger-reminders-off': 'Lo cambia apagar los avisos del propio programa contable.',
    'customer-restored': 'Lo cambia restaurar al cliente en el programa contable.',
  },
}

const WEEKDAYS = ['lunes', 'martes', 'miércoles', 'jueves', 'viernes', 'sábado', 'domingo']

const MONTHS = [
  'enero',
  'febrero',
  'marzo',
  'abril',
  'mayo',
  'junio',
  'julio',
  'agosto',
  'septiembre',
  'octubre',
  'noviembre',
  'diciembre',
]

const MESSAGES: Readonly<Record<MessageKind, string>> = {
  'before-due': 'el aviso previo al vencimiento',
  'due-day': 'el mensaje del día de vencimiento',
  'first-overdue': 'el recordatorio cordial',
  firm: 'el recordatorio firme',
  serious: 'el mensaje serio',
  urgent: 'el mensaje urgente',
  final: 'el último aviso',
  'thank-you': 'el agradecimiento',
  'promise-confirmed': 'la confirmación de la promesa',
  'promise-reminder': 'el recordatorio de la promesa',
  'promise-broken': 'el mensaje sobre la promesa incumplida',
  'plan-offer': 'la propuesta de plan de pagos',
  'plan-confirmed': 'la confirmación del plan de pagos',
  'plan-instalment': 'el recordatorio del plazo',
  'plan-missed': 'el mensaje sobre el plazo impagado',
  'query-received': 'la respuesta a la consulta',
  statement: 'el extracto de cuenta',
  'right-person': 'la pregunta por la persona adecuada',
}

const message = (known: Known): string => (known.message ? MESSAGES[known.message] : 'el próximo mensaje')

const becauseOfAge = (known: Known): string => (age(known) ? `: ${age(known)}` : '')

const andAge = (known: Known): string => (age(known) ? `, y ${age(known)}` : '')

function age(known: Known): string {
  const dueOn = known.day('anchorDueOn')
  const days = known.number('daysOverdue')
  if (!dueOn || days === null) return ''
  if (days > 0) return `la factura más antigua venció el ${dueOn}, hace ${count(days, 'día')}`
  if (days === 0) return 'la factura más antigua vence hoy'
  return `la factura más antigua vence el ${dueOn}, dentro de ${count(-days, 'día')}`
}

/** Who signs and who gets a copy, where the step asks for more than usual. */
function people(known: Known): string {
  const [signedBy, copyTo] = [known.text('signedBy'), known.text('copyTo')]
  const signs: Readonly<Record<string, string>> = {
    senior: ' Lo firma el remitente superior.',
    'nobody-senior': ' Los ajustes no nombran remitente superior, así que lo firma el de siempre.',
  }
  const copy =
    copyTo === 'nobody'
      ? ' El cliente no tiene contacto para copias, así que nadie la recibe.'
      : ` ${copyTo} recibe copia.`
  return `${signs[signedBy ?? ''] ?? ''}${copyTo === null ? '' : copy}`
}

/** Whose patience a limit is about. */
const whose = (known: Known): string =>
  known.text('limitOf') === null ? 'el cliente' : `${known.text('limitOf')}, que recibiría copia,`

/** What a person said that moves the steps. */
function shifted(known: Known): string {
  const [delay, run] = [known.number('delayDays'), known.number('paymentRunDay')]
  const said = [
    ...(delay ? [`cada paso se retrasa ${count(delay, 'día')}, como dijo una persona`] : []),
    ...(run ? [`tras el vencimiento los pasos esperan a que pague, el día ${run} de cada mes`] : []),
  ]
  return said.length === 0 ? '' : ` (${said.join('; ')})`
}

const waits = (known: Known): string => (known.until ? `Espera hasta el ${known.until}` : 'Espera')

const till = (known: Known): string => (known.until ? `, como mucho hasta el ${known.until}` : '')

const nextTime = (known: Known): string => (known.until ? `: el próximo es el ${known.until}` : '')

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

const businessDays = (number: number): string => (number === 1 ? '1 día hábil' : `${number} días hábiles`)
