import type { BusinessDb } from './db.ts'

/** How one customer is chased, as far as a person said so. */
export type CustomerChasing = {
  /** Every step comes so many days later. */
  readonly delayDays: number
  /** The day of the month on which it pays its bills, 31 for the last; null where nobody said. */
  readonly paymentRunDay: number | null
  /** What it is written to in; null leaves it to its country. */
  readonly language: 'es' | 'en' | null
}

/** How one invoice is chased, as far as a person said so. */
export type InvoiceChasing = {
  /** Named as open, and neither counted nor chased. */
  readonly excluded: boolean
  /** Every step about it comes so many days later; null where the customer's own delay counts. */
  readonly delayDays: number | null
}

/** Null when this business has no such customer. */
export async function readCustomerChasing(db: BusinessDb, customerId: string): Promise<CustomerChasing | null> {
  const row = await db
    .selectFrom('customers')
    .select(['delay_days as delayDays', 'payment_run_day as paymentRunDay', 'set_language as language'])
    .where('id', '=', customerId)
    .executeTakeFirst()
  return row ? { ...row, language: row.language as CustomerChasing['language'] } : null
}

export async function setCustomerChasing(db: BusinessDb, customerId: string, chasing: CustomerChasing): Promise<void> {
  await db
    .updateTable('customers')
    .set({
      delay_days: chasing.delayDays,
      payment_run_day: chasing.paymentRunDay,
      set_language: chasing.language,
    })
    .where('id', '=', customerId)
    .execute()
}

/** Null when this business has no such invoice. */
export async function readInvoiceChasing(db: BusinessDb, invoiceId: string): Promise<InvoiceChasing | null> {
  const row = await db
    .selectFrom('invoices')
    .select(['excluded', 'delay_days as delayDays'])
    .where('id', '=', invoiceId)
    .executeTakeFirst()
  return row ?? null
}

export async function setInvoiceChasing(db: BusinessDb, invoiceId: string, chasing: InvoiceChasing): Promise<void> {
  await db
    .updateTable('invoices')
    .set({ excluded: chasing.excluded, delay_days: chasing.delayDays })
    .where('id', '=', invoiceId)
    .execute()
}
