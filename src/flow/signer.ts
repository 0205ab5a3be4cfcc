import type { Policy } from '../chase/policy.ts'
import type { Segment } from '../chase/standing.ts'
import { stepNamed } from '../chase/steps.ts'
import type { Address } from '../mail/mailer.ts'
import type { Business } from '../store/businesses.ts'

/** Whose name a message has. It leaves from the mailbox we send with, whoever signs: only that one is verified. */
export type Signer = {
  readonly name: string
  readonly address: string
  readonly role: string | null
  readonly phone: string | null
  /** Where answers go; null for the mailbox that sends. */
  readonly replyTo: Address | null
  /** The senior sender, and not the usual one. */
  readonly isSenior: boolean
}

/**
 * Who signs the message of a chase: the senior sender where the policy says so of its step and the business has named
 * one, else the usual one.
 */
export function signerOf(
  { business, policy }: { readonly business: Business; readonly policy: Policy },
  mailFrom: Address,
  { segment, stepId }: { readonly segment: Segment; readonly stepId: string },
): Signer {
  const isSenior = business.seniorName !== null && stepNamed(policy, segment, stepId)?.sender === 'senior'
  const usualName = business.senderName ?? mailFrom.name ?? business.name
  const name = isSenior ? (business.seniorName ?? usualName) : usualName
  const answers = (isSenior ? business.seniorEmail : null) ?? business.senderEmail
  const { address } = mailFrom
  return {
    name,
    address,
    role: isSenior ? business.seniorRole : business.senderRole,
    phone: isSenior ? business.seniorPhone : business.senderPhone,
    replyTo: answers !== null && answers !== address ? { name, address: answers } : null,
    isSenior,
  }
}

/** The mailbox as the message's header names it. */
export const fromOf = ({ name, address }: Signer): Address => ({ name, address })
