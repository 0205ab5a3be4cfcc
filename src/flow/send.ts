import { LedgerError } from '../ledgers/ledger.ts'
import { MailRefused, MailUnknown, type Delivery } from '../mail/mailer.ts'
import { creditsStandSince } from '../store/books.ts'
import { cancelChase, findChase, postponeChase, type ChaseRow } from '../store/chases.ts'
import { inBusiness } from '../store/db.ts'
import { recordEvents } from '../store/events.ts'
import type { Dependencies } from './dependencies.ts'
import { becomeUnknown, chaseEvent, recordAccepted, recordRefusal, type Claimed, type SendOutcome } from './outcome.ts'
import { claimLast } from './send-claim.ts'
import { monotonicMs, prepare } from './send-prepare.ts'

/** So long after the ledger was asked a message begins to leave, or not at all: what the claim has left, the mail server gets. */
const BEGINS_WITHIN_MS = 30_000

/** So often the ledger is asked anew because preparing took too long or the invoice changed meanwhile. */
const MOST_READINGS = 3

/** When to come back to a ledger that did not say. */
const LEDGER_AWAY_SECONDS = 600

type ChaseRef = { readonly businessId: string; readonly chaseId: string }

/**
 * Sends one planned chase, unless the world has changed since it was planned.
 *
 * The ledger is asked again, the rules decide again from its answer, and only then is the chase claimed, in a
 * transaction that is committed before the socket opens. From there on every outcome is written down by what is
 * certain: accepted, certainly not accepted, or unknown.
 */
export async function sendChase(app: Dependencies, { businessId, chaseId }: ChaseRef): Promise<SendOutcome> {
  const { chase, credits } = await inBusiness(app.db, businessId, async (db) => ({
    chase: await findChase(db, chaseId),
    credits: await creditsStandSince(db, chaseId),
  }))
  if (chase?.status !== 'planned' || chase.channel !== 'email') return 'taken'
  if (Temporal.Instant.compare(chase.sendAfter, app.now()) > 0) return 'taken'
  try {
    for (let reading = 1; reading <= MOST_READINGS; reading += 1) {
      const ready = await prepare(app, chase, credits)
      if (ready.kind !== 'ready') return ready.kind
      const claim = await claimLast(app, chase, ready)
      if (claim.kind === 'claimed') return await handOver(app, claim, ready.readAtMs)
      if (claim.kind !== 'stale') return claim.kind
    }
    throw new LedgerError('unavailable', 'the ledger answers too slowly for what it says to be acted on')
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    return await withoutAnswer(app, chase, error)
  }
}

/** The ledger cannot be asked, so nothing may be claimed about its money: later, or not at all when asking again is no use. */
async function withoutAnswer(app: Dependencies, chase: ChaseRow, error: LedgerError): Promise<SendOutcome> {
  const { problem, correlationId, retryAfterSeconds, message } = error
  const unreadable = problem === 'rejected' || problem === 'not-found'
  // Waiting for a turn is how a full allowance works, not news.
  const isQueueing = problem === 'slow-down'
  if (!isQueueing)
    app.log.warn({ chaseId: chase.id, problem, correlationId }, 'the ledger cannot be asked about a chase')
  return inBusiness(app.db, chase.businessId, async (db): Promise<SendOutcome> => {
    const now = app.now()
    const line = chaseEvent(chase, now)
    if (unreadable) {
      // Tomorrow's plan tries again; until then the same question would get the same answer.
      if (!(await cancelChase(db, chase.id, 'unreadable'))) return 'taken'
      await recordEvents(db, [
        line('chase-cancelled', { reason: 'unreadable', answer: message, stage: chase.stage, at: 'gate' }),
      ])
      return 'cancelled'
    }
    const until = now.add({ seconds: Math.ceil(retryAfterSeconds ?? LEDGER_AWAY_SECONDS) })
    const isNews = await postponeChase(db, chase.id, until, `ledger: ${problem}`)
    if (isNews && !isQueueing)
      await recordEvents(db, [
        line('mail-postponed', { about: 'ledger', problem, answer: message, stage: chase.stage }),
      ])
    return 'postponed'
  })
}

/**
 * The send itself. Nothing before this line is visible to the customer; nothing after it can be taken back. A mail
 * server that is not ready while the reading is fresh has refused for now: the next try reads and judges anew.
 */
async function handOver(app: Dependencies, claim: Claimed, readAtMs: number): Promise<SendOutcome> {
  const { businessId } = claim.chase
  let delivery: Delivery
  try {
    delivery = await app.mailer.send(claim.email, () => readAtMs + BEGINS_WITHIN_MS - monotonicMs(app))
  } catch (error) {
    if (error instanceof MailRefused)
      return inBusiness(app.db, businessId, (db) => recordRefusal(app, db, claim, error))
    // Only a MailRefused is certain. Anything else leaves open whether the server has it.
    const why = error instanceof MailUnknown ? error.message : 'the send broke off'
    await inBusiness(app.db, businessId, (db) => becomeUnknown(app, db, claim, why))
    if (!(error instanceof MailUnknown)) throw error
    return 'unknown'
  }
  try {
    await inBusiness(app.db, businessId, (db) => recordAccepted(app, db, claim, delivery))
    return 'sent'
  } catch (error) {
    // It is out, but what belongs to "sent" could not be written down: a person has to see that, and nobody sends it again.
    const why = `the mail server took it (${delivery.answer}), but that could not be written down`
    await inBusiness(app.db, businessId, (db) => becomeUnknown(app, db, claim, why))
    throw error
  }
}
