import { AxeBuilder } from '@axe-core/playwright'
import pg from 'pg'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { removeMember } from '../../src/flow/members.ts'
import { asOwner } from '../support/database.ts'
import { findChromium, openBrowser } from '../support/browser.ts'
import { addPerson, cookieOf, get, openWeb, post, seedBusiness, signIn, type Seeded, type WebWorld } from './support.ts'

/** What a person reads: without tags, spaces collapsed. */
const read = (body: string): string =>
  body
    .replaceAll(/<(style|title)[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/[\s\u00a0]+/g, ' ')

describe('The people of a business', () => {
  let web: WebWorld
  let ours: Seeded
  let owner: { email: string; cookie: string }

  beforeAll(async () => {
    web = await openWeb()
  })
  beforeEach(async () => {
    await asOwner(web.store.ownerUrl, 'truncate businesses, users cascade')
    web.connect.outbox.length = 0
    ours = await seedBusiness(web.app.db, { business: 'Talleres Vega', customer: 'Globex' })
    const email = await addPerson(web.app.db, ours.businessId, 'owner')
    owner = { email, cookie: await signIn(web, email) }
  })

  const invite = (email: string, role: string, cookie = owner.cookie) =>
    post(web.server, '/people', cookie, { business: ours.businessId, email, role })
  const idOf = async (email: string): Promise<string> =>
    (await asOwner<{ id: string }>(web.store.ownerUrl, 'select id from users where email = $1', [email]))[0]?.id ?? ''
  const members = async (): Promise<string[]> =>
    (
      await asOwner<{ line: string }>(
        web.store.ownerUrl,
        `select u.email || ' ' || m.role as line from memberships m join users u on u.id = m.user_id
          where m.business_id = $1 order by 1`,
        [ours.businessId],
      )
    ).map(({ line }) => line)
  const history = async (): Promise<string[]> =>
    (
      await asOwner<{ line: string }>(
        web.store.ownerUrl,
        `select u.email || ': ' || e.kind || ' ' || e.facts as line from events e join users u on u.id::text = e.actor
          where e.kind like 'member-%' order by e.id`,
      )
    ).map(({ line }) => line)
  const page = async (cookie = owner.cookie): Promise<string> => read((await get(web.server, '/people', cookie)).body)

  it('everybody says their own name, and goes by the address without one', async () => {
    const email = await addPerson(web.app.db, ours.businessId, 'viewer')
    const cookie = await signIn(web, email)
    const name = (text: string) => post(web.server, '/people/name', cookie, { business: ours.businessId, name: text })
    expect((await name('  Eva\r\nBcc: Soler\u202e ')).headers.location).toBe('/people?done=saved')
    expect(await page()).toContain(`Eva Bcc: Soler ${email}`)
    expect(await page(cookie)).toContain('Eva Bcc: Soler you')
    expect((await name('x'.repeat(81))).statusCode).toBe(400)
    await name('')
    expect(await page()).not.toContain('Eva')
    expect(await page()).toContain(email)
  })

  it('an owner invites somebody, who signs in with their address and may do what the role allows', async () => {
    expect((await invite(' Eva@Gestoria.Example ', 'bookkeeper')).headers.location).toBe('/people?done=invited')
    expect(await members()).toContain('eva@gestoria.example bookkeeper')
    expect(await history()).toEqual([
      `${owner.email}: member-invited {"who": "eva@gestoria.example", "role": "bookkeeper"}`,
    ])

    const [mail] = web.connect.outbox
    expect([mail?.to, mail?.subject]).toEqual([
      [{ name: null, address: 'eva@gestoria.example' }],
      'You can now see Talleres Vega in Puntual',
    ])
    expect(mail?.text).toContain(`${owner.email} has given you access to Talleres Vega in Puntual, with the role “bookkeeper”.`) // prettier-ignore
    // The mail is a signpost, not a key.
    expect(mail?.text.match(/https:\S+/g)).toEqual(['https://puntual.example.com/sign-in'])

    await web.server.inject({
      method: 'POST',
      url: '/sign-in',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
      payload: 'email=eva%40gestoria.example',
    })
    await expect.poll(() => web.connect.outbox.length).toBe(2)
    const link = /https:\S+/.exec(web.connect.outbox[1]?.text ?? '')?.[0] ?? ''
    const eva = cookieOf(await get(web.server, new URL(link).pathname, ''))
    expect(await page(eva)).toContain('Only an owner can invite people')
    expect((await post(web.server, '/stop', eva)).statusCode).toBe(303)
    expect((await invite('friend@example.com', 'owner', eva)).statusCode).toBe(403)
  })

  it('sees who works there, as what, and what was done', async () => {
    await invite('eva@gestoria.example', 'viewer')
    const text = await page()
    expect(text).toContain(`${owner.email} you owner The only owner. Make somebody else an owner before you leave.`)
    expect(text).toMatch(/eva@gestoria\.example owner bookkeeper viewer Set Remove… Remove eva@gestoria\.example\?/)
    expect(text).toMatch(/What happened in this business eva@gestoria\.example invited as viewer\. 2 Mar 2026, 10:00/)
  })

  it('an owner changes a role, and it holds from the next click on', async () => {
    const email = await addPerson(web.app.db, ours.businessId, 'viewer')
    const cookie = await signIn(web, email)
    expect((await post(web.server, '/stop', cookie)).statusCode).toBe(403)
    const answer = await post(web.server, `/people/${await idOf(email)}/role`, owner.cookie, { role: 'bookkeeper' })
    expect(answer.headers.location).toBe('/people?done=saved')
    expect((await post(web.server, '/stop', cookie)).statusCode).toBe(303)
    expect(await history()).toEqual([
      `${owner.email}: member-role-changed {"to": "bookkeeper", "who": "${email}", "from": "viewer"}`,
    ])
    // The same again changes nothing and says nothing.
    await post(web.server, `/people/${await idOf(email)}/role`, owner.cookie, { role: 'bookkeeper' })
    expect((await history()).length).toBe(1)
  })

  it('an owner removes a member, whose access ends at once', async () => {
    const email = await addPerson(web.app.db, ours.businessId, 'bookkeeper')
    const cookie = await signIn(web, email)
    expect((await get(web.server, '/', cookie)).statusCode).toBe(200)
    const answer = await post(web.server, `/people/${await idOf(email)}/remove`, owner.cookie)
    expect(answer.headers.location).toBe('/people?done=memberRemoved')
    expect((await get(web.server, '/', cookie)).headers.location).toBe('/welcome')
    expect(await history()).toEqual([`${owner.email}: member-removed {"who": "${email}", "role": "bookkeeper"}`])
  })

  it('the last owner can neither leave nor become less', async () => {
    const me = await idOf(owner.email)
    for (const [act, form] of [
      ['remove', {}],
      ['role', { role: 'viewer' }],
      ['role', { role: 'bookkeeper' }],
    ] as const) {
      // prettier-ignore
      const answer = await post(web.server, `/people/${me}/${act}`, owner.cookie, form)
      expect([act, answer.headers.location]).toEqual([act, '/people?done=lastOwner'])
    }
    expect(await members()).toEqual([`${owner.email} owner`])
    expect(await history()).toEqual([])

    const second = await addPerson(web.app.db, ours.businessId, 'owner')
    expect((await post(web.server, `/people/${me}/remove`, owner.cookie)).headers.location).toBe('/')
    expect(await members()).toEqual([`${second} owner`])
  })

  it('two owners who remove each other at the same moment leave one of them', async () => {
    const second = await addPerson(web.app.db, ours.businessId, 'owner')
    const [one, other] = [await idOf(owner.email), await idOf(second)]
    const { businessId } = ours
    // Neither gets further than its first wait until both have begun.
    const gate = new pg.Client({ connectionString: web.store.ownerUrl })
    await gate.connect()
    await gate.query('begin; select from memberships for update')
    const outcomes = Promise.all([
      removeMember(web.app, { businessId, userId: one, memberId: other }),
      removeMember(web.app, { businessId, userId: other, memberId: one }),
    ])
    const waiting = () => asOwner(web.store.ownerUrl, `select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`) // prettier-ignore
    try {
      await expect.poll(waiting, { timeout: 20_000 }).toEqual([{ n: 2 }])
    } finally {
      await gate.end()
    }
    expect((await outcomes).toSorted()).toEqual(['done', 'last-owner'])
    expect((await members()).length).toBe(1)
  })

  it('inviting a member again changes nothing and mails nobody', async () => {
    await invite('eva@gestoria.example', 'viewer')
    expect((await invite('EVA@gestoria.example', 'owner')).headers.location).toBe('/people?done=alreadyMember')
    expect(await members()).toContain('eva@gestoria.example viewer')
    expect(web.connect.outbox.length).toBe(1)
  })

  it('a person of another business is invited in their own language, and keeps both', async () => {
    const theirs = await seedBusiness(web.app.db, { business: 'Otra', customer: 'X' })
    const email = await addPerson(web.app.db, theirs.businessId, 'owner')
    await asOwner(web.store.ownerUrl, `update users set language = 'es' where email = $1`, [email])
    await invite(email, 'viewer')
    expect(web.connect.outbox[0]?.subject).toBe('Ya puede ver Talleres Vega en Puntual')
    expect(web.connect.outbox[0]?.text).toContain('con la función «solo lectura»')
    const cookie = await signIn(web, email)
    expect((await post(web.server, '/business', cookie, { choose: ours.businessId })).statusCode).toBe(303)
    expect((await post(web.server, '/stop', cookie)).statusCode).toBe(403)
  })

  it('another business’s people cannot be touched', async () => {
    const theirs = await seedBusiness(web.app.db, { business: 'Otra', customer: 'X' })
    const id = await idOf(await addPerson(web.app.db, theirs.businessId, 'viewer'))
    expect((await post(web.server, `/people/${id}/role`, owner.cookie, { role: 'owner' })).statusCode).toBe(404)
    expect((await post(web.server, `/people/${id}/remove`, owner.cookie)).statusCode).toBe(404)
    const rows = await asOwner(web.store.ownerUrl, 'select role from memberships where user_id = $1', [id])
    expect(rows).toEqual([{ role: 'viewer' }])
  })

  it.each([
    '',
    'nobody',
    'a@b@c',
    'a b@example.com',
    'eva@example.com, mole@example.com',
    'eva@example.com\r\nBcc: x@y',
  ])('an address like “%s” is shown again with what is wrong', async (email) => {
    const answer = await invite(email, 'viewer')
    expect(answer.statusCode).toBe(422)
    expect(read(answer.body)).toContain('This is not an e-mail address.')
    expect(answer.body).toMatch(/value="viewer"\s+checked/)
    expect(await members()).toEqual([`${owner.email} owner`])
  })

  it('a role that does not exist is refused', async () => {
    expect((await invite('eva@example.com', 'emperor')).statusCode).toBe(400)
    expect((await invite('eva@example.com', '')).statusCode).toBe(400)
  })

  it('another site invites nobody', async () => {
    const form = { email: 'mole@example.com', role: 'owner' }
    const answer = await post(web.server, '/people', owner.cookie, form, { 'sec-fetch-site': 'cross-site' })
    expect(answer.statusCode).toBe(403)
    expect(await members()).toEqual([`${owner.email} owner`])
  })

  it('a mail that cannot be sent leaves the member in, and says so', async () => {
    const { send } = web.app.mailer
    Object.assign(web.app.mailer, { send: () => Promise.reject(new Error('mailbox away')) })
    const answer = await invite('eva@gestoria.example', 'viewer')
    Object.assign(web.app.mailer, { send })
    expect(answer.headers.location).toBe('/people?done=invitedUntold')
    expect(await members()).toContain('eva@gestoria.example viewer')
  })

  it('so many are invited in a day, and then no more', async () => {
    for (let n = 1; n <= 30; n += 1) await invite(`p${n}@example.com`, 'viewer')
    expect((await invite('p31@example.com', 'viewer')).headers.location).toBe('/people?done=tooManyInvitations')
    expect(web.connect.outbox.length).toBe(30)
    web.connect.clock.now = web.connect.clock.now.add({ hours: 25 })
    expect((await invite('p31@example.com', 'viewer')).headers.location).toBe('/people?done=invited')
    web.connect.clock.now = web.connect.clock.now.subtract({ hours: 25 })
  })

  it('a ledger that could not be told of a disconnect is in the history, in both languages', async () => {
    await asOwner(
      web.store.ownerUrl,
      `insert into events (business_id, at, kind, facts) values ($1, now(), 'disconnected', '{"organisation": "Vega SL", "ledgerNotTold": true}'),
                                                              ($1, now(), 'disconnected', '{"organisation": "Vega SL"}')`,
      [ours.businessId],
    )
    expect(await page()).toContain('Vega SL disconnected. ')
    expect(await page()).toContain('Vega SL could not be told that it is disconnected: remove the app there as well.')
    await asOwner(web.store.ownerUrl, `update users set language = 'es'`)
    expect(await page()).toContain('Vega SL: no se pudo avisar de la desconexión; quite la aplicación también allí.')
  })
})

describe('The people of a business where there is no mail server', () => {
  it('are told by whoever invited them, with a link of the command line', async () => {
    const web = await openWeb({ config: { smtpUrl: null } })
    const ours = await seedBusiness(web.app.db, { business: 'Vega', customer: 'X' })
    const cookie = await signIn(web, await addPerson(web.app.db, ours.businessId, 'owner'))
    expect(read((await get(web.server, '/people', cookie)).body)).toContain('npx puntual sign-in-link --email')
    const answer = await post(web.server, '/people', cookie, { email: 'eva@example.com', role: 'viewer' })
    expect(answer.headers.location).toBe('/people?done=invitedUntold')
    expect(web.connect.outbox).toEqual([])
  })
})

const chromium = findChromium()

describe.runIf(chromium !== null)('The page of people in a browser', () => {
  let browser: Browser
  afterAll(() => browser?.close())

  it.each(['en', 'es'] as const)('is accessible and fits a phone (%s)', async (language) => {
    browser ??= await openBrowser(chromium ?? '')
    const web = await openWeb({ publicUrl: 'http://localhost:3000' })
    const ours = await seedBusiness(web.app.db, { business: 'Talleres Vega', customer: 'Globex' })
    const email = await addPerson(web.app.db, ours.businessId, 'owner')
    await addPerson(web.app.db, ours.businessId, 'owner')
    await addPerson(web.app.db, ours.businessId, 'bookkeeper')
    await asOwner(web.store.ownerUrl, `update users set language = $1`, [language])
    await asOwner(web.store.ownerUrl, `update users set name = 'Ana Ruiz' where email = $1`, [email])
    const cookie = await signIn(web, email)
    await post(web.server, '/people', cookie, { email: 'eva@gestoria.example', role: 'viewer' })

    const address = await web.server.listen({ host: '127.0.0.1', port: 0 })
    const [name = '', value = ''] = cookie.split('=')
    const context = await browser.newContext()
    await context.addCookies([{ name, value, url: address }])
    const page = await context.newPage()
    for (const [width, height] of [
      [1280, 900],
      [360, 740],
    ] as const) {
      // prettier-ignore
      await page.setViewportSize({ width, height })
      await page.goto(`${address}/people`)
      await page.locator('.members details summary').last().click()
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))).toEqual([])
      const sideways = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
      expect([width, await page.evaluate(sideways)]).toEqual([width, false])
    }
    await context.close()
  })
})
