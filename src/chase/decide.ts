import { contactLimit } from './calendar.ts'
import { addDays } from './day.ts'
import { chaseableInvoices, customerHold, holdOn, openInvoices } from './holds.ts'
import { planAroundCredits } from './plan.ts'
import { anchorFacts, creditFacts, moveFacts, speaker, totals } from './say.ts'
import { segmentOf } from './segment.ts'
import type { OpenInvoice, Standing } from './standing.ts'
import type { AskReason, QuietReason, Verdict } from './verdict.ts'
import { calendarOf, closedToday, earliestContact } from './window.ts'

/**
 * Decides what to do about one customer today, and why.
 *
 * The order of the checks is the policy, from what silences everything to what only postpones:
 * 1. books that cannot be trusted, and the stop of a person: nothing else can be known or done;
 * 2. a customer that is gone, or owes nothing;
 * 3. what a person or the customer said: pause, dispute, promise, on the customer or on single invoices;
 * 4. questions that must be answered before anything else goes out: did the last message arrive, where is the PDF;
 * 5. the ladder: which step, if any, is due today (ladder.ts);
 * 6. credit that may already pay what the step is about;
 * 7. for a step that a person takes: ask, every day until the situation changes;
 * 8. for a message: the gap and the caps, an address to write to, approval, the sending day, the window.
 *
 * Approval may be given on any day and at any hour, since the gate keeps the window. Before the window opens the
 * message is decided for today. 'not-a-sending-day' and 'outside-hours' only postpone a message already planned.
 *
 * The steps count from the anchor: the oldest chaseable invoice when the spell began, and it stays the anchor as
 * long as it is chaseable, even if an older one turns up, because the conversation with the customer goes on. When
 * it is settled or taken out, its spell counts for nothing here and the rest starts a fresh ladder, from a tone of
 * at most 'firm'; the gap and the caps still count every message.
 *
 * A decision is never "done" by itself: once all steps are taken, 'decision-due' (with no step) is asked every day
 * until a payment, a hold, or the end of the customer answers it. No overdue account is without a next action.
 */
export function decide(standing: Standing): Verdict {
  const { today, customer, policy } = standing
  const segmentation = segmentOf(customer, policy, today)
  const say = speaker(standing, segmentation)

  const distrust = distrustOf(standing)
  if (distrust) return say.quiet('wait', distrust, null)
  if (customer.archived) return say.quiet('nothing', 'customer-archived', null)
  if (openInvoices(standing).length === 0) return say.quiet('nothing', 'nothing-open', null)

  const pause = customerHold('pause', standing)
  if (pause) return say.quiet('wait', 'paused', pause.endsOn)
  const dispute = customerHold('dispute', standing)
  if (dispute) return say.quiet('nothing', 'all-disputed', dispute.endsOn)
  const promise = customerHold('promise', standing)
  if (promise) return say.quiet('wait', 'promised', promise.endsOn)

  const { invoices, disputed, promised, paused, backOn } = chaseableInvoices(standing)
  const excluded = { disputed, promised, paused }
  const oldest = invoices[0]
  if (oldest === undefined) {
    if (promised > 0) return say.quiet('wait', 'promised', backOn, excluded)
    if (paused > 0) return say.quiet('wait', 'paused', backOn, excluded)
    return say.quiet('nothing', 'all-disputed', backOn, excluded)
  }

  const unanswered = questionBefore(standing, invoices)
  if (unanswered) return say.ask(unanswered, null, oldest, [], excluded)

  const { plan, covered, isCovered } = planAroundCredits(standing, segmentation, oldest, invoices)
  const { anchor, move, items } = plan
  const facts = { ...excluded, ...anchorFacts(anchor, today), ...creditFacts(standing, covered) }

  if (move.kind === 'finished') {
    if (items.length === 0) return say.quiet('wait', 'sequence-finished', addDays(anchor.dueOn, 1), facts)
    return say.ask(isCovered ? 'credit-covers-balance' : 'decision-due', null, anchor, items, facts)
  }
  if (move.kind === 'later') {
    const reason = anchor.dueOn < today ? 'step-not-due-yet' : 'nothing-due-yet'
    return say.quiet('wait', reason, move.on, {
      ...facts,
      ...totals('due', items),
      nextStepId: move.step.id,
      nextStepOn: move.on,
    })
  }

  const { step } = move
  const stepFacts = { ...facts, ...moveFacts(move) }
  if (isCovered) return say.ask('credit-covers-balance', null, anchor, items, stepFacts)
  if (step.channel === 'call') return say.ask('call-due', step, anchor, items, stepFacts)
  if (step.channel === 'decision') return say.ask('decision-due', step, anchor, items, stepFacts)

  const limit = contactLimit(standing.contactedOn, today, calendarOf(standing))
  if (limit) return say.quiet('wait', limit.reason, limit.until, { ...stepFacts, ...totals('due', items) })
  if (!hasAddress(standing)) return say.ask('no-address', null, anchor, items, stepFacts)
  if (step.approval) return say.ask('approval-needed', step, anchor, items, stepFacts)

  const closed = closedToday(standing)
  if (closed) return say.quiet('wait', closed, earliestContact(standing), { ...stepFacts, ...totals('due', items) })
  return say.send(step, anchor, items, stepFacts)
}

function distrustOf({ books, policy, stopped }: Standing): QuietReason | null {
  if (books.unconfirmed) return 'database-unconfirmed'
  if (books.connection === 'disconnected') return 'not-connected'
  if (books.connection === 'reconnect-needed') return 'reconnect-needed'
  // Written so that a number that is none also counts as stale.
  const isFresh = books.hoursSinceSync !== null && books.hoursSinceSync <= policy.staleAfterHours
  if (!isFresh) return 'books-stale'
  return stopped ? 'stopped' : null
}

function questionBefore(standing: Standing, invoices: readonly OpenInvoice[]): AskReason | null {
  // A message that may have arrived concerns the customer, also where its invoice is disputed or promised by now.
  if (holdOn('unknown-delivery', openInvoices(standing), standing)) return 'delivery-unknown'
  return holdOn('missing-pdf', invoices, standing) ? 'pdf-missing' : null
}

/** An address that has bounced waits for a person, even where the ledger still lists it. */
const hasAddress = (standing: Standing): boolean =>
  standing.customer.addresses.length > 0 && holdOn('broken-address', openInvoices(standing), standing) === null
