import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import type { DemandInvoice } from '../../src/documents/demand.ts'
import { workOutCharges, type ChargesWanted } from '../../src/documents/demand-charges.ts'

const SPANISH = { language: 'es', locale: 'es-ES' } as const
const ENGLISH = { language: 'en', locale: 'en-GB' } as const

const invoice = (number: string, dueOn: string, minor: number, given: Partial<DemandInvoice> = {}): DemandInvoice => ({
  number,
  issuedOn: day('2025-11-01'),
  dueOn: day(dueOn),
  order: null,
  total: money(minor, 'EUR'),
  settled: [],
  outstanding: money(minor, 'EUR'),
  ...given,
})

const wanted = (given: Partial<ChargesWanted> = {}): ChargesWanted => ({
  interest: true,
  compensation: true,
  country: 'ES',
  debtor: 'business',
  upTo: day('2026-05-04'),
  agreed: null,
  ...given,
})

describe('What a letter claims beside its invoices', () => {
  it('is worked out by the law, a line for each rate and each sum owed, in the words of the letter', () => {
    const partPaid = invoice('F-1', '2025-12-01', 100_000, {
      settled: [{ on: day('2026-02-01'), what: 'payment', amount: money(40_000, 'EUR') }],
      outstanding: money(60_000, 'EUR'),
    })
    const { charges, refused, provisos } = workOutCharges([partPaid], wanted(), SPANISH)
    expect([refused, provisos]).toEqual([[], []])
    expect(charges?.basis).toBe('Se reclaman con este fundamento: Ley 3/2004, arts. 4–8.')
    // 1,000 at 10.15 % for 62 days is 17.24, of which 8.34 by the end of the year; then 600 for 92 days is 15.35.
    expect(charges?.interest.map(({ from, to, days, principal, ratePercent, amount }) => [from, to, days, principal.minor, ratePercent, amount.minor])).toEqual([
      ['2025-12-02', '2025-12-31', 30, 100_000, 10.15, 834],
      ['2026-01-01', '2026-02-01', 32, 100_000, 10.15, 890],
      ['2026-02-02', '2026-05-04', 92, 60_000, 10.15, 1535],
    ])
    expect(charges?.interest[0]?.source.replaceAll('\u00a0', ' ')).toBe(
      'tipo del Banco Central Europeo para sus operaciones principales de financiación, segundo semestre de 2025 (2,15 %), más 8 puntos',
    )
    expect(charges?.perDay).toEqual([money(17, 'EUR')])
    expect(charges?.compensation).toEqual([
      { invoice: 'F-1', amount: money(4_000, 'EUR'), source: 'Ley 3/2004, arts. 4–8' },
    ])
  }) // prettier-ignore

  it('names the tier of the sum in the United Kingdom, and never adds another currency', () => {
    const pounds = { total: money(1_000_000, 'GBP'), outstanding: money(1_000_000, 'GBP') }
    const inPounds = invoice('INV-1', '2026-01-31', 0, pounds)
    const { charges } = workOutCharges([inPounds], wanted({ country: 'GB' }), ENGLISH)
    expect(charges?.compensation.map(({ amount, source }) => [amount, source.slice(-27)])).toEqual([
      [money(10_000, 'GBP'), ': debts of £10,000.00 or more'.slice(-27)],
    ])
    expect(charges?.perDay).toEqual([money(322, 'GBP')])
    // Spain's forty euros for an invoice in pounds would be added to pounds.
    const { charges: mixed, refused } = workOutCharges([inPounds], wanted(), SPANISH)
    expect(mixed?.compensation).toEqual([])
    expect(refused).toEqual([{ invoice: 'INV-1', what: 'compensation', because: 'currency-does-not-fit' }])
  })

  it('is refused for a consumer, for nobody knows whom, and under a law that is not known', () => {
    const because = (given: Partial<ChargesWanted>): unknown => {
      const { charges, refused } = workOutCharges([invoice('F-1', '2026-01-31', 100_000)], wanted(given), SPANISH)
      expect(charges).toBe(null)
      return [...new Set(refused.map((one) => one.because))]
    }
    expect(because({ debtor: 'consumer' })).toEqual(['debtor-not-a-business'])
    expect(because({ debtor: 'unknown' })).toEqual(['debtor-type-unknown'])
    expect(because({ country: 'JP' })).toEqual(['unknown-country'])
    expect(because({ country: null })).toEqual(['unknown-country'])
    expect(because({ upTo: day('2027-03-01') , compensation: false })).toEqual(['rate-unknown'])
  }) // prettier-ignore

  it('follows an agreed rate, and says that nobody has checked whether it is allowed', () => {
    const { charges, provisos } = workOutCharges(
      [invoice('F-1', '2026-01-31', 100_000)],
      wanted({ agreed: { ratePercent: 12, clause: 'cláusula 7' }, compensation: false }),
      SPANISH,
    )
    expect(charges?.basis.replaceAll('\u00a0', ' ')).toBe('Se reclaman al tipo pactado del 12,00 % anual (cláusula 7).')
    expect(charges?.interest.map(({ source, provisional }) => [source, provisional])).toEqual([
      ['tipo pactado (cláusula 7)', false],
    ])
    expect(provisos).toEqual(['contract-rate-unchecked'])
  })

  it('marks a rate that is only derived', () => {
    const { charges, provisos } = workOutCharges(
      [invoice('F-1', '2026-06-30', 100_000)],
      wanted({ upTo: day('2026-07-31') }),
      SPANISH,
    )
    expect(charges?.interest.map(({ provisional }) => provisional)).toEqual([true])
    expect(provisos).toEqual(['rate-derived'])
  })

  it('takes a deduction without a day from the beginning: the reading that asks for less', () => {
    const credited = invoice('F-1', '2026-01-31', 100_000, {
      settled: [{ on: null, what: 'credit', amount: money(50_000, 'EUR') }],
      outstanding: money(50_000, 'EUR'),
    })
    const { charges } = workOutCharges([credited], wanted(), SPANISH)
    expect(charges?.interest.map(({ principal }) => principal.minor)).toEqual([50_000])
  })
})
