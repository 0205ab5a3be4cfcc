import { addDays } from './day.ts'
import type { Day } from './day.ts'
import type { Policy } from './policy.ts'
import type { PaymentRecord, Segment, Standing } from './standing.ts'
import type { Facts } from './verdict.ts'

/** Which sequence a customer follows, and why. */
export type Segmentation = {
  readonly segment: Segment
  /** After how many days overdue this customer usually pays; null unless it is habitually late. */
  readonly habitDays: number | null
  readonly facts: Facts
}

/**
 * Finds a customer's segment: a person's word first, then the ledger's groups, then the customer's own record.
 *
 * New comes before habitually late, so that a thin record earns nobody a slower sequence.
 */
export function segmentOf(customer: Standing['customer'], policy: Policy, today: Day): Segmentation {
  const { setSegment, groups, record } = customer

  if (setSegment === 'habitually-late') return byHabit('set-by-person', record, policy)
  if (setSegment) return { segment: setSegment, habitDays: null, facts: { segmentBecause: 'set-by-person' } }

  const group = groups.find((name) => policy.strategicGroups.some((known) => sameName(known, name)))
  if (group !== undefined)
    return { segment: 'strategic', habitDays: null, facts: { segmentBecause: 'ledger-group', group } }

  const { firstInvoiceOn, daysLate } = record
  if (firstInvoiceOn !== null && addDays(firstInvoiceOn, policy.newForDays) > today) {
    return { segment: 'new', habitDays: null, facts: { segmentBecause: 'first-invoice-recent', firstInvoiceOn } }
  }
  if (daysLate.length === 0) return { segment: 'new', habitDays: null, facts: { segmentBecause: 'never-paid' } }

  if (isHabituallyLate(daysLate, policy)) return byHabit('own-record', record, policy)
  return { segment: 'regular', habitDays: null, facts: { segmentBecause: 'nothing-special' } }
}

/** Accents and case differ between the people who name groups: 'ESTRATEGICO' is 'Estratégico'. */
const sameName = (one: string, other: string): boolean => plainName(one) === plainName(other)

const plainName = (name: string): string => name.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim()

function isHabituallyLate(daysLate: readonly number[], { habituallyLate }: Policy): boolean {
  const late = daysLate.filter((days) => days > 0).length
  const enough = daysLate.length >= habituallyLate.atLeastSettled
  return enough && late * 100 >= daysLate.length * habituallyLate.atLeastLatePercent
}

function byHabit(segmentBecause: string, { daysLate }: PaymentRecord, { habituallyLate }: Policy): Segmentation {
  const usual = percentile(daysLate, habituallyLate.percentile)
  const habitDays = usual === null ? null : Math.min(Math.max(usual, 0), habituallyLate.atMostDays)
  const facts = {
    segmentBecause,
    habitDays,
    settledInvoices: daysLate.length,
    settledLate: daysLate.filter((days) => days > 0).length,
  }
  return { segment: 'habitually-late', habitDays, facts }
}

/** The smallest value that at least so many percent of the values do not exceed (nearest rank); null of nothing. */
function percentile(values: readonly number[], percent: number): number | null {
  const sorted = [...values].sort((one, other) => one - other)
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length))
  return sorted[rank - 1] ?? null
}
