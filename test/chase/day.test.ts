import { fc } from '../support/random.ts'
import { describe, expect, it } from 'vitest'
import { addDays, day, dayFromNumber, dayNumber, daysBetween, isDay, LAST_DAY, weekday } from '../../src/chase/day.ts'

/** Any day of the calendar, as the platform's own calendar writes it. */
const aDate = fc
  .integer({ min: -719_162, max: 2_932_896 })
  .map((number) => Temporal.PlainDate.from('1970-01-01').add({ days: number }))

describe('a day', () => {
  it('has the number that the platform counts, and comes back from it', () => {
    fc.assert(
      fc.property(aDate, (date) => {
        const number = Temporal.PlainDate.from('1970-01-01').until(date).days
        expect(dayNumber(day(date.toString()))).toBe(number)
        expect(dayFromNumber(number)).toBe(date.toString())
      }),
    )
  })

  it('falls on the weekday that the platform says', () => {
    fc.assert(
      fc.property(aDate, (date) => {
        expect(weekday(day(date.toString()))).toBe(date.dayOfWeek)
      }),
    )
  })

  it('moves by days as the platform moves it, and stops at the ends of the calendar', () => {
    fc.assert(
      fc.property(aDate, fc.integer({ min: -2000, max: 2000 }), (date, days) => {
        const moved = date.add({ days })
        const kept = moved.year < 1 ? '0001-01-01' : moved.year > 9999 ? '9999-12-31' : moved.toString()
        expect(addDays(day(date.toString()), days)).toBe(kept)
      }),
    )
  })

  it('lies as far from another as the platform says', () => {
    fc.assert(
      fc.property(aDate, aDate, (one, other) => {
        expect(daysBetween(day(one.toString()), day(other.toString()))).toBe(one.until(other).days)
      }),
    )
  })

  it('exists or not as the platform says, leap years included', () => {
    const parts = [
      fc.integer({ min: 1, max: 9999 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
    ] as const
    fc.assert(
      fc.property(...parts, (year, month, date) => {
        const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`
        expect(isDay(text)).toBe(platformAccepts(text))
      }),
    )
    expect(['2024-02-29', '2000-02-29', '1900-02-29', '2026-02-29'].map(isDay)).toEqual([true, true, false, false])
  })

  it.each(['', '2026-2-3', '2026-02-30', '0000-01-01', '10000-01-01', '2026-02-03T00:00:00Z', ' 2026-02-03'])(
    'is not %j',
    (text) => {
      expect(isDay(text)).toBe(false)
      expect(() => day(text)).toThrow(RangeError)
    },
  )

  it('has a last one', () => {
    expect(addDays(LAST_DAY, 1)).toBe('9999-12-31')
    expect(() => dayFromNumber(dayNumber(LAST_DAY) + 1)).toThrow(RangeError)
  })
})

function platformAccepts(text: string): boolean {
  try {
    return Temporal.PlainDate.from(text).toString() === text
  } catch {
    return false
  }
}
