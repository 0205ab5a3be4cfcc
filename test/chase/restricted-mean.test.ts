import { describe, expect, it } from 'vitest'
import { normalReach, studentReach } from '../../src/chase/intervals.ts'
import { repeatableRandom } from '../../src/chase/luck.ts'
import { restrictedMean } from '../../src/chase/restricted-mean.ts'
import type { OwnedTime } from '../../src/chase/restricted-mean.ts'

const time = (customerId: string, days: number, happened = true): OwnedTime => ({ customerId, days, happened })
const none = new Map<string, number>()

describe('The mean time to pay within a horizon', () => {
  it('is the plain mean of capped times when none is unfinished, and influences are the deviations ÷ their number', () => {
    // Within 10 days: 2, 5, 10 and 10, mean 6.75.
    const answer = restrictedMean([time('a', 2), time('b', 5), time('c', 14), time('d', 10)], 10)
    expect(answer?.mean).toBeCloseTo(6.75, 12)
    const expected = { a: -4.75 / 4, b: -1.75 / 4, c: 3.25 / 4, d: 3.25 / 4 }
    for (const [customerId, influence] of Object.entries(expected)) {
      expect(answer?.influences.get(customerId)).toBeCloseTo(influence, 12)
    }
  })

  it('counts the unfinished as at least so long, worked by hand', () => {
    // Paid after 1 and 3 days, one seen unpaid for 2 days, one paid after more than the horizon of 4.
    // Left after day 0: 1; after day 1: 3/4; after day 2: 3/4; after day 3 (2 at risk, 1 falls): 3/8. Sum 2.875.
    expect(restrictedMean([time('a', 1), time('b', 3), time('c', 2, false), time('d', 9)], 4)?.mean).toBeCloseTo(
      2.875,
      12,
    )
  })

  it('has influences that are its derivative by the weight of each time', () => {
    const random = repeatableRandom(7)
    const times = Array.from({ length: 40 }, (_, index) => time(`c${index}`, Math.floor(random() * 25), random() < 0.7))
    const answer = restrictedMean([...times, time('last', 30, false)], 20)
    // A thousand copies of everything and one more of this: the mean moves by influence ÷ 1,000, but for second order.
    const copies = 1000
    const many = [...times, time('last', 30, false)].flatMap((one) => Array<OwnedTime>(copies).fill(one))
    for (const index of [0, 7, 19, 33]) {
      const one = times[index] ?? time('', 0)
      const moved = (restrictedMean([...many, one], 20)?.mean ?? 0) - (answer?.mean ?? 0)
      const influence = (answer?.influences ?? none).get(one.customerId) ?? 0
      expect(moved * copies).toBeCloseTo(influence, 2)
    }
  })

  it('counts what one customer does as one, however many messages it had', () => {
    const times = [time('a', 2), time('b', 5), time('c', 14), time('d', 3, false)]
    const fivefold = times.flatMap((one) => Array<OwnedTime>(5).fill(one))
    const once = restrictedMean(times, 10)
    const often = restrictedMean(fivefold, 10)
    expect(often?.mean).toBeCloseTo(once?.mean ?? 0, 12)
    for (const [customerId, influence] of once?.influences ?? none) {
      expect(often?.influences.get(customerId)).toBeCloseTo(influence, 12)
    }
  })

  it('is unknown while nobody was watched up to the horizon', () => {
    expect(restrictedMean([time('a', 2), time('b', 5, false)], 10)).toBeNull()
    expect(restrictedMean([time('a', 2), time('b', 10, false)], 10)?.mean).toBeCloseTo(6, 12)
    expect(restrictedMean([time('a', 2), time('b', 5)], 10)?.mean).toBeCloseTo(3.5, 12)
    expect(restrictedMean([], 10)).toBeNull()
  })
})

describe('How far an interval reaches', () => {
  it('agrees with the tables', () => {
    expect(normalReach(0.95)).toBeCloseTo(1.959964, 5)
    expect(normalReach(0.9)).toBeCloseTo(1.644854, 5)
    // Student's t, two-sided 95 %: 2.228 with 10 degrees of freedom, 2.042 with 30, 1.984 with 100.
    expect([10, 30, 100].map((freedom) => Number(studentReach(0.95, freedom).toFixed(3)))).toEqual([
      2.228, 2.042, 1.984,
    ])
  })
})
