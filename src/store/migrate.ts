import { readdir } from 'node:fs/promises'
import pg from 'pg'
import { PgBoss } from 'pg-boss'

const DIRECTORY = new URL('../../migrations', import.meta.url).pathname
const APP_ROLE = 'puntual_app'

/**
 * Brings the database to the newest schema: ours, the job queue's, and the queues themselves.
 *
 * Runs as the owner, in one go, so that the application never needs the right to change a table. Safe to run
 * from several processes at once: the second waits for the first. Returns the names of what was applied.
 */
export async function migrate(databaseUrl: string, queues: readonly QueueDefinition[]): Promise<string[]> {
  // Loaded here: a process that only serves never migrates.
  const { runner } = await import('node-pg-migrate')
  const applied = await runner({
    databaseUrl: { connectionString: databaseUrl },
    dir: DIRECTORY,
    migrationsTable: 'migrations',
    direction: 'up',
    checkOrder: true,
    advisoryLockMode: 'wait',
    log: () => {},
  })
  await prepareQueues(databaseUrl, queues)
  return applied.map(({ name }) => name)
}

/** A job queue as pg-boss makes it. */
export type QueueDefinition = { readonly name: string; readonly options: Readonly<Record<string, unknown>> }

async function prepareQueues(databaseUrl: string, queues: readonly QueueDefinition[]): Promise<void> {
  const boss = new PgBoss({ connectionString: databaseUrl, max: 2, supervise: false, schedule: false })
  boss.on('error', () => {})
  await boss.start()
  try {
    for (const { name, options } of queues) {
      if (await boss.getQueue(name)) await boss.updateQueue(name, mutable(options))
      else await boss.createQueue(name, options)
    }
  } finally {
    await boss.stop({ graceful: false })
  }
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(`
      grant usage on schema pgboss to ${APP_ROLE};
      grant select, insert, update, delete on all tables in schema pgboss to ${APP_ROLE};
      grant usage on all sequences in schema pgboss to ${APP_ROLE};
      grant execute on all functions in schema pgboss to ${APP_ROLE};
    `)
  } finally {
    await client.end()
  }
}

/** A queue's policy is for life; the rest of its options may change. */
const mutable = ({ policy: _policy, partition: _partition, ...rest }: Readonly<Record<string, unknown>>) => rest

/** The migrations that the code knows and the database does not have yet. Empty means up to date. */
export async function missingMigrations(databaseUrl: string): Promise<string[]> {
  const files = await readdir(DIRECTORY)
  const known = files.filter((file) => file.endsWith('.sql')).map((file) => file.slice(0, -'.sql'.length)) // prettier-ignore
  const client = new pg.Client({ connectionString: databaseUrl })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows: tables } = await client.query(
      `select from pg_tables where schemaname = 'public' and tablename = 'migrations'`,
    )
    const { rows } =
      tables.length === 0 ? { rows: [] } : await client.query<{ name: string }>('select name from migrations')
    const applied = new Set(rows.map(({ name }) => name))
    return known.filter((name) => !applied.has(name)).sort()
  } finally {
    await client.end()
  }
}
