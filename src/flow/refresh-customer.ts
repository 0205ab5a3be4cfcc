import { LedgerError } from '../ledgers/ledger.ts'
import { inBusiness } from '../store/db.ts'
import { readCustomers } from '../store/standings.ts'
import { askForSync } from '../store/sync-state.ts'
import type { Dependencies } from './dependencies.ts'
import { landReading } from './ledger-changes.ts'
import { readSurroundings } from './standing.ts'

/** What asking the ledger about a customer needs. */
export type RefreshApp = Pick<Dependencies, 'db' | 'now' | 'log' | 'holidays' | 'ledgerFor' | 'readFresh' | 'enqueue'>

/** `same`: our copy said the same. `changed`: it says what the ledger says now. `unread`: the ledger did not answer. */
export type Refreshed = 'same' | 'changed' | 'unread'

/**
 * Asks the ledger for a customer's open invoices and credits at this moment and lands them in our copy. What else has
 * changed, such as when a payment came, is left to a sync that is asked for at once.
 */
export async function refreshCustomer(
  app: RefreshApp,
  { businessId, customerId }: { readonly businessId: string; readonly customerId: string },
): Promise<Refreshed> {
  const known = await inBusiness(app.db, businessId, async (db) => {
    const { today } = await readSurroundings(app, db, businessId)
    const [customer] = await readCustomers(db, [customerId], today, 'look')
    return customer ?? null
  })
  if (!known) return 'unread'
  const { connectionId, ledgerId, invoices, credits: before } = known
  const connection = { businessId, connectionId }
  try {
    const found = await app.readFresh(
      connection,
      invoices.map((invoice) => invoice.ledgerId),
    )
    const ledger = await app.ledgerFor(connection, 'send')
    const credits = await ledger.creditsOf(ledgerId)
    return await inBusiness(app.db, businessId, async (db) => {
      const around = await readSurroundings(app, db, businessId)
      const concerned = await landReading(db, { ...connection, customerId }, around, {
        found,
        credits: { credits, gone: 'all-others' },
      })
      const isSame = concerned.length === 0 && sumsOf(before) === sumsOf(credits.map(({ remaining }) => remaining))
      if (isSame) return 'same'
      await askForSync(db, connectionId, around.now)
      await app.enqueue(db, 'sync', connection)
      return 'changed'
    })
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    app.log.warn({ businessId, customerId, problem: error.message }, 'a customer could not be read from the ledger')
    return 'unread'
  }
}

/** What there is in credits, whichever they are. */
const sumsOf = (credits: readonly { readonly minor: number; readonly currency: string }[]): string =>
  credits
    .filter(({ minor }) => minor > 0)
    .map(({ minor, currency }) => `${currency} ${minor}`)
    .sort()
    .join()
