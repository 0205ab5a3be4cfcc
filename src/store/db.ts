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
    // Every session works as the application role and in UTC, whatever the login or the server say. Our statements are
    // short; compiling them (jit) would take longer than running them.
    options: '-c role=puntual_app -c timezone=UTC -c jit=off',
    types: { getTypeParser: parserFor },
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
  return inTransaction(db, 'app.business_id', businessId, work)
}

/** Runs in a transaction that may see what belongs to a person: the list of their businesses. */
export function asPerson<T>(db: Db, userId: string, work: (db: BusinessDb) => Promise<T>): Promise<T> {
  return inTransaction(db, 'app.user_id', userId, work)
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * A transaction that says whom it is for in the same round trip in which it begins: with several small transactions
 * to each call of a ledger, the trips are what they cost.
 */
function inTransaction<T>(
  db: Db,
  setting: 'app.business_id' | 'app.user_id',
  id: string,
  work: (db: BusinessDb) => Promise<T>,
): Promise<T> {
  // The id stands in the statement itself, because only a statement without parameters can carry two commands.
  if (!UUID.test(id)) throw new TypeError('not an id')
  return db.connection().execute(async (connection) => {
    await sql.raw(`begin; set local ${setting} = '${id}'`).execute(connection)
    try {
      const result = await work(connection as BusinessDb)
      await sql.raw('commit').execute(connection)
      return result
    } catch (error) {
      // A broken connection cannot be rolled back, and need not be: its transaction is gone. The first error counts.
      await sql
        .raw('rollback')
        .execute(connection)
        .catch(() => {})
      throw error
    }
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
