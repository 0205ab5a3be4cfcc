import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { openStore, type Store } from '../../src/store/db.ts'
import { addressOf } from '../../src/store/embedded-postgres.ts'

export type TestDatabase = Store & {
  /** Connects as the owner: for looking at everything, and for what only migrations may do. */
  readonly ownerUrl: string
}

/** A database of its own, copied from the migrated template and confirmed as the real one. Dropped after the file's tests. */
export async function freshDatabase(options: { connections?: number } = {}): Promise<TestDatabase> {
  const templateUrl = inject('templateUrl')
  const name = `t_${randomUUID().replaceAll('-', '')}`
  await onServer(templateUrl, `create database ${name} template template_for_tests`)
  const ownerUrl = addressOf(templateUrl, name)
  await asOwner(ownerUrl, `update instance set confirmed_fingerprint = database_fingerprint(), confirmed_at = now()`)
  const store = openStore(ownerUrl, options)
  afterAll(async () => {
    await store.close()
    await onServer(templateUrl, `drop database ${name} with (force)`)
  })
  return { ...store, ownerUrl }
}

/** Runs statements as the owner and returns the rows of the last one. */
export async function asOwner<Row extends pg.QueryResultRow>(
  ownerUrl: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const { rows } = await client.query<Row>(text, values)
    return rows
  } finally {
    await client.end()
  }
}

async function onServer(url: string, text: string): Promise<void> {
  await asOwner(url.replace(/\/[^/]+$/, '/postgres'), text)
}
