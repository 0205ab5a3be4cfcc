import { addDays } from '../day.ts'
import { monthsIn, perCurrency, receivablesOn, salesMinorIn } from './documents.ts'
import type { Period, SalesDocument } from './documents.ts'

/** The collective effectiveness index in one currency: 100 when everything collectable was collected. */
export type Cei = { readonly currency: string; readonly percent: number | null }

/**
 * (opening + sales ÷ N − closing total) ÷ (opening + sales ÷ N − closing current) × 100, N the months in the period.
 *
 * Opening is the evening before the period. Null when nothing was collectable. A period under a month counts as one.
 * Leave disputed invoices out of `documents` for the index without disputes.
 * Source: community.oracle.com, thread 4521441; creditmanagementsource.com.
 */
export function collectiveEffectiveness(documents: readonly SalesDocument[], period: Period): Cei[] {
  return perCurrency(documents, (own, currency) => {
    const opening = receivablesOn(own, currency, addDays(period.from, -1)).total.minor
    const closing = receivablesOn(own, currency, period.to)
    const monthlySales = salesMinorIn(own, currency, period) / Math.max(1, monthsIn(period))
    const collectable = opening + monthlySales - closing.current.minor
    if (collectable <= 0) return { currency, percent: null }
    return { currency, percent: ((opening + monthlySales - closing.total.minor) / collectable) * 100 }
  })
}
