import type { ChaseInvoice } from '../store/chases.ts'
import type { CustomerFacts, InvoiceFacts } from '../store/standings.ts'

/** What a chase is about as our copy has it, in the chase's order: open invoices, or the paid ones it thanks for. */
export function invoicesOf(
  customer: CustomerFacts,
  chase: { readonly invoices: readonly { readonly invoiceId: string }[] },
): InvoiceFacts[] {
  return chase.invoices.flatMap(({ invoiceId }) => invoiceOf(customer, invoiceId) ?? [])
}

/** The items of a message as they stand in our copy, oldest first. */
export function itemsOf(customer: CustomerFacts, invoiceIds: readonly string[]): ChaseInvoice[] {
  return invoiceIds.flatMap((id) => {
    const invoice = invoiceOf(customer, id)
    if (!invoice) return []
    const { currency, balanceMinor, dueOn, version } = invoice
    return [{ invoiceId: id, currency, balanceMinor, dueOn, version }]
  })
}

const invoiceOf = (customer: CustomerFacts, invoiceId: string): InvoiceFacts | undefined =>
  [...customer.invoices, ...customer.settled].find(({ id }) => id === invoiceId)
