import { addDays, LAST_DAY, weekday } from './day.ts'
import type { Day } from './day.ts'
import type { ClosingDays, Policy } from './policy.ts'

/** What the days are for: the policy's weekdays, closing days and August, and the public holidays of the place. */
export type Calendar = { readonly policy: Policy; readonly holidays: ReadonlySet<Day> }

/** A calendar without a sending day in this many days has none: the search ends, and nothing is ever sent. */
const SEARCH_LIMIT_DAYS = 400

/** Whether people are at work on this day: one of the policy's weekdays, no public holiday and no closing day. */
export const isBusinessDay = (on: Day, { policy, holidays }: Calendar): boolean =>
  policy.weekdays.includes(weekday(on)) && !holidays.has(on) && !isClosed(on, policy)

/** Whether messages may leave on this day: a business day, outside an August in which all is silent. */
export const isSendingDay = (on: Day, calendar: Calendar): boolean =>
  isBusinessDay(on, calendar) && !(calendar.policy.august === 'silent' && isAugust(on))

/** Whether the day lies in August, when much of Spain is closed. */
export const isAugust = (on: Day): boolean => on.slice(5, 7) === '08'

const isClosed = (on: Day, { closingDays }: Policy): boolean => closingDays.some((closing) => liesWithin(on, closing))

function liesWithin(on: Day, { from, to, yearly }: ClosingDays): boolean {
  if (!yearly) return from <= on && on <= to
  const [first, last, date] = [from.slice(5), to.slice(5), on.slice(5)]
  return first <= last ? first <= date && date <= last : date >= first || date <= last
}

/** The day itself if messages may leave on it, else the first such day after it; LAST_DAY where there is none. */
export const nextSendingDay = (from: Day, calendar: Calendar): Day =>
  firstDay(from, 1, (on) => isSendingDay(on, calendar)) ?? LAST_DAY

/** The day itself if people are at work on it, else the next such day; LAST_DAY where there is none. */
export const nextBusinessDay = (from: Day, calendar: Calendar): Day =>
  firstDay(from, 1, (on) => isBusinessDay(on, calendar)) ?? LAST_DAY

/**
 * The business day that is so many business days after `from`, or before it where the number is negative; `from`
 * itself for none. LAST_DAY where there is none after it, `from` where there is none before.
 */
export function addBusinessDays(from: Day, days: number, calendar: Calendar): Day {
  const direction = days < 0 ? -1 : 1
  const isOpen = (on: Day): boolean => isBusinessDay(on, calendar)
  let on = from
  for (let counted = 0; counted < Math.abs(days); counted += 1) {
    const next = firstDay(addDays(on, direction), direction, isOpen)
    if (next === null) return direction > 0 ? LAST_DAY : from
    on = next
  }
  return on
}

function firstDay(from: Day, direction: 1 | -1, fits: (on: Day) => boolean): Day | null {
  let on = from
  for (let searched = 0; searched < SEARCH_LIMIT_DAYS; searched += 1) {
    if (fits(on)) return on
    on = addDays(on, direction)
  }
  return null
}

/** So many days later, counted in the unit. */
export const addIn = (unit: 'days' | 'business-days', from: Day, days: number, calendar: Calendar): Day =>
  unit === 'days' ? addDays(from, days) : addBusinessDays(from, days, calendar)

/** How many business days lie after `from`, up to and including `to`. Zero when `to` is not later. */
export function businessDaysBetween(from: Day, to: Day, calendar: Calendar): number {
  let count = 0
  for (let on = from; on < to;) {
    on = addDays(on, 1)
    if (isBusinessDay(on, calendar)) count += 1
  }
  return count
}

/**
 * The first day on which the gap after a message is over: as many business days later as the policy says, and
 * never the same day. With a gap of 2, a message on Monday allows the next on Wednesday, one on Friday or at the
 * weekend the next on Tuesday.
 */
export function nextContactDay(lastContact: Day, calendar: Calendar): Day {
  const afterGap = addBusinessDays(lastContact, calendar.policy.gapBusinessDays, calendar)
  return latest(addDays(lastContact, 1), afterGap)
}

/** Why no message may go today for what already went, and the first sending day on which one may. */
export type ContactLimit = { readonly reason: 'too-soon' | 'weekly-cap' | 'monthly-cap'; readonly until: Day }

/**
 * The gap and the caps, judged together: null when none of them stands in the way today.
 *
 * The caps count rolling windows of 7 and 30 days that end on the day of the message, that day included. Where
 * several limits bind, the one that binds longest is named.
 */
export function contactLimit(contactedOn: readonly Day[], today: Day, calendar: Calendar): ContactLimit | null {
  const { policy } = calendar
  const latestFirst = [...contactedOn].sort().reverse()
  const last = latestFirst[0]

  const limits: ContactLimit[] = [
    { reason: 'monthly-cap', until: capLiftsOn(latestFirst, policy.mostPer30Days, 30, today) },
    { reason: 'weekly-cap', until: capLiftsOn(latestFirst, policy.mostPer7Days, 7, today) },
    { reason: 'too-soon', until: last === undefined ? today : nextContactDay(last, calendar) },
  ]
  const binding = limits.reduce((one, other) => (other.until >= one.until ? other : one))
  return binding.until > today ? { ...binding, until: nextSendingDay(binding.until, calendar) } : null
}

/** The first day on which the window of so many days holds fewer messages than the cap. */
function capLiftsOn(latestFirst: readonly Day[], cap: number, windowDays: number, today: Day): Day {
  if (cap < 1) return LAST_DAY
  const lastInTheWay = latestFirst[cap - 1]
  return lastInTheWay === undefined ? today : latest(today, addDays(lastInTheWay, windowDays))
}

/** The later of two days. */
export const latest = (one: Day, other: Day): Day => (one > other ? one : other)
