import { sql } from 'kysely'
import { instant } from './columns.ts'
import type { BusinessDb } from './db.ts'

export type NewNote = {
  readonly businessId: string
  readonly chaseId: string
  readonly invoiceId: string
  readonly kind: 'sent' | 'unknown' | 'stopped'
  /** The short mark in the text by which the note is found again. */
  readonly token: string
  readonly body: string
}

/** Puts notes into the outbox, once per chase, invoice and kind. Returns the ids of the new ones. */
export async function queueNotes(db: BusinessDb, notes: readonly NewNote[], at: Temporal.Instant): Promise<string[]> {
  if (notes.length === 0) return []
  const rows = await db
    .insertInto('notes')
    .values(
      notes.map((note) => ({
        business_id: note.businessId,
        chase_id: note.chaseId,
        invoice_id: note.invoiceId,
        kind: note.kind,
        token: note.token,
        body: note.body,
        created_at: at.toString(),
        next_try_at: at.toString(),
      })),
    )
    .onConflict((conflict) => conflict.columns(['chase_id', 'invoice_id', 'kind']).doNothing())
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

export type NoteToWrite = {
  readonly id: string
  readonly connectionId: string
  readonly customerId: string
  readonly customerLedgerId: string
  readonly invoiceId: string
  readonly invoiceLedgerId: string
  readonly chaseId: string
  readonly kind: string
  readonly token: string
  readonly body: string
  /** Counting this one. */
  readonly attempts: number
}

/**
 * Takes a note for writing, or null when it is written, given up, or in somebody's hands.
 * The lease ends by itself if its holder dies; the next try then reads the ledger before it writes.
 */
export async function claimNote(
  db: BusinessDb,
  noteId: string,
  now: Temporal.Instant,
  leaseUntil: Temporal.Instant,
): Promise<NoteToWrite | null> {
  const { rows } = await sql<NoteToWrite>`
    update notes n set attempts = n.attempts + 1, lease_until = ${instant(leaseUntil)}, next_try_at = ${instant(leaseUntil)}
      from invoices i join customers c on c.id = i.customer_id
     where n.id = ${noteId} and i.id = n.invoice_id and n.written_at is null and n.failed_why is null
       and (n.lease_until is null or n.lease_until <= ${instant(now)})
    returning n.id, i.connection_id as "connectionId", c.id as "customerId", c.ledger_id as "customerLedgerId", i.id as "invoiceId",
              i.ledger_id as "invoiceLedgerId", n.chase_id as "chaseId", n.kind, n.token, n.body, n.attempts`.execute(
    db,
  )
  return rows[0] ?? null
}

export async function recordNoteWritten(db: BusinessDb, noteId: string, at: Temporal.Instant): Promise<void> {
  await db
    .updateTable('notes')
    .set({ written_at: at.toString(), next_try_at: null, lease_until: null })
    .where('id', '=', noteId)
    .execute()
}

/**
 * Not written yet: when to try again. `counts` says whether the ledger may have seen the try; one that it certainly
 * refused to look at uses up no attempt, and the next one needs no look before it writes.
 */
export async function recordNotePostponed(
  db: BusinessDb,
  noteId: string,
  until: Temporal.Instant,
  counts: boolean,
): Promise<void> {
  await db
    .updateTable('notes')
    .set((e) => ({
      next_try_at: until.toString(),
      lease_until: null,
      attempts: counts ? e.ref('attempts') : e('attempts', '-', 1),
    }))
    .where('id', '=', noteId)
    .where('written_at', 'is', null)
    .execute()
}

/** The ledger will never take it: why, for a person to read. */
export async function recordNoteFailed(db: BusinessDb, noteId: string, why: string): Promise<void> {
  await db
    .updateTable('notes')
    .set({ failed_why: why.slice(0, 500), next_try_at: null, lease_until: null })
    .where('id', '=', noteId)
    .execute()
}
