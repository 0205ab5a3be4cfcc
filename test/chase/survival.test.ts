import { describe, expect, it } from 'vitest'
import {
  continuedBy,
  dayBy,
  givenAtLeast,
  leftAfter,
  leftForGood,
  massesOf,
  mixed,
  rescaled,
  restrictedMoments,
  survivalOf,
} from '../../src/chase/survival.ts'
import type { Survival, Watched } from '../../src/chase/survival.ts'

const paid = (days: number, weight = 1): Watched => ({ days, happened: true, weight })
const open = (atLeast: number, weight = 1): Watched => ({ days: atLeast, happened: false, weight })

function curveOf(...watched: Watched[]): Survival {
  const curve = survivalOf(watched)
  if (curve === null) throw new Error('nothing was watched')
  return curve
}

const rounded = ({ steps }: Survival): [number, number][] =>
  steps.map(({ days, left }) => [days, Math.round(left * 10_000) / 10_000])

describe('The curve of what is still unpaid', () => {
  // Five invoices: paid on days 2, 5 and 5; one open for at least 4 days, one for at least 9.
  // Day 2: 1 of 5 falls, 4/5 left. Day 5: the one seen for 4 days is out of sight, so 2 of 3 fall, 4/5 × 1/3 = 4/15.
  const curve = curveOf(paid(5), open(9), paid(2), open(4), paid(5))

  it('comes out as worked by hand, open invoices counting as "at least"', () => {
    expect(rounded(curve)).toEqual([
      [2, 0.8],
      [5, 0.2667],
    ])
    expect(curve.until).toBe(8)
    expect([1, 2, 4, 5, 99].map((on) => Math.round(leftAfter(curve, on) * 1000))).toEqual([1000, 800, 800, 267, 267])
  })

  it('counts what takes at least 5 days up to day 4 and not on day 5', () => {
    expect(rounded(curveOf(paid(4), open(5)))).toEqual([[4, 0.5]])
    expect(rounded(curveOf(paid(5), open(5)))).toEqual([[5, 0]])
  })

  it('counts a weight of two as two invoices', () => {
    expect(curveOf(paid(1, 2), open(3, 1), paid(6, 1))).toEqual(curveOf(paid(1), paid(1), open(3), paid(6)))
  })

  it('names the median and says nothing where the record does not reach', () => {
    expect([dayBy(curve, 0.2), dayBy(curve, 0.5), dayBy(curve, 0.8)]).toEqual([2, 5, null])
  })

  it('gives the middle of three and the fourth of five exactly, in spite of rounding', () => {
    expect(dayBy(curveOf(paid(1), paid(2), paid(3), paid(4), paid(5)), 0.8)).toBe(4)
    expect(dayBy(curveOf(paid(1), paid(2), paid(3), paid(4), paid(5)), 0.4)).toBe(2)
  })

  it('has the plain mean and deviation when everything is paid, and caps what is not', () => {
    expect(restrictedMoments(curveOf(paid(1), paid(3)), 120)).toEqual({ mean: 2, deviation: 1 })
    // Half on day 1, half never: 0.5 × 1 + 0.5 × 11.
    expect(restrictedMoments(curveOf(paid(1), open(40)), 11)).toEqual({ mean: 6, deviation: 5 })
  })

  it('is nothing of nothing', () => {
    expect(survivalOf([])).toBeNull()
    expect(survivalOf([paid(3, 0)])).toBeNull()
  })

  it('starts anew from what is known to take longer', () => {
    expect(rounded(givenAtLeast(curveOf(paid(1), paid(2), paid(3), paid(4)), 3) ?? curve)).toEqual([
      [3, 0.5],
      [4, 0],
    ])
    expect(givenAtLeast(curveOf(paid(1), paid(2)), 3)).toBeNull()
  })

  it('goes on with another record in proportion where its own ends', () => {
    // Own: half paid on day 1, half seen open for at least 10 days. Others: of those open after day 9, half by day 20.
    const own = curveOf(paid(1), open(10))
    const others = curveOf(paid(5), paid(5), paid(20), open(30))
    expect(rounded(continuedBy(own, others))).toEqual([
      [1, 0.5],
      [20, 0.25],
    ])
    expect(continuedBy(curveOf(paid(1)), others)).toEqual(curveOf(paid(1)))
  })

  it('mixes two records by their weights', () => {
    expect(rounded(mixed(curveOf(paid(1)), 3, curveOf(paid(4)), 1))).toEqual([
      [1, 0.25],
      [4, 0],
    ])
  })

  it('joins days that another scale makes one', () => {
    expect(rounded(rescaled(curveOf(paid(1), paid(2), paid(8)), (days) => Math.ceil(days / 7) * 7))).toEqual([
      [7, 0.3333],
      [14, 0],
    ])
  })

  it('loses nothing when read as shares per day', () => {
    const shares = massesOf(curve).map(({ share }) => share)
    expect(shares.reduce((sum, share) => sum + share, 0) + leftForGood(curve)).toBeCloseTo(1, 12)
  })
})
