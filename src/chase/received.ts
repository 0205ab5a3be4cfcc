import { addBusinessDays } from './calendar.ts'
import type { Calendar } from './calendar.ts'
import { addDays } from './day.ts'
import type { Day } from './day.ts'
import { openInvoices } from './holds.ts'
import type { Payment, Standing } from './standing.ts'
import { calendarOf } from './window.ts'

/** Thanks later than this many business days after the payment are none. */
const THANKS_UNTIL_BUSINESS_DAYS = 5

/** What thanks have in their id, which ends with the day of the last payment they are for. */
export const THANKS = 'thank-you:'

/**
 * What a reminder of these invoices thanks for, where the policy does: what arrived for them since the last message, and
 * what was settled and nobody has been thanked for. So thanks that would be in its way ride along with it.
 */
export function receivedFor(standing: Standing, items: readonly { readonly id: string }[]): readonly Payment[] {
  const { payments, policy, contactedOn } = standing
  if (!policy.partPayment.thank || payments.length === 0) return []
  const since = latestOf(contactedOn)
  const settled = new Set(settledUnthanked(standing, calendarOf(standing)).map(({ invoiceId }) => invoiceId))
  return payments.filter(
    ({ invoiceId, on }) =>
      settled.has(invoiceId) || (items.some(({ id }) => id === invoiceId) && (since === null || on >= since)),
  )
}

/**
 * What was settled lately and deserves thanks by the policy: per invoice the payment that came last, in the order in
 * which they came. Left out is what a message of thanks, or a later reminder, has thanked for.
 */
export function settledUnthanked(standing: Standing, calendar: Calendar): readonly Payment[] {
  const { policy, today, notices, contactedOn } = standing
  if (!policy.thankYou.enabled) return []
  const lastThanks = latestOf(notices.filter(({ id }) => id.startsWith(THANKS)).map(({ on }) => on))
  // A customer gets one message a day: where it was no notice, it was a reminder.
  const reminded = latestOf(contactedOn.filter((on) => !notices.some((notice) => notice.on === on)))
  const thankedAlong = policy.partPayment.thank ? reminded : null
  return lastPaymentsOfSettled(standing).filter(
    ({ on, chased }) =>
      (chased || !policy.thankYou.onlyWhenChased) &&
      (lastThanks === null || on >= lastThanks) &&
      (thankedAlong === null || on >= thankedAlong) &&
      today <= addBusinessDays(on, THANKS_UNTIL_BUSINESS_DAYS, calendar),
  )
}

/** Whether another message of thanks is allowed by now. */
export const mayThankAgain = ({ notices, policy, today }: Standing): boolean =>
  notices.filter(({ id, on }) => id.startsWith(THANKS) && on > addDays(today, -7)).length < policy.thankYou.mostPer7Days

/** Per settled invoice the payment that came last, in the order they came. */
function lastPaymentsOfSettled(standing: Standing): Payment[] {
  const open = new Set(openInvoices(standing).map(({ id }) => id))
  const last = new Map<string, Payment>()
  for (const payment of standing.payments) {
    const known = last.get(payment.invoiceId)
    if (open.has(payment.invoiceId) || payment.on > standing.today) continue
    if (known === undefined || payment.on >= known.on) {
      last.set(payment.invoiceId, { ...payment, chased: payment.chased || known?.chased === true })
    }
  }
  return [...last.values()].sort((one, other) =>
    one.on === other.on ? (one.invoiceId < other.invoiceId ? -1 : 1) : one.on < other.on ? -1 : 1,
  )
}

/** The latest of some days; null of none. */
export function latestOf(days: readonly Day[]): Day | null {
  let last: Day | null = null
  for (const on of days) if (last === null || on > last) last = on
  return last
}
