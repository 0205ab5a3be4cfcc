import { isBankNumber } from './bank-day.ts'
import type { BankHolidays } from './bank-day.ts'
import { addDays, day, dayFromNumber, dayNumber } from './day.ts'
import type { Day, DayNumber } from './day.ts'
import { addMonths, dateOf, dayOfMonth, lengthOfMonth, monthNumber } from './month.ts'

/** The days of the month, 1 to 31 and ascending, on which a customer pays its bills; 31 is the last day of any month. */
export type PaymentRun = readonly number[]

/** The day of the month around which payments lie. */
export type UsualDay = {
  /** 1 to 31; 31 is the last day of any month. */
  readonly dayOfMonth: number
  /** The mean resultant length: 1 when all payments fall on one day of the month, near 0 when on any. */
  readonly concentration: number
  /** On how many different days payments came. */
  readonly payments: number
}

/** The longest that a run is moved by weekends and holidays, in days after it. */
const MOVED_AT_MOST_DAYS = 4

/** The month as a circle of 31 days: the 31st and the 1st are neighbours. */
const CIRCLE_DAYS = 31

/**
 * The usual day of the month by circular statistics (Mardia and Jupp, "Directional Statistics", 2000, chapter 2);
 * null without payments. Payments on one day are one payment run and count once.
 *
 * The end of the month is looked for by counting backwards as well, because 28 February and 31 March are the same
 * habit. Weekends move payments, so the day named is the one near the circular mean that explains most of them.
 */
export function usualDayOf(payments: readonly { on: Day; weight: number }[], holidays: BankHolidays): UsualDay | null {
  const perDay = new Map<Day, number>()
  for (const { on, weight } of payments) perDay.set(on, Math.max(perDay.get(on) ?? 0, weight))
  const days = [...perDay].map(([on, weight]) => ({ on, weight }))
  if (days.length === 0) return null

  const forwards = circularMean(days.map(({ on, weight }) => ({ at: dateOf(on), weight })))
  const backwards = circularMean(days.map(({ on, weight }) => ({ at: lengthOfMonth(on) - dateOf(on), weight })))
  const atMonthEnd = distanceOnCircle(backwards.at, 0) <= 2 && backwards.concentration > forwards.concentration
  const around = atMonthEnd ? backwards : forwards

  const places = days.map(placed)
  const near = Array.from({ length: CIRCLE_DAYS }, (_, index) => index + 1)
    .map((dayOfMonth) => ({ dayOfMonth, distance: distanceOnCircle(dayOfMonth, atMonthEnd ? 31 : around.at) }))
    .filter(({ distance }) => distance <= (atMonthEnd ? 0 : MOVED_AT_MOST_DAYS))
    .map((candidate) => ({ ...candidate, explained: explainedBy(candidate.dayOfMonth, places, holidays) }))
    .sort((one, other) => other.explained - one.explained || one.distance - other.distance)
  return { dayOfMonth: near[0]?.dayOfMonth ?? 31, concentration: around.concentration, payments: days.length }
}

/**
 * How far days of the month lie apart, as a circular standard deviation in days; null without any.
 *
 * Counted forwards and backwards through the month, the smaller of the two.
 */
export function spreadInMonth(days: readonly { on: Day; weight: number }[]): number | null {
  if (days.length === 0) return null
  const forwards = circularMean(days.map(({ on, weight }) => ({ at: dateOf(on), weight })))
  const backwards = circularMean(days.map(({ on, weight }) => ({ at: lengthOfMonth(on) - dateOf(on), weight })))
  const concentration = Math.min(1, Math.max(forwards.concentration, backwards.concentration))
  return (Math.sqrt(-2 * Math.log(concentration)) / (2 * Math.PI)) * CIRCLE_DAYS
}

function circularMean(points: readonly { at: number; weight: number }[]): { at: number; concentration: number } {
  let east = 0
  let north = 0
  let whole = 0
  for (const { at, weight } of points) {
    const angle = (at / CIRCLE_DAYS) * 2 * Math.PI
    east += weight * Math.cos(angle)
    north += weight * Math.sin(angle)
    whole += weight
  }
  const at = (Math.atan2(north, east) / (2 * Math.PI)) * CIRCLE_DAYS
  return { at: at < 0 ? at + CIRCLE_DAYS : at, concentration: Math.hypot(east, north) / whole }
}

function distanceOnCircle(one: number, other: number): number {
  const apart = Math.abs(one - other) % CIRCLE_DAYS
  return Math.min(apart, CIRCLE_DAYS - apart)
}

/** A payment with the months before, around and after it, by day number. */
type Placed = { readonly on: DayNumber; readonly weight: number; readonly months: readonly MonthPlace[] }
type MonthPlace = { readonly first: DayNumber; readonly days: number }

function placed({ on, weight }: { on: Day; weight: number }): Placed {
  const months = [-1, 0, 1].map((apart) => {
    const month = addMonths(on, apart)
    return { first: dayNumber(month), days: lengthOfMonth(month) }
  })
  return { on: dayNumber(on), weight, months }
}

/** How much of the payments came on that day of the month, or on a bank day beside it when it was none itself. */
function explainedBy(dayOfMonth: number, payments: readonly Placed[], holidays: BankHolidays): number {
  return payments.reduce((sum, { on, weight, months }) => {
    const explained = months.some(({ first, days }) => {
      const nominal = first + Math.min(dayOfMonth, days) - 1
      return on === nominal || (!isBankNumber(nominal, holidays) && isBesideRun(on, nominal, holidays))
    })
    return explained ? sum + weight : sum
  }, 0)
}

/** Whether no bank day lies between the run and the day of payment. */
function isBesideRun(paidOn: DayNumber, run: DayNumber, holidays: BankHolidays): boolean {
  const [from, to] = paidOn < run ? [paidOn, run] : [run, paidOn]
  if (from + MOVED_AT_MOST_DAYS < to) return false
  for (let on = from + 1; on < to; on += 1) if (isBankNumber(on, holidays)) return false
  return true
}

/** Runs as whole numbers that grow by one from run to run: the one whose day is this day or the first after it. */
export function runOnOrAfter(on: Day, run: PaymentRun): number {
  const position = run.findIndex((date) => dayOfMonth(on, date) >= on)
  return monthNumber(on) * run.length + (position === -1 ? run.length : position)
}

/** The day of the run with this number, before weekends and holidays move it. */
export function dayOfRun(number: number, run: PaymentRun): Day {
  const month = Math.floor(number / run.length)
  const dayInRun = run[number - month * run.length]
  if (dayInRun === undefined) throw new RangeError('a payment run has at least one day of the month')
  return dayOfMonth(addMonths(EPOCH, month - monthNumber(EPOCH)), dayInRun)
}

const EPOCH = day('1970-01-01')

/** Day numbers to the run on or after them; remembers the last answer, so days are best asked in order. */
export function runAfter(run: PaymentRun): (on: DayNumber) => DayNumber {
  let before = Number.POSITIVE_INFINITY
  let here = Number.NEGATIVE_INFINITY
  return (on) => {
    if (on > before && on <= here) return here
    const number = runOnOrAfter(dayFromNumber(on), run)
    before = dayNumber(dayOfRun(number - 1, run))
    here = dayNumber(dayOfRun(number, run))
    return here
  }
}

/** The run that a payment belongs to: the one whose day is nearest, the earlier of two equally near. */
export function runOfPayment(paidOn: Day, run: PaymentRun): number {
  const after = runOnOrAfter(paidOn, run)
  const daysFrom = (number: number): number => Math.abs(dayNumber(paidOn) - dayNumber(dayOfRun(number, run)))
  return daysFrom(after) < daysFrom(after - 1) ? after : after - 1
}

/** The first run whose payment may still arrive today or later, however weekends and holidays move it. */
export const firstRunStillPossible = (today: Day, run: PaymentRun): number =>
  runOnOrAfter(addDays(today, -MOVED_AT_MOST_DAYS), run)
