import { sql } from 'kysely'
import type { ConnectionKey } from './connections.ts'
import type { Db } from './db.ts'

/** What one purpose may use of a vendor's limits. Null: the vendor has no such limit. */
export type AllowanceShare = {
  readonly perMinute: number
  readonly perSecond: number | null
  readonly atOnce: number | null
  /** How many calls a day are assumed until an answer tells. */
  readonly perDay: number | null
  /** How many of a hundred of the day's calls are not for this purpose. */
  readonly keepPercent: number
}

/** Which limit is in the way, and when it may be worth coming back. */
export type AllowanceWait = { readonly seconds: number; readonly for: string }

/**
 * Takes a place for one call until it is given back or the lease runs out. Returns null when taken, else the wait.
 *
 * One statement and one round trip; what it does is in the migration beside the table. `db` must be the pool: the
 * statement names the business itself, and would change whose transaction it is if it joined one.
 */
export async function takeCall(
  db: Db,
  { businessId, connectionId }: ConnectionKey,
  call: { leaseId: string; at: Temporal.Instant; leaseUntil: Temporal.Instant; share: AllowanceShare },
): Promise<AllowanceWait | null> {
  const { share } = call
  const { rows } = await sql<{ wait_seconds: number | null; wait_for: string | null }>`
    select wait_seconds, wait_for from take_call(
      ${businessId}, ${connectionId}, ${call.leaseId}, ${call.at.toString()}, ${call.leaseUntil.toString()},
      ${share.perMinute}, ${share.perSecond}, ${share.atOnce}, ${share.perDay}, ${share.keepPercent})`.execute(db)
  const [row] = rows
  if (!row || row.wait_for === null) return null
  return { seconds: Math.max(1, row.wait_seconds ?? 1), for: row.wait_for }
}

/** Gives a place back with what the answer said of the vendor's own count. `db` must be the pool, as for `takeCall`. */
export async function endCall(
  db: Db,
  { businessId, connectionId }: ConnectionKey,
  call: {
    leaseId: string
    at: Temporal.Instant
    minuteLimit: number
    perDay: number | null
    leftThisMinute: number | null
    leftToday: number | null
    blocked: { until: Temporal.Instant; why: string } | null
  },
): Promise<void> {
  await sql`
    select end_call(
      ${businessId}, ${connectionId}, ${call.leaseId}, ${call.at.toString()}, ${call.minuteLimit}, ${call.perDay},
      ${call.leftThisMinute}, ${call.leftToday}, ${call.blocked?.until.toString() ?? null},
      ${call.blocked?.why ?? null})`.execute(db)
}
