import type { Day } from '../chase/day.ts'
import type { HoldFacts } from './standings.ts'
import type { BusinessDb } from './db.ts'

export type NewHold = {
  readonly businessId: string
  readonly customerId: string
  readonly invoiceId: string | null
  readonly kind: HoldFacts['kind']
  /** The last day it holds; null until somebody ends it. */
  readonly until: Day | null
  readonly why: string | null
  /** 'puntual' or a user's id. */
  readonly createdBy: string
  readonly at: Temporal.Instant
}

/** Puts a hold in place of any of the same kind on the same customer or invoice. Returns its id. */
export async function setHold(db: BusinessDb, hold: NewHold): Promise<string> {
  await endHolds(
    db,
    { customerId: hold.customerId, invoiceId: hold.invoiceId, kind: hold.kind },
    hold.createdBy,
    hold.at,
  )
  const { id } = await db
    .insertInto('holds')
    .values({
      business_id: hold.businessId,
      customer_id: hold.customerId,
      invoice_id: hold.invoiceId,
      kind: hold.kind,
      until: hold.until,
      why: hold.why,
      created_by: hold.createdBy,
      created_at: hold.at.toString(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Ends the standing holds of a kind on a customer, or on one of its invoices. Returns how many there were. */
export async function endHolds(
  db: BusinessDb,
  which: { customerId: string; invoiceId: string | null; kind: HoldFacts['kind'] },
  endedBy: string,
  at: Temporal.Instant,
): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('holds')
    .set({ ended_at: at.toString(), ended_by: endedBy })
    .where('customer_id', '=', which.customerId)
    .where('kind', '=', which.kind)
    .where((e) => (which.invoiceId === null ? e('invoice_id', 'is', null) : e('invoice_id', '=', which.invoiceId)))
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Flags an address that a mail server refused for good: nobody is written to there until a person clears it. */
export async function markBounced(
  db: BusinessDb,
  contact: { businessId: string; customerId: string; email: string; why: string; at: Temporal.Instant },
): Promise<void> {
  await db
    .insertInto('contacts')
    .values({
      business_id: contact.businessId,
      customer_id: contact.customerId,
      email: contact.email.toLowerCase(),
      role: 'other',
      bounced_at: contact.at.toString(),
      bounced_why: contact.why.slice(0, 300),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['customer_id', 'email'])
        .doUpdateSet((e) => ({ bounced_at: e.ref('excluded.bounced_at'), bounced_why: e.ref('excluded.bounced_why') })),
    )
    .execute()
}
