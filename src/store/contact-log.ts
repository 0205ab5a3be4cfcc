import { sql } from 'kysely'
import type { Day } from '../chase/day.ts'
import type { BusinessDb } from './db.ts'
import type { ContactOutcome } from './standings.ts'

/** How a conversation can end. */
export const OUTCOMES = [
  'promise',
  'paid',
  'dispute',
  'no-answer',
  'voicemail',
  'wrong-person',
  'refuses',
  'other',
] as const satisfies readonly ContactOutcome[]

export type NewContact = {
  readonly businessId: string
  readonly customerId: string
  readonly on: Day
  readonly kind: 'call' | 'reply'
  readonly outcome: ContactOutcome
  readonly who: string | null
  /** Where a reply came from; null where nobody said. */
  readonly address: string | null
  readonly note: string | null
  /** The task that asked for the call, where one did. */
  readonly chaseId: string | null
  readonly createdBy: string
  readonly at: Temporal.Instant
}

/** Writes a sign of life down. */
export async function logContact(db: BusinessDb, contact: NewContact): Promise<void> {
  await db
    .insertInto('contact_log')
    .values({
      business_id: contact.businessId,
      customer_id: contact.customerId,
      on_day: contact.on,
      kind: contact.kind,
      outcome: contact.outcome,
      who: contact.who,
      address: contact.address,
      note: contact.note,
      chase_id: contact.chaseId,
      created_by: contact.createdBy,
      created_at: contact.at.toString(),
    })
    .execute()
}

export type ContactView = {
  readonly on: Day
  readonly kind: 'call' | 'reply'
  readonly outcome: ContactOutcome
  readonly who: string | null
  readonly address: string | null
  readonly note: string | null
}

/** The conversations with a customer, the newest first. */
export async function listContacts(db: BusinessDb, customerId: string, most: number): Promise<ContactView[]> {
  const { rows } = await sql<ContactView>`
    select on_day as on, kind, outcome, who, address, note from contact_log
     where customer_id = ${customerId} order by on_day desc, created_at desc limit ${most}`.execute(db)
  return rows
}
