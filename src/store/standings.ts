import { sql, type RawBuilder } from 'kysely'
import type { Day } from '../chase/day.ts'
import type { Treatment } from '../chase/policy.ts'
import type { MessageKind } from '../chase/stage.ts'
import type {
  HoldKind, PaidInvoice, PaymentPlan, PaymentPromise, RequestedNotice, Segment, SentNotice, TakenStep,
} from '../chase/standing.ts' // prettier-ignore
import { businessColumns, type Business } from './businesses.ts'
import type { BusinessDb } from './db.ts'
import { inOneTrip } from './one-trip.ts'
import { versionColumns, versionInForce, type VersionColumns } from './policies.ts'

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
  /** Whether it is a business, as a person says. */
  readonly setDebtor: 'business' | 'consumer' | null
  readonly invoices: readonly InvoiceFacts[]
  readonly credits: readonly { readonly kind: CreditKind; readonly currency: string; readonly minor: number }[]
  readonly holds: readonly HoldFacts[]
  readonly contacts: readonly ContactFacts[]
  /** One per address that a person has logged a reply from. */
  readonly replies: readonly ReplyFacts[]
  /** Its invoices as signs of how it pays, where somebody has read them. */
  readonly history?: readonly PaidInvoice[]
  readonly firstInvoiceOn: Day | null
  /** Days late of settled invoices, most recent last. */
  readonly daysLate: readonly number[]
  readonly spell: SpellFacts | null
  /** Messages, calls and letters of the running spell, whatever they said, thanks left out. */
  readonly touches: number
  readonly contactedOn: readonly Day[]
  /** Messages to any address of this customer's, whichever customer they were for. */
  readonly addressContactedOn: readonly { readonly address: string; readonly on: Day }[]
  readonly callsOn: readonly Day[]
  readonly contactLog: readonly ContactLine[]
  /** What arrived in the last 40 days, and since the oldest promise or plan; what is still to come too. */
  readonly payments: readonly PaymentFacts[]
  /** Invoices that were settled in the last 40 days, as a message of thanks names them. */
  readonly settled: readonly InvoiceFacts[]
  readonly promises: readonly PromiseFacts[]
  readonly plans: readonly PlanFacts[]
  readonly notices: readonly SentNotice[]
  readonly requested: readonly RequestFacts[]
  /** What a person set: see the columns of the same names. */
  readonly paymentRunDay: number | null
  readonly delayDays: number
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
  /** A person took it out of the count. */
  readonly excluded: boolean
  readonly delayDays: number | null
}

export type CreditKind = 'credit-note' | 'prepayment' | 'overpayment' | 'unapplied-payment'

export type HoldFacts = {
  readonly kind: HoldKind
  readonly invoiceId: string | null
  readonly since: Day
  readonly until: Day | null
  readonly reviewOn: Day | null
  readonly why: string | null
  readonly owner: string | null
  readonly address: string | null
}

export type PaymentFacts = {
  readonly invoiceId: string
  readonly on: Day
  readonly currency: string
  readonly minor: number
  /** A message about it had gone before it came. */
  readonly chased: boolean
}

export type PromiseFacts = PaymentPromise & { readonly amount: NonNullable<PaymentPromise['amount']> }

/** A plan as it was offered; `agreedOn` is null until the customer says yes. */
export type PlanFacts = Omit<PaymentPlan, 'agreedOn'> & {
  readonly agreedOn: Day | null
  readonly method: string | null
  readonly answerBy: Day
}

export type RequestFacts = RequestedNotice & { readonly details: Readonly<Record<string, unknown>> }

export type ContactOutcome =
  | 'promise'
  | 'dispute'
  | 'no-answer'
  | 'voicemail'
  | 'wrong-person'
  | 'refuses'
  | 'paid'
  | 'other'

export type ContactLine = { readonly on: Day; readonly kind: 'call' | 'reply'; readonly outcome: ContactOutcome }

export type ContactFacts = {
  readonly email: string
  readonly name: string | null
  readonly role: 'main' | 'copied' | 'other'
  readonly bounced: boolean
  /** What a person said of them: see the columns of the same names. */
  readonly treatment: Treatment | null
  readonly language: 'es' | 'en' | null
  readonly escalation: boolean
}

/** The last that came of replies from an address. */
export type ReplyFacts = { readonly address: string; readonly outcome: ContactOutcome }

export type SpellFacts = {
  readonly id: string
  readonly anchorInvoiceId: string
  /** The steps of the ladder; messages beside it are `notices`. */
  readonly taken: readonly TakenStep[]
}

export type LiveChase = {
  readonly id: string
  readonly stepId: string
  readonly segment: Segment
  readonly stage: MessageKind
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
  const reading = standingsOf(customerIds, today)
  if (lock === 'look') return (await reading.execute(db)).rows
  const locking = sql<{ id: string }>`
    select id from customers where id = any (${[...customerIds]}::uuid[]) order by id
       for update ${lock === 'lock-or-skip' ? sql`skip locked` : sql``}`
  // What is read is what stands once the rows are held.
  const [locked, read] = await inOneTrip<[{ id: string }, CustomerFacts]>(db, locking, reading)
  const held = new Set(locked.map(({ id }) => id))
  return read.filter(({ customerId }) => held.has(customerId))
}

/** The statement behind `readCustomers`. `test/store/standings.test.ts` holds that it finds everything by an index. */
export const standingsOf = (
  customerIds: readonly string[],
  today: Day,
): RawBuilder<CustomerFacts> => sql<CustomerFacts>`
    select c.id as "customerId", c.connection_id as "connectionId", c.ledger_id as "ledgerId", c.name,
           c.first_name as "firstName", c.country, c.region, c.groups, c.state, c.set_segment as "setSegment",
           c.set_language as "setLanguage", c.set_debtor as "setDebtor", c.payment_run_day as "paymentRunDay", c.delay_days as "delayDays",
           coalesce(billed.open, '[]') as invoices, coalesce(billed.settled, '[]') as settled, billed.first_on as "firstInvoiceOn",
           coalesce(to_jsonb(billed.days_late[greatest(1, cardinality(billed.days_late) - 59):]), '[]') as "daysLate",
           coalesce((select jsonb_agg(jsonb_build_object('kind', k.kind, 'currency', k.currency, 'minor', k.remaining_minor))
                       from credits k where k.customer_id = c.id), '[]') as credits,
           coalesce((select jsonb_agg(jsonb_build_object('kind', h.kind, 'invoiceId', h.invoice_id,
                                      'since', coalesce(h.starts_on, h.created_at::date), 'until', h.until, 'reviewOn', h.review_on,
                                      'why', h.why, 'owner', (select coalesce(u.name, u.email) from users u where u.id = h.owner_id),
                                      'address', h.address) order by h.created_at)
                       from (
                         -- A hold on an invoice goes where the invoice goes; one on a customer, to whom it was merged into.
                         select g.* from holds g
                          where g.invoice_id is null and g.customer_id = any (same.ids) and g.ended_at is null
                         union all
                         select g.* from invoices i join holds g on g.invoice_id = i.id and g.ended_at is null
                          where i.customer_id = c.id and i.state = 'open') h
                       -- Where the customer is, the business's yesterday may not be over; the rules look at the day.
                      where (h.until is null or h.until >= ${today}::date - 2)
                        and (h.starts_on is null or h.starts_on <= ${today}::date)), '[]') as holds,
           coalesce((select jsonb_agg(jsonb_build_object('email', k.email, 'name', k.name, 'role', k.role, 'bounced', k.bounced_at is not null,
                                      'treatment', k.treatment, 'language', k.language, 'escalation', k.escalation)
                                      order by case k.role when 'main' then 0 when 'copied' then 1 else 2 end, k.source desc, k.email)
                       from contacts k where k.customer_id = c.id), '[]') as contacts,
           coalesce((select jsonb_agg(jsonb_build_object('address', r.address, 'outcome', r.outcome)) from (
                       select distinct on (l.address) l.address, l.outcome from contact_log l
                        where l.customer_id = any (same.ids) and l.kind = 'reply' and l.address is not null
                        order by l.address, l.on_day desc, l.created_at desc) r), '[]') as replies,
           case when running.id is not null then
             jsonb_build_object('id', running.id, 'anchorInvoiceId', running.anchor_invoice_id, 'taken', coalesce(told.taken, '[]')) end as spell,
           coalesce(told.contacted_on, '[]') as "contactedOn", told.touches,
           coalesce((select jsonb_agg(jsonb_build_object('address', seen.address, 'on', seen.on_day) order by seen.on_day) from (
                       select a.address, coalesce(x.sent_on, lower(x.quiet)) as on_day
                         from addressees a join chases x on x.id = a.chase_id
                        where a.business_id = c.business_id
                          and a.address in (select k.email from contacts k where k.customer_id = c.id
                                             union select lower(e) from invoices i, unnest(i.emails) e where i.customer_id = c.id and i.state = 'open')
                          and x.status in ('sending', 'sent', 'unknown') and lower(x.quiet) > ${today}::date - 40) seen), '[]') as "addressContactedOn",
           coalesce((select jsonb_agg(called.on_day order by called.on_day)
                       from unnest(told.called_on || logged.called_on) called (on_day)), '[]') as "callsOn",
           coalesce(logged.contacts, '[]') as "contactLog",
           coalesce(agreed.promises, '[]') as promises, coalesce(planned.plans, '[]') as plans,
           coalesce((select jsonb_agg(jsonb_build_object('invoiceId', i.id, 'on', p.paid_on, 'minor', p.amount_minor,
                                      'currency', coalesce(p.currency, i.currency),
                                      'chased', exists (select from chase_invoices ci join chases x on x.id = ci.chase_id
                                                         where ci.invoice_id = i.id and x.channel = 'email' and position(':' in x.step_id) = 0
                                                           and x.status in ('sent', 'unknown') and x.sent_on <= p.paid_on))
                                      order by p.paid_on, p.ledger_id)
                       from invoices i join payments p on p.connection_id = i.connection_id and p.invoice_ledger_id = i.ledger_id
                      where i.customer_id = c.id and not p.deleted and p.amount_minor > 0
                        and p.paid_on >= least(${today}::date - 40, agreed.since, planned.since)), '[]') as payments,
           coalesce(told.notices, '[]') as notices,
           coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'message', r.message, 'invoiceIds', r.invoice_ids, 'details', r.details)
                                      order by r.requested_at, r.id)
                       from requested_notices r
                      where r.customer_id = any (same.ids) and r.cancelled_at is null
                        and not exists (select from chases x where x.customer_id = r.customer_id and x.step_id = r.id
                                           and x.status in ('sending', 'sent', 'unknown'))), '[]') as requested,
           coalesce(told.wordings, '[]') as "usedWordings",
           (select jsonb_build_object('id', x.id, 'stepId', x.step_id, 'segment', x.segment, 'stage', x.stage, 'status', x.status, 'invoices',
                     (select jsonb_agg(jsonb_build_object('id', ci.invoice_id, 'balanceMinor', ci.balance_minor, 'currency', ci.currency,
                                       'dueOn', ci.due_on)) from chase_invoices ci where ci.chase_id = x.id))
              from chases x where x.customer_id = c.id and x.channel = 'email'
               and x.status in ('planned', 'awaiting-approval', 'sending')) as live
      from customers c
      left join spells running on running.customer_id = c.id and running.ended_on is null
      cross join lateral (
        -- The people behind a record that was merged into this one are this customer's people. Found once for all that
        -- asks for them, which is what "offset" says to the planner.
        select array_prepend(c.id, array(select m.id from customers m
                 where m.connection_id = c.connection_id and m.merged_into_ledger_id = c.ledger_id)) as ids offset 0) same
      cross join lateral (
        select jsonb_agg(${invoiceJson} order by i.due_on, i.id) filter (where i.state = 'open') as open,
               jsonb_agg(${invoiceJson} order by i.due_on, i.id) filter (where i.state = 'paid' and i.paid_on >= ${today}::date - 40) as settled,
               min(coalesce(i.issued_on, i.due_on)) filter (where i.state in ('open', 'paid')) as first_on,
               array_agg(i.paid_on - i.due_on order by i.paid_on)
                 filter (where i.state = 'paid' and i.paid_on is not null and not i.due_assumed) as days_late
          from invoices i where i.customer_id = c.id) billed
      cross join lateral (
        select jsonb_agg(x.on_day order by x.on_day)
                 filter (where (x.channel = 'email' and x.is_out and x.claimed_on > ${today}::date - 40)
                   -- A letter that a person sent is a contact like any other.
                   or (x.channel = 'letter' and x.status = 'done' and x.on_day > ${today}::date - 40)) as contacted_on,
               count(*) filter (where x.spell_id = running.id and x.channel <> 'decision' and x.stage is distinct from 'thank-you'
                 and (x.is_out or x.status in ('task', 'done')))::int as touches,
               jsonb_agg(jsonb_build_object('stepId', x.step_id, 'channel', x.channel, 'stage', x.stage,
                         'on', coalesce(x.on_day, x.planned_on)) order by x.planned_at, x.id)
                 filter (where x.spell_id = running.id and not x.is_notice and (x.is_out or x.status in ('task', 'done'))) as taken,
               array_agg(x.planned_on) filter (where x.channel = 'call' and x.status in ('task', 'done')
                 and x.planned_on > ${today}::date - 40) as called_on,
               jsonb_agg(jsonb_build_object('id', x.step_id, 'on', x.on_day) order by x.planned_at)
                 filter (where x.is_notice and x.is_out
                   and (x.claimed_on > ${today}::date - 40 or x.step_id ~ '^(promise|plan|right-person)')) as notices,
               jsonb_agg(x.wording order by x.composed_at) filter (where x.is_out and x.wording is not null) as wordings
          from (select x.*, coalesce(x.sent_on, lower(x.quiet)) as on_day, lower(x.quiet) as claimed_on, m.wording, m.composed_at,
                       x.status in ('sending', 'sent', 'unknown') as is_out, position(':' in x.step_id) > 0 as is_notice
                  from chases x left join messages m on m.chase_id = x.id where x.customer_id = any (same.ids)) x) told
      cross join lateral (
        select jsonb_agg(jsonb_build_object('on', l.on_day, 'kind', l.kind, 'outcome', l.outcome) order by l.on_day, l.created_at)
                 filter (where l.on_day >= least(${today}::date - 40, running.started_on)) as contacts,
               -- A call that a task had asked for is that task's.
               array_agg(l.on_day) filter (where l.kind = 'call' and l.chase_id is null and l.on_day > ${today}::date - 40) as called_on
          from contact_log l where l.customer_id = any (same.ids)) logged
      cross join lateral (
        -- Given in the running spell, or for a day that is to come or not long past.
        select min(p.given_on) as since,
               jsonb_agg(jsonb_build_object('id', p.id, 'invoiceIds', p.invoice_ids, 'on', p.pay_on, 'givenOn', p.given_on, 'method', p.method,
                         'amount', jsonb_build_object('minor', p.amount_minor, 'currency', p.currency)) order by p.given_on, p.id) as promises
          from promises p
         where p.customer_id = any (same.ids) and p.ended_at is null
           and (p.pay_on >= ${today}::date - 40 or p.given_on >= running.started_on)) agreed
      cross join lateral (
        select min(p.agreed_on) as since,
               jsonb_agg(jsonb_build_object('id', p.id, 'invoiceIds', p.invoice_ids, 'agreedOn', p.agreed_on, 'answerBy', p.answer_by,
                         'method', p.method, 'instalments',
                         (select jsonb_agg(jsonb_build_object('on', part ->> 'on', 'amount',
                                           jsonb_build_object('minor', (part ->> 'minor')::bigint, 'currency', p.currency)) order by place)
                            from jsonb_array_elements(p.instalments) with ordinality as parts (part, place))) order by p.created_at, p.id) as plans
          from payment_plans p
         where p.customer_id = any (same.ids) and p.ended_at is null
           and exists (select from invoices i where i.id = any (p.invoice_ids) and i.customer_id = c.id and i.state = 'open')) planned
     where c.id = any (${[...customerIds]}::uuid[])
     order by c.id`

/** An invoice as one JSON value; `i` is the row of `invoices`. */
const invoiceJson = sql`
  jsonb_build_object('id', i.id, 'ledgerId', i.ledger_id, 'number', i.number, 'issuedOn', i.issued_on,
    'dueOn', i.due_on, 'dueAssumed', i.due_assumed, 'currency', i.currency, 'totalMinor', i.total_minor,
    'balanceMinor', i.balance_minor, 'version', i.version, 'expectedOn', i.expected_on, 'emails', i.emails,
    'payLink', i.pay_link, 'excluded', i.excluded, 'delayDays', i.delay_days)`

/** Whose books they are and how fresh. */
export type BooksFacts = {
  readonly connection: 'connected' | 'reconnect-needed' | 'disconnected'
  readonly lastSyncedAt: Temporal.Instant | null
  readonly firstLoadedAt: Temporal.Instant | null
  /** Whether the ledger sends reminders of its own; null when it cannot be known. */
  readonly ownReminders: boolean | null
}

/** How many messages the business sent on a day, as days are where the business is. */
export type SentOnDay = { readonly on: Day; readonly count: number }

/** What the business sent on the days around one. It counts them all, so ask where there is a limit to them. */
export async function readSentOnDays(db: BusinessDb, businessId: string, around: Day): Promise<SentOnDay[]> {
  const { rows } = await sql<SentOnDay>`
    select (m.composed_at at time zone b.time_zone)::date as "on", count(*)::int as count
      from businesses b join chases x on x.business_id = b.id join messages m on m.chase_id = x.id
     where b.id = ${businessId} and x.channel = 'email' and x.status in ('sending', 'sent', 'unknown')
       -- By the customers' days, which an index knows: one of the business's touches three of them.
       and lower(x.quiet) >= ${around}::date - 1 and lower(x.quiet) <= ${around}::date + 1
     group by 1`.execute(db)
  return rows
}

/**
 * What holds for all customers of a business at once: the business itself, the state of the connection that its
 * customers came from (null when there never was one), whether the database is the one a person confirmed, and which
 * policy is in force. Throws when the business does not exist.
 */
export async function readCircumstances(
  db: BusinessDb,
  businessId: string,
  asOf: { readonly instant: Temporal.Instant; readonly defaultHash: string },
): Promise<{
  business: Business
  books: BooksFacts | null
  confirmed: boolean
  version: VersionColumns
}> {
  const { rows } = await sql<
    VersionColumns & {
      business: Business
      confirmed: boolean | null
      connection: BooksFacts['connection'] | null
      lastSyncedAt: Temporal.Instant | null
      firstLoadedAt: Temporal.Instant | null
      ownReminders: boolean | null
    }
  >`
    select ${businessColumns} as business,
           (select confirmed_fingerprint = database_fingerprint() from instance) as confirmed,
           c.status as connection, c.last_synced_at as "lastSyncedAt", c.first_loaded_at as "firstLoadedAt",
           c.own_reminders as "ownReminders", ${versionColumns}
      from businesses b
      left join lateral (select status, last_synced_at, first_loaded_at, own_reminders from connections
                          order by connected_at desc limit 1) c on true
      ${versionInForce(businessId, asOf.instant, asOf.defaultHash)}
     where b.id = ${businessId}`.execute(db)
  const [row] = rows
  if (!row) throw new Error('this business does not exist')
  const { business, connection, lastSyncedAt, firstLoadedAt, ownReminders } = row
  return {
    business,
    books: connection && { connection, lastSyncedAt, firstLoadedAt, ownReminders },
    confirmed: row.confirmed === true,
    version: { version: row.version, hash: row.hash, keptHash: row.keptHash },
  }
}
