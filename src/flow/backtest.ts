import { addDays, day, type Day } from '../chase/day.ts'
import { money } from '../chase/money.ts'
import type { Policy } from '../chase/policy.ts'
import { paidAnyway, type PaidAnyway } from '../chase/simulate/hindsight.ts'
import { customerInPast, type PastCustomer, type PastInvoice } from '../chase/simulate/past.ts'
import { simulate } from '../chase/simulate/simulate.ts'
import type { Simulation } from '../chase/simulate/simulation.ts'
import type { Mode } from '../chase/standing.ts'
import { inBusiness } from '../store/db.ts'
import {
  readInvoicedCustomers,
  readPastInvoices,
  readSimulationNames,
  type PastInvoiceRow,
} from '../store/simulation.ts'
import type { CustomerFacts } from '../store/standings.ts'
import { readKnownCustomers } from './known-customers.ts'
import { instantAt } from './local-time.ts'
import type { Names, SimulationApp } from './simulate.ts'
import { readSurroundings, standingOf, zoneOf, type Surroundings } from './standing.ts'
import { turnsAfter } from './turns.ts'

export type BacktestOptions = {
  /** How many months back the first day lies. */
  readonly months: number
  /** The days after a message within which its invoices count as paid anyway. */
  readonly withinDays: number
  /** The policy to test; the one in force unless given. */
  readonly policy?: Policy
}

/** What cannot be known about past days, and is therefore left out or taken as it is today. */
export type Unknowable =
  | 'due-days-as-today'
  | 'recipients-as-today'
  | 'groups-as-today'
  | 'holds-left-out'
  | 'agreements-left-out'
  | 'open-credits-left-out'
  | 'applied-credits-late'
  | 'nothing-said-before'

export const UNKNOWABLE: readonly Unknowable[] = [
  'nothing-said-before',
  'due-days-as-today',
  'applied-credits-late',
  'open-credits-left-out',
  'holds-left-out',
  'agreements-left-out',
  'recipients-as-today',
  'groups-as-today',
]

/** What a policy would have done in the past, and what was paid without it. */
export type BusinessPast = {
  readonly business: { readonly name: string; readonly timeZone: string; readonly mode: Mode }
  readonly withinDays: number
  readonly unknowable: readonly Unknowable[]
  readonly simulation: Simulation
  readonly paidAnyway: readonly PaidAnyway[]
  readonly names: Names
}

/**
 * Lets the past days go by once more with the rules, each day with what the books knew by then, from a clean start:
 * nothing had been said to anyone before the first day. Ends yesterday. Changes nothing.
 */
export async function backtestBusiness(
  app: SimulationApp,
  businessId: string,
  { months, withinDays, policy: given }: BacktestOptions,
): Promise<BusinessPast> {
  const { around, customers, invoices, names } = await readPast(app, businessId, given?.sparing != null)
  const policy = given ?? around.policy
  const { business, today } = around
  const from = monthsBefore(today, months)
  const to = addDays(today, -1)
  const past = customers.map((customer) =>
    pastCustomer({ ...around, policy }, customer, invoices.get(customer.customerId) ?? []),
  )
  const span = { zones: past.map(({ place }) => place), home: business.timeZone, to, policy }
  const turns = turnsAfter(instantAt(business.timeZone, addDays(from, -1), 23 * 60), span)
  const simulation = simulate({
    policy,
    mode: business.mode,
    ledgerRemindersOn: false,
    seniorSender: business.seniorName !== null,
    from,
    to,
    turns: turns.filter(({ on }) => on >= from),
    customers: past.map(customerInPast),
    sentOnDays: [],
  })
  const all = past.flatMap((customer) => customer.invoices)
  return {
    business: { name: business.name, timeZone: business.timeZone, mode: business.mode },
    withinDays,
    unknowable: UNKNOWABLE,
    simulation,
    paidAnyway: paidAnyway(simulation.messages, all, withinDays, today),
    names,
  }
}

/** The same day of an earlier month, or that month's last where it is shorter. */
const monthsBefore = (today: Day, months: number): Day =>
  day(Temporal.PlainDate.from(today).subtract({ months }).toString())

/** Customers are read so many at a time. */
const READ_TOGETHER = 500

async function readPast(
  app: SimulationApp,
  businessId: string,
  spares: boolean,
): Promise<{
  around: Surroundings
  customers: readonly CustomerFacts[]
  invoices: ReadonlyMap<string, readonly PastInvoiceRow[]>
  names: Names
}> {
  return inBusiness(app.db, businessId, async (db) => {
    const around = await readSurroundings(app, db, businessId)
    const ids = await readInvoicedCustomers(db)
    const customers: CustomerFacts[] = []
    for (let start = 0; start < ids.length; start += READ_TOGETHER) {
      customers.push(...(await readKnownCustomers(around, db, ids.slice(start, start + READ_TOGETHER), 'look', spares)))
    }
    const rows = await readPastInvoices(db, around.business.timeZone)
    const invoices = Map.groupBy(rows, ({ customerId }) => customerId)
    return { around, customers, invoices, names: await readSimulationNames(db, ids) }
  })
}

function pastCustomer(around: Surroundings, customer: CustomerFacts, rows: readonly PastInvoiceRow[]): PastCustomer {
  const { business, policy } = around
  const isNeighbour = customer.country === null || customer.country === business.country
  const region = isNeighbour ? (customer.region ?? business.region) : customer.region
  const {
    record: _record,
    addresses: _addresses,
    confidence: _confidence,
    archived: _archived,
    escalation,
    ...asToday
  } = standingOf(around, customer).customer
  return {
    id: customer.customerId,
    place: zoneOf(around, customer),
    holidays: (on) =>
      around.holidays(customer.country ?? business.country, policy.regionalHolidays ? region : null, on),
    // Nothing had been said to anybody.
    customer: { ...asToday, escalation: escalation && { ...escalation, contactedOn: [] } },
    recipients: recipientsInPast(around, customer, rows),
    invoices: rows.map(pastInvoice),
  }
}

/** Who would have been written to: the contacts as they are today, and the addresses on what was open then. */
function recipientsInPast(
  around: Surroundings,
  customer: CustomerFacts,
  rows: readonly PastInvoiceRow[],
): PastCustomer['recipients'] {
  const emailsOf = new Map(rows.map(({ id, emails }) => [id, emails]))
  const known = new Map<string, ReturnType<PastCustomer['recipients']>>()
  return (openIds, hasPaid) => {
    const emails = [...new Set(openIds.flatMap((id) => emailsOf.get(id) ?? []))]
    const key = `${hasPaid} ${emails.join()}`
    const found = known.get(key) ?? recipientsWith(around, customer, emails, hasPaid)
    known.set(key, found)
    return found
  }
}

function recipientsWith(
  around: Surroundings,
  customer: CustomerFacts,
  emails: readonly string[],
  hasPaid: boolean,
): ReturnType<PastCustomer['recipients']> {
  const invoices = emails.length === 0 ? [] : [{ ...NO_INVOICE, emails }]
  const then = { ...customer, invoices, daysLate: hasPaid ? [0] : [] }
  const { addresses, confidence } = standingOf(around, then).customer
  return { addresses, confidence }
}

/** An invoice of which only the addresses matter. */
const NO_INVOICE: Omit<CustomerFacts['invoices'][number], 'emails'> = {
  id: '',
  ledgerId: '',
  number: null,
  issuedOn: null,
  dueOn: day('2000-01-01'),
  dueAssumed: false,
  currency: 'EUR',
  totalMinor: 0,
  balanceMinor: 0,
  version: '',
  expectedOn: null,
  payLink: null,
  excluded: false,
  delayDays: null,
}

const pastInvoice = ({ currency, totalMinor, balanceMinor, payments, ...row }: PastInvoiceRow): PastInvoice => ({
  id: row.id,
  issuedOn: row.issuedOn,
  dueOn: row.dueOn,
  dueAssumed: row.dueAssumed,
  total: money(totalMinor, currency),
  balance: money(balanceMinor, currency),
  state: row.state,
  paidOn: row.paidOn,
  changedOn: row.changedOn,
  payments: payments.map(({ on, minor }) => ({ on, amount: money(minor, currency) })),
})
