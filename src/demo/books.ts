import { addDays, type Day } from '../chase/day.ts'
import { repeatableRandom } from '../chase/luck.ts'
import { money, type Money } from '../chase/money.ts'

/**
 * One company's books, as plainly as an accountant would draw them. The simulated Xero, the simulated
 * QuickBooks and the ledger in memory are three faces of this one model, so what a test does to the books
 * is what every face shows.
 */
export type Company = {
  readonly name: string
  readonly legalName: string
  readonly country: string
  readonly baseCurrency: string
  /** IANA. The QuickBooks face does not show it, as QuickBooks does not. */
  readonly timeZone: string
  readonly email: string
  /** The vendor's own reminders are on (Xero can say so). */
  ownReminders: boolean
  /** What its invoices are printed with; without it they carry the name and the e-mail address alone. */
  readonly letterhead?: Letterhead
}

export type Letterhead = {
  /** Street and town, one line each. */
  readonly address: readonly string[]
  readonly taxId: string
  readonly phone: string
  readonly bank: { readonly name: string; readonly account: string; readonly bic: string }
  /** Which tax the amounts include for customers at home, in percent. */
  readonly vatPercent: number
}

export type BookPerson = {
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  /** Copied on invoices. */
  readonly included: boolean
}

export type BookCustomer = {
  readonly id: string
  name: string
  firstName: string | null
  lastName: string | null
  /** May hold several addresses separated by commas or semicolons, as people do type them. */
  email: string | null
  phone: string | null
  people: BookPerson[]
  street: string | null
  postalCode: string | null
  taxId: string | null
  city: string | null
  region: string | null
  /** ISO 3166-1 alpha-2. */
  country: string | null
  currency: string
  /** Contact groups in Xero; the first one is the customer type in QuickBooks. */
  groups: string[]
  archived: boolean
  mergedIntoId: string | null
  notes: string
  updatedAt: Temporal.Instant
  version: number
}

export type BookInvoice = {
  readonly id: string
  customerId: string
  /** A bill is a purchase: it must never be chased. */
  readonly kind: 'sale' | 'bill'
  number: string | null
  reference: string | null
  issuedOn: Day | null
  dueOn: Day | null
  expectedOn: Day | null
  total: Money
  lines: { description: string; amount: Money }[]
  status: 'draft' | 'approved' | 'void' | 'deleted'
  /** Addresses on the invoice itself. */
  email: string | null
  updatedAt: Temporal.Instant
  version: number
}

export type BookPayment = {
  readonly id: string
  customerId: string
  on: Day
  amount: Money
  applied: { invoiceId: string; amount: Money }[]
  deleted: boolean
  updatedAt: Temporal.Instant
  version: number
}

export type BookCredit = {
  readonly id: string
  readonly kind: 'credit-note' | 'prepayment' | 'overpayment'
  customerId: string
  issuedOn: Day
  total: Money
  applied: { invoiceId: string; amount: Money }[]
  deleted: boolean
  updatedAt: Temporal.Instant
  version: number
}

export type BookNote = {
  readonly id: string
  readonly invoiceId: string
  readonly text: string
  /** QuickBooks keeps a tag beside the note. */
  readonly tag: string | null
  readonly at: Temporal.Instant
}

/** What changed, told to whoever listens (webhooks). Payments touch their invoices too. */
export type BookChange = {
  readonly entity: 'customer' | 'invoice' | 'payment' | 'credit' | 'note'
  readonly id: string
  readonly change: 'created' | 'updated' | 'deleted' | 'void' | 'merged'
  readonly at: Temporal.Instant
}

export type NewCustomer = Partial<Omit<BookCustomer, 'id' | 'updatedAt' | 'version'>> & { name: string; id?: string }
export type NewInvoice = Partial<Omit<BookInvoice, 'id' | 'updatedAt' | 'version' | 'total'>> & {
  customerId: string
  total: Money
  id?: string
}

export class Books {
  readonly company: Company
  readonly customers = new Map<string, BookCustomer>()
  readonly invoices = new Map<string, BookInvoice>()
  readonly payments = new Map<string, BookPayment>()
  readonly credits = new Map<string, BookCredit>()
  readonly notes: BookNote[] = []
  /** The books' clock: the demo's test clock, or a wall clock. */
  readonly now: () => Temporal.Instant
  readonly #nextId: () => string
  readonly #listeners = new Set<(change: BookChange) => void>()
  /** Which invoices each payment and credit touches, so that a balance costs no scan of all payments. */
  readonly #appliedTo = new Map<string, Set<BookPayment | BookCredit>>()
  readonly #notesOn = new Map<string, BookNote[]>()

  /** `nextId` gives the ids the vendor would: UUIDs for Xero, running numbers for QuickBooks. */
  constructor(company: Company, nextId: () => string, now: () => Temporal.Instant) {
    this.company = company
    this.#nextId = nextId
    this.now = now
  }

  /** Calls the listener after every change; returns how to stop. */
  onChange(listener: (change: BookChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  addCustomer(given: NewCustomer): BookCustomer {
    const customer: BookCustomer = {
      firstName: null, lastName: null, email: null, phone: null, people: [], street: null, postalCode: null,
      taxId: null, city: null, region: null, country: this.company.country, currency: this.company.baseCurrency, groups: [],
      archived: false, mergedIntoId: null, notes: '', ...given, id: given.id ?? this.#nextId(), updatedAt: this.now(), version: 0,
    } // prettier-ignore
    this.customers.set(customer.id, customer)
    this.#tell('customer', customer.id, 'created')
    return customer
  }

  updateCustomer(id: string, change: Partial<Omit<BookCustomer, 'id' | 'updatedAt' | 'version'>>): BookCustomer {
    const customer = this.customer(id)
    Object.assign(customer, change)
    this.#touch(customer)
    this.#tell('customer', id, change.mergedIntoId ? 'merged' : 'updated')
    return customer
  }

  /** Merges one customer into another: its documents move, the old record stays behind, archived and pointing on. */
  mergeCustomers(fromId: string, intoId: string): void {
    for (const invoice of this.invoices.values()) {
      if (invoice.customerId !== fromId) continue
      invoice.customerId = intoId
      this.#touch(invoice)
    }
    for (const money of [...this.payments.values(), ...this.credits.values()]) {
      if (money.customerId !== fromId) continue
      money.customerId = intoId
      this.#touch(money)
    }
    this.updateCustomer(fromId, { mergedIntoId: intoId, archived: true })
  }

  addInvoice(given: NewInvoice): BookInvoice {
    const invoice: BookInvoice = {
      kind: 'sale', number: null, reference: null, issuedOn: null,
      dueOn: given.issuedOn ? addDays(given.issuedOn, 30) : null, expectedOn: null,
      lines: [{ description: 'Services', amount: given.total }], status: 'approved', email: null,
      ...given, id: given.id ?? this.#nextId(), updatedAt: this.now(), version: 0,
    } // prettier-ignore
    this.invoices.set(invoice.id, invoice)
    this.#tell('invoice', invoice.id, 'created')
    return invoice
  }

  updateInvoice(id: string, change: Partial<Omit<BookInvoice, 'id' | 'kind' | 'updatedAt' | 'version'>>): BookInvoice {
    const invoice = this.invoice(id)
    Object.assign(invoice, change)
    this.#touch(invoice)
    const told = change.status === 'void' ? 'void' : change.status === 'deleted' ? 'deleted' : 'updated'
    this.#tell('invoice', id, told)
    return invoice
  }

  /** Records money received; by default all of an invoice's balance. The invoice changes too, as in both ledgers. */
  pay(invoiceId: string, on: Day, amount: Money = this.balance(invoiceId)): BookPayment {
    return this.receive(this.invoice(invoiceId).customerId, on, amount, [{ invoiceId, amount }])
  }

  /** Records money received and how it is applied; what is left over is unapplied. */
  receive(customerId: string, on: Day, amount: Money, applied: BookPayment['applied']): BookPayment {
    const payment: BookPayment = {
      id: this.#nextId(), customerId, on, amount, applied, deleted: false, updatedAt: this.now(), version: 0,
    } // prettier-ignore
    this.payments.set(payment.id, payment)
    this.#index(payment)
    this.#tell('payment', payment.id, 'created')
    this.#touchApplied(applied)
    return payment
  }

  /** Takes a payment back, as when a bank returns it: its invoices are open again. */
  deletePayment(id: string): void {
    const payment = this.payments.get(id)
    if (!payment) throw new RangeError(`no payment ${id}`)
    payment.deleted = true
    this.#touch(payment)
    this.#tell('payment', id, 'deleted')
    this.#touchApplied(payment.applied)
  }

  addCredit(
    kind: BookCredit['kind'],
    customerId: string,
    issuedOn: Day,
    total: Money,
    applied: BookCredit['applied'] = [],
  ): BookCredit {
    const credit: BookCredit = {
      id: this.#nextId(), kind, customerId, issuedOn, total, applied, deleted: false, updatedAt: this.now(), version: 0,
    } // prettier-ignore
    this.credits.set(credit.id, credit)
    this.#index(credit)
    this.#tell('credit', credit.id, 'created')
    this.#touchApplied(applied)
    return credit
  }

  /** Applies a part of a payment that came without an invoice, or with more than it. */
  applyPayment(paymentId: string, invoiceId: string, amount: Money): void {
    const payment = this.payments.get(paymentId)
    if (!payment) throw new RangeError(`no payment ${paymentId}`)
    payment.applied.push({ invoiceId, amount })
    this.#index(payment)
    this.#touch(payment)
    this.#tell('payment', paymentId, 'updated')
    this.#touchApplied([{ invoiceId }])
  }

  applyCredit(creditId: string, invoiceId: string, amount: Money): void {
    const credit = this.credits.get(creditId)
    if (!credit) throw new RangeError(`no credit ${creditId}`)
    credit.applied.push({ invoiceId, amount })
    this.#index(credit)
    this.#touch(credit)
    this.#tell('credit', creditId, 'updated')
    this.#touchApplied([{ invoiceId }])
  }

  addNote(invoiceId: string, text: string, tag: string | null = null): BookNote {
    const note: BookNote = { id: this.#nextId(), invoiceId, text, tag, at: this.now() }
    this.notes.push(note)
    const there = this.#notesOn.get(invoiceId)
    if (there) there.push(note)
    else this.#notesOn.set(invoiceId, [note])
    this.#tell('note', note.id, 'created')
    return note
  }

  notesOn(invoiceId: string): BookNote[] {
    return [...(this.#notesOn.get(invoiceId) ?? [])]
  }

  customer(id: string): BookCustomer {
    const customer = this.customers.get(id)
    if (!customer) throw new RangeError(`no customer ${id}`)
    return customer
  }

  invoice(id: string): BookInvoice {
    const invoice = this.invoices.get(id)
    if (!invoice) throw new RangeError(`no invoice ${id}`)
    return invoice
  }

  /** What is still due: nothing on a void, deleted or draft invoice. */
  balance(invoiceId: string): Money {
    const invoice = this.invoice(invoiceId)
    if (invoice.status !== 'approved') return money(0, invoice.total.currency)
    return money(invoice.total.minor - this.paid(invoiceId) - this.credited(invoiceId), invoice.total.currency)
  }

  /** Minor units paid on an invoice by payments. */
  paid(invoiceId: string): number {
    return this.#applied(invoiceId, (from) => !('kind' in from))
  }

  /** Minor units settled on an invoice by credit notes, prepayments and overpayments. */
  credited(invoiceId: string): number {
    return this.#applied(invoiceId, (from) => 'kind' in from)
  }

  /** Payments and credits applied to an invoice, deleted ones left out. */
  appliedTo(invoiceId: string): (BookPayment | BookCredit)[] {
    return [...(this.#appliedTo.get(invoiceId) ?? [])].filter((from) => !from.deleted)
  }

  /** The day the last of it was paid, or null while something is due. */
  settledOn(invoiceId: string): Day | null {
    const invoice = this.invoice(invoiceId)
    if (invoice.status !== 'approved' || this.balance(invoiceId).minor > 0) return null
    const days = this.appliedTo(invoiceId).map((from) => ('on' in from ? from.on : from.issuedOn))
    return days.sort().at(-1) ?? invoice.issuedOn
  }

  /** What is not applied of a payment or credit. */
  remaining(from: BookPayment | BookCredit): Money {
    const total = 'amount' in from ? from.amount : from.total
    if (from.deleted) return money(0, total.currency)
    return money(total.minor - from.applied.reduce((sum, { amount }) => sum + amount.minor, 0), total.currency)
  }

  #applied(invoiceId: string, counts: (from: BookPayment | BookCredit) => boolean): number {
    let sum = 0
    for (const from of this.#appliedTo.get(invoiceId) ?? []) {
      if (from.deleted || !counts(from)) continue
      for (const { invoiceId: to, amount } of from.applied) if (to === invoiceId) sum += amount.minor
    }
    return sum
  }

  #index(from: BookPayment | BookCredit): void {
    for (const { invoiceId } of from.applied) {
      const all = this.#appliedTo.get(invoiceId) ?? new Set()
      all.add(from)
      this.#appliedTo.set(invoiceId, all)
    }
  }

  #touchApplied(applied: readonly { invoiceId: string }[]): void {
    for (const { invoiceId } of applied) {
      this.#touch(this.invoice(invoiceId))
      this.#tell('invoice', invoiceId, 'updated')
    }
  }

  #touch(record: { updatedAt: Temporal.Instant; version: number }): void {
    record.updatedAt = this.now()
    record.version += 1
  }

  #tell(entity: BookChange['entity'], id: string, change: BookChange['change']): void {
    const told: BookChange = { entity, id, change, at: this.now() }
    for (const listener of this.#listeners) listener(told)
  }
}

/** Running numbers as QuickBooks gives them: '1', '2', … */
export function runningIds(first = 1): () => string {
  let next = first
  return () => String(next++)
}

/** Repeatable ids in the shape of a version 4 UUID, as Xero gives them. */
export function repeatableUuids(seed: number): () => string {
  const random = repeatableRandom(seed)
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('')
  return () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[Math.floor(random() * 4)]}${hex(3)}-${hex(12)}`
}
