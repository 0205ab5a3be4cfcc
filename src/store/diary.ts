import { sql } from 'kysely'
import type { MessageKind } from '../chase/stage.ts'
import type { Facts } from '../chase/verdict.ts'
import type { BusinessDb } from './db.ts'

/** One event with what a reader needs beside it. */
export type DiaryLine = {
  readonly id: number
  readonly at: Temporal.Instant
  readonly kind: string
  readonly actor: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly customerId: string | null
  readonly customer: string | null
  readonly invoiceNumber: string | null
  readonly chaseId: string | null
  readonly channel: string | null
  readonly stepId: string | null
  readonly stage: MessageKind | null
  readonly segment: string | null
  /** The facts of the verdict that planned the chase. */
  readonly chaseFacts: Facts | null
  /** Whether this customer had a message in the last 60 days: a payment is only news where somebody was asked for it. */
  readonly wasChased: boolean
}

/** The business's events after one of them, in order. */
export async function readDiary(db: BusinessDb, businessId: string, afterId: number): Promise<DiaryLine[]> {
  const { rows } = await sql<DiaryLine>`
    select e.id, e.at, e.kind, e.actor, e.facts, e.customer_id as "customerId", c.name as customer, i.number as "invoiceNumber",
           e.chase_id as "chaseId", x.channel, x.step_id as "stepId", x.stage, x.segment, x.facts as "chaseFacts",
           exists (select from chases y where y.customer_id = e.customer_id and y.channel = 'email' and y.status in ('sent', 'unknown')
                      and y.sent_at <= e.at and y.sent_at > e.at - interval '60 days') as "wasChased"
      from events e left join customers c on c.id = e.customer_id left join invoices i on i.id = e.invoice_id
           left join chases x on x.id = e.chase_id
     where e.business_id = ${businessId} and e.id > ${afterId} order by e.id`.execute(db)
  return rows
}

/** How often each thing happened, for a summary: (what, of which kind) → how many. */
export async function countOutcomes(
  db: BusinessDb,
  businessId: string,
): Promise<{ what: string; kind: string; times: number }[]> {
  const { rows } = await sql<{ what: string; kind: string; times: number }>`
    select 'mail' as what, stage as kind, count(*)::int as times from chases
     where business_id = ${businessId} and channel = 'email' and status = 'sent' group by stage
    union all
    select 'note', kind, count(*)::int from notes where business_id = ${businessId} and written_at is not null group by kind
    union all
    select 'cancelled', closed_because, count(*)::int from chases
     where business_id = ${businessId} and channel = 'email' and status = 'cancelled' group by closed_because
    union all
    select 'hold', kind, count(*)::int from holds where business_id = ${businessId} group by kind
    union all
    select 'task', channel, count(*)::int from chases where business_id = ${businessId} and channel <> 'email' group by channel
    union all
    select 'payment', kind, count(*)::int from events
     where business_id = ${businessId} and kind in ('invoice-paid', 'invoice-part-paid') group by kind`.execute(db)
  return rows
}

/** Chases that wait for a person, for whoever plays that person. */
export async function waitingForPerson(
  db: BusinessDb,
): Promise<
  { id: string; status: 'awaiting-approval' | 'task'; channel: string; stage: string | null; customer: string }[]
> {
  const { rows } = await sql<{
    id: string
    status: 'awaiting-approval' | 'task'
    channel: string
    stage: string | null
    customer: string
  }>`
    select x.id, x.status, x.channel, x.stage, c.name as customer from chases x join customers c on c.id = x.customer_id
     where x.status in ('awaiting-approval', 'task') order by x.planned_at, x.id`.execute(db)
  return rows
}

/** Every message that went out, with the invoices it named: what a check of the whole story starts from. */
export async function readSentMessages(db: BusinessDb): Promise<SentMessage[]> {
  const { rows } = await sql<SentMessage>`
    select x.id as "chaseId", x.sent_at as "sentAt", x.sent_on as "sentOn", x.stage, x.segment, c.ledger_id as "customerLedgerId", c.name as customer,
           m.message_id as "messageId", m.wording, m.subject,
           (select jsonb_agg(jsonb_build_object('ledgerId', i.ledger_id, 'balanceMinor', ci.balance_minor, 'currency', ci.currency, 'dueOn', ci.due_on))
              from chase_invoices ci join invoices i on i.id = ci.invoice_id where ci.chase_id = x.id) as invoices,
           coalesce((select jsonb_agg(n.token) from notes n where n.chase_id = x.id and n.kind = 'sent' and n.written_at is not null), '[]') as "noteTokens"
      from chases x join messages m on m.chase_id = x.id join customers c on c.id = x.customer_id
     where x.status = 'sent' order by x.sent_at, x.id`.execute(db)
  return rows
}

export type SentMessage = {
  readonly chaseId: string
  readonly sentAt: Temporal.Instant
  readonly sentOn: string
  readonly stage: string
  readonly segment: string
  readonly customerLedgerId: string
  readonly customer: string
  readonly messageId: string
  readonly wording: string
  readonly subject: string
  readonly invoices: readonly {
    readonly ledgerId: string
    readonly balanceMinor: number
    readonly currency: string
    readonly dueOn: string
  }[]
  readonly noteTokens: readonly string[]
}
