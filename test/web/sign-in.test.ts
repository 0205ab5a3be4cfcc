import { createHash } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSignInLink } from '../../src/flow/sign-in.ts'
import { asOwner } from '../support/database.ts'
import { cookieOf, get, openWeb, post, signIn, type WebWorld } from './support.ts'

const START = Temporal.Instant.from('2026-11-21T12:00:00Z')

describe('Signing in', () => {
  let web: WebWorld

  beforeAll(async () => {
    web = await openWeb()
  })
  beforeEach(() => {
    web.connect.wall.now = START
    web.connect.outbox.length = 0
  })

  const link = (email: string, businessName?: string): Promise<string> =>
    createSignInLink(web.app, {
      email,
      publicUrl: web.app.config.publicUrl,
      ...(businessName !== undefined && { businessName }),
    })
  const open = (url: string, cookie = '') => get(web.server, new URL(url).pathname, cookie)
  const isIn = async (cookie: string): Promise<boolean> =>
    (await get(web.server, '/', cookie)).headers.location !== '/sign-in'

  it('by a link makes the person and the business, and leads to the overview', async () => {
    const url = await link('New.Owner@Example.com', 'Brand New')
    expect(url).toMatch(/^https:\/\/puntual\.example\.com\/sign-in\/[\w-]{43}$/)
    const answer = await open(url)
    expect([answer.statusCode, answer.headers.location]).toEqual([302, '/'])
    const rows = await asOwner(
      web.store.ownerUrl,
      `select u.email, b.name, b.mode, m.role from memberships m join users u on u.id = m.user_id join businesses b on b.id = m.business_id where b.name = 'Brand New'`,
    )
    expect(rows).toEqual([{ email: 'new.owner@example.com', name: 'Brand New', mode: 'observe', role: 'owner' }])
    const page = await get(web.server, '/', cookieOf(answer))
    expect(page.body).toContain('Brand New')
  })

  it('works once', async () => {
    const url = await link('once@example.com', 'Once')
    expect((await open(url)).statusCode).toBe(302)
    const again = await open(url)
    expect(again.statusCode).toBe(410)
    expect(again.body).toContain('This link has been used or is too old')
    expect(again.cookies).toEqual([])
  })

  it('works once, also when two browsers race for it', async () => {
    const url = await link('race@example.com')
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => open(url)))
    expect(answers.map(({ statusCode }) => statusCode).sort((one, other) => one - other)).toEqual([
      302, 410, 410, 410, 410,
    ])
  })

  it('works for 15 minutes', async () => {
    const [early, late] = [await link('time@example.com'), await link('time@example.com')]
    web.connect.wall.now = START.add({ minutes: 14, seconds: 59 })
    expect((await open(early)).statusCode).toBe(302)
    web.connect.wall.now = START.add({ minutes: 15 })
    expect((await open(late)).statusCode).toBe(410)
  })

  it('is not used up by who only asks for the headers', async () => {
    const url = await link('head@example.com')
    const answer = await web.server.inject({ method: 'HEAD', url: new URL(url).pathname })
    expect(answer.statusCode).toBe(404)
    expect((await open(url)).statusCode).toBe(302)
  })

  it('keeps only hashes of links and sessions', async () => {
    const url = await link('hash@example.com')
    const token = new URL(url).pathname.split('/').at(-1) ?? ''
    const stored = await asOwner<{ token_hash: Buffer }>(web.store.ownerUrl, 'select token_hash from sign_in_links')
    expect(stored.map(({ token_hash }) => token_hash.toString('hex'))).toContain(
      createHash('sha256').update(token).digest('hex'),
    )
    const cookie = cookieOf(await open(url))
    const id = cookie.split('=')[1] ?? ''
    const sessions = await asOwner<{ id_hash: Buffer }>(web.store.ownerUrl, 'select id_hash from sessions')
    expect(sessions.map(({ id_hash }) => id_hash.toString('hex'))).toContain(
      createHash('sha256').update(id).digest('hex'),
    )
    const dump = JSON.stringify(
      await asOwner(web.store.ownerUrl, 'select s::text from sessions s union all select l::text from sign_in_links l'),
    )
    expect(dump).not.toContain(id)
    expect(dump).not.toContain(token)
  })

  it('sets a host-only, secure, unreadable cookie over https', async () => {
    const [cookie] = (await open(await link('cookie@example.com'))).cookies
    expect(cookie).toMatchObject({ name: '__Host-sid', path: '/', httpOnly: true, secure: true, sameSite: 'Lax' })
    expect(cookie?.value).toMatch(/^[\w-]{43}$/)
    expect(cookie).not.toHaveProperty('domain')
  })

  it('sets a plain cookie where the address is http, or no browser would keep it', async () => {
    const local = await openWeb({ publicUrl: 'http://localhost:3000' })
    const url = await createSignInLink(local.app, { email: 'local@example.com', publicUrl: 'http://localhost:3000' })
    const [cookie] = (await local.server.inject({ url: new URL(url).pathname })).cookies
    expect(cookie).toMatchObject({ name: 'sid', path: '/', httpOnly: true, sameSite: 'Lax' })
    expect(cookie?.secure ?? false).toBe(false)
  })

  it('ends the browser’s earlier session: a planted id is worth nothing', async () => {
    const planted = await signIn(web, 'planted@example.com', 'Planted')
    const mine = cookieOf(await open(await link('rotate@example.com', 'Rotate'), planted))
    expect(mine).not.toBe(planted)
    expect(await isIn(planted)).toBe(false)
    expect(await isIn(mine)).toBe(true)
  })

  it('lasts 12 hours without use and 14 days in any case, by the real clock', async () => {
    const idle = await signIn(web, 'idle@example.com', 'Idle')
    web.connect.clock.now = web.connect.clock.now.add({ hours: 24 * 365 })
    web.connect.wall.now = START.add({ hours: 11, minutes: 59 })
    expect(await isIn(idle)).toBe(true)
    web.connect.wall.now = START.add({ hours: 23, minutes: 58 })
    expect(await isIn(idle)).toBe(true)
    web.connect.wall.now = START.add({ hours: 23 + 12, minutes: 58 })
    expect(await isIn(idle)).toBe(false)

    web.connect.wall.now = START
    const busy = await signIn(web, 'busy@example.com', 'Busy')
    for (let hours = 8; hours < 14 * 24; hours += 8) {
      web.connect.wall.now = START.add({ hours })
      expect(await isIn(busy)).toBe(true)
    }
    web.connect.wall.now = START.add({ hours: 14 * 24 })
    expect(await isIn(busy)).toBe(false)
  })

  it('ends by signing out', async () => {
    const cookie = await signIn(web, 'out@example.com', 'Out')
    expect((await post(web.server, '/sign-out', cookie)).headers.location).toBe('/sign-in')
    expect(await isIn(cookie)).toBe(false)
  })

  describe('by mail', () => {
    const ask = (email: string) =>
      web.server.inject({
        method: 'POST',
        url: '/sign-in',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ email }).toString(),
      })

    it('sends a link that works to somebody we know, and says the same to everybody', async () => {
      await link('known@example.com', 'Known')
      web.connect.wall.now = START.add({ minutes: 2 })
      const [known, unknown, odd] = [
        await ask(' Known@Example.com '),
        await ask('unknown@example.com'),
        await ask('not an address'),
      ]
      expect([known.statusCode, known.body]).toEqual([200, unknown.body])
      expect(odd.body).toBe(unknown.body)
      await expect.poll(() => web.connect.outbox.map(({ to }) => to[0]?.address)).toEqual(['known@example.com'])
      const url = /https:\S+/.exec(web.connect.outbox[0]?.text ?? '')?.[0] ?? ''
      expect((await open(url)).statusCode).toBe(302)
    })

    it('stops after a few in a quarter of an hour, and after a few tries from one place in a minute', async () => {
      await link('often@example.com', 'Often')
      for (let minute = 2; minute < 10; minute += 1) {
        web.connect.wall.now = START.add({ minutes: minute })
        await ask('often@example.com')
      }
      await expect.poll(() => web.connect.outbox.length).toBe(2)
      web.connect.wall.now = START.add({ minutes: 60 })
      const statuses: number[] = []
      for (let time = 0; time < 6; time += 1) statuses.push((await ask('nobody@example.com')).statusCode)
      expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
    })
  })

  it('never shows in the log who got in with what', async () => {
    const url = await link('secret@example.com', 'Secret')
    const cookie = cookieOf(await open(url))
    const printed = web.printed.join('')
    expect(printed).toContain('/sign-in/:token')
    expect(printed).not.toContain(new URL(url).pathname.split('/').at(-1))
    expect(printed).not.toContain(cookie.split('=')[1])
  })
})

describe('Requests that change something', () => {
  let web: WebWorld
  let cookie: string

  beforeAll(async () => {
    web = await openWeb()
    cookie = await signIn(web, 'owner@example.com', 'Own')
  })

  const stop = (headers: Record<string, string>) => post(web.server, '/stop', cookie, {}, headers)

  it.each([
    ['our own page', { 'sec-fetch-site': 'same-origin' }, 303],
    ['the person, directly', { 'sec-fetch-site': 'none' }, 303],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another host of the same site', { 'sec-fetch-site': 'same-site' }, 403],
    [
      'another site that also forges an origin',
      { 'sec-fetch-site': 'cross-site', origin: 'https://puntual.example.com' },
      403,
    ],
    ['our own page in an older browser', { origin: 'https://puntual.example.com' }, 303],
    ['another site in an older browser', { origin: 'https://evil.example' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['no browser at all', {}, 303],
  ])('from %s', async (_from, headers, status) => {
    expect((await stop(headers as Record<string, string>)).statusCode).toBe(status)
  })

  it('are refused before anything is done', async () => {
    await post(web.server, '/resume', cookie)
    await stop({ 'sec-fetch-site': 'cross-site' })
    expect((await get(web.server, '/', cookie)).body).not.toContain('All messages are stopped since')
  })
})
