import { sql } from 'kysely'
import type { Day } from '../chase/day.ts'
import { instant } from './columns.ts'
import type { BusinessDb } from './db.ts'

/** How money was said to come. */
export const METHODS = ['transfer', 'card', 'direct-debit', 'cheque', 'online', 'cash'] as const
export type Method = (typeof METHODS)[number]

/** Where something was said. */
export const PLACES = ['call', 'e-mail', 'meeting', 'message', 'other'] as const
export type Place = (typeof PLACES)[number]

export type NewPromise = {
  readonly businessId: string
  readonly customerId: string
  readonly invoiceIds: readonly string[]
  readonly currency: string
  readonly amountMinor: number
  readonly payOn: Day
  readonly givenOn: Day
  readonly method: Method | null
  readonly saidBy: string | null
  readonly via: Place
  readonly note: string | null
  readonly createdBy: string
  readonly at: Temporal.Instant
}

/** Writes a promise down. Returns its id. */
export async function insertPromise(db: BusinessDb, promise: NewPromise): Promise<string> {
  const { id } = await db
    .insertInto('promises')
    .values({
      business_id: promise.businessId,
      customer_id: promise.customerId,
      invoice_ids: [...promise.invoiceIds],
      currency: promise.currency,
      amount_minor: promise.amountMinor,
      pay_on: promise.payOn,
      given_on: promise.givenOn,
      method: promise.method,
      said_by: promise.saidBy,
      via: promise.via,
      note: promise.note,
      created_by: promise.createdBy,
      created_at: promise.at.toString(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/**
 * Ends the promises about any of these invoices whose day has not passed: a new word, or a plan, takes their place.
 * Those whose day has passed stay, because they were kept or broken.
 */
export async function replacePromises(
  db: BusinessDb,
  about: { customerId: string; invoiceIds: readonly string[]; today: Day },
  ended: { by: string; at: Temporal.Instant; because: 'replaced' | 'plan' },
): Promise<string[]> {
  const rows = await db
    .updateTable('promises')
    .set({ ended_at: ended.at.toString(), ended_by: ended.by, ended_because: ended.because })
    .where('customer_id', '=', about.customerId)
    .where('ended_at', 'is', null)
    .where('pay_on', '>=', about.today)
    .where(sql<boolean>`invoice_ids && ${[...about.invoiceIds]}::uuid[]`)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Takes one promise back. Null when there is none like that, or it has ended already. */
export async function withdrawPromise(
  db: BusinessDb,
  promiseId: string,
  ended: { by: string; at: Temporal.Instant },
): Promise<{ customerId: string; payOn: Day } | null> {
  const row = await db
    .updateTable('promises')
    .set({ ended_at: ended.at.toString(), ended_by: ended.by, ended_because: 'withdrawn' })
    .where('id', '=', promiseId)
    .where('ended_at', 'is', null)
    .returning(['customer_id as customerId', 'pay_on as payOn'])
    .executeTakeFirst()
  return row ?? null
}

/** Whose promise it is; null when this business has no such promise. */
export async function customerOfPromise(db: BusinessDb, promiseId: string): Promise<string | null> {
  const row = await db.selectFrom('promises').select('customer_id').where('id', '=', promiseId).executeTakeFirst()
  return row?.customer_id ?? null
}

/** A promise as it was written down, for a screen. */
export type PromiseView = {
  readonly id: string
  readonly invoiceIds: readonly string[]
  readonly invoiceNumbers: readonly (string | null)[]
  readonly currency: string
  readonly amountMinor: number
  readonly payOn: Day
  readonly givenOn: Day
  readonly method: Method | null
  readonly saidBy: string | null
  readonly via: Place
  readonly note: string | null
  readonly endedBecause: 'replaced' | 'withdrawn' | 'plan' | null
}

/** The promises of a customer, the newest first. */
export async function listPromises(db: BusinessDb, customerId: string, most: number): Promise<PromiseView[]> {
  const { rows } = await sql<PromiseView>`
    select p.id, p.invoice_ids as "invoiceIds",
           array(select i.number from invoices i where i.id = any (p.invoice_ids) order by i.due_on, i.id) as "invoiceNumbers",
           p.currency, p.amount_minor as "amountMinor", p.pay_on as "payOn", p.given_on as "givenOn", p.method,
           p.said_by as "saidBy", p.via, p.note, p.ended_because as "endedBecause"
      from promises p where p.customer_id = ${customerId} order by p.created_at desc, p.id limit ${most}`.execute(db)
  return rows
}

/** Asks for the expected payment day of these invoices to be written into the ledger. Returns the ids of what is to be written. */
export async function queueExpectedDays(
  db: BusinessDb,
  promise: { businessId: string; promiseId: string; invoiceIds: readonly string[]; on: Day; at: Temporal.Instant },
): Promise<string[]> {
  const rows = await db
    .insertInto('expected_days')
    .values(
      promise.invoiceIds.map((invoiceId) => ({
        business_id: promise.businessId,
        promise_id: promise.promiseId,
        invoice_id: invoiceId,
        on_day: promise.on,
        created_at: promise.at.toString(),
        next_try_at: promise.at.toString(),
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/**
 * Asks for the days that these promises left in the ledger, or may have left, to be taken away there; in our copy they
 * are gone at once. Returns the ids of what is to be done.
 */
export async function queueClearedDays(
  db: BusinessDb,
  promiseIds: readonly string[],
  at: Temporal.Instant,
): Promise<string[]> {
  if (promiseIds.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    with left_there as (
      select e.business_id, e.promise_id, e.invoice_id, e.on_day from expected_days e
       where e.promise_id = any (${[...promiseIds]}::uuid[]) and not e.clears
         and (e.written_at is not null or (e.attempts > 0 and e.failed_why is null))
    ), forgotten as (
      -- Without its digest the next reading compares every field.
      update invoices i set expected_on = null, digest = '' from left_there l
       where i.id = l.invoice_id and i.expected_on = l.on_day
    )
    insert into expected_days (business_id, promise_id, invoice_id, on_day, clears, created_at, next_try_at)
    select business_id, promise_id, invoice_id, on_day, true, ${instant(at)}, ${instant(at)} from left_there
    on conflict do nothing returning id`.execute(db)
  return rows.map(({ id }) => id)
}

/** An expected payment day in somebody's hands. */
export type ExpectedDay = {
  readonly id: string
  readonly connectionId: string
  readonly customerId: string
  readonly invoiceId: string
  readonly invoiceLedgerId: string
  readonly on: Day
  /** It is to be taken away. */
  readonly clears: boolean
  /** The promise does not stand any more; or, for one that is to be taken away, another stands by now. */
  readonly isOver: boolean
  /** Counting this one. */
  readonly attempts: number
}

/** Takes an expected day for writing, or null when it is written, given up, or in somebody's hands. The lease ends by itself. */
export async function claimExpectedDay(
  db: BusinessDb,
  id: string,
  now: Temporal.Instant,
  leaseUntil: Temporal.Instant,
): Promise<ExpectedDay | null> {
  const { rows } = await sql<ExpectedDay>`
    update expected_days e set attempts = e.attempts + 1, lease_until = ${instant(leaseUntil)}, next_try_at = ${instant(leaseUntil)}
      from invoices i, promises p
     where e.id = ${id} and i.id = e.invoice_id and p.id = e.promise_id and e.written_at is null and e.failed_why is null
       and (e.lease_until is null or e.lease_until <= ${instant(now)})
    returning e.id, i.connection_id as "connectionId", i.customer_id as "customerId", i.id as "invoiceId",
              i.ledger_id as "invoiceLedgerId", e.on_day as on, e.attempts, e.clears,
              (i.state <> 'open' or case when e.clears
                 then exists (select from expected_days o join promises q on q.id = o.promise_id
                               where o.invoice_id = e.invoice_id and o.promise_id <> e.promise_id and q.ended_at is null
                                 and o.created_at >= e.created_at)
                 else p.ended_at is not null end) as "isOver"`.execute(db)
  return rows[0] ?? null
}

export async function recordExpectedDayWritten(db: BusinessDb, id: string, at: Temporal.Instant): Promise<void> {
  await db
    .updateTable('expected_days')
    .set({ written_at: at.toString(), next_try_at: null, lease_until: null })
    .where('id', '=', id)
    .execute()
}

/** Not written yet: when to try again. `counts` says whether the ledger may have seen the try. */
export async function recordExpectedDayPostponed(
  db: BusinessDb,
  id: string,
  until: Temporal.Instant,
  counts: boolean,
): Promise<void> {
  await db
    .updateTable('expected_days')
    .set((e) => ({
      next_try_at: until.toString(),
      lease_until: null,
      attempts: counts ? e.ref('attempts') : e('attempts', '-', 1),
    }))
    .where('id', '=', id)
    .where('written_at', 'is', null)
    .execute()
}

/** It will not be written: why, for a person to read. */
export async function recordExpectedDayGivenUp(db: BusinessDb, id: string, why: string): Promise<void> {
  await db
    .updateTable('expected_days')
    .set({ failed_why: why.slice(0, 500), next_try_at: null, lease_until: null })
    .where('id', '=', id)
    .execute()
}
