import { sql } from 'kysely'
import type { LedgerKind } from '../ledgers/ledger.ts'
import type { ConnectableOrganisation } from '../ledgers/oauth.ts'
import { instant } from './columns.ts'
import type { BusinessDb, Db } from './db.ts'

/** A consent under way: asked for, perhaps called back, not yet confirmed. */
export type Consent = {
  readonly id: string
  readonly businessId: string
  readonly userId: string
  readonly sessionHash: Buffer
  readonly ledger: LedgerKind
  /** Sealed; null where the vendor takes no PKCE. */
  readonly codeVerifier: string | null
  readonly createdAt: Temporal.Instant
  readonly calledBackAt: Temporal.Instant | null
  /** Sealed, between callback and confirmation. */
  readonly tokens: string | null
  readonly organisations: readonly ConnectableOrganisation[]
}

export async function addConsent(
  db: BusinessDb,
  consent: Pick<Consent, 'id' | 'businessId' | 'userId' | 'sessionHash' | 'ledger' | 'codeVerifier' | 'createdAt'> & {
    readonly stateHash: Buffer
  },
): Promise<void> {
  await db
    .insertInto('consents')
    .values({
      id: consent.id,
      business_id: consent.businessId,
      user_id: consent.userId,
      session_hash: consent.sessionHash,
      ledger: consent.ledger,
      state_hash: consent.stateHash,
      code_verifier: consent.codeVerifier,
      created_at: consent.createdAt.toString(),
    })
    .execute()
}

/** Whose consent a state belongs to: a callback knows nothing else. */
export async function consentOfState(db: Db, stateHash: Buffer): Promise<{ id: string; businessId: string } | null> {
  const { rows } = await sql<{ id: string; businessId: string }>`
    select id, business_id as "businessId" from consent_of_state(${stateHash})`.execute(db)
  return rows[0] ?? null
}

export async function findConsent(db: BusinessDb, id: string): Promise<Consent | null> {
  return consentFrom(await db.selectFrom('consents').selectAll().where('id', '=', id).executeTakeFirst())
}

/** The consent, held until the transaction ends: two confirmations at once become one after the other. */
export async function lockConsent(db: BusinessDb, id: string): Promise<Consent | null> {
  return consentFrom(await db.selectFrom('consents').selectAll().where('id', '=', id).forUpdate().executeTakeFirst())
}

/**
 * Uses the state up. False when it was used before or is older than `madeAfter`.
 *
 * The `where` clause is the lock: of two callbacks racing with one state, one gets in.
 */
export async function takeState(
  db: BusinessDb,
  id: string,
  at: Temporal.Instant,
  madeAfter: Temporal.Instant,
): Promise<boolean> {
  const taken = await db
    .updateTable('consents')
    .set({ called_back_at: at.toString(), code_verifier: null })
    .where('id', '=', id)
    .where('called_back_at', 'is', null)
    .where('created_at', '>', instant(madeAfter))
    .executeTakeFirst()
  return taken.numUpdatedRows === 1n
}

/** Keeps what the consent brought until the person confirms it. */
export async function recordConsented(
  db: BusinessDb,
  id: string,
  consented: { tokens: string; organisations: readonly ConnectableOrganisation[] },
): Promise<void> {
  await db
    .updateTable('consents')
    .set({ tokens: consented.tokens, organisations: JSON.stringify(consented.organisations) })
    .where('id', '=', id)
    .execute()
}

export async function deleteConsent(db: BusinessDb, id: string): Promise<void> {
  await db.deleteFrom('consents').where('id', '=', id).execute()
}

/** Forgets consents that can no longer be confirmed, of all businesses. */
export async function forgetConsents(db: Db, madeBefore: Temporal.Instant): Promise<void> {
  await sql`select forget_consents(${madeBefore.toString()})`.execute(db)
}

type ConsentRow = {
  id: string
  business_id: string
  user_id: string
  session_hash: Buffer
  ledger: string
  code_verifier: string | null
  created_at: Temporal.Instant
  called_back_at: Temporal.Instant | null
  tokens: string | null
  organisations: unknown
}

function consentFrom(row: ConsentRow | undefined): Consent | null {
  if (!row) return null
  return {
    id: row.id,
    businessId: row.business_id,
    userId: row.user_id,
    sessionHash: row.session_hash,
    ledger: row.ledger as LedgerKind,
    codeVerifier: row.code_verifier,
    createdAt: row.created_at,
    calledBackAt: row.called_back_at,
    tokens: row.tokens,
    organisations: (row.organisations ?? []) as readonly ConnectableOrganisation[],
  }
}
