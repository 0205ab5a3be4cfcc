import { describe, expect, it } from 'vitest'
import { collectedAfterSteps } from '../../src/chase/collected-after.ts'
import { addDays, day } from '../../src/chase/day.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { compareVariants, DEFAULT_TRIAL_PLAN, differenceOf } from '../../src/chase/effectiveness.ts'
import type { Comparison, Trial, TrialPlan } from '../../src/chase/effectiveness.ts'
import { repeatableRandom } from '../../src/chase/luck.ts'
import { money } from '../../src/chase/money.ts'
import { PLAIN_STEP } from '../../src/chase/policy.ts'
import type { OwnedTime } from '../../src/chase/restricted-mean.ts'
import type { Stage } from '../../src/chase/stage.ts'
import { chooseVariant } from '../../src/chase/variant-choice.ts'

const START = day('2026-01-05')
const HORIZON = 30

/** Daily chances to pay: quick, slow and hopeless customers. Each kind is a third of all. */
const KINDS = [0.2, 0.06, 0.01]

/** The mean days to pay within the horizon, exactly: Σ of the shares still unpaid, over days and kinds. */
function trueMean(factor: number): number {
  let mean = 0
  for (const chance of KINDS) {
    for (let on = 0; on < HORIZON; on += 1) mean += (1 - chance * factor) ** (on + 1) / KINDS.length
  }
  return mean
}

/**
 * Synthetic books: messages go out over sixty days, up to three to a customer, each worded by the product's own
 * choice; wording `b` makes every day's chance to pay so many times as large.
 */
function inventTrials(seed: number, customers: number, effect: number): Trial[] {
  const random = repeatableRandom(seed)
  const trials: Trial[] = []
  for (let index = 0; index < customers; index += 1) {
    const customerId = `customer ${index}`
    const kind = KINDS[Math.floor(random() * KINDS.length)] ?? 0
    const messages = 1 + Math.floor(random() * 3)
    for (let message = 0; message < messages; message += 1) {
      const choice = chooseVariant({
        seed: String(seed),
        customerId,
        message: String(message),
        allowed: ['a', 'b'],
        used: [],
      })
      const { variant = 'a', among = [] } = choice ?? {}
      const sentOn = addDays(START, Math.floor(random() * 60))
      const chance = variant === 'b' ? kind * effect : kind
      const days = Math.floor(Math.log(1 - random()) / Math.log(1 - chance))
      // One in ten is credited at some time and can no longer be paid.
      const endedOn = random() < 0.1 ? addDays(sentOn, Math.floor(random() * 40)) : null
      trials.push({ customerId, variant, among, sentOn, paidOn: addDays(sentOn, days), endedOn })
    }
  }
  return trials
}

const only = (comparisons: readonly Comparison[]): Comparison => {
  const [comparison, ...more] = comparisons
  if (!comparison || more.length > 0) throw new Error('expected one pair')
  return comparison
}

const REPETITIONS = 500
/** Three standard deviations of a share of 95 % over so many repetitions. */
const TOLERANCE = 3 * Math.sqrt((0.95 * 0.05) / REPETITIONS)
/** On this day a third of the messages are not yet watched to the horizon: their times are unfinished. */
const TODAY = addDays(START, 70)
const OPEN_PLAN: TrialPlan = { horizonDays: HORIZON, customersPerVariant: 9999, giveUpAfterDays: 365, level: 0.95 }

const repeated = (effect: number): Comparison[] =>
  Array.from({ length: REPETITIONS }, (_, seed) =>
    only(compareVariants(inventTrials(seed + 1, 90, effect), OPEN_PLAN, TODAY)),
  )

describe('On synthetic books, repeated 500 times', () => {
  const effective = repeated(1.6)
  const truth = trueMean(1.6) - trueMean(1)

  it('the 95 % interval covers a true effect of −2.8 days as often as it says, give or take 3 standard deviations', () => {
    expect(truth).toBeCloseTo(-2.77, 2)
    const covered = effective.filter(
      ({ estimate }) => estimate && estimate.low <= truth && truth <= estimate.high,
    ).length
    expect(Math.abs(covered / REPETITIONS - 0.95)).toBeLessThan(TOLERANCE)
  })

  it('the estimates are right on average, though a good part of the messages is unpaid when they are made', () => {
    const estimates = effective.map(({ estimate }) => estimate?.differenceDays ?? Number.NaN)
    const mean = estimates.reduce((sum, one) => sum + one, 0) / REPETITIONS
    expect(Math.abs(mean - truth)).toBeLessThan(0.3)
    const unpaid = effective.reduce((sum, { unpaid: [a, b], messages: [c, d] }) => sum + (a + b) / (c + d), 0)
    expect(unpaid / REPETITIONS).toBeGreaterThan(0.2)
  })

  it('with no effect, "no difference" is reported about 95 times in 100', () => {
    const plan = { ...OPEN_PLAN, customersPerVariant: 40 }
    const findings = Array.from({ length: REPETITIONS }, (_, seed) =>
      only(compareVariants(inventTrials(seed + 5001, 90, 1), plan, addDays(START, 120))),
    )
    expect(findings.every(({ status }) => status === 'concluded')).toBe(true)
    const none = findings.filter(({ finding }) => finding === 'no-difference-shown').length
    expect(Math.abs(none / REPETITIONS - 0.95)).toBeLessThan(TOLERANCE)
  })
})

/** A message to a customer of its own, paid so many days later. */
const trial = (
  index: number,
  variant: string,
  sentOn: string,
  days: number | null,
  given: Partial<Trial> = {},
): Trial => ({
  customerId: `customer ${index}`,
  variant,
  among: ['a', 'b'],
  sentOn: day(sentOn),
  paidOn: days === null ? null : addDays(day(sentOn), days),
  endedOn: null,
  ...given,
})

/** Six customers for each wording; with `b` they pay four days sooner. */
const CLEAR: readonly Trial[] = [10, 11, 12, 10, 11, 12].flatMap((days, index) => [
  trial(index, 'a', `2026-03-0${index + 1}`, days),
  trial(index + 100, 'b', `2026-03-0${index + 1}`, days - 4),
])
const SMALL_PLAN: TrialPlan = { horizonDays: 20, customersPerVariant: 5, giveUpAfterDays: 90, level: 0.95 }

describe('The comparison of two wordings', () => {
  it('is concluded once both have gone to enough customers and the last of them had its days', () => {
    // The fifth customer of each was written to on 5 March; 20 days later is the 25th.
    const on = (today: string): unknown => {
      const { status, closedOn, finding, customers } = only(compareVariants(CLEAR, SMALL_PLAN, day(today)))
      return { status, closedOn, finding, customers }
    }
    expect(on('2026-03-04')).toEqual({ status: 'gathering', closedOn: null, finding: null, customers: [4, 4] })
    expect(on('2026-03-25')).toEqual({ status: 'waiting', closedOn: '2026-03-05', finding: null, customers: [5, 5] })
    expect(on('2026-03-26')).toEqual({
      status: 'concluded',
      closedOn: '2026-03-05',
      finding: 'second-sooner',
      customers: [5, 5],
    })
  })

  it('stays what it was concluded to be, whatever comes later', () => {
    const later = [...CLEAR, ...Array.from({ length: 30 }, (_, index) => trial(index + 500, 'b', '2026-04-01', 19))]
    const then = only(compareVariants(CLEAR, SMALL_PLAN, day('2026-03-26')))
    expect(only(compareVariants(later, SMALL_PLAN, day('2026-09-01')))).toEqual(then)
  })

  it('counts customers and not messages towards the sample', () => {
    const sameCustomer = CLEAR.map((one) => ({ ...one, customerId: one.variant }))
    expect(only(compareVariants(sameCustomer, SMALL_PLAN, day('2026-05-30')))).toMatchObject({
      status: 'gathering',
      customers: [1, 1],
      messages: [6, 6],
    })
    expect(only(compareVariants(sameCustomer, SMALL_PLAN, day('2026-05-31'))).status).toBe('given-up')
  })

  it('leaves out messages whose choice could not have fallen on either', () => {
    const usedUp = Array.from({ length: 20 }, (_, index) => trial(index + 900, 'b', '2026-03-01', 19, { among: ['b'] }))
    const [with_, without] = [[...CLEAR, ...usedUp], CLEAR].map((trials) =>
      only(compareVariants(trials, SMALL_PLAN, day('2026-03-26'))),
    )
    expect(with_).toEqual(without)
  })

  it('does not look beyond today', () => {
    const today = day('2026-03-09')
    const unknown = CLEAR.map((one) => ({
      ...one,
      paidOn: one.paidOn !== null && one.paidOn <= today ? one.paidOn : null,
    }))
    expect(compareVariants(CLEAR, SMALL_PLAN, today)).toEqual(compareVariants(unknown, SMALL_PLAN, today))
  })

  it('does not make a wording look better for disputes it provokes: they stay unpaid', () => {
    const disputed = CLEAR.map((one) => (one.variant === 'b' ? { ...one, paidOn: null } : one))
    expect(only(compareVariants(disputed, SMALL_PLAN, day('2026-03-26'))).finding).toBe('first-sooner')
  })

  it('asks more of each of several pairs', () => {
    const third = CLEAR.filter(({ variant }) => variant === 'a').map((one, index) => ({
      ...one,
      customerId: `third ${index}`,
      variant: 'c',
    }))
    const three = [...CLEAR, ...third].map((one) => ({ ...one, among: ['a', 'b', 'c'] }))
    const comparisons = compareVariants(three, SMALL_PLAN, day('2026-03-26'))
    expect(comparisons.map(({ variants, finding }) => [variants.join(), finding])).toEqual([
      ['a,b', 'second-sooner'],
      ['a,c', 'no-difference-shown'],
      ['b,c', 'first-sooner'],
    ])
  })

  it('finds for one pair what it does not find for one of three', () => {
    // 200 customers a side pay after 5 to 14 days; with `b` 13 in 20 pay a day later: 0.65 days or 2.26 standard errors.
    // One pair needs 1.97 of them, three pairs need 2.40.
    const side = (variant: string, among: readonly string[]): Trial[] =>
      Array.from({ length: 200 }, (_, index) => {
        const later = variant === 'b' && Math.floor(index / 10) % 20 < 13 ? 1 : 0
        return {
          ...trial(index, variant, '2026-03-02', 5 + (index % 10) + later, { among }),
          customerId: `${variant} ${index}`,
        }
      })
    const plan = { ...DEFAULT_TRIAL_PLAN, customersPerVariant: 200 }
    const findings = (...variants: string[]): unknown[] => {
      const trials = variants.flatMap((variant) => side(variant, variants))
      return compareVariants(trials, plan, day('2026-06-01')).map(({ variants: pair, finding }) => [
        pair.join(),
        finding,
      ])
    }
    expect(findings('a', 'b')).toEqual([['a,b', 'first-sooner']])
    expect(findings('a', 'b', 'c')).toContainEqual(['a,b', 'no-difference-shown'])
  })

  it('has the interval that the difference of two plain means has, when everything is paid', () => {
    const side = (name: string, days: readonly number[]): OwnedTime[] =>
      days.map((took, index) => ({ customerId: `${name} ${index}`, days: took, happened: true }))
    // Means 4 and 6; squared deviations 8 ÷ 4² and 8 ÷ 4²: error √((0.5 + 0.5) × 8 ÷ 7); Student's t with 7: 2.365.
    const estimate = differenceOf(side('a', [2, 4, 4, 6]), side('b', [4, 6, 6, 8]), 30, 0.95)
    expect(estimate?.differenceDays).toBeCloseTo(2, 12)
    expect((estimate?.high ?? 0) - 2).toBeCloseTo(2.365 * Math.sqrt(8 / 7), 2)
    expect(estimate?.meanDays.map((days) => Number(days.toFixed(9)))).toEqual([4, 6])
  })

  it('has a plan with a sample and an end, decided beforehand', () => {
    expect(DEFAULT_TRIAL_PLAN.customersPerVariant).toBe(200)
    expect(compareVariants([], DEFAULT_TRIAL_PLAN, day('2026-03-26'))).toEqual([])
  })
})

describe('What was collected after each step', () => {
  const step = (id: string, stage: Stage, on: string) => ({ id, channel: 'email' as const, stage, on: day(on) })
  const { sequences } = DEFAULT_POLICY

  it('is counted after the last step before payment, and says of itself that it is not causal', () => {
    const steps = [step('day-7', 'firm', '2026-03-12'), step('day-1', 'first-overdue', '2026-03-02')]
    const invoice = (paidOn: string, minor: number, currency = 'EUR') => ({
      paid: money(minor, currency),
      paidOn: day(paidOn),
      steps,
    })
    const paid = [
      invoice('2026-03-01', 100),
      invoice('2026-03-02', 200),
      invoice('2026-03-06', 300),
      invoice('2026-03-11', 400),
      invoice('2026-03-15', 500),
      invoice('2026-03-15', 50, 'GBP'),
    ]
    const told = collectedAfterSteps(paid, sequences).map(({ causal, step, currency, invoices, amount, medianDays }) => [
      causal, step?.id ?? null, currency, invoices, amount.minor, medianDays,
    ]) // prettier-ignore
    expect(told).toEqual([
      [false, null, 'EUR', 1, 100, null],
      [false, 'day-1', 'EUR', 3, 900, 4],
      [false, 'day-7', 'EUR', 1, 500, 3],
      [false, 'day-7', 'GBP', 1, 50, 3],
    ])
  })

  it('stands in the order of the sequences, not of the alphabet, with steps that are no more at the end', () => {
    const taken = [
      step('weekly#3', 'firm', '2026-03-30'), step('weekly', 'firm', '2026-03-16'), step('first-by-habit', 'first-overdue', '2026-03-03'),
      step('before-due', 'before-due', '2026-02-27'), step('day-7', 'firm', '2026-03-09'), step('abandoned', 'final', '2026-03-20'),
    ] // prettier-ignore
    const weekly = { ...PLAIN_STEP, id: 'weekly', from: 14, to: 14, channel: 'email', stage: 'firm', approval: false, repeat: { every: 7, times: 3 } } as const // prettier-ignore
    const withWeekly = { ...sequences, regular: [...sequences.regular.filter(({ from }) => from < 14), weekly] }
    const paid = taken.map(({ on, ...rung }) => ({
      paid: money(100, 'EUR'),
      paidOn: addDays(on, 1),
      steps: [{ ...rung, on }],
    }))
    expect(collectedAfterSteps(paid, withWeekly).map((one) => one.step?.id)).toEqual([
      'before-due', 'first-by-habit', 'day-7', 'weekly', 'weekly#3', 'abandoned',
    ]) // prettier-ignore
  })
})
