import { day, type Day } from '../chase/day.ts'

/** What a wall clock and calendar in that zone show: late evening in London is tomorrow in Sydney. */
export function localTime(timeZone: string, instant: Temporal.Instant): { today: Day; minute: number } {
  const local = instant.toZonedDateTimeISO(timeZone)
  return { today: day(local.toPlainDate().toString()), minute: local.hour * 60 + local.minute }
}

/** The instant of a local time of day; a time that the spring change skips becomes the first one after it. */
export function instantAt(timeZone: string, on: Day, minute: number): Temporal.Instant {
  const time = Temporal.PlainTime.from({
    hour: Math.min(23, Math.floor(minute / 60)),
    minute: minute >= 1440 ? 59 : minute % 60,
  })
  return Temporal.PlainDate.from(on).toZonedDateTime({ timeZone, plainTime: time }).toInstant()
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
