import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { day } from '../../../src/chase/day.ts'
import { money } from '../../../src/chase/money.ts'
import { xeroSignature } from '../../../src/demo/xero/webhooks.ts'
import { ORGANISATION_ID, simulatedXero, type SimulatedXero } from '../../ledgers/xero/simulated.ts'

const FIXTURES = new URL('../../../../shared/fixtures/xero/', import.meta.url)
const here = existsSync(FIXTURES)
const fixture = (path: string): string => readFileSync(new URL(path, FIXTURES), 'utf8')

type Schema = {
  $ref?: string
  type?: string
  format?: string
  enum?: unknown[]
  maxLength?: number
  items?: Schema
  properties?: Record<string, Schema>
}
type Specification = {
  paths: Record<string, Record<string, { responses: Record<string, { $ref?: string; content?: Record<string, { schema: Schema }> }> }>>
  components: Record<string, Record<string, unknown>>
} // prettier-ignore

/** Fields that recorded answers have and the specification leaves out. */
const RECORDED_ONLY = new Set([
  'Id', 'Status', 'ProviderName', 'DateTimeUTC', 'DateString', 'DueDateString', 'ID', 'HasValidationErrors',
  'DateUTCString', 'ContactGroupID', 'pagination',
]) // prettier-ignore

/** Everything in a value that the specification does not allow, as paths with reasons. */
function complaints(specification: Specification, given: Schema, value: unknown, at: string): string[] {
  const schema = resolved<Schema>(specification, given)
  if (schema.enum && !schema.enum.includes(value)) return [`${at}: ${JSON.stringify(value)} is not in the list`]
  if (schema.type === 'array' || schema.items) {
    if (!Array.isArray(value)) return [`${at}: no list`]
    return value.flatMap((item, index) => complaints(specification, schema.items ?? {}, item, `${at}[${index}]`))
  }
  if (schema.type === 'object' || schema.properties) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: no object`]
    return Object.entries(value).flatMap(([name, inner]) => {
      const property = schema.properties?.[name]
      if (property) return complaints(specification, property, inner, `${at}.${name}`)
      return RECORDED_ONLY.has(name) ? [] : [`${at}.${name}: not in the specification`]
    })
  }
  const is = typeof value
  if (schema.type === 'string' && is !== 'string') return [`${at}: no text`]
  if (schema.type === 'boolean' && is !== 'boolean') return [`${at}: no boolean`]
  if ((schema.type === 'number' || schema.type === 'integer') && is !== 'number') return [`${at}: no number`]
  if (schema.type === 'integer' && !Number.isInteger(value)) return [`${at}: no whole number`]
  if (schema.format === 'uuid' && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(String(value))) return [`${at}: no id`] // prettier-ignore
  if (schema.maxLength !== undefined && String(value).length > schema.maxLength) return [`${at}: too long`]
  return []
}

function resolved<T>(specification: Specification, given: T & { $ref?: string }): T {
  if (given.$ref === undefined) return given
  const [, , group = '', name = ''] = given.$ref.split('/')
  return resolved(specification, specification.components[group]?.[name] as T & { $ref?: string })
}

describe.runIf(here)('The simulated Xero, judged by Xero’s specification', () => {
  let xero: SimulatedXero
  let specification: Specification
  let token: string
  let invoiceId: string
  let contactId: string

  beforeAll(async () => {
    specification = parse(fixture('openapi/xero_accounting.yaml')) as Specification
    xero = await simulatedXero()
    token = await xero.session.accessToken()
    const { books } = xero
    const contact = books.addCustomer({
      name: 'Talleres Ebro', firstName: 'Ana', lastName: 'Gil', email: 'pagos@ebro.example', phone: '+34 976 000 000',
      city: 'Zaragoza', region: 'Aragón', country: 'ES', groups: ['Estratégico'],
      people: [{ firstName: 'Eva', lastName: 'Mur', email: 'eva@ebro.example', included: true }],
    }) // prettier-ignore
    contactId = contact.id
    const old = books.addCustomer({ name: 'Ebro (old)' })
    const invoice = books.addInvoice({ customerId: contact.id, number: 'F-1', reference: 'PO 7', total: money(10_050, 'EUR'), issuedOn: day('2026-01-01'), dueOn: day('2026-01-31'), expectedOn: day('2026-02-20') }) // prettier-ignore
    invoiceId = invoice.id
    books.mergeCustomers(old.id, contact.id)
    books.pay(invoice.id, day('2026-01-20'), money(1000, 'EUR'))
    for (const kind of ['credit-note', 'prepayment', 'overpayment'] as const) {
      books.addCredit(kind, contact.id, day('2026-01-05'), money(2000, 'EUR'), [{ invoiceId: invoice.id, amount: money(500, 'EUR') }]) // prettier-ignore
    }
    const paid = books.addInvoice({ customerId: contact.id, number: 'F-2', total: money(99, 'EUR'), issuedOn: day('2026-01-01') }) // prettier-ignore
    books.receive(contact.id, day('2026-01-20'), money(199, 'EUR'), [{ invoiceId: paid.id, amount: money(99, 'EUR') }])
    for (const status of ['draft', 'void', 'deleted'] as const) books.addInvoice({ customerId: contact.id, total: money(1, 'EUR'), status }) // prettier-ignore
    books.addInvoice({ customerId: contact.id, kind: 'bill', total: money(1, 'EUR') })
    books.addNote(invoice.id, 'Reminder sent')
  }, 60_000)
  afterAll(async () => await xero.simulator.close())

  const get = async (path: string): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(`${xero.simulator.url}/api.xro/2.0${path}`, {
      headers: { authorization: `Bearer ${token}`, 'xero-tenant-id': ORGANISATION_ID, accept: 'application/json' },
    })
    return { status: answer.status, body: await answer.json() }
  }
  const check = async (operation: string, path: string): Promise<[number, string[], number]> => {
    const { status, body } = await get(path)
    const [method = '', route = ''] = operation.split(' ')
    const response = resolved(specification, specification.paths[route]?.[method]?.responses['200'] ?? {})
    const schema = response.content?.['application/json']?.schema ?? {}
    const lists = Object.values(body as object).filter((value) => Array.isArray(value))
    return [status, complaints(specification, schema, body, ''), lists[0]?.length ?? 0]
  }

  it.each([
    ['get /Organisation', () => '/Organisation', 1],
    ['get /InvoiceReminders/Settings', () => '/InvoiceReminders/Settings', 1],
    ['get /Invoices', () => '/Invoices?page=1', 6],
    ['get /Invoices', () => '/Invoices', 6],
    ['get /Invoices', () => '/Invoices?summaryOnly=true&pageSize=1000', 6],
    ['get /Invoices/{InvoiceID}', () => `/Invoices/${invoiceId}`, 1],
    ['get /Invoices/{InvoiceID}/OnlineInvoice', () => `/Invoices/${invoiceId}/OnlineInvoice`, 1],
    ['get /Invoices/{InvoiceID}/History', () => `/Invoices/${invoiceId}/History`, 1],
    ['get /Contacts', () => '/Contacts?page=1&includeArchived=true', 2],
    ['get /Contacts/{ContactID}', () => `/Contacts/${contactId}`, 1],
    ['get /ContactGroups', () => '/ContactGroups', 1],
    ['get /CreditNotes', () => '/CreditNotes?page=1', 1],
    ['get /Overpayments', () => '/Overpayments?page=1', 2],
    ['get /Prepayments', () => '/Prepayments?page=1', 1],
    ['get /Payments', () => '/Payments?page=1', 2],
  ])('%s (%s) answers as specified', async (operation, path, count) => {
    expect(await check(operation, path())).toEqual([200, [], count])
  })

  it('the judge would notice', () => {
    const schema = { $ref: '#/components/schemas/Invoice' }
    const odd = { Type: 'SALE', AmountDue: '7', InvoiceID: 'x', Surprise: 1, LineItems: {}, HasErrors: 'no' }
    expect(complaints(specification, schema, odd, 'I')).toEqual([
      'I.Type: "SALE" is not in the list',
      'I.AmountDue: no number',
      'I.InvoiceID: no id',
      'I.Surprise: not in the specification',
      'I.LineItems: no list',
      'I.HasErrors: no boolean',
    ])
  })

  it('a listed invoice has the fields that a recorded one has', async () => {
    type Listed = { Invoices: Record<string, unknown>[] }
    const recorded = JSON.parse(
      fixture('xero-python/test_invoice_attachment_upload_and_download.0.body.json'),
    ) as Listed
    const like = recorded.Invoices.find(({ Type, Status }) => Type === 'ACCREC' && Status === 'AUTHORISED') ?? {}
    const { body } = await get(`/Invoices?page=1&IDs=${invoiceId}`)
    const ours = (body as Listed).Invoices[0] ?? {}
    const optional = new Set(['SentToContact'])
    expect(Object.keys(like).filter((field) => !(field in ours) && !optional.has(field))).toEqual([])
    expect(Object.keys(ours['Contact'] as object)).toEqual(Object.keys(like['Contact'] as object))
    expect([ours['DateString'], ours['Date'], ours['DueDate']]).toEqual([
      '2026-01-01T00:00:00',
      '/Date(1767225600000+0000)/',
      '/Date(1769817600000+0000)/',
    ])
  })

  it('the list of connections is as specified', async () => {
    const identity = parse(fixture('openapi/xero-identity.yaml')) as Specification
    const answer = await fetch(`${xero.simulator.url}/connections`, { headers: { authorization: `Bearer ${token}` } })
    const body: unknown = await answer.json()
    expect(complaints(identity, { type: 'array', items: { $ref: '#/components/schemas/Connection' } }, body, '')).toEqual([]) // prettier-ignore
    expect((body as { createdDateUtc: string }[])[0]?.createdDateUtc).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}$/)
  })
})

describe.runIf(here)('The simulated Xero’s signature', () => {
  it('is the published one', () => {
    const { vectors } = JSON.parse(fixture('webhooks/xero-php-webhook-vectors.json')) as {
      vectors: { signingKey?: string; rawBody: string; xXeroSignature?: string; valid?: boolean }[]
    }
    const signed = vectors.filter(({ signingKey }) => signingKey !== undefined)
    expect(signed.map(({ signingKey = '', rawBody, xXeroSignature }) => xeroSignature(signingKey, rawBody) === xXeroSignature)).toEqual(signed.map(({ valid }) => valid)) // prettier-ignore
    expect(signed.length).toBe(2)
  })
})
