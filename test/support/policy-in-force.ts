import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { PLAIN_STEP, type Policy, type Step } from '../../src/chase/policy.ts'
import type { Segment } from '../../src/chase/standing.ts'
import { policyContents, policyHash } from '../../src/policy/hash.ts'
import { printPolicy } from '../../src/policy/print.ts'
import { inBusiness, type Db } from '../../src/store/db.ts'
import { addVersion, keepUsedPolicy, lockLastVersion } from '../../src/store/policies.ts'

/** What differs from the default; of a step only what matters. */
export type PolicyChanges = Partial<Omit<Policy, 'sequences'>> & {
  readonly sequences?: Partial<Record<Segment, readonly (Partial<Step> & Pick<Step, 'id' | 'from' | 'to' | 'channel' | 'stage' | 'approval'>)[]>> // prettier-ignore
}

/** Puts a policy in force as it is: a story may need one that a business could not prove. */
export async function putPolicyInForce(
  db: Db,
  businessId: string,
  { sequences = {}, ...changes }: PolicyChanges,
  at: Temporal.Instant,
): Promise<void> {
  const whole = Object.fromEntries(
    Object.entries(sequences).map(([segment, steps]) => [segment, steps.map((step) => ({ ...PLAIN_STEP, ...step }))]),
  )
  const policy: Policy = { ...DEFAULT_POLICY, ...changes, sequences: { ...DEFAULT_POLICY.sequences, ...whole } }
  await putDocumentInForce(db, businessId, { policy, document: printPolicy(policy) }, at)
}

/** Puts a document in force that nobody has read. */
export async function putDocumentInForce(
  db: Db,
  businessId: string,
  { policy, document }: { policy: Policy; document: string },
  at: Temporal.Instant,
): Promise<void> {
  const hash = policyHash(policy)
  await inBusiness(db, businessId, async (db) => {
    const last = await lockLastVersion(db, businessId)
    await keepUsedPolicy(db, { businessId, hash, json: policyContents(policy), at })
    await addVersion(db, last + 1, { businessId, hash, document, actor: 'operator', why: null, at, inForceFrom: at })
  })
}
