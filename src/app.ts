import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { AvailableWordings } from './chase/policy-check.ts'
import { DATA_DIRECTORY, type Config } from './config.ts'
import type { MailCatcher } from './demo/mail-catcher.ts'
import { createPapers } from './documents/create-papers.ts'
import { callsWrittenDown } from './flow/allowance.ts'
import { createHolidayLookup } from './flow/calendar.ts'
import type { ConnectDependencies, Dependencies, Log } from './flow/dependencies.ts'
import { createFreshCredits } from './flow/fresh-credits.ts'
import { createPdfReader } from './documents/pdf-text.ts'
import { createFreshReads } from './flow/fresh-reads.ts'
import { gatherHints } from './flow/gather-hints.ts'
import { noticeDisconnected } from './flow/reconnect.ts'
import { ledgerSession } from './flow/session.ts'
import { watchLedger } from './flow/watched-ledger.ts'
import { openQueue, SENDS_SIDE_BY_SIDE, type Queue } from './jobs/queue.ts'
import { QUEUES } from './jobs/queues.ts'
import { createTestClock } from './jobs/test-clock.ts'
import type { LedgerKind } from './ledgers/ledger.ts'
import type { LedgerOAuth } from './ledgers/oauth.ts'
import { createQuickBooksLedger } from './ledgers/quickbooks/ledger.ts'
import { createQuickBooksOAuth } from './ledgers/quickbooks/oauth.ts'
import { createXeroLedger } from './ledgers/xero/ledger.ts'
import { createXeroOAuth } from './ledgers/xero/oauth.ts'
import { createLog } from './log.ts'
import { pickAttachments } from './mail/attachments.ts'
import { checkMessage } from './mail/check.ts'
import { createCompose } from './mail/compose.ts'
import { rawMessage } from './mail/mime.ts'
import { openingsOf } from './mail/openings.ts'
import { loadWordings } from './mail/wordings.ts'
import { addressFrom } from './mail/address.ts'
import { createSmtpMailer } from './mail/smtp.ts'
import { openStore, type Store } from './store/db.ts'
import { prepareDataDirectory, startEmbeddedPostgres } from './store/embedded-postgres.ts'
import { confirmFirstDatabase } from './store/instance.ts'
import { migrate, missingMigrations } from './store/migrate.ts'
import { openSeal } from './store/sealed.ts'
import type { NotReady, WebDependencies } from './web/dependencies.ts'
import { createWeb } from './web/server.ts'

const TEMPLATES = new URL('../templates', import.meta.url).pathname

export type Database = {
  /** The owner's address: for migrating, and for opening the store, which works as the application role. */
  readonly url: string
  stop(): Promise<void>
}

/** The database of the configuration, or the embedded one, migrated. */
export async function openDatabase(config: Config, directory = DATA_DIRECTORY): Promise<Database> {
  if (config.databaseUrl !== null) return { url: config.databaseUrl, stop: async () => {} }
  await prepareDataDirectory(directory)
  const server = await startEmbeddedPostgres(join(directory, 'postgres'))
  await migrateDatabase(server.url)
  return server
}

/** Brings a database to the newest schema. A database that was empty until now is the real one by definition. */
export async function migrateDatabase(url: string): Promise<string[]> {
  const applied = await migrate(url, QUEUES)
  await confirmFirstDatabase(url)
  return applied
}

/** The database cannot be used as it is: `why` says what is missing, the message what to do about it. */
export class DatabaseNotReady extends Error {
  override readonly name = 'DatabaseNotReady'
  readonly why: NotReady

  constructor(why: NotReady, message: string) {
    super(message)
    this.why = why
  }
}

/** Throws DatabaseNotReady when the database does not answer or its schema is not ours. */
export async function checkDatabase(url: string): Promise<void> {
  let missing: string[]
  try {
    missing = await missingMigrations(url)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new DatabaseNotReady(
      'database',
      `The database does not answer (${why}). Check DATABASE_URL, or unset it to use the embedded one.`,
    )
  }
  if (missing.length > 0) {
    throw new DatabaseNotReady(
      'migrations',
      `The database lacks ${missing.length} migration(s): run "npx puntual migrate" first.`,
    )
  }
}

/** The openings that each message has: what a policy may choose from. */
export const readOpenings = async (): Promise<AvailableWordings> => openingsOf(await loadWordings(TEMPLATES))

type AppDependencies = Dependencies & ConnectDependencies & Pick<WebDependencies, 'openings'>

export type App = {
  readonly dependencies: AppDependencies
  readonly store: Store
  readonly web: FastifyInstance
  readonly queue: Queue
  /** Null when SMTP_URL sends the mail elsewhere. */
  readonly catcher: MailCatcher | null
  readonly testClock: ReturnType<typeof createTestClock> | null
  /** Starts working on jobs. With a test clock, work is done when the clock is moved instead. */
  work(): Promise<void>
  /** Stops taking requests and jobs, finishes what is under way, and lets go of everything. */
  stop(): Promise<void>
}

/**
 * Puts the application together. The only place that knows which ledgers, mail server and database there are.
 *
 * `catcher` takes the mail when no SMTP server is configured; without one given, one is started here.
 */
export async function createApp(
  config: Config,
  databaseUrl: string,
  given: { catcher?: MailCatcher } = {},
): Promise<App> {
  const log = createLog(config.logLevel)
  const testClock = config.testClock === null ? null : createTestClock(config.testClock)
  const wallClock = (): Temporal.Instant => Temporal.Now.instant()
  const now = testClock ? () => testClock.now() : wallClock

  const store = openStore(databaseUrl)
  const queue = await openQueue(databaseUrl, log)
  const ownCatcher = config.smtpUrl === null && !given.catcher ? await startOwnCatcher() : null
  const catcher = config.smtpUrl === null ? (given.catcher ?? ownCatcher) : null
  const mailer = createSmtpMailer({ url: config.smtpUrl ?? catcher?.smtpUrl ?? '', maxConnections: SENDS_SIDE_BY_SIDE })
  const compose = await createCompose(TEMPLATES)
  const openings = await readOpenings()
  const pdfReader = createPdfReader()

  const oauth: Record<LedgerKind, LedgerOAuth | null> = {
    xero: config.xero.app && createXeroOAuth({ ...config.xero.app, ...config.xero, now }),
    quickbooks: config.quickbooks.app && createQuickBooksOAuth({ ...config.quickbooks.app, ...config.quickbooks, now }),
  }
  const connect: ConnectDependencies & { apiUrls: Readonly<Record<LedgerKind, string>> } = {
    db: store.db,
    now,
    wallClock,
    log,
    enqueue: queue.enqueue,
    mailer,
    mailFrom: addressFrom(config.mailFrom),
    oauth,
    seal: openSeal(store.db, config.appKeys),
    publicUrl: config.publicUrl,
    apiUrls: { xero: config.xero.apiUrl, quickbooks: config.quickbooks.apiUrl },
  }
  const openLedger: Dependencies['ledgerFor'] = async (connection, purpose) => {
    const { ledger, notesAs, session } = await ledgerSession(connect, connection, purpose)
    const opened = ledger === 'xero' ? createXeroLedger(session) : createQuickBooksLedger(session, { notes: notesAs })
    return watchLedger(opened, (error) => noticeDisconnected(connect, connection, error.message))
  }
  const ledgerFor = sharedBriefly(openLedger)
  const dependencies: AppDependencies = {
    ...connect,
    holidays: createHolidayLookup(),
    ledgerFor,
    readFresh: createFreshReads(ledgerFor),
    readCredits: createFreshCredits({ ledgerFor, now }),
    compose,
    openings,
    checkMessage,
    pickAttachments,
    readPdfText: pdfReader.textOf,
  }
  testClock?.drive(dependencies, queue)

  const web = await createWeb({
    ...dependencies,
    papers: createPapers(),
    rawMessage,
    config,
    receiveHints: gatherHints(dependencies),
    testClock,
    ready: () => readiness(databaseUrl, log),
  })

  return {
    dependencies,
    store,
    web,
    queue,
    catcher,
    testClock,
    async work() {
      if (!testClock) await queue.work(dependencies)
    },
    async stop() {
      await web.close()
      await queue.stop()
      await mailer.close()
      await pdfReader.close()
      await ownCatcher?.close()
      await callsWrittenDown()
      await store.close()
    },
  }
}

/** How long one opening of a ledger serves: about as long as the job that asked for it. */
const SHARED_FOR_MS = 5000

/**
 * Opens a ledger once for work that comes together: the parts of one send, and sends side by side, would otherwise
 * each read the same connection and tokens. Every call still asks the session for a token that is good.
 */
function sharedBriefly(open: Dependencies['ledgerFor']): Dependencies['ledgerFor'] {
  const opened = new Map<string, { readonly ledger: ReturnType<typeof open>; readonly untilMs: number }>()
  return (connection, purpose) => {
    const key = `${connection.connectionId}/${purpose}`
    const nowMs = performance.now()
    const shared = opened.get(key)
    if (shared && shared.untilMs > nowMs) return shared.ledger
    for (const [old, { untilMs }] of opened) if (untilMs <= nowMs) opened.delete(old)
    const ledger = open(connection, purpose)
    opened.set(key, { ledger, untilMs: nowMs + SHARED_FOR_MS })
    // A failure is not shared: the next one to ask may find the connection mended.
    ledger.catch(() => opened.delete(key))
    return ledger
  }
}

/** Loaded when there is no mail server to send to: real installations have one. */
async function startOwnCatcher(): Promise<MailCatcher> {
  const { startMailCatcher } = await import('./demo/mail-catcher.ts')
  return startMailCatcher({ host: '127.0.0.1', smtpPort: 0, httpPort: 0 })
}

/** What stands in the way of serving, in a word that anybody may see; null when nothing does. The reason goes to the log. */
export async function readiness(databaseUrl: string, log: Log): Promise<NotReady | null> {
  try {
    await checkDatabase(databaseUrl)
    return null
  } catch (error) {
    log.error({ error }, 'not ready to serve')
    return error instanceof DatabaseNotReady ? error.why : 'database'
  }
}
