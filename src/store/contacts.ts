import { sql } from 'kysely'
import type { PolicyPeople } from '../chase/policy-check.ts'
import type { Treatment } from '../chase/policy.ts'
import type { BusinessDb } from './db.ts'

/** What a person says of a contact. */
export type ContactSettings = {
  /** How Spanish speaks to them; null where the policy's treatment counts. */
  readonly treatment: Treatment | null
  /** What they read; null where the customer's language counts. */
  readonly language: 'es' | 'en' | null
  /** They get a copy of the steps that the policy marks so; one contact of a customer at most. */
  readonly escalation: boolean
}

export type Contact = ContactSettings & {
  readonly customerId: string
  readonly email: string
  readonly source: 'ledger' | 'person'
}

/** Null when this business has no such contact. */
export async function findContact(db: BusinessDb, contactId: string): Promise<Contact | null> {
  const row = await db
    .selectFrom('contacts')
    .select(['customer_id as customerId', 'email', 'source', 'treatment', 'language', 'escalation'])
    .where('id', '=', contactId)
    .executeTakeFirst()
  return (row ?? null) as Contact | null
}

/** Says something of a contact. Whoever had the customer's copies before has them no more. */
export async function setContact(
  db: BusinessDb,
  { id, customerId }: { id: string; customerId: string },
  { treatment, language, escalation }: ContactSettings,
): Promise<void> {
  if (escalation) {
    await db
      .updateTable('contacts')
      .set({ escalation: false })
      .where('customer_id', '=', customerId)
      .where('id', '<>', id)
      .where('escalation', '=', true)
      .execute()
  }
  await db.updateTable('contacts').set({ treatment, language, escalation }).where('id', '=', id).execute()
}

export type NewContact = {
  readonly businessId: string
  readonly customerId: string
  readonly email: string
  readonly name: string | null
  readonly role: 'main' | 'copied' | 'other'
}

/** Adds a contact of ours. False when the customer has one with this address already, wherever it comes from. */
export async function addContact(db: BusinessDb, contact: NewContact): Promise<boolean> {
  const row = await db
    .insertInto('contacts')
    .values({
      business_id: contact.businessId,
      customer_id: contact.customerId,
      email: contact.email.toLowerCase(),
      name: contact.name,
      role: contact.role,
      source: 'person',
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Takes a contact of ours away. Those of the ledger are the ledger's. */
export async function removeContact(db: BusinessDb, contactId: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('contacts')
    .where('id', '=', contactId)
    .where('source', '=', 'person')
    .executeTakeFirst()
  return numDeletedRows === 1n
}

/** Whom a policy can call upon: a senior sender, and how many customers have a contact that gets copies. */
export async function readPolicyPeople(db: BusinessDb, businessId: string): Promise<PolicyPeople> {
  const { rows } = await sql<PolicyPeople>`
    select b.senior_name is not null as "seniorSender",
           (select count(distinct customer_id)::int from contacts where escalation) as "escalationContacts"
      from businesses b where b.id = ${businessId}`.execute(db)
  return rows[0] ?? { seniorSender: false, escalationContacts: 0 }
}
