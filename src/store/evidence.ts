import { sql, type RawBuilder } from 'kysely'
import type { Day } from '../chase/day.ts'
import type { Address } from '../mail/mailer.ts'
import type { BusinessDb } from './db.ts'
import type { AttachmentRef } from './messages.ts'

/** Whose history is asked for: a customer's, or only what concerns one of its invoices. */
export type EvidenceScope = {
  /** The customer, and those that were merged into it: their history is its history. */
  readonly customerIds: readonly string[]
  readonly invoiceId: string | null
  /** The contacts, intended or made, that concern it. */
  readonly chaseIds: readonly string[]
}

/** A row of ours as it stands, for a file of such rows. */
export type EvidenceRecord = { readonly at: Temporal.Instant; readonly data: Readonly<Record<string, unknown>> }

export type EvidenceCustomer = {
  readonly id: string
  readonly name: string
  readonly ledgerId: string
  readonly state: string
}

/** The customers of that name, in any case; more than one is for a person to tell apart. */
export async function findCustomersByName(db: BusinessDb, name: string): Promise<EvidenceCustomer[]> {
  const { rows } = await sql<EvidenceCustomer>`
    select id, name, ledger_id as "ledgerId", state from customers
     where lower(name) = lower(${name}) or ledger_id = ${name} order by state <> 'active', ledger_id`.execute(db)
  return rows
}

/** The scope of a customer, or of its invoice of that number; null when it has no such invoice. */
export async function readEvidenceScope(
  db: BusinessDb,
  customerId: string,
  invoiceNumber: string | null,
): Promise<EvidenceScope | null> {
  const { rows } = await sql<{ customerIds: string[]; invoiceIds: string[] }>`
    with recursive merged as (
      select id, connection_id, ledger_id from customers where id = ${customerId}
      union
      select c.id, c.connection_id, c.ledger_id from customers c
        join merged m on c.connection_id = m.connection_id and c.merged_into_ledger_id = m.ledger_id)
    select (select array_agg(id::text order by id) from merged) as "customerIds",
           coalesce((select array_agg(i.id::text order by i.id) from invoices i join merged m on m.id = i.customer_id
                      where i.number = ${invoiceNumber}), '{}') as "invoiceIds"`.execute(db)
  const { customerIds, invoiceIds } = rows[0] ?? { customerIds: [customerId], invoiceIds: [] }
  const invoiceId = invoiceIds[0] ?? null
  if (invoiceNumber !== null && invoiceId === null) return null
  const chases = await sql<{ id: string }>`
    select x.id from chases x
     where x.customer_id = any(${customerIds}::uuid[])
       and (${invoiceId}::uuid is null
            or exists (select from chase_invoices ci where ci.chase_id = x.id and ci.invoice_id = ${invoiceId}::uuid))
     order by x.id`.execute(db)
  return { customerIds, invoiceId, chaseIds: chases.rows.map(({ id }) => id) }
}

/**
 * What a pack has as records: one file each, named by `kind`. A table that concerns a customer belongs here or among
 * `NO_EVIDENCE`; a test asks for every one of them.
 */
export const EVIDENCE_SOURCES: readonly {
  readonly kind: string
  readonly table: string
  readonly select: (scope: EvidenceScope) => RawBuilder<EvidenceRecord>
}[] = [
  {
    kind: 'events',
    table: 'events',
    select: ({ customerIds, invoiceId, chaseIds }) => sql`
      select e.at, to_jsonb(e) || jsonb_build_object('actor_name', coalesce(u.name, u.email)) as data
        from events e left join users u on u.id::text = e.actor
       where e.customer_id = any(${customerIds}::uuid[])
         and (${invoiceId}::uuid is null or e.invoice_id = ${invoiceId}::uuid or e.chase_id = any(${chaseIds}::uuid[])
              or (e.invoice_id is null and e.chase_id is null))
       order by e.id`,
  },
  {
    kind: 'holds',
    table: 'holds',
    select: ({ customerIds, invoiceId }) => sql`
      select h.created_at as at, to_jsonb(h) as data from holds h
       where h.customer_id = any(${customerIds}::uuid[])
         and (${invoiceId}::uuid is null or h.invoice_id is null or h.invoice_id = ${invoiceId}::uuid)
       order by h.created_at, h.id`,
  },
  {
    kind: 'promises',
    table: 'promises',
    select: ({ customerIds, invoiceId }) => sql`
      select p.created_at as at, to_jsonb(p) as data from promises p
       where p.customer_id = any(${customerIds}::uuid[])
         and (${invoiceId}::uuid is null or ${invoiceId}::uuid = any(p.invoice_ids))
       order by p.created_at, p.id`,
  },
  {
    kind: 'expected-days',
    table: 'expected_days',
    select: ({ customerIds, invoiceId }) => sql`
      select e.created_at as at, to_jsonb(e) as data from expected_days e join invoices i on i.id = e.invoice_id
       where i.customer_id = any(${customerIds}::uuid[]) and (${invoiceId}::uuid is null or i.id = ${invoiceId}::uuid)
       order by e.created_at, e.id`,
  },
  {
    kind: 'payment-plans',
    table: 'payment_plans',
    select: ({ customerIds, invoiceId }) => sql`
      select p.created_at as at, to_jsonb(p) as data from payment_plans p
       where p.customer_id = any(${customerIds}::uuid[])
         and (${invoiceId}::uuid is null or ${invoiceId}::uuid = any(p.invoice_ids))
       order by p.created_at, p.id`,
  },
  {
    kind: 'requested-notices',
    table: 'requested_notices',
    select: ({ customerIds, invoiceId }) => sql`
      select r.requested_at as at, to_jsonb(r) as data from requested_notices r
       where r.customer_id = any(${customerIds}::uuid[])
         and (${invoiceId}::uuid is null or ${invoiceId}::uuid = any(r.invoice_ids))
       order by r.requested_at, r.id`,
  },
  {
    // Calls and answers as a person wrote them down: about the customer, whichever invoice was spoken of.
    kind: 'contact-log',
    table: 'contact_log',
    select: ({ customerIds }) => sql`
      select l.created_at as at, to_jsonb(l) as data from contact_log l
       where l.customer_id = any(${customerIds}::uuid[]) order by l.created_at, l.id`,
  },
  {
    kind: 'debt-events',
    table: 'debt_events',
    select: ({ customerIds, invoiceId }) => sql`
      select d.created_at as at, to_jsonb(d) as data from debt_events d
       where d.customer_id = any(${customerIds}::uuid[])
         and (${invoiceId}::uuid is null or ${invoiceId}::uuid = any(d.invoice_ids))
       order by d.created_at, d.id`,
  },
  {
    kind: 'debtor-details',
    table: 'debtor_details',
    select: ({ customerIds }) => sql`
      select d.updated_at as at, to_jsonb(d) as data from debtor_details d
       where d.customer_id = any(${customerIds}::uuid[]) order by d.customer_id`,
  },
  {
    // What was filled in, who approved which version, and how it was sent. The letters themselves are files.
    kind: 'letters',
    table: 'demand_letters',
    select: ({ customerIds, invoiceId }) => sql`
      select l.created_at as at, to_jsonb(l) || jsonb_build_object('approvals', coalesce((
               select jsonb_agg(to_jsonb(a) - 'pdf' order by a.approved_at, a.id) from demand_approvals a
                where a.letter_id = l.id), '[]')) as data
        from demand_letters l
       where l.customer_id = any(${customerIds}::uuid[])
         and (${invoiceId}::uuid is null or l.draft -> 'invoiceIds' ? ${invoiceId}::text)
       order by l.created_at, l.id`,
  },
  {
    kind: 'verdicts',
    table: 'verdicts',
    select: ({ customerIds }) => sql`
      select v.decided_at as at, to_jsonb(v) as data from verdicts v
       where v.customer_id = any(${customerIds}::uuid[]) order by v.on_day, v.customer_id`,
  },
  {
    kind: 'invoice-verdicts',
    table: 'invoice_verdicts',
    select: ({ customerIds, invoiceId }) => sql`
      select s.decided_at as at, to_jsonb(v) as data
        from invoice_verdicts v join standings s on s.id = v.standing_id
       where v.customer_id = any(${customerIds}::uuid[]) and (${invoiceId}::uuid is null or v.invoice_id = ${invoiceId}::uuid)
       order by v.from_day, v.invoice_id`,
  },
  {
    kind: 'standings',
    table: 'standings',
    select: ({ customerIds }) => sql`
      select s.decided_at as at, to_jsonb(s) as data from standings s
       where s.customer_id = any(${customerIds}::uuid[]) order by s.decided_at, s.id`,
  },
  {
    // The rules that decided, whole: with them and the standings every verdict can be derived again.
    kind: 'policies',
    table: 'policies_used',
    select: ({ customerIds, chaseIds }) => sql`
      select p.first_used_at as at, to_jsonb(p) as data from policies_used p
       where p.hash in (select policy_hash from chases where id = any(${chaseIds}::uuid[])
                        union select policy_hash from standings where customer_id = any(${customerIds}::uuid[])
                        union select policy_hash from verdicts where customer_id = any(${customerIds}::uuid[]))
       order by p.first_used_at, p.hash`,
  },
  {
    kind: 'chases',
    table: 'chases',
    select: ({ chaseIds }) => sql`
      select x.planned_at as at, to_jsonb(x) as data from chases x
       where x.id = any(${chaseIds}::uuid[]) order by x.planned_at, x.id`,
  },
  {
    // What the ledger said when a contact was judged: for a message, at the gate, seconds before it was claimed.
    kind: 'ledger-reads',
    table: 'chase_invoices',
    select: ({ chaseIds }) => sql`
      select coalesce(m.composed_at, x.planned_at) as at, to_jsonb(ci) || jsonb_build_object('number', i.number) as data
        from chase_invoices ci join chases x on x.id = ci.chase_id join invoices i on i.id = ci.invoice_id
        left join messages m on m.chase_id = ci.chase_id
       where ci.chase_id = any(${chaseIds}::uuid[]) order by 1, ci.chase_id, ci.due_on, ci.invoice_id`,
  },
  {
    kind: 'notes',
    table: 'notes',
    select: ({ chaseIds, invoiceId }) => sql`
      select n.created_at as at, to_jsonb(n) || jsonb_build_object('number', i.number) as data
        from notes n join invoices i on i.id = n.invoice_id
       where n.chase_id = any(${chaseIds}::uuid[]) and (${invoiceId}::uuid is null or n.invoice_id = ${invoiceId}::uuid)
       order by n.created_at, n.id`,
  },
  {
    kind: 'spells',
    table: 'spells',
    select: ({ customerIds }) => sql`
      select s.started_on::timestamptz as at, to_jsonb(s) as data from spells s
       where s.customer_id = any(${customerIds}::uuid[]) order by s.started_on, s.id`,
  },
]

/** Tables that concern a customer and are in a pack in another way, or in none. */
export const NO_EVIDENCE: readonly string[] = ['addressees', 'contacts', 'credits', 'invoices', 'messages', 'payments']

/** Reads the records of one source, in their order. */
export async function readEvidenceRecords(
  db: BusinessDb,
  source: (typeof EVIDENCE_SOURCES)[number],
  scope: EvidenceScope,
): Promise<EvidenceRecord[]> {
  const { rows } = await source.select(scope).execute(db)
  return rows
}

/** The business, its connections and the customer, as rows without what is only ours. */
export async function readEvidenceAccount(
  db: BusinessDb,
  businessId: string,
  { customerIds }: EvidenceScope,
): Promise<Readonly<Record<string, unknown>>> {
  const { rows } = await sql<{ account: Record<string, unknown> }>`
    select jsonb_build_object(
      'business', (select jsonb_build_object('name', name, 'country', country, 'time_zone', time_zone, 'language', language)
                     from businesses where id = ${businessId}),
      'customers', (select jsonb_agg(to_jsonb(c) - 'digest' - 'next_look_at' order by c.id) from customers c
                     where c.id = any(${customerIds}::uuid[])),
      'contacts', (select coalesce(jsonb_agg(to_jsonb(k) order by k.email, k.id), '[]') from contacts k
                     where k.customer_id = any(${customerIds}::uuid[])),
      'credits', (select coalesce(jsonb_agg(to_jsonb(k) order by k.ledger_id), '[]') from credits k
                     where k.customer_id = any(${customerIds}::uuid[])),
      'connections', (select coalesce(jsonb_agg(jsonb_build_object('ledger', n.ledger, 'organisation_id', n.organisation_id,
                        'organisation_name', n.organisation_name, 'status', n.status, 'connected_at', n.connected_at,
                        'last_synced_at', n.last_synced_at, 'last_compared_at', n.last_compared_at) order by n.connected_at), '[]')
                        from connections n
                       where n.id in (select connection_id from customers where id = any(${customerIds}::uuid[])))) as account`.execute(
    db,
  )
  return rows[0]?.account ?? {}
}

export type EvidenceInvoice = {
  readonly id: string
  readonly number: string | null
  /** When it was last read and found changed. */
  readonly seenAt: Temporal.Instant
  readonly facts: Readonly<Record<string, unknown>>
  readonly pdfs: readonly {
    readonly version: string
    readonly fetchedAt: Temporal.Instant
    readonly content: Uint8Array
  }[]
}

/** Every invoice of the scope with its payments, and the PDFs that are kept of it. */
export async function readEvidenceInvoices(
  db: BusinessDb,
  { customerIds, invoiceId }: EvidenceScope,
): Promise<EvidenceInvoice[]> {
  const { rows } = await sql<Omit<EvidenceInvoice, 'pdfs'> & { connectionId: string; ledgerId: string }>`
    select i.id, i.number, i.seen_at as "seenAt", i.connection_id as "connectionId", i.ledger_id as "ledgerId",
           (to_jsonb(i) - 'digest') || jsonb_build_object('payments', coalesce((
             select jsonb_agg(to_jsonb(p) order by p.paid_on, p.ledger_id) from payments p
              where p.connection_id = i.connection_id and p.invoice_ledger_id = i.ledger_id), '[]')) as facts
      from invoices i
     where i.customer_id = any(${customerIds}::uuid[]) and i.state <> 'draft'
       and (${invoiceId}::uuid is null or i.id = ${invoiceId}::uuid)
     order by i.due_on, i.id`.execute(db)
  const invoices: EvidenceInvoice[] = []
  for (const { connectionId, ledgerId, ...invoice } of rows) {
    const pdfs = await db
      .selectFrom('pdfs')
      .select(['version', 'fetched_at as fetchedAt', 'content'])
      .where('connection_id', '=', connectionId)
      .where('ledger_id', '=', ledgerId)
      .orderBy('fetched_at')
      .orderBy('version')
      .execute()
    invoices.push({ ...invoice, pdfs })
  }
  return invoices
}

/** A message as it was frozen, with what became of it. */
export type EvidenceMessage = {
  readonly chaseId: string
  readonly status: 'sent' | 'unknown'
  readonly stage: string | null
  readonly sentAt: Temporal.Instant | null
  readonly serverAnswer: string | null
  readonly approvedBy: string | null
  readonly approvedAt: Temporal.Instant | null
  readonly messageId: string
  readonly wording: string
  readonly subject: string
  readonly html: string
  readonly text: string
  readonly sender: Address
  readonly replyTo: Address | null
  readonly recipients: readonly Address[]
  readonly copies: readonly Address[]
  readonly inReplyTo: string | null
  readonly thread: readonly string[]
  readonly attachments: readonly AttachmentRef[]
  readonly unattended: boolean
  readonly composedAt: Temporal.Instant
}

/** The messages of the scope that left, or may have left, oldest first. */
export async function readEvidenceMessages(db: BusinessDb, { chaseIds }: EvidenceScope): Promise<EvidenceMessage[]> {
  const { rows } = await sql<EvidenceMessage>`
    select x.id as "chaseId", x.status, x.stage, x.sent_at as "sentAt", x.server_answer as "serverAnswer",
           coalesce(u.name, u.email) as "approvedBy", x.approved_at as "approvedAt", m.message_id as "messageId", m.wording, m.subject,
           m.html, m.body_text as text, m.sender, m.reply_to as "replyTo", m.recipients, m.copies, m.in_reply_to as "inReplyTo",
           m.thread, m.attachments, m.unattended, m.composed_at as "composedAt"
      from chases x join messages m on m.chase_id = x.id left join users u on u.id = x.approved_by
     where x.id = any(${chaseIds}::uuid[]) and x.status in ('sent', 'unknown')
     order by m.composed_at, x.id`.execute(db)
  return rows
}

/** Each letter that was approved, byte for byte, oldest first. */
export async function readApprovedLetters(
  db: BusinessDb,
  { customerIds, invoiceId }: EvidenceScope,
): Promise<{ letterId: string; approvedAt: Temporal.Instant; pdf: Uint8Array }[]> {
  const { rows } = await sql<{ letterId: string; approvedAt: Temporal.Instant; pdf: Uint8Array }>`
    select a.letter_id as "letterId", a.approved_at as "approvedAt", a.pdf
      from demand_approvals a join demand_letters l on l.id = a.letter_id
     where l.customer_id = any(${customerIds}::uuid[])
       and (${invoiceId}::uuid is null or l.draft -> 'invoiceIds' ? ${invoiceId}::text)
     order by a.approved_at, a.id`.execute(db)
  return rows
}

/** What a statement of the customer's account needs: open items with what stands in their way, credits, late payments. */
export type AccountRows = {
  readonly items: readonly {
    readonly id: string
    readonly number: string | null
    readonly issuedOn: Day | null
    readonly dueOn: Day
    readonly dueAssumed: boolean
    readonly currency: string
    readonly totalMinor: number
    readonly balanceMinor: number
    /** Why it is not asked for now, if it is not: the strongest reason of several. */
    readonly mark: 'disputed' | 'promised' | 'excluded' | 'paused' | null
  }[]
  readonly credits: readonly {
    readonly kind: 'credit-note' | 'prepayment' | 'overpayment' | 'unapplied-payment'
    readonly currency: string
    readonly remainingMinor: number
  }[]
  readonly payments: readonly {
    readonly on: Day
    readonly number: string | null
    readonly currency: string
    readonly amountMinor: number
  }[]
  readonly syncedAt: Temporal.Instant | null
}

/** Reads a customer's account as our copy has it. `today` decides which holds still stand. */
export async function readAccount(db: BusinessDb, customerIds: readonly string[], today: Day): Promise<AccountRows> {
  const { rows: items } = await sql<AccountRows['items'][number]>`
    select i.id, i.number, i.issued_on as "issuedOn", i.due_on as "dueOn", i.due_assumed as "dueAssumed", i.currency,
           i.total_minor as "totalMinor", i.balance_minor as "balanceMinor",
           case
             when exists (select from holds h where h.customer_id = i.customer_id and ${standsOn(today)} and h.kind = 'dispute'
                             and (h.invoice_id = i.id or h.invoice_id is null)) then 'disputed'
             when exists (select from holds h where h.customer_id = i.customer_id and ${standsOn(today)} and h.kind in ('promise', 'plan')
                             and (h.invoice_id = i.id or h.invoice_id is null))
               or exists (select from promises p where p.customer_id = i.customer_id and i.id = any(p.invoice_ids)
                             and p.ended_at is null and p.pay_on >= ${today}::date)
               or exists (select from payment_plans p where p.customer_id = i.customer_id and i.id = any(p.invoice_ids)
                             and p.ended_at is null and p.agreed_on is not null) then 'promised'
             when i.excluded
               or exists (select from holds h where h.customer_id = i.customer_id and ${standsOn(today)}
                             and h.kind = 'do-not-chase' and (h.invoice_id = i.id or h.invoice_id is null)) then 'excluded'
             when exists (select from holds h where h.customer_id = i.customer_id and ${standsOn(today)}
                             and h.kind in ('pause', 'snooze') and (h.invoice_id = i.id or h.invoice_id is null)) then 'paused'
           end as mark
      from invoices i
     where i.customer_id = any(${customerIds}::uuid[]) and i.state = 'open' and i.balance_minor > 0
     order by i.due_on, i.id`.execute(db)
  const { rows: credits } = await sql<AccountRows['credits'][number]>`
    select kind, currency, remaining_minor as "remainingMinor" from credits
     where customer_id = any(${customerIds}::uuid[]) and remaining_minor > 0 order by ledger_id`.execute(db)
  const { rows: payments } = await sql<AccountRows['payments'][number]>`
    select p.paid_on as on, i.number, coalesce(p.currency, i.currency) as currency, p.amount_minor as "amountMinor"
      from payments p join invoices i on i.connection_id = p.connection_id and i.ledger_id = p.invoice_ledger_id
     where i.customer_id = any(${customerIds}::uuid[]) and not p.deleted
     order by p.paid_on desc, i.number, p.ledger_id limit 10`.execute(db)
  const { rows: synced } = await sql<{ at: Temporal.Instant | null }>`
    select max(n.last_synced_at) as at from connections n
     where n.id in (select connection_id from customers where id = any(${customerIds}::uuid[]))`.execute(db)
  return { items, credits, payments, syncedAt: synced[0]?.at ?? null }
}

/** Whether a hold `h` is in force on a day. */
const standsOn = (today: Day): RawBuilder<boolean> => sql`
  (h.ended_at is null and (h.starts_on is null or h.starts_on <= ${today}::date) and (h.until is null or h.until >= ${today}::date))`
