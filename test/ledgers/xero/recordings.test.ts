import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { day } from '../../../src/chase/day.ts'
import type { LedgerPage } from '../../../src/ledgers/ledger.ts'
import { createXeroLedger } from '../../../src/ledgers/xero/ledger.ts'
import { timeZoneFromXero } from '../../../src/ledgers/xero/time-zones.ts'
import { always, startStub, stubSession } from './stub.ts'

const FIXTURES = new URL('../../../../shared/fixtures/xero/', import.meta.url)
const here = existsSync(FIXTURES)
const fixture = (path: string): string => readFileSync(new URL(path, FIXTURES), 'utf8')
const INVOICES = 'xero-python/test_invoice_attachment_upload_and_download.0.body.json'

/** One answer for every request, recorded long ago. */
async function recorded<T>(body: string, ask: (ledger: ReturnType<typeof createXeroLedger>) => Promise<T>, status = 200): Promise<T> {
  const stub = await startStub(always(status, body))
  try {
    return await ask(createXeroLedger(stubSession(stub.url).session))
  } finally {
    await stub.close()
  }
} // prettier-ignore

async function all<T>(pages: AsyncIterable<LedgerPage<T>>): Promise<T[]> {
  const items: T[] = []
  for await (const page of pages) {
    expect(page.defects).toEqual([])
    items.push(...page.items)
  }
  return items
}

describe.runIf(here)('Xero’s answers as recorded at the Demo Company (NZ)', () => {
  it('open sales invoices: nine of seventy-nine, the rest bills, drafts and settled', async () => {
    const open = await recorded(fixture(INVOICES), (ledger) => all(ledger.openInvoices()))
    expect(open.map(({ number, dueOn, balance }) => [number, dueOn, balance.minor])).toEqual([
      ['INV-0027', '2020-03-15', 270_63],
      ['INV-0038', '2020-04-24', 234_00],
      ['INV-0037', '2020-04-23', 396_00],
      ['INV-0036', '2020-04-22', 914_55],
      ['INV-0034', '2020-04-21', 650_00],
      ['INV-0035', '2020-04-14', 6187_50],
      ['INV-0028', '2020-03-20', 19_95],
      ['INV-0023', '2020-03-13', 250_00],
      ['INV-0017', '2020-02-12', 250_00],
    ])
  })

  it('a part-paid invoice in full', async () => {
    const [first] = await recorded(fixture(INVOICES), (ledger) => all(ledger.openInvoices()))
    expect({ ...first, changedAt: first?.changedAt.toString() }).toEqual({
      id: '9019678b-0f43-484a-8c5d-93dc36b27e13',
      customerId: '342a5560-dbb7-408f-835b-d93d49511d6d',
      customerName: 'DIISR - Small Business Services',
      number: 'INV-0027',
      reference: 'Yr Ref W08-143',
      issuedOn: '2020-03-05',
      dueOn: '2020-03-15',
      total: { minor: 850_00, currency: 'NZD' },
      balance: { minor: 270_63, currency: 'NZD' },
      state: 'open',
      paidOn: null,
      expectedOn: null,
      emails: [],
      version: '1291046754640/2020-03-15/27063/7889a0ac-262a-40e3-8a63-9a769b1a18af',
      changedAt: '2010-11-29T16:05:54.64Z',
    })
  })

  it('settled invoices carry the day they were settled, also by a credit note', async () => {
    const settled = await recorded(fixture(INVOICES), (ledger) => all(ledger.settledInvoices(day('2019-01-01'))))
    const paid = settled.filter(({ state }) => state === 'paid')
    expect(paid.length).toBe(27)
    expect(paid.filter(({ paidOn, balance }) => paidOn === null || balance.minor !== 0)).toEqual([])
    const credited = paid.find(({ number }) => number === 'INV-0033')
    expect([credited?.paidOn, credited?.total.minor]).toEqual(['2020-03-25', 269_95])
  })

  it('the organisation', async () => {
    const body = fixture('xero-python/test_get_organisations.0.body.json')
    expect(await recorded(body, (ledger) => ledger.organisation())).toEqual({
      id: 'a46fcb6f-2773-40c4-a119-8aa08bca1e8e',
      name: 'Demo Company (NZ)',
      country: 'NZ',
      baseCurrency: 'NZD',
      timeZone: 'Pacific/Auckland',
      isDemo: true,
    })
  })
})

const example = (operation: string): string =>
  JSON.stringify((JSON.parse(fixture(`openapi/examples/${operation}.json`)) as { example: unknown }).example)

const listed = async (operation: string, ask: (ledger: ReturnType<typeof createXeroLedger>) => AsyncIterable<LedgerPage<unknown>>): Promise<number> => {
  const body = JSON.parse(example(operation)) as Record<string, unknown>
  const everything = { CreditNotes: [], Overpayments: [], Prepayments: [], ...body }
  return (await recorded(JSON.stringify(everything), (ledger) => all(ask(ledger)))).length
} // prettier-ignore

describe.runIf(here)('Xero’s answers in the examples of its specification', () => {
  it('a contact with everything', async () => {
    const id = '8138a266-fb42-49b2-a104-014b7045753d'
    const contact = await recorded(example('getContact.200'), (ledger) => ledger.customer(id))
    expect({ ...contact, changedAt: contact?.changedAt?.toString() }).toEqual({
      id,
      name: 'Acme Parts Co.',
      state: 'active',
      mergedIntoId: null,
      firstName: 'Blake',
      people: [
        { name: 'Blake Kohler', email: 'bk@krave.co', role: 'main' },
        { name: 'Sue Johnson', email: 'sue.johnson@krave.com', role: 'copied' },
      ],
      phone: '+1 604 408-0914',
      country: null,
      region: 'British Columbia',
      groups: [],
      billedToId: null,
      changedAt: '2019-03-01T17:02:57.193Z',
    })
  })

  it('unapplied overpayments of customers, not those to suppliers', async () => {
    const body = example('getOverpayments.200')
    const stub = await startStub((request, response) =>
      always(200, request.url?.includes('/Overpayments') ? body : { CreditNotes: [], Prepayments: [] })(request, response),
    ) // prettier-ignore
    const credits = await all(createXeroLedger(stubSession(stub.url).session).credits())
    await stub.close()
    expect(credits.map(({ id, kind, remaining }) => [id.slice(0, 8), kind, remaining.minor, remaining.currency])).toEqual([
      ['2a8bda49', 'overpayment', 20_00, 'NZD'],
      ['0859adbc', 'overpayment', 20_00, 'NZD'],
      ['687b877f', 'overpayment', 20_00, 'NZD'],
    ]) // prettier-ignore
  })

  it('payments of invoices, not of credit notes', async () => {
    const payments = await recorded(example('getPayments.200'), (ledger) => all(ledger.payments(day('2018-01-01'))))
    expect(payments).toEqual([
      {
        id: '99ea7f6b-c513-4066-bc27-b7c65dcd76c2',
        customerId: 'a3675fc4-f8dd-4f03-ba5b-f1870566bcd7',
        on: '2018-11-29',
        deleted: false,
        applied: [{ invoiceId: '046d8a6d-1ae1-4b4d-9340-5601bdf41b87', amount: { minor: 46_00, currency: 'NZD' } }],
      },
    ])
  })

  it('reminders and the pay link', async () => {
    const id = '00000000-0000-4000-8000-000000000000'
    expect(await recorded(example('getInvoiceReminders.200'), (ledger) => ledger.ownReminders())).toBe(false)
    expect(await recorded(example('getOnlineInvoice.200'), (ledger) => ledger.payLink(id))).toBe(
      'https://in.xero.com/bCWCCfytGdTXoJam9HENWlQt07G6zcDaj4gQojHu',
    )
  })

  it('every example list is read without a defect', async () => {
    expect(await listed('getContacts.200', (ledger) => ledger.customers())).toBe(2)
    expect(await listed('getCreditNotes.200', (ledger) => ledger.credits())).toBe(1)
    expect(await listed('getPrepayments.200', (ledger) => ledger.credits())).toBe(1)
  })
})

describe.runIf(here)('The time zones of the specification', () => {
  it('each has a name that this runtime knows', () => {
    const specification = parse(fixture('openapi/xero_accounting.yaml')) as {
      components: { schemas: { TimeZone: { enum: string[] } } }
    }
    const names = specification.components.schemas.TimeZone.enum
    const unknown = names.filter((name) => {
      const zone = timeZoneFromXero(name, '')
      return zone === null || !Temporal.Now.instant().toZonedDateTimeISO(zone).timeZoneId
    })
    expect([names.length, unknown]).toEqual([141, []])
  })

  it('picks the country’s own zone where one Windows zone spans several', () => {
    expect([timeZoneFromXero('ROMANCESTANDARDTIME', 'ES'), timeZoneFromXero('GMTSTANDARDTIME', 'GB')]).toEqual(['Europe/Madrid', 'Europe/London']) // prettier-ignore
    expect(timeZoneFromXero('MARSSTANDARDTIME', 'ES')).toBe(null)
  })
})
