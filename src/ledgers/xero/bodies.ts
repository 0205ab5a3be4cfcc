import * as z from 'zod'
import { money } from '../../chase/money.ts'
import { LedgerError, type LedgerCredit, type LedgerInvoice, type LedgerPayment, type Organisation } from '../ledger.ts' // prettier-ignore
import { timeZoneFromXero } from './time-zones.ts'
import { amountOf, BadField, currencyCode, dayOf, decimal, id, instantOf, millisecondsOf, reading, text, textAt, words, wordsOf, type Reading } from './values.ts' // prettier-ignore

/** One page of a list as Xero sends it. `itemCount` counts all pages. */
export type XeroPage = { records: readonly unknown[]; itemCount: number | null; isLast: boolean }

/** Reads a page. Throws LedgerError('rejected') when it is not even a list of that name. */
export function readPage(body: unknown, listName: string): XeroPage {
  // 304 to If-Modified-Since: nothing to list.
  if (body === null) return { records: [], itemCount: 0, isLast: true }
  const page = z
    .object({ [listName]: z.array(z.unknown()), pagination: pagination.nullish().catch(null) })
    .safeParse(body)
  if (!page.success) throw new LedgerError('rejected', `Xero's answer has no list of ${listName}`)
  const records = page.data[listName] as readonly unknown[]
  const stated = page.data.pagination as z.infer<typeof pagination> | null | undefined
  // Without word on pages, one that is not full ends the list; Xero's pages hold a multiple of 100.
  const isLast = records.length === 0 || (stated ? stated.page >= stated.pageCount : records.length % 100 !== 0)
  return { records, itemCount: stated?.itemCount ?? null, isLast }
}

const pagination = z.object({ page: z.number(), pageCount: z.number(), itemCount: z.number() })

export function readOrganisation(body: unknown): Organisation {
  const read = organisations.safeParse(body)
  const organisation = read.success ? read.data.Organisations[0] : undefined
  if (!organisation) throw new LedgerError('rejected', "Xero's answer names no organisation")
  return {
    id: organisation.OrganisationID,
    name: organisation.Name,
    country: organisation.CountryCode && /^[A-Z]{2}$/.test(organisation.CountryCode) ? organisation.CountryCode : null,
    baseCurrency: organisation.BaseCurrency,
    timeZone: timeZoneFromXero(organisation.Timezone ?? '', organisation.CountryCode ?? ''),
    isDemo: organisation.IsDemoCompany === true,
  }
}

/** A sales invoice; bills (ACCPAY) and whatever else is on the list are none of our business. */
export const readInvoice = (record: unknown): Reading<LedgerInvoice> =>
  typeOf(record) === 'ACCREC' || typeOf(record) === null
    ? reading('invoice', record, 'InvoiceID', invoice, (stated) => {
        const state = stateOf(stated.Status, Number(stated.AmountDue))
        const currency = stated.CurrencyCode
        const dueOn = dayOf('DueDate', stated.DueDateString, stated.DueDate)
        const changedAt = instantOf('UpdatedDateUTC', stated.UpdatedDateUTC)
        // A draft or void invoice still says an AmountDue; nothing is due on it.
        const balance = state === 'open' ? amountOf('AmountDue', stated.AmountDue, currency) : money(0, currency)
        return {
          id: stated.InvoiceID,
          customerId: stated.Contact.ContactID,
          customerName: stated.Contact.Name ?? '',
          number: wordsOf(stated.InvoiceNumber),
          reference: wordsOf(stated.Reference),
          issuedOn: dayOf('Date', stated.DateString, stated.Date),
          dueOn,
          total: amountOf('Total', stated.Total, currency),
          balance,
          state,
          paidOn: state === 'paid' ? dayOf('FullyPaidOnDate', null, stated.FullyPaidOnDate) : null,
          expectedOn: dayOf('ExpectedPaymentDate', stated.ExpectedPaymentDateString, stated.ExpectedPaymentDate),
          emails: [],
          // Xero moves UpdatedDateUTC for most changes, but not for a due date on a partly paid invoice.
          version: [changedAt.epochMilliseconds, dueOn ?? '', balance.minor, stated.BrandingThemeID ?? ''].join('/'),
          changedAt,
        }
      })
    : null

export type XeroCreditList = 'CreditNotes' | 'Overpayments' | 'Prepayments'

/** A sales credit, whatever is left on it; those of suppliers are none of our business. */
export function readCredit(list: XeroCreditList, record: unknown): Reading<LedgerCredit> {
  const { kind, idField, types }: CreditList = CREDITS[list]
  const type = typeOf(record)
  if (type !== null && !types.includes(type)) return null
  return reading('credit', record, idField, credit, (stated, creditId) => ({
    id: creditId,
    kind,
    customerId: stated.Contact.ContactID,
    remaining:
      stated.Status === 'AUTHORISED'
        ? amountOf('RemainingCredit', stated.RemainingCredit ?? 0, stated.CurrencyCode)
        : money(0, stated.CurrencyCode),
  }))
}

type CreditList = { kind: LedgerCredit['kind']; idField: string; types: readonly string[] }

const CREDITS: Readonly<Record<XeroCreditList, CreditList>> = {
  CreditNotes: { kind: 'credit-note', idField: 'CreditNoteID', types: ['ACCRECCREDIT'] },
  Overpayments: { kind: 'overpayment', idField: 'OverpaymentID', types: ['RECEIVE-OVERPAYMENT', 'AROVERPAYMENT'] },
  Prepayments: { kind: 'prepayment', idField: 'PrepaymentID', types: ['RECEIVE-PREPAYMENT', 'ARPREPAYMENT'] },
}

/** Money received for a sales invoice; refunds, bills and payments of credits are none of our business. */
export function readPayment(record: unknown): Reading<LedgerPayment> {
  const type = textAt(record, 'PaymentType')
  if (type !== null && type !== 'ACCRECPAYMENT') return null
  return reading('payment', record, 'PaymentID', payment, (stated) => {
    const on = dayOf('Date', stated.DateString, stated.Date)
    if (on === null) throw new BadField('Date', 'missing')
    return {
      id: stated.PaymentID,
      customerId: stated.Invoice.Contact?.ContactID ?? null,
      on,
      deleted: stated.Status === 'DELETED',
      applied: [
        {
          invoiceId: stated.Invoice.InvoiceID,
          amount: amountOf('Amount', stated.Amount, stated.Invoice.CurrencyCode),
        },
      ],
    }
  })
}

/** The notes on an invoice, oldest first, with whatever else its history says. */
export function readHistory(body: unknown): readonly string[] {
  const read = history.safeParse(body)
  if (!read.success) throw new LedgerError('rejected', "Xero's answer has no HistoryRecords")
  const dated = read.data.HistoryRecords.map(({ Details, DateUTC }) => ({
    text: Details ?? '',
    at: DateUTC ? millisecondsOf(DateUTC) : 0,
  }))
  // Xero lists the newest first; a stable sort keeps that order turned round for notes of one instant.
  return dated.reverse().sort((one, other) => one.at - other.at).map(({ text }) => text) // prettier-ignore
}

export function readReminders(body: unknown): boolean | null {
  const read = z.object({ InvoiceReminders: z.array(z.object({ Enabled: z.boolean() })) }).safeParse(body)
  return read.success ? (read.data.InvoiceReminders[0]?.Enabled ?? null) : null
}

/** An address a customer may be sent to: only the web, never a script or a file. */
export function readOnlineInvoice(body: unknown): string | null {
  const read = z.object({ OnlineInvoices: z.array(z.object({ OnlineInvoiceUrl: z.string() })) }).safeParse(body)
  const url = read.success ? URL.parse(read.data.OnlineInvoices[0]?.OnlineInvoiceUrl ?? '') : null
  return url && /^https?:$/.test(url.protocol) ? url.href : null
}

const contactOfDocument = z.object({ ContactID: id, Name: z.string().nullish() })

const invoice = z.object({
  InvoiceID: id,
  Type: z.string(),
  Contact: contactOfDocument,
  InvoiceNumber: text,
  Reference: text,
  Status: z.string(),
  DateString: text,
  Date: text,
  DueDateString: text,
  DueDate: text,
  ExpectedPaymentDateString: text,
  ExpectedPaymentDate: text,
  FullyPaidOnDate: text,
  Total: decimal,
  AmountDue: decimal,
  CurrencyCode: currencyCode,
  UpdatedDateUTC: z.string(),
  BrandingThemeID: text,
})

const credit = z.object({
  Contact: contactOfDocument,
  Status: z.string(),
  RemainingCredit: decimal.nullish(),
  CurrencyCode: currencyCode,
})

const payment = z.object({
  PaymentID: id,
  DateString: words,
  Date: words,
  Amount: decimal,
  Status: z.string(),
  Invoice: z.object({
    InvoiceID: id,
    CurrencyCode: currencyCode,
    Contact: z.object({ ContactID: id }).nullish(),
  }),
})

const history = z.object({ HistoryRecords: z.array(z.object({ Details: z.string().nullish(), DateUTC: words })) })

const organisations = z.object({
  Organisations: z.array(
    z.object({
      OrganisationID: id,
      Name: z.string(),
      BaseCurrency: currencyCode,
      CountryCode: z.string().nullish(),
      Timezone: z.string().nullish(),
      IsDemoCompany: z.boolean().nullish(),
    }),
  ),
})

const typeOf = (record: unknown): string | null => textAt(record, 'Type')

function stateOf(status: string, amountDue: number): LedgerInvoice['state'] {
  switch (status) {
    case 'DRAFT':
    case 'SUBMITTED':
      return 'draft'
    case 'AUTHORISED':
      // AUTHORISED with nothing due exists for a moment while Xero moves an invoice to PAID.
      return amountDue > 0 ? 'open' : 'paid'
    case 'PAID':
      return 'paid'
    case 'VOIDED':
      return 'void'
    case 'DELETED':
      return 'deleted'
    default:
      throw new BadField('Status', `unknown status ${status.slice(0, 30)}`)
  }
}
