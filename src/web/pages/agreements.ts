import { z } from 'zod'
import { day, isDay } from '../../chase/day.ts'
import { money, moneyFromDecimal, totalsPerCurrency, type Money } from '../../chase/money.ts'
import { judgePlan } from '../../chase/plans.ts'
import { judgePromise } from '../../chase/promises.ts'
import type { Standing } from '../../chase/standing.ts'
import { calendarOf } from '../../chase/window.ts'
import { agreeToPlan, endPlan, MOST_INSTALMENTS, offerPlan } from '../../flow/instalments.ts'
import { logContact, type Said } from '../../flow/log-contact.ts'
import { recordPromise, withdrawPromise, type Promised } from '../../flow/promise.ts'
import { inBusiness } from '../../store/db.ts'
import { openInvoicesOf, type OpenItem } from '../../store/invoices.ts'
import { listContacts, OUTCOMES } from '../../store/contact-log.ts'
import { findPlan, listPlans, type PlanView } from '../../store/plans.ts'
import { customerOfPromise, listPromises, METHODS, PLACES, type PromiseView } from '../../store/promises.ts'
import type { WebDependencies } from '../dependencies.ts'
import { EMAIL_ADDRESS } from '../email-address.ts'
import { Refused } from '../errors.ts'
import { orNull, parsed, who } from '../form-input.ts'
import { html, type Html } from '../html.ts'
import { form, mayAct } from '../layout.ts'
import { isId, type Acting, type BusinessRoutes, type BusinessVisit } from '../visit.ts'

const MOST_SHOWN = 10

const text = z.string().trim().max(500).default('')
const textOrNull = text.transform((said) => (said === '' ? null : said))
const DAY = z.string().refine(isDay).transform(day)
/** A form sends one box as text and several as a list. */
const ids = z
  .union([z.string().transform((one) => [one]), z.array(z.string())])
  .default([])
  .refine((all) => all.every(isId))
const method = z.union([z.enum(METHODS), z.literal('').transform(() => null)]).default(null)

const PROMISE = z.object({
  on: DAY,
  invoices: ids,
  amount: text,
  method,
  saidBy: textOrNull,
  via: z.enum(PLACES).default('call'),
  note: textOrNull,
  confirm: z.literal('yes').optional(),
})
const PLAN = z.object({
  invoices: ids,
  count: z.coerce.number().int().min(2).max(MOST_INSTALMENTS),
  firstOn: DAY,
  every: z.enum(['week', 'two-weeks', 'month']),
  method,
})
const AGREED = z.object({ saidBy: textOrNull, confirm: z.literal('yes').optional() })
const CONTACT = z.object({
  kind: z.enum(['call', 'reply']).default('call'),
  outcome: z.enum(OUTCOMES),
  who: textOrNull,
  address: orNull(EMAIL_ADDRESS),
  note: textOrNull,
  task: z.union([z.literal('').transform(() => null), z.string().refine(isId)]).default(null),
  on: z.union([z.literal('').transform(() => null), DAY]).default(null),
  amount: text,
  method,
  invoices: ids,
  confirm: z.literal('yes').optional(),
})

/** What was agreed with a customer and what was said: promises, plans, conversations. */
export function agreementActions(routes: BusinessRoutes, app: WebDependencies): void {
  routes.act('/customers/:customerId/promise', 'bookkeeper', async (acting) => {
    const customerId = customerOf(acting)
    const { on, invoices, ...given } = parsed(PROMISE, acting)
    const open = await openOf(app, acting.businessId, customerId)
    const promised: Promised = {
      customerId,
      on,
      invoiceIds: invoices.length === 0 ? null : invoices,
      amount: amountIn(given.amount, open, invoices),
      method: given.method,
      saidBy: given.saidBy,
      via: given.via,
      note: given.note,
      confirm: given.confirm === 'yes',
    }
    return back(customerId, await recordPromise(app, { ...who(acting), ...promised }), 'promised')
  })

  routes.act('/promises/:promiseId/withdraw', 'bookkeeper', async (acting) => {
    const { promiseId } = acting.request.params as { promiseId: string }
    const customerId = await inBusiness(app.db, acting.businessId, (db) => customerOfPromise(db, promiseId))
    if (!customerId) throw new Refused('notFound')
    return back(customerId, await withdrawPromise(app, { ...who(acting), promiseId }), 'saved')
  })

  routes.act('/customers/:customerId/plan', 'bookkeeper', async (acting) => {
    const customerId = customerOf(acting)
    const { invoices, method: by, ...proposal } = parsed(PLAN, acting)
    const open = await openOf(app, acting.businessId, customerId)
    const invoiceIds = invoices.length === 0 ? open.map(({ id }) => id) : invoices
    const outcome = await offerPlan(app, { ...who(acting), customerId, invoiceIds, method: by, proposal })
    return back(customerId, outcome, 'planOffered')
  })

  routes.act('/plans/:planId/agree', 'bookkeeper', async (acting) => {
    const { planId, customerId } = await planOf(app, acting)
    const { saidBy, confirm } = parsed(AGREED, acting)
    const outcome = await agreeToPlan(app, { ...who(acting), planId, saidBy, confirm: confirm === 'yes' })
    return back(customerId, outcome, 'planAgreed')
  })

  routes.act('/plans/:planId/withdraw', 'bookkeeper', async (acting) => {
    const { planId, customerId } = await planOf(app, acting)
    return back(customerId, await endPlan(app, { ...who(acting), planId }), 'saved')
  })

  routes.act('/customers/:customerId/contact', 'bookkeeper', async (acting) => {
    const customerId = customerOf(acting)
    const given = parsed(CONTACT, acting)
    const open = await openOf(app, acting.businessId, customerId)
    const { kind, who: whom, address, note, task: chaseId } = given
    const contact = { customerId, kind, who: whom, address, note, chaseId, said: saidIn(given, open) }
    const outcome = await logContact(app, { ...who(acting), ...contact })
    return chaseId !== null && outcome === 'done'
      ? '/work?done=contactLogged'
      : back(customerId, outcome, 'contactLogged')
  })
}

function saidIn(given: z.output<typeof CONTACT>, open: readonly OpenItem[]): Said {
  const { outcome, invoices } = given
  if (outcome === 'promise') {
    if (given.on === null) throw new Refused('invalid')
    const promise = {
      invoiceIds: invoices.length === 0 ? null : invoices,
      amount: amountIn(given.amount, open, invoices),
      on: given.on,
      method: given.method,
      saidBy: given.who,
      via: given.kind === 'call' ? ('call' as const) : ('e-mail' as const),
      note: given.note,
      confirm: given.confirm === 'yes',
    }
    return { outcome, promise }
  }
  if (outcome === 'dispute') {
    const [only, ...more] = open
    const named = invoices.length === 0 && only && more.length === 0 ? [only.id] : invoices
    if (named.length === 0) throw new Refused('invalid')
    return { outcome, invoiceIds: named, why: given.note }
  }
  return { outcome }
}

/** An amount as people type it, in the one currency of what it is about; null for everything. */
function amountIn(typed: string, open: readonly OpenItem[], invoiceIds: readonly string[]): Money | null {
  if (typed === '') return null
  const covered = open.filter(({ id }) => invoiceIds.length === 0 || invoiceIds.includes(id))
  const [currency, another] = [...new Set(covered.map((item) => item.currency))]
  // Both "1.200,50" and "1,200.50": the last sign before one or two digits is the decimal one.
  const plain = typed
    .replaceAll(/[\s€£$]/g, '')
    .replace(/[.,](\d{1,2})$/, '#$1')
    .replaceAll(/[.,]/g, '')
    .replace('#', '.')
  if (currency === undefined || another !== undefined || !/^\d{1,12}(\.\d{1,2})?$/.test(plain))
    throw new Refused('invalid')
  return moneyFromDecimal(Number(plain), currency)
}

const customerOf = ({ request }: Acting): string => (request.params as { customerId: string }).customerId

const openOf = (app: WebDependencies, businessId: string, customerId: string): Promise<OpenItem[]> =>
  inBusiness(app.db, businessId, (db) => openInvoicesOf(db, customerId))

async function planOf(app: WebDependencies, { businessId, request }: Acting) {
  const { planId } = request.params as { planId: string }
  const plan = await inBusiness(app.db, businessId, (db) => findPlan(db, planId))
  if (!plan) throw new Refused('notFound')
  return { planId, customerId: plan.customerId }
}

/** Where an act leads: back to the customer, with what came of it. */
function back(customerId: string, outcome: string, done: string): string {
  if (outcome === 'unknown') throw new Refused('notFound')
  return `/customers/${customerId}?done=${outcome === 'done' ? done : (REFUSALS[outcome] ?? 'planRefused')}`
}

const REFUSALS: Readonly<Record<string, string>> = {
  'day-past': 'dayPast',
  'nothing-open': 'nothingOpen',
  'too-much': 'tooMuch',
  'task-gone': 'taskGone',
}

/** What was agreed and said, as the ledger judges it today, with the forms to write down more. */
export async function agreementCards(
  visit: BusinessVisit,
  customerId: string,
  standing: Standing | null,
): Promise<Html> {
  const promises = await listPromises(visit.db, customerId, MOST_SHOWN)
  const plans = await listPlans(visit.db, customerId, MOST_SHOWN)
  const contacts = await listContacts(visit.db, customerId, MOST_SHOWN)
  const open = await openInvoicesOf(visit.db, customerId)
  const { words, format } = visit
  return html` ${(promises.length > 0 || (mayAct(visit) && open.length > 0)) && promisesCard(visit, customerId, promises, open, standing)}
  ${(plans.length > 0 || (mayAct(visit) && open.length > 0)) && plansCard(visit, customerId, plans, open, standing)}
  ${
    (contacts.length > 0 || mayAct(visit)) &&
    html` <section class="card">
      <h2>${words.work.conversations}</h2>
      <ul class="plain lines">
        ${contacts.map(
          (contact) =>
            html` <li>
              ${words.work.way[contact.kind]}: ${words.work.outcomes[contact.outcome]}
              <small
                >${format.day(contact.on)}${contact.who && html` · ${contact.who}`}${contact.address && html` · ${contact.address}`}${contact.note && html` · ${contact.note}`}</small
              >
            </li>`,
        )}
      </ul>
      ${
        mayAct(visit) &&
        html` <details>
          <summary>${words.work.logNew}</summary>
          ${contactForm(visit, customerId, open, standing?.customer.addresses ?? [], null)}
        </details>`
      }
    </section>`
  }`
}

function promisesCard(
  visit: BusinessVisit,
  customerId: string,
  promises: readonly PromiseView[],
  open: readonly OpenItem[],
  standing: Standing | null,
): Html {
  const { words, format, today } = visit
  const { agreed: say } = words
  return html` <section class="card" id="promises">
    <h2>${say.promises}</h2>
    <ul class="plain lines">
      ${promises.map((promise) => {
        const { state, missing } = stateOf(promise, standing)
        return html` <li>
          <div class="row between">
            <span
              ><strong>${format.money(promise.amountMinor, promise.currency)}</strong>
              ${say.by(format.day(promise.payOn))}
              <span class="badge ${state === 'broken' && 'bad'}">${say.promiseStates[state]}</span></span
            >
            ${mayAct(visit) && promise.endedBecause === null && state === 'open' && form(visit, `/promises/${promise.id}/withdraw`, html`<button>${say.withdraw}</button>`)}
          </div>
          <small
            >${promise.invoiceNumbers.map((number) => number ?? words.customer.noNumber).join(', ')} ·
            ${say.places[promise.via]}${promise.saidBy && html` · ${promise.saidBy}`}${promise.method && html` · ${say.methods[promise.method]}`}${missing && html` · ${say.missing(format.money(missing.minor, missing.currency))}`}${promise.note && html` · ${promise.note}`}</small
          >
        </li>`
      })}
    </ul>
    ${
      mayAct(visit) &&
      open.length > 0 &&
      html` <details>
        <summary>${words.customer.promiseTitle}</summary>
        ${form(
          visit,
          `/customers/${customerId}/promise`,
          html` <label>${words.customer.promise} <input type="date" name="on" min="${today}" required /></label>
            ${whichInvoices(visit, open)} ${amountAndMethod(visit)}
            <label>${say.saidBy} <input name="saidBy" maxlength="200" /></label>
            <label
              >${say.via}
              <select name="via">
                ${PLACES.map((place) => html`<option value="${place}">${say.places[place]}</option>`)}
              </select></label
            >
            <label>${words.work.note} <input name="note" maxlength="500" /></label>
            ${confirmBox(visit)} <button class="primary">${words.customer.record}</button>`,
          'stack',
        )}
      </details>`
    }
  </section>`
}

type PromiseState = 'open' | 'kept' | 'partly-kept' | 'broken' | 'replaced' | 'withdrawn' | 'plan'

function stateOf(promise: PromiseView, standing: Standing | null): { state: PromiseState; missing: Money | null } {
  if (promise.endedBecause !== null) return { state: promise.endedBecause, missing: null }
  if (!standing) return { state: 'open', missing: null }
  const { today, invoices, payments } = standing
  const { payOn: on, amountMinor, currency } = promise
  const judged = judgePromise(
    { ...promise, on, amount: money(amountMinor, currency) },
    { today, calendar: calendarOf(standing), invoices, payments },
  )
  return { state: judged.state, missing: judged.missing[0] ?? null }
}

function plansCard(
  visit: BusinessVisit,
  customerId: string,
  plans: readonly PlanView[],
  open: readonly OpenItem[],
  standing: Standing | null,
): Html {
  const { words, format, today } = visit
  const { agreed: say } = words
  const totals = totalsPerCurrency(open.map(({ balanceMinor, currency }) => money(balanceMinor, currency)))
  return html` <section class="card" id="plans">
    <h2>${say.plans}</h2>
    <ul class="plain lines">
      ${plans.map((plan) => {
        const state = planState(plan, standing)
        const isLive = plan.endedBecause === null && state !== 'completed'
        return html` <li>
          <div class="row between">
            <span class="badge ${state === 'breached' && 'bad'}">${say.planStates[state]}</span>
            ${mayAct(visit) && isLive && form(visit, `/plans/${plan.id}/withdraw`, html`<button>${say.withdraw}</button>`)}
          </div>
          <ol>
            ${plan.instalments.map(({ on, minor }) => html`<li>${format.day(on)}: ${format.money(minor, plan.currency)}</li>`)}
          </ol>
          <small
            >${plan.invoiceNumbers.map((number) => number ?? words.customer.noNumber).join(', ')}${plan.agreedOn === null && html` · ${say.answerBy(format.day(plan.answerBy))}`}${plan.saidBy && html` · ${plan.saidBy}`}</small
          >
          ${
            mayAct(visit) &&
            isLive &&
            plan.agreedOn === null &&
            form(
              visit,
              `/plans/${plan.id}/agree`,
              html` <label>${say.saidBy} <input name="saidBy" maxlength="200" /></label>
                ${confirmBox(visit)} <button class="primary">${say.agree}</button>`,
              'stack',
            )
          }
        </li>`
      })}
    </ul>
    ${
      mayAct(visit) &&
      totals.length > 0 &&
      html` <details>
        <summary>${say.planTitle}</summary>
        <p class="hint">${say.planText}</p>
        ${form(
          visit,
          `/customers/${customerId}/plan`,
          html` ${whichInvoices(visit, open)}
            <label
              >${say.count} <input type="number" name="count" min="2" max="${MOST_INSTALMENTS}" value="3" required
            /></label>
            <label>${say.firstOn} <input type="date" name="firstOn" min="${today}" required /></label>
            <label
              >${say.every}
              <select name="every">
                ${(['month', 'two-weeks', 'week'] as const).map((every) => html`<option value="${every}">${say.everyNames[every]}</option>`)}
              </select></label
            >
            ${methodField(visit)} <button class="primary">${say.offer}</button>`,
          'stack',
        )}
      </details>`
    }
  </section>`
}

type PlanState = 'offered' | 'on-track' | 'late' | 'breached' | 'completed' | 'withdrawn' | 'replaced'

function planState(plan: PlanView, standing: Standing | null): PlanState {
  if (plan.endedBecause !== null) return plan.endedBecause
  if (plan.agreedOn === null || !standing) return 'offered'
  const { today, invoices, payments } = standing
  const instalments = plan.instalments.map(({ on, minor }) => ({ on, amount: money(minor, plan.currency) }))
  const { id, invoiceIds, agreedOn } = plan
  return judgePlan(
    { id, invoiceIds, agreedOn, instalments },
    { today, calendar: calendarOf(standing), invoices, payments },
  ).state
}

/** How a conversation went, and what follows from it. */
export function contactForm(
  visit: BusinessVisit,
  customerId: string,
  open: readonly OpenItem[],
  addresses: readonly string[],
  task: string | null,
): Html {
  const { words, today } = visit
  const listId = `addresses-${task ?? customerId}`
  const { work: say } = words
  return form(
    visit,
    `/customers/${customerId}/contact`,
    html` ${task !== null && html`<input type="hidden" name="task" value="${task}" />`}
      <label
        >${words.agreed.via}
        <select name="kind">
          ${(['call', 'reply'] as const).map((kind) => html`<option value="${kind}">${say.way[kind]}</option>`)}
        </select></label
      >
      <label
        >${say.happened}
        <select name="outcome" required>
          <option value=""></option>
          ${OUTCOMES.map((outcome) => html`<option value="${outcome}">${say.outcomes[outcome]}</option>`)}
        </select></label
      >
      <label>${say.who} <input name="who" maxlength="200" /></label>
      <label
        >${say.address} <small>${say.addressHint}</small>
        <input type="email" name="address" maxlength="254" list="${listId}" />
        <datalist id="${listId}">${addresses.map((address) => html`<option value="${address}"></option>`)}</datalist>
      </label>
      <label>${say.note} <input name="note" maxlength="500" /></label>
      <fieldset>
        <legend>${say.onPromise}</legend>
        ${whichInvoices(visit, open)}
        <label>${words.customer.promise} <input type="date" name="on" min="${today}" /></label>
        ${amountAndMethod(visit)} ${confirmBox(visit)}
      </fieldset>
      <div class="row">
        <button class="primary">${say.save}</button>
        ${task !== null && skipButton(visit, task)}
      </div>`,
    'stack',
  )
}

/** Calls a task off, in the form that would finish it. */
export const skipButton = ({ words }: BusinessVisit, task: string): Html =>
  html`<button formaction="/chases/${task}/skip" formnovalidate>${words.queue.skip}</button>`

const whichInvoices = ({ words, format }: BusinessVisit, open: readonly OpenItem[]): Html | false =>
  open.length > 0 &&
  html` <fieldset>
    <legend>${words.work.which}</legend>
    ${open.map(
      ({ id, number, balanceMinor, currency }) =>
        html` <label class="check"
          ><input type="checkbox" name="invoices" value="${id}" /> ${number ?? words.customer.noNumber}
          ${format.money(balanceMinor, currency)}</label
        >`,
    )}
  </fieldset>`

const amountAndMethod = (visit: BusinessVisit): Html =>
  html` <label
      >${visit.words.agreed.amount}
      <input name="amount" inputmode="decimal" maxlength="20" placeholder="${visit.words.agreed.amountHint}" /></label
    >${methodField(visit)}`

const methodField = ({ words: { agreed: say } }: BusinessVisit): Html =>
  html` <label
    >${say.method}
    <select name="method">
      <option value="">${say.notSaid}</option>
      ${METHODS.map((one) => html`<option value="${one}">${say.methods[one]}</option>`)}
    </select></label
  >`

const confirmBox = ({ words }: BusinessVisit): Html =>
  html` <label class="check"
    ><input type="checkbox" name="confirm" value="yes" checked /> ${words.agreed.confirm}</label
  >`
