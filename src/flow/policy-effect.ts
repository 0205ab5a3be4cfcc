import type { Policy } from '../chase/policy.ts'
import type { Comparison } from '../chase/simulate/compare.ts'
import type { PolicyEffect } from '../policy/words.ts'
import { compareWithPolicy, type BusinessFuture, type SimulationApp } from './simulate.ts'

/** What another policy would do in the next days, and for whom. */
export type MeasuredEffect = {
  readonly effect: PolicyEffect
  readonly comparison: Comparison
  /** Who would notice, with names: who gets more or fewer messages first, the greatest difference first. */
  readonly noticing: readonly (Comparison['customers'][number] & { readonly name: string })[]
  readonly customers: BusinessFuture['customers']
}

const EFFECT_DAYS = 30

/**
 * Simulates the coming 30 days on the business's own books by the policy in force and by another one. With `most`, on a
 * sample of so many customers; its figures are those of the sample.
 */
export async function measurePolicyEffect(
  app: SimulationApp,
  businessId: string,
  next: Policy,
  most?: number,
): Promise<MeasuredEffect> {
  const { comparison, names, customers } = await compareWithPolicy(app, businessId, next, EFFECT_DAYS, most)
  const { before, after } = comparison
  const noticing = comparison.customers
    .map((one) => ({ ...one, name: names.customers.get(one.customerId) ?? '' }))
    .sort((one, other) => differenceOf(other) - differenceOf(one) || one.name.localeCompare(other.name, 'en'))
  return {
    effect: {
      messages: after.messages - before.messages,
      customers: noticing.filter((one) => differenceOf(one) > 0).length,
      days: EFFECT_DAYS,
    },
    comparison,
    noticing,
    customers,
  }
}

const differenceOf = ({ messagesBefore, messagesAfter }: Comparison['customers'][number]): number =>
  Math.abs(messagesAfter - messagesBefore)
