import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import type { Policy } from '../../src/chase/policy.ts'
import { applyPolicy, type PolicyApp } from '../../src/flow/apply-policy.ts'
import { policyInForce } from '../../src/flow/policy.ts'
import { policyHash } from '../../src/policy/hash.ts'
import { inBusiness } from '../../src/store/db.ts'
import { listVersions, readUsedPolicy } from '../../src/store/policies.ts'
import { asOwner, freshDatabase, type TestDatabase } from '../support/database.ts'
import { everyOpening } from '../support/openings.ts'
import { openWorld } from '../support/world.ts'

const NOW = Temporal.Instant.from('2026-03-02T09:00:00Z')
const document = (touches: number): string => `version: 1\ncontact:\n  touches-per-spell: ${touches} # at most\n`

describe('A policy applied', () => {
  let store: TestDatabase
  let app: PolicyApp
  let businessId: string
  beforeAll(async () => {
    store = await freshDatabase()
    app = { db: store.db, now: () => NOW, openings: everyOpening }
  })
  beforeEach(async () => {
    businessId = randomUUID()
    await inBusiness(store.db, businessId, (db) =>
      db.insertInto('businesses').values({ id: businessId, name: businessId }).execute(),
    )
  })
  const apply = (text: string, basedOn: number | null = null, why: string | null = null) =>
    applyPolicy(app, { businessId, userId: 'operator', document: text, basedOn, why })
  const inForce = (at = NOW) => inBusiness(store.db, businessId, (db) => policyInForce(db, businessId, at))
  const versions = () => inBusiness(store.db, businessId, (db) => listVersions(db, businessId, 10))

  it('is in force at once as the next version, and the default before that', async () => {
    expect(await inForce()).toEqual({
      policy: DEFAULT_POLICY,
      hash: policyHash(DEFAULT_POLICY),
      version: null,
      kept: false,
    })
    expect(await apply(document(13), 0, 'calmer')).toMatchObject({ kind: 'applied', version: 1 })
    expect(await apply(document(14), 1)).toMatchObject({ kind: 'applied', version: 2 })
    const policy: Policy = { ...DEFAULT_POLICY, touchesPerSpell: 14 }
    expect(await inForce()).toEqual({ policy, hash: policyHash(policy), version: 2, kept: true })
    expect((await inForce(NOW.subtract({ hours: 1 }))).version).toBe(null)
    expect((await versions()).map(({ version, document: text, who, why }) => [version, text, who, why])).toEqual([
      [2, document(14), 'operator', null],
      [1, document(13), 'operator', 'calmer'],
    ])
    expect(
      await asOwner(store.ownerUrl, `select kind, facts->>'version' version from events where business_id = $1 order by id`, [
        businessId,
      ]),
    ).toEqual([{ kind: 'policy-applied', version: '1' }, { kind: 'policy-applied', version: '2' }]) // prettier-ignore
  })

  it('changes nothing when it says the same word for word, and keeps a new comment as a version', async () => {
    await apply(document(13))
    expect(await apply(document(13).replaceAll('\n', '\r\n'))).toEqual({ kind: 'unchanged' })
    expect(await apply(`# why not\n${document(13)}`)).toMatchObject({ kind: 'applied', version: 2 })
    expect(new Set((await versions()).map(({ hash }) => hash)).size).toBe(1)
  })

  it('is refused with errors, and leaves no trace', async () => {
    const refused = await apply('version: 1\ncontact: {gap-business-days: 12}\n')
    expect(refused.kind).toBe('refused')
    const lines = refused.kind === 'refused' ? refused.checked.remarks.map(({ line, weight }) => [line, weight]) : []
    expect(lines.length).toBeGreaterThan(0)
    expect((await apply('version: 2\n')).kind).toBe('refused')
    expect(await versions()).toEqual([])
    expect(await asOwner(store.ownerUrl, 'select from events where business_id = $1', [businessId])).toEqual([])
  })

  it('does not replace a version that its author had not seen, also when two apply at once', async () => {
    expect(await apply(document(13), 0)).toMatchObject({ kind: 'applied' })
    expect(await apply(document(14), 0)).toEqual({ kind: 'overtaken', version: 1 })
    const outcomes = await Promise.all([15, 16, 17].map((touches) => apply(document(touches), 1)))
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['applied', 'overtaken', 'overtaken'])
  })

  it('is never rewritten, not by the application and not by the owner of the database', async () => {
    await apply(document(13))
    for (const table of ['policies', 'policies_used'] as const) {
      for (const change of [`update ${table} set hash = repeat('0', 64)`, `delete from ${table}`]) {
        await expect(asOwner(store.ownerUrl, change)).rejects.toThrow('append-only')
      }
      const asApplication = inBusiness(store.db, businessId, (db) => db.deleteFrom(table).execute())
      await expect(asApplication).rejects.toThrow(/permission denied|append-only/)
    }
    await asOwner(store.ownerUrl, 'delete from businesses where id = $1', [businessId])
    expect(await asOwner(store.ownerUrl, 'select from policies where business_id = $1', [businessId])).toEqual([])
  })

  it('is nobody else’s', async () => {
    await apply(document(13))
    const other = randomUUID()
    await inBusiness(store.db, other, (db) => db.insertInto('businesses').values({ id: other, name: other }).execute())
    const seen = await inBusiness(store.db, other, async (db) => [
      await db.selectFrom('policies').selectAll().execute(),
      await db.selectFrom('policies_used').selectAll().execute(),
      (await policyInForce(db, businessId, NOW)).version,
    ])
    expect(seen).toEqual([[], [], null])
  })
})

describe('What was decided', () => {
  it('names the policy that decided it, which can be read again under its hash', async () => {
    const world = await openWorld({ start: '2026-03-02T04:00:00Z', mode: 'automatic' })
    const policyApp: PolicyApp = { ...world.app, openings: everyOpening }
    const { businessId, userId } = world
    world.invoice(world.regular('Acme').id, '2026-03-02')
    await world.until('2026-03-03', '08:30')
    const hashes = {
      default: policyHash(DEFAULT_POLICY),
      calmer: policyHash({ ...DEFAULT_POLICY, touchesPerSpell: 9 }),
    }
    const chases = () => world.rows(`select step_id, status, policy_hash from chases order by planned_at`)
    expect(await chases()).toEqual([{ step_id: 'day-1', status: 'planned', policy_hash: hashes.default }])
    const calmer = 'version: 1\ncontact: {touches-per-spell: 9}\n'
    await applyPolicy(policyApp, { businessId, userId, document: calmer, basedOn: null, why: null })
    await world.until('2026-03-09', '12:00')

    // Planned by one policy and let go by the next: the one that let it go has decided.
    expect(await chases()).toEqual([
      { step_id: 'day-1', status: 'sent', policy_hash: hashes.calmer },
      { step_id: 'day-7', status: 'sent', policy_hash: hashes.calmer },
    ])
    expect(await world.rows(`select on_day::text as day, policy_hash from verdicts where on_day in ('2026-03-02', '2026-03-09') order by 1`)).toEqual([
      { day: '2026-03-02', policy_hash: hashes.default },
      { day: '2026-03-09', policy_hash: hashes.calmer },
    ]) // prettier-ignore
    const kept = await inBusiness(world.store.db, businessId, (db) => readUsedPolicy(db, businessId, hashes.default))
    expect(kept).toEqual(DEFAULT_POLICY)
    expect(policyHash(kept as Policy)).toBe(hashes.default)
  })
})
