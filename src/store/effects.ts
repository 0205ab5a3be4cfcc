import { sql } from 'kysely'
import type { Day } from '../chase/day.ts'
import type { TakenRung } from '../chase/steps.ts'
import type { BusinessDb } from './db.ts'

/** A message that left, how it was worded, and the oldest invoice it was about. */
export type SentVariant = {
  readonly customerId: string
  readonly variant: string
  readonly among: readonly string[]
  readonly sentOn: Day
  readonly invoiceId: string
  /** What became of that invoice: void and deleted ones can no longer be paid. */
  readonly invoiceState: 'draft' | 'open' | 'paid' | 'void' | 'deleted'
  readonly invoiceChangedOn: Day
}

/**
 * Messages since a day whose wording was chosen among several, oldest first. Those that may not have arrived are left
 * out: which wording they had has nothing to do with that.
 */
export async function readSentVariants(db: BusinessDb, since: Day): Promise<SentVariant[]> {
  const { rows } = await sql<SentVariant>`
    select x.customer_id as "customerId", m.variant, to_jsonb(m.among) as among, x.sent_on as "sentOn", i.id as "invoiceId",
           i.state as "invoiceState", i.changed_at::date as "invoiceChangedOn"
      from messages m
      join chases x on x.id = m.chase_id
      cross join lateral (select i.* from chase_invoices ci join invoices i on i.id = ci.invoice_id
                           where ci.chase_id = x.id order by ci.due_on, i.id limit 1) i
     where x.status = 'sent' and x.sent_on >= ${since}::date and m.variant is not null and cardinality(m.among) > 1
     order by x.sent_on, x.id`.execute(db)
  return rows
}

/** A step of the ladder that was taken about an invoice. */
export type TakenAbout = TakenRung & { readonly invoiceId: string; readonly on: Day }

/** Steps of the ladder since a day, by invoice: messages that left, and calls and letters that were done. */
export async function readStepsTaken(db: BusinessDb, since: Day): Promise<TakenAbout[]> {
  const { rows } = await sql<TakenAbout>`
    select ci.invoice_id as "invoiceId", x.step_id as id, x.channel, x.stage, coalesce(x.sent_on, x.planned_on) as "on"
      from chases x join chase_invoices ci on ci.chase_id = x.id
     where x.status in ('sent', 'unknown', 'done') and position(':' in x.step_id) = 0
       and coalesce(x.sent_on, x.planned_on) >= ${since}::date
     order by 3, x.id`.execute(db)
  return rows
}
