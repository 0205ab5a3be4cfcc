import { daysBetween } from '../day.ts'
import type { Day } from '../day.ts'
import { hasExpired, limitationWarnings } from './limitation.ts'
import type { Limitation, LimitationWarning } from './limitation.ts'

/** A debt that can soon not be claimed any more, as a person is told of it. */
export type LimitationAlert = {
  readonly invoiceId: string
  readonly kind: LimitationWarning['kind']
  readonly lastDay: Day
  readonly daysLeft: number
  /** Which of the two warnings it is by now. */
  readonly within: 90 | 30
  /** What happens then: nothing is owed any more, or the debtor may refuse. */
  readonly expiry: Limitation['expiry']
}

/** The nearest end that a person must hear of today; null where none is within 90 days, or it has passed. */
export function limitationAlert(invoiceId: string, of: Limitation, today: Day): LimitationAlert | null {
  const [next] = limitationWarnings(of)
    .filter(({ on, lastDay }) => on <= today && today <= lastDay)
    .toSorted((one, other) => (one.lastDay < other.lastDay ? -1 : one.lastDay > other.lastDay ? 1 : 0))
  if (!next) return null
  const daysLeft = daysBetween(today, next.lastDay)
  const { expiry } = [of, ...of.elsewhere].find(({ code }) => code === next.code) ?? of
  const { kind, lastDay } = next
  return { invoiceId, kind, lastDay, daysLeft, within: daysLeft <= 30 ? 30 : 90, expiry }
}

/** Whether nothing is owed any more: where the end extinguishes a debt, asking for it must stop the day after. */
export const isExtinguished = (of: Limitation, today: Day): boolean =>
  of.expiry === 'extinguished' && hasExpired(of, today)
