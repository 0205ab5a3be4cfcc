import type { AvailableWordings } from '../chase/policy-check.ts'
import type { Config } from '../config.ts'
import type { Papers } from '../documents/papers.ts'
import type { ConnectDependencies, Dependencies } from '../flow/dependencies.ts'
import type { EvidenceDependencies } from '../flow/evidence.ts'
import type { Hint } from '../flow/receive.ts'

/** What the pages and webhooks need: everything that the flow steps behind them need, and their own surroundings. */
export type WebDependencies = Dependencies &
  ConnectDependencies & {
    readonly config: Pick<Config, 'publicUrl' | 'xero' | 'quickbooks' | 'smtpUrl'>
    /** The wordings there are, for proofs about policies. */
    readonly openings: AvailableWordings
    /** What is put on paper: letters, statements, evidence. */
    readonly papers: Papers
    /** A message as the bytes that went out. */
    readonly rawMessage: EvidenceDependencies['rawMessage']
    /** Stores hints with the job that will handle them; resolves when they cannot be lost any more. */
    readonly receiveHints: (ledger: LedgerName, hints: readonly Hint[]) => Promise<unknown>
    /** The clock of a test or demo installation; null in real use. */
    readonly testClock: TestClock | null
    /** What stands in the way of serving, logged with its reason; null when nothing does. */
    readonly ready: () => Promise<NotReady | null>
  }

/** The database does not answer, or it answers and its schema is not ours. */
export type NotReady = 'database' | 'migrations'

export type LedgerName = 'xero' | 'quickbooks'

export type TestClock = {
  now(): Temporal.Instant
  /** Does everything that falls due on the way, in order; resolves to counts of what was done. */
  advanceTo(instant: Temporal.Instant): Promise<Readonly<Record<string, number>>>
}
