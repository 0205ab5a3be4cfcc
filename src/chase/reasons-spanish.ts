import { weekday } from './day.ts'
import type { Known, ReasonWords } from './reasons.ts'
import type { Stage } from './standing.ts'

/** Why, in Spanish. */
export const SPANISH: ReasonWords = {
  day(day, withYear) {
    const date = `${WEEKDAYS[weekday(day) - 1]} ${Number(day.slice(8))} de ${MONTHS[Number(day.slice(5, 7)) - 1]}`
    return withYear ? `${date} de ${Number(day.slice(0, 4))}` : date
  },

  reasons: {
    'step-due': (known) => `Hoy sale ${message(known)}${becauseOfAge(known)}.`,

    'approval-needed': (known) => `Espera a que una persona apruebe ${message(known)}${becauseOfAge(known)}.`,
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

    'nothing-open': () => 'Nada que reclamar: el cliente no tiene facturas pendientes.',
    'nothing-due-yet': (known) => `No hay nada vencido${known.until ? `; el próximo paso es el ${known.until}` : ''}.`,
    'customer-archived': () => 'No se envía nada: el cliente está archivado en el programa contable.',
    'sequence-finished': () => 'No queda ningún paso antes del vencimiento y no hay nada vencido.',
    'all-disputed': (known) =>
      `No se envía nada mientras ${known.number('disputed') === null ? 'el cliente discuta lo que debe' : 'todas las facturas pendientes estén en disputa'}${till(known)}.`,

    'not-connected': () => 'Todo espera: no hay ningún programa contable conectado.',
    'reconnect-needed': () => 'Todo espera: su titular tiene que renovar la conexión con el programa contable.',
    'books-stale': (known) => {
      const hours = known.number('hoursSinceSync')
      if (hours === null) return 'Todo espera: todavía no se han leído los libros.'
      return `Todo espera: los libros se leyeron por última vez hace ${count(Math.floor(hours), 'hora')}, demasiado para fiarse de ellos.`
    },
    'database-unconfirmed': () =>
      'Todo espera: esta base de datos se restauró o se copió, y una persona debe confirmar antes que puede enviar.',

    stopped: () => 'Todo espera: una persona ha detenido todos los mensajes de esta empresa.',
    paused: (known) =>
      `En pausa por decisión de una persona${known.until ? `; se reanuda el ${known.until}` : ' hasta que alguien la termine'}.`,
    promised: (known) =>
      known.until
        ? `Espera hasta el ${known.until}: hay una promesa de pago para antes de ese día.`
        : 'Espera: hay una promesa de pago.',

    'step-not-due-yet': (known) =>
      known.until
        ? `Espera hasta el ${known.until}: ese día toca el próximo paso.`
        : 'Todavía no toca el próximo paso.',
    'not-a-sending-day': (known) => `Los mensajes solo salen en días hábiles${nextTime(known)}.`,
    'outside-hours': (known) => `Los mensajes solo salen en horario de oficina${nextTime(known)}.`,
    'too-soon': (known) => {
      const last = known.day('lastContactOn')
      const gap = known.number('gapBusinessDays')
      const lastWent = last ? `el último mensaje salió el ${last}` : 'hace poco que salió un mensaje'
      const between = gap ? ` y entre mensajes ${gap === 1 ? 'pasa' : 'pasan'} al menos ${businessDays(gap)}` : ''
      return `${waits(known)}: ${lastWent}${between}.`
    },
    'weekly-cap': (known) => `${waits(known)}: el cliente ya ha recibido los mensajes que se permiten en 7 días.`,
    'monthly-cap': (known) => `${waits(known)}: el cliente ya ha recibido los mensajes que se permiten en 30 días.`,

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

const MESSAGES: Readonly<Record<Stage, string>> = {
  'before-due': 'el aviso previo al vencimiento',
  'due-day': 'el mensaje del día de vencimiento',
  'first-overdue': 'el recordatorio cordial',
  firm: 'el recordatorio firme',
  serious: 'el mensaje serio',
  final: 'el último aviso',
}

const message = ({ stage }: Known): string => (stage ? MESSAGES[stage] : 'el próximo mensaje')

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

const waits = (known: Known): string => (known.until ? `Espera hasta el ${known.until}` : 'Espera')

const till = (known: Known): string => (known.until ? `, como mucho hasta el ${known.until}` : '')

const nextTime = (known: Known): string => (known.until ? `: el próximo es el ${known.until}` : '')

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

const businessDays = (number: number): string => (number === 1 ? '1 día hábil' : `${number} días hábiles`)
