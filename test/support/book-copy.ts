import type { Books } from '../../src/demo/books.ts'

/** Writes one company's sales, payments and credits into other books, under the same ids. */
export function copyBooks(from: Books, into: Books): void {
  for (const { id, name, email, country, region, currency, groups } of from.customers.values()) {
    into.addCustomer({ id, name, email, country, region, currency, groups })
  }
  for (const { updatedAt: _updated, version: _version, ...invoice } of from.invoices.values()) into.addInvoice(invoice)
  for (const { customerId, on, amount, applied, deleted } of from.payments.values()) {
    if (!deleted) into.receive(customerId, on, amount, [...applied])
  }
  for (const { kind, customerId, issuedOn, total, applied, deleted } of from.credits.values()) {
    if (!deleted) into.addCredit(kind, customerId, issuedOn, total, [...applied])
  }
}
