import { addDays, daysInMonth } from './day.ts'
import type { Day } from './day.ts'

/** The day of that month with this number, its last day where the month is shorter: 31 is always the last. */
export function dayOfMonth(inMonthOf: Day, date: number): Day {
  const [year, month] = [Number(inMonthOf.slice(0, 4)), Number(inMonthOf.slice(5, 7))]
  const fitting = Math.min(Math.max(date, 1), daysInMonth(year, month))
  return `${inMonthOf.slice(0, 8)}${String(fitting).padStart(2, '0')}` as Day
}

/** The first day from this one on that has this number in its month. */
export function nextMonthDay(from: Day, date: number): Day {
  const inThisMonth = dayOfMonth(from, date)
  return inThisMonth >= from ? inThisMonth : dayOfMonth(addDays(dayOfMonth(from, 31), 1), date)
}

/** The month as 'YYYY-MM'. */
export const monthOf = (on: Day): string => on.slice(0, 7)
