import { existsSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { money } from '../../../src/chase/money.ts'
import type { LedgerInvoice } from '../../../src/ledgers/ledger.ts'
import {
  changesIn,
  readCustomer,
  readInvoice,
  readPage,
  recordOf,
  recordsOf,
  type Reading,
} from '../../../src/ledgers/quickbooks/bodies.ts'
import { errorFor, isStale, refusesToken, type Answer } from '../../../src/ledgers/quickbooks/errors.ts'
import { CANARY, failureOf, serve, type Given, type Served } from './serve.ts'

const FOLDER = new URL('../../../../shared/fixtures/quickbooks/recorded-json/', import.meta.url)
const recorded = existsSync(FOLDER)

type Recording = {
  readonly request: { readonly body: string }
  readonly response: {
    readonly status: { readonly code: number }
    readonly headers: Record<string, string>
    readonly body: unknown
  }
}

const recording = (name: string): Recording =>
  JSON.parse(readFileSync(new URL(`qbo_api__${name}.json`, FOLDER), 'utf8')) as Recording

function answer(name: string): Answer {
  const { status, headers, body } = recording(name).response
  return {
    status: status.code,
    contentType: headers['Content-Type'] ?? '',
    retryAfter: null,
    correlationId: headers['Intuit-Tid'] ?? null,
    body,
  }
}

const READING: Reading = { homeCurrency: null, customerTypes: new Map() }
const invoiceIn = (name: string): LedgerInvoice => readInvoice(recordOf(answer(name), 'Invoice'), READING)

let served: Served | null = null
afterEach(async () => {
  await served?.close()
  served = null
})

/** The adapter before a server that gives recorded answers. */
const serveRecorded = async (...names: string[]): Promise<Served> => {
  const answers: Given[] = names.map((name) => {
    const { status, headers, body } = recording(name).response
    return {
      status: status.code,
      type: headers['Content-Type'] ?? '',
      headers: { intuit_tid: headers['Intuit-Tid'] ?? '' },
      body,
    }
  })
  served = await serve(answers)
  return served
}

describe.runIf(recorded)('Answers recorded from QuickBooks', () => {
  it('an invoice says what it said that day', () => {
    expect(invoiceIn('void_invoice_1')).toEqual({
      id: '264',
      customerId: '1',
      customerName: "Amy's Bird Sanctuary",
      number: '1041',
      reference: null,
      issuedOn: '2020-09-29',
      dueOn: '2020-10-29',
      total: money(100_00, 'USD'),
      balance: money(100_00, 'USD'),
      state: 'open',
      paidOn: null,
      expectedOn: null,
      emails: [],
      version: '0',
      changedAt: Temporal.Instant.from('2020-09-29T11:46:06Z'),
    })
  })

  it('a void invoice is void, with a new version', () => {
    const invoice = invoiceIn('void_invoice_2')
    expect([invoice.state, invoice.total, invoice.balance, invoice.version]).toEqual([
      'void',
      money(0, 'USD'),
      money(0, 'USD'),
      '1',
    ])
  })

  it('41 customers are read, none of them a defect', () => {
    const { items, defects } = readPage('customer', recordsOf(answer('all_customers_2'), 'Customer'), (record) =>
      readCustomer(record, READING),
    )
    expect([items.length, defects]).toEqual([41, []])
    const amy = items.find(({ id }) => id === '1')
    expect(amy).toEqual({
      id: '1',
      name: "Amy's Bird Sanctuary",
      state: 'active',
      mergedIntoId: null,
      firstName: 'Amy',
      people: [{ name: 'Amy Lauterbach', email: 'Birds@Intuit.com', role: 'main' }],
      phone: '(650) 555-3311',
      country: null,
      region: 'CA',
      groups: [],
      billedToId: null,
      changedAt: Temporal.Instant.from('2020-09-29T13:02:35Z'),
    })
  })

  it('a page past the end has nothing on it', () => {
    expect(recordsOf(answer('all_alt_select_5'), 'Customer')).toEqual([])
  })

  it('a customer is read through the SDK, and one that is gone is null', async () => {
    const { ledger, requests } = await serveRecorded('get_id')
    expect((await ledger.customer('5'))?.name).toBe('Dukes Basketball Camp')
    expect(requests[0]?.path).toBe('/v3/company/9130350000000001/customer/5?minorversion=75&format=json')
  })

  it('changes come by entity, with the time of the server', () => {
    const { records, serverTime } = changesIn(answer('cdc_basic'), ['Estimate', 'Invoice'])
    expect([records.get('Estimate')?.length, records.get('Invoice')]).toEqual([4, []])
    expect(serverTime?.toString()).toMatch(/^2020-09-29T/)
  })

  it('an expired token is one to renew, and its detail stays behind', async () => {
    expect(refusesToken(answer('error_401'))).toBe(true)
    const error = errorFor(answer('error_401'), CANARY)
    expect([error?.problem, error?.message, error?.correlationId]).toEqual([
      'reconnect',
      'QuickBooks no longer accepts our access',
      '1-5f7349e0-0fd2bee86a8a83c67a77fbb2',
    ])
    const { ledger, refused } = await serveRecorded('error_401', 'get_id')
    expect((await ledger.customer('5'))?.firstName).toBe('Peter')
    expect(refused).toEqual([CANARY])
  })

  it.each([
    [
      'error_400_json',
      'rejected',
      /^QuickBooks: Request has invalid or unsupported property: Property Name:Unrecognized field "BadJson".*…$/,
    ],
    ['error_500_1', 'rejected', /Unsupported Operation/],
    [
      'error_500_2',
      'rejected',
      /^QuickBooks: Invalid ID: Id should be a valid number\. Supplied value:1\.5 \(code 2030\)$/,
    ],
    ['error_validation', 'rejected', /\(code 6240\)$/],
  ])('%s is %s', (name, problem, message) => {
    const error = errorFor(answer(name), CANARY)
    expect(error?.problem).toBe(problem)
    expect(error?.message).toMatch(message)
    expect(error?.message.length).toBeLessThanOrEqual(320)
  })

  it('in a batch, one that is gone and one that somebody else changed are told apart', () => {
    const { BatchItemResponse: items } = answer('batch_basic').body as { BatchItemResponse: unknown[] }
    const [, gone, stale] = items.map((body) => ({ ...answer('batch_basic'), body }))
    expect(gone && errorFor(gone, CANARY)?.problem).toBe('not-found')
    expect(stale && isStale(stale)).toBe(true)
  })

  it('a recorded fault ends a note as refused', async () => {
    const { ledger } = await serveRecorded('error_validation')
    const note = { invoiceId: '75', customerId: '1', text: 'Sent [k1]', token: '[k1]', key: 'k1', retry: false }
    expect((await failureOf(ledger.writeNote(note))).problem).toBe('rejected')
  })
})
