import { LedgerError, type Ledger } from '../ledgers/ledger.ts'

/**
 * A ledger that tells when it no longer lets us in, whichever call finds out: access can end inside the vendor's own
 * app, without a webhook and at any moment. The error still reaches the caller.
 */
export function watchLedger(ledger: Ledger, accessEnded: (error: LedgerError) => Promise<void>): Ledger {
  const noticing = async (error: unknown): Promise<never> => {
    if (error instanceof LedgerError && error.problem === 'reconnect') await accessEnded(error)
    throw error
  }
  const answer = <T>(promised: Promise<T>): Promise<T> => promised.catch(noticing)
  async function* pages<T>(listed: AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* listed
    } catch (error) {
      await noticing(error)
    }
  }
  return {
    kind: ledger.kind,
    organisation: () => answer(ledger.organisation()),
    openInvoices: (from) => pages(ledger.openInvoices(from)),
    settledInvoices: (since, from) => pages(ledger.settledInvoices(since, from)),
    customers: (from) => pages(ledger.customers(from)),
    credits: (from) => pages(ledger.credits(from)),
    payments: (since, from) => pages(ledger.payments(since, from)),
    changes: (since) => pages(ledger.changes(since)),
    invoices: (ids) => answer(ledger.invoices(ids)),
    customer: (id) => answer(ledger.customer(id)),
    creditsChanged: (since) => answer(ledger.creditsChanged(since)),
    creditsOf: (customerId) => answer(ledger.creditsOf(customerId)),
    pdf: (invoiceId) => answer(ledger.pdf(invoiceId)),
    payLink: (invoiceId) => answer(ledger.payLink(invoiceId)),
    writeNote: (note) => answer(ledger.writeNote(note)),
    notes: (invoiceId) => answer(ledger.notes(invoiceId)),
    writeExpectedDay: (invoiceId, on) => answer(ledger.writeExpectedDay(invoiceId, on)),
    ownReminders: () => answer(ledger.ownReminders()),
  }
}
