import { sql } from 'kysely'
import type { BusinessDb } from './db.ts'

/** What the frame around every page shows: the books' state and how much waits for a person. */
export type Shell = {
  readonly connection: ConnectionView | null
  readonly confirmed: boolean
  /** Messages to approve, and deliveries nobody knows about. */
  readonly approvals: number
  /** Customers with a task or a question. */
  readonly work: number
  readonly defects: number
}

export type ConnectionView = {
  readonly id: string
  readonly ledger: 'xero' | 'quickbooks'
  readonly organisationName: string
  readonly status: 'connected' | 'reconnect-needed' | 'disconnected'
  readonly statusWhy: string | null
  readonly isDemo: boolean
  readonly ownReminders: boolean | null
  /** Where QuickBooks notes go; Xero has one place for them. */
  readonly notesAs: 'attachable' | 'customer-notes'
  readonly connectedAt: Temporal.Instant
  readonly firstLoadedAt: Temporal.Instant | null
  readonly lastSyncedAt: Temporal.Instant | null
  readonly nextSyncAt: Temporal.Instant | null
  readonly syncProblem: string | null
}

export async function readShell(db: BusinessDb): Promise<Shell> {
  const { rows } = await sql<{ confirmed: boolean; approvals: number; work: number; defects: number }>`
    select coalesce((select confirmed_fingerprint = database_fingerprint() from instance), false) as confirmed,
           (select count(*) from chases where status in ('awaiting-approval', 'unknown')) as approvals,
           (select count(*) from (select customer_id from chases where status = 'task'
                                  union select customer_id from (${QUESTIONS}) q) w) as work,
           (select count(*) from sync_defects) as defects`.execute(db)
  return {
    connection: await readConnectionView(db),
    confirmed: rows[0]?.confirmed ?? false,
    approvals: rows[0]?.approvals ?? 0,
    work: rows[0]?.work ?? 0,
    defects: rows[0]?.defects ?? 0,
  }
}

/**
 * The newest verdict of each customer, among those of the last days: everybody who owes something is judged daily, so
 * whoever has none there is not being judged. Set-based, because looking once per customer takes seconds for thousands.
 */
export const NEWEST_VERDICTS = sql`
  select distinct on (customer_id) customer_id, on_day, decision, reason from verdicts
   where on_day > (select max(on_day) from verdicts) - 3 order by customer_id, on_day desc`

/** Customers about whom the rules ask a person something that no row in `chases` stands for. */
export const QUESTIONS = sql`
  select customer_id, on_day, reason from (${NEWEST_VERDICTS}) newest
   where decision = 'ask' and reason in ('credit-covers-balance', 'no-address', 'pdf-missing', 'touches-spent', 'promises-spent', 'reply-unread',
                                          'bank-details-changed', 'message-held', 'hold-review-due')`

/** The connection that stands, or the last one there was. */
export async function readConnectionView(db: BusinessDb): Promise<ConnectionView | null> {
  const row = await db
    .selectFrom('connections')
    .selectAll()
    .orderBy(sql`status = 'disconnected'`)
    .orderBy('connected_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) return null
  return {
    id: row.id,
    ledger: row.ledger as ConnectionView['ledger'],
    organisationName: row.organisation_name,
    status: row.status as ConnectionView['status'],
    statusWhy: row.status_why,
    isDemo: row.is_demo,
    ownReminders: row.own_reminders,
    notesAs: row.notes_as as ConnectionView['notesAs'],
    connectedAt: row.connected_at,
    firstLoadedAt: row.first_loaded_at,
    lastSyncedAt: row.last_synced_at,
    nextSyncAt: row.next_sync_at,
    syncProblem: row.sync_problem,
  }
}

export type Defect = {
  readonly kind: string
  readonly ledgerId: string
  readonly field: string
  readonly message: string
}

/** Records of the ledger that could not be read, newest first. */
export async function listDefects(db: BusinessDb, most: number): Promise<Defect[]> {
  return db
    .selectFrom('sync_defects')
    .select(['kind', 'ledger_id as ledgerId', 'field', 'message'])
    .orderBy('seen_at', 'desc')
    .orderBy('ledger_id')
    .limit(most)
    .execute()
}

/** Since when the global stop stands. */
export async function readStoppedAt(db: BusinessDb, businessId: string): Promise<Temporal.Instant | null> {
  const row = await db.selectFrom('businesses').select('stopped_at').where('id', '=', businessId).executeTakeFirst()
  return row?.stopped_at ?? null
}
