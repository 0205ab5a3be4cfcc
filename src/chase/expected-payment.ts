import { nextBankDay, nextBankNumber } from './bank-day.ts'
import type { BankHolidays } from './bank-day.ts'
import { dayFromNumber, dayNumber } from './day.ts'
import type { Day, DayNumber } from './day.ts'
import type { Habit } from './habits.ts'
import { dayOfRun, runAfter, runOnOrAfter } from './payment-run.ts'
import { continuedBy, dayBy, givenAtLeast, mixed, rescaled } from './survival.ts'
import type { Survival } from './survival.ts'

/** What is known of how somebody pays: its own habit, and that of the business's customers for what it leaves open. */
export type Payer = {
  readonly habit: Habit
  readonly business: Survival | null
}

/** When an open invoice is likely to be paid, given that it is not paid yet. */
export type ExpectedPayment = {
  /** As likely before as after; never before today. Null when the record makes payment less likely than not. */
  readonly on: Day | null
  /** Four times in five between these days, ends included; `to` is null when the record does not reach so far. */
  readonly from: Day | null
  readonly to: Day | null
  /**
   * What it rests on: the customer's payment run, its own record, the business's customers because its own is thin, or
   * the due day because there is no record at all. `beyond-record`: nobody here ever paid so late.
   */
  readonly basis: 'payment-run' | 'own-record' | 'business-record' | 'due-day' | 'beyond-record'
  /** By day number, the share of chances that it is still unpaid after that day. */
  readonly curve: Survival
}

/**
 * The business's record counts as much as so many invoices of the customer's own. One is what predicted best on a
 * public sample of 2,466 invoices (IBM's late-payment sample; measured for this project).
 */
const BUSINESS_COUNTS_AS = 1

/** With no record at all, by the due day or not is even: Laplace's rule of succession after no trials. */
const EVEN_CHANCE = 0.5

/**
 * Expects the payment of one open invoice.
 *
 * Days on which no money arrives move to the next on which it can. A customer with a payment run pays on a run: how
 * many runs after the due day is what its record says.
 */
export function expectedPayment(
  dueOn: Day,
  payer: Payer,
  today: Day,
  holidays: BankHolidays,
  atLeastPaid: number,
): ExpectedPayment {
  const { habit } = payer
  const run = habit.run?.days ?? null
  const due = dayNumber(dueOn)
  const onRun = run === null ? (on: DayNumber): DayNumber => on : runAfter(run)
  const fromDue = (days: number): DayNumber => onRun(due + days)
  const arrives = (on: DayNumber): DayNumber => nextBankNumber(on, holidays)

  const runCurve = run === null || habit.paid === 0 ? null : habit.runCurve
  const own =
    runCurve !== null && run !== null
      ? rescaled(runCurve, (runs) => dayNumber(dayOfRun(runOnOrAfter(dueOn, run) + runs, run)))
      : habit.curve && rescaled(habit.curve, fromDue)
  const others = payer.business && rescaled(payer.business, fromDue)

  const believed = believe(own, habit, others)
  if (believed === null) return onDueDay(dayFromNumber(onRun(Math.max(due, dayNumber(today)))), holidays)

  const open = givenAtLeast(rescaled(believed, arrives), dayNumber(today))
  if (open === null || open.steps.length === 0) return BEYOND_RECORD
  return {
    on: dayAt(open, 0.5),
    from: dayAt(open, 0.1),
    to: dayAt(open, 0.9),
    basis: habit.paid >= atLeastPaid ? (runCurve === null ? 'own-record' : 'payment-run') : 'business-record',
    curve: open,
  }
}

/** The customer's own record, weighed against the business's and continued by it; null without any payment in either. */
function believe(own: Survival | null, habit: Habit, others: Survival | null): Survival | null {
  if (own === null) return others
  if (others === null) return habit.paid === 0 ? null : own
  return mixed(continuedBy(own, others), habit.effective, others, BUSINESS_COUNTS_AS)
}

function dayAt(curve: Survival, share: number): Day | null {
  const number = dayBy(curve, share)
  return number === null ? null : dayFromNumber(number)
}

const BEYOND_RECORD: ExpectedPayment = {
  on: null,
  from: null,
  to: null,
  basis: 'beyond-record',
  curve: { steps: [], until: 0 },
}

function onDueDay(nominal: Day, holidays: BankHolidays): ExpectedPayment {
  const on = nextBankDay(nominal, holidays)
  const steps = [{ days: dayNumber(on), left: 1 - EVEN_CHANCE }]
  return { on, from: on, to: null, basis: 'due-day', curve: { steps, until: dayNumber(on) } }
}
