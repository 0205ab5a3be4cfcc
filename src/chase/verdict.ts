import type { Day } from './day.ts'
import type { Step } from './policy.ts'
import type { Segment } from './standing.ts'

/**
 * What the rules say for one customer today, always with a reason.
 *
 * `send`: this step goes out today. `ask`: a person must do or decide something (approve a message, make a
 * call, decide at the end of the sequence, look at a credit). `wait`: not today; `until` is the day that changes
 * it, when one does. `nothing`: there is nothing to chase.
 */
export type Verdict = SendVerdict | AskVerdict | QuietVerdict

export type SendVerdict = VerdictBase & {
  readonly do: 'send'
  readonly reason: 'step-due'
  readonly step: Step
  readonly anchorInvoiceId: string
  /** The due items the message covers, oldest first. */
  readonly invoiceIds: readonly string[]
}

export type AskVerdict = VerdictBase & {
  readonly do: 'ask'
  readonly reason: AskReason
  /** The step a person is asked to approve or take; null when the question is not about a step. */
  readonly step: Step | null
  readonly anchorInvoiceId: string | null
  readonly invoiceIds: readonly string[]
}

export type QuietVerdict = VerdictBase & {
  readonly do: 'wait' | 'nothing'
  readonly reason: QuietReason
  readonly until: Day | null
}

export type AskReason =
  | 'approval-needed'
  | 'call-due'
  | 'decision-due'
  | 'credit-covers-balance'
  | 'no-address'
  | 'delivery-unknown'
  | 'pdf-missing'

export type QuietReason =
  // Nothing to chase.
  | 'nothing-open'
  | 'nothing-due-yet'
  | 'customer-archived'
  | 'sequence-finished'
  | 'all-disputed'
  // The books cannot be trusted.
  | 'not-connected'
  | 'reconnect-needed'
  | 'books-stale'
  | 'database-unconfirmed'
  // A person said so.
  | 'stopped'
  | 'paused'
  | 'promised'
  // Timing.
  | 'step-not-due-yet'
  | 'not-a-sending-day'
  | 'outside-hours'
  | 'too-soon'
  | 'weekly-cap'
  | 'monthly-cap'

export type Reason = 'step-due' | AskReason | QuietReason

/** The facts behind a verdict: short names, plain values, fit to be stored and shown. Amounts are in minor units. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>

type VerdictBase = {
  readonly segment: Segment
  readonly facts: Facts
}
