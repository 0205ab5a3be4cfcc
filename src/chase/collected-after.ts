import { daysBetween } from './day.ts'
import type { Day } from './day.ts'
import { money } from './money.ts'
import type { Money } from './money.ts'
import type { Policy } from './policy.ts'
import { dayOfStep, type TakenRung } from './steps.ts'

/** An invoice that was chased or not, and paid. */
export type CollectedInvoice = {
  readonly paid: Money
  readonly paidOn: Day
  /** The steps taken about it, in any order. */
  readonly steps: readonly (TakenRung & { readonly on: Day })[]
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
  readonly step: TakenRung | null
  readonly currency: string
  readonly invoices: number
  readonly amount: Money
  /** Half of these invoices were paid within so many days of the step; null before any step. */
  readonly medianDays: number | null
}

/**
 * Counts each paid invoice after the last step taken on or before the day of payment, per currency and step: first what
 * came before any, then the steps in the order in which the sequences take them, last those that they no longer have.
 */
export function collectedAfterSteps(
  invoices: readonly CollectedInvoice[],
  sequences: Policy['sequences'],
): CollectedAfter[] {
  const counts = new Map<string, { step: TakenRung | null; currency: string; minor: number; days: number[] }>()
  for (const { paid, paidOn, steps } of invoices) {
    const last = lastBefore(steps, paidOn)
    const step = last && { id: last.id, channel: last.channel, stage: last.stage }
    const key = JSON.stringify([paid.currency, step])
    const count = counts.get(key) ?? { step, currency: paid.currency, minor: 0, days: [] }
    count.minor += paid.minor
    count.days.push(last === null ? 0 : daysBetween(last.on, paidOn))
    counts.set(key, count)
  }
  const placeOf = (step: TakenRung | null): number =>
    step === null ? -Infinity : (dayOfStep(step, sequences) ?? Infinity)
  return [...counts]
    .map(([key, count]) => ({ key, place: placeOf(count.step), ...count }))
    .sort((one, other) => {
      if (one.currency !== other.currency) return one.currency < other.currency ? -1 : 1
      if (one.place !== other.place) return one.place < other.place ? -1 : 1
      return one.key < other.key ? -1 : 1
    })
    .map(({ step, currency, minor, days }) => ({
      causal: false,
      step,
      currency,
      invoices: days.length,
      amount: money(minor, currency),
      medianDays: step === null ? null : medianOf(days),
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
