import { sql } from 'kysely'
import type { Day } from '../chase/day.ts'
import type { BusinessDb } from './db.ts'
import type { HoldFacts } from './standings.ts'

/** What a simulation needs to know of a customer beside its standing. */
export type SimulationFacts = {
  readonly customerId: string
  /** Null: it is left alone until something happens. */
  readonly nextLookAt: Temporal.Instant | null
  /** The day the running spell began; null without one. */
  readonly spellStartedOn: Day | null
  /** Holds that begin after a day. */
  readonly holdsToCome: readonly HoldFacts[]
  /** Open invoices that a message has asked for. */
  readonly chasedInvoiceIds: readonly string[]
}

/** Every customer that the daily plan looks at, or that has a message on its way, by id. */
export async function readSimulationFacts(db: BusinessDb, today: Day): Promise<SimulationFacts[]> {
  const { rows } = await sql<SimulationFacts>`
    select c.id as "customerId", c.next_look_at as "nextLookAt", s.started_on as "spellStartedOn",
           coalesce(h.holds, '[]') as "holdsToCome", coalesce(a.ids, '[]') as "chasedInvoiceIds"
      from customers c
      left join spells s on s.customer_id = c.id and s.ended_on is null
      left join (select h.customer_id, jsonb_agg(jsonb_build_object('kind', h.kind, 'invoiceId', h.invoice_id, 'since', h.starts_on,
                          'until', h.until, 'reviewOn', h.review_on, 'why', h.why, 'owner', coalesce(u.name, u.email),
                          'address', h.address) order by h.created_at) as holds
                   from holds h left join users u on u.id = h.owner_id
                  where h.ended_at is null and h.starts_on > ${today}::date group by 1) h on h.customer_id = c.id
      left join (select i.customer_id, jsonb_agg(distinct i.id) as ids
                   from invoices i join chase_invoices ci on ci.invoice_id = i.id join chases x on x.id = ci.chase_id
                  where i.state = 'open' and x.channel = 'email' and position(':' in x.step_id) = 0 and x.status in ('sent', 'unknown')
                  group by 1) a on a.customer_id = c.id
     where c.next_look_at is not null or s.id is not null
        or exists (select from chases x where x.customer_id = c.id and x.channel = 'email'
                                          and x.status in ('planned', 'awaiting-approval'))
     order by c.id`.execute(db)
  return rows
}

/** An invoice with all that our copy has of its past. */
export type PastInvoiceRow = {
  readonly id: string
  readonly customerId: string
  readonly number: string | null
  readonly issuedOn: Day | null
  readonly dueOn: Day
  readonly dueAssumed: boolean
  readonly currency: string
  readonly totalMinor: number
  readonly balanceMinor: number
  readonly state: 'open' | 'paid' | 'void' | 'deleted'
  readonly paidOn: Day | null
  /** The ledger's last change of it, on the business's calendar. */
  readonly changedOn: Day
  readonly emails: readonly string[]
  readonly payments: readonly { readonly on: Day; readonly minor: number }[]
}

/** Every invoice that is none of a draft, with its payments in its own currency, oldest first. */
export async function readPastInvoices(db: BusinessDb, timeZone: string): Promise<PastInvoiceRow[]> {
  const { rows } = await sql<PastInvoiceRow>`
    select i.id, i.customer_id as "customerId", i.number, i.issued_on as "issuedOn", i.due_on as "dueOn", i.due_assumed as "dueAssumed",
           i.currency, i.total_minor as "totalMinor", i.balance_minor as "balanceMinor", i.state, i.paid_on as "paidOn",
           (i.changed_at at time zone ${timeZone})::date as "changedOn", i.emails, coalesce(p.parts, '[]') as payments
      from invoices i
      left join (select connection_id, invoice_ledger_id,
                        jsonb_agg(jsonb_build_object('on', paid_on, 'minor', amount_minor) order by paid_on, ledger_id) as parts
                   from payments where not deleted and amount_minor > 0 group by 1, 2) p
        on p.connection_id = i.connection_id and p.invoice_ledger_id = i.ledger_id
     where i.state <> 'draft' and i.total_minor > 0
     order by i.due_on, i.id`.execute(db)
  return rows
}

/** Every customer of the business that has ever had an invoice, by id. */
export async function readInvoicedCustomers(db: BusinessDb): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select c.id from customers c where exists (select from invoices i where i.customer_id = c.id) order by c.id`.execute(
    db,
  )
  return rows.map(({ id }) => id)
}

/** The names that a simulation is told with: customers and invoices by id. */
export async function readSimulationNames(
  db: BusinessDb,
  customerIds: readonly string[],
): Promise<{ customers: Map<string, string>; invoices: Map<string, string> }> {
  const customers = await sql<{ id: string; name: string }>`
    select id, name from customers where id = any (${[...customerIds]}::uuid[])`.execute(db)
  const invoices = await sql<{ id: string; number: string }>`
    select id, coalesce(number, reference, ledger_id) as number from invoices
     where customer_id = any (${[...customerIds]}::uuid[])`.execute(db)
  return {
    customers: new Map(customers.rows.map(({ id, name }) => [id, name])),
    invoices: new Map(invoices.rows.map(({ id, number }) => [id, number])),
  }
}
