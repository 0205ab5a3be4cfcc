import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { inBusiness } from '../../src/store/db.ts'
import { openSeal, rewrapKeys, SealError } from '../../src/store/sealed.ts'
import { someKeys, tenant } from '../support/connecting.ts'
import { asOwner, freshDatabase, type TestDatabase } from '../support/database.ts'

describe('Secrets at rest', () => {
  let store: TestDatabase
  let [ours, theirs] = ['', '']
  const keys = someKeys('first')
  const row = randomUUID()
  const place = { table: 'token_sets', column: 'refresh_token', row }

  beforeAll(async () => {
    store = await freshDatabase()
    ours = (await tenant(store.db, 'Ours')).businessId
    theirs = (await tenant(store.db, 'Theirs')).businessId
  })

  it('open where they were sealed, whatever they contain', async () => {
    const seal = await openSeal(store.db, keys).of(ours)
    const secrets = ['', 'refresh-1', 'ñ€ 🗝️\r\n\u0000', 'x'.repeat(10_000)]
    expect(secrets.map((secret) => seal.open(place, seal.seal(place, secret)))).toEqual(secrets)
  })

  it('open in another process that has the same keys', async () => {
    const sealed = (await openSeal(store.db, keys).of(ours)).seal(place, 'refresh-1')
    expect((await openSeal(store.db, keys).of(ours)).open(place, sealed)).toBe('refresh-1')
  })

  it('never look the same twice and never show what they hold', async () => {
    const seal = await openSeal(store.db, keys).of(ours)
    const [one, two] = [seal.seal(place, 'refresh-1'), seal.seal(place, 'refresh-1')]
    expect(one === two).toBe(false)
    expect(one).toMatch(/^v1\.[\w-]{16}\.[\w-]{12}\.[\w-]{22}$/)
    expect(Buffer.from(one.split('.')[2] ?? '', 'base64url').toString()).not.toContain('refresh')
  })

  it.each([
    ['another table', { ...place, table: 'consents' }],
    ['another column', { ...place, column: 'access_token' }],
    ['another row', { ...place, row: randomUUID() }],
  ])('do not open in %s', async (_where, elsewhere) => {
    const seal = await openSeal(store.db, keys).of(ours)
    const sealed = seal.seal(place, 'refresh-1')
    expect(() => seal.open(elsewhere, sealed)).toThrow(SealError)
  })

  it('do not open in another business, even one that was given the same key', async () => {
    const sealer = openSeal(store.db, keys)
    const sealed = (await sealer.of(ours)).seal(place, 'refresh-1')
    const other = await sealer.of(theirs)
    expect(() => other.open(place, sealed)).toThrow(SealError)

    await asOwner(
      store.ownerUrl,
      `update business_keys set wrapped = (select wrapped from business_keys where business_id = $1) where business_id = $2`,
      [ours, theirs],
    )
    await expect(openSeal(store.db, keys).of(theirs)).rejects.toThrow(SealError)
    await asOwner(store.ownerUrl, `delete from business_keys where business_id = $1`, [theirs])
  })

  it('do not open when a single character was changed', async () => {
    const seal = await openSeal(store.db, keys).of(ours)
    const sealed = seal.seal(place, 'refresh-1')
    const changed = Array.from(sealed, (_character, at) => {
      const other = sealed[at] === 'A' ? 'B' : 'A'
      return sealed.slice(0, at) + other + sealed.slice(at + 1)
    })
    const opened = [...changed, '', 'v1', `${sealed}.x`, sealed.slice(0, -4)].filter((text) => {
      try {
        // The last character of a part may carry unused bits; then the value is the same.
        return seal.open(place, text) !== 'refresh-1'
      } catch (error) {
        return !(error instanceof SealError)
      }
    })
    expect(opened).toEqual([])
  })

  it('do not open without the installation’s key, and the error names the key and no secret', async () => {
    await openSeal(store.db, keys).of(ours)
    const [stranger] = someKeys('second')
    await expect(openSeal(store.db, stranger ? [stranger] : []).of(ours)).rejects.toThrow(
      'the key "first" that protects a business\'s secrets is not in APP_KEYS',
    )
    const impostor = someKeys('first')
    await expect(openSeal(store.db, impostor).of(ours)).rejects.toThrow(
      'a business\'s key does not open with the key "first" of APP_KEYS',
    )
    expect(() => openSeal(store.db, [])).toThrow('APP_KEYS is empty')
  })

  it('move to a new key without being touched, after which the old one can be retired', async () => {
    const sealed = (await openSeal(store.db, keys).of(ours)).seal(place, 'refresh-1')
    const [next] = someKeys('second')
    if (!next) throw new Error('no key')
    const both = [next, ...keys]

    expect((await openSeal(store.db, both).of(ours)).open(place, sealed)).toBe('refresh-1')
    const stored = await asOwner<{ n: number }>(store.ownerUrl, `select count(*)::int n from business_keys`)
    expect(await rewrapKeys(store.db, both)).toBe(stored[0]?.n)
    expect(await rewrapKeys(store.db, both)).toBe(0)
    expect((await openSeal(store.db, [next]).of(ours)).open(place, sealed)).toBe('refresh-1')
  })

  it('share one key per business when two processes need the first one at once', async () => {
    const { businessId } = await tenant(store.db, 'New')
    const seals = await Promise.all([1, 2, 3, 4].map(() => openSeal(store.db, someKeysOf(keys)).of(businessId)))
    const sealed = seals.map((seal) => seal.seal(place, 'refresh-1'))
    expect(seals.map((seal, at) => seal.open(place, sealed[(at + 1) % 4] ?? ''))).toEqual(Array(4).fill('refresh-1'))
    const stored = await inBusiness(store.db, businessId, (db) =>
      db.selectFrom('business_keys').select('key_id').execute(),
    )
    expect(stored).toEqual([{ key_id: 'first' }])
  })
})

const someKeysOf = (keys: ReturnType<typeof someKeys>) => keys.map(({ id, key }) => ({ id, key: Buffer.from(key) }))
