import { beforeAll, describe, expect, it } from 'vitest'
import { readiness } from '../src/app.ts'
import { freePort } from './support/command-line.ts'
import { asOwner, freshDatabase, type TestDatabase } from './support/database.ts'

describe('Whether the application can serve', () => {
  let store: TestDatabase
  let logged: string[]
  const log = {
    info: () => {},
    warn: () => {},
    error: ({ error }: Readonly<Record<string, unknown>>) => void logged.push(String(error)),
  }

  beforeAll(async () => {
    store = await freshDatabase()
  })
  const ask = async (databaseUrl: string) => {
    logged = []
    return { why: await readiness(databaseUrl, log), logged }
  }

  it('is said in a word, and the reason is for the log alone', async () => {
    expect(await ask(store.ownerUrl)).toEqual({ why: null, logged: [] })

    const nowhere = `postgres://puntual:hunter2@127.0.0.1:${await freePort()}/puntual`
    expect(await ask(nowhere)).toEqual({ why: 'database', logged: [expect.stringContaining('ECONNREFUSED')] })

    await asOwner(store.ownerUrl, `delete from migrations where name like '0005%'`)
    expect(await ask(store.ownerUrl)).toEqual({
      why: 'migrations',
      logged: [expect.stringContaining('lacks 1 migration(s): run "npx puntual migrate" first')],
    })
  })
})
