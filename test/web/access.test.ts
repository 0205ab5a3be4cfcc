import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { asOwner } from '../support/database.ts'
import { addPerson, get, openWeb, post, seedBusiness, signIn, type Seeded, type WebWorld } from './support.ts'

/** Every page and act with an id in its address, and what the id is of. */
const VIEWS = (of: Seeded): string[] => [
  `/customers/${of.customer}`,
  `/customers/${of.customer}/statement.pdf`,
  `/messages/${of.sent}`,
  `/messages/${of.sent}/html`,
  `/chases/${of.awaiting}/preview`,
  `/chases/${of.awaiting}/preview/html`,
]
const ACTS = (of: Seeded): [string, Record<string, string>][] => [
  [`/customers/${of.customer}/segment`, { segment: 'strategic' }],
  [`/customers/${of.customer}/hold`, { kind: 'pause' }],
  [`/customers/${of.customer}/resume`, {}],
  [`/customers/${of.customer}/promise`, { on: '2026-03-09' }],
  [`/customers/${of.customer}/plan`, { count: '3', firstOn: '2026-03-09', every: 'month' }],
  [`/customers/${of.customer}/contact`, { outcome: 'no-answer' }],
  [`/customers/${of.customer}/letters`, {}],
  [`/customers/${of.customer}/statement`, { sure: 'yes' }],
  [`/customers/${of.customer}/evidence`, {}],
  [`/customers/${of.customer}/debtor`, { debtor: 'consumer' }],
  [`/customers/${of.customer}/debt-events`, { kind: 'court-claim', on: '2026-03-01' }],
  [`/holds/${of.hold}/review`, {}],
  [`/invoices/${of.open}/dispute`, {}],
  [`/customers/${of.customer}/chasing`, { delayDays: '3' }],
  [`/invoices/${of.open}/chasing`, { excluded: 'yes' }],
  [`/holds/${of.hold}/end`, {}],
  [`/chases/${of.awaiting}/approve`, { shown: 'x' }],
  [`/chases/${of.awaiting}/skip`, {}],
  [`/chases/${of.call}/done`, {}],
  [`/chases/${of.awaiting}/settle`, { arrived: 'yes' }],
]
const BUSINESS_ACTS: [string, 'bookkeeper' | 'owner', Record<string, string>][] = [
  ['/stop', 'bookkeeper', {}],
  ['/resume', 'bookkeeper', {}],
  ['/mode', 'owner', { mode: 'observe' }],
  ['/settings', 'owner', {}],
  ['/settings/law', 'owner', { onlyBusinesses: 'yes' }],
  ['/settings/law/consent', 'owner', { consents: 'yes' }],
  ['/policy', 'owner', { document: 'version: 1', basedOn: '0' }],
  ['/policy/check', 'owner', { document: 'version: 1', basedOn: '0' }],
  ['/confirm-database', 'owner', {}],
  ['/disconnect', 'owner', {}],
  ['/people', 'owner', { email: 'mole@example.com', role: 'owner' }],
  [`/people/${randomUUID()}/role`, 'owner', { role: 'owner' }],
  [`/people/${randomUUID()}/remove`, 'owner', {}],
  [`/connect/confirm/${randomUUID()}`, 'owner', { organisation: 'x' }],
  [`/connect/cancel/${randomUUID()}`, 'owner', {}],
]

/** Everything a business has, to see that nothing of it changed. */
const everything = (web: WebWorld, businessId: string) =>
  asOwner(
    web.store.ownerUrl,
    `select (select jsonb_agg(to_jsonb(c) order by c.id) from customers c where business_id = $1) customers,
            (select jsonb_agg(to_jsonb(h) order by h.id) from holds h where business_id = $1) holds,
            (select jsonb_agg(to_jsonb(c) order by c.id) from chases c where business_id = $1) chases,
            (select jsonb_agg(to_jsonb(m) order by m.user_id) from memberships m where business_id = $1) members,
            (select to_jsonb(b) from businesses b where id = $1) business,
            (select jsonb_agg(to_jsonb(d) order by d.id) from debt_events d where business_id = $1) debts,
            (select count(*)::int from events where business_id = $1) events`,
    [businessId],
  )

describe('Who may see and do what', () => {
  let web: WebWorld
  let ours: Seeded
  let theirs: Seeded
  let cookies: { owner: string; bookkeeper: string; viewer: string }

  beforeAll(async () => {
    web = await openWeb()
    ours = await seedBusiness(web.app.db, { business: 'Ours', customer: 'Our customer' })
    theirs = await seedBusiness(web.app.db, {
      business: 'Theirs',
      customer: 'Their secret customer',
      email: 'secret@theirs.example',
    })
    const cookie = async (role: 'owner' | 'bookkeeper' | 'viewer') =>
      signIn(web, await addPerson(web.app.db, ours.businessId, role))
    cookies = { owner: await cookie('owner'), bookkeeper: await cookie('bookkeeper'), viewer: await cookie('viewer') }
  })

  it('shows our own', async () => {
    for (const url of VIEWS(ours))
      expect([url, (await get(web.server, url, cookies.viewer)).statusCode]).toEqual([url, 200])
  })

  it('knows nothing of another business’s records', async () => {
    const before = await everything(web, theirs.businessId)
    for (const url of VIEWS(theirs)) {
      const answer = await get(web.server, url, cookies.owner)
      expect([url, answer.statusCode]).toEqual([url, 404])
      expect(answer.body).not.toMatch(/secret/)
    }
    for (const [url, form] of ACTS(theirs)) {
      expect([url, (await post(web.server, url, cookies.owner, form)).statusCode]).toEqual([url, 404])
    }
    expect(await everything(web, theirs.businessId)).toEqual(before)
  })

  it('does not mix another business’s records into ours', async () => {
    const promise = await post(web.server, `/customers/${ours.customer}/promise`, cookies.owner, {
      on: '2026-03-09',
      invoices: theirs.open,
    })
    expect(promise.statusCode).toBe(404)
    for (const url of ['/', '/queue', '/work', '/connect', '/settings', '/people', '/?search=secret']) {
      expect([url, /Their secret/.test((await get(web.server, url, cookies.owner)).body)]).toEqual([url, false])
    }
  })

  it('finds nothing under an id that is none', async () => {
    for (const id of ['1', 'x', "'; drop table users; --", '%00', ours.customer.toUpperCase()]) {
      expect([id, (await get(web.server, `/customers/${encodeURIComponent(id)}`, cookies.owner)).statusCode]).toEqual([
        id,
        404,
      ])
    }
  })

  it('lets a viewer look and do nothing', async () => {
    const before = await everything(web, ours.businessId)
    for (const [url, form] of ACTS(ours))
      expect([url, (await post(web.server, url, cookies.viewer, form)).statusCode]).toEqual([url, 403])
    for (const [url, , form] of BUSINESS_ACTS)
      expect([url, (await post(web.server, url, cookies.viewer, form)).statusCode]).toEqual([url, 403])
    for (const url of ['/connect/xero', '/connect/quickbooks'])
      expect([url, (await get(web.server, url, cookies.viewer)).statusCode]).toEqual([url, 403])
    expect(await everything(web, ours.businessId)).toEqual(before)
    for (const url of ['/', '/queue', '/work', '/connect', '/people', `/customers/${ours.customer}`]) {
      const { body } = await get(web.server, url, cookies.viewer)
      // What is theirs alone: the language, the way out, which business they look at, what they are called.
      expect([url, body.match(/action="(?!\/(language|sign-out|business|people\/name|)")[^"]*"/g)]).toEqual([url, null])
    }
  })

  it('keeps from a bookkeeper what is an owner’s', async () => {
    for (const [url, role, form] of BUSINESS_ACTS) {
      if (role !== 'owner') continue
      expect([url, (await post(web.server, url, cookies.bookkeeper, form)).statusCode]).toEqual([url, 403])
    }
    expect((await get(web.server, '/connect/xero', cookies.bookkeeper)).statusCode).toBe(403)
    expect((await post(web.server, '/stop', cookies.bookkeeper)).statusCode).toBe(303)
    expect((await post(web.server, '/resume', cookies.bookkeeper)).statusCode).toBe(303)
  })

  it('sends who is not signed in to the door, whatever they ask for', async () => {
    for (const url of ['/', '/queue', '/work', '/connect', '/settings', '/people', '/connect/xero', ...VIEWS(ours)]) {
      expect([url, (await get(web.server, url, '')).headers.location]).toEqual([url, '/sign-in'])
      expect([url, (await get(web.server, url, '__Host-sid=forged')).headers.location]).toEqual([url, '/sign-in'])
    }
    const acts = [...ACTS(ours).map(([url]) => url), ...BUSINESS_ACTS.map(([url]) => url)]
    for (const url of acts) expect([url, (await post(web.server, url, '')).headers.location]).toEqual([url, '/sign-in'])
  })

  it('ends a person’s access the moment the membership ends', async () => {
    const email = await addPerson(web.app.db, ours.businessId, 'owner')
    const cookie = await signIn(web, email)
    expect((await get(web.server, '/', cookie)).statusCode).toBe(200)
    await asOwner(
      web.store.ownerUrl,
      'delete from memberships where user_id = (select id from users where email = $1)',
      [email],
    )
    expect((await get(web.server, '/', cookie)).headers.location).toBe('/welcome')
    expect((await get(web.server, `/customers/${ours.customer}`, cookie)).headers.location).toBe('/welcome')
  })

  describe('for a person in two businesses', () => {
    let both: string

    beforeAll(async () => {
      const email = await addPerson(web.app.db, ours.businessId, 'owner')
      await asOwner(web.store.ownerUrl, `insert into memberships select id, $2, 'viewer' from users where email = $1`, [
        email,
        theirs.businessId,
      ])
      both = await signIn(web, email, 'Ours')
    })

    it('shows the chosen one and switches to the other', async () => {
      expect((await get(web.server, `/customers/${theirs.customer}`, both)).statusCode).toBe(404)
      expect((await post(web.server, '/business', both, { choose: theirs.businessId })).headers.location).toBe('/')
      expect((await get(web.server, `/customers/${theirs.customer}`, both)).statusCode).toBe(200)
      expect((await get(web.server, `/customers/${ours.customer}`, both)).statusCode).toBe(404)
    })

    it('gives each business its own role', async () => {
      await post(web.server, '/business', both, { choose: theirs.businessId })
      expect((await post(web.server, '/stop', both)).statusCode).toBe(403)
      await post(web.server, '/business', both, { choose: ours.businessId })
      expect((await post(web.server, '/stop', both)).statusCode).toBe(303)
      await post(web.server, '/resume', both)
    })

    it('does nothing to a business from a page that was left open for another', async () => {
      await post(web.server, '/business', both, { choose: ours.businessId })
      const before = await everything(web, ours.businessId)
      const answer = await post(web.server, '/stop', both, { business: theirs.businessId })
      expect(answer.statusCode).toBe(409)
      expect(await everything(web, ours.businessId)).toEqual(before)
    })

    it('cannot be switched to a business of strangers', async () => {
      const strangers = await seedBusiness(web.app.db, { business: 'Strangers', customer: 'X' })
      for (const choose of [strangers.businessId, 'x', ''])
        expect((await post(web.server, '/business', both, { choose })).statusCode).toBe(404)
    })
  })

  it('lets a person without a business begin one, and nobody else', async () => {
    const cookie = await signIn(web, 'lonely@example.com')
    expect((await get(web.server, '/', cookie)).headers.location).toBe('/welcome')
    expect((await post(web.server, '/welcome', cookie, { name: 'oUrS' })).statusCode).toBe(409)
    expect((await post(web.server, '/welcome', cookie, { name: 'My own' })).headers.location).toBe('/')
    expect((await get(web.server, '/', cookie)).body).toContain('My own')
    expect((await post(web.server, '/welcome', cookie, { name: 'Another' })).statusCode).toBe(403)
  })
})
