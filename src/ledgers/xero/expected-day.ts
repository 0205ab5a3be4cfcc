import type { Day } from '../../chase/day.ts'
import { LedgerError } from '../ledger.ts'
import { readPage } from './bodies.ts'
import type { XeroCall, XeroClient } from './client.ts'

/**
 * Sets an invoice's ExpectedPaymentDate, and nothing else of it: what a POST leaves out Xero leaves alone.
 *
 * Setting it twice is setting it once, so no key is needed. Xero refuses any change to an invoice that has payments or
 * credits on it with a validation error; that is an answer here, not a failure.
 */
export async function writeExpectedDay(
  client: XeroClient,
  invoiceId: string,
  on: Day,
): Promise<'written' | 'not-kept'> {
  const change = { invoices: [{ invoiceID: invoiceId, expectedPaymentDate: on }] }
  const call: XeroCall = (api, id, options) =>
    api.updateInvoice(id, invoiceId, change, undefined, undefined, undefined, options)
  try {
    // Only the invoice given back says that it was written; a proxy's page under 200 says nothing.
    readPage(await client.json(call), 'Invoices')
    return 'written'
  } catch (error) {
    if (error instanceof LedgerError && error.problem === 'rejected' && error.status === 400) return 'not-kept'
    throw error
  }
}
