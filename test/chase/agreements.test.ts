import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { decide } from '../../src/chase/decide.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { money } from '../../src/chase/money.ts'
import { checkPlanTerms, judgePlan, proposePlan } from '../../src/chase/plans.ts'
import { judgePromise } from '../../src/chase/promises.ts'
import type { Payment, PaymentPlan, PaymentPromise } from '../../src/chase/standing.ts'
import { days, hold, invoice, payment, policy, promise, standing } from '../support/standing.ts'
import type { StandingDetails } from '../support/standing.ts'
import { diary, play } from './play.ts'

const calendar = { policy: DEFAULT_POLICY, holidays: days('2026-04-03') }

const judged = (details: StandingDetails): string => {
  const verdict = decide(standing(details))
  const head = `${verdict.do} ${verdict.reason}`
  if ('until' in verdict) return verdict.until === null ? head : `${head} until ${verdict.until}`
  return `${head} ${verdict.step?.id ?? ''}`.trim()
}

describe('a promise', () => {
  const stateOn = (
    today: string,
    payments: readonly Payment[],
    about: PaymentPromise = promise(),
    minor = 10_000,
  ): string =>
    judgePromise(about, { today: day(today), calendar, invoices: minor > 0 ? [invoice({ minor })] : [], payments })
      .state

  it.each<[string, string, Payment[], number]>([
    ['open', '2026-03-06', [], 10_000],
    ['open', '2026-03-08', [], 10_000],
    ['broken', '2026-03-09', [], 10_000],
    ['kept', '2026-03-05', [payment('2026-03-05', 10_000)], 0],
    ['kept', '2026-03-09', [payment('2026-03-09', 10_000)], 0],
    ['partly-kept', '2026-03-09', [payment('2026-03-06', 4_000)], 6_000],
    ['open', '2026-03-07', [payment('2026-03-06', 4_000)], 6_000],
    // What came before it was given was not meant by it.
    ['broken', '2026-03-09', [payment('2026-03-01', 4_000)], 6_000],
    // Settled by a credit note, or cancelled: nothing is left to be promised.
    ['kept', '2026-03-09', [], 0],
    // Paid, but days too late.
    ['broken', '2026-03-20', [payment('2026-03-18', 10_000)], 0],
  ])('is %s on %s', (expected, today, payments, minor) => {
    expect(stateOn(today, payments, promise(), minor)).toBe(expected)
  })

  it('of an amount is kept when that amount has arrived, whatever else is due', () => {
    const half = promise({ minor: 5_000 })
    expect(stateOn('2026-03-09', [payment('2026-03-06', 5_000)], half, 5_000)).toBe('kept')
    expect(stateOn('2026-03-09', [payment('2026-03-06', 4_999)], half, 5_001)).toBe('partly-kept')
    expect(stateOn('2026-03-09', [payment('2026-03-06', 5_000, { currency: 'GBP' })], half)).toBe('partly-kept')
  })

  it('is judged on the business day after, weekends and holidays aside', () => {
    const judgedOn = (on: string) =>
      judgePromise(promise({ on, givenOn: '2026-03-01' }), {
        today: day('2026-03-01'),
        calendar,
        invoices: [invoice()],
        payments: [],
      }).judgedOn
    expect(judgedOn('2026-03-04')).toBe('2026-03-05')
    expect(judgedOn('2026-03-06')).toBe('2026-03-09')
    expect(judgedOn('2026-04-02')).toBe('2026-04-06')
  })

  it('tells what is missing, never more than is still owed', () => {
    const missing = (minor: number, about: PaymentPromise, payments: Payment[]) =>
      judgePromise(about, { today: day('2026-03-09'), calendar, invoices: [invoice({ minor })], payments }).missing
    expect(missing(6_000, promise(), [payment('2026-03-06', 4_000)])).toEqual([money(6_000, 'EUR')])
    expect(missing(6_000, promise({ minor: 5_000 }), [payment('2026-03-06', 4_000)])).toEqual([money(1_000, 'EUR')])
    expect(missing(500, promise({ minor: 5_000 }), [payment('2026-03-06', 4_000)])).toEqual([money(500, 'EUR')])
  })
})

describe('while a promise runs', () => {
  it('its invoice waits until the day it is judged, and the rest of the account goes on', () => {
    const promises = [promise()]
    expect(judged({ promises })).toBe('wait promised until 2026-03-09')
    const invoices = [invoice(), invoice({ id: 'other', dueOn: '2026-03-02' })]
    expect(decide(standing({ promises, invoices }))).toMatchObject({ do: 'send', invoiceIds: ['other'] })
  })

  it('the customer is reminded on the business day before, once, unless the policy is silent', () => {
    const promises = [promise()]
    expect(decide(standing({ today: '2026-03-05', promises }))).toMatchObject({
      do: 'send',
      reason: 'promise-reminder-due',
      message: 'promise-reminder',
      step: { id: 'promise-reminder:p1', stage: null },
      invoiceIds: ['inv-1'],
    })
    const sent = [{ id: 'promise-reminder:p1', on: day('2026-03-05') }]
    expect(judged({ today: '2026-03-05', promises, notices: sent })).toBe('wait promised until 2026-03-09')
    const silent = policy({ promise: { ...DEFAULT_POLICY.promise, reminderDayBefore: false } })
    expect(judged({ today: '2026-03-05', promises, policy: silent })).toBe('wait promised until 2026-03-09')
    // Promised on Thursday for Friday: that needs no reminder.
    expect(judged({ today: '2026-03-05', promises: [promise({ givenOn: '2026-03-05' })] })).toBe(
      'wait promised until 2026-03-09',
    )
    expect(judged({ today: '2026-03-06', promises })).toBe('wait promised until 2026-03-09')
  })

  it('a payment that the ledger shows for a day to come is one too', () => {
    const futurePayments = [{ invoiceId: 'inv-1', on: day('2026-03-10'), amount: money(10_000, 'EUR') }]
    expect(judged({ futurePayments })).toBe('wait promised until 2026-03-11')
    expect(judged({ futurePayments, today: '2026-03-11' })).toBe('send step-due day-7')
  })
})

describe('a promise that is not kept', () => {
  const told = (payments: Payment[], minor: number, changes: StandingDetails = {}): string[] =>
    diary(
      play({
        from: '2026-03-04',
        days: 30,
        standing: (today) =>
          standing({
            today,
            invoices: [invoice({ minor: payments.some(({ on }) => on <= today) ? minor : 10_000 })],
            payments: payments.filter(({ on }) => on <= today),
            promises: today >= '2026-03-05' ? [promise({ givenOn: '2026-03-05', on: '2026-03-12' })] : [],
            ...changes,
          }),
      }),
    )

  it('is written about on the day it is judged, and the ladder goes on at the policy’s step', () => {
    expect(told([], 10_000)).toEqual([
      '2026-03-04 day-1 first-overdue',
      '2026-03-11 promise-reminder:p1',
      '2026-03-13 promise-broken:p1',
      '2026-03-18 day-7 firm',
      '2026-03-26 day-15 serious',
      '2026-04-01 ask: call-due call-21',
    ])
  })

  it('resumes where the policy says, before that step’s own day if that is its will', () => {
    const resumed = (brokenResumesAt: 'firm' | 'serious'): string[] =>
      diary(
        play({
          from: '2026-03-04',
          days: 9,
          standing: (today) =>
            standing({
              today,
              policy: policy({ promise: { ...DEFAULT_POLICY.promise, brokenResumesAt } }),
              promises: today >= '2026-03-05' ? [promise({ givenOn: '2026-03-05', on: '2026-03-06' })] : [],
            }),
        }),
      ).slice(1)
    expect(resumed('firm')).toEqual(['2026-03-09 promise-broken:p1', '2026-03-11 day-7 firm'])
    expect(resumed('serious')).toEqual(['2026-03-09 promise-broken:p1', '2026-03-11 day-15 serious'])
  })

  it('brings nothing forward that is firmer than that, however far the ladder had gone', () => {
    const spell = {
      anchorInvoiceId: 'inv-1',
      taken: [{ stepId: 'day-15', channel: 'email' as const, stage: 'serious' as const, on: day('2026-02-19') }],
    }
    const late = { invoices: [invoice({ dueOn: '2026-02-04' })], spell, promises: [promise({ on: '2026-02-24' })] }
    const written = { ...late, notices: [{ id: 'promise-broken:p1', on: day('2026-02-25') }] }
    expect(judged({ ...written, today: '2026-02-27' })).toBe('ask call-due call-21')
  })

  it('names what came and what is missing where a part of it arrived', () => {
    const verdict = decide(
      standing({
        today: '2026-03-09',
        invoices: [invoice({ minor: 6_000 })],
        payments: [payment('2026-03-06', 4_000)],
        promises: [promise()],
      }),
    )
    expect(verdict).toMatchObject({
      reason: 'promise-broken',
      facts: { promiseState: 'partly-kept', missingEUR: 6_000, promisedOn: '2026-03-06' },
    })
  })

  it('is not written about when the money came after all, nor weeks later', () => {
    expect(
      judged({
        today: '2026-03-10',
        invoices: [],
        promises: [promise()],
        payments: [payment('2026-03-10', 10_000, { chased: false })],
      }),
    ).toBe('nothing nothing-open')
    expect(judged({ today: '2026-03-30', promises: [promise()] })).toBe('send step-due day-7')
  })

  it('twice makes the third one a question for a person', () => {
    const promises = [
      promise({ id: 'a', givenOn: '2026-02-02', on: '2026-02-06' }),
      promise({ id: 'b', givenOn: '2026-02-10', on: '2026-02-13' }),
      promise({ id: 'c', givenOn: '2026-03-03', on: '2026-03-20' }),
    ]
    const verdict = decide(standing({ promises, invoices: [invoice({ dueOn: '2026-01-20' })] }))
    expect(verdict).toMatchObject({ do: 'ask', reason: 'promises-spent', facts: { brokenPromises: 2, promiseId: 'c' } })
    expect(judged({ promises: promises.slice(1), invoices: [invoice({ dueOn: '2026-01-20' })] })).toBe(
      'wait promised until 2026-03-23',
    )
    const patient = policy({ promise: { ...DEFAULT_POLICY.promise, mostPromises: 3 } })
    expect(judged({ promises, policy: patient, invoices: [invoice({ dueOn: '2026-01-20' })] })).toBe(
      'wait promised until 2026-03-23',
    )
  })
})

const aPlan = (details: Partial<PaymentPlan> = {}): PaymentPlan => ({
  id: 'plan',
  invoiceIds: ['inv-1'],
  agreedOn: day('2026-03-02'),
  instalments: [
    { on: day('2026-03-10'), amount: money(4_000, 'EUR') },
    { on: day('2026-04-10'), amount: money(3_000, 'EUR') },
    { on: day('2026-05-11'), amount: money(3_000, 'EUR') },
  ],
  ...details,
})

describe('a payment plan', () => {
  const judgedOn = (today: string, payments: Payment[], minor = 10_000) => {
    const invoices = minor > 0 ? [invoice({ minor })] : []
    const { state, next, missing } = judgePlan(aPlan(), { today: day(today), calendar, invoices, payments })
    return [state, next?.on ?? null, missing.minor]
  }

  it.each<[string, Payment[], [string, string | null, number]]>([
    ['2026-03-04', [], ['on-track', '2026-03-10', 4_000]],
    ['2026-03-10', [], ['on-track', '2026-03-10', 4_000]],
    ['2026-03-12', [], ['late', '2026-03-10', 4_000]],
    ['2026-03-13', [], ['breached', '2026-03-10', 4_000]],
    ['2026-03-13', [payment('2026-03-09', 4_000)], ['on-track', '2026-04-10', 3_000]],
    // A hundredth of what is due may be missing.
    ['2026-03-13', [payment('2026-03-09', 3_960)], ['on-track', '2026-04-10', 3_040]],
    ['2026-03-13', [payment('2026-03-09', 3_959)], ['breached', '2026-03-10', 41]],
    // Paid ahead, the money fills the instalments in order.
    ['2026-04-30', [payment('2026-03-09', 7_000)], ['on-track', '2026-05-11', 3_000]],
    // What came before it was agreed was not part of it.
    ['2026-03-13', [payment('2026-03-01', 4_000)], ['breached', '2026-03-10', 4_000]],
  ])('on %s', (today, payments, expected) => {
    expect(judgedOn(today, payments)).toEqual(expected)
  })

  it('is complete when all has arrived, or its invoices are settled', () => {
    expect(judgedOn('2026-06-01', [payment('2026-03-09', 10_000)], 1)[0]).toBe('completed')
    expect(judgedOn('2026-06-01', [], 0)).toEqual(['completed', null, 0])
  })

  it('keeps silent while it is on track, and reminds before each instalment', () => {
    const plans = [aPlan()]
    expect(judged({ plans })).toBe('wait on-plan until 2026-03-13')
    expect(judged({ plans, today: '2026-03-05' })).toBe('send instalment-reminder-due plan-instalment:plan:2026-03-10')
    expect(
      judged({
        plans,
        today: '2026-03-05',
        notices: [{ id: 'plan-instalment:plan:2026-03-10', on: day('2026-03-05') }],
      }),
    ).toBe('wait on-plan until 2026-03-13')
    const never = policy({ plan: { ...DEFAULT_POLICY.plan, reminderBusinessDaysBefore: null } })
    expect(judged({ plans, today: '2026-03-05', policy: never })).toBe('wait on-plan until 2026-03-13')
  })

  it('that is broken is written about once, and then the ladder goes on at the policy’s step', () => {
    const entries = play({
      from: '2026-03-04',
      days: 30,
      standing: (today) => standing({ today, invoices: [invoice({ dueOn: '2026-02-27' })], plans: [aPlan()] }),
    })
    expect(diary(entries)).toEqual([
      '2026-03-05 plan-instalment:plan:2026-03-10',
      '2026-03-13 plan-missed:plan',
      '2026-03-17 day-15 serious',
      '2026-03-23 ask: call-due call-21',
      '2026-04-01 final-30 final (approved)',
    ])
  })

  it('does not touch what it does not cover', () => {
    const invoices = [invoice(), invoice({ id: 'other', dueOn: '2026-03-02' })]
    expect(decide(standing({ plans: [aPlan()], invoices }))).toMatchObject({ do: 'send', invoiceIds: ['other'] })
  })
})

describe('the terms of a plan', () => {
  const open = [invoice({ minor: 10_000 })]
  const on = (date: string, minor: number, currency = 'EUR') => ({ on: day(date), amount: money(minor, currency) })
  const problems = (instalments: PaymentPlan['instalments'], invoiceIds = ['inv-1'], invoices = open) =>
    checkPlanTerms({ invoiceIds, instalments }, invoices, day('2026-03-04'))

  it('are sound when the amounts add up and the days lie ahead in order', () => {
    expect(problems([on('2026-03-10', 5_000), on('2026-04-10', 5_000)])).toEqual([])
  })

  it.each<[string, PaymentPlan['instalments']]>([
    ['no-instalments', []],
    ['amounts-do-not-add-up', [on('2026-03-10', 5_000), on('2026-04-10', 4_999)]],
    ['days-out-of-order', [on('2026-04-10', 5_000), on('2026-04-10', 5_000)]],
    ['day-past', [on('2026-03-03', 10_000)]],
    ['amount-not-positive', [on('2026-03-10', 0), on('2026-04-10', 10_000)]],
    ['several-currencies', [on('2026-03-10', 5_000), on('2026-04-10', 5_000, 'GBP')]],
    ['amounts-do-not-add-up', [on('2026-03-10', 10_000, 'GBP')]],
  ])('are refused: %s', (problem, instalments) => {
    expect(problems(instalments)).toEqual([problem])
  })

  it('are refused about an invoice that is not open', () => {
    expect(problems([on('2026-03-10', 10_000)], ['inv-1', 'paid'])).toEqual(['invoice-not-open'])
  })

  it('proposed for an amount add up to it, to the cent', () => {
    expect(proposePlan(money(10_000, 'EUR'), 3, day('2026-01-31'), 'month')).toEqual([
      on('2026-01-31', 3_334),
      on('2026-02-28', 3_333),
      on('2026-03-31', 3_333),
    ])
    expect(proposePlan(money(5, 'EUR'), 2, day('2026-12-28'), 'week')).toEqual([
      on('2026-12-28', 3),
      on('2027-01-04', 2),
    ])
    expect(() => proposePlan(money(2, 'EUR'), 3, day('2026-01-31'), 'month')).toThrow(RangeError)
  })
})

describe('what was asked for', () => {
  const requested = [{ id: 'promise-confirmed:p1', message: 'promise-confirmed' as const, invoiceIds: ['inv-1'] }]

  it('goes first, once, and like every message keeps its distance from the last', () => {
    expect(judged({ requested })).toBe('send answer-requested promise-confirmed:p1')
    expect(judged({ requested, contactedOn: [day('2026-03-03')] })).toBe('wait too-soon until 2026-03-05')
    expect(judged({ requested, notices: [{ id: 'promise-confirmed:p1', on: day('2026-02-27') }] })).toBe(
      'send step-due day-1',
    )
  })

  it('waits while a person has said to be silent', () => {
    expect(judged({ requested, holds: [hold('pause')] })).toBe('wait paused')
  })
})
