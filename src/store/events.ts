import type { BusinessDb } from './db.ts'

/** One line of history. `facts` is plain data for screens; never a secret, never a whole ledger record. */
export type NewEvent = {
  readonly businessId: string
  readonly at: Temporal.Instant
  readonly kind: EventKind
  readonly customerId?: string | null
  readonly invoiceId?: string | null
  readonly chaseId?: string | null
  /** 'puntual', 'ledger' or a user's id. */
  readonly actor?: string
  readonly facts?: Readonly<Record<string, unknown>>
}

/** Everything that can happen. Screens have a sentence for each, in each language. */
export type EventKind =
  // Connecting
  | 'connected'
  | 'disconnected'
  | 'reconnect-needed'
  | 'first-load-done'
  | 'sync-failed'
  // What the ledger told
  | 'invoice-paid'
  | 'invoice-part-paid'
  | 'invoice-voided'
  | 'invoice-deleted'
  | 'invoice-reopened'
  | 'due-day-changed'
  | 'invoice-changed'
  | 'customer-merged'
  // Chasing
  | 'chase-planned'
  | 'approval-asked'
  | 'call-asked'
  | 'decision-asked'
  | 'letter-asked'
  | 'message-held'
  | 'chase-cancelled'
  | 'mail-sent'
  | 'mail-refused'
  | 'mail-postponed'
  | 'mail-unknown'
  | 'mail-resolved'
  | 'address-broken'
  | 'mailbox-broken'
  | 'pdf-missing'
  | 'fell-silent'
  | 'note-written'
  | 'note-failed'
  // People
  | 'approved'
  | 'skipped'
  | 'task-done'
  | 'mode-changed'
  | 'stopped'
  | 'resumed'
  | 'segment-set'
  | 'chasing-set'
  | 'contact-set'
  | 'contact-added'
  | 'contact-removed'
  | 'hold-set'
  | 'hold-ended'
  | 'hold-reviewed'
  | 'promise-recorded'
  | 'promise-withdrawn'
  | 'expected-day-written'
  | 'expected-day-cleared'
  | 'expected-day-stays'
  | 'plan-offered'
  | 'plan-agreed'
  | 'plan-withdrawn'
  | 'contact-logged'
  | 'notice-requested'
  | 'letter-begun'
  | 'letter-edited'
  | 'letter-approved'
  | 'letter-sent'
  | 'letter-discarded'
  | 'evidence-made'
  | 'settings-changed'
  | 'law-consented'
  | 'law-consent-withdrawn'
  | 'debtor-set'
  | 'debt-event-logged'
  | 'debt-event-withdrawn'
  | 'policy-applied'
  | 'database-confirmed'
  | 'member-invited'
  | 'member-role-changed'
  | 'member-removed'
  | 'signed-in'

/** Adds lines to the history, in the caller's transaction. */
export async function recordEvents(db: BusinessDb, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return
  await db
    .insertInto('events')
    .values(
      events.map((event) => ({
        business_id: event.businessId,
        at: event.at.toString(),
        kind: event.kind,
        customer_id: event.customerId ?? null,
        invoice_id: event.invoiceId ?? null,
        chase_id: event.chaseId ?? null,
        actor: event.actor ?? 'puntual',
        facts: JSON.stringify(event.facts ?? {}),
      })),
    )
    .execute()
}
