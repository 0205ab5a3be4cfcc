import { createHash } from 'node:crypto'
import type { ChaseInvoice } from '../store/chases.ts'
import type { Recipient } from './standing.ts'

/**
 * What an approval is bound to: the step, who gets the message, and what it claims. Any change gives another hash,
 * and so voids the approval.
 */
export function approvalHash(
  chase: { stepId: string; stage: string | null },
  recipients: readonly Recipient[],
  items: readonly Omit<ChaseInvoice, 'version'>[],
): string {
  const bound = {
    step: [chase.stepId, chase.stage],
    recipients: recipients.map(({ address, copied }) => `${copied ? 'cc' : 'to'}:${address}`),
    invoices: items
      .map(({ invoiceId, currency, balanceMinor, dueOn }) => `${invoiceId}|${balanceMinor} ${currency}|${dueOn}`)
      .sort(),
  }
  return createHash('sha256').update(JSON.stringify(bound)).digest('hex')
}
