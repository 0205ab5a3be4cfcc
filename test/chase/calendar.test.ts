import { fc } from '../support/random.ts'
import { describe, expect, it } from 'vitest'
import {
  addBusinessDays,
  businessDaysBetween,
  contactLimit,
  isSendingDay,
  nextContactDay,
  nextSendingDay,
} from '../../src/chase/calendar.ts'
import { addDays, day, dayFromNumber, weekday } from '../../src/chase/day.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { days } from '../support/standing.ts'

// Maundy Thursday, Good Friday and Easter Monday as Catalonia and others keep them.
const easter = { policy: DEFAULT_POLICY, holidays: days('2026-04-02', '2026-04-03', '2026-04-06') }
const plain = { policy: DEFAULT_POLICY, holidays: days() }

const limit = (today: string, ...contacted: string[]) => contactLimit(contacted.map(day), day(today), plain)

describe('sending days', () => {
  it('are weekdays without holidays', () => {
    const week = ['2026-03-30', '2026-04-01', '2026-04-02', '2026-04-04', '2026-04-05', '2026-04-06', '2026-04-07']
    expect(week.filter((on) => isSendingDay(day(on), easter))).toEqual(['2026-03-30', '2026-04-01', '2026-04-07'])
  })

  it('come after Easter when a step falls into it', () => {
    expect(nextSendingDay(day('2026-04-02'), easter)).toBe('2026-04-07')
    expect(nextSendingDay(day('2026-04-01'), easter)).toBe('2026-04-01')
  })

  it('cross the end of the year and the 29th of February', () => {
    expect(nextSendingDay(day('2026-12-31'), { ...plain, holidays: days('2026-12-31', '2027-01-01') })).toBe(
      '2027-01-04',
    )
    expect(addBusinessDays(day('2024-02-28'), 1, plain)).toBe('2024-02-29')
    expect(addBusinessDays(day('2024-02-29'), 1, plain)).toBe('2024-03-01')
  })

  it('never come where the business has none, rather than being searched for ever', () => {
    const closed = { policy: { ...DEFAULT_POLICY, weekdays: [] }, holidays: days() }
    expect(nextSendingDay(day('2026-03-04'), closed)).toBe('9999-12-31')
    expect(addBusinessDays(day('2026-03-04'), 3, closed)).toBe('9999-12-31')
  })

  it('are counted as they are added', () => {
    const aDay = fc.integer({ min: 20_000, max: 21_000 }).map(dayFromNumber)
    fc.assert(
      fc.property(aDay, fc.integer({ min: 0, max: 30 }), (from, count) => {
        expect(businessDaysBetween(from, addBusinessDays(from, count, easter), easter)).toBe(count)
      }),
    )
    expect(businessDaysBetween(day('2026-04-08'), day('2026-04-01'), easter)).toBe(0)
  })
})

describe('the gap between messages', () => {
  it.each([
    ['Monday', '2026-03-02', '2026-03-04'],
    ['Thursday', '2026-03-05', '2026-03-09'],
    ['Friday', '2026-03-06', '2026-03-10'],
    ['Saturday', '2026-03-07', '2026-03-10'],
    ['Sunday', '2026-03-08', '2026-03-10'],
  ])('after a message on %s %s is over on %s', (_name, last, next) => {
    expect(nextContactDay(day(last), plain)).toBe(next)
  })

  it('does not count holidays', () => {
    expect(nextContactDay(day('2026-04-01'), easter)).toBe('2026-04-08')
  })

  it('is never shorter than a day, whatever the business sets', () => {
    const none = { policy: { ...DEFAULT_POLICY, gapBusinessDays: 0 }, holidays: days() }
    expect(nextContactDay(day('2026-03-04'), none)).toBe('2026-03-05')
  })
})

describe('the limits on contact', () => {
  it('are none for a customer that was never written to', () => {
    expect(limit('2026-03-04')).toBeNull()
  })

  it('name the gap and the day on which it is over', () => {
    expect(limit('2026-03-05', '2026-03-04')).toEqual({ reason: 'too-soon', until: '2026-03-06' })
    expect(limit('2026-03-06', '2026-03-04')).toBeNull()
  })

  it('allow two messages in seven days, and the third when the first has left the window', () => {
    expect(limit('2026-03-09', '2026-03-03', '2026-03-05')).toEqual({ reason: 'weekly-cap', until: '2026-03-10' })
    expect(limit('2026-03-10', '2026-03-03', '2026-03-05')).toBeNull()
  })

  it('allow six messages in thirty days', () => {
    const six = ['2026-02-03', '2026-02-09', '2026-02-13', '2026-02-17', '2026-02-23', '2026-02-26']
    expect(limit('2026-03-04', ...six)).toEqual({ reason: 'monthly-cap', until: '2026-03-05' })
    expect(limit('2026-03-05', ...six)).toBeNull()
  })

  it('end on a sending day', () => {
    expect(limit('2026-03-06', '2026-02-28', '2026-03-01')).toEqual({ reason: 'weekly-cap', until: '2026-03-09' })
  })

  it('never end where the business allows no messages', () => {
    const silent = { policy: { ...DEFAULT_POLICY, mostPer7Days: 0 }, holidays: days() }
    expect(contactLimit([], day('2026-03-04'), silent)).toEqual({ reason: 'weekly-cap', until: '9999-12-31' })
  })

  it('are over on the first day that keeps them all', () => {
    const contacts = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 8 })
    fc.assert(
      fc.property(contacts, (ago) => {
        const today = day('2026-03-04')
        const contacted = ago.map((days) => addDays(today, -days))
        const allowed = (on: ReturnType<typeof day>): boolean => {
          const within = (window: number) => contacted.filter((one) => one > addDays(on, -window) && one <= on).length
          const gapOver = contacted.every((one) => businessDaysBetween(one, on, plain) >= 2)
          return gapOver && within(7) < 2 && within(30) < 6 && weekday(on) <= 5
        }
        let first = today
        while (!allowed(first)) first = addDays(first, 1)
        expect(contactLimit(contacted, today, plain)?.until ?? today).toBe(first)
      }),
    )
  })
})
