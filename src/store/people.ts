import { sql } from 'kysely'
import { instant } from './columns.ts'
import type { BusinessDb, Db } from './db.ts'

export type Role = 'owner' | 'bookkeeper' | 'viewer'
export type Language = 'es' | 'en'

export type Person = {
  readonly id: string
  readonly email: string
  readonly name: string | null
  readonly language: Language
}

/** A person's place in a business. */
export type Membership = { readonly businessId: string; readonly businessName: string; readonly role: Role }

export type Session = { readonly person: Person; readonly chosenBusinessId: string | null }

/** Whether anybody can sign in yet. */
export async function anybodyKnown(db: Db): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined
}

export async function findPersonByEmail(db: Db, email: string): Promise<Person | null> {
  const row = await db
    .selectFrom('users')
    .select(['id', 'email', 'name', 'language'])
    .where('email', '=', email.toLowerCase())
    .executeTakeFirst()
  return row ? { ...row, language: languageOf(row.language) } : null
}

/** The person with this address, made when there is none; a new one reads the given language. */
export async function ensurePerson(db: Db, email: string, language: Language = 'en'): Promise<Person> {
  await db
    .insertInto('users')
    .values({ email: email.toLowerCase(), language })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .execute()
  const person = await findPersonByEmail(db, email)
  if (!person) throw new Error('a person who was just stored cannot be found')
  return person
}

export async function setLanguage(db: Db, personId: string, language: Language): Promise<void> {
  await db.updateTable('users').set({ language }).where('id', '=', personId).execute()
}

/** Null: the person goes by the address again. */
export async function setName(db: Db, personId: string, name: string | null): Promise<void> {
  await db.updateTable('users').set({ name }).where('id', '=', personId).execute()
}

/** The business of this name, whatever the case; null when there is none. */
export async function findBusinessByName(db: Db, name: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from businesses_everywhere() where lower(name) = lower(${name})`.execute(db)
  return rows[0]?.id ?? null
}

/** Adds a business with its defaults: it watches and sends nothing. False when another one has the name. */
export async function createBusiness(
  db: BusinessDb,
  business: { id: string; name: string; language: Language },
): Promise<boolean> {
  const made = await db
    .insertInto('businesses')
    .values({ ...business, time_zone: business.language === 'es' ? 'Europe/Madrid' : 'Europe/London' })
    .onConflict((conflict) => conflict.expression(sql`lower(name)`).doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

/** Makes a person a member. False for one who already is: the role stays as it was. */
export async function addMember(
  db: BusinessDb,
  member: { userId: string; businessId: string; role: Role },
): Promise<boolean> {
  const added = await db
    .insertInto('memberships')
    .values({ user_id: member.userId, business_id: member.businessId, role: member.role })
    .onConflict((conflict) => conflict.columns(['user_id', 'business_id']).doNothing())
    .executeTakeFirst()
  return added.numInsertedOrUpdatedRows === 1n
}

/** A person's businesses by name; `db` is a transaction of `asPerson`. */
export async function listMemberships(db: BusinessDb, personId: string): Promise<Membership[]> {
  const rows = await db
    .selectFrom('memberships as m')
    .innerJoin('businesses as b', 'b.id', 'm.business_id')
    .select(['m.business_id as businessId', 'b.name as businessName', 'm.role'])
    .where('m.user_id', '=', personId)
    .orderBy(sql`lower(b.name)`)
    .execute()
  return rows.map((row) => ({ ...row, role: row.role as Role }))
}

/** A person's role in the transaction's business; null when it is none of theirs. */
export async function findRole(db: BusinessDb, businessId: string, personId: string): Promise<Role | null> {
  const row = await db
    .selectFrom('memberships')
    .select('role')
    .where('business_id', '=', businessId)
    .where('user_id', '=', personId)
    .executeTakeFirst()
  return row ? (row.role as Role) : null
}

/** Stores a one-time link by its hash. */
export async function storeSignInLink(
  db: Db,
  link: { tokenHash: Buffer; personId: string; businessId: string | null; at: Temporal.Instant },
): Promise<void> {
  await db
    .insertInto('sign_in_links')
    .values({
      token_hash: link.tokenHash,
      user_id: link.personId,
      chosen_business: link.businessId,
      created_at: link.at.toString(),
    })
    .execute()
}

/** Holds a person's row to the end of the transaction. */
export async function lockPerson(db: Db, personId: string): Promise<void> {
  await db.selectFrom('users').select('id').where('id', '=', personId).forUpdate().execute()
}

/** How many links a person was given since then: the brake on asking again and again. */
export async function countSignInLinks(db: Db, personId: string, since: Temporal.Instant): Promise<number> {
  const row = await db
    .selectFrom('sign_in_links')
    .select((select) => select.fn.countAll<number>().as('n'))
    .where('user_id', '=', personId)
    .where('created_at', '>', instant(since))
    .executeTakeFirstOrThrow()
  return row.n
}

/**
 * Uses up a link. Null when it is unknown, used or older than `madeAfter`.
 *
 * The `where` clause is the lock: of two browsers racing with one link, one gets in.
 */
export async function takeSignInLink(
  db: Db,
  tokenHash: Buffer,
  madeAfter: Temporal.Instant,
  at: Temporal.Instant,
): Promise<{ personId: string; businessId: string | null } | null> {
  const row = await db
    .updateTable('sign_in_links')
    .set({ used_at: at.toString() })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('created_at', '>', instant(madeAfter))
    .returning(['user_id', 'chosen_business'])
    .executeTakeFirst()
  return row ? { personId: row.user_id, businessId: row.chosen_business } : null
}

export async function openSession(
  db: Db,
  session: { idHash: Buffer; personId: string; businessId: string | null; at: Temporal.Instant },
): Promise<void> {
  const at = session.at.toString()
  await db
    .insertInto('sessions')
    .values({
      id_hash: session.idHash,
      user_id: session.personId,
      chosen_business: session.businessId,
      created_at: at,
      seen_at: at,
    })
    .execute()
}

/** The session, if it was opened after `openedAfter` and used after `seenAfter`. */
export async function findSession(
  db: Db,
  idHash: Buffer,
  limits: { openedAfter: Temporal.Instant; seenAfter: Temporal.Instant },
): Promise<(Session & { seenAt: Temporal.Instant }) | null> {
  const row = await db
    .selectFrom('sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .select(['u.id', 'u.email', 'u.name', 'u.language', 's.chosen_business', 's.seen_at'])
    .where('s.id_hash', '=', idHash)
    .where('s.created_at', '>', instant(limits.openedAfter))
    .where('s.seen_at', '>', instant(limits.seenAfter))
    .executeTakeFirst()
  if (!row) return null
  const person = { id: row.id, email: row.email, name: row.name, language: languageOf(row.language) }
  return { person, chosenBusinessId: row.chosen_business, seenAt: row.seen_at }
}

export async function touchSession(db: Db, idHash: Buffer, at: Temporal.Instant): Promise<void> {
  await db.updateTable('sessions').set({ seen_at: at.toString() }).where('id_hash', '=', idHash).execute()
}

export async function chooseBusiness(db: Db, idHash: Buffer, businessId: string): Promise<void> {
  await db.updateTable('sessions').set({ chosen_business: businessId }).where('id_hash', '=', idHash).execute()
}

export async function closeSession(db: Db, idHash: Buffer): Promise<void> {
  await db.deleteFrom('sessions').where('id_hash', '=', idHash).execute()
}

/** Forgets sessions and links that can no longer be used. */
export async function forgetOldSessions(
  db: Db,
  limits: { openedAfter: Temporal.Instant; seenAfter: Temporal.Instant },
): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where((or) =>
      or.or([or('created_at', '<=', instant(limits.openedAfter)), or('seen_at', '<=', instant(limits.seenAfter))]),
    )
    .execute()
  await db.deleteFrom('sign_in_links').where('created_at', '<=', instant(limits.openedAfter)).execute()
}

const languageOf = (text: string): Language => (text === 'es' ? 'es' : 'en')

/** The business's first owner, for what has to carry a person's name. */
export async function ownerOf(
  db: BusinessDb,
  businessId: string,
): Promise<{ name: string | null; email: string } | null> {
  const row = await db
    .selectFrom('memberships')
    .innerJoin('users', 'users.id', 'memberships.user_id')
    .select(['users.name', 'users.email'])
    .where('memberships.business_id', '=', businessId)
    .where('memberships.role', '=', 'owner')
    .orderBy('users.created_at')
    .executeTakeFirst()
  return row ?? null
}
