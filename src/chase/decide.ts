import type { Calendar } from './calendar.ts'
import { addDays } from './day.ts'
import { putsOffAnother } from './foresight.ts'
import { brokenBefore, chaseableInvoices, customerHold, holdOn, holdToReview, openInvoices } from './holds.ts'
import type { Agreements, Chaseable, Exclusion } from './holds.ts'
import { callLimit } from './limits.ts'
import { noticeOfAgreement, rightPersonNotice, statementNotice, statementOfCredit, thankYouNotice } from './notices.ts'
import type { DueNotice } from './notices.ts'
import { augustSilence, judgeMessage, messageOfNotice } from './outgoing.ts'
import { planAroundCredits } from './plan.ts'
import type { PlanFacts } from './plan.ts'
import { judgedPlans } from './plans.ts'
import { judgedPromises } from './promises.ts'
import {
  anchorFacts,
  creditFacts,
  discountFacts,
  exclusionFacts,
  moveFacts,
  peopleFacts,
  receivedFacts,
  shiftFacts,
  speaker,
  totals,
} from './say.ts'
import type { Message, Question, Speaker } from './say.ts'
import { segmentOf } from './segment.ts'
import type { Segmentation } from './segment.ts'
import { sendReasonOf } from './send-reason.ts'
import type { OpenInvoice, Standing } from './standing.ts'
import type { AskReason, Facts, QuietReason, Verdict } from './verdict.ts'
import { calendarOf } from './window.ts'

/**
 * Decides what to do about one customer today, and why.
 *
 * The order of the checks is the policy, from what silences everything to what only postpones:
 *  1. books that cannot be trusted, the stop of a person, a ledger that sends reminders itself;
 *  2. a customer that is gone, or owes nothing: thanks at most;
 *  3. a hold that a person wanted to look at again; then what a person or the customer said about the whole customer:
 *     do-not-chase, a reply nobody has read, pause, snooze, dispute, plan, promise;
 *  4. questions that must be answered before anything else goes out: did the last message arrive, are the bank details
 *     right, why was a message held;
 *  5. messages that an agreement or a request asks for: answers, a broken promise or plan, the reminder before it;
 *  6. what single invoices are left out for; with nothing left, silence until the first comes back (holds.ts);
 *  7. the ladder: which step, if any, is due today (ladder.ts), or the follow-up to a conversation (follow-up.ts);
 *     where none is, the month's statement or the thanks for what was paid;
 *  8. credit that may already pay what the step is about;
 *  9. enough touches: a person decides;
 * 10. for a step that a person takes: ask, every day until the situation changes, calls within their own cap;
 * 11. for a message: whether somebody must first be asked for the right person; then August, the gap and the caps, an
 *     address, approval, the sending day, the window (outgoing.ts, for all messages alike).
 *
 * Approval may be given on any day and at any hour, since the gate keeps the window. Before the window opens the
 * message is decided for today. 'not-a-sending-day', 'outside-hours' and 'august' only postpone a message
 * already planned, which keeps its approval and is judged anew when its time has come.
 *
 * The steps count from the anchor: the oldest chaseable invoice when the spell began, and it stays the anchor as
 * long as it is chaseable, even if an older one turns up, because the conversation with the customer goes on (with
 * `leads: 'firmest'` the older one sets the days and the tone). When it is settled or taken out, its spell counts for
 * nothing here and the rest starts a fresh ladder, from a tone of at most the policy's opening; the gap and the caps
 * still count every message.
 *
 * A decision is never "done" by itself: once all steps are taken, 'decision-due' (with no step) is asked every day
 * until a payment, a hold, or the end of the customer answers it. No overdue account is without a next action.
 */
export const decide = (standing: Standing): Verdict => judge(standing).verdict

/** A customer's verdict, and what of its invoices was left to chase; null where the customer as a whole decided. */
export type Judgement = { readonly verdict: Verdict; readonly chaseable: Chaseable | null }

/** Decides as `decide` does, and says what of the account was left out. */
export function judge(standing: Standing): Judgement {
  const calendar = calendarOf(standing)
  const segmentation = segmentOf(standing.customer, standing.policy, standing.today)
  const say = speaker(standing, segmentation)
  const ofCustomer = judgeCustomer(standing, calendar, segmentation, say)
  if (ofCustomer) return { verdict: ofCustomer, chaseable: null }

  const agreements: Agreements = {
    promises: judgedPromises(standing, calendar),
    plans: judgedPlans(standing, calendar),
  }
  const chaseable = chaseableInvoices(standing, calendar, agreements)
  const verdict = judgeAccount({ standing, calendar, segmentation, agreements, say }, chaseable)
  return { verdict, chaseable }
}

/** What decides for the customer as a whole, whatever it owes; null where nothing does. */
function judgeCustomer(
  standing: Standing,
  calendar: Calendar,
  segmentation: Segmentation,
  say: Speaker,
): Verdict | null {
  const distrust = distrustOf(standing)
  if (distrust) return say.quiet('wait', distrust, null)
  if (standing.customer.archived) return say.quiet('nothing', 'customer-archived', null)
  const word = wordOnCustomer(standing, say)
  if (openInvoices(standing).length === 0) {
    const nothing = say.quiet('nothing', 'nothing-open', null)
    return word ? nothing : (besideTheLadder(standing, calendar, segmentation, say) ?? nothing)
  }
  if (word) return word
  const question = questionBefore(standing)
  return question && say.ask(question, { anchor: null, items: [], facts: {} })
}

function judgeAccount(facts: AccountFacts, chaseable: Chaseable): Verdict {
  const { standing, calendar, segmentation, agreements, say } = facts
  const agreed = noticeOfAgreement(standing, calendar, agreements)
  if (agreed) return judgeMessage(standing, calendar, say, messageOfNotice(agreed, {}))

  const excluded = exclusionFacts(chaseable.excluded)
  const oldest = chaseable.invoices[0]
  if (oldest === undefined) {
    return besideTheLadder(standing, calendar, segmentation, say) ?? silenceAbout(chaseable, excluded, say)
  }
  const unsettled = promiseQuestion(agreements, standing)
  if (unsettled) return say.ask('promises-spent', { anchor: oldest, items: [], facts: { ...excluded, ...unsettled } })
  if (holdOn('missing-pdf', chaseable.invoices, standing)) {
    return say.ask('pdf-missing', { anchor: oldest, items: [], facts: excluded })
  }
  return climb(facts, excluded, oldest, chaseable.invoices)
}

type AccountFacts = PlanFacts & { readonly say: Speaker }

/** What the ladder says about the invoices that are left to chase. */
function climb(facts: AccountFacts, excluded: Facts, oldest: OpenInvoice, invoices: readonly OpenInvoice[]): Verdict {
  const { standing, calendar, segmentation, say } = facts
  const { today, policy, touches } = standing
  const { plan, covered, isCovered } = planAroundCredits(facts, oldest, invoices)
  const { anchor, move, items } = plan
  const known = {
    ...excluded,
    ...anchorFacts(anchor, today),
    ...shiftFacts(anchor, standing.customer),
    ...creditFacts(standing, covered),
  }
  const ask = (reason: AskReason, question: Partial<Question> = {}): Verdict =>
    say.ask(reason, { anchor, items, facts: known, ...question })

  const credited = isCovered ? statementOfCredit(standing) : null
  if (credited) return judgeMessage(standing, calendar, say, messageOfNotice(credited, known))

  if (move.kind === 'finished') {
    if (items.length > 0) return ask(isCovered ? 'credit-covers-balance' : 'decision-due')
    return say.quiet('wait', 'sequence-finished', addDays(anchor.dueOn, 1), known)
  }
  if (touches >= policy.touchesPerSpell && plan.taken.length > 0 && items.length > 0 && !isCovered) {
    return ask('touches-spent', { facts: { ...known, touches } })
  }
  if (move.kind === 'later') {
    const meanwhile = besideTheLadder(standing, calendar, segmentation, say)
    if (meanwhile) return meanwhile
    const waiting =
      plan.spared !== null && plan.taken.every(({ on }) => on <= anchor.dueOn) ? 'spared' : 'step-not-due-yet'
    return say.quiet('wait', items.length > 0 ? waiting : 'nothing-due-yet', move.on, {
      ...known,
      ...(plan.spared && { usualDays: plan.spared.payDay, paidInvoices: plan.spared.paid }),
      ...totals('due', items),
      nextStepId: move.step.id,
      nextStepOn: move.on,
    })
  }

  const { step } = move
  const stepFacts = { ...known, ...moveFacts(move), ...(plan.contactOn && { contactOn: plan.contactOn }) }
  if (isCovered) return ask('credit-covers-balance', { facts: stepFacts })
  if (step.channel === 'decision') return ask('decision-due', { step, facts: stepFacts })
  if (step.channel === 'email') {
    const unsure = rightPersonNotice(standing, anchor, plan.taken)
    const message: Message = unsure
      ? messageOfNotice(unsure, known)
      : {
          step,
          kind: step.stage ?? 'first-overdue',
          reason: sendReasonOf(step.id, step.stage ?? 'first-overdue', stepFacts),
          anchorInvoiceId: anchor.id,
          invoiceIds: items.map(({ id }) => id),
          facts: {
            ...stepFacts,
            ...peopleFacts(step, standing),
            ...receivedFacts(standing, items),
            ...discountFacts(standing, items),
          },
        }
    return judgeMessage(standing, calendar, say, message)
  }
  const augustEnds = augustSilence(standing, calendar, step.channel)
  if (augustEnds) return say.quiet('wait', 'august', augustEnds, { ...stepFacts, august: policy.august })
  if (step.channel === 'letter') return ask('letter-due', { step, facts: stepFacts })
  const limit = callLimit(standing, calendar)
  if (limit) return say.quiet('wait', limit.reason, limit.until, stepFacts)
  return ask('call-due', { step, facts: stepFacts })
}

function distrustOf({ books, policy, stopped, ledgerRemindersOn, holds, today }: Standing): QuietReason | null {
  if (books.unconfirmed) return 'database-unconfirmed'
  if (books.connection === 'disconnected') return 'not-connected'
  if (books.connection === 'reconnect-needed') return 'reconnect-needed'
  // Written so that a number that is none also counts as stale.
  const isFresh = books.hoursSinceSync !== null && books.hoursSinceSync <= policy.staleAfterHours
  if (!isFresh) return 'books-stale'
  if (stopped) return 'stopped'
  const isLedgerWriting = ledgerRemindersOn && policy.ledgerReminders === 'hold'
  return isLedgerWriting || holdOn('ledger-reminders', [], { holds, today }) ? 'ledger-reminders' : null
}

/** What a person or the customer said about the customer as a whole; null where nobody said anything. */
function wordOnCustomer(standing: Standing, say: Speaker): Verdict | null {
  if (standing.holds.length === 0) return null
  const review = holdToReview(standing)
  if (review) {
    const facts = { reviewOn: review.reviewOn, hold: review.kind, invoiceId: review.invoiceId, owner: review.owner }
    return say.ask('hold-review-due', { anchor: null, items: [], facts })
  }
  const doNotChase = customerHold('do-not-chase', standing)
  if (doNotChase) return say.quiet('nothing', 'do-not-chase', doNotChase.endsOn)
  if (holdOn('unread-reply', openInvoices(standing), standing)) {
    return say.ask('reply-unread', { anchor: null, items: [], facts: {} })
  }
  for (const [kind, what, reason] of SILENCING) {
    const hold = customerHold(kind, standing)
    if (hold) return say.quiet(what, reason, hold.endsOn)
  }
  return null
}

const SILENCING = [
  ['pause', 'wait', 'paused'],
  ['snooze', 'wait', 'snoozed'],
  ['dispute', 'nothing', 'all-disputed'],
  ['plan', 'wait', 'on-plan'],
  ['promise', 'wait', 'promised'],
] as const

/** A message that may have arrived concerns the customer, also where its invoice is disputed or promised by now. */
function questionBefore(standing: Standing): AskReason | null {
  if (standing.holds.length === 0) return null
  const open = openInvoices(standing)
  if (holdOn('unknown-delivery', open, standing)) return 'delivery-unknown'
  if (holdOn('bank-details', open, standing)) return 'bank-details-changed'
  return holdOn('message-held', open, standing) ? 'message-held' : null
}

/** An open promise that came after more broken ones than the policy forgives; null without one. */
function promiseQuestion({ promises }: Agreements, { policy }: Standing): Facts | null {
  for (const judged of promises) {
    if (judged.state !== 'open') continue
    const brokenPromises = brokenBefore(judged, promises)
    if (brokenPromises >= policy.promise.mostPromises)
      return { brokenPromises, promiseId: judged.promise.id, promisedOn: judged.promise.on }
  }
  return null
}

/** The month's statement or the thanks for what was paid, where the ladder has nothing for today; null without one. */
function besideTheLadder(
  standing: Standing,
  calendar: Calendar,
  { segment }: Segmentation,
  say: Speaker,
): Verdict | null {
  const notice = statementNotice(standing, segment) ?? thanksInNobodysWay(standing, calendar)
  return notice && judgeMessage(standing, calendar, say, messageOfNotice(notice, {}))
}

/** Thanks count as every message does, so they go only where a reminder does not have to wait for it. */
function thanksInNobodysWay(standing: Standing, calendar: Calendar): DueNotice | null {
  const thanks = thankYouNotice(standing, calendar)
  return thanks && !putsOffAnother(standing, calendar, decide) ? thanks : null
}

/** The silence about a customer whose open invoices are all left out, and the first day on which one comes back. */
function silenceAbout({ excluded }: Chaseable, facts: Facts, say: Speaker): Verdict {
  const because = NAMED_FOR_ALL.find((one) => excluded.some((out) => out.because === one)) ?? 'disputed'
  const back = excluded.map(({ backOn }) => backOn).filter((on) => on !== null)
  const [what, reason] = SILENCE[because]
  return say.quiet(what, reason, back.sort()[0] ?? null, facts)
}

/** Which of several reasons is named when all invoices are left out: what comes to an end by itself before what does not. */
const NAMED_FOR_ALL: readonly Exclusion[] = [
  'promised',
  'on-plan',
  'paused',
  'snoozed',
  'disputed',
  'do-not-chase',
  'excluded',
  'left-alone',
]

/** What is said about invoices that are left out. */
export const SILENCE: Readonly<Record<Exclusion, readonly ['wait' | 'nothing', QuietReason]>> = {
  promised: ['wait', 'promised'],
  'on-plan': ['wait', 'on-plan'],
  paused: ['wait', 'paused'],
  snoozed: ['wait', 'snoozed'],
  disputed: ['nothing', 'all-disputed'],
  'do-not-chase': ['nothing', 'do-not-chase'],
  excluded: ['nothing', 'excluded'],
  'left-alone': ['nothing', 'left-alone'],
}
