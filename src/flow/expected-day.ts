import { LedgerError, type Ledger } from '../ledgers/ledger.ts'
import { inBusiness } from '../store/db.ts'
import { recordEvents, type NewEvent } from '../store/events.ts'
import {
  claimExpectedDay,
  recordExpectedDayGivenUp,
  recordExpectedDayPostponed,
  recordExpectedDayWritten,
  type ExpectedDay,
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
 * Writes the expected payment day of a promise into the ledger, or takes away the one of a promise that was taken back. A lost answer is harmless, because writing the day again
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
    if (expected.clears && !(await statesOur(ledger, expected))) {
      await giveUp('the ledger says another day by now')
      return 'over'
    }
    const outcome = await ledger.writeExpectedDay(expected.invoiceLedgerId, expected.clears ? null : expected.on)
    if (outcome === 'not-kept') {
      await giveUp('the ledger keeps no such day for this invoice')
      if (expected.clears) await tell(app, businessId, expected, 'expected-day-stays')
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
    await recordEvents(db, [
      eventAbout(app, businessId, expected, expected.clears ? 'expected-day-cleared' : 'expected-day-written'),
    ])
  })
  return 'written'
}

/** Whether the ledger still says the day that we left there: another one is somebody else's. */
async function statesOur(ledger: Ledger, { invoiceLedgerId, on }: ExpectedDay): Promise<boolean> {
  const found = await ledger.invoices([invoiceLedgerId])
  return found.get(invoiceLedgerId)?.expectedOn === on
}

type Told = 'expected-day-written' | 'expected-day-cleared' | 'expected-day-stays'

const eventAbout = (
  app: Pick<Dependencies, 'now'>,
  businessId: string,
  { customerId, invoiceId, on }: ExpectedDay,
  kind: Told,
): NewEvent => ({ businessId, at: app.now(), kind, customerId, invoiceId, facts: { on } })

const tell = (
  app: Pick<Dependencies, 'db' | 'now'>,
  businessId: string,
  expected: ExpectedDay,
  kind: Told,
): Promise<void> =>
  inBusiness(app.db, businessId, (db) => recordEvents(db, [eventAbout(app, businessId, expected, kind)]))
