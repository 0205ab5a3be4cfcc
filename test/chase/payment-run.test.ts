import { fc } from '../support/random.ts'
import { describe, expect, it } from 'vitest'
import { nextBankDay } from '../../src/chase/bank-day.ts'
import { addDays, day } from '../../src/chase/day.ts'
import type { Day } from '../../src/chase/day.ts'
import { addMonths, lastOfMonth } from '../../src/chase/month.ts'
import { dayOfRun, runOfPayment, runOnOrAfter, usualDayOf } from '../../src/chase/payment-run.ts'

const NONE: ReadonlySet<Day> = new Set()
const months = (count: number): Day[] =>
  Array.from({ length: count }, (_, index) => addMonths(day('2026-01-01'), index))
const payments = (days: readonly Day[]): { on: Day; weight: number }[] => days.map((on) => ({ on, weight: 1 }))

describe('The usual day of the month', () => {
  it('is the 25th for a customer that pays on the 25th or on the Monday after', () => {
    const days = months(12).map((month) => nextBankDay(addDays(month, 24), NONE))
    const usual = usualDayOf(payments(days), NONE)
    expect(usual).toMatchObject({ dayOfMonth: 25, payments: 12 })
    expect(usual?.concentration).toBeGreaterThan(0.97)
  })

  it('is the last day for a customer that pays at the end of each month, February included', () => {
    const usual = usualDayOf(payments(months(12).map(lastOfMonth)), NONE)
    expect(usual?.dayOfMonth).toBe(31)
    expect(usual?.concentration).toBeCloseTo(1, 9)
  })

  it('knows that the 30th and the 2nd are near each other', () => {
    const usual = usualDayOf(payments(['2026-01-30', '2026-03-02', '2026-03-31', '2026-05-01'].map(day)), NONE)
    expect(usual?.concentration).toBeGreaterThan(0.9)
    expect([30, 31, 1]).toContain(usual?.dayOfMonth)
  })

  it('is hardly concentrated for a customer that pays on any day', () => {
    const days = months(12).map((month, index) => addDays(month, (index * 7) % 28))
    expect(usualDayOf(payments(days), NONE)?.concentration).toBeLessThan(0.3)
  })

  it('counts several invoices paid on one day once', () => {
    const once = usualDayOf(payments([day('2026-01-05'), day('2026-02-19')]), NONE)
    const often = usualDayOf(payments([...Array<Day>(9).fill(day('2026-01-05')), day('2026-02-19')]), NONE)
    expect(often).toEqual(once)
  })

  it('moves with a public holiday', () => {
    // 25 December is a holiday, so the run came on the 28th, a Monday.
    const holidays = new Set([day('2026-12-25')])
    const days = ['2026-08-25', '2026-09-25', '2026-11-25', '2026-12-28'].map(day)
    expect(usualDayOf(payments(days), holidays)?.dayOfMonth).toBe(25)
  })

  it('does not exist without payments', () => {
    expect(usualDayOf([], NONE)).toBeNull()
  })
})

describe('A payment run', () => {
  it('comes on its days, the 31st on the last of a shorter month', () => {
    const from = runOnOrAfter(day('2026-01-20'), [15, 31])
    expect([0, 1, 2, 3, 4].map((next) => dayOfRun(from + next, [15, 31]))).toEqual([
      '2026-01-31',
      '2026-02-15',
      '2026-02-28',
      '2026-03-15',
      '2026-03-31',
    ])
  })

  it('takes the payment that came nearest to it', () => {
    const run = [25]
    const january = runOnOrAfter(day('2026-01-25'), run)
    expect(runOfPayment(day('2026-01-23'), run)).toBe(january)
    expect(runOfPayment(day('2026-01-27'), run)).toBe(january)
    expect(runOfPayment(day('2026-02-20'), run)).toBe(january + 1)
  })

  it('is always the first on or after a day, whatever the days of the month', () => {
    const days = fc.uniqueArray(fc.integer({ min: 1, max: 28 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 3000 }), (any, after) => {
        const run = [...any].sort((one, other) => one - other)
        const on = addDays(day('2020-02-29'), after)
        const number = runOnOrAfter(on, run)
        expect(dayOfRun(number, run) >= on).toBe(true)
        expect(dayOfRun(number - 1, run) < on).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})
