import type { Day } from '../day.ts'
import { money } from '../money.ts'
import type { Money } from '../money.ts'
import type { LawInvoice } from './question.ts'

/** An invoice as the books know it: what it came to, what is left of it, and the payments that were seen. */
export type InvoiceRecord = {
  readonly dueOn: Day
  /** The books had no due day, so a default term was used. */
  readonly dueAssumed: boolean
  readonly total: Money
  readonly balance: Money
  readonly payments: readonly { readonly on: Day; readonly amount: Money }[]
}

/**
 * An invoice as the law looks at it, so that what is owed today comes to its balance.
 *
 * What lowered the balance without a payment that we know of, such as a credit note or a payment a minute ago, counts
 * as never owed. Where more was paid than the balance says, the balance alone counts. Both err to the debtor's side:
 * they claim less.
 */
export function lawInvoice({ dueOn, balance, payments }: InvoiceRecord): LawInvoice {
  const { currency } = balance
  if (payments.some(({ amount }) => amount.currency !== currency)) return { dueOn, amount: balance, payments }
  const paid = payments.reduce((sum, { amount }) => sum + amount.minor, 0)
  return { dueOn, amount: money(balance.minor + paid, currency), payments }
}
