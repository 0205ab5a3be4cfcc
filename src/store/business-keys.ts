import { sql } from 'kysely'
import type { BusinessDb, Db } from './db.ts'

/** A business's data key as stored: wrapped by the installation's key of that name. */
export type WrappedKey = { readonly keyId: string; readonly wrapped: Buffer }

export async function findBusinessKey(db: BusinessDb, businessId: string): Promise<WrappedKey | null> {
  const row = await db
    .selectFrom('business_keys')
    .select(['key_id as keyId', 'wrapped'])
    .where('business_id', '=', businessId)
    .executeTakeFirst()
  return row ?? null
}

/** Stores a business's first key and returns the one that counts: of two processes racing, the first wins. */
export async function ensureBusinessKey(db: BusinessDb, businessId: string, made: WrappedKey): Promise<WrappedKey> {
  await db
    .insertInto('business_keys')
    .values({ business_id: businessId, key_id: made.keyId, wrapped: made.wrapped })
    .onConflict((conflict) => conflict.column('business_id').doNothing())
    .execute()
  const stored = await findBusinessKey(db, businessId)
  if (!stored) throw new Error('a key that was just stored cannot be found')
  return stored
}

/** Replaces the wrapping of a key. False when somebody else replaced it meanwhile. */
export async function rewrapBusinessKey(
  db: BusinessDb,
  businessId: string,
  before: WrappedKey,
  after: WrappedKey,
): Promise<boolean> {
  const changed = await db
    .updateTable('business_keys')
    .set({ key_id: after.keyId, wrapped: after.wrapped })
    .where('business_id', '=', businessId)
    .where('key_id', '=', before.keyId)
    .where('wrapped', '=', before.wrapped)
    .executeTakeFirst()
  return changed.numUpdatedRows === 1n
}

/** Every business's id: whose keys a rotation must look at. */
export async function listBusinessIds(db: Db): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from businesses_everywhere()`.execute(db)
  return rows.map(({ id }) => id)
}
