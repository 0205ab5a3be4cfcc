/**
 * Something that was watched until it happened, or for as long as it was watched.
 *
 * What has not happened is not left out: it says "at least so many days". Leaving it out would make the slowest look
 * quick, because only their quickest invoices are paid by now.
 */
export type Watched = {
  /** Whole days until it happened; where it has not happened, it takes at least so many. May be negative. */
  readonly days: number
  readonly happened: boolean
  /** How much it counts; must not depend on how long it took. */
  readonly weight: number
}

/** How many are still left, day by day: a curve that falls from 1 in steps. */
export type Survival = {
  /** Ascending; `left` is the share for which it has not happened by the end of that day. */
  readonly steps: readonly SurvivalStep[]
  /** The last day about which the record says anything; beyond it the curve is flat because nothing is known. */
  readonly until: number
}

export type SurvivalStep = { readonly days: number; readonly left: number }

/** Shares closer than this are the same share: sums of weights are not exact. */
const SAME_SHARE = 1e-9

/**
 * The product-limit estimate, weighted (Kaplan and Meier, J. Am. Stat. Assoc. 53, 1958, 457–481).
 *
 * What takes "at least 5 days" counts among those that could have happened on days up to 4, and no longer on day 5.
 * Null when there is nothing to go by.
 */
export function survivalOf(watched: readonly Watched[]): Survival | null {
  const counted = watched.filter(({ weight }) => weight > 0).sort((one, other) => other.days - one.days)
  if (counted.length === 0) return null

  // From the longest to the shortest, so that the sum of those still at risk needs no subtraction.
  const fallen: { days: number; share: number }[] = []
  let atRisk = 0
  for (let index = 0; index < counted.length;) {
    const days = counted[index]?.days ?? 0
    let happened = 0
    let lostSight = 0
    for (; counted[index]?.days === days; index += 1) {
      const { happened: did, weight } = counted[index] ?? { happened: false, weight: 0 }
      if (did) happened += weight
      else lostSight += weight
    }
    if (happened > 0) fallen.push({ days, share: happened / (atRisk + happened) })
    atRisk += happened + lostSight
  }

  let left = 1
  const steps = fallen.reverse().map(({ days, share }) => {
    left = share >= 1 ? 0 : left * (1 - share)
    return { days, left }
  })
  return { steps, until: Math.max(...counted.map(({ days, happened }) => (happened ? days : days - 1))) }
}

/** The share for which it has not happened by the end of that day. */
export function leftAfter({ steps }: Survival, days: number): number {
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((steps[middle]?.days ?? 0) <= days) low = middle + 1
    else high = middle
  }
  return low === 0 ? 1 : (steps[low - 1]?.left ?? 1)
}

/** The first day by which it has happened for this share (0 to 1); null when the record does not reach so far. */
export const dayBy = ({ steps }: Survival, share: number): number | null =>
  steps.find(({ left }) => left <= 1 - share + SAME_SHARE)?.days ?? null

/** What is left in the end: the share for which nothing in the record says when it happens. */
export const leftForGood = ({ steps }: Survival): number => steps.at(-1)?.left ?? 1

/** The mean and standard deviation in days, where everything beyond `within` counts as `within`. */
export function restrictedMoments(survival: Survival, within: number): { mean: number; deviation: number } {
  const masses = massesOf(survival).map(({ days, share }) => ({ days: Math.min(days, within), share }))
  masses.push({ days: within, share: leftForGood(survival) })
  const mean = masses.reduce((sum, { days, share }) => sum + days * share, 0)
  const variance = masses.reduce((sum, { days, share }) => sum + (days - mean) ** 2 * share, 0)
  return { mean, deviation: Math.sqrt(variance) }
}

/** The curve as shares per day: how much falls on each day on which anything falls. */
export function massesOf({ steps }: Survival): { days: number; share: number }[] {
  return steps.map(({ days, left }, index) => ({ days, share: (steps[index - 1]?.left ?? 1) - left }))
}

/** The curve of what is known to take at least so many days; null when by the record nothing takes so long. */
export function givenAtLeast(survival: Survival, days: number): Survival | null {
  const left = leftAfter(survival, days - 1)
  if (left <= SAME_SHARE) return null
  const steps = survival.steps.filter((step) => step.days >= days)
  return { steps: steps.map((step) => ({ days: step.days, left: step.left / left })), until: survival.until }
}

/** The curve read on another scale; `scale` must never turn the order of two days round. */
export function rescaled({ steps, until }: Survival, scale: (days: number) => number): Survival {
  const last = new Map<number, number>()
  for (const { days, left } of steps) last.set(scale(days), left)
  return { steps: [...last].map(([days, left]) => ({ days, left })), until: scale(until) }
}

/** Goes on with another curve, in proportion, where the first one's record ends. */
export function continuedBy(own: Survival, tail: Survival): Survival {
  const tailLeft = leftAfter(tail, own.until)
  const ownLeft = leftForGood(own)
  if (ownLeft <= SAME_SHARE || tailLeft <= SAME_SHARE) return own
  const beyond = tail.steps.filter(({ days }) => days > own.until)
  return {
    steps: [...own.steps, ...beyond.map(({ days, left }) => ({ days, left: (ownLeft * left) / tailLeft }))],
    until: Math.max(own.until, tail.until),
  }
}

/** Both curves at once, each with its weight. */
export function mixed(one: Survival, oneWeight: number, other: Survival, otherWeight: number): Survival {
  const days = [...new Set([...one.steps, ...other.steps].map((step) => step.days))].sort((a, b) => a - b)
  const whole = oneWeight + otherWeight
  const left = (on: number): number => (leftAfter(one, on) * oneWeight + leftAfter(other, on) * otherWeight) / whole
  return { steps: days.map((on) => ({ days: on, left: left(on) })), until: Math.max(one.until, other.until) }
}
