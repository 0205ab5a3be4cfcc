import type { PaidInvoice } from '../chase/standing.ts'
import type { BusinessDb } from '../store/db.ts'
import { readInvoiceHistory } from '../store/ledger-history.ts'
import { readCustomers, type CustomerFacts } from '../store/standings.ts'
import { historySince } from './history.ts'
import { habitInvoiceOf } from './settlements.ts'
import type { Surroundings } from './standing.ts'

/**
 * Reads what the rules need to know of some customers under the policy in force: with how each of them pays, where the
 * policy, or another one that is to be tried (`spares`), asks for that.
 */
export async function readKnownCustomers(
  around: Pick<Surroundings, 'policy' | 'today'>,
  db: BusinessDb,
  customerIds: readonly string[],
  lock: 'lock' | 'lock-or-skip' | 'look',
  spares = false,
): Promise<CustomerFacts[]> {
  const { policy, today } = around
  const customers = await readCustomers(db, customerIds, today, lock)
  if ((policy.sparing === null && !spares) || customers.length === 0) return customers
  const ids = customers.map(({ customerId }) => customerId)
  const histories = new Map<string, PaidInvoice[]>(ids.map((id) => [id, []]))
  for (const invoice of await readInvoiceHistory(db, { customerIds: ids }, historySince(today))) {
    const said = habitInvoiceOf(invoice, today)
    if (said) histories.get(invoice.customerId)?.push({ ...said, invoiceId: invoice.id })
  }
  return customers.map((customer) => ({ ...customer, history: histories.get(customer.customerId) ?? [] }))
}
