import { AxeBuilder } from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium, openBrowser } from '../support/browser.ts'
import { asOwner } from '../support/database.ts'
import { addPerson, get, openWeb, post, readable, seedBusiness, signIn, type Seeded, type WebWorld } from './support.ts'

describe('The work list', () => {
  let web: WebWorld
  let ours: Seeded
  let owner: string
  let viewer: string
  const page = async (url: string, cookie = owner): Promise<string> =>
    readable((await get(web.server, url, cookie)).body)

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

describe('The work list and the approvals', () => {
  let web: WebWorld
  let owner: string
  let ours: Seeded
  const body = async (url: string): Promise<string> => (await get(web.server, url, owner)).body.replaceAll(/\s+/g, ' ')
  const main = async (url: string): Promise<string> => /<main.*<\/main>/.exec(await body(url))?.[0] ?? ''
  const customersOn = async (url: string): Promise<string[]> =>
    [...(await main(url)).matchAll(/<a href="\/customers\/[^"]+">([^<]+)<\/a>/g)].map(([, name]) => String(name)).sort()
  const badgesOn = async (url: string): Promise<string[]> =>
    [
      ...((await body(url)).split('<main')[0] ?? '').matchAll(/href="([^"]+)"[^>]*>[^<]*<span class="count">(\d+)</g),
    ].map(([, tab, count]) => `${tab} ${count}`)

  beforeAll(async () => {
    web = await openWeb()
    ours = await seedBusiness(web.app.db, { business: 'Talleres Vega', customer: 'To Approve And Call' })
    owner = await signIn(web, await addPerson(web.app.db, ours.businessId, 'owner'))
    await asOwner(
      web.store.ownerUrl,
      `with c as (insert into customers (business_id, connection_id, ledger_id, name)
                  select $1, $2, name, name from unnest($3::text[]) name returning id, name),
            asked as (insert into verdicts (business_id, customer_id, on_day, decision, reason, segment, facts, decided_at)
                      select $1, id, '2026-03-02', 'ask', 'no-address', 'regular', '{}', now() from c where name like '%Asked')
       insert into chases (business_id, connection_id, customer_id, channel, step_id, stage, status, segment, planned_on, planned_at,
                           send_after, approval_needed, most_per_7_days, quiet)
       select $1, $2, c.id, k.channel, 'step', k.stage, k.status, 'regular', '2026-03-02', now(), now(), true, 2, k.quiet::daterange
         from c join (values ('Decided And Asked', 'decision', null, 'task', null), ('Written To', 'letter', null, 'task', null),
                             ('Lost', 'email', 'firm', 'unknown', '[2026-03-02,2026-03-04)')) as k (name, channel, stage, status, quiet)
              using (name)`,
      [ours.businessId, ours.connection, ['Decided And Asked', 'Only Asked', 'Written To', 'Lost']],
    )
  })

  it('share what there is to do: messages here, everything that people do themselves there', async () => {
    expect(await customersOn('/queue')).toEqual(['Lost', 'To Approve And Call'])
    expect(await customersOn('/work')).toEqual(['Decided And Asked', 'Only Asked', 'To Approve And Call', 'Written To'])
  })

  it('count on their tabs what they show, a customer with two things to do once', async () => {
    expect(await badgesOn('/')).toEqual(['/queue 2', '/work 4'])
  })

  it('have one form per task, which finishes it or calls it off; a letter is begun from its task', async () => {
    const forms = [...(await main('/work')).matchAll(/<form method="post" action="([^"]+)"/g)].map(
      ([, action]) => action,
    )
    expect(forms.map((action) => String(action).replace(/[0-9a-f-]{36}/, ':id')).toSorted()).toEqual([
      '/chases/:id/done',
      '/chases/:id/done',
      '/customers/:id/contact',
      '/customers/:id/letters',
    ])
    const skip = /formaction="(\/chases\/[^"]+\/skip)"/
    const [, first = ''] = skip.exec(await main('/work')) ?? []
    expect((await post(web.server, first, owner)).headers.location).toBe('/work?done=skipped')
    expect(await badgesOn('/')).toEqual(['/queue 2', '/work 3'])
    expect((await post(web.server, `/chases/${ours.awaiting}/skip`, owner)).headers.location).toBe(
      '/queue?done=skipped',
    )
    expect(await badgesOn('/')).toEqual(['/queue 1', '/work 3'])
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
