import { daysBetween } from '../day.ts'
import type { Day } from '../day.ts'
import { money } from '../money.ts'
import type { Money } from '../money.ts'
import { addMonths, lengthOfMonth, lastOfMonth } from '../month.ts'

/** A sales document as the books state it, taxes included; void ones and drafts stay out. Totals are positive. */
export type SalesDocument = SalesInvoice | SalesCredit

export type SalesInvoice = DocumentBase & { readonly kind: 'invoice'; readonly dueOn: Day }

/** A credit note takes sales back; a prepayment or an overpayment is money that no invoice has used up yet. */
export type SalesCredit = DocumentBase & { readonly kind: 'credit-note' | 'prepayment' }

type DocumentBase = {
  readonly id: string
  readonly customerId: string
  readonly issuedOn: Day
  readonly total: Money
  /** What was paid or credited on it; for a credit, what of it was used up or paid back. */
  readonly settlements: readonly Settlement[]
}

export type Settlement = { readonly on: Day; readonly minor: number; readonly by: 'money' | 'credit' }

/** Both days included. */
export type Period = { readonly from: Day; readonly to: Day }

export const daysIn = ({ from, to }: Period): number => daysBetween(from, to) + 1

/** Months in a period, parts of a month by its days: a whole quarter is 3, the first half of June 0.5. */
export function monthsIn({ from, to }: Period): number {
  let months = 0
  for (let start = from; start <= to; start = addMonths(start, 1)) {
    const end = lastOfMonth(start) < to ? lastOfMonth(start) : to
    months += daysIn({ from: start, to: end }) / lengthOfMonth(start)
  }
  return months
}

export const isIn = (on: Day, { from, to }: Period): boolean => from <= on && on <= to

/** The currencies in use, in order of their codes. Every measure is taken in each of them by itself. */
export const currenciesOf = (documents: readonly { readonly total: Money }[]): string[] =>
  [...new Set(documents.map(({ total }) => total.currency))].sort()

/** Takes a measure in each currency by itself. */
export function perCurrency<Document extends { readonly total: Money }, Result>(
  documents: readonly Document[],
  measure: (documents: readonly Document[], currency: string) => Result,
): Result[] {
  return currenciesOf(documents).map((currency) =>
    measure(
      documents.filter(({ total }) => total.currency === currency),
      currency,
    ),
  )
}

/** What was open on a document at the end of a day, in minor units: never less than zero, and zero before its issue. */
export function openMinorOn({ issuedOn, total, settlements }: SalesDocument, on: Day): number {
  if (issuedOn > on) return 0
  const settled = settlements.reduce((sum, part) => (part.on <= on ? sum + part.minor : sum), 0)
  return Math.max(0, total.minor - settled)
}

/** Receivables of one currency at the end of a day. */
export type Receivables = {
  /** Open invoices less unapplied credits. Negative when customers are in credit. */
  readonly total: Money
  /**
   * Of `total`, what is not overdue; an invoice is not overdue on its due day. Credits are set against overdue
   * invoices first, so this is never more than `total` and never negative.
   */
  readonly current: Money
}

export function receivablesOn(documents: readonly SalesDocument[], currency: string, on: Day): Receivables {
  let total = 0
  let current = 0
  for (const document of documents) {
    if (document.total.currency !== currency) continue
    const open = openMinorOn(document, on)
    total += document.kind === 'invoice' ? open : -open
    if (document.kind === 'invoice' && document.dueOn >= on) current += open
  }
  return { total: money(total, currency), current: money(Math.max(0, Math.min(current, total)), currency) }
}

/** Credit sales of a period in minor units, taxes included: invoices issued less credit notes issued. */
export function salesMinorIn(documents: readonly SalesDocument[], currency: string, period: Period): number {
  return documents.reduce((sum, { kind, issuedOn, total }) => {
    if (total.currency !== currency || !isIn(issuedOn, period) || kind === 'prepayment') return sum
    return kind === 'invoice' ? sum + total.minor : sum - total.minor
  }, 0)
}
