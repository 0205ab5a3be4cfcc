import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ConnectionRef } from '../../src/flow/dependencies.ts'
import { disconnect } from '../../src/flow/disconnect.ts'
import { ledgerSession } from '../../src/flow/session.ts'
import { accessTokenFor } from '../../src/flow/tokens.ts'
import { LedgerError } from '../../src/ledgers/ledger.ts'
import { inBusiness } from '../../src/store/db.ts'
import {
  anotherProcess,
  connected,
  connectionRows,
  connectWorld,
  consent,
  forgetEverybody,
  history,
  tenant,
  type ConnectWorld,
  type Tenant,
} from '../support/connecting.ts'
import { asOwner, freshDatabase, type TestDatabase } from '../support/database.ts'

let store: TestDatabase
let world: ConnectWorld
let acme: Tenant
let ref: ConnectionRef

beforeAll(async () => {
  store = await freshDatabase()
})

beforeEach(async () => {
  await forgetEverybody(store)
  world = connectWorld(store)
  acme = await tenant(store.db, 'Acme')
  ref = await connected(world, acme)
})

const later = (duration: Temporal.DurationLike) => {
  world.clock.now = world.clock.now.add(duration)
}
const renewals = () => world.xero.calls.filter((call) => call === 'refresh').length
const status = async () => (await connectionRows(store.db, acme)).map((row) => row.status)

/** The refresh tokens as stored, opened: newest and previous. */
async function storedTokens(): Promise<{ newest: string; previous: string | null; version: number; worked: boolean }> {
  const [row] = await asOwner<{
    id: string
    business_id: string
    refresh_token: string
    previous_refresh_token: string | null
    version: number
    worked_at: unknown
  }>(store.ownerUrl, 'select * from token_sets')
  if (!row) throw new Error('no tokens')
  const seal = await world.seal.of(row.business_id)
  const open = (column: 'refresh_token' | 'previous_refresh_token', sealed: string) =>
    seal.open({ table: 'token_sets', column, row: row.id }, sealed)
  return {
    newest: open('refresh_token', row.refresh_token),
    previous: row.previous_refresh_token === null ? null : open('previous_refresh_token', row.previous_refresh_token),
    version: row.version,
    worked: row.worked_at !== null,
  }
}

describe('Access tokens', () => {
  it('are used as they are until shortly before they end, then renewed early', async () => {
    const first = await accessTokenFor(world, ref)
    // 30 minutes of life; renewed between 7 and 5 minutes before the end.
    later({ minutes: 22 })
    expect(await accessTokenFor(world, ref)).toBe(first)
    expect(renewals()).toBe(0)
    later({ minutes: 3 })
    const second = await accessTokenFor(world, ref)
    expect(second === first).toBe(false)
    expect(await accessTokenFor(world, ref)).toBe(second)
    expect(renewals()).toBe(1)
  })

  it('that live for a minute only are not renewed with every call', async () => {
    world.xero.lifeSeconds = 60
    later({ hours: 1 })
    for (let i = 0; i < 5; i++) {
      await accessTokenFor(world, ref)
      later({ seconds: 5 })
    }
    expect(renewals()).toBe(1)
  })

  it('that the ledger refused are renewed once, by whoever comes first', async () => {
    const refused = await accessTokenFor(world, ref)
    const [one, two] = [await accessTokenFor(world, ref, refused), await accessTokenFor(world, ref, refused)]
    expect(one === refused).toBe(false)
    expect(two).toBe(one)
    expect(renewals()).toBe(1)
  })

  it('are renewed once by many workers in several processes', async () => {
    const others = [anotherProcess(world), anotherProcess(world), anotherProcess(world)]
    later({ hours: 1 })
    const processes = [world, ...others]
    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, i) => accessTokenFor(processes[i % processes.length] ?? world, ref)),
    )
    await Promise.all(others.map((process) => process.close()))
    expect(new Set(tokens).size).toBe(1)
    expect(renewals()).toBe(1)
    expect(await status()).toEqual(['connected'])
  })

  it('are in the database before anybody gets to use them', async () => {
    later({ hours: 1 })
    const token = await accessTokenFor(world, ref)
    const other = anotherProcess(world)
    expect(await accessTokenFor(other, ref)).toBe(token)
    await other.close()
    expect(renewals()).toBe(1)
  })

  it('keep the refresh token they were made from until they have worked', async () => {
    const { newest: original } = await storedTokens()
    later({ hours: 1 })
    const apiUrls = { xero: 'https://api.test', quickbooks: 'https://api.test' }
    const { session } = await ledgerSession({ ...world, apiUrls }, ref, 'sync')
    await session.accessToken()
    expect(await storedTokens()).toMatchObject({ previous: original, version: 2, worked: false })

    const seen = { remainingThisMinute: 59, remainingToday: null, refused: null }
    const unanswered = await session.allowance()
    await unanswered({ ...seen, tokenAccepted: false })
    expect(await storedTokens()).toMatchObject({ previous: original, worked: false })
    const answered = await session.allowance()
    await answered({ ...seen, tokenAccepted: true })
    expect(await storedTokens()).toMatchObject({ previous: null, version: 2, worked: true })
  })

  it('survive an answer that was lost after the vendor had rotated', async () => {
    world.xero.graceSeconds = 1800
    world.xero.down = 'after-rotation'
    later({ hours: 1 })
    await expect(accessTokenFor(world, ref)).rejects.toMatchObject({ problem: 'unavailable' })
    expect(await status()).toEqual(['connected'])
    world.xero.down = 'no'
    later({ minutes: 10 })
    expect(await accessTokenFor(world, ref)).toMatch(/^access-/)
    expect(await status()).toEqual(['connected'])
  })

  it('survive a database connection that dies between the vendor’s answer and our commit', async () => {
    world.xero.duringRefresh = async () => {
      world.xero.duringRefresh = async () => {}
      await asOwner(
        store.ownerUrl,
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and state = 'idle in transaction'`,
      )
    }
    later({ hours: 1 })
    const token = await accessTokenFor(world, ref)
    expect(renewals()).toBe(1)
    expect(await accessTokenFor(world, ref)).toBe(token)
    later({ hours: 1 })
    // The chain goes on: nothing was lost.
    expect((await accessTokenFor(world, ref)) === token).toBe(false)
    expect(await status()).toEqual(['connected'])
  })

  it('survive a deadlock at our commit without the vendor being asked twice, which it takes for theft', async () => {
    await asOwner(
      store.ownerUrl,
      `create sequence tries;
       create function deadlock_once() returns trigger language plpgsql security definer as $$
       begin
         if nextval('tries') = 1 then raise exception 'deadlock detected' using errcode = '40P01'; end if;
         return new;
       end $$;
       create trigger deadlock_once before update on token_sets for each row execute function deadlock_once()`,
    )
    later({ hours: 1 })
    const token = await accessTokenFor(world, ref)
    await asOwner(store.ownerUrl, `drop function deadlock_once cascade; drop sequence tries`)
    expect(renewals()).toBe(1)
    expect(await accessTokenFor(world, ref)).toBe(token)
    expect(await status()).toEqual(['connected'])
  })

  it('come from the previous refresh token when the vendor never heard of the newest', async () => {
    const { newest: original } = await storedTokens()
    later({ hours: 1 })
    await accessTokenFor(world, ref)
    world.xero.forget((await storedTokens()).newest)
    world.xero.restore(original)
    later({ hours: 1 })
    expect(await accessTokenFor(world, ref)).toMatch(/^access-/)
    expect(await status()).toEqual(['connected'])
    expect(await storedTokens()).toMatchObject({ previous: original, version: 3 })
  })

  it('are taken from the row as another process left it, not as it was before the lock', async () => {
    // The other process rotates while this one waits; the token this one knew would now be taken for theft.
    const other = anotherProcess(world)
    later({ hours: 1 })
    const waiting: Promise<string>[] = []
    world.xero.duringRefresh = async () => {
      world.xero.duringRefresh = async () => {}
      waiting.push(accessTokenFor(world, ref))
      await waitUntilBlocked()
    }
    const first = await accessTokenFor(other, ref)
    expect(await Promise.all(waiting)).toEqual([first])
    await other.close()
    expect(renewals()).toBe(1)
    expect(await status()).toEqual(['connected'])
  })

  it('that can no longer be had stop the connection, tell the owner once, and ask for a new consent', async () => {
    world.xero.revokeEverything()
    later({ hours: 1 })
    const workers = await Promise.allSettled([1, 2, 3].map(() => accessTokenFor(world, ref)))
    expect(workers.map((worker) => worker.status === 'rejected' && (worker.reason as LedgerError).problem)).toEqual([
      'reconnect', 'reconnect', 'reconnect',
    ]) // prettier-ignore
    expect(await connectionRows(store.db, acme)).toMatchObject([
      { status: 'reconnect-needed', status_why: 'access-ended' },
    ])
    expect((await history(store.db, acme.businessId)).map(({ kind }) => kind)).toEqual([
      'connected',
      'reconnect-needed',
    ])
    expect(world.outbox.map(({ subject }) => subject)).toEqual([
      expect.stringMatching(/^Xero needs to be connected again \(Acme/),
    ])
    const asked = renewals()
    await expect(accessTokenFor(world, ref)).rejects.toMatchObject({ problem: 'reconnect' })
    expect(renewals()).toBe(asked)
  })

  it('are not given up because the vendor is down or our own app is refused', async () => {
    const old = await accessTokenFor(world, ref)
    later({ minutes: 25 })
    world.xero.down = 'before'
    // Renewing early failed; the old token is good for five minutes more.
    expect(await accessTokenFor(world, ref)).toBe(old)
    expect(renewals()).toBe(1)
    later({ hours: 1 })
    await expect(accessTokenFor(world, ref)).rejects.toMatchObject({ problem: 'unavailable' })
    world.xero.down = 'no'
    world.xero.refuses = 'rejected'
    await expect(accessTokenFor(world, ref)).rejects.toMatchObject({ problem: 'unavailable' })
    expect(await status()).toEqual(['connected'])
    expect(world.outbox).toEqual([])
  })

  it('wait for nobody forever: when another process takes long over a renewal the work is parked', async () => {
    const holder = anotherProcess(world)
    later({ hours: 1 })
    await inBusiness(holder.db, acme.businessId, async (db) => {
      await db.selectFrom('token_sets').select('id').forUpdate().execute()
      await expect(accessTokenFor(world, ref)).rejects.toMatchObject({ problem: 'slow-down', retryAfterSeconds: 15 })
    })
    await holder.close()
    expect(renewals()).toBe(0)
  })

  it('are held by a session, so that not every call to the ledger is a question to the database', async () => {
    const apiUrls = { xero: 'https://api.test', quickbooks: 'https://api.test' }
    const { session } = await ledgerSession({ ...world, apiUrls }, ref, 'sync')
    const token = await session.accessToken()
    await asOwner(store.ownerUrl, `update token_sets set access_token = 'unreadable'`)
    expect(await session.accessToken()).toBe(token)
    await expect(session.accessToken(token)).rejects.toThrow('cannot be opened')
  })
})

/** Until some session waits for a lock. */
async function waitUntilBlocked(): Promise<void> {
  for (;;) {
    const waiting = await asOwner(
      store.ownerUrl,
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (waiting.length > 0) return
  }
}

describe('Disconnecting', () => {
  it('ends the link at the vendor, revokes and deletes the tokens, and writes it down', async () => {
    const { newest } = await storedTokens()
    expect(await disconnect(world, acme)).toEqual({ told: true })
    expect(world.xero.ended).toEqual(['link-acme'])
    expect(world.xero.revoked).toEqual([newest])
    expect(await asOwner(store.ownerUrl, 'select id from token_sets')).toEqual([])
    expect(await connectionRows(store.db, acme)).toMatchObject([
      { status: 'disconnected', token_set_id: null, next_sync_at: null },
    ])
    expect((await history(store.db, acme.businessId)).slice(1)).toEqual([
      {
        kind: 'disconnected',
        facts: { connectionId: ref.connectionId, ledger: 'xero', organisation: 'Acme Ltd', tokens: 'deleted' },
      },
    ])
    await expect(accessTokenFor(world, ref)).rejects.toMatchObject({ problem: 'reconnect' })
    expect(await disconnect(world, acme)).toEqual({ problem: 'not-connected' })
  })

  it('revokes nothing while another business lives on the same tokens', async () => {
    const globex = await tenant(store.db, 'Globex')
    const theirs = await connected(world, globex, 'org-globex')
    expect(await disconnect(world, acme)).toEqual({ told: true })
    expect(world.xero.ended).toEqual(['link-acme'])
    expect(world.xero.revoked).toEqual([])
    expect((await history(store.db, acme.businessId)).at(-1)?.facts['tokens']).toBe('kept-for-another-business')
    later({ hours: 1 })
    expect(await accessTokenFor(world, theirs)).toMatch(/^access-/)

    expect(await disconnect(world, globex)).toEqual({ told: true })
    expect(world.xero.revoked.length).toBe(1)
    expect(await asOwner(store.ownerUrl, 'select id from token_sets')).toEqual([])
  })

  it('works when the vendor cannot be reached, and says so', async () => {
    world.xero.down = 'before'
    expect(await disconnect(world, acme)).toEqual({ told: false })
    expect(await asOwner(store.ownerUrl, 'select id from token_sets')).toEqual([])
    expect(await status()).toEqual(['disconnected'])
    expect((await history(store.db, acme.businessId)).slice(1).map(({ kind, facts }) => [kind, facts['why']])).toEqual([
      ['disconnected', undefined], ['disconnected', 'unavailable'],
    ]) // prettier-ignore
  })

  it('renews an access token that has ended in order to say goodbye', async () => {
    later({ hours: 5 })
    expect(await disconnect(world, acme)).toEqual({ told: true })
    expect(world.xero.calls.slice(-3)).toEqual(['refresh', 'disconnect link-acme', 'revoke'])
  })

  it('has nothing to say to a vendor that has ended the access already', async () => {
    world.xero.revokeEverything()
    later({ hours: 5 })
    expect(await disconnect(world, acme)).toEqual({ told: true })
    expect(await status()).toEqual(['disconnected'])
  })

  it('frees the organisation for another business', async () => {
    await disconnect(world, acme)
    const globex = await tenant(store.db, 'Globex')
    await connected(world, globex, 'org-acme')
    expect(await connectionRows(store.db, globex)).toMatchObject([{ organisation_id: 'org-acme', status: 'connected' }])
  })

  it('waits for a renewal under way, so that no fresh tokens are left behind', async () => {
    const other = anotherProcess(world)
    later({ hours: 1 })
    const leaving: ReturnType<typeof disconnect>[] = []
    world.xero.duringRefresh = async () => {
      world.xero.duringRefresh = async () => {}
      leaving.push(disconnect(world, acme))
      await waitUntilBlocked()
    }
    await accessTokenFor(other, ref)
    expect(await Promise.all(leaving)).toEqual([{ told: true }])
    await other.close()
    const issued = [...world.xero.secrets].filter((secret) => secret.startsWith('refresh-'))
    expect(world.xero.revoked).toEqual([issued.at(-1)])
    expect(await asOwner(store.ownerUrl, 'select id from token_sets')).toEqual([])
  })
})

describe('Secrets', () => {
  it('are nowhere in the database, the log, the letters or the errors', async () => {
    const globex = await tenant(store.db, 'Globex')
    await connected(world, globex, 'org-globex')
    await consent(world, globex)
    const errors: unknown[] = []
    const keep = (error: unknown) => void errors.push(error)
    later({ hours: 1 })
    await accessTokenFor(world, ref)
    world.xero.down = 'before'
    later({ hours: 1 })
    await accessTokenFor(world, ref).catch(keep)
    world.xero.down = 'no'
    world.xero.revokeEverything()
    await accessTokenFor(world, ref).catch(keep)
    world.xero.down = 'before'
    await disconnect(world, acme)
    world.xero.down = 'no'
    world.xero.user = 'xero-user-2'
    const initech = await tenant(store.db, 'Initech')
    await connected(world, initech, 'org-acme')
    later({ hours: 1 })
    await disconnect(world, initech)

    const tables = await asOwner<{ name: string }>(
      store.ownerUrl,
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'pgboss')`,
    )
    let dump = ''
    for (const { name } of tables) {
      dump += JSON.stringify(await asOwner(store.ownerUrl, `select t::text from ${name} t`))
    }
    const shown = [dump, ...world.lines, JSON.stringify(world.outbox), JSON.stringify(world.jobs)].join('\n')
    const told = errors.map((error) => JSON.stringify(error) + String((error as Error).stack)).join('\n')

    expect(errors.map((error) => (error as LedgerError).problem)).toEqual(['unavailable', 'reconnect'])
    expect(dump).toContain('reconnect-needed')
    expect(dump).toContain('v1.')
    expect(world.lines.length).toBeGreaterThan(0)
    expect(world.xero.secrets.size).toBeGreaterThan(8)
    const secrets = [...world.xero.secrets, ...world.keys.map(({ key }) => key.toString('hex'))]
    expect(secrets.filter((secret) => shown.includes(secret) || told.includes(secret))).toEqual([])
  })

  it('do not open when they were moved from one business’s row to another’s', async () => {
    const globex = await tenant(store.db, 'Globex')
    world.xero.user = 'xero-user-2'
    const theirs = await connected(world, globex, 'org-globex')
    await asOwner(
      store.ownerUrl,
      `update token_sets mine set access_token = their.access_token, refresh_token = their.refresh_token
         from token_sets their where mine.business_id = $1 and their.business_id = $2`,
      [globex.businessId, acme.businessId],
    )
    await expect(accessTokenFor(world, theirs)).rejects.toThrow('cannot be opened there')
  })
})
