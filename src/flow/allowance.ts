import { randomUUID } from 'node:crypto'
import { LedgerError, type AllowanceSeen, type CallPurpose, type LedgerKind } from '../ledgers/ledger.ts'
import { endCall, takeCall as takeStoredCall, type AllowanceShare } from '../store/allowances.ts'
import type { ConnectDependencies, ConnectionRef } from './dependencies.ts'

type VendorLimits = {
  readonly name: string
  /** What the vendor allows per minute, whoever asks. */
  readonly minuteLimit: number
  readonly share: Readonly<Record<CallPurpose, AllowanceShare>>
}

/**
 * What each purpose may use. A sync can wait for the next minute and for tomorrow; a send that is ready and a payment
 * that a webhook announces cannot, so they have a reserve.
 */
const LIMITS: Readonly<Record<LedgerKind, VendorLimits>> = {
  // Per organisation 60 a minute, 5 at once, 1,000 a day (5,000 on paid plans): developer.xero.com, OAuth 2.0 limits.
  // One a minute is left for clocks of several machines that differ a little.
  xero: {
    name: 'Xero',
    minuteLimit: 60,
    share: {
      send: { perMinute: 59, perSecond: null, atOnce: 5, perDay: 1000, keepPercent: 0.5 },
      webhook: { perMinute: 59, perSecond: null, atOnce: 5, perDay: 1000, keepPercent: 0.5 },
      sync: { perMinute: 50, perSecond: null, atOnce: 4, perDay: 1000, keepPercent: 20 },
    },
  },
  // Per company 500 a minute and 10 a second: developer.intuit.com, API call limits and throttles.
  quickbooks: {
    name: 'QuickBooks',
    minuteLimit: 500,
    share: {
      send: { perMinute: 490, perSecond: 10, atOnce: null, perDay: null, keepPercent: 0 },
      webhook: { perMinute: 490, perSecond: 10, atOnce: null, perDay: null, keepPercent: 0 },
      sync: { perMinute: 400, perSecond: 8, atOnce: null, perDay: null, keepPercent: 0 },
    },
  },
}

/** The longest a single call to a ledger may take: a 20 MB PDF over a slow line. */
export const CALL_DEADLINE_MS = 60_000

// A call that died with its process counts until it can be in no minute of the vendor's any more.
const LEASE_SECONDS = CALL_DEADLINE_MS / 1000 + 65

/** What this process is writing down of calls that have ended, by connection: their answers are with their callers already. */
const endings = new Map<string, Set<Promise<void>>>()

/** Resolves when all that ended before has been written down: for a connection's next call, and before the database closes. */
export async function callsWrittenDown(connectionId?: string): Promise<void> {
  const these = connectionId === undefined ? [...endings.values()] : [endings.get(connectionId) ?? []]
  await Promise.all(these.flatMap((some) => [...some]))
}

function writingDown(connectionId: string, work: Promise<void>): void {
  const some = endings.get(connectionId) ?? new Set()
  endings.set(connectionId, some.add(work))
  void work.finally(() => {
    some.delete(work)
    if (some.size === 0) endings.delete(connectionId)
  })
}

/**
 * Takes a place in the ledger's allowance for one HTTP call, across all processes, and returns what gives it back.
 *
 * Giving back is waited for when the ledger refused, so that nobody else runs into the same refusal. Otherwise the next
 * call waits for it: what an answer tells of the allowance is known before the next place is taken.
 *
 * Throws LedgerError('slow-down') with the seconds to wait when there is none: work is parked, nobody sleeps here.
 * The clock is the app's: with a test clock that stands still, a used-up minute stays used up until it is moved.
 */
export async function takeCall(
  app: Pick<ConnectDependencies, 'db' | 'now' | 'log'>,
  connection: ConnectionRef & { readonly ledger: LedgerKind },
  purpose: CallPurpose,
): Promise<(seen: AllowanceSeen) => Promise<void>> {
  const { name, minuteLimit, share: shares } = LIMITS[connection.ledger]
  const share = shares[purpose]
  const leaseId = randomUUID()
  const at = app.now()
  const leaseUntil = at.add({ seconds: LEASE_SECONDS })
  await callsWrittenDown(connection.connectionId)
  const wait = await takeStoredCall(app.db, connection, { leaseId, at, leaseUntil, share })
  if (wait) {
    throw new LedgerError('slow-down', `${name}'s allowance is used up (${wait.for})`, {
      retryAfterSeconds: wait.seconds,
    })
  }

  const end = async (seen: AllowanceSeen): Promise<void> => {
    const at = app.now()
    const { refused } = seen
    const blocked = refused && { until: at.add({ seconds: Math.ceil(refused.retryAfterSeconds) }), why: refused.limit }
    const leftThisMinute = seen.remainingThisMinute
    const leftToday = share.perDay === null ? null : seen.remainingToday
    try {
      const { perDay } = share
      await endCall(app.db, connection, { leaseId, at, minuteLimit, perDay, leftThisMinute, leftToday, blocked })
    } catch (error) {
      // The call has its answer, which must not be lost over bookkeeping; the lease runs out by itself.
      app.log.warn({ connectionId: connection.connectionId, error }, 'a place in the allowance was not given back')
    }
  }
  return async (seen) => {
    const ending = end(seen)
    writingDown(connection.connectionId, ending)
    if (seen.refused) await ending
  }
}
