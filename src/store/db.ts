import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import type { DB as Database } from './database.ts'

/** The pool or a transaction: any query can join the caller's transaction. */
export type Db = Kysely<Database>

/** A transaction bound to one business: row-level security shows it nothing else. */
export type BusinessDb = Transaction<Database>

export type Store = {
  readonly db: Db
  readonly pool: pg.Pool
  close(): Promise<void>
}

/**
 * Opens the database as the application role, which owns nothing and sees only the business that the
 * transaction names.
 *
 * Dates come back as days ('YYYY-MM-DD'), timestamps as Temporal.Instant, bigint and numeric as numbers.
 */
export function openStore(databaseUrl: string, options: { connections?: number } = {}): Store {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.connections ?? 10,
    // Every session works as the application role and in UTC, whatever the login or the server say.
    options: '-c role=puntual_app -c timezone=UTC',
    types: { getTypeParser: parserFor } as pg.CustomTypesConfig,
  })
  // A connection that breaks while idle is replaced by the pool; the next query reports a lasting problem.
  pool.on('error', () => {})
  // So is one that breaks while a transaction waits for something else: without a listener it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  return { db, pool, close: () => db.destroy() }
}

/** Runs in a transaction that may see and touch this business, and no other. */
export function inBusiness<T>(db: Db, businessId: string, work: (db: BusinessDb) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    await sql`select set_config('app.business_id', ${businessId}, true)`.execute(transaction)
    return work(transaction)
  })
}

/** Runs in a transaction that may see what belongs to a person: the list of their businesses. */
export function asPerson<T>(db: Db, userId: string, work: (db: BusinessDb) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    await sql`select set_config('app.user_id', ${userId}, true)`.execute(transaction)
    return work(transaction)
  })
}

const { builtins } = pg.types

function parserFor(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (format === 'binary') return pg.types.getTypeParser(oid, format) as (text: string) => unknown
  return PARSERS.get(oid) ?? (pg.types.getTypeParser(oid) as (text: string) => unknown)
}

const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [builtins.DATE, (text) => text],
  [builtins.TIMESTAMPTZ, (text) => Temporal.Instant.from(text.replace(' ', 'T'))],
  [builtins.INT8, exactNumber],
  [builtins.NUMERIC, Number],
  // date[]
  [1182, (text) => (text === '{}' ? [] : text.slice(1, -1).split(','))],
])

/** Counts and minor units fit a double exactly; anything larger is a fault and must not be rounded silently. */
function exactNumber(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number)) throw new RangeError(`too large a number in the database: ${text}`)
  return number
}
