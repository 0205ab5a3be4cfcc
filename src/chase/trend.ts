import type { Day } from './day.ts'

/** How late one invoice was, or is at least. */
export type DatedLateness = { readonly dueOn: Day; readonly days: number; readonly happened: boolean }

/** So many of the newest invoices show a trend; older ones are another time. */
const NEWEST = 24

/** Below so many the test has no strength. */
const FEWEST = 6

/** One-sided 95 % of a normal distribution. */
const BEYOND_CHANCE = 1.645

/**
 * Whether a customer pays later and later: Kendall's rank test of lateness against due days, one-sided at 5 %
 * (Kendall, Biometrika 30, 1938, 81–93).
 *
 * A pair counts only when its order is certain: an invoice open for 20 days is later than one paid after 10, and says
 * nothing against one paid after 30. Without ties allowed for in the variance, the test is slower to answer yes.
 */
export function isSlowing(invoices: readonly DatedLateness[]): boolean {
  const newest = invoices.toSorted((one, other) => (one.dueOn < other.dueOn ? -1 : 1)).slice(-NEWEST)
  const count = newest.length
  if (count < FEWEST) return false

  let later = 0
  for (const [index, one] of newest.entries()) {
    for (const other of newest.slice(index + 1)) if (one.dueOn < other.dueOn) later += order(one, other)
  }
  const deviation = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18)
  return later / deviation > BEYOND_CHANCE
}

/** 1 when the other was certainly later, −1 when certainly earlier, 0 when nobody can say. */
function order(one: DatedLateness, other: DatedLateness): number {
  if (one.happened && other.happened) return Math.sign(other.days - one.days)
  if (one.happened && other.days > one.days) return 1
  return other.happened && one.days > other.days ? -1 : 0
}
