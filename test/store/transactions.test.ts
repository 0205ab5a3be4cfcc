import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { inBusiness, inBusinessOnce, type BusinessDb, type Db } from '../../src/store/db.ts'
import { recordEvents } from '../../src/store/events.ts'
import { ensurePerson, setLanguage } from '../../src/store/people.ts'
import { tenant } from '../support/connecting.ts'
import { asOwner, freshDatabase, type TestDatabase } from '../support/database.ts'

const AT = Temporal.Instant.from('2026-03-02T09:00:00Z')

describe('Two transactions that wait for each other', () => {
  let store: TestDatabase
  let businessId: string
  let people: [string, string]

  beforeAll(async () => {
    store = await freshDatabase()
    businessId = (await tenant(store.db, 'Ours')).businessId
    people = [
      (await ensurePerson(store.db, 'one@example.com')).id,
      (await ensurePerson(store.db, 'other@example.com')).id,
    ]
  })
  beforeEach(async () => {
    await asOwner(store.ownerUrl, 'truncate events')
  })

  type InBusiness = (db: Db, businessId: string, work: (db: BusinessDb) => Promise<string>) => Promise<string>

  /** Two transactions that hold one row each and then want the other's. Returns how often their work was begun. */
  async function meet(begin: InBusiness): Promise<{ runs: number; outcomes: PromiseSettledResult<string>[] }> {
    let [runs, holding] = [0, 0]
    const bothHold = Promise.withResolvers<void>()
    const cross = (name: string, first: string, second: string) =>
      begin(store.db, businessId, async (db) => {
        runs += 1
        await recordEvents(db, [{ businessId, at: AT, kind: 'stopped', actor: name }])
        await setLanguage(db, first, 'es')
        holding += 1
        if (holding === 2) bothHold.resolve()
        await bothHold.promise
        await setLanguage(db, second, 'es')
        return `${name} done`
      })
    const [one, other] = people
    const outcomes = await Promise.allSettled([cross('one', one, other), cross('other', other, one)])
    return { runs, outcomes }
  }

  const history = async (): Promise<string[]> =>
    (await asOwner<{ actor: string }>(store.ownerUrl, 'select actor from events order by actor')).map(({ actor }) => actor) // prettier-ignore

  it('both come through, each with its work done once', async () => {
    const { runs, outcomes } = await meet(inBusiness)
    expect(outcomes).toEqual([
      { status: 'fulfilled', value: 'one done' },
      { status: 'fulfilled', value: 'other done' },
    ])
    expect(runs).toBe(3)
    expect(await history()).toEqual(['one', 'other'])
  })

  it('one is told, and not begun again, where its work reaches outside the database', async () => {
    const { runs, outcomes } = await meet(inBusinessOnce)
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []))).toEqual(['40P01']) // prettier-ignore
    expect(runs).toBe(2)
    expect((await history()).length).toBe(1)
  })

  it('are no reason to try for ever', async () => {
    let runs = 0
    const hopeless = inBusiness(store.db, businessId, async () => {
      runs += 1
      throw Object.assign(new Error('could not serialize access'), { code: '40001' })
    })
    await expect(hopeless).rejects.toThrow('could not serialize access')
    expect(runs).toBe(4)
  })

  it('any other error is not tried again', async () => {
    let runs = 0
    const broken = inBusiness(store.db, businessId, async () => {
      runs += 1
      throw new Error('a fault')
    })
    await expect(broken).rejects.toThrow('a fault')
    expect(runs).toBe(1)
  })
})
