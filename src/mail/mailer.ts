import type { Day } from '../chase/day.ts'
import type { Money } from '../chase/money.ts'
import type { Stage } from '../chase/standing.ts'

export type Address = { readonly name: string | null; readonly address: string }

export type Attachment = { readonly filename: string; readonly type: string; readonly content: Uint8Array }

/** A frozen message: sending it twice puts the same bytes on the wire. */
export type Email = {
  /** With angle brackets, decided before the first try. */
  readonly messageId: string
  readonly from: Address
  readonly replyTo: Address | null
  readonly to: readonly Address[]
  readonly cc: readonly Address[]
  readonly subject: string
  readonly html: string
  readonly text: string
  readonly attachments: readonly Attachment[]
  readonly inReplyTo: string | null
  readonly references: readonly string[]
  readonly sentAt: Temporal.Instant
  /** Sent without a person's eyes on it: carries `Auto-Submitted: auto-generated` (RFC 3834). */
  readonly unattended: boolean
}

/** The server took the message. Some of several recipients may have been refused all the same. */
export type Delivery = {
  readonly accepted: readonly string[]
  readonly refused: readonly { readonly address: string; readonly code: number; readonly answer: string }[]
  readonly answer: string
}

/**
 * The message was certainly not accepted.
 *
 * `about` says what the server objected to: only `recipient` flags the contact, `login` and `sender` are the
 * business's own set-up, `message` is this message, `connection` is nobody's fault.
 */
export class MailRefused extends Error {
  override readonly name = 'MailRefused'
  readonly about: 'login' | 'sender' | 'recipient' | 'message' | 'connection'
  /** True for 5xx: trying again changes nothing. */
  readonly permanent: boolean
  readonly code: number | null
  /** For `recipient`: which addresses. */
  readonly addresses: readonly string[]

  constructor(
    about: MailRefused['about'],
    message: string,
    details: { permanent: boolean; code?: number | null; addresses?: readonly string[] },
  ) {
    super(message)
    this.about = about
    this.permanent = details.permanent
    this.code = details.code ?? null
    this.addresses = details.addresses ?? []
  }
}

/** The connection ended after the message was handed over and before the server answered. It may have arrived. */
export class MailUnknown extends Error {
  override readonly name = 'MailUnknown'
}

export interface Mailer {
  /** Resolves when the server accepted; throws MailRefused when it certainly did not, MailUnknown when nobody can tell. */
  send(email: Email): Promise<Delivery>
  /** Connects and logs in, for set-up and `doctor`. Throws MailRefused. */
  verify(): Promise<void>
  close(): Promise<void>
}

/** One invoice as a message shows it. Everything here was read from the ledger seconds before. */
export type MessageInvoice = {
  readonly id: string
  readonly number: string | null
  readonly issuedOn: Day | null
  readonly dueOn: Day
  /** The ledger had no due day and the business's default term was used. */
  readonly dueAssumed: boolean
  readonly total: Money
  readonly balance: Money
  readonly payLink: string | null
}

/** The facts a message is made of. A number, name or link that is not here cannot get into the message. */
export type MessageFacts = {
  readonly language: 'es' | 'en'
  /** BCP 47, for money and dates: es-ES, en-GB, … */
  readonly locale: string
  readonly stage: Stage
  readonly today: Day
  readonly customer: { readonly name: string; readonly firstName: string | null; readonly country: string | null }
  readonly business: {
    readonly name: string
    readonly country: string | null
    readonly baseCurrency: string
    readonly sender: { readonly name: string; readonly role: string | null; readonly phone: string | null }
    /** How to pay, as the business set it: free lines such as an IBAN. Null: "as printed on the invoice". */
    readonly paymentDetails: string | null
    /** One factual sentence about late charges, only where the business's terms have them. */
    readonly lateCharges: string | null
  }
  /** The due items, oldest first. */
  readonly invoices: readonly MessageInvoice[]
  /** Other open invoices that are not due yet: shown as "other open balance", one total per currency. */
  readonly otherOpen: readonly Money[]
  /** The day by which an answer is asked for, where the stage states one. */
  readonly deadline: Day | null
  /** Messages of this spell so far: days, for "we wrote on …". */
  readonly previousOn: readonly Day[]
  /** Ids of the invoices whose PDF is attached; the others are offered by link. */
  readonly attachedIds: readonly string[]
  /** Subject of the message this one answers, within a spell; null starts a thread. */
  readonly threadSubject: string | null
  /** Wordings this customer has had before: never picked again while another is left. */
  readonly usedWordings: readonly string[]
  /** Makes the choice of wording repeatable: the chase's id. */
  readonly seed: string
}

export type Composed = {
  /** Which wording was chosen, such as "firm.es.2": stored, so that the next message takes another. */
  readonly wording: string
  readonly subject: string
  readonly html: string
  readonly text: string
}

/** Turns facts into a message. Throws when a template asks for something that the facts do not have. */
export type Compose = (facts: MessageFacts) => Composed

/** A safe file name for an invoice's PDF, and at most `limitBytes` of attachments, oldest invoices first. */
export type PickAttachments = (
  pdfs: readonly { readonly invoiceId: string; readonly number: string | null; readonly content: Uint8Array }[],
  language: 'es' | 'en',
  limitBytes: number,
) => {
  readonly attached: readonly (Attachment & { readonly invoiceId: string })[]
  readonly leftOutIds: readonly string[]
}
