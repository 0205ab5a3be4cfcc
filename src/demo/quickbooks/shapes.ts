import { decimalOf, money, type Money } from '../../chase/money.ts'
import type { BookCredit, BookCustomer, BookInvoice, BookNote, BookPayment, Books } from '../books.ts'

/** JSON as QuickBooks sends it: only fields that have something in them. */
export type Shape = Readonly<Record<string, unknown>>

/** A payment as QuickBooks keeps it. Credits become payments too when they are applied, so there are more than in the books. */
export type PaymentRow = {
  readonly id: string
  readonly customerId: string
  readonly on: string
  readonly total: Money
  readonly unapplied: Money
  readonly lines: readonly { readonly amount: Money; readonly links: readonly { TxnId: string; TxnType: string }[] }[]
  readonly updatedAt: Temporal.Instant
  readonly version: number
  readonly deleted: boolean
}

/** Intuit's servers write times with the offset of the American west coast, to the second. */
export function stamp(at: Temporal.Instant): string {
  const text = stampWithMilliseconds(at)
  return text.slice(0, 19) + text.slice(23)
}

/** The `time` of an answer, with milliseconds. */
export function stampWithMilliseconds(at: Temporal.Instant): string {
  const known = stamps.get(at.epochMilliseconds)
  if (known !== undefined) return known
  const zoned = at.toZonedDateTimeISO('America/Los_Angeles')
  const text = zoned.toPlainDateTime().toString({ fractionalSecondDigits: 3 }) + zoned.offset.slice(0, 6)
  if (stamps.size >= MOST_STAMPS) stamps.clear()
  stamps.set(at.epochMilliseconds, text)
  return text
}

/** Remembered, because 100,000 invoices carry few different times and a zone is slow to ask. */
const stamps = new Map<number, string>()
const MOST_STAMPS = 20_000

export const metaData = (createdAt: Temporal.Instant, updatedAt: Temporal.Instant): Shape => ({
  CreateTime: stamp(createdAt),
  LastUpdatedTime: stamp(updatedAt),
})

const entity = (id: string, version: number, createdAt: Temporal.Instant, updatedAt: Temporal.Instant): Shape => ({
  domain: 'QBO',
  sparse: false,
  Id: id,
  SyncToken: String(version),
  MetaData: metaData(createdAt, updatedAt),
})

export function invoiceShape(books: Books, invoice: BookInvoice): Shape {
  const voided = invoice.status === 'void'
  const customer = books.customer(invoice.customerId)
  const total = voided ? money(0, invoice.total.currency) : invoice.total
  const email = invoice.email ?? customer.email
  const createdAt = onDay(invoice.issuedOn, invoice.updatedAt)
  return {
    AllowIPNPayment: false,
    AllowOnlinePayment: false,
    AllowOnlineCreditCardPayment: false,
    AllowOnlineACHPayment: false,
    ...entity(invoice.id, invoice.version, createdAt, invoice.updatedAt),
    CustomField: [],
    ...(invoice.number === null ? {} : { DocNumber: invoice.number }),
    ...(invoice.issuedOn === null ? {} : { TxnDate: invoice.issuedOn }),
    CurrencyRef: currencyRef(invoice.total.currency),
    ...(voided ? { PrivateNote: 'Voided' } : {}),
    LinkedTxn: linksOf(books, invoice),
    Line: linesOf(invoice.lines, voided),
    TxnTaxDetail: { TotalTax: 0 },
    CustomerRef: { value: customer.id, name: displayName(customer) },
    ...addressesOf(customer),
    ...(invoice.dueOn === null ? {} : { DueDate: invoice.dueOn }),
    TotalAmt: decimalOf(total),
    ApplyTaxAfterDiscount: false,
    PrintStatus: 'NeedToPrint',
    EmailStatus: 'NotSet',
    ...(email === null ? {} : { BillEmail: { Address: email } }),
    Balance: decimalOf(books.balance(invoice.id)),
  }
}

/** Records are made in working hours of the day they carry; the books do not say when. */
function onDay(on: string | null, updatedAt: Temporal.Instant): Temporal.Instant {
  if (on === null) return updatedAt
  const made = Date.parse(`${on}T17:00:00Z`)
  return made > updatedAt.epochMilliseconds ? updatedAt : Temporal.Instant.fromEpochMilliseconds(made)
}

function currencyRef(currency: string): Shape {
  let ref = currencyRefs.get(currency)
  if (!ref) {
    ref = { value: currency, name: new Intl.DisplayNames('en', { type: 'currency' }).of(currency) ?? currency }
    currencyRefs.set(currency, ref)
  }
  return ref
}

const currencyRefs = new Map<string, Shape>()

function linksOf(books: Books, invoice: BookInvoice): Shape[] {
  return books.appliedTo(invoice.id).map((from) => {
    const application = 'kind' in from && from.kind === 'credit-note'
    const index = from.applied.findIndex(({ invoiceId }) => invoiceId === invoice.id)
    return { TxnId: application ? applicationId(from.id, index) : from.id, TxnType: 'Payment' }
  })
}

function linesOf(lines: readonly { description: string; amount: Money }[], voided: boolean): Shape[] {
  const amounts = lines.map(({ amount }) => (voided ? 0 : decimalOf(amount)))
  const sales = lines.map(({ description }, index) => ({
    Id: String(index + 1),
    LineNum: index + 1,
    Description: description,
    Amount: amounts[index] ?? 0,
    DetailType: 'SalesItemLineDetail',
    SalesItemLineDetail: { ItemRef: { value: '1', name: 'Services' }, TaxCodeRef: { value: 'NON' } },
  }))
  const minor = voided ? 0 : lines.reduce((sum, { amount }) => sum + amount.minor, 0)
  const subTotal = decimalOf(money(minor, lines[0]?.amount.currency ?? 'USD'))
  return [...sales, { Amount: subTotal, DetailType: 'SubTotalLineDetail', SubTotalLineDetail: {} }]
}

/** What was made inactive gets this behind its name, so that the name can be used again. */
const displayName = (customer: BookCustomer): string =>
  isActive(customer) ? customer.name : `${customer.name} (deleted)`

export const isActive = (customer: BookCustomer): boolean => !customer.archived && customer.mergedIntoId === null

function addressesOf(customer: BookCustomer): Shape {
  const address = {
    Id: customer.id,
    ...(customer.street === null ? {} : { Line1: customer.street }),
    ...(customer.city === null ? {} : { City: customer.city }),
    ...(customer.region === null ? {} : { CountrySubDivisionCode: customer.region }),
    ...(customer.postalCode === null ? {} : { PostalCode: customer.postalCode }),
    ...(customer.country === null ? {} : { Country: threeLetters(customer.country) }),
  }
  return { BillAddr: address, ShipAddr: address }
}

/** Since 2025 QuickBooks writes countries as ISO 3166-1 alpha-3. Those of the demo, and the name for any other. */
const threeLetters = (country: string): string => ALPHA_3[country] ?? REGION_NAMES.of(country) ?? country

const REGION_NAMES = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' })

const ALPHA_3: Readonly<Record<string, string>> = {
  AU: 'AUS', BE: 'BEL', CA: 'CAN', CH: 'CHE', DE: 'DEU', ES: 'ESP', FR: 'FRA', GB: 'GBR', IE: 'IRL', IT: 'ITA',
  MX: 'MEX', NL: 'NLD', NZ: 'NZL', PT: 'PRT', US: 'USA',
} // prettier-ignore

export function customerShape(customer: BookCustomer, balance: Money, customerTypeId: string | null): Shape {
  const name = displayName(customer)
  return {
    Taxable: false,
    ...addressesOf(customer),
    ...(customer.notes === '' ? {} : { Notes: customer.notes }),
    Job: false,
    BillWithParent: false,
    Balance: decimalOf(balance),
    BalanceWithJobs: decimalOf(balance),
    CurrencyRef: currencyRef(customer.currency),
    PreferredDeliveryMethod: customer.email === null ? 'Print' : 'Email',
    ...entity(customer.id, customer.version, customer.updatedAt, customer.updatedAt),
    ...(customer.firstName === null ? {} : { GivenName: customer.firstName }),
    ...(customer.lastName === null ? {} : { FamilyName: customer.lastName }),
    FullyQualifiedName: name,
    CompanyName: customer.name,
    DisplayName: name,
    PrintOnCheckName: customer.name,
    Active: isActive(customer),
    ...(customer.phone === null ? {} : { PrimaryPhone: { FreeFormNumber: customer.phone } }),
    ...(customer.email === null ? {} : { PrimaryEmailAddr: { Address: customer.email } }),
    ...(customerTypeId === null ? {} : { CustomerTypeRef: { value: customerTypeId } }),
  }
}

export const customerTypeShape = (id: string, name: string, at: Temporal.Instant): Shape => ({
  ...entity(id, 0, at, at),
  Name: name,
  Active: true,
})

/** The payments that QuickBooks shows: those received, prepayments, and one of nothing for each use of a credit memo. */
export function* paymentRows(books: Books): Generator<PaymentRow> {
  for (const payment of books.payments.values()) yield paymentRow(books, payment)
  for (const credit of books.credits.values()) {
    if (credit.kind !== 'credit-note') yield prepaymentRow(books, credit)
    else for (const index of credit.applied.keys()) yield applicationRow(credit, index)
  }
}

export function paymentRow(books: Books, payment: BookPayment): PaymentRow {
  const { id, customerId, on, amount, applied, updatedAt, version, deleted } = payment
  const lines = applied.map((to) => ({ amount: to.amount, links: [{ TxnId: to.invoiceId, TxnType: 'Invoice' }] }))
  return { id, customerId, on, total: amount, unapplied: books.remaining(payment), lines, updatedAt, version, deleted }
}

/** QuickBooks knows no prepayments or overpayments: each is a payment that is not all applied. */
function prepaymentRow(books: Books, credit: BookCredit): PaymentRow {
  const { id, customerId, issuedOn, total, applied, updatedAt, version, deleted } = credit
  const lines = applied.map((to) => ({ amount: to.amount, links: [{ TxnId: to.invoiceId, TxnType: 'Invoice' }] }))
  return { id, customerId, on: issuedOn, total, unapplied: books.remaining(credit), lines, updatedAt, version, deleted }
}

function applicationRow(credit: BookCredit, index: number): PaymentRow {
  const to = credit.applied[index]
  const nothing = money(0, credit.total.currency)
  const amount = to?.amount ?? nothing
  return {
    id: applicationId(credit.id, index),
    customerId: credit.customerId,
    on: credit.issuedOn,
    total: nothing,
    unapplied: nothing,
    lines: [
      { amount, links: [{ TxnId: to?.invoiceId ?? '', TxnType: 'Invoice' }] },
      { amount, links: [{ TxnId: credit.id, TxnType: 'CreditMemo' }] },
    ],
    updatedAt: credit.updatedAt,
    version: credit.version,
    deleted: credit.deleted,
  }
}

/** An id far above the running ones, for the payment that applies a credit memo to an invoice. */
const applicationId = (creditId: string, index: number): string =>
  `7${creditId.padStart(11, '0')}${String(index).padStart(3, '0')}`

export const paymentShape = (books: Books, payment: PaymentRow): Shape => ({
  CustomerRef: { value: payment.customerId, name: displayName(books.customer(payment.customerId)) },
  TotalAmt: decimalOf(payment.total),
  UnappliedAmt: decimalOf(payment.unapplied),
  ...entity(payment.id, payment.version, onDay(payment.on, payment.updatedAt), payment.updatedAt),
  TxnDate: payment.on,
  CurrencyRef: currencyRef(payment.total.currency),
  Line: payment.lines.map(({ amount, links }) => ({ Amount: decimalOf(amount), LinkedTxn: links })),
})

export function creditMemoShape(books: Books, credit: BookCredit): Shape {
  const remaining = decimalOf(books.remaining(credit))
  return {
    RemainingCredit: remaining,
    ...entity(credit.id, credit.version, onDay(credit.issuedOn, credit.updatedAt), credit.updatedAt),
    TxnDate: credit.issuedOn,
    CurrencyRef: currencyRef(credit.total.currency),
    Line: linesOf([{ description: 'Credit', amount: credit.total }], false),
    TxnTaxDetail: { TotalTax: 0 },
    CustomerRef: { value: credit.customerId, name: displayName(books.customer(credit.customerId)) },
    TotalAmt: decimalOf(credit.total),
    ApplyTaxAfterDiscount: false,
    PrintStatus: 'NeedToPrint',
    EmailStatus: 'NotSet',
    Balance: remaining,
  }
}

export const attachableShape = (note: BookNote, includeOnSend: boolean): Shape => ({
  Note: note.text,
  ...(note.tag === null ? {} : { Tag: note.tag }),
  ...entity(note.id, 0, note.at, note.at),
  AttachableRef: [{ EntityRef: { value: note.invoiceId, type: 'Invoice' }, IncludeOnSend: includeOnSend }],
})

export const companyInfoShape = (books: Books, at: Temporal.Instant): Shape => ({
  CompanyName: books.company.name,
  LegalName: books.company.legalName,
  Country: books.company.country,
  Email: { Address: books.company.email },
  NameValue: [
    { Name: 'SubscriptionStatus', Value: 'PAID' },
    { Name: 'OfferingSku', Value: 'QuickBooks Online Plus' },
  ],
  ...entity('1', 0, at, at),
})

export const preferencesShape = (books: Books, at: Temporal.Instant): Shape => ({
  AccountingInfoPrefs: {},
  SalesFormsPrefs: { ETransactionPaymentEnabled: true },
  EmailMessagesPrefs: {
    InvoiceMessage: {
      Subject: `Invoice from ${books.company.name}`,
      Message: 'Your invoice is attached. Please remit payment at your earliest convenience.',
    },
  },
  CurrencyPrefs: {
    MultiCurrencyEnabled: [...books.customers.values()].some(({ currency }) => currency !== books.company.baseCurrency),
    HomeCurrency: { value: books.company.baseCurrency },
  },
  ...entity('1', 0, at, at),
})

/** What is left of a deleted record in change data capture. */
export const deletedShape = (id: string, at: Temporal.Instant): Shape => ({
  domain: 'QBO',
  status: 'Deleted',
  Id: id,
  MetaData: { LastUpdatedTime: stamp(at) },
})
