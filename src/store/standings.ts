import { sql } from 'kysely'
import type { Day } from '../chase/day.ts'
import type { Segment, Stage } from '../chase/standing.ts'
import type { BusinessDb } from './db.ts'

/** One customer as our copy and our history know it: what a standing is made from. */
export type CustomerFacts = {
  readonly customerId: string
  readonly connectionId: string
  readonly ledgerId: string
  readonly name: string
  readonly firstName: string | null
  readonly country: string | null
  readonly region: string | null
  readonly groups: readonly string[]
  readonly state: 'active' | 'archived' | 'merged' | 'deleted'
  readonly setSegment: Segment | null
  readonly setLanguage: 'es' | 'en' | null
  readonly invoices: readonly InvoiceFacts[]
  readonly credits: readonly { readonly currency: string; readonly minor: number }[]
  readonly holds: readonly HoldFacts[]
  readonly contacts: readonly ContactFacts[]
  readonly firstInvoiceOn: Day | null
  /** Days late of settled invoices, most recent last. */
  readonly daysLate: readonly number[]
  readonly spell: SpellFacts | null
  readonly contactedOn: readonly Day[]
  /** Wordings this customer has had, oldest first. */
  readonly usedWordings: readonly string[]
  /** The message on its way, if any. */
  readonly live: LiveChase | null
}

export type InvoiceFacts = {
  readonly id: string
  readonly ledgerId: string
  readonly number: string | null
  readonly issuedOn: Day | null
  readonly dueOn: Day
  readonly dueAssumed: boolean
  readonly currency: string
  readonly totalMinor: number
  readonly balanceMinor: number
  readonly version: string
  readonly expectedOn: Day | null
  readonly emails: readonly string[]
  /** '' when the ledger said there is none; null when it was never asked. */
  readonly payLink: string | null
}

export type HoldFacts = {
  readonly kind: 'pause' | 'dispute' | 'promise' | 'broken-address' | 'missing-pdf' | 'unknown-delivery'
  readonly invoiceId: string | null
  readonly until: Day | null
}

export type ContactFacts = {
  readonly email: string
  readonly name: string | null
  readonly role: 'main' | 'copied' | 'other'
  readonly bounced: boolean
}

export type SpellFacts = {
  readonly id: string
  readonly anchorInvoiceId: string
  readonly taken: readonly {
    readonly stepId: string
    readonly channel: 'email' | 'call' | 'decision'
    readonly stage: Stage | null
    readonly on: Day
  }[]
}

export type LiveChase = {
  readonly id: string
  readonly stepId: string
  readonly stage: Stage
  readonly status: 'planned' | 'awaiting-approval' | 'sending'
  readonly invoices: readonly {
    readonly id: string
    readonly balanceMinor: number
    readonly currency: string
    readonly dueOn: Day
  }[]
}

/**
 * Reads everything the rules and messages need to know about some customers, in one statement.
 *
 * With `lock`, the customers' rows are held to the end of the transaction, so that two plans, or a plan and a
 * claim, never decide for one customer at once; rows that somebody else holds are left out.
 */
export async function readCustomers(
  db: BusinessDb,
  customerIds: readonly string[],
  today: Day,
  lock: 'lock' | 'lock-or-skip' | 'look',
): Promise<CustomerFacts[]> {
  if (customerIds.length === 0) return []
  if (lock !== 'look') {
    const ids = await sql<{ id: string }>`
      select id from customers where id = any (${[...customerIds]}::uuid[]) order by id
         for update ${lock === 'lock-or-skip' ? sql`skip locked` : sql``}`.execute(db)
    return readCustomers(
      db,
      ids.rows.map((row) => row.id),
      today,
      'look',
    )
  }
  const { rows } = await sql<CustomerFacts>`
    select c.id as "customerId", c.connection_id as "connectionId", c.ledger_id as "ledgerId", c.name,
           c.first_name as "firstName", c.country, c.region, c.groups, c.state, c.set_segment as "setSegment",
           c.set_language as "setLanguage",
           coalesce(open.invoices, '[]') as invoices,
           coalesce((select jsonb_agg(jsonb_build_object('currency', k.currency, 'minor', k.remaining_minor))
                       from credits k where k.customer_id = c.id), '[]') as credits,
           coalesce((select jsonb_agg(jsonb_build_object('kind', h.kind, 'invoiceId', h.invoice_id, 'until', h.until) order by h.created_at)
                       from holds h where h.ended_at is null and (h.until is null or h.until >= ${today}::date)
                        -- A hold on an invoice goes where the invoice goes; one on a customer, to whom it was merged into.
                        and (h.invoice_id in (select i.id from invoices i where i.customer_id = c.id and i.state = 'open')
                          or (h.invoice_id is null and h.customer_id = any (same.ids)))), '[]') as holds,
           coalesce((select jsonb_agg(jsonb_build_object('email', k.email, 'name', k.name, 'role', k.role, 'bounced', k.bounced_at is not null)
                                      order by case k.role when 'main' then 0 when 'copied' then 1 else 2 end, k.source desc, k.email)
                       from contacts k where k.customer_id = c.id), '[]') as contacts,
           (select min(coalesce(i.issued_on, i.due_on)) from invoices i
             where i.customer_id = c.id and i.state in ('open', 'paid')) as "firstInvoiceOn",
           coalesce((select jsonb_agg(p.late order by p.paid_on) from (
                       select i.paid_on, i.paid_on - i.due_on as late from invoices i
                        where i.customer_id = c.id and i.state = 'paid' and i.paid_on is not null and not i.due_assumed
                        order by i.paid_on desc limit 60) p), '[]') as "daysLate",
           (select jsonb_build_object('id', s.id, 'anchorInvoiceId', s.anchor_invoice_id, 'taken',
                     coalesce((select jsonb_agg(jsonb_build_object('stepId', x.step_id, 'channel', x.channel, 'stage', x.stage,
                                                'on', coalesce(x.sent_on, lower(x.quiet), x.planned_on)) order by x.planned_at, x.id)
                                 from chases x where x.spell_id = s.id
                                  and x.status in ('sending', 'sent', 'unknown', 'task', 'done')), '[]'))
              from spells s where s.customer_id = c.id and s.ended_on is null) as spell,
           coalesce((select jsonb_agg(coalesce(x.sent_on, lower(x.quiet)) order by 1) from chases x
                      where x.customer_id = any (same.ids) and x.channel = 'email' and x.status in ('sending', 'sent', 'unknown')
                        and lower(x.quiet) > ${today}::date - 40), '[]') as "contactedOn",
           coalesce((select jsonb_agg(m.wording order by m.composed_at) from chases x join messages m on m.chase_id = x.id
                      where x.customer_id = any (same.ids) and x.status in ('sending', 'sent', 'unknown')), '[]') as "usedWordings",
           (select jsonb_build_object('id', x.id, 'stepId', x.step_id, 'stage', x.stage, 'status', x.status, 'invoices',
                     (select jsonb_agg(jsonb_build_object('id', ci.invoice_id, 'balanceMinor', ci.balance_minor, 'currency', ci.currency,
                                       'dueOn', ci.due_on)) from chase_invoices ci where ci.chase_id = x.id))
              from chases x where x.customer_id = c.id and x.channel = 'email'
               and x.status in ('planned', 'awaiting-approval', 'sending')) as live
      from customers c
      cross join lateral (
        -- The people behind a record that was merged into this one are this customer's people.
        select array_prepend(c.id, array(select m.id from customers m
                 where m.connection_id = c.connection_id and m.merged_into_ledger_id = c.ledger_id)) as ids) same
      left join lateral (
        select jsonb_agg(jsonb_build_object('id', i.id, 'ledgerId', i.ledger_id, 'number', i.number, 'issuedOn', i.issued_on,
                 'dueOn', i.due_on, 'dueAssumed', i.due_assumed, 'currency', i.currency, 'totalMinor', i.total_minor,
                 'balanceMinor', i.balance_minor, 'version', i.version, 'expectedOn', i.expected_on, 'emails', i.emails,
                 'payLink', i.pay_link) order by i.due_on, i.id) as invoices
          from invoices i where i.customer_id = c.id and i.state = 'open') open on true
     where c.id = any (${[...customerIds]}::uuid[])
     order by c.id`.execute(db)
  return rows
}

/** Whose books they are and how fresh. */
export type BooksFacts = {
  readonly connection: 'connected' | 'reconnect-needed' | 'disconnected'
  readonly lastSyncedAt: Temporal.Instant | null
  readonly firstLoadedAt: Temporal.Instant | null
}

/**
 * What holds for all customers of a business at once: the state of the connection that its customers came from (null
 * when there never was one), and whether the database is the one a person confirmed.
 */
export async function readCondition(db: BusinessDb): Promise<{ books: BooksFacts | null; confirmed: boolean }> {
  const { rows } = await sql<{
    confirmed: boolean | null
    connection: BooksFacts['connection'] | null
    lastSyncedAt: Temporal.Instant | null
    firstLoadedAt: Temporal.Instant | null
  }>`
    select i.confirmed_fingerprint = database_fingerprint() as confirmed, c.status as connection,
           c.last_synced_at as "lastSyncedAt", c.first_loaded_at as "firstLoadedAt"
      from instance i
      left join lateral (select * from connections order by connected_at desc limit 1) c on true`.execute(db)
  const [row] = rows
  if (!row) return { books: null, confirmed: false }
  const { connection, lastSyncedAt, firstLoadedAt } = row
  return { books: connection && { connection, lastSyncedAt, firstLoadedAt }, confirmed: row.confirmed === true }
}
