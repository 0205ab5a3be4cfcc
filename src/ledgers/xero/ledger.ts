import type { Day } from '../../chase/day.ts'
import { LedgerError, type Ledger, type LedgerChanges, type LedgerCredit, type LedgerCustomer, type LedgerInvoice, type LedgerNote, type LedgerPage, type LedgerSession } from '../ledger.ts' // prettier-ignore
import { readCredit, readHistory, readInvoice, readOnlineInvoice, readOrganisation, readPage, readPayment, readReminders, type XeroCreditList } from './bodies.ts' // prettier-ignore
import { createXeroClient, type XeroCall, type XeroClient } from './client.ts'
import { lacksGroupNames, readCustomer, readGroupNames } from './contacts.ts'
import { writeExpectedDay } from './expected-day.ts'
import { writeNoteOnce } from './notes.ts'
import { listsAhead, PAGE_SIZE, pagesAhead, sorted, withRecordsRead } from './pages.ts'
import { checkedPdf } from './pdf.ts'

/**
 * Xero's Accounting API as a ledger.
 *
 * Calls: a list costs one per 1,000 records, `invoices` one per 40, `creditsOf` three (and `credits` and
 * `creditsChanged` three for everybody, so a run over many customers asks that once), `changes` six with nothing new, everything else one.
 * Facts about the API: Xero's pages on Invoices, Contacts, Payments, History and HTTP requests; the shapes are those
 * of its OpenAPI 16.1.0 and of recorded answers.
 */
export function createXeroLedger(session: LedgerSession): Ledger {
  const client = createXeroClient(session)
  const invoicePages = (filter: InvoiceFilter, from?: string): AsyncIterable<LedgerPage<LedgerInvoice>> =>
    pagesAhead(async (page) => {
      const list = readPage(await client.json(...listOfInvoices(filter, page)), 'Invoices')
      return withRecordsRead(list, readInvoice)
    }, from)

  return {
    kind: 'xero',
    organisation: async () =>
      readOrganisation(await client.json((api, id, options) => api.getOrganisations(id, options))),

    async *openInvoices(from) {
      const pages = invoicePages({ where: 'Type=="ACCREC"', statuses: ['AUTHORISED'] }, from)
      for await (const page of pages) yield { ...page, items: page.items.filter(({ state }) => state === 'open') }
    },
    settledInvoices: (since, from) =>
      invoicePages({ where: `Type=="ACCREC" AND Date>=${dateTime(since)}`, statuses: ['PAID'] }, from),
    customers: (from) => customerPages(client, null, from),
    async *credits(from) {
      // The place is the list and the place in it.
      const [list, place] = from?.split(':') ?? []
      const first = Math.max(
        0,
        CREDIT_LISTS.findIndex((name) => name === list),
      )
      for (const [at, name] of CREDIT_LISTS.entries()) {
        if (at < first) continue
        const next = CREDIT_LISTS[at + 1]
        for await (const page of openCredits(client, name, null, at === first ? place : undefined)) {
          const resumeFrom = page.resumeFrom ? `${name}:${page.resumeFrom}` : next ? `${next}:` : null
          yield { ...page, resumeFrom }
        }
      }
    },
    async *payments(since, from) {
      const where = `PaymentType=="ACCRECPAYMENT" AND Date>=${dateTime(since)}`
      const pages = pagesAhead(async (page) => {
        const call: XeroCall = (api, id, options) =>
          api.getPayments(id, undefined, where, BY_CHANGE, page, PAGE_SIZE, options)
        return withRecordsRead(readPage(await client.json(call), 'Payments'), readPayment)
      }, from)
      for await (const page of pages) yield { ...page, items: page.items.filter(({ deleted }) => !deleted) }
    },
    changes: (since) => changes(client, invoicePages, since),

    invoices: (ids) => invoicesNow(client, ids),
    async customer(customerId) {
      if (!isXeroId(customerId)) return null
      const body = await orNull(client.json((api, id, options) => api.getContact(id, customerId, options)))
      if (body === null) return null
      const page = await contactsWithGroups(client, readPage(body, 'Contacts').records)
      return only(page)
    },
    async creditsChanged(since) {
      const lists = await Promise.all(CREDIT_LISTS.map((list) => allOf(creditPages(client, list, undefined, since))))
      // What is void or used up is still listed, with nothing left.
      return {
        credits: lists.flatMap(({ items }) => items),
        removed: [],
        defects: lists.flatMap(({ defects }) => defects),
      }
    },
    async creditsOf(customerId) {
      if (!isXeroId(customerId)) return []
      const where = `Contact.ContactID==guid("${customerId}")`
      const lists = await Promise.all(CREDIT_LISTS.map((list) => allOf(openCredits(client, list, where))))
      const [defect] = lists.flatMap(({ defects }) => defects)
      // A credit we cannot read may be the one that settles everything: no answer is better than a wrong one.
      if (defect) throw new LedgerError('rejected', `Xero's credit ${defect.id} cannot be read: ${defect.field}`)
      return lists.flatMap(({ items }) => items)
    },

    pdf: async (invoiceId) =>
      checkedPdf(await client.raw((api, id, options) => api.getInvoiceAsPdf(id, known(invoiceId), options))),
    async payLink(invoiceId) {
      const call: XeroCall = (api, id, options) => api.getOnlineInvoice(id, known(invoiceId), options)
      try {
        return readOnlineInvoice(await client.json(call))
      } catch (error) {
        // 404 and 400: a draft, or an organisation without online invoices. Not a reason to hold a mail.
        if (error instanceof LedgerError && (error.status === 404 || error.status === 400)) return null
        throw error
      }
    },

    writeNote: (note: LedgerNote) => writeNoteOnce(client, { ...note, invoiceId: known(note.invoiceId) }),
    notes: async (invoiceId) =>
      readHistory(await client.json((api, id, options) => api.getInvoiceHistory(id, known(invoiceId), options))),

    writeExpectedDay: (invoiceId, on) => writeExpectedDay(client, known(invoiceId), on),

    ownReminders: async () =>
      readReminders(await client.json((api, id, options) => api.getInvoiceReminders(id, options))),
  }
}

/** Xero recommends about 40 ids a call; the length of the address is the limit. */
const IDS_PER_CALL = 40
const CREDIT_LISTS: readonly XeroCreditList[] = ['CreditNotes', 'Overpayments', 'Prepayments']
/** Nothing is reordered by being changed, so no change while paging can hide another record. */
const BY_ID = 'InvoiceID ASC'
const BY_CHANGE = 'UpdatedDateUTC ASC'

type InvoiceFilter = { where?: string; statuses?: string[]; ids?: string[]; since?: Temporal.Instant }

/** Summaries have everything but lines and payments, and are less than half the bytes. */
function listOfInvoices(filter: InvoiceFilter, page: number): [XeroCall, Record<string, string>] {
  const { where, statuses, ids, since } = filter
  const call: XeroCall = (api, id, options) =>
    api.getInvoices(id, undefined, where, BY_ID, ids, undefined, undefined, statuses, page, undefined, undefined, undefined, true, PAGE_SIZE, undefined, options) // prettier-ignore
  return [call, since ? modifiedSince(since) : {}]
}

/** The SDK would send milliseconds; Xero takes UTC to the second. */
const modifiedSince = (since: Temporal.Instant): Record<string, string> => ({
  'If-Modified-Since': since.round({ smallestUnit: 'second', roundingMode: 'floor' }).toString().slice(0, 19),
})

const dateTime = (on: Day): string =>
  `DateTime(${Number(on.slice(0, 4))}, ${Number(on.slice(5, 7))}, ${Number(on.slice(8, 10))})`

function customerPages(
  client: XeroClient,
  since: Temporal.Instant | null,
  from?: string,
): AsyncGenerator<LedgerPage<LedgerCustomer>> {
  return pagesAhead(async (page) => {
    const call: XeroCall = (api, id, options) =>
      api.getContacts(id, undefined, undefined, BY_CHANGE, undefined, page, true, undefined, undefined, PAGE_SIZE, options) // prettier-ignore
    const { records, ...place } = readPage(await client.json(call, since ? modifiedSince(since) : {}), 'Contacts')
    return { ...(await contactsWithGroups(client, records)), ...place }
  }, from)
}

/** Paged contacts name their groups; where one comes with an id alone the names cost one call more. */
async function contactsWithGroups(
  client: XeroClient,
  records: readonly unknown[],
): Promise<LedgerPage<LedgerCustomer>> {
  const names = lacksGroupNames(records)
    ? readGroupNames(await client.json((api, id, options) => api.getContactGroups(id, undefined, undefined, options)))
    : new Map<string, string>()
  return sorted(records.map((record) => readCustomer(record, names)))
}

async function* openCredits(
  client: XeroClient,
  list: XeroCreditList,
  where: string | null,
  from?: string,
): AsyncGenerator<LedgerPage<LedgerCredit>> {
  const filter = ['Status=="AUTHORISED"', where].filter((part) => part !== null).join(' AND ')
  for await (const page of creditPages(client, list, filter, null, from)) {
    yield { ...page, items: page.items.filter(({ remaining }) => remaining.minor > 0) }
  }
}

function creditPages(
  client: XeroClient,
  list: XeroCreditList,
  where: string | undefined,
  since: Temporal.Instant | null,
  from?: string,
): AsyncGenerator<LedgerPage<LedgerCredit>> {
  const calls: Record<XeroCreditList, (page: number) => XeroCall> = {
    CreditNotes: (page) => (api, id, options) =>
      api.getCreditNotes(id, undefined, where, BY_CHANGE, page, undefined, PAGE_SIZE, options),
    Overpayments: (page) => (api, id, options) =>
      api.getOverpayments(id, undefined, where, BY_CHANGE, page, undefined, PAGE_SIZE, undefined, options),
    Prepayments: (page) => (api, id, options) =>
      api.getPrepayments(id, undefined, where, BY_CHANGE, page, undefined, PAGE_SIZE, undefined, undefined, options),
  }
  const headers = since ? modifiedSince(since) : {}
  return pagesAhead(async (page) => {
    const credits = readPage(await client.json(calls[list](page), headers), list)
    return withRecordsRead(credits, (record) => readCredit(list, record))
  }, from)
}

/** Customers first, so that an invoice never arrives before its customer. No filter on state: what was paid must be seen to leave. */
async function* changes(
  client: XeroClient,
  invoicePages: (filter: InvoiceFilter) => AsyncIterable<LedgerPage<LedgerInvoice>>,
  since: Temporal.Instant,
): AsyncGenerator<LedgerChanges> {
  const paymentPages = (): AsyncIterable<LedgerPage<LedgerChanges['payments'][number]>> =>
    pagesAhead(async (page) => {
      const call: XeroCall = (api, id, options) =>
        api.getPayments(id, undefined, undefined, BY_CHANGE, page, PAGE_SIZE, options)
      return withRecordsRead(readPage(await client.json(call, modifiedSince(since)), 'Payments'), readPayment)
    })
  yield* listsAhead<LedgerChanges>([
    () => as('customers', customerPages(client, since)),
    () => as('invoices', invoicePages({ since })),
    () => as('payments', paymentPages()),
    ...CREDIT_LISTS.map((list) => () => as('credits', creditPages(client, list, undefined, since))),
  ])
}

async function* as<Kind extends 'customers' | 'invoices' | 'payments' | 'credits'>(
  kind: Kind,
  pages: AsyncIterable<LedgerPage<LedgerChanges[Kind][number]>>,
): AsyncGenerator<LedgerChanges> {
  for await (const { items, defects } of pages) yield { ...NO_CHANGES, [kind]: items, defects }
}

const NO_CHANGES: LedgerChanges = { invoices: [], customers: [], credits: [], payments: [], removed: [], defects: [] }

/** Void and deleted invoices are still listed by id; one that is missing, or is a bill, does not exist for us. */
async function invoicesNow(
  client: XeroClient,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LedgerInvoice | null>> {
  const found = new Map<string, LedgerInvoice | null>(ids.map((id) => [id, null]))
  const askable = [...new Set(ids)].filter(isXeroId)
  for (let start = 0; start < askable.length; start += IDS_PER_CALL) {
    const batch = askable.slice(start, start + IDS_PER_CALL)
    const { records } = readPage(await client.json(...listOfInvoices({ ids: batch }, 1)), 'Invoices')
    const { items, defects } = sorted(records.map(readInvoice))
    const [defect] = defects
    if (defect) throw new LedgerError('rejected', `Xero's invoice ${defect.id} cannot be read: ${defect.field}`)
    for (const invoice of items) if (found.has(invoice.id)) found.set(invoice.id, invoice)
  }
  return found
}

const isXeroId = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)

/** An id that can be asked for: anything else would be an address of our own making. */
function known(id: string): string {
  if (!isXeroId(id)) throw new LedgerError('not-found', 'Xero has no such record: not one of its ids')
  return id
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof LedgerError && error.problem === 'not-found') return null
    throw error
  }
}

function only(page: LedgerPage<LedgerCustomer>): LedgerCustomer | null {
  const [defect] = page.defects
  if (defect) throw new LedgerError('rejected', `Xero's customer ${defect.id} cannot be read: ${defect.field}`)
  return page.items[0] ?? null
}

async function allOf<T>(pages: AsyncIterable<LedgerPage<T>>): Promise<LedgerPage<T>> {
  const items: T[] = []
  const defects = []
  for await (const page of pages) {
    items.push(...page.items)
    defects.push(...page.defects)
  }
  return { items, defects }
}
