import type { Facts } from '../verdict.ts'

/** What a figure still rests on that nobody has verified. A letter that quotes it needs a person's consent. */
export type Proviso =
  /** The rate was worked out from a decision of the central bank; the official notice was not seen. */
  | 'rate-derived'
  /** The rate itself comes from general knowledge. */
  | 'rate-unverified'
  /** That the rate changes with the half-year during the delay is our reading of the law. */
  | 'rate-change-unverified'
  /** The law sets a floor under, or a cap over, what may be agreed, and it was not checked. */
  | 'contract-rate-unchecked'
  /** Whether the tax belongs to the amount that bears interest was not verified. */
  | 'tax-in-base-unverified'
  /** Whether agreed or legal interest bears interest itself was not verified. */
  | 'growth-unverified'
  /** The amount from which the compensation is worked out was not verified. */
  | 'compensation-base-unverified'
  /** The length of the period, or what interrupts it, comes from general knowledge or from sources that disagree. */
  | 'limitation-unverified'
  /** The region decides, none that we know was given, and the country's most common rule was taken. */
  | 'region-assumed'
  /** The ledger knows the day of the invoice, not the day on which the tax fell due; the former was taken. */
  | 'tax-point-assumed'
  /** Nobody said on which side of the limit the seller's turnover lies; the longer wait was taken. */
  | 'turnover-assumed'

/** Why there is no figure. */
export type RefusalReason =
  | 'unknown-country'
  | 'debtor-not-a-business'
  | 'debtor-type-unknown'
  /** An amount that is not a whole number of minor units, or is negative. */
  | 'amount-not-understood'
  /** A payment in another currency than its invoice. */
  | 'currency-mismatch'
  /** The law's thresholds are in another currency than the invoice, so they cannot be compared. */
  | 'currency-does-not-fit'
  | 'contract-not-understood'
  /** The law of this country gives interest only where the contract does, and no rate was given. */
  | 'contract-needed'
  /** No rate is known for a day of the period. */
  | 'rate-unknown'
  /** The law of this country gives no such sum. */
  | 'none-by-law'
  /** Older than the rules that are known here. */
  | 'no-rule-then'
  /** The rule depends on the region, and none that we know was given. */
  | 'region-needed'
  /** The rule for this kind of debt is not known here. */
  | 'debt-kind-not-covered'
  /** The law differs so much from case to case that a figure would mislead. */
  | 'lawyer-needed'
  /** The invoice had no due day and one was assumed: interest cannot be counted from a guess. */
  | 'due-day-assumed'
  /** Paid in full. */
  | 'nothing-owed'
  /** A private customer's invoice of so little that the law gives no relief. */
  | 'too-small'

/** A "no" with its reason and the facts behind it. */
export type Refusal = { readonly kind: 'refused'; readonly because: RefusalReason; readonly facts: Facts }

export const refuse = (because: RefusalReason, facts: Facts = {}): Refusal => ({ kind: 'refused', because, facts })
