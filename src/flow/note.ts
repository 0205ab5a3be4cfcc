import { money } from '../chase/money.ts'
import type { MessageKind } from '../chase/stage.ts'
import { LedgerError } from '../ledgers/ledger.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { recordEvents } from '../store/events.ts'
import { findMessageSummary } from '../store/messages.ts'
import {
  claimNote,
  queueNotes,
  recordNoteFailed,
  recordNotePostponed,
  recordNoteWritten,
  type NewNote,
} from '../store/notes.ts'
import type { Dependencies, Enqueue } from './dependencies.ts'
import { noteText, noteToken } from './note-text.ts'
import { backOffMinutes } from './rhythm.ts'
import type { Surroundings } from './standing.ts'

/** What a message said about one invoice, for the note on it. */
export type NotedInvoice = {
  readonly invoiceId: string
  readonly currency: string
  readonly balanceMinor: number
  readonly attached: boolean
}

export type NotedMessage = {
  readonly chaseId: string
  readonly stage: MessageKind
  readonly recipients: readonly string[]
  readonly copies: readonly string[]
  readonly signedBy: string | null
  readonly subject: string
  readonly invoices: readonly NotedInvoice[]
}

/** Puts one note per invoice into the outbox, in the transaction that records the outcome, and asks for them to be written. */
export async function queueOutcomeNotes(
  app: { readonly enqueue: Enqueue },
  db: BusinessDb,
  around: Pick<Surroundings, 'business' | 'now'>,
  kind: 'sent' | 'unknown',
  message: NotedMessage,
): Promise<void> {
  const notes = message.invoices.map((invoice): NewNote => {
    const token = noteToken(message.chaseId, invoice.invoiceId, kind)
    const body = noteText(around.business.language, {
      kind,
      at: around.now,
      timeZone: around.business.timeZone,
      stage: message.stage,
      recipients: message.recipients,
      copies: message.copies,
      signedBy: message.signedBy,
      subject: message.subject,
      amount: money(invoice.balanceMinor, invoice.currency),
      attached: invoice.attached,
      token,
    })
    return { businessId: around.business.id, chaseId: message.chaseId, invoiceId: invoice.invoiceId, kind, token, body }
  })
  await enqueueNotes(app, db, around, notes)
}

/** A payment ended a spell in which something had been sent: one note on the invoice says that reminders stop. */
export async function queueStoppedNote(
  app: { readonly enqueue: Enqueue },
  db: BusinessDb,
  around: Pick<Surroundings, 'business' | 'now'>,
  about: { chaseId: string; invoiceId: string },
): Promise<void> {
  const last = await findMessageSummary(db, about.chaseId)
  if (!last) return
  const token = noteToken(about.chaseId, about.invoiceId, 'stopped')
  const body = noteText(around.business.language, {
    kind: 'stopped',
    at: around.now,
    timeZone: around.business.timeZone,
    stage: last.stage,
    recipients: [],
    subject: last.subject,
    amount: money(0, around.business.baseCurrency ?? 'EUR'),
    attached: false,
    token,
  })
  await enqueueNotes(app, db, around, [{ businessId: around.business.id, ...about, kind: 'stopped', token, body }])
}

async function enqueueNotes(
  app: { readonly enqueue: Enqueue },
  db: BusinessDb,
  around: Pick<Surroundings, 'business' | 'now'>,
  notes: readonly NewNote[],
): Promise<void> {
  const ids = await queueNotes(db, notes, around.now)
  await app.enqueue(db, 'note', ...ids.map((noteId) => ({ businessId: around.business.id, noteId })))
}

/** A worker that holds a note longer than this is taken for dead. */
const LEASE = { minutes: 5 }

/** How often a note asks whether the owner has given access again. */
const WHILE_DISCONNECTED_MINUTES = 180

/** After so many tries a person is told; a ledger that is away for two days is not going to be asked for ever. */
const MOST_ATTEMPTS = 16

/**
 * Writes one note into the ledger. From the second try on the ledger is asked first whether it has the note
 * already, so that a lost answer never makes two. A failed note never touches the mail.
 */
export async function writeNote(
  app: Pick<Dependencies, 'db' | 'now' | 'log' | 'ledgerFor'>,
  { businessId, noteId }: { businessId: string; noteId: string },
): Promise<'written' | 'postponed' | 'failed' | 'taken'> {
  const now = app.now()
  const note = await inBusiness(app.db, businessId, (db) => claimNote(db, noteId, now, now.add(LEASE)))
  if (!note) return 'taken'
  try {
    const ledger = await app.ledgerFor({ businessId, connectionId: note.connectionId }, 'send')
    await ledger.writeNote({
      invoiceId: note.invoiceLedgerId,
      customerId: note.customerLedgerId,
      text: note.body,
      token: note.token,
      key: note.id,
      retry: note.attempts > 1,
    })
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    // Being told to slow down, or to wait for the owner, is not a try: the ledger has not looked at the note.
    const untried = error.problem === 'slow-down' || error.problem === 'reconnect'
    const hopeless =
      error.problem === 'rejected' || error.problem === 'not-found' || (!untried && note.attempts >= MOST_ATTEMPTS)
    await inBusiness(app.db, businessId, async (db) => {
      if (!hopeless) {
        const minutes = error.problem === 'reconnect' ? WHILE_DISCONNECTED_MINUTES : backOffMinutes(note.attempts)
        const seconds = error.retryAfterSeconds ?? minutes * 60
        await recordNotePostponed(db, noteId, app.now().add({ seconds: Math.ceil(seconds) }), !untried)
        return
      }
      await recordNoteFailed(db, noteId, error.message)
      await recordEvents(db, [event('note-failed', { problem: error.message, token: note.token })])
    })
    return hopeless ? 'failed' : 'postponed'
  }
  await inBusiness(app.db, businessId, async (db) => {
    await recordNoteWritten(db, noteId, app.now())
    await recordEvents(db, [event('note-written', { text: note.body, kind: note.kind, token: note.token })])
  })
  return 'written'

  function event(kind: 'note-written' | 'note-failed', facts: Readonly<Record<string, unknown>>) {
    if (!note) throw new Error('no note was claimed')
    const { customerId, invoiceId, chaseId } = note
    return { businessId, at: app.now(), kind, customerId, invoiceId, chaseId, facts }
  }
}
