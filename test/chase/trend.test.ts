import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../src/chase/day.ts'
import { repeatableRandom } from '../../src/chase/luck.ts'
import { isSlowing } from '../../src/chase/trend.ts'
import type { DatedLateness } from '../../src/chase/trend.ts'

/** One invoice a month, oldest first: paid so many days late, or open for at least so many. */
const monthly = (...daysLate: (number | { open: number })[]): DatedLateness[] =>
  daysLate.map((late, index) => {
    const dueOn = addDays(day('2025-01-10'), 30 * index)
    return typeof late === 'number'
      ? { dueOn, days: late, happened: true }
      : { dueOn, days: late.open, happened: false }
  })

describe('A customer pays later and later', () => {
  it('when newer invoices are later than older ones more often than chance would have it', () => {
    // All 15 pairs of six are in order: 15 ÷ √(6 × 5 × 17 ÷ 18) = 2.8 standard deviations. With two pairs turned, 11: 2.07.
    expect(isSlowing(monthly(1, 2, 3, 4, 5, 6))).toBe(true)
    expect(isSlowing(monthly(2, 1, 3, 4, 6, 5))).toBe(true)
    // With four turned, 7: 1.3 standard deviations.
    expect(isSlowing(monthly(2, 1, 4, 3, 6, 5).map((one, index) => (index === 0 ? { ...one, days: 3.5 } : one)))).toBe(
      false,
    )
    expect(isSlowing(monthly(6, 5, 4, 3, 2, 1))).toBe(false)
    expect(isSlowing(monthly(4, 4, 4, 4, 4, 4))).toBe(false)
  })

  it('by what open invoices say already, and by nothing they do not', () => {
    expect(isSlowing(monthly(1, 2, 3, 4, { open: 20 }, { open: 12 }))).toBe(true)
    expect(isSlowing(monthly({ open: 1 }, { open: 1 }, { open: 1 }, 2, 3, 4))).toBe(false)
  })

  it('on no fewer than six invoices', () => {
    expect(isSlowing(monthly(1, 5, 10, 20, 40))).toBe(false)
  })

  it('for no more than one steady customer in twenty, by chance', () => {
    const random = repeatableRandom(3)
    const steady = Array.from({ length: 2000 }, () =>
      isSlowing(monthly(...Array.from({ length: 12 }, () => Math.floor(random() * 20)))),
    )
    const share = steady.filter(Boolean).length / steady.length
    expect(share).toBeGreaterThan(0.02)
    expect(share).toBeLessThan(0.06)
  })
})
