import { day, daysInMonth, LAST_DAY } from '../day.ts'
import type { Day } from '../day.ts'

/**
 * The same date so many months later, or the last day of that month where it has no such date: six months after
 * 31 August is 28 February (29 in a leap year). So do Spain (art. 5.1 CC) and Germany (§ 188(3) BGB) count. Stops at
 * the end of the calendar.
 */
export function monthsAfter(from: Day, months: number): Day {
  const counted = Number(from.slice(0, 4)) * 12 + Number(from.slice(5, 7)) - 1 + months
  const [year, month] = [Math.floor(counted / 12), (((counted % 12) + 12) % 12) + 1]
  if (year > 9999) return LAST_DAY
  const date = Math.min(Number(from.slice(8, 10)), daysInMonth(year, month))
  return day(`${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}`)
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0')

/** The same date so many years later; 29 February becomes the 28th where there is none. */
export const yearsAfter = (from: Day, years: number): Day => monthsAfter(from, years * 12)

export const endOfYear = (on: Day): Day => day(`${on.slice(0, 4)}-12-31`)

/** 1 January or 1 July, whichever began the half-year of this day. */
export const halfYearStart = (on: Day): Day => day(`${on.slice(0, 4)}-${on.slice(5, 7) < '07' ? '01' : '07'}-01`)

/** 30 June or 31 December, whichever ends the half-year of this day. */
export const halfYearEnd = (on: Day): Day => (on.slice(5, 7) < '07' ? day(`${on.slice(0, 4)}-06-30`) : endOfYear(on))

/** How many days the year of this day has. */
export const daysInYear = (on: Day): 365 | 366 => (daysInMonth(Number(on.slice(0, 4)), 2) === 29 ? 366 : 365)
