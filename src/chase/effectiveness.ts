import { addDays, daysBetween } from './day.ts'
import type { Day } from './day.ts'
import { studentReach } from './intervals.ts'
import { restrictedMean } from './restricted-mean.ts'
import type { OwnedTime } from './restricted-mean.ts'

/** A message whose wording was chosen by chance, and what became of the invoice it was about. */
export type Trial = {
  readonly customerId: string
  readonly variant: string
  /** What the choice was made among. */
  readonly among: readonly string[]
  readonly sentOn: Day
  /** The day the last of it was paid with money; null while it is not. */
  readonly paidOn: Day | null
  /**
   * From this day on it could not be paid any more: credited or void. A dispute is not such a reason, or a wording
   * that provokes disputes would look the better for it.
   */
  readonly endedOn: Day | null
}

/** Decided before the first message, and not after looking. */
export type TrialPlan = {
  /** Days to pay count up to here; who pays later counts as this. */
  readonly horizonDays: number
  /** The sample is closed on the day on which each of two wordings has gone to so many customers. */
  readonly customersPerVariant: number
  /** A trial whose sample is not closed by so many days after its first message is given up. */
  readonly giveUpAfterDays: number
  /** The confidence of the intervals, such as 0.95. */
  readonly level: number
}

/**
 * Provisional: judgement, not measurement. With days to pay that spread by about 10 days, 200 customers a side show a
 * difference of 3 days four times in five.
 */
export const DEFAULT_TRIAL_PLAN: TrialPlan = {
  horizonDays: 30,
  customersPerVariant: 200,
  giveUpAfterDays: 365,
  level: 0.95,
}

/** Two wordings held against each other. The choice between them was random, so the difference is their doing. */
export type Comparison = {
  readonly causal: true
  readonly variants: readonly [string, string]
  readonly customers: readonly [number, number]
  readonly messages: readonly [number, number]
  readonly unpaid: readonly [number, number]
  /**
   * `gathering` until the sample is closed, `waiting` until the horizon of its last message is over. Only `concluded`
   * means anything: figures looked at before are not evidence, however they look.
   */
  readonly status: 'gathering' | 'waiting' | 'concluded' | 'given-up'
  readonly closedOn: Day | null
  /** Null while nobody of one side was watched up to the horizon. */
  readonly estimate: Estimate | null
  /** Null before it is concluded. `no-difference-shown` does not say that there is none. */
  readonly finding: 'first-sooner' | 'second-sooner' | 'no-difference-shown' | null
}

export type Estimate = {
  /** Mean days to pay within the horizon. */
  readonly meanDays: readonly [number, number]
  /** Second less first: negative when the second is paid sooner. */
  readonly differenceDays: number
  readonly low: number
  readonly high: number
  readonly level: number
}

/**
 * Compares wordings pair by pair.
 *
 * A pair uses only messages whose choice could have fallen on either: those where one had been used up were not chosen
 * by chance between the two. Unpaid messages count as taking at least as long as they have. The sample closes by
 * count and is then judged once, on the same messages however much later one looks, so looking often costs nothing.
 * With several pairs the finding needs the stricter interval that Bonferroni's correction gives.
 */
export function compareVariants(trials: readonly Trial[], plan: TrialPlan, today: Day): Comparison[] {
  const variants = [...new Set(trials.map(({ variant }) => variant))].sort()
  const pairs = variants.flatMap((first, index) =>
    variants.slice(index + 1).map((second): [string, string] => [first, second]),
  )
  return pairs.map((pair) => comparePair(trials, pair, pairs.length, plan, today))
}

function comparePair(
  trials: readonly Trial[],
  variants: readonly [string, string],
  pairs: number,
  plan: TrialPlan,
  today: Day,
): Comparison {
  const fair = trials
    .filter(({ variant, among, sentOn }) => {
      return variants.includes(variant) && variants.every((one) => among.includes(one)) && sentOn <= today
    })
    .sort((one, other) => (one.sentOn < other.sentOn ? -1 : 1))
  const closedOn = closingDay(fair, variants, plan)
  const sample = closedOn === null ? fair : fair.filter(({ sentOn }) => sentOn <= closedOn)
  const judgedOn = closedOn === null ? null : addDays(closedOn, plan.horizonDays)
  const seenUntil = judgedOn !== null && judgedOn < today ? judgedOn : today

  const sides = split(sample, variants)
  const times = sides.map((side) => side.map((trial) => timeOf(trial, seenUntil)))
  const [first = [], second = []] = times
  const estimate = differenceOf(first, second, plan.horizonDays, plan.level)
  const status = statusOf(fair[0]?.sentOn, closedOn, judgedOn, plan, today)
  const strict = differenceOf(first, second, plan.horizonDays, 1 - (1 - plan.level) / pairs)
  return {
    causal: true,
    variants,
    customers: [customersIn(first), customersIn(second)],
    messages: [first.length, second.length],
    unpaid: [unpaidIn(first), unpaidIn(second)],
    status,
    closedOn,
    estimate,
    finding: status === 'concluded' && strict !== null ? findingOf(strict) : null,
  }
}

/** The first day on which both wordings have gone to enough customers. */
function closingDay(
  inOrder: readonly Trial[],
  variants: readonly [string, string],
  { customersPerVariant, giveUpAfterDays }: TrialPlan,
): Day | null {
  const reached = new Map(variants.map((variant) => [variant, new Set<string>()]))
  const start = inOrder[0]?.sentOn
  for (const { variant, customerId, sentOn } of inOrder) {
    if (start !== undefined && daysBetween(start, sentOn) > giveUpAfterDays) return null
    reached.get(variant)?.add(customerId)
    if ([...reached.values()].every(({ size }) => size >= customersPerVariant)) return sentOn
  }
  return null
}

function split(sample: readonly Trial[], variants: readonly [string, string]): Trial[][] {
  return variants.map((variant) => sample.filter((trial) => trial.variant === variant))
}

/** How long the payment took, or has taken at least, by what was known in the evening of that day. */
function timeOf({ customerId, sentOn, paidOn, endedOn }: Trial, seenUntil: Day): OwnedTime {
  const paid = paidOn !== null && paidOn <= seenUntil && (endedOn === null || paidOn <= endedOn)
  const end = endedOn !== null && endedOn <= seenUntil ? endedOn : addDays(seenUntil, 1)
  return { customerId, days: Math.max(0, daysBetween(sentOn, paid ? paidOn : end)), happened: paid }
}

/**
 * The difference of mean days to pay within the horizon, with a Student interval over customers: what one customer
 * moves either mean by counts as one, however many messages it had.
 */
export function differenceOf(
  first: readonly OwnedTime[],
  second: readonly OwnedTime[],
  horizonDays: number,
  level: number,
): Estimate | null {
  const one = restrictedMean(first, horizonDays)
  const other = restrictedMean(second, horizonDays)
  if (one === null || other === null) return null

  const byCustomer = new Map(other.influences)
  for (const [customerId, moved] of one.influences) {
    byCustomer.set(customerId, (byCustomer.get(customerId) ?? 0) - moved)
  }
  const customers = byCustomer.size
  if (customers < 2) return null
  const squares = [...byCustomer.values()].reduce((sum, moved) => sum + moved ** 2, 0)
  const error = Math.sqrt((squares * customers) / (customers - 1))
  const reach = studentReach(level, customers - 1) * error
  const differenceDays = other.mean - one.mean
  const meanDays = [one.mean, other.mean] as const
  return { meanDays, differenceDays, low: differenceDays - reach, high: differenceDays + reach, level }
}

function statusOf(
  startedOn: Day | undefined,
  closedOn: Day | null,
  judgedOn: Day | null,
  plan: TrialPlan,
  today: Day,
): Comparison['status'] {
  if (closedOn !== null && judgedOn !== null) return judgedOn < today ? 'concluded' : 'waiting'
  const overdue = startedOn !== undefined && daysBetween(startedOn, today) > plan.giveUpAfterDays
  return overdue ? 'given-up' : 'gathering'
}

function findingOf({ low, high }: Estimate): Comparison['finding'] {
  if (high < 0) return 'second-sooner'
  return low > 0 ? 'first-sooner' : 'no-difference-shown'
}

const customersIn = (times: readonly OwnedTime[]): number => new Set(times.map(({ customerId }) => customerId)).size

const unpaidIn = (times: readonly OwnedTime[]): number => times.filter(({ happened }) => !happened).length
