import { sql } from 'kysely'
import type { Day } from '../chase/day.ts'
import type { DebtorKind } from '../chase/demand-terms.ts'
import { instant } from './columns.ts'
import type { BusinessDb } from './db.ts'

/** Whom a letter is addressed to, as a person wrote it down. */
export type DebtorDetails = {
  readonly legalName: string
  readonly legalForm: DebtorKind | null
  readonly taxId: string | null
  readonly registration: string | null
  readonly postalAddress: string | null
}

/** What is known of a customer for a letter; null until a person has written something down. */
export async function readDebtorDetails(db: BusinessDb, customerId: string): Promise<DebtorDetails | null> {
  const row = await db
    .selectFrom('debtor_details')
    .select([
      'legal_name as legalName',
      'legal_form as legalForm',
      'tax_id as taxId',
      'registration',
      'postal_address as postalAddress',
    ])
    .where('customer_id', '=', customerId)
    .executeTakeFirst()
  return row ? { ...row, legalForm: row.legalForm as DebtorKind | null } : null
}

/** Keeps them for this letter and the next. */
export async function keepDebtorDetails(
  db: BusinessDb,
  whose: { readonly businessId: string; readonly customerId: string },
  details: DebtorDetails,
  by: { readonly userId: string; readonly at: Temporal.Instant },
): Promise<void> {
  const values = {
    legal_name: details.legalName,
    legal_form: details.legalForm,
    tax_id: details.taxId,
    registration: details.registration,
    postal_address: details.postalAddress,
    updated_by: by.userId,
    updated_at: by.at.toString(),
  }
  await db
    .insertInto('debtor_details')
    .values({ business_id: whose.businessId, customer_id: whose.customerId, ...values })
    .onConflict((conflict) => conflict.columns(['business_id', 'customer_id']).doUpdateSet(values))
    .execute()
}

/** How a letter really went. */
export const SENT_BY = [
  'burofax',
  'certified-email',
  'registered-post',
  'post',
  'courier',
  'notary',
  'by-hand',
  'email',
] as const
export type SentBy = (typeof SENT_BY)[number]

export type LetterRow<Draft> = {
  readonly id: string
  readonly customerId: string
  readonly chaseId: string | null
  readonly draft: Draft
  readonly createdAt: Temporal.Instant
  readonly editedAt: Temporal.Instant
  readonly editedBy: string | null
  readonly sent: {
    readonly on: Day
    readonly means: SentBy
    readonly by: string | null
    readonly note: string | null
  } | null
  readonly isDiscarded: boolean
  /** The last yes, to whatever the letter was then. */
  readonly approval: LetterApproval | null
}

export type LetterApproval = {
  readonly id: string
  readonly fingerprint: string
  readonly signedBy: string
  /** The person's name or address; null for somebody who is gone. */
  readonly approvedBy: string | null
  readonly approvedAt: Temporal.Instant
}

type LetterColumns<Draft> = Omit<LetterRow<Draft>, 'sent' | 'approval'> & {
  readonly sentOn: Day | null
  readonly sentMeans: SentBy
  readonly sentBy: string | null
  readonly sentNote: string | null
  readonly approvalId: string | null
  readonly fingerprint: string
  readonly signedBy: string
  readonly approvedBy: string | null
  readonly approvedAt: Temporal.Instant
}

const LETTERS = sql`
  select l.id, l.customer_id as "customerId", l.chase_id as "chaseId", l.draft, l.created_at as "createdAt",
         l.edited_at as "editedAt", coalesce(e.name, e.email) as "editedBy", l.sent_on as "sentOn", l.sent_by_means as "sentMeans",
         l.sent_by as "sentBy", l.sent_note as "sentNote", l.discarded_at is not null as "isDiscarded",
         a.id as "approvalId", a.fingerprint, a.signed_by as "signedBy", coalesce(u.name, u.email) as "approvedBy",
         a.approved_at as "approvedAt"
    from demand_letters l
    left join lateral (select * from demand_approvals p where p.letter_id = l.id order by p.approved_at desc, p.id limit 1) a on true
    left join users u on u.id::text = a.approved_by
    left join users e on e.id::text = l.edited_by`

function letterOf<Draft>(row: LetterColumns<Draft>): LetterRow<Draft> {
  const { sentOn, sentMeans, sentBy, sentNote, approvalId, fingerprint, signedBy, approvedBy, approvedAt, ...letter } =
    row
  return {
    ...letter,
    sent: sentOn === null ? null : { on: sentOn, means: sentMeans, by: sentBy, note: sentNote },
    approval: approvalId === null ? null : { id: approvalId, fingerprint, signedBy, approvedBy, approvedAt },
  }
}

/** One letter; null when this business has none of that id. */
export async function findLetter<Draft>(db: BusinessDb, letterId: string): Promise<LetterRow<Draft> | null> {
  const { rows } = await sql<LetterColumns<Draft>>`${LETTERS} where l.id = ${letterId}`.execute(db)
  return rows[0] ? letterOf(rows[0]) : null
}

/** The letters of these customers, discarded ones left out, the newest first. */
export async function listLetters<Draft>(db: BusinessDb, customerIds: readonly string[]): Promise<LetterRow<Draft>[]> {
  const { rows } = await sql<LetterColumns<Draft>>`
    ${LETTERS} where l.customer_id = any(${[...customerIds]}::uuid[]) and l.discarded_at is null
     order by l.created_at desc, l.id`.execute(db)
  return rows.map(letterOf)
}

/** The letter that is being written for a task; null without one. */
export async function letterOfTask(db: BusinessDb, chaseId: string): Promise<string | null> {
  const row = await db
    .selectFrom('demand_letters')
    .select('id')
    .where('chase_id', '=', chaseId)
    .where('sent_on', 'is', null)
    .where('discarded_at', 'is', null)
    .executeTakeFirst()
  return row?.id ?? null
}

/** Begins a letter. Returns its id. */
export async function insertLetter(
  db: BusinessDb,
  letter: {
    readonly businessId: string
    readonly customerId: string
    readonly chaseId: string | null
    readonly draft: object
    readonly userId: string
    readonly at: Temporal.Instant
  },
): Promise<string> {
  const { id } = await db
    .insertInto('demand_letters')
    .values({
      business_id: letter.businessId,
      customer_id: letter.customerId,
      chase_id: letter.chaseId,
      draft: JSON.stringify(letter.draft),
      created_by: letter.userId,
      created_at: letter.at.toString(),
      edited_by: letter.userId,
      edited_at: letter.at.toString(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Replaces what a person filled in. False when the letter has been sent or discarded. */
export async function updateLetter(
  db: BusinessDb,
  letterId: string,
  draft: object,
  by: { readonly userId: string; readonly at: Temporal.Instant },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('demand_letters')
    .set({ draft: JSON.stringify(draft), edited_by: by.userId, edited_at: by.at.toString() })
    .where('id', '=', letterId)
    .where('sent_on', 'is', null)
    .where('discarded_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Keeps a yes with the very letter that it was said to. */
export async function insertApproval(
  db: BusinessDb,
  approval: {
    readonly businessId: string
    readonly letterId: string
    readonly userId: string
    readonly signedBy: string
    readonly at: Temporal.Instant
    readonly fingerprint: string
    readonly demand: object
    readonly pdf: Uint8Array
  },
): Promise<void> {
  await db
    .insertInto('demand_approvals')
    .values({
      business_id: approval.businessId,
      letter_id: approval.letterId,
      approved_by: approval.userId,
      signed_by: approval.signedBy,
      approved_at: approval.at.toString(),
      fingerprint: approval.fingerprint,
      demand: JSON.stringify(approval.demand),
      pdf: Buffer.from(approval.pdf),
    })
    .execute()
}

/** The letter as it was approved, byte for byte. */
export async function readApprovedPdf(db: BusinessDb, approvalId: string): Promise<Uint8Array> {
  const { pdf } = await db
    .selectFrom('demand_approvals')
    .select('pdf')
    .where('id', '=', approvalId)
    .executeTakeFirstOrThrow()
  return pdf
}

/** Writes down that the invoices of a letter, as it was approved, were claimed by it. */
export async function claimByLetter(
  db: BusinessDb,
  claim: {
    readonly approvalId: string
    readonly customerId: string
    readonly kind: 'extrajudicial-claim' | 'notarial-claim'
    readonly on: Day
    readonly note: string
    readonly userId: string
    readonly at: Temporal.Instant
  },
): Promise<void> {
  const { approvalId, customerId, kind, on, note, userId, at } = claim
  await sql`
    insert into debt_events (business_id, customer_id, invoice_ids, kind, on_day, note, created_by, created_at)
    select a.business_id, ${customerId}, array_agg(i.id order by i.due_on, i.id), ${kind}, ${on}, ${note}, ${userId}, ${instant(at)}
      from demand_approvals a, jsonb_array_elements(a.demand -> 'invoices') d
      join invoices i on i.number = d ->> 'number'
     where a.id = ${approvalId} and i.customer_id = ${customerId}
     group by a.business_id`.execute(db)
}

/** Writes down how a letter went. False when that is written down already, or the letter was discarded. */
export async function recordLetterSent(
  db: BusinessDb,
  letterId: string,
  sent: NonNullable<LetterRow<unknown>['sent']> & { readonly userId: string; readonly at: Temporal.Instant },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('demand_letters')
    .set({
      sent_on: sent.on,
      sent_by_means: sent.means,
      sent_by: sent.by,
      sent_note: sent.note,
      sent_logged_by: sent.userId,
      sent_logged_at: sent.at.toString(),
    })
    .where('id', '=', letterId)
    .where('sent_on', 'is', null)
    .where('discarded_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Puts a letter away that will not be sent. False when it has been, or is away already. */
export async function discardLetter(
  db: BusinessDb,
  letterId: string,
  by: { readonly userId: string; readonly at: Temporal.Instant },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('demand_letters')
    .set({ discarded_by: by.userId, discarded_at: by.at.toString() })
    .where('id', '=', letterId)
    .where('sent_on', 'is', null)
    .where('discarded_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/**
 * Counts a letter among the contacts of the spell that runs: the task that asked for it is done, or one is added that
 * is. Nothing to count where no spell runs.
 */
export async function countLetter(
  db: BusinessDb,
  letter: {
    readonly letterId: string
    readonly customerId: string
    readonly chaseId: string | null
    readonly on: Day
    readonly means: SentBy
    readonly at: Temporal.Instant
  },
): Promise<string | null> {
  const { letterId, customerId, chaseId, on, means, at } = letter
  if (chaseId !== null) {
    const { rows } = await sql<{ id: string }>`
      update chases set status = 'done', sent_on = ${on}::date, closed_because = ${means}
       where id = ${chaseId} and status = 'task' returning id`.execute(db)
    if (rows[0]) return rows[0].id
  }
  const { rows } = await sql<{ id: string }>`
    insert into chases (business_id, customer_id, connection_id, spell_id, step_id, channel, segment, status, planned_on,
                        planned_at, send_after, approval_needed, sent_on, most_per_7_days, closed_because)
    select c.business_id, c.id, c.connection_id, s.id, ${`letter:${letterId}`}, 'letter',
           coalesce(c.set_segment, (select v.segment from verdicts v where v.customer_id = c.id order by v.on_day desc limit 1), 'regular'),
           'done', ${on}::date, ${instant(at)}, ${instant(at)}, false, ${on}::date, 0, ${means}
      from customers c join spells s on s.customer_id = c.id and s.ended_on is null
     where c.id = ${customerId}
     on conflict do nothing returning id`.execute(db)
  return rows[0]?.id ?? null
}

/** An open invoice as a letter needs it: what was taken off it, and whether it may be claimed. */
export type ClaimableInvoice = {
  readonly id: string
  readonly ledgerId: string
  readonly number: string | null
  readonly reference: string | null
  readonly issuedOn: Day | null
  readonly dueOn: Day
  readonly dueAssumed: boolean
  readonly currency: string
  readonly totalMinor: number
  readonly balanceMinor: number
  readonly payments: readonly { readonly on: Day; readonly minor: number }[]
}

/** The open invoices of these ids with what the ledger shows as paid on each, by due day. */
export async function readClaimableInvoices(
  db: BusinessDb,
  invoiceIds: readonly string[],
): Promise<ClaimableInvoice[]> {
  const { rows } = await sql<ClaimableInvoice>`
    select i.id, i.ledger_id as "ledgerId", i.number, i.reference, i.issued_on as "issuedOn", i.due_on as "dueOn",
           i.due_assumed as "dueAssumed", i.currency, i.total_minor as "totalMinor", i.balance_minor as "balanceMinor",
           coalesce((select jsonb_agg(jsonb_build_object('on', p.paid_on, 'minor', p.amount_minor) order by p.paid_on, p.ledger_id)
                       from payments p where p.connection_id = i.connection_id and p.invoice_ledger_id = i.ledger_id
                        and not p.deleted and p.amount_minor > 0), '[]') as payments
      from invoices i where i.id = any(${[...invoiceIds]}::uuid[]) order by i.due_on, i.id`.execute(db)
  return rows
}

/** The customer's name in the ledger; null when this business has no such customer. */
export async function customerName(db: BusinessDb, customerId: string): Promise<string | null> {
  const row = await db.selectFrom('customers').select('name').where('id', '=', customerId).executeTakeFirst()
  return row?.name ?? null
}
