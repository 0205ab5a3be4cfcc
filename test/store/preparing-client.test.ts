import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { inBusiness } from '../../src/store/db.ts'
import { readBusiness } from '../../src/store/businesses.ts'
import { readCustomers } from '../../src/store/standings.ts'
import { asOwner, freshDatabase, type TestDatabase } from '../support/database.ts'

describe('A connection to the database', () => {
  let store: TestDatabase
  let [ours, theirs] = ['', '']

  beforeEach(async () => {
    store = await freshDatabase({ connections: 1 })
    ;[ours, theirs] = [randomUUID(), randomUUID()]
    for (const [id, name] of [[ours, 'Ours'], [theirs, 'Theirs']] as const)
      await inBusiness(store.db, id, (db) => db.insertInto('businesses').values({ id, name }).execute()) // prettier-ignore
  })

  const names = async (): Promise<string[]> =>
    (await inBusiness(store.db, ours, (db) => db.selectFrom('businesses').select('name').execute())).map(({ name }) => name) // prettier-ignore

  it('prepares what it is asked again and again, once', async () => {
    const prepared = (about: string): Promise<number | undefined> =>
      inBusiness(store.db, ours, async (db) => {
        const { rows } = await sql<{ n: number }>`
          select count(*)::int n from pg_prepared_statements where position(${about} in statement) > 0`.execute(db)
        return rows[0]?.n
      })
    for (const _ of [1, 2, 3]) await inBusiness(store.db, ours, (db) => readBusiness(db, ours))
    expect(await prepared("'senderName', b.sender_name")).toBe(1)
    // The longest of all, which reads all columns of what is within it: to plan it takes ten times as long as to run it.
    for (const _ of [1, 2, 3]) {
      await inBusiness(store.db, ours, (db) => readCustomers(db, [randomUUID()], day('2026-03-02'), 'look'))
    }
    expect(await prepared('c.first_name as "firstName"')).toBe(1)
  })

  it('takes a new column in its stride', async () => {
    const everything = () => inBusiness(store.db, ours, (db) => db.selectFrom('businesses').selectAll().where('id', '=', ours).execute()) // prettier-ignore
    await everything()
    await asOwner(store.ownerUrl, 'alter table businesses add column motto text')
    expect((await everything())[0]).toMatchObject({ name: 'Ours', motto: null })
    await asOwner(store.ownerUrl, 'alter table businesses drop column motto')
  })

  it('begins a transaction with its first statement, for the business it names', async () => {
    expect(await names()).toEqual(['Ours'])
    expect((await inBusiness(store.db, theirs, (db) => readBusiness(db, theirs))).name).toBe('Theirs')
    expect(await names()).toEqual(['Ours'])
  })

  it('undoes all of a transaction, its first statement as well', async () => {
    const failing = inBusiness(store.db, ours, async (db) => {
      await db.updateTable('businesses').set({ name: 'Another' }).where('id', '=', ours).execute()
      throw new Error('changed our mind')
    })
    await expect(failing).rejects.toThrow('changed our mind')
    expect(await names()).toEqual(['Ours'])
  })

  it('leaves nothing behind of a transaction that fails at once or does nothing', async () => {
    const atOnce = inBusiness(store.db, ours, (db) => sql`select 1 / ${0}::int`.execute(db))
    await expect(atOnce).rejects.toThrow('division by zero')
    await inBusiness(store.db, theirs, async () => {})
    await expect(inBusiness(store.db, theirs, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    // Outside a transaction nobody's rows are seen.
    expect(await store.db.selectFrom('businesses').select('name').execute()).toEqual([])
    expect(await names()).toEqual(['Ours'])
  })
})
