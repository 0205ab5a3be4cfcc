import type { PushReason, SimulatedHold, SimulatedQuestion } from '../chase/simulate/simulation.ts'
import type { EntryKind } from './simulation-entries.ts'

/** What a simulated diary says, in one language. */
export type SimulationWords = {
  readonly language: 'es' | 'en'
  /** The name of a business's calendar. */
  readonly calendar: (business: string) => string
  readonly kinds: Readonly<Record<EntryKind, string>>
  readonly onceApproved: string
  readonly toApprove: (message: string | null) => string
  readonly questions: Readonly<Record<Exclude<SimulatedQuestion['reason'], 'approval-needed'>, string>>
  readonly putOff: (stepId: string, because: readonly string[]) => string
  readonly pushes: Readonly<Record<PushReason, string>>
  readonly goesOn: (day: string) => string
  readonly doesNotGo: string
  readonly holdOver: (hold: string) => string
  readonly holdReview: (hold: string) => string
  readonly holds: Readonly<Record<SimulatedHold['kind'], string>>
  readonly paymentLikely: string
  /** Null for a day that is not known. */
  readonly likelyBetween: (earliest: string | null, latest: string | null) => string
}

const ENGLISH: SimulationWords = {
  language: 'en',
  calendar: (business) => `${business}: simulation`,
  kinds: {
    message: 'message', approval: 'approval', call: 'call', letter: 'letter', decision: 'decision', question: 'question',
    postponed: 'postponed', 'hold-review': 'hold-review', 'hold-ends': 'hold-ends', payment: 'payment',
  },
  onceApproved: 'Once a person has approved it.',
  toApprove: (message) => `To approve: ${message ?? 'a message'}`,
  questions: {
    'call-due': 'Call to make',
    'letter-due': 'Letter to draft',
    'decision-due': 'Decision to make',
    'touches-spent': 'Decision to make: enough has been said',
    'promises-spent': 'Decision to make: promises were not kept',
    'credit-covers-balance': 'Credit to look at',
    'no-address': 'Address to find',
    'delivery-unknown': 'Delivery to clear up',
    'pdf-missing': 'PDF to find',
    'reply-unread': 'Reply to read',
    'bank-details-changed': 'Bank details to confirm',
    'message-held': 'Held message to look at',
    'hold-review-due': 'Hold to look at again',
  },
  putOff: (stepId, because) => `${stepId} put off by ${because.join(', then ')}`,
  pushes: {
    'too-soon': 'the gap after the last contact',
    'weekly-cap': 'the cap per 7 days',
    'monthly-cap': 'the cap per 30 days',
    'business-cap': 'the daily cap of the business',
    'call-cap': 'the cap on calls',
    august: 'August',
  },
  goesOn: (day) => `Goes on ${day}.`,
  doesNotGo: 'Does not go in these days.',
  holdOver: (hold) => `No longer silent: ${hold} is over`,
  holdReview: (hold) => `To be looked at again: ${hold}`,
  holds: {
    pause: 'the pause',
    'do-not-chase': 'the word not to chase',
    dispute: 'the dispute',
    promise: 'the promise',
    plan: 'the payment plan',
    snooze: 'the snooze',
    'unread-reply': 'the unread reply',
    'broken-address': 'the broken address',
    'missing-pdf': 'the missing PDF',
    'unknown-delivery': 'the unknown delivery',
    'ledger-reminders': 'the ledger’s own reminders',
    'bank-details': 'the changed bank details',
    'message-held': 'the held message',
    'expected-payment': 'the ledger’s expected payment day',
    'future-payment': 'the payment entered for a later day',
  },
  paymentLikely: 'Payment likely',
  likelyBetween: (earliest, latest) =>
    `Four times in five between ${earliest ?? 'now'} and ${latest ?? 'some later day'}.`,
} // prettier-ignore

const SPANISH: SimulationWords = {
  language: 'es',
  calendar: (business) => `${business}: simulación`,
  kinds: {
    message: 'mensaje', approval: 'aprobación', call: 'llamada', letter: 'carta', decision: 'decisión', question: 'pregunta',
    postponed: 'aplazado', 'hold-review': 'silencio por revisar', 'hold-ends': 'fin del silencio', payment: 'pago',
  },
  onceApproved: 'Cuando una persona lo haya aprobado.',
  toApprove: (message) => `Por aprobar: ${message ?? 'un mensaje'}`,
  questions: {
    'call-due': 'Llamada por hacer',
    'letter-due': 'Carta por redactar',
    'decision-due': 'Decisión por tomar',
    'touches-spent': 'Decisión por tomar: ya se ha insistido bastante',
    'promises-spent': 'Decisión por tomar: no se cumplieron las promesas',
    'credit-covers-balance': 'Abono por revisar',
    'no-address': 'Dirección por encontrar',
    'delivery-unknown': 'Entrega por aclarar',
    'pdf-missing': 'PDF por encontrar',
    'reply-unread': 'Respuesta por leer',
    'bank-details-changed': 'Datos bancarios por confirmar',
    'message-held': 'Mensaje retenido por revisar',
    'hold-review-due': 'Silencio por revisar',
  },
  putOff: (stepId, because) => `${stepId} se aplaza por ${because.join(' y después por ')}`,
  pushes: {
    'too-soon': 'el intervalo tras el último contacto',
    'weekly-cap': 'el tope por 7 días',
    'monthly-cap': 'el tope por 30 días',
    'business-cap': 'el tope diario de la empresa',
    'call-cap': 'el tope de llamadas',
    august: 'agosto',
  },
  goesOn: (day) => `Sale el ${day}.`,
  doesNotGo: 'No sale en estos días.',
  holdOver: (hold) => `Fin del silencio: ${hold}`,
  holdReview: (hold) => `Por revisar: ${hold}`,
  holds: {
    pause: 'la pausa',
    'do-not-chase': 'la orden de no reclamar',
    dispute: 'la disputa',
    promise: 'la promesa',
    plan: 'el plan de pagos',
    snooze: 'el aplazamiento',
    'unread-reply': 'la respuesta sin leer',
    'broken-address': 'la dirección que no funciona',
    'missing-pdf': 'el PDF que falta',
    'unknown-delivery': 'la entrega sin aclarar',
    'ledger-reminders': 'los avisos del programa contable',
    'bank-details': 'el cambio de datos bancarios',
    'message-held': 'el mensaje retenido',
    'expected-payment': 'el día de pago previsto en la contabilidad',
    'future-payment': 'el pago anotado para más adelante',
  },
  paymentLikely: 'Pago probable',
  likelyBetween: (earliest, latest) =>
    `Cuatro de cada cinco veces, entre ${earliest === null ? 'hoy' : `el ${earliest}`} y ${latest === null ? 'más adelante' : `el ${latest}`}.`,
} // prettier-ignore

export const SIMULATION_WORDS: Readonly<Record<'es' | 'en', SimulationWords>> = { es: SPANISH, en: ENGLISH }
