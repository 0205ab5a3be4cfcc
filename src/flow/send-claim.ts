import { nextContactDay } from '../chase/calendar.ts'
import { stepNamed } from '../chase/steps.ts'
import type { Attachment, Email } from '../mail/mailer.ts'
import { lookAt } from '../store/books.ts'
import { cancelChase, claimChase, countAlone, isTooSoon, type ChaseInvoice, type ChaseRow } from '../store/chases.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { recordEvents } from '../store/events.ts'
import { freezeMessage, lockAddress, readThread, type FrozenMessage } from '../store/messages.ts'
import type { Dependencies } from './dependencies.ts'
import { doubtAbout, holdFor, type Doubt } from './guards.ts'
import { itemsOf } from './items.ts'
import { attachesInvoices, messageFacts } from './message.ts'
import { chaseEvent, kindOf, type Claimed, type SendOutcome } from './outcome.ts'
import { keepPolicy } from './policy.ts'
import { languageFor, recipientsOfChase } from './recipients.ts'
import { lookAround, refuse, type Scene } from './recheck.ts'
import { monotonicMs, type Ready } from './send-prepare.ts'
import { fromOf, signerOf } from './signer.ts'

/** What was read from the ledger is good for a claim for this long. */
const FRESH_FOR_MS = 20_000

/** PDFs of one message together; what does not fit is offered by link. */
const ATTACHMENTS_LIMIT = 10 * 1024 * 1024

/** Longer than the ten minutes a mail server may think about the final dot (RFC 5321, 4.5.3.2.6). */
const LEASE = { minutes: 15 }

/**
 * The claim: under the customer's lock the rules judge once more, the message is frozen and the chase is taken.
 * When this has committed, only the send is left. `stale`: what was read is too old by now, or not what was prepared.
 */
export async function claimLast(
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
