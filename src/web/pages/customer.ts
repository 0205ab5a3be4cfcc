import { z } from 'zod'
import { day, isDay } from '../../chase/day.ts'
import { explainSegment } from '../../chase/reasons.ts'
import { setSegment } from '../../flow/control.ts'
import {
  disputeInvoice,
  endHold,
  putHold,
  QUERY_REASONS,
  resumeCustomer,
  reviewHold,
  SET_BY_PEOPLE,
  type HoldRefusal,
} from '../../flow/hold.ts'
import { readLaw } from '../../flow/law.ts'
import { readSurroundings, standingOf } from '../../flow/standing.ts'
import { customerOfHold, customerOfInvoice } from '../../store/settings.ts'
import { inBusiness } from '../../store/db.ts'
import { listInvoiceVerdicts } from '../../store/invoice-verdicts.ts'
import {
  listEvents,
  listInvoices,
  listMessages,
  listPayments,
  listVerdicts,
  readCustomerView,
  type CustomerView,
  type InvoiceView,
} from '../../store/timeline.ts'
import { readKnownCustomers } from '../../flow/known-customers.ts'
import { readHabits } from '../../flow/habits.ts'
import { readCustomerChasing } from '../../store/chasing.ts'
import type { WebDependencies } from '../dependencies.ts'
import { Refused } from '../errors.ts'
import { parsed, who } from '../form-input.ts'
import { html, type Html } from '../html.ts'
import { timeline } from '../timeline.ts'
import { isId, type Acting, type BusinessRoutes, type BusinessVisit } from '../visit.ts'
import { agreementCards } from './agreements.ts'
import { chasingCard } from './chasing.ts'
import { contactsCard } from './contacts.ts'
import { controlCard, holdsCard, invoicesCard, messagesCard, paymentsCard, verdictsCard } from './customer-cards.ts'
import { lawCard } from './law-card.ts'
import { habitText } from './habit.ts'
import { papersCard } from './papers.ts'
import { verdictText } from './receivables.ts'

const MOST = { settledInvoices: 15, messages: 20, payments: 15, verdicts: 14, events: 25 } as const

const why = z
  .string()
  .trim()
  .max(500)
  .transform((text) => (text === '' ? null : text))
  .default(null)
const DAY = z.string().refine(isDay).transform(day)
const SEGMENT = z.object({ segment: z.enum(['', 'new', 'regular', 'strategic', 'habitually-late']) })
const dayOrNull = z.union([z.literal('').transform(() => null), DAY]).default(null)
const HOLD = z.object({
  kind: z.enum(SET_BY_PEOPLE).default('pause'),
  invoice: z.union([z.literal('').transform(() => null), z.string().refine(isId)]).default(null),
  startsOn: dayOrNull,
  until: dayOrNull,
  reviewOn: dayOrNull,
  why,
})
const REVIEW = z.object({ until: dayOrNull, reviewOn: dayOrNull })
const DISPUTE = z.object({
  why,
  reviewOn: dayOrNull,
  query: z.union([z.literal('').transform(() => null), z.enum(QUERY_REASONS)]).default(null),
  understood: why,
})

/** One customer: what is owed, what was said and done, and what a person can do about it. */
export function customerPages(routes: BusinessRoutes, app: WebDependencies): void {
  routes.page('/customers/:customerId', 'viewer', async (visit) => {
    const { customerId } = visit.request.params as { customerId: string }
    const customer = await readCustomerView(visit.db, customerId, visit.today)
    if (!customer) throw new Refused('notFound')
    const { before } = visit.request.query as { before?: unknown }
    const from = typeof before === 'string' && /^\d{1,15}$/.test(before) ? Number(before) : null
    const { invoices, settledLeftOut } = await listInvoices(visit.db, customerId, MOST.settledInvoices)
    const events = await listEvents(visit.db, customerId, { before: from, most: MOST.events + 1 })
    const messages = await listMessages(visit.db, customerId, MOST.messages)
    const payments = await listPayments(visit.db, customerId, MOST.payments)
    const verdicts = await listVerdicts(visit.db, customerId, MOST.verdicts)
    const habit = (await readHabits(app, visit.db, visit.business, [customerId], visit.today)).get(customerId)
    const perInvoice = await listInvoiceVerdicts(visit.db, customerId)
    const around = await readSurroundings(app, visit.db, visit.businessId)
    const [facts] = await readKnownCustomers(around, visit.db, [customerId], 'look')
    const standing = facts ? standingOf(around, facts) : null
    const law = facts ? await readLaw(visit.db, around, facts) : null
    const chasing = await readCustomerChasing(visit.db, customerId)
    const body = html` <p><a href="/">← ${visit.words.receivables.title}</a></p>
      ${heading(visit, customer, invoices)} ${habit && html`<p class="hint">${habitText(visit, habit.habit)}</p>`}
      <div class="with-aside">
        <div>
          ${invoicesCard(visit, invoices, settledLeftOut, perInvoice, habit?.expected)}
          ${facts && law && lawCard(visit, facts, law, around)} ${messagesCard(visit, messages)}
          ${timeline(visit, events, { address: `/customers/${customerId}`, most: MOST.events, isFirst: from === null })}
        </div>
        <aside>
          ${holdsCard(visit, customer.holds)} ${await agreementCards(visit, customerId, standing)}
          ${await papersCard(visit, app, customerId)} ${controlCard(visit, customer, invoices)}
          ${chasing && chasingCard(visit, customerId, chasing)} ${contactsCard(visit, customer, facts ?? null)}
          ${payments.length > 0 && paymentsCard(visit, payments)}
        </aside>
      </div>
      ${verdicts.length > 0 && verdictsCard(visit, verdicts)}`
    return { title: customer.name, tab: 'receivables', body }
  })

  routes.act('/customers/:customerId/segment', 'bookkeeper', async (acting) => {
    const { segment } = parsed(SEGMENT, acting)
    const customerId = customerOf(acting)
    return back(
      customerId,
      await setSegment(app, { ...who(acting), customerId, segment: segment === '' ? null : segment }),
      'saved',
    )
  })

  routes.act('/customers/:customerId/hold', 'bookkeeper', async (acting) => {
    const customerId = customerOf(acting)
    const { invoice: invoiceId, ...wanted } = parsed(HOLD, acting)
    const outcome = await putHold(app, { ...who(acting), customerId, invoiceId, ownerId: null, ...wanted })
    return back(customerId, outcome, 'paused')
  })

  routes.act('/holds/:holdId/review', 'bookkeeper', async (acting) => {
    const { holdId } = acting.request.params as { holdId: string }
    const customerId = await inBusiness(app.db, acting.businessId, (db) => customerOfHold(db, holdId))
    if (!customerId) throw new Refused('notFound')
    return back(customerId, await reviewHold(app, { ...who(acting), holdId, ...parsed(REVIEW, acting) }), 'saved')
  })

  routes.act('/customers/:customerId/resume', 'bookkeeper', async (acting) => {
    const customerId = customerOf(acting)
    return back(customerId, await resumeCustomer(app, { ...who(acting), customerId }), 'holdEnded')
  })

  routes.act('/invoices/:invoiceId/dispute', 'bookkeeper', async (acting) => {
    const { invoiceId } = acting.request.params as { invoiceId: string }
    const customerId = await inBusiness(app.db, acting.businessId, (db) => customerOfInvoice(db, invoiceId))
    if (!customerId) throw new Refused('notFound')
    const { query: reason, understood, ...dispute } = parsed(DISPUTE, acting)
    if (reason === 'other' && understood === null) throw new Refused('invalid')
    const query = reason && { reason, understood }
    return back(customerId, await disputeInvoice(app, { ...who(acting), invoiceId, ...dispute, query }), 'saved')
  })

  routes.act('/holds/:holdId/end', 'bookkeeper', async (acting) => {
    const { holdId } = acting.request.params as { holdId: string }
    const customerId = await inBusiness(app.db, acting.businessId, (db) => customerOfHold(db, holdId))
    if (!customerId) throw new Refused('notFound')
    return back(customerId, await endHold(app, { ...who(acting), holdId }), 'holdEnded')
  })
}

const customerOf = ({ request }: Acting): string => (request.params as { customerId: string }).customerId

function back(
  customerId: string,
  outcome: 'done' | 'unknown' | HoldRefusal,
  done: 'saved' | 'paused' | 'holdEnded',
): string {
  if (outcome === 'unknown' || outcome === 'owner-unknown') throw new Refused('notFound')
  const said = { done, 'day-past': 'dayPast', 'end-missing': 'endMissing' }[outcome]
  return `/customers/${customerId}?done=${said}`
}

function heading(visit: BusinessVisit, customer: CustomerView, invoices: readonly InvoiceView[]): Html {
  const { words, format, today, language } = visit
  const open = invoices.filter((invoice) => invoice.state === 'open' && invoice.balanceMinor > 0)
  const currencies = [...new Set(open.map(({ currency }) => currency))]
  const sum = (of: readonly InvoiceView[], currency: string): number =>
    of.filter((invoice) => invoice.currency === currency).reduce((total, { balanceMinor }) => total + balanceMinor, 0)
  const overdue = open.filter(({ dueOn }) => dueOn < today)
  const segment = customer.setSegment ?? customer.verdict?.segment
  return html` <section class="customer-head">
    <h1>
      ${customer.name} ${segment && html`<span class="badge">${words.segments[segment]}</span>`}
      ${customer.state !== 'active' && html`<span class="badge bad">${words.customer.archived[customer.state]}</span>`}
    </h1>
    <div class="figures">
      ${open.length === 0 && html`<p>${words.customer.nothingOpen}</p>`}
      ${currencies.map(
        (currency) =>
          html` <div class="figure">
            <span>${words.customer.balance}</span>
            <strong>${format.money(sum(open, currency), currency)}</strong>
            ${sum(overdue, currency) > 0 && html`<small class="late">${words.customer.overdue(format.money(sum(overdue, currency), currency))}</small>`}
          </div>`,
      )}
      ${customer.credits.map(({ currency, minor }) => html`<p class="hint">${words.customer.credit(format.money(minor, currency))}</p>`)}
    </div>
    ${
      customer.verdict &&
      html` <p class="today">
          <span class="label">${words.customer.today}</span> ${verdictText(visit, customer.verdict)}
        </p>
        <p class="hint">${explainSegment(customer.verdict.facts, language)}</p>`
    }
  </section>`
}
