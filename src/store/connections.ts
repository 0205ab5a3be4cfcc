import { sql, type Selectable } from 'kysely'
import type { LedgerKind } from '../ledgers/ledger.ts'
import type { DB as Database } from './database.ts'
import type { BusinessDb, Db } from './db.ts'
import type { TokenSetKey } from './token-sets.ts'

export type ConnectionKey = { readonly businessId: string; readonly connectionId: string }

/** Our link to one organisation in a ledger. */
export type Connection = ConnectionKey & {
  readonly ledger: LedgerKind
  readonly organisationId: string
  readonly organisationName: string
  readonly vendorConnectionId: string | null
  readonly status: 'connected' | 'reconnect-needed' | 'disconnected'
  readonly statusWhy: string | null
  /** Null once the tokens are gone. */
  readonly tokens: TokenSetKey | null
  readonly notesAs: 'attachable' | 'customer-notes'
  readonly connectedAt: Temporal.Instant
}

export async function findConnection(db: BusinessDb, connectionId: string): Promise<Connection | null> {
  const row = await db.selectFrom('connections').select(COLUMNS).where('id', '=', connectionId).executeTakeFirst()
  return row ? connectionFrom(row) : null
}

/** The business's connection that stands, working or not. There is at most one. */
export async function findStandingConnection(db: BusinessDb, businessId: string): Promise<Connection | null> {
  const row = await db
    .selectFrom('connections')
    .select(COLUMNS)
    .where('business_id', '=', businessId)
    .where('status', '<>', 'disconnected')
    .executeTakeFirst()
  return row ? connectionFrom(row) : null
}

/** This business's link to the organisation, standing or ended, so that its books go on where they were. */
export async function findConnectionTo(
  db: BusinessDb,
  organisation: { businessId: string; ledger: LedgerKind; organisationId: string },
): Promise<Connection | null> {
  const row = await db
    .selectFrom('connections')
    .select(COLUMNS)
    .where('business_id', '=', organisation.businessId)
    .where('ledger', '=', organisation.ledger)
    .where('organisation_id', '=', organisation.organisationId)
    .orderBy('connected_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? connectionFrom(row) : null
}

/** Which connection an organisation belongs to as long as it stands, in whatever business. */
export async function connectionOfOrganisation(
  db: Db,
  ledger: LedgerKind,
  organisationId: string,
): Promise<ConnectionKey | null> {
  const { rows } = await sql<ConnectionKey>`
    select business_id as "businessId", connection_id as "connectionId"
      from connection_of_organisation(${ledger}, ${organisationId})`.execute(db)
  return rows[0] ?? null
}

/** Every standing connection that uses a token set, in whatever business. */
export async function connectionsOfTokenSet(db: Db, tokenSetId: string): Promise<ConnectionKey[]> {
  const { rows } = await sql<ConnectionKey>`
    select business_id as "businessId", connection_id as "connectionId"
      from connections_of_token_set(${tokenSetId})`.execute(db)
  return rows
}

/** What a confirmed consent says of a connection. */
export type Confirmed = ConnectionKey & {
  readonly ledger: LedgerKind
  readonly organisationId: string
  readonly organisationName: string
  readonly vendorConnectionId: string | null
  readonly tokens: TokenSetKey
  readonly at: Temporal.Instant
}

/** Adds a connection that is due for its first sync at once. */
export async function addConnection(db: BusinessDb, confirmed: Confirmed): Promise<void> {
  await db
    .insertInto('connections')
    .values({
      id: confirmed.connectionId,
      business_id: confirmed.businessId,
      ledger: confirmed.ledger,
      organisation_id: confirmed.organisationId,
      connected_at: confirmed.at.toString(),
      ...standing(confirmed),
    })
    .execute()
}

/** Makes an old connection work again with new tokens; what was synced so far stays. */
export async function reviveConnection(db: BusinessDb, confirmed: Confirmed): Promise<void> {
  await db
    .updateTable('connections')
    .set({ connected_at: confirmed.at.toString(), ...standing(confirmed) })
    .where('id', '=', confirmed.connectionId)
    .execute()
}

const standing = (confirmed: Confirmed) => ({
  organisation_name: confirmed.organisationName,
  vendor_connection_id: confirmed.vendorConnectionId,
  token_set_id: confirmed.tokens.tokenSetId,
  token_business_id: confirmed.tokens.businessId,
  status: 'connected',
  status_why: null,
  disconnected_at: null,
  next_sync_at: confirmed.at.toString(),
  sync_failures: 0,
  sync_problem: null,
})

/** The shared tokens work again: so does a connection that stopped for their sake. False when it stopped for another reason. */
export async function resumeConnection(
  db: BusinessDb,
  connectionId: string,
  stoppedWhy: string,
  at: Temporal.Instant,
): Promise<boolean> {
  const resumed = await db
    .updateTable('connections')
    .set({ status: 'connected', status_why: null, next_sync_at: at.toString(), sync_failures: 0, sync_problem: null })
    .where('id', '=', connectionId)
    .where('status', '=', 'reconnect-needed')
    .where('status_why', '=', stoppedWhy)
    .executeTakeFirst()
  return resumed.numUpdatedRows === 1n
}

/** False when it was known already, so that an outage is told once. */
export async function markReconnectNeeded(db: BusinessDb, connectionId: string, why: string): Promise<boolean> {
  const marked = await db
    .updateTable('connections')
    .set({ status: 'reconnect-needed', status_why: why })
    .where('id', '=', connectionId)
    .where('status', '=', 'connected')
    .executeTakeFirst()
  return marked.numUpdatedRows === 1n
}

/** False when it has ended already. */
export async function markDisconnected(db: BusinessDb, connectionId: string, at: Temporal.Instant): Promise<boolean> {
  const marked = await db
    .updateTable('connections')
    .set({
      status: 'disconnected',
      status_why: null,
      disconnected_at: at.toString(),
      token_set_id: null,
      token_business_id: null,
      next_sync_at: null,
    })
    .where('id', '=', connectionId)
    .where('status', '<>', 'disconnected')
    .executeTakeFirst()
  return marked.numUpdatedRows === 1n
}

/** Whom to tell when a business's ledger needs a person. */
export async function listOwners(
  db: BusinessDb,
  businessId: string,
): Promise<{ email: string; name: string | null; language: 'es' | 'en' }[]> {
  const rows = await db
    .selectFrom('memberships as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select(['u.email', 'u.name', 'u.language'])
    .where('m.business_id', '=', businessId)
    .where('m.role', '=', 'owner')
    .orderBy('u.email')
    .execute()
  return rows.map((row) => ({ ...row, language: row.language === 'es' ? 'es' : 'en' }))
}

/** By name, so that the statements can be prepared. */
const COLUMNS = [
  'id',
  'business_id',
  'ledger',
  'organisation_id',
  'organisation_name',
  'vendor_connection_id',
  'status',
  'status_why',
  'token_set_id',
  'token_business_id',
  'notes_as',
  'connected_at',
] as const

type ConnectionRow = Pick<Selectable<Database['connections']>, (typeof COLUMNS)[number]>

const connectionFrom = (row: ConnectionRow): Connection => ({
  businessId: row.business_id,
  connectionId: row.id,
  ledger: row.ledger as LedgerKind,
  organisationId: row.organisation_id,
  organisationName: row.organisation_name,
  vendorConnectionId: row.vendor_connection_id,
  status: row.status as Connection['status'],
  statusWhy: row.status_why,
  tokens:
    row.token_set_id !== null && row.token_business_id !== null
      ? { businessId: row.token_business_id, tokenSetId: row.token_set_id }
      : null,
  notesAs: row.notes_as === 'customer-notes' ? 'customer-notes' : 'attachable',
  connectedAt: row.connected_at,
})
