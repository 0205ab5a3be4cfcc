import { sql, type RawBuilder } from 'kysely'
import { instant } from './columns.ts'
import type { BusinessDb } from './db.ts'

/** Which version of a business's policy is in force. */
export type VersionInForce = { readonly version: number; readonly hash: string }

/** What `versionInForce` adds to a row. */
export type VersionColumns = {
  readonly version: number | null
  readonly hash: string | null
  readonly keptHash: string | null
}

/** As columns of a row: see `VersionColumns`. */
export const versionColumns = sql`p.version, p.hash, k.hash as "keptHash"`

/**
 * Joins the policy's version in force at an instant, nothing where the business never applied one, and whether the
 * policy under its hash (or the default's) is kept already.
 */
export const versionInForce = (
  businessId: string,
  at: Temporal.Instant,
  defaultHash: string,
): RawBuilder<unknown> => sql`
      left join lateral (select version, hash from policies
                          where business_id = ${businessId} and in_force_from <= ${instant(at)}
                          order by version desc limit 1) p on true
      left join policies_used k on k.business_id = ${businessId} and k.hash = coalesce(p.hash, ${defaultHash}::text)`

/** The version in force at an instant, and the hash under which it is kept, if it is. */
export async function findVersionInForce(
  db: BusinessDb,
  businessId: string,
  at: Temporal.Instant,
  defaultHash: string,
): Promise<VersionColumns> {
  const { rows } = await sql<VersionColumns>`
    select ${versionColumns} from (select) one ${versionInForce(businessId, at, defaultHash)}`.execute(db)
  return rows[0] ?? { version: null, hash: null, keptHash: null }
}

/** A version's document as it was written; null when there is no such version. */
export async function readPolicyDocument(db: BusinessDb, businessId: string, version: number): Promise<string | null> {
  const row = await db
    .selectFrom('policies')
    .select('document')
    .where('business_id', '=', businessId)
    .where('version', '=', version)
    .executeTakeFirst()
  return row?.document ?? null
}

/** The whole policy that is kept under a hash, as JSON; null where nothing was ever decided by it. */
export async function readUsedPolicy(db: BusinessDb, businessId: string, hash: string): Promise<unknown> {
  const row = await db
    .selectFrom('policies_used')
    .select('policy')
    .where('business_id', '=', businessId)
    .where('hash', '=', hash)
    .executeTakeFirst()
  return row?.policy ?? null
}

/** Keeps a policy that decides, as JSON, under its hash. Keeping them again changes nothing. */
export async function keepUsedPolicy(
  db: BusinessDb,
  kept: { businessId: string; hash: string; json: string; at: Temporal.Instant },
): Promise<void> {
  await db
    .insertInto('policies_used')
    .values({
      business_id: kept.businessId,
      hash: kept.hash,
      policy: kept.json,
      first_used_at: kept.at.toString(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export type NewVersion = {
  readonly businessId: string
  readonly hash: string
  readonly document: string
  /** 'operator' or a user's id. */
  readonly actor: string
  readonly why: string | null
  readonly at: Temporal.Instant
  readonly inForceFrom: Temporal.Instant
}

/** The highest version there is, 0 for none. Holds the business's row: versions are made one at a time. */
export async function lockLastVersion(db: BusinessDb, businessId: string): Promise<number> {
  await sql`select from businesses where id = ${businessId} for no key update`.execute(db)
  const { rows } = await sql<{ version: number | null }>`
    select max(version) as version from policies where business_id = ${businessId}`.execute(db)
  return rows[0]?.version ?? 0
}

/** Adds the version after the last one, under the lock of `lockLastVersion`. Its policy must be kept already. */
export async function addVersion(db: BusinessDb, version: number, added: NewVersion): Promise<void> {
  await db
    .insertInto('policies')
    .values({
      business_id: added.businessId,
      version,
      hash: added.hash,
      document: added.document,
      actor: added.actor,
      why: added.why,
      applied_at: added.at.toString(),
      in_force_from: added.inForceFrom.toString(),
    })
    .execute()
}

/** One line of a policy's history. */
export type Version = VersionInForce & {
  readonly document: string
  /** 'operator' or a person's name; null for one who is gone. */
  readonly who: string | null
  readonly why: string | null
  readonly appliedAt: Temporal.Instant
  readonly inForceFrom: Temporal.Instant
}

/** The versions of a business's policy, the newest first. */
export async function listVersions(db: BusinessDb, businessId: string, most: number): Promise<Version[]> {
  const { rows } = await sql<Version>`
    select p.version, p.hash, p.document, p.why, p.applied_at as "appliedAt", p.in_force_from as "inForceFrom",
           case when p.actor = 'operator' then p.actor else coalesce(u.name, u.email) end as who
      from policies p left join users u on u.id::text = p.actor
     where p.business_id = ${businessId} order by p.version desc limit ${most}`.execute(db)
  return rows
}
