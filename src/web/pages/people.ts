import { z } from 'zod'
import { changeRole, inviteMember, removeMember, type Invited, type MemberOutcome } from '../../flow/members.ts'
import { oneLine } from '../../flow/one-line.ts'
import type { PersonMail } from '../../flow/person-mail.ts'
import { inBusiness, type BusinessDb } from '../../store/db.ts'
import { listMembers, type Member } from '../../store/members.ts'
import { setName, type Role } from '../../store/people.ts'
import { listBusinessEvents, type EventLine } from '../../store/timeline.ts'
import type { WebDependencies } from '../dependencies.ts'
import { EMAIL_ADDRESS } from '../email-address.ts'
import { Refused } from '../errors.ts'
import { html, type Html } from '../html.ts'
import { WORDS } from '../language.ts'
import { form } from '../layout.ts'
import { timeline } from '../timeline.ts'
import type { Acting, BusinessRoutes, BusinessVisit } from '../visit.ts'

/** Longer than a name that fits in a mail's first line. */
const MOST_NAME = 80

const ROLES = ['owner', 'bookkeeper', 'viewer'] as const
const ROLE = z.object({ role: z.enum(ROLES) })
const EMAIL = z.object({ email: EMAIL_ADDRESS })
const NAME = z.object({ name: z.string().max(MOST_NAME).transform(oneLine) })

const MOST_EVENTS = 40

/** Who works in a business and as what, and the history of the business itself. */
export function peoplePages(routes: BusinessRoutes, app: WebDependencies): void {
  const mails = app.config.smtpUrl !== null

  routes.page('/people', 'viewer', async (visit) => {
    const { before } = visit.request.query as { before?: unknown }
    const from = typeof before === 'string' && /^\d{1,15}$/.test(before) ? Number(before) : null
    return peoplePage(visit, await readPeople(visit.db, visit.businessId, from), { mails })
  })

  routes.act('/people', 'owner', async ({ request, businessId, userId, signedIn, language }) => {
    const { role } = checked(ROLE, request.body)
    const given = EMAIL.safeParse(request.body)
    if (!given.success) {
      const { email } = request.body as { email?: unknown }
      const typed = { email: typeof email === 'string' ? email : '', role }
      const people = await inBusiness(app.db, businessId, (db) => readPeople(db, businessId, null))
      return (visit) => peoplePage(visit, people, { mails, typed })
    }
    const { person } = signedIn
    const outcome = await inviteMember(app, {
      businessId,
      userId,
      email: given.data.email,
      role,
      language,
      inviter: person.name ?? person.email,
      write: mails ? invitation(`${app.config.publicUrl}/sign-in`) : null,
    })
    return `/people?done=${AFTER_INVITING[outcome]}`
  })

  routes.act('/people/name', 'viewer', async ({ request, userId }) => {
    const { name } = checked(NAME, request.body)
    await setName(app.db, userId, name === '' ? null : name)
    return '/people?done=saved'
  })

  routes.act('/people/:memberId/role', 'owner', async (acting) => {
    const { role } = checked(ROLE, acting.request.body)
    return afterChange(await changeRole(app, { ...memberOf(acting), role }), 'saved')
  })

  routes.act('/people/:memberId/remove', 'owner', async (acting) => {
    const member = memberOf(acting)
    const next = afterChange(await removeMember(app, member), 'memberRemoved')
    // Who has removed themselves has no page left here.
    return member.memberId === acting.userId && next.endsWith('memberRemoved') ? '/' : next
  })
}

const AFTER_INVITING: Readonly<Record<Invited, string>> = {
  mailed: 'invited',
  'not-mailed': 'invitedUntold',
  'already-member': 'alreadyMember',
  'too-many': 'tooManyInvitations',
}

function afterChange(outcome: MemberOutcome, done: string): string {
  if (outcome === 'unknown') throw new Refused('notFound')
  return `/people?done=${outcome === 'last-owner' ? 'lastOwner' : done}`
}

function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const { data } = schema.safeParse(body)
  if (data === undefined) throw new Refused('invalid')
  return data
}

const memberOf = ({ request, businessId, userId }: Acting) => ({
  businessId,
  userId,
  memberId: (request.params as { memberId: string }).memberId,
})

type People = { readonly members: readonly Member[]; readonly events: readonly EventLine[]; readonly isFirst: boolean }

async function readPeople(db: BusinessDb, businessId: string, before: number | null): Promise<People> {
  const members = await listMembers(db, businessId)
  const events = await listBusinessEvents(db, businessId, { before, most: MOST_EVENTS + 1 })
  return { members, events, isFirst: before === null }
}

type Typed = { readonly email: string; readonly role: Role }

function peoplePage(
  visit: BusinessVisit,
  people: People,
  options: { readonly mails: boolean; readonly typed?: Typed },
) {
  const { people: say } = visit.words
  const body = html` <p><a href="/settings">← ${visit.words.settings.title}</a></p>
    <h1>${say.title}</h1>
    <p class="lead">${say.lead(visit.business.name)}</p>
    ${visit.role !== 'owner' && html`<p class="hint">${say.ownerOnly}</p>`} ${membersCard(visit, people.members)}
    ${nameCard(visit, people.members)}
    ${visit.role === 'owner' && inviteCard(visit, options.mails, options.typed ?? null)}
    ${timeline(visit, people.events, { address: '/people', most: MOST_EVENTS, isFirst: people.isFirst, title: say.history })}`
  return { title: say.title, tab: 'settings' as const, body }
}

function membersCard(visit: BusinessVisit, members: readonly Member[]): Html {
  const { people: say } = visit.words
  const owners = members.filter(({ role }) => role === 'owner').length
  return html` <section class="card" id="members">
    <h2>${say.members}</h2>
    <table class="cards members">
      <thead>
        <tr>
          <th>${say.person}</th>
          <th>${say.role}</th>
          ${visit.role === 'owner' && html`<td></td>`}
        </tr>
      </thead>
      <tbody>
        ${members.map((member) => memberRow(visit, member, member.role === 'owner' && owners === 1))}
      </tbody>
    </table>
  </section>`
}

function memberRow(visit: BusinessVisit, member: Member, isOnlyOwner: boolean): Html {
  const { people: say, roles } = visit.words
  const isVisitor = member.userId === visit.userId
  const locked = visit.role !== 'owner' || isOnlyOwner
  return html` <tr>
    <th scope="row">
      ${member.name ?? member.email}${isVisitor && html` <span class="badge open">${say.you}</span>`}
      ${member.name !== null && html`<small>${member.email}</small>`}
    </th>
    <td>
      ${
        locked
          ? html`${roles[member.role]}${visit.role === 'owner' && isOnlyOwner && html` <small>${say.onlyOwner}</small>`}`
          : roleForm(visit, member)
      }
    </td>
    ${visit.role === 'owner' && html`<td class="end">${!isOnlyOwner && removal(visit, member)}</td>`}
  </tr>`
}

function roleForm(visit: BusinessVisit, member: Member): Html {
  const { people: say, roles } = visit.words
  const content = html` <select name="role" aria-label="${say.roleOf(member.name ?? member.email)}">
      ${ROLES.map((role) => html` <option value="${role}" ${role === member.role && html` selected`}>${roles[role]}</option>`)}
    </select>
    <button>${say.set}</button>`
  return form(visit, `/people/${member.userId}/role`, content, 'row')
}

function removal(visit: BusinessVisit, member: Member): Html {
  const { people: say } = visit.words
  return html` <details class="sure">
    <summary class="button quiet-danger">${say.remove}</summary>
    <div class="sure-box">
      <h3>${say.removeTitle(member.name ?? member.email)}</h3>
      <p>${say.removeText}</p>
      ${form(visit, `/people/${member.userId}/remove`, html`<button class="danger">${say.removeNow}</button>`)}
    </div>
  </details>`
}

/** What colleagues call the visitor: each says it for themselves, in all their businesses. */
function nameCard(visit: BusinessVisit, members: readonly Member[]): Html {
  const { people: say } = visit.words
  const name = members.find(({ userId }) => userId === visit.userId)?.name ?? ''
  const content = html` <label
      >${say.calledAs}
      <input type="text" name="name" maxlength="${MOST_NAME}" autocomplete="name" value="${name}" />
      <small>${say.yourNameText}</small>
    </label>
    <button>${say.setName}</button>`
  return html` <section class="card" id="name">
    <h2>${say.yourName}</h2>
    ${form(visit, '/people/name', content, 'stack')}
  </section>`
}

function inviteCard(visit: BusinessVisit, mails: boolean, typed: Typed | null): Html {
  const { people: say, roles } = visit.words
  const chosen = typed?.role ?? 'bookkeeper'
  const content = html` <label
      >${say.email}
      <input
        type="email"
        name="email"
        required
        maxlength="254"
        autocomplete="off"
        value="${typed?.email ?? ''}"
        ${typed && html` aria-invalid="true" aria-describedby="email-problem"`}
      />
      ${typed && html`<small class="late" id="email-problem">${say.emailWrong}</small>`}
    </label>
    <fieldset class="bare">
      <legend>${say.role}</legend>
      ${ROLES.toReversed().map(
        (role) =>
          html` <label class="choice">
            <input type="radio" name="role" value="${role}" ${role === chosen && html` checked`} />
            <span><strong class="capital">${roles[role]}</strong> <small>${say.roleTexts[role]}</small></span>
          </label>`,
      )}
    </fieldset>
    ${
      !mails &&
      html` <div>
        <p class="hint">${say.noMail}</p>
        <pre><code>npx puntual sign-in-link --email them@example.com</code></pre>
      </div>`
    }
    <button class="primary">${say.inviteNow}</button>`
  return html` <section class="card" id="invite">
    <h2>${say.invite}</h2>
    ${form(visit, '/people', content, 'stack')}
  </section>`
}

/** Writes an invitation. It leads to the sign-in page: a link that signs in would not last until it is read. */
function invitation(address: string) {
  return (
    language: 'es' | 'en',
    { business, inviter, role }: { business: string; inviter: string; role: Role },
  ): PersonMail => {
    const { people: say, roles } = WORDS[language]
    const told = say.mailText(inviter, business, roles[role])
    const page = html` <html lang="${language}">
      <body>
        <p>${told}</p>
        <p>${say.mailHow}</p>
        <p><a href="${address}">${address}</a></p>
        <p>${say.mailHint}</p>
      </body>
    </html>`
    return {
      subject: say.mailSubject(business),
      text: `${[told, say.mailHow, address, say.mailHint].join('\n\n')}\n`,
      html: `<!doctype html>${page.markup}`,
    }
  }
}
