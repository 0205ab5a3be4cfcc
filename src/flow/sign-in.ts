import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { asPerson, inBusiness, type Db } from '../store/db.ts'
import * as people from '../store/people.ts'
import type { Dependencies } from './dependencies.ts'
import { mailPerson, type PersonMail } from './person-mail.ts'

/** How long a one-time link works. */
export const LINK_MINUTES = 15
/** A session ends when it was not used for so long… */
export const IDLE_HOURS = 12
/** …and in any case so long after it began. */
export const ABSOLUTE_DAYS = 14

// Links that one person may ask for by mail within a link's lifetime.
const MOST_LINKS_BY_MAIL = 3
// Writing "last seen" on every request would make every page view a write.
const SEEN_EVERY_SECONDS = 60

/** What signing in needs: the database and the real time. The test clock moves business time, never sessions. */
export type SignInDependencies = { readonly db: Db; readonly wallClock: () => Temporal.Instant }

/**
 * Makes a one-time link for a person, and the person and the business where they do not exist yet.
 *
 * The caller is trusted: this is the command line's way in. A person who is not yet a member of the named business
 * becomes an owner of it.
 */
export async function createSignInLink(
  app: SignInDependencies,
  request: { email: string; businessName?: string; publicUrl: string; language?: people.Language },
): Promise<string> {
  const person = await people.ensurePerson(app.db, request.email.trim())
  const businessId = request.businessName
    ? await ensureBusiness(app.db, request.businessName.trim(), person.id, request.language ?? 'es')
    : null
  return makeLink(app, person.id, businessId, request.publicUrl)
}

async function ensureBusiness(db: Db, name: string, personId: string, language: people.Language): Promise<string> {
  const known = await people.findBusinessByName(db, name)
  if (known) {
    await inBusiness(db, known, (inside) =>
      people.addMember(inside, { userId: personId, businessId: known, role: 'owner' }),
    )
    return known
  }
  const made = await openBusiness(db, { name, ownerId: personId, language })
  // Somebody else made it in this very moment: then it is known now.
  return made ?? ensureBusiness(db, name, personId, language)
}

/** Adds a business with this person as its owner. Null when the name is taken. */
export async function openBusiness(
  db: Db,
  business: { name: string; ownerId: string; language: people.Language },
): Promise<string | null> {
  const id = randomUUID()
  return inBusiness(db, id, async (inside) => {
    if (!(await people.createBusiness(inside, { id, name: business.name, language: business.language }))) return null
    await people.addMember(inside, { userId: business.ownerId, businessId: id, role: 'owner' })
    return id
  })
}

async function makeLink(
  app: SignInDependencies,
  personId: string,
  businessId: string | null,
  publicUrl: string,
): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await people.storeSignInLink(app.db, { tokenHash: sha256(token), personId, businessId, at: app.wallClock() })
  return `${publicUrl}/sign-in/${token}`
}

/**
 * Sends a link to a person we know. Says nothing about whether we do: an unknown address, and one that has asked
 * too often, simply gets no mail.
 */
export async function mailSignInLink(
  app: SignInDependencies & Pick<Dependencies, 'mailer' | 'mailFrom'>,
  request: { email: string; publicUrl: string; write: (language: people.Language, link: string) => PersonMail },
): Promise<void> {
  const person = await people.findPersonByEmail(app.db, request.email.trim())
  if (!person) return
  const link = await app.db.transaction().execute(async (db) => {
    // One after the other, or requests side by side would each find the count low enough.
    await people.lockPerson(db, person.id)
    const since = app.wallClock().subtract({ minutes: LINK_MINUTES })
    if ((await people.countSignInLinks(db, person.id, since)) >= MOST_LINKS_BY_MAIL) return null
    return makeLink({ ...app, db }, person.id, null, request.publicUrl)
  })
  if (link === null) return
  await mailPerson(app, person, 'sign-in', request.write(person.language, link))
}

/**
 * Lets a person in by a link, once. Returns the new session's id for the cookie, or null when the link is unknown,
 * used or too old. The browser's earlier session ends: an id that somebody planted there is worth nothing.
 */
export async function useSignInLink(
  app: SignInDependencies,
  request: { token: string; earlierSessionId: string | null },
): Promise<string | null> {
  const now = app.wallClock()
  return app.db.transaction().execute(async (db) => {
    const madeAfter = now.subtract({ minutes: LINK_MINUTES })
    const link = await people.takeSignInLink(db, sha256(request.token), madeAfter, now)
    if (!link) return null
    await people.forgetOldSessions(db, sessionLimits(now))
    if (request.earlierSessionId) await people.closeSession(db, sha256(request.earlierSessionId))
    const sessionId = randomBytes(32).toString('base64url')
    await people.openSession(db, {
      idHash: sha256(sessionId),
      personId: link.personId,
      businessId: link.businessId,
      at: now,
    })
    return sessionId
  })
}

/** Whose browser this is, and the businesses open to it; null when the session is unknown or over. */
export async function findSignedIn(app: SignInDependencies, sessionId: string): Promise<SignedIn | null> {
  const now = app.wallClock()
  const sessionHash = sha256(sessionId)
  const session = await people.findSession(app.db, sessionHash, sessionLimits(now))
  if (!session) return null
  if (now.since(session.seenAt).total('seconds') > SEEN_EVERY_SECONDS) {
    await people.touchSession(app.db, sessionHash, now)
  }
  const memberships = await asPerson(app.db, session.person.id, (db) => people.listMemberships(db, session.person.id))
  const chosen = memberships.find(({ businessId }) => businessId === session.chosenBusinessId) ?? memberships[0] ?? null
  return { person: session.person, sessionHash, memberships, chosen }
}

export type SignedIn = {
  readonly person: people.Person
  readonly sessionHash: Buffer
  readonly memberships: readonly people.Membership[]
  /** The business whose pages are shown; null for a person who has none. */
  readonly chosen: people.Membership | null
}

export async function signOut(app: SignInDependencies, sessionId: string): Promise<void> {
  await people.closeSession(app.db, sha256(sessionId))
}

/** Shows another of the person's businesses from now on. False when it is none of theirs. */
export async function switchBusiness(
  app: SignInDependencies,
  signedIn: SignedIn,
  businessId: string,
): Promise<boolean> {
  if (!signedIn.memberships.some((membership) => membership.businessId === businessId)) return false
  await people.chooseBusiness(app.db, signedIn.sessionHash, businessId)
  return true
}

const sessionLimits = (now: Temporal.Instant) => ({
  openedAfter: now.subtract({ hours: ABSOLUTE_DAYS * 24 }),
  seenAfter: now.subtract({ hours: IDLE_HOURS }),
})

// Only hashes are stored: whoever reads the database can neither sign in nor take over a session.
const sha256 = (secret: string): Buffer => createHash('sha256').update(secret).digest()
