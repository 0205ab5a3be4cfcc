import { sql } from 'kysely'
import type { LedgerDefect, LedgerKind, Organisation } from '../ledgers/ledger.ts'
import { instant } from './columns.ts'
import type { BusinessDb } from './db.ts'

/** Where a connection's sync stands. */
export type SyncState = {
  readonly connectionId: string
  readonly ledger: LedgerKind
  readonly status: 'connected' | 'reconnect-needed' | 'disconnected'
  readonly firstLoadedAt: Temporal.Instant | null
  readonly changesFrom: Temporal.Instant | null
  readonly lastSyncedAt: Temporal.Instant | null
  readonly lastComparedAt: Temporal.Instant | null
  readonly failures: number
  readonly progress: SyncProgress | null
}

/** How far an interrupted full pass got: the phase, the page to go on from, and when the pass began. */
export type SyncProgress = { readonly phase: string; readonly from: string | null; readonly startedAt: string }

export async function readSyncState(db: BusinessDb, connectionId: string): Promise<SyncState | null> {
  const row = await db
    .selectFrom('connections')
    .select(['id', 'ledger', 'status', 'first_loaded_at', 'changes_from', 'last_synced_at', 'last_compared_at'])
    .select(['sync_failures', 'sync_progress'])
    .where('id', '=', connectionId)
    .executeTakeFirst()
  if (!row) return null
  return {
    connectionId: row.id,
    ledger: row.ledger as LedgerKind,
    status: row.status as SyncState['status'],
    firstLoadedAt: row.first_loaded_at,
    changesFrom: row.changes_from,
    lastSyncedAt: row.last_synced_at,
    lastComparedAt: row.last_compared_at,
    failures: row.sync_failures,
    progress: row.sync_progress as SyncProgress | null,
  }
}

/** What the ledger says of the company itself. */
export async function recordOrganisation(
  db: BusinessDb,
  connectionId: string,
  organisation: Organisation,
  ownReminders: boolean | null,
): Promise<void> {
  await db
    .updateTable('connections')
    .set({
      organisation_name: organisation.name,
      country: organisation.country,
      base_currency: organisation.baseCurrency,
      time_zone: organisation.timeZone,
      is_demo: organisation.isDemo,
      own_reminders: ownReminders,
    })
    .where('id', '=', connectionId)
    .execute()
}

/** Keeps the place in a full pass, so that a pass told to slow down goes on instead of starting again. */
export async function recordProgress(
  db: BusinessDb,
  connectionId: string,
  progress: SyncProgress | null,
): Promise<void> {
  await db
    .updateTable('connections')
    .set({ sync_progress: progress === null ? null : JSON.stringify(progress) })
    .where('id', '=', connectionId)
    .execute()
}

/**
 * A good sync that ended at `at`: the copy is as fresh as `asOf`, when it began. `full` says that everything was compared.
 * A sync that somebody asked for while this one ran stays asked for.
 */
export async function recordSynced(
  db: BusinessDb,
  connectionId: string,
  sync: { asOf: Temporal.Instant; at: Temporal.Instant; nextAt: Temporal.Instant; full: boolean },
): Promise<void> {
  await db
    .updateTable('connections')
    .set({
      changes_from: sync.asOf.toString(),
      last_synced_at: sync.asOf.toString(),
      next_sync_at: sql<string>`case when next_sync_at > ${instant(sync.asOf)} then least(next_sync_at, ${instant(sync.nextAt)})
                                     else ${instant(sync.nextAt)} end`,
      sync_failures: 0,
      sync_problem: null,
      ...(sync.full && {
        last_compared_at: sync.at.toString(),
        sync_progress: null,
        first_loaded_at: sql<string>`coalesce(first_loaded_at, ${sync.at.toString()})`,
      }),
    })
    .where('id', '=', connectionId)
    .execute()
}

/** Asks for a sync no later than an instant. */
export async function askForSync(db: BusinessDb, connectionId: string, at: Temporal.Instant): Promise<void> {
  await sql`
    update connections set next_sync_at = least(next_sync_at, ${instant(at)})
     where id = ${connectionId} and status = 'connected'`.execute(db)
}

/** A sync that did not end well: when to try again, and what to tell. Being told to slow down is no failure. */
export async function recordSyncTrouble(
  db: BusinessDb,
  connectionId: string,
  trouble: { problem: string; nextAt: Temporal.Instant; isFailure: boolean },
): Promise<void> {
  await db
    .updateTable('connections')
    .set((e) => ({
      next_sync_at: trouble.nextAt.toString(),
      sync_problem: trouble.problem,
      sync_failures: trouble.isFailure ? e('sync_failures', '+', 1) : e.ref('sync_failures'),
    }))
    .where('id', '=', connectionId)
    .execute()
}

/** Remembers records that could not be read; the same defect seen again only moves its time. */
export async function recordDefects(
  db: BusinessDb,
  businessId: string,
  connectionId: string,
  defects: readonly LedgerDefect[],
  seenAt: Temporal.Instant,
): Promise<void> {
  if (defects.length === 0) return
  const unique = new Map(defects.map((defect) => [`${defect.kind}|${defect.id}|${defect.field}`, defect]))
  await db
    .insertInto('sync_defects')
    .values(
      [...unique.values()].map((defect) => ({
        business_id: businessId,
        connection_id: connectionId,
        kind: defect.kind,
        ledger_id: defect.id ?? '',
        field: defect.field,
        message: defect.message,
        seen_at: seenAt.toString(),
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['connection_id', 'kind', 'ledger_id', 'field'])
        .doUpdateSet((e) => ({ message: e.ref('excluded.message'), seen_at: e.ref('excluded.seen_at') })),
    )
    .execute()
}

/** Forgets defects that a full pass has not met again: the record was put right or is gone. */
export async function forgetOldDefects(db: BusinessDb, connectionId: string, before: Temporal.Instant): Promise<void> {
  await db
    .deleteFrom('sync_defects')
    .where('connection_id', '=', connectionId)
    .where('seen_at', '<', instant(before))
    .execute()
}
