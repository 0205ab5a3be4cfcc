import { daysBetween } from '../day.ts'
import type { Day } from '../day.ts'
import { money } from '../money.ts'
import type { Money } from '../money.ts'
import { isIn, perCurrency } from './documents.ts'
import type { Period, SalesDocument, SalesInvoice, Settlement } from './documents.ts'

/** How late money came, weighted by amount, in one currency. */
export type WeightedLateness = {
  readonly currency: string
  readonly invoices: number
  readonly paid: Money
  /** Early money counts as on time. Null when nothing was paid. */
  readonly days: number | null
  /** Early money counts as negative days. Null when nothing was paid. */
  readonly signedDays: number | null
}

/**
 * sum(max(0, paid − due) × amount) ÷ sum(amount), over invoices whose last part was paid in the period.
 *
 * Each part weighs with its own amount and its own day. What a credit settled is not money and weighs nothing; an
 * invoice that a credit closed counts if money came on it, on the day of the credit. Source: this project's definition.
 */
export function weightedLateness(documents: readonly SalesDocument[], period: Period): WeightedLateness[] {
  return perCurrency(documents, (own, currency) => {
    let invoices = 0
    let paid = 0
    let late = 0
    let signed = 0
    for (const invoice of own) {
      if (invoice.kind !== 'invoice' || !settledIn(invoice, period)) continue
      const parts = invoice.settlements.filter(({ by, minor }) => by === 'money' && minor !== 0)
      if (parts.length > 0) invoices += 1
      for (const { on, minor } of parts) {
        const days = daysBetween(invoice.dueOn, on)
        paid += minor
        late += Math.max(0, days) * minor
        signed += days * minor
      }
    }
    const mean = (sum: number): number | null => (paid > 0 ? sum / paid : null)
    return { currency, invoices, paid: money(paid, currency), days: mean(late), signedDays: mean(signed) }
  })
}

function settledIn({ total, settlements }: SalesInvoice, period: Period): boolean {
  const on = settledOn(total.minor, settlements)
  return on !== null && isIn(on, period)
}

/** The first day at whose end nothing was left of the total; null while something is. */
export function settledOn(totalMinor: number, settlements: readonly Settlement[]): Day | null {
  let left = totalMinor
  for (const { on, minor } of settlements.toSorted((one, other) => (one.on < other.on ? -1 : 1))) {
    left -= minor
    if (left <= 0) return on
  }
  return null
}
