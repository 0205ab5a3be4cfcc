import { daysBetween } from '../day.ts'
import type { Day } from '../day.ts'
import { money } from '../money.ts'
import type { Money } from '../money.ts'
import { openMinorOn, perCurrency } from './documents.ts'
import type { SalesDocument } from './documents.ts'

/** A bucket holds what is at least `from` and at most `to` days old; null is without end. Buckets must not overlap. */
export type Bucket = { readonly name: string; readonly from: number | null; readonly to: number | null }

/** Days past due: not due, 1–30, 31–60, 61–90, over 90. The due day itself is day 0 and not late. Source: usual practice. */
export const DUE_BUCKETS: readonly Bucket[] = [
  { name: 'not-due', from: null, to: 0 },
  { name: '1-30', from: 1, to: 30 },
  { name: '31-60', from: 31, to: 60 },
  { name: '61-90', from: 61, to: 90 },
  { name: 'over-90', from: 91, to: null },
]

/** Days since issue, for the view by invoice date. */
export const ISSUE_BUCKETS: readonly Bucket[] = [
  { name: '0-30', from: null, to: 30 },
  { name: '31-60', from: 31, to: 60 },
  { name: '61-90', from: 61, to: 90 },
  { name: 'over-90', from: 91, to: null },
]

export type Ageing = {
  readonly currency: string
  readonly buckets: readonly { readonly name: string; readonly open: Money; readonly invoices: number }[]
  /** Unapplied credits, as a negative amount: they have no age of their own. */
  readonly credits: Money
  /** All buckets and credits together. */
  readonly total: Money
}

/**
 * The ageing of receivables at the end of a day, in each currency by itself.
 *
 * Throws a RangeError when an open invoice falls into no bucket or into two.
 */
export function ageingOn(
  documents: readonly SalesDocument[],
  on: Day,
  by: 'due-day' | 'issue-day' = 'due-day',
  buckets: readonly Bucket[] = by === 'due-day' ? DUE_BUCKETS : ISSUE_BUCKETS,
): Ageing[] {
  return perCurrency(documents, (own, currency) => {
    const amounts = buckets.map(({ name }) => ({ name, minor: 0, invoices: 0 }))
    let credits = 0
    for (const document of own) {
      const minor = openMinorOn(document, on)
      if (minor === 0) continue
      if (document.kind !== 'invoice') {
        credits -= minor
        continue
      }
      const bucket = bucketFor(daysBetween(by === 'due-day' ? document.dueOn : document.issuedOn, on), buckets)
      const amount = amounts[bucket]
      if (!amount) continue
      amount.minor += minor
      amount.invoices += 1
    }
    const open = amounts.reduce((sum, { minor }) => sum + minor, 0)
    return {
      currency,
      buckets: amounts.map(({ name, minor, invoices }) => ({ name, open: money(minor, currency), invoices })),
      credits: money(credits, currency),
      total: money(open + credits, currency),
    }
  })
}

function bucketFor(days: number, buckets: readonly Bucket[]): number {
  const fits = ({ from, to }: Bucket): boolean => (from === null || days >= from) && (to === null || days <= to)
  const index = buckets.findIndex(fits)
  if (index === -1 || buckets.slice(index + 1).some(fits)) throw new RangeError(`no one bucket for ${days} days`)
  return index
}
