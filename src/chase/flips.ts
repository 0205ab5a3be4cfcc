import type { Day } from './day.ts'
import type { Flip, FlipCause, FlipEvent, Reason } from './verdict.ts'

/**
 * What would change a verdict with this reason: the day that does, where one does, and what may happen before.
 *
 * A day among them is one on which the rules answer differently when nothing else has changed; each event is one after
 * which they do. Made from the reason and its day alone, so that a stored verdict tells it too.
 */
export function flipsOf(reason: Reason, until: Day | null): readonly Flip[] {
  const { cause, events } = FLIPS[reason]
  const happening = events.map((event): Flip => ({ event }))
  return until !== null && cause !== null ? [{ on: until, because: cause }, ...happening] : happening
}

type FlipsOfReason = { readonly cause: FlipCause | null; readonly events: readonly FlipEvent[] }

const flips = (cause: FlipCause | null, ...events: readonly FlipEvent[]): FlipsOfReason => ({ cause, events })

const A_MESSAGE = flips(null, 'payment', 'person-holds')

const FLIPS: Readonly<Record<Reason, FlipsOfReason>> = {
  'step-due': A_MESSAGE,
  'contact-follow-up': A_MESSAGE,
  'thank-you-due': flips(null, 'person-holds'),
  'promise-reminder-due': A_MESSAGE,
  'promise-broken': A_MESSAGE,
  'instalment-reminder-due': A_MESSAGE,
  'instalment-missed': A_MESSAGE,
  'right-person-unsure': A_MESSAGE,
  'statement-due': flips(null, 'person-holds'),
  'answer-requested': flips(null, 'person-holds'),

  'approval-needed': flips(null, 'person-approves', 'payment', 'person-holds'),
  'call-due': flips(null, 'call-logged', 'payment', 'person-holds'),
  'letter-due': flips(null, 'letter-sent', 'payment', 'person-holds'),
  'decision-due': flips(null, 'person-decides', 'payment', 'person-holds'),
  'touches-spent': flips(null, 'person-decides', 'payment', 'person-holds'),
  'promises-spent': flips(null, 'person-decides', 'payment'),
  'credit-covers-balance': flips(null, 'credit-applied', 'payment', 'balance-grows'),
  'no-address': flips(null, 'address-added', 'payment'),
  'delivery-unknown': flips(null, 'delivery-answered'),
  'pdf-missing': flips(null, 'pdf-found', 'payment'),
  'reply-unread': flips(null, 'reply-triaged'),
  'bank-details-changed': flips(null, 'bank-details-confirmed'),
  'message-held': flips(null, 'message-released'),
  'hold-review-due': flips(null, 'hold-reviewed', 'person-ends-hold'),

  'nothing-open': flips(null, 'new-invoice'),
  'nothing-due-yet': flips('step-falls-due', 'payment', 'new-invoice'),
  'customer-archived': flips(null, 'customer-restored'),
  'sequence-finished': flips('step-falls-due', 'payment'),
  'all-disputed': flips('dispute-ends', 'person-ends-hold', 'payment'),
  'left-alone': flips(null, 'balance-grows', 'payment'),
  excluded: flips(null, 'invoice-included', 'payment', 'new-invoice'),

  'not-connected': flips(null, 'ledger-connected'),
  'reconnect-needed': flips(null, 'ledger-reconnected'),
  'books-stale': flips(null, 'books-read'),
  'database-unconfirmed': flips(null, 'database-confirmed'),
  'ledger-reminders': flips(null, 'ledger-reminders-off'),

  stopped: flips(null, 'person-lifts-stop'),
  'do-not-chase': flips('do-not-chase-ends', 'person-ends-hold'),
  paused: flips('pause-ends', 'person-ends-hold'),
  snoozed: flips('snooze-ends', 'person-ends-hold'),
  promised: flips('promise-lapses', 'payment', 'person-ends-hold'),
  'on-plan': flips('instalment-falls-due', 'payment', 'person-ends-hold'),

  'step-not-due-yet': flips('step-falls-due', 'payment', 'person-holds'),
  spared: flips('usual-day-passes', 'payment', 'person-holds'),
  'not-a-sending-day': flips('sending-day-comes', 'payment', 'person-holds'),
  'outside-hours': flips('sending-day-comes', 'payment', 'person-holds'),
  august: flips('august-ends', 'payment', 'person-holds'),
  'too-soon': flips('gap-is-over', 'payment', 'person-holds'),
  'weekly-cap': flips('weekly-cap-lifts', 'payment', 'person-holds'),
  'monthly-cap': flips('monthly-cap-lifts', 'payment', 'person-holds'),
  'call-cap': flips('call-cap-lifts', 'payment', 'person-holds'),
  'business-cap': flips('new-day', 'payment', 'person-holds'),
}
