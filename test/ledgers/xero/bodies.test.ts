import { describe, expect, it } from 'vitest'
import { money } from '../../../src/chase/money.ts'
import type { LedgerCustomer, LedgerInvoice } from '../../../src/ledgers/ledger.ts'
import { readCredit, readHistory, readInvoice, readOnlineInvoice, readPage, readPayment } from '../../../src/ledgers/xero/bodies.ts' // prettier-ignore
import { readCustomer } from '../../../src/ledgers/xero/contacts.ts'
import { anInvoice, CONTACT, INVOICE } from './stub.ts'

const understood = (change: Record<string, unknown>): LedgerInvoice => {
  const reading = readInvoice(anInvoice(change))
  if (reading === null || !('item' in reading)) throw new Error(`not understood: ${JSON.stringify(reading)}`)
  return reading.item
}

describe('Days', () => {
  it('are read as written, in whatever zone this process runs', () => {
    const { issuedOn, dueOn, paidOn, expectedOn } = understood({
      Status: 'PAID',
      AmountDue: 0,
      DateString: undefined,
      Date: '/Date(1768003200000+1300)/',
      DueDateString: '2026-02-28T00:00:00',
      DueDate: '/Date(1)/',
      FullyPaidOnDate: '/Date(1772150400000+0000)/',
      ExpectedPaymentDate: '/Date(1772323199999)/',
    })
    expect([issuedOn, dueOn, paidOn, expectedOn]).toEqual(['2026-01-10', '2026-02-28', '2026-02-27', '2026-02-28'])
  })

  it.each([
    ['/Date(-62135596800000+0000)/', '0001-01-01'],
    ['/Date(253402214400000+0000)/', '9999-12-31'],
    ['/Date(-86400000)/', '1969-12-31'],
    ['2019-03-12 00:00:00', '2019-03-12'],
  ])('%s is %s', (text, day) => {
    expect(understood({ DueDateString: undefined, DueDate: text }).dueOn).toBe(day)
  })

  it('are null where Xero has none', () => {
    expect(understood({ DueDateString: undefined, DueDate: null }).dueOn).toBe(null)
  })
})

describe('Amounts', () => {
  it('are read from numbers and from text, to the minor unit', () => {
    expect(understood({ Total: '1.005', AmountDue: '0.29' }).balance).toEqual(money(29, 'EUR'))
    expect(understood({ Total: 1.005, AmountDue: 1.1 + 2.2 }).balance).toEqual(money(330, 'EUR'))
    expect(understood({ Total: 98765, AmountDue: 98765, CurrencyCode: 'JPY' }).balance).toEqual(money(98765, 'JPY'))
  })
})

describe('States', () => {
  it.each([
    ['DRAFT', 10, 'draft', 0],
    ['SUBMITTED', 10, 'draft', 0],
    ['AUTHORISED', 10, 'open', 1000],
    ['AUTHORISED', 0, 'paid', 0],
    ['AUTHORISED', -5, 'paid', 0],
    ['PAID', 0, 'paid', 0],
    ['VOIDED', 10, 'void', 0],
    ['DELETED', 10, 'deleted', 0],
  ])('%s with %i due is %s', (Status, AmountDue, state, due) => {
    const invoice = understood({ Status, AmountDue })
    expect([invoice.state, invoice.balance.minor]).toEqual([state, due])
  })
})

describe('Versions', () => {
  it('change with the record, with a due date Xero does not count as a change, with the balance and the paper', () => {
    const versions = [
      {},
      { UpdatedDateUTC: '/Date(1768050000124)/' },
      { DueDateString: '2026-03-01T00:00:00' },
      { AmountDue: 100 },
      { BrandingThemeID: '7889a0ac-262a-40e3-8a63-9a769b1a18af' },
    ].map((change) => understood(change).version)
    expect(new Set(versions).size).toBe(5)
  })
})

describe('Records we cannot understand', () => {
  it.each([
    [{ Contact: undefined }, 'Contact'],
    [{ Contact: { Name: 'Nobody' } }, 'Contact.ContactID'],
    [{ AmountDue: 'a lot' }, 'AmountDue'],
    [{ Total: 1e300 }, 'Total'],
    [{ CurrencyCode: 'euros' }, 'CurrencyCode'],
    [{ CurrencyCode: null }, 'CurrencyCode'],
    [{ DueDateString: undefined, DueDate: 'tomorrow' }, 'DueDate'],
    [{ DueDateString: '2026-02-30T00:00:00', DueDate: undefined }, 'DueDate'],
    [{ DueDateString: undefined, DueDate: '/Date(999999999999999)/' }, 'DueDate'],
    [{ UpdatedDateUTC: 'yesterday' }, 'UpdatedDateUTC'],
    [{ Status: 'FROZEN' }, 'Status'],
  ])('%j is reported by invoice and field', (change, field) => {
    const reading = readInvoice(anInvoice(change))
    const defect = reading && 'defect' in reading ? reading.defect : null
    expect([defect?.kind, defect?.id, defect?.field]).toEqual(['invoice', INVOICE, field])
  })

  it('without an id are reported without one', () => {
    const defect = { kind: 'invoice', id: null, field: 'InvoiceID', message: 'missing' }
    for (const record of [{}, null, 'text', 7, [], anInvoice({ InvoiceID: '' })]) {
      expect(readInvoice(record)).toEqual({ defect })
    }
  })

  it('that are none of our business are not even looked at', () => {
    expect(readInvoice(anInvoice({ Type: 'ACCPAY', AmountDue: 'a lot' }))).toBe(null)
    expect(readCredit('CreditNotes', { Type: 'ACCPAYCREDIT' })).toBe(null)
    expect(readCredit('Overpayments', { Type: 'SPEND-OVERPAYMENT' })).toBe(null)
    expect(readPayment({ PaymentType: 'ARCREDITPAYMENT' })).toBe(null)
  })
})

const aContact = (change: Record<string, unknown>): LedgerCustomer => {
  const reading = readCustomer({ ContactID: CONTACT, Name: 'Acme', UpdatedDateUTC: '/Date(1)/', ...change })
  if (reading === null || !('item' in reading)) throw new Error(`not understood: ${JSON.stringify(reading)}`)
  return reading.item
}

const place = (addresses: Record<string, string>[]): (string | null)[] => {
  const { country, region } = aContact({ Addresses: addresses })
  return [country, region]
}

describe('Customers', () => {
  it('have several addresses in one field, and people who are copied or merely known', () => {
    const { people, firstName } = aContact({
      FirstName: 'Ana',
      LastName: 'Gil',
      EmailAddress: 'ana@acme.example; Facturas <facturas@acme.example>,\nnonsense ANA@acme.example',
      ContactPersons: [
        { FirstName: 'Luis', LastName: '', EmailAddress: 'luis@acme.example', IncludeInEmails: false },
        { FirstName: 'Eva', EmailAddress: 'eva@acme.example', IncludeInEmails: true },
        { FirstName: 'Again', EmailAddress: 'facturas@acme.example', IncludeInEmails: true },
        { FirstName: 'No address', EmailAddress: '', IncludeInEmails: true },
      ],
    })
    expect([firstName, people]).toEqual([
      'Ana',
      [
        { name: 'Ana Gil', email: 'ana@acme.example', role: 'main' },
        { name: 'Ana Gil', email: 'facturas@acme.example', role: 'main' },
        { name: 'Eva', email: 'eva@acme.example', role: 'copied' },
        { name: 'Luis', email: 'luis@acme.example', role: 'other' },
      ],
    ])
  })

  it.each([
    [{ ContactStatus: 'ACTIVE' }, 'active'],
    [{}, 'active'],
    [{ ContactStatus: 'ARCHIVED' }, 'archived'],
    [{ ContactStatus: 'GDPRREQUEST' }, 'deleted'],
    [{ ContactStatus: 'ARCHIVED', MergedToContactID: INVOICE }, 'merged'],
  ])('%j are %s', (change, state) => {
    expect(aContact(change).state).toBe(state)
  })

  it('live where their postal address says, else their street, in words of any language', () => {
    expect(place([
      { AddressType: 'STREET', Country: 'Francia', Region: 'Bretagne' },
      { AddressType: 'POBOX', Country: ' ESPAÑA ', Region: 'Comunidad de Madrid' },
    ])).toEqual(['ES', 'Comunidad de Madrid']) // prettier-ignore
    expect(place([{ AddressType: 'STREET', Country: 'Scotland' }, { AddressType: 'POBOX', Country: '' }])).toEqual(['GB', null]) // prettier-ignore
    expect(place([{ AddressType: 'POBOX', Country: 'Middle Earth' }])).toEqual([null, null])
    expect(place([])).toEqual([null, null])
  })

  it('with 300 odd characters in the name are still customers', () => {
    const name = `"<Acme>, & Sons;\r\n${'x'.repeat(300)}`
    expect(aContact({ Name: name }).name).toBe(name)
  })

  it('belong to the groups that are not deleted, by name or by the list of names', () => {
    const groups = [
      { ContactGroupID: 'g1', Name: 'Strategic', Status: 'ACTIVE' },
      { ContactGroupID: 'g2', Name: 'Old', Status: 'DELETED' },
      { ContactGroupID: 'g3' },
      { ContactGroupID: 'unknown' },
    ]
    const reading = readCustomer(
      { ContactID: CONTACT, Name: 'Acme', ContactGroups: groups },
      new Map([['g3', 'Thirds']]),
    )
    expect(reading && 'item' in reading ? reading.item.groups : null).toEqual(['Strategic', 'Thirds'])
  })
})

const ends = (body: unknown): boolean => readPage(body, 'Invoices').isLast
const records = (count: number): object[] => Array.from({ length: count }, () => ({}))

describe('Pages', () => {
  it('end where Xero says, and where it says nothing at the first that is not full', () => {
    expect(ends({ pagination: { page: 1, pageSize: 1000, pageCount: 2, itemCount: 1500 }, Invoices: records(1000) })).toBe(false) // prettier-ignore
    expect(ends({ pagination: { page: 2, pageSize: 1000, pageCount: 2, itemCount: 1500 }, Invoices: records(500) })).toBe(true) // prettier-ignore
    expect(ends({ pagination: { page: 2, pageSize: 1000, pageCount: 9, itemCount: 1500 }, Invoices: [] })).toBe(true)
    expect([ends({ Invoices: records(1000) }), ends({ Invoices: records(100) })]).toEqual([false, false])
    expect([ends({ Invoices: records(99) }), ends({ Invoices: [] }), ends(null)]).toEqual([true, true, true])
  })
})

describe('History', () => {
  it('comes oldest first, whatever the order and the way of writing its dates', () => {
    const body = {
      HistoryRecords: [
        { Details: 'third', DateUTC: '/Date(1768050003000+0000)/' },
        { Details: 'second b', DateUTC: '/Date(1768050002000)/' },
        { Details: 'second a', DateUTC: '2026-01-10T13:00:02' },
        { Details: null, DateUTC: '2026-01-10 13:00:01' },
      ],
    }
    expect(readHistory(body)).toEqual(['', 'second a', 'second b', 'third'])
  })
})

const link = (url: unknown): string | null => readOnlineInvoice({ OnlineInvoices: [{ OnlineInvoiceUrl: url }] })

describe('Pay links', () => {
  it('lead to the web or nowhere', () => {
    expect(link('https://in.xero.com/abc')).toBe('https://in.xero.com/abc')
    expect([link('javascript:alert(1)'), link('file:///etc/passwd'), link(''), readOnlineInvoice({})]).toEqual([null, null, null, null]) // prettier-ignore
  })
})
