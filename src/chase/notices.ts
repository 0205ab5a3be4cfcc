import { addBusinessDays } from './calendar.ts'
import type { Calendar } from './calendar.ts'
import { addDays } from './day.ts'
import type { Day } from './day.ts'
import { byDueDay, holdOn, isBelieved, openInvoices } from './holds.ts'
import type { Agreements } from './holds.ts'
import { monthOf } from './month.ts'
import { isBroken } from './promises.ts'
import type { JudgedPromise } from './promises.ts'
import type { JudgedPlan } from './plans.ts'
import { latestOf, mayThankAgain, settledUnthanked, THANKS } from './received.ts'
import { totals } from './say.ts'
import type { Notice } from './stage.ts'
import type { OpenInvoice, Segment, Standing, TakenStep } from './standing.ts'
import { daysOfMonthStep } from './steps.ts'
import type { Facts } from './verdict.ts'

/** A message beside the ladder whose day has come. */
export type DueNotice = {
  /** What it answers: it goes once. */
  readonly id: string
  readonly message: Notice
  readonly invoiceIds: readonly string[]
  readonly facts: Facts
}

/** A message about something that went wrong longer ago than this says nothing new: the ladder speaks instead. */
const OLD_NEWS_DAYS = 14

/**
 * The message that an agreement or a request asks for today, the most pressing one first; null without one.
 *
 * What someone asked for comes first, then a promise or a plan that was broken, then the reminder of what is to come.
 */
export function noticeOfAgreement(standing: Standing, calendar: Calendar, agreements: Agreements): DueNotice | null {
  const { requested, promises, plans } = standing
  if (requested.length === 0 && promises.length === 0 && plans.length === 0) return null
  const isNew = newTo(standing)
  const candidates: readonly (DueNotice | null)[] = [
    ...requested.map(({ id, message, invoiceIds }): DueNotice =>
      // An account is stated as it is when it goes, not as it was when somebody asked.
      message === 'statement' ? statement(id, standing) : { id, message, invoiceIds, facts: {} },
    ),
    ...agreements.promises
      .filter(isBroken)
      .reverse()
      .map((judged) => brokenPromise(judged, standing)),
    ...agreements.plans.map((judged) => missedInstalment(judged, standing)),
    ...agreements.promises
      .filter((judged) => isBelieved(judged, agreements, standing))
      .map((judged) => promiseReminder(judged, standing, calendar)),
    ...agreements.plans.map((judged) => instalmentReminder(judged, standing, calendar)),
  ]
  return candidates.find((notice) => notice !== null && isNew(notice)) ?? null
}

/** Whether the notice has not gone yet. */
const newTo =
  ({ notices }: Standing) =>
  ({ id }: DueNotice): boolean =>
    notices.every((sent) => sent.id !== id)

function brokenPromise({ promise, state, judgedOn, missing }: JudgedPromise, standing: Standing): DueNotice | null {
  if (addDays(judgedOn, OLD_NEWS_DAYS) < standing.today) return null
  return {
    id: `promise-broken:${promise.id}`,
    message: 'promise-broken',
    invoiceIds: stillOpen(promise.invoiceIds, standing),
    facts: {
      promiseId: promise.id,
      promisedOn: promise.on,
      promiseState: state,
      ...totals(
        'missing',
        missing.map((balance) => ({ balance })),
      ),
    },
  }
}

function promiseReminder({ promise }: JudgedPromise, standing: Standing, calendar: Calendar): DueNotice | null {
  const { today, policy } = standing
  const isDayBefore = today < promise.on && addBusinessDays(promise.on, -1, calendar) <= today
  // A promise given for tomorrow needs no reminder today.
  if (!policy.promise.reminderDayBefore || !isDayBefore || promise.givenOn >= today) return null
  return {
    id: `promise-reminder:${promise.id}`,
    message: 'promise-reminder',
    invoiceIds: stillOpen(promise.invoiceIds, standing),
    facts: { promiseId: promise.id, promisedOn: promise.on },
  }
}

function missedInstalment(
  { plan, state, next, breachedOn, missing }: JudgedPlan,
  standing: Standing,
): DueNotice | null {
  if (state !== 'breached' || next === null || breachedOn === null) return null
  if (addDays(breachedOn, OLD_NEWS_DAYS) < standing.today) return null
  return {
    id: `plan-missed:${plan.id}`,
    message: 'plan-missed',
    invoiceIds: stillOpen(plan.invoiceIds, standing),
    facts: { planId: plan.id, instalmentOn: next.on, ...totals('missing', [{ balance: missing }]) },
  }
}

function instalmentReminder(
  { plan, state, next, missing }: JudgedPlan,
  standing: Standing,
  calendar: Calendar,
): DueNotice | null {
  const { today, policy } = standing
  const before = policy.plan.reminderBusinessDaysBefore
  if (before === null || state !== 'on-track' || next === null) return null
  if (today >= next.on || addBusinessDays(next.on, -before, calendar) > today || plan.agreedOn >= today) return null
  return {
    id: `plan-instalment:${plan.id}:${next.on}`,
    message: 'plan-instalment',
    invoiceIds: stillOpen(plan.invoiceIds, standing),
    facts: { planId: plan.id, instalmentOn: next.on, ...totals('instalment', [{ balance: missing }]) },
  }
}

const stillOpen = (ids: readonly string[], standing: Standing): string[] =>
  openInvoices(standing)
    .filter(({ id }) => ids.includes(id))
    .sort(byDueDay)
    .map(({ id }) => id)

/**
 * The question who the right person is, in the place of a message to somebody who may be the wrong one: after so many
 * messages about overdue money without a sign of life, to an address we are not sure of, or at another address after
 * one has bounced. Once per spell.
 */
export function rightPersonNotice(
  standing: Standing,
  anchor: OpenInvoice,
  taken: readonly TakenStep[],
): DueNotice | null {
  const { policy, customer } = standing
  const { afterSilences, belowConfidence } = policy.rightPerson
  const silences = silencesOf(taken, standing)
  const isUnheard = afterSilences !== null && silences >= afterSilences && customer.confidence < belowConfidence
  const bounced = otherAddressBounced(standing)
  if (!isUnheard && !bounced) return null
  const notice: DueNotice = {
    id: `right-person:${anchor.id}`,
    message: 'right-person',
    invoiceIds: [anchor.id],
    facts: { silences: isUnheard ? silences : null, confidence: customer.confidence },
  }
  return newTo(standing)(notice) ? notice : null
}

/** Whether an address bounced that is not among those we may still write to. */
export function otherAddressBounced(standing: Standing): boolean {
  const { policy, customer } = standing
  if (!policy.rightPerson.afterBounce || customer.addresses.length === 0) return false
  const hold = holdOn('broken-address', openInvoices(standing), standing)
  return hold !== null && hold.address !== null && !customer.addresses.includes(hold.address)
}

/** Messages about overdue money since the customer last showed a sign of life: a reply, a talk, a payment. */
function silencesOf(taken: readonly TakenStep[], { loggedContacts, payments }: Standing): number {
  const signs: Day[] = [
    ...loggedContacts.filter(({ outcome }) => outcome !== 'no-answer').map(({ on }) => on),
    ...payments.map(({ on }) => on),
  ]
  const lastSign = signs.sort().at(-1)
  return taken.filter(
    ({ channel, stage, on }) =>
      channel === 'email' && stage !== 'before-due' && stage !== 'due-day' && (lastSign === undefined || on > lastSign),
  ).length
}

/** This month's statement, where the sequence has a statement run and its days have come; null otherwise. */
export function statementNotice(standing: Standing, segment: Segment): DueNotice | null {
  const { today, policy } = standing
  const step = policy.sequences[segment].find(({ after, channel }) => after === 'month-day' && channel === 'email')
  if (step === undefined) return null
  const { first, last } = daysOfMonthStep(step, today)
  if (today < first || today > last) return null
  const notice = statement(`statement:${monthOf(today)}`, standing)
  return newTo(standing)(notice) && notice.invoiceIds.length > 0 ? notice : null
}

/** A statement in the place of a message that credit may already answer; null when this month has had one. */
export function statementOfCredit(standing: Standing): DueNotice | null {
  if (standing.policy.credits.policy !== 'statement') return null
  const notice = statement(`statement:${monthOf(standing.today)}`, standing)
  return newTo(standing)(notice) ? notice : null
}

/** Everything open is on a statement, disputed and excluded items too, which it marks as such. */
const statement = (id: string, standing: Standing): DueNotice => ({
  id,
  message: 'statement',
  invoiceIds: openInvoices(standing)
    .sort(byDueDay)
    .map((invoice) => invoice.id),
  facts: {
    ...totals('open', openInvoices(standing)),
    ...totals(
      'credit',
      standing.credits.filter(({ minor }) => minor > 0).map((balance) => ({ balance })),
    ),
  },
})

/**
 * The thanks for what was settled since the last thanks, all in one message, from the business day after the payment.
 * Not later than a few business days after: at switch-on or after a pause nobody is thanked for old money.
 */
export function thankYouNotice(standing: Standing, calendar: Calendar): DueNotice | null {
  const { payments, today } = standing
  if (payments.length === 0 || !mayThankAgain(standing)) return null
  const settling = settledUnthanked(standing, calendar).filter(({ on }) => addBusinessDays(on, 1, calendar) <= today)
  const latestOn = latestOf(settling.map(({ on }) => on))
  if (latestOn === null) return null
  const ids = new Set(settling.map(({ invoiceId }) => invoiceId))
  const received = payments.filter(({ invoiceId }) => ids.has(invoiceId))
  return {
    id: `${THANKS}${latestOn}`,
    message: 'thank-you',
    invoiceIds: [...ids],
    facts: {
      paidOn: latestOn,
      ...totals(
        'received',
        received.map(({ amount }) => ({ balance: amount })),
      ),
    },
  }
}
