import { sql } from 'kysely'
import type { Day } from '../chase/day.ts'
import type { BusinessDb } from './db.ts'

/** A payment that the ledger applied to an invoice, whenever it came. */
export type InvoicePayment = {
  readonly invoiceId: string
  readonly on: Day
  readonly minor: number
  readonly currency: string
}

/** Every payment on these invoices, oldest first: interest and limitation count from the beginning. */
export async function listPaymentsOf(db: BusinessDb, invoiceIds: readonly string[]): Promise<InvoicePayment[]> {
  if (invoiceIds.length === 0) return []
  const { rows } = await sql<InvoicePayment>`
    select i.id as "invoiceId", p.paid_on as "on", p.amount_minor as minor, coalesce(p.currency, i.currency) as currency
      from invoices i join payments p on p.connection_id = i.connection_id and p.invoice_ledger_id = i.ledger_id
     where i.id = any (${[...invoiceIds]}::uuid[]) and not p.deleted and p.amount_minor > 0
     order by p.paid_on, p.ledger_id`.execute(db)
  return rows
}

/** A claim for payment or an acknowledgement of the debt that a person wrote down. */
export const DEBT_EVENT_KINDS = [
  'extrajudicial-claim',
  'notarial-claim',
  'court-claim',
  'acknowledgement',
  'written-acknowledgement',
] as const
export type DebtEventKind = (typeof DEBT_EVENT_KINDS)[number]

export type DebtEvent = {
  readonly id: string
  readonly customerId: string
  readonly invoiceIds: readonly string[]
  readonly kind: DebtEventKind
  readonly on: Day
  readonly note: string | null
}

/** What was written down about some customers' debts and not taken back, oldest first. */
export async function listDebtEvents(db: BusinessDb, customerIds: readonly string[]): Promise<DebtEvent[]> {
  if (customerIds.length === 0) return []
  const { rows } = await sql<DebtEvent>`
    select id, customer_id as "customerId", invoice_ids as "invoiceIds", kind, on_day as "on", note
      from debt_events where customer_id = any (${[...customerIds]}::uuid[]) and withdrawn_at is null
     order by on_day, created_at`.execute(db)
  return rows
}

export type NewDebtEvent = Omit<DebtEvent, 'id'> & {
  readonly businessId: string
  readonly createdBy: string
  readonly at: Temporal.Instant
}

export async function addDebtEvent(db: BusinessDb, event: NewDebtEvent): Promise<void> {
  await db
    .insertInto('debt_events')
    .values({
      business_id: event.businessId,
      customer_id: event.customerId,
      invoice_ids: [...event.invoiceIds],
      kind: event.kind,
      on_day: event.on,
      note: event.note,
      created_by: event.createdBy,
      created_at: event.at.toString(),
    })
    .execute()
}

/** Takes back what was written down by mistake. Null when there is no such thing, or it was taken back already. */
export async function withdrawDebtEvent(
  db: BusinessDb,
  id: string,
  by: { userId: string; at: Temporal.Instant },
): Promise<Pick<DebtEvent, 'customerId' | 'kind' | 'on'> | null> {
  const row = await db
    .updateTable('debt_events')
    .set({ withdrawn_at: by.at.toString(), withdrawn_by: by.userId })
    .where('id', '=', id)
    .where('withdrawn_at', 'is', null)
    .returning(['customer_id as customerId', 'kind', 'on_day as on'])
    .executeTakeFirst()
  return row ? { ...row, kind: row.kind as DebtEventKind } : null
}

/** Whose debt it is about; null when this business has nothing like that. */
export async function customerOfDebtEvent(db: BusinessDb, id: string): Promise<string | null> {
  const row = await db.selectFrom('debt_events').select('customer_id').where('id', '=', id).executeTakeFirst()
  return row?.customer_id ?? null
}

/** Promises that came in writing, which acknowledge the debt: a word on the telephone proves nothing. */
export async function listWrittenPromises(
  db: BusinessDb,
  customerIds: readonly string[],
): Promise<{ customerId: string; invoiceIds: readonly string[]; on: Day }[]> {
  if (customerIds.length === 0) return []
  const { rows } = await sql<{ customerId: string; invoiceIds: readonly string[]; on: Day }>`
    select customer_id as "customerId", invoice_ids as "invoiceIds", given_on as "on" from promises
     where customer_id = any (${[...customerIds]}::uuid[]) and via in ('e-mail', 'message')
       and ended_because is distinct from 'withdrawn'
     order by given_on`.execute(db)
  return rows
}

/** Whether a customer is a business, as a person says; null when nobody says. */
export async function setDebtor(
  db: BusinessDb,
  customerId: string,
  debtor: 'business' | 'consumer' | null,
): Promise<void> {
  await db.updateTable('customers').set({ set_debtor: debtor }).where('id', '=', customerId).execute()
}

/** What the business says about itself for the law's sake. */
export type LawSettings = {
  readonly sellsToBusinessesOnly: boolean
  readonly vatTurnover: 'up-to-limit' | 'above-limit' | null
}

export async function updateLawSettings(db: BusinessDb, businessId: string, settings: LawSettings): Promise<void> {
  await db
    .updateTable('businesses')
    .set({ sells_to_businesses_only: settings.sellsToBusinessesOnly, vat_turnover: settings.vatTurnover })
    .where('id', '=', businessId)
    .execute()
}

/** Writes down who consented to quoting legal amounts, or that nobody does any more. */
export async function setLawConsent(
  db: BusinessDb,
  businessId: string,
  consent: { at: Temporal.Instant; by: string } | null,
): Promise<void> {
  await db
    .updateTable('businesses')
    .set({ law_consented_at: consent?.at.toString() ?? null, law_consented_by: consent?.by ?? null })
    .where('id', '=', businessId)
    .execute()
}

/** Who consented and when, by name; null when nobody has. */
export async function readLawConsent(
  db: BusinessDb,
  businessId: string,
): Promise<{ at: Temporal.Instant; by: string | null } | null> {
  const { rows } = await sql<{ at: Temporal.Instant | null; by: string | null }>`
    select b.law_consented_at as at, coalesce(u.name, u.email) as by
      from businesses b left join users u on u.id::text = b.law_consented_by
     where b.id = ${businessId}`.execute(db)
  const [row] = rows
  return row?.at ? { at: row.at, by: row.by } : null
}

/** Customers with an open invoice that was due before a day: those whose debts may come near the end of their limitation. */
export async function customersWithDebtsDueBefore(db: BusinessDb, before: Day, most: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select customer_id as id from invoices where due_on < ${before} and state = 'open' and balance_minor > 0
     group by 1 order by min(due_on) limit ${most}`.execute(db)
  return rows.map(({ id }) => id)
}
