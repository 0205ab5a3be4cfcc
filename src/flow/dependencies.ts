import type { CallPurpose, Ledger, LedgerKind } from '../ledgers/ledger.ts'
import type { LedgerOAuth } from '../ledgers/oauth.ts'
import type { Address, CheckMessage, Compose, Mailer, PickAttachments } from '../mail/mailer.ts'
import type { Db } from '../store/db.ts'
import type { HolidayLookup } from './calendar.ts'
import type { ReadCredits } from './fresh-credits.ts'
import type { ReadFresh } from './fresh-reads.ts'
import type { Seal } from '../store/sealed.ts'

/** What a flow step needs. It arrives as the first argument; a test passes a plain object. */
export type Dependencies = {
  /** Public holidays, for the calendars of the rules. */
  readonly holidays: HolidayLookup
  /** Reads invoices from the ledger right now, sharing calls between chases that are sent side by side. */
  readonly readFresh: ReadFresh
  readonly readCredits: ReadCredits
  readonly db: Db
  readonly now: () => Temporal.Instant
  /** Milliseconds on a clock that never jumps, for the age of what was just read; the process's own unless given. */
  readonly monotonicMs?: () => number
  readonly log: Log
  /** The ledger behind a connection. Throws LedgerError('reconnect') when there is no usable token. */
  readonly ledgerFor: (connection: ConnectionRef, purpose: CallPurpose) => Promise<Ledger>
  readonly mailer: Mailer
  readonly compose: Compose
  /** The guards over a composed message: tone, facts, repetition. */
  readonly checkMessage: CheckMessage
  readonly pickAttachments: PickAttachments
  /** The text of a PDF; null where none is to be had. Never throws, and bounded in time and memory. */
  readonly readPdfText: (content: Uint8Array) => Promise<string | null>
  /** The mailbox that messages leave from. */
  readonly mailFrom: Address
  /**
   * Asks for jobs in the caller's transaction: they exist exactly when the rows they are about do.
   * Asking again while one waits changes nothing. Jobs asked for together begin in any order.
   */
  readonly enqueue: Enqueue
}

/** What connecting, tokens and the allowance need. */
export type ConnectDependencies = Pick<Dependencies, 'db' | 'now' | 'log' | 'enqueue' | 'mailer' | 'mailFrom'> & {
  /** The real time, for what a test clock must not move: how long a consent may take. */
  readonly wallClock: () => Temporal.Instant
  /** Null until the vendor's app is set up. */
  readonly oauth: Readonly<Record<LedgerKind, LedgerOAuth | null>>
  readonly seal: Seal
  /** The address that browsers use, without a trailing slash. */
  readonly publicUrl: string
}

export type ConnectionRef = { readonly businessId: string; readonly connectionId: string }

/** Every background job and what it carries. Payloads hold ids, never copies of rows. */
export type Jobs = {
  /** Read what changed in the ledger, or everything the first time. */
  sync: ConnectionRef
  /** Re-read what webhooks hinted at. */
  hints: ConnectionRef
  /** Decide for these customers of one business. */
  look: { businessId: string; customerIds: string[] }
  send: { businessId: string; chaseId: string }
  /** A chase whose worker died between claim and answer. */
  expired: { businessId: string; chaseId: string }
  note: { businessId: string; noteId: string }
  /** The expected payment day that a promise leaves in the ledger. */
  'expected-day': { businessId: string; expectedDayId: string }
}

export type JobName = keyof Jobs

export type Enqueue = <Name extends JobName>(db: Db, name: Name, ...jobs: readonly Jobs[Name][]) => Promise<void>

/** The logger's two useful levels; src/log.ts makes one that never prints a secret. */
export type Log = {
  info(facts: Readonly<Record<string, unknown>>, message: string): void
  warn(facts: Readonly<Record<string, unknown>>, message: string): void
  error(facts: Readonly<Record<string, unknown>>, message: string): void
}
