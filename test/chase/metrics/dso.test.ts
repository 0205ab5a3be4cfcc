import { describe, expect, it } from 'vitest'
import { day } from '../../../src/chase/day.ts'
import {
  averageDaysDelinquent,
  bestPossibleDso,
  countbackDso,
  simpleDso,
  trueDso,
} from '../../../src/chase/metrics/dso.ts'
import { credit, credited, paid, period, sale } from './documents.ts'

/** April 30 days, May 31, June 30: 91 days. */
const QUARTER = period('2026-04-01', '2026-06-30')

describe('Days sales outstanding, simple', () => {
  it('is closing receivables ÷ sales × days', () => {
    // Sales 6,000 + 3,000 = 9,000; open at the end 3,000 − 1,000 + 6,000 − 6,000 = 2,000: 2,000 ÷ 9,000 × 91 = 20.2.
    const books = [
      sale('2026-04-10', '2026-05-10', 6000, [paid('2026-05-12', 6000)]),
      sale('2026-06-10', '2026-07-10', 3000, [paid('2026-06-20', 1000), paid('2026-07-05', 2000)]),
    ]
    expect(simpleDso(books, QUARTER)).toEqual([{ currency: 'EUR', days: (2000 / 9000) * 91 }])
  })

  it('takes credit notes off sales, and unapplied ones off receivables', () => {
    // Sales 5,000 − 1,000 = 4,000. Of the credit note 600 were applied: receivables 5,000 − 600 − 400 = 4,000.
    const books = [
      sale('2026-05-10', '2026-06-10', 5000, [credited('2026-06-01', 600)]),
      credit('credit-note', '2026-06-01', 1000, [credited('2026-06-01', 600)]),
    ]
    expect(simpleDso(books, QUARTER)).toEqual([{ currency: 'EUR', days: 91 }])
  })

  it('is unknown without sales or where credit notes outweigh them, and zero where customers are in credit', () => {
    expect(simpleDso([sale('2026-01-10', '2026-02-10', 500)], QUARTER)).toEqual([{ currency: 'EUR', days: null }])
    const outweighed = [sale('2026-05-10', '2026-06-10', 100), credit('credit-note', '2026-06-01', 300)]
    expect(simpleDso(outweighed, QUARTER)).toEqual([{ currency: 'EUR', days: null }])
    const inCredit = [sale('2026-05-10', '2026-06-10', 100), credit('prepayment', '2026-06-01', 300)]
    expect(simpleDso(inCredit, QUARTER)).toEqual([{ currency: 'EUR', days: 0 }])
    expect(simpleDso([], QUARTER)).toEqual([])
  })

  it('is best possible where nothing is overdue, and the difference is what lateness costs', () => {
    // Open 1,000 overdue and 2,000 not due of 9,100 sold: simple 30 days, best possible 20, so 10 days delinquent.
    const books = [
      sale('2026-04-10', '2026-05-10', 1000),
      sale('2026-06-10', '2026-07-10', 2000),
      sale('2026-05-10', '2026-06-10', 6100, [paid('2026-06-10', 6100)]),
    ]
    expect(simpleDso(books, QUARTER)[0]?.days).toBeCloseTo(30, 9)
    expect(bestPossibleDso(books, QUARTER)[0]?.days).toBeCloseTo(20, 9)
    expect(averageDaysDelinquent(books, QUARTER)[0]?.days).toBeCloseTo(10, 9)
  })
})

describe('Days sales outstanding, counted back', () => {
  const monthly = [
    sale('2026-04-10', '2026-05-10', 4000),
    sale('2026-05-10', '2026-06-10', 2000),
    sale('2026-06-10', '2026-07-10', 3000),
  ]

  it('uses up the newest months first and a share of the last', () => {
    // Receivables 7,000. June takes 3,000 (30 days), May 2,000 (31 days), April 2,000 of 4,000 (half of 30 days): 76 days.
    const books = [...monthly, credit('prepayment', '2026-06-15', 2000)]
    expect(countbackDso(books, day('2026-06-30'))).toEqual([{ currency: 'EUR', days: 76, atLeast: false }])
  })

  it('counts the days of the current month so far', () => {
    // On 20 June: June took 3,000 in 20 days, May 2,000 in 31, April 4,000 in 30: all 9,000 are open, 81 days.
    expect(countbackDso(monthly, day('2026-06-20'))).toEqual([{ currency: 'EUR', days: 81, atLeast: false }])
  })

  it('counts a month without sales', () => {
    // June none (30 days), May 2,000 of 2,000 (31 days): 61 days.
    const books = [sale('2026-05-10', '2026-06-10', 2000)]
    expect(countbackDso(books, day('2026-06-30'))).toEqual([{ currency: 'EUR', days: 61, atLeast: false }])
  })

  it('adds to what is left where credit notes outweigh a month', () => {
    // June −500, applied to May's 1,000: receivables 500. June leaves 1,000 (30 days), May uses 1,000 of 1,000 (31 days).
    const books = [
      sale('2026-05-10', '2026-06-10', 1000, [credited('2026-06-12', 500)]),
      credit('credit-note', '2026-06-12', 500, [credited('2026-06-12', 500)]),
    ]
    expect(countbackDso(books, day('2026-06-30'))).toEqual([{ currency: 'EUR', days: 61, atLeast: false }])
  })

  it('says "at least" where receivables outlast the sales on record', () => {
    // The credit note of 600 went against an older invoice that is not in the books: 1,000 open, 400 of net sales.
    const books = [
      sale('2026-06-10', '2026-07-10', 1000),
      credit('credit-note', '2026-06-12', 600, [credited('2026-06-12', 600)]),
    ]
    expect(countbackDso(books, day('2026-06-30'))).toEqual([{ currency: 'EUR', days: 30, atLeast: true }])
  })

  it('is zero where nothing is open, and unknown without sales', () => {
    const settled = [sale('2026-06-10', '2026-07-10', 1000, [paid('2026-06-12', 1000)])]
    expect(countbackDso(settled, day('2026-06-30'))).toEqual([{ currency: 'EUR', days: 0, atLeast: false }])
    const prepaid = [credit('prepayment', '2026-06-12', 600)]
    expect(countbackDso(prepaid, day('2026-06-30'))).toEqual([{ currency: 'EUR', days: null, atLeast: false }])
  })
})

describe('Days sales outstanding, invoice by invoice', () => {
  it('adds days × open amount ÷ net sales of the month of sale', () => {
    // May sold 2,000: 1,000 open for 51 days is 25.5. June sold 4,000 − 1,000 = 3,000: 600 open for 20 days is 4.
    const books = [
      sale('2026-05-10', '2026-06-10', 1000),
      sale('2026-05-20', '2026-06-20', 1000, [paid('2026-06-20', 1000)]),
      sale('2026-06-10', '2026-07-10', 4000, [paid('2026-06-20', 2400), credited('2026-06-20', 1000)]),
      credit('credit-note', '2026-06-20', 1000, [credited('2026-06-20', 1000)]),
    ]
    expect(trueDso(books, day('2026-06-30'))[0]?.days).toBeCloseTo(29.5, 9)
    expect(trueDso([credit('prepayment', '2026-06-20', 5)], day('2026-06-30'))).toEqual([
      { currency: 'EUR', days: null },
    ])
  })
})
