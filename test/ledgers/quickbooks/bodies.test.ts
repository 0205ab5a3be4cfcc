import { spawnSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { money } from '../../../src/chase/money.ts'
import type { LedgerCustomer } from '../../../src/ledgers/ledger.ts'
import {
  readCustomer,
  readInvoice,
  readPage,
  readPayment,
  type Reading,
} from '../../../src/ledgers/quickbooks/bodies.ts'
import { failureOf, serve, type Served } from './serve.ts'

let served: Served | null = null
afterEach(async () => {
  await served?.close()
  served = null
})

const READING: Reading = { homeCurrency: 'EUR', customerTypes: new Map([['7', 'Strategic']]) }
const anInvoice = (given: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  Id: '130',
  SyncToken: '2',
  MetaData: { CreateTime: '2026-01-05T08:00:00-08:00', LastUpdatedTime: '2026-02-01T23:30:00-08:00' },
  DocNumber: '1037',
  TxnDate: '2026-01-05',
  DueDate: '2026-02-04',
  CustomerRef: { value: '9', name: 'Sonnenschein' },
  TotalAmt: 362.07,
  Balance: 362.07,
  ...given,
})
const aCustomer = (given: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  Id: '9',
  DisplayName: 'Sonnenschein',
  Active: true,
  ...given,
})

const dueOn = (DueDate: string): string | null => readInvoice(anInvoice({ DueDate }), READING).dueOn
const emails = (Address: string): readonly string[] =>
  readInvoice(anInvoice({ BillEmail: { Address } }), READING).emails
const read = (given: Readonly<Record<string, unknown>>): LedgerCustomer => readCustomer(aCustomer(given), READING)
const aPayment = (given: Readonly<Record<string, unknown>>) => ({
  Id: '147',
  TxnDate: '2026-02-03',
  CustomerRef: { value: '9' },
  TotalAmt: 100,
  UnappliedAmt: 0,
  Line: [
    { Amount: 60, LinkedTxn: [{ TxnId: '130', TxnType: 'Invoice' }] },
    { Amount: 40, LinkedTxn: [{ TxnId: '131', TxnType: 'Invoice' }] },
    { Amount: 5, LinkedTxn: [{ TxnId: '73', TxnType: 'CreditMemo' }] },
  ],
  ...given,
})

describe('A record that makes no sense', () => {
  const table: readonly [string, Record<string, unknown>, string][] = [
    ['no id', { Id: undefined }, 'Id'],
    ['an empty id', { Id: '' }, 'Id'],
    ['no customer', { CustomerRef: undefined }, 'CustomerRef'],
    ['a customer without an id', { CustomerRef: { name: 'X' } }, 'CustomerRef.value'],
    ['no balance', { Balance: undefined }, 'Balance'],
    ['a balance in words', { Balance: 'lots' }, 'Balance'],
    ['a balance beyond counting', { Balance: 1e300 }, 'Balance'],
    ['a due day that does not exist', { DueDate: '2026-02-30' }, 'DueDate'],
    ['a due day in words', { DueDate: 'soon' }, 'DueDate'],
    ['a due day in the year 0', { DueDate: '0000-01-01' }, 'DueDate'],
    ['no time of change', { MetaData: {} }, 'MetaData.LastUpdatedTime'],
    ['a time of change in words', { MetaData: { LastUpdatedTime: 'yesterday' } }, 'MetaData.LastUpdatedTime'],
    ['a currency that is none', { CurrencyRef: { value: 'euros' } }, 'CurrencyRef.value'],
  ]

  it.each(table)('%s: it is named with its field, and the rest goes on', (_name, wrong, field) => {
    const page = readPage('invoice', [anInvoice(wrong), anInvoice({ Id: '131' })], (record) =>
      readInvoice(record, READING),
    )
    expect(page.items.map(({ id }) => id)).toEqual(['131'])
    expect(page.defects.map((defect) => [defect.kind, defect.id, defect.field])).toEqual([
      ['invoice', 'Id' in wrong ? null : '130', field],
    ])
    expect(JSON.stringify(page.defects)).not.toMatch(/lots|soon|yesterday|euros/)
  })

  it('that is no record at all is told too', () => {
    const page = readPage('customer', [null, 'x', 7], (record) => readCustomer(record, READING))
    expect(page.defects.map(({ id, field }) => [id, field])).toEqual([
      [null, 'record'],
      [null, 'record'],
      [null, 'record'],
    ])
  })

  it('stops the send of the invoice that was asked for', async () => {
    served = await serve([
      { body: { QueryResponse: { Invoice: [anInvoice({ CurrencyRef: { value: 'EUR' }, DueDate: 'soon' })] } } },
    ])
    const error = await failureOf(served.ledger.invoices(['130']))
    expect([error.problem, error.message]).toEqual(['rejected', 'Invoice 130: DueDate not a day of the calendar'])
  })
})

describe('Days', () => {
  it('are days of the calendar, with or without a zone behind them', () => {
    expect(
      ['2026-02-04', '2026-02-04Z', '2026-02-04-08:00', '2026-02-04T00:00:00', '0001-01-01', '9999-12-31'].map(dueOn),
    ).toEqual(['2026-02-04', '2026-02-04', '2026-02-04', '2026-02-04', '0001-01-01', '9999-12-31'])
  })

  it.each(['Pacific/Kiritimati', 'Pacific/Midway', 'Europe/Madrid'])('are the same days in %s', (TZ) => {
    const script = `
      const { readInvoice } = await import('./src/ledgers/quickbooks/bodies.ts')
      const invoice = readInvoice(${JSON.stringify(anInvoice())}, { homeCurrency: 'EUR', customerTypes: new Map() })
      console.log(invoice.issuedOn, invoice.dueOn, invoice.changedAt.toString())`
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TZ },
      encoding: 'utf8',
    })
    expect(ran.stdout.trim()).toBe('2026-01-05 2026-02-04 2026-02-02T07:30:00Z')
  })
})

describe('Money', () => {
  it('is in the home currency where the record names none, asked for once', async () => {
    served = await serve([
      { body: { QueryResponse: { Invoice: [anInvoice()] } } },
      { body: { Preferences: { CurrencyPrefs: { HomeCurrency: { value: 'CHF' } } } } },
      { body: { QueryResponse: { Invoice: [anInvoice()] } } },
    ])
    const first = await served.ledger.invoices(['130'])
    expect(first.get('130')?.balance).toEqual(money(36_207, 'CHF'))
    await served.ledger.invoices(['130'])
    expect(served.requests.map(({ path }) => path.split(/[?]/)[0]?.split('/').at(-1))).toEqual([
      'query',
      'preferences',
      'query',
    ])
  })

  it('in a home currency that QuickBooks does not tell is not guessed', async () => {
    served = await serve([{ body: { QueryResponse: { Invoice: [anInvoice()] } } }, { body: { Preferences: {} } }])
    expect((await failureOf(served.ledger.invoices(['130']))).problem).toBe('rejected')
  })

  it('is exact at the half penny', () => {
    expect(readInvoice(anInvoice({ Balance: 1.005, TotalAmt: 1.1 }), READING).balance).toEqual(money(101, 'EUR'))
    expect(readInvoice(anInvoice({ Balance: 0.1 + 0.2 }), READING).balance).toEqual(money(30, 'EUR'))
  })
})

describe('An invoice', () => {
  it.each([
    [{ Balance: 0, TotalAmt: 10 }, 'paid'],
    [{ Balance: 0, TotalAmt: 0 }, 'paid'],
    [{ Balance: 0, TotalAmt: 0, PrivateNote: 'Voided' }, 'void'],
    [{ Balance: 0, TotalAmt: 0, PrivateNote: 'Voided - thanks for the order' }, 'void'],
    [{ Balance: 5, TotalAmt: 10, PrivateNote: 'Voided by mistake, see 12' }, 'open'],
    [{ Balance: -5, TotalAmt: -5 }, 'paid'],
  ])('%j is %s', (given, state) => {
    expect(readInvoice(anInvoice(given), READING).state).toBe(state)
  })

  it('carries every address of its own, each once', () => {
    expect(emails('a@x.com, b@y.com; c@z.example')).toEqual(['a@x.com', 'b@y.com', 'c@z.example'])
    expect(emails('"Ann, accounts" <ann@x.com>\r\nANN@X.COM mailto:bob@x.com.')).toEqual(['ann@x.com', 'bob@x.com'])
    expect(emails('none; n/a, @, acme.com')).toEqual([])
  })
})

describe('A customer', () => {
  it.each([
    [{ BillAddr: { Country: 'ESP', CountrySubDivisionCode: 'Galicia' } }, 'ES', 'Galicia'],
    [{ BillAddr: { Country: 'United Kingdom' } }, 'GB', null],
    [{ BillAddr: { CountrySubDivisionCode: 'CA' } }, null, 'CA'],
    [{ ShipAddr: { Country: 'de' } }, 'DE', null],
    [{ BillAddr: { Country: 'Atlantis' } }, null, null],
    [{}, null, null],
  ])('at %j is in %s, %s', (given, country, region) => {
    const customer = read(given)
    expect([customer.country, customer.region]).toEqual([country, region])
  })

  it('whose bills go to its parent says so, and one below a parent that pays itself does not', () => {
    expect(read({ ParentRef: { value: '3' }, BillWithParent: true }).billedToId).toBe('3')
    expect(read({ ParentRef: { value: '3' }, BillWithParent: false }).billedToId).toBe(null)
  })

  it('that was put away loses the mark behind its name', () => {
    const customer = read({ DisplayName: 'Sonnenschein (deleted)', Active: false })
    expect([customer.name, customer.state]).toEqual(['Sonnenschein', 'archived'])
  })

  it('is of the type that is known, and of none that is not', () => {
    expect(read({ CustomerTypeRef: { value: '7' } }).groups).toEqual(['Strategic'])
    expect(read({ CustomerTypeRef: { value: '8' } }).groups).toEqual([])
  })

  it('is called on its main number, else on its mobile', () => {
    expect(read({ PrimaryPhone: { FreeFormNumber: ' 01 ' }, Mobile: { FreeFormNumber: '02' } }).phone).toBe('01')
    expect(read({ Mobile: { FreeFormNumber: '02' } }).phone).toBe('02')
  })
})

describe('A payment', () => {
  it('says which invoices it paid', () => {
    expect(readPayment(aPayment({}), READING)).toEqual({
      id: '147',
      customerId: '9',
      on: '2026-02-03',
      deleted: false,
      applied: [
        { invoiceId: '130', amount: money(6_000, 'EUR') },
        { invoiceId: '131', amount: money(4_000, 'EUR') },
      ],
    })
  })

  it('that was voided reopens its invoices', () => {
    const payment = readPayment(aPayment({ TotalAmt: 0, PrivateNote: 'Voided', Line: [] }), READING)
    expect([payment?.deleted, payment?.applied]).toEqual([true, []])
  })

  it('of nothing only applies a credit, and is no payment', () => {
    expect(readPayment(aPayment({ TotalAmt: 0 }), READING)).toBe(null)
  })
})

describe('The company', () => {
  const preferences = { Preferences: { CurrencyPrefs: { HomeCurrency: { value: 'USD' } } } }

  it.each([
    ['US', 'US'],
    ['USA', 'US'],
    ['España', 'ES'],
    [undefined, null],
  ])('in %s is in %s, and has no time zone to tell', async (Country, country) => {
    served = await serve([
      { body: { CompanyInfo: { CompanyName: 'Craig’s', ...(Country === undefined ? {} : { Country }) } } },
      { body: preferences },
    ])
    expect(await served.ledger.organisation()).toEqual({
      id: '9130350000000001',
      name: 'Craig’s',
      country,
      baseCurrency: 'USD',
      timeZone: null,
      isDemo: false,
    })
  })
})
