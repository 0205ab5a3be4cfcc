import type { Day } from '../chase/day.ts'
import type { BusinessDb } from './db.ts'

export type InvoiceState = {
  readonly id: string
  readonly customerId: string
  readonly number: string | null
  readonly state: string
  readonly paidOn: Day | null
}

/** What became of some invoices. */
export async function invoiceStates(db: BusinessDb, invoiceIds: readonly string[]): Promise<InvoiceState[]> {
  if (invoiceIds.length === 0) return []
  return db
    .selectFrom('invoices')
    .select(['id', 'customer_id as customerId', 'number', 'state', 'paid_on as paidOn'])
    .where('id', 'in', [...invoiceIds])
    .execute()
}

/** Our row of a ledger's invoice, within the business. */
export async function findInvoiceByLedgerId(
  db: BusinessDb,
  ledgerId: string,
): Promise<{ id: string; customerId: string } | null> {
  const row = await db
    .selectFrom('invoices')
    .select(['id', 'customer_id as customerId'])
    .where('ledger_id', '=', ledgerId)
    .executeTakeFirst()
  return row ?? null
}

/** An invoice with something due on it, in short. */
export type OpenItem = {
  readonly id: string
  readonly number: string | null
  readonly currency: string
  readonly balanceMinor: number
  readonly dueOn: Day
  readonly issuedOn: Day | null
}

/** A customer's invoices with something due on them, oldest due day first. */
export async function openInvoicesOf(db: BusinessDb, customerId: string): Promise<OpenItem[]> {
  return db
    .selectFrom('invoices')
    .select(['id', 'number', 'currency', 'balance_minor as balanceMinor', 'due_on as dueOn', 'issued_on as issuedOn'])
    .where('customer_id', '=', customerId)
    .where('state', '=', 'open')
    .where('balance_minor', '>', 0)
    .orderBy('due_on')
    .orderBy('id')
    .execute()
}
