import {
  LedgerError,
  type Ledger,
  type LedgerCredit,
  type LedgerInvoice,
  type LedgerPage,
  type LedgerSession,
} from '../ledger.ts'
import { recordOf } from './bodies.ts'
import { changes, creditsChanged } from './changes.ts'
import { createQuickBooksClient, type QuickBooksClient } from './client.ts'
import { pdfIn } from './documents.ts'
import { createNotes, type NotePlace } from './notes.ts'
import { readOrganisation, type CompanyAnswers } from './organisation.ts'
import { createBooksReader, type BooksReader } from './records.ts'

/** QuickBooks Online as a ledger, through node-quickbooks. `notes` says where the notes go. */
export function createQuickBooksLedger(session: LedgerSession, options: { readonly notes: NotePlace }): Ledger {
  const client = createQuickBooksClient(session)
  const books = createBooksReader(client)
  const notes = createNotes(client, options.notes)

  return {
    kind: 'quickbooks',

    organisation: async () => readOrganisation(await companyAnswers(client, session), session),

    openInvoices: (from) => books.invoicePages("where Balance > '0'", from),
    settledInvoices: (since, from) =>
      settled(books.invoicePages(`where Balance = '0' and TxnDate >= '${since}'`, from)),
    customers: (from) => books.customerPages('where Active in (true, false)', from),
    credits: (from) => openCredits(books, from),
    payments: (since, from) => books.paymentPages(`where TxnDate >= '${since}'`, from),
    changes: (since) => changes(client, books, since),

    invoices: async (ids) => {
      const found = new Map<string, LedgerInvoice | null>(ids.map((id) => [id, null]))
      for (const some of batches(ids.filter(isId))) {
        const records = await books.find('Invoice', `where Id in (${some.map((id) => `'${id}'`).join(',')})`, 1)
        const { items, defects } = await books.invoices(records)
        const [defect] = defects
        if (defect) throw new LedgerError('rejected', `Invoice ${defect.id}: ${defect.field} ${defect.message}`)
        for (const invoice of items) found.set(invoice.id, invoice)
      }
      return found
    },

    customer: async (id) => {
      if (!isId(id)) return null
      const answer = await orNull(client.good((sdk, done) => sdk.getCustomer(id, done)))
      if (!answer) return null
      const { items, defects } = await books.customers([recordOf(answer, 'Customer')])
      const [defect] = defects
      if (defect) throw new LedgerError('rejected', `Customer ${id}: ${defect.field} ${defect.message}`)
      return items[0] ?? null
    },

    creditsChanged: (since) => creditsChanged(client, books, since),
    creditsOf: async (customerId) => {
      if (!isId(customerId)) return []
      const credits: LedgerCredit[] = []
      const where = `where CustomerRef = '${customerId}'`
      for (const pages of [books.creditMemoPages(`${where} and Balance > '0'`), books.unappliedPages(where)]) {
        for await (const { items, defects } of pages) {
          const [defect] = defects
          if (defect) throw new LedgerError('rejected', `Credit ${defect.id}: ${defect.field} ${defect.message}`)
          credits.push(...items)
        }
      }
      return credits
    },

    pdf: async (invoiceId) => {
      if (!isId(invoiceId)) throw new LedgerError('not-found', 'QuickBooks has no invoice of this id')
      return pdfIn(await client.good((sdk, done) => sdk.getInvoicePdf(invoiceId, done)))
    },

    payLink: async (invoiceId) => {
      if (!isId(invoiceId)) return null
      const answer = await orNull(client.good((sdk, done) => sdk.getInvoice(`${invoiceId}?include=invoiceLink`, done)))
      return answer ? linkIn(recordOf(answer, 'Invoice'), session.apiUrl) : null
    },

    writeNote: (note) => notes.write(note),
    notes: (invoiceId) => notes.read(invoiceId),

    // An invoice of QuickBooks has no such day.
    writeExpectedDay: async () => 'not-kept',

    // QuickBooks keeps its reminder settings from the API.
    ownReminders: async () => null,
  }
}

/** Company info and preferences: what there is to know about whose books these are. */
async function companyAnswers(client: QuickBooksClient, session: LedgerSession): Promise<CompanyAnswers> {
  return {
    company: await client.good((sdk, done) => sdk.getCompanyInfo(session.organisationId, done)),
    preferences: await client.good((sdk, done) => sdk.getPreferences(done)),
  }
}

const isId = (id: string): boolean => /^\d{1,20}$/.test(id)

/** Few enough ids for a query to fit into an address of 8 KB. */
const IDS_AT_ONCE = 200

function* batches(ids: readonly string[]): Generator<readonly string[]> {
  const unique = [...new Set(ids)]
  for (let at = 0; at < unique.length; at += IDS_AT_ONCE) yield unique.slice(at, at + IDS_AT_ONCE)
}

/** What was asked for, or null where QuickBooks has it no longer. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof LedgerError && error.problem === 'not-found') return null
    throw error
  }
}

/** The address where the customer pays. A simulator has no certificate: its own origin will do. */
function linkIn(record: unknown, apiUrl: string): string | null {
  const link = typeof record === 'object' && record !== null && 'InvoiceLink' in record ? record.InvoiceLink : null
  if (typeof link !== 'string' || !URL.canParse(link)) return null
  const url = new URL(link)
  return url.protocol === 'https:' || url.origin === new URL(apiUrl).origin ? url.href : null
}

/** Void invoices have nothing due either, and say nothing about how a customer pays. */
async function* settled(pages: AsyncIterable<LedgerPage<LedgerInvoice>>): AsyncGenerator<LedgerPage<LedgerInvoice>> {
  for await (const page of pages) yield { ...page, items: page.items.filter(({ state }) => state === 'paid') }
}

/** Two lists, one after the other: the place is the list and the place in it. */
async function* openCredits(books: BooksReader, from?: string): AsyncGenerator<LedgerPage<LedgerCredit>> {
  const [list, place] = from?.split(':') ?? []
  if (list !== 'payments') {
    for await (const page of books.creditMemoPages("where Balance > '0'", place)) {
      yield { ...page, resumeFrom: page.resumeFrom ? `memos:${page.resumeFrom}` : 'payments:' }
    }
  }
  // What a payment leaves unapplied cannot be asked for, so all payments are read.
  for await (const page of books.unappliedPages('', list === 'payments' ? place : undefined)) {
    yield { ...page, resumeFrom: page.resumeFrom ? `payments:${page.resumeFrom}` : null }
  }
}
