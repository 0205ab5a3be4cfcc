import { addDays, type Day } from '../chase/day.ts'
import { instantAt, localTime } from './local-time.ts'

/** Local minutes of the day at which the books are read: early enough for the plan, again before the window opens, then through the day. */
const SYNC_AT = [2 * 60 + 30, 5 * 60 + 30, 8 * 60 + 40, 11 * 60 + 40, 14 * 60 + 40, 17 * 60 + 40] as const

/** The first look of the night compares everything, because no ledger's "what changed" is complete. */
const COMPARE_AT = SYNC_AT[0]

/** The daily plan is made before anyone is at work, so that a person finds it in the morning. */
const PLAN_AT = 6 * 60

/** When the books are read next. */
export function nextSyncAt(timeZone: string, now: Temporal.Instant): Temporal.Instant {
  return nextAt(timeZone, now, SYNC_AT)
}

/** Whether the last full comparison is from before last night. */
export function comparisonIsDue(timeZone: string, now: Temporal.Instant, lastAt: Temporal.Instant | null): boolean {
  if (lastAt === null) return true
  const { today, minute } = localTime(timeZone, now)
  const night: Day = minute >= COMPARE_AT ? today : addDays(today, -1)
  return Temporal.Instant.compare(lastAt, instantAt(timeZone, night, COMPARE_AT)) < 0
}

/** When a customer is looked at next, without anything happening: tomorrow's plan. */
export function nextPlanAt(timeZone: string, now: Temporal.Instant): Temporal.Instant {
  return nextAt(timeZone, now, [PLAN_AT])
}

function nextAt(timeZone: string, now: Temporal.Instant, minutes: readonly number[]): Temporal.Instant {
  const { today } = localTime(timeZone, now)
  for (const on of [today, addDays(today, 1)]) {
    for (const minute of minutes) {
      const at = instantAt(timeZone, on, minute)
      if (Temporal.Instant.compare(at, now) > 0) return at
    }
  }
  return now.add({ hours: 24 })
}
