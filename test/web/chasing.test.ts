import { beforeAll, describe, expect, it } from 'vitest'
import { asOwner } from '../support/database.ts'
import { addPerson, get, openWeb, post, seedBusiness, signIn, type Seeded, type WebWorld } from './support.ts'

describe('How a customer is chased, on its page', () => {
  let web: WebWorld
  let ours: Seeded
  let bookkeeper: string
  let viewer: string

  beforeAll(async () => {
    web = await openWeb()
    ours = await seedBusiness(web.app.db, { business: 'Talleres Vega', customer: 'Globex' })
    bookkeeper = await signIn(web, await addPerson(web.app.db, ours.businessId, 'bookkeeper'))
    viewer = await signIn(web, await addPerson(web.app.db, ours.businessId, 'viewer'))
  })

  const page = async (cookie: string): Promise<string> =>
    (await get(web.server, `/customers/${ours.customer}`, cookie)).body
  const stored = () =>
    asOwner(
      web.store.ownerUrl,
      `select c.delay_days as delay, c.payment_run_day as run, c.set_language as language, i.excluded, i.delay_days as "ofInvoice"
         from customers c join invoices i on i.customer_id = c.id where i.id = $1`,
      [ours.open],
    )

  it('takes a delay, a payment run and a language, and shows them', async () => {
    const given = { delayDays: '4', paymentRunDay: '25', language: 'en' }
    const answer = await post(web.server, `/customers/${ours.customer}/chasing`, bookkeeper, given)
    expect(answer.headers.location).toBe(`/customers/${ours.customer}?done=saved`)
    expect(await stored()).toEqual([{ delay: 4, run: 25, language: 'en', excluded: false, ofInvoice: null }])
    const body = await page(bookkeeper)
    expect(body).toMatch(/name="delayDays"[^>]*value="4"/)
    expect(body).toMatch(/name="paymentRunDay"[^>]*value="25"/)
    expect(body).toContain('Every step 4 days later; pays on day 25 of the month.')
  })

  it('takes an invoice out and puts its steps off, and says so on its line', async () => {
    const given = { excluded: 'yes', delayDays: '2' }
    await post(web.server, `/invoices/${ours.open}/chasing`, bookkeeper, given)
    expect(await stored()).toMatchObject([{ excluded: true, ofInvoice: 2 }])
    const body = await page(bookkeeper)
    expect(body).toContain('left out of chasing')
    expect(body).toContain('every step 2 days later')
    expect(body).toContain('Invoice INV-1: left out of chasing; every step 2 days later.')
    await post(web.server, `/invoices/${ours.open}/chasing`, bookkeeper, { excluded: 'no', delayDays: '' })
    expect(await stored()).toMatchObject([{ excluded: false, ofInvoice: null }])
    expect(await page(bookkeeper)).toContain('Invoice INV-1: chased again.')
  })

  it('is plain again when everything is cleared', async () => {
    const given = { delayDays: '0', paymentRunDay: '', language: '' }
    await post(web.server, `/customers/${ours.customer}/chasing`, bookkeeper, given)
    expect(await stored()).toEqual([{ delay: 0, run: null, language: null, excluded: false, ofInvoice: null }])
  })

  it.each([
    ['no such day of a month', 'customers', { delayDays: '0', paymentRunDay: '32' }],
    ['more than a year', 'customers', { delayDays: '366' }],
    ['half a day', 'customers', { delayDays: '1.5' }],
    ['a day before', 'invoices', { excluded: 'no', delayDays: '-1' }],
    ['neither in nor out', 'invoices', { excluded: 'perhaps' }],
  ])('refuses %s', async (_what, of, given) => {
    const before = await stored()
    const id = of === 'customers' ? ours.customer : ours.open
    expect((await post(web.server, `/${of}/${id}/chasing`, bookkeeper, given)).statusCode).toBe(400)
    expect(await stored()).toEqual(before)
  })

  it('lets a viewer see what is set and change nothing', async () => {
    await post(web.server, `/customers/${ours.customer}/chasing`, bookkeeper, { delayDays: '3' })
    const body = await page(viewer)
    expect(body).toMatch(/<fieldset class="bare" +disabled>[\s\S]*value="3"/)
    expect(body).not.toContain(`/invoices/${ours.open}/chasing`)
    const given = { delayDays: '9' }
    expect((await post(web.server, `/customers/${ours.customer}/chasing`, viewer, given)).statusCode).toBe(403)
    expect(await stored()).toMatchObject([{ delay: 3 }])
  })
})

describe('The contacts of a customer, on its page', () => {
  let web: WebWorld
  let ours: Seeded
  let bookkeeper: string
  let viewer: string

  beforeAll(async () => {
    web = await openWeb()
    ours = await seedBusiness(web.app.db, { business: 'Talleres Vega', customer: 'Globex' })
    bookkeeper = await signIn(web, await addPerson(web.app.db, ours.businessId, 'bookkeeper'))
    viewer = await signIn(web, await addPerson(web.app.db, ours.businessId, 'viewer'))
  })

  const page = async (cookie = bookkeeper): Promise<string> =>
    (await get(web.server, `/customers/${ours.customer}`, cookie)).body
  const contacts = () =>
    asOwner<{ id: string; email: string }>(
      web.store.ownerUrl,
      `select id, email, name, role, source, treatment, language, escalation from contacts where customer_id = $1 order by email`,
      [ours.customer],
    )
  const idOf = async (email: string): Promise<string> =>
    (await contacts()).find((contact) => contact.email === email)?.id ?? ''

  it('takes usted or tú, a language and the copies of late steps, and shows what speaks for the address', async () => {
    const id = await idOf('pay@customer.example')
    const given = { treatment: 'tu', language: 'en', escalation: 'yes' }
    const answer = await post(web.server, `/contacts/${id}`, bookkeeper, given)
    expect(answer.headers.location).toBe(`/customers/${ours.customer}?done=saved`)
    expect((await contacts())[1]).toMatchObject({ treatment: 'tu', language: 'en', escalation: true })
    const body = await page()
    expect(body).toContain('gets a copy of late steps · tú · English · 90 % sure')
    expect(body).toContain('pay@customer.example: gets a copy of late steps; spoken to as tú; written to in English.')
    await post(web.server, `/contacts/${id}`, bookkeeper, { treatment: '', language: '' })
    expect((await contacts())[1]).toMatchObject({ treatment: null, language: null, escalation: false })
  })

  it('takes a contact of ours once, and lets it go again', async () => {
    const at = `/customers/${ours.customer}/contacts`
    const given = { email: 'Boss@customer.example', name: 'Marta Ruiz', role: 'other' }
    await post(web.server, at, bookkeeper, given)
    expect((await post(web.server, at, bookkeeper, given)).headers.location).toMatch(/\?done=contactThere$/)
    expect((await contacts())[0]).toMatchObject({
      email: 'boss@customer.example',
      name: 'Marta Ruiz',
      source: 'person',
    })
    const id = await idOf('boss@customer.example')
    await post(web.server, `/contacts/${id}/remove`, bookkeeper, {})
    expect((await contacts()).map(({ email }) => email)).toEqual(['old@customer.example', 'pay@customer.example'])
  })

  it('writes down a reply with its address, which makes us sure of it', async () => {
    const given = { kind: 'reply', outcome: 'other', who: 'Eva', address: 'Pay@customer.example' }
    await post(web.server, `/customers/${ours.customer}/contact`, bookkeeper, given)
    const body = await page()
    expect(body).toContain('95 % sure')
    expect(body).toMatch(/replied \d/)
    const wrong = await post(web.server, `/customers/${ours.customer}/contact`, bookkeeper, {
      ...given,
      address: 'Eva',
    })
    expect(wrong.statusCode).toBe(400)
  })

  it.each([
    ['', { treatment: 'thou' }],
    ['', { language: 'fr' }],
  ])('refuses what is none of the choices', async (_of, given) => {
    expect(
      (await post(web.server, `/contacts/${await idOf('pay@customer.example')}`, bookkeeper, given)).statusCode,
    ).toBe(400)
  })

  it('lets a viewer change nothing, and nobody touch a contact of another business', async () => {
    const id = await idOf('pay@customer.example')
    expect(await page(viewer)).not.toContain(`/contacts/${id}`)
    const before = await contacts()
    const add = { email: 'x@customer.example', name: '', role: 'main' }
    for (const [url, body] of [
      [`/contacts/${id}`, { treatment: 'tu' }],
      [`/contacts/${id}/remove`, {}],
      [`/customers/${ours.customer}/contacts`, add],
    ] as const) {
      expect((await post(web.server, url, viewer, body)).statusCode).toBe(403)
    }
    const theirs = await seedBusiness(web.app.db, { business: 'Theirs', customer: 'Their customer' })
    const stranger = await signIn(web, await addPerson(web.app.db, theirs.businessId, 'owner'))
    expect((await post(web.server, `/contacts/${id}`, stranger, { treatment: 'tu' })).statusCode).toBe(404)
    expect((await post(web.server, `/contacts/${id}/remove`, stranger, {})).statusCode).toBe(404)
    expect((await post(web.server, `/customers/${ours.customer}/contacts`, stranger, add)).statusCode).toBe(404)
    expect(await contacts()).toEqual(before)
  })
})
