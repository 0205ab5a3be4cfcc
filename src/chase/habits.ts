import type { BankHolidays } from './bank-day.ts'
import { addDays, daysBetween } from './day.ts'
import type { Day } from './day.ts'
import { firstRunStillPossible, runOfPayment, runOnOrAfter, spreadInMonth, usualDayOf } from './payment-run.ts'
import type { PaymentRun, UsualDay } from './payment-run.ts'
import { dayBy, restrictedMoments, survivalOf } from './survival.ts'
import type { Survival, Watched } from './survival.ts'
import { isSlowing } from './trend.ts'

/** An invoice as a sign of how its customer pays. Void ones and drafts say nothing and stay out. */
export type HabitInvoice = {
  readonly dueOn: Day
  /** The day the last of it was paid with money; null while something is due, or when a credit settled it. */
  readonly paidOn: Day | null
  /** From this day on it says nothing more: disputed, credited, written off. Until then it was unpaid. */
  readonly silentFrom: Day | null
}

export type HabitSettings = {
  /** An invoice that fell due so many days ago counts half as much as one that falls due today. */
  readonly halfLifeDays: number
  /** Below so many paid invoices no habit is stated. */
  readonly atLeastPaid: number
  /** Lateness beyond this counts as this in means: an average must not hang on one invoice that is never paid. */
  readonly withinDays: number
  /** A payment run is seen in at least so many payments… */
  readonly runAtLeastPayments: number
  /** …whose days of the month are at least this concentrated (0.9: about two days to either side)… */
  readonly runAtLeastConcentration: number
  /** …and lie apart at most this share of what the due days do: who is billed on the 1st also pays on like days. */
  readonly runAtMostSpreadShare: number
}

/**
 * What the estimates use unless told otherwise.
 *
 * The half-life lies in the middle of the 120 to 240 days that predicted best on a public sample of 2,466 invoices
 * (IBM's late-payment sample; measured for this project). The rest is provisional: judgement, not measurement.
 */
export const DEFAULT_HABIT_SETTINGS: HabitSettings = {
  halfLifeDays: 180,
  atLeastPaid: 3,
  withinDays: 120,
  runAtLeastPayments: 5,
  runAtLeastConcentration: 0.9,
  runAtMostSpreadShare: 0.5,
}

/** How one customer pays, as far as its own invoices say on one day. */
export type Habit = {
  readonly asOf: Day
  /** Invoices whose day of payment is known. */
  readonly paid: number
  /** Invoices known only to take at least so long: open ones, due or not, and those that fell silent. */
  readonly open: number
  /** How many equally recent invoices say as much as these (Kish's effective sample size); not-yet-due ones left out. */
  readonly effective: number
  /** Null below `atLeastPaid`. */
  readonly lateness: Lateness | null
  /** It pays later and later, more clearly than chance would have it. */
  readonly slowing: boolean
  readonly usualDay: UsualDay | null
  /** Its payment run: the one that a person named, else the one that its payments show; null when there is none. */
  readonly run: { readonly days: PaymentRun; readonly from: 'setting' | 'payments' } | null
  /** How late it pays, as a curve over days after the due day; null without any invoice. */
  readonly curve: Survival | null
  /** The same counted in payment runs: 0 is the first run on or after the due day. Null without a run. */
  readonly runCurve: Survival | null
}

/** Days after the due day; negative is early. */
export type Lateness = {
  /** Half of its invoices are paid by then; null when more than half of the record is still open. */
  readonly medianDays: number | null
  /** Four in five are paid by then; null when the record does not reach so far. */
  readonly day80: number | null
  /** The mean, each invoice counting at most `withinDays`. */
  readonly meanDays: number
  /** The standard deviation on the same footing. */
  readonly spreadDays: number
}

/**
 * Reads a customer's habit from its invoices, as of one day and by what was known on that day.
 *
 * Invoices that are not paid count as taking at least as long as they have taken. Weights depend on the due day
 * alone: were they to follow the day of payment, slow payers would look more recent than they are.
 */
export function habitOf(
  invoices: readonly HabitInvoice[],
  today: Day,
  settings: HabitSettings,
  holidays: BankHolidays,
  namedRun: PaymentRun | null = null,
): Habit {
  const watched = invoices.map((invoice) => ({ invoice, ...watchedOn(invoice, today, settings) }))
  const paid = watched.filter(({ happened }) => happened).length
  const curve = survivalOf(watched)

  const payments = watched.flatMap(({ invoice: { dueOn, paidOn }, happened, weight }) =>
    happened && paidOn !== null ? [{ dueOn, on: paidOn, weight }] : [],
  )
  const usualDay = usualDayOf(payments, holidays)
  const run = runOf(usualDay, payments, settings, namedRun)
  return {
    asOf: today,
    paid,
    open: watched.length - paid,
    effective: effectiveSize(watched.filter(({ happened, days }) => happened || days > 0)),
    lateness: paid < settings.atLeastPaid || curve === null ? null : latenessOf(curve, settings),
    slowing: isSlowing(watched.map(({ invoice: { dueOn }, days, happened }) => ({ dueOn, days, happened }))),
    usualDay,
    run,
    curve,
    runCurve: run === null ? null : survivalOf(watched.map((one) => countedInRuns(one, run.days))),
  }
}

/** The invoice as it was seen on the day: what happened later is not known yet. */
function watchedOn({ dueOn, paidOn, silentFrom }: HabitInvoice, today: Day, { halfLifeDays }: HabitSettings): Watched {
  const weight = 0.5 ** (Math.max(0, daysBetween(dueOn, today)) / halfLifeDays)
  const seenUntil = silentFrom !== null && silentFrom < today ? silentFrom : today
  const happened = paidOn !== null && (silentFrom === null || paidOn <= silentFrom) && paidOn < today
  return { days: daysBetween(dueOn, happened ? paidOn : seenUntil), happened, weight }
}

function countedInRuns(
  { invoice, happened, days, weight }: Watched & { invoice: HabitInvoice },
  run: PaymentRun,
): Watched {
  const due = runOnOrAfter(invoice.dueOn, run)
  const seenUntil = addDays(invoice.dueOn, days)
  const number = happened ? runOfPayment(seenUntil, run) : firstRunStillPossible(seenUntil, run)
  return { days: number - due, happened, weight }
}

function runOf(
  usualDay: UsualDay | null,
  payments: readonly { dueOn: Day; on: Day; weight: number }[],
  settings: HabitSettings,
  namedRun: PaymentRun | null,
): Habit['run'] {
  if (namedRun !== null && namedRun.length > 0) return { days: [...namedRun].sort((a, b) => a - b), from: 'setting' }
  if (usualDay === null || usualDay.payments < settings.runAtLeastPayments) return null
  if (usualDay.concentration < settings.runAtLeastConcentration) return null

  const spread = spreadInMonth(payments)
  const dueSpread = spreadInMonth(payments.map(({ dueOn, weight }) => ({ on: dueOn, weight })))
  if (spread === null || dueSpread === null || spread > dueSpread * settings.runAtMostSpreadShare) return null
  return { days: [usualDay.dayOfMonth], from: 'payments' }
}

function latenessOf(curve: Survival, { withinDays }: HabitSettings): Lateness {
  const { mean, deviation } = restrictedMoments(curve, withinDays)
  return { medianDays: dayBy(curve, 0.5), day80: dayBy(curve, 0.8), meanDays: mean, spreadDays: deviation }
}

function effectiveSize(watched: readonly Watched[]): number {
  const sum = watched.reduce((total, { weight }) => total + weight, 0)
  const squares = watched.reduce((total, { weight }) => total + weight ** 2, 0)
  return squares === 0 ? 0 : sum ** 2 / squares
}

/**
 * How the customers of a business pay taken together, for customers with little record of their own.
 *
 * No customer counts for more than one invoice of today, so that a large buyer does not speak for all.
 */
export function businessCurve(
  customers: Iterable<readonly HabitInvoice[]>,
  today: Day,
  settings: HabitSettings,
): Survival | null {
  const watched: Watched[] = []
  for (const invoices of customers) {
    const own = invoices.map((invoice) => watchedOn(invoice, today, settings))
    const share =
      1 /
      Math.max(
        1,
        own.reduce((sum, { weight }) => sum + weight, 0),
      )
    for (const one of own) watched.push({ ...one, weight: one.weight * share })
  }
  return survivalOf(watched)
}
