import { beforeAll, describe, expect, it } from 'vitest'
import { inBusiness } from '../../src/store/db.ts'
import { readInvoiceHistory } from '../../src/store/ledger-history.ts'
import { day } from '../../src/chase/day.ts'
import { asOwner } from '../support/database.ts'
import { addPerson, get, openWeb, post, seedBusiness, signIn, type Seeded, type WebWorld } from './support.ts'

/** What a person reads: without tags, spaces collapsed. */
const read = (body: string): string =>
  body
    .replaceAll(/<(style|title)[^>]*>.*?<\/\1>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ')

describe('The page about money', () => {
  let web: WebWorld
  let ours: Seeded
  let viewer: string

  beforeAll(async () => {
    web = await openWeb()
    ours = await seedBusiness(web.app.db, { business: 'Ours', customer: 'Our customer' })
    await seedBusiness(web.app.db, { business: 'Theirs', customer: 'Their secret customer' })
    viewer = await signIn(web, await addPerson(web.app.db, ours.businessId, 'viewer'))
  })

  it('shows a viewer each figure with what it means, currency by currency', async () => {
    const page = await get(web.server, '/money', viewer)
    const text = read(page.body)
    expect(page.statusCode).toBe(200)
    for (const name of [
      'DSO, countback',
      'DSO, simple',
      'Collection effectiveness',
      'Average days late',
      'Promises kept',
      'Disputed',
    ])
      // prettier-ignore
      expect([name, text.includes(name)]).toEqual([name, true])
    expect(text).toContain('How late the money of the last 365 days came')
    expect(text).toContain('The next 13 weeks in EUR')
    expect(text).toContain('The next 13 weeks in GBP')
    expect(text).toContain('1,234.50')
    expect(text).toContain('200.00')
    // 1,234.50 and 200.00 in one sum would be this.
    expect(text).not.toContain('1,434.50')
    expect(page.body.match(/<table/g)?.length).toBeGreaterThanOrEqual(5)
  })

  it('names the steps after which money came, with when they come, in the order of the sequences', async () => {
    await asOwner(
      web.store.ownerUrl,
      `with paid as (update invoices set state = 'paid', balance_minor = 0, paid_on = '2026-02-25' where id = $1 returning *)
       insert into payments (business_id, connection_id, ledger_id, invoice_ledger_id, customer_id, paid_on, currency, amount_minor)
       select business_id, connection_id, 'p2', ledger_id, customer_id, paid_on, currency, total_minor from paid`,
      [ours.open],
    )
    const rows = (text: string, from: string): string => text.slice(text.indexOf(from))
    expect(rows(read((await get(web.server, '/money', viewer)).body), 'Collected after each step')).toMatch(
      /before any step EUR 1 500\.00 – Firm 7 days after the due day \(New, Regular, Habitually late\) EUR 1 1,500\.00 2/,
    )
    await post(web.server, '/language', viewer, { language: 'es' })
    expect(rows(read((await get(web.server, '/money', viewer)).body), 'Cobrado después')).toMatch(
      /Firme 7 días después del vencimiento \(Nuevo, Habitual, Paga siempre tarde\)/,
    )
    await post(web.server, '/language', viewer, { language: 'en' })
    await asOwner(web.store.ownerUrl, `delete from payments where ledger_id = 'p2' and business_id = $1`, [
      ours.businessId,
    ])
    await asOwner(
      web.store.ownerUrl,
      `update invoices set state = 'open', balance_minor = 123450, paid_on = null where id = $1`,
      [ours.open],
    )
  })

  it('says it in Spanish too', async () => {
    await post(web.server, '/language', viewer, { language: 'es' })
    const text = read((await get(web.server, '/money', viewer)).body)
    expect(text).toContain('Días medios de retraso')
    expect(text).toContain('Las próximas 13 semanas en EUR')
    expect(text).toContain('1.234,50')
    const customer = read((await get(web.server, `/customers/${ours.customer}`, viewer)).body)
    expect(customer).toContain('Se sabe demasiado poco de cómo paga (facturas pagadas: 1).')
    await post(web.server, '/language', viewer, { language: 'en' })
  })

  it('knows nothing of another business', async () => {
    for (const by of ['customer', 'segment', 'sequence', 'nonsense']) {
      const page = await get(web.server, `/money?by=${by}`, viewer)
      expect([by, page.statusCode, page.body.includes('secret')]).toEqual([by, 200, false])
    }
    const text = read((await get(web.server, '/money?by=customer', viewer)).body)
    expect(text).toContain('Our customer')
    const seen = await inBusiness(web.app.db, ours.businessId, (db) =>
      readInvoiceHistory(db, 'everybody', day('2025-01-01')),
    )
    expect(seen.length).toBe(3)
  })

  it('sends who is not signed in to the door', async () => {
    expect((await get(web.server, '/money', '')).headers.location).toBe('/sign-in')
  })

  it('groups by what is asked for and marks it', async () => {
    const { body } = await get(web.server, '/money?by=customer', viewer)
    expect(body).toMatch(/href="\/money\?by=customer#groups"\s+aria-current="true"/)
    expect(body).toContain(`href="/customers/${ours.customer}"`)
  })

  it('is calm about a business without books', async () => {
    const cookie = await signIn(web, 'new@example.com', 'Fresh start')
    const text = read((await get(web.server, '/money', cookie)).body)
    expect(text).toContain('There is nothing to measure yet.')
  })
})

describe('A customer’s habit', () => {
  it('is a sentence on its page, with a likely day for each open invoice and in the table', async () => {
    const web = await openWeb()
    const ours = await seedBusiness(web.app.db, { business: 'Ours', customer: 'Our customer' })
    await inBusiness(web.app.db, ours.businessId, async (db) => {
      await db.deleteFrom('invoices').where('id', '=', ours.paid).execute()
      await db
        .updateTable('invoices')
        .set({ due_on: '2026-03-16' as never, issued_on: '2026-03-01' as never })
        .where('id', '=', ours.open)
        .execute()
      for (const month of ['08', '09', '10', '11']) {
        await db
          .insertInto('invoices')
          .values({
            business_id: ours.businessId,
            connection_id: ours.connection,
            customer_id: ours.customer,
            ledger_id: `h${month}`,
            number: `H-${month}`,
            issued_on: `2025-${month}-01`,
            due_on: `2025-${month}-16`,
            total_minor: 10_000,
            balance_minor: 0,
            currency: 'EUR',
            state: 'paid',
            paid_on: `2025-${month}-25`,
            version: 'v1',
            changed_at: '2025-12-01T09:00:00Z',
            seen_at: '2025-12-01T09:00:00Z',
          } as never)
          .execute()
        await db
          .insertInto('payments')
          .values({
            business_id: ours.businessId,
            connection_id: ours.connection,
            ledger_id: `hp${month}`,
            invoice_ledger_id: `h${month}`,
            customer_id: ours.customer,
            paid_on: `2025-${month}-25` as never,
            currency: 'EUR',
            amount_minor: 10_000,
          })
          .execute()
      }
    })
    const cookie = await signIn(web, await addPerson(web.app.db, ours.businessId, 'viewer'))
    const page = read((await get(web.server, `/customers/${ours.customer}`, cookie)).body)
    expect(page).toContain('Usually pays 9 days late, around the 25th (from 4 paid invoices).')
    // INV-1 falls due on 16 March.
    expect(page).toContain('by habit around 25 Mar 2026')
    const table = read((await get(web.server, '/', cookie)).body)
    expect(table).toContain('Likely')
    expect(table).toContain('25 Mar 2026')
  })
})
