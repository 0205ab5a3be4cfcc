import { AxeBuilder } from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium, openBrowser } from '../support/browser.ts'
import { asOwner } from '../support/database.ts'
import { addPerson, get, openWeb, post, seedBusiness, signIn, type Seeded, type WebWorld } from './support.ts'

/** What a person reads: without tags, spaces collapsed. */
const read = (body: string): string =>
  body
    .replaceAll(/<(style|title)[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/[\s\u00a0]+/g, ' ')

describe('The work list', () => {
  let web: WebWorld
  let ours: Seeded
  let owner: string
  let viewer: string
  const page = async (url: string, cookie = owner): Promise<string> => read((await get(web.server, url, cookie)).body)

  beforeAll(async () => {
    web = await openWeb()
    ours = await seedBusiness(web.app.db, { business: 'Talleres Vega', customer: 'Globex' })
    owner = await signIn(web, await addPerson(web.app.db, ours.businessId, 'owner'))
    viewer = await signIn(web, await addPerson(web.app.db, ours.businessId, 'viewer'))
  })

  it('shows whom to call, what was sent, what to ask and in which order', async () => {
    const text = await page('/work')
    expect(text).toContain('Globex')
    expect(text).toContain('+34 600 000 000')
    expect(text).toContain('Eva <pay@customer.example>')
    expect(text).toContain('Did the invoices arrive, and is anything wrong with them?')
    expect(text.indexOf('Did the invoices arrive')).toBeLessThan(text.indexOf('On which day will it be paid, and how?'))
  })

  it('lets a viewer read and do nothing', async () => {
    expect(await page('/work', viewer)).not.toContain('Log the call')
    const log = { task: ours.call, outcome: 'no-answer' }
    expect((await post(web.server, `/customers/${ours.customer}/contact`, viewer, log)).statusCode).toBe(403)
  })

  it('takes no act from another site, nor on a task of another business', async () => {
    const at = `/customers/${ours.customer}/contact`
    const log = { task: ours.call, outcome: 'no-answer' }
    expect((await post(web.server, at, owner, log, { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403)
    const theirs = await seedBusiness(web.app.db, { business: 'Theirs', customer: 'Their customer' })
    const other = await post(web.server, at, owner, { task: theirs.call, outcome: 'no-answer' })
    expect(other.headers.location).toBe(`/customers/${ours.customer}?done=taskGone`)
    expect((await post(web.server, `/customers/${theirs.customer}/contact`, owner, log)).statusCode).toBe(404)
    expect(await asOwner(web.store.ownerUrl, 'select from contact_log')).toEqual([])
  })

  it('refuses a promise without a day', async () => {
    const log = { task: ours.call, outcome: 'promise', who: 'Eva' }
    expect((await post(web.server, `/customers/${ours.customer}/contact`, owner, log)).statusCode).toBe(400)
    expect(await asOwner(web.store.ownerUrl, 'select from promises')).toEqual([])
  })

  it('turns a call in which payment was promised into a promise, and is done with it', async () => {
    const log = {
      task: ours.call,
      outcome: 'promise',
      who: 'Eva Soler',
      on: '2026-03-12',
      amount: '1.000,00',
      confirm: 'yes',
    }
    const answer = await post(web.server, `/customers/${ours.customer}/contact`, owner, log)
    expect(answer.headers.location).toBe('/work?done=contactLogged')
    expect(
      await asOwner(
        web.store.ownerUrl,
        `select amount_minor::int as minor, pay_on::text as on, said_by as who, via from promises`,
      ),
    ).toEqual([{ minor: 100_000, on: '2026-03-12', who: 'Eva Soler', via: 'call' }])
    expect(await asOwner(web.store.ownerUrl, 'select message from requested_notices')).toEqual([
      { message: 'promise-confirmed' },
    ])
    expect(await page('/work')).not.toContain('Log the call')
    const text = await page(`/customers/${ours.customer}`)
    expect(text).toContain('Call: promises to pay')
    expect(text).toContain('EUR 1,000.00 by 12 Mar 2026 open')
  })

  it('shows an offered plan, and that the customer has agreed to it', async () => {
    const at = `/customers/${ours.customer}`
    const plan = { count: '3', firstOn: '2026-03-16', every: 'month' }
    expect((await post(web.server, `${at}/plan`, owner, plan)).headers.location).toBe(`${at}?done=planOffered`)
    const [row] = await asOwner<{ id: string }>(web.store.ownerUrl, 'select id from payment_plans')
    expect(await page(at)).toContain('offered Take back 16 Mar 2026: EUR 411.50')
    const agreed = await post(web.server, `/plans/${row?.id}/agree`, owner, { saidBy: 'Eva Soler' })
    expect(agreed.headers.location).toBe(`${at}?done=planAgreed`)
    expect(await page(at)).toContain('on track Take back 16 Mar 2026')
    // What was promised about the same invoices is over.
    expect(await page(at)).toContain('became a plan')
  })
})

const chromium = findChromium()

describe.runIf(chromium !== null)('The work list in a browser', () => {
  let browser: Browser
  afterAll(() => browser?.close())

  it.each(['en', 'es'] as const)(
    'is accessible and fits a phone, and so is the customer’s page (%s)',
    async (language) => {
      browser ??= await openBrowser(chromium ?? '')
      const web = await openWeb({ publicUrl: 'http://localhost:3000' })
      const ours = await seedBusiness(web.app.db, { business: 'Talleres Vega', customer: 'Globex' })
      const cookie = await signIn(web, await addPerson(web.app.db, ours.businessId, 'owner'))
      await asOwner(web.store.ownerUrl, `update users set language = $1`, [language])
      const promise = { on: '2026-03-12', saidBy: 'Eva Soler', method: 'transfer', note: 'after the fair' }
      await post(web.server, `/customers/${ours.customer}/promise`, cookie, promise)
      await asOwner(
        web.store.ownerUrl,
        `update chases set status = 'task', closed_because = null where channel = 'call'`,
      )

      const address = await web.server.listen({ host: '127.0.0.1', port: 0 })
      const [name = '', value = ''] = cookie.split('=')
      const context = await browser.newContext()
      await context.addCookies([{ name, value, url: address }])
      const page = await context.newPage()
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 800 })
        for (const url of ['/work', `/customers/${ours.customer}`]) {
          await page.goto(`${address}${url}`)
          for (const summary of await page.locator('main details > summary').all()) await summary.click()
          const { violations } = await new AxeBuilder({ page }).analyze()
          expect(
            violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`)),
          ).toEqual([])
          const sideways = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
          expect([url, width, await page.evaluate(sideways)]).toEqual([url, width, false])
          const folder = process.env['PICTURES']
          if (folder)
            await page.screenshot({ path: `${folder}/${url.split('/')[1]}-${width}-${language}.png`, fullPage: true })
        }
      }
      await context.close()
    },
  )
})
