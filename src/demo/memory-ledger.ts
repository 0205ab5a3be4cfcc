import {
  LedgerError,
  type Ledger,
  type LedgerChanges,
  type LedgerCredit,
  type LedgerCustomer,
  type LedgerInvoice,
  type LedgerKind,
  type LedgerNote,
  type LedgerPage,
  type LedgerPayment,
  type LedgerPerson,
} from '../ledgers/ledger.ts'
import type { BookCredit, BookCustomer, BookInvoice, BookPayment, Books } from './books.ts'
import { invoicePdf } from './invoice-pdf.ts'

/** The promises that `faults` can break, by the method's name. */
export type LedgerMethod = Exclude<keyof Ledger, 'kind'>

/**
 * Hooks around every call, and around every page of a list. Throwing from `before` is a call that never arrived;
 * throwing from `after` is one that did its work and whose answer was lost.
 */
export type LedgerFaults = {
  readonly before?: (method: LedgerMethod) => Promise<void> | void
  readonly after?: (method: LedgerMethod) => Promise<void> | void
}

export type MemoryLedgerOptions = {
  readonly organisationId: string
  readonly kind?: LedgerKind
  readonly faults?: LedgerFaults
  /** Records per page, 100 unless said. */
  readonly pageSize?: number
  /** The longest note it keeps, in characters; 2,500 unless said, as in Xero. */
  readonly noteCharacters?: number
}

/**
 * The books as a ledger, without a network: what flow tests and the simulation run on.
 *
 * It keeps every promise of the port, gives copies and never the books' own records, and leaves its notes in the
 * books, so that several of these over one set of books agree. Throws LedgerError('not-found') for the PDF, pay link
 * or notes of an invoice that is not there.
 */
export function createMemoryLedger(books: Books, options: MemoryLedgerOptions): Ledger {
  const { organisationId, kind = 'xero', faults = {}, pageSize = 100, noteCharacters = 2500 } = options

  const call = async <T>(method: LedgerMethod, answer: () => T | Promise<T>): Promise<T> => {
    await faults.before?.(method)
    const answered = await answer()
    await faults.after?.(method)
    return answered
  }

  /** The place to go on from is the last record of a page, which stays where it is whatever becomes of the others. */
  async function* pages<Record extends { readonly id: string }, T>(
    method: LedgerMethod,
    all: readonly Record[],
    wanted: (record: Record) => boolean,
    stated: (record: Record) => T | null,
    resumeFrom: string | undefined,
  ): AsyncGenerator<LedgerPage<T>> {
    const first = resumeFrom === undefined ? 0 : all.findIndex(({ id }) => id === resumeFrom) + 1
    const listed = all.slice(first).filter(wanted)
    for (let start = 0; start === 0 || start < listed.length; start += pageSize) {
      const page = listed.slice(start, start + pageSize)
      // Which records is settled at the start, what they say when their page is asked for.
      yield await call(method, () => ({
        items: page.flatMap((record) => stated(record) ?? []),
        defects: [],
        resumeFrom: start + pageSize < listed.length ? (page.at(-1)?.id ?? null) : null,
      }))
    }
  }

  const sales = (): BookInvoice[] => [...books.invoices.values()].filter(({ kind }) => kind === 'sale')
  const asSale = (invoice: BookInvoice): LedgerInvoice => statedInvoice(books, invoice)
  const existing = (id: string): BookInvoice => {
    const invoice = books.invoices.get(id)
    if (invoice && isSale(invoice) && invoice.status !== 'deleted') return invoice
    throw new LedgerError('not-found', `no invoice ${id}`, { status: 404 })
  }

  return {
    kind,
    organisation: () =>
      call('organisation', () => ({
        id: organisationId,
        name: books.company.name,
        country: books.company.country,
        baseCurrency: books.company.baseCurrency,
        timeZone: books.company.timeZone,
        isDemo: false,
      })),

    openInvoices(resumeFrom) {
      const isOpen = (invoice: BookInvoice): boolean => stateOf(books, invoice) === 'open'
      return pages('openInvoices', sales(), isOpen, (invoice) => (isOpen(invoice) ? asSale(invoice) : null), resumeFrom)
    },
    settledInvoices(since, resumeFrom) {
      const settled = (invoice: BookInvoice): boolean =>
        stateOf(books, invoice) === 'paid' && invoice.issuedOn !== null && invoice.issuedOn >= since
      return pages('settledInvoices', sales(), settled, asSale, resumeFrom)
    },
    customers: (resumeFrom) =>
      pages('customers', [...books.customers.values()], () => true, statedCustomer, resumeFrom),
    credits(resumeFrom) {
      const hasMore = ({ remaining }: LedgerCredit): boolean => remaining.minor > 0
      return pages(
        'credits',
        allCredits(books, () => true),
        hasMore,
        (credit) => credit,
        resumeFrom,
      )
    },
    payments(since, resumeFrom) {
      const received = (payment: BookPayment): boolean => !payment.deleted && payment.on >= since
      const stated = (payment: BookPayment): LedgerPayment | null => statedPayment(books, payment)
      return pages('payments', [...books.payments.values()], received, stated, resumeFrom)
    },
    changes: (since) => changePages(books, since, pageSize, (answer) => call('changes', answer)),

    invoices: (ids) =>
      call('invoices', () => {
        const found = new Map<string, LedgerInvoice | null>()
        for (const id of ids) {
          const invoice = books.invoices.get(id)
          found.set(id, invoice && isSale(invoice) && invoice.status !== 'deleted' ? asSale(invoice) : null)
        }
        return found
      }),
    customer: (id) =>
      call('customer', () => {
        const customer = books.customers.get(id)
        return customer ? statedCustomer(customer) : null
      }),
    creditsChanged: (since) =>
      call('creditsChanged', () => ({
        credits: allCredits(books, ({ updatedAt }) => Temporal.Instant.compare(updatedAt, since) >= 0),
        removed: [],
        defects: [],
      })),
    creditsOf: (customerId) => call('creditsOf', () => openCredits(books, (from) => from.customerId === customerId)),

    pdf: (invoiceId) => call('pdf', () => invoicePdf(books, existing(invoiceId).id)),
    payLink: (invoiceId) =>
      call('payLink', () =>
        stateOf(books, existing(invoiceId)) === 'open' ? `https://pay.puntual.example/${invoiceId}` : null,
      ),

    writeNote: (note) => call('writeNote', () => leaveNote(books, existing(note.invoiceId).id, note, noteCharacters)),
    notes: (invoiceId) => call('notes', () => books.notesOn(existing(invoiceId).id).map(({ text }) => text)),

    writeExpectedDay: (invoiceId, on) =>
      call('writeExpectedDay', () => {
        const invoice = existing(invoiceId)
        // As Xero: what has money on it is changed no more.
        if (books.paid(invoice.id) > 0 || books.credited(invoice.id) > 0) return 'not-kept'
        books.updateInvoice(invoice.id, { expectedOn: on })
        return 'written'
      }),

    ownReminders: () => call('ownReminders', () => books.company.ownReminders),
  }
}

const isSale = (invoice: BookInvoice): boolean => invoice.kind === 'sale'

function stateOf(books: Books, invoice: BookInvoice): LedgerInvoice['state'] {
  if (invoice.status !== 'approved') return invoice.status
  return books.balance(invoice.id).minor > 0 ? 'open' : 'paid'
}

function statedInvoice(books: Books, invoice: BookInvoice): LedgerInvoice {
  const state = stateOf(books, invoice)
  return {
    id: invoice.id,
    customerId: invoice.customerId,
    customerName: books.customer(invoice.customerId).name,
    number: invoice.number,
    reference: invoice.reference,
    issuedOn: invoice.issuedOn,
    dueOn: invoice.dueOn,
    total: { ...invoice.total },
    balance: books.balance(invoice.id),
    state,
    paidOn: state === 'paid' ? books.settledOn(invoice.id) : null,
    expectedOn: invoice.expectedOn,
    emails: addressesIn(invoice.email),
    version: `${invoice.version}-${invoice.updatedAt.epochMilliseconds}`,
    changedAt: invoice.updatedAt,
  }
}

function statedCustomer(customer: BookCustomer): LedgerCustomer {
  const mainName = [customer.firstName, customer.lastName].filter((part) => part !== null).join(' ')
  const people: LedgerPerson[] = [
    ...addressesIn(customer.email).map((email) => ({ name: mainName || null, email, role: 'main' as const })),
    ...customer.people.flatMap(({ firstName, lastName, email, included }) =>
      addressesIn(email).map((address) => ({
        name: `${firstName} ${lastName}`.trim() || null,
        email: address,
        role: included ? ('copied' as const) : ('other' as const),
      })),
    ),
  ]
  return {
    id: customer.id,
    name: customer.name,
    state: customer.mergedIntoId !== null ? 'merged' : customer.archived ? 'archived' : 'active',
    mergedIntoId: customer.mergedIntoId,
    firstName: customer.firstName,
    people,
    phone: customer.phone,
    country: customer.country,
    region: customer.region,
    groups: [...customer.groups],
    billedToId: null,
    changedAt: customer.updatedAt,
  }
}

/** The addresses in a field into which people type several, with or without names around them. */
const addressesIn = (field: string | null): string[] => field?.match(/[^\s<>,;:"]+@[^\s<>,;:"]+/g) ?? []

const openCredits = (books: Books, wanted: (from: BookCredit | BookPayment) => boolean): LedgerCredit[] =>
  allCredits(books, wanted).filter(({ remaining }) => remaining.minor > 0)

function allCredits(books: Books, wanted: (from: BookCredit | BookPayment) => boolean): LedgerCredit[] {
  const credits = [...books.credits.values()].filter(wanted).map((credit) => statedCredit(books, credit))
  const payments = [...books.payments.values()].filter(wanted).map((payment) => unappliedPart(books, payment))
  return [...credits, ...payments]
}

const statedCredit = (books: Books, credit: BookCredit): LedgerCredit => ({
  id: credit.id,
  kind: credit.kind,
  customerId: credit.customerId,
  remaining: books.remaining(credit),
})

const unappliedPart = (books: Books, payment: BookPayment): LedgerCredit => ({
  id: payment.id,
  kind: 'unapplied-payment',
  customerId: payment.customerId,
  remaining: books.remaining(payment),
})

/** A payment with what it settles of sales; null when it paid bills alone. */
function statedPayment(books: Books, payment: BookPayment): LedgerPayment | null {
  const applied = payment.applied.filter(({ invoiceId }) => isSale(books.invoice(invoiceId)))
  if (applied.length === 0 && payment.applied.length > 0) return null
  return {
    id: payment.id,
    customerId: payment.customerId,
    on: payment.on,
    deleted: payment.deleted,
    applied: applied.map(({ invoiceId, amount }) => ({ invoiceId, amount: { ...amount } })),
  }
}

type Changed =
  | { kind: 'customer'; record: BookCustomer }
  | { kind: 'invoice'; record: BookInvoice }
  | { kind: 'payment'; record: BookPayment }
  | { kind: 'credit'; record: BookCredit }

/** Everything touched at or after `since`, customers first so that an invoice never arrives before its customer. */
async function* changePages(
  books: Books,
  since: Temporal.Instant,
  pageSize: number,
  call: (answer: () => LedgerChanges) => Promise<LedgerChanges>,
): AsyncGenerator<LedgerChanges> {
  const changed = changedSince(books, since)
  for (let start = 0; start === 0 || start < changed.length; start += pageSize) {
    yield await call(() => statedChanges(books, changed.slice(start, start + pageSize)))
  }
}

function changedSince(books: Books, since: Temporal.Instant): Changed[] {
  const touched = ({ updatedAt }: { updatedAt: Temporal.Instant }): boolean =>
    Temporal.Instant.compare(updatedAt, since) >= 0
  const changed: Changed[] = []
  for (const record of books.customers.values()) if (touched(record)) changed.push({ kind: 'customer', record })
  for (const record of books.invoices.values()) {
    if (isSale(record) && touched(record)) changed.push({ kind: 'invoice', record })
  }
  for (const record of books.payments.values()) if (touched(record)) changed.push({ kind: 'payment', record })
  for (const record of books.credits.values()) if (touched(record)) changed.push({ kind: 'credit', record })
  return changed
}

function statedChanges(books: Books, changed: readonly Changed[]): LedgerChanges {
  const invoices: LedgerInvoice[] = []
  const customers: LedgerCustomer[] = []
  const credits: LedgerCredit[] = []
  const payments: LedgerPayment[] = []
  const removed: { kind: 'invoice' | 'customer' | 'credit' | 'payment'; id: string }[] = []
  for (const change of changed) {
    switch (change.kind) {
      case 'customer':
        customers.push(statedCustomer(change.record))
        break
      case 'invoice':
        if (change.record.status === 'deleted') removed.push({ kind: 'invoice', id: change.record.id })
        else invoices.push(statedInvoice(books, change.record))
        break
      case 'payment': {
        const payment = statedPayment(books, change.record)
        if (!payment) break
        payments.push(payment)
        const unapplied = unappliedPart(books, change.record)
        // A payment that changed is said even with nothing left on it: a reader must see its credit go.
        if (unapplied.remaining.minor > 0 || change.record.version > 0) credits.push(unapplied)
        break
      }
      case 'credit':
        if (change.record.deleted) removed.push({ kind: 'credit', id: change.record.id })
        else credits.push(statedCredit(books, change.record))
        break
    }
  }
  return { invoices, customers, credits, payments, removed, defects: [] }
}

/** Writes the note unless one with its key is there: the key lives in the books, so a lost answer changes nothing. */
function leaveNote(books: Books, invoiceId: string, note: LedgerNote, most: number): void {
  if (books.notesOn(invoiceId).some(({ tag }) => tag === note.key)) return
  books.addNote(invoiceId, cutNote(note, most), note.key)
}

/** The text within the limit, with its token still in it. */
function cutNote({ text, token }: LedgerNote, most: number): string {
  if (text.length <= most) return text
  const cut = (length: number): string => text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')
  const short = `${cut(most - 1)}…`
  return short.includes(token) ? short : `${cut(most - token.length - 2)}… ${token}`
}
