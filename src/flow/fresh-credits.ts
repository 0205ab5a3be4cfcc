import type { CreditChanges } from '../ledgers/ledger.ts'
import type { ConnectionRef, Dependencies } from './dependencies.ts'

/** What changed of everybody's credits since an instant, as the ledger said within the last minute. */
export type ReadCredits = (connection: ConnectionRef, since: Temporal.Instant) => Promise<CreditChanges>

/** How long what the ledger said of credits is good for. */
export const CREDITS_GOOD_FOR_SECONDS = 60

type Reading = {
  readonly since: Temporal.Instant
  readonly askedAt: Temporal.Instant
  readonly askedAtMs: number
  readonly answer: Promise<CreditChanges>
}

/**
 * Asks for the credits that changed, once a minute for all messages of a connection: a credit belongs to a customer and
 * not to an invoice, so one answer serves them all. A later reading of the books begins anew, and so does a failure.
 */
export function createFreshCredits({ ledgerFor, now }: Pick<Dependencies, 'ledgerFor' | 'now'>): ReadCredits {
  const readings = new Map<string, Reading>()
  const isGood = ({ since, askedAt, askedAtMs }: Reading, from: Temporal.Instant): boolean =>
    since.equals(from) &&
    // Both clocks: the business's may stand still, or jump.
    now().since(askedAt).total('seconds') < CREDITS_GOOD_FOR_SECONDS &&
    performance.now() - askedAtMs < CREDITS_GOOD_FOR_SECONDS * 1000

  return (connection, since) => {
    const { connectionId } = connection
    const known = readings.get(connectionId)
    if (known && isGood(known, since)) return known.answer
    const ask = async (): Promise<CreditChanges> => (await ledgerFor(connection, 'send')).creditsChanged(since)
    const reading: Reading = { since, askedAt: now(), askedAtMs: performance.now(), answer: ask() }
    readings.set(connectionId, reading)
    reading.answer.catch(() => {
      if (readings.get(connectionId) === reading) readings.delete(connectionId)
    })
    return reading.answer
  }
}
