import type { Day } from '../chase/day.ts'
import type { HabitInvoice } from '../chase/habits.ts'
import type { SalesInvoice, Settlement } from '../chase/metrics/documents.ts'
import { money } from '../chase/money.ts'
import type { InvoiceHistory } from '../store/ledger-history.ts'

/**
 * How an invoice came to its balance, in parts that add up to exactly what is settled of it.
 *
 * Payments that the ledger told are money, each on its own day. What they leave unexplained was settled by credit, on
 * the invoice's day of settlement; only where the ledger tells no payments at all, it is taken for money.
 * What the ledger counts as settled already is settled by today, whatever its day.
 */
export function settlementsOf(invoice: InvoiceHistory, today: Day): Settlement[] {
  const settled = Math.max(0, invoice.totalMinor - invoice.balanceMinor)
  const known = (on: Day): Day => (on < today ? on : today)
  const parts: Settlement[] = []
  let left = settled
  for (const [on, amount] of invoice.payments) {
    const minor = Math.min(left, amount)
    if (minor > 0) parts.push({ on: known(on), minor, by: 'money' })
    left -= minor
  }
  if (left > 0) parts.push({ on: known(dayOfRest(invoice)), minor: left, by: isUntold(invoice) ? 'money' : 'credit' })
  return parts
}

/** A paid invoice of a ledger that tells no payments: its day of payment is the invoice's own. */
export function isUntold({ state, payments, paymentsTold }: InvoiceHistory): boolean {
  return state === 'paid' && payments.length === 0 && !paymentsTold
}

/** The day the rest was settled: after its payments, unless the invoice's own day says more. */
const dayOfRest = ({ state, paidOn, changedOn }: InvoiceHistory): Day =>
  state === 'paid' ? (paidOn ?? changedOn) : changedOn

/** The day money settled the last of it; null while it is open, or when a credit did. */
export function paidWithMoneyOn(invoice: InvoiceHistory, today: Day): Day | null {
  const last = invoice.state === 'paid' ? lastPart(settlementsOf(invoice, today)) : null
  return last?.by === 'money' ? last.on : null
}

/** The day a credit settled the last of it; null while it is open, or when money did. */
export function creditedOn(invoice: InvoiceHistory, today: Day): Day | null {
  const last = invoice.state === 'paid' ? lastPart(settlementsOf(invoice, today)) : null
  return last?.by === 'credit' ? last.on : null
}

/** The part that closed it; of two on one day the money. */
function lastPart(parts: readonly Settlement[]): Settlement | null {
  let last: Settlement | null = null
  for (const part of parts)
    if (last === null || part.on > last.on || (part.on === last.on && part.by === 'money')) last = part
  return last
}

/** The invoice as a sign of its customer's habit; null where its due day is our own assumption and says nothing. */
export function habitInvoiceOf(invoice: InvoiceHistory, today: Day): HabitInvoice | null {
  if (invoice.dueAssumed) return null
  const credited = creditedOn(invoice, today)
  const silent = [invoice.disputedOn, credited].filter((on) => on !== null).sort()
  return { dueOn: invoice.dueOn, paidOn: paidWithMoneyOn(invoice, today), silentFrom: silent[0] ?? null }
}

/** The invoice as measures read it. */
export const salesInvoiceOf = (invoice: InvoiceHistory, today: Day): SalesInvoice => ({
  kind: 'invoice',
  id: invoice.id,
  customerId: invoice.customerId,
  issuedOn: invoice.issuedOn < today ? invoice.issuedOn : today,
  dueOn: invoice.dueOn,
  total: money(invoice.totalMinor, invoice.currency),
  settlements: settlementsOf(invoice, today),
})
