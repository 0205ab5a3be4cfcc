import { nextBankDay } from './bank-day.ts'
import type { BankHolidays } from './bank-day.ts'
import { addDays, dayNumber } from './day.ts'
import type { Day } from './day.ts'
import { expectedPayment } from './expected-payment.ts'
import type { ExpectedPayment, Payer } from './expected-payment.ts'
import { rangesOf } from './forecast-ranges.ts'
import type { Portion } from './forecast-ranges.ts'
import { money } from './money.ts'
import type { Money } from './money.ts'
import { givenAtLeast, leftAfter } from './survival.ts'
import type { Survival } from './survival.ts'

/** An open invoice as the forecast sees it. */
export type ForecastInvoice = {
  readonly id: string
  readonly customerId: string
  readonly dueOn: Day
  readonly balance: Money
  /** Disputed or held money is shown, but not expected. */
  readonly apart: 'disputed' | 'held' | null
  /** What the customer said it pays and when, earliest first or not. A day that has passed counts for nothing. */
  readonly agreed: readonly AgreedPayment[]
}

export type AgreedPayment = { readonly by: 'promise' | 'plan'; readonly on: Day; readonly amount: Money }

export type ForecastCustomer = {
  readonly id: string
  readonly payer: Payer
  /** Its past promises and instalments whose day has passed: how many were kept. */
  readonly promises: { readonly kept: number; readonly judged: number }
  /** Unapplied credit notes, prepayments and overpayments: they settle its oldest invoices without money coming in. */
  readonly credits: readonly Money[]
}

export type ForecastQuestion = {
  /** The first day of the first week; also the day as of which the balances are open. */
  readonly from: Day
  readonly invoices: readonly ForecastInvoice[]
  readonly customers: readonly ForecastCustomer[]
  readonly holidays: BankHolidays
  /** Below so many paid invoices a customer's own record counts as thin. */
  readonly atLeastPaid: number
}

/**
 * What comes in over the next 13 weeks in one currency, in minor units.
 *
 * `open` is exactly the sum of the expected weeks, `later`, `unlikely`, `disputed`, `held` and `credited`.
 */
export type CurrencyForecast = {
  readonly currency: string
  readonly open: Money
  readonly weeks: readonly ForecastWeek[]
  /** Expected after the last week. */
  readonly later: Money
  /** The part that, by the record, does not come in by itself. */
  readonly unlikely: Money
  readonly disputed: Money
  readonly held: Money
  /** Settled by the customers' own unapplied credits. */
  readonly credited: Money
}

export type ForecastWeek = {
  readonly from: Day
  readonly to: Day
  readonly expected: Money
  /** Of `expected`, what rests on promises and instalments. */
  readonly agreed: Money
  /** Four weeks in five lie between. */
  readonly low: Money
  readonly high: Money
  /** From the first week up to this one: four times in five between. */
  readonly lowSoFar: Money
  readonly highSoFar: Money
}

export type InvoiceForecast = {
  readonly invoiceId: string
  readonly expected: ExpectedPayment
  /** The chance, 0 to 1, that it is paid within the 13 weeks, by amount. */
  readonly chanceWithin: number
}

export const WEEKS = 13

/** The places where money can be expected: the weeks, after them, and nowhere. */
const LATER = WEEKS
const UNLIKELY = WEEKS + 1

/**
 * Forecasts receipts week by week, per currency, from habits; promises and instalments outrank habit.
 *
 * Nothing is expected before `from`, however overdue it is. A promise counts with the share of promises that this
 * customer has kept (Laplace's rule of succession, so a first promise is even); where it fails, habit goes on after
 * it. Low and high come from playing the chances out, all invoices of a customer with one luck: a customer that is
 * short of money is short for all of them.
 */
export function forecast(question: ForecastQuestion): {
  currencies: CurrencyForecast[]
  invoices: InvoiceForecast[]
} {
  const customers = new Map(question.customers.map((customer) => [customer.id, customer]))
  const open = question.invoices.filter(({ balance }) => balance.minor > 0).sort(byDueDay)
  const credits = creditsLeft(question.customers)

  const books = new Map<string, Book>()
  const invoices: InvoiceForecast[] = []
  for (const invoice of open) {
    const customer = customers.get(invoice.customerId)
    if (!customer) throw new RangeError(`no customer ${invoice.customerId} for invoice ${invoice.id}`)
    const { currency } = invoice.balance
    const book = books.get(currency) ?? emptyBook()
    books.set(currency, book)
    book.open += invoice.balance.minor
    if (invoice.apart !== null) {
      book[invoice.apart] += invoice.balance.minor
      continue
    }
    const credited = credits.take(invoice)
    book.credited += credited
    const expected = expectedPayment(
      invoice.dueOn,
      customer.payer,
      question.from,
      question.holidays,
      question.atLeastPaid,
    )
    const portions = portionsOf(invoice, credited, customer, expected, question)
    for (const portion of portions) book.portions.push(portion)
    invoices.push({ invoiceId: invoice.id, expected, chanceWithin: chanceWithin(portions) })
  }
  const currencies = [...books].sort(([one], [other]) => (one < other ? -1 : 1))
  return { currencies: currencies.map(([currency, book]) => addUp(currency, book, question.from)), invoices }
}

type Book = { open: number; disputed: number; held: number; credited: number; portions: Portion[] }

const emptyBook = (): Book => ({ open: 0, disputed: 0, held: 0, credited: 0, portions: [] })

function byDueDay(one: ForecastInvoice, other: ForecastInvoice): number {
  if (one.dueOn !== other.dueOn) return one.dueOn < other.dueOn ? -1 : 1
  return one.id < other.id ? -1 : 1
}

/** Credits settle the oldest invoices first; each is spent once. */
function creditsLeft(customers: readonly ForecastCustomer[]): { take: (invoice: ForecastInvoice) => number } {
  const left = new Map<string, number>()
  const keyOf = (customerId: string, currency: string): string => `${currency} ${customerId}`
  for (const { id, credits } of customers) {
    for (const { minor, currency } of credits) {
      if (minor > 0) left.set(keyOf(id, currency), (left.get(keyOf(id, currency)) ?? 0) + minor)
    }
  }
  return {
    take({ customerId, balance }) {
      const key = keyOf(customerId, balance.currency)
      const available = left.get(key) ?? 0
      const taken = Math.min(available, balance.minor)
      left.set(key, available - taken)
      return taken
    },
  }
}

/** What was agreed, each part on its day, and the rest by habit. */
function portionsOf(
  invoice: ForecastInvoice,
  credited: number,
  { id: customerId, promises }: ForecastCustomer,
  { curve }: ExpectedPayment,
  { from, holidays }: ForecastQuestion,
): Portion[] {
  const kept = (promises.kept + 1) / (promises.judged + 2)
  let left = invoice.balance.minor - credited
  const portions: Portion[] = []
  const ahead = invoice.agreed
    .filter(({ on, amount }) => on >= from && amount.currency === invoice.balance.currency)
    .sort((one, other) => (one.on < other.on ? -1 : 1))
  for (const { on, amount } of ahead) {
    const minor = Math.min(left, Math.max(0, amount.minor))
    if (minor === 0) continue
    const arrives = nextBankDay(on, holidays)
    const broken = chancesOf(givenAtLeast(curve, dayNumber(arrives) + 1), from)
    const chances = broken.map((chance) => chance * (1 - kept))
    const place = placeOf(arrives, from)
    chances[place] = (chances[place] ?? 0) + kept
    portions.push({ customerId, minor, agreed: true, chances })
    left -= minor
  }
  if (left > 0) portions.push({ customerId, minor: left, agreed: false, chances: chancesOf(curve, from) })
  return portions
}

/** How likely each place is by a curve over day numbers; without one nothing is. */
function chancesOf(curve: Survival | null, from: Day): number[] {
  const chances: number[] = []
  let before = 1
  for (let week = 0; week < WEEKS; week += 1) {
    const left = curve === null ? 1 : leftAfter(curve, dayNumber(from) + 7 * week + 6)
    chances.push(before - left)
    before = left
  }
  const forGood = curve === null ? 1 : (curve.steps.at(-1)?.left ?? 1)
  return [...chances, before - forGood, forGood]
}

const placeOf = (on: Day, from: Day): number => Math.min(LATER, Math.floor((dayNumber(on) - dayNumber(from)) / 7))

function chanceWithin(portions: readonly Portion[]): number {
  const whole = portions.reduce((sum, { minor }) => sum + minor, 0)
  const within = portions.reduce((sum, { minor, chances }) => {
    return sum + minor * chances.slice(0, WEEKS).reduce((chance, one) => chance + one, 0)
  }, 0)
  return whole === 0 ? 0 : within / whole
}

function addUp(currency: string, book: Book, from: Day): CurrencyForecast {
  const expected = Array.from({ length: WEEKS + 2 }, () => 0)
  const agreed = Array.from({ length: WEEKS + 2 }, () => 0)
  for (const portion of book.portions) {
    for (const [place, minor] of inWholeUnits(portion).entries()) {
      expected[place] = (expected[place] ?? 0) + minor
      if (portion.agreed) agreed[place] = (agreed[place] ?? 0) + minor
    }
  }
  const at = (amounts: readonly number[], place: number): Money => money(amounts[place] ?? 0, currency)
  const ranges = rangesOf(book.portions, WEEKS)
  return {
    currency,
    open: money(book.open, currency),
    weeks: ranges.map((range, week) => ({
      from: addDays(from, 7 * week),
      to: addDays(from, 7 * week + 6),
      expected: at(expected, week),
      agreed: at(agreed, week),
      low: money(range.low, currency),
      high: money(range.high, currency),
      lowSoFar: money(range.lowSoFar, currency),
      highSoFar: money(range.highSoFar, currency),
    })),
    later: at(expected, LATER),
    unlikely: at(expected, UNLIKELY),
    disputed: money(book.disputed, currency),
    held: money(book.held, currency),
    credited: money(book.credited, currency),
  }
}

/** Splits an amount by its chances into whole minor units that add up to it: what rounding leaves moves on a place. */
function inWholeUnits({ minor, chances }: Portion): number[] {
  let chanceSoFar = 0
  let minorSoFar = 0
  return chances.map((chance, place) => {
    chanceSoFar += chance
    const rounded = Math.min(minor, Math.round(minor * chanceSoFar))
    const upTo = place === chances.length - 1 ? minor : Math.max(minorSoFar, rounded)
    const here = upTo - minorSoFar
    minorSoFar = upTo
    return here
  })
}
