import { describe, expect, it } from 'vitest'
import { addDays, day, daysBetween } from '../../src/chase/day.ts'
import type { Day } from '../../src/chase/day.ts'
import { DEFAULT_HABIT_SETTINGS, habitOf } from '../../src/chase/habits.ts'
import type { Habit } from '../../src/chase/habits.ts'
import { money } from '../../src/chase/money.ts'
import { addMonths } from '../../src/chase/month.ts'
import { DEFAULT_SPARING_LIMITS, sparingOf } from '../../src/chase/sparing.ts'
import { FIRST_DAY, inventCustomers, knownOn } from './payers.ts'

const NONE: ReadonlySet<Day> = new Set()
const TODAY = day('2026-06-15')

/** A customer whose invoices, one every ten days up to May, were paid so many days late. */
function payerOf(...daysLate: number[]): Habit {
  const invoices = daysLate.map((late, index) => {
    const dueOn = addDays(day('2026-05-01'), -10 * index)
    return { dueOn, paidOn: addDays(dueOn, late), silentFrom: null }
  })
  return habitOf(invoices, TODAY, DEFAULT_HABIT_SETTINGS, NONE)
}

const invoice = { dueOn: day('2026-06-12'), balance: money(50_000, 'EUR'), promiseBroken: false }
const spared = (
  habit: Habit,
  of: Partial<typeof invoice> = {},
  today = TODAY,
  limits = DEFAULT_SPARING_LIMITS,
): unknown => {
  const answer = sparingOf({ ...invoice, ...of }, habit, today, limits)
  return answer.spare ? answer.until : answer.because
}
const reliable = payerOf(4, 4, 3, 4, 4, 4, 4, 3, 4, 4)

describe('A message can wait', () => {
  it('for a customer that pays on the fourth day anyway, until then and not longer', () => {
    expect(sparingOf(invoice, reliable, TODAY, DEFAULT_SPARING_LIMITS)).toMatchObject({
      spare: true,
      until: '2026-06-16',
      payDay: 4,
      paid: 10,
    })
    expect(spared(reliable, {}, day('2026-06-16'))).toBe('2026-06-16')
    expect(spared(reliable, {}, day('2026-06-17'))).toBe('later-than-usual')
  })

  it('for nobody whose record is thin, though it be spotless', () => {
    expect(spared(payerOf(4, 4, 4, 4, 4))).toBe('thin-record')
    // Six of six paid by day 4: the next with a chance of 6 ÷ 7, not quite 86 %.
    const limits = { ...DEFAULT_SPARING_LIMITS, paidByPercent: 86 }
    expect(spared(payerOf(4, 4, 4, 4, 4, 4), {}, TODAY, limits)).toBe('unsure')
    expect(spared(payerOf(4, 4, 4, 4, 4, 4, 4), {}, TODAY, limits)).toBe('2026-06-16')
  })

  it('as long as late invoices take, whatever was paid in time', () => {
    // Eight of fifteen were late: seven on day 4, one on day 10. By day 4 fourteen of all are paid, but only seven of the late.
    const habit = payerOf(0, 4, -1, 4, 10, 0, 4, -2, 4, 0, 4, 4, 0, 4, 0)
    expect(spared(habit)).toBe('2026-06-22')
  })

  it('for nobody who pays on time, and nobody who pays later than the policy waits', () => {
    expect(spared(payerOf(0, -1, 0, -2, 0, 0, -3, 0))).toBe('pays-on-time')
    expect(spared(payerOf(30, 31, 29, 30, 30, 32, 30, 30))).toBe('too-late')
  })

  it('for nobody who pays later and later', () => {
    expect(spared(payerOf(12, 11, 10, 9, 8, 7, 6, 5))).toBe('slowing')
    expect(spared(payerOf(5, 6, 7, 8, 9, 10, 11, 12))).toBe('2026-06-24')
  })

  it('for nobody who left older invoices open', () => {
    const dueDays = [1, 2, 3, 4, 5, 6, 7, 8].map((index) => addDays(day('2026-05-01'), -10 * index))
    const invoices = dueDays.map((dueOn, index) => ({
      dueOn,
      paidOn: index % 4 === 0 ? null : addDays(dueOn, 4),
      silentFrom: null,
    }))
    expect(spared(habitOf(invoices, TODAY, DEFAULT_HABIT_SETTINGS, NONE))).toBe('unsure')
  })

  it('for no large balance and no broken promise', () => {
    const limits = { ...DEFAULT_SPARING_LIMITS, belowBalances: { EUR: 100_000, GBP: 20_000 } }
    expect(spared(reliable, { balance: money(100_000, 'EUR') }, TODAY, limits)).toBe('large-balance')
    expect(spared(reliable, { balance: money(99_999, 'EUR') }, TODAY, limits)).toBe('2026-06-16')
    expect(spared(reliable, { balance: money(20_000, 'GBP') }, TODAY, limits)).toBe('large-balance')
    expect(spared(reliable, { promiseBroken: true })).toBe('promise-broken')
  })

  it('never past the longest wait that the policy allows', () => {
    const habit = payerOf(9, 10, 9, 10, 10, 9, 10, 10)
    for (let atMostDays = 0; atMostDays < 15; atMostDays += 1) {
      const answer = sparingOf(invoice, habit, TODAY, { ...DEFAULT_SPARING_LIMITS, atMostDays })
      expect(answer.spare ? answer.payDay <= atMostDays : answer.because).toBe(atMostDays < 10 ? 'too-late' : true)
    }
  })
})

describe('Looking back over half a year of 160 invented customers', () => {
  let messages = 0
  const waited = { steady: 0, all: 0 }
  const paidByThen = { steady: 0, all: 0 }
  for (const customer of inventCustomers(5, 160, 18)) {
    for (const { issuedOn, dueOn, paidOn } of customer.invoices) {
      // By policy the first reminder would go on the day after the due day.
      const today = addDays(dueOn, 1)
      if (issuedOn < addMonths(FIRST_DAY, 10) || today >= addMonths(FIRST_DAY, 16)) continue
      if (paidOn !== null && paidOn < today) continue
      messages += 1
      const habit = habitOf(knownOn(customer, today), today, DEFAULT_HABIT_SETTINGS, NONE)
      const answer = sparingOf({ ...invoice, dueOn }, habit, today, DEFAULT_SPARING_LIMITS)
      if (!answer.spare) continue
      const paid = paidOn !== null && daysBetween(dueOn, paidOn) <= answer.payDay ? 1 : 0
      waited.all += 1
      paidByThen.all += paid
      if (customer.kind !== 'steady') continue
      waited.steady += 1
      paidByThen.steady += paid
    }
  }

  it('puts off at least one first reminder in five, of which three in four were paid by themselves in time', () => {
    expect(messages).toBeGreaterThan(700)
    expect(waited.all / messages).toBeGreaterThan(0.2)
    expect(paidByThen.all / waited.all).toBeGreaterThan(0.75)
  })

  it('keeps the promised four in five for customers whose habit stays what it was', () => {
    expect(waited.steady).toBeGreaterThan(100)
    expect(paidByThen.steady / waited.steady).toBeGreaterThan(0.8)
  })
})
