import type { Finding } from '../chase/guards/finding.ts'
import type { VariantChoice } from '../chase/variant-choice.ts'
import type { MessageFacts } from './message-facts.ts'

export type * from './message-facts.ts'

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

/**
 * Milliseconds until a message may no longer begin to leave; none left: too late. Asked again at every turn, so the
 * clock is the caller's.
 */
export type TimeLeft = () => number

export interface Mailer {
  /**
   * Resolves when the server accepted; throws MailRefused when it certainly did not, MailUnknown when nobody can tell.
   *
   * With `timeLeft`, the message does not begin to leave once the time is up, however far the server has come with its
   * greeting, the login or the envelope: that is a MailRefused about the connection, for now. A message that has
   * begun in time is finished.
   */
  send(email: Email, timeLeft?: TimeLeft): Promise<Delivery>
  /** Connects and logs in, for set-up and `doctor`. Throws MailRefused. */
  verify(): Promise<void>
  close(): Promise<void>
}

export type Composed = {
  /** Which wording was chosen, such as "firm.es.2": stored, so that the next message takes another. */
  readonly wording: string
  /** What was chosen by chance and among what, for comparing wordings later; absent where nobody chose. */
  readonly choice?: VariantChoice
  readonly subject: string
  readonly html: string
  readonly text: string
}

/** Turns facts into a message. Throws when a template asks for something that the facts do not have. */
export type Compose = (facts: MessageFacts) => Composed

export type { Finding } from '../chase/guards/finding.ts'

/** A message that was sent, as its reader had it. */
export type SentMessage = { readonly subject: string; readonly text: string }

/** What this customer was sent before, oldest first. */
export type MessageHistory = {
  /** In the running spell: "last notice" is said once in it. */
  readonly inSpell: readonly SentMessage[]
  /** The last few to the same person, in any spell: a new one must not read like one of them. */
  readonly recent: readonly SentMessage[]
}

/**
 * Judges a composed message before it is frozen: its tone, whether its facts hold, whether it repeats itself. Any
 * finding holds the message for a person, with the finding as the reason.
 */
export type CheckMessage = (composed: Composed, facts: MessageFacts, history: MessageHistory) => readonly Finding[]

/** A safe file name for an invoice's PDF, and at most `limitBytes` of attachments, oldest invoices first. */
export type PickAttachments = (
  pdfs: readonly { readonly invoiceId: string; readonly number: string | null; readonly content: Uint8Array }[],
  language: 'es' | 'en',
  limitBytes: number,
) => {
  readonly attached: readonly (Attachment & { readonly invoiceId: string })[]
  readonly leftOutIds: readonly string[]
}
