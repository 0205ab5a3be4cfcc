import { addDays } from '../chase/day.ts'
import type { MessageKind } from '../chase/stage.ts'
import type { Delivery, Email, MailRefused } from '../mail/mailer.ts'
import { lookAt } from '../store/books.ts'
import { wasToldSince } from '../store/businesses.ts'
import {
  findChase, leaseIsOver, recordFailed, recordPostponed, recordSent, recordUnknown, resolveUnknown, type ChaseRow,
} from '../store/chases.ts' // prettier-ignore
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { recordEvents, type EventKind } from '../store/events.ts'
import { endHolds, markBounced, setHold } from '../store/holds.ts'
import { findFrozenMessage } from '../store/messages.ts'
import type { Dependencies } from './dependencies.ts'
import { queueOutcomeNotes, type NotedInvoice, type NotedMessage } from './note.ts'
import { readSurroundings, type Surroundings } from './standing.ts'

/** What became of one try to send a chase. `taken`: it is not there to be sent; `asked`: a person must approve first. */
export type SendOutcome = 'sent' | 'cancelled' | 'postponed' | 'held' | 'asked' | 'unknown' | 'failed' | 'taken'

/** A chase in our hands, with its message as it was frozen. */
export type Claimed = {
  readonly kind: 'claimed'
  readonly chase: ChaseRow
  readonly attempt: number
  readonly email: Email
  readonly noted: readonly NotedInvoice[]
  /** What the claim was judged by. */
  readonly around: Surroundings
}

type OutcomeApp = Pick<Dependencies, 'now' | 'holidays' | 'enqueue'>

/** The server took the message: the chase is sent, and the notes about it are in the outbox, both or neither. */
export async function recordAccepted(
  app: OutcomeApp,
  db: BusinessDb,
  claim: Claimed,
  delivery: Delivery,
): Promise<void> {
  const { chase, attempt, email } = claim
  // Nothing is decided any more: the business is the one that the claim has read.
  const around = { ...claim.around, now: app.now() }
  const line = chaseEvent(chase, around.now)
  const refused = new Set(delivery.refused.map(({ address }) => address.toLowerCase()))
  const reached = { to: addressesOf(email.to, refused), cc: addressesOf(email.cc, refused) }
  const settled =
    (await recordSent(db, chase.id, attempt, { at: around.now, answer: delivery.answer })) ||
    // The answer came after the lease had run out: what was unknown is known now.
    (await settleByEvidence(db, claim, around, true))
  if (!settled) return
  for (const { address, answer } of delivery.refused) await flagAddress(db, chase, around, address, answer)
  await recordEvents(db, [line('mail-sent', { ...mailFacts(chase, email), ...reached, ...signedFacts(email, around) })])
  await queueOutcomeNotes(app, db, around, 'sent', {
    ...noteOf(claim, around),
    recipients: reached.to,
    copies: reached.cc,
  })
}

/** After so many refused tries the step is given up for the day, and tomorrow's rules decide anew. */
const MOST_ATTEMPTS = 6

/** How long a mailbox that does not let us in is left alone before the next try. */
const MAILBOX_MINUTES = 60

/** A broken mailbox is told once in this time, however many messages wait for it. */
const TOLD_AGAIN_AFTER = { hours: 24 }

/** The server certainly did not take the message: try again later, or give up and say so, by what it objected to. */
export async function recordRefusal(
  app: OutcomeApp,
  db: BusinessDb,
  claim: Claimed,
  refused: MailRefused,
): Promise<SendOutcome> {
  const { chase, attempt, email } = claim
  const around = await readSurroundings(app, db, chase.businessId)
  const line = chaseEvent(chase, around.now)
  const answer = `${refused.code ?? ''} ${refused.message}`.trim()

  if (refused.about === 'login' || refused.about === 'sender') {
    // The business's own set-up: no customer's message is given up for it.
    const until = around.now.add({ minutes: MAILBOX_MINUTES })
    if (!(await recordPostponed(db, chase.id, attempt, until, answer))) return settledLate(db, claim, around)
    if (!(await wasToldSince(db, chase.businessId, 'mailbox-broken', around.now.subtract(TOLD_AGAIN_AFTER)))) {
      await recordEvents(db, [line('mailbox-broken', { about: refused.about, answer })])
    }
    return 'postponed'
  }

  const hopeless = refused.permanent && (refused.about === 'recipient' || refused.about === 'message')
  if (!hopeless && attempt < MOST_ATTEMPTS) {
    const minutes = Math.min(240, 10 * 2 ** (attempt - 1))
    if (!(await recordPostponed(db, chase.id, attempt, around.now.add({ minutes }), answer)))
      return settledLate(db, claim, around)
    await recordEvents(db, [line('mail-postponed', { about: refused.about, answer, minutes, stage: chase.stage })])
    return 'postponed'
  }

  if (!(await recordFailed(db, chase.id, attempt, answer))) return settledLate(db, claim, around)
  const recipients = addressesOf(email.to)
  await recordEvents(db, [line('mail-refused', { about: refused.about, answer, recipients, stage: chase.stage })])
  if (!hopeless) return 'failed'
  if (refused.about === 'recipient') {
    const addresses = refused.addresses.length > 0 ? refused.addresses : recipients
    for (const address of addresses) await flagAddress(db, chase, around, address, answer)
  } else {
    // The same message would be refused tomorrow as well: a person has to look at it.
    const hold = { businessId: chase.businessId, customerId: chase.customerId, invoiceId: null, kind: 'pause' as const }
    await setHold(db, { ...hold, until: addDays(around.today, 7), why: answer, createdBy: 'puntual', at: around.now })
  }
  await lookAt(db, [chase.customerId], around.now)
  return 'failed'
}

async function flagAddress(
  db: BusinessDb,
  chase: ChaseRow,
  around: Surroundings,
  email: string,
  why: string,
): Promise<void> {
  await markBounced(db, { businessId: chase.businessId, customerId: chase.customerId, email, why, at: around.now })
  await recordEvents(db, [chaseEvent(chase, around.now)('address-broken', { email, answer: why })])
}

/** The refusal came after the lease had run out: now it is known that nothing arrived. */
async function settledLate(db: BusinessDb, claim: Claimed, around: Surroundings): Promise<SendOutcome> {
  return (await settleByEvidence(db, claim, around, false)) ? 'failed' : 'taken'
}

/** Settles an unknown delivery by what the server said in the end. False when it is not unknown: a person was faster. */
async function settleByEvidence(
  db: BusinessDb,
  { chase }: Claimed,
  around: Surroundings,
  arrived: boolean,
): Promise<boolean> {
  if (!(await resolveUnknown(db, chase.id, arrived, around.now))) return false
  await endHolds(db, { customerId: chase.customerId, invoiceId: null, kind: 'unknown-delivery' }, 'puntual', around.now)
  await recordEvents(db, [chaseEvent(chase, around.now)('mail-resolved', { arrived })])
  await lookAt(db, [chase.customerId], around.now)
  return true
}

/** How long an unknown delivery keeps the customer quiet when nobody says what became of it. */
const UNKNOWN_DAYS = 10

/** The message may have arrived: it counts as sent, a person is asked, the ledger is told, and nobody sends it again by guess. */
export async function becomeUnknown(
  app: OutcomeApp,
  db: BusinessDb,
  claim: Omit<Claimed, 'kind' | 'email' | 'around'> & Told,
  why: string,
): Promise<boolean> {
  const { chase, attempt } = claim
  const around = await readSurroundings(app, db, chase.businessId)
  if (!(await recordUnknown(db, chase.id, attempt, why))) return false
  const message = noteOf(claim, around)
  const hold = {
    businessId: chase.businessId,
    customerId: chase.customerId,
    invoiceId: null,
    kind: 'unknown-delivery' as const,
  }
  await setHold(db, { ...hold, until: addDays(around.today, UNKNOWN_DAYS), why, createdBy: 'puntual', at: around.now })
  await recordEvents(db, [
    chaseEvent(chase, around.now)('mail-unknown', {
      why,
      stage: chase.stage,
      subject: message.subject,
      recipients: [...message.recipients, ...message.copies],
    }),
  ])
  await queueOutcomeNotes(app, db, around, 'unknown', message)
  await lookAt(db, [chase.customerId], around.now)
  return true
}

/** A chase whose worker died between claim and answer: nobody can tell, so it is unknown. */
export async function expireChase(
  app: OutcomeApp & Pick<Dependencies, 'db'>,
  { businessId, chaseId }: { businessId: string; chaseId: string },
): Promise<'unknown' | 'alive'> {
  return inBusiness(app.db, businessId, async (db) => {
    const attempt = await leaseIsOver(db, chaseId, app.now())
    const chase = await findChase(db, chaseId)
    if (attempt === null || !chase) return 'alive'
    const frozen = await findFrozenMessage(db, chaseId)
    const from = frozen?.sender ?? { name: null, address: '' }
    const email = { from, to: frozen?.recipients ?? [], cc: frozen?.copies ?? [], subject: frozen?.subject ?? '' }
    const noted = chase.invoices.map(({ invoiceId, currency, balanceMinor, ledgerId }) => ({
      invoiceId,
      currency,
      balanceMinor,
      attached: frozen?.attachments.some((attachment) => attachment.ledgerId === ledgerId) ?? false,
    }))
    const why = 'the worker that was sending it did not come back'
    return (await becomeUnknown(app, db, { chase, attempt, email, noted }, why)) ? 'unknown' : 'alive'
  })
}

/** As much of a message as a note and an event tell. */
type Told = { readonly email: Pick<Email, 'from' | 'to' | 'cc' | 'subject'> }

const noteOf = (
  { chase, email, noted }: Omit<Claimed, 'kind' | 'attempt' | 'email' | 'around'> & Told,
  around: Pick<Surroundings, 'business'>,
): NotedMessage => ({
  chaseId: chase.id,
  stage: kindOf(chase),
  recipients: addressesOf(email.to),
  copies: addressesOf(email.cc),
  signedBy: seniorOf(email, around),
  subject: email.subject,
  invoices: noted,
})

/** The senior sender's name, where the message has it; null where the usual one signed. */
const seniorOf = ({ from }: Told['email'], { business }: Pick<Surroundings, 'business'>): string | null =>
  from.name !== null && from.name === business.seniorName && from.name !== business.senderName ? from.name : null

function signedFacts(email: Email, around: Surroundings): { signedBy?: string } {
  const signedBy = seniorOf(email, around)
  return signedBy === null ? {} : { signedBy }
}

const mailFacts = (chase: ChaseRow, email: Email) => ({
  stage: chase.stage,
  stepId: chase.stepId,
  subject: email.subject,
  attachments: email.attachments.map(({ filename }) => filename),
})

const addressesOf = (people: Email['to'], without: ReadonlySet<string> = new Set()): string[] =>
  people.map(({ address }) => address).filter((address) => !without.has(address.toLowerCase()))

/** What a message is written as: always something; calls, letters and decisions never come here. */
export function kindOf(chase: ChaseRow): MessageKind {
  if (chase.stage === null) throw new Error(`chase ${chase.id} is a message of no kind`)
  return chase.stage
}

/** A line of the history about a chase. */
export const chaseEvent =
  (chase: Pick<ChaseRow, 'id' | 'businessId' | 'customerId'>, at: Temporal.Instant) =>
  (kind: EventKind, facts: Readonly<Record<string, unknown>>) => ({
    businessId: chase.businessId,
    at,
    kind,
    customerId: chase.customerId,
    chaseId: chase.id,
    facts,
  })
