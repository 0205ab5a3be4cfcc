import type { Day } from './day.ts'
import type { Step } from './policy.ts'
import type { MessageKind } from './stage.ts'
import type { Segment } from './standing.ts'

/**
 * What the rules say for one customer today, always with a reason.
 *
 * `send`: this message goes out today. `ask`: a person must do or decide something (approve a message, make a
 * call, decide at the end of the sequence, look at a credit). `wait`: not today; `until` is the day that changes
 * it, when one does. `nothing`: there is nothing to chase.
 */
export type Verdict = SendVerdict | AskVerdict | QuietVerdict

export type SendVerdict = VerdictBase & {
  readonly do: 'send'
  readonly reason: SendReason
  /** The step of the sequence; for a message beside the ladder a step made for it, with no stage and the notice's id. */
  readonly step: Step
  /** What the message is written as: the step's stage, or the notice. */
  readonly message: MessageKind
  /** The invoice the conversation hangs on; for a thank-you alone, the first one that was paid. */
  readonly anchorInvoiceId: string
  /** What the message covers, oldest first: due items; for a thank-you the invoices that were paid. */
  readonly invoiceIds: readonly string[]
}

export type AskVerdict = VerdictBase & {
  readonly do: 'ask'
  readonly reason: AskReason
  /** The step a person is asked to approve or take; null when the question is not about a step. */
  readonly step: Step | null
  /** What the message to approve is written as; null where no message waits for approval. */
  readonly message: MessageKind | null
  readonly anchorInvoiceId: string | null
  readonly invoiceIds: readonly string[]
}

export type QuietVerdict = VerdictBase & {
  readonly do: 'wait' | 'nothing'
  readonly reason: QuietReason
  readonly until: Day | null
}

export type SendReason =
  | 'step-due'
  | 'contact-follow-up'
  | 'thank-you-due'
  | 'promise-reminder-due'
  | 'promise-broken'
  | 'instalment-reminder-due'
  | 'instalment-missed'
  | 'right-person-unsure'
  | 'statement-due'
  | 'answer-requested'

export type AskReason =
  | 'approval-needed'
  | 'call-due'
  | 'letter-due'
  | 'decision-due'
  | 'touches-spent'
  | 'promises-spent'
  | 'credit-covers-balance'
  | 'no-address'
  | 'delivery-unknown'
  | 'pdf-missing'
  | 'reply-unread'
  | 'bank-details-changed'
  | 'message-held'
  | 'hold-review-due'

export type QuietReason =
  // Nothing to chase.
  | 'nothing-open'
  | 'nothing-due-yet'
  | 'customer-archived'
  | 'sequence-finished'
  | 'all-disputed'
  | 'left-alone'
  | 'excluded'
  // The books cannot be trusted, or the ledger writes to the customer itself.
  | 'not-connected'
  | 'reconnect-needed'
  | 'books-stale'
  | 'database-unconfirmed'
  | 'ledger-reminders'
  // A person said so, or the customer did.
  | 'stopped'
  | 'do-not-chase'
  | 'paused'
  | 'snoozed'
  | 'promised'
  | 'on-plan'
  // Timing.
  | 'step-not-due-yet'
  | 'spared'
  | 'not-a-sending-day'
  | 'outside-hours'
  | 'august'
  | 'too-soon'
  | 'weekly-cap'
  | 'monthly-cap'
  | 'call-cap'
  | 'business-cap'

export type Reason = SendReason | AskReason | QuietReason

/** The facts behind a verdict: short names, plain values, fit to be stored and shown. Amounts are in minor units. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>

/** What would change a verdict: a day that comes, or something that happens. See flips.ts. */
export type Flip = { readonly on: Day; readonly because: FlipCause } | { readonly event: FlipEvent }

/** Why a day changes a verdict. */
export type FlipCause =
  | 'step-falls-due'
  | 'usual-day-passes'
  | 'pause-ends'
  | 'do-not-chase-ends'
  | 'snooze-ends'
  | 'dispute-ends'
  | 'promise-lapses'
  | 'instalment-falls-due'
  | 'gap-is-over'
  | 'weekly-cap-lifts'
  | 'monthly-cap-lifts'
  | 'call-cap-lifts'
  | 'new-day'
  | 'sending-day-comes'
  | 'august-ends'

/** What can happen to change a verdict. */
export type FlipEvent =
  | 'payment'
  | 'new-invoice'
  | 'balance-grows'
  | 'person-holds'
  | 'person-ends-hold'
  | 'person-lifts-stop'
  | 'person-approves'
  | 'person-decides'
  | 'call-logged'
  | 'letter-sent'
  | 'reply-triaged'
  | 'credit-applied'
  | 'address-added'
  | 'delivery-answered'
  | 'pdf-found'
  | 'bank-details-confirmed'
  | 'message-released'
  | 'hold-reviewed'
  | 'invoice-included'
  | 'ledger-connected'
  | 'ledger-reconnected'
  | 'books-read'
  | 'database-confirmed'
  | 'ledger-reminders-off'
  | 'customer-restored'

type VerdictBase = {
  readonly segment: Segment
  readonly facts: Facts
  /** What would change it: days in order first, then events. Never empty. */
  readonly flips: readonly Flip[]
}
