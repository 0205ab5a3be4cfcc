import { leftAfter, survivalOf } from './survival.ts'
import type { Watched } from './survival.ts'

/** One watched time and whose it is; times of one customer are not independent of each other. */
export type OwnedTime = Omit<Watched, 'weight'> & { readonly customerId: string }

/** The mean time within a horizon, and what each customer moves it by. */
export type RestrictedMean = {
  /** The mean of the time in days, each counting at most the horizon. */
  readonly mean: number
  /** By customer: how far the mean lies from where it would be by the others, in days. They add up to about 0. */
  readonly influences: ReadonlyMap<string, number>
}

/**
 * The area under the product-limit curve up to the horizon, with the influence of each customer on it.
 *
 * Influences are the first derivative of the estimate by each observation's weight ("infinitesimal jackknife": Efron,
 * "The Jackknife, the Bootstrap and Other Resampling Plans", 1982, chapter 6), added up per customer; without
 * unfinished times they are the plain deviations from the mean ÷ their number. Times must not be negative. Null
 * while nobody was watched up to the horizon, because then nothing is known about the end of it.
 */
export function restrictedMean(times: readonly OwnedTime[], horizonDays: number): RestrictedMean | null {
  const curve = survivalOf(times.map((time) => ({ ...time, weight: 1 })))
  if (curve === null) return null
  if (curve.until < horizonDays - 1 && (curve.steps.at(-1)?.left ?? 1) > 0) return null

  const left = Array.from({ length: horizonDays }, (_, on) => leftAfter(curve, on))
  const mean = left.reduce((sum, share) => sum + share, 0)
  const { jump, drift } = derivatives(times, left)

  const influences = new Map<string, number>()
  for (const { customerId, days, happened } of times) {
    // What takes "at least 5 days" was at risk on day 4 and not on day 5.
    const lastAtRisk = Math.min(happened ? days : days - 1, horizonDays - 1)
    const jumped = happened && days < horizonDays ? (jump[days] ?? 0) : 0
    const influence = (lastAtRisk < 0 ? 0 : (drift[lastAtRisk] ?? 0)) - jumped
    influences.set(customerId, (influences.get(customerId) ?? 0) + influence)
  }
  return { mean, influences }
}

/** By day: what a payment on it takes off the mean, and what having been at risk up to it adds. */
function derivatives(times: readonly OwnedTime[], left: readonly number[]): { jump: number[]; drift: number[] } {
  const horizonDays = left.length
  const happenedOn = Array.from({ length: horizonDays }, () => 0)
  const atRiskOn = Array.from({ length: horizonDays + 1 }, () => 0)
  for (const { days, happened } of times) {
    const lastAtRisk = happened ? days : days - 1
    if (lastAtRisk >= 0)
      atRiskOn[Math.min(lastAtRisk, horizonDays)] = (atRiskOn[Math.min(lastAtRisk, horizonDays)] ?? 0) + 1
    if (happened && days < horizonDays) happenedOn[days] = (happenedOn[days] ?? 0) + 1
  }
  for (let on = horizonDays - 1; on >= 0; on -= 1) atRiskOn[on] = (atRiskOn[on] ?? 0) + (atRiskOn[on + 1] ?? 0)

  const jump: number[] = []
  let area = 0
  for (let on = horizonDays - 1; on >= 0; on -= 1) {
    area += left[on] ?? 0
    const atRisk = atRiskOn[on] ?? 0
    const hazard = atRisk === 0 ? 0 : (happenedOn[on] ?? 0) / atRisk
    // When everyone left pays on one day, nothing after it hangs on them.
    jump[on] = atRisk === 0 || hazard === 1 ? 0 : area / (1 - hazard) / atRisk
  }
  let sum = 0
  const drift = jump.map((by, on) => {
    const atRisk = atRiskOn[on] ?? 0
    sum += atRisk === 0 ? 0 : (by * (happenedOn[on] ?? 0)) / atRisk
    return sum
  })
  return { jump, drift }
}
