import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { endCall, takeCall, type AllowanceShare } from '../../src/store/allowances.ts'
import type { ConnectionKey } from '../../src/store/connections.ts'
import { inBusiness, openStore, type Db } from '../../src/store/db.ts'
import { tenant } from '../support/connecting.ts'
import { asOwner, freshDatabase, type TestDatabase } from '../support/database.ts'

const START = Temporal.Instant.from('2026-03-02T09:00:00Z')
const after = (seconds: number) => START.add({ milliseconds: Math.round(seconds * 1000) })
const NOTHING = { leftThisMinute: null, leftToday: null, blocked: null }

let store: TestDatabase
let connection: ConnectionKey

beforeAll(async () => {
  store = await freshDatabase()
})

beforeEach(async () => {
  connection = await newConnection()
})

async function newConnection(): Promise<ConnectionKey> {
  const { businessId } = await tenant(store.db, 'Acme')
  const connectionId = randomUUID()
  await inBusiness(store.db, businessId, (db) =>
    db
      .insertInto('connections')
      .values({
        id: connectionId,
        business_id: businessId,
        ledger: 'xero',
        organisation_id: connectionId,
        organisation_name: 'Acme Ltd',
        connected_at: START.toString(),
      })
      .execute(),
  )
  return { businessId, connectionId }
}

const share = (more: Partial<AllowanceShare> = {}): AllowanceShare => ({
  perMinute: 60, perSecond: null, atOnce: null, perDay: null, keepPercent: 0, ...more,
}) // prettier-ignore

/** Takes a place at a second; returns the lease, or what to wait for as "minute 12". */
async function take(second: number, limits: AllowanceShare = share(), db: Db = store.db): Promise<string> {
  const leaseId = randomUUID()
  const call = { leaseId, at: after(second), leaseUntil: after(second + 125), share: limits }
  const wait = await takeCall(db, connection, call)
  return wait ? `${wait.for} ${wait.seconds}` : leaseId
}

type Seen = Partial<Omit<Parameters<typeof endCall>[2], 'leaseId' | 'at'>>

const end = (leaseId: string, second: number, seen: Seen = {}, db: Db = store.db) =>
  endCall(db, connection, { leaseId, at: after(second), minuteLimit: 60, perDay: null, ...NOTHING, ...seen })

/** One whole call; returns whether it got its place. */
async function call(from: number, to: number, limits: AllowanceShare = share(), seen: Seen = {}): Promise<string> {
  const lease = await take(from, limits)
  if (lease.includes(' ')) return lease
  await end(lease, to, { perDay: limits.perDay, ...seen })
  return 'went'
}

describe('A ledger’s allowance per minute', () => {
  it('counts a call from its start until a minute after its end', async () => {
    const one = share({ perMinute: 1 })
    const lease = await take(0, one)
    expect(await take(59, one)).toBe('minute 1')
    await end(lease, 100)
    expect(await take(101, one)).toBe('minute 60')
    expect(await take(159.9, one)).toBe('minute 1')
    expect(await take(160.25, one)).toMatch(/^[\da-f-]{36}$/)
  })

  it('says when there will be room again: not too early, and late by a second at most', async () => {
    const limits = share({ perMinute: 3 })
    for (const second of [0, 10, 20]) await call(second, second, limits)
    expect(await take(25, limits)).toBe('minute 36')
    // A purpose with a smaller share waits for more of them to pass.
    expect(await take(25, share({ perMinute: 1 }))).toBe('minute 56')
    expect(await call(61, 61, limits)).toBe('went')
    expect(await take(61, limits)).toBe('minute 10')
  })

  it('never lets a vendor see more than the limit in any sixty seconds, however slow the network, and uses it up', async () => {
    const random = seeded(7)
    const limits = share({ perMinute: 20 })
    const counted: number[] = []
    const underWay: { lease: string; ends: number }[] = []
    let now = 0
    while (now < 400) {
      for (const over of underWay.filter(({ ends }) => ends <= now)) {
        underWay.splice(underWay.indexOf(over), 1)
        await end(over.lease, over.ends, { minuteLimit: 20 })
      }
      const lease = underWay.length < 5 ? await take(now, limits) : 'busy 0.1'
      if (lease.includes(' ')) {
        const wait = Number(lease.split(' ')[1])
        const nextEnd = Math.min(...underWay.map(({ ends }) => ends))
        now = Math.min(now + wait, nextEnd)
        continue
      }
      // The vendor counts the call anywhere between its start and its end.
      const takes = random() < 0.1 ? 5 + random() * 20 : 0.05 + random() * 0.3
      counted.push(now + random() * takes)
      underWay.push({ lease, ends: now + takes })
      now += 0.01
    }
    counted.sort((one, other) => one - other)
    const most = Math.max(...counted.map((from) => counted.filter((at) => at >= from && at < from + 60).length))
    expect(most).toBeLessThanOrEqual(20)
    // 400 s hold 6.67 minutes: 133 calls; slow calls hold their place while they last.
    expect(counted.length).toBeGreaterThan(110)
  })

  it('is used up to 97 % or more by calls of ordinary length', async () => {
    let [now, calls] = [0, 0]
    const limits = share({ perMinute: 59 })
    while (now < 600) {
      const went = await call(now, now + 0.2, limits)
      if (went === 'went') {
        calls++
        now += 0.2
      } else now += 0.25
    }
    expect(calls / 600).toBeGreaterThanOrEqual(0.97)
    expect(calls / 600).toBeLessThanOrEqual(1.08)
  })

  it('believes a vendor that counts fewer left than we do', async () => {
    await call(0, 0, share(), { leftThisMinute: 2 })
    expect([await call(1, 1), await call(1, 1), await take(1)]).toEqual(['went', 'went', 'minute 60'])
    expect(await call(60.25, 60.25)).toBe('went')
  })

  it('stands still with a clock that stands still', async () => {
    const limits = share({ perMinute: 2 })
    expect([await call(0, 0, limits), await call(0, 0, limits), await take(0, limits)]).toEqual([
      'went', 'went', 'minute 61',
    ]) // prettier-ignore
  })

  it('bears a process whose clock is behind, and starts anew when the clock was set back', async () => {
    const limits = share({ perMinute: 2 })
    await call(100, 100, limits)
    await call(98, 98, limits)
    expect(await take(99, limits)).toMatch(/^minute/)
    await take(200, limits)
    await take(200, limits)
    expect(await take(0, limits)).toMatch(/^[\da-f-]{36}$/)
  })
})

describe('Calls at once', () => {
  it('never exceed the limits, for two hundred takers in four processes', async () => {
    const stores = [1, 2, 3, 4].map(() => openStore(store.ownerUrl, { connections: 5 }))
    const limits = share({ perMinute: 59, atOnce: 5 })
    let most = 0
    let underWay = 0
    const oneCall = async (db: Db): Promise<string> => {
      const lease = await take(0, limits, db)
      if (lease.startsWith('concurrent')) return oneCall(db)
      if (lease.includes(' ')) return lease
      most = Math.max(most, ++underWay)
      // The call itself: some time in which others try.
      await db.selectFrom('users').select('id').execute()
      underWay--
      await end(lease, 0, {}, db)
      return 'went'
    }
    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, i) => oneCall((stores[i % 4] ?? store).db)))
    await Promise.all(stores.map((one) => one.close()))
    expect(outcomes.filter((outcome) => outcome === 'went').length).toBe(59)
    expect(outcomes.length).toBe(200)
    expect(most).toBe(5)
  })

  it('exactly as many get in as the vendor allows', async () => {
    const limits = share({ atOnce: 5 })
    const leases = await Promise.all(Array.from({ length: 40 }, () => take(0, limits)))
    const taken = leases.filter((lease) => !lease.includes(' '))
    expect(taken.length).toBe(5)
    expect(new Set(leases.filter((lease) => lease.includes(' ')))).toEqual(new Set(['concurrent 1']))
    await end(taken[0] ?? '', 1)
    expect(await take(1, limits)).toMatch(/^[\da-f-]{36}$/)
    expect(await take(1, limits)).toBe('concurrent 1')
  })

  it('whose process died give their place back when the lease runs out, and not before', async () => {
    const limits = share({ atOnce: 1 })
    await take(0, limits)
    expect(await take(124.9, limits)).toBe('concurrent 1')
    expect(await take(125, limits)).toMatch(/^[\da-f-]{36}$/)
  })

  it('given back twice, or after the lease, free no place of another call', async () => {
    const limits = share({ atOnce: 2 })
    const lease = await take(0, limits)
    await take(0, limits)
    await end(lease, 1)
    await end(lease, 1)
    expect(await take(1, limits)).toMatch(/^[\da-f-]{36}$/)
    expect(await take(1, limits)).toBe('concurrent 1')
  })

  it('respect ten a second', async () => {
    const limits = share({ perMinute: 500, perSecond: 10 })
    for (let i = 0; i < 10; i++) await call(0, 0.1, limits)
    expect(await take(0.9, limits)).toBe('second 1')
    expect(await take(1.5, limits)).toMatch(/^[\da-f-]{36}$/)
  })
})

describe('A ledger’s allowance per day', () => {
  const sends = share({ perMinute: 100_000, perDay: 100, keepPercent: 0.5 })
  const syncs = { ...sends, keepPercent: 20 }

  it('keeps a reserve that only sends and webhooks may use', async () => {
    for (let i = 0; i < 80; i++) await call(i, i, syncs)
    expect(await take(100, syncs)).toBe('day 86300')
    for (let i = 0; i < 19; i++) expect(await call(200 + i, 200 + i, sends)).toBe('went')
    expect(await call(300, 300, sends)).toBe('went')
    expect(await take(400, sends)).toBe('day 86000')
    expect(await call(86_400, 86_400, syncs)).toBe('went')
  })

  it('believes the vendor: fewer left, a larger plan, a day that began again', async () => {
    await call(0, 0, sends, { leftToday: 1 })
    expect(await call(1, 1, sends, { leftToday: 0 })).toBe('went')
    expect(await take(2, sends)).toBe('day 86398')

    connection = await newConnection()
    await call(0, 0, syncs, { leftToday: 4999 })
    // A fifth of five thousand is kept.
    await call(1, 1, syncs, { leftToday: 1002 })
    expect(await call(2, 2, syncs, { leftToday: 1000 })).toBe('went')
    expect(await take(3, syncs)).toMatch(/^day/)
    // In the night the vendor's day begins, and a send is the first to hear of it.
    expect(await call(50_000, 50_000, sends, { leftToday: 4999 })).toBe('went')
    expect(await call(50_001, 50_001, syncs, { leftToday: 1 })).toBe('went')
    expect(await take(50_002, syncs)).toBe('day 86398')
  })

  it('counts calls under way against what the vendor says is left', async () => {
    const first = await take(0, sends)
    const second = await take(0, sends)
    await end(first, 1, { perDay: 100, leftToday: 1 })
    expect(await take(1, sends)).toMatch(/^day/)
    await end(second, 1, { perDay: 100, leftToday: 0 })
  })
})

describe('A vendor that says no', () => {
  it('is left alone for as long as it said', async () => {
    const blocked = { until: after(22), why: 'minute' }
    await call(0, 0, share(), { blocked })
    expect([await take(1), await take(21.5), await call(22, 22)]).toEqual(['minute 21', 'minute 1', 'went'])
  })

  it('is left alone for the longest that it said', async () => {
    const [one, two] = [await take(0), await take(0)]
    await end(one, 0, { blocked: { until: after(66_183), why: 'day' } })
    await end(two, 0, { blocked: { until: after(2), why: 'concurrent' } })
    expect(await take(10)).toBe('day 66173')
  })

  it('for the day begins a new day when it is over', async () => {
    const limits = share({ perDay: 100, keepPercent: 0.5 })
    await call(0, 0, limits, { blocked: { until: after(3600), why: 'day' }, leftToday: 0 })
    expect(await take(3599, limits)).toBe('day 1')
    expect(await call(3600, 3600, limits)).toBe('went')
  })
})

describe('Whose allowance it is', () => {
  it('is kept per connection, inside its business', async () => {
    const limits = share({ perMinute: 1 })
    await call(0, 0, limits)
    const mine = connection
    connection = await newConnection()
    expect(await call(0, 0, limits)).toBe('went')
    const seen = await inBusiness(store.db, mine.businessId, (db) =>
      db.selectFrom('allowances').select('connection_id').execute(),
    )
    expect(seen).toEqual([{ connection_id: mine.connectionId }])
    // A connection of another business is none of ours.
    connection = { businessId: connection.businessId, connectionId: mine.connectionId }
    await expect(take(0, limits)).rejects.toThrow('no such connection in this business')
  })

  it('leaves no business behind in the session it used', async () => {
    const one = openStore(store.ownerUrl, { connections: 1 })
    await take(0, share(), one.db)
    expect(await one.db.selectFrom('allowances').select('connection_id').execute()).toEqual([])
    await one.close()
  })

  it('goes with the connection', async () => {
    await call(0, 0)
    await asOwner(store.ownerUrl, 'delete from connections where id = $1', [connection.connectionId])
    expect(
      await asOwner(store.ownerUrl, 'select 1 from allowances where connection_id = $1', [connection.connectionId]),
    ).toEqual([])
  })
})

/** A small repeatable random number generator (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
