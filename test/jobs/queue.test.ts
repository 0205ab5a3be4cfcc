import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { dispatchDueWork } from '../../src/flow/work.ts'
import { openQueue } from '../../src/jobs/queue.ts'
import { HEARTBEAT_SECONDS, SUPERVISE_SECONDS } from '../../src/jobs/queues.ts'
import { inBusiness } from '../../src/store/db.ts'
import { openWorld, type World } from '../support/world.ts'

/** Tuesday 3 March, 09:30 in Madrid: the window is open. */
const IN_THE_MORNING = '2026-03-03T08:30:00Z'

const jobs = async (world: World): Promise<string[]> =>
  (await world.rows<{ line: string }>(`select name || ' ' || state as line from pgboss.job order by created_on, name`)).map(({ line }) => line) // prettier-ignore

async function plannedChase() {
  const world = await openWorld({ start: '2026-03-03T07:50:00Z' })
  world.invoice(world.regular('Acme').id, '2026-03-02')
  await world.advanceTo('2026-03-03T07:50:00Z')
  await world.rows('delete from pgboss.job')
  return { world, later: { ...world.app, now: () => Temporal.Instant.from(IN_THE_MORNING) } }
}

describe('The queue is only the alarm clock', () => {
  it('a lost job is asked for again', async () => {
    const { world, later } = await plannedChase()
    expect(await dispatchDueWork(later)).toBe(1)
    expect(await jobs(world)).toEqual(['send created'])
    await world.rows('delete from pgboss.job')
    await dispatchDueWork(later)
    expect(await jobs(world)).toEqual(['send created'])
    await world.queue.drain(later)
    expect(world.outbox.length).toBe(1)
  })

  it('a job asked for again while it waits is one job', async () => {
    const { world, later } = await plannedChase()
    await dispatchDueWork(later)
    await dispatchDueWork(later)
    expect(await jobs(world)).toEqual(['send created'])
  })

  it('a job that runs twice does its work once', async () => {
    const { world, later } = await plannedChase()
    await dispatchDueWork(later)
    expect(Object.fromEntries(await world.queue.drain(later))).toMatchObject({ 'send sent': 1, 'note written': 1 })
    const again = await world.waiting().catch(() => null)
    const [chase] = await world.rows<{ id: string }>('select id from chases')
    await world.app.enqueue(world.app.db, 'send', { businessId: world.businessId, chaseId: chase?.id ?? '' })
    expect(Object.fromEntries(await world.queue.drain(later))).toEqual({ 'send taken': 1 })
    expect([again, world.outbox.length]).toEqual([null, 1])
  })

  it('a job exists exactly when the rows that it is about do', async () => {
    const { world } = await plannedChase()
    const undone = inBusiness(world.app.db, world.businessId, async (db) => {
      await world.app.enqueue(db, 'sync', world.connection)
      throw new Error('something else failed')
    })
    await expect(undone).rejects.toThrow('something else failed')
    expect(await jobs(world)).toEqual([])
    await inBusiness(world.app.db, world.businessId, (db) => world.app.enqueue(db, 'sync', world.connection))
    expect(await jobs(world)).toEqual(['sync created'])
  })

  it('what an earlier process left behind is found', async () => {
    const { world, later } = await plannedChase()
    await dispatchDueWork(later)
    await world.queue.stop()
    const queue = await openQueue(world.store.ownerUrl, world.app.log)
    expect(Object.fromEntries(await queue.drain({ ...later, enqueue: queue.enqueue }))).toMatchObject({
      'send sent': 1,
    })
    await queue.stop()
  })
})

describe('A worker', () => {
  it('does what is due as soon as it is due, and finishes what it has begun when it is told to stop', async () => {
    const { world, later } = await plannedChase()
    const { promise, resolve } = Promise.withResolvers<void>()
    const { answer } = world.mailServer
    world.mailServer.answer = async (email) => {
      await promise
      return answer(email)
    }
    await world.queue.work(later, { dispatchEveryMs: 50 })
    await expect.poll(() => world.chases(), { timeout: 20_000 }).toEqual(['day-1 sending'])
    const stopped = world.queue.stop()
    resolve()
    await stopped
    expect(await world.chases()).toEqual(['day-1 sent'])
  })

  it('takes away the tokens of consents that nobody finished', async () => {
    const { world, later } = await plannedChase()
    const consent = `insert into consents (business_id, user_id, session_hash, ledger, state_hash, created_at, tokens)
                     values ($1, $2, 'x', 'xero', $3::bytea, now() - $4::interval, 'sealed')`
    await world.rows(consent, [world.businessId, world.userId, 'old', '2 days'])
    await world.rows(consent, [world.businessId, world.userId, 'new', '5 minutes'])
    await world.queue.work(later)
    const left = () => world.rows(`select convert_from(state_hash, 'utf8') as state from consents`)
    await expect.poll(left, { timeout: 20_000 }).toEqual([{ state: 'new' }])
    await world.queue.stop()
  })

  it('goes on with others while one job takes long', async () => {
    const { world, later } = await plannedChase()
    await world.rows(`update connections set next_sync_at = '2026-03-03T08:00:00Z'`)
    const { promise, resolve } = Promise.withResolvers<void>()
    const begun: string[] = []
    const ledgerFor: typeof later.ledgerFor = async ({ connectionId: id }, purpose) => {
      if (purpose === 'sync') begun.push(id)
      if (purpose === 'sync' && id === world.connectionId) await promise
      return world.ledger
    }
    await world.queue.work({ ...later, ledgerFor }, { dispatchEveryMs: 50 })
    await expect.poll(() => begun, { timeout: 20_000 }).toEqual([world.connectionId])

    // From here on the long one is asked for again and again, because it is still due; another business comes along.
    const [businessId, connectionId] = [randomUUID(), randomUUID()]
    await inBusiness(world.app.db, businessId, async (db) => {
      await db.insertInto('businesses').values({ id: businessId, name: 'Otra' }).execute()
      const at = IN_THE_MORNING
      const known = { ledger: 'xero', organisation_id: 'org-2', organisation_name: 'Otra', connected_at: at, next_sync_at: at } // prettier-ignore
      await db
        .insertInto('connections')
        .values({ id: connectionId, business_id: businessId, ...known })
        .execute()
    })
    const loaded = () => world.rows(`select name from connections c join businesses b on b.id = c.business_id where first_loaded_at is not null and organisation_id = 'org-2'`) // prettier-ignore
    await expect.poll(loaded, { timeout: 20_000 }).toEqual([{ name: 'Otra' }])
    expect(begun.filter((id) => id === world.connectionId).length).toBe(1)
    resolve()
    await world.queue.stop()
  })
})

describe('When a worker is killed', () => {
  /** Heartbeats as short as a test can wait for; what real queues have is compared below. */
  const quickHearts = (world: World) => world.rows('update pgboss.queue set heartbeat_seconds = 2')
  const openQuickly = async (world: World) => {
    const queue = await openQueue(world.store.ownerUrl, world.app.log, { superviseSeconds: 1 })
    afterAll(() => queue.stop())
    return { queue, app: { ...world.app, enqueue: queue.enqueue } }
  }

  it('another one goes on with its connection', async () => {
    const world = await openWorld()
    await quickHearts(world)
    const program = new URL('../support/worker-process.ts', import.meta.url).pathname
    const killed = spawn(process.execPath, [program, world.store.ownerUrl, world.app.now().toString()], { stdio: ['ignore', 'pipe', 'inherit'] }) // prettier-ignore
    afterAll(() => void killed.kill('SIGKILL'))
    await new Promise((begun) => killed.stdout.once('data', begun))
    expect(await jobs(world)).toEqual(['sync active'])
    const gone = new Promise((done) => killed.once('close', done))
    killed.kill('SIGKILL')
    await gone

    const { queue, app } = await openQuickly(world)
    await queue.work(app)
    const loaded = () => world.rows('select organisation_name as name from connections where first_loaded_at is not null') // prettier-ignore
    await expect.poll(loaded, { timeout: 60_000 }).toEqual([{ name: 'Talleres Vega' }])
  })

  it('one that does everything at once, for a clock that stands still, is not taken for dead either', async () => {
    const world = await openWorld()
    await quickHearts(world)
    const { queue, app } = await openQuickly(world)
    const { promise, resolve } = Promise.withResolvers<void>()
    let begun = 0
    const ledgerFor: typeof world.app.ledgerFor = async () => {
      begun += 1
      await promise
      return world.ledger
    }
    await dispatchDueWork(app)
    const drained = queue.drain({ ...app, ledgerFor })
    const lasted = () => world.rows(`select extract(epoch from now() - started_on) > 6 as long, state from pgboss.job`)
    await expect.poll(lasted, { timeout: 60_000 }).toEqual([{ long: true, state: 'active' }])
    resolve()
    expect(Object.fromEntries(await drained)).toEqual({ 'sync full': 1 })
    expect(begun).toBe(1)
  })

  it('that is noticed within a minute, by what the queues are made with', async () => {
    const { world } = await plannedChase()
    const made = await world.rows('select distinct heartbeat_seconds as heartbeat, expire_seconds as longest from pgboss.queue where heartbeat_seconds is not null') // prettier-ignore
    expect(made).toEqual([{ heartbeat: HEARTBEAT_SECONDS, longest: 86_400 }])
    expect((await world.rows('select name from pgboss.queue where heartbeat_seconds is null and name not like $1', ['\\_\\_%'])).length).toBe(0) // prettier-ignore
    expect(HEARTBEAT_SECONDS + SUPERVISE_SECONDS).toBeLessThanOrEqual(60)
  })

  it('one that merely takes long keeps its job for itself', async () => {
    const world = await openWorld()
    await quickHearts(world)
    const [one, other] = [await openQuickly(world), await openQuickly(world)]
    const { promise, resolve } = Promise.withResolvers<void>()
    let begun = 0
    const ledgerFor: typeof world.app.ledgerFor = async () => {
      begun += 1
      await promise
      return world.ledger
    }
    for (const { queue, app } of [one, other]) await queue.work({ ...app, ledgerFor }, { dispatchEveryMs: 100 })
    // Three times as long as a silence that would count as death.
    const lasted = () =>
      world.rows(`select extract(epoch from now() - started_on) > 6 as long, state from pgboss.job where name = 'sync'`)
    await expect.poll(lasted, { timeout: 60_000 }).toEqual([{ long: true, state: 'active' }])
    expect(begun).toBe(1)
    resolve()
    await Promise.all([one.queue.stop(), other.queue.stop()])
    expect(begun).toBe(1)
  })
})
