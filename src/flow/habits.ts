import type { BankHolidays } from '../chase/bank-day.ts'
import { addDays, type Day } from '../chase/day.ts'
import { expectedPayment, type ExpectedPayment, type Payer } from '../chase/expected-payment.ts'
import { businessCurve, DEFAULT_HABIT_SETTINGS, habitOf, type Habit, type HabitInvoice } from '../chase/habits.ts'
import type { Survival } from '../chase/survival.ts'
import type { Business } from '../store/businesses.ts'
import type { BusinessDb } from '../store/db.ts'
import { readInvoiceHistory, readTraits, type CustomerTraits, type InvoiceHistory } from '../store/ledger-history.ts'
import type { HolidayLookup } from './calendar.ts'
import { historySince } from './history.ts'
import { habitInvoiceOf } from './settlements.ts'

/** What habits are read with: the public holidays, and whose business it is. */
export type HabitApp = { readonly holidays: HolidayLookup }

/** How one customer pays, and when each of its open invoices is likely to be paid. */
export type CustomerHabit = {
  readonly habit: Habit
  /** By invoice; open ones that are not disputed. */
  readonly expected: ReadonlyMap<string, ExpectedPayment>
}

/**
 * The habits of some customers, by customer.
 *
 * What a customer's own record leaves open is taken from the business's: its newest invoices, so many that reading
 * more would change nothing, and so few that a page can read them each time.
 */
export async function readHabits(
  app: HabitApp,
  db: BusinessDb,
  business: Pick<Business, 'country' | 'region'>,
  customerIds: readonly string[],
  today: Day,
): Promise<ReadonlyMap<string, CustomerHabit>> {
  if (customerIds.length === 0) return new Map()
  const since = historySince(today)
  const traits = await readTraits(db, customerIds)
  const theirs = await readInvoiceHistory(db, { customerIds }, since)
  const all = await readInvoiceHistory(db, { newest: BUSINESS_SAMPLE }, since)
  const holidays = bankHolidays(app, business, today)
  const payers = payersOf(traits, theirs, all, holidays, today)
  const habits = new Map<string, { habit: Habit; expected: Map<string, ExpectedPayment> }>()
  for (const [id, { habit }] of payers) habits.set(id, { habit, expected: new Map() })
  for (const invoice of theirs) {
    const payer = payers.get(invoice.customerId)
    if (!payer || invoice.state !== 'open' || invoice.balanceMinor <= 0 || invoice.isDisputed) continue
    const expected = expectedPayment(invoice.dueOn, payer, today, holidays, AT_LEAST_PAID)
    habits.get(invoice.customerId)?.expected.set(invoice.id, expected)
  }
  return habits
}

/** Below so many paid invoices a customer's own record counts as thin. */
export const AT_LEAST_PAID = DEFAULT_HABIT_SETTINGS.atLeastPaid

/** The business's record weighs as much as one invoice: a few thousand describe it as well as all. */
const BUSINESS_SAMPLE = 4_000

/** What is known of each of these customers as a payer. `all` is what the business's own record is made from. */
export function payersOf(
  traits: readonly CustomerTraits[],
  theirs: readonly InvoiceHistory[],
  all: readonly InvoiceHistory[],
  holidays: BankHolidays,
  today: Day,
): Map<string, Payer> {
  const own = habitInvoices(theirs, today)
  const business = recordOf(all, today)
  return new Map(
    traits.map(({ id, paymentRunDay }) => {
      const run = paymentRunDay === null ? null : [paymentRunDay]
      const habit = habitOf(own.get(id) ?? [], today, DEFAULT_HABIT_SETTINGS, holidays, run)
      return [id, { habit, business }]
    }),
  )
}

function recordOf(all: readonly InvoiceHistory[], today: Day): Survival | null {
  const newest = all.length <= BUSINESS_SAMPLE ? all : all.toSorted(byNewest).slice(0, BUSINESS_SAMPLE)
  return businessCurve(habitInvoices(newest, today).values(), today, DEFAULT_HABIT_SETTINGS)
}

/** As the database orders them when it is asked for the newest. */
const byNewest = (one: InvoiceHistory, other: InvoiceHistory): number =>
  one.dueOn === other.dueOn ? (one.id < other.id ? -1 : 1) : one.dueOn > other.dueOn ? -1 : 1

function habitInvoices(invoices: readonly InvoiceHistory[], today: Day): Map<string, HabitInvoice[]> {
  const byCustomer = new Map<string, HabitInvoice[]>()
  for (const invoice of invoices) {
    const said = habitInvoiceOf(invoice, today)
    if (said === null) continue
    const own = byCustomer.get(invoice.customerId)
    if (own) own.push(said)
    else byCustomer.set(invoice.customerId, [said])
  }
  return byCustomer
}

/** The public holidays of the business, where the money arrives, over its history and the year ahead. */
export function bankHolidays(
  { holidays }: HabitApp,
  { country, region }: Pick<Business, 'country' | 'region'>,
  today: Day,
): BankHolidays {
  const around = [historySince(today), addDays(today, -200), today]
  return new Set(around.flatMap((on) => [...holidays(country, region, on)]))
}
