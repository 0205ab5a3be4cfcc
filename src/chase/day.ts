/** A calendar day with no time and no zone, as 'YYYY-MM-DD'. Due dates are days, not instants. */
export type Day = string & { readonly __day: unique symbol }

/** A day as a whole number of days since 1970-01-01: what loops count with. */
export type DayNumber = number

/** Reads 'YYYY-MM-DD'. Throws a RangeError for anything that is not a day of the calendar, such as 2026-02-29. */
export function day(text: string): Day {
  if (!isDay(text)) throw new RangeError(`not a calendar day: ${text}`)
  return text
}

/** Whether the text is a day that exists, in the years 0001 to 9999. */
export function isDay(text: string): text is Day {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!match) return false
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])]
  return year >= 1 && month >= 1 && month <= 12 && date >= 1 && date <= daysInMonth(year, month)
}

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

/** How many days the month has, 1 for January to 12 for December. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** The day's number. Civil-calendar arithmetic after Howard Hinnant's "chrono-compatible low-level date algorithms". */
export function dayNumber(of: Day): DayNumber {
  const year = twoDigits(of, 0) * 100 + twoDigits(of, 2)
  const month = twoDigits(of, 5)
  const date = twoDigits(of, 8)
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

// The rules read many days; slicing each into numbers was a tenth of their time.
const twoDigits = (of: Day, at: number): number => of.charCodeAt(at) * 10 + of.charCodeAt(at + 1) - 528

/** The day with this number. Throws a RangeError outside the years 0001 to 9999. */
export function dayFromNumber(number: DayNumber): Day {
  const shifted = number + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthShifted = Math.floor((5 * dayOfYear + 2) / 153)
  const date = dayOfYear - Math.floor((153 * monthShifted + 2) / 5) + 1
  const month = monthShifted < 10 ? monthShifted + 3 : monthShifted - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  if (year < 1 || year > 9999) throw new RangeError(`day number out of range: ${number}`)
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}` as Day
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0')

/** The last day we can write down. */
export const LAST_DAY = '9999-12-31' as Day
const LAST_NUMBER = dayNumber(LAST_DAY)
const FIRST_NUMBER = dayNumber('0001-01-01' as Day)

/** The day so many days later (or earlier, when negative), stopping at the ends of the calendar. */
export const addDays = (from: Day, days: number): Day =>
  dayFromNumber(Math.min(LAST_NUMBER, Math.max(FIRST_NUMBER, dayNumber(from) + days)))

/** Whole days from one day to another: positive when `to` is later. */
export const daysBetween = (from: Day, to: Day): number => dayNumber(to) - dayNumber(from)

/** The day of the week, 1 for Monday to 7 for Sunday (ISO 8601). */
export const weekday = (of: Day): number => ((((dayNumber(of) + 3) % 7) + 7) % 7) + 1
