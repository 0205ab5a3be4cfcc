import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { inBusiness, type BusinessDb } from '../../src/store/db.ts'
import { inOneTrip } from '../../src/store/one-trip.ts'
import { tenant } from '../support/connecting.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'

describe('Statements in one trip', () => {
  let store: TestDatabase
  let businessId = ''

  beforeAll(async () => {
    store = await freshDatabase()
    businessId = (await tenant(store.db, 'Ours')).businessId
    await inBusiness(store.db, businessId, (db) => rename(db, 'Ours'))
  })

  const rename = (db: BusinessDb, name: string) =>
    sql`update businesses set name = ${name} where id = ${businessId}`.execute(db)
  const locking = () => sql<{ id: string }>`select id from businesses where id = ${businessId} for update`
  const reading = () => sql<{ name: string }>`select name from businesses where id = ${businessId}`

  it('answer in the order in which they were given', async () => {
    const answers = await inBusiness(store.db, businessId, (db) =>
      inOneTrip<[{ n: number }, { name: string }, { n: number }]>(
        db,
        sql`select 1 as n`,
        db.selectFrom('businesses').select('name').where('id', '=', businessId),
        sql`select 2 as n`,
      ),
    )
    expect(answers).toEqual([[{ n: 1 }], [{ name: 'Ours' }], [{ n: 2 }]])
  })

  it('see what was committed while one before them waited for a lock', async () => {
    const seen = await inBusiness(store.db, businessId, async (first) => {
      await rename(first, 'Renamed meanwhile')
      const waiting = inBusiness(store.db, businessId, (db) =>
        inOneTrip<[unknown, { name: string }]>(db, locking(), reading()),
      )
      await untilSomebodyWaits(first)
      return { waiting }
    })
    expect((await seen.waiting)[1]).toEqual([{ name: 'Renamed meanwhile' }])
  })

  it('fail together, with the error of the one that failed, and leave nothing behind', async () => {
    const failing = inBusiness(store.db, businessId, (db) =>
      inOneTrip(
        db,
        sql`update businesses set name = 'Half done' where id = ${businessId}`,
        sql`select 1 / 0`,
        locking(),
      ),
    )
    await expect(failing).rejects.toMatchObject({ code: '22012' })
    expect(await inBusiness(store.db, businessId, async (db) => (await reading().execute(db)).rows)).toEqual([
      { name: 'Renamed meanwhile' },
    ])
  })
})

/** Until another session of this database waits for a lock. */
async function untilSomebodyWaits(db: BusinessDb): Promise<void> {
  await expect
    .poll(async () => {
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from pg_locks where not granted`.execute(db)
      return rows[0]?.n
    })
    .toBeGreaterThan(0)
}
