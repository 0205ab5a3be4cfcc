import { sql } from 'kysely'
import type { Stage } from '../chase/standing.ts'
import type { Address } from '../mail/mailer.ts'
import type { BusinessDb } from './db.ts'

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
  await db
    .insertInto('messages')
    .values({ chase_id: message.chaseId, business_id: message.businessId, ...values })
    .onConflict((conflict) => conflict.column('chase_id').doUpdateSet(values))
    .execute()
}

/** The spell's thread so far: the ids of its messages, oldest first, and the subject it began with. */
export async function readThread(
  db: BusinessDb,
  spellId: string,
): Promise<{ messageIds: string[]; subject: string | null }> {
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

/** The cached PDF of an invoice at a version, or null. */
export async function findPdf(
  db: BusinessDb,
  connectionId: string,
  ledgerId: string,
  version: string,
): Promise<Uint8Array | null> {
  const row = await db
    .selectFrom('pdfs')
    .select('content')
    .where('connection_id', '=', connectionId)
    .where('ledger_id', '=', ledgerId)
    .where('version', '=', version)
    .executeTakeFirst()
  return row ? row.content : null
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
    at: Temporal.Instant
  },
): Promise<void> {
  const content = Buffer.from(pdf.content)
  await sql`
    insert into pdfs (business_id, connection_id, ledger_id, version, sha256, content, fetched_at)
    values (${pdf.businessId}, ${pdf.connectionId}, ${pdf.ledgerId}, ${pdf.version}, sha256(${content}::bytea), ${content}, ${pdf.at.toString()}::timestamptz)
    on conflict (connection_id, ledger_id, version) do update set content = excluded.content, sha256 = excluded.sha256,
      fetched_at = excluded.fetched_at`.execute(db)
  await sql`
    delete from pdfs p where p.connection_id = ${pdf.connectionId} and p.ledger_id = ${pdf.ledgerId} and p.version <> ${pdf.version}
       and not exists (select from messages m
                        where m.attachments @> jsonb_build_array(jsonb_build_object('ledgerId', p.ledger_id, 'version', p.version)))`.execute(
    db,
  )
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
): Promise<{ subject: string; stage: Stage } | null> {
  const row = await db
    .selectFrom('messages')
    .innerJoin('chases', 'chases.id', 'messages.chase_id')
    .select(['messages.subject', 'chases.stage'])
    .where('messages.chase_id', '=', chaseId)
    .executeTakeFirst()
  return row?.stage ? { subject: row.subject, stage: row.stage as Stage } : null
}

/** A frozen message as it was written, to be told about when its worker never came back. */
export async function findFrozenMessage(
  db: BusinessDb,
  chaseId: string,
): Promise<{
  subject: string
  recipients: readonly Address[]
  copies: readonly Address[]
  attachments: readonly AttachmentRef[]
} | null> {
  const row = await db
    .selectFrom('messages')
    .select(['subject', 'recipients', 'copies', 'attachments'])
    .where('chase_id', '=', chaseId)
    .executeTakeFirst()
  if (!row) return null
  return {
    subject: row.subject,
    recipients: row.recipients as Address[],
    copies: row.copies as Address[],
    attachments: row.attachments as AttachmentRef[],
  }
}
