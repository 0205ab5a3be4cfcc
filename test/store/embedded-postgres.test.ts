import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { addressOf, startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts'

const directory = mkdtempSync(join(tmpdir(), 'puntual-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('The embedded Postgres', () => {
  it('answers through its socket', async () => {
    const server = await startEmbeddedPostgres(join(directory, 'postgres'), { durable: false })
    try {
      expect(await wayTo(addressOf(server.url, 'postgres'))).toEqual({ database: 'postgres', network: false })
    } finally {
      await server.stop()
    }
  })

  it('answers through the network where its directory has too long a name for a socket', async () => {
    const server = await startEmbeddedPostgres(join(directory, 'x'.repeat(100), 'postgres'), { durable: false })
    try {
      expect(await wayTo(server.url)).toEqual({ database: 'puntual', network: true })
    } finally {
      await server.stop()
    }
  })
})

async function wayTo(url: string): Promise<{ database: string; network: boolean } | undefined> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ database: string; network: boolean }>(
      'select current_database() as database, inet_server_addr() is not null as network',
    )
    return rows[0]
  } finally {
    await client.end()
  }
}
