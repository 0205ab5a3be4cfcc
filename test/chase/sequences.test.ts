import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import type { Segment } from '../../src/chase/standing.ts'
import { days, hold, invoice, standing } from '../support/standing.ts'
import type { StandingDetails } from '../support/standing.ts'
import { diary, play } from './play.ts'

// Public holidays of Catalonia around Easter 2026, and the 1st of May.
const SPAIN = days('2026-04-03', '2026-04-06', '2026-05-01')

const story = (from: string, length: number, details: StandingDetails): string[] =>
  diary(play({ from, days: length, standing: (today) => standing({ holidays: SPAIN, ...details, today }) }))

const sixtyDays = (segment: Segment, dueOn: string, details: StandingDetails = {}): string[] =>
  story('2026-03-01', 60, { segment, invoices: [invoice({ dueOn })], ...details })

const paused = (from: string, until: string, dueOn: string): string[] =>
  diary(
    play({
      from,
      days: 60,
      standing: (today) =>
        standing({
          today,
          invoices: [invoice({ dueOn })],
          holds: today >= '2026-03-14' ? [hold('pause', { until })] : [],
        }),
    }),
  )

describe('a whole sequence, day by day', () => {
  it('of a regular customer that never pays', () => {
    expect(sixtyDays('regular', '2026-03-12')).toEqual([
      '2026-03-09 before-due before-due',
      '2026-03-13 day-1 first-overdue',
      '2026-03-19 day-7 firm',
      '2026-03-27 day-15 serious',
      '2026-04-02 ask: call-due call-21',
      '2026-04-13 final-30 final (approved)',
      '2026-04-27 ask: decision-due decide-45',
      '2026-04-28 ask: decision-due',
    ])
  })

  it('of a new customer: the first message comes in the window of five to three days before', () => {
    expect(sixtyDays('new', '2026-03-12')).toEqual([
      '2026-03-09 before-due before-due',
      '2026-03-13 day-1 first-overdue',
      '2026-03-19 day-7 firm',
      '2026-03-27 day-15 serious',
      '2026-04-02 ask: call-due call-21',
      '2026-04-13 final-30 final (approved)',
      '2026-04-27 ask: decision-due decide-45',
      '2026-04-28 ask: decision-due',
    ])
    expect(sixtyDays('new', '2026-03-10')[0]).toBe('2026-03-05 before-due before-due')
    expect(sixtyDays('new', '2026-03-11')[0]).toBe('2026-03-06 before-due before-due')
  })

  it('of a strategic customer: nothing before the due day, and a question before any pressure', () => {
    expect(sixtyDays('strategic', '2026-03-12')).toEqual([
      '2026-03-12 due-day due-day',
      '2026-03-19 day-7 first-overdue',
      '2026-03-27 ask: call-due call-15',
      '2026-04-02 day-21 serious (approved)',
      '2026-04-13 ask: decision-due decide-30',
      '2026-04-14 ask: decision-due',
    ])
  })

  it('of a customer that pays late by habit: silence until the day it usually pays', () => {
    const record = { firstInvoiceOn: day('2024-01-10'), daysLate: [9, 3, 12, 20, 12] }
    expect(
      story('2026-03-01', 75, {
        invoices: [invoice({ dueOn: '2026-03-05' })],
        customer: { setSegment: null, record },
      }),
    ).toEqual([
      '2026-03-17 first-by-habit first-overdue',
      '2026-03-23 day-7 firm',
      '2026-03-31 day-15 serious',
      // The serious message was due on the 31st, so nothing is late: Easter only moves what falls into it.
      '2026-04-07 ask: call-due call-21',
      '2026-04-15 final-30 final (approved)',
      '2026-04-30 ask: decision-due decide-45',
      '2026-05-01 ask: decision-due',
    ])
  })

  it('moves the first message past Easter, and the rest stays on its own days', () => {
    expect(sixtyDays('regular', '2026-04-02').slice(0, 4)).toEqual([
      '2026-03-30 before-due before-due',
      '2026-04-07 day-1 first-overdue',
      '2026-04-09 day-7 firm',
      '2026-04-17 day-15 serious',
    ])
  })

  it('leaves a reminder before the due day out when holidays push it past its window', () => {
    // Three days before Tuesday 7 April is Saturday; Easter Monday follows, and the due day itself is too late.
    expect(sixtyDays('regular', '2026-04-07')[0]).toBe('2026-04-08 day-1 first-overdue')
    // The window of a new customer's reminder ends three days before: Thursday is the last chance for Tuesday.
    expect(sixtyDays('new', '2026-04-07')[0]).toBe('2026-04-02 before-due before-due')
    expect(sixtyDays('new', '2026-04-08')[0]).toBe('2026-04-09 day-1 first-overdue')
  })

  it('writes a due-day message that a weekend moved as what it then is: a first overdue message', () => {
    expect(sixtyDays('strategic', '2026-03-14').slice(0, 2)).toEqual([
      '2026-03-16 due-day first-overdue',
      '2026-03-23 day-7 first-overdue',
    ])
  })

  it('does not let a late reminder before the due day delay what follows the due day', () => {
    const entries = play({
      from: '2026-03-01',
      days: 20,
      standing: (today) =>
        standing({ today, invoices: today < '2026-03-11' ? [] : [invoice({ dueOn: '2026-03-12' })] }),
    })
    expect(diary(entries)).toEqual([
      '2026-03-11 before-due before-due',
      '2026-03-13 day-1 first-overdue',
      '2026-03-19 day-7 firm',
    ])
  })

  it('crosses the 29th of February', () => {
    expect(story('2024-02-20', 30, { invoices: [invoice({ dueOn: '2024-02-28' })] })).toEqual([
      '2024-02-26 before-due before-due',
      '2024-02-29 day-1 first-overdue',
      '2024-03-06 day-7 firm',
      '2024-03-14 day-15 serious',
      '2024-03-20 ask: call-due call-21',
    ])
  })

  it('crosses the end of the year', () => {
    const holidays = days('2026-12-25', '2027-01-01', '2027-01-06')
    expect(story('2026-12-20', 40, { invoices: [invoice({ dueOn: '2026-12-30' })], holidays })).toEqual([
      '2026-12-28 before-due before-due',
      '2026-12-31 day-1 first-overdue',
      '2027-01-07 day-7 firm',
      '2027-01-14 day-15 serious',
      '2027-01-20 ask: call-due call-21',
    ])
  })
})

describe('at switch-on', () => {
  it('a debt of forty days gets one fitting message, firm and not a final notice, and the ladder keeps its distances', () => {
    expect(story('2026-03-04', 60, { invoices: [invoice({ dueOn: '2026-01-23' })] })).toEqual([
      '2026-03-04 day-7 firm',
      '2026-03-12 day-15 serious',
      '2026-03-18 ask: call-due call-21',
      '2026-03-27 final-30 final (approved)',
      '2026-04-13 ask: decision-due decide-45',
      '2026-04-14 ask: decision-due',
    ])
  })

  it('a strategic customer is asked first, however old the debt', () => {
    expect(story('2026-03-04', 20, { segment: 'strategic', invoices: [invoice({ dueOn: '2025-06-01' })] })).toEqual([
      '2026-03-04 day-7 first-overdue',
      '2026-03-12 ask: call-due call-15',
      '2026-03-18 day-21 serious (approved)',
    ])
  })

  it.each(['0001-01-01', '2025-01-01'])('a due day of %s is nothing special', (dueOn) => {
    expect(story('2026-03-04', 10, { invoices: [invoice({ dueOn })] })).toEqual([
      '2026-03-04 day-7 firm',
      '2026-03-12 day-15 serious',
    ])
  })

  it('a due day in the year 9999 is waited for', () => {
    expect(story('2026-03-04', 60, { invoices: [invoice({ dueOn: '9999-12-31' })] })).toEqual([])
    expect(story('9999-12-20', 12, { invoices: [invoice({ dueOn: '9999-12-30' })] })).toEqual([
      '9999-12-27 before-due before-due',
      '9999-12-31 day-1 first-overdue',
    ])
  })

  it('several old invoices are one message, not one each', () => {
    const invoices = ['2025-11-01', '2025-12-01', '2026-01-01', '2026-02-01'].map((dueOn, at) =>
      invoice({ id: `inv-${at}`, dueOn }),
    )
    const entries = play({ from: '2026-03-04', days: 8, standing: (today) => standing({ today, invoices }) })
    const sent = entries.filter((entry) => entry.sent !== null)
    expect(diary(entries)).toEqual(['2026-03-04 day-7 firm'])
    expect(sent.map(({ verdict }) => 'invoiceIds' in verdict && verdict.invoiceIds)).toEqual([
      ['inv-0', 'inv-1', 'inv-2', 'inv-3'],
    ])
  })
})

describe('after silence', () => {
  it('a pause of two weeks is followed by one message, and nothing that was missed is made up for', () => {
    expect(paused('2026-03-01', '2026-03-27', '2026-03-12')).toEqual([
      '2026-03-09 before-due before-due',
      '2026-03-13 day-1 first-overdue',
      // A fortnight late, the step that fits would be 'serious'; the tone hardens by one rung only.
      '2026-03-30 day-7 firm',
      '2026-04-07 day-15 serious',
      '2026-04-13 ask: call-due call-21',
      '2026-04-22 final-30 final (approved)',
    ])
  })

  it('an outage of a month does not compress the ladder', () => {
    const entries = play({
      from: '2026-03-01',
      days: 80,
      standing: (today) =>
        standing({
          today,
          invoices: [invoice({ dueOn: '2026-03-12' })],
          books: {
            connection: 'connected',
            unconfirmed: false,
            hoursSinceSync: today >= '2026-03-14' && today < '2026-04-14' ? 99 : 1,
          },
        }),
    })
    expect(diary(entries)).toEqual([
      '2026-03-09 before-due before-due',
      '2026-03-13 day-1 first-overdue',
      '2026-04-14 day-7 firm',
      '2026-04-22 day-15 serious',
      '2026-04-28 ask: call-due call-21',
      '2026-05-07 final-30 final (approved)',
    ])
  })

  it('a promise leaves the rest a ladder of its own, which later covers the broken promise too', () => {
    const entries = play({
      from: '2026-03-03',
      days: 45,
      standing: (today) =>
        standing({
          today,
          invoices: [invoice({ id: 'a', dueOn: '2026-03-03' }), invoice({ id: 'b', dueOn: '2026-03-17' })],
          holds:
            today >= '2026-03-12' && today < '2026-04-01'
              ? [hold('promise', { invoiceId: 'a', until: '2026-03-24' })]
              : [],
        }),
    })
    expect(diary(entries)).toEqual([
      '2026-03-04 day-1 first-overdue',
      '2026-03-10 day-7 firm',
      // Invoice a is promised: what is left starts its own ladder, the gap to the last message kept.
      '2026-03-16 before-due before-due',
      '2026-03-18 day-1 first-overdue',
      '2026-03-24 day-7 firm',
      '2026-04-01 day-15 serious',
      '2026-04-07 ask: call-due call-21',
      '2026-04-16 final-30 final (approved)',
    ])
  })

  it('an approval that comes three days late moves what follows', () => {
    const entries = play({
      from: '2026-03-03',
      days: 70,
      standing: (today) => standing({ today, invoices: [invoice({ dueOn: '2026-03-03' })] }),
      approves: (today) => today >= '2026-04-07',
    })
    expect(diary(entries).slice(4)).toEqual([
      '2026-04-02 ask: approval-needed final-30',
      '2026-04-07 final-30 final (approved)',
      '2026-04-22 ask: decision-due decide-45',
      '2026-04-23 ask: decision-due',
    ])
  })

  it('an approval that never comes ends with a person all the same', () => {
    const entries = play({
      from: '2026-03-03',
      days: 60,
      standing: (today) => standing({ today, invoices: [invoice({ dueOn: '2026-03-03' })] }),
      approves: () => false,
    })
    expect(diary(entries).slice(4)).toEqual([
      '2026-04-02 ask: approval-needed final-30',
      '2026-04-17 ask: decision-due decide-45',
      '2026-04-18 ask: decision-due',
    ])
  })
})

describe('when the customer pays', () => {
  it('there is silence at once, and the next invoice starts softly', () => {
    const entries = play({
      from: '2026-03-03',
      days: 60,
      standing: (today) =>
        standing({
          today,
          invoices: [
            ...(today < '2026-03-20' ? [invoice({ id: 'a', dueOn: '2026-03-03' })] : []),
            invoice({ id: 'b', dueOn: '2026-04-08' }),
          ],
        }),
    })
    expect(diary(entries)).toEqual([
      '2026-03-04 day-1 first-overdue',
      '2026-03-10 day-7 firm',
      '2026-03-18 day-15 serious',
      '2026-04-06 before-due before-due',
      '2026-04-09 day-1 first-overdue',
      '2026-04-15 day-7 firm',
      '2026-04-23 day-15 serious',
      '2026-04-29 ask: call-due call-21',
    ])
  })

  it('an invoice that is overdue beside the paid one waits for the gap and starts at most firm', () => {
    const entries = play({
      from: '2026-03-03',
      days: 30,
      standing: (today) =>
        standing({
          today,
          invoices: [
            ...(today < '2026-03-19' ? [invoice({ id: 'a', dueOn: '2026-03-03' })] : []),
            invoice({ id: 'b', dueOn: '2026-03-05' }),
          ],
        }),
    })
    expect(diary(entries)).toEqual([
      '2026-03-04 day-1 first-overdue',
      '2026-03-10 day-7 firm',
      '2026-03-18 day-15 serious',
      '2026-03-20 day-7 firm',
      '2026-03-30 day-15 serious',
    ])
  })
})

describe('when a customer changes segment in the middle', () => {
  it('the new sequence goes on from where the old one stood', () => {
    const entries = play({
      from: '2026-03-01',
      days: 40,
      standing: (today) =>
        standing({
          today,
          segment: today < '2026-03-12' ? 'strategic' : 'regular',
          invoices: [invoice({ dueOn: '2026-03-09' })],
        }),
    })
    expect(diary(entries)).toEqual([
      '2026-03-09 due-day due-day',
      '2026-03-12 day-1 first-overdue',
      '2026-03-18 day-7 firm',
      '2026-03-26 day-15 serious',
      '2026-04-01 ask: call-due call-21',
    ])
  })
})
