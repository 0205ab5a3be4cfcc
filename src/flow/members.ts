import { readBusiness } from '../store/businesses.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { recordEvents, type NewEvent } from '../store/events.ts'
import * as store from '../store/members.ts'
import type { Member } from '../store/members.ts'
import { addMember, ensurePerson, type Language, type Person, type Role } from '../store/people.ts'
import type { Act, ControlDependencies } from './control.ts'
import type { Dependencies } from './dependencies.ts'
import { oneLine } from './one-line.ts'
import { mailPerson, type PersonMail } from './person-mail.ts'

/** So many people may be invited to one business within a day: nobody's office is larger, and each gets a mail. */
const MOST_INVITATIONS_A_DAY = 30

/** What an invitation tells: who invites to what, as what. Names are cleaned of what has no place in one line. */
export type InvitationFacts = { readonly business: string; readonly inviter: string; readonly role: Role }

export type Invited = 'mailed' | 'not-mailed' | 'already-member' | 'too-many'

/**
 * Makes a person a member of a business and tells them by mail, which holds no key to anything: they sign in with
 * their address as everybody does. A member already keeps the role. `write: null` sends no mail.
 */
export async function inviteMember(
  app: ControlDependencies & Pick<Dependencies, 'log' | 'mailer' | 'mailFrom'> & { wallClock: () => Temporal.Instant },
  act: Act & {
    readonly email: string
    readonly role: Role
    /** For a person who is new here. */
    readonly language: Language
    readonly inviter: string
    readonly write: ((language: Language, facts: InvitationFacts) => PersonMail) | null
  },
): Promise<Invited> {
  const { businessId, role } = act
  const invited = await inBusiness(
    app.db,
    businessId,
    async (db): Promise<Invitation | 'already-member' | 'too-many'> => {
      await store.lockMembers(db, businessId)
      const since = app.now().subtract({ hours: 24 })
      if ((await store.countInvitations(db, businessId, since)) >= MOST_INVITATIONS_A_DAY) return 'too-many'
      const person = await ensurePerson(db, act.email, act.language)
      if (!(await addMember(db, { userId: person.id, businessId, role }))) return 'already-member'
      await record(app, db, act, { kind: 'member-invited', facts: { who: person.email, role } })
      return { person, business: (await readBusiness(db, businessId)).name }
    },
  )
  if (typeof invited === 'string') return invited
  if (act.write === null) return 'not-mailed'
  const { person, business } = invited
  const facts = { business: oneLine(business), inviter: oneLine(act.inviter), role }
  try {
    await mailPerson(app, person, 'invitation', act.write(person.language, facts))
    return 'mailed'
  } catch (error) {
    // The membership stands: the person can sign in, and whoever invited them is told to tell them.
    app.log.warn({ businessId, error }, 'an invitation could not be mailed')
    return 'not-mailed'
  }
}

type Invitation = { readonly person: Person; readonly business: string }

/** What became of a change: `unknown` for who is no member, `last-owner` where nobody would be left to decide. */
export type MemberOutcome = 'done' | 'unknown' | 'last-owner'

/** Gives a member another role. A business always keeps an owner. */
export function changeRole(
  app: ControlDependencies,
  act: Act & { readonly memberId: string; readonly role: Role },
): Promise<MemberOutcome> {
  return changeMember(app, act, act.role, async (db, member) => {
    if (member.role === act.role) return null
    await store.setRole(db, act.businessId, member.userId, act.role)
    return { kind: 'member-role-changed', facts: { who: member.email, from: member.role, to: act.role } }
  })
}

/** Ends a membership, and with it what the person may see, at once. A business always keeps an owner. */
export function removeMember(
  app: ControlDependencies,
  act: Act & { readonly memberId: string },
): Promise<MemberOutcome> {
  return changeMember(app, act, null, async (db, member) => {
    await store.deleteMember(db, act.businessId, member.userId)
    return { kind: 'member-removed', facts: { who: member.email, role: member.role } }
  })
}

type Happened = Pick<NewEvent, 'kind' | 'facts'>

async function changeMember(
  app: ControlDependencies,
  act: Act & { readonly memberId: string },
  roleAfter: Role | null,
  change: (db: BusinessDb, member: Member) => Promise<Happened | null>,
): Promise<MemberOutcome> {
  return inBusiness(app.db, act.businessId, async (db) => {
    await store.lockMembers(db, act.businessId)
    const members = await store.listMembers(db, act.businessId)
    const member = members.find(({ userId }) => userId === act.memberId)
    if (!member) return 'unknown'
    const otherOwners = members.filter(({ role, userId }) => role === 'owner' && userId !== member.userId)
    if (member.role === 'owner' && roleAfter !== 'owner' && otherOwners.length === 0) return 'last-owner'
    const happened = await change(db, member)
    if (happened) await record(app, db, act, happened)
    return 'done'
  })
}

const record = (app: ControlDependencies, db: BusinessDb, act: Act, happened: Happened): Promise<void> =>
  recordEvents(db, [{ businessId: act.businessId, at: app.now(), actor: act.userId, ...happened }])
