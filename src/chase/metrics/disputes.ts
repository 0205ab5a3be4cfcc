import { money } from '../money.ts'
import type { Money } from '../money.ts'
import { isIn, perCurrency } from './documents.ts'
import type { Period, SalesDocument } from './documents.ts'
import { percentOf } from './grouping.ts'

export type DisputeRate = {
  readonly currency: string
  readonly disputed: number
  readonly issued: number
  readonly percent: number | null
  readonly disputedAmount: Money
  readonly issuedAmount: Money
  readonly percentOfAmount: number | null
}

/**
 * Invoices with a query, open or closed, ÷ invoices issued in the period, by count and by amount invoiced.
 *
 * Credit notes count on neither side: they are often how a dispute ends. Source: this project's definition.
 */
export function disputeRate(
  documents: readonly SalesDocument[],
  period: Period,
  everDisputed: ReadonlySet<string>,
): DisputeRate[] {
  return perCurrency(documents, (own, currency) => {
    const issued = own.filter(({ kind, issuedOn }) => kind === 'invoice' && isIn(issuedOn, period))
    const disputed = issued.filter(({ id }) => everDisputed.has(id))
    const amountOf = (some: readonly SalesDocument[]): number => some.reduce((sum, { total }) => sum + total.minor, 0)
    return {
      currency,
      disputed: disputed.length,
      issued: issued.length,
      percent: percentOf(disputed.length, issued.length),
      disputedAmount: money(amountOf(disputed), currency),
      issuedAmount: money(amountOf(issued), currency),
      percentOfAmount: percentOf(amountOf(disputed), amountOf(issued)),
    }
  })
}
