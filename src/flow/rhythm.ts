import { addDays, weekday, type Day } from '../chase/day.ts'
import { instantAt, localTime } from './local-time.ts'

/** Changes are read from a little before the last look: vendors' clocks and ours differ, and pages shift. */
export const OVERLAP = { minutes: 10 }

/** The first look of the night compares everything, because no ledger's "what changed" is complete. */
const COMPARE_AT = 2 * 60 + 30

/** The daily plan is made before anyone is at work, so that a person finds it in the morning. */
const PLAN_AT = 6 * 60

/** Local minutes of the day at which the books are read where webhooks arrive: at night, before the plan, before the window opens. */
const WITH_WEBHOOKS = [COMPARE_AT, PLAN_AT - 30, 8 * 60 + 40, 14 * 60 + 40] as const

/** Where none arrive, reading is all we have; every two hours of the day costs the vendors' meters little. */
const WITHOUT_WEBHOOKS = [...WITH_WEBHOOKS, 10 * 60 + 40, 12 * 60 + 40, 16 * 60 + 40, 18 * 60 + 40].sort(
  (a, b) => a - b,
)

/** When the books are read next. A webhook in the last two days says that they do arrive. */
export function nextSyncAt(
  timeZone: string,
  now: Temporal.Instant,
  lastHintAt: Temporal.Instant | null,
): Temporal.Instant {
  const arrive = lastHintAt !== null && Temporal.Instant.compare(lastHintAt.add({ hours: 48 }), now) > 0
  return nextAt(timeZone, now, (on) => (weekday(on) >= SATURDAY ? AT_NIGHT : arrive ? WITH_WEBHOOKS : WITHOUT_WEBHOOKS))
}

/** On weekends little is sent (where it is Monday already) and hardly anybody keeps books: the nightly comparison will do. */
const AT_NIGHT = [COMPARE_AT] as const
const SATURDAY = 6

/** Whether the last full comparison is from before last night. */
export function comparisonIsDue(timeZone: string, now: Temporal.Instant, lastAt: Temporal.Instant | null): boolean {
  if (lastAt === null) return true
  const { today, minute } = localTime(timeZone, now)
  const night: Day = minute >= COMPARE_AT ? today : addDays(today, -1)
  return Temporal.Instant.compare(lastAt, instantAt(timeZone, night, COMPARE_AT)) < 0
}

/** When a customer is looked at next, without anything happening: tomorrow's plan. */
export function nextPlanAt(timeZone: string, now: Temporal.Instant): Temporal.Instant {
  return nextAt(timeZone, now, () => [PLAN_AT])
}

function nextAt(timeZone: string, now: Temporal.Instant, minutesOf: (on: Day) => readonly number[]): Temporal.Instant {
  const { today } = localTime(timeZone, now)
  for (const on of [today, addDays(today, 1)]) {
    for (const minute of minutesOf(on)) {
      const at = instantAt(timeZone, on, minute)
      if (Temporal.Instant.compare(at, now) > 0) return at
    }
  }
  return now.add({ hours: 24 })
}

/** Waits between tries to write something into a ledger, in minutes; the last one repeats. */
const BACK_OFF_MINUTES = [1, 5, 15, 60, 180, 360] as const

/** How long to wait after so many tries. */
export const backOffMinutes = (attempts: number): number =>
  BACK_OFF_MINUTES[Math.min(attempts, BACK_OFF_MINUTES.length) - 1] ?? 1
