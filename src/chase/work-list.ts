import { daysBetween } from './day.ts'
import type { Day } from './day.ts'
import type { LimitationAlert } from './law/limitation-alert.ts'
import { openInvoices } from './holds.ts'
import { totalsPerCurrency } from './money.ts'
import type { Money } from './money.ts'
import type { Policy } from './policy.ts'
import { isBroken, judgedPromises } from './promises.ts'
import type { Standing } from './standing.ts'
import type { AskVerdict } from './verdict.ts'
import { calendarOf } from './window.ts'

/** Something a person has to do, and what decides when. */
export type WorkItem = {
  readonly customerId: string
  readonly verdict: AskVerdict
  /** Promises whose money is missing. */
  readonly brokenPromises: number
  /** What is overdue, per currency. */
  readonly atRisk: readonly Money[]
  readonly oldestDueOn: Day | null
  /** Debts that can soon not be claimed any more, the soonest first. */
  readonly limitation: readonly LimitationAlert[]
}

/** The work item that a question to a person is. */
export function workItemOf(
  customerId: string,
  verdict: AskVerdict,
  standing: Standing,
  limitation: readonly LimitationAlert[] = [],
): WorkItem {
  const overdue = openInvoices(standing).filter(({ dueOn }) => dueOn < standing.today)
  return {
    customerId,
    verdict,
    brokenPromises: judgedPromises(standing, calendarOf(standing)).filter(isBroken).length,
    atRisk: totalsPerCurrency(overdue.map(({ balance }) => balance)),
    oldestDueOn: overdue.map(({ dueOn }) => dueOn).sort()[0] ?? null,
    limitation,
  }
}

/**
 * One list of what to do, in the order to do it: broken promises first, then debts that can be claimed for 30 days at
 * most, then by the amount at risk, then by age.
 *
 * Amounts in different currencies are not added: each is measured by what the policy calls a high balance in its
 * currency, and the largest measure counts. Amounts of the same order (a high balance, a tenth of it, a hundredth) are
 * as good as equal, so that age decides between them. Ties are settled by amount and then by id: the order is always
 * the same.
 */
export function workList(items: readonly WorkItem[], policy: Policy, today: Day): WorkItem[] {
  const ranked = items.map((item) => {
    const measure = measureOf(item.atRisk, policy)
    const age = item.oldestDueOn === null ? 0 : Math.max(0, daysBetween(item.oldestDueOn, today))
    return { item, rank: [Math.min(item.brokenPromises, 1), expiresSoon(item), orderOf(measure), age, measure] }
  })
  return ranked.sort((one, other) => compare(one, other)).map(({ item }) => item)
}

const expiresSoon = ({ limitation }: WorkItem): number => (limitation.some(({ within }) => within === 30) ? 1 : 0)

type Ranked = { readonly item: WorkItem; readonly rank: readonly number[] }

function compare(one: Ranked, other: Ranked): number {
  for (const [at, value] of one.rank.entries()) {
    const difference = (other.rank[at] ?? 0) - value
    if (difference !== 0) return difference
  }
  return one.item.customerId < other.item.customerId ? -1 : one.item.customerId > other.item.customerId ? 1 : 0
}

/** Where the policy names no high balance in a currency, this much is one, in minor units. */
const USUAL_HIGH_BALANCE = 1_000_000

const measureOf = (atRisk: readonly Money[], { priorities }: Policy): number =>
  Math.max(0, ...atRisk.map(({ minor, currency }) => minor / (priorities.highBalance[currency] ?? USUAL_HIGH_BALANCE)))

const orderOf = (measure: number): number => (measure >= 1 ? 3 : measure >= 0.1 ? 2 : measure >= 0.01 ? 1 : 0)
