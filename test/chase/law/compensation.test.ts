import { fc } from '../../support/random.ts'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../../src/chase/day.ts'
import { compensation } from '../../../src/chase/law/compensation.ts'
import type { InterestQuestion } from '../../../src/chase/law/late-interest.ts'
import { money } from '../../../src/chase/money.ts'
import { answered, lawInvoice, question } from './questions.ts'

const sum = (country: string, minor: number, currency: string): unknown =>
  answered(compensation(question({ country, invoice: lawInvoice({ amount: money(minor, currency) }) }))).total

describe('Compensation for a late invoice', () => {
  it('is forty euros in Spain and wherever else the Directive’s sum was taken over, however small the debt', () => {
    for (const country of ['ES', 'FR', 'DE', 'IT', 'PT', 'NL'])
      expect([sum(country, 1, 'EUR'), sum(country, 5_000_000, 'EUR')]).toEqual([money(4000, 'EUR'), money(4000, 'EUR')])
  })

  it('grows with the debt in the United Kingdom: 40 below 1,000, 70 below 10,000, then 100', () => {
    expect([99_999, 100_000, 999_999, 1_000_000].map((minor) => sum('GB', minor, 'GBP'))).toEqual([
      money(4000, 'GBP'), money(7000, 'GBP'), money(7000, 'GBP'), money(10_000, 'GBP'),
    ]) // prettier-ignore
  })

  it('begins each Irish tier one cent later: 1,000.00 still gives 40', () => {
    expect([100_000, 100_001, 1_000_000, 1_000_001].map((minor) => sum('IE', minor, 'EUR'))).toEqual([
      money(4000, 'EUR'), money(7000, 'EUR'), money(7000, 'EUR'), money(10_000, 'EUR'),
    ]) // prettier-ignore
  })

  it('is one per cent of what is unpaid in Chile, in whole pesos', () => {
    expect(sum('CL', 1_234_550, 'CLP')).toEqual(money(12_346, 'CLP'))
    expect(sum('CL', 1_234_549, 'CLP')).toEqual(money(12_345, 'CLP'))
  })

  it('looks at what was unpaid on the day the invoice became late', () => {
    const part = (on: string): unknown => {
      const payments = [{ on: day(on), amount: money(50_001, 'GBP') }]
      const invoice = lawInvoice({ amount: money(150_000, 'GBP'), payments })
      return answered(compensation(question({ country: 'GB', invoice }))).line
    }
    expect(part('2025-01-15')).toEqual({ kind: 'tier', unpaid: money(99_999, 'GBP'), tierFrom: money(0, 'GBP'), amount: money(4000, 'GBP') }) // prettier-ignore
    expect(part('2025-01-16')).toEqual({ kind: 'tier', unpaid: money(150_000, 'GBP'), tierFrom: money(100_000, 'GBP'), amount: money(7000, 'GBP') }) // prettier-ignore
  })

  it('begins with the first day of interest, outlives a late payment, and is not owed for one in time', () => {
    const line = (change: Partial<InterestQuestion>): unknown => answered(compensation(question(change))).line
    expect(line({ until: day('2025-01-15') })).toEqual({ kind: 'not-late', lateFrom: '2025-01-16' })
    expect(line({ until: day('2025-01-16') })).toMatchObject({ kind: 'flat' })
    expect(line({ until: day('2025-01-16'), contract: { graceDays: 5 } })).toEqual({ kind: 'not-late', lateFrom: '2025-01-21' }) // prettier-ignore
    const paid = (on: string) => lawInvoice({ payments: [{ on: day(on), amount: money(100_000, 'EUR') }] })
    expect(line({ invoice: paid('2025-01-16') })).toMatchObject({ kind: 'flat', amount: money(4000, 'EUR') })
    expect(line({ invoice: paid('2025-01-15') })).toEqual({ kind: 'paid-in-time' })
  })

  it('stays in the law’s currency when the invoice is in another', () => {
    expect(sum('ES', 100_000, 'GBP')).toEqual(money(4000, 'EUR'))
  })

  it('is what the contract says where it says something', () => {
    const contract = { compensation: money(2500, 'USD') }
    const answer = answered(compensation(question({ country: 'US', contract })))
    expect(answer.line).toEqual({ kind: 'agreed', unpaid: money(100_000, 'EUR'), amount: money(2500, 'USD') })
    expect(answer.total).toEqual(money(2500, 'USD'))
  })

  it('is refused to consumers, unknown debtors and countries, and where no law gives it', () => {
    const reason = (change: Partial<InterestQuestion>): unknown => {
      const answer = compensation(question(change))
      return answer.kind === 'refused' ? answer.because : answer.kind
    }
    expect(reason({ debtor: 'consumer' })).toBe('debtor-not-a-business')
    expect(reason({ debtor: 'unknown' })).toBe('debtor-type-unknown')
    expect(reason({ country: 'PL' })).toBe('unknown-country')
    expect(['AU', 'NZ', 'CA', 'US', 'MX', 'CO'].map((country) => reason({ country }))).toEqual(Array(6).fill('none-by-law')) // prettier-ignore
    expect(reason({ invoice: lawInvoice({ dueOn: day('2014-06-30') }) })).toBe('no-rule-then')
  })

  it('is refused where the thresholds are in another currency than the invoice', () => {
    const answer = compensation(question({ country: 'GB', invoice: lawInvoice({ amount: money(100_000, 'EUR') }) }))
    expect(answer).toEqual({ kind: 'refused', because: 'currency-does-not-fit', facts: { invoice: 'EUR', thresholds: 'GBP' } }) // prettier-ignore
  })

  it('never shrinks when the debt grows or time passes', () => {
    const aCountry = fc.constantFrom(['GB', 'GBP'], ['IE', 'EUR'], ['ES', 'EUR'], ['CL', 'CLP'])
    const amount = fc.integer({ min: 0, max: 3_000_000 })
    fc.assert(
      fc.property(aCountry, amount, amount, fc.nat(60), fc.nat(60), ([country = '', currency = ''], one, more, at, later) => {
        const asked = (minor: number, after: number): number => {
          const invoice = lawInvoice({ amount: money(minor, currency) })
          return answered(compensation(question({ country, invoice, until: addDays(invoice.dueOn, after) }))).total.minor
        }
        expect(asked(one + more, at)).toBeGreaterThanOrEqual(asked(one, at))
        expect(asked(one, at + later)).toBeGreaterThanOrEqual(asked(one, at))
      }),
      { numRuns: 500 },
    ) // prettier-ignore
  })
})
