import type { QuotedClaim } from '../chase/law/claim.ts'
import type { Address } from '../mail/mailer.ts'
import { findChase, type ChaseInvoice, type ChaseRow } from '../store/chases.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { readThread } from '../store/messages.ts'
import type { CustomerFacts } from '../store/standings.ts'
import { readKnownCustomers } from './known-customers.ts'
import { approvalHash, versionOf } from './approval.ts'
import type { Dependencies } from './dependencies.ts'
import { attachesInvoices, messageFacts } from './message.ts'
import { invoicesOf } from './items.ts'
import { claimFor } from './law.ts'
import { recipientsOfChase } from './recipients.ts'
import { fromOf, signerOf } from './signer.ts'
import { readSurroundings, standingOf, type Surroundings } from './standing.ts'

export type Preview = {
  readonly from: Address
  readonly to: readonly string[]
  readonly cc: readonly string[]
  readonly subject: string
  readonly html: string
  readonly text: string
  /** Names exactly this version of the message: an approval of what is shown here brings it back. */
  readonly version: string
}

/** The message a planned chase would send if it left now: what a person approves. Null when there is no such chase. */
export async function previewChase(
  app: Pick<Dependencies, 'db' | 'now' | 'holidays' | 'compose' | 'mailFrom'>,
  businessId: string,
  chaseId: string,
): Promise<Preview | null> {
  return inBusiness(app.db, businessId, async (db) => {
    const chase = await findChase(db, chaseId)
    if (!chase) return null
    const around = await readSurroundings(app, db, businessId)
    const [customer] = await readKnownCustomers(around, db, [chase.customerId], 'look')
    if (!customer) return null
    const thread = await readThread(db, chase.spellId)
    const claim = await claimOfChase(db, around, customer, chase)
    return previewOf(app, around, customer, { ...chase, threadSubject: thread.subject, claim })
  })
}

/** What a preview needs to know of a chase. */
export type Previewed = Pick<ChaseRow, 'id' | 'segment' | 'stepId' | 'stage'> & {
  readonly invoices: readonly Omit<ChaseInvoice, 'version'>[]
  readonly threadSubject: string | null
  readonly claim: QuotedClaim | null
}

/** What the message would claim on top of its invoices if it left now. */
export const claimOfChase = (
  db: BusinessDb,
  around: Surroundings,
  customer: CustomerFacts,
  chase: Pick<Previewed, 'stage' | 'invoices'>,
): Promise<QuotedClaim | null> =>
  claimFor(db, around, customer, {
    kind: chase.stage,
    items: invoicesOf(customer, chase),
    today: standingOf(around, customer).today,
  })

/** The same from what has been read already. Null when there is nothing to write about. */
export function previewOf(
  app: Pick<Dependencies, 'compose' | 'mailFrom'>,
  around: Surroundings,
  customer: CustomerFacts,
  chase: Previewed,
): Preview | null {
  const items = invoicesOf(customer, chase)
  if (chase.stage === null || items.length === 0) return null
  const sender = signerOf(around, app.mailFrom, chase)
  const facts = messageFacts(around, customer, standingOf(around, customer), sender, {
    seed: chase.id,
    kind: chase.stage,
    noticeId: chase.stepId,
    items,
    // The PDFs are fetched when it is sent; a PDF that cannot be had holds the message.
    attachedIds: attachesInvoices(chase.stage) ? items.map(({ id }) => id) : [],
    threadSubject: chase.threadSubject,
    claim: chase.claim,
  })
  if (facts === null) return null
  const composed = app.compose(facts)
  const recipients = recipientsOfChase(around, customer, chase)
  return {
    from: fromOf(sender),
    to: recipients.filter(({ copied }) => !copied).map(({ address }) => address),
    cc: recipients.filter(({ copied }) => copied).map(({ address }) => address),
    subject: composed.subject,
    html: composed.html,
    text: composed.text,
    version: versionOf(approvalHash(chase, recipients, chase.invoices, chase.claim), sender, composed),
  }
}
