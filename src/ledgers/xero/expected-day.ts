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
  on: Day | null,
): Promise<'written' | 'not-kept'> {
  if (on === null) await knowTheDayAsText()
  const day = on === null ? { [DAY_AS_TEXT]: '' } : { expectedPaymentDate: on }
  const change = { invoices: [{ invoiceID: invoiceId, ...day }] }
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

const DAY_AS_TEXT = 'expectedPaymentDateString'

/**
 * An empty ExpectedPaymentDate changes nothing; an empty ExpectedPaymentDateString takes the day away (xero-node issue 476).
 * The SDK sends only fields that it knows, and does not know this one.
 */
async function knowTheDayAsText(): Promise<void> {
  const { Invoice } = await import('xero-node/dist/gen/model/accounting/invoice.js')
  const known: { name: string; baseName: string; type: string }[] = Invoice.attributeTypeMap
  if (known.some(({ name }) => name === DAY_AS_TEXT)) return
  known.push({ name: DAY_AS_TEXT, baseName: 'ExpectedPaymentDateString', type: 'string' })
}
