import { describe, expect, it } from 'vitest'
import { day } from '../../../src/chase/day.ts'
import { ageingOn } from '../../../src/chase/metrics/ageing.ts'
import type { Ageing } from '../../../src/chase/metrics/ageing.ts'
import { byGroup } from '../../../src/chase/metrics/grouping.ts'
import { credit, paid, sale } from './documents.ts'

const ON = day('2026-06-30')
const inEuros = ({ buckets, credits, total }: Ageing): unknown => ({
  ...Object.fromEntries(buckets.map(({ name, open, invoices }) => [name, [open.minor / 100, invoices]])),
  credits: credits.minor / 100,
  total: total.minor / 100,
})

describe('The ageing of receivables', () => {
  it('puts each open invoice into the bucket of its days past due, the due day being none', () => {
    const books = [
      sale('2026-06-01', '2026-06-30', 100), // 0 days
      sale('2026-06-01', '2026-07-15', 200), // not due
      sale('2026-05-01', '2026-06-29', 300), // 1 day
      sale('2026-05-01', '2026-05-31', 400), // 30 days
      sale('2026-04-01', '2026-05-30', 500), // 31 days
      sale('2026-03-01', '2026-05-01', 600), // 60 days
      sale('2026-03-01', '2026-04-30', 700), // 61 days
      sale('2026-03-01', '2026-04-01', 800), // 90 days
      sale('2026-02-01', '2026-03-31', 900), // 91 days
    ]
    expect(ageingOn(books, ON).map(inEuros)).toEqual([
      {
        'not-due': [300, 2],
        '1-30': [700, 2],
        '31-60': [1100, 2],
        '61-90': [1500, 2],
        'over-90': [900, 1],
        credits: 0,
        total: 4500,
      },
    ])
  })

  it('counts what was left on the day: part payments off, later payments not yet, later invoices not at all', () => {
    const books = [
      sale('2026-05-01', '2026-06-20', 1000, [paid('2026-06-10', 400), paid('2026-07-01', 600)]),
      sale('2026-07-01', '2026-07-31', 5000),
      sale('2026-05-01', '2026-06-20', 800, [paid('2026-06-30', 800)]),
    ]
    expect(ageingOn(books, ON).map(inEuros)).toMatchObject([{ '1-30': [600, 1], total: 600 }])
  })

  it('shows unapplied credits beside the buckets and takes them off the total, which may be negative', () => {
    const books = [
      sale('2026-05-01', '2026-06-20', 100),
      credit('credit-note', '2026-06-05', 250, [paid('2026-06-25', 50)]),
      credit('prepayment', '2026-06-06', 30),
    ]
    expect(ageingOn(books, ON).map(inEuros)).toMatchObject([{ '1-30': [100, 1], credits: -230, total: -130 }])
  })

  it('never adds currencies', () => {
    const books = [sale('2026-05-01', '2026-06-20', 100), sale('2026-05-01', '2026-06-20', 70, [], { currency: 'GBP' })]
    expect(ageingOn(books, ON).map(({ currency, total }) => [currency, total])).toEqual([
      ['EUR', { minor: 10_000, currency: 'EUR' }],
      ['GBP', { minor: 7000, currency: 'GBP' }],
    ])
  })

  it('can go by the day of issue', () => {
    const books = [sale('2026-05-01', '2026-06-20', 100), sale('2026-06-01', '2026-07-20', 50)]
    expect(ageingOn(books, ON, 'issue-day').map(inEuros)).toMatchObject([{ '0-30': [50, 1], '31-60': [100, 1] }])
  })

  it('can be taken for each customer by itself', () => {
    const books = [
      sale('2026-05-01', '2026-06-20', 100, [], { customerId: 'globex' }),
      sale('2026-05-01', '2026-06-20', 40, [], { customerId: 'acme' }),
      sale('2026-05-01', '2026-06-20', 7, [], { customerId: 'nobody' }),
    ]
    const groupOf = ({ customerId }: { customerId: string }): string | null =>
      customerId === 'nobody' ? null : customerId
    const grouped = byGroup(books, groupOf, (own) => ageingOn(own, ON))
    expect(grouped.map(({ group, result }) => [group, result[0]?.total.minor])).toEqual([
      ['acme', 4000],
      ['globex', 10_000],
    ])
  })

  it('refuses buckets with a hole or an overlap', () => {
    const books = [sale('2026-05-01', '2026-06-20', 100)]
    const late = { name: 'late', from: 11, to: null }
    expect(() => ageingOn(books, ON, 'due-day', [late])).toThrow(RangeError)
    expect(() =>
      ageingOn(books, ON, 'due-day', [
        { name: 'all', from: null, to: null },
        { ...late, from: 1 },
      ]),
    ).toThrow(RangeError)
  })
})
