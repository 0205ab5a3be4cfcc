import { addBankDays } from '../bank-day.ts'
import type { BankHolidays } from '../bank-day.ts'
import type { Day } from '../day.ts'
import { money } from '../money.ts'
import type { Money } from '../money.ts'
import { percentOf } from './grouping.ts'

/** A promise to pay, and the money that came for it. */
export type PromiseRecord = {
  readonly customerId: string
  readonly on: Day
  readonly total: Money
  readonly received: readonly { readonly on: Day; readonly minor: number }[]
}

export type PromisesKept = {
  readonly currency: string
  readonly kept: number
  readonly judged: number
  readonly percent: number | null
  readonly keptAmount: Money
  readonly judgedAmount: Money
  readonly percentOfAmount: number | null
}

/** Bank transfers under way on the promised day still arrive in time. */
export const PROMISE_GRACE_BANK_DAYS = 2

/**
 * Promises whose full amount came by the promised day plus two bank days ÷ promises whose day and grace have passed,
 * by count and by amount. A promise kept in part is not kept. Source: this project's definition.
 */
export function promisesKept(
  promises: readonly PromiseRecord[],
  today: Day,
  holidays: BankHolidays,
  graceBankDays: number = PROMISE_GRACE_BANK_DAYS,
): PromisesKept[] {
  const currencies = [...new Set(promises.map(({ total }) => total.currency))].sort()
  return currencies.map((currency) => {
    const judged = promises
      .filter(({ total }) => total.currency === currency)
      .map((promise) => ({ ...promise, until: addBankDays(promise.on, graceBankDays, holidays) }))
      .filter(({ until }) => until < today)
    const kept = judged.filter(({ total, received, until }) => sumBy(received, until) >= total.minor)
    const amountOf = (some: readonly PromiseRecord[]): number => some.reduce((sum, { total }) => sum + total.minor, 0)
    return {
      currency,
      kept: kept.length,
      judged: judged.length,
      percent: percentOf(kept.length, judged.length),
      keptAmount: money(amountOf(kept), currency),
      judgedAmount: money(amountOf(judged), currency),
      percentOfAmount: percentOf(amountOf(kept), amountOf(judged)),
    }
  })
}

const sumBy = (received: PromiseRecord['received'], until: Day): number =>
  received.reduce((sum, { on, minor }) => (on <= until ? sum + minor : sum), 0)
