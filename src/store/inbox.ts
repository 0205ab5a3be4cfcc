import { sql } from 'kysely'
import { instant } from './columns.ts'
import type { BusinessDb, Db } from './db.ts'

export type NewInboxRow = {
  readonly eventKey: string
  readonly entity: string
  readonly entityId: string
  readonly change: string
  readonly happenedAt: Temporal.Instant | null
}

/** Whose an organisation is, among the connections that stand; null when nobody's. */
export async function findConnectionOf(
  db: Db,
  ledger: string,
  organisationId: string,
): Promise<{ businessId: string; connectionId: string } | null> {
  const { rows } = await sql<{ businessId: string; connectionId: string }>`
    select business_id as "businessId", connection_id as "connectionId" from connection_of_organisation(${ledger}, ${organisationId})`.execute(
    db,
  )
  return rows[0] ?? null
}

/** Stores hints, each event once. Returns how many were new. */
export async function storeHints(
  db: BusinessDb,
  into: { businessId: string; connectionId: string },
  hints: readonly NewInboxRow[],
  receivedAt: Temporal.Instant,
): Promise<number> {
  if (hints.length === 0) return 0
  const column = <T>(read: (hint: NewInboxRow) => T): T[] => hints.map(read)
  const { numAffectedRows } = await sql`
    insert into inbox (business_id, connection_id, event_key, entity, entity_id, change, happened_at, received_at)
    select ${into.businessId}::uuid, ${into.connectionId}::uuid, u.*, ${receivedAt.toString()}::timestamptz
      from unnest(
        ${column(({ eventKey }) => eventKey)}::text[], ${column(({ entity }) => entity)}::text[],
        ${column(({ entityId }) => entityId)}::text[], ${column(({ change }) => change)}::text[],
        ${column(({ happenedAt }) => happenedAt?.toString() ?? null)}::timestamptz[]) as u
    on conflict (connection_id, event_key) do nothing`.execute(db)
  return Number(numAffectedRows ?? 0)
}

export type WaitingHint = {
  readonly id: string
  readonly entity: string
  readonly entityId: string
  readonly change: string
}

/** What is still to be looked into for a connection, oldest first. */
export async function waitingHints(db: BusinessDb, connectionId: string, most: number): Promise<WaitingHint[]> {
  return db
    .selectFrom('inbox')
    .select(['id', 'entity', 'entity_id as entityId', 'change'])
    .where('connection_id', '=', connectionId)
    .where('handled_at', 'is', null)
    .orderBy('received_at')
    .limit(most)
    .execute()
}

export async function recordHintsHandled(db: BusinessDb, ids: readonly string[], at: Temporal.Instant): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('inbox')
    .set({ handled_at: at.toString() })
    .where('id', 'in', [...ids])
    .execute()
}

/** Puts hints off: the ledger could not be asked, so they come up again at a later instant. */
export async function postponeHints(db: BusinessDb, connectionId: string, until: Temporal.Instant): Promise<void> {
  await db
    .updateTable('inbox')
    .set({ received_at: until.toString() })
    .where('connection_id', '=', connectionId)
    .where('handled_at', 'is', null)
    .where('received_at', '<', instant(until))
    .execute()
}

/** When a webhook last told something about a connection; null when none ever did. */
export async function lastHintAt(db: BusinessDb, connectionId: string): Promise<Temporal.Instant | null> {
  const row = await db
    .selectFrom('inbox')
    .select((e) => e.fn.max('received_at').as('at'))
    .where('connection_id', '=', connectionId)
    .executeTakeFirst()
  return row?.at ?? null
}
