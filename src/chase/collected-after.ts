import { daysBetween } from './day.ts'
import type { Day } from './day.ts'
import { money } from './money.ts'
import type { Money } from './money.ts'

/** An invoice that was chased or not, and paid. */
export type CollectedInvoice = {
  readonly paid: Money
  readonly paidOn: Day
  /** The steps taken about it, in any order. */
  readonly steps: readonly { readonly stepId: string; readonly on: Day }[]
}

/**
 * What came in after a step and before the next one.
 *
 * Not causal, and the type says so: those invoices might have been paid all the same, and later steps only ever meet
 * the slow payers. For what a wording does, compare wordings chosen by chance.
 */
export type CollectedAfter = {
  readonly causal: false
  /** Null for what was paid before any step. */
  readonly stepId: string | null
  readonly currency: string
  readonly invoices: number
  readonly amount: Money
  /** Half of these invoices were paid within so many days of the step; null before any step. */
  readonly medianDays: number | null
}

/** Counts each paid invoice after the last step taken on or before the day of payment, per currency and step. */
export function collectedAfterSteps(invoices: readonly CollectedInvoice[]): CollectedAfter[] {
  const counts = new Map<string, { stepId: string | null; currency: string; minor: number; days: number[] }>()
  for (const { paid, paidOn, steps } of invoices) {
    const last = lastBefore(steps, paidOn)
    const stepId = last?.stepId ?? null
    const key = JSON.stringify([paid.currency, stepId])
    const count = counts.get(key) ?? { stepId, currency: paid.currency, minor: 0, days: [] }
    count.minor += paid.minor
    count.days.push(last === null ? 0 : daysBetween(last.on, paidOn))
    counts.set(key, count)
  }
  return [...counts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { stepId, currency, minor, days }]) => ({
      causal: false,
      stepId,
      currency,
      invoices: days.length,
      amount: money(minor, currency),
      medianDays: stepId === null ? null : medianOf(days),
    }))
}

function lastBefore(steps: CollectedInvoice['steps'], paidOn: Day): CollectedInvoice['steps'][number] | null {
  let last: CollectedInvoice['steps'][number] | null = null
  for (const step of steps) if (step.on <= paidOn && (last === null || step.on >= last.on)) last = step
  return last
}

/** The smallest value that at least half of the values do not exceed. */
function medianOf(values: readonly number[]): number | null {
  return [...values].sort((one, other) => one - other)[Math.ceil(values.length / 2) - 1] ?? null
}
