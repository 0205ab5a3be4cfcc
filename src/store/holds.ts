import { sql } from 'kysely'
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
  /** The first day it holds; it holds at once unless given. */
  readonly startsOn?: Day | null
  /** From this day on a person is asked whether it should go on. */
  readonly reviewOn?: Day | null
  /** The user who looks after it. */
  readonly ownerId?: string | null
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
      starts_on: hold.startsOn ?? null,
      review_on: hold.reviewOn ?? null,
      owner_id: hold.ownerId ?? null,
      created_by: hold.createdBy,
      created_at: hold.at.toString(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Whether a person has ended such a hold, set for this very reason, since the customer's last message. */
export async function wasReleased(
  db: BusinessDb,
  { customerId, kind, why }: { customerId: string; kind: HoldFacts['kind']; why: string },
): Promise<boolean> {
  const { rows } = await sql`
    select from holds h
     where h.customer_id = ${customerId} and h.kind = ${kind} and h.why = ${why} and h.ended_at is not null and h.ended_by <> 'puntual'
       and h.ended_at >= coalesce((select max(m.composed_at) from chases x join messages m on m.chase_id = x.id
                                    where x.customer_id = ${customerId} and x.status in ('sent', 'unknown')), '-infinity')`.execute(
    db,
  )
  return rows.length > 0
}

/** A person has looked at a hold again: it goes on until another day of review, or without one. */
export async function recordReview(
  db: BusinessDb,
  holdId: string,
  next: { until: Day | null; reviewOn: Day | null },
): Promise<{ customerId: string; invoiceId: string | null; kind: string } | null> {
  const row = await db
    .updateTable('holds')
    .set({ until: next.until, review_on: next.reviewOn })
    .where('id', '=', holdId)
    .where('ended_at', 'is', null)
    .returning(['customer_id as customerId', 'invoice_id as invoiceId', 'kind'])
    .executeTakeFirst()
  return row ?? null
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
