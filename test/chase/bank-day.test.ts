import { describe, expect, it } from 'vitest'
import { addBankDays, isBankDay, nextBankDay } from '../../src/chase/bank-day.ts'
import { day, LAST_DAY } from '../../src/chase/day.ts'
import { addMonths, lengthOfMonth, lastOfMonth } from '../../src/chase/month.ts'

const HOLIDAYS = new Set(['2026-12-25', '2026-12-28'].map(day))

describe('The days on which money arrives', () => {
  it('are Monday to Friday without holidays', () => {
    const days = ['2026-12-24', '2026-12-25', '2026-12-26', '2026-12-27', '2026-12-28', '2026-12-29'].map(day)
    expect(days.map((on) => isBankDay(on, HOLIDAYS))).toEqual([true, false, false, false, false, true])
    expect(nextBankDay(day('2026-12-25'), HOLIDAYS)).toBe('2026-12-29')
    expect(nextBankDay(day('2026-12-24'), HOLIDAYS)).toBe('2026-12-24')
  })

  it('are counted from the day after', () => {
    expect(addBankDays(day('2026-12-23'), 0, HOLIDAYS)).toBe('2026-12-23')
    expect(addBankDays(day('2026-12-23'), 2, HOLIDAYS)).toBe('2026-12-29')
    expect(addBankDays(day('2026-12-27'), 1, HOLIDAYS)).toBe('2026-12-29')
  })

  it('end with the calendar', () => {
    expect(nextBankDay(LAST_DAY, new Set([LAST_DAY]))).toBe(LAST_DAY)
  })
})

describe('A month', () => {
  it('is counted across years, and has its own length', () => {
    expect(addMonths(day('2026-11-30'), 3)).toBe('2027-02-01')
    expect(addMonths(day('2026-01-31'), -1)).toBe('2025-12-01')
    expect(['2024-02-10', '2026-02-10', '2026-04-10', '2026-12-31'].map((of) => lengthOfMonth(day(of)))).toEqual([
      29, 28, 30, 31,
    ])
    expect(lastOfMonth(day('2028-02-01'))).toBe('2028-02-29')
  })
})
