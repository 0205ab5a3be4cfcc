import { createHash } from 'node:crypto'
import type { QuotedClaim } from '../chase/law/claim.ts'
import type { Address, Composed } from '../mail/mailer.ts'
import type { ChaseInvoice } from '../store/chases.ts'
import type { Recipient } from './standing.ts'

/**
 * What an approval is bound to until the message leaves: the step, who gets the message, what is open and by what right more is claimed. Any change gives another hash,
 * and so voids the approval.
 */
export function approvalHash(
  chase: { stepId: string; stage: string | null },
  recipients: readonly Recipient[],
  items: readonly Omit<ChaseInvoice, 'version'>[],
  claim: Pick<QuotedClaim, 'ground'> | null,
): string {
  const bound = {
    step: [chase.stepId, chase.stage],
    recipients: recipients.map(({ address, copied }) => `${copied ? 'cc' : 'to'}:${address}`),
    invoices: items
      .map(({ invoiceId, currency, balanceMinor, dueOn }) => `${invoiceId}|${balanceMinor} ${currency}|${dueOn}`)
      .sort(),
    // By what right, not how much: the sum grows every day, and whoever approved it knew that.
    ...(claim && { claims: claim.ground }),
  }
  return hashOf(bound)
}

/**
 * One version of a message as a person sees it: what an approval would be bound to, and every word. Another amount,
 * address, day or wording is another version.
 */
export const versionOf = (approval: string, sender: Address, { subject, html, text }: Composed): string =>
  hashOf([approval, sender.name, sender.address, subject, html, text])

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex')
