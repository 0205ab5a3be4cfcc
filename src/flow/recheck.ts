import { judgeSend, onlyPutsOff, type GateAnswer, type Refusal } from '../chase/gate.ts'
import type { QuotedClaim } from '../chase/law/claim.ts'
import { money } from '../chase/money.ts'
import type { Standing } from '../chase/standing.ts'
import { stepNamed } from '../chase/steps.ts'
import type { Verdict } from '../chase/verdict.ts'
import { lookAt } from '../store/books.ts'
import { askApprovalAgain, cancelChase, findChase, postponeChase, type ChaseRow } from '../store/chases.ts'
import type { BusinessDb } from '../store/db.ts'
import { recordEvents } from '../store/events.ts'
import { invoiceStates } from '../store/invoices.ts'
import type { CustomerFacts, InvoiceFacts } from '../store/standings.ts'
import { readKnownCustomers } from './known-customers.ts'
import { approvalHash } from './approval.ts'
import type { Dependencies } from './dependencies.ts'
import { instantAt, nextOpening } from './local-time.ts'
import { claimFor } from './law.ts'
import { chaseEvent } from './outcome.ts'
import { invoicesOf } from './items.ts'
import { recipientsOfChase } from './recipients.ts'
import { readSurroundings, standingOf, zoneOf, type Surroundings } from './standing.ts'

/** All that a message is judged and made from, as it stands at this moment. */
export type Scene = {
  readonly chase: ChaseRow
  readonly around: Surroundings
  readonly customer: CustomerFacts
  readonly standing: Standing
  readonly answer: GateAnswer
  /** The chase's invoices that are still the customer's, oldest first: open, or paid where it thanks for them. */
  readonly items: readonly InvoiceFacts[]
  /** Interest and compensation that the message may set out, from these very balances. */
  readonly claim: QuotedClaim | null
  readonly approved: boolean
}

/**
 * The customer's standing at this moment and the gate's answer. Holds the customer's row, so nobody plans or claims
 * meanwhile. Null when the chase is not there to be sent any more: somebody else has it. `given` is what was read of the
 * surroundings in this very transaction.
 */
export async function lookAround(
  app: Pick<Dependencies, 'now' | 'holidays'>,
  db: BusinessDb,
  { id, businessId, customerId }: ChaseRow,
  given?: Surroundings,
): Promise<Scene | null> {
  const around = given ?? (await readSurroundings(app, db, businessId))
  const [customer] = await readKnownCustomers(around, db, [customerId], 'lock')
  const chase = await findChase(db, id)
  if (!customer || chase?.status !== 'planned') return null
  const standing = standingOf(around, customer)
  const recipients = recipientsOfChase(around, customer, chase)
  const items = invoicesOf(customer, chase)
  const claim = await claimFor(db, around, customer, { kind: chase.stage, items, today: standing.today })
  const approved =
    chase.approvedHash !== null && chase.approvedHash === approvalHash(chase, recipients, chase.invoices, claim)
  const answer = judgeSend(
    {
      stepId: chase.stepId,
      ...(chase.stage && { message: chase.stage }),
      approved,
      invoices: chase.invoices.map(({ invoiceId, balanceMinor, currency, dueOn }) => ({
        id: invoiceId,
        balance: money(balanceMinor, currency),
        dueOn,
      })),
      // The message is addressed from these very facts; an approval that named others is void by its hash.
      addresses: recipients.map(({ address }) => address),
      sender: stepNamed(around.policy, chase.segment, chase.stepId)?.sender ?? 'usual',
    },
    standing,
  )
  return { chase, around, customer, standing, answer, items, claim, approved }
}

/** Acts on the gate's no: postpones, asks for a new approval, or calls the chase off with the reason. Null when it said yes. */
export async function refuse(db: BusinessDb, scene: Scene): Promise<'cancelled' | 'postponed' | 'asked' | null> {
  const { chase, answer, around } = scene
  if (answer.go) return null
  const line = chaseEvent(chase, around.now)
  if (onlyPutsOff(answer.reason)) {
    const until = opensAgain(scene, answer.verdict)
    const isNews = await postponeChase(db, chase.id, until, answer.reason)
    // A night or a weekend goes without saying; a month does not.
    if (isNews && answer.reason === 'august')
      await recordEvents(db, [line('mail-postponed', { reason: answer.reason, stage: chase.stage })])
    return 'postponed'
  }
  if (answer.reason === 'approval-missing') {
    // Either the mode was tightened, or what a person approved has changed: ask (again).
    await askApprovalAgain(db, chase.id)
    await recordEvents(db, [line('approval-asked', { stage: chase.stage, again: chase.approvedHash !== null })])
    return 'asked'
  }
  const reason = await inTheLedgersWords(db, chase, answer.reason)
  await cancelChase(db, chase.id, reason)
  await recordEvents(db, [line('chase-cancelled', { reason, stage: chase.stage, at: 'gate' })])
  await lookAt(db, [chase.customerId], around.now)
  return 'cancelled'
}

/** When a message that was put off may leave: at the next opening, or at that of the day which the verdict names. */
function opensAgain({ around, customer, standing }: Scene, verdict: Verdict): Temporal.Instant {
  const zone = zoneOf(around, customer)
  const named = verdict.reason === 'august' && 'until' in verdict ? verdict.until : null
  return named === null
    ? nextOpening(zone, standing, around.now)
    : instantAt(zone, named, standing.policy.sendFromMinute)
}

/** The rules see only that an invoice is no longer owed; a person wants to know whether it was paid, voided, deleted or moved. */
async function inTheLedgersWords(db: BusinessDb, chase: ChaseRow, reason: Refusal): Promise<string> {
  if (reason !== 'paid') return reason
  const states = await invoiceStates(
    db,
    chase.invoices.map(({ invoiceId }) => invoiceId),
  )
  const closed = states.find(({ state }) => state !== 'open')
  if (closed) return closed.state
  return states.some(({ customerId }) => customerId !== chase.customerId) ? 'moved' : reason
}
