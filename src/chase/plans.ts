import { addBusinessDays } from './calendar.ts'
import type { Calendar } from './calendar.ts'
import { addDays } from './day.ts'
import type { Day } from './day.ts'
import { money, totalsPerCurrency } from './money.ts'
import type { Money } from './money.ts'
import { addMonths, dayOfMonth, firstOfMonth } from './month.ts'
import type { LedgerFacts } from './promises.ts'
import type { Instalment, OpenInvoice, PaymentPlan, Standing } from './standing.ts'

/** 'late' is inside the tolerance, 'breached' beyond it. */
export type PlanState = 'on-track' | 'late' | 'breached' | 'completed'

export type JudgedPlan = {
  readonly plan: PaymentPlan
  readonly state: PlanState
  /** The first instalment that has not fully arrived; null when all have. */
  readonly next: Instalment | null
  /** The first day on which that instalment counts as missed; null without one. */
  readonly breachedOn: Day | null
  /** What arrived since the plan was agreed. */
  readonly paid: Money
  /** What is missing of the instalments up to that one. */
  readonly missing: Money
}

/**
 * Judges a plan by what arrived since it was agreed: the money fills the instalments in order, whichever of the plan's
 * invoices the ledger put it on. An instalment is missed when, after the tolerance in days, more than the tolerance in
 * percent of all that was due by then is missing.
 */
export function judgePlan(plan: PaymentPlan, facts: LedgerFacts): JudgedPlan {
  const { today, calendar } = facts
  const { toleranceBusinessDays, tolerancePercent } = calendar.policy.plan
  const currency = plan.instalments[0]?.amount.currency ?? ''
  const paid = paidOn(plan, facts, currency)
  const isSettled = !facts.invoices.some(({ id, balance }) => plan.invoiceIds.includes(id) && balance.minor > 0)
  let due = 0
  for (const instalment of isSettled ? [] : plan.instalments) {
    due += instalment.amount.minor
    const arrived = paid.minor * 100 >= due * (100 - tolerancePercent)
    if (arrived) continue
    const breachedOn = addDays(addBusinessDays(instalment.on, toleranceBusinessDays, calendar), 1)
    const state = today >= breachedOn ? 'breached' : today > instalment.on ? 'late' : 'on-track'
    return { plan, state, next: instalment, breachedOn, paid, missing: money(due - paid.minor, currency) }
  }
  return { plan, state: 'completed', next: null, breachedOn: null, paid, missing: money(0, currency) }
}

/** All plans of a standing, judged. */
export function judgedPlans(standing: Standing, calendar: Calendar): JudgedPlan[] {
  if (standing.plans.length === 0) return []
  const { today, invoices, payments } = standing
  return standing.plans.map((plan) => judgePlan(plan, { today, calendar, invoices, payments }))
}

function paidOn(plan: PaymentPlan, { payments, today }: LedgerFacts, currency: string): Money {
  const counted = payments.filter(
    ({ invoiceId, on, amount }) =>
      plan.invoiceIds.includes(invoiceId) && on >= plan.agreedOn && on <= today && amount.currency === currency,
  )
  return money(
    counted.reduce((minor, { amount }) => minor + amount.minor, 0),
    currency,
  )
}

/** What is wrong with the terms of a plan. */
export type PlanProblem =
  | 'no-instalments'
  | 'amount-not-positive'
  | 'several-currencies'
  | 'days-out-of-order'
  | 'day-past'
  | 'amounts-do-not-add-up'
  | 'invoice-not-open'

/** Checks terms before anyone agrees to them; empty when they are sound. They must add up to what is open, to the cent. */
export function checkPlanTerms(
  terms: Pick<PaymentPlan, 'invoiceIds' | 'instalments'>,
  openInvoices: readonly OpenInvoice[],
  today: Day,
): PlanProblem[] {
  const { invoiceIds, instalments } = terms
  const covered = openInvoices.filter(({ id, balance }) => invoiceIds.includes(id) && balance.minor > 0)
  const owed = totalsPerCurrency(covered.map(({ balance }) => balance))
  const agreed = totalsPerCurrency(instalments.map(({ amount }) => amount))
  const days = instalments.map(({ on }) => on)
  const [owes, pays] = [owed[0], agreed[0]]

  const problems: PlanProblem[] = []
  if (instalments.length === 0) problems.push('no-instalments')
  if (covered.length === 0 || covered.length < new Set(invoiceIds).size) problems.push('invoice-not-open')
  if (instalments.some(({ amount }) => !Number.isSafeInteger(amount.minor) || amount.minor <= 0)) {
    problems.push('amount-not-positive')
  }
  if (days.some((on) => on < today)) problems.push('day-past')
  if (days.some((on, at) => at > 0 && on <= (days[at - 1] ?? on))) problems.push('days-out-of-order')
  if (owed.length > 1 || agreed.length > 1) problems.push('several-currencies')
  else if (owes && pays && (owes.minor !== pays.minor || owes.currency !== pays.currency)) {
    problems.push('amounts-do-not-add-up')
  }
  return problems
}

/**
 * Proposes so many instalments for an amount, for a person to confirm: as equal as whole minor units allow, the first
 * ones a unit larger where it does not divide, and together exactly the amount. Monthly ones keep the first one's day
 * of the month, or the month's last where it is shorter. Throws a RangeError for fewer than one unit each.
 */
export function proposePlan(
  amount: Money,
  count: number,
  firstOn: Day,
  every: 'week' | 'two-weeks' | 'month',
): Instalment[] {
  if (!Number.isSafeInteger(count) || count < 1 || amount.minor < count) {
    throw new RangeError(`cannot make ${count} instalments of ${amount.minor} ${amount.currency}`)
  }
  const each = Math.floor(amount.minor / count)
  const larger = amount.minor - each * count
  let monthStart = firstOfMonth(firstOn)
  return Array.from({ length: count }, (_, at) => {
    const on =
      every === 'month' ? dayOfMonth(monthStart, Number(firstOn.slice(8))) : addDays(firstOn, at * STEPS[every])
    monthStart = addMonths(monthStart, 1)
    return { on, amount: money(each + (at < larger ? 1 : 0), amount.currency) }
  })
}

const STEPS = { week: 7, 'two-weeks': 14 } as const
