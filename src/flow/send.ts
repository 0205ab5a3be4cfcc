import { nextContactDay } from '../chase/calendar.ts'
import { stepNamed } from '../chase/steps.ts'
import { LedgerError } from '../ledgers/ledger.ts'
import { validIbans } from '../chase/guards/iban.ts'
import { MailRefused, MailUnknown, type Attachment, type Delivery, type Email } from '../mail/mailer.ts'
import { creditsStandSince, lookAt, type CreditsKnown } from '../store/books.ts'
import {
  cancelChase,
  claimChase,
  countAlone,
  findChase,
  isTooSoon,
  postponeChase,
  type ChaseInvoice,
  type ChaseRow,
} from '../store/chases.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { recordEvents } from '../store/events.ts'
import { setHold } from '../store/holds.ts'
import {
  findPdf,
  freezeMessage,
  keepPdf,
  lockAddress,
  readThread,
  rememberPayLink,
  type FrozenMessage,
} from '../store/messages.ts'
import type { InvoiceFacts } from '../store/standings.ts'
import type { Dependencies } from './dependencies.ts'
import { CREDITS_GOOD_FOR_SECONDS } from './fresh-credits.ts'
import { landReading, type CreditReading, type Reading } from './ledger-changes.ts'
import { doubtAbout, holdFor, type Doubt } from './guards.ts'
import { itemsOf } from './items.ts'
import { attachesInvoices, messageFacts } from './message.ts'
import {
  becomeUnknown,
  chaseEvent,
  kindOf,
  recordAccepted,
  recordRefusal,
  type Claimed,
  type SendOutcome,
} from './outcome.ts'
import { keepPolicy } from './policy.ts'
import { languageFor, recipientsOfChase } from './recipients.ts'
import { lookAround, refuse, type Scene } from './recheck.ts'
import { fromOf, signerOf } from './signer.ts'
import { readSurroundings } from './standing.ts'
import { OVERLAP } from './rhythm.ts'

/** What was read from the ledger is good for a claim for this long. */
const FRESH_FOR_MS = 20_000

/** And for a message to begin to leave for this long: what the claim has left of it, the mail server has to get ready in. */
const BEGINS_WITHIN_MS = 30_000

/** So often the ledger is asked anew because preparing took too long or the invoice changed meanwhile. */
const MOST_READINGS = 3

/** PDFs of one message together; what does not fit is offered by link. */
const ATTACHMENTS_LIMIT = 10 * 1024 * 1024

/** Longer than the ten minutes a mail server may think about the final dot (RFC 5321, 4.5.3.2.6). */
const LEASE = { minutes: 15 }

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

type Ready = {
  readonly kind: 'ready'
  /** When the invoices were read, on the monotonic clock. */
  readonly readAtMs: number
  /** The business counts its messages of a day. */
  readonly isCounted: boolean
  readonly pdfs: readonly {
    readonly invoiceId: string
    readonly number: string | null
    readonly version: string
    readonly content: Uint8Array
    readonly accounts: readonly string[]
  }[]
}

/** Everything that can fail harmlessly: the fresh reading, the first judgement, the PDFs and the links. */
async function prepare(
  app: Dependencies,
  chase: ChaseRow,
  credits: CreditsKnown | null,
): Promise<Ready | { kind: Exclude<SendOutcome, 'sent' | 'unknown' | 'failed'> }> {
  const reading = await readAgain(app, chase, credits)
  // What was read lands and is judged in one transaction: each one more is a trip and a commit for every message.
  const judged = await inBusiness(app.db, chase.businessId, async (db) => {
    const around = await readSurroundings(app, db, chase.businessId)
    await landReading(db, chase, around, reading)
    const scene = await lookAround(app, db, chase, around)
    const isCounted = around.policy.mostPerDayOfBusiness !== null
    if (!scene) return { refusal: 'taken' as const, items: [], isCounted }
    const refusal = await refuse(db, scene)
    const items = []
    for (const invoice of refusal ? [] : scene.items.filter(({ balanceMinor }) => balanceMinor > 0)) {
      items.push({ invoice, cached: await findPdf(db, chase.connectionId, invoice.ledgerId, invoice.version) })
    }
    return { refusal, items, isCounted }
  })
  if (judged.refusal) return { kind: judged.refusal }

  const pdfs = []
  const attaches = attachesInvoices(kindOf(chase))
  for (const { invoice, cached } of judged.items) {
    const content = attaches ? (cached?.content ?? (await fetchPdf(app, chase, invoice))) : null
    if (attaches && content === null) return { kind: 'held' }
    // Asked for while the PDF is read; that it failed is heard where it is waited for.
    const link = invoice.payLink === null ? findPayLink(app, chase, invoice) : null
    link?.catch(() => {})
    const pdf = content && { content, accounts: cached?.accounts ?? (await accountsInPdf(app, content)) }
    await keepFound(app, chase, invoice, { pdf: cached?.accounts ? null : pdf, link })
    const { id: invoiceId, number, version } = invoice
    if (pdf) pdfs.push({ invoiceId, number, version, ...pdf })
  }
  return { kind: 'ready', readAtMs: reading.atMs, isCounted: judged.isCounted, pdfs }
}

const monotonicMs = (app: Dependencies): number => app.monotonicMs?.() ?? performance.now()

/** What was asked of the ledger right before sending. */
type TimedReading = Reading & {
  /** When the ledger was asked, on the monotonic clock. */
  readonly atMs: number
}

/** Reads the chase's invoices from the ledger, and what it knows of the customer's credits. */
async function readAgain(app: Dependencies, chase: ChaseRow, credits: CreditsKnown | null): Promise<TimedReading> {
  const { businessId, connectionId } = chase
  const atMs = monotonicMs(app)
  const ids = chase.invoices.map((invoice) => invoice.ledgerId)
  const [found, told] = await Promise.all([
    app.readFresh({ businessId, connectionId }, ids),
    readCredits(app, chase, credits),
  ])
  return { atMs, found, credits: told }
}

/**
 * Credit that nobody has applied yet settles what we ask for all the same, and changes no invoice. So what the books do not
 * hold yet is asked for: what changed since they were read, for all messages at once (fresh-credits.ts). Null: just read.
 */
async function readCredits(
  app: Dependencies,
  { businessId, connectionId }: ChaseRow,
  known: CreditsKnown | null,
): Promise<CreditReading | null> {
  if (!known) return null
  const { syncedAt, changesFrom, customerLedgerId } = known
  const isFresh = syncedAt !== null && app.now().since(syncedAt).total('seconds') < CREDITS_GOOD_FOR_SECONDS
  if (isFresh) return null
  if (changesFrom !== null) {
    const { credits, removed, defects } = await app.readCredits(
      { businessId, connectionId },
      changesFrom.subtract(OVERLAP),
    )
    if (defects.length === 0) {
      return {
        credits: credits.filter(({ customerId }) => customerId === customerLedgerId),
        gone: removed.map(({ id }) => id),
      }
    }
  }
  // A credit that cannot be read may be this customer's: asked for alone, it says so.
  const ledger = await app.ledgerFor({ businessId, connectionId }, 'send')
  return { credits: await ledger.creditsOf(customerLedgerId), gone: 'all-others' }
}

/** The original invoice from the ledger, kept by its version. Null: it cannot be had, the customer is on hold and a person told. */
async function fetchPdf(app: Dependencies, chase: ChaseRow, invoice: InvoiceFacts): Promise<Uint8Array | null> {
  const { businessId, connectionId } = chase
  try {
    const ledger = await app.ledgerFor({ businessId, connectionId }, 'send')
    return await ledger.pdf(invoice.ledgerId)
  } catch (error) {
    // A ledger that is busy, away or disconnected is not a missing PDF: the chase waits for it.
    if (!(error instanceof LedgerError) || ['slow-down', 'unavailable', 'reconnect'].includes(error.problem))
      throw error
    await inBusiness(app.db, businessId, async (db) => {
      if (!(await cancelChase(db, chase.id, 'pdf-missing'))) return
      const around = await readSurroundings(app, db, businessId)
      const hold = { businessId, customerId: chase.customerId, invoiceId: invoice.id, kind: 'missing-pdf' as const }
      // For the rest of the day: tomorrow's plan tries again.
      await setHold(db, { ...hold, until: around.today, why: error.message, createdBy: 'puntual', at: around.now })
      const facts = { number: invoice.number, problem: error.message }
      await recordEvents(db, [{ ...chaseEvent(chase, around.now)('pdf-missing', facts), invoiceId: invoice.id }])
      await lookAt(db, [chase.customerId], around.now)
    })
    return null
  }
}

/** The accounts that an invoice asks to be paid to; none where its text cannot be had. */
async function accountsInPdf(app: Dependencies, content: Uint8Array): Promise<string[]> {
  return validIbans((await app.readPdfText(content)) ?? '')
}

/** Where the invoice can be paid online, as the ledger says; null when it did not say. */
async function findPayLink(
  app: Dependencies,
  chase: ChaseRow,
  invoice: InvoiceFacts,
): Promise<{ readonly url: string | null } | null> {
  const { businessId, connectionId } = chase
  const ledger = await app.ledgerFor({ businessId, connectionId }, 'send')
  try {
    return { url: await ledger.payLink(invoice.ledgerId) }
  } catch (error) {
    // A link is a convenience: without it the message says how to pay all the same.
    const isHarmless = error instanceof LedgerError && ['rejected', 'not-found', 'unavailable'].includes(error.problem)
    if (!isHarmless) throw error
    return null
  }
}

/** Keeps what had to be asked for; the PDF also when the link is not to be had yet. */
async function keepFound(
  app: Dependencies,
  { businessId, connectionId }: ChaseRow,
  { id, ledgerId, version }: InvoiceFacts,
  {
    pdf,
    link,
  }: {
    pdf: { readonly content: Uint8Array; readonly accounts: readonly string[] } | null
    link: Promise<{ readonly url: string | null } | null> | null
  },
): Promise<void> {
  const [found] = await Promise.allSettled([link])
  const answer = found.status === 'fulfilled' ? found.value : null
  if (pdf || answer) {
    await inBusiness(app.db, businessId, async (db) => {
      if (pdf) await keepPdf(db, { businessId, connectionId, ledgerId, version, ...pdf, at: app.now() })
      if (answer) await rememberPayLink(db, id, answer.url)
    })
  }
  if (found.status === 'rejected') throw found.reason
}

/**
 * The claim: under the customer's lock the rules judge once more, the message is frozen and the chase is taken.
 * When this has committed, only the send is left. `stale`: what was read is too old by now, or not what was prepared.
 */
async function claimLast(
  app: Dependencies,
  chase: ChaseRow,
  ready: Ready,
): Promise<Claimed | { kind: Exclude<SendOutcome, 'sent' | 'unknown' | 'failed'> | 'stale' }> {
  try {
    return await inBusiness(app.db, chase.businessId, async (db) => {
      if (ready.isCounted) await countAlone(db, chase.businessId)
      const scene = await lookAround(app, db, chase)
      if (!scene) return { kind: 'taken' }
      // Judged after the wait for the lock, which may have been long.
      if (monotonicMs(app) - ready.readAtMs > FRESH_FOR_MS) return { kind: 'stale' }
      const refusal = await refuse(db, scene)
      if (refusal) return { kind: refusal }
      if (await inboxIsBusy(db, scene)) return { kind: 'stale' }
      const asPrepared =
        !attachesInvoices(kindOf(scene.chase)) ||
        scene.items.every(({ id, version }) =>
          ready.pdfs.some((pdf) => pdf.invoiceId === id && pdf.version === version),
        )
      if (!asPrepared) return { kind: 'stale' }
      const { around, customer, standing, items } = scene
      const composed = await compose(app, db, scene, ready)
      if (composed === null) {
        await cancelChase(db, chase.id, 'answered')
        await recordEvents(db, [
          chaseEvent(chase, around.now)('chase-cancelled', { reason: 'answered', stage: chase.stage, at: 'claim' }),
        ])
        await lookAt(db, [chase.customerId], around.now)
        return { kind: 'cancelled' }
      }
      if ('doubt' in composed) {
        await holdFor(db, scene.chase, around, composed.doubt)
        return { kind: 'held' }
      }
      const { email, frozen, attachedIds } = composed
      const now = itemsOf(
        customer,
        items.map(({ id }) => id),
      )
      await keepPolicy(db, around)
      const attempt = await claimChase(db, chase.id, {
        businessId: chase.businessId,
        policyHash: around.policyHash,
        leaseUntil: around.now.add(LEASE),
        today: standing.today,
        quietUntil: nextContactDay(standing.today, standing),
        changedInvoices: sameInvoices(now, scene.chase.invoices) ? null : now,
      })
      if (attempt === null) return { kind: 'taken' }
      await freezeMessage(db, frozen)
      const noted = items.map(({ id, currency, balanceMinor }) => ({
        invoiceId: id,
        currency,
        balanceMinor,
        attached: attachedIds.includes(id),
      }))
      return { kind: 'claimed', chase: scene.chase, attempt, email, noted, around }
    })
  } catch (error) {
    if (!isTooSoon(error)) throw error
    // The database knows of a message that the rules did not see: believe the database.
    await inBusiness(app.db, chase.businessId, async (db) => {
      if (!(await cancelChase(db, chase.id, 'too-soon'))) return
      await recordEvents(db, [
        chaseEvent(chase, app.now())('chase-cancelled', { reason: 'too-soon', stage: chase.stage, at: 'claim' }),
      ])
    })
    return { kind: 'cancelled' }
  }
}

/**
 * Whether something went to the main address, or to the one that gets a copy, since the rules looked: customers that
 * share an inbox are locked one by one, and their messages may leave at the same moment. Holds the addresses until this
 * claim has committed or not.
 */
async function inboxIsBusy(db: BusinessDb, { chase, around, customer, standing }: Scene): Promise<boolean> {
  const [main] = standing.customer.addresses
  const isCopied = stepNamed(around.policy, chase.segment, chase.stepId)?.copyEscalation === true
  const copy = isCopied ? standing.customer.escalation?.address : undefined
  // In one order for all, so that two claims never wait for each other.
  const addresses = [...new Set([main, copy])].filter((address) => address !== undefined).sort()
  for (const address of addresses) {
    const known = customer.addressContactedOn.filter((seen) => seen.address === address).length
    if ((await lockAddress(db, chase.businessId, address, standing.today)) > known) return true
  }
  return false
}

const sameInvoices = (some: readonly ChaseInvoice[], others: readonly ChaseInvoice[]): boolean =>
  some.length === others.length &&
  some.every((one) => {
    const other = others.find(({ invoiceId }) => invoiceId === one.invoiceId)
    const { currency, balanceMinor, dueOn, version } = one
    return (
      other?.currency === currency &&
      other.balanceMinor === balanceMinor &&
      other.dueOn === dueOn &&
      other.version === version
    )
  })

async function compose(
  app: Dependencies,
  db: BusinessDb,
  scene: Scene,
  ready: Ready,
): Promise<{ email: Email; frozen: FrozenMessage; attachedIds: readonly string[] } | { doubt: Doubt } | null> {
  const { chase, around, customer, standing, items, claim } = scene
  const sender = signerOf(around, app.mailFrom, chase)
  const thread = await readThread(db, chase.spellId)
  const { attached } = app.pickAttachments(ready.pdfs, languageFor(customer, around.business), ATTACHMENTS_LIMIT)
  const attachedIds = attached.map(({ invoiceId }) => invoiceId)
  const facts = messageFacts(around, customer, standing, sender, {
    seed: chase.id,
    kind: kindOf(chase),
    noticeId: chase.stepId,
    items,
    attachedIds,
    threadSubject: thread.subject,
    claim,
  })
  if (facts === null) return null
  const composed = app.compose(facts)
  const accounts = [...new Set(ready.pdfs.flatMap((pdf) => pdf.accounts))]
  const doubt = await doubtAbout(app, db, chase, { composed, facts, accounts })
  if (doubt) return { doubt }
  const recipients = recipientsOfChase(around, customer, chase)
  const addressed = (copied: boolean) =>
    recipients.filter((recipient) => recipient.copied === copied).map(({ name, address }) => ({ name, address }))
  const email: Email = {
    messageId: `<${chase.id}@${app.mailFrom.address.split('@')[1] ?? 'localhost'}>`,
    from: fromOf(sender),
    replyTo: sender.replyTo,
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
    choice: composed.choice ?? null,
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
      return invoice
        ? [{ connectionId: chase.connectionId, ledgerId: invoice.ledgerId, version: invoice.version, filename }]
        : []
    }),
    unattended: email.unattended,
    composedAt: around.now,
  }
  return { email, frozen, attachedIds }
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
