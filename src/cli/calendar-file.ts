import { createHash } from 'node:crypto'
import { addDays, type Day } from '../chase/day.ts'

/** An all-day event. */
export type CalendarEvent = {
  /** What stays the same when the calendar is made anew: the event is then the same one to calendar programs. */
  readonly key: string
  readonly on: Day
  readonly summary: string
  readonly description: string
  readonly categories: readonly string[]
}

/** A calendar of all-day events as a file (RFC 5545). The same events made at the same instant give the same bytes. */
export function calendarFile(
  { name, language }: { readonly name: string; readonly language: 'es' | 'en' },
  events: readonly CalendarEvent[],
  madeAt: Temporal.Instant,
): string {
  const stamp = madeAt.round('second').toString().replaceAll(/[-:]/g, '')
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//Puntual//Simulation//${language.toUpperCase()}`,
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${escaped(name)}`,
    ...events.flatMap(({ key, on, summary, description, categories }) => [
      'BEGIN:VEVENT',
      `UID:${createHash('sha256').update(key).digest('hex').slice(0, 32)}@puntual`,
      `DTSTAMP:${stamp}`,
      `DTSTART;VALUE=DATE:${on.replaceAll('-', '')}`,
      // The end is the first day that no longer belongs to it.
      `DTEND;VALUE=DATE:${addDays(on, 1).replaceAll('-', '')}`,
      `SUMMARY:${escaped(summary)}`,
      ...(description === '' ? [] : [`DESCRIPTION:${escaped(description)}`]),
      ...(categories.length === 0 ? [] : [`CATEGORIES:${categories.map(escaped).join(',')}`]),
      // It takes nobody's time.
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

/** RFC 5545, 3.3.11: backslash, semicolon, comma and line end are written with a backslash; other controls are dropped. */
const escaped = (text: string): string =>
  text
    .replaceAll(/\r\n|\r/g, '\n')
    // oxlint-disable-next-line no-control-regex -- they are what must not be in a calendar
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .replaceAll(/[\\;,]/g, (one) => `\\${one}`)
    .replaceAll('\n', '\\n')

const MOST_OCTETS = 75

/** RFC 5545, 3.1: no line is longer than 75 octets; it goes on after a line end and a space. No character is cut in two. */
function folded(line: string): string {
  const parts: string[] = []
  let [part, octets] = ['', 0]
  for (const character of line) {
    const more = Buffer.byteLength(character)
    // The space that the next line begins with counts as one of its octets.
    if (octets + more > MOST_OCTETS) {
      parts.push(part)
      ;[part, octets] = ['', 1]
    }
    part += character
    octets += more
  }
  return [...parts, part].join('\r\n ')
}
