import { createServer } from 'node:net'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { createApp, migrateDatabase, type App } from '../app.ts'
import { DATA_DIRECTORY, readConfig } from '../config.ts'
import { createDemoCompanies, type DemoCompanies, type DemoCompany } from '../demo/company.ts'
import { startMailCatcher, type MailCatcher } from '../demo/mail-catcher.ts'
import { startQuickBooksSimulator, type QuickBooksSimulator } from '../demo/quickbooks/server.ts'
import { createStory, type Story } from '../demo/story.ts'
import { Visitor } from '../demo/visitor.ts'
import { startXeroSimulator, type XeroSimulator } from '../demo/xero/server.ts'
import { changeSettings, setMode } from '../flow/control.ts'
import { createSignInLink } from '../flow/sign-in.ts'
import { readBusiness } from '../store/businesses.ts'
import { inBusiness } from '../store/db.ts'
import { addressOf, prepareDataDirectory, startEmbeddedPostgres } from '../store/embedded-postgres.ts'
import { findBusinessByName, findPersonByEmail } from '../store/people.ts'

/** The demo's people: one owner for each company, and a bookkeeper's view of both through the same sign-in. */
export const DEMO_EMAIL = 'demo@puntual.example'

/** A business on the demo's stage: its books, and what Puntual calls it. */
export type Player = {
  readonly company: DemoCompany
  readonly businessId: string
  readonly userId: string
  readonly name: string
}

/** Everything the demo runs on: the app, both simulated ledgers, the mail catcher, the story. */
export type Stage = {
  readonly app: App
  readonly players: readonly Player[]
  readonly story: Story
  readonly companies: DemoCompanies
  readonly catcher: MailCatcher
  readonly xero: XeroSimulator
  readonly quickbooks: QuickBooksSimulator
  readonly publicUrl: string
  now(): Temporal.Instant
  advanceTo(instant: Temporal.Instant): Promise<Readonly<Record<string, number>>>
  signInLink(): Promise<string>
  stop(): Promise<void>
}

const XERO_APP = { clientId: 'puntual-demo-xero', clientSecret: randomBytes(16).toString('hex') }
const INTUIT_APP = { clientId: 'puntual-demo-quickbooks', clientSecret: randomBytes(16).toString('hex') }

/**
 * Starts the real application on an embedded Postgres against the two simulated ledgers and the mail catcher, all on
 * a test clock, and connects one company to each through the consent pages.
 *
 * The demo has a database of its own beside the real one and begins anew each time.
 */
export async function openStage(start: Temporal.Instant, port: number, say: (line: string) => void): Promise<Stage> {
  const stops: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    // The last to come is the first to go: nobody loses what it still needs.
    for (const each of stops.splice(0).reverse()) await each()
  }
  try {
    return await setStage(start, port, say, stops, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function setStage(
  start: Temporal.Instant,
  port: number,
  say: (line: string) => void,
  stops: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<Stage> {
  await prepareDataDirectory(DATA_DIRECTORY)
  const server = await startEmbeddedPostgres(join(DATA_DIRECTORY, 'postgres'))
  stops.push(() => server.stop())
  say('An embedded Postgres is running.')
  const databaseUrl = await freshDatabase(server.url)
  await migrateDatabase(databaseUrl)

  const publicUrl = `http://localhost:${await freePort(port)}`
  let clock: () => Temporal.Instant = () => start
  const now = (): Temporal.Instant => clock()
  const companies = createDemoCompanies(start, { clock: now })
  const [xeroKey, intuitVerifier] = [randomBytes(24).toString('base64'), randomBytes(24).toString('base64')]
  const catcher = await startMailCatcher({ smtpPort: 0, httpPort: 0 })
  stops.push(() => catcher.close())
  const user = { id: '5f0c2c1a-6a7b-4d4c-9a55-0d5a3a6f1b10', name: 'Marta Vidal', email: DEMO_EMAIL }
  const xero = await startXeroSimulator({
    ...XERO_APP,
    now,
    companies: [companies.spanish],
    redirectUris: [`${publicUrl}/oauth/xero/callback`],
    webhook: { url: `${publicUrl}/webhooks/xero`, key: xeroKey },
    user,
  })
  stops.push(() => xero.close())
  const quickbooks = await startQuickBooksSimulator({
    ...INTUIT_APP,
    now,
    companies: [companies.british],
    redirectUris: [`${publicUrl}/oauth/quickbooks/callback`],
    webhook: { url: `${publicUrl}/webhooks/quickbooks`, key: intuitVerifier },
    payLinks: 'pages',
    user,
  })
  stops.push(() => quickbooks.close())

  const config = readConfig({
    PORT: new URL(publicUrl).port,
    PUBLIC_URL: publicUrl,
    APP_KEYS: `demo-1:${randomBytes(32).toString('base64')}`,
    XERO_CLIENT_ID: XERO_APP.clientId,
    XERO_CLIENT_SECRET: XERO_APP.clientSecret,
    XERO_WEBHOOK_KEY: xeroKey,
    XERO_AUTHORIZE_URL: `${xero.url}/identity/connect/authorize`,
    XERO_IDENTITY_URL: xero.url,
    XERO_API_URL: xero.url,
    QUICKBOOKS_CLIENT_ID: INTUIT_APP.clientId,
    QUICKBOOKS_CLIENT_SECRET: INTUIT_APP.clientSecret,
    QUICKBOOKS_WEBHOOK_VERIFIER: intuitVerifier,
    QUICKBOOKS_AUTHORIZE_URL: `${quickbooks.url}/connect/oauth2`,
    QUICKBOOKS_TOKEN_URL: `${quickbooks.url}/oauth2/v1/tokens/bearer`,
    QUICKBOOKS_REVOKE_URL: `${quickbooks.url}/v2/oauth2/tokens/revoke`,
    QUICKBOOKS_API_URL: quickbooks.url,
    MAIL_FROM: 'Puntual <cobros@puntual.example>',
    TEST_CLOCK: start.toString(),
    LOG_LEVEL: 'warn',
  })
  const app = await createApp(config, databaseUrl, { catcher })
  stops.push(() => app.stop())
  const { testClock } = app
  if (!testClock) throw new Error('the demo runs on a test clock')
  clock = () => testClock.now()
  await app.web.listen({ host: config.host, port: config.port })
  say(`The app, both simulated ledgers and the mail catcher are running.`)

  const people = { db: app.store.db, wallClock: () => Temporal.Now.instant() }
  const signInLink = (businessName?: string): Promise<string> =>
    createSignInLink(people, { email: DEMO_EMAIL, publicUrl, ...(businessName && { businessName }) })
  const players: Player[] = []
  for (const company of [companies.spanish, companies.british]) {
    const name = company.books.company.name
    const visitor = new Visitor()
    await visitor.open(await signInLink(name))
    const consent = await visitor.open(`${publicUrl}/connect/${company.ledger}`)
    // The simulated vendor's consent page, then our own page that names the organisation.
    const confirmation = await visitor.submit(consent, /authorize|oauth2/)
    await visitor.submit(confirmation, /confirm/)
    say(`Connected ${name} (${company.ledger === 'xero' ? 'Xero' : 'QuickBooks'}) through its consent page.`)
    const [businessId, person] = await Promise.all([
      findBusinessByName(app.store.db, name),
      findPersonByEmail(app.store.db, DEMO_EMAIL),
    ])
    if (!businessId || !person) throw new Error(`${name} was not connected`)
    players.push({ company, businessId, userId: person.id, name })
  }
  await app.testClock?.advanceTo(start)
  for (const player of players) await introduce(app, player)

  return {
    app,
    players,
    story: createStory(companies),
    companies,
    catcher,
    xero,
    quickbooks,
    publicUrl,
    now,
    advanceTo: (instant) => testClock.advanceTo(instant),
    signInLink: () => signInLink(),
    stop,
  }
}

/** What an owner fills in on the settings page before the first message leaves. */
async function introduce(app: App, player: Player): Promise<void> {
  const { store, dependencies } = app
  const business = await inBusiness(store.db, player.businessId, (db) => readBusiness(db, player.businessId))
  const spanish = player.company.books.company.country === 'ES'
  const act = { businessId: player.businessId, userId: player.userId }
  await changeSettings(dependencies, {
    ...act,
    settings: {
      ...business,
      senderName: spanish ? 'Marta Vidal' : 'Helen Marsh',
      senderRole: spanish ? 'Administración' : 'Accounts',
      senderPhone: spanish ? '+34 960 000 148' : '+44 20 7946 0148',
      senderEmail: player.company.books.company.email,
      paymentDetails: spanish
        ? 'Transferencia: ES22 9999 0042 1802 1100 4127\nConcepto: el número de la factura'
        : 'Bank transfer: sort code 00-00-00, account 12345678\nReference: the invoice number',
      lateCharges: spanish
        ? 'Nuestras condiciones prevén el interés de demora de la Ley 3/2004.'
        : 'Our terms provide for statutory interest under the Late Payment of Commercial Debts (Interest) Act 1998.',
    },
    policy: { strategicGroups: ['Strategic', 'Estratégico'], defaultTermDays: 30 },
  })
  await setMode(dependencies, { ...act, mode: 'automatic' })
}

/** A new database named puntual_demo on the embedded server, whatever an earlier demo left there. */
async function freshDatabase(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('drop database if exists puntual_demo with (force)')
    await client.query('create database puntual_demo')
    // Sixty days pass in a minute: waiting for the disk after each of their steps would be most of it.
    await client.query('alter database puntual_demo set synchronous_commit = off')
  } finally {
    await client.end()
  }
  return addressOf(url, 'puntual_demo')
}

/** The wanted port, or any free one when it is taken. */
async function freePort(wanted: number): Promise<number> {
  const attempt = (port: number): Promise<number | null> =>
    new Promise((done) => {
      const probe = createServer()
      probe.once('error', () => done(null))
      probe.listen(port, '127.0.0.1', () => {
        const address = probe.address()
        probe.close(() => done(typeof address === 'object' && address ? address.port : null))
      })
    })
  const port = (await attempt(wanted)) ?? (await attempt(0))
  if (port === null) throw new Error('no free port')
  return port
}
