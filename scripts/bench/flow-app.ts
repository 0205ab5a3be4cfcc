import { readConfig } from '../../src/config.ts'
import { createHolidayLookup } from '../../src/flow/calendar.ts'
import type { ConnectDependencies, Dependencies } from '../../src/flow/dependencies.ts'
import { createFreshCredits } from '../../src/flow/fresh-credits.ts'
import { createFreshReads } from '../../src/flow/fresh-reads.ts'
import { ledgerSession } from '../../src/flow/session.ts'
import { openQueue } from '../../src/jobs/queue.ts'
import type { LedgerKind } from '../../src/ledgers/ledger.ts'
import type { LedgerOAuth } from '../../src/ledgers/oauth.ts'
import { createQuickBooksLedger } from '../../src/ledgers/quickbooks/ledger.ts'
import { createQuickBooksOAuth } from '../../src/ledgers/quickbooks/oauth.ts'
import { createXeroLedger } from '../../src/ledgers/xero/ledger.ts'
import { createXeroOAuth } from '../../src/ledgers/xero/oauth.ts'
import { createLog } from '../../src/log.ts'
import { createPdfReader } from '../../src/documents/pdf-text.ts'
import { pickAttachments } from '../../src/mail/attachments.ts'
import { checkMessage } from '../../src/mail/check.ts'
import { createCompose } from '../../src/mail/compose.ts'
import { createSmtpMailer } from '../../src/mail/smtp.ts'
import { openStore, type Store } from '../../src/store/db.ts'
import { openSeal } from '../../src/store/sealed.ts'
import type { Place } from './stage.ts'

export type FlowApp = {
  readonly app: Dependencies & ConnectDependencies
  readonly store: Store
  stop(): Promise<void>
}

/**
 * The real flow over the real adapters, as src/app.ts puts it together, but for one thing: the clock.
 *
 * A vendor's allowance would stop any benchmark after a minute's calls. Here the app's clock moves on by
 * `secondsPerCall` with every call to the ledger, as if the calls were that far apart, so that the real allowance is
 * asked, counts and agrees. Whatever depends on time (tokens, windows, leases) sees the same clock.
 */
export async function openFlowApp(
  place: Place,
  clock: { readonly startsAt: Temporal.Instant; readonly secondsPerCall: number },
  smtp: { readonly url: string; readonly connections: number } = { url: 'smtp://127.0.0.1:1', connections: 1 },
): Promise<FlowApp> {
  const config = readConfig(place.environment)
  let passedMs = 0
  const startedAt = performance.now()
  const now = (): Temporal.Instant =>
    clock.startsAt.add({ milliseconds: Math.floor(passedMs + performance.now() - startedAt) })
  const log = createLog('warn')
  const store = openStore(place.databaseUrl)
  const queue = await openQueue(place.databaseUrl, log)
  const mailer = createSmtpMailer({ url: smtp.url, maxConnections: smtp.connections })
  const oauth: Record<LedgerKind, LedgerOAuth | null> = {
    xero: config.xero.app && createXeroOAuth({ ...config.xero.app, ...config.xero, now }),
    quickbooks: config.quickbooks.app && createQuickBooksOAuth({ ...config.quickbooks.app, ...config.quickbooks, now }),
  }
  const connect: ConnectDependencies & { apiUrls: Readonly<Record<LedgerKind, string>> } = {
    db: store.db,
    now,
    wallClock: now,
    log,
    enqueue: queue.enqueue,
    mailer,
    mailFrom: { name: 'Ana Vega', address: 'ana@vega.example' },
    oauth,
    seal: openSeal(store.db, config.appKeys),
    publicUrl: config.publicUrl,
    apiUrls: { xero: config.xero.apiUrl, quickbooks: config.quickbooks.apiUrl },
  }
  const open: Dependencies['ledgerFor'] = async (connection, purpose) => {
    const { ledger, notesAs, session } = await ledgerSession(connect, connection, purpose)
    const paced = {
      ...session,
      allowance: () => {
        passedMs += clock.secondsPerCall * 1000
        return session.allowance()
      },
    }
    return ledger === 'xero' ? createXeroLedger(paced) : createQuickBooksLedger(paced, { notes: notesAs })
  }
  // One connection, so one opening for each purpose; the app shares one for as long as a job takes.
  const opened = new Map<string, ReturnType<typeof open>>()
  const ledgerFor: Dependencies['ledgerFor'] = (connection, purpose) => {
    const ledger = opened.get(purpose) ?? open(connection, purpose)
    opened.set(purpose, ledger)
    return ledger
  }
  const app: Dependencies & ConnectDependencies = {
    ...connect,
    holidays: createHolidayLookup(),
    ledgerFor,
    readFresh: createFreshReads(ledgerFor),
    readCredits: createFreshCredits({ ledgerFor, now: connect.now }),
    compose: await createCompose(new URL('../../templates', import.meta.url).pathname),
    checkMessage,
    pickAttachments,
    readPdfText: createPdfReader().textOf,
  }
  return {
    app,
    store,
    async stop() {
      await queue.stop()
      await mailer.close()
      await store.close()
    },
  }
}
