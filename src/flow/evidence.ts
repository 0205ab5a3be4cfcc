import type { Email } from '../mail/mailer.ts'
import { inBusiness, type BusinessDb, type Db } from '../store/db.ts'
import {
  EVIDENCE_SOURCES,
  readEvidenceAccount,
  readEvidenceInvoices,
  readEvidenceMessages,
  readEvidenceRecords,
  type EvidenceInvoice,
  type EvidenceMessage,
  type EvidenceScope,
} from '../store/evidence.ts'
import { findPdf } from '../store/messages.ts'

/** One thing that a pack holds, before it is sealed. */
export type Gathered = {
  readonly path: string
  readonly kind: string
  readonly at: Temporal.Instant
  readonly content: Uint8Array
}

export type EvidenceDependencies = {
  readonly db: Db
  /** The message as the bytes that went out: the same frozen message always gives the same. */
  readonly rawMessage: (email: Email) => Promise<Uint8Array>
}

/** Gathers everything that we know about a customer, or about one of its invoices, as files with the times they speak of. */
export async function gatherEvidence(
  app: EvidenceDependencies,
  businessId: string,
  scope: EvidenceScope,
  madeAt: Temporal.Instant,
): Promise<Gathered[]> {
  return await inBusiness(app.db, businessId, async (db) => {
    const account = await readEvidenceAccount(db, businessId, scope)
    const files: Gathered[] = [json('account/facts.json', 'account', madeAt, account)]
    const names = uniqueNames()
    for (const invoice of await readEvidenceInvoices(db, scope)) files.push(...invoiceFiles(invoice, names))
    for (const message of await readEvidenceMessages(db, scope)) files.push(...(await messageFiles(app, db, message)))
    for (const source of EVIDENCE_SOURCES) {
      const records = await readEvidenceRecords(db, source, scope)
      const latest = records
        .map(({ at }) => at)
        .sort((one, other) => Temporal.Instant.compare(one, other))
        .at(-1)
      if (!latest) continue
      const lines = records.map(({ data }) => `${JSON.stringify(data)}\n`)
      files.push({
        path: `records/${source.kind}.jsonl`,
        kind: source.kind,
        at: latest,
        content: Buffer.from(lines.join('')),
      })
    }
    // What a clock of another machine put a little after our own now was there all the same.
    return files.map((file) => (Temporal.Instant.compare(file.at, madeAt) > 0 ? { ...file, at: madeAt } : file))
  })
}

const json = (path: string, kind: string, at: Temporal.Instant, value: unknown): Gathered => ({
  path,
  kind,
  at,
  content: Buffer.from(`${JSON.stringify(value, null, 2)}\n`),
})

function invoiceFiles(
  { number, seenAt, facts, pdfs, id }: EvidenceInvoice,
  nameFor: (wanted: string) => string,
): Gathered[] {
  const folder = `invoices/${nameFor(number ?? id)}`
  return [
    json(`${folder}/facts.json`, 'invoice', seenAt, facts),
    ...pdfs.map(({ fetchedAt, content }, at) => ({
      path: `${folder}/invoice${at === 0 ? '' : `-${at + 1}`}.pdf`,
      kind: 'invoice-pdf',
      at: fetchedAt,
      content,
    })),
  ]
}

/** Names that are safe in an archive, and never two alike: numbers of different ledgers may differ only in a slash. */
function uniqueNames(): (wanted: string) => string {
  const taken = new Set<string>()
  return (wanted) => {
    const plain = wanted
      .normalize('NFD')
      .replaceAll(/\p{M}/gu, '')
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    const safe = plain.replace(/^[^A-Za-z0-9]+/, '').slice(0, 60) || 'without-number'
    for (let copy = 1; ; copy += 1) {
      const name = copy === 1 ? safe : `${safe}_${copy}`
      if (taken.has(name.toLowerCase())) continue
      taken.add(name.toLowerCase())
      return name
    }
  }
}

async function messageFiles(app: EvidenceDependencies, db: BusinessDb, message: EvidenceMessage): Promise<Gathered[]> {
  const at = message.sentAt ?? message.composedAt
  const name = `messages/${message.composedAt.toString().slice(0, 10)}_${message.chaseId}`
  const { html: _html, text: _text, attachments, ...facts } = message
  const found = []
  for (const { connectionId, ledgerId, version, filename } of attachments) {
    found.push({ filename, type: 'application/pdf', content: await findPdf(db, connectionId, ledgerId, version) })
  }
  const missing = found.filter(({ content }) => content === null).map(({ filename }) => filename)
  const described = json(`${name}.json`, 'message', at, {
    ...facts,
    attachments: attachments.map(({ filename, version }) => ({ filename, version })),
    raw:
      missing.length === 0
        ? 'rebuilt from the frozen message by the program that sent it'
        : `not rebuilt: no longer kept here: ${missing.join(', ')}`,
  })
  if (missing.length > 0)
    return [described, json(`${name}.body.json`, 'message-body', at, { text: message.text, html: message.html })]
  const content = await app.rawMessage({
    messageId: message.messageId,
    from: message.sender,
    replyTo: message.replyTo,
    to: message.recipients,
    cc: message.copies,
    subject: message.subject,
    html: message.html,
    text: message.text,
    attachments: found.flatMap(({ content, ...rest }) => (content === null ? [] : [{ ...rest, content }])),
    inReplyTo: message.inReplyTo,
    references: message.thread,
    sentAt: message.composedAt,
    unattended: message.unattended,
  })
  return [described, { path: `${name}.eml`, kind: 'message-raw', at, content }]
}
