import { fc } from '../support/random.ts'
import { describe, expect, it } from 'vitest'
import { chooseVariant } from '../../src/chase/variant-choice.ts'

const question = {
  seed: 'business 1',
  customerId: 'acme',
  message: 'spell 1, step 2',
  allowed: ['a', 'b', 'c'],
  used: [],
}

describe('The choice of a wording', () => {
  it('falls evenly among those allowed', () => {
    const counts = new Map<string, number>()
    for (let index = 0; index < 6000; index += 1) {
      const variant = chooseVariant({ ...question, customerId: `customer ${index}` })?.variant ?? ''
      counts.set(variant, (counts.get(variant) ?? 0) + 1)
    }
    // χ² with 2 degrees of freedom stays under 13.8 in 999 of 1,000 fair draws.
    const chiSquared = ['a', 'b', 'c'].reduce(
      (sum, variant) => sum + ((counts.get(variant) ?? 0) - 2000) ** 2 / 2000,
      0,
    )
    expect(chiSquared).toBeLessThan(13.8)
  })

  it('is another draw for another message of the same customer', () => {
    const both = new Map<string, number>()
    for (let index = 0; index < 4000; index += 1) {
      const customerId = `customer ${index}`
      const pair = ['step 1', 'step 2'].map((message) => {
        return chooseVariant({ ...question, customerId, message, allowed: ['a', 'b'] })?.variant
      })
      both.set(pair.join(''), (both.get(pair.join('')) ?? 0) + 1)
    }
    // χ² with 3 degrees of freedom: 16.3.
    const chiSquared = ['aa', 'ab', 'ba', 'bb'].reduce(
      (sum, pair) => sum + ((both.get(pair) ?? 0) - 1000) ** 2 / 1000,
      0,
    )
    expect(chiSquared).toBeLessThan(16.3)
  })

  it('is the same however often and in whatever order it is asked', () => {
    const wordings = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(wordings, fc.string(), (allowed, customerId) => {
        const one = chooseVariant({ ...question, customerId, allowed })
        expect(chooseVariant({ ...question, customerId, allowed: [...allowed].reverse() })).toEqual(one)
        expect(allowed).toContain(one?.variant)
      }),
    )
  })

  it('is never one that the customer has had, and none when all are used up', () => {
    const seen: string[] = []
    for (const message of ['1', '2', '3']) {
      const choice = chooseVariant({ ...question, message, used: seen })
      expect(choice?.among).toEqual(['a', 'b', 'c'].filter((variant) => !seen.includes(variant)))
      seen.push(choice?.variant ?? '')
    }
    expect(seen.toSorted()).toEqual(['a', 'b', 'c'])
    expect(chooseVariant({ ...question, message: '4', used: seen })).toBeNull()
  })
})
