import { createHash } from 'node:crypto'
import { dayNumber, type Day } from '../../chase/day.ts'
import { decimalOf, money, type Money } from '../../chase/money.ts'
import type { BookCredit, BookCustomer, BookInvoice, BookNote, BookPayment, Books } from '../books.ts'

/** A record as Xero would send it. The judge of these shapes is Xero's OpenAPI 16.1.0, in the tests. */
export type XeroRecord = Readonly<Record<string, unknown>>

export function organisationShape(organisationId: string, books: Books): XeroRecord {
  const { company } = books
  return {
    Name: company.name,
    LegalName: company.legalName,
    PaysTax: true,
    Version: VERSIONS[company.country] ?? 'GLOBAL',
    OrganisationType: 'COMPANY',
    BaseCurrency: company.baseCurrency,
    CountryCode: company.country,
    IsDemoCompany: false,
    OrganisationStatus: 'ACTIVE',
    FinancialYearEndDay: 31,
    FinancialYearEndMonth: 12,
    SalesTaxBasis: 'ACCRUALS',
    SalesTaxPeriod: 'QUARTERLY',
    DefaultSalesTax: 'Tax Exclusive',
    DefaultPurchasesTax: 'Tax Exclusive',
    CreatedDateUTC: '/Date(1577836800000)/',
    OrganisationEntityType: 'COMPANY',
    Timezone: windowsZone(company.timeZone),
    ShortCode: '!sim01',
    OrganisationID: organisationId,
    Edition: 'BUSINESS',
    Class: 'PREMIUM',
    Addresses: [],
    Phones: [],
    ExternalLinks: [],
    PaymentTerms: {},
  }
}

const VERSIONS: Readonly<Record<string, string>> = { AU: 'AU', NZ: 'NZ', GB: 'UK', US: 'US' }

/** Xero's name for an IANA zone. Throws a RangeError for a zone the simulator was not taught. */
export function windowsZone(timeZone: string): string {
  const zone = ZONES[timeZone]
  if (zone === undefined) throw new RangeError(`the simulated Xero has no name for the time zone ${timeZone}`)
  return zone
}

const ZONES: Readonly<Record<string, string>> = {
  'Europe/London': 'GMTSTANDARDTIME', 'Europe/Dublin': 'GMTSTANDARDTIME', 'Europe/Lisbon': 'GMTSTANDARDTIME',
  'Europe/Madrid': 'ROMANCESTANDARDTIME', 'Europe/Paris': 'ROMANCESTANDARDTIME',
  'Europe/Brussels': 'ROMANCESTANDARDTIME', 'Europe/Berlin': 'WEUROPESTANDARDTIME',
  'Europe/Amsterdam': 'WEUROPESTANDARDTIME', 'Europe/Rome': 'WEUROPESTANDARDTIME', 'Atlantic/Canary': 'GMTSTANDARDTIME',
  'America/New_York': 'EASTERNSTANDARDTIME', 'America/Chicago': 'CENTRALSTANDARDTIME',
  'America/Los_Angeles': 'PACIFICSTANDARDTIME', 'Australia/Sydney': 'AUSEASTERNSTANDARDTIME',
  'Pacific/Auckland': 'NEWZEALANDSTANDARDTIME', 'Asia/Kolkata': 'INDIASTANDARDTIME', UTC: 'UTC', 'Etc/UTC': 'UTC',
} // prettier-ignore

export type InvoiceStatus = 'DRAFT' | 'AUTHORISED' | 'PAID' | 'VOIDED' | 'DELETED'

export function statusOfInvoice(books: Books, invoice: BookInvoice): InvoiceStatus {
  if (invoice.status === 'draft') return 'DRAFT'
  if (invoice.status === 'void') return 'VOIDED'
  if (invoice.status === 'deleted') return 'DELETED'
  return books.balance(invoice.id).minor > 0 ? 'AUTHORISED' : 'PAID'
}

/** What is due as Xero puts it: a draft owes its total, a void one nothing. */
export const amountDue = (books: Books, invoice: BookInvoice): number =>
  decimalOf(invoice.status === 'draft' ? invoice.total : books.balance(invoice.id))

/** `summary` as with summaryOnly: no lines, payments or attachments. */
export function invoiceShape(books: Books, invoice: BookInvoice, form: 'full' | 'paged' | 'summary'): XeroRecord {
  const status = statusOfInvoice(books, invoice)
  const settledOn = status === 'PAID' ? books.settledOn(invoice.id) : null
  const customer = books.customer(invoice.customerId)
  return {
    Type: invoice.kind === 'sale' ? 'ACCREC' : 'ACCPAY',
    InvoiceID: invoice.id,
    InvoiceNumber: invoice.number ?? '',
    Reference: invoice.reference ?? '',
    ...(form === 'summary' ? {} : settlements(books, invoice)),
    AmountDue: amountDue(books, invoice),
    AmountPaid: decimalOf(money(books.paid(invoice.id), invoice.total.currency)),
    AmountCredited: decimalOf(money(books.credited(invoice.id), invoice.total.currency)),
    CurrencyRate: 1,
    IsDiscounted: false,
    ...(form === 'summary' ? {} : { HasAttachments: false }),
    HasErrors: false,
    Contact: form === 'full' ? contactShape(customer, null) : contactReference(customer),
    ...dates('Date', invoice.issuedOn),
    ...dates('DueDate', invoice.dueOn),
    ...(invoice.expectedOn === null ? {} : { ExpectedPaymentDate: msDate(invoice.expectedOn) }),
    BrandingThemeID: BRANDING_THEME,
    Status: status,
    LineAmountTypes: 'NoTax',
    ...(form === 'summary' ? {} : { LineItems: lineItems(invoice) }),
    SubTotal: decimalOf(invoice.total),
    TotalTax: 0,
    Total: decimalOf(invoice.total),
    ...changed(invoice.updatedAt),
    CurrencyCode: invoice.total.currency,
    ...(settledOn === null ? {} : { FullyPaidOnDate: msDate(settledOn) }),
  }
}

const BRANDING_THEME = '7889a0ac-262a-40e3-8a63-9a769b1a18ad'

const lineItems = (invoice: BookInvoice): XeroRecord[] =>
  invoice.lines.map(({ description, amount }, index) => ({
    Description: description,
    UnitAmount: decimalOf(amount),
    TaxType: 'NONE',
    TaxAmount: 0,
    LineAmount: decimalOf(amount),
    AccountCode: '200',
    Tracking: [],
    Quantity: 1,
    LineItemID: derivedId(invoice.id, `line ${index}`),
  }))

/** The payments and credits applied to an invoice, as it lists them itself. */
function settlements(books: Books, invoice: BookInvoice): XeroRecord {
  const lists = { Payments: [], CreditNotes: [], Prepayments: [], Overpayments: [] } as Record<string, XeroRecord[]>
  for (const from of books.appliedTo(invoice.id)) {
    const part = from.applied.filter(({ invoiceId }) => invoiceId === invoice.id)
    const amount = decimalOf(
      money(
        part.reduce((sum, { amount: { minor } }) => sum + minor, 0),
        invoice.total.currency,
      ),
    )
    if ('kind' in from) {
      const { list, idField } = CREDITS[from.kind]
      const flags = from.kind === 'credit-note' ? { HasErrors: false } : {}
      const applied = { [idField]: from.id, ...flags, AppliedAmount: amount, Total: decimalOf(from.total) }
      lists[list]?.push({ ...applied, ...dates('Date', from.issuedOn), LineItems: [] })
    } else {
      const paid = { PaymentID: paymentId(from, invoice.id), Date: msDate(from.on), Amount: amount }
      lists['Payments']?.push({ ...paid, CurrencyRate: 1, HasAccount: false, HasValidationErrors: false })
    }
  }
  return lists
}

/** `balances` is what the customer owes, in the base currency; null leaves it out as inside an invoice. */
export function contactShape(
  customer: BookCustomer,
  balances: { outstanding: number; overdue: number } | null,
): XeroRecord {
  const place = { City: customer.city ?? '', Region: customer.region ?? '', PostalCode: '' }
  const owed = balances ?? { outstanding: 0, overdue: 0 }
  return {
    ContactID: customer.id,
    ContactStatus: customer.archived ? 'ARCHIVED' : 'ACTIVE',
    ...(customer.mergedIntoId === null ? {} : { MergedToContactID: customer.mergedIntoId }),
    Name: customer.name,
    FirstName: customer.firstName ?? '',
    LastName: customer.lastName ?? '',
    EmailAddress: customer.email ?? '',
    BankAccountDetails: '',
    Addresses: [
      { AddressType: 'STREET', City: '', Region: '', PostalCode: '', Country: '' },
      { AddressType: 'POBOX', ...place, Country: countryName(customer.country) },
    ],
    Phones: ['DDI', 'DEFAULT', 'FAX', 'MOBILE'].map((type) => ({
      PhoneType: type,
      PhoneNumber: type === 'DEFAULT' ? (customer.phone ?? '') : '',
      PhoneAreaCode: '',
      PhoneCountryCode: '',
    })),
    UpdatedDateUTC: changed(customer.updatedAt)['UpdatedDateUTC'],
    ContactGroups: customer.groups.map((name) => groupShape(name)),
    IsSupplier: false,
    IsCustomer: true,
    DefaultCurrency: customer.currency,
    ...(balances === null
      ? {}
      : {
          Balances: {
            AccountsReceivable: { Outstanding: owed.outstanding, Overdue: owed.overdue },
            AccountsPayable: { Outstanding: 0, Overdue: 0 },
          },
        }),
    ContactPersons: customer.people.map(({ firstName, lastName, email, included }) => ({
      FirstName: firstName,
      LastName: lastName,
      EmailAddress: email,
      IncludeInEmails: included,
    })),
    HasAttachments: false,
    HasValidationErrors: false,
  }
}

/** A contact as it stands on a list of documents: its empty lists say nothing. */
const contactReference = (customer: BookCustomer): XeroRecord => ({
  ContactID: customer.id,
  Name: customer.name,
  Addresses: [],
  Phones: [],
  ContactGroups: [],
  ContactPersons: [],
  HasValidationErrors: false,
})

export const groupShape = (name: string): XeroRecord => ({
  ContactGroupID: derivedId('contact group', name),
  Name: name,
  Status: 'ACTIVE',
  HasValidationErrors: false,
})

const countryName = (code: string | null): string => (code === null ? '' : (COUNTRY_NAMES.of(code) ?? code))

const COUNTRY_NAMES = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })

/** A credit of the books, or what a payment left over, which Xero calls an overpayment. */
export type XeroCredit = { readonly kind: BookCredit['kind']; readonly from: BookCredit | BookPayment }

export const CREDITS = {
  'credit-note': { list: 'CreditNotes', idField: 'CreditNoteID', type: 'ACCRECCREDIT' },
  prepayment: { list: 'Prepayments', idField: 'PrepaymentID', type: 'RECEIVE-PREPAYMENT' },
  overpayment: { list: 'Overpayments', idField: 'OverpaymentID', type: 'RECEIVE-OVERPAYMENT' },
} as const

export function statusOfCredit(books: Books, { from }: XeroCredit): 'AUTHORISED' | 'PAID' | 'VOIDED' {
  if (from.deleted) return 'VOIDED'
  return books.remaining(from).minor > 0 ? 'AUTHORISED' : 'PAID'
}

export function creditShape(books: Books, credit: XeroCredit): XeroRecord {
  const { kind, from } = credit
  const { idField, type } = CREDITS[kind]
  const whole = totalOfCredit(credit)
  const on = 'on' in from ? from.on : from.issuedOn
  return {
    [idField]: from.id,
    ...(kind === 'credit-note' ? { CreditNoteNumber: `CN-${from.id.slice(0, 4)}` } : {}),
    ID: from.id,
    Type: type,
    Reference: '',
    CurrencyRate: 1,
    RemainingCredit: decimalOf(books.remaining(from)),
    Allocations:
      'kind' in from
        ? from.applied.map(({ invoiceId, amount }) => ({
            Amount: decimalOf(amount),
            Date: msDate(on),
            Invoice: { InvoiceID: invoiceId, InvoiceNumber: books.invoice(invoiceId).number ?? '' },
            IsDeleted: false,
          }))
        : [],
    Payments: [],
    HasAttachments: false,
    Contact: contactReference(books.customer(from.customerId)),
    ...dates('Date', on),
    Status: statusOfCredit(books, credit),
    LineAmountTypes: 'NoTax',
    LineItems: [],
    SubTotal: decimalOf(whole),
    TotalTax: 0,
    Total: decimalOf(whole),
    ...changed(from.updatedAt),
    CurrencyCode: whole.currency,
  }
}

/** Of a payment only what it left over is an overpayment. */
function totalOfCredit({ from }: XeroCredit): Money {
  if ('total' in from) return from.total
  return money(
    from.amount.minor - from.applied.reduce((sum, { amount }) => sum + amount.minor, 0),
    from.amount.currency,
  )
}

/** A Xero payment settles one invoice; a payment of the books may settle several. */
export type XeroPayment = { readonly payment: BookPayment; readonly applied: BookPayment['applied'][number] }

/** The payment's own id for its first invoice, so that the books and Xero mean the same one; derived ones for more. */
export const paymentId = (payment: BookPayment, invoiceId: string): string =>
  payment.applied[0]?.invoiceId === invoiceId ? payment.id : derivedId(payment.id, invoiceId)

export function paymentShape(books: Books, { payment, applied }: XeroPayment): XeroRecord {
  const invoice = books.invoice(applied.invoiceId)
  return {
    PaymentID: paymentId(payment, applied.invoiceId),
    Date: msDate(payment.on),
    BankAmount: decimalOf(applied.amount),
    Amount: decimalOf(applied.amount),
    Reference: '',
    CurrencyRate: 1,
    PaymentType: typeOfPayment(invoice),
    Status: payment.deleted ? 'DELETED' : 'AUTHORISED',
    ...changed(payment.updatedAt),
    HasAccount: true,
    IsReconciled: false,
    Account: { AccountID: derivedId('account', 'bank'), Code: '090' },
    Invoice: {
      Type: invoice.kind === 'sale' ? 'ACCREC' : 'ACCPAY',
      InvoiceID: invoice.id,
      InvoiceNumber: invoice.number ?? '',
      Payments: [],
      CreditNotes: [],
      Prepayments: [],
      Overpayments: [],
      HasErrors: false,
      IsDiscounted: false,
      Contact: contactReference(books.customer(invoice.customerId)),
      LineItems: [],
      CurrencyCode: invoice.total.currency,
    },
    HasValidationErrors: false,
  }
}

export const typeOfPayment = (invoice: BookInvoice): string =>
  invoice.kind === 'sale' ? 'ACCRECPAYMENT' : 'ACCPAYPAYMENT'

export const noteShape = (note: BookNote): XeroRecord => ({
  Changes: 'Note',
  DateUTCString: note.at.toString().slice(0, 19),
  DateUTC: msInstant(note.at),
  User: 'System Generated',
  Details: note.text,
})

/** A UUID that is always the same for the same words. */
export function derivedId(...words: readonly string[]): string {
  const hex = createHash('sha256').update(words.join('\n')).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const dates = (field: string, on: Day | null): XeroRecord =>
  on === null ? {} : { [`${field}String`]: `${on}T00:00:00`, [field]: msDate(on) }

/** Midnight of the day as if it were in UTC, which is how Xero writes a calendar date. */
const msDate = (on: Day): string => `/Date(${dayNumber(on) * 86_400_000}+0000)/`

export const msInstant = (at: Temporal.Instant): string => `/Date(${at.epochMilliseconds}+0000)/`

const changed = (at: Temporal.Instant): XeroRecord => ({
  UpdatedDateUTC: msInstant(at),
  UpdatedDateUTCString: at.round('second').toString().replace('Z', '+00:00'),
})
