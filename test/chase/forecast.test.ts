import { fc } from '../support/random.ts'
import { describe, expect, it } from 'vitest'
import { addDays, day, daysBetween } from '../../src/chase/day.ts'
import type { Day } from '../../src/chase/day.ts'
import { forecast } from '../../src/chase/forecast.ts'
import type { CurrencyForecast, ForecastCustomer, ForecastInvoice } from '../../src/chase/forecast.ts'
import { businessCurve, DEFAULT_HABIT_SETTINGS, habitOf } from '../../src/chase/habits.ts'
import { money } from '../../src/chase/money.ts'
import type { Money } from '../../src/chase/money.ts'
import { addMonths } from '../../src/chase/month.ts'
import { FIRST_DAY, inventCustomers, knownOn } from './payers.ts'

const NONE: ReadonlySet<Day> = new Set()
/** A Monday. */
const FROM = day('2026-06-15')

/** A customer that always paid so many days late. */
function payer(daysLate: number, given: Partial<ForecastCustomer> = {}): ForecastCustomer {
  const invoices = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => {
    const dueOn = addDays(day('2026-04-06'), -21 * index)
    return { dueOn, paidOn: addDays(dueOn, daysLate), silentFrom: null }
  })
  const habit = habitOf(invoices, FROM, DEFAULT_HABIT_SETTINGS, NONE)
  return { id: 'acme', payer: { habit, business: null }, promises: { kept: 0, judged: 0 }, credits: [], ...given }
}

const invoice = (dueOn: string, minor: number, given: Partial<ForecastInvoice> = {}): ForecastInvoice => ({
  id: `due ${dueOn}`,
  customerId: 'acme',
  dueOn: day(dueOn),
  balance: money(minor, 'EUR'),
  apart: null,
  agreed: [],
  ...given,
})

const foreseen = (invoices: readonly ForecastInvoice[], customers: readonly ForecastCustomer[]): CurrencyForecast[] =>
  forecast({ from: FROM, invoices, customers, holidays: NONE, atLeastPaid: 3 }).currencies

/** What is expected where, in minor units, places with nothing left out. */
function places({ weeks, later, unlikely, disputed, held, credited }: CurrencyForecast): Record<string, number> {
  const all: [string, Money][] = weeks.map(({ expected }, index) => [`week ${index + 1}`, expected])
  all.push(['later', later], ['unlikely', unlikely], ['disputed', disputed], ['held', held], ['credited', credited])
  return Object.fromEntries(all.filter(([, { minor }]) => minor !== 0).map(([place, { minor }]) => [place, minor]))
}

const only = (currencies: readonly CurrencyForecast[]): CurrencyForecast => {
  const [currency, ...more] = currencies
  if (!currency || more.length > 0) throw new Error('expected one currency')
  return currency
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)

describe('A forecast of 13 weeks', () => {
  it('has weeks of seven days from the day it is asked for', () => {
    const { weeks } = only(foreseen([invoice('2026-06-20', 100)], [payer(5)]))
    expect(weeks.length).toBe(13)
    expect([weeks[0], weeks[12]].map((week) => [week?.from, week?.to])).toEqual([
      ['2026-06-15', '2026-06-21'],
      ['2026-09-07', '2026-09-13'],
    ])
  })

  it('expects money when the customer usually pays, not when it is due', () => {
    // Due on Friday 26 June; 14 days later is Friday 10 July, in the fourth week.
    expect(places(only(foreseen([invoice('2026-06-26', 10_000)], [payer(14)])))).toEqual({ 'week 4': 10_000 })
    expect(places(only(foreseen([invoice('2026-06-26', 10_000)], [payer(0)])))).toEqual({ 'week 2': 10_000 })
    expect(places(only(foreseen([invoice('2026-09-07', 10_000)], [payer(14)])))).toEqual({ later: 10_000 })
  })

  it('counts the seventh day of a week to it', () => {
    const question = { from: day('2026-06-17'), customers: [payer(0)], holidays: NONE, atLeastPaid: 3 }
    const invoices = [invoice('2026-06-23', 100), invoice('2026-06-24', 30)]
    expect(places(only(forecast({ ...question, invoices }).currencies))).toEqual({ 'week 1': 100, 'week 2': 30 })
  })

  it('expects nothing in the past and nothing of what is later than anything ever paid', () => {
    expect(places(only(foreseen([invoice('2026-06-08', 10_000)], [payer(14)])))).toEqual({ 'week 2': 10_000 })
    expect(places(only(foreseen([invoice('2026-01-08', 10_000)], [payer(14)])))).toEqual({ unlikely: 10_000 })
  })

  it('shows disputed and held money apart', () => {
    const invoices = [
      invoice('2026-06-26', 10_000, { id: 'a', apart: 'disputed' }),
      invoice('2026-06-26', 20_000, { id: 'b', apart: 'held' }),
      invoice('2026-06-26', 40_000, { id: 'c' }),
    ]
    expect(places(only(foreseen(invoices, [payer(0)])))).toEqual({ disputed: 10_000, held: 20_000, 'week 2': 40_000 })
  })

  it('believes a promise as far as promises were kept, and habit for the rest', () => {
    // Promised for 1 July (week 3). Three of three kept: believed with (3 + 1) ÷ (3 + 2) = 80 %. By habit it would come
    // on 26 June, before the promise; so if the promise fails, nothing in the record says when.
    const promised = invoice('2026-06-26', 10_000, {
      agreed: [{ by: 'promise', on: day('2026-07-01'), amount: money(10_000, 'EUR') }],
    })
    const kept = payer(0, { promises: { kept: 3, judged: 3 } })
    expect(places(only(foreseen([promised], [kept])))).toEqual({ 'week 3': 8000, unlikely: 2000 })
    // A customer that pays 40 days late (5 August, week 8) has the rest come then.
    const slow = payer(40, { promises: { kept: 3, judged: 3 } })
    const currency = only(foreseen([promised], [slow]))
    expect(places(currency)).toEqual({ 'week 3': 8000, 'week 8': 2000 })
    expect(currency.weeks.map(({ agreed }) => agreed.minor).filter((minor) => minor > 0)).toEqual([8000, 2000])
  })

  it('takes a first promise for even chances, and a promise whose day has passed for none', () => {
    const promise = (on: string): ForecastInvoice =>
      invoice('2026-06-01', 10_000, { agreed: [{ by: 'promise', on: day(on), amount: money(10_000, 'EUR') }] })
    expect(places(only(foreseen([promise('2026-06-17')], [payer(30)])))).toEqual({ 'week 1': 5000, 'week 3': 5000 })
    expect(places(only(foreseen([promise('2026-06-14')], [payer(30)])))).toEqual({ 'week 3': 10_000 })
  })

  it('lays the instalments of a plan on their days and leaves what no plan covers to habit', () => {
    const instalment = (on: string): ForecastInvoice['agreed'][number] => ({
      by: 'plan',
      on: day(on),
      amount: money(30_000, 'EUR'),
    })
    const planned = invoice('2026-06-05', 100_000, { agreed: [instalment('2026-07-15'), instalment('2026-06-15')] })
    const faithful = payer(30, { promises: { kept: 98, judged: 98 } })
    // 99 ÷ 100 on their days (weeks 1 and 5); the failing hundredth by habit on 6 July (week 4, a Sunday's Monday), while
    // for the second, after its day, the record says nothing. 40,000 are in no plan and come by habit.
    expect(places(only(foreseen([planned], [faithful])))).toEqual({
      'week 1': 29_700,
      'week 4': 300 + 40_000,
      'week 5': 29_700,
      unlikely: 300,
    })
  })

  it('never expects more than is open, whatever was agreed', () => {
    const agreed = [{ by: 'promise' as const, on: day('2026-06-17'), amount: money(90_000, 'EUR') }]
    const currency = only(foreseen([invoice('2026-06-01', 10_000, { agreed })], [payer(30)]))
    expect(sum(Object.values(places(currency)))).toBe(10_000)
  })

  it('lets unapplied credits settle the oldest invoices of their customer and currency', () => {
    const customer = payer(0, { credits: [money(15_000, 'EUR'), money(99_000, 'GBP'), money(-5, 'EUR')] })
    const invoices = [invoice('2026-07-03', 10_000), invoice('2026-06-26', 10_000)]
    expect(places(only(foreseen(invoices, [customer])))).toEqual({ credited: 15_000, 'week 3': 5000 })
  })

  it('keeps currencies apart', () => {
    const invoices = [
      invoice('2026-06-26', 10_000),
      invoice('2026-06-26', 7000, { id: 'pounds', balance: money(7000, 'GBP') }),
    ]
    expect(foreseen(invoices, [payer(0)]).map((one) => [one.currency, one.open.minor, places(one)])).toEqual([
      ['EUR', 10_000, { 'week 2': 10_000 }],
      ['GBP', 7000, { 'week 2': 7000 }],
    ])
  })

  it('says with what chance each invoice is paid within the 13 weeks', () => {
    const question = { from: FROM, customers: [payer(14)], holidays: NONE, atLeastPaid: 3 }
    const invoices = [invoice('2026-06-26', 1), invoice('2026-09-07', 1), invoice('2026-01-08', 1)]
    const answers = forecast({ ...question, invoices }).invoices
    expect(answers.map(({ invoiceId, chanceWithin }) => [invoiceId, Math.round(chanceWithin * 100)])).toEqual([
      ['due 2026-01-08', 0],
      ['due 2026-06-26', 100],
      ['due 2026-09-07', 0],
    ])
  })

  it('gives all invoices of a customer one luck, and each customer its own', () => {
    // Twenty first promises for this week, each at even chances: of one customer all or none, of twenty about half.
    const promised = (index: number, customerId: string): ForecastInvoice =>
      invoice('2026-01-01', 1000, {
        id: `promised ${index}`,
        customerId,
        agreed: [{ by: 'promise', on: day('2026-06-17'), amount: money(1000, 'EUR') }],
      })
    const twenty = Array.from({ length: 20 }, (_, index) => index)
    const together = only(
      foreseen(
        twenty.map((index) => promised(index, 'acme')),
        [payer(3)],
      ),
    ).weeks[0]
    expect([together?.low.minor, together?.expected.minor, together?.high.minor]).toEqual([0, 10_000, 20_000])

    const customers = twenty.map((index) => payer(3, { id: `customer ${index}` }))
    const apart = only(
      foreseen(
        twenty.map((index) => promised(index, `customer ${index}`)),
        customers,
      ),
    ).weeks[0]
    // Of twenty even chances eight in ten lie between 7 and 13.
    expect([apart?.low.minor, apart?.expected.minor, apart?.high.minor]).toEqual([7000, 10_000, 13_000])
  })

  it('refuses an invoice whose customer it was not told about', () => {
    expect(() => foreseen([invoice('2026-06-26', 1)], [])).toThrow(RangeError)
  })
})

/** The forecast for invented customers, made on the first day of a month by what was known then. */
function inventedForecast(seed: number, from: Day): { currency: CurrencyForecast; receipts: number[] } {
  const customers = inventCustomers(seed, 120, 18)
  const known = customers.map((customer) => knownOn(customer, from))
  const business = businessCurve(known, from, DEFAULT_HABIT_SETTINGS)
  const open = known.flat().filter(({ paidOn }) => paidOn === null || paidOn >= from)
  const question = {
    from,
    customers: customers.map(({ id }, index) => ({
      id,
      payer: { habit: habitOf(known[index] ?? [], from, DEFAULT_HABIT_SETTINGS, NONE), business },
      promises: { kept: 0, judged: 0 },
      credits: [],
    })),
    invoices: open.map(({ id, customerId, dueOn, minor }) => {
      return { id, customerId, dueOn, balance: money(minor, 'EUR'), apart: null, agreed: [] }
    }),
    holidays: NONE,
    atLeastPaid: 3,
  }
  const receipts = Array.from({ length: 13 }, (_, week) =>
    sum(
      open
        .filter(({ paidOn }) => paidOn !== null && Math.floor(daysBetween(from, paidOn) / 7) === week)
        .map(({ minor }) => minor),
    ),
  )
  return { currency: only(forecast(question).currencies), receipts }
}

describe('Forecasts of invented books, on six days in half a year', () => {
  const made = [12, 13, 14, 15, 16, 17].map((month) => inventedForecast(21, addMonths(FIRST_DAY, month)))

  it('contain the receipts of a week between low and high about four times in five', () => {
    const weeks = made.flatMap(({ currency, receipts }) =>
      currency.weeks.map(({ low, high }, week) => {
        const received = receipts[week] ?? 0
        return received >= low.minor && received <= high.minor
      }),
    )
    const share = weeks.filter(Boolean).length / weeks.length
    expect(weeks.length).toBe(78)
    // 78 weeks at 80 %: by chance alone 71 % to 89 % (two standard deviations), were they independent.
    expect(share).toBeGreaterThan(0.68)
    expect(share).toBeLessThan(0.92)
  })

  it('miss the receipts of the first four weeks together by less than 8 % on average', () => {
    const misses = made.map(({ currency, receipts }) => {
      const expected = sum(currency.weeks.slice(0, 4).map((week) => week.expected.minor))
      const received = sum(receipts.slice(0, 4))
      return Math.abs(expected - received) / received
    })
    expect(sum(misses) / misses.length).toBeLessThan(0.08)
  })
})

describe('Whatever the books', () => {
  const anInvoice = fc.record({
    id: fc.uuid(),
    customerId: fc.constantFrom('a', 'b', 'c'),
    dueOn: fc.integer({ min: -200, max: 120 }).map((after) => addDays(FROM, after)),
    balance: fc
      .tuple(fc.integer({ min: -500, max: 5_000_000 }), fc.constantFrom('EUR', 'GBP'))
      .map(([minor, currency]) => money(minor, currency)),
    apart: fc.constantFrom(null, null, null, 'disputed' as const, 'held' as const),
    agreed: fc.array(
      fc.record({
        by: fc.constantFrom('promise' as const, 'plan' as const),
        on: fc.integer({ min: -20, max: 120 }).map((after) => addDays(FROM, after)),
        amount: fc
          .tuple(fc.integer({ min: 0, max: 3_000_000 }), fc.constantFrom('EUR', 'GBP'))
          .map(([minor, currency]) => money(minor, currency)),
      }),
      { maxLength: 3 },
    ),
  })
  const customers = [
    payer(3, { id: 'a' }),
    payer(35, { id: 'b', credits: [money(777_777, 'EUR')] }),
    payer(0, { id: 'c', promises: { kept: 2, judged: 7 } }),
  ]

  it('weeks, later, unlikely, disputed, held and credited add up to the open balance, to the cent', () => {
    fc.assert(
      fc.property(fc.array(anInvoice, { maxLength: 25 }), (invoices) => {
        for (const currency of foreseen(invoices, customers)) {
          const open = invoices.filter(({ balance }) => balance.currency === currency.currency && balance.minor > 0)
          expect(currency.open.minor).toBe(sum(open.map(({ balance }) => balance.minor)))
          expect(sum(Object.values(places(currency)))).toBe(currency.open.minor)
          for (const { expected, agreed, low, high, lowSoFar, highSoFar } of currency.weeks) {
            expect(expected.minor >= agreed.minor && agreed.minor >= 0).toBe(true)
            expect(low.minor <= high.minor && lowSoFar.minor <= highSoFar.minor).toBe(true)
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  it('the order in which invoices and customers are read changes nothing', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anInvoice, { maxLength: 15, selector: ({ id }) => id }), (invoices) => {
        expect(foreseen([...invoices].reverse(), [...customers].reverse())).toEqual(foreseen(invoices, customers))
      }),
      { numRuns: 20 },
    )
  })
})
