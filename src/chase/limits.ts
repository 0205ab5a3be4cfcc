import { contactLimit, latest, nextSendingDay } from './calendar.ts'
import type { Calendar } from './calendar.ts'
import { addDays } from './day.ts'
import type { Day } from './day.ts'
import type { Standing } from './standing.ts'

/** Why nothing more may go today for what already went, and the first sending day on which it may. */
export type Limit = {
  readonly reason: 'too-soon' | 'weekly-cap' | 'monthly-cap' | 'business-cap' | 'call-cap'
  readonly until: Day
}

/**
 * What stands in the way of a message today: the gap and the caps, counted for the customer and again for the address
 * it would go to (a shared inbox has one patience) and for one that would get a copy (`copiedOn`), a call on the same day, and the business's own daily cap. Null when
 * nothing does; where several limits bind, the one that binds longest.
 */
export function messageLimit(standing: Standing, calendar: Calendar, copiedOn: readonly Day[] = []): Limit | null {
  const { today, policy, contactedOn, addressContactedOn, callsOn, sentTodayByBusiness } = standing
  const tomorrow = (reason: Limit['reason']): Limit => ({ reason, until: nextSendingDay(addDays(today, 1), calendar) })
  let binding: Limit | null = contactLimit(contactedOn, today, calendar)
  const also = (limit: Limit | null): void => {
    if (limit && (binding === null || limit.until > binding.until)) binding = limit
  }
  if (addressContactedOn !== contactedOn) also(contactLimit(addressContactedOn, today, calendar))
  if (copiedOn.length > 0) also(contactLimit(copiedOn, today, calendar))
  if (callsOn.includes(today)) also(tomorrow('too-soon'))
  if (policy.mostPerDayOfBusiness !== null && sentTodayByBusiness >= policy.mostPerDayOfBusiness) {
    also(tomorrow('business-cap'))
  }
  return binding
}

/** What stands in the way of asking a person to call today: as many calls as are allowed in 7 days, or a message today. */
export function callLimit(standing: Standing, calendar: Calendar): Limit | null {
  const { today, policy, contactedOn, callsOn } = standing
  const latestFirst = callsOn
    .filter((on) => on <= today)
    .sort()
    .reverse()
  const inTheWay = latestFirst[policy.callsPer7Days - 1]
  const lifts = inTheWay === undefined ? today : addDays(inTheWay, 7)
  if (lifts > today) return { reason: 'call-cap', until: nextSendingDay(lifts, calendar) }
  if (!contactedOn.includes(today) && !callsOn.includes(today)) return null
  return { reason: 'too-soon', until: nextSendingDay(latest(addDays(today, 1), lifts), calendar) }
}
