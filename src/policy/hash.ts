import { createHash } from 'node:crypto'
import type { Policy } from '../chase/policy.ts'

/** The policy as JSON with its keys in order: two files that say the same have the same. */
export const policyContents = (policy: Policy): string => JSON.stringify(inOrder(policy))

/** The name of a policy: the SHA-256 of its contents, in hex. What a file leaves out counts as the default it takes. */
export const policyHash = (policy: Policy): string => createHash('sha256').update(policyContents(policy)).digest('hex')

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, inside]) => inside !== undefined)
  entries.sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inside]) => [key, inOrder(inside)]))
}
