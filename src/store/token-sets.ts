import { sql, type Selectable } from 'kysely'
import type { LedgerKind } from '../ledgers/ledger.ts'
import type { DB as Database } from './database.ts'
import type { BusinessDb, Db } from './db.ts'
import { inOneTrip } from './one-trip.ts'

/** A token set and whose row it is: that of the first business connected by the vendor's user. */
export type TokenSetKey = { readonly businessId: string; readonly tokenSetId: string }

/** A token set as stored. The three tokens are sealed; this file never sees one open. */
export type StoredTokenSet = {
  readonly id: string
  readonly businessId: string
  readonly ledger: LedgerKind
  readonly subject: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly previousRefreshToken: string | null
  readonly accessExpiresAt: Temporal.Instant
  readonly refreshExpiresAt: Temporal.Instant | null
  readonly scopes: readonly string[]
  /** Grows with every new pair. */
  readonly version: number
  readonly refreshedAt: Temporal.Instant
  readonly workedAt: Temporal.Instant | null
}

/** A new pair of tokens, sealed for the row that it goes into. */
export type NewTokens = {
  readonly accessToken: string
  readonly refreshToken: string
  readonly previousRefreshToken: string | null
  readonly accessExpiresAt: Temporal.Instant
  readonly refreshExpiresAt: Temporal.Instant | null
  readonly scopes: readonly string[]
  readonly refreshedAt: Temporal.Instant
  readonly workedAt: Temporal.Instant | null
}

/** Turns a transaction to another business, for what a token set's businesses share and nothing else. */
export async function turnTo(db: BusinessDb, businessId: string): Promise<void> {
  await sql`select set_config('app.business_id', ${businessId}, true)`.execute(db)
}

/** The one row of a vendor's user or company in the whole installation. */
export async function tokenSetOfSubject(db: Db, ledger: LedgerKind, subject: string): Promise<TokenSetKey | null> {
  const { rows } = await sql<TokenSetKey>`
    select business_id as "businessId", id as "tokenSetId" from token_set_of_subject(${ledger}, ${subject})`.execute(db)
  return rows[0] ?? null
}

export async function findTokenSet(db: BusinessDb, tokenSetId: string): Promise<StoredTokenSet | null> {
  const row = await db.selectFrom('token_sets').select(COLUMNS).where('id', '=', tokenSetId).executeTakeFirst()
  return row ? tokenSetFrom(row) : null
}

/**
 * The token set as it is once nobody else holds it, and held until the transaction ends.
 *
 * Fails with Postgres' 55P03 (lock_not_available) when that takes longer than `withinMs`.
 */
export async function lockTokenSet(
  db: BusinessDb,
  tokenSetId: string,
  withinMs: number,
): Promise<StoredTokenSet | null> {
  const waiting = sql`select set_config('lock_timeout', ${String(withinMs)}, true)`
  const locking = db.selectFrom('token_sets').select(COLUMNS).where('id', '=', tokenSetId).forUpdate()
  const [, [row]] = await inOneTrip<[unknown, TokenSetRow]>(db, waiting, locking)
  return row ? tokenSetFrom(row) : null
}

/** Adds the row of a vendor's user or company. False when there is one already, in whatever business. */
export async function addTokenSet(
  db: BusinessDb,
  set: TokenSetKey & { readonly ledger: LedgerKind; readonly subject: string } & NewTokens,
): Promise<boolean> {
  const added = await db
    .insertInto('token_sets')
    .values({
      id: set.tokenSetId,
      business_id: set.businessId,
      ledger: set.ledger,
      subject: set.subject,
      ...columns(set),
    })
    .onConflict((conflict) => conflict.columns(['ledger', 'subject']).doNothing())
    .executeTakeFirst()
  return added.numInsertedOrUpdatedRows === 1n
}

/** Puts a new pair in the place of version `before`. False when that is no longer the newest. */
export async function replaceTokens(
  db: BusinessDb,
  tokenSetId: string,
  before: number,
  tokens: NewTokens,
): Promise<boolean> {
  const replaced = await db
    .updateTable('token_sets')
    .set({ ...columns(tokens), version: before + 1 })
    .where('id', '=', tokenSetId)
    .where('version', '=', before)
    .executeTakeFirst()
  return replaced.numUpdatedRows === 1n
}

/** The newest pair has worked, so the refresh token before it is of no more use. */
export async function recordTokensWorked(
  db: BusinessDb,
  tokenSetId: string,
  version: number,
  at: Temporal.Instant,
): Promise<void> {
  await db
    .updateTable('token_sets')
    .set({ worked_at: at.toString(), previous_refresh_token: null })
    .where('id', '=', tokenSetId)
    .where('version', '=', version)
    .where('worked_at', 'is', null)
    .execute()
}

export async function deleteTokenSet(db: BusinessDb, tokenSetId: string): Promise<void> {
  await db.deleteFrom('token_sets').where('id', '=', tokenSetId).execute()
}

const columns = (tokens: NewTokens) => ({
  access_token: tokens.accessToken,
  refresh_token: tokens.refreshToken,
  previous_refresh_token: tokens.previousRefreshToken,
  access_expires_at: tokens.accessExpiresAt.toString(),
  refresh_expires_at: tokens.refreshExpiresAt?.toString() ?? null,
  scopes: [...tokens.scopes],
  refreshed_at: tokens.refreshedAt.toString(),
  worked_at: tokens.workedAt?.toString() ?? null,
})

/** By name, so that the statements can be prepared. */
const COLUMNS = [
  'id',
  'business_id',
  'ledger',
  'subject',
  'access_token',
  'refresh_token',
  'previous_refresh_token',
  'access_expires_at',
  'refresh_expires_at',
  'scopes',
  'version',
  'refreshed_at',
  'worked_at',
] as const

type TokenSetRow = Pick<Selectable<Database['token_sets']>, (typeof COLUMNS)[number]>

const tokenSetFrom = (row: TokenSetRow): StoredTokenSet => ({
  id: row.id,
  businessId: row.business_id,
  ledger: row.ledger as LedgerKind,
  subject: row.subject,
  accessToken: row.access_token,
  refreshToken: row.refresh_token,
  previousRefreshToken: row.previous_refresh_token,
  accessExpiresAt: row.access_expires_at,
  refreshExpiresAt: row.refresh_expires_at,
  scopes: row.scopes,
  version: row.version,
  refreshedAt: row.refreshed_at,
  workedAt: row.worked_at,
})
