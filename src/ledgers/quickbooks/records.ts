import type { LedgerCredit, LedgerCustomer, LedgerInvoice, LedgerPage, LedgerPayment } from '../ledger.ts'
import {
  customerTypeIdOf,
  idOf,
  needHomeCurrency,
  readCreditMemo,
  readCustomer,
  readInvoice,
  readPage,
  readPayment,
  readUnapplied,
  recordsOf,
  type Reading,
} from './bodies.ts'
import type { QuickBooksClient } from './client.ts'
import { readHomeCurrency } from './organisation.ts'
import { everyPage, oneAhead, PAGE_SIZE, placedPages } from './pages.ts'
import type { Done, QuickBooksSdk } from './sdk.ts'

/** The kinds of record that we read. */
export type Entity = 'Invoice' | 'Customer' | 'CreditMemo' | 'Payment'

/** Reads records of each kind, with what it takes to understand them looked up once. */
export type BooksReader = ReturnType<typeof createBooksReader>

export function createBooksReader(client: QuickBooksClient) {
  let homeCurrency: Promise<string> | null = null
  let customerTypes: ReadonlyMap<string, string> = new Map()

  const find = async (entity: Entity, where: string, startPosition: number): Promise<readonly unknown[]> => {
    const criteria = `${where} orderby Id startposition ${startPosition} maxresults ${PAGE_SIZE}`
    return recordsOf(await client.good((sdk, done) => finders[entity](sdk, criteria, done)), entity)
  }

  const readingFor = async (records: readonly unknown[]): Promise<Reading> => {
    if (!needHomeCurrency(records)) return { homeCurrency: null, customerTypes }
    homeCurrency ??= client.good((sdk, done) => sdk.getPreferences(done)).then(readHomeCurrency)
    return { homeCurrency: await homeCurrency, customerTypes }
  }

  const knowCustomerTypes = async (records: readonly unknown[]): Promise<void> => {
    const unknown = records.map(customerTypeIdOf).some((type) => type !== null && !customerTypes.has(type))
    if (!unknown) return
    const criteria = `where Active in (true, false) orderby Id startposition 1 maxresults ${PAGE_SIZE}`
    const answer = await client.good((sdk, done) => sdk.findCustomerTypes(criteria, done))
    const named = recordsOf(answer, 'CustomerType').map((record): [string, string] => [
      idOf(record) ?? '',
      nameOf(record),
    ])
    customerTypes = new Map(named.filter(([, name]) => name !== ''))
  }

  const invoices = async (records: readonly unknown[]): Promise<LedgerPage<LedgerInvoice>> => {
    const reading = await readingFor(records)
    return readPage('invoice', records, (record) => readInvoice(record, reading))
  }
  const customers = async (records: readonly unknown[]): Promise<LedgerPage<LedgerCustomer>> => {
    await knowCustomerTypes(records)
    return readPage('customer', records, (record) => readCustomer(record, { homeCurrency: null, customerTypes }))
  }
  const creditMemos = async (records: readonly unknown[]): Promise<LedgerPage<LedgerCredit>> => {
    const reading = await readingFor(records)
    return readPage('credit', records, (record) => readCreditMemo(record, reading))
  }
  const unapplied = async (records: readonly unknown[]): Promise<LedgerPage<LedgerCredit>> => {
    const reading = await readingFor(records)
    return readPage('credit', records, (record) => readUnapplied(record, reading))
  }
  const payments = async (records: readonly unknown[]): Promise<LedgerPage<LedgerPayment>> => {
    const reading = await readingFor(records)
    return readPage('payment', records, (record) => readPayment(record, reading))
  }

  const pages = <T>(
    entity: Entity,
    where: string,
    read: (records: readonly unknown[]) => Promise<LedgerPage<T>>,
    from?: string,
  ): AsyncGenerator<LedgerPage<T>> =>
    oneAhead(
      (async function* () {
        for await (const { rows, resumeFrom } of placedPages((start) => find(entity, where, start), from)) {
          yield { ...(await read(rows)), resumeFrom }
        }
      })(),
    )

  return {
    find,
    invoices,
    customers,
    creditMemos,
    unapplied,
    payments,
    invoicePages: (where: string, from?: string) => pages('Invoice', where, invoices, from),
    customerPages: (where: string, from?: string) => pages('Customer', where, customers, from),
    paymentPages: (where: string, from?: string) => pages('Payment', where, payments, from),
    creditMemoPages: (where: string, from?: string) => withSomethingLeft(pages('CreditMemo', where, creditMemos, from)),
    unappliedPages: (where: string, from?: string) => withSomethingLeft(pages('Payment', where, unapplied, from)),
    recordPages: (entity: Entity, where: string) => everyPage((start) => find(entity, where, start)),
  }
}

const finders: Readonly<Record<Entity, (sdk: QuickBooksSdk, criteria: string, done: Done) => void>> = {
  Invoice: (sdk, criteria, done) => sdk.findInvoices(criteria, done),
  Customer: (sdk, criteria, done) => sdk.findCustomers(criteria, done),
  CreditMemo: (sdk, criteria, done) => sdk.findCreditMemos(criteria, done),
  Payment: (sdk, criteria, done) => sdk.findPayments(criteria, done),
}

const nameOf = (record: unknown): string =>
  typeof record === 'object' && record !== null && 'Name' in record && typeof record.Name === 'string'
    ? record.Name
    : ''

async function* withSomethingLeft(
  pages: AsyncIterable<LedgerPage<LedgerCredit>>,
): AsyncGenerator<LedgerPage<LedgerCredit>> {
  for await (const page of pages) yield { ...page, items: page.items.filter(({ remaining }) => remaining.minor > 0) }
}
