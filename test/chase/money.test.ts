import { fc } from '../support/random.ts'
import { describe, expect, it } from 'vitest'
import { decimalOf, decimalPlaces, money, moneyFromDecimal, totalsPerCurrency } from '../../src/chase/money.ts'

const aCurrency = fc.constantFrom('EUR', 'GBP', 'USD', 'JPY', 'CLP', 'KWD', 'CLF')

describe('money', () => {
  it('comes back unchanged from the decimal that a ledger would send', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }), aCurrency, (minor, currency) => {
        expect(moneyFromDecimal(decimalOf(money(minor, currency)), currency)).toEqual({ minor, currency })
      }),
    )
  })

  it.each([
    [125.5, 'GBP', 12_550],
    [1.005, 'EUR', 101],
    [-1.005, 'EUR', -101],
    [0.1 + 0.2, 'EUR', 30],
    [1234, 'JPY', 1234],
    [1.2345, 'KWD', 1235],
    [-0, 'EUR', 0],
    [19.99, 'XXX', 1999],
  ])('reads %d %s as %d of the smallest unit', (decimal, currency, minor) => {
    expect(moneyFromDecimal(decimal, currency)).toEqual({ minor, currency })
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e20])('refuses %d', (decimal) => {
    expect(() => moneyFromDecimal(decimal, 'EUR')).toThrow(RangeError)
  })

  it('knows how many decimals a currency has', () => {
    expect(['EUR', 'JPY', 'KWD', 'CLF', '???'].map(decimalPlaces)).toEqual([2, 0, 3, 4, 2])
  })

  it('is never added across currencies', () => {
    const amounts = [money(100, 'EUR'), money(50, 'GBP'), money(-30, 'EUR')]
    expect(totalsPerCurrency(amounts)).toEqual([money(70, 'EUR'), money(50, 'GBP')])
    fc.assert(
      fc.property(fc.array(fc.record({ minor: fc.integer(), currency: aCurrency })), (many) => {
        for (const total of totalsPerCurrency(many)) {
          const own = many.filter((one) => one.currency === total.currency)
          expect(total.minor).toBe(own.reduce((sum, one) => sum + one.minor, 0))
        }
        expect(totalsPerCurrency(many).length).toBe(new Set(many.map((one) => one.currency)).size)
      }),
    )
  })
})
