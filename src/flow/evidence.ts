import type { Email } from '../mail/mailer.ts'
import { readBusiness } from '../store/businesses.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import {
  EVIDENCE_SOURCES,
  readApprovedLetters,
  readEvidenceAccount,
  readEvidenceInvoices,
  readEvidenceMessages,
  readEvidenceRecords,
  readEvidenceScope,
  type EvidenceInvoice,
  type EvidenceMessage,
  type EvidenceScope,
} from '../store/evidence.ts'
import { findPdf } from '../store/messages.ts'
import type { EvidenceFile, Papers, SealedEvidence } from '../documents/papers.ts'
import { recordEvents } from '../store/events.ts'
import type { Dependencies } from './dependencies.ts'
import { readLetters, referenceOf } from './letters/view.ts'
import { readStatement } from './statement.ts'

export type EvidenceDependencies = Pick<Dependencies, 'db' | 'now' | 'holidays' | 'mailFrom'> & {
  readonly papers: Papers
  /** The message as the bytes that went out: the same frozen message always gives the same. */
  readonly rawMessage: (email: Email) => Promise<Uint8Array>
}

/** Whose pack it is. */
export type EvidenceAbout = {
  readonly businessId: string
  readonly customer: { readonly id: string; readonly name: string }
  /** Only what concerns the invoice of this number. */
  readonly invoice: string | null
  /** Who asks for it, for the history; 'operator' at the command line. */
  readonly actor: string
}

/**
 * Makes a sealed pack of what was said and done about a customer's debt, and writes its head down in the history. Null
 * when the customer has no invoice of that number.
 */
export async function makeEvidence(app: EvidenceDependencies, about: EvidenceAbout): Promise<SealedEvidence | null> {
  const { businessId, customer, invoice, actor } = about
  const madeAt = app.now().round('millisecond')
  const found = await inBusiness(app.db, businessId, async (db) => ({
    business: await readBusiness(db, businessId),
    scope: await readEvidenceScope(db, customer.id, invoice),
  }))
  if (!found.scope) return null
  const gathered = await gatherEvidence(app, businessId, found.scope, madeAt)
  const papers = await statements(app, about, madeAt)
  const subject = [found.business.name, customer.name, invoice].filter((part) => part !== null).join(' – ')
  const sealed = app.papers.sealEvidence([...gathered, ...papers], { subject, madeAt })
  await inBusiness(app.db, businessId, (db) =>
    recordEvents(db, [
      {
        businessId,
        at: madeAt,
        kind: 'evidence-made',
        actor,
        customerId: customer.id,
        facts: { head: sealed.head, entries: sealed.entries, ...(invoice !== null && { number: invoice }) },
      },
    ]),
  )
  return sealed
}

/** The account as it stands when the pack is made, in both languages. */
async function statements(
  app: EvidenceDependencies,
  { businessId, customer }: EvidenceAbout,
  madeAt: Temporal.Instant,
): Promise<EvidenceFile[]> {
  const files: EvidenceFile[] = []
  for (const language of ['es', 'en'] as const) {
    const statement = await inBusiness(app.db, businessId, (db) =>
      readStatement(db, businessId, customer, { language, asOf: madeAt }),
    )
    const content = await app.papers.drawStatement(statement)
    files.push({ path: `account/statement-${language}.pdf`, kind: 'statement', at: madeAt, content })
  }
  return files
}

/** Gathers everything that we know about a customer, or about one of its invoices, as files with the times they speak of. */
export async function gatherEvidence(
  app: EvidenceDependencies,
  businessId: string,
  scope: EvidenceScope,
  madeAt: Temporal.Instant,
): Promise<EvidenceFile[]> {
  return await inBusiness(app.db, businessId, async (db) => {
    const account = await readEvidenceAccount(db, businessId, scope)
    const files: EvidenceFile[] = [json('account/facts.json', 'account', madeAt, account)]
    const names = uniqueNames()
    for (const invoice of await readEvidenceInvoices(db, scope)) files.push(...invoiceFiles(invoice, names))
    for (const message of await readEvidenceMessages(db, scope)) files.push(...(await messageFiles(app, db, message)))
    files.push(...(await letterFiles(app, db, businessId, scope)))
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

const json = (path: string, kind: string, at: Temporal.Instant, value: unknown): EvidenceFile => ({
  path,
  kind,
  at,
  content: Buffer.from(`${JSON.stringify(value, null, 2)}\n`),
})

function invoiceFiles(
  { number, seenAt, facts, pdfs, id }: EvidenceInvoice,
  nameFor: (wanted: string) => string,
): EvidenceFile[] {
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

/** Formal demands: each as it was approved, and those that nobody approved as drafts, as they would read now. */
async function letterFiles(
  app: EvidenceDependencies,
  db: BusinessDb,
  businessId: string,
  scope: EvidenceScope,
): Promise<EvidenceFile[]> {
  const files = (await readApprovedLetters(db, scope)).map(({ letterId, approvedAt, pdf }) => {
    const at = approvedAt.toString({ fractionalSecondDigits: 3 }).replaceAll(/\D/g, '')
    return { path: `letters/${referenceOf(letterId)}-approved-${at}.pdf`, kind: 'letter', at: approvedAt, content: pdf }
  })
  for (const { letter, reference, state, made } of await readLetters(app, db, businessId, scope.customerIds)) {
    const isOfScope = scope.invoiceId === null || letter.draft.invoiceIds.includes(scope.invoiceId)
    if (!isOfScope || state !== 'draft' || made.demand === null || made.problems.length > 0) continue
    const content = await app.papers.drawDemand(made.demand)
    files.push({ path: `letters/${reference}-draft.pdf`, kind: 'letter-draft', at: letter.editedAt, content })
  }
  return files
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

async function messageFiles(
  app: EvidenceDependencies,
  db: BusinessDb,
  message: EvidenceMessage,
): Promise<EvidenceFile[]> {
  const at = message.sentAt ?? message.composedAt
  const name = `messages/${message.composedAt.toString().slice(0, 10)}_${message.chaseId}`
  const { html: _html, text: _text, attachments, ...facts } = message
  const found = []
  for (const { connectionId, ledgerId, version, filename } of attachments) {
    found.push({
      filename,
      type: 'application/pdf',
      content: (await findPdf(db, connectionId, ledgerId, version))?.content ?? null,
    })
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
