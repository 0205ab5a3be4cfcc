import { sql } from 'kysely'
import type { Db } from './db.ts'

export type DueWork = {
  readonly kind: 'sync' | 'hint' | 'look' | 'send' | 'expired' | 'note' | 'expected-day'
  readonly businessId: string
  readonly id: string
}

/** Everything that is due at an instant, over all businesses: at most `most` of each kind, longest due first. */
export async function readDueWork(db: Db, at: Temporal.Instant, most: number): Promise<DueWork[]> {
  const { rows } = await sql<DueWork>`
    select kind, business_id as "businessId", id from work_due(${at.toString()}::timestamptz, ${most})`.execute(db)
  return rows
}

/** The next instant at which something falls due, or null: where a test clock stops next. */
export async function readNextWorkAfter(db: Db, after: Temporal.Instant): Promise<Temporal.Instant | null> {
  const { rows } = await sql<{ at: Temporal.Instant | null }>`
    select next_work_after(${after.toString()}::timestamptz) as at`.execute(db)
  return rows[0]?.at ?? null
}

/** Every business by name, for the command line. */
export async function listBusinesses(db: Db): Promise<{ id: string; name: string; mode: string; stopped: boolean }[]> {
  const { rows } = await sql<{ id: string; name: string; mode: string; stopped: boolean }>`
    select id, name, mode, stopped from businesses_everywhere()`.execute(db)
  return rows
}
