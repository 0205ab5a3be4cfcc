import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fc } from '../support/random.ts'
import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { checkPolicy, isSound } from '../../src/chase/policy-check.ts'
import { PLAIN_STEP, type Policy, type Step } from '../../src/chase/policy.ts'
import { STAGES, type Stage } from '../../src/chase/stage.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import { everyOpening } from '../support/openings.ts'
import { MUTATIONS, SEGMENTS } from './policy-mutations.ts'

const EXAMPLES = join(import.meta.dirname, '../../docs/examples/policies')
const examples = readdirSync(EXAMPLES)
  .filter((name) => name.endsWith('.yaml'))
  .map((name): [string, Policy] => {
    const parsed = parsePolicy(readFileSync(join(EXAMPLES, name), 'utf8'))
    if (!parsed.ok) throw new Error(`${name} is no policy file`)
    return [name, parsed.policy]
  })

const rulesFound = (policy: Policy): string[] => [
  ...new Set(
    checkPolicy(policy, everyOpening)
      .filter(({ weight }) => weight === 'error')
      .map(({ rule }) => rule),
  ),
]

describe('A sound policy', () => {
  it.each(examples)('%s has nothing to remark', (_name, policy) => {
    expect(checkPolicy(policy, everyOpening)).toEqual([])
  })

  it('raises no alarm, however it is made', () => {
    fc.assert(
      fc.property(aSoundPolicy, (policy) => {
        expect(checkPolicy(policy, everyOpening)).toEqual([])
      }),
      { numRuns: 20 },
    )
  })
})

describe('A policy that calls upon people', () => {
  const nobody = { seniorSender: false, escalationContacts: 0 }
  const calling: Policy = {
    ...DEFAULT_POLICY,
    sequences: {
      ...DEFAULT_POLICY.sequences,
      regular: DEFAULT_POLICY.sequences.regular.map((step) =>
        step.id === 'day-15' ? { ...step, sender: 'senior' as const, copyEscalation: true } : step,
      ),
    },
  }

  it('warns where the business has nobody, and may come into force all the same', () => {
    const found = checkPolicy(calling, everyOpening, nobody)
    expect(found.map(({ rule, weight, at }) => `${weight} ${rule} ${at.join('.')}`)).toEqual([
      'warning senior-sender-missing sequences.regular.3.sender',
      'warning escalation-contact-missing sequences.regular.3.copyEscalation',
    ])
    expect(isSound(found)).toBe(true)
  })

  it('has nothing to remark where somebody is there, where nobody is called upon, or where nobody was asked about', () => {
    expect(checkPolicy(calling, everyOpening, { seniorSender: true, escalationContacts: 1 })).toEqual([])
    expect(checkPolicy(DEFAULT_POLICY, everyOpening, nobody)).toEqual([])
    expect(checkPolicy(calling, everyOpening)).toEqual([])
  })
})

describe('A broken policy', () => {
  const broken = examples.flatMap(([example, policy], which) =>
    MUTATIONS.flatMap((mutation, at) => {
      // Each way is tried on every other example, in one of the segments that can be broken so.
      if ((at + which) % 2 === 1) return []
      const tries = SEGMENTS.flatMap((segment) => mutation.breaks(policy, segment) ?? [])
      const mutant = tries[at % Math.max(1, tries.length)]
      return mutant ? [{ name: `${mutation.name} (${example})`, mutant, finds: mutation.finds }] : []
    }),
  )

  it('is found out, whichever of the ways it was broken in', () => {
    expect(broken.length).toBeGreaterThan(110)
    const missed = broken.filter(({ mutant, finds }) => !rulesFound(mutant).some((rule) => finds.includes(rule)))
    expect(missed.map(({ name }) => name)).toEqual([])
  })
})

describe('What is proven', () => {
  const withSteps = (steps: readonly Step[], more: Partial<Policy> = {}): Policy => ({
    ...DEFAULT_POLICY,
    ...more,
    sequences: { ...DEFAULT_POLICY.sequences, regular: steps },
  })
  const email = (id: string, from: number, stage: Stage, more: Partial<Step> = {}): Step => ({
    ...PLAIN_STEP, id, from, to: from, channel: 'email', stage, approval: stage === 'final', ...more,
  }) // prettier-ignore
  const end = (from: number): Step => ({
    ...email('end', from, 'final'),
    channel: 'decision',
    stage: null,
    approval: false,
  })

  it('three days between messages keep a gap of two business days only for some due days', () => {
    const found = checkPolicy(
      withSteps([email('one', 1, 'first-overdue'), email('two', 4, 'firm'), end(30)]),
      everyOpening,
    )
    expect(found.filter(({ weight }) => weight === 'error')).toEqual([
      {
        rule: 'off-its-day',
        weight: 'error',
        at: ['sequences', 'regular', 1, 'from'],
        // Due on a Thursday: the first message goes on Friday, the second would on Monday, one business day later.
        facts: {
          segment: 'regular',
          stepId: 'two',
          weekday: 4,
          because: 'too-soon',
          meantOn: '2027-02-08',
          on: '2027-02-09',
        },
      },
    ])
  })

  it('a seven-day rhythm keeps every cap, also with repetitions and counted from the step before', () => {
    const steps = [
      email('weekly', 7, 'first-overdue', { repeat: { every: 7, times: 3 } }),
      email('then', 7, 'firm', { after: 'previous-step' }),
      { ...end(10), after: 'previous-step' as const },
    ]
    expect(rulesFound(withSteps(steps))).toEqual([])
  })

  it('a limit in euros limits nobody who owes pounds', () => {
    const steps = (limits: { least: Record<string, number>; most: Record<string, number> }): Step[] => [
      email('small', 7, 'first-overdue', { maximumBalance: limits.most }),
      { ...email('large', 7, 'firm', { minimumBalance: limits.least }), channel: 'call', stage: null },
      end(30),
    ]
    const found = checkPolicy(withSteps(steps({ most: { EUR: 99_999 }, least: { EUR: 100_000 } })), everyOpening)
    expect(found.map(({ rule, at }) => [rule, at.join('.')])).toContainEqual([
      'days-not-ascending',
      'sequences.regular.1.from',
    ])
  })

  it('a language that lacks one wording is named with the message', () => {
    const { 'thank-you': _gone, ...rest } = everyOpening.es
    const found = checkPolicy(DEFAULT_POLICY, { ...everyOpening, es: rest })
    expect(found).toEqual([
      {
        rule: 'wording-missing',
        weight: 'error',
        at: ['languages', 0],
        facts: { message: 'thank-you', language: 'es' },
      },
    ])
    expect(isSound(found)).toBe(false)
    expect(
      checkPolicy(
        { ...DEFAULT_POLICY, thankYou: { ...DEFAULT_POLICY.thankYou, enabled: false } },
        { ...everyOpening, es: rest },
      ),
    ).toEqual([])
  })

  it('is careful with what only deserves a warning', () => {
    const found = checkPolicy({ ...DEFAULT_POLICY, sendFromMinute: 7 * 60 }, everyOpening)
    expect(found).toEqual([{ rule: 'window-wide', weight: 'warning', at: ['sendFromMinute'], facts: {} }])
    expect(isSound(found)).toBe(true)
    const grounds = {
      ...DEFAULT_POLICY.grounds,
      'late-interest': { basis: 'contract', reference: 'clause 7' },
    } as const
    expect(
      checkPolicy({ ...DEFAULT_POLICY, grounds }, everyOpening).map(({ rule, weight }) => `${weight} ${rule}`),
    ).toEqual(['warning agreed-terms-missing'])
    const agreed = { ...grounds, 'late-interest': { ...grounds['late-interest'], ratePercent: 9.5 } }
    expect(checkPolicy({ ...DEFAULT_POLICY, grounds: agreed }, everyOpening)).toEqual([])
  })
})

/** Policies that keep every promise by the way they are made: steps well apart, tones that rise, an end for everybody. */
const aSoundPolicy: fc.Arbitrary<Policy> = fc
  .record({
    gap: fc.integer({ min: 1, max: 3 }),
    perWeek: fc.integer({ min: 1, max: 3 }),
    early: fc.option(fc.record({ from: fc.integer({ min: -14, max: -9 }), days: fc.integer({ min: 2, max: 4 }) }), {
      nil: null,
    }),
    spacing: fc.array(fc.integer({ min: 7, max: 20 }), { minLength: 1, maxLength: 5 }),
    stages: fc.subarray(STAGES.slice(2), { minLength: 1 }),
    callAfter: fc.option(fc.integer({ min: 7, max: 20 }), { nil: null }),
    relative: fc.boolean(),
    limit: fc.option(fc.integer({ min: 1, max: 1_000_000 }), { nil: null }),
    window: fc.record({ from: fc.integer({ min: 480, max: 700 }), length: fc.integer({ min: 1, max: 400 }) }),
    saturdays: fc.boolean(),
    august: fc.constantFrom('normal' as const, 'no-dunning' as const, 'silent' as const),
    languages: fc.subarray(['es', 'en'] as ('es' | 'en')[], { minLength: 1 }),
    statement: fc.boolean(),
    letter: fc.boolean(),
  })
  .map((made) => {
    const messages = made.spacing.map((days, at) => ({
      days,
      stage: made.stages[Math.min(at, made.stages.length - 1)] ?? 'firm',
    }))
    let on = 0
    let wasFinal = false
    const steps: Step[] = []
    const add = (step: Partial<Step> & Pick<Step, 'id' | 'channel'>, days: number): void => {
      on += days
      const counted =
        made.relative && steps.length > 0
          ? { after: 'previous-step' as const, from: days, to: days }
          : { from: on, to: on }
      steps.push({ ...PLAIN_STEP, stage: null, approval: false, ...counted, ...step })
    }
    for (const { days, stage } of messages) {
      if (wasFinal) break
      wasFinal = stage === 'final'
      add({ id: `m${steps.length}`, channel: 'email', stage, approval: wasFinal }, days)
    }
    if (made.callAfter !== null)
      add(
        { id: 'call', channel: 'call', minimumBalance: made.limit === null ? {} : { EUR: made.limit } },
        made.callAfter,
      )
    if (made.letter) add({ id: 'letter', channel: 'letter' }, 10)
    add({ id: 'end', channel: 'decision' }, 15)
    const early: Step[] =
      made.early === null
        ? []
        : [
            {
              ...PLAIN_STEP,
              id: 'early',
              from: made.early.from,
              to: made.early.from + made.early.days,
              channel: 'email',
              stage: 'before-due',
              approval: false,
            },
          ]
    const run: Step[] = made.statement
      ? [
          {
            ...PLAIN_STEP,
            id: 'run',
            after: 'month-day',
            from: 2,
            to: 8,
            channel: 'email',
            stage: null,
            approval: false,
          },
        ]
      : []
    const stages = steps.flatMap(({ stage }) => stage ?? [])
    const softest = stages[0] ?? 'first-overdue'
    return {
      ...DEFAULT_POLICY,
      gapBusinessDays: made.gap,
      mostPer7Days: made.perWeek,
      mostPer30Days: 30,
      touchesPerSpell: 12,
      sequences: {
        new: [...early, ...steps, ...run],
        regular: [...steps, ...run],
        strategic: steps,
        'habitually-late': steps,
      },
      sendFromMinute: made.window.from,
      sendUntilMinute: made.window.from + made.window.length,
      weekdays: made.saturdays ? [1, 2, 3, 4, 5, 6] : [1, 2, 3, 4, 5],
      august: made.august,
      languages: made.languages,
      firmestOpening: softest,
      promise: { ...DEFAULT_POLICY.promise, brokenResumesAt: softest },
      plan: { ...DEFAULT_POLICY.plan, breachResumesAt: softest },
      grounds: { ...DEFAULT_POLICY.grounds, 'legal-action': { basis: 'law', reference: 'Civil Code' } },
    }
  })
