import { randomUUID } from 'node:crypto'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { afterAll } from 'vitest'
import { createHolidayLookup } from '../../src/flow/calendar.ts'
import { createPapers } from '../../src/documents/create-papers.ts'
import { createFreshCredits } from '../../src/flow/fresh-credits.ts'
import { createFreshReads } from '../../src/flow/fresh-reads.ts'
import type { Hint } from '../../src/flow/receive.ts'
import { createSignInLink } from '../../src/flow/sign-in.ts'
import { createLog } from '../../src/log.ts'
import { createPdfReader } from '../../src/documents/pdf-text.ts'
import { pickAttachments } from '../../src/mail/attachments.ts'
import { checkMessage } from '../../src/mail/check.ts'
import { rawMessage } from '../../src/mail/mime.ts'
import { inBusiness, type Db } from '../../src/store/db.ts'
import type { Role } from '../../src/store/people.ts'
import type { LedgerName, NotReady, WebDependencies } from '../../src/web/dependencies.ts'
import { createWeb } from '../../src/web/server.ts'
import { everyOpening } from '../support/openings.ts'
import { connectWorld, type ConnectWorld } from '../support/connecting.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'

export type WebWorld = {
  app: WebDependencies
  connect: ConnectWorld
  server: FastifyInstance
  store: TestDatabase
  hints: { ledger: LedgerName; hints: readonly Hint[] }[]
  /** What the log printed, line by line. */
  printed: string[]
  /** Set to make storing hints fail. */
  trouble: { storing: Error | null; ready: NotReady | null }
}

export const XERO_KEY = 'xero-signing-key'
export const QUICKBOOKS_KEY = 'test-verifier-token'

const configOf = (publicUrl: string): WebDependencies['config'] => ({
  publicUrl,
  smtpUrl: 'smtp://127.0.0.1:2525',
  xero: {
    app: { clientId: 'xero-client', clientSecret: 'canary-xero-client-secret' },
    webhookKey: XERO_KEY,
    authorizeUrl: 'https://xero.example/authorize',
    identityUrl: 'https://xero.example',
    apiUrl: 'https://xero.example',
  },
  quickbooks: {
    app: { clientId: 'quickbooks-client', clientSecret: 'canary-quickbooks-client-secret' },
    webhookVerifier: QUICKBOOKS_KEY,
    authorizeUrl: 'https://intuit.example/authorize',
    tokenUrl: 'https://intuit.example/token',
    revokeUrl: 'https://intuit.example/revoke',
    apiUrl: 'https://intuit.example',
  },
})

/** The web part on a real database, with scripted vendors, a mailbox and a log that can be read. */
export async function openWeb(
  options: {
    publicUrl?: string
    config?: Partial<WebDependencies['config']>
    testClock?: WebDependencies['testClock']
    /** Instead of a text that says little more than the stage. */
    compose?: WebDependencies['compose']
    /** For the pages that ask the ledger; unless given, none may. */
    ledgerFor?: WebDependencies['ledgerFor']
  } = {},
): Promise<WebWorld> {
  const store = await freshDatabase()
  const connect = connectWorld(store)
  const publicUrl = options.publicUrl ?? connect.publicUrl
  const printed: string[] = []
  const hints: WebWorld['hints'] = []
  const trouble: WebWorld['trouble'] = { storing: null, ready: null }
  const noLedger = async (): Promise<never> => {
    throw new Error('no page asks a ledger')
  }
  const ledgerFor = options.ledgerFor ?? noLedger
  const app: WebDependencies = {
    ...connect,
    publicUrl,
    config: { ...configOf(publicUrl), ...options.config },
    log: createLog('debug', { write: (line) => void printed.push(line) }),
    holidays: createHolidayLookup(),
    ledgerFor,
    readFresh: createFreshReads(ledgerFor),
    readCredits: createFreshCredits({ ledgerFor, now: connect.now }),
    checkMessage,
    pickAttachments,
    readPdfText: createPdfReader().textOf,
    openings: everyOpening,
    papers: createPapers(),
    rawMessage,
    compose:
      options.compose ??
      ((facts) => ({
        wording: 'test.1',
        subject: `Preview for ${facts.customer.name}`,
        html: `<!doctype html><p>${facts.stage} preview</p>`,
        text: `${facts.stage} preview`,
      })),
    receiveHints: async (ledger, received) => {
      if (trouble.storing) throw trouble.storing
      hints.push({ ledger, hints: received })
    },
    testClock: options.testClock ?? null,
    ready: async () => trouble.ready,
  }
  const server = await createWeb(app)
  afterAll(() => server.close())
  return { app, connect, server, store, hints, printed, trouble }
}

/** Signs a person in and returns the cookie to send along. */
export async function signIn(
  { app, server }: Pick<WebWorld, 'app' | 'server'>,
  email: string,
  businessName?: string,
): Promise<string> {
  const link = await createSignInLink(app, {
    email,
    publicUrl: app.config.publicUrl,
    ...(businessName !== undefined && { businessName }),
  })
  return cookieOf(await server.inject({ url: new URL(link).pathname }))
}

/** The session cookie an answer sets, as the browser would send it back. */
export function cookieOf(answer: LightMyRequestResponse): string {
  const cookie = answer.cookies.find(({ name }) => name.endsWith('sid'))
  if (!cookie) throw new Error(`no session cookie in an answer of ${answer.statusCode}`)
  return `${cookie.name}=${cookie.value}`
}

/** Sends a form as a browser does from our own page. */
export const post = (
  server: FastifyInstance,
  url: string,
  cookie: string,
  form: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = { 'sec-fetch-site': 'same-origin' },
): Promise<LightMyRequestResponse> =>
  server.inject({
    method: 'POST',
    url,
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(form).toString(),
  })

export const get = (server: FastifyInstance, url: string, cookie: string): Promise<LightMyRequestResponse> =>
  server.inject({ url, headers: { cookie } })

/** What a person reads: without tags, spaces collapsed. */
export const readable = (body: string): string =>
  body
    .replaceAll(/<(style|title)[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/[\s\u00a0]+/g, ' ')

export type Seeded = Awaited<ReturnType<typeof seedBusiness>>

/**
 * A business with a customer of each kind of trouble: overdue invoices, a message sent with its note, one that awaits
 * approval, a call to make, a dispute, a payment, verdicts and history.
 */
export async function seedBusiness(
  db: Db,
  names: { business: string; customer: string; email?: string },
  now = Temporal.Instant.from('2026-03-02T09:00:00Z'),
) {
  const businessId = randomUUID()
  const id = {
    connection: randomUUID(),
    customer: randomUUID(),
    debtor: randomUUID(),
    open: randomUUID(),
    paid: randomUUID(),
    hold: randomUUID(),
  }
  const common = { business_id: businessId }
  const at = now.toString()
  await inBusiness(db, businessId, async (inside) => {
    await inside
      .insertInto('businesses')
      .values({
        id: businessId,
        name: names.business,
        mode: 'approve',
        base_currency: 'EUR',
        country: 'ES',
        sender_name: 'Ana Vega',
      })
      .execute()
    await inside
      .insertInto('connections')
      .values({
        ...common,
        id: id.connection,
        ledger: 'xero',
        organisation_id: `org-${businessId}`,
        organisation_name: `${names.business} Ltd`,
        connected_at: at,
        first_loaded_at: at,
        last_synced_at: at,
        own_reminders: true,
      })
      .execute()
    await inside
      .insertInto('customers')
      .values([
        {
          ...common,
          id: id.customer,
          connection_id: id.connection,
          ledger_id: 'c1',
          name: names.customer,
          phone: '+34 600 000 000',
        },
        { ...common, id: id.debtor, connection_id: id.connection, ledger_id: 'c2', name: 'Quiet Debtor' },
      ])
      .execute()
    await inside
      .insertInto('contacts')
      .values([
        {
          ...common,
          customer_id: id.customer,
          email: names.email ?? 'pay@customer.example',
          name: 'Eva',
          role: 'main',
        },
        {
          ...common,
          customer_id: id.customer,
          email: 'old@customer.example',
          role: 'copied',
          bounced_at: at,
          bounced_why: '550 no such user',
        },
      ])
      .execute()
    const invoice = {
      ...common,
      connection_id: id.connection,
      customer_id: id.customer,
      currency: 'EUR',
      version: 'v1',
      changed_at: at,
      seen_at: at,
    }
    await inside
      .insertInto('invoices')
      .values([
        {
          ...invoice,
          id: id.open,
          ledger_id: 'i1',
          number: 'INV-1',
          issued_on: '2026-01-15',
          due_on: '2026-02-14',
          total_minor: 150_000,
          balance_minor: 123_450,
          state: 'open',
        } as never,
        {
          ...invoice,
          id: id.paid,
          ledger_id: 'i2',
          number: 'INV-2',
          issued_on: '2025-12-01',
          due_on: '2025-12-31',
          total_minor: 50_000,
          balance_minor: 0,
          state: 'paid',
          paid_on: '2026-01-03',
        } as never,
        {
          ...invoice,
          id: randomUUID(),
          customer_id: id.debtor,
          ledger_id: 'i3',
          number: 'GBP-3',
          issued_on: '2026-02-20',
          due_on: '2026-03-20',
          total_minor: 20_000,
          balance_minor: 20_000,
          currency: 'GBP',
          state: 'open',
        } as never,
      ])
      .execute()
    await inside
      .insertInto('payments')
      .values({
        ...common,
        connection_id: id.connection,
        ledger_id: 'p1',
        invoice_ledger_id: 'i2',
        customer_id: id.customer,
        paid_on: '2026-01-03' as never,
        currency: 'EUR',
        amount_minor: 50_000,
      })
      .execute()
    await inside
      .insertInto('holds')
      .values({
        ...common,
        id: id.hold,
        customer_id: id.debtor,
        kind: 'pause',
        created_by: 'puntual',
        created_at: at,
        why: 'away',
      })
      .execute()
    await inside
      .insertInto('verdicts')
      .values([
        {
          ...common,
          customer_id: id.customer,
          on_day: '2026-03-02' as never,
          decision: 'ask',
          reason: 'approval-needed',
          segment: 'regular',
          step_id: 'day-15',
          facts: JSON.stringify({ stage: 'serious', today: '2026-03-02', anchorDueOn: '2026-02-14', daysOverdue: 16 }),
          decided_at: at,
        },
        {
          ...common,
          customer_id: id.debtor,
          on_day: '2026-03-02' as never,
          decision: 'wait',
          reason: 'paused',
          segment: 'new',
          facts: '{}',
          decided_at: at,
        },
      ])
      .execute()
  })
  const chase = await seedChases(db, businessId, id, at)
  return { businessId, ...id, ...chase }
}

async function seedChases(
  db: Db,
  businessId: string,
  id: { connection: string; customer: string; open: string },
  at: string,
) {
  const [sent, awaiting, call, spell] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  const common = {
    business_id: businessId,
    customer_id: id.customer,
    connection_id: id.connection,
    spell_id: spell,
    segment: 'regular',
    approval_needed: true,
    most_per_7_days: 2,
    send_after: at,
  }
  await inBusiness(db, businessId, async (inside) => {
    await inside
      .insertInto('spells')
      .values({
        id: spell,
        business_id: businessId,
        customer_id: id.customer,
        anchor_invoice_id: id.open,
        started_on: '2026-02-23' as never,
      })
      .execute()
    await inside
      .insertInto('chases')
      .values([
        {
          ...common,
          id: sent,
          step_id: 'day-7',
          channel: 'email',
          stage: 'firm',
          status: 'sent',
          planned_on: '2026-02-23' as never,
          planned_at: '2026-02-23T06:00:00Z',
          sent_at: '2026-02-23T09:00:00Z',
          sent_on: '2026-02-23' as never,
          quiet: '[2026-02-23,2026-02-25)',
        },
        {
          ...common,
          id: awaiting,
          step_id: 'day-15',
          channel: 'email',
          stage: 'serious',
          status: 'awaiting-approval',
          planned_on: '2026-03-02' as never,
          planned_at: '2026-03-02T06:00:00Z',
        },
        {
          ...common,
          id: call,
          step_id: 'call-21',
          channel: 'call',
          stage: null,
          status: 'task',
          planned_on: '2026-03-02' as never,
          planned_at: '2026-03-02T06:00:00Z',
        },
      ])
      .execute()
    await inside
      .insertInto('chase_invoices')
      .values(
        [sent, awaiting].map((chaseId) => ({
          business_id: businessId,
          chase_id: chaseId,
          invoice_id: id.open,
          currency: 'EUR',
          balance_minor: 123_450,
          due_on: '2026-02-14' as never,
          version: 'v1',
        })),
      )
      .execute()
    await inside
      .insertInto('messages')
      .values({
        chase_id: sent,
        business_id: businessId,
        message_id: `<${sent}@puntual.example>`,
        wording: 'firm.en.1',
        subject: 'Overdue: INV-1',
        html: '<!doctype html><p>Please pay <b>INV-1</b><script>alert(1)</script></p>',
        body_text: 'Please pay INV-1',
        sender: JSON.stringify({ name: 'Ana Vega', address: 'ana@vega.example' }),
        recipients: JSON.stringify([{ name: 'Eva', address: 'pay@customer.example' }]),
        copies: '[]',
        attachments: JSON.stringify([{ filename: 'INV-1.pdf' }]),
        unattended: true,
        composed_at: '2026-02-23T09:00:00Z',
      })
      .execute()
    await inside
      .insertInto('notes')
      .values({
        business_id: businessId,
        chase_id: sent,
        invoice_id: id.open,
        kind: 'sent',
        token: sent,
        body: 'Reminder sent to pay@customer.example',
        created_at: '2026-02-23T09:00:00Z',
        written_at: '2026-02-23T09:01:00Z',
      })
      .execute()
    await inside
      .insertInto('events')
      .values([
        {
          business_id: businessId,
          customer_id: id.customer,
          chase_id: sent,
          at: '2026-02-23T09:00:00Z',
          kind: 'mail-sent',
          facts: JSON.stringify({ to: ['pay@customer.example'], stage: 'firm' }),
        },
        {
          business_id: businessId,
          customer_id: id.customer,
          invoice_id: id.open,
          at: '2026-02-27T09:00:00Z',
          kind: 'invoice-part-paid',
          actor: 'ledger',
          facts: JSON.stringify({ number: 'INV-1', currency: 'EUR', beforeMinor: 150_000, afterMinor: 123_450 }),
        },
      ])
      .execute()
  })
  return { sent, awaiting, call }
}

/** Adds a person to a business and returns their address. */
export async function addPerson(db: Db, businessId: string, role: Role): Promise<string> {
  const email = `${role}-${randomUUID()}@example.com`
  const { id } = await db.insertInto('users').values({ email }).returning('id').executeTakeFirstOrThrow()
  await inBusiness(db, businessId, (inside) =>
    inside.insertInto('memberships').values({ business_id: businessId, user_id: id, role }).execute(),
  )
  return email
}
