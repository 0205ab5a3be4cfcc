import { repeatableRandom, seedOf } from './luck.ts'

/** A part of a balance with the chances of where it comes in. */
export type Portion = {
  readonly customerId: string
  readonly minor: number
  readonly agreed: boolean
  /** One share for each week, one for later, one for never; together 1. */
  readonly chances: readonly number[]
}

/** In minor units: four times in five the receipts lie between, in the week and from the first week up to it. */
export type WeekRange = {
  readonly low: number
  readonly high: number
  readonly lowSoFar: number
  readonly highSoFar: number
}

/** Enough for the tenth and the ninetieth of a hundred to stand still within a few percent. */
const FUTURES = 400

/**
 * Plays the chances out so many times and takes the tenth and the ninetieth percentile of each week.
 *
 * In one future a customer has one luck for all its invoices. Its luck comes from its id, so the same books give the
 * same figures in whatever order they are read.
 */
export function rangesOf(portions: readonly Portion[], weeks: number): WeekRange[] {
  const inWeek = Array.from({ length: weeks }, () => new Float64Array(FUTURES))
  for (const [customerId, own] of byCustomer(portions)) {
    const random = repeatableRandom(seedOf(customerId))
    for (let future = 0; future < FUTURES; future += 1) {
      const luck = random()
      for (const { minor, chances } of own) {
        const week = inWeek[placeFor(luck, chances)]
        if (week !== undefined) week[future] = (week[future] ?? 0) + minor
      }
    }
  }
  const soFar = new Float64Array(FUTURES)
  return inWeek.map((week) => {
    for (let future = 0; future < FUTURES; future += 1) soFar[future] = (soFar[future] ?? 0) + (week[future] ?? 0)
    const [low, high] = middleOf(week)
    const [lowSoFar, highSoFar] = middleOf(soFar)
    return { low, high, lowSoFar, highSoFar }
  })
}

function byCustomer(portions: readonly Portion[]): Map<string, Portion[]> {
  const own = new Map<string, Portion[]>()
  for (const portion of portions) {
    const list = own.get(portion.customerId)
    if (list) list.push(portion)
    else own.set(portion.customerId, [portion])
  }
  return own
}

/** The place where the chances add up to the luck; lucky customers pay early. */
function placeFor(luck: number, chances: readonly number[]): number {
  let soFar = 0
  // By index: this runs millions of times, and an iterator would make a pair each time.
  for (let place = 0; place < chances.length; place += 1) {
    soFar += chances[place] ?? 0
    if (luck < soFar) return place
  }
  return chances.length - 1
}

/** The values that a tenth stay under and a tenth exceed. */
function middleOf(values: Float64Array): [number, number] {
  const sorted = Float64Array.from(values).sort()
  const tenth = Math.floor(sorted.length / 10)
  return [sorted[tenth] ?? 0, sorted[sorted.length - 1 - tenth] ?? 0]
}
