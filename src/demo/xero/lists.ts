import { decimalOf } from '../../chase/money.ts'
import type { BookCustomer, BookInvoice, Books } from '../books.ts'
import { parseModifiedSince, parseOrder, parsePaging, parseWhere, type XeroFields } from './query.ts'
import { amountDue, contactShape, creditShape, CREDITS, groupShape, invoiceShape, paymentId, paymentShape, statusOfCredit, statusOfInvoice, typeOfPayment, type XeroCredit, type XeroPayment, type XeroRecord } from './shapes.ts' // prettier-ignore

export type XeroQuery = Readonly<Record<string, string | undefined>>

/** One page of a list, already as JSON: `"Invoices":[…],"pagination":{…}` without the braces around. */
export type ListAnswer = { readonly json: string; readonly rows: number }

/** The answer would hold more than 100,000 rows, which Xero refuses with 400. */
export class TooManyRows extends Error {}

/** The lists of one company, with what is worth keeping between two pages of the same list. */
export class XeroLists {
  readonly #books: Books
  /** Lists as filtered and ordered, and pages as JSON, both for the books as they are. */
  readonly #kept = new Map<string, unknown>()

  constructor(books: Books) {
    this.#books = books
    // A note is on no list.
    books.onChange(({ entity }) => entity === 'note' || this.#kept.clear())
  }

  invoices(query: XeroQuery, modifiedSince: string | undefined): ListAnswer {
    const books = this.#books
    const summary = query['summaryOnly'] === 'true'
    return this.#answer(
      {
        name: 'Invoices',
        all: () => invoicesAskedFor(books, query['IDs']),
        fields: invoiceFields(books),
        defaultOrder: 'UpdatedDateUTC ASC, InvoiceID ASC',
        shape: (invoice, paged) => invoiceShape(books, invoice, summary || !paged ? 'summary' : 'paged'),
        filters: [
          among<BookInvoice>(query['ContactIDs'], ({ customerId }) => customerId),
          among<BookInvoice>(query['InvoiceNumbers'], ({ number }) => number ?? ''),
          among<BookInvoice>(query['Statuses'], (invoice) => statusOfInvoice(books, invoice)),
        ],
      },
      query,
      modifiedSince,
    )
  }

  contacts(query: XeroQuery, modifiedSince: string | undefined): ListAnswer {
    const books = this.#books
    const summary = query['summaryOnly'] === 'true'
    const balances = summary ? null : this.#keep('balances', () => balancesOf(books))
    const none = { outstanding: 0, overdue: 0 }
    return this.#answer(
      {
        name: 'Contacts',
        all: () => [...books.customers.values()],
        fields: contactFields,
        defaultOrder: 'UpdatedDateUTC ASC, ContactID ASC',
        shape: (customer, paged) => {
          const whole = contactShape(customer, balances ? (balances.get(customer.id) ?? none) : null)
          return paged ? whole : { ...whole, ContactPersons: [] }
        },
        filters: [
          among<BookCustomer>(query['IDs'], ({ id }) => id),
          query['includeArchived'] === 'true' ? null : ({ archived }) => !archived,
        ],
      },
      query,
      modifiedSince,
    )
  }

  contact(customer: BookCustomer): XeroRecord {
    const balances = this.#keep('balances', () => balancesOf(this.#books))
    return contactShape(customer, balances.get(customer.id) ?? { outstanding: 0, overdue: 0 })
  }

  credits(
    list: (typeof CREDITS)[keyof typeof CREDITS]['list'],
    query: XeroQuery,
    modifiedSince: string | undefined,
  ): ListAnswer {
    const books = this.#books
    return this.#answer(
      {
        name: list,
        all: () => creditsOf(books).filter(({ kind }) => CREDITS[kind].list === list),
        fields: creditFields(books, CREDITS),
        defaultOrder: 'UpdatedDateUTC ASC',
        shape: (credit) => creditShape(books, credit),
        filters: [],
      },
      query,
      modifiedSince,
    )
  }

  payments(query: XeroQuery, modifiedSince: string | undefined): ListAnswer {
    const books = this.#books
    return this.#answer(
      {
        name: 'Payments',
        all: () =>
          [...books.payments.values()].flatMap((payment) => payment.applied.map((applied) => ({ payment, applied }))),
        fields: paymentFields(books),
        defaultOrder: 'UpdatedDateUTC ASC',
        shape: (payment) => paymentShape(books, payment),
        filters: [],
      },
      query,
      modifiedSince,
    )
  }

  groups(): ListAnswer {
    const names = new Set([...this.#books.customers.values()].flatMap(({ groups }) => groups))
    const groups = [...names].sort().map((name) => ({ ...groupShape(name), Contacts: [] }))
    return { json: `"ContactGroups":${JSON.stringify(groups)}`, rows: groups.length }
  }

  #answer<T>(list: XeroList<T>, query: XeroQuery, modifiedSince: string | undefined): ListAnswer {
    const paging = parsePaging(query)
    const filters = Object.entries(query).filter(([name]) => name !== 'page' && name !== 'pageSize')
    const asked = JSON.stringify([list.name, filters.sort(([one], [other]) => (one < other ? -1 : 1)), modifiedSince])
    const rows = this.#keep(asked, () => selected(list, query, parseModifiedSince(modifiedSince)))
    if (!paging) {
      if (rows.length > 100_000) throw new TooManyRows()
      return { json: `"${list.name}":${JSON.stringify(rows.map((row) => list.shape(row, false)))}`, rows: rows.length }
    }
    const { page, pageSize } = paging
    const json = this.#keep(`${asked} ${page} ${pageSize}`, () => {
      const part = rows.slice((page - 1) * pageSize, page * pageSize)
      const pageCount = Math.ceil(rows.length / pageSize)
      const pagination = { page, pageSize: pageSize, pageCount, itemCount: rows.length }
      const records = JSON.stringify(part.map((row) => list.shape(row, true)))
      return `"pagination":${JSON.stringify(pagination)},"${list.name}":${records}`
    })
    return { json, rows: rows.length }
  }

  /** Keeps what is costly to make until the books change; the oldest goes when there is too much of it. */
  #keep<T>(key: string, make: () => T): T {
    const found = this.#kept.get(key)
    if (found !== undefined) return found as T
    const made = make()
    const oldest = this.#kept.keys().next()
    if (this.#kept.size >= MOST_KEPT && !oldest.done) this.#kept.delete(oldest.value)
    this.#kept.set(key, made)
    return made
  }
}

/** Enough for every page of 100,000 invoices and their customers, and no more. */
const MOST_KEPT = 160

type XeroList<T> = {
  readonly name: string
  readonly all: () => T[]
  readonly fields: XeroFields<T>
  readonly defaultOrder: string
  readonly shape: (record: T, paged: boolean) => XeroRecord
  readonly filters: readonly (((record: T) => boolean) | null)[]
}

function selected<T>(list: XeroList<T>, query: XeroQuery, modifiedSince: number | null): T[] {
  const changedAt = list.fields['UpdatedDateUTC']
  const tests = list.filters.filter((test) => test !== null)
  if (query['where']) tests.push(parseWhere(query['where'], list.fields))
  if (modifiedSince !== null && changedAt) {
    tests.push((record) => Math.floor(Number(changedAt(record)) / 1000) * 1000 >= modifiedSince)
  }
  const found = list.all().filter((record) => tests.every((holds) => holds(record)))
  return found.sort(parseOrder(query['order'] || list.defaultOrder, list.fields))
}

/** By `IDs` without looking at all the others. */
function invoicesAskedFor(books: Books, ids: string | undefined): BookInvoice[] {
  if (!ids) return [...books.invoices.values()]
  const wanted = new Set(ids.split(',').map((id) => id.trim().toLowerCase()))
  return [...wanted].flatMap((id) => books.invoices.get(id) ?? [])
}

/** A comma list such as `IDs`; blank means no filter. Ids compare without case. */
function among<T>(list: string | undefined, read: (record: T) => string): ((record: T) => boolean) | null {
  if (!list) return null
  const wanted = new Set(list.split(',').map((one) => one.trim().toLowerCase()))
  return (record) => wanted.has(read(record).toLowerCase())
}

/** What a payment left over is an overpayment in Xero; a changed payment is listed on, so that its credit is seen to go. */
function creditsOf(books: Books): XeroCredit[] {
  const own = [...books.credits.values()].map((from): XeroCredit => ({ kind: from.kind, from }))
  const leftOver = [...books.payments.values()]
    .filter((payment) => payment.version > 0 || books.remaining(payment).minor > 0)
    .map((from): XeroCredit => ({ kind: 'overpayment', from }))
  return [...own, ...leftOver]
}

const invoiceFields = (books: Books): XeroFields<BookInvoice> => ({
  Type: ({ kind }) => (kind === 'sale' ? 'ACCREC' : 'ACCPAY'),
  Status: (invoice) => statusOfInvoice(books, invoice),
  InvoiceID: ({ id }) => id,
  InvoiceNumber: ({ number }) => number,
  Reference: ({ reference }) => reference,
  'Contact.ContactID': ({ customerId }) => customerId,
  'Contact.Name': ({ customerId }) => books.customer(customerId).name,
  Date: ({ issuedOn }) => issuedOn,
  DueDate: ({ dueOn }) => dueOn,
  AmountDue: (invoice) => amountDue(books, invoice),
  AmountPaid: (invoice) => books.paid(invoice.id),
  UpdatedDateUTC: ({ updatedAt }) => updatedAt.epochMilliseconds,
})

const contactFields: XeroFields<BookCustomer> = {
  ContactID: ({ id }) => id,
  Name: ({ name }) => name,
  EmailAddress: ({ email }) => email,
  ContactStatus: ({ archived }) => (archived ? 'ARCHIVED' : 'ACTIVE'),
  UpdatedDateUTC: ({ updatedAt }) => updatedAt.epochMilliseconds,
}

const creditFields = (books: Books, kinds: typeof CREDITS): XeroFields<XeroCredit> => ({
  Type: ({ kind }) => kinds[kind].type,
  Status: (credit) => statusOfCredit(books, credit),
  'Contact.ContactID': ({ from }) => from.customerId,
  Date: ({ from }) => ('on' in from ? from.on : from.issuedOn),
  UpdatedDateUTC: ({ from }) => from.updatedAt.epochMilliseconds,
})

const paymentFields = (books: Books): XeroFields<XeroPayment> => ({
  PaymentID: ({ payment, applied }) => paymentId(payment, applied.invoiceId),
  PaymentType: ({ applied }) => typeOfPayment(books.invoice(applied.invoiceId)),
  Status: ({ payment }) => (payment.deleted ? 'DELETED' : 'AUTHORISED'),
  Date: ({ payment }) => payment.on,
  'Invoice.InvoiceID': ({ applied }) => applied.invoiceId,
  UpdatedDateUTC: ({ payment }) => payment.updatedAt.epochMilliseconds,
})

/** What each customer owes, and what of it is overdue, in the base currency. */
function balancesOf(books: Books): Map<string, { outstanding: number; overdue: number }> {
  const today = books.now().toString().slice(0, 10)
  const balances = new Map<string, { outstanding: number; overdue: number }>()
  for (const invoice of books.invoices.values()) {
    if (invoice.kind !== 'sale' || invoice.total.currency !== books.company.baseCurrency) continue
    const due = decimalOf(books.balance(invoice.id))
    const owed = balances.get(invoice.customerId) ?? { outstanding: 0, overdue: 0 }
    owed.outstanding += due
    if (invoice.dueOn !== null && invoice.dueOn < today) owed.overdue += due
    balances.set(invoice.customerId, owed)
  }
  return balances
}
