import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { confirmConnection } from '../../src/flow/confirm.ts'
import {
  beginConsent,
  cancelConsent,
  forgetOldConsents,
  pendingConsent,
  receiveCallback,
} from '../../src/flow/connect.ts'
import { noticeDisconnected } from '../../src/flow/reconnect.ts'
import { ledgerSession } from '../../src/flow/session.ts'
import { accessTokenFor } from '../../src/flow/tokens.ts'
import { takeState } from '../../src/store/consents.ts'
import { inBusiness } from '../../src/store/db.ts'
import {
  connected,
  connectionRows,
  connectWorld,
  consent,
  forgetEverybody,
  history,
  tenant,
  tryToConnect,
  type ConnectWorld,
  type Tenant,
} from '../support/connecting.ts'
import { asOwner, freshDatabase, type TestDatabase } from '../support/database.ts'

let store: TestDatabase
let world: ConnectWorld
let acme: Tenant
let globex: Tenant

beforeAll(async () => {
  store = await freshDatabase()
})

beforeEach(async () => {
  await forgetEverybody(store)
  world = connectWorld(store)
  acme = await tenant(store.db, 'Acme')
  globex = await tenant(store.db, 'Globex')
})

const callback = (params: Record<string, string>, who: Tenant = acme) =>
  receiveCallback(world, { ledger: 'xero', sessionHash: who.sessionHash, params })

describe('Connecting a ledger', () => {
  it('goes to the vendor and back, names the organisations, and connects the one that was confirmed', async () => {
    const { url, called } = await consent(world, acme)
    if ('problem' in called) throw new Error(called.problem)

    expect(new URL(url).origin + new URL(url).pathname).toBe('https://xero.test/authorize')
    expect(new URL(url).searchParams.get('redirect_uri')).toBe('https://puntual.example.com/oauth/xero/callback')
    expect(called.organisations.map(({ name }) => name)).toEqual(['Acme Ltd', 'Globex SL'])
    expect(await connectionRows(store.db, acme)).toEqual([])

    const result = await confirmConnection(world, { ...acme, consentId: called.consentId, organisationId: 'org-acme' })
    if ('problem' in result) throw new Error(result.problem)
    expect(await connectionRows(store.db, acme)).toMatchObject([
      { id: result.connectionId, ledger: 'xero', organisation_id: 'org-acme', organisation_name: 'Acme Ltd', status: 'connected' },
    ]) // prettier-ignore
    expect(await history(store.db, acme.businessId)).toEqual([
      { kind: 'connected', facts: { connectionId: result.connectionId, ledger: 'xero', organisation: 'Acme Ltd', again: false } },
    ]) // prettier-ignore
    expect(world.jobs).toEqual([
      { name: 'sync', data: { businessId: acme.businessId, connectionId: result.connectionId } },
    ])
    expect(await accessTokenFor(world, { ...acme, connectionId: result.connectionId })).toMatch(/^access-/)
  })

  it('asks for the first sync in the transaction that makes the connection', async () => {
    const seen: unknown[] = []
    const asking = {
      ...world,
      enqueue: async (db: typeof world.db) => {
        seen.push(await db.selectFrom('connections').select('organisation_id').execute())
        throw new Error('the queue is down')
      },
    }
    const { called } = await consent(world, acme)
    if ('problem' in called) throw new Error(called.problem)
    const request = { ...acme, consentId: called.consentId, organisationId: 'org-acme' }
    await expect(confirmConnection(asking, request)).rejects.toThrow('the queue is down')
    expect(seen).toEqual([[{ organisation_id: 'org-acme' }]])
    expect(await connectionRows(store.db, acme)).toEqual([])
    expect(await history(store.db, acme.businessId)).toEqual([])
    // Nothing was lost: the person may press the button again.
    expect(await confirmConnection(world, request)).toMatchObject({ organisation: { name: 'Acme Ltd' } })
  })

  it('proves with PKCE that the same installation began and ended the consent, where the vendor takes it', async () => {
    const { url } = await consent(world, acme)
    const [verifier] = world.xero.verifiers
    const challenge = createHash('sha256')
      .update(verifier ?? '')
      .digest('base64url')
    expect(new URL(url).searchParams.get('code_challenge')).toBe(challenge)

    await consent(world, globex, 'quickbooks')
    expect(world.quickbooks.verifiers).toEqual([null])
  })

  it('uses a state once, also when two callbacks race', async () => {
    const begun = await beginConsent(world, { ...acme, ledger: 'xero' })
    if ('problem' in begun) throw new Error(begun.problem)
    const state = new URL(begun.url).searchParams.get('state') ?? ''
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => callback({ state, code: 'good-code' })))
    expect(answers.map((answer) => ('problem' in answer ? answer.problem : 'taken')).sort()).toEqual([
      'state-used', 'state-used', 'state-used', 'state-used', 'taken',
    ]) // prettier-ignore
    expect(await callback({ state, code: 'good-code' })).toEqual({ problem: 'state-used' })
    expect(world.xero.calls).toEqual(['exchange https://puntual.example.com/oauth/xero/callback'])
  })

  it('uses a state once even when the second callback looked before the first had ended', async () => {
    await beginConsent(world, { ...acme, ledger: 'xero' })
    const [row] = await asOwner<{ id: string }>(store.ownerUrl, 'select id from consents')
    const [at, madeAfter] = [world.wall.now, world.wall.now.subtract({ minutes: 10 })]
    const take = (db: Parameters<typeof takeState>[0]) => takeState(db, row?.id ?? '', at, madeAfter)
    const { first, second } = await inBusiness(store.db, acme.businessId, async (db) => {
      const first = await take(db)
      return { first, second: inBusiness(store.db, acme.businessId, take) }
    }).then(async (taken) => ({ first: taken.first, second: await taken.second }))
    expect([first, second]).toEqual([true, false])
  })

  it('makes every state anew, 128 random bits, and stores only its hash', async () => {
    const states = new Set<string>()
    for (let i = 0; i < 20; i++) {
      const begun = await beginConsent(world, { ...acme, ledger: 'xero' })
      if (!('problem' in begun)) states.add(new URL(begun.url).searchParams.get('state') ?? '')
    }
    expect([states.size, ...new Set([...states].map((state) => Buffer.from(state, 'base64url').length))]).toEqual([
      20, 16,
    ])
    const dump = JSON.stringify(await asOwner(store.ownerUrl, 'select c::text from consents c'))
    expect([...states].filter((state) => dump.includes(state))).toEqual([])
  })

  it('takes a state for ten minutes of real time, whatever the test clock says', async () => {
    const begin = async () => {
      const begun = await beginConsent(world, { ...acme, ledger: 'xero' })
      return 'problem' in begun ? '' : (new URL(begun.url).searchParams.get('state') ?? '')
    }
    const [early, late] = [await begin(), await begin()]
    world.clock.now = world.clock.now.add({ hours: 24 * 60 })
    world.wall.now = world.wall.now.add({ minutes: 9, seconds: 59 })
    expect(await callback({ state: early, code: 'good-code' })).toMatchObject({ ledger: 'xero' })
    world.wall.now = world.wall.now.add({ seconds: 1 })
    expect(await callback({ state: late, code: 'good-code' })).toEqual({ problem: 'expired' })
  })

  it('refuses a state in another browser, at the other ledger’s address, and one that nobody made', async () => {
    const begun = await beginConsent(world, { ...acme, ledger: 'xero' })
    if ('problem' in begun) throw new Error(begun.problem)
    const state = new URL(begun.url).searchParams.get('state') ?? ''
    const params = { state, code: 'good-code' }

    expect(await callback(params, globex)).toEqual({ problem: 'other-session' })
    expect(await receiveCallback(world, { ledger: 'quickbooks', sessionHash: acme.sessionHash, params })).toEqual({
      problem: 'state-unknown',
    })
    expect(await callback({ code: 'good-code' })).toEqual({ problem: 'state-unknown' })
    expect(await callback({ state: 'made-up', code: 'good-code' })).toEqual({ problem: 'state-unknown' })
    expect(world.xero.calls).toEqual([])
    // The person in the right browser can still finish.
    expect(await callback(params)).toMatchObject({ businessId: acme.businessId })
  })

  it('says what became of a consent that came to nothing, and keeps nothing of it', async () => {
    const outcomes: string[] = []
    const tryWith = async (params: Record<string, string>, prepare: () => void = () => {}) => {
      const begun = await beginConsent(world, { ...acme, ledger: 'xero' })
      if ('problem' in begun) throw new Error(begun.problem)
      prepare()
      const answer = await callback({ state: new URL(begun.url).searchParams.get('state') ?? '', ...params })
      outcomes.push('problem' in answer ? answer.problem : 'went through')
      world.xero.down = 'no'
      world.xero.refuses = null
    }
    await tryWith({ error: 'access_denied' })
    await tryWith({ code: 'bad-code' })
    await tryWith({})
    await tryWith({ code: 'good-code' }, () => (world.xero.down = 'before'))
    await tryWith({ code: 'good-code' }, () => (world.xero.refuses = 'invalid-scope'))
    await tryWith({ code: 'good-code' }, () => (world.xero.organisations = []))
    expect(outcomes).toEqual([
      'denied', 'ledger-refused', 'ledger-refused', 'ledger-unavailable', 'scope-refused', 'no-organisation',
    ]) // prettier-ignore
    expect(await asOwner(store.ownerUrl, 'select id from consents')).toEqual([])
  })

  it('says so when the vendor’s app is not set up', async () => {
    const bare = { ...world, oauth: { xero: null, quickbooks: null } }
    expect(await beginConsent(bare, { ...acme, ledger: 'xero' })).toEqual({ problem: 'not-set-up' })
    expect(await receiveCallback(bare, { ledger: 'xero', sessionHash: acme.sessionHash, params: {} })).toEqual({
      problem: 'not-set-up',
    })
  })

  it('confirms once, in the same browser, within a quarter of an hour, and only what the consent reaches', async () => {
    const { called } = await consent(world, acme)
    if ('problem' in called) throw new Error(called.problem)
    const request = { ...acme, consentId: called.consentId, organisationId: 'org-acme' }

    expect(await confirmConnection(world, { ...request, sessionHash: randomBytes(32) })).toEqual({
      problem: 'consent-gone',
    })
    expect(await confirmConnection(world, { ...request, businessId: globex.businessId })).toEqual({
      problem: 'consent-gone',
    })
    expect(await confirmConnection(world, { ...request, consentId: randomUUID() })).toEqual({ problem: 'consent-gone' })
    expect(await confirmConnection(world, { ...request, organisationId: 'org-of-a-stranger' })).toEqual({
      problem: 'organisation-unknown',
    })
    expect(await pendingConsent(world, request)).toMatchObject({ consentId: called.consentId, ledger: 'xero' })

    const answers = await Promise.all([1, 2, 3].map(() => confirmConnection(world, request)))
    expect(answers.map((answer) => ('problem' in answer ? answer.problem : 'connected')).sort()).toEqual([
      'connected', 'consent-gone', 'consent-gone',
    ]) // prettier-ignore

    const late = await consent(world, globex)
    if ('problem' in late.called) throw new Error(late.called.problem)
    world.wall.now = world.wall.now.add({ minutes: 15 })
    expect(await pendingConsent(world, { ...globex, consentId: late.called.consentId })).toBe(null)
    expect(
      await confirmConnection(world, { ...globex, consentId: late.called.consentId, organisationId: 'org-globex' }),
    ).toEqual({ problem: 'consent-gone' })
  })

  it('gives one organisation to one business, and one ledger to a business', async () => {
    await connected(world, acme, 'org-acme')
    expect(await tryToConnect(world, globex, 'org-acme')).toEqual({
      problem: 'organisation-belongs-to-another-business',
    })
    expect(await tryToConnect(world, acme, 'org-globex')).toEqual({ problem: 'business-has-a-ledger' })
    expect(await tryToConnect(world, acme, 'org-acme', 'quickbooks')).toEqual({ problem: 'business-has-a-ledger' })
    expect(await connectionRows(store.db, globex)).toEqual([])
  })

  it('lets one of two businesses have an organisation that both confirm at once', async () => {
    const pending = await Promise.all([acme, globex].map(async (who) => ({ who, ...(await consent(world, who)) })))
    const answers = await Promise.all(
      pending.map(({ who, called }) => {
        const consentId = 'problem' in called ? randomUUID() : called.consentId
        return confirmConnection(world, { ...who, consentId, organisationId: 'org-acme' })
      }),
    )
    expect(answers.map((answer) => ('problem' in answer ? answer.problem : 'connected')).sort()).toEqual([
      'connected', 'organisation-belongs-to-another-business',
    ]) // prettier-ignore
  })

  it('goes on with the same books when the same organisation is connected again', async () => {
    const first = await connected(world, acme)
    await inBusiness(store.db, acme.businessId, (db) =>
      db
        .updateTable('connections')
        .set({ changes_from: '2026-03-01T00:00:00Z', first_loaded_at: '2026-03-01T00:00:00Z', sync_failures: 3 })
        .execute(),
    )
    await noticeDisconnected(world, first, 'access-ended')
    world.clock.now = world.clock.now.add({ hours: 1 })
    const second = await connected(world, acme)

    expect(second).toEqual(first)
    const rows = await inBusiness(store.db, acme.businessId, (db) =>
      db
        .selectFrom('connections')
        .select(['status', 'status_why', 'sync_failures', 'changes_from', 'next_sync_at'])
        .execute(),
    )
    expect(rows.map((row) => ({ ...row, changes_from: String(row.changes_from), next_sync_at: String(row.next_sync_at) }))).toEqual([
      { status: 'connected', status_why: null, sync_failures: 0, changes_from: '2026-03-01T00:00:00Z', next_sync_at: '2026-03-02T10:00:00Z' },
    ]) // prettier-ignore
    expect((await history(store.db, acme.businessId)).map(({ kind, facts }) => [kind, facts['again']])).toEqual([
      ['connected', false], ['reconnect-needed', undefined], ['connected', true],
    ]) // prettier-ignore
  })

  it('forgets consents that nobody finished, with their tokens, and gives back what was cancelled', async () => {
    await consent(world, acme)
    world.wall.now = world.wall.now.add({ minutes: 26 })
    await forgetOldConsents(world)
    expect(await asOwner(store.ownerUrl, 'select id from consents')).toEqual([])

    const { called } = await consent(world, acme)
    if ('problem' in called) throw new Error(called.problem)
    await cancelConsent(world, { ...globex, consentId: called.consentId })
    await cancelConsent(world, { ...acme, sessionHash: randomBytes(32), consentId: called.consentId })
    expect(world.xero.revoked.length).toBe(0)
    await cancelConsent(world, { ...acme, consentId: called.consentId })
    expect(world.xero.revoked.length).toBe(1)
    expect(await pendingConsent(world, { ...acme, consentId: called.consentId })).toBe(null)
  })

  it('does not revoke a cancelled consent of a person whose other connections live on', async () => {
    await connected(world, acme)
    const { called } = await consent(world, globex)
    if ('problem' in called) throw new Error(called.problem)
    await cancelConsent(world, { ...globex, consentId: called.consentId })
    expect(world.xero.revoked).toEqual([])
  })
})

describe('One Xero user in two businesses', () => {
  it('shares one set of tokens, renewed by whoever consents last, and neither business sees the other', async () => {
    const ours = await connected(world, acme, 'org-acme')
    const before = await accessTokenFor(world, ours)
    const theirs = await connected(world, globex, 'org-globex')

    const sets = await asOwner<{ business_id: string; version: number }>(store.ownerUrl, 'select * from token_sets')
    expect(sets.map(({ business_id, version }) => ({ business_id, version }))).toEqual([
      { business_id: acme.businessId, version: 2 },
    ])
    const [one, two] = [await accessTokenFor(world, ours), await accessTokenFor(world, theirs)]
    expect(one).toBe(two)
    expect(one === before).toBe(false)

    const seen = await inBusiness(store.db, globex.businessId, async (db) => ({
      tokenSets: await db.selectFrom('token_sets').select('id').execute(),
      organisations: await db.selectFrom('connections').select('organisation_id').execute(),
      events: await db.selectFrom('events').select('business_id').distinct().execute(),
    }))
    expect(seen).toEqual({
      tokenSets: [],
      organisations: [{ organisation_id: 'org-globex' }],
      events: [{ business_id: globex.businessId }],
    })
  })

  it('stops both when the tokens die, tells both owners once, and brings both back with one new consent', async () => {
    const ours = await connected(world, acme, 'org-acme')
    const theirs = await connected(world, globex, 'org-globex')
    world.xero.revokeEverything()
    world.clock.now = world.clock.now.add({ hours: 1 })
    await expect(accessTokenFor(world, theirs)).rejects.toMatchObject({ problem: 'reconnect' })
    await expect(accessTokenFor(world, ours)).rejects.toMatchObject({ problem: 'reconnect' })

    const statuses = async () =>
      [...(await connectionRows(store.db, acme)), ...(await connectionRows(store.db, globex))].map((row) => row.status)
    expect(await statuses()).toEqual(['reconnect-needed', 'reconnect-needed'])
    expect(new Set(world.outbox.map(({ to }) => to[0]?.name))).toEqual(new Set(['Owner of Acme', 'Owner of Globex']))
    expect(world.outbox.length).toBe(2)

    world.jobs.length = 0
    await connected(world, acme, 'org-acme')
    expect(await statuses()).toEqual(['connected', 'connected'])
    expect(world.jobs.map(({ data }) => data)).toEqual([ours, theirs])
    expect(await accessTokenFor(world, theirs)).toBe(await accessTokenFor(world, ours))
    expect((await history(store.db, globex.businessId)).map(({ kind }) => kind)).toEqual([
      'connected', 'reconnect-needed', 'connected',
    ]) // prettier-ignore
  })

  it('leaves a connection alone that was removed inside the ledger when only the tokens are renewed', async () => {
    await connected(world, acme, 'org-acme')
    const theirs = await connected(world, globex, 'org-globex')
    await noticeDisconnected(world, theirs, 'Xero: AuthenticationUnsuccessful')
    await connected(world, acme, 'org-acme')
    expect(await connectionRows(store.db, globex)).toMatchObject([{ status: 'reconnect-needed' }])
  })
})

describe('A connection that the ledger ended', () => {
  it('is noticed once: one event and one letter to each owner, in their language', async () => {
    const madrid = await tenant(store.db, 'Ruiz', 'es')
    const ref = await connected(world, madrid)
    await noticeDisconnected(world, ref, 'access-ended')
    await noticeDisconnected(world, ref, 'access-ended')

    expect((await history(store.db, madrid.businessId)).slice(1)).toEqual([
      {
        kind: 'reconnect-needed',
        facts: { connectionId: ref.connectionId, ledger: 'xero', organisation: 'Acme Ltd', why: 'access-ended' },
      },
    ])
    expect(world.outbox.map(({ subject, to, unattended }) => ({ subject, to: to[0]?.name, unattended }))).toEqual([
      {
        subject: expect.stringMatching(/^Hay que volver a conectar Xero \(Ruiz/),
        to: 'Owner of Ruiz',
        unattended: true,
      },
    ])
    expect(world.outbox[0]?.text).toContain('Puntual no escribirá a ningún cliente')
    expect(world.outbox[0]?.text).toContain('https://puntual.example.com')
  })

  it('holds even when the letter cannot be sent', async () => {
    const ref = await connected(world, acme)
    const broken = { ...world, mailer: { ...world.mailer, send: () => Promise.reject(new Error('mailbox broken')) } }
    await noticeDisconnected(broken, ref, 'access-ended')
    expect(await connectionRows(store.db, acme)).toMatchObject([
      { status: 'reconnect-needed', status_why: 'access-ended' },
    ])
    expect(world.lines.some((line) => line.includes('could not be told'))).toBe(true)
  })

  it('sends no letter from a copy of the database that nobody has confirmed', async () => {
    const ref = await connected(world, acme)
    await asOwner(store.ownerUrl, `update instance set confirmed_fingerprint = 'another'`)
    await noticeDisconnected(world, ref, 'access-ended')
    expect(world.outbox).toEqual([])
    await asOwner(store.ownerUrl, `update instance set confirmed_fingerprint = database_fingerprint()`)
  })

  it('opens no session', async () => {
    const ref = await connected(world, acme)
    const apiUrls = { xero: 'https://api.xero.test', quickbooks: 'https://api.quickbooks.test' }
    const opened = await ledgerSession({ ...world, apiUrls }, ref, 'sync')
    expect([opened.ledger, opened.notesAs, opened.session.organisationId, opened.session.apiUrl]).toEqual([
      'xero', 'attachable', 'org-acme', 'https://api.xero.test',
    ]) // prettier-ignore
    await noticeDisconnected(world, ref, 'access-ended')
    await expect(ledgerSession({ ...world, apiUrls }, ref, 'sync')).rejects.toMatchObject({ problem: 'reconnect' })
  })
})
