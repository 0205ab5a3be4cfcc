import { describe, expect, it } from 'vitest'
import { addBusinessDays, isBusinessDay, isSendingDay } from '../../src/chase/calendar.ts'
import { day } from '../../src/chase/day.ts'
import { decide } from '../../src/chase/decide.ts'
import { dayOfMonth, nextMonthDay } from '../../src/chase/month.ts'
import type { ClosingDays } from '../../src/chase/policy.ts'
import type { TakenStep } from '../../src/chase/standing.ts'
import { days, following, invoice, policy, promise, standing, step } from '../support/standing.ts'
import type { StandingDetails } from '../support/standing.ts'
import { diary, play } from './play.ts'

const judged = (details: StandingDetails): string => {
  const verdict = decide(standing(details))
  const head = `${verdict.do} ${verdict.reason}`
  if ('until' in verdict) return verdict.until === null ? head : `${head} until ${verdict.until}`
  return `${head} ${verdict.step?.id ?? ''}`.trim()
}

const on = (...texts: string[]) => texts.map(day)

describe('an inbox that several customers share', () => {
  it('has one patience: what went to it for another customer counts', () => {
    expect(judged({ addressContactedOn: on('2026-03-03') })).toBe('wait too-soon until 2026-03-05')
    expect(judged({ addressContactedOn: on('2026-02-26', '2026-02-27') })).toBe('wait weekly-cap until 2026-03-05')
    expect(judged({ addressContactedOn: [] })).toBe('send step-due day-1')
  })

  it('does not hide what went to the customer at another address', () => {
    expect(judged({ contactedOn: on('2026-03-03'), addressContactedOn: [] })).toBe('wait too-soon until 2026-03-05')
  })

  it('names whichever lets the message wait longer', () => {
    expect(judged({ contactedOn: on('2026-03-03'), addressContactedOn: on('2026-03-04') })).toBe(
      'wait too-soon until 2026-03-06',
    )
    expect(judged({ contactedOn: on('2026-03-04'), addressContactedOn: on('2026-03-03') })).toBe(
      'wait too-soon until 2026-03-06',
    )
  })
})

describe('calls', () => {
  const opened: TakenStep[] = [{ stepId: 'first', channel: 'email', stage: 'first-overdue', on: day('2026-02-20') }]
  const calling: StandingDetails = {
    policy: following([step('first', 1), step('call', 5, { channel: 'call' })]),
    invoices: [invoice({ dueOn: '2026-02-19' })],
    spell: { anchorInvoiceId: 'inv-1', taken: opened },
  }

  it('are asked for once in seven days', () => {
    expect(judged(calling)).toBe('ask call-due call')
    expect(judged({ ...calling, callsOn: on('2026-02-26') })).toBe('wait call-cap until 2026-03-05')
    expect(judged({ ...calling, callsOn: on('2026-02-25') })).toBe('ask call-due call')
  })

  it('and messages share a day with nothing else', () => {
    expect(judged({ ...calling, contactedOn: on('2026-03-04') })).toBe('wait too-soon until 2026-03-05')
    expect(judged({ callsOn: on('2026-03-04') })).toBe('wait too-soon until 2026-03-05')
    expect(judged({ callsOn: on('2026-03-03') })).toBe('send step-due day-1')
  })
})

describe('a letter', () => {
  it('is asked of a person, after a message, and never sent', () => {
    const list = [step('first', 1), step('demand', 10, { channel: 'letter' })]
    const entries = play({
      from: '2026-03-04',
      days: 14,
      standing: (today) => standing({ today, policy: following(list) }),
    })
    expect(diary(entries)).toEqual([
      '2026-03-04 first first-overdue',
      '2026-03-13 ask: letter-due demand',
      '2026-03-14 ask: decision-due',
    ])
  })
})

describe('the business’s own limit', () => {
  const limited = policy({ mostPerDayOfBusiness: 40 })

  it('lets the rest wait for the next sending day', () => {
    expect(judged({ policy: limited, sentTodayByBusiness: 39 })).toBe('send step-due day-1')
    expect(judged({ policy: limited, sentTodayByBusiness: 40 })).toBe('wait business-cap until 2026-03-05')
    expect(judged({ policy: limited, sentTodayByBusiness: 40, today: '2026-03-06' })).toBe(
      'wait business-cap until 2026-03-09',
    )
  })
})

describe('touches', () => {
  it('after enough of them a person decides, whatever step would come next', () => {
    const taken: TakenStep[] = [{ stepId: 'weekly', channel: 'email', stage: 'first-overdue', on: day('2026-02-20') }]
    const spell = { anchorInvoiceId: 'inv-1', taken }
    expect(judged({ spell, touches: 7 })).toBe('send step-due day-1')
    expect(judged({ spell, touches: 8 })).toBe('ask touches-spent')
  })

  it('are eight in a spell, however long the sequence', () => {
    const weekly = following([step('weekly', 7, { repeat: { every: 7, times: 20 } })])
    const entries = play({ from: '2026-03-04', days: 100, standing: (today) => standing({ today, policy: weekly }) })
    expect(entries.filter(({ sent }) => sent).length).toBe(8)
    expect(diary(entries).at(-1)).toBe('2026-04-29 ask: touches-spent')
  })
})

describe('closing days', () => {
  const closed = (closing: Omit<ClosingDays, 'name'>) => ({
    policy: policy({ closingDays: [{ name: 'Holidays', ...closing }] }),
    holidays: days(),
  })

  it('are no business days, once or every year, over the end of the year too', () => {
    const once = closed({ from: day('2026-03-09'), to: day('2026-03-11'), yearly: false })
    expect(
      ['2026-03-06', '2026-03-09', '2026-03-11', '2026-03-12', '2027-03-09'].map((text) =>
        isBusinessDay(day(text), once),
      ),
    ).toEqual([true, false, false, true, true])
    const yearly = closed({ from: day('2020-12-24'), to: day('2021-01-06'), yearly: true })
    expect(
      ['2026-12-23', '2026-12-24', '2027-01-06', '2027-01-07', '2030-01-02'].map((text) =>
        isBusinessDay(day(text), yearly),
      ),
    ).toEqual([true, false, false, true, false])
    const leap = closed({ from: day('2024-02-29'), to: day('2024-02-29'), yearly: true })
    expect(['2028-02-29', '2027-03-01'].map((text) => isBusinessDay(day(text), leap))).toEqual([false, true])
  })

  it('nothing leaves on them, and steps move behind them', () => {
    const away = policy({
      closingDays: [{ name: 'Fair', from: day('2026-03-03'), to: day('2026-03-06'), yearly: false }],
    })
    expect(judged({ policy: away })).toBe('wait step-not-due-yet until 2026-03-09')
  })
})

describe('business days counted backwards', () => {
  it('leave out weekends and holidays', () => {
    const calendar = { policy: policy({}), holidays: days('2026-03-06') }
    expect(addBusinessDays(day('2026-03-10'), -1, calendar)).toBe('2026-03-09')
    expect(addBusinessDays(day('2026-03-10'), -2, calendar)).toBe('2026-03-05')
    expect(addBusinessDays(day('2026-03-08'), -1, calendar)).toBe('2026-03-05')
    expect(addBusinessDays(day('2026-03-08'), 0, calendar)).toBe('2026-03-08')
  })
})

describe('August', () => {
  const inAugust = (august: 'normal' | 'no-dunning' | 'silent', details: StandingDetails = {}): string =>
    judged({
      today: '2026-08-05',
      invoices: [invoice({ dueOn: '2026-08-04' })],
      policy: policy({ august }),
      ...details,
    })

  it('is a month like any other, unless the policy says otherwise', () => {
    expect(inAugust('normal')).toBe('send step-due day-1')
    expect(inAugust('no-dunning')).toBe('wait august until 2026-09-01')
    expect(inAugust('silent')).toBe('wait step-not-due-yet until 2026-09-01')
  })

  it('without dunning still reminds before the due day, and of a promise', () => {
    expect(inAugust('no-dunning', { invoices: [invoice({ dueOn: '2026-08-07' })] })).toBe('send step-due before-due')
    const promises = [promise({ givenOn: '2026-08-03', on: '2026-08-06' })]
    expect(inAugust('no-dunning', { promises })).toBe('send promise-reminder-due promise-reminder:p1')
    expect(inAugust('silent', { promises })).toBe('wait august until 2026-09-01')
  })

  it('has no calls when overdue money is left alone', () => {
    const taken: TakenStep[] = [{ stepId: 'day-15', channel: 'email', stage: 'serious', on: day('2026-07-28') }]
    const calling = { invoices: [invoice({ dueOn: '2026-07-13' })], spell: { anchorInvoiceId: 'inv-1', taken } }
    expect(inAugust('normal', calling)).toBe('ask call-due call-21')
    expect(inAugust('no-dunning', calling)).toBe('wait august until 2026-09-01')
    expect(inAugust('silent', calling)).toBe('wait step-not-due-yet until 2026-09-01')
  })

  it('is followed by one message, not by all that it held', () => {
    for (const august of ['no-dunning', 'silent'] as const) {
      const entries = play({
        from: '2026-07-30',
        days: 45,
        standing: (today) =>
          standing({ today, policy: policy({ august }), invoices: [invoice({ dueOn: '2026-07-30' })] }),
      })
      expect(diary(entries)).toEqual([
        '2026-07-31 day-1 first-overdue',
        '2026-09-01 day-7 firm',
        '2026-09-09 day-15 serious',
      ])
    }
  })

  it('silent or not, its business days count between two dates', () => {
    const calendar = { policy: policy({ august: 'silent' }), holidays: days() }
    expect([isBusinessDay(day('2026-08-05'), calendar), isSendingDay(day('2026-08-05'), calendar)]).toEqual([
      true,
      false,
    ])
  })
})

describe('a day of the month', () => {
  it('is the last one where the month is shorter', () => {
    expect(['2026-02-10', '2028-02-10', '2026-04-30', '2026-12-01'].map((text) => dayOfMonth(day(text), 31))).toEqual([
      '2026-02-28',
      '2028-02-29',
      '2026-04-30',
      '2026-12-31',
    ])
  })

  it('comes again in the next month once it has passed', () => {
    expect(nextMonthDay(day('2026-03-25'), 25)).toBe('2026-03-25')
    expect(nextMonthDay(day('2026-03-26'), 25)).toBe('2026-04-25')
    expect(nextMonthDay(day('2026-12-26'), 25)).toBe('2027-01-25')
    expect(nextMonthDay(day('2026-01-31'), 30)).toBe('2026-02-28')
  })
})
