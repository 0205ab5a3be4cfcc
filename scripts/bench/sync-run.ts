import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import pg from 'pg'
import { accessTokenFor } from '../../src/flow/tokens.ts'
import { syncLedger } from '../../src/flow/sync.ts'
import type { Ledger, LedgerInvoice, LedgerPage } from '../../src/ledgers/ledger.ts'
import { openFlowApp, type FlowApp } from './flow-app.ts'
import { helperOptions, tell } from './helper.ts'
import { measure, type Run } from './measure.ts'
import type { Place } from './stage.ts'

// One sync in a process of its own, so that its memory and its processor time are nobody else's.

export type SyncRunOptions = { readonly place: Place; readonly how: 'bare' | 'ours' }
export type SyncRunAnswer = {
  readonly run: Run
  /** The reading of the open invoices alone: the part that the bare loop does. */
  readonly openSeconds: number
  readonly peakRssBytes: number
  /** What is in use after a full collection, when the last page of open invoices has been read. */
  readonly heldBytes: number
}

const COLUMNS = ['text', 'text', 'text', 'text', 'date', 'date', 'text', 'bigint', 'bigint', 'text', 'bigint'] as const

const { place, how } = helperOptions<SyncRunOptions>()
const flow = await openFlowApp(place, { startsAt: Temporal.Now.instant(), secondsPerCall: 1.5 })
const answer = how === 'bare' ? await bareRun(flow) : await ourRun(flow)
tell(answer)
await flow.stop()

async function ourRun({ app }: FlowApp): Promise<SyncRunAnswer> {
  let openSeconds = 0
  let heldBytes = 0
  const timed = async function* (
    pages: AsyncIterable<LedgerPage<LedgerInvoice>>,
  ): AsyncGenerator<LedgerPage<LedgerInvoice>> {
    const at = performance.now()
    yield* pages
    openSeconds = (performance.now() - at) / 1000
    heldBytes = bytesHeld()
  }
  const ledgerFor: typeof app.ledgerFor = async (...given) => {
    const ledger = await app.ledgerFor(...given)
    return { ...ledger, openInvoices: (from?: string) => timed(ledger.openInvoices(from)) } satisfies Ledger
  }
  const run = await measure(async () => {
    const outcome = await syncLedger({ ...app, ledgerFor }, place)
    if (outcome !== 'full') throw new Error(`the sync came to "${outcome}"`)
  })
  return { run, openSeconds, peakRssBytes: process.resourceUsage().maxRSS * 1024, heldBytes }
}

/** Objects and buffers that something still refers to: garbage that V8 has not yet cared to collect is not among them. */
function bytesHeld(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** The least that could be done: fetch a page, parse it, map eleven fields, upsert it, the next page being fetched meanwhile. */
async function bareRun({ app }: FlowApp): Promise<SyncRunAnswer> {
  const token = await accessTokenFor(app, place)
  const client = new pg.Client({ connectionString: place.databaseUrl })
  await client.connect()
  const run = await measure(async () => {
    let next = fetchPage(token, 0)
    for (let page = 1; ; page += 1) {
      const { invoices, isLast } = await next
      if (!isLast) next = fetchPage(token, page)
      await upsert(client, invoices)
      if (isLast) break
    }
  })
  await client.end()
  return { run, openSeconds: run.seconds, peakRssBytes: process.resourceUsage().maxRSS * 1024, heldBytes: bytesHeld() }
}

type BareInvoice = readonly (string | number | null)[]

async function fetchPage(token: string, page: number): Promise<{ invoices: BareInvoice[]; isLast: boolean }> {
  return place.ledger === 'xero' ? fetchXeroPage(token, page + 1) : fetchQuickBooksPage(token, page * 1000 + 1)
}

type XeroBody = { Invoices: Record<string, never>[]; pagination: { page: number; pageCount: number } }

async function fetchXeroPage(token: string, page: number): Promise<{ invoices: BareInvoice[]; isLast: boolean }> {
  const url = new URL('/api.xro/2.0/Invoices', place.environment['XERO_API_URL'])
  url.search = new URLSearchParams({
    where: 'Type=="ACCREC"',
    order: 'InvoiceID ASC',
    Statuses: 'AUTHORISED',
    page: String(page),
    summaryOnly: 'true',
    pageSize: '1000',
  }).toString()
  const headers = {
    authorization: `Bearer ${token}`,
    'xero-tenant-id': place.organisationId,
    accept: 'application/json',
  }
  const { Invoices, pagination } = (await (await fetch(url, { headers })).json()) as XeroBody
  const invoices = Invoices.map((invoice: Record<string, unknown>) => {
    const contact = invoice['Contact'] as { ContactID: string }
    return [
      invoice['InvoiceID'], contact.ContactID, invoice['InvoiceNumber'], invoice['Reference'], String(invoice['DateString']).slice(0, 10),
      String(invoice['DueDateString']).slice(0, 10), invoice['CurrencyCode'], Math.round(Number(invoice['Total']) * 100),
      Math.round(Number(invoice['AmountDue']) * 100), invoice['Status'], Number(/\d+/.exec(String(invoice['UpdatedDateUTC']))?.[0]),
    ] as BareInvoice // prettier-ignore
  })
  return { invoices, isLast: pagination.page >= pagination.pageCount }
}

type QuickBooksBody = { QueryResponse: { Invoice?: Record<string, never>[] } }

async function fetchQuickBooksPage(
  token: string,
  start: number,
): Promise<{ invoices: BareInvoice[]; isLast: boolean }> {
  const url = new URL(`/v3/company/${place.organisationId}/query`, place.environment['QUICKBOOKS_API_URL'])
  const query = `select * from Invoice where Balance > '0' orderby Id startposition ${start} maxresults 1000`
  url.search = new URLSearchParams({ query, minorversion: '75' }).toString()
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
  const { QueryResponse } = (await (await fetch(url, { headers })).json()) as QuickBooksBody
  const records = QueryResponse.Invoice ?? []
  const invoices = records.map((invoice: Record<string, unknown>) => {
    const reference = (name: string): string | null => (invoice[name] as { value?: string } | undefined)?.value ?? null
    const meta = invoice['MetaData'] as { LastUpdatedTime: string }
    return [
      invoice['Id'], reference('CustomerRef'), invoice['DocNumber'], null, invoice['TxnDate'], invoice['DueDate'], reference('CurrencyRef'),
      Math.round(Number(invoice['TotalAmt']) * 100), Math.round(Number(invoice['Balance']) * 100), 'open', Date.parse(meta.LastUpdatedTime),
    ] as BareInvoice // prettier-ignore
  })
  return { invoices, isLast: records.length < 1000 }
}

async function upsert(client: pg.Client, invoices: readonly BareInvoice[]): Promise<void> {
  if (invoices.length === 0) return
  await client.query({
    name: 'bare upsert',
    text: `insert into bare_invoices (id, customer_id, number, reference, issued_on, due_on, currency, total, balance, state, changed_at)
      select * from unnest(${COLUMNS.map((type, index) => `$${index + 1}::${type}[]`).join(', ')})
      on conflict (id) do update set customer_id = excluded.customer_id, number = excluded.number, reference = excluded.reference,
        issued_on = excluded.issued_on, due_on = excluded.due_on, currency = excluded.currency, total = excluded.total,
        balance = excluded.balance, state = excluded.state, changed_at = excluded.changed_at
      where (bare_invoices.customer_id, bare_invoices.number, bare_invoices.reference, bare_invoices.issued_on, bare_invoices.due_on,
             bare_invoices.currency, bare_invoices.total, bare_invoices.balance, bare_invoices.state, bare_invoices.changed_at)
        is distinct from (excluded.customer_id, excluded.number, excluded.reference, excluded.issued_on, excluded.due_on,
             excluded.currency, excluded.total, excluded.balance, excluded.state, excluded.changed_at)`,
    values: COLUMNS.map((_, column) => invoices.map((invoice) => invoice[column] ?? null)),
  })
}
