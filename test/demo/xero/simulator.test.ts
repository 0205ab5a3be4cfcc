import { afterEach, describe, expect, it } from 'vitest'
import { day } from '../../../src/chase/day.ts'
import { money } from '../../../src/chase/money.ts'
import { XERO_SCOPES } from '../../../src/ledgers/xero/oauth.ts'
import { CLIENT, ORGANISATION_ID, REDIRECT_URI, simulatedXero, type SimulatedXero, type SimulatedXeroOptions } from '../../ledgers/xero/simulated.ts' // prettier-ignore

let xero: SimulatedXero
afterEach(async () => await xero.simulator.close())

const started = async (options?: SimulatedXeroOptions): Promise<SimulatedXero> => (xero = await simulatedXero(options))

type Call = { method?: string; body?: string; headers?: Record<string, string> }

async function call(path: string, init: Call = {}, accept = 'application/json'): Promise<Response> {
  const headers = {
    authorization: `Bearer ${await xero.session.accessToken()}`,
    'xero-tenant-id': ORGANISATION_ID,
    accept,
  }
  return await fetch(`${xero.simulator.url}/api.xro/2.0${path}`, { ...init, headers: { ...headers, ...init.headers } })
}

type Listed = { Invoices: { InvoiceNumber: string; LineItems?: unknown[] }[]; pagination?: Record<string, number> }
const numbers = async (query: string, headers: Record<string, string> = {}): Promise<string[]> =>
  ((await (await call(`/Invoices?${query}`, { headers })).json()) as Listed).Invoices.map(({ InvoiceNumber }) => InvoiceNumber) // prettier-ignore
const where = (text: string): string => `where=${encodeURIComponent(text)}`

async function withInvoices(): Promise<void> {
  const { books, advance } = await started()
  const [acme, bolt] = [books.addCustomer({ name: 'Acme' }), books.addCustomer({ name: 'Bolt' })]
  const add = (number: string, customerId: string, dueOn: string, minor: number, kind: 'sale' | 'bill' = 'sale') => {
    advance(60)
    return books.addInvoice({ customerId, number, kind, dueOn: day(dueOn), issuedOn: day('2026-01-01'), total: money(minor, 'EUR') }) // prettier-ignore
  }
  add('A', acme.id, '2026-01-31', 100)
  add('B', bolt.id, '2026-02-28', 900)
  books.pay(add('C', acme.id, '2026-03-31', 500).id, day('2026-02-02'))
  add('bill', bolt.id, '2026-01-31', 100, 'bill')
}

const since = (at: Temporal.Instant) => ({ 'if-modified-since': at.toString().slice(0, 19) })

describe('Queries to the simulated Xero', () => {
  it('filter by what Xero filters by', async () => {
    await withInvoices()
    const acme = [...xero.books.customers.values()][0]?.id
    expect(await numbers(where('Type=="ACCREC"'))).toEqual(['A', 'B', 'C'])
    expect(await numbers(`${where('Type=="ACCREC"')}&Statuses=AUTHORISED,DRAFT`)).toEqual(['A', 'B'])
    expect(await numbers(where(`Contact.ContactID==guid("${acme}") AND AmountDue>0`))).toEqual(['A'])
    expect(await numbers(where('DueDate >= DateTime(2026, 02, 28) && Type == "ACCREC"'))).toEqual(['B', 'C'])
    expect(await numbers(where('InvoiceNumber=="A" OR InvoiceNumber=="C"'))).toEqual(['A', 'C'])
    expect(await numbers('order=DueDate%20DESC,InvoiceNumber%20ASC')).toEqual(['C', 'B', 'A', 'bill'])
    expect(await numbers(`ContactIDs=${acme}`)).toEqual(['A', 'C'])
    const ids = [...xero.books.invoices.keys()].slice(0, 2).join(',')
    expect(await numbers(`IDs=${ids.toUpperCase()}`)).toEqual(['A', 'B'])
  })

  it('are refused when they are none', async () => {
    await withInvoices()
    for (const text of ['Colour=="red"', 'Type', 'Type=="ACCREC" Status=="PAID"']) {
      const answer = await call(`/Invoices?${where(text)}`)
      expect([answer.status, ((await answer.json()) as { Type: string }).Type]).toEqual([400, 'QueryParseException'])
    }
  })

  it('give lines and the count of pages when paged, a summary when not', async () => {
    await withInvoices()
    const paged = (await (await call('/Invoices?page=2&pageSize=3')).json()) as Listed
    expect([paged.pagination, paged.Invoices.length, paged.Invoices[0]?.LineItems?.length]).toEqual([
      { page: 2, pageSize: 3, pageCount: 2, itemCount: 4 },
      1,
      1,
    ])
    const unpaged = (await (await call('/Invoices')).json()) as Listed
    expect([unpaged.pagination, unpaged.Invoices.length, unpaged.Invoices[0]?.LineItems]).toEqual([undefined, 4, undefined]) // prettier-ignore
    const clamped = (await (await call('/Invoices?pageSize=5000')).json()) as Listed
    expect(clamped.pagination?.['pageSize']).toBe(1000)
  })

  it('tell what changed, to the second', async () => {
    await withInvoices()
    expect(await numbers('page=1', since(xero.now().add({ seconds: 1 })))).toEqual([])
    expect(await numbers('page=1', since(xero.now()))).toEqual(['bill'])
    expect(await numbers('page=1', since(xero.now().subtract({ seconds: 60 })))).toEqual(['C', 'bill'])
  })

  it('are answered in XML unless JSON is asked for', async () => {
    await withInvoices()
    const answer = await call('/Organisation', {}, '*/*')
    expect([answer.headers.get('content-type'), (await answer.text()).startsWith('<Response><Id>')]).toEqual(['text/xml; charset=utf-8', true]) // prettier-ignore
  })
})

describe('Limits of the simulated Xero', () => {
  it('sixty calls a minute, told in the headers, refused with the seconds to wait', async () => {
    await started({ limits: {} })
    const first = await call('/Organisation')
    expect([first.headers.get('x-minlimit-remaining'), first.headers.get('x-daylimit-remaining')]).toEqual(['59', '4999'])
    for (let n = 1; n < 60; n++) await (await call('/Organisation')).arrayBuffer()
    const refused = await call('/Organisation')
    expect([refused.status, refused.headers.get('x-rate-limit-problem'), refused.headers.get('retry-after'), await refused.text()]).toEqual([429, 'minute', '60', '']) // prettier-ignore
    await expect(xero.ledger.organisation()).rejects.toMatchObject({ problem: 'slow-down', retryAfterSeconds: 60 })
    xero.advance(61)
    expect((await call('/Organisation')).status).toBe(200)
  }) // prettier-ignore

  it('five at once, refused without a word on when to come back', async () => {
    await started({ limits: {} })
    xero.simulator.faults.add({ match: {}, times: 6, kind: 'slow', delayMs: 200 })
    const answers = await Promise.all(Array.from({ length: 6 }, () => call('/Organisation')))
    const statuses = answers.map(({ status }) => status).sort((one, other) => one - other)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
    const refused = answers.find(({ status }) => status === 429)
    expect([refused?.headers.get('x-rate-limit-problem'), refused?.headers.get('retry-after')]).toEqual(['concurrent', null]) // prettier-ignore
  })

  it('the day’s calls run out', async () => {
    await started({ limits: { perDay: 2 } })
    await call('/Organisation')
    await call('/Organisation')
    await expect(xero.ledger.organisation()).rejects.toMatchObject({ problem: 'slow-down', retryAfterSeconds: 86_400 })
  })
})

const authorize = (change: Record<string, string>) => {
  const url = new URL('/identity/connect/authorize', xero.simulator.url)
  const asked = { response_type: 'code', client_id: CLIENT.clientId, redirect_uri: REDIRECT_URI, scope: XERO_SCOPES.join(' '), state: 's<"' } // prettier-ignore
  url.search = new URLSearchParams({ ...asked, ...change }).toString()
  return fetch(url)
}

describe('Access to the simulated Xero', () => {
  it('ends after thirty minutes, and needs a known organisation and the scope', async () => {
    await started()
    const token = await xero.session.accessToken()
    const as = async (headers: Record<string, string>) => {
      const answer = await fetch(`${xero.simulator.url}/api.xro/2.0/Organisation`, { headers: { accept: 'application/json', ...headers } }) // prettier-ignore
      const body = (await answer.json()) as Record<string, string>
      return [answer.status, body['Detail'] ?? body['detail']]
    }
    const tenant = { 'xero-tenant-id': ORGANISATION_ID }
    const other = { 'xero-tenant-id': '99999999-2222-4333-8444-555555555555' }
    expect(await as({ ...tenant, authorization: 'Bearer nonsense' })).toEqual([401, 'AuthenticationUnsuccessful'])
    expect(await as({ ...other, authorization: `Bearer ${token}` })).toEqual([403, 'AuthenticationUnsuccessful'])
    xero.advance(30 * 60 + 1)
    expect((await as({ ...tenant, authorization: `Bearer ${token}` }))[1]).toContain('TokenExpired')
  })

  it('is given on a page for people, to organisations they tick', async () => {
    await started()
    const page = await (await authorize({})).text()
    expect(page).toContain('Simulated Xero')
    expect(page).toContain('Imprenta Robledo')
    expect(page).not.toContain('s<"')
    for (const change of [{ client_id: 'x' }, { redirect_uri: 'https://evil.example' }, { scope: 'accounting.transactions' }]) {
      expect((await authorize(change)).status).toBe(400)
    } // prettier-ignore
  })

  it('reuse of an old refresh token after half an hour ends the whole family', async () => {
    await started()
    const { oauth } = xero
    const first = (await xero.consent()).refreshToken
    const second = (await oauth.refresh(first)).refreshToken
    xero.advance(31 * 60)
    await expect(oauth.refresh(first)).rejects.toMatchObject({ problem: 'invalid-grant' })
    await expect(oauth.refresh(second)).rejects.toMatchObject({ problem: 'invalid-grant' })
  })

  it('an unused refresh token dies after sixty days', async () => {
    await started()
    const { refreshToken } = await xero.consent()
    xero.advance(60 * 86_400 + 1)
    await expect(xero.oauth.refresh(refreshToken)).rejects.toMatchObject({ problem: 'invalid-grant' })
  })

  it('a wrong secret gives nothing', async () => {
    await started()
    const { refreshToken } = await xero.consent()
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken })
    const authorization = `Basic ${Buffer.from(`${CLIENT.clientId}:wrong`).toString('base64')}`
    const answer = await fetch(`${xero.simulator.url}/connect/token`, {
      method: 'POST',
      body,
      headers: { authorization },
    })
    expect([answer.status, await answer.json()]).toEqual([401, { error: 'invalid_client' }])
  })
})

describe('Idempotency keys of the simulated Xero', () => {
  it('last six minutes and belong to one request', async () => {
    const { books } = await started()
    const invoice = books.addInvoice({ customerId: books.addCustomer({ name: 'A' }).id, total: money(1, 'EUR') })
    const put = (text: string, key = 'k') =>
      call(`/Invoices/${invoice.id}/History`, {
        method: 'PUT',
        headers: { 'idempotency-key': key, 'content-type': 'application/json' },
        body: JSON.stringify({ HistoryRecords: [{ Details: text }] }),
      })
    const [one, two] = await Promise.all([put('Hello'), put('Hello')])
    expect([one.status, two.status, books.notesOn(invoice.id).length]).toEqual([200, 200, 1])
    expect([(await put('Other')).status, (await put('Hello', 'k'.repeat(129))).status]).toEqual([400, 400])
    expect((await put('x'.repeat(2501), 'long')).status).toBe(400)
    xero.advance(5 * 60)
    await put('Hello')
    expect(books.notesOn(invoice.id).length).toBe(1)
    xero.advance(61)
    await put('Hello')
    expect(books.notesOn(invoice.id).length).toBe(2)
  })
})
