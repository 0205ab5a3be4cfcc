import { latest } from './calendar.ts'
import type { Calendar } from './calendar.ts'
import { addDays, daysBetween } from './day.ts'
import type { Day } from './day.ts'
import type { BankHolidays } from './bank-day.ts'
import { followUpOf } from './follow-up.ts'
import { DEFAULT_HABIT_SETTINGS, habitOf } from './habits.ts'
import type { Habit } from './habits.ts'
import type { Agreements } from './holds.ts'
import { asWrittenToday, nextMove } from './ladder.ts'
import type { Move, Position } from './ladder.ts'
import { totalsPerCurrency } from './money.ts'
import { nextMonthDay } from './month.ts'
import { isBroken } from './promises.ts'
import type { Segmentation } from './segment.ts'
import { sparingOf } from './sparing.ts'
import { firmness } from './stage.ts'
import type { OpenInvoice, PaidInvoice, Standing, TakenStep } from './standing.ts'
import { isNoticeId, rungsOf } from './steps.ts'
import { firmestAllowed, stageOf } from './tone.ts'
import type { Resume } from './tone.ts'
import { earliestContact } from './window.ts'

/** A message before or on the due day also names what falls due within so many days, so that one message covers it. */
const LOOK_AHEAD_DAYS = 7

/** What today is about for a customer: the invoice the steps count from, the ladder's move, and its invoices. */
export type Plan = {
  readonly anchor: OpenInvoice
  readonly move: Move
  readonly items: readonly OpenInvoice[]
  /** The steps of the running spell, without the messages beside the ladder. */
  readonly taken: readonly TakenStep[]
  /** It waits for the customer's usual day of payment; null where nobody is spared, or something else waits longer. */
  readonly spared: Spared | null
  /** The conversation that the move follows up; null where it comes from the ladder. */
  readonly contactOn: Day | null
}

export type CreditedPlan = {
  readonly plan: Plan
  /** The currencies left out because unapplied credit covers what is due in them. */
  readonly covered: readonly string[]
  /** Credit covers all that the plan is about. */
  readonly isCovered: boolean
}

/** What the plan is made from, beside the standing. */
export type PlanFacts = {
  readonly standing: Standing
  readonly calendar: Calendar
  readonly segmentation: Segmentation
  readonly agreements: Agreements
}

/**
 * Plans around unapplied credit: a currency in which it covers the policy's share of the due items is left out, and the
 * plan made again for the rest. Where nothing to do is left, the covered plan stands, for a person to look at.
 */
export function planAroundCredits(
  facts: PlanFacts,
  oldest: OpenInvoice,
  invoices: readonly OpenInvoice[],
): CreditedPlan {
  let plan = planFor(facts, oldest, invoices)
  let rest = invoices
  const covered: string[] = []
  for (;;) {
    const now = plan.move.kind === 'later' ? [] : coveredCurrencies(plan.items, facts.standing)
    if (now.length === 0) return { plan, covered, isCovered: false }
    covered.push(...now)
    rest = rest.filter((invoice) => !covered.includes(invoice.balance.currency))
    const without = rest[0] && planFor(facts, rest[0], rest)
    if (!without || !asksForAction(without)) return { plan: onlyIn(covered, plan), covered, isCovered: true }
    plan = without
  }
}

const asksForAction = ({ move, items }: Plan): boolean => move.kind !== 'later' && items.length > 0

const onlyIn = (currencies: readonly string[], plan: Plan): Plan => ({
  ...plan,
  items: plan.items.filter((item) => currencies.includes(item.balance.currency)),
})

function planFor(facts: PlanFacts, oldest: OpenInvoice, invoices: readonly OpenInvoice[]): Plan {
  const { standing, calendar, segmentation } = facts
  const { today, spell, policy, customer } = standing
  const spellAnchor = spell && invoices.find((invoice) => invoice.id === spell.anchorInvoiceId)
  const anchor = spellAnchor ?? oldest
  const taken = spellAnchor && spell ? spell.taken.filter(({ stepId }) => !isNoticeId(stepId)) : []
  const sequence = policy.sequences[segmentation.segment]
  const overdue = invoices.filter((invoice) => invoice.dueOn < today)
  const { dueOn } = policy.leads === 'firmest' ? oldest : anchor
  const spared = sparedFor(facts, dueOn, overdue)
  const position: Position = {
    today,
    earliestContact: earliestContact(standing),
    calendar,
    sequence: rungsOf(sequence),
    habitDays: segmentation.habitDays,
    runDays: customer.paymentRunDay === null ? 0 : daysBetween(dueOn, nextMonthDay(dueOn, customer.paymentRunDay)),
    spareDays: spared?.payDay ?? 0,
    delayDays: anchor.delayDays ?? customer.delayDays,
    dueOn,
    taken,
    owed: totalsPerCurrency((overdue.length > 0 ? overdue : invoices).map(({ balance }) => balance)),
    partPaidOn: partPaidOn(standing, invoices),
    resume: resumeOf(facts, invoices),
  }
  const followUp = followUpOf(sequence, taken, standing.loggedContacts, position.owed, calendar)
  const move = followUp ? followUpMove(followUp, position) : nextMove(position)
  const speaksEarly = sequence.some((step) => step.from < 0)
  return {
    anchor,
    move,
    items: itemsOf(move, dueOn, invoices, today, speaksEarly),
    taken,
    spared: spared !== null && spared.payDay > Math.max(position.runDays, position.habitDays ?? 0) ? spared : null,
    contactOn: followUp?.contactOn ?? null,
  }
}

/** How surely a late customer pays by itself, and by which day after the due day. */
export type Spared = { readonly payDay: number; readonly paid: number }

/**
 * Whether the steps wait for the customer's usual day, by what was known when the invoice that they count from fell due:
 * so the day stays the same while it is waited for. Everything overdue must be spared; one invoice that is not has the
 * message go.
 */
function sparedFor({ standing, agreements }: PlanFacts, dueOn: Day, overdue: readonly OpenInvoice[]): Spared | null {
  const { policy, customer } = standing
  if (policy.sparing === null || customer.history.length === 0 || overdue.length === 0) return null
  const limits = policy.sparing
  const broken = new Set([
    ...agreements.promises.filter(isBroken).flatMap(({ promise }) => promise.invoiceIds),
    ...agreements.plans.filter(({ state }) => state === 'breached').flatMap(({ plan }) => plan.invoiceIds),
  ])
  const judged = overdue.map((invoice) =>
    sparingOf(
      { dueOn, balance: invoice.balance, promiseBroken: broken.has(invoice.id) },
      habitBy(dueOn, customer.history),
      dueOn,
      limits,
    ),
  )
  const [first] = judged
  return judged.every(({ spare }) => spare) && first?.spare ? { payDay: first.payDay, paid: first.paid } : null
}

/** Older invoices say little about today, and reading so far back is what every look at the ledger can keep up. */
const REMEMBERED_DAYS = 400

/** The customer's habit by what was known on a day. */
function habitBy(on: Day, history: readonly PaidInvoice[]): Habit {
  const known = history.filter((invoice) => invoice.dueOn <= on && invoice.dueOn >= addDays(on, -REMEMBERED_DAYS))
  return habitOf(known, on, DEFAULT_HABIT_SETTINGS, NO_HOLIDAYS)
}

/** They tell in which run a payment fell, which nobody asks here. */
const NO_HOLIDAYS: BankHolidays = new Set()

function followUpMove({ step, on }: NonNullable<ReturnType<typeof followUpOf>>, position: Position): Move {
  if (on > position.today) return { kind: 'later', step, on }
  const limit = firmestAllowed({ ...position, policy: position.calendar.policy })
  const heldAt = step.channel === 'email' && firmness(stageOf(step)) > firmness(limit) ? limit : null
  return { kind: 'take', step: asWrittenToday(step, heldAt, position), skipped: [], heldAt }
}

/** The last day on which a payment on what is still open was large enough to soften the tone; null without one. */
function partPaidOn({ payments, policy }: Standing, invoices: readonly OpenInvoice[]): Day | null {
  if (payments.length === 0) return null
  let last: Day | null = null
  for (const { id, balance } of invoices) {
    const onInvoice = payments.filter(
      ({ invoiceId, amount }) => invoiceId === id && amount.currency === balance.currency,
    )
    for (const payment of onInvoice) {
      const since = onInvoice.filter(({ on }) => on >= payment.on)
      const owedBefore = since.reduce((minor, { amount }) => minor + amount.minor, balance.minor)
      const isWorthIt = payment.amount.minor * 100 >= owedBefore * policy.partPayment.atLeastPercent
      if (isWorthIt && (last === null || payment.on > last)) last = payment.on
    }
  }
  return last
}

/** The latest broken promise or plan about what is chased today, and the tone it resumes in; null without one. */
function resumeOf({ standing, agreements }: PlanFacts, invoices: readonly OpenInvoice[]): Resume | null {
  const { policy } = standing
  const concerns = (ids: readonly string[]): boolean => invoices.some(({ id }) => ids.includes(id))
  const resumes: Resume[] = [
    ...agreements.promises
      .filter((judged) => isBroken(judged) && concerns(judged.promise.invoiceIds))
      .map(({ judgedOn }) => ({ stage: policy.promise.brokenResumesAt, on: judgedOn })),
    ...agreements.plans
      .filter(({ state, plan }) => state === 'breached' && concerns(plan.invoiceIds))
      .flatMap(({ breachedOn }) => (breachedOn ? [{ stage: policy.plan.breachResumesAt, on: breachedOn }] : [])),
  ]
  return resumes.sort((one, other) => (one.on < other.on ? -1 : 1)).at(-1) ?? null
}

/**
 * The invoices that today's step is about: all overdue ones; on or before the due day also those that fall due
 * soon, unless the sequence keeps silent before the due day.
 */
function itemsOf(
  move: Move,
  dueOn: Day,
  invoices: readonly OpenInvoice[],
  today: Day,
  speaksEarly: boolean,
): OpenInvoice[] {
  if (move.kind !== 'take' || dueOn < today) return invoices.filter((invoice) => invoice.dueOn < today)
  const horizon = speaksEarly ? addDays(today, LOOK_AHEAD_DAYS) : today
  return invoices.filter((invoice) => invoice.dueOn <= latest(horizon, dueOn))
}

function coveredCurrencies(items: readonly OpenInvoice[], { credits, policy }: Standing): string[] {
  const credited = totalsPerCurrency(credits.filter((credit) => credit.minor > 0))
  const due = totalsPerCurrency(items.map((item) => item.balance))
  const covers = (credit: number, owed: number): boolean => credit * 100 >= owed * policy.credits.atLeastPercent
  return due
    .filter(({ minor, currency }) =>
      credited.some((credit) => credit.currency === currency && covers(credit.minor, minor)),
    )
    .map(({ currency }) => currency)
}
