import { describe, expect, it } from 'vitest'
import { addDays, day, daysBetween } from '../../src/chase/day.ts'
import type { Day } from '../../src/chase/day.ts'
import { expectedPayment } from '../../src/chase/expected-payment.ts'
import type { Payer } from '../../src/chase/expected-payment.ts'
import { businessCurve, DEFAULT_HABIT_SETTINGS, habitOf } from '../../src/chase/habits.ts'
import type { Habit, HabitInvoice } from '../../src/chase/habits.ts'
import { addMonths, firstOfMonth } from '../../src/chase/month.ts'
import { createDemoCompanies } from '../../src/demo/company.ts'
import { FIRST_DAY, inventCustomers, knownOn } from './payers.ts'

const NONE: ReadonlySet<Day> = new Set()
const TODAY = day('2026-06-15')
/** A half-life so long that all invoices weigh the same, for examples worked by hand. */
const EVEN = { ...DEFAULT_HABIT_SETTINGS, halfLifeDays: 1e15 }

const paid = (dueOn: string, daysLate: number): HabitInvoice => ({
  dueOn: day(dueOn),
  paidOn: addDays(day(dueOn), daysLate),
  silentFrom: null,
})
const open = (dueOn: string): HabitInvoice => ({ dueOn: day(dueOn), paidOn: null, silentFrom: null })

describe('The habit of a customer', () => {
  it('is stated as median, 80th percentile, mean and spread of days late', () => {
    const invoices = [paid('2026-01-10', 4), paid('2026-02-10', 6), paid('2026-03-10', 8), paid('2026-04-10', 10)]
    const habit = habitOf([...invoices, paid('2026-05-01', 12)], TODAY, EVEN, NONE)
    // Mean (4 + 6 + 8 + 10 + 12) ÷ 5 = 8; deviation √((16 + 4 + 0 + 4 + 16) ÷ 5) = √8.
    expect(habit.lateness?.medianDays).toBe(8)
    expect(habit.lateness?.day80).toBe(10)
    expect(habit.lateness?.meanDays).toBeCloseTo(8, 6)
    expect(habit.lateness?.spreadDays).toBeCloseTo(Math.sqrt(8), 6)
    expect([habit.paid, habit.open]).toEqual([5, 0])
  })

  it('takes an open invoice for at least as late as it is, instead of leaving it out', () => {
    // Three paid after 5 days; one is 46 days late and open. Left out, the customer would look like a 5-day payer.
    const invoices = [paid('2026-01-10', 5), paid('2026-02-10', 5), paid('2026-03-10', 5), open('2026-04-30')]
    const habit = habitOf(invoices, TODAY, EVEN, NONE)
    // Day 5: 3 of 4 fall. The mean within 120 days is 0.75 × 5 + 0.25 × 120 = 33.75.
    expect(habit.lateness).toMatchObject({ medianDays: 5, day80: null })
    expect(habit.lateness?.meanDays).toBeCloseTo(33.75, 6)
    expect([habit.paid, habit.open]).toEqual([3, 1])
  })

  it('is not made earlier by the quickest of the newest invoices', () => {
    // The customer pays 10 days late. Of two new invoices one was paid early by chance, one is not due yet.
    const old = ['2026-01-10', '2026-02-10', '2026-03-10', '2026-04-10'].map((dueOn) => paid(dueOn, 10))
    const habit = habitOf([...old, paid('2026-06-20', -10), open('2026-06-25')], TODAY, EVEN, NONE)
    expect(habit.lateness?.medianDays).toBe(10)
  })

  it('is not stated on two payments', () => {
    const habit = habitOf([paid('2026-01-10', 5), paid('2026-02-10', 5), open('2026-05-01')], TODAY, EVEN, NONE)
    expect(habit).toMatchObject({ lateness: null, paid: 2, open: 1 })
    expect(habitOf([], TODAY, EVEN, NONE)).toMatchObject({ lateness: null, usualDay: null, run: null, curve: null })
  })

  it('follows recent invoices rather than old ones', () => {
    const before = ['2024-01-10', '2024-02-10', '2024-03-10', '2024-04-10'].map((dueOn) => paid(dueOn, 1))
    const lately = ['2026-03-10', '2026-04-10', '2026-05-10'].map((dueOn) => paid(dueOn, 20))
    expect(habitOf([...before, ...lately], TODAY, EVEN, NONE).lateness?.medianDays).toBe(1)
    expect(habitOf([...before, ...lately], TODAY, DEFAULT_HABIT_SETTINGS, NONE).lateness?.medianDays).toBe(20)
  })

  it('does not know what happens later', () => {
    const invoice = paid('2026-06-01', 30)
    const known = habitOf([invoice], TODAY, EVEN, NONE)
    expect(known).toEqual(habitOf([open('2026-06-01')], TODAY, EVEN, NONE))
    expect([known.paid, known.open]).toEqual([0, 1])
  })

  it('hears nothing more from an invoice once it is disputed or credited', () => {
    const disputed: HabitInvoice = { dueOn: day('2026-03-01'), paidOn: null, silentFrom: day('2026-03-08') }
    const habit = habitOf([disputed], TODAY, EVEN, NONE)
    expect(habit.curve).toEqual({ steps: [], until: 6 })
  })

  it('shows a payment run in the payments, unless a person names another', () => {
    const invoices = ['2026-01-03', '2026-02-14', '2026-03-08', '2026-03-29', '2026-05-20'].map((dueOn) => {
      const run = addDays(firstOfMonth(day(dueOn)), 24)
      return { dueOn: day(dueOn), paidOn: run >= dueOn ? run : addDays(addMonths(run, 1), 24), silentFrom: null }
    })
    expect(habitOf(invoices, TODAY, EVEN, NONE).run).toEqual({ days: [25], from: 'payments' })
    expect(habitOf(invoices, TODAY, EVEN, NONE, [31, 15]).run).toEqual({ days: [15, 31], from: 'setting' })
    expect(habitOf(invoices.slice(1), TODAY, EVEN, NONE).run).toBeNull()
  })

  it('is no payment run where the due days are just as regular', () => {
    const invoices = ['2026-01-10', '2026-02-11', '2026-03-09', '2026-04-10', '2026-05-11'].map((due) => paid(due, 9))
    const habit = habitOf(invoices, TODAY, EVEN, NONE)
    expect(habit.run).toBeNull()
    expect(habit.usualDay?.concentration).toBeGreaterThan(0.9)
  })
})

describe('The expected payment of an invoice', () => {
  const payer = (invoices: readonly HabitInvoice[], run: readonly number[] | null = null): Payer => ({
    habit: habitOf(invoices, TODAY, EVEN, NONE, run),
    business: null,
  })
  const steady = ['2026-01-12', '2026-02-10', '2026-03-10', '2026-04-07', '2026-05-12'].map((due) => paid(due, 9))

  it('comes as late as the customer usually pays, on a day on which money arrives', () => {
    // Due on Monday 22 June, 9 days later is Wednesday 1 July; due on Friday 26 June it is Sunday, so Monday 6 July.
    expect(expectedPayment(day('2026-06-22'), payer(steady), TODAY, NONE, 3)).toMatchObject({
      on: '2026-07-01',
      basis: 'own-record',
    })
    expect(expectedPayment(day('2026-06-26'), payer(steady), TODAY, NONE, 3).on).toBe('2026-07-06')
    expect(expectedPayment(day('2026-06-26'), payer(steady), TODAY, new Set([day('2026-07-06')]), 3).on).toBe(
      '2026-07-07',
    )
  })

  it('is given with days between which it falls four times in five', () => {
    const wide = [2, 4, 6, 8, 10, 12, 14, 16, 18, 20].map((late, index) => paid(`2026-0${1 + (index % 5)}-10`, late))
    // Due on Wednesday 1 July: one in ten by day 2 (Friday 3rd), half by day 10 (Saturday 11th, so Monday 13th), nine in ten by day 18 (Sunday 19th, so Monday 20th).
    expect(expectedPayment(day('2026-07-01'), payer(wide), TODAY, NONE, 3)).toMatchObject({
      from: '2026-07-03',
      on: '2026-07-13',
      to: '2026-07-20',
    })
  })

  it('lies on the payment run: the first on or after the due day, if that is the habit', () => {
    const onRun = ['2026-01-03', '2026-02-20', '2026-03-08', '2026-04-14', '2026-05-02'].map((dueOn) => ({
      dueOn: day(dueOn),
      paidOn: addDays(firstOfMonth(day(dueOn)), 24),
      silentFrom: null,
    }))
    expect(expectedPayment(day('2026-06-20'), payer(onRun), TODAY, NONE, 3)).toMatchObject({
      on: '2026-06-25',
      basis: 'payment-run',
    })
    // The 25th of July is a Saturday.
    expect(expectedPayment(day('2026-06-28'), payer(onRun), TODAY, NONE, 3).on).toBe('2026-07-27')
  })

  it('counts runs for a customer that always pays one run late', () => {
    const oneLate = ['2026-01-03', '2026-02-03', '2026-03-03', '2026-04-03'].map((dueOn) => ({
      dueOn: day(dueOn),
      paidOn: addDays(addMonths(day(dueOn), 1), 24),
      silentFrom: null,
    }))
    expect(expectedPayment(day('2026-06-20'), payer(oneLate, [25]), TODAY, NONE, 3).on).toBe('2026-07-27')
  })

  it('is never before today, and leaves out the days that have passed without payment', () => {
    const mixed = [paid('2026-01-10', 2), paid('2026-02-10', 2), paid('2026-03-10', 2), paid('2026-04-10', 30)]
    expect(expectedPayment(day('2026-06-01'), payer(mixed), TODAY, NONE, 3).on).toBe('2026-07-01')
  })

  it('is unknown when nobody ever paid so late', () => {
    expect(expectedPayment(day('2026-01-01'), payer(steady), TODAY, NONE, 3)).toMatchObject({
      on: null,
      basis: 'beyond-record',
    })
  })

  it('is the due day, at even chances, when there is no record at all', () => {
    expect(expectedPayment(day('2026-06-20'), payer([]), TODAY, NONE, 3)).toMatchObject({
      on: '2026-06-22',
      to: null,
      basis: 'due-day',
    })
    expect(expectedPayment(day('2026-05-20'), payer([], [25]), TODAY, NONE, 3).on).toBe('2026-06-25')
  })

  it('is that of the other customers for one without a record', () => {
    const business = businessCurve([steady, steady], TODAY, EVEN)
    const newcomer = { habit: habitOf([], TODAY, EVEN, NONE), business }
    expect(expectedPayment(day('2026-06-22'), newcomer, TODAY, NONE, 3)).toMatchObject({
      on: '2026-07-01',
      basis: 'business-record',
    })
  })

  it('follows the other customers where its own record ends', () => {
    // Its own: three paid after 9 days, one open for 20. Of the others' late ones the rest were paid after 40 days.
    const own = [...steady.slice(0, 3), open('2026-05-26')]
    const others = [...steady, paid('2026-02-01', 40), paid('2026-03-01', 40)]
    const customer = { habit: habitOf(own, TODAY, EVEN, NONE), business: businessCurve([others], TODAY, EVEN) }
    // Due on Tuesday 26 May; 40 days later is Sunday 5 July.
    expect(expectedPayment(day('2026-05-26'), customer, TODAY, NONE, 3).on).toBe('2026-07-06')
  })

  it('learns from invoices that are never paid, though no payment says so', () => {
    const never = ['2026-01-05', '2026-01-20', '2026-02-05', '2026-02-20', '2026-03-05'].map(open)
    const others = [...steady, open('2026-01-10')]
    const hopeless = { habit: habitOf(never, TODAY, EVEN, NONE), business: businessCurve([others], TODAY, EVEN) }
    expect(expectedPayment(day('2026-06-10'), hopeless, TODAY, NONE, 3).on).toBeNull()
  })
})

/** Mean absolute errors in days; payments more than 120 days late, and never, count as 120 days late for everyone. */
type Errors = { expected: number; dueDay: number; average: number; inside: number; invoices: number }

type Known = HabitInvoice & { readonly issuedOn: Day }

/** For each month: what was expected at its beginning for the invoices issued in it, against what happened. */
function heldOut(customers: readonly (readonly Known[])[], firstMonth: Day, months: number): Errors {
  const capped = (days: number): number => Math.min(120, days)
  const sums = { expected: 0, dueDay: 0, average: 0, inside: 0, invoices: 0 }
  for (let month = 0; month < months; month += 1) {
    const start = addMonths(firstMonth, month)
    const end = addMonths(start, 1)
    const known = customers.map((invoices) => invoices.filter(({ issuedOn }) => issuedOn < start))
    const business = businessCurve(known, start, DEFAULT_HABIT_SETTINGS)
    const late = known
      .flat()
      .flatMap(({ dueOn, paidOn }) => (paidOn && paidOn < start ? [daysBetween(dueOn, paidOn)] : []))
    const average = late.reduce((sum, days) => sum + days, 0) / late.length

    for (const [index, invoices] of customers.entries()) {
      const toCome = invoices.filter(({ issuedOn }) => issuedOn >= start && issuedOn < end)
      if (toCome.length === 0) continue
      const habit: Habit = habitOf(known[index] ?? [], start, DEFAULT_HABIT_SETTINGS, NONE)
      for (const { issuedOn, dueOn, paidOn } of toCome) {
        const expected = expectedPayment(dueOn, { habit, business }, issuedOn, NONE, DEFAULT_HABIT_SETTINGS.atLeastPaid)
        const actual = paidOn === null ? 120 : capped(daysBetween(dueOn, paidOn))
        const guess = expected.on === null ? 120 : capped(daysBetween(dueOn, expected.on))
        const on = addDays(dueOn, actual)
        sums.expected += Math.abs(guess - actual)
        sums.dueDay += Math.abs(actual)
        sums.average += Math.abs(average - actual)
        sums.inside += expected.from !== null && expected.from <= on && (expected.to ?? on) >= on ? 1 : 0
        sums.invoices += 1
      }
    }
  }
  const per = (sum: number): number => sum / sums.invoices
  const { expected, dueDay, average, inside, invoices } = sums
  return { expected: per(expected), dueDay: per(dueDay), average: per(average), inside: per(inside), invoices }
}

describe('On months held out, the expected payment of 160 invented customers', () => {
  const customers = inventCustomers(11, 160, 18).map(({ invoices }) => invoices)
  const errors = heldOut(customers, addMonths(FIRST_DAY, 12), 6)

  it('is off by about 7 days: at least 55 % less than "on the due day" (19.5) and "the average of everybody" (17.1)', () => {
    expect(errors.invoices).toBeGreaterThan(1000)
    expect(errors.expected).toBeLessThan(7.5)
    expect(errors.expected).toBeLessThan(errors.dueDay * 0.45)
    expect(errors.expected).toBeLessThan(errors.average * 0.45)
    expect([errors.dueDay, errors.average].map((days) => Number(days.toFixed(1)))).toEqual([19.5, 17.1])
  })

  it('lies between its two days at least four times in five, and not nearly always', () => {
    expect(errors.inside).toBeGreaterThan(0.8)
    expect(errors.inside).toBeLessThan(0.92)
  })

  it('is the same whatever the payments of the months to come', () => {
    const start = addMonths(FIRST_DAY, 12)
    const [customer] = inventCustomers(11, 160, 18).filter(({ kind }) => kind === 'steady')
    const known = customer ? knownOn(customer, start) : []
    const poisoned = known.map((invoice) => ({
      ...invoice,
      paidOn: invoice.paidOn !== null && invoice.paidOn < start ? invoice.paidOn : day('2099-01-01'),
    }))
    expect(known.length).toBeGreaterThan(5)
    expect(habitOf(poisoned, start, DEFAULT_HABIT_SETTINGS, NONE)).toEqual(
      habitOf(known, start, DEFAULT_HABIT_SETTINGS, NONE),
    )
  })
})

describe("On months held out, the expected payment of the demo companies' customers", () => {
  const { spanish, british } = createDemoCompanies(Temporal.Instant.from('2026-07-01T08:00:00Z'))
  const customers = [spanish, british].flatMap(({ books }) => {
    const perCustomer = new Map<string, Known[]>()
    for (const { id, customerId, kind, status, issuedOn, dueOn } of books.invoices.values()) {
      if (kind !== 'sale' || status !== 'approved' || issuedOn === null || dueOn === null) continue
      const own = perCustomer.get(customerId) ?? []
      own.push({ issuedOn, dueOn, paidOn: books.settledOn(id), silentFrom: null })
      perCustomer.set(customerId, own)
    }
    return [...perCustomer.values()]
  })
  // Invoices of January to March: by July all but the hopeless are paid.
  const errors = heldOut(customers, day('2026-01-01'), 3)

  it('is off by about 5 days: at least 30 % less than "on the due day" (about 8) and "the average of everybody" (about 9)', () => {
    expect(errors.invoices).toBeGreaterThan(100)
    expect(errors.expected).toBeLessThan(errors.dueDay * 0.7)
    expect(errors.expected).toBeLessThan(errors.average * 0.7)
  })
})
