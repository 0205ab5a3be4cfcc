import { daysBetween } from '../day.ts'
import type { Day } from '../day.ts'
import { firstOfMonth, addMonths, lastOfMonth } from '../month.ts'
import { daysIn, openMinorOn, perCurrency, receivablesOn, salesMinorIn } from './documents.ts'
import type { Period, SalesDocument } from './documents.ts'

/** Days sales outstanding in one currency; null when there are no sales to measure by. */
export type Dso = { readonly currency: string; readonly days: number | null }

/**
 * Closing receivables ÷ credit sales of the period × days in the period.
 *
 * Null where net sales are zero or negative. Zero where customers are in credit on the whole. Distorted by seasons.
 * Source: common credit-management practice (deltarecovery.com, creditmanagementsource.com).
 */
export const simpleDso = (documents: readonly SalesDocument[], period: Period): Dso[] =>
  ratioToSales(documents, period, (own, currency) => receivablesOn(own, currency, period.to).total.minor)

/**
 * Receivables that are not overdue ÷ credit sales × days: what DSO would be if everybody paid by the due day.
 *
 * Source: creditmanagementsource.com.
 */
export const bestPossibleDso = (documents: readonly SalesDocument[], period: Period): Dso[] =>
  ratioToSales(documents, period, (own, currency) => receivablesOn(own, currency, period.to).current.minor)

/** DSO less best possible DSO: the days that lateness costs ("average days delinquent"). Source: crfonline.org. */
export function averageDaysDelinquent(documents: readonly SalesDocument[], period: Period): Dso[] {
  const best = bestPossibleDso(documents, period)
  return simpleDso(documents, period).map(({ currency, days }, index) => {
    const bestDays = best[index]?.days ?? null
    return { currency, days: days === null || bestDays === null ? null : days - bestDays }
  })
}

function ratioToSales(
  documents: readonly SalesDocument[],
  period: Period,
  receivables: (own: readonly SalesDocument[], currency: string) => number,
): Dso[] {
  return perCurrency(documents, (own, currency) => {
    const sales = salesMinorIn(own, currency, period)
    if (sales <= 0) return { currency, days: null }
    return { currency, days: (Math.max(0, receivables(own, currency)) / sales) * daysIn(period) }
  })
}

export type CountbackDso = Dso & {
  /** The receivables outlast all sales on record: the figure is at least so many days. */
  readonly atLeast: boolean
}

/**
 * Takes each month's sales off the closing receivables, newest month first, and counts the month's days while they
 * last; the last month counts by the share of its sales that is left.
 *
 * The newest month runs from its first day to the day of the report. A month in which credit notes outweigh
 * invoices counts its days and adds to what is left. Zero where nothing is receivable; null without any sales.
 * Sales and receivables both include taxes. Source: standard credit-control method, not verified against one text.
 */
export function countbackDso(documents: readonly SalesDocument[], on: Day): CountbackDso[] {
  return perCurrency(documents, (own, currency) => {
    const sold = own.filter(({ kind, issuedOn }) => kind !== 'prepayment' && issuedOn <= on)
    const first = sold.map(({ issuedOn }) => issuedOn).sort()[0]
    let left = receivablesOn(own, currency, on).total.minor
    if (first === undefined) return { currency, days: null, atLeast: false }
    if (left <= 0) return { currency, days: 0, atLeast: false }

    let days = 0
    for (let month = firstOfMonth(on); month >= firstOfMonth(first); month = addMonths(month, -1)) {
      const period = { from: month, to: lastOfMonth(month) < on ? lastOfMonth(month) : on }
      const sales = salesMinorIn(own, currency, period)
      if (sales >= left) return { currency, days: days + (left / sales) * daysIn(period), atLeast: false }
      days += daysIn(period)
      left -= sales
    }
    return { currency, days, atLeast: true }
  })
}

/**
 * Per open invoice: (days from issue to report × open amount) ÷ net credit sales of the month of sale, summed.
 *
 * Invoices of a month without net sales cannot be measured and are left out; null when none can be.
 * Source: Oracle's "true DSO" (community.oracle.com, thread 4521441).
 */
export function trueDso(documents: readonly SalesDocument[], on: Day): Dso[] {
  return perCurrency(documents, (own, currency) => {
    let days: number | null = null
    for (const document of own) {
      if (document.kind !== 'invoice' || document.issuedOn > on) continue
      const period = { from: firstOfMonth(document.issuedOn), to: lastOfMonth(document.issuedOn) }
      const sales = salesMinorIn(own, currency, period)
      if (sales <= 0) continue
      days = (days ?? 0) + (daysBetween(document.issuedOn, on) * openMinorOn(document, on)) / sales
    }
    return { currency, days }
  })
}
