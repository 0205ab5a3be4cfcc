import { sql } from 'kysely'
import type { Day } from '../chase/day.ts'
import type { Verdict } from '../chase/verdict.ts'
import type { BusinessDb } from './db.ts'

/**
 * Keeps each customer's verdict for the day it is where the customer is, with the policy that decided; the last decision
 * of a day is the one that stays. The policy must be kept: see `keepUsedPolicy`.
 */
export async function recordVerdicts(
  db: BusinessDb,
  businessId: string,
  verdicts: readonly { readonly customerId: string; readonly onDay: Day; readonly verdict: Verdict }[],
  decidedAt: Temporal.Instant,
  policyHash: string,
): Promise<void> {
  if (verdicts.length === 0) return
  const rows = JSON.stringify(
    verdicts.map(({ customerId, onDay, verdict }) => ({
      customer_id: customerId,
      on_day: onDay,
      decision: verdict.do,
      reason: verdict.reason,
      segment: verdict.segment,
      step_id: 'step' in verdict ? (verdict.step?.id ?? null) : null,
      until_day: 'until' in verdict ? verdict.until : null,
      facts: verdict.facts,
    })),
  )
  await sql`
    insert into verdicts (business_id, customer_id, on_day, decision, reason, segment, step_id, until_day, facts, decided_at, policy_hash)
    select ${businessId}::uuid, customer_id, on_day, decision, reason, segment, step_id, until_day, facts, ${decidedAt.toString()}::timestamptz, ${policyHash}
      from jsonb_to_recordset(${rows}::jsonb) as r(customer_id uuid, on_day date, decision text, reason text, segment text, step_id text, until_day date, facts jsonb)
    on conflict (customer_id, on_day) do update set decision = excluded.decision, reason = excluded.reason,
      segment = excluded.segment, step_id = excluded.step_id, until_day = excluded.until_day, facts = excluded.facts,
      decided_at = excluded.decided_at, policy_hash = excluded.policy_hash`.execute(db)
}

/** When each customer is looked at next; null for those with nothing to look at. */
export async function recordNextLooks(
  db: BusinessDb,
  looks: readonly { readonly customerId: string; readonly at: Temporal.Instant | null }[],
): Promise<void> {
  if (looks.length === 0) return
  const rows = JSON.stringify(looks.map(({ customerId, at }) => ({ id: customerId, at: at?.toString() ?? null })))
  await sql`
    update customers c set next_look_at = r.at
      from jsonb_to_recordset(${rows}::jsonb) as r(id uuid, at timestamptz) where r.id = c.id`.execute(db)
}
