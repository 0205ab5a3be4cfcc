import { randomBytes, randomUUID } from 'node:crypto'
import { beginConsent, receiveCallback } from '../../src/flow/connect.ts'
import { confirmConnection, type Connected } from '../../src/flow/confirm.ts'
import type { ConnectDependencies, ConnectionRef } from '../../src/flow/dependencies.ts'
import type { LedgerKind } from '../../src/ledgers/ledger.ts'
import type { Email } from '../../src/mail/mailer.ts'
import { inBusiness, openStore, type Db } from '../../src/store/db.ts'
import { openSeal, type AppKeys } from '../../src/store/sealed.ts'
import { asOwner, type TestDatabase } from './database.ts'
import { Vendor } from './vendor.ts'

export type ConnectWorld = ConnectDependencies & {
  /** Business time. */
  clock: { now: Temporal.Instant }
  wall: { now: Temporal.Instant }
  xero: Vendor
  quickbooks: Vendor
  outbox: Email[]
  jobs: { name: string; data: unknown }[]
  /** Every line that was logged, as text. */
  lines: string[]
  store: TestDatabase
  keys: AppKeys
}

export const someKeys = (...ids: string[]): AppKeys => ids.map((id) => ({ id, key: randomBytes(32) }))

/** Everything that connecting needs, on a real database, with scripted vendors and a mailbox. */
export function connectWorld(store: TestDatabase, keys: AppKeys = someKeys('first')): ConnectWorld {
  const clock = { now: Temporal.Instant.from('2026-03-02T09:00:00Z') }
  const wall = { now: Temporal.Instant.from('2026-11-21T12:00:00Z') }
  const [now, outbox, jobs, lines] = [() => clock.now, [] as Email[], [] as ConnectWorld['jobs'], [] as string[]]
  const xero = new Vendor(now)
  const quickbooks = new Vendor(now, { kind: 'quickbooks', usesPkce: false })
  const line = (facts: unknown, message: string) => {
    const errors = Object.values(facts as object).filter((value) => value instanceof Error)
    lines.push(JSON.stringify(facts) + message + errors.map((error) => `${error.stack} ${String(error.cause)}`).join())
  }
  return {
    db: store.db,
    now,
    wallClock: () => wall.now,
    log: { info: line, warn: line, error: line },
    enqueue: async (_db, name, data) => void jobs.push({ name, data }),
    mailer: {
      send: async (email) => {
        outbox.push(email)
        return { accepted: email.to.map(({ address }) => address), refused: [], answer: '250 ok' }
      },
      verify: async () => {},
      close: async () => {},
    },
    mailFrom: { name: 'Puntual', address: 'puntual@example.com' },
    publicUrl: 'https://puntual.example.com',
    oauth: { xero: xero.oauth, quickbooks: quickbooks.oauth },
    seal: openSeal(store.db, keys),
    clock, wall, xero, quickbooks, outbox, jobs, lines, store, keys,
  } // prettier-ignore
}

/** The same world as another process sees it: its own pool, its own memory. */
export function anotherProcess(world: ConnectWorld): ConnectWorld & { close(): Promise<void> } {
  const store = openStore(world.store.ownerUrl, { connections: 4 })
  return { ...world, db: store.db, seal: openSeal(store.db, world.keys), close: () => store.close() }
}

export type Tenant = { businessId: string; userId: string; sessionHash: Buffer }

/** An empty installation again. */
export async function forgetEverybody(store: TestDatabase): Promise<void> {
  await asOwner(store.ownerUrl, 'delete from businesses')
  await asOwner(store.ownerUrl, 'delete from users')
}

/** A business with one owner who is signed in. */
export async function tenant(db: Db, name: string, language: 'es' | 'en' = 'en'): Promise<Tenant> {
  const businessId = randomUUID()
  const email = `${name.toLowerCase().replaceAll(/\W+/g, '-')}-${businessId.slice(0, 8)}@example.com`
  const { id: userId } = await db
    .insertInto('users')
    .values({ email, name: `Owner of ${name}`, language })
    .returning('id')
    .executeTakeFirstOrThrow()
  await inBusiness(db, businessId, async (inside) => {
    await inside
      .insertInto('businesses')
      .values({ id: businessId, name: `${name} ${businessId.slice(0, 8)}` })
      .execute()
    await inside.insertInto('memberships').values({ business_id: businessId, user_id: userId, role: 'owner' }).execute()
  })
  return { businessId, userId, sessionHash: randomBytes(32) }
}

/** Goes to the vendor and back, and returns the state that was used and what the callback said. */
export async function consent(world: ConnectWorld, who: Tenant, ledger: LedgerKind = 'xero') {
  const begun = await beginConsent(world, { ...who, ledger })
  if ('problem' in begun) throw new Error(begun.problem)
  const state = new URL(begun.url).searchParams.get('state') ?? ''
  const params = { state, code: 'good-code' }
  const called = await receiveCallback(world, { ledger, sessionHash: who.sessionHash, params })
  return { url: begun.url, state, called }
}

/** The whole way: consent, callback, confirmation. */
export async function connected(
  world: ConnectWorld,
  who: Tenant,
  organisationId = 'org-acme',
  ledger: LedgerKind = 'xero',
): Promise<ConnectionRef> {
  const result = await tryToConnect(world, who, organisationId, ledger)
  if ('problem' in result) throw new Error(result.problem)
  return { businessId: who.businessId, connectionId: result.connectionId }
}

export async function tryToConnect(
  world: ConnectWorld,
  who: Tenant,
  organisationId = 'org-acme',
  ledger: LedgerKind = 'xero',
): Promise<Connected | { problem: string }> {
  const { called } = await consent(world, who, ledger)
  if ('problem' in called) return called
  return confirmConnection(world, { ...who, consentId: called.consentId, organisationId })
}

/** What history says of a business, oldest first. */
export async function history(db: Db, businessId: string): Promise<{ kind: string; facts: Record<string, unknown> }[]> {
  const rows = await inBusiness(db, businessId, (inside) =>
    inside.selectFrom('events').select(['kind', 'facts']).orderBy('id').execute(),
  )
  return rows.map(({ kind, facts }) => ({ kind, facts: facts as Record<string, unknown> }))
}

/** A business's connections as stored. */
export function connectionRows(db: Db, { businessId }: { businessId: string }) {
  return inBusiness(db, businessId, (inside) =>
    inside
      .selectFrom('connections')
      .select([
        'id',
        'ledger',
        'organisation_id',
        'organisation_name',
        'status',
        'status_why',
        'token_set_id',
        'next_sync_at',
      ])
      .orderBy('connected_at')
      .execute(),
  )
}
