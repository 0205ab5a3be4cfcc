import { nextContactDay } from '../chase/calendar.ts'
import { addDays } from '../chase/day.ts'
import { judgeSend, type GateAnswer } from '../chase/gate.ts'
import { money } from '../chase/money.ts'
import type { Stage, Standing } from '../chase/standing.ts'
import { LedgerError } from '../ledgers/ledger.ts'
import { MailRefused, MailUnknown, type Attachment, type Email } from '../mail/mailer.ts'
import { lookAt } from '../store/books.ts'
import {
  askApprovalAgain, cancelChase, claimChase, findChase, isTooSoon, leaseIsOver, postponeChase, recordFailed,
  recordPostponed, recordSent, recordUnknown, type ChaseRow,
} from '../store/chases.ts' // prettier-ignore
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { recordEvents, type EventKind } from '../store/events.ts'
import { markBounced, setHold } from '../store/holds.ts'
import { findFrozenMessage, findPdf, freezeMessage, keepPdf, readThread, rememberPayLink, type FrozenMessage } from '../store/messages.ts'
import { readCustomers, type CustomerFacts, type InvoiceFacts } from '../store/standings.ts'
import { approvalHash } from './approval.ts'
import { nextOpening } from './approve.ts'
import type { Dependencies } from './dependencies.ts'
import { landChanges } from './ledger-changes.ts'
import { messageFacts, senderOf } from './message.ts'
import { queueOutcomeNotes, type NotedInvoice } from './note.ts'
import { itemsOf } from './plan.ts'
import { readSurroundings, recipientsOf, standingOf, type Surroundings } from './standing.ts'

export type SendOutcome = 'sent' | 'cancelled' | 'postponed' | 'held' | 'unknown' | 'failed' | 'taken'

/** What was read from the ledger is good for this long; the promise is under 30 seconds from reading to DATA. */
const FRESH_FOR_MS = 20_000

/** PDFs of one message together; what does not fit is offered by link. */
const ATTACHMENTS_LIMIT = 10 * 1024 * 1024

/** Longer than the ten minutes a mail server may think about the final dot (RFC 5321, 4.5.3.2.6). */
const LEASE = { minutes: 15 }

/** How long an unknown delivery keeps the customer quiet when nobody says what became of it. */
const UNKNOWN_DAYS = 10

type ChaseRef = { readonly businessId: string; readonly chaseId: string }

/**
 * Sends one planned chase, unless the world has changed since it was planned.
 *
 * The ledger is asked again, the rules decide again from its answer, and only then is the chase claimed, in a
 * transaction that is committed before the socket opens. From there on every outcome is written down by what is
 * certain: accepted, certainly not accepted, or unknown.
 */
export async function sendChase(app: Dependencies, { businessId, chaseId }: ChaseRef): Promise<SendOutcome> {
  const chase = await inBusiness(app.db, businessId, (db) => findChase(db, chaseId))
  if (chase?.status !== 'planned' || chase.channel !== 'email') return 'taken'
  if (Temporal.Instant.compare(chase.sendAfter, app.now()) > 0) return 'taken'
  try {
    const ready = await prepare(app, chase)
    if (ready.kind !== 'ready') return ready.kind
    const claim = await claimLast(app, chase, ready)
    if (claim.kind !== 'claimed') return claim.kind
    return await handOver(app, chase, claim)
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    // The ledger cannot be asked, so nothing may be claimed about its money: later.
    const seconds = error.retryAfterSeconds ?? 600
    app.log.warn({ chaseId, problem: error.problem, correlationId: error.correlationId }, 'the ledger cannot be asked; chase postponed')
    await inBusiness(app.db, businessId, (db) => postponeChase(db, chaseId, app.now().add({ seconds: Math.ceil(seconds) })))
    return 'postponed'
  }
}

type Ready = {
  readonly kind: 'ready'
  readonly pdfs: readonly { readonly invoiceId: string; readonly number: string | null; readonly content: Uint8Array }[]
}

/** Everything that can fail harmlessly: the fresh reading, the first judgement, the PDFs and the links. */
async function prepare(app: Dependencies, chase: ChaseRow): Promise<Ready | { kind: 'cancelled' | 'postponed' | 'held' }> {
  let readAt = await readAgain(app, chase)
  const judged = await inBusiness(app.db, chase.businessId, async (db) => {
    const scene = await lookAround(app, db, chase)
    return { scene, refusal: scene ? await refuse(db, chase, scene) : ('cancelled' as const) }
  })
  if (judged.refusal || !judged.scene) return { kind: judged.refusal ?? 'cancelled' }

  const { items } = judged.scene
  const pdfs = []
  for (const invoice of items) {
    const content = await fetchPdf(app, chase, invoice)
    if (content === null) return { kind: 'held' }
    pdfs.push({ invoiceId: invoice.id, number: invoice.number, content })
    if (invoice.payLink === null) await findPayLink(app, chase, invoice)
  }
  // Fetching may have taken long; what was read before it is then too old to act on.
  if (performance.now() - readAt > FRESH_FOR_MS) readAt = await readAgain(app, chase)
  return { kind: 'ready', pdfs }
}

/** Reads the chase's invoices from the ledger into our copy. Returns when, on the monotonic clock. */
async function readAgain(app: Dependencies, chase: ChaseRow): Promise<number> {
  const { businessId, connectionId } = chase
  const readAt = performance.now()
  const found = await app.readFresh({ businessId, connectionId }, chase.invoices.map((invoice) => invoice.ledgerId))
  await inBusiness(app.db, businessId, async (db) => {
    const around = await readSurroundings(app, db, businessId)
    await landChanges(
      db,
      {
        into: { businessId, connectionId },
        now: around.now,
        today: around.today,
        defaultTermDays: around.policy.defaultTermDays,
        quiet: false,
      },
      {
        invoices: [...found.values()].filter((invoice) => invoice !== null),
        removed: [...found].filter(([, invoice]) => invoice === null).map(([id]) => ({ kind: 'invoice', id })),
      },
    )
  })
  return readAt
}

type Scene = {
  readonly around: Surroundings
  readonly customer: CustomerFacts
  readonly standing: Standing
  readonly answer: GateAnswer
  readonly items: readonly InvoiceFacts[]
  readonly approved: boolean
}

/** The customer's standing at this moment and the gate's answer. Holds the customer's row, so nobody plans meanwhile. */
async function lookAround(app: Dependencies, db: BusinessDb, chase: ChaseRow): Promise<Scene | null> {
  const around = await readSurroundings(app, db, chase.businessId)
  const [customer] = await readCustomers(db, [chase.customerId], around.today, 'lock')
  if (!customer) return null
  const standing = standingOf(around, customer)
  const recipients = recipientsOf(customer)
  const approved = chase.approvedHash !== null && chase.approvedHash === approvalHash(chase, recipients, chase.invoices)
  const answer = judgeSend(
    {
      stepId: chase.stepId,
      ...(chase.stage && { stage: chase.stage }),
      approved,
      invoices: chase.invoices.map(({ invoiceId, balanceMinor, currency, dueOn }) => ({
        id: invoiceId,
        balance: money(balanceMinor, currency),
        dueOn,
      })),
      // The message is addressed from these very facts; an approval that named others is void by its hash.
      addresses: recipients.map(({ address }) => address),
    },
    standing,
  )
  const items = chase.invoices.flatMap(({ invoiceId }) => customer.invoices.find((invoice) => invoice.id === invoiceId) ?? [])
  return { around, customer, standing, answer, items, approved }
}

/** Acts on the gate's no. Returns null when it said yes. */
async function refuse(db: BusinessDb, chase: ChaseRow, scene: Scene): Promise<'cancelled' | 'postponed' | null> {
  const { answer, around, standing } = scene
  if (answer.go) return null
  const line = eventLine(chase, around.now)
  if (answer.reason === 'outside-hours' || answer.reason === 'not-a-sending-day') {
    await postponeChase(db, chase.id, nextOpening(around, standing))
    return 'postponed'
  }
  if (answer.reason === 'approval-missing') {
    // Either the mode was tightened, or what a person approved has changed: ask (again).
    await askApprovalAgain(db, chase.id)
    await recordEvents(db, [line('approval-asked', { stage: chase.stage, again: chase.approvedHash !== null })])
    return 'cancelled'
  }
  await cancelChase(db, chase.id, answer.reason)
  await recordEvents(db, [line('chase-cancelled', { reason: answer.reason, stage: chase.stage, at: 'gate' })])
  await lookAt(db, [chase.customerId], around.now)
  return 'cancelled'
}

/** The original invoice, from our cache by version or from the ledger. Null: it cannot be had, the customer is on hold and a person told. */
async function fetchPdf(app: Dependencies, chase: ChaseRow, invoice: InvoiceFacts): Promise<Uint8Array | null> {
  const { businessId, connectionId } = chase
  const cached = await inBusiness(app.db, businessId, (db) => findPdf(db, connectionId, invoice.ledgerId, invoice.version))
  if (cached) return cached
  try {
    const ledger = await app.ledgerFor({ businessId, connectionId }, 'send')
    const content = await ledger.pdf(invoice.ledgerId)
    const { ledgerId, version } = invoice
    await inBusiness(app.db, businessId, (db) => keepPdf(db, { businessId, connectionId, ledgerId, version, content, at: app.now() }))
    return content
  } catch (error) {
    // A ledger that is busy, away or disconnected is not a missing PDF: the chase waits for it.
    if (!(error instanceof LedgerError) || ['slow-down', 'unavailable', 'reconnect'].includes(error.problem)) throw error
    await inBusiness(app.db, businessId, async (db) => {
      const { around } = { around: await readSurroundings(app, db, businessId) }
      const hold = { businessId, customerId: chase.customerId, invoiceId: invoice.id, kind: 'missing-pdf' as const }
      await setHold(db, { ...hold, until: addDays(around.today, 1), why: error.message, createdBy: 'puntual', at: around.now })
      await cancelChase(db, chase.id, 'pdf-missing')
      await recordEvents(db, [
        { ...eventLine(chase, around.now)('pdf-missing', { number: invoice.number, problem: error.message }), invoiceId: invoice.id },
      ])
      await lookAt(db, [chase.customerId], around.now)
    })
    return null
  }
}

async function findPayLink(app: Dependencies, chase: ChaseRow, invoice: InvoiceFacts): Promise<void> {
  const { businessId, connectionId } = chase
  const ledger = await app.ledgerFor({ businessId, connectionId }, 'send')
  const link = await ledger.payLink(invoice.ledgerId).catch((error: unknown) => {
    // A link is a convenience: without it the message says how to pay all the same.
    if (error instanceof LedgerError && (error.problem === 'rejected' || error.problem === 'not-found')) return null
    throw error
  })
  await inBusiness(app.db, businessId, (db) => rememberPayLink(db, invoice.id, link))
}

type Claimed = { readonly kind: 'claimed'; readonly attempt: number; readonly email: Email; readonly noted: readonly NotedInvoice[] }

/**
 * The claim: under the customer's lock the rules judge once more, the message is frozen and the chase is taken.
 * When this has committed, only the send is left.
 */
async function claimLast(app: Dependencies, chase: ChaseRow, ready: Ready): Promise<Claimed | { kind: 'cancelled' | 'postponed' | 'taken' }> {
  try {
    return await inBusiness(app.db, chase.businessId, async (db) => {
      const scene = await lookAround(app, db, chase)
      if (!scene) return { kind: 'cancelled' }
      const refusal = await refuse(db, chase, scene)
      if (refusal) return { kind: refusal }
      const { around, customer, standing } = scene
      const message = await compose(app, db, chase, scene, ready)
      const attempt = await claimChase(db, chase.id, {
        businessId: chase.businessId,
        leaseUntil: around.now.add(LEASE),
        today: around.today,
        quietUntil: nextContactDay(around.today, standing),
        invoices: itemsOf(customer, chase.invoices.map((invoice) => invoice.invoiceId)),
      })
      if (attempt === null) return { kind: 'taken' }
      await freezeMessage(db, message.frozen)
      return { kind: 'claimed', attempt, email: message.email, noted: message.noted }
    })
  } catch (error) {
    if (!isTooSoon(error)) throw error
    // The database knows of a message that the rules did not see: believe the database.
    await inBusiness(app.db, chase.businessId, async (db) => {
      await cancelChase(db, chase.id, 'too-soon')
      await recordEvents(db, [eventLine(chase, app.now())('chase-cancelled', { reason: 'too-soon', stage: chase.stage, at: 'claim' })])
    })
    return { kind: 'cancelled' }
  }
}

async function compose(
  app: Dependencies,
  db: BusinessDb,
  chase: ChaseRow,
  scene: Scene,
  ready: Ready,
): Promise<{ email: Email; frozen: FrozenMessage; noted: NotedInvoice[] }> {
  const { around, customer, standing, items } = scene
  const sender = senderOf(around, app.mailFrom)
  const thread = await readThread(db, chase.spellId)
  const language = messageFacts(around, customer, standing, sender, {
    seed: chase.id, stage: stageOf(chase), items, attachedIds: [], threadSubject: null,
  }).language // prettier-ignore
  const { attached } = app.pickAttachments(ready.pdfs, language, ATTACHMENTS_LIMIT)
  const facts = messageFacts(around, customer, standing, sender, {
    seed: chase.id,
    stage: stageOf(chase),
    items,
    attachedIds: attached.map(({ invoiceId }) => invoiceId),
    threadSubject: thread.subject,
  })
  const composed = app.compose(facts)
  const recipients = recipientsOf(customer)
  const addressed = (copied: boolean) =>
    recipients.filter((recipient) => recipient.copied === copied).map(({ name, address }) => ({ name, address }))
  const replyTo = around.business.senderEmail
  const email: Email = {
    messageId: `<${chase.id}@${app.mailFrom.address.split('@')[1] ?? 'localhost'}>`,
    from: sender,
    replyTo: replyTo && replyTo !== sender.address ? { name: sender.name, address: replyTo } : null,
    to: addressed(false),
    cc: addressed(true),
    subject: composed.subject,
    html: composed.html,
    text: composed.text,
    attachments: attached.map(({ filename, type, content }): Attachment => ({ filename, type, content })),
    inReplyTo: thread.messageIds.at(-1) ?? null,
    references: thread.messageIds,
    sentAt: around.now,
    unattended: !scene.approved,
  }
  const frozen: FrozenMessage = {
    chaseId: chase.id,
    businessId: chase.businessId,
    messageId: email.messageId,
    wording: composed.wording,
    subject: email.subject,
    html: email.html,
    text: email.text,
    sender: email.from,
    replyTo: email.replyTo,
    recipients: email.to,
    copies: email.cc,
    inReplyTo: email.inReplyTo,
    thread: email.references,
    attachments: attached.flatMap(({ invoiceId, filename }) => {
      const invoice = items.find((item) => item.id === invoiceId)
      return invoice ? [{ connectionId: chase.connectionId, ledgerId: invoice.ledgerId, version: invoice.version, filename }] : []
    }),
    unattended: email.unattended,
    composedAt: around.now,
  }
  const noted = items.map(({ id, currency, balanceMinor }) => ({
    invoiceId: id,
    currency,
    balanceMinor,
    attached: attached.some(({ invoiceId }) => invoiceId === id),
  }))
  return { email, frozen, noted }
}

/** The send itself. Nothing before this line is visible to the customer; nothing after it can be taken back. */
async function handOver(app: Dependencies, chase: ChaseRow, claim: Claimed): Promise<SendOutcome> {
  const { attempt, email } = claim
  try {
    const delivery = await app.mailer.send(email)
    await inBusiness(app.db, chase.businessId, async (db) => {
      const around = await readSurroundings(app, db, chase.businessId)
      if (!(await recordSent(db, chase.id, attempt, { at: around.now, on: around.today, answer: delivery.answer }))) return
      for (const { address, answer } of delivery.refused) await flagAddress(db, chase, around, address, answer)
      await recordEvents(db, [eventLine(chase, around.now)('mail-sent', mailFacts(chase, email))])
      await queueOutcomeNotes(app, db, around, 'sent', noteOf(chase, claim))
    })
    return 'sent'
  } catch (error) {
    if (error instanceof MailRefused) return recordRefusal(app, chase, claim, error)
    // Only a MailRefused is certain. Anything else leaves open whether the server has it.
    await inBusiness(app.db, chase.businessId, (db) =>
      becomeUnknown(app, db, chase, attempt, error instanceof MailUnknown ? error.message : 'the send broke off', noteOf(chase, claim)),
    )
    if (!(error instanceof MailUnknown)) throw error
    return 'unknown'
  }
}

/** After so many refused tries the step is given up for today and the rules decide anew. */
const MOST_ATTEMPTS = 6

async function recordRefusal(app: Dependencies, chase: ChaseRow, claim: Claimed, refused: MailRefused): Promise<SendOutcome> {
  const { attempt } = claim
  return inBusiness(app.db, chase.businessId, async (db): Promise<SendOutcome> => {
    const around = await readSurroundings(app, db, chase.businessId)
    const line = eventLine(chase, around.now)
    const why = `${refused.code ?? ''} ${refused.message}`.trim()
    const hopeless = refused.permanent && (refused.about === 'recipient' || refused.about === 'message')
    if (!hopeless && attempt < MOST_ATTEMPTS) {
      const ours = refused.about === 'login' || refused.about === 'sender'
      const minutes = ours ? 60 : Math.min(240, 10 * 2 ** (attempt - 1))
      await recordPostponed(db, chase.id, attempt, around.now.add({ minutes }), why)
      await recordEvents(db, [line(ours ? 'mailbox-broken' : 'mail-postponed', { about: refused.about, answer: why, minutes })])
      return 'postponed'
    }
    if (!(await recordFailed(db, chase.id, attempt, why))) return 'taken'
    await recordEvents(db, [line('mail-refused', { about: refused.about, answer: why, recipients: claim.email.to.map(({ address }) => address) })])
    if (refused.about === 'recipient' && refused.permanent) {
      const addresses = refused.addresses.length > 0 ? refused.addresses : claim.email.to.map(({ address }) => address)
      for (const address of addresses) await flagAddress(db, chase, around, address, why)
    } else if (hopeless) {
      // The same message would be refused tomorrow as well: a person has to look at it.
      const hold = { businessId: chase.businessId, customerId: chase.customerId, invoiceId: null, kind: 'pause' as const }
      await setHold(db, { ...hold, until: addDays(around.today, 7), why, createdBy: 'puntual', at: around.now })
    }
    await lookAt(db, [chase.customerId], around.now)
    return 'failed'
  })
}

async function flagAddress(db: BusinessDb, chase: ChaseRow, around: Surroundings, email: string, why: string): Promise<void> {
  await markBounced(db, { businessId: chase.businessId, customerId: chase.customerId, email, why, at: around.now })
  await recordEvents(db, [eventLine(chase, around.now)('address-broken', { email, answer: why })])
}

/** The message may have arrived: it counts as sent, a person is asked, the ledger is told, and nobody sends it again by guess. */
async function becomeUnknown(
  app: Pick<Dependencies, 'now' | 'holidays' | 'enqueue'>,
  db: BusinessDb,
  chase: ChaseRow,
  attempt: number,
  why: string,
  message: Parameters<typeof queueOutcomeNotes>[4],
): Promise<boolean> {
  const around = await readSurroundings(app, db, chase.businessId)
  if (!(await recordUnknown(db, chase.id, attempt, around.today, why))) return false
  const hold = { businessId: chase.businessId, customerId: chase.customerId, invoiceId: null, kind: 'unknown-delivery' as const }
  await setHold(db, { ...hold, until: addDays(around.today, UNKNOWN_DAYS), why, createdBy: 'puntual', at: around.now })
  await recordEvents(db, [eventLine(chase, around.now)('mail-unknown', { why, subject: message.subject, recipients: message.recipients })])
  await queueOutcomeNotes(app, db, around, 'unknown', message)
  await lookAt(db, [chase.customerId], around.now)
  return true
}

/** A chase whose worker died between claim and answer: nobody can tell, so it is unknown. */
export async function expireChase(
  app: Pick<Dependencies, 'db' | 'now' | 'holidays' | 'enqueue'>,
  { businessId, chaseId }: ChaseRef,
): Promise<'unknown' | 'alive'> {
  return inBusiness(app.db, businessId, async (db) => {
    const attempt = await leaseIsOver(db, chaseId, app.now())
    const chase = await findChase(db, chaseId)
    if (attempt === null || !chase) return 'alive'
    const frozen = await findFrozenMessage(db, chaseId)
    const isUnknown = await becomeUnknown(app, db, chase, attempt, 'the worker that was sending it did not come back', {
      chaseId,
      stage: stageOf(chase),
      subject: frozen?.subject ?? '',
      recipients: [...(frozen?.recipients ?? []), ...(frozen?.copies ?? [])].map(({ address }) => address),
      invoices: chase.invoices.map(({ invoiceId, currency, balanceMinor, ledgerId }) => ({
        invoiceId,
        currency,
        balanceMinor,
        attached: frozen?.attachments.some((attachment) => attachment.ledgerId === ledgerId) ?? false,
      })),
    })
    return isUnknown ? 'unknown' : 'alive'
  })
}

const noteOf = (chase: ChaseRow, claim: Claimed) => ({
  chaseId: chase.id,
  stage: stageOf(chase),
  recipients: [...claim.email.to, ...claim.email.cc].map(({ address }) => address),
  subject: claim.email.subject,
  invoices: claim.noted,
})

const mailFacts = (chase: ChaseRow, email: Email) => ({
  stage: chase.stage,
  stepId: chase.stepId,
  to: email.to.map(({ address }) => address),
  cc: email.cc.map(({ address }) => address),
  subject: email.subject,
  attachments: email.attachments.map(({ filename }) => filename),
})

/** A message always has a tone; the database keeps calls and decisions out of here. */
function stageOf(chase: ChaseRow): Stage {
  if (chase.stage === null) throw new Error(`chase ${chase.id} is a message without a stage`)
  return chase.stage
}

const eventLine =
  (chase: ChaseRow, at: Temporal.Instant) => (kind: EventKind, facts: Readonly<Record<string, unknown>>) => ({
    businessId: chase.businessId,
    at,
    kind,
    customerId: chase.customerId,
    chaseId: chase.id,
    facts,
  })
