import { sql } from 'kysely'
import { instant } from './columns.ts'
import type { BusinessDb } from './db.ts'
import type { Role } from './people.ts'

/** A person who works in a business. */
export type Member = {
  readonly userId: string
  readonly email: string
  readonly name: string | null
  readonly role: Role
}

/** The people of a business: owners first, then by address. */
export async function listMembers(db: BusinessDb, businessId: string): Promise<Member[]> {
  const { rows } = await sql<Member>`
    select u.id as "userId", u.email, u.name, m.role
      from memberships m join users u on u.id = m.user_id
     where m.business_id = ${businessId}
     order by case m.role when 'owner' then 0 when 'bookkeeper' then 1 else 2 end, u.email`.execute(db)
  return rows
}

/**
 * Lets one change to a business's people happen at a time, to the end of the transaction: of two owners who remove
 * each other at once, the second must see what the first has done. Does not hold up anything else in the business.
 */
export async function lockMembers(db: BusinessDb, businessId: string): Promise<void> {
  await db.selectFrom('businesses').select('id').where('id', '=', businessId).forNoKeyUpdate().execute()
}

export async function setRole(db: BusinessDb, businessId: string, userId: string, role: Role): Promise<void> {
  await db
    .updateTable('memberships')
    .set({ role })
    .where('business_id', '=', businessId)
    .where('user_id', '=', userId)
    .execute()
}

export async function deleteMember(db: BusinessDb, businessId: string, userId: string): Promise<void> {
  await db.deleteFrom('memberships').where('business_id', '=', businessId).where('user_id', '=', userId).execute()
}

/** How many people were invited to a business since then: the brake on mails to whatever address. */
export async function countInvitations(db: BusinessDb, businessId: string, since: Temporal.Instant): Promise<number> {
  const row = await db
    .selectFrom('events')
    .select((select) => select.fn.countAll<number>().as('n'))
    .where('business_id', '=', businessId)
    .where('kind', '=', 'member-invited')
    .where('at', '>', instant(since))
    .executeTakeFirstOrThrow()
  return row.n
}
