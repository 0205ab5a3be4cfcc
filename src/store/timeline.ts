import { sql, type RawBuilder } from 'kysely'
import type { Day } from '../chase/day.ts'
import type { MessageKind } from '../chase/stage.ts'
import type { HoldKind, Segment } from '../chase/standing.ts'
import type { Facts, Reason } from '../chase/verdict.ts'
import type { ContactSettings } from './contacts.ts'
import type { BusinessDb } from './db.ts'
import { KEPT_VERDICT, type KeptVerdict } from './receivables.ts'
import { QUESTIONS } from './shell.ts'

/** A customer with what the ledger and people say about it. */
export type CustomerView = {
  readonly id: string
  readonly name: string
  readonly phone: string | null
  readonly country: string | null
  readonly state: 'active' | 'archived' | 'merged' | 'deleted'
  readonly setSegment: Segment | null
  readonly verdict: KeptVerdict | null
  readonly contacts: readonly ContactView[]
  readonly credits: readonly { readonly currency: string; readonly minor: number }[]
  readonly holds: readonly HoldView[]
}

export type ContactView = ContactSettings & {
  readonly id: string
  readonly email: string
  readonly name: string | null
  readonly role: 'main' | 'copied' | 'other'
  readonly source: 'ledger' | 'person'
  readonly bouncedAt: string | null
  readonly bouncedWhy: string | null
  /** The last day on which a person logged a reply from there. */
  readonly repliedOn: Day | null
}

export type HoldView = {
  readonly id: string
  readonly kind: HoldKind
  readonly invoiceId: string | null
  readonly invoiceNumber: string | null
  readonly since: Day
  readonly until: Day | null
  readonly reviewOn: Day | null
  readonly owner: string | null
  readonly why: string | null
}

/** One customer; null when this business has none of that id. Holds are those that still stand on `today`. */
export async function readCustomerView(db: BusinessDb, customerId: string, today: Day): Promise<CustomerView | null> {
  const { rows } = await sql<CustomerView>`
    select c.id, c.name, c.phone, c.country, c.state, c.set_segment as "setSegment",
           (select ${KEPT_VERDICT} from verdicts v where v.customer_id = c.id order by v.on_day desc limit 1) as verdict,
           coalesce((select jsonb_agg(jsonb_build_object('id', k.id, 'email', k.email, 'name', k.name, 'role', k.role, 'source', k.source,
                       'treatment', k.treatment, 'language', k.language, 'escalation', k.escalation,
                       'repliedOn', (select max(l.on_day) from contact_log l where l.customer_id = c.id and l.kind = 'reply' and l.address = k.email),
                       'bouncedAt', k.bounced_at, 'bouncedWhy', k.bounced_why)
                       order by case k.role when 'main' then 0 when 'copied' then 1 else 2 end, k.email)
                       from contacts k where k.customer_id = c.id), '[]') as contacts,
           coalesce((select jsonb_agg(jsonb_build_object('currency', k.currency, 'minor', k.minor) order by k.currency)
                       from (select currency, sum(remaining_minor)::bigint as minor from credits
                              where customer_id = c.id and remaining_minor > 0 group by 1) k), '[]') as credits,
           coalesce((select jsonb_agg(jsonb_build_object('id', h.id, 'kind', h.kind, 'invoiceId', h.invoice_id,
                       'invoiceNumber', i.number, 'since', coalesce(h.starts_on, h.created_at::date), 'until', h.until,
                       'reviewOn', h.review_on, 'why', h.why,
                       'owner', (select coalesce(u.name, u.email) from users u where u.id = h.owner_id)) order by h.created_at)
                       from holds h left join invoices i on i.id = h.invoice_id
                      where h.customer_id = c.id and h.ended_at is null and (h.until is null or h.until >= ${today}::date)), '[]') as holds
      from customers c where c.id = ${customerId}`.execute(db)
  return rows[0] ?? null
}

export type InvoiceView = {
  readonly id: string
  readonly number: string | null
  readonly issuedOn: Day | null
  readonly dueOn: Day
  readonly dueAssumed: boolean
  readonly currency: string
  readonly totalMinor: number
  readonly balanceMinor: number
  readonly state: 'draft' | 'open' | 'paid' | 'void' | 'deleted'
  readonly paidOn: Day | null
  readonly expectedOn: Day | null
  /** A person took it out of chasing. */
  readonly excluded: boolean
  /** Every step about it comes so many days later; null where the customer's own delay counts. */
  readonly delayDays: number | null
}

/** A customer's invoices: all open ones, oldest first, then the most recent settled ones. */
export async function listInvoices(
  db: BusinessDb,
  customerId: string,
  mostSettled: number,
): Promise<{ invoices: InvoiceView[]; settledLeftOut: number }> {
  const { rows } = await sql<InvoiceView & { settled: number }>`
    select id, number, issued_on as "issuedOn", due_on as "dueOn", due_assumed as "dueAssumed", currency,
           total_minor as "totalMinor", balance_minor as "balanceMinor", state, paid_on as "paidOn", expected_on as "expectedOn",
           excluded, delay_days as "delayDays", settled
      from (select i.*, count(*) filter (where state <> 'open') over () as settled,
                   row_number() over (partition by state = 'open' order by coalesce(paid_on, due_on) desc, id) as place
              from invoices i where customer_id = ${customerId} and state <> 'draft') i
     where state = 'open' or place <= ${mostSettled}
     order by state = 'open' desc, case when state = 'open' then due_on end, coalesce(paid_on, due_on) desc, id`.execute(
    db,
  )
  const shown = rows.filter((invoice) => invoice.state !== 'open').length
  return { invoices: rows, settledLeftOut: (rows[0]?.settled ?? 0) - shown }
}

export type MessageLine = {
  readonly chaseId: string
  readonly stage: MessageKind | null
  readonly status: string
  readonly subject: string
  readonly recipients: readonly { readonly address: string }[]
  readonly sentAt: Temporal.Instant | null
  readonly composedAt: Temporal.Instant
  readonly notes: readonly NoteLine[]
}

export type NoteLine = {
  readonly invoiceNumber: string | null
  readonly body: string
  readonly writtenAt: string | null
  readonly failedWhy: string | null
}

const NOTES_OF_CHASE = sql`
  coalesce((select jsonb_agg(jsonb_build_object('invoiceNumber', i.number, 'body', n.body, 'writtenAt', n.written_at,
                                                'failedWhy', n.failed_why) order by n.created_at, i.due_on, n.id)
              from notes n join invoices i on i.id = n.invoice_id where n.chase_id = x.id), '[]')`

/** The messages to a customer that left or may have left, newest first, with what became of their notes. */
export async function listMessages(db: BusinessDb, customerId: string, most: number): Promise<MessageLine[]> {
  const { rows } = await sql<MessageLine>`
    select x.id as "chaseId", x.stage, x.status, m.subject, m.recipients, x.sent_at as "sentAt", m.composed_at as "composedAt",
           ${NOTES_OF_CHASE} as notes
      from chases x join messages m on m.chase_id = x.id
     where x.customer_id = ${customerId} order by m.composed_at desc, x.id limit ${most}`.execute(db)
  return rows
}

export type MessageView = MessageLine & {
  readonly customerId: string
  readonly customerName: string
  readonly messageId: string
  readonly html: string
  readonly text: string
  readonly sender: { readonly name: string | null; readonly address: string }
  readonly replyTo: { readonly name: string | null; readonly address: string } | null
  readonly copies: readonly { readonly address: string }[]
  readonly inReplyTo: string | null
  readonly attachments: readonly { readonly filename: string }[]
  readonly unattended: boolean
  readonly serverAnswer: string | null
}

/** One message as it was frozen; null when this business has none for that chase. */
export async function readMessageView(db: BusinessDb, chaseId: string): Promise<MessageView | null> {
  const { rows } = await sql<MessageView>`
    select x.id as "chaseId", x.stage, x.status, m.subject, m.recipients, x.sent_at as "sentAt", m.composed_at as "composedAt",
           x.customer_id as "customerId", c.name as "customerName", m.message_id as "messageId", m.html, m.body_text as text,
           m.sender, m.reply_to as "replyTo", m.copies, m.in_reply_to as "inReplyTo", m.attachments, m.unattended,
           x.server_answer as "serverAnswer", ${NOTES_OF_CHASE} as notes
      from chases x join messages m on m.chase_id = x.id join customers c on c.id = x.customer_id
     where x.id = ${chaseId}`.execute(db)
  return rows[0] ?? null
}

export type PaymentLine = {
  readonly paidOn: Day
  readonly currency: string | null
  readonly amountMinor: number
  readonly deleted: boolean
  readonly invoiceNumber: string | null
}

/** What a customer paid on which invoice, newest first. */
export async function listPayments(db: BusinessDb, customerId: string, most: number): Promise<PaymentLine[]> {
  const { rows } = await sql<PaymentLine>`
    select p.paid_on as "paidOn", coalesce(p.currency, i.currency) as currency, p.amount_minor as "amountMinor", p.deleted,
           i.number as "invoiceNumber"
      from invoices i join payments p on p.connection_id = i.connection_id and p.invoice_ledger_id = i.ledger_id
     where i.customer_id = ${customerId} order by p.paid_on desc, i.number limit ${most}`.execute(db)
  return rows
}

/** What the rules said about a customer on its last days, newest first. */
export async function listVerdicts(db: BusinessDb, customerId: string, most: number): Promise<KeptVerdict[]> {
  const { rows } = await sql<{ verdict: KeptVerdict }>`
    select ${KEPT_VERDICT} as verdict from verdicts v
     where v.customer_id = ${customerId} order by v.on_day desc limit ${most}`.execute(db)
  return rows.map(({ verdict }) => verdict)
}

export type EventLine = {
  readonly id: number
  readonly at: Temporal.Instant
  readonly kind: string
  /** 'puntual', 'ledger', 'operator' for the command line, or a person's name or address; null for a person who is gone. */
  readonly actor: string | null
  readonly chaseId: string | null
  readonly hasMessage: boolean
  readonly stage: MessageKind | null
  readonly invoiceNumber: string | null
  readonly facts: Readonly<Record<string, unknown>>
}

/** So many lines, from before a given one on. */
type Page = { readonly before: number | null; readonly most: number }

/** A customer's history, newest first. */
export const listEvents = (db: BusinessDb, customerId: string, page: Page): Promise<EventLine[]> =>
  eventLines(db, sql`e.customer_id = ${customerId}`, page)

/** What happened in a business that concerns no single customer, newest first. */
export const listBusinessEvents = (db: BusinessDb, businessId: string, page: Page): Promise<EventLine[]> =>
  eventLines(db, sql`e.business_id = ${businessId} and e.customer_id is null`, page)

async function eventLines(db: BusinessDb, which: RawBuilder<unknown>, page: Page): Promise<EventLine[]> {
  const { rows } = await sql<EventLine>`
    select e.id, e.at, e.kind, e.chase_id as "chaseId", m.chase_id is not null as "hasMessage", x.stage,
           i.number as "invoiceNumber", e.facts,
           case when e.actor in ('puntual', 'ledger', 'operator') then e.actor else coalesce(u.name, u.email) end as actor
      from events e
      left join chases x on x.id = e.chase_id
      left join messages m on m.chase_id = e.chase_id
      left join invoices i on i.id = e.invoice_id
      left join users u on u.id::text = e.actor
     where ${which} and (${page.before}::bigint is null or e.id < ${page.before}::bigint)
     order by e.id desc limit ${page.most}`.execute(db)
  return rows
}

/** A chase that waits for a person. */
export type WaitingChase = {
  readonly chaseId: string
  readonly customerId: string
  readonly customerName: string
  readonly phone: string | null
  readonly status: 'awaiting-approval' | 'task' | 'unknown'
  readonly channel: 'email' | 'call' | 'decision' | 'letter'
  readonly stepId: string
  readonly segment: Segment
  readonly stage: MessageKind | null
  readonly plannedOn: Day
  readonly facts: Facts
  /** Subject of the spell's first message; null when there was none. */
  readonly threadSubject: string | null
  readonly invoices: readonly WaitingInvoice[]
}

export type WaitingInvoice = {
  readonly invoiceId: string
  readonly number: string | null
  readonly currency: string
  readonly balanceMinor: number
  readonly dueOn: Day
}

/** Messages to approve and deliveries nobody knows about, the longest waiting first. */
export const listApprovals = (db: BusinessDb, most: number): Promise<WaitingChase[]> =>
  listWaitingChases(db, ['awaiting-approval', 'unknown'], most)

/** Calls, letters and decisions that people have to take, the longest waiting first. */
export const listTasks = (db: BusinessDb, most: number): Promise<WaitingChase[]> =>
  listWaitingChases(db, ['task'], most)

async function listWaitingChases(
  db: BusinessDb,
  statuses: readonly WaitingChase['status'][],
  most: number,
): Promise<WaitingChase[]> {
  const { rows } = await sql<WaitingChase>`
    select x.id as "chaseId", x.customer_id as "customerId", c.name as "customerName", c.phone, x.status, x.channel,
           x.step_id as "stepId", x.segment, x.stage, x.planned_on as "plannedOn", x.facts,
           (select m.subject from messages m join chases t on t.id = m.chase_id
             where t.spell_id = x.spell_id and t.status in ('sent', 'unknown') order by m.composed_at limit 1) as "threadSubject",
           coalesce((select jsonb_agg(jsonb_build_object('invoiceId', ci.invoice_id, 'number', i.number, 'currency', ci.currency,
                                       'balanceMinor', ci.balance_minor, 'dueOn', ci.due_on) order by ci.due_on, ci.invoice_id)
                       from chase_invoices ci join invoices i on i.id = ci.invoice_id where ci.chase_id = x.id), '[]') as invoices
      from chases x join customers c on c.id = x.customer_id
     where x.status = any (${[...statuses]})
     order by x.planned_at, x.id limit ${most}`.execute(db)
  return rows
}

/** A question about a customer's account that is not about a message or a task. */
export type Question = {
  readonly customerId: string
  readonly customerName: string
  readonly reason: Reason
  readonly facts: Facts
  readonly onDay: Day
}

export async function listQuestions(db: BusinessDb, most: number): Promise<Question[]> {
  const { rows } = await sql<Question>`
    select q.customer_id as "customerId", c.name as "customerName", q.reason, v.facts, q.on_day as "onDay"
      from (${QUESTIONS}) q
      join customers c on c.id = q.customer_id
      join verdicts v on v.customer_id = q.customer_id and v.on_day = q.on_day
     order by lower(c.name), c.id limit ${most}`.execute(db)
  return rows
}
