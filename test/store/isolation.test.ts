import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { inBusiness } from '../../src/store/db.ts'
import { storeHints } from '../../src/store/inbox.ts'
import { asOwner, freshDatabase, type TestDatabase } from '../support/database.ts'

describe('One business never sees another’s data', () => {
  let store: TestDatabase
  const [ours, theirs] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as const

  beforeAll(async () => {
    store = await freshDatabase({ connections: 1 })
    for (const [id, name] of [[ours, 'Ours'], [theirs, 'Theirs']] as const) {
      await inBusiness(store.db, id, async (db) => {
        await db.insertInto('businesses').values({ id, name }).execute()
        await db
          .insertInto('events')
          .values({ business_id: id, at: '2026-03-02T09:00:00Z', kind: 'connected', facts: JSON.stringify({ name }) })
          .execute()
      })
    }
  }) // prettier-ignore

  it('forces row-level security on every table that holds a business’s rows', async () => {
    const unprotected = await asOwner(
      store.ownerUrl,
      `select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
          and (a.attname = 'business_id' or c.relname = 'businesses') and not a.attisdropped
        group by c.oid, c.relname
       having not (c.relrowsecurity and c.relforcerowsecurity)
           or not exists (select from pg_policy p where p.polrelid = c.oid and 'puntual_app'::regrole = any (p.polroles))`,
    )
    const protectedTables = await asOwner<{ n: number }>(
      store.ownerUrl,
      `select count(*)::int n from pg_class where relrowsecurity and relforcerowsecurity`,
    )
    expect(unprotected).toEqual([])
    expect(protectedTables[0]?.n).toBeGreaterThan(20)
  })

  it('shows nothing to a session that names no business', async () => {
    expect(await store.db.selectFrom('events').select('kind').execute()).toEqual([])
    expect(await store.db.selectFrom('businesses').select('name').execute()).toEqual([])
  })

  it('shows each business its own rows and forgets whose it was when the connection goes back to the pool', async () => {
    const seen = await inBusiness(store.db, ours, (db) => db.selectFrom('events').select('facts').execute())
    expect(seen).toEqual([{ facts: { name: 'Ours' } }])
    expect(await store.db.selectFrom('events').select('kind').execute()).toEqual([])
  })

  it('refuses to write a row for somebody else', async () => {
    const write = inBusiness(store.db, ours, (db) =>
      db.insertInto('events').values({ business_id: theirs, at: '2026-03-02T09:00:00Z', kind: 'planted' }).execute(),
    )
    await expect(write).rejects.toThrow('row-level security')
  })

  it('files no webhook of ours under somebody else’s ledger', async () => {
    const connectionId = '00000000-0000-4000-8000-00000000000c'
    const at = '2026-03-02T09:00:00Z'
    await inBusiness(store.db, theirs, (db) =>
      db
        .insertInto('connections')
        .values({
          id: connectionId,
          business_id: theirs,
          ledger: 'xero',
          organisation_id: 'org-1',
          organisation_name: 'Theirs',
          connected_at: at,
        })
        .execute(),
    )
    const hint = { eventKey: 'k', entity: 'invoice', entityId: 'i1', change: 'updated', happenedAt: null }
    const file = (businessId: string) =>
      inBusiness(store.db, businessId, (db) =>
        storeHints(db, { businessId, connectionId }, [hint], Temporal.Instant.from(at)),
      )
    await expect(file(ours)).rejects.toThrow('foreign key constraint')
    expect(await file(theirs)).toBe(1)
  })

  it('lets nobody rewrite history', async () => {
    const rewrite = inBusiness(store.db, ours, (db) => db.updateTable('events').set({ kind: 'other' }).execute())
    await expect(rewrite).rejects.toThrow('permission denied')
    await expect(asOwner(store.ownerUrl, `update events set kind = 'other'`)).rejects.toThrow('append-only')
  })

  it('works as a role that owns nothing and bypasses nothing', async () => {
    const { rows } = await sql<{ role: string; bypass: boolean; owns: number }>`
      select current_user as role, r.rolbypassrls or r.rolsuper as bypass,
             (select count(*) from pg_class where relowner = r.oid)::int as owns
        from pg_roles r where r.rolname = current_user`.execute(store.db)
    expect(rows).toEqual([{ role: 'puntual_app', bypass: false, owns: 0 }])
  })
})
