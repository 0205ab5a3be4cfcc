import type { Day } from '../day.ts'
import type { Money } from '../money.ts'

/** Everything a message may contain, taken from the facts it was built from and not from what was written. */
export type KnownFacts = {
  readonly language: 'es' | 'en'
  /** BCP 47: decides how amounts are written. */
  readonly locale: string
  readonly today: Day
  /** With their sign: a credit of a statement is negative. */
  readonly amounts: readonly Money[]
  readonly days: readonly Day[]
  /** Days on which something falls due: "due today" is said of these only. */
  readonly dueDays: readonly Day[]
  /** How many days ago, positive in the past: what "three days ago" and "15 days overdue" may count. */
  readonly daysAgo: readonly number[]
  /** How many business days may be named, such as the time to catch up with a plan. */
  readonly businessDays: readonly number[]
  readonly invoiceCounts: readonly number[]
  /** "F-1 and 2 more". */
  readonly moreCounts: readonly number[]
  readonly instalmentCounts: readonly number[]
  /** "2 of 5", as [2, 5]. */
  readonly places: readonly (readonly [number, number])[]
  /** Days on which an invoice was issued: "issued on" is said of these only. */
  readonly issuedDays: readonly Day[]
  /** When the books were looked at: the day, and "09:30". */
  readonly moments: readonly { readonly on: Day; readonly at: string }[]
  readonly references: readonly string[]
  readonly names: readonly string[]
  readonly links: readonly string[]
  /** Passages that the business or a person wrote, to be found word for word: payment details, a clause, a quotation. */
  readonly passages: readonly string[]
  /** The subject of the thread that is answered: vouched for when it was first sent. */
  readonly threadSubject: string | null
  /** Each of these stands in the message, spelt like this: who is greeted, the invoices, who writes. */
  readonly mustStand: readonly string[]
  /** The last lines of the message. */
  readonly signature: readonly string[]
}

/** A message as it would leave. */
export type Rendered = { readonly subject: string; readonly html: string; readonly text: string }
