import { sql } from 'kysely'
import type { Day } from '../chase/day.ts'
import type { InvoiceVerdict } from '../chase/per-invoice.ts'
import type { Facts, Reason, Verdict } from '../chase/verdict.ts'
import { instant } from './columns.ts'
import type { BusinessDb } from './db.ts'

/** What the rules said about a customer's open invoices, and all that they were given, as JSON without the policy. */
export type JudgedCustomer = {
  readonly customerId: string
  readonly onDay: Day
  readonly verdicts: readonly InvoiceVerdict[]
  readonly standing: () => string
}

/**
 * Keeps what changed: a verdict that says the same as the day before is not written again. With the first change of a
 * customer its standing is kept, once, so that the verdict can be derived again. Of a day the last word stays.
 */
export async function recordInvoiceVerdicts(
  db: BusinessDb,
  businessId: string,
  judged: readonly JudgedCustomer[],
  decided: { readonly at: Temporal.Instant; readonly policyHash: string },
): Promise<void> {
  const all = judged.flatMap(({ customerId, onDay, verdicts }) =>
    verdicts.map((verdict) => ({
      customer_id: customerId,
      invoice_id: verdict.invoiceId,
      from_day: onDay,
      decision: verdict.do,
      reason: verdict.reason,
      until_day: verdict.until,
      facts: verdict.facts,
    })),
  )
  if (all.length === 0) return
  const { rows: changed } = await sql<{ invoiceId: string }>`
    select n.invoice_id as "invoiceId"
      from jsonb_to_recordset(${JSON.stringify(all)}::jsonb) as n(invoice_id uuid, decision text, reason text, until_day date, facts jsonb)
      left join lateral (select v.* from invoice_verdicts v
                          where v.business_id = ${businessId} and v.invoice_id = n.invoice_id order by v.from_day desc limit 1) last on true
     where (last.decision, last.reason, last.until_day, last.facts)
           is distinct from (n.decision, n.reason, n.until_day, n.facts)`.execute(db)
  if (changed.length === 0) return
  const isChanged = new Set(changed.map(({ invoiceId }) => invoiceId))
  const verdicts = all.filter(({ invoice_id: id }) => isChanged.has(id))
  const concerned = new Set(verdicts.map(({ customer_id: id }) => id))
  const standings = judged
    .filter(({ customerId }) => concerned.has(customerId))
    .map(({ customerId, onDay, standing }) => ({ customer_id: customerId, on_day: onDay, standing: standing() }))
  await sql`
    with kept as (
      insert into standings (business_id, customer_id, on_day, decided_at, policy_hash, standing)
      select ${businessId}::uuid, s.customer_id, s.on_day, ${instant(decided.at)}, ${decided.policyHash}, s.standing::jsonb
        from jsonb_to_recordset(${JSON.stringify(standings)}::jsonb) as s(customer_id uuid, on_day date, standing text)
      returning id, customer_id)
    insert into invoice_verdicts (business_id, invoice_id, from_day, customer_id, standing_id, decision, reason, until_day, facts)
    select ${businessId}::uuid, v.invoice_id, v.from_day, v.customer_id, k.id, v.decision, v.reason, v.until_day, v.facts
      from jsonb_to_recordset(${JSON.stringify(verdicts)}::jsonb) as v(customer_id uuid, invoice_id uuid, from_day date, decision text,
           reason text, until_day date, facts jsonb)
      join kept k on k.customer_id = v.customer_id
    on conflict (business_id, invoice_id, from_day) do update set standing_id = excluded.standing_id,
      customer_id = excluded.customer_id, decision = excluded.decision, reason = excluded.reason,
      until_day = excluded.until_day, facts = excluded.facts`.execute(db)
}

/** What stands about an invoice, and since when. */
export type StandingVerdict = {
  readonly invoiceId: string
  readonly since: Day
  readonly decision: Verdict['do']
  readonly reason: Reason
  readonly until: Day | null
  readonly facts: Facts
}

/** The newest verdict of each of a customer's open invoices. */
export async function listInvoiceVerdicts(db: BusinessDb, customerId: string): Promise<StandingVerdict[]> {
  const { rows } = await sql<StandingVerdict>`
    select last.invoice_id as "invoiceId", last.from_day as since, last.decision, last.reason, last.until_day as until, last.facts
      from invoices i
      cross join lateral (select v.* from invoice_verdicts v where v.business_id = i.business_id and v.invoice_id = i.id
                           order by v.from_day desc limit 1) last
     where i.customer_id = ${customerId} and i.state = 'open' order by i.due_on, i.id`.execute(db)
  return rows
}

/** A verdict of the past, with what the rules were given and the policy that decided. */
export type PastVerdict = {
  readonly verdict: StandingVerdict
  readonly standing: unknown
  readonly policy: unknown
}

/** What was said about an invoice on a day; null where nothing was yet. */
export async function findPastVerdict(db: BusinessDb, invoiceId: string, on: Day): Promise<PastVerdict | null> {
  const { rows } = await sql<StandingVerdict & { standing: unknown; policy: unknown }>`
    select v.invoice_id as "invoiceId", v.from_day as since, v.decision, v.reason, v.until_day as until, v.facts,
           s.standing, p.policy
      from invoice_verdicts v
      join standings s on s.id = v.standing_id
      join policies_used p on p.business_id = v.business_id and p.hash = s.policy_hash
     where v.invoice_id = ${invoiceId} and v.from_day <= ${on}::date order by v.from_day desc limit 1`.execute(db)
  const [row] = rows
  if (!row) return null
  const { standing, policy, ...verdict } = row
  return { verdict, standing, policy }
}
