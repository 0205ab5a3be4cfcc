import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../src/chase/day.ts'
import { decide } from '../../src/chase/decide.ts'
import type { Step } from '../../src/chase/policy.ts'
import type { LoggedContact } from '../../src/chase/standing.ts'
import { days, following, invoice, policy, standing, step } from '../support/standing.ts'
import type { StandingDetails } from '../support/standing.ts'
import { diary, play } from './play.ts'

const story = (from: string, length: number, details: StandingDetails): string[] =>
  diary(play({ from, days: length, standing: (today) => standing({ ...details, today }) }))

const steps = (list: readonly Step[], dueOn = '2026-03-03', length = 60, details: StandingDetails = {}): string[] =>
  story('2026-03-01', length, { policy: following(list), invoices: [invoice({ dueOn })], ...details })

describe('a step in business days', () => {
  it('counts neither weekends nor holidays, after the due day and before it', () => {
    const list = [
      step('before', -3, { unit: 'business-days', to: -1, stage: 'before-due' }),
      step('after', 3, { unit: 'business-days' }),
    ]
    expect(steps(list, '2026-03-10')).toEqual([
      '2026-03-05 before before-due',
      '2026-03-13 after first-overdue',
      '2026-03-14 ask: decision-due',
    ])
    expect(steps(list, '2026-03-10', 60, { holidays: days('2026-03-09', '2026-03-12') })).toEqual([
      '2026-03-04 before before-due',
      '2026-03-16 after first-overdue',
      '2026-03-17 ask: decision-due',
    ])
  })
})

describe('a step that is repeated', () => {
  it('is taken again at its distance, so many times in all, each time under its own id', () => {
    const list = [step('weekly', 7, { repeat: { every: 7, times: 3 } }), step('decide', 40, { channel: 'decision' })]
    expect(steps(list)).toEqual([
      '2026-03-10 weekly first-overdue',
      '2026-03-17 weekly#2 first-overdue',
      '2026-03-24 weekly#3 first-overdue',
      '2026-04-13 ask: decision-due decide',
      '2026-04-14 ask: decision-due',
    ])
  })

  it('catches up with one message after an absence, not with all it missed', () => {
    const list = [step('weekly', 7, { repeat: { every: 7, times: 4 } })]
    expect(story('2026-03-25', 20, { policy: following(list), invoices: [invoice()] })).toEqual([
      '2026-03-25 weekly#3 first-overdue',
      '2026-04-01 weekly#4 first-overdue',
      '2026-04-02 ask: decision-due',
    ])
  })
})

describe('a step after the previous one', () => {
  const list = [
    step('first', 1),
    step('second', 5, { after: 'previous-step', stage: 'firm' }),
    step('third', 3, { after: 'previous-step', unit: 'business-days', stage: 'serious' }),
  ]

  it('counts from the day that one was taken', () => {
    expect(steps(list)).toEqual([
      '2026-03-04 first first-overdue',
      '2026-03-09 second firm',
      '2026-03-12 third serious',
      '2026-03-13 ask: decision-due',
    ])
  })

  it('never comes before it, however old the debt', () => {
    expect(steps(list, '2025-11-03')).toEqual([
      '2026-03-02 first first-overdue',
      '2026-03-09 second firm',
      '2026-03-12 third serious',
      '2026-03-13 ask: decision-due',
    ])
  })

  it('counts from the last one taken where the one before it does not apply', () => {
    const [first, second, third] = list
    if (!first || !second || !third) throw new Error('three steps')
    const skipping = [first, { ...second, minimumBalance: { EUR: 50_000 } }, third]
    expect(steps(skipping)).toEqual([
      '2026-03-04 first first-overdue',
      // Held down to the next rung of the ladder, which is the passed-over step's.
      '2026-03-09 third firm',
      '2026-03-10 ask: decision-due',
    ])
  })
})

describe('a step for some balances only', () => {
  const list = [
    step('small', 1, { maximumBalance: { EUR: 49_999, GBP: 39_999 } }),
    step('large', 1, { channel: 'call', minimumBalance: { EUR: 50_000, GBP: 40_000 } }),
    step('decide', 30, { channel: 'decision' }),
  ]
  const first = (minor: number, currency = 'EUR'): string | undefined =>
    steps(list, '2026-03-03', 20, { invoices: [invoice({ minor, currency })] })[0]

  it.each([
    [49_999, 'EUR', '2026-03-04 small first-overdue'],
    [50_000, 'EUR', '2026-03-04 ask: call-due large'],
    [39_999, 'GBP', '2026-03-04 small first-overdue'],
    [40_000, 'GBP', '2026-03-04 ask: call-due large'],
  ])('%d %s', (minor, currency, expected) => {
    expect(first(minor, currency)).toBe(expected)
  })

  it('is taken once the balance has grown into it', () => {
    const entries = play({
      from: '2026-03-04',
      days: 12,
      standing: (today) =>
        standing({
          today,
          policy: following(list),
          invoices: [
            invoice({ id: 'a', minor: 20_000 }),
            ...(today >= '2026-03-10' ? [invoice({ id: 'b', minor: 40_000, dueOn: '2026-03-09' })] : []),
          ],
        }),
    })
    expect(diary(entries)).toEqual(['2026-03-04 small first-overdue', '2026-03-10 ask: call-due large'])
  })
})

describe('a step after a conversation', () => {
  const list = [
    step('first', 1),
    step('talk', 10, { channel: 'call' }),
    step('firm', 20, { stage: 'firm' }),
    step('follow-up', 2, { after: 'contact', unit: 'business-days', stage: 'firm' }),
    step('decide', 40, { channel: 'decision' }),
  ]
  const talks = (...logged: [string, LoggedContact['outcome']][]) =>
    diary(
      play({
        from: '2026-03-04',
        days: 45,
        standing: (today) =>
          standing({
            today,
            policy: following(list),
            invoices: [invoice()],
            loggedContacts: logged
              .filter(([on]) => on <= today)
              .map(([on, outcome]) => ({ on: day(on), kind: 'call', outcome })),
          }),
      }),
    )

  it('comes so many days after it, before the ladder goes on', () => {
    expect(talks(['2026-03-16', 'other'])).toEqual([
      '2026-03-04 first first-overdue',
      '2026-03-13 ask: call-due talk',
      '2026-03-18 follow-up firm',
      '2026-03-23 firm firm',
      '2026-04-13 ask: decision-due decide',
      '2026-04-14 ask: decision-due',
    ])
  })

  it('does not come where nobody was reached', () => {
    expect(talks(['2026-03-16', 'no-answer'])).toEqual([
      '2026-03-04 first first-overdue',
      '2026-03-13 ask: call-due talk',
      '2026-03-23 firm firm',
      '2026-04-13 ask: decision-due decide',
      '2026-04-14 ask: decision-due',
    ])
  })

  it('comes again after the next one, under a number', () => {
    expect(talks(['2026-03-16', 'other'], ['2026-03-25', 'paid']).slice(2, 5)).toEqual([
      '2026-03-18 follow-up firm',
      '2026-03-23 firm firm',
      '2026-03-27 follow-up#2 firm',
    ])
  })

  it('says which conversation it follows', () => {
    const verdict = decide(
      standing({
        today: '2026-03-18',
        policy: following(list),
        spell: {
          anchorInvoiceId: 'inv-1',
          taken: [{ stepId: 'first', channel: 'email', stage: 'first-overdue', on: day('2026-03-04') }],
        },
        loggedContacts: [{ on: day('2026-03-16'), kind: 'reply', outcome: 'other' }],
      }),
    )
    expect([verdict.reason, verdict.facts['contactOn']]).toEqual(['contact-follow-up', '2026-03-16'])
  })
})

describe('the statement run', () => {
  const monthly = (from: number, to: number): Step => step('statement', from, { after: 'month-day', to, stage: null })
  const list = [step('first', 1), step('decide', 300, { channel: 'decision' })]
  const statements = (run: Step, from: string, length: number): string[] =>
    story(from, length, { policy: following([...list, run]), invoices: [invoice({ dueOn: '2026-01-30' })] }).filter(
      (line) => line.includes('statement'),
    )

  it('goes once a month, on its day or the first sending day after', () => {
    expect(statements(monthly(1, 5), '2026-02-02', 100)).toEqual([
      '2026-02-04 statement:2026-02',
      '2026-03-02 statement:2026-03',
      '2026-04-01 statement:2026-04',
      '2026-05-01 statement:2026-05',
    ])
  })

  it('is left out in a month whose days have passed', () => {
    expect(statements(monthly(1, 1), '2026-02-03', 60)).toEqual(['2026-04-01 statement:2026-04'])
  })

  it('knows the last day of every month', () => {
    expect(statements(monthly(31, 31), '2026-02-16', 80)).toEqual([
      '2026-03-31 statement:2026-03',
      '2026-04-30 statement:2026-04',
    ])
    expect(statements(monthly(30, 31), '2028-02-10', 25)).toEqual(['2028-02-29 statement:2028-02'])
  })

  it('shows everything open, disputed and excluded items too', () => {
    const verdict = decide(
      standing({
        today: '2026-03-04',
        policy: following([...list, monthly(1, 5)]),
        invoices: [
          invoice({ id: 'out', excluded: true, dueOn: '2026-01-01' }),
          invoice({ id: 'soon', dueOn: '2026-03-20' }),
        ],
      }),
    )
    expect(verdict).toMatchObject({
      do: 'send',
      reason: 'statement-due',
      message: 'statement',
      invoiceIds: ['out', 'soon'],
    })
  })
})

describe('the same step later for some', () => {
  const first = (details: StandingDetails): string[] =>
    story('2026-03-01', 30, { invoices: [invoice({ dueOn: '2026-03-10' })], ...details })

  it('customers', () => {
    expect(first({ customer: { delayDays: 4 } })).toEqual([
      '2026-03-16 day-1 first-overdue',
      '2026-03-23 day-7 firm',
      '2026-03-30 day-15 serious',
    ])
  })

  it('invoices, whatever holds for the customer', () => {
    const invoices = [invoice({ dueOn: '2026-03-10', delayDays: 0 })]
    expect(first({ customer: { delayDays: 4 }, invoices })[0]).toBe('2026-03-09 before-due before-due')
  })

  it('a customer with a payment run hears only once the run after the due day has passed', () => {
    const expected = ['2026-03-09 before-due before-due', '2026-03-26 day-1 first-overdue']
    expect(first({ customer: { paymentRunDay: 25 } })).toEqual(expected)
  })

  it('a payment run on the 31st is one on the last day of any month', () => {
    const run = (dueOn: string): string | undefined =>
      story(addDays(day(dueOn), -10), 60, { invoices: [invoice({ dueOn })], customer: { paymentRunDay: 31 } })[1]
    expect(run('2026-02-10')).toBe('2026-03-02 day-1 first-overdue')
    expect(run('2028-02-28')).toBe('2028-03-01 day-1 first-overdue')
    expect(run('2026-03-31')).toBe('2026-04-01 day-1 first-overdue')
  })
})

describe('schedules published elsewhere', () => {
  it('Xero’s: at 7, 14 and 21 days', () => {
    const xero = [7, 14, 21].map((days_) => step(`overdue-${days_}`, days_))
    expect(steps(xero)).toEqual([
      '2026-03-10 overdue-7 first-overdue',
      '2026-03-17 overdue-14 first-overdue',
      '2026-03-24 overdue-21 first-overdue',
      '2026-03-25 ask: decision-due',
    ])
  })
})

describe('which invoice leads', () => {
  const reminded = {
    anchorInvoiceId: 'inv-1',
    taken: [{ stepId: 'before-due', channel: 'email' as const, stage: 'before-due' as const, on: day('2026-03-05') }],
  }
  // The older one was in dispute when the conversation began.
  const invoices = [invoice({ id: 'older', dueOn: '2026-01-05' }), invoice({ dueOn: '2026-03-10' })]
  const details: StandingDetails = { today: '2026-03-09', invoices, spell: reminded, contactedOn: [day('2026-03-05')] }

  it('is the one the conversation began with', () => {
    expect(decide(standing(details))).toMatchObject({ reason: 'step-not-due-yet', until: '2026-03-11' })
  })

  it('or the oldest there is by now, where the policy says so: its tone, one rung at a time', () => {
    expect(decide(standing({ ...details, policy: policy({ leads: 'firmest' }) }))).toMatchObject({
      do: 'send',
      message: 'first-overdue',
      anchorInvoiceId: 'inv-1',
      invoiceIds: ['older'],
    })
  })
})
