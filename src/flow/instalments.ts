import { addBusinessDays } from '../chase/calendar.ts'
import type { Day } from '../chase/day.ts'
import { money, totalsPerCurrency } from '../chase/money.ts'
import { checkPlanTerms, proposePlan, type PlanProblem } from '../chase/plans.ts'
import type { Instalment, OpenInvoice, Standing } from '../chase/standing.ts'
import { calendarOf } from '../chase/window.ts'
import { readBusiness } from '../store/businesses.ts'
import { closeTasks } from '../store/chases.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { cancelRequests, requestNotice } from '../store/notices.ts'
import { agreePlan, findPlan, insertPlan, replacePlans, withdrawPlan } from '../store/plans.ts'
import { replacePromises, type Method } from '../store/promises.ts'
import { readKnownCustomers } from './known-customers.ts'
import { take, type Act, type Outcome } from './act.ts'
import type { Dependencies } from './dependencies.ts'
import { localTime } from './local-time.ts'
import { clearExpectedDays, type AgreementApp } from './promise.ts'
import { readSurroundings, standingOf } from './standing.ts'

/** Paying in parts needs the customer's calendar as well. */
export type PlanApp = AgreementApp & Pick<Dependencies, 'holidays'>

/** So many equal parts from a day on; null where an amount in one currency cannot be had or divided so. */
export type Proposal = { readonly count: number; readonly firstOn: Day; readonly every: 'week' | 'two-weeks' | 'month' }

/** How many parts a proposal may have. */
export const MOST_INSTALMENTS = 24

/** Business days in which the customer is asked to say yes to an offer. */
const ANSWER_WITHIN_DAYS = 5

export type PlanRefusal = PlanProblem | 'mixed-currencies' | 'too-few'

/**
 * Offers a plan for these invoices: the terms are checked, written down, and asked to be put to the customer, which a
 * person approves like any other message where the mode says so. The steps go on until the customer has agreed.
 */
export async function offerPlan(
  app: PlanApp,
  act: Act & { customerId: string; invoiceIds: readonly string[]; method: Method | null } & (
      | { readonly proposal: Proposal }
      | { readonly instalments: readonly Instalment[] }
    ),
): Promise<Outcome | PlanRefusal> {
  const { businessId, userId, customerId, invoiceIds, method } = act
  return take<PlanRefusal>(app, act, act, 'plan', async (db) => {
    const standing = await standingNow(app, db, businessId, customerId)
    if (!standing) return 'unknown'
    const covered = standing.invoices.filter(({ id, balance }) => invoiceIds.includes(id) && balance.minor > 0)
    const [owed, another] = totalsPerCurrency(covered.map(({ balance }) => balance))
    if (another) return 'mixed-currencies'
    if (!owed || covered.length < invoiceIds.length) return 'invoice-not-open'
    const instalments = 'instalments' in act ? act.instalments : proposed(owed, act.proposal)
    // One instalment is a promise.
    if (instalments === null || instalments.length < 2) return 'too-few'
    const [problem] = checkPlanTerms({ invoiceIds, instalments }, standing.invoices, standing.today)
    if (problem) return problem

    const at = app.now()
    const replaced = await replacePlans(db, { customerId, invoiceIds }, { by: userId, at })
    await cancelRequests(db, replaced.flatMap(requestsOf), at)
    const planId = await insertPlan(db, {
      businessId, customerId, invoiceIds, currency: owed.currency, method, offeredOn: standing.today, createdBy: userId, at,
      instalments: instalments.map(({ on, amount }) => ({ on, minor: amount.minor })),
      answerBy: addBusinessDays(standing.today, ANSWER_WITHIN_DAYS, calendarOf(standing)),
    }) // prettier-ignore
    await requestNotice(db, {
      businessId, customerId, id: `plan-offer:${planId}`, message: 'plan-offer', invoiceIds, requestedBy: userId, at,
    }) // prettier-ignore
    return { kind: 'plan-offered', facts: { planId, count: instalments.length, ...owed } }
  })
}

function proposed(owed: OpenInvoice['balance'], { count, firstOn, every }: Proposal): Instalment[] | null {
  if (!Number.isSafeInteger(count) || count < 2 || count > MOST_INSTALMENTS || owed.minor < count) return null
  return proposePlan(owed, count, firstOn, every)
}

/**
 * The customer has said yes. From today on the plan keeps us silent about its invoices for as long as the ledger shows
 * that it is kept; promises about them are over. The terms are checked again: money may have come since the offer.
 */
export async function agreeToPlan(
  app: PlanApp,
  act: Act & { planId: string; saidBy: string | null; confirm: boolean },
): Promise<Outcome | PlanRefusal> {
  const { businessId, userId, planId, saidBy } = act
  const plan = await inBusiness(app.db, businessId, (db) => findPlan(db, planId))
  if (!plan) return 'unknown'
  const { customerId, invoiceIds, currency } = plan
  return take<PlanRefusal>(app, act, { customerId }, 'plan', async (db) => {
    const standing = await standingNow(app, db, businessId, customerId)
    if (!standing) return 'unknown'
    const instalments = plan.instalments.map(({ on, minor }) => ({ on, amount: money(minor, currency) }))
    const [problem] = checkPlanTerms({ invoiceIds, instalments }, standing.invoices, standing.today)
    if (problem) return problem
    const at = app.now()
    const { today } = localTime((await readBusiness(db, businessId)).timeZone, at)
    if (!(await agreePlan(db, planId, { on: today, saidBy }))) return 'done'
    await cancelRequests(db, requestsOf(planId), at)
    const replaced = await replacePromises(db, { customerId, invoiceIds, today }, { by: userId, at, because: 'plan' })
    await clearExpectedDays(app, db, businessId, replaced)
    await closeTasks(db, customerId, 'plan')
    if (act.confirm) {
      await requestNotice(db, {
        businessId, customerId, id: `plan-confirmed:${planId}`, message: 'plan-confirmed', invoiceIds, requestedBy: userId, at,
      }) // prettier-ignore
    }
    return { kind: 'plan-agreed', facts: { planId, ...(saidBy !== null && { saidBy }) } }
  })
}

/** Takes an offer or a plan back: the steps go on from where they were. */
export async function endPlan(app: AgreementApp, act: Act & { planId: string }): Promise<Outcome> {
  const plan = await inBusiness(app.db, act.businessId, (db) => findPlan(db, act.planId))
  if (!plan) return 'unknown'
  return take(app, act, { customerId: plan.customerId }, 'plan-withdrawn', async (db) => {
    const at = app.now()
    if (!(await withdrawPlan(db, act.planId, { by: act.userId, at }))) return 'done'
    await cancelRequests(db, requestsOf(act.planId), at)
    return { kind: 'plan-withdrawn', facts: { planId: act.planId } }
  })
}

const requestsOf = (planId: string): string[] => [`plan-offer:${planId}`, `plan-confirmed:${planId}`]

async function standingNow(
  app: PlanApp,
  db: BusinessDb,
  businessId: string,
  customerId: string,
): Promise<Standing | null> {
  const around = await readSurroundings(app, db, businessId)
  const [customer] = await readKnownCustomers(around, db, [customerId], 'look')
  return customer ? standingOf(around, customer) : null
}
