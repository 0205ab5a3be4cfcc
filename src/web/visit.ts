import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Day } from '../chase/day.ts'
import { localTime } from '../flow/local-time.ts'
import { policyInForce } from '../flow/policy.ts'
import type { SignedIn } from '../flow/sign-in.ts'
import { readBusiness, type Business } from '../store/businesses.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { findRole, type Language, type Role } from '../store/people.ts'
import { readShell, readStoppedAt, type Shell } from '../store/shell.ts'
import type { WebDependencies } from './dependencies.ts'
import { Refused } from './errors.ts'
import { formatFor, type Format } from './format.ts'
import type { Html } from './html.ts'
import { WORDS } from './language.ts'
import { businessPage, sendPage, type Tab } from './layout.ts'
import type { Words } from './words/english.ts'

/** Whoever looks at a page. */
export type Visitor = {
  readonly language: Language
  readonly signedIn: SignedIn | null
  readonly sessionId: string | null
}

declare module 'fastify' {
  interface FastifyRequest {
    visitor: Visitor
  }
}

/** A member of a business looking at one of its pages. `db` sees that business and nothing else. */
export type BusinessVisit = Acting & {
  readonly db: BusinessDb
  readonly business: Business
  readonly shell: Shell
  readonly stoppedAt: Temporal.Instant | null
  readonly booksStale: boolean
  readonly now: Temporal.Instant
  readonly today: Day
  readonly testClockAt: Temporal.Instant | null
  readonly format: Format
}

/** A member of a business who does something there. */
export type Acting = {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly businessId: string
  readonly userId: string
  readonly role: Role
  readonly signedIn: SignedIn
  readonly language: Language
  readonly words: Words
}

/** What a page shows: a title, where it belongs and its content. An address instead sends the visitor there. */
export type Shown = { readonly title: string; readonly tab: Tab; readonly body: Html } | string

export type BusinessRoutes = {
  /** A page that members from this role on may see. */
  page(path: string, from: Role, show: (visit: BusinessVisit) => Promise<Shown>): void
  /** A page with a part that needs a database connection of its own, prepared before the page takes its one. */
  preparedPage<T>(
    path: string,
    from: Role,
    prepare: (acting: Acting) => Promise<T>,
    show: (visit: BusinessVisit, prepared: T) => Promise<Shown>,
  ): void
  /** A member's view that is not one of our pages, such as a customer's mail. */
  view(path: string, from: Role, show: (acting: Acting) => Promise<FastifyReply>): void
  /** Something that members from this role on may do, and that answers with a file. */
  download(path: string, from: Role, make: (acting: Acting) => Promise<FastifyReply>): void
  /** Something that members from this role on may do. Returns where to go next, or the form again with what is wrong in it. */
  act(path: string, from: Role, act: (acting: Acting) => Promise<string | FormAgain>): void
}

/** Shows a form that could not be accepted, with what was typed still in it. */
export type FormAgain = (visit: BusinessVisit) => Exclude<Shown, string> & { readonly status?: 200 | 422 }

/**
 * Routes of the business that the visitor has chosen.
 *
 * Every one of them checks the membership and its role first. What the address names is looked for inside the
 * business, so another business's records do not exist here.
 */
export function businessRoutes(server: FastifyInstance, app: WebDependencies): BusinessRoutes {
  const view: BusinessRoutes['view'] = (path, from, show) => {
    server.get(path, async (request, reply) => {
      const to = whereElse(request)
      if (to) return reply.redirect(to, 302)
      return show(await checkedActing(app, request, reply, from))
    })
  }
  const preparedPage: BusinessRoutes['preparedPage'] = (path, from, prepare, show) => {
    view(path, from, async (acting) => {
      const prepared = await prepare(acting)
      const page = await inBusiness(app.db, acting.businessId, async (db) => {
        const visit = await visitOf(app, db, acting)
        const shown = await show(visit, prepared)
        return typeof shown === 'string' ? shown : businessPage(visit, shown)
      })
      return typeof page === 'string' ? acting.reply.redirect(page, 302) : sendPage(acting.reply, page)
    })
  }
  const download: BusinessRoutes['download'] = (path, from, make) => {
    server.post(path, async (request, reply) => {
      const to = whereElse(request)
      if (to) return reply.redirect(to, 303)
      const acting = await checkedActing(app, request, reply, from)
      const { business } = (request.body ?? {}) as { business?: unknown }
      if (business !== undefined && business !== acting.businessId) throw new Refused('otherBusiness')
      return make(acting)
    })
  }
  return {
    view,
    preparedPage,
    page: (path, from, show) => preparedPage(path, from, async () => null, show),
    download,
    act(path, from, act) {
      download(path, from, async (acting) => {
        const { reply } = acting
        const next = await act(acting)
        if (typeof next === 'string') return reply.redirect(next, 303)
        const again = await inBusiness(app.db, acting.businessId, async (db) => {
          const visit = await visitOf(app, db, acting)
          const shown = next(visit)
          return { page: businessPage(visit, shown), status: shown.status ?? 422 }
        })
        return sendPage(reply.code(again.status), again.page)
      })
    },
  }
}

function whereElse({ visitor }: FastifyRequest): string | null {
  if (!visitor.signedIn) return '/sign-in'
  return visitor.signedIn.chosen ? null : '/welcome'
}

/** The membership and its role, before anything else is looked at. */
async function checkedActing(
  app: WebDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  from: Role,
): Promise<Acting> {
  const { signedIn, language } = request.visitor
  if (!signedIn?.chosen) throw new Refused('notFound')
  const { businessId } = signedIn.chosen
  const userId = signedIn.person.id
  const role = await inBusiness(app.db, businessId, (db) => findRole(db, businessId, userId))
  if (!role) throw new Refused('notFound')
  if (RANKS[role] < RANKS[from]) throw new Refused('forbidden')
  checkIds(request)
  return { request, reply, businessId, userId, role, signedIn, language, words: WORDS[language] }
}

/** Ids in our addresses are UUIDs; anything else names nothing, and must not reach a query as one. */
function checkIds(request: FastifyRequest): void {
  const ids = Object.values(request.params as Record<string, string>)
  if (!ids.every(isId)) throw new Refused('notFound')
}

export const isId = (text: unknown): text is string =>
  typeof text === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

const RANKS: Readonly<Record<Role, number>> = { viewer: 0, bookkeeper: 1, owner: 2 }

async function visitOf(
  app: WebDependencies,
  db: BusinessDb,
  acting: Acting,
): Promise<BusinessVisit & { db: BusinessDb }> {
  const business = await readBusiness(db, acting.businessId)
  const shell = await readShell(db)
  const now = app.now()
  const { lastSyncedAt } = shell.connection ?? { lastSyncedAt: null }
  const { policy } = await policyInForce(db, business.id, now)
  return {
    ...acting,
    db,
    business,
    shell,
    stoppedAt: business.stopped ? await readStoppedAt(db, business.id) : null,
    booksStale: lastSyncedAt !== null && now.since(lastSyncedAt).total('hours') > policy.staleAfterHours,
    now,
    today: localTime(business.timeZone, now).today,
    testClockAt: app.testClock?.now() ?? null,
    format: formatFor(acting.language, business.timeZone),
  }
}
