import type { EventKind } from '../../store/events.ts'

/** The facts of an event as a sentence can use them: already written in the reader's way, and null when unknown. */
export type EventFacts = {
  readonly text: (name: string) => string | null
  /** Whether a fact is there and true. */
  readonly is: (name: string) => boolean
  /** Whether a fact is there and false. */
  readonly no: (name: string) => boolean
  readonly number: (name: string) => number | null
  readonly day: (name: string) => string | null
  /** An amount in minor units, of the event's own currency. */
  readonly money: (name: string) => string | null
  readonly list: (name: string) => string | null
  readonly stage: string | null
  readonly mode: (name: string) => string | null
  readonly role: (name: string) => string | null
  readonly segment: string | null
  readonly hold: string | null
  /** Whether the customer is a business or a consumer, as somebody set it. */
  readonly debtor: string | null
  /** A claim or an acknowledgement that somebody wrote down. */
  readonly debtEvent: string | null
  /** How a conversation ended. */
  readonly contact: string | null
  /** How a letter was sent. */
  readonly means: string | null
  /** Why, as one sentence, where the event carries a reason of the rules. */
  readonly reason: string | null
  readonly invoice: string | null
}

/** A sentence for everything that can happen. */
export type EventWords = Readonly<Record<EventKind, (facts: EventFacts) => string>>
