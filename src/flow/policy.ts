import { DEFAULT_POLICY } from '../chase/default-policy.ts'
import type { Policy } from '../chase/policy.ts'
import { policyContents, policyHash } from '../policy/hash.ts'
import { storedPolicy } from '../policy/parse.ts'
import { printPolicy } from '../policy/print.ts'
import type { BusinessDb } from '../store/db.ts'
import { findVersionInForce, keepUsedPolicy, readPolicyDocument, type VersionColumns } from '../store/policies.ts'

/** The policy a business chases by at one moment. */
export type PolicyInForce = {
  readonly policy: Policy
  /** Its name, which every decision is stored with. */
  readonly hash: string
  /** Null where the business has never applied one and chases by the default. */
  readonly version: number | null
  /** It is kept under its hash already. */
  readonly kept: boolean
}

/** The name of the policy of a business that has never applied one. */
export const DEFAULT_HASH = policyHash(DEFAULT_POLICY)

/** The policy in force at an instant: the business's highest version whose time has come, else the default. */
export async function policyInForce(db: BusinessDb, businessId: string, at: Temporal.Instant): Promise<PolicyInForce> {
  return policyOf(db, businessId, await findVersionInForce(db, businessId, at, DEFAULT_HASH))
}

/** The policy of a version that was found to be in force. */
export async function policyOf(
  db: BusinessDb,
  businessId: string,
  { version, hash, keptHash }: VersionColumns,
): Promise<PolicyInForce> {
  if (version === null || hash === null) {
    return { policy: DEFAULT_POLICY, hash: DEFAULT_HASH, version: null, kept: keptHash === DEFAULT_HASH }
  }
  const known = PARSED.get(hash) ?? (await parseVersion(db, businessId, { version, hash }))
  return { ...known, version, kept: keptHash === known.hash }
}

/** Keeps the policy that is about to decide something under its hash, unless it is kept already. */
export async function keepPolicy(
  db: BusinessDb,
  around: {
    readonly business: { readonly id: string }
    readonly policy: Policy
    readonly policyHash: string
    readonly policyKept: boolean
    readonly now: Temporal.Instant
  },
): Promise<void> {
  if (around.policyKept) return
  const { business, policy, policyHash: hash, now: at } = around
  await keepUsedPolicy(db, { businessId: business.id, hash, json: policyContents(policy), at })
}

/** The document of the policy in force, as its author wrote it; the default's, where there is none. */
export async function documentInForce(
  db: BusinessDb,
  businessId: string,
  { version }: Pick<PolicyInForce, 'version'>,
): Promise<string> {
  const document = version === null ? null : await readPolicyDocument(db, businessId, version)
  return document ?? printPolicy(DEFAULT_POLICY)
}

type Known = { readonly policy: Policy; readonly hash: string }

/** Reading a document takes milliseconds, and each plan and each send asks for it. Same hash, same policy: never stale. */
const PARSED = new Map<string, Known>()
const MOST_PARSED = 200

async function parseVersion(
  db: BusinessDb,
  businessId: string,
  { version, hash }: { version: number; hash: string },
): Promise<Known> {
  const policy = storedPolicy((await readPolicyDocument(db, businessId, version)) ?? '')
  // Of the policy as this release completes it: a later release may have another default for what the document leaves out.
  const known = { policy, hash: policyHash(policy) }
  const oldest = PARSED.size < MOST_PARSED ? undefined : PARSED.keys().next().value
  if (oldest !== undefined) PARSED.delete(oldest)
  PARSED.set(hash, known)
  return known
}
