import { nextSendingDay } from '../chase/calendar.ts'
import { addDays, day, type Day } from '../chase/day.ts'
import type { Standing } from '../chase/standing.ts'
import { calendarOf } from '../chase/window.ts'

/** What a wall clock and calendar in that zone show: late evening in London is tomorrow in Sydney. */
export function localTime(timeZone: string, instant: Temporal.Instant): { today: Day; minute: number } {
  const local = instant.toZonedDateTimeISO(timeZone)
  return { today: day(local.toPlainDate().toString()), minute: local.hour * 60 + local.minute }
}

/**
 * The first instant of a day at which a clock shows this time or a later one: a time that the spring change skips is
 * the moment of the change, one that the autumn change repeats is its first coming.
 */
export function instantAt(timeZone: string, on: Day, minute: number): Temporal.Instant {
  const time = Temporal.PlainTime.from({
    hour: Math.min(23, Math.floor(minute / 60)),
    minute: minute >= 1440 ? 59 : minute % 60,
  })
  const wanted = Temporal.PlainDate.from(on).toPlainDateTime(time)
  const found = wanted.toZonedDateTime(timeZone)
  if (found.toPlainDateTime().equals(wanted)) return found.toInstant()
  // Temporal goes as far past the change as the time lay past it; its search begins before the moment it is given.
  const change = found.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')
  return (change ?? found).toInstant()
}

/** When a message may leave where the recipient is: now if the window is open, else at its next opening. */
export function nextOpening(timeZone: string, standing: Standing, now: Temporal.Instant): Temporal.Instant {
  const { policy, today, minute } = standing
  const todayCounts = minute < policy.sendUntilMinute
  const on = nextSendingDay(todayCounts ? today : addDays(today, 1), calendarOf(standing))
  const opens = instantAt(timeZone, on, policy.sendFromMinute)
  if (Temporal.Instant.compare(opens, now) > 0) return opens
  // In the hour that comes twice in autumn the clock may be before the opening once more.
  return minute < policy.sendFromMinute ? now.add({ minutes: policy.sendFromMinute - minute }) : now
}

/** Whether this is a time zone we can count with. */
export function isTimeZone(name: string): boolean {
  try {
    Temporal.Now.zonedDateTimeISO(name)
    return true
  } catch {
    return false
  }
}
