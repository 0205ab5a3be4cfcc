import { setTimeout } from 'node:timers/promises'
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import type { DB as Database } from './database.ts'
import { PreparingClient } from './preparing-client.ts'

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
    // short; compiling them (jit) would take longer than running them, and so would planning them anew each time. What they
    // look up is in memory or on flash, where a page out of turn costs what the next one does (the default is for discs).
    options:
      '-c role=puntual_app -c timezone=UTC -c jit=off -c plan_cache_mode=force_generic_plan -c random_page_cost=1.1',
    types: { getTypeParser: parserFor },
    // A server that vanished without a word is noticed in minutes: nothing else ends a statement that waits for it.
    keepAlive: true,
    keepAliveInitialDelayMillis: 60_000,
    Client: PreparingClient,
    pipeline: true,
  })
  // A connection that breaks while idle is replaced by the pool; the next query reports a lasting problem.
  pool.on('error', () => {})
  // So is one that breaks while a transaction waits for something else: without a listener it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  return { db, pool, close: () => db.destroy() }
}

/**
 * Runs in a transaction that may see and touch this business, and no other.
 *
 * Two transactions that wait for each other's rows are a deadlock, and Postgres ends one of them: `work` then runs
 * again from its beginning, a few times. So it must do nothing that outlives a rollback; what must, or must not be
 * done twice, belongs before or after, or in `inBusinessOnce`.
 */
export function inBusiness<T>(db: Db, businessId: string, work: (db: BusinessDb) => Promise<T>): Promise<T> {
  return inTransaction(db, 'app.business_id', businessId, work, MOST_TRIES)
}

/** The same for work that reaches outside the database while it holds a row: a deadlock is thrown to the caller. */
export function inBusinessOnce<T>(db: Db, businessId: string, work: (db: BusinessDb) => Promise<T>): Promise<T> {
  return inTransaction(db, 'app.business_id', businessId, work, 1)
}

/** Runs in a transaction that may see what belongs to a person: the list of their businesses. Again after a deadlock. */
export function asPerson<T>(db: Db, userId: string, work: (db: BusinessDb) => Promise<T>): Promise<T> {
  return inTransaction(db, 'app.user_id', userId, work, MOST_TRIES)
}

/** A second deadlock of the same transaction is rare; a fourth is a fault that should be seen. */
const MOST_TRIES = 4

/** deadlock_detected and serialization_failure: nothing was done, and the same again may well succeed. */
const AGAIN: ReadonlySet<unknown> = new Set(['40P01', '40001'])

/** The longest wait before the first try after a deadlock; twice that before the next, and so on. */
const LONGEST_WAIT_MS = 40

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * A transaction that says whom it is for in the same round trip in which it begins: with several small transactions
 * to each call of a ledger, the trips are what they cost.
 */
async function inTransaction<T>(
  db: Db,
  setting: 'app.business_id' | 'app.user_id',
  id: string,
  work: (db: BusinessDb) => Promise<T>,
  mostTries: number,
): Promise<T> {
  // The id stands in the statement itself, because only a statement without parameters can carry two commands.
  if (!UUID.test(id)) throw new TypeError('not an id')
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryTransaction(db, `begin; set local ${setting} = '${id}'`, work)
    } catch (error) {
      if (tries >= mostTries || !AGAIN.has((error as { code?: unknown } | null)?.code)) throw error
    }
    // At random, or the two would meet again; and without a connection, which others may need meanwhile.
    await setTimeout(Math.random() * LONGEST_WAIT_MS * 2 ** (tries - 1))
  }
}

function tryTransaction<T>(db: Db, begin: string, work: (db: BusinessDb) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    await sql.raw(begin).execute(connection)
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
