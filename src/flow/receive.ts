import { LedgerError, type LedgerChanges, type LedgerKind } from '../ledgers/ledger.ts'
import { readBusiness } from '../store/businesses.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { findConnectionOf, postponeHints, recordHintsHandled, storeHints, waitingHints } from '../store/inbox.ts'
import { askForSync, readSyncState } from '../store/sync-state.ts'
import type { ConnectionRef, Dependencies } from './dependencies.ts'
import { landChanges, type Landing } from './ledger-changes.ts'
import { localTime } from './local-time.ts'
import { policyInForce } from './policy.ts'

/** One event of a webhook: only ever a hint that a record changed. */
export type Hint = {
  readonly organisationId: string
  /** Lower case, in our words where we have one: invoice, customer, payment, credit; the vendor's otherwise. */
  readonly entity: string
  readonly entityId: string
  readonly change: string
  readonly happenedAt: Temporal.Instant | null
  /** The same for every delivery of the same event. */
  readonly eventKey: string
}

/**
 * Stores what a verified webhook said, with the job that will look into it, before the vendor gets its 200.
 * Organisations we do not know are dropped. Returns how many hints were new.
 */
export async function receiveHints(
  app: Pick<Dependencies, 'db' | 'now' | 'enqueue'>,
  ledger: LedgerKind,
  hints: readonly Hint[],
): Promise<number> {
  let stored = 0
  for (const [organisationId, ours] of Map.groupBy(hints, (hint) => hint.organisationId)) {
    const connection = await findConnectionOf(app.db, ledger, organisationId)
    if (!connection) continue
    stored += await inBusiness(app.db, connection.businessId, async (db) => {
      const added = await storeHints(db, connection, ours, app.now())
      if (added > 0) await app.enqueue(db, 'hints', connection)
      return added
    })
  }
  return stored
}

/** How many hints one look takes on; more stay for the next. */
const HINTS_AT_ONCE = 500

/** From so many named customers on, one reading of all changes costs the ledger less than asking for each. */
const CUSTOMERS_ONE_BY_ONE = 5

/**
 * Looks into what webhooks hinted at: the ledger is asked again, because order, duplicates and losses are normal.
 * Returns the customers concerned, to be planned again.
 */
export async function handleHints(
  app: Pick<Dependencies, 'db' | 'now' | 'enqueue' | 'ledgerFor'>,
  connection: ConnectionRef,
): Promise<string[]> {
  const { businessId, connectionId } = connection
  const { hints, state, business, defaultTermDays } = await inBusiness(app.db, businessId, async (db) => ({
    hints: await waitingHints(db, connectionId, HINTS_AT_ONCE),
    state: await readSyncState(db, connectionId),
    business: await readBusiness(db, businessId),
    defaultTermDays: (await policyInForce(db, businessId, app.now())).policy.defaultTermDays,
  }))
  if (hints.length === 0) return []
  const ids = hints.map((hint) => hint.id)
  // Before the first load there is nothing to correct, and a broken connection is read in full once it is whole.
  if (state?.status !== 'connected' || state.firstLoadedAt === null) {
    await inBusiness(app.db, businessId, (db) => recordHintsHandled(db, ids, app.now()))
    return []
  }

  const now = app.now()
  /** The records themselves could not be read one by one, or touch more than they name. */
  const syncInstead = async (db: BusinessDb): Promise<void> => {
    // A job of its own: two syncs of one ledger at once would read everything twice.
    await askForSync(db, connectionId, now)
    await app.enqueue(db, 'sync', connection)
  }
  const landing: Landing = {
    into: connection,
    now,
    today: localTime(business.timeZone, now).today,
    defaultTermDays,
    quiet: false,
  }
  try {
    const named = (entity: string): string[] => [
      ...new Set(hints.filter((hint) => hint.entity === entity).map((hint) => hint.entityId)),
    ]
    const [invoiceIds, customerIds] = [named('invoice'), named('customer')]
    const ledger = await app.ledgerFor(connection, 'webhook')
    const manyCustomers = customerIds.length > CUSTOMERS_ONE_BY_ONE
    const customers = manyCustomers ? [] : await Promise.all(customerIds.map((id) => ledger.customer(id)))
    const invoices = invoiceIds.length === 0 ? new Map<string, null>() : await ledger.invoices(invoiceIds)
    const goneCustomers = customerIds.filter((_, at) => customers[at] === null)
    const goneInvoices = [...invoices].filter(([, invoice]) => invoice === null).map(([id]) => id)
    const changes: Partial<LedgerChanges> = {
      customers: customers.filter((customer) => customer !== null),
      invoices: [...invoices.values()].filter((invoice) => invoice !== null),
      removed: [
        ...goneCustomers.map((id) => ({ kind: 'customer' as const, id })),
        ...goneInvoices.map((id) => ({ kind: 'invoice' as const, id })),
      ],
    }
    // Payments, credits and merges touch more records than they name: let the ledger say what changed.
    const farReaching =
      manyCustomers ||
      hints.some((hint) => !['invoice', 'customer'].includes(hint.entity) || hint.change.startsWith('merge'))
    return await inBusiness(app.db, businessId, async (db) => {
      const concerned = await landChanges(db, landing, changes)
      await recordHintsHandled(db, ids, now)
      if (farReaching) await syncInstead(db)
      return concerned
    })
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    await inBusiness(app.db, businessId, async (db) => {
      if (error.problem !== 'rejected') {
        const seconds = error.retryAfterSeconds ?? 120
        return postponeHints(db, connectionId, app.now().add({ seconds: Math.ceil(seconds) }))
      }
      // One record that cannot be read must not keep the others waiting: a sync reports it and goes on.
      await recordHintsHandled(db, ids, now)
      return syncInstead(db)
    })
    return []
  }
}
