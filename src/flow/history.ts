import { addDays, type Day } from '../chase/day.ts'
import type { BusinessDb } from '../store/db.ts'
import {
  readAgreements,
  readInvoiceHistory,
  readTraits,
  type Agreement,
  type CustomerTraits,
  type InvoiceHistory,
} from '../store/ledger-history.ts'

/** What our copy of the books says on one day: measures, forecast and effects are made from it without another question. */
export type History = {
  readonly today: Day
  readonly invoices: readonly InvoiceHistory[]
  readonly customers: readonly CustomerTraits[]
  readonly agreements: readonly Agreement[]
}

/** How far back settled invoices and payments are looked at: as far as a first load reads them. */
const HISTORY_DAYS = 550

export const historySince = (today: Day): Day => addDays(today, -HISTORY_DAYS)

/** Reads the whole history of the business that the transaction is bound to. */
export async function readHistory(db: BusinessDb, today: Day): Promise<History> {
  const since = historySince(today)
  return {
    today,
    invoices: await readInvoiceHistory(db, 'everybody', since),
    customers: await readTraits(db, 'everybody'),
    agreements: await readAgreements(db, since),
  }
}
