import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { createApp, migrateDatabase } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { Visitor } from '../../src/demo/visitor.ts'
import { createSignInLink } from '../../src/flow/sign-in.ts'
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts'
import { startHelper, type Helper } from './helper.ts'
import type { SimulatorOptions, SimulatorReady } from './simulator-process.ts'

/** What a process of the benchmark needs to work on the stage: plain values, so that it can be handed over. */
export type Place = {
  readonly databaseUrl: string
  /** The app's environment, as a real installation would have it. */
  readonly environment: Readonly<Record<string, string>>
  readonly ledger: 'xero' | 'quickbooks'
  readonly organisationId: string
  readonly businessId: string
  readonly connectionId: string
}

export type Stage = {
  readonly place: Place
  /** The calls the simulated ledger has had since this was last asked, by kind. */
  ledgerCalls(): Promise<Record<string, number>>
  /** Runs statements as the database's owner and returns the rows of the last one. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  stop(): Promise<void>
}

export type Database = { readonly url: string; stop(): Promise<void> }

/** A real Postgres of its own, as durable as a real installation's, migrated. */
export async function openBenchDatabase(): Promise<Database> {
  const directory = mkdtempSync(join(tmpdir(), 'puntual-bench-'))
  const server = await startEmbeddedPostgres(join(directory, 'postgres'))
  await migrateDatabase(server.url)
  return {
    url: server.url,
    async stop() {
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** One business on a fresh database, connected to a simulated ledger through the real consent. */
export async function openStage(
  books: Omit<SimulatorOptions, 'redirectUri' | 'clientId' | 'clientSecret'>,
): Promise<Stage> {
  const database = await openBenchDatabase()
  const publicUrl = `http://127.0.0.1:${await freePort()}`
  const { ledger } = books
  const client = { clientId: 'bench', clientSecret: 'bench-secret' }
  const simulator: Helper & { ready: SimulatorReady } = await startHelper('simulator-process.ts', {
    ...books,
    ...client,
    redirectUri: `${publicUrl}/oauth/${ledger}/callback`,
  } satisfies SimulatorOptions)
  const { url, organisationId } = simulator.ready
  const environment: Record<string, string> = {
    PORT: new URL(publicUrl).port,
    PUBLIC_URL: publicUrl,
    APP_KEYS: `bench-1:${Buffer.alloc(32, 7).toString('base64')}`,
    MAIL_FROM: 'Ana Vega <ana@vega.example>',
    SMTP_URL: 'smtp://127.0.0.1:1',
    LOG_LEVEL: 'warn',
    ...(ledger === 'xero'
      ? {
          XERO_CLIENT_ID: client.clientId,
          XERO_CLIENT_SECRET: client.clientSecret,
          XERO_WEBHOOK_KEY: 'bench-webhook-key',
          XERO_AUTHORIZE_URL: `${url}/identity/connect/authorize`,
          XERO_IDENTITY_URL: url,
          XERO_API_URL: url,
        }
      : {
          QUICKBOOKS_CLIENT_ID: client.clientId,
          QUICKBOOKS_CLIENT_SECRET: client.clientSecret,
          QUICKBOOKS_AUTHORIZE_URL: `${url}/connect/oauth2`,
          QUICKBOOKS_TOKEN_URL: `${url}/oauth2/v1/tokens/bearer`,
          QUICKBOOKS_REVOKE_URL: `${url}/v2/oauth2/tokens/revoke`,
          QUICKBOOKS_API_URL: url,
        }),
  }
  await connect(database.url, environment, ledger, publicUrl)
  const owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  const { rows } = await owner.query<{ id: string; business_id: string }>('select id, business_id from connections')
  const [connection] = rows
  if (!connection) throw new Error('the business was not connected')
  await simulator.ask('calls')
  return {
    place: {
      databaseUrl: database.url,
      environment,
      ledger,
      organisationId,
      businessId: connection.business_id,
      connectionId: connection.id,
    },
    ledgerCalls: () => simulator.ask('calls'),
    query: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await owner.query<Row>(text, values)).rows,
    async stop() {
      await owner.end()
      await simulator.stop()
      await database.stop()
    },
  }
}

async function connect(
  databaseUrl: string,
  environment: Record<string, string>,
  ledger: string,
  publicUrl: string,
): Promise<void> {
  const config = readConfig(environment)
  const app = await createApp(config, databaseUrl)
  try {
    await app.web.listen({ host: '127.0.0.1', port: config.port })
    const visitor = new Visitor()
    const people = { db: app.store.db, wallClock: () => Temporal.Now.instant() }
    await visitor.open(
      await createSignInLink(people, { email: 'ana@vega.example', publicUrl, businessName: 'Talleres Vega' }),
    )
    const consent = await visitor.open(`${publicUrl}/connect/${ledger}`)
    const confirmation = await visitor.submit(consent, /authorize|oauth2/)
    await visitor.submit(confirmation, /confirm/)
  } finally {
    await app.stop()
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done))
  const address = probe.address()
  await new Promise((done) => probe.close(done))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
