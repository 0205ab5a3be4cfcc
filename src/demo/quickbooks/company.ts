import { decimalOf, money, type Money } from '../../chase/money.ts'
import type { BookCredit, BookCustomer, BookInvoice, BookNote, Books } from '../books.ts'
import { notFound } from './refusals.ts'
import { byId, select, type Field, type Fields, type Query } from './query.ts'
import {
  attachableShape,
  companyInfoShape,
  creditMemoShape,
  customerShape,
  customerTypeShape,
  deletedShape,
  invoiceShape,
  isActive,
  paymentRows,
  paymentShape,
  preferencesShape,
  type PaymentRow,
  type Shape,
} from './shapes.ts'

/** One company as QuickBooks shows it: the books, entity by entity, and what QuickBooks keeps beside them. */
export class SimulatedCompany {
  readonly organisationId: string
  readonly books: Books
  /** Answers to writes by their requestid, given again when the same one comes back. */
  readonly replays = new Map<string, Shape>()
  readonly #entities: ReadonlyMap<string, Entity<unknown>>
  /** Rows of recent queries: paging through 100,000 rows must not select and sort them for every page. */
  readonly #selected = new Map<string, readonly unknown[]>()
  readonly #typeIds = new Map<string, string>()
  readonly #sentAlong = new Set<string>()
  #balances: ReadonlyMap<string, number> | null = null

  constructor(organisationId: string, books: Books) {
    this.organisationId = organisationId
    this.books = books
    this.#entities = entitiesOf(this)
    books.onChange(() => {
      this.#selected.clear()
      this.#balances = null
    })
  }

  /** Rows of a query: all that fit, in order. */
  select(query: Query): readonly unknown[] {
    const entity = this.entity(query.entity)
    if (!entity) return []
    const key = JSON.stringify([query.entity.toLowerCase(), query.where, query.orderBy])
    const known = this.#selected.get(key)
    if (known) return known
    const asksForActive = query.where.some(({ field }) => field.toLowerCase() === 'active')
    const rows = entity.isActive && !asksForActive ? [...entity.rows()].filter(entity.isActive) : [...entity.rows()]
    const ordered = query.orderBy.length > 0 ? rows : rows.sort((a, b) => byId(entity.id(a), entity.id(b)))
    const found = select(query, entity.fields, ordered)
    if (this.#selected.size >= 4) this.#selected.clear()
    this.#selected.set(key, found)
    return found
  }

  entity(name: string): Entity<unknown> | undefined {
    return this.#entities.get(name.toLowerCase())
  }

  /** One record as JSON. Throws the fault for one that is not there. */
  read(name: string, id: string): Shape {
    const entity = this.entity(name)
    const row = entity?.find(id)
    if (!entity || row === undefined) throw notFound()
    return entity.shape(row)
  }

  /** What changed since an instant, at most 1,000 records, deleted ones last. */
  changedSince(name: string, since: Temporal.Instant): readonly Shape[] {
    const entity = this.entity(name)
    if (!entity) return []
    const live: { at: Temporal.Instant; shape: () => Shape }[] = []
    const gone: Shape[] = []
    for (const row of entity.everyRow()) {
      const at = entity.changedAt(row)
      if (Temporal.Instant.compare(at, since) < 0) continue
      if (entity.isGone(row)) gone.push(deletedShape(entity.id(row), at))
      else live.push({ at, shape: () => entity.shape(row) })
    }
    live.sort((a, b) => Temporal.Instant.compare(a.at, b.at))
    return [...live.slice(0, MOST_CHANGES).map(({ shape }) => shape()), ...gone].slice(0, MOST_CHANGES)
  }

  /** The customer type of a customer: its first group. */
  customerTypeId(customer: BookCustomer): string | null {
    const [name] = customer.groups
    return name === undefined ? null : this.#typeId(name)
  }

  customerTypes(): { id: string; name: string }[] {
    for (const { groups } of this.books.customers.values()) if (groups[0] !== undefined) this.#typeId(groups[0])
    return [...this.#typeIds].map(([name, id]) => ({ id, name }))
  }

  /** What a customer owes on all its invoices. */
  balanceOf(customer: BookCustomer): Money {
    this.#balances ??= balancesOf(this.books)
    return money(this.#balances.get(customer.id) ?? 0, customer.currency)
  }

  addNote(invoiceId: string, text: string, tag: string | null, includeOnSend: boolean): BookNote {
    const note = this.books.addNote(invoiceId, text, tag)
    if (includeOnSend) this.#sentAlong.add(note.id)
    return note
  }

  isSentAlong(note: BookNote): boolean {
    return this.#sentAlong.has(note.id)
  }

  #typeId(name: string): string {
    const id = this.#typeIds.get(name) ?? String(1_000_000 + this.#typeIds.size + 1)
    this.#typeIds.set(name, id)
    return id
  }
}

/** Intuit's most in one answer of change data capture. */
const MOST_CHANGES = 1000

/** An invoice that QuickBooks knows of: it has no drafts, and bills are another thing. */
export const isShown = (invoice: BookInvoice): boolean => invoice.kind === 'sale' && invoice.status !== 'draft'

type Entity<Row> = {
  readonly name: string
  readonly fields: Fields<Row>
  /** What queries see. */
  rows(): Iterable<Row>
  /** With what was deleted. */
  everyRow(): Iterable<Row>
  find(id: string): Row | undefined
  id(row: Row): string
  changedAt(row: Row): Temporal.Instant
  isGone(row: Row): boolean
  shape(row: Row): Shape
  /** Set where queries hide what was made inactive unless they ask for it. */
  readonly isActive?: (row: Row) => boolean
}

function balancesOf(books: Books): ReadonlyMap<string, number> {
  const balances = new Map<string, number>()
  for (const invoice of books.invoices.values()) {
    if (!isShown(invoice)) continue
    const { minor } = books.balance(invoice.id)
    if (minor !== 0) balances.set(invoice.customerId, (balances.get(invoice.customerId) ?? 0) + minor)
  }
  return balances
}

function entitiesOf(company: SimulatedCompany): ReadonlyMap<string, Entity<unknown>> {
  const entities = [
    erased(invoices(company.books)),
    erased(customers(company)),
    erased(payments(company.books)),
    erased(creditMemos(company.books)),
    erased(customerTypes(company)),
    erased(attachables(company)),
    erased(single('CompanyInfo', company.books, (at) => companyInfoShape(company.books, at))),
    erased(single('Preferences', company.books, (at) => preferencesShape(company.books, at))),
  ]
  return new Map(entities.map((entity) => [entity.name.toLowerCase(), entity]))
}

/** Each entity only ever gets rows of its own making, so their type need not be known outside. */
const erased = <Row>(entity: Entity<Row>): Entity<unknown> => entity as unknown as Entity<unknown>

const isGone = (invoice: BookInvoice): boolean => invoice.status === 'deleted'

function invoices(books: Books): Entity<BookInvoice> {
  const shown = function* (): Generator<BookInvoice> {
    for (const invoice of books.invoices.values()) if (isShown(invoice)) yield invoice
  }
  return {
    name: 'Invoice',
    fields: {
      entity: 'Invoice',
      asked: {
        ...common<BookInvoice>(),
        docnumber: { kind: 'text', value: ({ number }) => number },
        txndate: { kind: 'text', value: ({ issuedOn }) => issuedOn },
        duedate: { kind: 'text', value: ({ dueOn }) => dueOn },
        customerref: { kind: 'text', value: ({ customerId }) => customerId },
        balance: { kind: 'number', value: ({ id }) => decimalOf(books.balance(id)) },
        totalamt: { kind: 'number', value: ({ status, total }) => (status === 'void' ? 0 : decimalOf(total)) },
      },
      others: ['BillEmail', 'PrivateNote', 'LinkedTxn', 'CurrencyRef', 'EmailStatus', 'InvoiceLink', 'Line'],
    },
    *rows() {
      for (const invoice of shown()) if (!isGone(invoice)) yield invoice
    },
    everyRow: shown,
    find: (id) => {
      const invoice = books.invoices.get(id)
      return invoice && isShown(invoice) && !isGone(invoice) ? invoice : undefined
    },
    id: ({ id }) => id,
    changedAt: ({ updatedAt }) => updatedAt,
    isGone,
    shape: (invoice) => invoiceShape(books, invoice),
  }
}

function customers(company: SimulatedCompany): Entity<BookCustomer> {
  const { books } = company
  return {
    name: 'Customer',
    fields: {
      entity: 'Customer',
      asked: {
        ...common<BookCustomer>(),
        active: { kind: 'boolean', value: isActive },
        displayname: { kind: 'text', value: ({ name }) => name },
        companyname: { kind: 'text', value: ({ name }) => name },
        givenname: { kind: 'text', value: ({ firstName }) => firstName },
        familyname: { kind: 'text', value: ({ lastName }) => lastName },
        balance: { kind: 'number', value: (customer) => decimalOf(company.balanceOf(customer)) },
      },
      others: ['Notes', 'Taxable', 'CustomerTypeRef', 'ParentRef', 'BillAddr', 'CurrencyRef'],
    },
    rows: () => books.customers.values(),
    everyRow: () => books.customers.values(),
    find: (id) => books.customers.get(id),
    id: ({ id }) => id,
    changedAt: ({ updatedAt }) => updatedAt,
    isGone: () => false,
    isActive,
    shape: (customer) => customerShape(customer, company.balanceOf(customer), company.customerTypeId(customer)),
  }
}

function payments(books: Books): Entity<PaymentRow> {
  return {
    name: 'Payment',
    fields: {
      entity: 'Payment',
      asked: {
        ...common<PaymentRow>(),
        txndate: { kind: 'text', value: ({ on }) => on },
        customerref: { kind: 'text', value: ({ customerId }) => customerId },
        totalamt: { kind: 'number', value: ({ total }) => decimalOf(total) },
      },
      others: ['UnappliedAmt', 'Line', 'CurrencyRef', 'PrivateNote'],
    },
    *rows() {
      for (const row of paymentRows(books)) if (!row.deleted) yield row
    },
    everyRow: () => paymentRows(books),
    find: (id) => [...paymentRows(books)].find((row) => row.id === id && !row.deleted),
    id: ({ id }) => id,
    changedAt: ({ updatedAt }) => updatedAt,
    isGone: ({ deleted }) => deleted,
    shape: (row) => paymentShape(books, row),
  }
}

function creditMemos(books: Books): Entity<BookCredit> {
  const every = function* (): Generator<BookCredit> {
    for (const credit of books.credits.values()) if (credit.kind === 'credit-note') yield credit
  }
  return {
    name: 'CreditMemo',
    fields: {
      entity: 'CreditMemo',
      asked: {
        ...common<BookCredit>(),
        txndate: { kind: 'text', value: ({ issuedOn }) => issuedOn },
        customerref: { kind: 'text', value: ({ customerId }) => customerId },
        balance: { kind: 'number', value: (credit) => decimalOf(books.remaining(credit)) },
        totalamt: { kind: 'number', value: ({ total }) => decimalOf(total) },
      },
      others: ['RemainingCredit', 'Line', 'CurrencyRef'],
    },
    *rows() {
      for (const credit of every()) if (!credit.deleted) yield credit
    },
    everyRow: every,
    find: (id) => [...every()].find((credit) => credit.id === id && !credit.deleted),
    id: ({ id }) => id,
    changedAt: ({ updatedAt }) => updatedAt,
    isGone: ({ deleted }) => deleted,
    shape: (credit) => creditMemoShape(books, credit),
  }
}

type TypeRow = { readonly id: string; readonly name: string; readonly updatedAt: Temporal.Instant }

function customerTypes(company: SimulatedCompany): Entity<TypeRow> {
  const rows = (): TypeRow[] => company.customerTypes().map((type) => ({ ...type, updatedAt: company.books.now() }))
  return {
    name: 'CustomerType',
    fields: {
      entity: 'CustomerType',
      asked: {
        ...common<TypeRow>(),
        name: { kind: 'text', value: ({ name }) => name },
        active: { kind: 'boolean', value: () => true },
      },
      others: [],
    },
    rows,
    everyRow: rows,
    find: (id) => rows().find((row) => row.id === id),
    id: ({ id }) => id,
    changedAt: ({ updatedAt }) => updatedAt,
    isGone: () => false,
    shape: ({ id, name, updatedAt }) => customerTypeShape(id, name, updatedAt),
  }
}

function attachables(company: SimulatedCompany): Entity<BookNote> {
  const { books } = company
  return {
    name: 'Attachable',
    fields: {
      entity: 'Attachable',
      asked: {
        id: { kind: 'id', value: ({ id }) => id },
        'metadata.createtime': { kind: 'time', value: ({ at }) => at },
        'metadata.lastupdatedtime': { kind: 'time', value: ({ at }) => at },
        tag: { kind: 'text', value: ({ tag }) => tag },
        note: { kind: 'text', value: ({ text }) => text },
        'attachableref.entityref.type': { kind: 'text', value: () => 'Invoice' },
        'attachableref.entityref.value': { kind: 'text', value: ({ invoiceId }) => invoiceId },
      },
      others: ['FileName', 'EntityRef', 'AttachableRef'],
    },
    rows: () => books.notes,
    everyRow: () => books.notes,
    find: (id) => books.notes.find((note) => note.id === id),
    id: ({ id }) => id,
    changedAt: ({ at }) => at,
    isGone: () => false,
    shape: (note) => attachableShape(note, company.isSentAlong(note)),
  }
}

type SingleRow = { readonly id: string; readonly updatedAt: Temporal.Instant }

/** What a company has one of. */
function single(name: string, books: Books, shape: (at: Temporal.Instant) => Shape): Entity<SingleRow> {
  const rows = (): SingleRow[] => [{ id: '1', updatedAt: books.now() }]
  return {
    name,
    fields: { entity: name, asked: common<SingleRow>(), others: [] },
    rows,
    everyRow: rows,
    // Company info is asked for by the id of the company.
    find: () => rows()[0],
    id: ({ id }) => id,
    changedAt: ({ updatedAt }) => updatedAt,
    isGone: () => false,
    shape: ({ updatedAt }) => shape(updatedAt),
  }
}

const common = <Row extends { readonly id: string; readonly updatedAt: Temporal.Instant }>(): Record<
  string,
  Field<Row>
> => ({
  id: { kind: 'id', value: ({ id }) => id },
  'metadata.lastupdatedtime': { kind: 'time', value: ({ updatedAt }) => updatedAt },
  'metadata.createtime': { kind: 'time', value: ({ updatedAt }) => updatedAt },
})
