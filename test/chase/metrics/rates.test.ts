import { describe, expect, it } from 'vitest'
import { day } from '../../../src/chase/day.ts'
import type { Day } from '../../../src/chase/day.ts'
import { collectiveEffectiveness } from '../../../src/chase/metrics/cei.ts'
import { responseRate, rightPartyRate, touchesToPay } from '../../../src/chase/metrics/contacts.ts'
import type { DeliveredReminder } from '../../../src/chase/metrics/contacts.ts'
import { disputeRate } from '../../../src/chase/metrics/disputes.ts'
import { monthsIn } from '../../../src/chase/metrics/documents.ts'
import { byGroup } from '../../../src/chase/metrics/grouping.ts'
import { weightedLateness } from '../../../src/chase/metrics/lateness.ts'
import { promisesKept } from '../../../src/chase/metrics/promises.ts'
import type { PromiseRecord } from '../../../src/chase/metrics/promises.ts'
import { money } from '../../../src/chase/money.ts'
import { credit, credited, paid, period, sale } from './documents.ts'

const NONE: ReadonlySet<Day> = new Set()
const JUNE = period('2026-06-01', '2026-06-30')

describe('The collective effectiveness index', () => {
  it('is what was collected of what could be collected', () => {
    // Opening 4,000 (overdue). Sold 3,000 in June, not due at the end; 3,000 of the old collected, 1,000 left.
    // (4,000 + 3,000 − 4,000) ÷ (4,000 + 3,000 − 3,000) = 3,000 ÷ 4,000 = 75 %.
    const books = [
      sale('2026-04-10', '2026-05-10', 4000, [paid('2026-06-15', 3000)]),
      sale('2026-06-10', '2026-07-10', 3000),
    ]
    expect(collectiveEffectiveness(books, JUNE)).toEqual([{ currency: 'EUR', percent: 75 }])
  })

  it('divides the sales of a quarter by its three months', () => {
    // Opening 1,000; sold 6,000, of which 3,000 are open and not due; the opening was collected.
    // (1,000 + 6,000 ÷ 3 − 3,000) ÷ (1,000 + 6,000 ÷ 3 − 3,000): nothing was collectable by this formula.
    const opening = sale('2026-03-10', '2026-04-10', 1000, [paid('2026-04-11', 1000)])
    const sold = [
      sale('2026-05-10', '2026-06-10', 3000, [paid('2026-06-10', 3000)]),
      sale('2026-06-10', '2026-07-10', 3000),
    ]
    const quarter = period('2026-04-01', '2026-06-30')
    expect(monthsIn(quarter)).toBe(3)
    expect(collectiveEffectiveness([opening, ...sold], quarter)).toEqual([{ currency: 'EUR', percent: null }])
    // With 2,000 more at the start, half of it collected: (3,000 + 2,000 − 4,000) ÷ (3,000 + 2,000 − 3,000) = 50 %.
    const more = sale('2026-02-10', '2026-03-10', 2000, [paid('2026-05-05', 1000)])
    expect(collectiveEffectiveness([opening, more, ...sold], quarter)).toEqual([{ currency: 'EUR', percent: 50 }])
  })

  it('is 100 when all that was collectable was collected, credits set against overdue invoices first', () => {
    const books = [
      sale('2026-04-10', '2026-05-10', 400, []),
      sale('2026-06-10', '2026-07-10', 3000),
      credit('prepayment', '2026-06-11', 400),
    ]
    expect(collectiveEffectiveness(books, JUNE)).toEqual([{ currency: 'EUR', percent: 100 }])
  })

  it('counts parts of months by their days', () => {
    expect(monthsIn(period('2026-06-01', '2026-06-15'))).toBe(0.5)
    expect(monthsIn(period('2026-06-16', '2026-07-31'))).toBe(1.5)
  })
})

describe('Average days late, weighted by amount', () => {
  it('weighs each payment with its amount; early counts as on time, or as early in the signed figure', () => {
    // 3,000 paid 10 days late, 1,000 paid 6 days early: 30,000 ÷ 4,000 = 7.5; signed (30,000 − 6,000) ÷ 4,000 = 6.
    const books = [
      sale('2026-05-01', '2026-06-01', 3000, [paid('2026-06-11', 3000)]),
      sale('2026-05-01', '2026-06-20', 1000, [paid('2026-06-14', 1000)]),
    ]
    expect(weightedLateness(books, JUNE)).toEqual([
      { currency: 'EUR', invoices: 2, paid: money(400_000, 'EUR'), days: 7.5, signedDays: 6 },
    ])
  })

  it('counts an invoice paid in parts in the period in which its last part came, each part by its own day', () => {
    // 500 on the due day in May and 1,500 in June, 20 days late: 30,000 ÷ 2,000 = 15.
    const parts = sale('2026-04-20', '2026-05-20', 2000, [paid('2026-06-09', 1500), paid('2026-05-20', 500)])
    expect(weightedLateness([parts], JUNE)).toMatchObject([{ invoices: 1, days: 15 }])
    expect(weightedLateness([parts], period('2026-05-01', '2026-05-31'))).toMatchObject([{ invoices: 0, days: null }])
  })

  it('takes no credit for money', () => {
    const books = [sale('2026-05-01', '2026-06-01', 1000, [paid('2026-06-11', 400), credited('2026-06-25', 600)])]
    expect(weightedLateness(books, JUNE)).toMatchObject([{ invoices: 1, paid: money(40_000, 'EUR'), days: 10 }])
    const creditedOnly = [sale('2026-05-01', '2026-06-01', 1000, [credited('2026-06-25', 1000)])]
    expect(weightedLateness(creditedOnly, JUNE)).toMatchObject([{ invoices: 0, days: null, signedDays: null }])
  })

  it('can be taken per segment, each currency by itself', () => {
    const books = [
      sale('2026-05-01', '2026-06-01', 100, [paid('2026-06-03', 100)], { customerId: 'acme' }),
      sale('2026-05-01', '2026-06-01', 100, [paid('2026-06-09', 100)], { customerId: 'globex', currency: 'GBP' }),
      sale('2026-05-01', '2026-06-01', 100, [paid('2026-06-05', 100)], { customerId: 'globex' }),
    ]
    const segmentOf = ({ customerId }: { customerId: string }): string => (customerId === 'acme' ? 'new' : 'regular')
    const figures = byGroup(books, segmentOf, (own) => weightedLateness(own, JUNE)).map(({ group, result }) => [
      group,
      ...result.map(({ currency, days }) => `${currency} ${days}`),
    ])
    expect(figures).toEqual([
      ['new', 'EUR 2'],
      ['regular', 'EUR 4', 'GBP 8'],
    ])
  })
})

describe('The promise-kept rate', () => {
  const promise = (on: string, euros: number, ...received: [string, number][]): PromiseRecord => ({
    customerId: 'acme',
    on: day(on),
    total: money(euros * 100, 'EUR'),
    received: received.map(([when, amount]) => ({ on: day(when), minor: amount * 100 })),
  })

  it('counts promises whose full amount came within two bank days, of those whose time is over', () => {
    const promises = [
      promise('2026-06-05', 100, ['2026-06-05', 100]), // kept
      promise('2026-06-05', 200, ['2026-06-09', 200]), // Friday; Tuesday is the second bank day: kept
      promise('2026-06-05', 300, ['2026-06-10', 300]), // Wednesday is too late: broken
      promise('2026-06-05', 400, ['2026-06-04', 399]), // kept in part is not kept
      promise('2026-06-29', 1000, ['2026-06-29', 1000]), // not judged: on 30 June its grace is not over
    ]
    expect(promisesKept(promises, day('2026-06-30'), NONE)).toEqual([
      {
        currency: 'EUR',
        kept: 2,
        judged: 4,
        percent: 50,
        keptAmount: money(30_000, 'EUR'),
        judgedAmount: money(100_000, 'EUR'),
        percentOfAmount: 30,
      },
    ])
  })

  it('waits for holidays', () => {
    const late = [promise('2026-06-05', 300, ['2026-06-10', 300])]
    expect(promisesKept(late, day('2026-06-30'), new Set([day('2026-06-08')]))).toMatchObject([{ kept: 1, judged: 1 }])
  })

  it('is unknown before any promise can be judged', () => {
    expect(promisesKept([promise('2026-06-29', 1)], day('2026-06-29'), NONE)).toMatchObject([
      { kept: 0, judged: 0, percent: null, percentOfAmount: null },
    ])
    expect(promisesKept([], day('2026-06-29'), NONE)).toEqual([])
  })
})

describe('The dispute rate', () => {
  it('is disputed of issued invoices, by count and by amount, credit notes on neither side', () => {
    const books = [
      sale('2026-06-02', '2026-07-02', 100, [], { id: 'a' }),
      sale('2026-06-03', '2026-07-02', 200, [], { id: 'b' }),
      sale('2026-06-04', '2026-07-02', 300, [], { id: 'c' }),
      sale('2026-06-05', '2026-07-02', 400, [], { id: 'd' }),
      sale('2026-05-05', '2026-06-02', 999, [], { id: 'may' }),
      credit('credit-note', '2026-06-20', 400),
    ]
    expect(disputeRate(books, JUNE, new Set(['d', 'may']))).toEqual([
      {
        currency: 'EUR',
        disputed: 1,
        issued: 4,
        percent: 25,
        disputedAmount: money(40_000, 'EUR'),
        issuedAmount: money(100_000, 'EUR'),
        percentOfAmount: 40,
      },
    ])
    expect(disputeRate(books, period('2026-01-01', '2026-01-31'), new Set())).toMatchObject([{ percent: null }])
  })
})

describe('What reminders bring', () => {
  const reminder = (on: string, given: Partial<DeliveredReminder> = {}): DeliveredReminder => ({
    customerId: 'acme',
    on: day(on),
    answeredOn: null,
    paidOn: null,
    rightParty: false,
    ...given,
  })

  it('counts an answer or a payment within five business days as a response', () => {
    const reminders = [
      reminder('2026-06-01', { answeredOn: day('2026-06-08'), rightParty: true }), // the fifth business day
      reminder('2026-06-01', { paidOn: day('2026-06-03') }),
      reminder('2026-06-01', { paidOn: day('2026-06-09') }), // the sixth
      reminder('2026-06-01', { paidOn: day('2026-05-29'), rightParty: true }), // before it
      reminder('2026-06-26'), // its days are not over
    ]
    expect(responseRate(reminders, day('2026-06-30'), NONE)).toEqual({ count: 2, of: 4, percent: 50 })
    expect(rightPartyRate(reminders)).toEqual({ count: 2, of: 5, percent: 40 })
    expect(rightPartyRate([])).toEqual({ count: 0, of: 0, percent: null })
  })

  it('takes the median number of reminders before payment, later ones not counted', () => {
    const invoice = (...remindedOn: string[]): { paidOn: Day; remindedOn: Day[] } => ({
      paidOn: day('2026-06-20'),
      remindedOn: remindedOn.map(day),
    })
    const three = [invoice(), invoice('2026-06-01', '2026-06-10'), invoice('2026-06-01', '2026-06-20', '2026-06-21')]
    expect(touchesToPay(three)).toBe(2)
    expect(touchesToPay([...three, invoice('2026-06-01')])).toBe(1.5)
    expect(touchesToPay([])).toBeNull()
  })
})
