import { sql } from 'kysely'
import type { Mode, Segment } from '../chase/standing.ts'
import { instant } from './columns.ts'
import type { BusinessDb } from './db.ts'

/** Whom a person's act concerns: one customer, or everybody who owes something. */
export type Concerned = { readonly customerId: string } | 'everybody'

/**
 * Holds the concerned customers' rows to the end of the transaction, in the order that plans and claims take them.
 * False when the customer does not exist in this business.
 */
export async function lockConcerned(db: BusinessDb, concerned: Concerned): Promise<boolean> {
  if (concerned !== 'everybody') {
    const { rows } = await sql`select from customers where id = ${concerned.customerId} for update`.execute(db)
    return rows.length === 1
  }
  await sql`
    select id from customers c
     where exists (select from invoices i where i.customer_id = c.id and i.state = 'open')
        or exists (select from spells s where s.customer_id = c.id and s.ended_on is null)
     order by id for update`.execute(db)
  return true
}

/** Takes back every message of theirs that has not left yet. Returns what was taken back. */
export async function cancelWaitingChases(
  db: BusinessDb,
  concerned: Concerned,
  because: string,
): Promise<{ chaseId: string; customerId: string }[]> {
  return db
    .updateTable('chases')
    .set({ status: 'cancelled', closed_because: because })
    .where('status', 'in', ['planned', 'awaiting-approval'])
    .$if(concerned !== 'everybody', (query) =>
      query.where('customer_id', '=', concerned === 'everybody' ? '' : concerned.customerId),
    )
    .returning(['id as chaseId', 'customer_id as customerId'])
    .execute()
}

export async function setMode(db: BusinessDb, businessId: string, mode: Mode): Promise<void> {
  await db.updateTable('businesses').set({ mode }).where('id', '=', businessId).execute()
}

/** Sets or lifts the global stop. False when it stood like that already. */
export async function setStopped(
  db: BusinessDb,
  businessId: string,
  stopped: { at: Temporal.Instant; by: string } | null,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('businesses')
    .set({ stopped_at: stopped ? stopped.at.toString() : null, stopped_by: stopped?.by ?? null })
    .where('id', '=', businessId)
    .where('stopped_at', stopped ? 'is' : 'is not', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

export async function setSegment(db: BusinessDb, customerId: string, segment: Segment | null): Promise<void> {
  await db.updateTable('customers').set({ set_segment: segment }).where('id', '=', customerId).execute()
}

export type EndedHold = { readonly customerId: string; readonly invoiceId: string | null; readonly kind: string }

/** Ends one hold. Null when there is none like that, or it has ended already. */
export async function endHold(
  db: BusinessDb,
  holdId: string,
  ended: { at: Temporal.Instant; by: string },
): Promise<EndedHold | null> {
  const row = await db
    .updateTable('holds')
    .set({ ended_at: ended.at.toString(), ended_by: ended.by })
    .where('id', '=', holdId)
    .where('ended_at', 'is', null)
    .returning(['customer_id as customerId', 'invoice_id as invoiceId', 'kind'])
    .executeTakeFirst()
  return row ?? null
}

/** Whose invoice it is; null when this business has no such invoice. */
export async function customerOfInvoice(db: BusinessDb, invoiceId: string): Promise<string | null> {
  const row = await db.selectFrom('invoices').select('customer_id').where('id', '=', invoiceId).executeTakeFirst()
  return row?.customer_id ?? null
}

/** Whose hold it is; null when this business has no such hold. */
export async function customerOfHold(db: BusinessDb, holdId: string): Promise<string | null> {
  const row = await db.selectFrom('holds').select('customer_id').where('id', '=', holdId).executeTakeFirst()
  return row?.customer_id ?? null
}

/** Whether the person works in this business. */
export async function isMember(db: BusinessDb, businessId: string, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom('memberships')
    .select('user_id')
    .where('business_id', '=', businessId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row !== undefined
}

/** What a business says about itself. Null clears; what is left out stays. */
export type BusinessSettings = {
  readonly name: string
  readonly country: string | null
  readonly region: string | null
  readonly timeZone: string
  readonly language: 'es' | 'en'
  readonly senderName: string | null
  readonly senderRole: string | null
  readonly senderPhone: string | null
  readonly senderEmail: string | null
  /** Who signs the steps that the policy has a senior sign. */
  readonly seniorName: string | null
  readonly seniorRole: string | null
  readonly seniorPhone: string | null
  readonly seniorEmail: string | null
  readonly paymentDetails: string | null
  readonly lateCharges: string | null
  readonly legalName: string | null
  readonly taxId: string | null
  readonly registration: string | null
  readonly postalAddress: string | null
}

/** Whether another business has the name already. */
export async function nameIsTaken(db: BusinessDb, businessId: string, name: string): Promise<boolean> {
  const { rows } = await sql`
    select from businesses_everywhere() where lower(name) = lower(${name}) and id <> ${businessId}`.execute(db)
  return rows.length > 0
}

export async function updateSettings(db: BusinessDb, businessId: string, settings: BusinessSettings): Promise<void> {
  await db
    .updateTable('businesses')
    .set({
      name: settings.name,
      country: settings.country,
      region: settings.region,
      time_zone: settings.timeZone,
      language: settings.language,
      sender_name: settings.senderName,
      sender_role: settings.senderRole,
      sender_phone: settings.senderPhone,
      sender_email: settings.senderEmail,
      senior_name: settings.seniorName,
      senior_role: settings.seniorRole,
      senior_phone: settings.seniorPhone,
      senior_email: settings.seniorEmail,
      payment_details: settings.paymentDetails,
      late_charges: settings.lateCharges,
      legal_name: settings.legalName,
      tax_id: settings.taxId,
      registration: settings.registration,
      postal_address: settings.postalAddress,
    })
    .where('id', '=', businessId)
    .execute()
}

/** Says that this database is the real one and not a copy of it. */
export async function confirmDatabase(db: BusinessDb, at: Temporal.Instant): Promise<void> {
  await sql`update instance set confirmed_fingerprint = database_fingerprint(), confirmed_at = ${instant(at)}`.execute(
    db,
  )
}

/** Says where QuickBooks notes go. Returns false when no connection stands. */
export async function setNotesPlace(
  db: BusinessDb,
  businessId: string,
  place: 'attachable' | 'customer-notes',
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('connections')
    .set({ notes_as: place })
    .where('business_id', '=', businessId)
    .where('status', '<>', 'disconnected')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Names the person that messages come from. */
export async function setSenderName(db: BusinessDb, businessId: string, name: string): Promise<void> {
  await db.updateTable('businesses').set({ sender_name: name }).where('id', '=', businessId).execute()
}
