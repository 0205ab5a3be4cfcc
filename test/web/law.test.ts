import { AxeBuilder } from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findChromium, openBrowser } from '../support/browser.ts'
import { addPerson, get, openWeb, post, readable, seedBusiness, signIn, type Seeded, type WebWorld } from './support.ts'
import { asOwner } from '../support/database.ts'

/** Monday, 2 March 2026: the seeded invoice has been due since 14 February. */
let web: WebWorld
let ours: Seeded
let owner: string
let viewer: string

const page = async (url: string, cookie = owner): Promise<string> => readable((await get(web.server, url, cookie)).body)
const customerPage = (cookie = owner) => page(`/customers/${ours.customer}`, cookie)
const rows = <Row extends object = object>(text: string, values: unknown[] = []) =>
  asOwner<Row & Record<string, unknown>>(web.store.ownerUrl, text, values)
const act = (url: string, form: Record<string, string> = {}) => post(web.server, url, owner, form)

beforeAll(async () => {
  web = await openWeb()
  ours = await seedBusiness(web.app.db, { business: 'Talleres Vega', customer: 'Globex' })
  owner = await signIn(web, await addPerson(web.app.db, ours.businessId, 'owner'))
  viewer = await signIn(web, await addPerson(web.app.db, ours.businessId, 'viewer'))
})

beforeEach(async () => {
  await rows(`update customers set set_debtor = null, name = case when id = $1 then 'Globex' else name end`, [ours.customer])
  await rows(`update invoices set due_on = '2026-02-14', issued_on = '2026-01-15' where id = $1`, [ours.open])
  await rows('update businesses set law_consented_at = null, law_consented_by = null')
  await rows('delete from debt_events')
}) // prettier-ignore

describe('The law on a customer’s page', () => {
  it('gives no figure while nobody has said that the customer is a business, and says so', async () => {
    const text = await customerPage()
    expect(text).toContain('Nobody has said whether this customer is a business')
    expect(text).toContain('No figure: it is not known whether the customer is a business.')
    expect((await act(`/customers/${ours.customer}/debtor`, { debtor: 'consumer' })).statusCode).toBe(303)
    expect(await customerPage()).toContain('No figure: the customer is a consumer.')
    expect(await rows('select set_debtor from customers where id = $1', [ours.customer])).toEqual([{ set_debtor: 'consumer' }])
    expect(await customerPage()).toContain('Set who owes: a consumer.')
  }) // prettier-ignore

  it('works interest and compensation out line by line, with a part payment and where the rate comes from', async () => {
    await act(`/customers/${ours.customer}/debtor`, { debtor: 'business' })
    const text = await customerPage()
    // 16 days at 10.15 % on 1,234.50: 5.4927…
    expect(text).toContain('15 Feb 2026 – 2 Mar 2026 16 days EUR 1,234.50 10.15 % ECB rate 2.15 % of the half-year from 1 Jan 2026 + 8 points EUR 5.49')
    expect(text).toContain('In all 16 days Ley 3/2004, arts 4–8 EUR 5.49')
    expect(text).toContain('EUR 40.00 for each late invoice.')
    expect(text).toContain('Messages to this customer name no legal amounts: an owner has not consented to it yet and the policy declares no ground')
    await rows(`insert into payments (business_id, connection_id, ledger_id, invoice_ledger_id, customer_id, paid_on, currency, amount_minor)
                values ($1, $2, 'part', 'i1', $3, '2026-02-20', 'EUR', 26550)`, [ours.businessId, ours.connection, ours.customer])
    const paid = await customerPage()
    // 6 days on 1,500.00 and 10 on 1,234.50: 2.5027… and 3.4329…
    expect(paid).toContain('15 Feb 2026 – 20 Feb 2026 6 days EUR 1,500.00')
    expect(paid).toContain('20 Feb 2026 payment of EUR 265.50; interest runs on EUR 1,234.50 from the next day')
    expect(paid).toContain('In all 16 days Ley 3/2004, arts 4–8 EUR 5.94')
    expect(paid).toContain('20 Feb 2026 · part payment the period began anew')
    expect(paid).toContain('The last safe day to claim is 20 Feb 2031 (5 years).')
    await rows(`delete from payments where ledger_id = 'part'`)
  }) // prettier-ignore

  it('tells when the VAT of a Spanish invoice may be taken back, and what has to have happened', async () => {
    const text = await customerPage()
    expect(text).toContain('After 12 months: corrective invoice between 16 Jan 2027 and 15 Jul 2027.')
    await act('/settings/law', { turnover: 'up-to-limit' })
    expect(await customerPage()).toContain('After 6 months: corrective invoice between 16 Jul 2026 and 15 Jan 2027.')
    await act('/settings/law', {})
  })

  it('counts what a person wrote down, until it is taken back', async () => {
    expect(await customerPage()).toContain('The last safe day to claim is 14 Feb 2031')
    const logged = await act(`/customers/${ours.customer}/debt-events`, {
      kind: 'extrajudicial-claim',
      on: '2026-03-01',
      note: 'burofax 123',
    })
    expect(logged.statusCode).toBe(303)
    const text = await customerPage()
    expect(text).toContain('The last safe day to claim is 1 Mar 2031')
    expect(text).toContain('Written down: claim with proof: burofax, certified e-mail, 1 Mar 2026.')
    const [event] = await rows<{ id: string; invoice_ids: string[] }>('select id, invoice_ids from debt_events')
    expect(event?.invoice_ids).toEqual([ours.open])
    expect((await post(web.server, `/debt-events/${event?.id}/withdraw`, viewer)).statusCode).toBe(403)
    expect((await act(`/debt-events/${event?.id}/withdraw`)).statusCode).toBe(303)
    expect(await customerPage()).toContain('The last safe day to claim is 14 Feb 2031')
  })

  it('takes nothing down that lies ahead, is about another’s invoice, or comes from another business', async () => {
    const at = `/customers/${ours.customer}/debt-events`
    expect((await act(at, { kind: 'court-claim', on: '2026-03-03' })).statusCode).toBe(400)
    const theirs = await seedBusiness(web.app.db, { business: 'Theirs', customer: 'Their customer' })
    expect((await act(at, { kind: 'court-claim', on: '2026-03-01', invoices: theirs.open })).statusCode).toBe(404)
    await rows(`insert into debt_events (business_id, customer_id, invoice_ids, kind, on_day, created_by, created_at)
                values ($1, $2, array[$3::uuid], 'court-claim', '2026-03-01', 'x', now())`, [theirs.businessId, theirs.customer, theirs.open])
    const [event] = await rows<{ id: string }>('select id from debt_events')
    expect((await act(`/debt-events/${event?.id}/withdraw`)).statusCode).toBe(404)
    expect((await post(web.server, at, owner, { kind: 'court-claim', on: '2026-03-01' }, { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403)
    expect((await rows('select from debt_events where withdrawn_at is null')).length).toBe(1)
  }) // prettier-ignore

  it('shows a viewer all of it and no way to change it', async () => {
    const text = await customerPage(viewer)
    expect(text).toContain('Late payment and the law')
    expect(text).not.toContain('Write down a claim')
  })
})

describe('The consent to legal amounts', () => {
  it('is an owner’s, kept with who and when, and can be taken back', async () => {
    expect(await page('/settings/law')).toContain('Nothing is quoted before you consent.')
    expect((await post(web.server, '/settings/law/consent', viewer, { consents: 'yes' })).statusCode).toBe(403)
    expect((await act('/settings/law/consent', { consents: 'yes' })).statusCode).toBe(303)
    expect(await page('/settings/law')).toMatch(/consented on 2 Mar 2026, 10:00/)
    const [kept] = await rows<{ by: string }>('select law_consented_by as by from businesses where id = $1', [ours.businessId])
    expect(await rows('select from users where id = $1', [kept?.by])).toEqual([{}])
    await act('/settings/law/consent', { consents: 'no' })
    expect(await rows('select law_consented_at as at, law_consented_by as by from businesses where id = $1', [ours.businessId])).toEqual([{ at: null, by: null }])
    expect(await rows(`select kind from events where kind like 'law-%' order by id`)).toEqual([{ kind: 'law-consented' }, { kind: 'law-consent-withdrawn' }])
  }) // prettier-ignore
})

describe('The warning before a debt can no longer be claimed', () => {
  it.each([
    ['2021-05-31', 'expires within 90 days', 'can be claimed for 90 days more, until 31 May 2026'],
    ['2021-04-01', 'expires within 30 days', 'can be claimed for 30 days more, until 1 Apr 2026'],
    ['2021-03-02', 'expires within 30 days', 'Today is the last safe day to claim invoice INV-1.'],
  ])('stands on the work list and on the customer’s page: due %s', async (due, badge, sentence) => {
    await rows(`update invoices set due_on = $2, issued_on = $2 where id = $1`, [ours.open, due])
    const text = await page('/work')
    expect(text).toContain(badge)
    expect(text).toContain(sentence)
    expect(await customerPage()).toContain(badge)
  })

  it('comes no day too early, and not after the end', async () => {
    for (const due of ['2021-06-01', '2021-03-01']) {
      await rows(`update invoices set due_on = $2, issued_on = $2 where id = $1`, [ours.open, due])
      expect(await page('/work')).not.toMatch(/expires within/)
    }
  })

  it('shows a customer of whom nothing else is asked', async () => {
    await rows(`update invoices set due_on = '2021-04-01', issued_on = '2021-03-01' where number = 'GBP-3' and business_id = $1`, [ours.businessId])
    expect(await page('/work')).toContain('Quiet Debtor')
    await rows(`update invoices set due_on = '2026-03-20' where number = 'GBP-3'`)
  }) // prettier-ignore
})

describe('An account in doubt', () => {
  it('says on the customer’s page which account, and what a person can do', async () => {
    await rows(
      `insert into holds (business_id, customer_id, kind, why, created_by, created_at)
       values ($1, $2, 'bank-details', 'document-differs: ES…6789', 'puntual', now())`,
      [ours.businessId, ours.customer],
    )
    const text = await customerPage()
    expect(text).toContain('an invoice’s PDF asks for payment to an account that is not confirmed (ES…6789)')
    expect(text).toContain('add it to the payment details in the settings')
    expect(text).not.toContain('document-differs')
    await rows(`delete from holds where kind = 'bank-details'`)
  })
})

describe('In a browser', () => {
  const executable = findChromium()
  let browser: Browser | null = null
  afterAll(() => browser?.close())

  it.skipIf(executable === null)('the pages of the law are accessible and fit a telephone', async () => {
    await rows(`update invoices set due_on = '2021-04-01', issued_on = '2021-03-01' where id = $1`, [ours.open])
    await act(`/customers/${ours.customer}/debtor`, { debtor: 'business' })
    browser = await openBrowser(executable ?? '')
    const address = await web.server.listen({ port: 0, host: '127.0.0.1' })
    for (const width of [360, 1200]) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, extraHTTPHeaders: { cookie: owner } })
      const tab = await context.newPage()
      for (const url of [`/customers/${ours.customer}`, '/settings/law', '/work']) {
        await tab.goto(`${address}${url}`)
        for (const part of await tab.locator('details.law-invoice > summary').all()) await part.click()
        const { violations } = await new AxeBuilder({ page: tab }).analyze()
        expect([url, width, violations.map(({ id, nodes }) => [id, nodes[0]?.html])]).toEqual([url, width, []])
        const overflow = await tab.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
        expect([url, width, overflow]).toEqual([url, width, 0])
      }
      await context.close()
    }
  })
}) // prettier-ignore
