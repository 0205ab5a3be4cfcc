import { sql, type RawBuilder } from 'kysely'
import type { MessageKind } from '../chase/stage.ts'
import type { VariantChoice } from '../chase/variant-choice.ts'
import type { Day } from '../chase/day.ts'
import type { Address, MessageHistory, SentMessage } from '../mail/mailer.ts'
import type { BusinessDb } from './db.ts'
import { inOneTrip } from './one-trip.ts'

/** Where an attachment's bytes are: our PDF cache, by invoice and version. */
export type AttachmentRef = {
  readonly connectionId: string
  readonly ledgerId: string
  readonly version: string
  readonly filename: string
}

/** A message as it was frozen before the first try. */
export type FrozenMessage = {
  readonly chaseId: string
  readonly businessId: string
  readonly messageId: string
  readonly wording: string
  /** What of the wording was chosen by chance, and among what; null where nobody chose. */
  readonly choice: VariantChoice | null
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

/** Freezes a message, replacing what an earlier try that never reached the wire had written. */
export async function freezeMessage(db: BusinessDb, message: FrozenMessage): Promise<void> {
  const values = {
    message_id: message.messageId,
    wording: message.wording,
    variant: message.choice?.variant ?? null,
    among: [...(message.choice?.among ?? [])],
    subject: message.subject,
    html: message.html,
    body_text: message.text,
    sender: JSON.stringify(message.sender),
    reply_to: message.replyTo === null ? null : JSON.stringify(message.replyTo),
    recipients: JSON.stringify(message.recipients),
    copies: JSON.stringify(message.copies),
    in_reply_to: message.inReplyTo,
    thread: [...message.thread],
    attachments: JSON.stringify(message.attachments),
    unattended: message.unattended,
    composed_at: message.composedAt.toString(),
  }
  const freezing = db
    .insertInto('messages')
    .values({ chase_id: message.chaseId, business_id: message.businessId, ...values })
    .onConflict((conflict) => conflict.column('chase_id').doUpdateSet(values))
  await inOneTrip(db, freezing, addressing(message))
}

/** Notes where a message goes, so that an inbox which several customers share counts for each of them. */
function addressing({ businessId, chaseId, recipients, copies }: FrozenMessage): RawBuilder<unknown> {
  const addresses = [...new Set([...recipients, ...copies].map(({ address }) => address.toLowerCase()))]
  return sql`
    with others as (
      delete from addressees where chase_id = ${chaseId} and not address = any (${addresses}::text[]))
    insert into addressees (business_id, address, chase_id)
    select ${businessId}::uuid, address, ${chaseId}::uuid from unnest(${addresses}::text[]) as address
    on conflict do nothing`
}

/** The spell's thread so far: the ids of its messages, oldest first, and the subject it began with. */
export async function readThread(
  db: BusinessDb,
  spellId: string | null,
): Promise<{ messageIds: string[]; subject: string | null }> {
  if (spellId === null) return { messageIds: [], subject: null }
  const rows = await db
    .selectFrom('messages')
    .innerJoin('chases', 'chases.id', 'messages.chase_id')
    .select(['messages.message_id', 'messages.subject'])
    .where('chases.spell_id', '=', spellId)
    .where('chases.status', 'in', ['sent', 'unknown'])
    .orderBy('messages.composed_at')
    .execute()
  return { messageIds: rows.map((row) => row.message_id), subject: rows[0]?.subject ?? null }
}

/**
 * Lets one message at a time be claimed for an address, to the end of the transaction. Returns how many have gone there
 * in the 40 days before `today`, for any customer, those that were claimed while this waited included.
 */
export async function lockAddress(db: BusinessDb, businessId: string, address: string, today: Day): Promise<number> {
  const waiting = sql`select pg_advisory_xact_lock(hashtextextended(${`${businessId} ${address}`}, 0))`
  const counting = sql<{ sent: number }>`
    select count(*)::int as sent from addressees a join chases x on x.id = a.chase_id
     where a.business_id = ${businessId} and a.address = ${address} and x.status in ('sending', 'sent', 'unknown')
       and lower(x.quiet) > (select d - 40 from (select ${today}::date as d) t)`
  // Two statements, so that the count sees what was committed during the wait.
  const [, counted] = await inOneTrip<[unknown, { sent: number }]>(db, waiting, counting)
  return counted[0]?.sent ?? 0
}

/** How many of the last messages a new one is compared with. */
const RECENT = 5

/** What a customer was sent before, oldest first, for the guards: in the running spell, and the last few of all. */
export async function readMessageHistory(
  db: BusinessDb,
  customerId: string,
  spellId: string | null,
): Promise<MessageHistory> {
  const { rows } = await sql<{ subject: string; text: string; isInSpell: boolean; place: number }>`
    select m.subject, m.body_text as text, coalesce(x.spell_id = ${spellId}::uuid, false) as "isInSpell",
           row_number() over (order by m.composed_at desc)::int as place
      from chases x join messages m on m.chase_id = x.id
     where x.customer_id = ${customerId} and x.status in ('sent', 'unknown')
     order by m.composed_at`.execute(db)
  const said = ({ subject, text }: SentMessage): SentMessage => ({ subject, text })
  return {
    inSpell: rows.filter(({ isInSpell }) => isInSpell).map(said),
    recent: rows.filter(({ place }) => place <= RECENT).map(said),
  }
}

/** A PDF with the accounts that its text names; null where nobody has looked for them yet. */
export type KeptPdf = { readonly content: Uint8Array; readonly accounts: readonly string[] | null }

/** The cached PDF of an invoice at a version, or null. */
export async function findPdf(
  db: BusinessDb,
  connectionId: string,
  ledgerId: string,
  version: string,
): Promise<KeptPdf | null> {
  const row = await db
    .selectFrom('pdfs')
    .select(['content', 'accounts'])
    .where('connection_id', '=', connectionId)
    .where('ledger_id', '=', ledgerId)
    .where('version', '=', version)
    .executeTakeFirst()
  return row ?? null
}

/** The accounts that the PDFs attached to the customer's last message named; none where there was no such message. */
export async function readLastAttachedAccounts(db: BusinessDb, customerId: string): Promise<string[]> {
  const { rows } = await sql<{ accounts: string[] }>`
    select coalesce(array_agg(distinct account), '{}') as accounts
      from (select m.attachments from chases x join messages m on m.chase_id = x.id
             where x.customer_id = ${customerId} and x.status in ('sent', 'unknown') and m.attachments <> '[]'
             order by m.composed_at desc limit 1) last,
           jsonb_array_elements(last.attachments) as attached,
           pdfs p, unnest(p.accounts) as account
     where p.connection_id = (attached ->> 'connectionId')::uuid and p.ledger_id = attached ->> 'ledgerId'
       and p.version = attached ->> 'version'`.execute(db)
  return rows[0]?.accounts ?? []
}

/** Keeps a PDF by version; older versions that no message refers to are dropped. */
export async function keepPdf(
  db: BusinessDb,
  pdf: {
    businessId: string
    connectionId: string
    ledgerId: string
    version: string
    content: Uint8Array
    accounts: readonly string[]
    at: Temporal.Instant
  },
): Promise<void> {
  const content = Buffer.from(pdf.content)
  await sql`
    with outdated as (
      delete from pdfs p where p.connection_id = ${pdf.connectionId} and p.ledger_id = ${pdf.ledgerId}
         and p.version <> ${pdf.version}
         and not exists (select from messages m
                          where m.attachments @> jsonb_build_array(jsonb_build_object('ledgerId', p.ledger_id, 'version', p.version))))
    insert into pdfs (business_id, connection_id, ledger_id, version, sha256, content, accounts, fetched_at)
    values (${pdf.businessId}, ${pdf.connectionId}, ${pdf.ledgerId}, ${pdf.version}, sha256(${content}::bytea), ${content}, ${[...pdf.accounts]}::text[], ${pdf.at.toString()}::timestamptz)
    on conflict (connection_id, ledger_id, version) do update set content = excluded.content, sha256 = excluded.sha256,
      accounts = excluded.accounts, fetched_at = excluded.fetched_at`.execute(db)
}

/** Remembers where an invoice can be paid online; null means that the ledger offers no such page. */
export async function rememberPayLink(db: BusinessDb, invoiceId: string, link: string | null): Promise<void> {
  await db
    .updateTable('invoices')
    .set({ pay_link: link ?? '' })
    .where('id', '=', invoiceId)
    .execute()
}

/** What a later note needs to know about a message. */
export async function findMessageSummary(
  db: BusinessDb,
  chaseId: string,
): Promise<{ subject: string; stage: MessageKind } | null> {
  const row = await db
    .selectFrom('messages')
    .innerJoin('chases', 'chases.id', 'messages.chase_id')
    .select(['messages.subject', 'chases.stage'])
    .where('messages.chase_id', '=', chaseId)
    .executeTakeFirst()
  return row?.stage ? { subject: row.subject, stage: row.stage as MessageKind } : null
}

/** A frozen message as it was written, to be told about when its worker never came back. */
export async function findFrozenMessage(
  db: BusinessDb,
  chaseId: string,
): Promise<{
  subject: string
  sender: Address
  recipients: readonly Address[]
  copies: readonly Address[]
  attachments: readonly AttachmentRef[]
} | null> {
  const row = await db
    .selectFrom('messages')
    .select(['subject', 'sender', 'recipients', 'copies', 'attachments'])
    .where('chase_id', '=', chaseId)
    .executeTakeFirst()
  if (!row) return null
  return {
    subject: row.subject,
    sender: row.sender as Address,
    recipients: row.recipients as Address[],
    copies: row.copies as Address[],
    attachments: row.attachments as AttachmentRef[],
  }
}
