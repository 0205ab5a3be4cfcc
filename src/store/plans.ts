import { sql } from 'kysely'
import type { Day } from '../chase/day.ts'
import type { BusinessDb } from './db.ts'
import type { Method } from './promises.ts'

export type PlanTerms = {
  readonly invoiceIds: readonly string[]
  readonly currency: string
  readonly instalments: readonly { readonly on: Day; readonly minor: number }[]
}

export type NewPlan = PlanTerms & {
  readonly businessId: string
  readonly customerId: string
  readonly method: Method | null
  readonly answerBy: Day
  readonly offeredOn: Day
  readonly createdBy: string
  readonly at: Temporal.Instant
}

/** Writes an offer down. Returns its id. */
export async function insertPlan(db: BusinessDb, plan: NewPlan): Promise<string> {
  const { id } = await db
    .insertInto('payment_plans')
    .values({
      business_id: plan.businessId,
      customer_id: plan.customerId,
      invoice_ids: [...plan.invoiceIds],
      currency: plan.currency,
      instalments: JSON.stringify(plan.instalments),
      method: plan.method,
      answer_by: plan.answerBy,
      offered_on: plan.offeredOn,
      created_by: plan.createdBy,
      created_at: plan.at.toString(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Ends the plans, offered or agreed, about any of these invoices: a new one takes their place. Returns their ids. */
export async function replacePlans(
  db: BusinessDb,
  about: { customerId: string; invoiceIds: readonly string[] },
  ended: { by: string; at: Temporal.Instant },
): Promise<string[]> {
  const rows = await db
    .updateTable('payment_plans')
    .set({ ended_at: ended.at.toString(), ended_by: ended.by, ended_because: 'replaced' })
    .where('customer_id', '=', about.customerId)
    .where('ended_at', 'is', null)
    .where(sql<boolean>`invoice_ids && ${[...about.invoiceIds]}::uuid[]`)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** The customer has said yes. False when there is no such offer any more, or it was agreed already. */
export async function agreePlan(
  db: BusinessDb,
  planId: string,
  agreed: { on: Day; saidBy: string | null },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('payment_plans')
    .set({ agreed_on: agreed.on, said_by: agreed.saidBy })
    .where('id', '=', planId)
    .where('agreed_on', 'is', null)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Takes an offer or a plan back. False when there is none like that, or it has ended already. */
export async function withdrawPlan(
  db: BusinessDb,
  planId: string,
  ended: { by: string; at: Temporal.Instant },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('payment_plans')
    .set({ ended_at: ended.at.toString(), ended_by: ended.by, ended_because: 'withdrawn' })
    .where('id', '=', planId)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** A plan as a screen shows it. */
export type PlanView = PlanTerms & {
  readonly id: string
  readonly customerId: string
  readonly invoiceNumbers: readonly (string | null)[]
  readonly method: Method | null
  readonly answerBy: Day
  readonly offeredOn: Day
  readonly agreedOn: Day | null
  readonly saidBy: string | null
  readonly endedBecause: 'withdrawn' | 'replaced' | null
}

const planColumns = sql`
  p.id, p.customer_id as "customerId", p.invoice_ids as "invoiceIds",
  array(select i.number from invoices i where i.id = any (p.invoice_ids) order by i.due_on, i.id) as "invoiceNumbers",
  p.currency, p.instalments, p.method, p.answer_by as "answerBy", p.offered_on as "offeredOn", p.agreed_on as "agreedOn",
  p.said_by as "saidBy", p.ended_because as "endedBecause"`

/** One plan; null when this business has none of that id. */
export async function findPlan(db: BusinessDb, planId: string): Promise<PlanView | null> {
  const { rows } = await sql<PlanView>`select ${planColumns} from payment_plans p where p.id = ${planId}`.execute(db)
  return rows[0] ?? null
}

/** The plans of a customer, the newest first. */
export async function listPlans(db: BusinessDb, customerId: string, most: number): Promise<PlanView[]> {
  const { rows } = await sql<PlanView>`
    select ${planColumns} from payment_plans p where p.customer_id = ${customerId}
     order by p.created_at desc, p.id limit ${most}`.execute(db)
  return rows
}
