import type { BankHolidays } from '../chase/bank-day.ts'
import type { Day } from '../chase/day.ts'
import { promisesKept, type PromiseRecord } from '../chase/metrics/promises.ts'
import { money } from '../chase/money.ts'
import type { Agreement, InvoiceHistory } from '../store/ledger-history.ts'
import { settlementsOf } from './settlements.ts'

/**
 * Promises and instalments with the money that came for them since they were given. Money for a plan fills its
 * instalments in order.
 *
 * One about an invoice that is gone, or older than what is read, cannot be judged and is left out.
 */
export function promiseRecords(
  agreements: readonly Agreement[],
  invoices: ReadonlyMap<string, InvoiceHistory>,
  today: Day,
): PromiseRecord[] {
  const inPlans = new Map<string, Received[]>()
  return agreements.flatMap((agreement) => {
    const { id, by, customerId, on, minor, currency } = agreement
    const received = inPlans.get(id) ?? receivedFor(agreement, invoices, today)
    if (received === null) return []
    const [own, rest] = by === 'plan' ? split(received, minor) : [received, []]
    if (by === 'plan') inPlans.set(id, rest)
    return [{ customerId, on, total: money(minor, currency), received: own }]
  })
}

type Received = { readonly on: Day; readonly minor: number }

function receivedFor(
  { invoiceIds, currency, givenOn }: Agreement,
  invoices: ReadonlyMap<string, InvoiceHistory>,
  today: Day,
): Received[] | null {
  const covered = invoiceIds.flatMap((id) => invoices.get(id) ?? [])
  if (covered.length < invoiceIds.length) return null
  return covered
    .filter((invoice) => invoice.currency === currency)
    .flatMap((invoice) => settlementsOf(invoice, today))
    .filter(({ by, on }) => by === 'money' && on >= givenOn)
    .map(({ on, minor }) => ({ on, minor }))
    .sort((one, other) => (one.on < other.on ? -1 : 1))
}

/** The first so many minor units of what came, and what came beyond them. */
function split(received: readonly Received[], minor: number): [first: Received[], rest: Received[]] {
  const first: Received[] = []
  const rest: Received[] = []
  let left = minor
  for (const part of received) {
    const taken = Math.min(left, part.minor)
    if (taken > 0) first.push({ on: part.on, minor: taken })
    if (part.minor > taken) rest.push({ on: part.on, minor: part.minor - taken })
    left -= taken
  }
  return [first, rest]
}

/** Of each customer's promises and instalments whose day and grace are over: how many were kept, whatever the currency. */
export function keptByCustomer(
  records: readonly PromiseRecord[],
  today: Day,
  holidays: BankHolidays,
): Map<string, { kept: number; judged: number }> {
  const byCustomer = new Map<string, PromiseRecord[]>()
  for (const record of records)
    byCustomer.set(record.customerId, [...(byCustomer.get(record.customerId) ?? []), record])
  return new Map(
    [...byCustomer].map(([customerId, own]) => {
      const judged = promisesKept(own, today, holidays)
      const count = (read: (one: (typeof judged)[number]) => number): number =>
        judged.reduce((sum, one) => sum + read(one), 0)
      return [customerId, { kept: count((one) => one.kept), judged: count((one) => one.judged) }]
    }),
  )
}
