import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import {
  changeSettings, confirmDatabase, resume, setMode, setNotesPlace, setSegment, stopEverything,
} from '../../src/flow/control.ts' // prettier-ignore
import { disputeInvoice, endHold, pauseCustomer, resumeCustomer } from '../../src/flow/hold.ts'
import { recordPromise, type AgreementApp } from '../../src/flow/promise.ts'
import { applyPolicy, type PolicyApp } from '../../src/flow/apply-policy.ts'
import { inBusiness } from '../../src/store/db.ts'
import { aPromise } from '../support/agreements.ts'
import { asOwner, freshDatabase, type TestDatabase } from '../support/database.ts'
import { everyOpening } from '../support/openings.ts'
import { addPerson, seedBusiness, type Seeded } from '../web/support.ts'

const NOW = Temporal.Instant.from('2026-03-02T09:00:00Z')

describe('A person beats the machine', () => {
  let store: TestDatabase
  let seeded: Seeded
  let act: { businessId: string; userId: string }
  const app: PolicyApp & AgreementApp = {
    // Opened before the first test.
    db: null as never,
    now: () => NOW,
    openings: everyOpening,
    enqueue: async () => {},
  }

  beforeAll(async () => {
    store = await freshDatabase()
    Object.assign(app, { db: store.db })
  })
  beforeEach(async () => {
    seeded = await seedBusiness(store.db, { business: `Business ${randomUUID()}`, customer: 'Globex' })
    const email = await addPerson(store.db, seeded.businessId, 'owner')
    const [user] = await asOwner<{ id: string }>(store.ownerUrl, 'select id from users where email = $1', [email])
    act = { businessId: seeded.businessId, userId: user?.id ?? '' }
  })

  const waiting = async (): Promise<string> => {
    const [row] = await asOwner<{ s: string }>(
      store.ownerUrl,
      `select status || coalesce(': ' || closed_because, '') s from chases where id = $1`,
      [seeded.awaiting],
    )
    return row?.s ?? ''
  }
  const looked = async (): Promise<Record<string, string | null>> => {
    const rows = await asOwner<{ name: string; at: string | null }>(
      store.ownerUrl,
      `select name, to_char(next_look_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') at from customers where business_id = $1`,
      [seeded.businessId],
    )
    return Object.fromEntries(rows.map(({ name, at }) => [name, at]))
  }
  const history = async (): Promise<string[]> => {
    const rows = await asOwner<{ line: string }>(
      store.ownerUrl,
      `select kind || ' by ' || (actor = $2)::text line from events where business_id = $1 and kind not in ('mail-sent', 'invoice-part-paid') order by id`,
      [seeded.businessId, act.userId],
    )
    return rows.map(({ line }) => line)
  }

  it.each([
    ['stopping', 'stopped', () => stopEverything(app, act), ['stopped']],
    ['another mode', 'mode-changed', () => setMode(app, { ...act, mode: 'observe' }), ['mode-changed']],
    [
      'a pause',
      'pause',
      () => pauseCustomer(app, { ...act, customerId: seeded.customer, until: null, why: null }),
      ['hold-set'],
    ],
    ['a dispute', 'dispute', () => disputeInvoice(app, { ...act, invoiceId: seeded.open, why: null }), ['hold-set']],
    [
      'a promise',
      'promise',
      () => recordPromise(app, { ...act, ...aPromise({ customerId: seeded.customer, on: '2026-03-06' }) }),
      ['promise-recorded'],
    ],
    [
      'another segment',
      'segment-set',
      () => setSegment(app, { ...act, customerId: seeded.customer, segment: 'strategic' }),
      ['segment-set'],
    ],
  ])(
    '%s takes back what was planned, at once, and has the customer looked at again',
    async (_what, because, take, told) => {
      expect(await take()).toBe('done')
      expect(await waiting()).toBe(`cancelled: ${because}`)
      expect((await looked())['Globex']).toBe('2026-03-02 09:00')
      expect(await history()).toEqual([...told, 'chase-cancelled'].map((kind) => `${kind} by true`))
    },
  )

  it('leaves other customers alone where only one is concerned', async () => {
    await pauseCustomer(app, { ...act, customerId: seeded.debtor, until: null, why: null })
    expect(await waiting()).toBe('awaiting-approval')
    expect(await looked()).toEqual({ Globex: null, 'Quiet Debtor': '2026-03-02 09:00' })
  })

  it('leaves alone what has left already, and tasks', async () => {
    await stopEverything(app, act)
    const rows = await asOwner(store.ownerUrl, 'select status from chases where id = any ($1) order by status', [
      [seeded.sent, seeded.call],
    ])
    expect(rows).toEqual([{ status: 'sent' }, { status: 'task' }])
  })

  it('stops once, however often it is asked, and resumes', async () => {
    await Promise.all([stopEverything(app, act), stopEverything(app, act)])
    await resume(app, act)
    await resume(app, act)
    expect((await history()).filter((line) => !line.startsWith('chase'))).toEqual([
      'stopped by true',
      'resumed by true',
    ])
    expect(
      await asOwner(store.ownerUrl, 'select stopped_at, stopped_by from businesses where id = $1', [seeded.businessId]),
    ).toEqual([{ stopped_at: null, stopped_by: null }])
  })

  it('says nothing and takes nothing back when the mode stays', async () => {
    expect(await setMode(app, { ...act, mode: 'approve' })).toBe('done')
    expect(await waiting()).toBe('awaiting-approval')
    expect(await history()).toEqual([])
  })

  it('does not go automatic without a name under the messages', async () => {
    await inBusiness(store.db, seeded.businessId, (db) =>
      db.updateTable('businesses').set({ sender_name: null }).execute(),
    )
    expect(await setMode(app, { ...act, mode: 'automatic' })).toBe('sender-missing')
    expect(await waiting()).toBe('awaiting-approval')
  })

  it('knows nothing of another business’s customers, invoices and holds', async () => {
    const theirs = await seedBusiness(store.db, { business: `Business ${randomUUID()}`, customer: 'Theirs' })
    const outcomes = [
      await pauseCustomer(app, { ...act, customerId: theirs.customer, until: null, why: null }),
      await resumeCustomer(app, { ...act, customerId: theirs.debtor }),
      await setSegment(app, { ...act, customerId: theirs.customer, segment: 'new' }),
      await disputeInvoice(app, { ...act, invoiceId: theirs.open, why: null }),
      await recordPromise(app, {
        ...act,
        ...aPromise({ customerId: seeded.customer, invoiceIds: [theirs.open], on: '2026-03-06' }),
      }),
      await endHold(app, { ...act, holdId: theirs.hold }),
    ]
    expect(outcomes).toEqual(outcomes.map(() => 'unknown'))
    const holds = await asOwner(store.ownerUrl, 'select kind, ended_at from holds where business_id = $1', [
      theirs.businessId,
    ])
    expect(holds).toEqual([{ kind: 'pause', ended_at: null }])
  })

  it('refuses a pause or a promise for a day that is over where the business is', async () => {
    const yesterday = day('2026-03-01')
    expect(await pauseCustomer(app, { ...act, customerId: seeded.customer, until: yesterday, why: null })).toBe(
      'day-past',
    )
    expect(await recordPromise(app, { ...act, ...aPromise({ customerId: seeded.customer, on: yesterday }) })).toBe(
      'day-past',
    )
    expect(await waiting()).toBe('awaiting-approval')
    expect(await recordPromise(app, { ...act, ...aPromise({ customerId: seeded.customer, on: '2026-03-02' }) })).toBe(
      'done',
    )
  })

  it('ends a hold once, and everything that pauses a customer at once', async () => {
    expect(await endHold(app, { ...act, holdId: seeded.hold })).toBe('done')
    expect(await endHold(app, { ...act, holdId: seeded.hold })).toBe('done')
    expect(await resumeCustomer(app, { ...act, customerId: seeded.debtor })).toBe('done')
    expect(await history()).toEqual(['hold-ended by true'])
  })

  it('changes settings, tells which, keeps the rest of the policy, and refuses what is no policy', async () => {
    const written = 'version: 1\ncontact:\n  touches-per-spell: 7 # seven are plenty\n'
    const first = await applyPolicy(app, { ...act, document: written, why: 'less is more', basedOn: 0 })
    expect(first).toMatchObject({ kind: 'applied', version: 1 })
    const [{ name } = { name: '' }] = await asOwner<{ name: string }>(
      store.ownerUrl,
      'select name from businesses where id = $1',
      [seeded.businessId],
    )
    const settings = {
      name,
      country: 'GB',
      region: null,
      timeZone: 'Europe/London',
      language: 'en' as const,
      senderName: 'Ana Vega',
      senderRole: null,
      senderPhone: null,
      senderEmail: null,
      seniorName: null,
      seniorRole: null,
      seniorPhone: null,
      seniorEmail: null,
      paymentDetails: null,
      lateCharges: null,
      legalName: null,
      taxId: null,
      registration: null,
      postalAddress: null,
    }
    expect(
      await changeSettings(app, { ...act, settings, policy: { strategicGroups: ['VIP'], defaultTermDays: 14 } }),
    ).toBe('done')
    const [event] = await asOwner(
      store.ownerUrl,
      `select facts from events where kind = 'settings-changed' and business_id = $1`,
      [seeded.businessId],
    )
    expect(event).toEqual({
      facts: { changed: ['country', 'timeZone', 'language', 'defaultTermDays', 'strategicGroups'] },
    })
    const [row] = await asOwner(
      store.ownerUrl,
      'select version, document, actor from policies where business_id = $1 order by version desc limit 1',
      [seeded.businessId],
    )
    expect(row).toEqual({
      version: 2,
      document: `${written}segments:\n  strategic-groups: [VIP]\ncalendar:\n  default-term-days: 14\n`,
      actor: act.userId,
    })
    await expect(
      changeSettings(app, { ...act, settings, policy: { strategicGroups: [], defaultTermDays: -1 } }),
    ).rejects.toThrow('default-term-days')
    const other = await seedBusiness(store.db, { business: `Taken ${randomUUID()}`, customer: 'x' })
    const [taken = { name: '' }] = await asOwner<{ name: string }>(
      store.ownerUrl,
      'select name from businesses where id = $1',
      [other.businessId],
    )
    expect(
      await changeSettings(app, {
        ...act,
        settings: { ...settings, name: taken.name.toUpperCase() },
        policy: { strategicGroups: [], defaultTermDays: 1 },
      }),
    ).toBe('name-taken')
  })

  it('confirms that a restored database is the real one', async () => {
    await asOwner(store.ownerUrl, `update instance set confirmed_fingerprint = 'elsewhere'`)
    expect(await confirmDatabase(app, act)).toBe('done')
    expect(
      await asOwner(store.ownerUrl, 'select confirmed_fingerprint = database_fingerprint() ok from instance'),
    ).toEqual([{ ok: true }])
    expect(await history()).toEqual(['database-confirmed by true'])
  })

  it('lets the owner choose where QuickBooks notes go, as long as a ledger is connected', async () => {
    const place = async (): Promise<string | undefined> => {
      const [row] = await asOwner<{ notes_as: string }>(
        store.ownerUrl,
        'select notes_as from connections where business_id = $1',
        [seeded.businessId],
      )
      return row?.notes_as
    }
    expect(await place()).toBe('attachable')
    expect(await setNotesPlace(app, { ...act, place: 'customer-notes' })).toBe('done')
    expect(await place()).toBe('customer-notes')
    await asOwner(store.ownerUrl, `update connections set status = 'disconnected' where business_id = $1`, [
      seeded.businessId,
    ])
    expect(await setNotesPlace(app, { ...act, place: 'attachable' })).toBe('unknown')
    expect(await place()).toBe('customer-notes')
  })
})
