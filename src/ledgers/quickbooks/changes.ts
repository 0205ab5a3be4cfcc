import type { CreditChanges, LedgerChanges } from '../ledger.ts'
import { changesIn, idOf, isDeleted } from './bodies.ts'
import type { QuickBooksClient } from './client.ts'
import { oneAhead } from './pages.ts'
import type { BooksReader, Entity } from './records.ts'

const CHANGING: readonly Entity[] = ['Invoice', 'Customer', 'CreditMemo', 'Payment']

/** Change data capture looks back so far and gives so many records of one entity, without a next page (Intuit). */
const LOOK_BACK_HOURS = 30 * 24
const MOST_CHANGES = 1000

/** Everything that changed since an instant, in one call unless too much did. */
export async function* changes(
  client: QuickBooksClient,
  books: BooksReader,
  since: Temporal.Instant,
  entities: readonly Entity[] = CHANGING,
): AsyncGenerator<LedgerChanges> {
  const captured = await capturedChanges(client, entities, since)
  const whole = new Map([...captured].filter(([, records]) => records.length < MOST_CHANGES))
  yield await readChanges(books, whole)

  for (const entity of entities) {
    if (whole.has(entity)) continue
    // Deleted records are in no query: those that were captured are all we can know.
    const deleted = (captured.get(entity) ?? []).filter(isDeleted)
    if (deleted.length > 0) yield await readChanges(books, new Map([[entity, deleted]]))
    const inactiveToo = entity === 'Customer' ? ' and Active in (true, false)' : ''
    const pages = books.recordPages(entity, `where MetaData.LastUpdatedTime >= '${since.toString()}'${inactiveToo}`)
    for await (const records of oneAhead(pages)) yield await readChanges(books, new Map([[entity, records]]))
  }
}

/** What changed of everybody's credits: what payments leave unapplied is one. */
export async function creditsChanged(
  client: QuickBooksClient,
  books: BooksReader,
  since: Temporal.Instant,
): Promise<CreditChanges> {
  const all: CreditChanges[] = []
  for await (const change of changes(client, books, since, ['CreditMemo', 'Payment'])) all.push(change)
  return {
    credits: all.flatMap(({ credits }) => credits),
    removed: all.flatMap(({ removed }) => removed.filter(({ kind }) => kind === 'credit')),
    defects: all.flatMap(({ defects }) => defects),
  }
}

/** What change data capture gives by entity; nothing where `since` lies too far back for it. */
async function capturedChanges(
  client: QuickBooksClient,
  entities: readonly Entity[],
  since: Temporal.Instant,
): Promise<ReadonlyMap<Entity, readonly unknown[]>> {
  // The SDK writes a Date with an offset whose '+' arrives as a space: text with a 'Z' passes.
  const { answer, error } = await client.outcome((sdk, done) => sdk.changeDataCapture(entities, since.toString(), done))
  if (error?.problem === 'rejected') return new Map()
  if (error) throw error
  const { records, serverTime } = changesIn(answer, entities)
  const tooFarBack = serverTime !== null && serverTime.since(since).total('hours') > LOOK_BACK_HOURS
  return tooFarBack ? new Map() : (records as ReadonlyMap<Entity, readonly unknown[]>)
}

async function readChanges(
  books: BooksReader,
  records: ReadonlyMap<Entity, readonly unknown[]>,
): Promise<LedgerChanges> {
  const live = (entity: Entity): readonly unknown[] =>
    (records.get(entity) ?? []).filter((record) => !isDeleted(record))
  const invoices = await books.invoices(live('Invoice'))
  const customers = await books.customers(live('Customer'))
  const memos = await books.creditMemos(live('CreditMemo'))
  const payments = await books.payments(live('Payment'))
  // A payment that cannot be read is one defect, not two.
  const unapplied = await books.unapplied(live('Payment'))
  return {
    invoices: invoices.items,
    customers: customers.items,
    credits: [...memos.items, ...unapplied.items],
    payments: payments.items,
    removed: [...records].flatMap(([entity, all]) =>
      all.filter(isDeleted).flatMap((record) => removedBy(entity, record)),
    ),
    defects: [...invoices.defects, ...customers.defects, ...memos.defects, ...payments.defects],
  }
}

function removedBy(entity: Entity, record: unknown): LedgerChanges['removed'] {
  const id = idOf(record)
  if (id === null) return []
  const kinds = {
    Invoice: ['invoice'],
    Customer: ['customer'],
    CreditMemo: ['credit'],
    Payment: ['payment', 'credit'],
  } as const
  return kinds[entity].map((kind) => ({ kind, id }))
}
