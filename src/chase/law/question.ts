import type { Day } from '../day.ts'
import type { Money } from '../money.ts'
import { refuse } from './answer.ts'
import type { Refusal } from './answer.ts'

/** An invoice as the law looks at it: the whole amount, tax included, the day it was due, and what was paid when. */
export type LawInvoice = {
  readonly dueOn: Day
  readonly amount: Money
  readonly payments: readonly { readonly on: Day; readonly amount: Money }[]
}

/** Who owes. A sole trader and a public body count as a business here: both owe late-payment interest. */
export type Debtor = 'business' | 'consumer' | 'unknown'

/** What the parties agreed about late payment. What is left out follows the law. */
export type ContractTerms = {
  /** Yearly simple interest in per cent, at most four decimals: 1.5 a month is 18. */
  readonly ratePercent?: number
  /** Days after the due day on which no interest runs yet. */
  readonly graceDays?: number
  /** A fixed sum for each late invoice. */
  readonly compensation?: Money
  readonly dayCount?: DayCount
}

/** How many days make a year of interest: always 365, or 366 for the days of a leap year. */
export type DayCount = 'always-365' | 'actual'

/** Refuses a debtor who is not, or not known to be, a business: the law of late payment is made between businesses. */
export function refuseDebtor(debtor: Debtor): Refusal | null {
  if (debtor === 'business') return null
  return refuse(debtor === 'consumer' ? 'debtor-not-a-business' : 'debtor-type-unknown')
}

/** Refuses amounts that are not whole and positive minor units, and payments in another currency than the invoice. */
export function refuseAmounts({ amount, payments }: LawInvoice): Refusal | null {
  for (const { minor } of [amount, ...payments.map((payment) => payment.amount)]) {
    if (!Number.isSafeInteger(minor) || minor < 0) return refuse('amount-not-understood', { minor })
  }
  const stranger = payments.find((payment) => payment.amount.currency !== amount.currency)
  if (stranger === undefined) return null
  return refuse('currency-mismatch', { invoice: amount.currency, payment: stranger.amount.currency })
}

/** What is still owed at the end of the day, in minor units; never negative. */
export function owedAtEndOf(on: Day, { amount, payments }: LawInvoice): number {
  const paid = payments.filter((payment) => payment.on <= on).reduce((sum, payment) => sum + payment.amount.minor, 0)
  return Math.max(0, amount.minor - paid)
}
