import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day } from '../../../src/chase/day.ts'
import { money } from '../../../src/chase/money.ts'
import { QUICKBOOKS_LIMITS } from '../../../src/demo/quickbooks/server.ts'
import { CLIENT, openQuickBooks, REALM, REDIRECT, type Opened } from '../../ledgers/quickbooks/open.ts'

type Json = Readonly<Record<string, unknown>>
type Got = { readonly status: number; readonly headers: Headers; readonly body: Json }

let opened: Opened
beforeEach(async () => {
  opened = await openQuickBooks()
})
afterEach(() => opened.close())

async function call(
  path: string,
  init: Omit<RequestInit, 'headers'> & { token?: string; headers?: Record<string, string> } = {},
): Promise<Got> {
  const answer = await fetch(`${opened.simulator.url}/v3/company/${REALM}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${init.token ?? opened.tokens().accessToken}`, ...init.headers },
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: (text === '' ? {} : JSON.parse(text)) as Json }
}
const post = (path: string, body: Json): Promise<Got> =>
  call(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
const query = async (text: string): Promise<Json> =>
  (await call(`/query?query=${encodeURIComponent(text)}`)).body['QueryResponse'] as Json

const linkOf = async (path: string): Promise<unknown> => ((await call(path)).body['Invoice'] as Json)['InvoiceLink']
const address = (given: Readonly<Record<string, string>> = {}): string =>
  `${opened.simulator.url}/connect/oauth2?${new URLSearchParams({
    client_id: CLIENT.clientId,
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: 'com.intuit.quickbooks.accounting',
    state: 's<1>',
    ...given,
  }).toString()}`
const page = async (path: string, init: RequestInit = {}): Promise<[number, string]> => {
  const answer = await fetch(opened.simulator.url + path, init)
  return [answer.status, await answer.text()]
}

/** A company with one of everything. */
function fill() {
  const { books } = opened
  const customer = books.addCustomer({
    name: "Amy's Bird Sanctuary", firstName: 'Amy', lastName: 'Lauterbach', email: 'birds@amy.example',
    phone: '(650) 555-3311', street: '4581 Finch St.', city: 'Bristol', region: 'Avon', postalCode: 'BS1',
    country: 'GB', groups: ['Strategic'], notes: 'Own words',
  }) // prettier-ignore
  const invoice = books.addInvoice({
    customerId: customer.id,
    total: money(239_00, 'GBP'),
    number: '1021',
    issuedOn: day('2026-01-05'),
    dueOn: day('2026-02-04'),
  })
  const paid = books.addInvoice({
    customerId: customer.id,
    total: money(85_00, 'GBP'),
    number: '1022',
    issuedOn: day('2026-01-05'),
  })
  const payment = books.receive(customer.id, day('2026-02-01'), money(100_00, 'GBP'), [
    { invoiceId: paid.id, amount: money(85_00, 'GBP') },
  ])
  const credit = books.addCredit('credit-note', customer.id, day('2026-02-02'), money(20_00, 'GBP'))
  const note = books.addNote(invoice.id, 'Reminder sent', 'puntual:k1')
  return { customer, invoice, paid, payment, credit, note }
}

const FOLDER = new URL('../../../../shared/fixtures/quickbooks/recorded-json/', import.meta.url)

/** Fields that no recording shows and that Intuit's reference documents. */
const DOCUMENTED: Readonly<Record<string, readonly string[]>> = {
  Invoice: [
    'BillAddr.Country',
    'ShipAddr.Country',
    'BillEmail.Address',
    'BillEmail',
    'LinkedTxn[]',
    'LinkedTxn[].TxnId',
    'LinkedTxn[].TxnType',
    'Line[].Description',
  ],
  Customer: ['BillAddr.Country', 'ShipAddr.Country', 'Notes', 'CustomerTypeRef', 'CustomerTypeRef.value'],
  Attachable: ['Note', 'Tag'],
}

/** Every path in a value with the type at its end: `Line[].Amount` → number. */
function pathsIn(value: unknown, at = ''): Map<string, string> {
  if (Array.isArray(value)) return new Map([[at, 'array'], ...value.flatMap((item) => [...pathsIn(item, `${at}[]`)])])
  if (typeof value !== 'object' || value === null) return new Map([[at, typeof value]])
  const inside = Object.entries(value).flatMap(([name, part]) => [...pathsIn(part, at === '' ? name : `${at}.${name}`)])
  return new Map([...(at === '' ? [] : [[at, 'object'] as const]), ...inside])
}

/** What the recordings show of an entity, wherever in an answer it stands. */
function recordedPaths(entity: string): Map<string, Set<string>> {
  const paths = new Map<string, Set<string>>()
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit)
    if (typeof value !== 'object' || value === null) return undefined
    for (const [name, part] of Object.entries(value)) {
      if (name === entity) {
        for (const one of Array.isArray(part) ? part : [part]) {
          for (const [path, type] of pathsIn(one)) paths.set(path, (paths.get(path) ?? new Set()).add(type))
        }
      }
      visit(part)
    }
    return undefined
  }
  for (const name of readdirSync(FOLDER)) visit(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')).response.body)
  return paths
}

const shapeOf = (value: unknown): string[] => [...pathsIn(value)].map(([path, type]) => `${path} ${type}`).sort()
const recordedBody = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`qbo_api__${name}.json`, FOLDER), 'utf8')).response.body as Json

describe.runIf(existsSync(FOLDER))('The simulated QuickBooks beside recordings of the real one', () => {
  it.each(['Invoice', 'Customer', 'Attachable'])(
    'sends no field of %s that the real one does not have, and no other type',
    async (entity) => {
      const { invoice } = fill()
      opened.books.updateInvoice(
        opened.books.addInvoice({ customerId: invoice.customerId, total: money(5, 'GBP') }).id,
        { status: 'void' },
      )
      const recorded = recordedPaths(entity)
      const documented = new Set(DOCUMENTED[entity])
      const sent = (await query(`select * from ${entity}`))[entity] as Json[]
      const foreign = sent
        .flatMap((record) => [...pathsIn(record)])
        .filter(([path, type]) => !documented.has(path) && !(recorded.get(path)?.has(type) ?? false))
      expect(foreign).toEqual([])
      expect(sent.length).toBeGreaterThan(0)
    },
  )

  it('refuses as the real one does', async () => {
    expect(shapeOf((await call('/customer/1', { token: 'none' })).body)).toEqual(shapeOf(recordedBody('error_401')))
    const odd = await call('/customer/1.5')
    const { time, ...fault } = odd.body
    expect([odd.status, shapeOf(fault), typeof time]).toEqual([400, shapeOf(recordedBody('error_500_2')), 'string'])
  })
})

describe('The simulated QuickBooks', () => {
  it('answers a query with the page it gave, and with nothing past the end', async () => {
    fill()
    const page = await query('select * from Invoice orderby Id startposition 2 maxresults 5')
    expect([
      page['startPosition'],
      page['maxResults'],
      (page['Invoice'] as Json[]).map(({ DocNumber }) => DocNumber),
    ]).toEqual([2, 1, ['1022']])
    expect(await query('select * from Invoice startposition 3')).toEqual({})
    expect(await query('select count(*) from Invoice')).toEqual({ totalCount: 2 })
    expect(((await query("select * from Invoice where Balance > '0'"))['Invoice'] as Json[]).length).toBe(1)
  })

  it('hides what was made inactive, unless it is asked for', async () => {
    const { customer } = fill()
    opened.books.updateCustomer(customer.id, { archived: true })
    expect(await query('select * from Customer')).toEqual({})
    const [shown] = (await query('select * from Customer where Active in (true, false)'))['Customer'] as Json[]
    expect([shown?.['DisplayName'], shown?.['Active']]).toEqual(["Amy's Bird Sanctuary (deleted)", false])
  })

  it('shows a payment on its invoice: a new version, a link, nothing due', async () => {
    const { paid, payment } = fill()
    const { body } = await call(`/invoice/${paid.id}`)
    expect(body['Invoice']).toMatchObject({
      SyncToken: '1',
      Balance: 0,
      TotalAmt: 85,
      LinkedTxn: [{ TxnId: payment.id, TxnType: 'Payment' }],
    })
    expect((await call(`/payment/${payment.id}`)).body['Payment']).toMatchObject({
      TotalAmt: 100,
      UnappliedAmt: 15,
      Line: [{ Amount: 85, LinkedTxn: [{ TxnId: paid.id, TxnType: 'Invoice' }] }],
    })
  })

  it('shows the use of a credit memo as a payment of nothing that links both', async () => {
    const { invoice, credit } = fill()
    opened.books.applyCredit(credit.id, invoice.id, money(5_00, 'GBP'))
    const payments = (await query('select * from Payment'))['Payment'] as Json[]
    expect(payments.find(({ TotalAmt }) => TotalAmt === 0)?.['Line']).toEqual([
      { Amount: 5, LinkedTxn: [{ TxnId: invoice.id, TxnType: 'Invoice' }] },
      { Amount: 5, LinkedTxn: [{ TxnId: credit.id, TxnType: 'CreditMemo' }] },
    ])
    expect((await call(`/creditmemo/${credit.id}`)).body['CreditMemo']).toMatchObject({
      TotalAmt: 20,
      RemainingCredit: 15,
      Balance: 15,
    })
  })

  it('voids by zeroing everything and keeping the row', async () => {
    const { invoice } = fill()
    const { body } = await post('/invoice?operation=void', { Id: invoice.id, SyncToken: '0' })
    expect(body['Invoice']).toMatchObject({ SyncToken: '1', TotalAmt: 0, Balance: 0, PrivateNote: 'Voided' })
  })

  it('writes times with the offset of the west coast, in summer and in winter', async () => {
    const { invoice } = fill()
    const stampOf = async (): Promise<unknown> =>
      ((await call(`/invoice/${invoice.id}`)).body['Invoice'] as { MetaData: Json }).MetaData['LastUpdatedTime']
    expect(await stampOf()).toBe('2026-02-10T01:00:00-08:00')
    opened.advance(75 * 24 * 3600)
    await opened.ledger.organisation()
    opened.advance(75 * 24 * 3600)
    opened.books.updateInvoice(invoice.id, { dueOn: day('2026-08-01') })
    await opened.ledger.organisation()
    expect(await stampOf()).toBe('2026-07-10T02:00:00-07:00')
  })

  it('captures changes by entity, deleted ones as what is left of them', async () => {
    const { invoice } = fill()
    const since = opened.books.now().add({ seconds: 1 }).toString()
    opened.advance(60)
    opened.books.updateInvoice(invoice.id, { status: 'deleted' })
    const { body } = await call(`/cdc?entities=Invoice,Customer&changedSince=${since}`)
    expect(body['CDCResponse']).toEqual([
      {
        QueryResponse: [
          {
            Invoice: [
              {
                domain: 'QBO',
                status: 'Deleted',
                Id: invoice.id,
                MetaData: { LastUpdatedTime: '2026-02-10T01:01:00-08:00' },
              },
            ],
            startPosition: 1,
            maxResults: 1,
          },
          {},
        ],
      },
    ])
    const old = await call('/cdc?entities=Invoice&changedSince=2025-12-01T00:00:00Z')
    expect([old.status, (old.body['Fault'] as { Error: Json[] }).Error[0]?.['code']]).toEqual([400, '500'])
  })

  it('adds the pay link only where it is asked for and the customer has an address', async () => {
    const { invoice, customer } = fill()
    expect(await linkOf(`/invoice/${invoice.id}`)).toBe(undefined)
    expect(await linkOf(`/invoice/${invoice.id}?include=invoiceLink`)).toMatch(/^https:\/\//)
    opened.books.updateCustomer(customer.id, { email: null })
    expect(await linkOf(`/invoice/${invoice.id}?include=invoiceLink`)).toBe(undefined)
  })

  it('answers a repeated requestid with the first answer and writes once', async () => {
    const { invoice } = fill()
    const note = { Note: 'Once', AttachableRef: [{ EntityRef: { type: 'Invoice', value: invoice.id } }] }
    const first = await post('/attachable?requestid=r-1', note)
    const again = await post('/attachable?requestid=r-1', { ...note, Note: 'Twice' })
    expect([again.status, (again.body['Attachable'] as Json)['Id']]).toEqual([
      200,
      (first.body['Attachable'] as Json)['Id'],
    ])
    expect(opened.books.notesOn(invoice.id).map(({ text }) => text)).toEqual(['Reminder sent', 'Once'])
  })

  it.each([
    ['a link to nothing', { Note: 'x', AttachableRef: [{ EntityRef: { type: 'Invoice', value: '999' } }] }, '6000'],
    [
      'a note that is too long',
      { Note: 'x'.repeat(2001), AttachableRef: [{ EntityRef: { type: 'Invoice', value: '2' } }] },
      '2050',
    ],
    ['a field it does not know', { Nota: 'x', AttachableRef: [] }, '2010'],
  ])('refuses an attachable with %s', async (_name, body, code) => {
    fill()
    const refused = await post('/attachable', body)
    expect([refused.status, (refused.body['Fault'] as { Error: Json[] }).Error[0]?.['code']]).toEqual([400, code])
  })

  it('refuses a customer that somebody else changed, and empties what a full update leaves out', async () => {
    const { customer } = fill()
    const stale = await post('/customer?operation=update', {
      Id: customer.id,
      SyncToken: '7',
      sparse: true,
      Notes: 'New',
    })
    expect((stale.body['Fault'] as { Error: Json[] }).Error[0]?.['code']).toBe('5010')
    await post('/customer?operation=update', { Id: customer.id, SyncToken: '0', sparse: true, Notes: 'New' })
    expect([customer.notes, customer.email]).toEqual(['New', 'birds@amy.example'])
    await post('/customer', { Id: customer.id, SyncToken: '1', DisplayName: 'Amy' })
    expect([customer.name, customer.notes, customer.email, customer.phone]).toEqual(['Amy', '', null, null])
  })

  it('says not found, forbidden and unauthorised each in its own way', async () => {
    const gone = await call('/invoice/999')
    expect([gone.status, (gone.body['Fault'] as { Error: Json[] }).Error[0]?.['code']]).toEqual([400, '610'])
    const other = await fetch(`${opened.simulator.url}/v3/company/123/preferences`, {
      headers: { authorization: `Bearer ${opened.tokens().accessToken}` },
    })
    expect([other.status, JSON.stringify(await other.json()).includes('003100')]).toEqual([403, true])
    const nobody = await call('/preferences', { token: 'nonsense' })
    expect([nobody.status, nobody.headers.get('intuit_tid')?.startsWith('1-')]).toEqual([401, true])
    const unknown = await call('/vendorcredit/1')
    expect([unknown.status, (unknown.body['Fault'] as { Error: Json[] }).Error[0]?.['code']]).toEqual([400, '500'])
  })

  it('throttles by its own clock at ten calls a second', async () => {
    await opened.close()
    opened = await openQuickBooks({ limits: QUICKBOOKS_LIMITS })
    const statuses: number[] = []
    for (let n = 0; n < 11; n += 1) statuses.push((await call('/preferences')).status)
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429])
    opened.advance(1)
    expect((await call('/preferences')).status).toBe(200)
  })

  it('takes a payment through its API', async () => {
    const { invoice, customer } = fill()
    const paid = await post('/payment', {
      CustomerRef: { value: customer.id },
      TotalAmt: 239,
      Line: [{ Amount: 239, LinkedTxn: [{ TxnId: invoice.id, TxnType: 'Invoice' }] }],
    })
    expect([paid.status, opened.books.balance(invoice.id).minor]).toEqual([200, 0])
  })
})

describe('The consent page of the simulated QuickBooks', () => {
  it('says plainly what it is, and escapes what it is given', async () => {
    const page = await (await fetch(address())).text()
    expect(page).toContain('Simulated QuickBooks')
    expect(page).toContain('no real data')
    expect(page).toContain('Ribera Garden Supplies')
    expect(page).not.toContain('s<1>')
  })

  it.each([
    [{ client_id: 'other' }],
    [{ redirect_uri: 'https://evil.example/' }],
    [{ response_type: 'token' }],
    [{ state: '' }],
  ])('refuses %j without a redirect', async (given) => {
    const answer = await fetch(address(given), { redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
  })

  it('sends a scope that does not exist back', async () => {
    const answer = await fetch(address({ scope: 'everything' }), { redirect: 'manual' })
    expect([answer.status, new URL(answer.headers.get('location') ?? '').searchParams.get('error')]).toEqual([
      302,
      'invalid_scope',
    ])
  })

  it('tells the world where its endpoints are', async () => {
    const { url } = opened.simulator
    expect(await (await fetch(`${url}/.well-known/openid_configuration`)).json()).toMatchObject({
      authorization_endpoint: `${url}/connect/oauth2`,
      token_endpoint: `${url}/oauth2/v1/tokens/bearer`,
      revocation_endpoint: `${url}/v2/oauth2/tokens/revoke`,
    })
  })
})

describe('The human pages of the simulated QuickBooks', () => {
  it('lead from the companies to an invoice with its notes', async () => {
    const { invoice, paid } = fill()
    expect((await page('/'))[1]).toContain(`/company/${REALM}/invoices`)
    const [, list] = await page(`/company/${REALM}/invoices`)
    expect(list.indexOf('1021')).toBeLessThan(list.indexOf('1022'))
    expect((await page(`/company/${REALM}/invoices?q=1022`))[1]).not.toContain('>1021<')
    const [, shown] = await page(`/company/${REALM}/invoices/${invoice.id}`)
    expect(shown).toContain('Reminder sent')
    expect(shown).toContain('239.00 GBP')
    expect((await page(`/company/${REALM}/invoices/${paid.id}`))[1]).not.toContain('Record a payment')
    expect((await page(`/company/${REALM}/invoices/999`))[0]).toBe(404)
  })

  it('record a payment, move the due day, and void', async () => {
    const { invoice } = fill()
    const here = `/company/${REALM}/invoices/${invoice.id}`
    const send = (path: string, form: Record<string, string>): Promise<[number, string]> =>
      page(here + path, { method: 'POST', body: new URLSearchParams(form) })
    await send('/payment', { amount: '39,00' })
    expect(opened.books.balance(invoice.id)).toEqual(money(200_00, 'GBP'))
    expect((await send('/payment', { amount: '999' }))[0]).toBe(400)
    await send('/due', { due: '2026-05-01' })
    expect((await send('/due', { due: '2026-02-31' }))[0]).toBe(400)
    expect(invoice.dueOn).toBe('2026-05-01')
    await send('/void', {})
    expect(invoice.status).toBe('void')
  })

  it('carry names as text', async () => {
    const { customer, invoice } = fill()
    opened.books.updateCustomer(customer.id, { name: '<script>alert(1)</script>' })
    expect((await page(`/company/${REALM}/invoices/${invoice.id}`))[1]).not.toContain('<script>')
  })
})
