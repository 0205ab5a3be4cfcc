import { addDays, day, daysInMonth } from './day.ts'
import type { Day } from './day.ts'

/** The first day of the month that the day lies in. */
export const firstOfMonth = (of: Day): Day => day(`${of.slice(0, 7)}-01`)

/** The last day of the month that the day lies in. */
export const lastOfMonth = (of: Day): Day => addDays(addMonths(firstOfMonth(of), 1), -1)

/** The first day of the month so many months later (or earlier) than the month that the day lies in. */
export function addMonths(of: Day, months: number): Day {
  const months0 = monthNumber(of) + months
  const year = Math.floor(months0 / 12)
  return day(`${String(year).padStart(4, '0')}-${String(months0 - year * 12 + 1).padStart(2, '0')}-01`)
}

/** The month as a whole number that grows by one from month to month. */
export const monthNumber = (of: Day): number => Number(of.slice(0, 4)) * 12 + Number(of.slice(5, 7)) - 1

/** The month as 'YYYY-MM'. */
export const monthOf = (on: Day): string => on.slice(0, 7)

/** How many days the month has that the day lies in. */
export const lengthOfMonth = (of: Day): number => daysInMonth(Number(of.slice(0, 4)), Number(of.slice(5, 7)))

/** Which day of its month the day is, 1 to 31. */
export const dateOf = (of: Day): number => Number(of.slice(8, 10))

/** The day of that month with this number, its last day where the month is shorter: 31 is always the last. */
export function dayOfMonth(inMonthOf: Day, date: number): Day {
  const fitting = Math.min(Math.max(date, 1), lengthOfMonth(inMonthOf))
  return `${inMonthOf.slice(0, 8)}${String(fitting).padStart(2, '0')}` as Day
}

/** The first day from this one on that has this number in its month. */
export function nextMonthDay(from: Day, date: number): Day {
  const inThisMonth = dayOfMonth(from, date)
  return inThisMonth >= from ? inThisMonth : dayOfMonth(addMonths(from, 1), date)
}
