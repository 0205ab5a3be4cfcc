import { fc } from '../../support/random.ts'
import { describe, expect, it } from 'vitest'
import { addDays, day, daysBetween } from '../../../src/chase/day.ts'
import { vatRelief } from '../../../src/chase/law/vat-relief.ts'
import type { VatReliefQuestion } from '../../../src/chase/law/vat-relief.ts'
import { money } from '../../../src/chase/money.ts'
import { answered, lawInvoice } from './questions.ts'

/** An invoice of 15 January 2026, unpaid, of a small seller, looked at in September. */
const asked = (change: Partial<VatReliefQuestion> = {}): VatReliefQuestion => ({
  invoice: { ...lawInvoice({ dueOn: day('2026-02-14') }), issuedOn: day('2026-01-15') },
  taxPointOn: day('2026-01-15'),
  turnover: 'up-to-limit',
  debtor: 'business',
  today: day('2026-09-01'),
  claims: [],
  ...change,
})

const relief = (change: Partial<VatReliefQuestion> = {}) => answered(vatRelief(asked(change)))

const requirement = (kind: string, change: Partial<VatReliefQuestion> = {}): unknown => {
  const found = relief(change).requirements.find((each) => each.kind === kind)
  return found && [found.met, found.on]
}

describe('Taking back the VAT of an unpaid invoice in Spain', () => {
  it('waits six months or a year for a small seller, who chooses, and then leaves half a year', () => {
    const { windows, earliest, latest } = relief()
    expect(windows).toEqual([
      { waitMonths: 6, from: '2026-07-16', to: '2027-01-15' },
      { waitMonths: 12, from: '2027-01-16', to: '2027-07-15' },
    ])
    expect([earliest, latest]).toEqual(['2026-07-16', '2027-07-15'])
  })

  it('waits a year for a large seller, and for one whose turnover nobody told', () => {
    for (const turnover of ['above-limit', 'unknown'] as const)
      expect(relief({ turnover }).windows).toEqual([{ waitMonths: 12, from: '2027-01-16', to: '2027-07-15' }])
    expect(relief({ turnover: 'unknown' }).provisos).toEqual(['turnover-assumed'])
  })

  it('counts from the tax point, and from the due day only where the price was deferred for more than a year', () => {
    const dueIn = (dueOn: string): unknown => {
      const invoice = { ...lawInvoice({ dueOn: day(dueOn) }), issuedOn: day('2026-01-15') }
      return relief({ invoice, turnover: 'above-limit' }).earliest
    }
    expect(dueIn('2027-01-15')).toBe('2027-01-16')
    expect(dueIn('2027-01-16')).toBe('2028-01-17')
    expect(relief({ taxPointOn: day('2025-12-31'), turnover: 'above-limit' }).latest).toBe('2027-06-30')
  })

  it('takes the day of the invoice where the tax point is not known, and says so', () => {
    const { taxPointOn: _, ...unknown } = asked({ invoice: { ...lawInvoice(), issuedOn: day('2026-02-01') } })
    const answer = answered(vatRelief(unknown))
    expect([answer.taxPointOn, answer.earliest, answer.provisos]).toEqual(['2026-02-01', '2026-08-02', ['tax-point-assumed']]) // prettier-ignore
    expect(relief().provisos).toEqual([])
  })

  it('counts from date to date, so that six months after 31 August end with February', () => {
    expect(relief({ taxPointOn: day('2026-08-31') }).windows[0]).toEqual({ waitMonths: 6, from: '2027-03-01', to: '2027-08-28' }) // prettier-ignore
  })

  it('says whether it is too early, open or too late', () => {
    const on = (today: string): unknown => relief({ today: day(today) }).standing
    expect(['2026-07-15', '2026-07-16', '2027-07-15', '2027-07-16'].map(on)).toEqual(['too-early', 'open', 'open', 'too-late']) // prettier-ignore
  })

  it('gives a month from the corrective invoice to tell the tax agency', () => {
    const corrected = relief({ correctedOn: day('2026-08-31') })
    expect([corrected.standing, corrected.notifyBy]).toEqual(['corrected-in-time', '2026-09-30'])
    expect(relief({ correctedOn: day('2026-07-15') }).standing).toBe('corrected-outside')
    expect(relief().notifyBy).toBe(null)
  })

  it('asks for a claim with proof, by court, notary or otherwise, after the due day and before the correction', () => {
    const claim = (kind: 'court-claim' | 'notarial-claim' | 'extrajudicial-claim' | 'reminder', on: string) => ({
      claims: [{ kind, on: day(on) }],
    })
    expect(requirement('claimed')).toEqual([false, null])
    expect(requirement('claimed', claim('reminder', '2026-03-01'))).toEqual([false, null])
    expect(requirement('claimed', claim('extrajudicial-claim', '2026-03-01'))).toEqual([true, '2026-03-01'])
    expect(requirement('claimed', claim('notarial-claim', '2026-03-01'))).toEqual([true, '2026-03-01'])
    expect(requirement('claimed', claim('court-claim', '2026-03-01'))).toEqual([true, '2026-03-01'])
    expect(requirement('claimed', claim('extrajudicial-claim', '2026-02-14'))).toEqual([false, null])
    const late = { ...claim('extrajudicial-claim', '2026-08-20'), correctedOn: day('2026-08-10') }
    expect(requirement('claimed', late)).toEqual([false, null])
  })

  it('is open for private customers only above fifty euros of taxable amount', () => {
    expect(vatRelief(asked({ debtor: 'consumer', taxBase: money(5000, 'EUR') }))).toMatchObject({
      because: 'too-small',
    })
    expect(requirement('debtor-or-amount', { debtor: 'consumer', taxBase: money(5001, 'EUR') })).toEqual([true, null])
    expect(requirement('debtor-or-amount', { debtor: 'consumer' })).toEqual([null, null])
    expect(requirement('debtor-or-amount', { debtor: 'unknown', taxBase: money(100, 'EUR') })).toEqual([null, null])
    expect(requirement('debtor-or-amount')).toEqual([true, null])
  })

  it('leaves to the seller what only the seller knows', () => {
    expect(requirement('in-vat-books')).toEqual([null, null])
    expect(requirement('no-exclusion')).toEqual([null, null])
    expect(requirement('corrective-invoice-sent')).toEqual([false, null])
    expect(requirement('corrective-invoice-sent', { correctedOn: day('2026-08-31') })).toEqual([null, '2026-08-31'])
  })

  it('is refused for a paid invoice and for tax points before the present rules', () => {
    const payments = [{ on: day('2026-08-01'), amount: money(100_000, 'EUR') }]
    const invoice = { ...lawInvoice({ payments }), issuedOn: day('2026-01-15') }
    expect(vatRelief(asked({ invoice }))).toMatchObject({ kind: 'refused', because: 'nothing-owed' })
    expect(vatRelief(asked({ taxPointOn: day('2022-12-31') }))).toMatchObject({ because: 'no-rule-then' })
  })

  it('has windows of half a year that follow each other, never overlapping, whatever the tax point', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), (after) => {
        const taxPointOn = addDays(day('2023-01-01'), after)
        const invoice = { ...lawInvoice({ dueOn: taxPointOn }), issuedOn: taxPointOn }
        const [short, long] = relief({ taxPointOn, invoice }).windows
        if (!short || !long) throw new Error('a small seller has two windows')
        const gap = daysBetween(short.to, long.from)
        // A wait that ends in a short month ends the window on that date too: up to three days go unused.
        expect(gap >= 1 && gap <= 4).toBe(true)
        expect([short, long].map(({ from, to }) => daysBetween(from, to)).every((days) => days >= 178 && days <= 184)).toBe(true)
      }),
      { numRuns: 500 },
    ) // prettier-ignore
  })
})
