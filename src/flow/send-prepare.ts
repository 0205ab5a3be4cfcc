import { validIbans } from '../chase/guards/iban.ts'
import { LedgerError } from '../ledgers/ledger.ts'
import { lookAt, type CreditsKnown } from '../store/books.ts'
import { cancelChase, type ChaseRow } from '../store/chases.ts'
import { inBusiness } from '../store/db.ts'
import { recordEvents } from '../store/events.ts'
import { setHold } from '../store/holds.ts'
import { findPdf, keepPdf, rememberPayLink } from '../store/messages.ts'
import type { InvoiceFacts } from '../store/standings.ts'
import type { Dependencies } from './dependencies.ts'
import { CREDITS_GOOD_FOR_SECONDS } from './fresh-credits.ts'
import { landReading, type CreditReading, type Reading } from './ledger-changes.ts'
import { attachesInvoices } from './message.ts'
import { chaseEvent, kindOf, type SendOutcome } from './outcome.ts'
import { lookAround, refuse } from './recheck.ts'
import { OVERLAP } from './rhythm.ts'
import { readSurroundings } from './standing.ts'

/** What a claim is made with. */
export type Ready = {
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
export async function prepare(
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

export const monotonicMs = (app: Dependencies): number => app.monotonicMs?.() ?? performance.now()

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
