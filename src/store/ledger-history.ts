import { sql, type RawBuilder } from 'kysely'
import type { Day } from '../chase/day.ts'
import type { Segment } from '../chase/standing.ts'
import type { BusinessDb } from './db.ts'

/** An invoice with everything our copy knows of how it was settled: what habits and measures are made from. */
export type InvoiceHistory = {
  readonly id: string
  readonly customerId: string
  /** The day of issue; the due day where the ledger gave none. */
  readonly issuedOn: Day
  readonly dueOn: Day
  readonly dueAssumed: boolean
  readonly currency: string
  readonly totalMinor: number
  readonly balanceMinor: number
  readonly state: 'open' | 'paid'
  /** The day of settlement, as the ledger states it or its last payment shows it. */
  readonly paidOn: Day | null
  /** When the ledger last changed it: the best there is where no day of settlement is known. */
  readonly changedOn: Day
  /** Payments in its own currency that the ledger stated, oldest first. */
  readonly payments: readonly (readonly [on: Day, minor: number])[]
  /** Whether its ledger tells payments at all; they are read as far back as settled invoices are. */
  readonly paymentsTold: boolean
  /** The payment day that a person wrote into the ledger. */
  readonly expectedOn: Day | null
  /** A person took it out of the count, or said that its customer is not to be chased. */
  readonly setApart: boolean
  /** The first day it was disputed, however that ended. */
  readonly disputedOn: Day | null
  readonly isDisputed: boolean
}

/** Whose invoices: everybody's, some customers', or the business's newest so many by due day. */
export type Whose = 'everybody' | { readonly customerIds: readonly string[] } | { readonly newest: number }

/** Invoices that are open, or settled and issued since a day. Drafts, void and deleted ones are left out. */
export async function readInvoiceHistory(db: BusinessDb, whose: Whose, since: Day): Promise<InvoiceHistory[]> {
  const { rows } = await sql<InvoiceHistory>`
    select i.id, i.customer_id as "customerId", coalesce(i.issued_on, i.due_on) as "issuedOn", i.due_on as "dueOn",
           i.due_assumed as "dueAssumed", i.currency, i.total_minor as "totalMinor", i.balance_minor as "balanceMinor", i.state,
           i.paid_on as "paidOn", i.changed_at::date as "changedOn", coalesce(p.parts, '[]') as payments,
           t.connection_id is not null as "paymentsTold", i.expected_on as "expectedOn", i.excluded or a.customer_id is not null as "setApart",
           d.first_on as "disputedOn", coalesce(d.standing, false) as "isDisputed"
      from (${chosen(whose, since)}) i
      left join lateral (select jsonb_agg(jsonb_build_array(p.paid_on, p.amount_minor) order by p.paid_on, p.ledger_id) as parts
                           from payments p where p.connection_id = i.connection_id and p.invoice_ledger_id = i.ledger_id
                            and not p.deleted and p.amount_minor > 0 and (p.currency is null or p.currency = i.currency)) p on true
      left join (select c.id as connection_id from connections c where exists (select from payments p where p.connection_id = c.id)) t
        on t.connection_id = i.connection_id
      left join (select invoice_id, min(coalesce(starts_on, created_at::date)) as first_on, bool_or(ended_at is null) as standing
                   from holds where kind = 'dispute' and invoice_id is not null group by 1) d on d.invoice_id = i.id
      left join (select distinct customer_id from holds where kind = 'do-not-chase' and invoice_id is null and ended_at is null) a
        on a.customer_id = i.customer_id
     order by i.due_on, i.id`.execute(db)
  return rows
}

function chosen(whose: Whose, since: Day): RawBuilder<unknown> {
  const told = sql`(state = 'open' or state = 'paid' and coalesce(issued_on, due_on) >= ${since}::date)`
  if (whose === 'everybody') return sql`select * from invoices where ${told}`
  if ('newest' in whose) return sql`select * from invoices where ${told} order by due_on desc, id limit ${whose.newest}`
  return sql`select * from invoices where ${told} and customer_id = any (${[...whose.customerIds]}::uuid[])`
}

/** What tells customers apart in habits and measures. */
export type CustomerTraits = {
  readonly id: string
  readonly name: string
  /** Set by a person, else by the newest verdict; null before the first. */
  readonly segment: Segment | null
  readonly paymentRunDay: number | null
  /** Money not applied to any invoice, one line per currency. */
  readonly credits: readonly { readonly currency: string; readonly minor: number }[]
}

/** Customers by their traits; all of them, or those named. */
export async function readTraits(
  db: BusinessDb,
  customerIds: 'everybody' | readonly string[],
): Promise<CustomerTraits[]> {
  const which = customerIds === 'everybody' ? sql`true` : sql`c.id = any (${[...customerIds]}::uuid[])`
  const { rows } = await sql<CustomerTraits>`
    select c.id, c.name, coalesce(c.set_segment, v.segment) as segment, c.payment_run_day as "paymentRunDay",
           coalesce(k.credits, '[]') as credits
      from customers c
      left join lateral (select v.segment from verdicts v where v.customer_id = c.id order by v.on_day desc limit 1) v on true
      left join (select customer_id, jsonb_agg(jsonb_build_object('currency', currency, 'minor', minor) order by currency) as credits
                   from (select customer_id, currency, sum(remaining_minor)::bigint as minor
                           from credits where remaining_minor > 0 group by 1, 2) s group by 1) k on k.customer_id = c.id
     where ${which} order by c.name, c.id`.execute(db)
  return rows
}

/** A customer's word, promise or instalment, and the invoices it covers. */
export type Agreement = {
  /** The promise's or the plan's: a plan's instalments share it. */
  readonly id: string
  readonly by: 'promise' | 'plan'
  readonly customerId: string
  readonly invoiceIds: readonly string[]
  readonly currency: string
  readonly minor: number
  /** The day it was given or agreed: money from then on counts for it. */
  readonly givenOn: Day
  readonly on: Day
}

/**
 * Promises and instalments since a day of payment, oldest first. Those that were replaced or taken back are left out:
 * nobody was held to them.
 */
export async function readAgreements(db: BusinessDb, since: Day): Promise<Agreement[]> {
  const { rows } = await sql<Agreement>`
    select id, 'promise' as by, customer_id as "customerId", to_jsonb(invoice_ids) as "invoiceIds", currency, amount_minor as minor,
           given_on as "givenOn", pay_on as "on"
      from promises where ended_at is null and pay_on >= ${since}::date
    union all
    select id, 'plan', customer_id, to_jsonb(invoice_ids), currency, (part->>'minor')::bigint, agreed_on, (part->>'on')::date
      from payment_plans, jsonb_array_elements(instalments) part
     where ended_at is null and agreed_on is not null and (part->>'on')::date >= ${since}::date
     order by "on", id`.execute(db)
  return rows
}
