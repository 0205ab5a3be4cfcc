import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { inBusiness } from '../../src/store/db.ts'
import * as tokenSets from '../../src/store/token-sets.ts'
import type { NewTokens } from '../../src/store/token-sets.ts'
import { tenant } from '../support/connecting.ts'
import { asOwner, freshDatabase, type TestDatabase } from '../support/database.ts'

const at = Temporal.Instant.from('2026-03-02T09:00:00Z')
const pair = (name: string, previous: string | null = null): NewTokens => ({
  accessToken: `access-${name}`,
  refreshToken: `refresh-${name}`,
  previousRefreshToken: previous,
  accessExpiresAt: at.add({ minutes: 30 }),
  refreshExpiresAt: null,
  scopes: ['a', 'b'],
  refreshedAt: at,
  workedAt: null,
})

describe('Token sets', () => {
  let store: TestDatabase
  let [ours, theirs] = ['', '']

  beforeAll(async () => {
    store = await freshDatabase()
    ours = (await tenant(store.db, 'Ours')).businessId
    theirs = (await tenant(store.db, 'Theirs')).businessId
  })

  const add = (businessId: string, subject: string, tokenSetId: string = randomUUID()) =>
    inBusiness(store.db, businessId, (db) =>
      tokenSets.addTokenSet(db, { businessId, tokenSetId, ledger: 'xero', subject, ...pair('1') }),
    )

  it('exist once per vendor user in the whole installation, whoever stores them at once', async () => {
    const added = await Promise.all([add(ours, 'user-1'), add(theirs, 'user-1'), add(ours, 'user-1')])
    expect(added.filter(Boolean)).toEqual([true])
    const key = await tokenSets.tokenSetOfSubject(store.db, 'xero', 'user-1')
    const rows = await asOwner(store.ownerUrl, `select id, business_id from token_sets where subject = 'user-1'`)
    expect(rows).toEqual([{ id: key?.tokenSetId, business_id: key?.businessId }])
  })

  it('come back as they were stored', async () => {
    const id = randomUUID()
    await add(ours, 'user-2', id)
    const stored = await inBusiness(store.db, ours, (db) => tokenSets.findTokenSet(db, id))
    expect({ ...stored, accessExpiresAt: String(stored?.accessExpiresAt), refreshedAt: String(stored?.refreshedAt) }).toEqual({
      id, businessId: ours, ledger: 'xero', subject: 'user-2', accessToken: 'access-1', refreshToken: 'refresh-1',
      previousRefreshToken: null, accessExpiresAt: '2026-03-02T09:30:00Z', refreshExpiresAt: null, scopes: ['a', 'b'],
      version: 1, refreshedAt: '2026-03-02T09:00:00Z', workedAt: null,
    }) // prettier-ignore
    expect(await inBusiness(store.db, theirs, (db) => tokenSets.findTokenSet(db, id))).toBe(null)
  })

  it('are replaced only by whoever knows the newest pair', async () => {
    const id = randomUUID()
    await add(ours, 'user-3', id)
    const replaced = await Promise.all(
      ['2a', '2b', '2c'].map((name) =>
        inBusiness(store.db, ours, (db) => tokenSets.replaceTokens(db, id, 1, pair(name, 'refresh-1'))),
      ),
    )
    expect(replaced.filter(Boolean)).toEqual([true])
    expect(await inBusiness(store.db, ours, (db) => tokenSets.findTokenSet(db, id))).toMatchObject({
      version: 2,
      previousRefreshToken: 'refresh-1',
    })
  })

  it('forget the previous refresh token when the newest pair has worked, and not for the sake of an older pair', async () => {
    const id = randomUUID()
    await add(ours, 'user-4', id)
    const previous = async () =>
      (await inBusiness(store.db, ours, (db) => tokenSets.findTokenSet(db, id)))?.previousRefreshToken
    await inBusiness(store.db, ours, (db) => tokenSets.replaceTokens(db, id, 1, pair('2', 'refresh-1')))
    await inBusiness(store.db, ours, (db) => tokenSets.recordTokensWorked(db, id, 1, at))
    expect(await previous()).toBe('refresh-1')
    await inBusiness(store.db, ours, (db) => tokenSets.recordTokensWorked(db, id, 2, at))
    expect(await previous()).toBe(null)
  })

  it('do not let anybody wait for ever', async () => {
    const id = randomUUID()
    await add(ours, 'user-5', id)
    await inBusiness(store.db, ours, async (db) => {
      await tokenSets.lockTokenSet(db, id, 1000)
      const waiting = inBusiness(store.db, ours, (other) => tokenSets.lockTokenSet(other, id, 50))
      await expect(waiting).rejects.toMatchObject({ code: '55P03' })
    })
  })

  it('can be used by another business’s connection, and go with the business that stored them', async () => {
    const id = randomUUID()
    await add(ours, 'user-6', id)
    await inBusiness(store.db, theirs, (db) =>
      db
        .insertInto('connections')
        .values({
          business_id: theirs,
          ledger: 'xero',
          organisation_id: 'org',
          organisation_name: 'Org',
          token_set_id: id,
          token_business_id: ours,
          connected_at: at.toString(),
        })
        .execute(),
    )
    await asOwner(store.ownerUrl, 'delete from businesses where id = $1', [ours])
    expect(
      await inBusiness(store.db, theirs, (db) =>
        db.selectFrom('connections').select(['organisation_id', 'token_set_id', 'token_business_id']).execute(),
      ),
    ).toEqual([{ organisation_id: 'org', token_set_id: null, token_business_id: null }])
  })
})
