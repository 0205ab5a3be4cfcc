import { beforeAll, describe, expect, it } from 'vitest'
import { inBusiness } from '../../src/store/db.ts'
import { asOwner } from '../support/database.ts'
import { addPerson, get, openWeb, post, seedBusiness, signIn, type Seeded, type WebWorld } from './support.ts'

const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`

/** What a person reads: without tags, spaces collapsed. */
const read = (body: string): string =>
  body
    .replaceAll(/<(style|title)[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/[\s\u00a0]+/g, ' ')

describe('The pages of a business', () => {
  let web: WebWorld
  let ours: Seeded
  let owner: string
  const page = async (url: string, cookie = owner): Promise<string> => read((await get(web.server, url, cookie)).body)

  beforeAll(async () => {
    web = await openWeb()
    ours = await seedBusiness(web.app.db, { business: 'Talleres Vega', customer: 'Globex' })
    owner = await signIn(web, await addPerson(web.app.db, ours.businessId, 'owner'))
  })

  it('show who owes what, how old it is, and what is decided and why', async () => {
    const text = await page('/')
    expect(text).toContain('As of 2 Mar 2026, 10:00 CET; books read 2 Mar 2026, 10:00')
    expect(text).toContain(
      'Globex 1 invoice EUR 1,234.50 EUR 1,234.50 16 days overdue Regular Asks you Waits for a person to approve the serious message',
    )
    expect(text).toContain('Quiet Debtor 1 invoice GBP 200.00 due in 18 days New Waits Paused by a person')
    expect(text).toMatch(/EUR 0\.00 1,234\.50 0\.00 0\.00 0\.00 1,234\.50/)
    expect(text).toMatch(/GBP 200\.00 0\.00 0\.00 0\.00 0\.00 200\.00/)
  })

  it.each([
    ['?show=ask', ['Globex']],
    ['?show=wait', ['Quiet Debtor']],
    ['?show=send', []],
    ['?search=quiet', ['Quiet Debtor']],
    ['?search=INV-1', ['Globex']],
    ['?search=%25', []],
    ['?search=%00', ['Globex', 'Quiet Debtor']],
    ['?sort=name', ['Globex', 'Quiet Debtor']],
    ['?sort=balance', ['Globex', 'Quiet Debtor']],
    ['?show=x&sort=;&page=-1', ['Globex', 'Quiet Debtor']],
    ['?page=99', []],
  ])('narrow the table: %s', async (query, names) => {
    const { body } = await get(web.server, `/${query}`, owner)
    expect([...body.matchAll(/href="\/customers\/[^"]*">([^<]*)</g)].map(([, name]) => name?.trim())).toEqual(names)
  })

  it('say what stands in the way', async () => {
    const text = await page('/')
    expect(text).toContain('Xero itself sends invoice reminders')
    await asOwner(web.store.ownerUrl, `update connections set status = 'reconnect-needed' where business_id = $1`, [
      ours.businessId,
    ])
    expect(await page('/')).toContain('The connection to Talleres Vega Ltd has to be renewed')
    await asOwner(
      web.store.ownerUrl,
      `update connections set status = 'connected', last_synced_at = '2026-03-01T06:00:00Z' where business_id = $1`,
      [ours.businessId],
    )
    expect(await page('/')).toContain('The books were last read on 1 Mar 2026, 07:00 CET. Nothing is sent')
    await asOwner(
      web.store.ownerUrl,
      `update connections set last_synced_at = '2026-03-02T09:00:00Z' where business_id = $1`,
      [ours.businessId],
    )
    await asOwner(web.store.ownerUrl, `update instance set confirmed_fingerprint = 'another'`)
    expect(await page('/')).toContain('This database was restored or copied')
    expect((await post(web.server, '/confirm-database', owner)).statusCode).toBe(303)
    expect(await page('/')).not.toContain('This database was restored or copied')
  })

  it('show the messages to approve, with what an approval covers, and nothing that people do themselves', async () => {
    const text = await page('/queue')
    expect(text).toContain(
      'Messages to approve 1 Globex Serious Waits for a person to approve the next message. To pay@customer.example INV-1 Due 14 Feb 2026 EUR 1,234.50 Approve Skip See the message',
    )
    expect(text).not.toContain('+34 600 000 000')
  })

  it('show the message before it is approved', async () => {
    expect(await page(`/chases/${ours.awaiting}/preview`)).toContain(
      'To pay@customer.example Subject Preview for Globex Approve Skip',
    )
    expect((await get(web.server, `/chases/${ours.awaiting}/preview/html`, owner)).body).toBe(
      '<!doctype html><p>serious preview</p>',
    )
  })

  it('show a customer with invoices, contacts, messages, notes, payments and history', async () => {
    const text = await page(`/customers/${ours.customer}`)
    expect(text).toContain('Open balance EUR 1,234.50 of which overdue EUR 1,234.50')
    expect(text).toContain('INV-1 14 Feb 2026 16 days overdue EUR 1,500.00 EUR 1,234.50 open')
    expect(text).toContain('INV-2 31 Dec 2025 EUR 500.00 EUR 0.00 paid 3 Jan 2026')
    expect(text).toContain('old@customer.example copied refused on 2 Mar 2026: 550 no such user')
    expect(text).toContain(
      'Overdue: INV-1 23 Feb 2026, 10:00 · sent · Firm · pay@customer.example noted in the ledger 23 Feb 2026, 10:01',
    )
    expect(text).toContain(
      'Invoice INV-1 paid in part; EUR 1,234.50 left. 27 Feb 2026, 10:00 · Ledger Message “Firm” sent to pay@customer.example. See the message 23 Feb 2026, 10:00 · Puntual',
    )
    expect(text).toContain('Payments INV-2 EUR 500.00 3 Jan 2026')
  })

  it('tell once what was decided on several days, and link from the history to a message where it went', async () => {
    await asOwner(
      web.store.ownerUrl,
      `insert into verdicts (business_id, customer_id, on_day, decision, reason, segment, facts, decided_at)
       select $1, $2, on_day::date, 'wait', reason, 'regular', '{}', now()
         from (values ('2026-02-24', 'too-soon'), ('2026-02-25', 'paused'), ('2026-02-26', 'paused'), ('2026-02-27', 'paused')) as v (on_day, reason)`,
      [ours.businessId, ours.customer],
    )
    await asOwner(
      web.store.ownerUrl,
      `insert into events (business_id, customer_id, chase_id, at, kind, facts) values ($1, $2, $3, '2026-02-23T09:01:00Z', 'note-written', '{}')`,
      [ours.businessId, ours.customer, ours.sent],
    )
    const { body } = await get(web.server, `/customers/${ours.customer}`, owner)
    const text = read(body)
    const decided = text.slice(text.indexOf('Decisions of the last days'))
    expect(decided).toMatch(/2 Mar 2026 Asks you .* 25 Feb 2026 to 27 Feb 2026 Waits Paused.* 24 Feb 2026 Waits/)
    expect(decided.match(/Paused by a person/g)).toHaveLength(1)
    expect(body.split('id="timeline"')[1]?.match(/See the message/g)).toHaveLength(1)
  })

  it('show a message with its headers, its text and its notes, and its HTML only in a sandbox', async () => {
    const url = `/messages/${ours.sent}`
    const { body } = await get(web.server, url, owner)
    expect(body).toContain(`<iframe class="mail" sandbox="" src="${url}/html"`)
    expect(read(body)).toContain('From Ana Vega <ana@vega.example> To pay@customer.example')
    expect(read(body)).toContain('Reminder sent to pay@customer.example noted in the ledger 23 Feb 2026, 10:01')
    const mail = await get(web.server, `${url}/html`, owner)
    expect(mail.headers['content-security-policy']).toBe(
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
    )
    expect(mail.headers['cache-control']).toBe('no-store')
    expect(mail.body).toContain('Please pay')
  })

  it('speak the person’s language', async () => {
    expect((await post(web.server, '/language', owner, { language: 'es' })).statusCode).toBe(303)
    const { body } = await get(web.server, '/', owner)
    expect(body).toContain('<html lang="es">')
    expect(read(body)).toContain(
      'Globex 1 factura 1.234,50 EUR 1.234,50 EUR venció hace 16 días Habitual Le pregunta Espera',
    )
    await post(web.server, '/language', owner, { language: 'en' })
  })

  it('show hostile names and texts as the texts they are', async () => {
    const theirs = await seedBusiness(web.app.db, { business: HOSTILE, customer: HOSTILE })
    await inBusiness(web.app.db, theirs.businessId, async (db) => {
      await db.updateTable('invoices').set({ number: HOSTILE }).execute()
      await db
        .updateTable('contacts')
        .set({ email: HOSTILE.toLowerCase(), name: HOSTILE })
        .where('role', '=', 'main')
        .execute()
      await db.updateTable('messages').set({ subject: HOSTILE, body_text: HOSTILE }).execute()
      await db.updateTable('customers').set({ phone: HOSTILE }).execute()
      await db.updateTable('holds').set({ why: HOSTILE }).execute()
      await db.updateTable('connections').set({ organisation_name: HOSTILE, sync_problem: HOSTILE }).execute()
      await db
        .updateTable('businesses')
        .set({ payment_details: `</textarea>${HOSTILE}`, sender_name: HOSTILE })
        .execute()
      await db
        .insertInto('sync_defects')
        .values({
          business_id: theirs.businessId,
          connection_id: theirs.connection,
          kind: 'invoice',
          field: HOSTILE,
          message: HOSTILE,
          seen_at: '2026-03-02T09:00:00Z',
        })
        .execute()
      await db
        .insertInto('events')
        .values({
          business_id: theirs.businessId,
          customer_id: theirs.customer,
          at: '2026-03-02T09:00:00Z',
          kind: HOSTILE,
          facts: '{}',
        })
        .execute()
    })
    const cookie = await signIn(web, await addPerson(web.app.db, theirs.businessId, 'owner'))
    const urls = [
      '/',
      '/queue',
      '/connect',
      '/settings',
      `/customers/${theirs.customer}`,
      `/messages/${theirs.sent}`,
      `/chases/${theirs.awaiting}/preview`,
      `/?search=${encodeURIComponent(HOSTILE)}`,
    ]
    for (const url of urls) {
      const answer = await get(web.server, url, cookie)
      expect([url, answer.statusCode]).toEqual([url, 200])
      expect([url, answer.body.match(/<script|<img|onerror=(?!\S*&)|<\/textarea><(?!\/)/gi)]).toEqual([url, null])
      expect(answer.body).toContain('&#60;script&#62;')
    }
  })

  it('say that a page does not exist, and nothing else about it', async () => {
    const answer = await web.server.inject({ url: `/nowhere/<script>`, headers: { 'accept-language': 'es' } })
    expect([answer.statusCode, read(answer.body).includes('Aquí no hay nada')]).toEqual([404, true])
    expect(answer.body).not.toContain('nowhere')
  })

  it('page through ten thousand debtors', async () => {
    const { businessId, connection } = await seedBusiness(web.app.db, { business: 'Large', customer: 'A first one' })
    await asOwner(
      web.store.ownerUrl,
      `with c as (insert into customers (business_id, connection_id, ledger_id, name)
         select $1, $2, 'n' || n, 'Customer ' || n from generate_series(1, 10000) n returning id, ledger_id),
       v as (insert into verdicts (business_id, customer_id, on_day, decision, reason, segment, facts, decided_at)
         select $1, id, '2026-03-02', 'wait', 'too-soon', 'regular', '{}', now() from c)
       insert into invoices (business_id, connection_id, ledger_id, customer_id, number, due_on, currency, total_minor, balance_minor, state, version, changed_at, seen_at)
         select $1, $2, ledger_id, id, ledger_id, '2026-02-01', 'EUR', 100, 100, 'open', 'v', now(), now() from c`,
      [businessId, connection],
    )
    const cookie = await signIn(web, await addPerson(web.app.db, businessId, 'viewer'))
    const last = await page('/?page=201', cookie)
    expect(last).toContain('10,001–10,002 of 10,002')
    expect(await page('/?show=wait&sort=name&search=Customer 10000', cookie)).toContain(
      'Customer 10000 1 invoice EUR 1.00',
    )
  })
})

describe('What a person does on the pages', () => {
  let web: WebWorld
  let ours: Seeded
  let owner: string
  const page = async (url: string): Promise<string> => read((await get(web.server, url, owner)).body)
  const act = async (url: string, form: Record<string, string> = {}): Promise<string> =>
    String((await post(web.server, url, owner, form)).headers.location)

  beforeAll(async () => {
    web = await openWeb()
    ours = await seedBusiness(web.app.db, { business: 'Talleres Vega', customer: 'Globex' })
    owner = await signIn(web, await addPerson(web.app.db, ours.businessId, 'owner'))
  })

  const shown = async (): Promise<string> =>
    /name="shown" value="([0-9a-f]+)"/.exec(
      (await get(web.server, '/queue', owner)).body.replaceAll(/\s+/g, ' '),
    )?.[1] ?? ''

  it('does not approve what is no longer what was on the screen, and shows what it is now', async () => {
    const seen = await shown()
    await asOwner(
      web.store.ownerUrl,
      `update contacts set email = 'somebody@else.example' where role = 'main' and business_id = $1`,
      [ours.businessId],
    )
    const next = await act(`/chases/${ours.awaiting}/approve`, { shown: seen })
    expect(next).toBe(`/chases/${ours.awaiting}/preview?done=changed`)
    const text = await page(next)
    expect(text).toContain(
      'The message has changed since you saw it, so it was not approved. This is how it stands now.',
    )
    expect(text).toContain('To somebody@else.example Subject Preview for Globex Approve Skip')
    expect(await page('/queue')).toContain('Messages to approve 1')
  })

  it('approves what is on the screen, once', async () => {
    const seen = await shown()
    expect(await act(`/chases/${ours.awaiting}/approve`, { shown: seen })).toBe('/queue?done=approved')
    expect(await page('/queue')).not.toContain('Messages to approve')
    expect(await act(`/chases/${ours.awaiting}/approve`, { shown: seen })).toBe('/queue?done=gone')
  })

  it('finishes a task with what came of it', async () => {
    expect(await act(`/chases/${ours.call}/done`, { outcome: 'pays on Friday' })).toBe('/work?done=taskDone')
    expect(await act(`/chases/${ours.call}/done`, { outcome: 'twice' })).toBe('/work?done=gone')
    expect(await page('/work')).toContain('There is nothing to do.')
    expect(await page(`/customers/${ours.customer}`)).toContain('Task done')
  })

  it('promises, disputes, pauses and ends', async () => {
    const at = `/customers/${ours.customer}`
    const promise = { on: '2026-03-06', invoices: ours.open, saidBy: 'Eva Soler', method: 'transfer', via: 'call' }
    expect(await act(`${at}/promise`, promise)).toBe(`${at}?done=promised`)
    expect(await act(`/invoices/${ours.open}/dispute`, { why: 'two boxes missing' })).toBe(`${at}?done=saved`)
    expect(await act(`${at}/hold`, { kind: 'pause', until: '', why: '' })).toBe(`${at}?done=paused`)
    const text = await page(at)
    expect(text).toContain('by 6 Mar 2026 open Take back INV-1 · call · Eva Soler · transfer')
    expect(text).toContain('Disputed · INV-1 End since 2 Mar 2026 until someone ends it')
    expect(text).toContain('two boxes missing')
    expect(text).toContain('Paused · whole account End since 2 Mar 2026 until someone ends it')
    expect(await act(`${at}/resume`)).toBe(`${at}?done=holdEnded`)
    expect(await page(at)).not.toContain('Paused · whole account')
  })

  it('refuses days that are past or none', async () => {
    const at = `/customers/${ours.customer}`
    expect(await act(`${at}/hold`, { until: '2026-03-01' })).toBe(`${at}?done=dayPast`)
    for (const on of ['2026-02-30', 'tomorrow', '0000-00-00']) {
      expect([on, (await post(web.server, `${at}/promise`, owner, { on })).statusCode]).toEqual([on, 400])
    }
  })

  it('goes automatic only with a named sender', async () => {
    const fields = {
      name: 'Talleres Vega',
      country: 'es',
      region: '',
      timeZone: 'Europe/Madrid',
      language: 'es',
      senderName: '',
      senderRole: '',
      senderPhone: '',
      senderEmail: '',
      paymentDetails: 'IBAN\r\nES91',
      lateCharges: '',
      strategicGroups: 'VIP\r\n\r\n Key ',
      defaultTermDays: '45',
    }
    expect(await act('/settings', fields)).toBe('/settings?done=saved')
    expect(await act('/mode', { mode: 'automatic' })).toBe('/settings?done=senderMissing')
    expect(await act('/settings', { ...fields, senderName: 'Ana Vega' })).toBe('/settings?done=saved')
    expect(await act('/mode', { mode: 'automatic' })).toBe('/settings?done=saved')
    expect(await act('/settings', fields)).toBe('/settings?done=senderMissing')
    const [row] = await asOwner(
      web.store.ownerUrl,
      `select mode, country, sender_name, payment_details,
              (select jsonb_build_object('terms', policy->'defaultTermDays', 'groups', policy->'strategicGroups')
                 from policies join policies_used using (business_id, hash) where business_id = b.id order by version desc limit 1) as policy
         from businesses b where id = $1`,
      [ours.businessId],
    )
    expect(row).toEqual({
      mode: 'automatic',
      country: 'ES',
      sender_name: 'Ana Vega',
      payment_details: 'IBAN\nES91',
      policy: { terms: 45, groups: ['VIP', 'Key'] },
    })
  })

  it('shows a wrong form again with what was typed and what is wrong with it', async () => {
    const answer = await post(web.server, '/settings', owner, {
      name: '',
      country: 'Spain',
      timeZone: 'Mars/Olympus',
      language: 'es',
      senderEmail: 'not an address',
      senderName: 'A\nB',
      defaultTermDays: '400',
      region: 'Madrid <b>',
    })
    expect(answer.statusCode).toBe(422)
    const text = read(answer.body)
    for (const problem of [
      'The business needs a name',
      'The country is two letters',
      'This time zone is not known',
      'The reply address is not',
      'has a line break in it',
      'a whole number of days',
    ])
      expect(text).toContain(problem)
    expect(answer.body).toContain('value="Madrid &#60;b&#62;"')
    expect((await page('/settings')).includes('Spain')).toBe(false)
  })

  it('stops everything and resumes, in one click from any page', async () => {
    for (const url of ['/', '/queue', '/connect', '/settings'])
      expect((await get(web.server, url, owner)).body).toContain('action="/stop"')
    expect(await act('/stop', { business: ours.businessId })).toBe('/?done=stopped')
    expect(await page('/queue')).toContain('All messages are stopped since 2 Mar 2026, 10:00 CET')
    expect(await act('/resume')).toBe('/?done=resumed')
    expect(await page('/queue')).not.toContain('All messages are stopped since')
  })
})
