import { sql, type RawBuilder } from 'kysely'
import type { Day } from '../chase/day.ts'
import type { MessageKind } from '../chase/stage.ts'
import type { Segment } from '../chase/standing.ts'
import type { Facts } from '../chase/verdict.ts'
import { instant } from './columns.ts'
import type { BusinessDb } from './db.ts'

export type ChaseInvoice = {
  readonly invoiceId: string
  readonly currency: string
  readonly balanceMinor: number
  readonly dueOn: Day
  readonly version: string
}

export type NewChase = {
  readonly businessId: string
  readonly customerId: string
  readonly connectionId: string
  /** Null for a message beside the ladder while no spell runs. */
  readonly spellId: string | null
  readonly stepId: string
  readonly channel: 'email' | 'call' | 'decision' | 'letter'
  /** What an e-mail is written as. */
  readonly stage: MessageKind | null
  readonly segment: Segment
  readonly status: 'planned' | 'awaiting-approval' | 'task'
  readonly plannedOn: Day
  readonly plannedAt: Temporal.Instant
  readonly sendAfter: Temporal.Instant
  readonly facts: Facts
  readonly approvalNeeded: boolean
  readonly mostPer7Days: number
  /** The policy that decided it, which must be kept: see `keepUsedPolicy`. Null where no rules decided. */
  readonly policyHash?: string | null
  readonly invoices: readonly ChaseInvoice[]
}

/** Starts a spell that hangs on an invoice. Throws when one is running: a customer has one at a time. */
export async function startSpell(
  db: BusinessDb,
  spell: { businessId: string; customerId: string; anchorInvoiceId: string; startedOn: Day },
): Promise<string> {
  const { id } = await db
    .insertInto('spells')
    .values({
      business_id: spell.businessId,
      customer_id: spell.customerId,
      anchor_invoice_id: spell.anchorInvoiceId,
      started_on: spell.startedOn,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function endSpell(db: BusinessDb, spellId: string, endedOn: Day, because: string): Promise<void> {
  await db
    .updateTable('spells')
    .set({ ended_on: endedOn, ended_because: because })
    .where('id', '=', spellId)
    .where('ended_on', 'is', null)
    .execute()
}

/**
 * Adds a chase, unless its step was already taken or is on its way in this spell.
 * Returns its id, or null when there was one: planning twice changes nothing.
 */
export async function insertChase(db: BusinessDb, chase: NewChase): Promise<string | null> {
  const row = await db
    .insertInto('chases')
    .values({
      business_id: chase.businessId,
      customer_id: chase.customerId,
      connection_id: chase.connectionId,
      spell_id: chase.spellId,
      step_id: chase.stepId,
      channel: chase.channel,
      stage: chase.stage,
      segment: chase.segment,
      status: chase.status,
      planned_on: chase.plannedOn,
      planned_at: chase.plannedAt.toString(),
      send_after: chase.sendAfter.toString(),
      facts: JSON.stringify(chase.facts),
      approval_needed: chase.approvalNeeded,
      most_per_7_days: chase.mostPer7Days,
      policy_hash: chase.policyHash ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!row) return null
  await addChaseInvoices(db, chase.businessId, row.id, chase.invoices)
  return row.id
}

async function addChaseInvoices(
  db: BusinessDb,
  businessId: string,
  chaseId: string,
  invoices: readonly ChaseInvoice[],
): Promise<void> {
  if (invoices.length === 0) return
  await db
    .insertInto('chase_invoices')
    .values(
      invoices.map((invoice) => ({
        business_id: businessId,
        chase_id: chaseId,
        invoice_id: invoice.invoiceId,
        currency: invoice.currency,
        balance_minor: invoice.balanceMinor,
        due_on: invoice.dueOn,
        version: invoice.version,
      })),
    )
    .execute()
}

/** Calls off a chase that has not been claimed. Returns false when it is too late: it is on the wire or gone. */
export async function cancelChase(db: BusinessDb, chaseId: string, because: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('chases')
    .set({ status: 'cancelled', closed_because: because })
    .where('id', '=', chaseId)
    .where('status', 'in', ['planned', 'awaiting-approval', 'task'])
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Open tasks of a customer whose spell has ended: nobody needs to call any more. Returns their ids. */
export async function closeTasks(db: BusinessDb, customerId: string, because: string): Promise<string[]> {
  const rows = await db
    .updateTable('chases')
    .set({ status: 'cancelled', closed_because: because })
    .where('customer_id', '=', customerId)
    .where('status', '=', 'task')
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

export type ChaseRow = {
  readonly id: string
  readonly businessId: string
  readonly customerId: string
  readonly connectionId: string
  /** Null for a message beside the ladder while no spell runs. */
  readonly spellId: string | null
  readonly stepId: string
  readonly segment: Segment
  readonly channel: 'email' | 'call' | 'decision' | 'letter'
  /** What an e-mail is written as. */
  readonly stage: MessageKind | null
  readonly status: string
  readonly plannedOn: Day
  readonly sendAfter: Temporal.Instant
  readonly attempt: number
  readonly leaseUntil: Temporal.Instant | null
  readonly approvalNeeded: boolean
  readonly approvedHash: string | null
  readonly mostPer7Days: number
  readonly invoices: readonly (ChaseInvoice & { readonly ledgerId: string })[]
}

export async function findChase(db: BusinessDb, chaseId: string): Promise<ChaseRow | null> {
  const { rows } = await sql<ChaseRow>`
    select c.id, c.business_id as "businessId", c.customer_id as "customerId", c.connection_id as "connectionId",
           c.spell_id as "spellId", c.step_id as "stepId", c.segment, c.channel, c.stage, c.status, c.planned_on as "plannedOn",
           c.send_after as "sendAfter", c.attempt, c.lease_until as "leaseUntil", c.approval_needed as "approvalNeeded",
           c.approved_hash as "approvedHash", c.most_per_7_days as "mostPer7Days",
           coalesce((select jsonb_agg(jsonb_build_object('invoiceId', ci.invoice_id, 'currency', ci.currency,
                              'balanceMinor', ci.balance_minor, 'dueOn', ci.due_on, 'version', ci.version,
                              'ledgerId', i.ledger_id) order by ci.due_on, ci.invoice_id)
                       from chase_invoices ci join invoices i on i.id = ci.invoice_id
                      where ci.chase_id = c.id), '[]') as invoices
      from chases c where c.id = ${chaseId}`.execute(db)
  return rows[0] ?? null
}

/**
 * Waits until no other transaction counts this business's messages, and holds the count to the end of its own: of two
 * messages side by side, the second sees the first in the day's number.
 */
export async function countAlone(db: BusinessDb, businessId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`messages of ${businessId}`}, 0))`.execute(db)
}

/**
 * Takes a planned chase for sending and returns the attempt's number, or null when another worker has it.
 *
 * The `where` clause is the lock: of two workers racing, only one update matches. The exclusion constraint and
 * the weekly cap refuse with SQLSTATE 23P01 when another message is too near.
 */
export async function claimChase(
  db: BusinessDb,
  chaseId: string,
  claim: {
    leaseUntil: Temporal.Instant
    today: Day
    quietUntil: Day
    changedInvoices: readonly ChaseInvoice[] | null
    businessId: string
    /** The policy that let it go, which may be newer than the one that planned it. */
    policyHash?: string
  },
): Promise<number | null> {
  const row = await db
    .updateTable('chases')
    .set((e) => ({
      status: 'sending',
      closed_because: null,
      attempt: e('attempt', '+', 1),
      lease_until: claim.leaseUntil.toString(),
      ...(claim.policyHash !== undefined && { policy_hash: claim.policyHash }),
      quiet: sql<string>`daterange(${claim.today}::date, ${claim.quietUntil}::date)`,
    }))
    .where('id', '=', chaseId)
    .where('status', '=', 'planned')
    .where('channel', '=', 'email')
    .returning('attempt')
    .executeTakeFirst()
  if (!row) return null
  // Null: it is about what was planned, to the cent.
  if (claim.changedInvoices) {
    await db.deleteFrom('chase_invoices').where('chase_id', '=', chaseId).execute()
    await addChaseInvoices(db, claim.businessId, chaseId, claim.changedInvoices)
  }
  return row.attempt
}

/** Whether the database refused a claim because another message to the customer is too near. */
export const isTooSoon = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === '23P01'

/** The day it was where the customer is when the message was claimed: the first of its quiet days. */
const DAY_OF_CLAIM = sql<string>`lower(quiet)`

/** The server took it. Only the attempt that made the claim may say so. */
export async function recordSent(
  db: BusinessDb,
  chaseId: string,
  attempt: number,
  sent: { at: Temporal.Instant; answer: string },
): Promise<boolean> {
  return settle(db, chaseId, attempt, {
    status: 'sent',
    sent_at: sent.at.toString(),
    sent_on: DAY_OF_CLAIM,
    server_answer: sent.answer.slice(0, 500),
  })
}

/** It may have arrived. It counts as sent for every limit until a person or evidence says otherwise. */
export async function recordUnknown(db: BusinessDb, chaseId: string, attempt: number, why: string): Promise<boolean> {
  return settle(db, chaseId, attempt, { status: 'unknown', sent_on: DAY_OF_CLAIM, closed_because: why.slice(0, 500) })
}

/** Certainly not accepted, and trying again may work: planned as before, later. */
export async function recordPostponed(
  db: BusinessDb,
  chaseId: string,
  attempt: number,
  until: Temporal.Instant,
  answer: string,
): Promise<boolean> {
  return settle(db, chaseId, attempt, {
    status: 'planned',
    send_after: until.toString(),
    quiet: null,
    server_answer: answer.slice(0, 500),
  })
}

/** Certainly not accepted, and trying again would not help. */
export async function recordFailed(db: BusinessDb, chaseId: string, attempt: number, why: string): Promise<boolean> {
  return settle(db, chaseId, attempt, { status: 'failed', quiet: null, closed_because: why.slice(0, 500) })
}

async function settle(
  db: BusinessDb,
  chaseId: string,
  attempt: number,
  change: Readonly<Record<string, string | RawBuilder<string> | null>> & { status: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('chases')
    .set({ ...change, lease_until: null })
    .where('id', '=', chaseId)
    .where('status', '=', 'sending')
    .where('attempt', '=', attempt)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Moves a planned chase to a later instant, and says why. Returns whether that is news: the reason was another one before. */
export async function postponeChase(
  db: BusinessDb,
  chaseId: string,
  until: Temporal.Instant,
  because: string,
): Promise<boolean> {
  const { rows } = await sql<{ isNews: boolean }>`
    with before as (select id, closed_because from chases where id = ${chaseId} and status = 'planned' for update)
    update chases c set send_after = ${instant(until)}, closed_because = ${because.slice(0, 500)}
      from before b where c.id = b.id returning b.closed_because is distinct from c.closed_because as "isNews"`.execute(
    db,
  )
  return rows[0]?.isNews ?? false
}

/** A person's yes to exactly this message. Returns false when there is nothing to approve any more. */
export async function recordApproval(
  db: BusinessDb,
  chaseId: string,
  approval: { userId: string; at: Temporal.Instant; hash: string; sendAfter: Temporal.Instant },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('chases')
    .set({
      status: 'planned',
      approved_by: approval.userId,
      approved_at: approval.at.toString(),
      approved_hash: approval.hash,
      send_after: approval.sendAfter.toString(),
    })
    .where('id', '=', chaseId)
    .where('status', '=', 'awaiting-approval')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** A call or a decision that a person has taken. */
export async function recordTaskDone(db: BusinessDb, chaseId: string, outcome: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('chases')
    .set({ status: 'done', closed_because: outcome.slice(0, 500) })
    .where('id', '=', chaseId)
    .where('status', '=', 'task')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** A person or evidence settles an unknown delivery: it arrived, or it did not. */
export async function resolveUnknown(
  db: BusinessDb,
  chaseId: string,
  arrived: boolean,
  at: Temporal.Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('chases')
    .set(
      arrived
        ? {
            status: 'sent',
            closed_because: null,
            // It went out when it was composed, not when somebody found out.
            sent_at: sql<string>`coalesce((select m.composed_at from messages m where m.chase_id = chases.id), ${instant(at)})`,
          }
        : { status: 'failed', quiet: null, closed_because: 'did not arrive' },
    )
    .where('id', '=', chaseId)
    .where('status', '=', 'unknown')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Whether a claimed chase's lease ran out: its worker died, or hangs. */
export async function leaseIsOver(db: BusinessDb, chaseId: string, now: Temporal.Instant): Promise<number | null> {
  const row = await db
    .selectFrom('chases')
    .select('attempt')
    .where('id', '=', chaseId)
    .where('status', '=', 'sending')
    .where('lease_until', '<=', instant(now))
    .forUpdate()
    .executeTakeFirst()
  return row?.attempt ?? null
}

/** The last message of a spell that went out, for the note that says why we fell silent. */
export async function lastMessageOf(
  db: BusinessDb,
  spellId: string,
): Promise<{ chaseId: string; sentOn: Day | null } | null> {
  const row = await db
    .selectFrom('chases')
    .select(['id', 'sent_on'])
    .where('spell_id', '=', spellId)
    .where('channel', '=', 'email')
    .where('status', 'in', ['sent', 'unknown'])
    .orderBy('planned_at', 'desc')
    .executeTakeFirst()
  return row ? { chaseId: row.id, sentOn: row.sent_on } : null
}

/** Back to a person: what was approved has changed, or approval is asked for now. */
export async function askApprovalAgain(db: BusinessDb, chaseId: string): Promise<void> {
  await db
    .updateTable('chases')
    .set({
      status: 'awaiting-approval',
      approval_needed: true,
      approved_by: null,
      approved_at: null,
      approved_hash: null,
    })
    .where('id', '=', chaseId)
    .where('status', '=', 'planned')
    .execute()
}
