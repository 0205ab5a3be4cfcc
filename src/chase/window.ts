import { isAugust, isSendingDay, latest, nextSendingDay } from './calendar.ts'
import type { Calendar } from './calendar.ts'
import { addDays } from './day.ts'
import type { Day } from './day.ts'
import { messageLimit } from './limits.ts'
import type { Standing } from './standing.ts'

/** Whether a message may leave at this very minute: a sending day, inside the window. For the gate, after `decide`. */
export const mayLeaveNow = (standing: Standing): boolean =>
  closedToday(standing) === null && standing.minute >= standing.policy.sendFromMinute

/** The first day, today or later, on which a message may leave: the window still open, the gap over, under the caps. */
export function earliestContact(standing: Standing): Day {
  const calendar = calendarOf(standing)
  const opensOn = closedToday(standing) === null ? standing.today : addDays(standing.today, 1)
  const limit = messageLimit(standing, calendar)
  return nextSendingDay(limit ? latest(opensOn, limit.until) : opensOn, calendar)
}

/** Why no message can leave any more today; null while one can, be it later today. */
export function closedToday(standing: Standing): 'not-a-sending-day' | 'outside-hours' | 'august' | null {
  const { today, policy, minute } = standing
  if (policy.august === 'silent' && isAugust(today)) return 'august'
  if (!isSendingDay(today, calendarOf(standing))) return 'not-a-sending-day'
  return minute < policy.sendUntilMinute ? null : 'outside-hours'
}

/** The days that count for this customer. */
export const calendarOf = ({ policy, holidays }: Standing): Calendar => ({ policy, holidays })
