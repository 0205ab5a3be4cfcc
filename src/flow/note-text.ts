import { createHash } from 'node:crypto'
import { decimalOf, decimalPlaces, type Money } from '../chase/money.ts'
import type { MessageKind } from '../chase/stage.ts'

/** What a note says. All of it is known when the outcome is recorded, so a retry writes the same text. */
export type NoteFacts = {
  readonly kind: 'sent' | 'unknown' | 'stopped'
  readonly at: Temporal.Instant
  readonly timeZone: string
  readonly stage: MessageKind
  readonly recipients: readonly string[]
  /** Who got a copy. */
  readonly copies?: readonly string[]
  /** The senior sender's name; absent or null where the usual one signed. */
  readonly signedBy?: string | null
  readonly subject: string
  readonly amount: Money
  readonly attached: boolean
  readonly token: string
}

/** The short mark by which a note is found again: the same for every try at the same note. */
export function noteToken(chaseId: string, invoiceId: string, kind: NoteFacts['kind']): string {
  const digest = createHash('sha256').update(`${chaseId}/${invoiceId}/${kind}`).digest()
  // Crockford's alphabet: nothing to misread when somebody types it into a search field.
  return `PT-${Array.from(digest.subarray(0, 8), (byte) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[byte & 31]).join('')}`
}

/** The line left in the ledger: date, stage, recipient, subject, amount, outcome, token. */
export function noteText(language: 'es' | 'en', facts: NoteFacts): string {
  const words = WORDS[language]
  const when = moment(language, facts)
  const amount = amountIn(language, facts.amount)
  if (facts.kind === 'stopped')
    return `${when} · Puntual · ${words.stopped(words.stages[facts.stage])} [${facts.token}]`
  const outcome = facts.kind === 'sent' ? words.sent : words.unknown
  const { copies = [], signedBy = null } = facts
  const copied = copies.length > 0 ? words.copy(clipped(copies.join(', '), 100)) : ''
  const signed = signedBy === null ? '' : words.signed(clipped(signedBy, 100))
  const message = words.message(
    words.stages[facts.stage],
    `${clipped(facts.recipients.join(', '), 400)}${copied}${signed}`,
    clipped(facts.subject, 250),
  )
  return `${when} · Puntual · ${message} ${words.amount(amount)} ${facts.attached ? `${words.attached} ` : ''}${outcome} [${facts.token}]`
}

/** Room for everything else: the shortest ledger takes 2,000 characters, and a note is read in a narrow column. */
const clipped = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`

const WORDS = {
  es: {
    stages: {
      'before-due': 'Aviso antes del vencimiento',
      'due-day': 'Aviso del día de vencimiento',
      'first-overdue': 'Primer aviso tras el vencimiento',
      firm: 'Segundo aviso',
      serious: 'Reclamación',
      urgent: 'Segunda reclamación',
      final: 'Último aviso amistoso',
      'thank-you': 'Agradecimiento por el pago',
      'promise-confirmed': 'Confirmación de un pago prometido',
      'promise-reminder': 'Recordatorio de un pago prometido',
      'promise-broken': 'Pregunta por un pago prometido',
      'plan-offer': 'Propuesta de plan de pagos',
      'plan-confirmed': 'Confirmación de un plan de pagos',
      'plan-instalment': 'Recordatorio de un plazo',
      'plan-missed': 'Aviso de plazo no pagado',
      'query-received': 'Acuse de recibo de una consulta',
      statement: 'Extracto de cuenta',
      'right-person': 'Pregunta por el contacto correcto',
    },
    message: (stage: string, to: string, subject: string) => `${stage} por correo a ${to}, asunto «${subject}».`,
    copy: (to: string) => `, con copia a ${to}`,
    signed: (name: string) => `, firmado por ${name}`,
    amount: (amount: string) => `Pendiente en esta factura: ${amount}.`,
    attached: 'PDF adjunto.',
    sent: 'Aceptado por el servidor de correo.',
    unknown: 'La conexión se cortó al enviarlo: puede haber llegado. No se repite sin que lo decida una persona.',
    stopped: (stage: string) =>
      `Pago recibido: no se envían más avisos por esta factura (último: ${stage.toLowerCase()}).`,
  },
  en: {
    stages: {
      'before-due': 'Reminder before the due date',
      'due-day': 'Reminder on the due date',
      'first-overdue': 'First reminder after the due date',
      firm: 'Second reminder',
      serious: 'Request for payment',
      urgent: 'Second request for payment',
      final: 'Final friendly notice',
      'thank-you': 'Thanks for payment',
      'promise-confirmed': 'Confirmation of a promised payment',
      'promise-reminder': 'Reminder of a promised payment',
      'promise-broken': 'Question about a promised payment',
      'plan-offer': 'Offer of a payment plan',
      'plan-confirmed': 'Confirmation of a payment plan',
      'plan-instalment': 'Reminder of an instalment',
      'plan-missed': 'Message about a missed instalment',
      'query-received': 'Acknowledgement of a query',
      statement: 'Statement of account',
      'right-person': 'Question for the right contact',
    },
    message: (stage: string, to: string, subject: string) => `${stage} e-mailed to ${to}, subject “${subject}”.`,
    copy: (to: string) => `, with a copy to ${to}`,
    signed: (name: string) => `, signed by ${name}`,
    amount: (amount: string) => `Outstanding on this invoice: ${amount}.`,
    attached: 'PDF attached.',
    sent: 'Accepted by the mail server.',
    unknown:
      'The connection broke while sending: it may have arrived. It will not be repeated unless a person says so.',
    stopped: (stage: string) =>
      `Payment received: no more reminders for this invoice (last one: ${stage.toLowerCase()}).`,
  },
} as const

/** "4 mar 2026, 9:05": where the business is. */
const moment = (language: 'es' | 'en', { at, timeZone }: NoteFacts): string => clockOf(language, timeZone).format(at)

const CLOCKS = new Map<string, Intl.DateTimeFormat>()
const MOST_CLOCKS = 100

/** To make one takes a hundred times as long as to use it. */
function clockOf(language: 'es' | 'en', timeZone: string): Intl.DateTimeFormat {
  const key = `${language} ${timeZone}`
  const known = CLOCKS.get(key)
  if (known) return known
  const clock = new Intl.DateTimeFormat(language === 'es' ? 'es-ES' : 'en-GB', {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  })
  if (CLOCKS.size >= MOST_CLOCKS) CLOCKS.clear()
  CLOCKS.set(key, clock)
  return clock
}

/** With the ISO code: a bookkeeper with several currencies must not have to guess. */
function amountIn(language: 'es' | 'en', amount: Money): string {
  const digits = decimalPlaces(amount.currency)
  const number = new Intl.NumberFormat(language === 'es' ? 'es-ES' : 'en-GB', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: true,
  }).format(decimalOf(amount))
  return `${number} ${amount.currency}`
}
