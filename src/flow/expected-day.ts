import { LedgerError } from '../ledgers/ledger.ts'
import { inBusiness } from '../store/db.ts'
import { recordEvents } from '../store/events.ts'
import {
  claimExpectedDay,
  recordExpectedDayGivenUp,
  recordExpectedDayPostponed,
  recordExpectedDayWritten,
} from '../store/promises.ts'
import type { Dependencies } from './dependencies.ts'
import { backOffMinutes } from './rhythm.ts'

/** A worker that holds one longer than this is taken for dead. */
const LEASE = { minutes: 5 }

/** How often it is asked whether the owner has given access again. */
const WHILE_DISCONNECTED_MINUTES = 180

/** The promise is kept or broken by then; nobody needs the day in the ledger any more. */
const MOST_ATTEMPTS = 16

/**
 * Writes the expected payment day of a promise into the ledger. A lost answer is harmless, because writing the day again
 * changes nothing; a ledger that keeps no such day is not asked again. It touches neither the promise nor the mail.
 */
export async function writeExpectedDay(
  app: Pick<Dependencies, 'db' | 'now' | 'ledgerFor'>,
  { businessId, expectedDayId }: { businessId: string; expectedDayId: string },
): Promise<'written' | 'not-kept' | 'postponed' | 'failed' | 'over' | 'taken'> {
  const now = app.now()
  const expected = await inBusiness(app.db, businessId, (db) =>
    claimExpectedDay(db, expectedDayId, now, now.add(LEASE)),
  )
  if (!expected) return 'taken'
  const giveUp = (why: string) =>
    inBusiness(app.db, businessId, (db) => recordExpectedDayGivenUp(db, expectedDayId, why))
  if (expected.isOver) {
    await giveUp('the promise does not stand any more')
    return 'over'
  }
  try {
    const ledger = await app.ledgerFor({ businessId, connectionId: expected.connectionId }, 'send')
    const outcome = await ledger.writeExpectedDay(expected.invoiceLedgerId, expected.on)
    if (outcome === 'not-kept') {
      await giveUp('the ledger keeps no such day for this invoice')
      return outcome
    }
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    const untried = error.problem === 'slow-down' || error.problem === 'reconnect'
    const hopeless =
      error.problem === 'rejected' || error.problem === 'not-found' || (!untried && expected.attempts >= MOST_ATTEMPTS)
    if (hopeless) {
      await giveUp(error.message)
      return 'failed'
    }
    const minutes = error.problem === 'reconnect' ? WHILE_DISCONNECTED_MINUTES : backOffMinutes(expected.attempts)
    const until = app.now().add({ seconds: Math.ceil(error.retryAfterSeconds ?? minutes * 60) })
    await inBusiness(app.db, businessId, (db) => recordExpectedDayPostponed(db, expectedDayId, until, !untried))
    return 'postponed'
  }
  await inBusiness(app.db, businessId, async (db) => {
    await recordExpectedDayWritten(db, expectedDayId, app.now())
    const { customerId, invoiceId, on } = expected
    await recordEvents(db, [
      { businessId, at: app.now(), kind: 'expected-day-written', customerId, invoiceId, facts: { on } },
    ])
  })
  return 'written'
}
