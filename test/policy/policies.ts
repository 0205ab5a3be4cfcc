import { fc } from '../support/random.ts'
import { day } from '../../src/chase/day.ts'
import type { Limits, Policy, Step } from '../../src/chase/policy.ts'
import { NOTICES, STAGES } from '../../src/chase/stage.ts'

const currency = fc.constantFrom('EUR', 'GBP', 'JPY', 'KWD', 'CLP', 'USD')
const limits: fc.Arbitrary<Limits> = fc.dictionary(currency, fc.integer({ min: 0, max: 99_999_999 }), { maxKeys: 3 })
const stage = fc.constantFrom(...STAGES)
const percent = fc.integer({ min: 0, max: 100 })
const days = fc.integer({ min: 0, max: 3650 })
// Anything a person may type, with what YAML finds special.
const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }),
  fc.constantFrom('yes', 'null', '1', '- x', 'a: b', '# no comment', '"', "'", '100 %', '|', '{x}', '[1', '!tag', '&a', '*b', 'día 1'),
).filter((value) => value.trim() !== '' && value === value.trim() && !/\p{Cc}|\p{Cs}|[\u2028\u2029\ufeff]/u.test(value)) // prettier-ignore
const id = fc.stringMatching(/^[a-z0-9áñ][a-z0-9 .'"-]{0,19}$/).filter((value) => value.trim() === value)

const step: fc.Arbitrary<Step> = fc.record({
  id,
  after: fc.constantFrom('due', 'previous-step', 'contact', 'month-day'),
  unit: fc.constantFrom('days', 'business-days'),
  from: fc.integer({ min: -365, max: 3650 }),
  to: fc.integer({ min: -365, max: 3650 }),
  channel: fc.constantFrom('email', 'call', 'decision', 'letter'),
  stage: fc.option(stage, { nil: null }),
  approval: fc.boolean(),
  repeat: fc.option(fc.record({ every: fc.integer({ min: 1, max: 365 }), times: fc.integer({ min: 1, max: 40 }) }), { nil: null }),
  minimumBalance: limits,
  maximumBalance: limits,
  sender: fc.constantFrom('usual', 'senior'),
  copyEscalation: fc.boolean(),
}) // prettier-ignore

const sequence = fc.uniqueArray(step, { minLength: 1, maxLength: 6, selector: ({ id: name }) => name })
const basis = fc.constantFrom('contract' as const, 'law' as const)
const ground = fc.option(fc.record({ basis, reference: text }), { nil: null })
const percentWithDecimals = fc.integer({ min: 0, max: 500_000 }).map((tenThousandths) => tenThousandths / 10_000)
const interestGround = fc.option(
  fc.record({ basis, reference: text, ratePercent: percentWithDecimals }, { requiredKeys: ['basis', 'reference'] }),
  { nil: null },
)
const compensationGround = fc.option(
  fc.record({ basis, reference: text, sums: limits }, { requiredKeys: ['basis', 'reference'] }),
  { nil: null },
)
const someDay = fc
  .integer({ min: 0, max: 3000 })
  .map((offset) => day(new Date(Date.UTC(2026, 0, 1 + offset)).toISOString().slice(0, 10)))
const unique = <T>(of: fc.Arbitrary<T>, most: number): fc.Arbitrary<T[]> => fc.uniqueArray(of, { maxLength: most })
const minutes = fc.tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 1, max: 1440 }))

/** Any policy that a file can say, sensible or not. */
export const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    sequences: fc.record({ new: sequence, regular: sequence, strategic: sequence, 'habitually-late': sequence }),
    strategicGroups: unique(text, 4),
    newForDays: days,
    habituallyLate: fc.record({
      atLeastSettled: fc.integer({ min: 1, max: 100 }),
      atLeastLatePercent: fc.integer({ min: 1, max: 100 }),
      percentile: fc.integer({ min: 1, max: 100 }),
      atMostDays: days,
    }),
    sparing: fc.option(fc.record({ atLeastPaid: fc.integer({ min: 3, max: 100 }), paidByPercent: fc.integer({ min: 50, max: 99 }), atMostDays: fc.integer({ min: 1, max: 60 }), belowBalances: limits }), { nil: null }),
    gapBusinessDays: fc.integer({ min: 1, max: 30 }),
    mostPer7Days: fc.integer({ min: 1, max: 7 }),
    mostPer30Days: fc.integer({ min: 1, max: 30 }),
    callsPer7Days: fc.integer({ min: 1, max: 7 }),
    touchesPerSpell: fc.integer({ min: 1, max: 100 }),
    mostPerDayOfBusiness: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: null }),
    minutes,
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
    closingDays: fc.array(fc.record({ name: text, from: someDay, to: someDay, yearly: fc.boolean() }), { maxLength: 3 }),
    august: fc.constantFrom('normal' as const, 'no-dunning' as const, 'silent' as const),
    regionalHolidays: fc.boolean(),
    defaultTermDays: days,
    staleAfterHours: fc.integer({ min: 1, max: 240 }),
    minimumBalance: limits,
    residue: limits,
    partPayment: fc.record({
      thank: fc.boolean(),
      effect: fc.constantFrom('keep-stage' as const, 'one-stage-softer' as const, 'restart-at-first-overdue' as const),
      atLeastPercent: percent,
    }),
    credits: fc.record({ policy: fc.constantFrom('hold' as const, 'statement' as const), atLeastPercent: fc.integer({ min: 1, max: 1000 }) }),
    ledgerReminders: fc.constantFrom('warn' as const, 'hold' as const),
    promise: fc.record({
      reminderDayBefore: fc.boolean(),
      graceBusinessDays: fc.integer({ min: 0, max: 30 }),
      brokenResumesAt: stage,
      mostPromises: fc.integer({ min: 1, max: 20 }),
    }),
    plan: fc.record({
      toleranceBusinessDays: fc.integer({ min: 0, max: 30 }),
      tolerancePercent: percent,
      reminderBusinessDaysBefore: fc.option(fc.integer({ min: 1, max: 30 }), { nil: null }),
      breachResumesAt: stage,
    }),
    discount: fc.option(fc.record({ percent: fc.integer({ min: 1, max: 50 }), withinDays: fc.integer({ min: 1, max: 365 }) }), { nil: null }),
    thankYou: fc.record({ enabled: fc.boolean(), mostPer7Days: fc.integer({ min: 1, max: 7 }), onlyWhenChased: fc.boolean() }),
    rightPerson: fc.record({
      afterSilences: fc.option(fc.integer({ min: 1, max: 20 }), { nil: null }),
      afterBounce: fc.boolean(),
      belowConfidence: percent,
    }),
    recipients: fc.record({ approvalBelowConfidence: fc.option(percent, { nil: null }) }),
    leads: fc.constantFrom('oldest' as const, 'firmest' as const),
    firmestOpening: stage,
    grounds: fc.record({
      'late-interest': interestGround,
      compensation: compensationGround,
      'suspension-of-service': ground,
      'collection-agency': ground,
      'legal-action': ground,
    }),
    consents: fc.record({ 'discount-offers': fc.option(text.filter((value) => value !== 'none'), { nil: null }) }),
    languages: fc.uniqueArray(fc.constantFrom('es' as const, 'en' as const), { minLength: 1 }),
    wordings: fc.dictionary(fc.constantFrom(...STAGES, ...NOTICES), fc.uniqueArray(fc.constantFrom('1', '2', '3', 'x'), { minLength: 1 }), { maxKeys: 4 }),
    treatment: fc.constantFrom('usted' as const, 'tu' as const),
    similarityLimitPercent: fc.integer({ min: 1, max: 100 }),
    priorities: fc.record({ highBalance: limits, oldAfterDays: days }),
  })
  .map(({ minutes: [sendFromMinute, sendUntilMinute], ...rest }) => ({ ...rest, sendFromMinute, sendUntilMinute })) // prettier-ignore
