import { addDays, dayFromNumber, dayNumber, LAST_DAY } from './day.ts'
import type { Day, DayNumber } from './day.ts'

/**
 * The public holidays where the money arrives: those of the business that is owed, not those of its customer. The
 * days on which messages leave are another matter and belong to the policy.
 */
export type BankHolidays = ReadonlySet<Day>

/** Whether money can arrive on this day: Monday to Friday, no holiday. */
export const isBankDay = (on: Day, holidays: BankHolidays): boolean => isBankNumber(dayNumber(on), holidays)

/** The day itself if money can arrive on it, else the first such day after it. */
export const nextBankDay = (from: Day, holidays: BankHolidays): Day =>
  dayFromNumber(nextBankNumber(dayNumber(from), holidays))

/** `isBankDay` for loops that count days as numbers. */
export function isBankNumber(on: DayNumber, holidays: BankHolidays): boolean {
  const sinceMonday = (((on + 3) % 7) + 7) % 7
  return sinceMonday < 5 && (holidays.size === 0 || !holidays.has(dayFromNumber(on)))
}

/** `nextBankDay` for loops that count days as numbers. */
export function nextBankNumber(from: DayNumber, holidays: BankHolidays): DayNumber {
  let on = from
  while (on < LAST_NUMBER && !isBankNumber(on, holidays)) on += 1
  return on
}

const LAST_NUMBER = dayNumber(LAST_DAY)

/** The bank day that is so many bank days after `from`; `from` itself for none. */
export function addBankDays(from: Day, days: number, holidays: BankHolidays): Day {
  let on = from
  for (let counted = 0; counted < days; counted += 1) on = nextBankDay(addDays(on, 1), holidays)
  return on
}
