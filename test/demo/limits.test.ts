import { describe, expect, it } from 'vitest'
import { SimulatedLimits, type SimulatedLimitRules } from '../../src/demo/limits.ts'

function limitsAt(rules: SimulatedLimitRules) {
  let now = Temporal.Instant.from('2026-02-10T09:00:00Z')
  const limits = new SimulatedLimits(rules, () => now)
  const advance = (milliseconds: number): void => {
    now = now.add({ milliseconds })
  }
  return { limits, advance }
}

describe('A simulated rate limit', () => {
  const rules: SimulatedLimitRules = {
    windows: [
      { name: 'second', calls: 2, seconds: 1 },
      { name: 'minute', calls: 3, seconds: 60 },
    ],
    atOnce: null,
  }

  it('lets so many calls in and says what is left', () => {
    const { limits } = limitsAt(rules)
    expect(limits.enter('a')).toEqual({ admitted: true, remaining: { second: 1, minute: 2 } })
    expect(limits.enter('a')).toEqual({ admitted: true, remaining: { second: 0, minute: 1 } })
    expect(limits.enter('a')).toEqual({
      admitted: false,
      limit: 'second',
      retryAfterSeconds: 1,
      remaining: { second: 0, minute: 1 },
    })
  })

  it('names the limit that lasts longest, and how long', () => {
    const { limits, advance } = limitsAt(rules)
    limits.enter('a')
    advance(10_000)
    limits.enter('a')
    advance(10_000)
    limits.enter('a')
    expect(limits.enter('a')).toMatchObject({ admitted: false, limit: 'minute', retryAfterSeconds: 40 })
    advance(39_999)
    expect(limits.enter('a')).toMatchObject({ admitted: false, retryAfterSeconds: 1 })
    advance(1)
    expect(limits.enter('a').admitted).toBe(true)
  })

  it('counts each key by itself, and refused calls not at all', () => {
    const { limits, advance } = limitsAt(rules)
    for (let n = 0; n < 50; n += 1) limits.enter('a')
    expect(limits.enter('b').admitted).toBe(true)
    advance(1000)
    expect(limits.enter('a').admitted).toBe(true)
  })

  it('lets only so many in at once, until one leaves', () => {
    const { limits } = limitsAt({ windows: [], atOnce: 2 })
    limits.enter('a')
    limits.enter('a')
    expect(limits.enter('a')).toMatchObject({ admitted: false, limit: 'concurrent', retryAfterSeconds: 1 })
    limits.leave('a')
    expect(limits.enter('a').admitted).toBe(true)
  })
})
