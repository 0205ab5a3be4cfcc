import { documentsToJudge, judgeAccounts } from '../chase/guards/bank-details.ts'
import type { CheckMessage, Composed, MessageFacts } from '../mail/mailer.ts'
import { lookAt } from '../store/books.ts'
import { cancelChase, type ChaseRow } from '../store/chases.ts'
import type { BusinessDb } from '../store/db.ts'
import { recordEvents } from '../store/events.ts'
import { setHold, wasReleased } from '../store/holds.ts'
import { readLastAttachedAccounts, readMessageHistory } from '../store/messages.ts'
import { chaseEvent } from './outcome.ts'
import type { Surroundings } from './standing.ts'

/** Why a message must be seen by a person before it, or anything else to the customer, may go. */
export type Doubt = { readonly kind: 'bank-details' | 'message-held'; readonly why: string }

/** Longer than any list of findings that a person reads. */
const MOST_CHARACTERS = 900

/**
 * The last look at a message before it is frozen: is the account it asks to pay to the one that the last message and the
 * attached invoices name (`accounts`), and do tone, facts and wording hold? Null when they do, or when a person has released this very doubt.
 */
export async function doubtAbout(
  app: { readonly checkMessage: CheckMessage },
  db: BusinessDb,
  chase: Pick<ChaseRow, 'customerId' | 'spellId'>,
  { composed, facts, accounts: documents }: { composed: Composed; facts: MessageFacts; accounts: readonly string[] },
): Promise<Doubt | null> {
  const { customerId } = chase
  const history = await readMessageHistory(db, customerId, chase.spellId)
  const confirmed = facts.business.paymentDetails
  const before = documents.length > 0 ? await readLastAttachedAccounts(db, customerId) : []
  const { holds, doubts } = judgeAccounts({
    confirmed,
    lastMessage: history.recent.at(-1)?.text ?? null,
    ledger: [],
    documents: documentsToJudge(documents, { confirmed, before }),
  })
  const accounts: Doubt | null = holds
    ? {
        kind: 'bank-details',
        why: doubts.map(({ kind, accounts: named }) => `${kind}: ${named.join(', ')}`).join('; '),
      }
    : null
  if (accounts && !(await wasReleased(db, { customerId, ...accounts }))) return accounts
  const findings = app.checkMessage(composed, facts, history)
  if (findings.length === 0) return null
  const why = findings
    .map(({ kind, where, what }) => `${kind} (${where}): ${what}`)
    .join('; ')
    .slice(0, MOST_CHARACTERS)
  const doubt: Doubt = { kind: 'message-held', why }
  return (await wasReleased(db, { customerId, ...doubt })) ? null : doubt
}

/** Holds the customer for a person, with the doubt as the reason, and calls the message off. */
export async function holdFor(
  db: BusinessDb,
  chase: ChaseRow,
  around: Surroundings,
  { kind, why }: Doubt,
): Promise<void> {
  const { businessId, customerId } = chase
  await cancelChase(db, chase.id, 'held')
  await setHold(db, {
    businessId,
    customerId,
    invoiceId: null,
    kind,
    until: null,
    why,
    createdBy: 'puntual',
    at: around.now,
  })
  await recordEvents(db, [chaseEvent(chase, around.now)('message-held', { stage: chase.stage, why, hold: kind })])
  await lookAt(db, [customerId], around.now)
}
