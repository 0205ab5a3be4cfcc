import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { afterAll } from 'vitest'
import { day, type Day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import type { Mode } from '../../src/chase/standing.ts'
import { Books, repeatableUuids, type BookInvoice, type NewCustomer } from '../../src/demo/books.ts'
import { createMemoryLedger, type LedgerFaults } from '../../src/demo/memory-ledger.ts'
import { createPdfReader } from '../../src/documents/pdf-text.ts'
import { createHolidayLookup } from '../../src/flow/calendar.ts'
import { approveChase } from '../../src/flow/approve.ts'
import type { ConnectDependencies, Dependencies } from '../../src/flow/dependencies.ts'
import { createFreshCredits } from '../../src/flow/fresh-credits.ts'
import { createFreshReads } from '../../src/flow/fresh-reads.ts'
import { previewChase } from '../../src/flow/preview.ts'
import { openQueue } from '../../src/jobs/queue.ts'
import { createTestClock } from '../../src/jobs/test-clock.ts'
import type { Ledger, LedgerChanges, LedgerPage } from '../../src/ledgers/ledger.ts'
import { pickAttachments } from '../../src/mail/attachments.ts'
import { checkMessage } from '../../src/mail/check.ts'
import { createCompose } from '../../src/mail/compose.ts'
import type { Delivery, Email } from '../../src/mail/mailer.ts'
import { inBusiness, openStore } from '../../src/store/db.ts'
import { asOwner, freshDatabase, type TestDatabase } from './database.ts'
import { putPolicyInForce, type PolicyChanges } from './policy-in-force.ts'

export type World = Awaited<ReturnType<typeof openWorld>>

/** Loading the library costs more than a test: all worlds of a file share one. */
const pdfReader = createPdfReader()

/**
 * One business, its books in memory, a real database and a real queue, and a clock that stands still. What is
 * sent lands in `outbox`; what the mail server answers is the test's to say.
 */
export async function openWorld(options: WorldOptions = {}) {
  const store = await freshDatabase()
  const clock = createTestClock(Temporal.Instant.from(options.start ?? '2026-03-02T04:00:00Z'))
  const awake = { from: clock.now() }
  const now = (): Temporal.Instant => (Temporal.Instant.compare(awake.from, clock.now()) > 0 ? awake.from : clock.now())
  const zone = options.zone ?? 'Europe/Madrid'
  const country = options.country ?? 'ES'
  const books =
    options.books?.(now) ??
    new Books(
      {
        name: 'Talleres Vega',
        legalName: 'Talleres Vega SL',
        country,
        baseCurrency: 'EUR',
        timeZone: zone,
        email: 'hola@vega.example',
        ownReminders: false,
      },
      repeatableUuids(7),
      now,
    )
  const faults: { current: LedgerFaults } = { current: {} }
  const distorted: { current: Distortion } = { current: {} }
  const counted = new Map<string, number>()
  const honest: Ledger = createMemoryLedger(books, {
    organisationId: 'org-1',
    ...(options.pageSize && { pageSize: options.pageSize }),
    faults: {
      before: async (method) => {
        counted.set(method, (counted.get(method) ?? 0) + 1)
        await faults.current.before?.(method)
      },
      after: (method) => faults.current.after?.(method),
    },
  })
  const ledger: Ledger = distort(honest, distorted)
  const monotonic = { ms: 0 }
  const outbox: Email[] = []
  const mailServer = { answer: async (_email: Email): Promise<Delivery> => accepted(_email) }
  const problems: unknown[] = []
  const log = {
    info: () => {},
    warn: () => {},
    error: (facts: Readonly<Record<string, unknown>>, message: string) => problems.push({ message, ...facts }),
  }
  const queue = await openQueue(store.ownerUrl, log, { ...(options.oneByOne && { drainTogether: 1 }) })
  const compose = await templates
  const ledgerFor = async (): Promise<Ledger> => ledger
  const app: Dependencies & Pick<ConnectDependencies, 'wallClock'> = {
    db: store.db,
    now,
    wallClock: () => Temporal.Now.instant(),
    monotonicMs: () => monotonic.ms,
    log,
    holidays: holidayLookup,
    ledgerFor,
    readFresh: createFreshReads(ledgerFor),
    readCredits: createFreshCredits({ ledgerFor, now }),
    mailer: {
      send: async (email) => {
        const delivery = await mailServer.answer(email)
        outbox.push(email)
        return delivery
      },
      verify: async () => {},
      close: async () => {},
    },
    compose,
    checkMessage,
    pickAttachments,
    readPdfText: pdfReader.textOf,
    mailFrom: { name: 'Ana Vega', address: 'ana@vega.example' },
    enqueue: queue.enqueue,
  }
  clock.drive(app, queue)
  afterAll(() => queue.stop())

  const businessId = randomUUID()
  const connectionId = randomUUID()
  const userId = randomUUID()
  await asOwner(store.ownerUrl, `insert into users (id, email, name) values ($1, 'ana@vega.example', 'Ana Vega')`, [
    userId,
  ])
  await inBusiness(store.db, businessId, async (db) => {
    await db
      .insertInto('businesses')
      .values({
        id: businessId,
        name: 'Talleres Vega',
        mode: options.mode ?? 'automatic',
        time_zone: zone,
        sender_name: 'Ana Vega',
      })
      .execute()
    await db.insertInto('memberships').values({ business_id: businessId, user_id: userId, role: 'owner' }).execute()
    await db
      .insertInto('connections')
      .values({
        id: connectionId,
        business_id: businessId,
        ledger: 'xero',
        organisation_id: 'org-1',
        organisation_name: 'Talleres Vega',
        connected_at: clock.now().toString(),
        next_sync_at: clock.now().toString(),
      })
      .execute()
  })

  let issued = 0
  const advanceTo = (instant: string) => clock.advanceTo(Temporal.Instant.from(instant))
  return {
    store, books, ledger, clock, faults, distorted, counted, monotonic, outbox, mailServer, app, queue, businessId, connectionId, userId, problems, advanceTo,
    /** Who acts, for the flow's functions. */
    act: { businessId, userId },
    connection: { businessId, connectionId },

    /** Looks at everything, as the owner of the database. */
    rows: <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) => asOwner<Row>(store.ownerUrl, text, values),

    /** Changes the business's policy. */
    policy: (changes: PolicyChanges) => putPolicyInForce(store.db, businessId, changes, clock.now()),

    /** The same application as another process runs it: its own pool and its own way to read the ledger. */
    anotherWorker(): Dependencies {
      const other = openStore(store.ownerUrl, { connections: 3 })
      afterAll(() => other.close())
      return { ...app, db: other.db, readFresh: createFreshReads(ledgerFor), readCredits: createFreshCredits({ ledgerFor, now }) }
    },

    /** Our id of a customer of the books. */
    async customerId(ledgerId: string): Promise<string> {
      const [row] = await asOwner<{ id: string }>(store.ownerUrl, 'select id from customers where ledger_id = $1', [ledgerId])
      if (!row) throw new Error('that customer has not been read yet')
      return row.id
    },

    /** Our id of an invoice of the books. */
    async invoiceId(ledgerId: string): Promise<string> {
      const [row] = await asOwner<{ id: string }>(store.ownerUrl, 'select id from invoices where ledger_id = $1', [ledgerId])
      if (!row) throw new Error('that invoice has not been read yet')
      return row.id
    },

    /** The message on its way, as the flow's functions name it; throws unless there is exactly one. */
    async waiting(): Promise<{ businessId: string; chaseId: string }> {
      const found = await asOwner<{ id: string }>(
        store.ownerUrl,
        `select id from chases where channel = 'email' and status in ('planned', 'awaiting-approval', 'sending', 'unknown')`,
      )
      const [only, ...more] = found
      if (!only || more.length > 0) throw new Error(`${found.length} messages are on their way`)
      return { businessId, chaseId: only.id }
    },

    /** The owner says yes to everything that waits for it. */
    async approveAll(): Promise<void> {
      const waiting = await asOwner<{ id: string }>(store.ownerUrl, `select id from chases where status = 'awaiting-approval'`)
      for (const { id } of waiting) await this.approve(id)
    },

    /** The owner reads a message as it is now, the one on its way unless named, and says yes to that. */
    async approve(chaseId?: string): Promise<'approved' | 'changed' | 'gone'> {
      const choice = { businessId, userId, chaseId: chaseId ?? (await this.waiting()).chaseId }
      const preview = await previewChase(app, businessId, choice.chaseId)
      return approveChase(app, choice, preview?.version ?? 'nothing to see')
    },

    /** The instant at which it is this hour of a day where the business is. */
    at: (on: string, time: string): Temporal.Instant => Temporal.PlainDateTime.from(`${on}T${time}`).toZonedDateTime(zone).toInstant(),

    /** Moves to an hour of a day where the business is. */
    async until(on: string, time = '20:00') {
      return advanceTo(this.at(on, time).toString())
    },

    /** Nothing of ours runs until an hour of a day where the business is; whatever fell due meanwhile is late then. */
    async outageUntil(on: string, time: string) {
      awake.from = this.at(on, time)
      return this.until(on, time)
    },

    /** A customer that is neither new nor late by habit: two years of paying on the day. */
    regular(name: string, given: Partial<NewCustomer> = {}) {
      const customer = books.addCustomer({ name, firstName: 'Eva', lastName: 'Soler', email: `pagos@${slug(name)}.example`, region: 'Madrid', ...given })
      for (const month of ['2025-03', '2025-06', '2025-09']) {
        const old = books.addInvoice({ customerId: customer.id, total: money(10_000, 'EUR'), number: `H-${slug(name)}-${month}`, issuedOn: day(`${month}-01`), dueOn: day(`${month}-28`) })
        books.pay(old.id, day(`${month}-28`))
      }
      return customer
    },

    /** An invoice of so many euros (in cents) that falls due on a day. */
    invoice(customerId: string, dueOn: string, minor = 50_000, given: Partial<BookInvoice> = {}): BookInvoice {
      issued += 1
      return books.addInvoice({ customerId, total: money(minor, 'EUR'), number: `F-${String(issued).padStart(4, '0')}`, issuedOn: day('2026-01-20'), dueOn: day(dueOn), ...given })
    },

    /** What went out: "2026-03-04 09:00 firm → ana@x.example". */
    async diary(): Promise<string[]> {
      const rows = await asOwner<{ sent_at: string; stage: string; to: string }>(
        store.ownerUrl,
        `select to_char(c.sent_at at time zone $1, 'YYYY-MM-DD HH24:MI') as sent_at, c.stage, m.recipients->0->>'address' as "to"
           from chases c join messages m on m.chase_id = c.id where c.status = 'sent' order by c.sent_at, m.recipients`,
        [zone],
      )
      return rows.map((row) => `${row.sent_at} ${row.stage} → ${row.to}`)
    },

    /** The kinds of events of a day, or of all days, in order. */
    async events(on?: Day): Promise<string[]> {
      const rows = await asOwner<{ kind: string }>(
        store.ownerUrl,
        `select kind from events where $1::date is null or (at at time zone $2)::date = $1::date order by id`,
        [on ?? null, zone],
      )
      return rows.map((row) => row.kind)
    },

    /** The chases with their states: "day-1 cancelled (paid)". */
    async chases(): Promise<string[]> {
      const rows = await asOwner<{ line: string }>(
        store.ownerUrl,
        `select step_id || ' ' || status || coalesce(' (' || closed_because || ')', '') as line from chases order by planned_at, step_id`,
      )
      return rows.map((row) => row.line)
    },

    /** Today's verdict for a customer of the books. */
    async verdict(customerLedgerId: string): Promise<{ decision: string; reason: string; segment: string } | undefined> {
      const [row] = await asOwner<{ decision: string; reason: string; segment: string }>(
        store.ownerUrl,
        `select v.decision, v.reason, v.segment from verdicts v join customers c on c.id = v.customer_id where c.ledger_id = $1 order by on_day desc limit 1`,
        [customerLedgerId],
      )
      return row
    },

    notes: (invoiceId: string): string[] => books.notesOn(invoiceId).map((note) => note.text),
  } // prettier-ignore
}

export type WorldOptions = {
  start?: string
  mode?: Mode
  zone?: string
  country?: string
  pageSize?: number
  /** Books of the test's own, which keep the world's time; an empty company's unless given. */
  books?: (now: () => Temporal.Instant) => Books
  /** Jobs run one after the other, so that the same days always go by in the same way. */
  oneByOne?: boolean
}

/** What the ledger says differently from what its books hold. */
export type Distortion = {
  readonly page?: (method: ListMethod, page: LedgerPage<{ readonly id: string }>) => LedgerPage<{ readonly id: string }>
  readonly changes?: (changes: LedgerChanges) => LedgerChanges
  readonly pdf?: (invoiceId: string) => Uint8Array
}

type ListMethod = 'openInvoices' | 'settledInvoices' | 'customers' | 'credits' | 'payments'

function distort(ledger: Ledger, distorted: { current: Distortion }): Ledger {
  const pages = <T extends { readonly id: string }>(
    method: ListMethod,
    list: AsyncIterable<LedgerPage<T>>,
  ): AsyncIterable<LedgerPage<T>> =>
    mapped(list, (page) => (distorted.current.page?.(method, page) ?? page) as LedgerPage<T>)
  return {
    ...ledger,
    openInvoices: (from) => pages('openInvoices', ledger.openInvoices(from)),
    settledInvoices: (since, from) => pages('settledInvoices', ledger.settledInvoices(since, from)),
    customers: (from) => pages('customers', ledger.customers(from)),
    credits: (from) => pages('credits', ledger.credits(from)),
    payments: (since, from) => pages('payments', ledger.payments(since, from)),
    pdf: async (id) => distorted.current.pdf?.(id) ?? ledger.pdf(id),
    changes: (since) => mapped(ledger.changes(since), (changes) => distorted.current.changes?.(changes) ?? changes),
  }
}

async function* mapped<T>(source: AsyncIterable<T>, change: (value: T) => T): AsyncGenerator<T> {
  for await (const value of source) yield change(value)
}

/** Compiled and looked up once for all worlds of a file. */
const templates = createCompose(new URL('../../templates', import.meta.url).pathname)
const holidayLookup = createHolidayLookup()

export const accepted = (email: Email): Delivery => ({
  accepted: [...email.to, ...email.cc].map(({ address }) => address),
  refused: [],
  answer: '250 2.0.0 queued',
})

const slug = (name: string): string => name.toLowerCase().replace(/[^a-z]+/g, '-')

export type { TestDatabase }
