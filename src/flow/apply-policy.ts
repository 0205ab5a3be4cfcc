import type { AvailableWordings } from '../chase/policy-check.ts'
import type { Policy } from '../chase/policy.ts'
import { checkPolicyText, type CheckedText } from '../policy/check.ts'
import { editPolicy } from '../policy/edit.ts'
import { policyContents, policyHash } from '../policy/hash.ts'
import { moveAssumedDueDays } from '../store/books.ts'
import { readPolicyPeople } from '../store/contacts.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { recordEvents } from '../store/events.ts'
import { addVersion, keepUsedPolicy, lockLastVersion } from '../store/policies.ts'
import { take, type Act, type ControlDependencies } from './act.ts'
import { documentInForce, policyInForce } from './policy.ts'

/** What changing a policy needs besides the database and the clock: the wordings there are, for its proofs. */
export type PolicyApp = ControlDependencies & { readonly openings: AvailableWordings }

/** What became of a document that was to be applied. */
export type Applied =
  | { readonly kind: 'applied'; readonly version: number; readonly hash: string; readonly checked: CheckedText }
  /** It says what is in force already, word for word. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly checked: CheckedText }
  /** Somebody applied another version since the document was begun. */
  | { readonly kind: 'overtaken'; readonly version: number }
  | { readonly kind: 'unknown' }

export type Application = {
  readonly document: string
  readonly why: string | null
  /** The version that the document was made from, 0 for the default; null does not ask. */
  readonly basedOn: number | null
}

/**
 * Puts a document in force as the business's next version, at once. A document with errors is refused. Everybody is
 * looked at anew: what is on its way and no longer wanted is taken back, as after any change of the rules.
 */
export async function applyPolicy(app: PolicyApp, act: Act & Application): Promise<Applied> {
  let applied: Applied = { kind: 'unknown' }
  await take(app, act, 'everybody', null, async (db) => {
    applied = await addDocument(app, db, act)
    if (applied.kind !== 'applied') return 'done'
    const { version, hash } = applied
    return { kind: 'policy-applied', facts: { version, hash, ...(act.why !== null && { why: act.why }) } }
  })
  return applied
}

/** Reads a document and proves what can be proven about it, for the people that this business has. Changes nothing. */
export async function checkDocument(app: PolicyApp, businessId: string, document: string): Promise<CheckedText> {
  const people = await inBusiness(app.db, businessId, (db) => readPolicyPeople(db, businessId))
  return checkPolicyText(document, app.openings, people)
}

/** Changes single settings as an edit of the document in force, in the caller's transaction. */
export async function editPolicyInForce(
  app: PolicyApp,
  db: BusinessDb,
  act: Act & { readonly change: (policy: Policy) => Policy; readonly why: string | null },
): Promise<Applied> {
  const inForce = await policyInForce(db, act.businessId, app.now())
  const document = await documentInForce(db, act.businessId, inForce)
  return addDocument(app, db, { ...act, document: editPolicy(document, act.change(inForce.policy)), basedOn: null })
}

async function addDocument(app: PolicyApp, db: BusinessDb, act: Act & Application): Promise<Applied> {
  const { businessId, userId: actor, why } = act
  // Browsers end lines their own way, and a last line without an end is a line all the same.
  const document = `${act.document.replaceAll('\r\n', '\n').trimEnd()}\n`
  const checked = checkPolicyText(document, app.openings, await readPolicyPeople(db, businessId))
  if (checked.policy === null || !checked.sound) return { kind: 'refused', checked }
  const last = await lockLastVersion(db, businessId)
  if (act.basedOn !== null && act.basedOn !== last) return { kind: 'overtaken', version: last }
  const at = app.now()
  const inForce = await policyInForce(db, businessId, at)
  if (document === (await documentInForce(db, businessId, inForce))) return { kind: 'unchanged' }
  const hash = policyHash(checked.policy)
  await keepUsedPolicy(db, { businessId, hash, json: policyContents(checked.policy), at })
  await addVersion(db, last + 1, { businessId, hash, document, actor, why, at, inForceFrom: at })
  await moveDueDays(db, { businessId, actor, at }, inForce.policy, checked.policy)
  return { kind: 'applied', version: last + 1, hash, checked }
}

/** Where the ledger names no due day the business's term makes one, so another term makes another one. */
async function moveDueDays(
  db: BusinessDb,
  told: { readonly businessId: string; readonly actor: string; readonly at: Temporal.Instant },
  before: Policy,
  after: Policy,
): Promise<void> {
  if (before.defaultTermDays === after.defaultTermDays) return
  const moved = await moveAssumedDueDays(db, { from: before.defaultTermDays, to: after.defaultTermDays })
  await recordEvents(
    db,
    moved.map(({ invoiceId, customerId, number, currency, before: was, after: is }) => ({
      ...told,
      kind: 'due-day-changed' as const,
      customerId,
      invoiceId,
      facts: { number, currency, from: was?.dueOn ?? null, to: is.dueOn },
    })),
  )
}
