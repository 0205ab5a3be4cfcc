import { fc } from '../../support/random.ts'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../../src/chase/day.ts'
import { claimWorking, quotedClaim } from '../../../src/chase/law/claim.ts'
import type { ClaimTerms } from '../../../src/chase/law/claim.ts'
import { lawInvoice } from '../../../src/chase/law/records.ts'
import type { InvoiceRecord } from '../../../src/chase/law/records.ts'
import { money } from '../../../src/chase/money.ts'

const DUE = day('2026-01-31')
const TODAY = day('2026-03-02')
const BY_LAW = { basis: 'law', reference: 'Ley 3/2004, art. 7' } as const
const COSTS_BY_LAW = { basis: 'law', reference: 'Ley 3/2004, art. 8' } as const

const record = (change: Partial<InvoiceRecord> = {}): InvoiceRecord => ({
  dueOn: DUE,
  dueAssumed: false,
  total: money(100_000, 'EUR'),
  balance: money(100_000, 'EUR'),
  payments: [],
  ...change,
})

const terms = (change: Partial<ClaimTerms & { consented: boolean }> = {}) => ({
  country: 'ES',
  debtor: 'business' as const,
  until: TODAY,
  grounds: { 'late-interest': BY_LAW, compensation: COSTS_BY_LAW },
  consented: true,
  ...change,
})

describe('What a message may claim on top of the balance', () => {
  it('is interest and compensation by the law that the policy names, with both articles', () => {
    // 30 days at 10.15 % on 1,000.00: 8.342…
    expect(quotedClaim([record()], terms())).toEqual({
      ground: 'Ley 3/2004, art. 7; Ley 3/2004, art. 8',
      asOf: TODAY,
      interest: [money(834, 'EUR')],
      compensation: [money(4000, 'EUR')],
      provisos: [],
    })
  })

  it('is nothing without a ground, and only the part that has one', () => {
    const none = { 'late-interest': null, compensation: null }
    expect(quotedClaim([record()], terms({ grounds: none }))).toBe(null)
    expect(quotedClaim([record()], terms({ grounds: { ...none, compensation: COSTS_BY_LAW } }))).toMatchObject({
      ground: 'Ley 3/2004, art. 8',
      interest: [],
      compensation: [money(4000, 'EUR')],
    })
    const blank = { ...BY_LAW, reference: '  ' }
    expect(quotedClaim([record()], terms({ grounds: { ...none, 'late-interest': blank } }))).toBe(null)
  })

  it('is nothing before somebody has consented, from a consumer, from whom nobody knows, or by an unknown law', () => {
    expect(quotedClaim([record()], terms({ consented: false }))).toBe(null)
    expect(quotedClaim([record()], terms({ debtor: 'consumer' }))).toBe(null)
    expect(quotedClaim([record()], terms({ debtor: 'unknown' }))).toBe(null)
    expect(quotedClaim([record()], terms({ country: 'BR' }))).toBe(null)
    expect(quotedClaim([record()], terms({ country: null }))).toBe(null)
  })

  it('is one sum per currency and leaves nothing out: one invoice without a figure, and there is none', () => {
    const pounds = record({ total: money(50_000, 'GBP'), balance: money(50_000, 'GBP') })
    expect(quotedClaim([record(), record(), pounds], terms())).toMatchObject({
      interest: [money(1668, 'EUR'), money(417, 'GBP')],
      compensation: [money(12_000, 'EUR')],
    })
    const guessed = record({ dueAssumed: true })
    expect(quotedClaim([record(), guessed], terms())).toBe(null)
    expect(claimWorking(guessed, terms()).interest).toMatchObject({ kind: 'refused', because: 'due-day-assumed' })
  })

  it('follows the contract where that is the ground, and is nothing where the contract’s figure is not known', () => {
    const agreed = { basis: 'contract', reference: 'cláusula 7', ratePercent: 7.3, sums: { EUR: 2500 } } as const
    const grounds = { 'late-interest': agreed, compensation: agreed }
    // 30 days at 7.3 % on 1,000.00 are 6.00 exactly.
    expect(quotedClaim([record()], terms({ grounds }))).toMatchObject({
      ground: 'cláusula 7',
      interest: [money(600, 'EUR')],
      compensation: [money(2500, 'EUR')],
      provisos: ['contract-rate-unchecked'],
    })
    const bare = { basis: 'contract', reference: 'cláusula 7' } as const
    expect(quotedClaim([record()], terms({ grounds: { 'late-interest': bare, compensation: bare } }))).toBe(null)
    const inPounds = record({ total: money(100_000, 'GBP'), balance: money(100_000, 'GBP') })
    expect(quotedClaim([inPounds], terms({ grounds: { 'late-interest': null, compensation: agreed } }))).toBe(null)
  })

  it('claims nothing for an invoice that is not late yet', () => {
    expect(quotedClaim([record({ dueOn: TODAY })], terms())).toBe(null)
  })
})

describe('An invoice as the law looks at it', () => {
  const paid = (on: string, minor: number) => ({ on: day(on), amount: money(minor, 'EUR') })

  it('owes today what its balance says, whatever was seen of payments', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.array(fc.record({ late: fc.integer({ min: -60, max: 29 }), minor: fc.integer({ min: 1, max: 500_000 }) })),
        (balance, payments) => {
          const { amount, payments: counted } = lawInvoice(
            record({
              balance: money(balance, 'EUR'),
              payments: payments.map(({ late, minor }) => ({ on: addDays(DUE, late), amount: money(minor, 'EUR') })),
            }),
          )
          expect(amount.minor - counted.reduce((sum, part) => sum + part.amount.minor, 0)).toBe(balance)
        },
      ),
    )
  })

  it('never owed what a credit note took away: interest runs on less, not on more', () => {
    const credited = record({ balance: money(60_000, 'EUR'), payments: [paid('2026-02-10', 10_000)] })
    expect(lawInvoice(credited).amount).toEqual(money(70_000, 'EUR'))
    const claimed = quotedClaim([credited], terms())
    expect(claimed?.interest[0]?.minor).toBeLessThan(
      quotedClaim([record({ balance: money(90_000, 'EUR'), payments: [paid('2026-02-10', 10_000)] })], terms())
        ?.interest[0]?.minor ?? 0,
    )
  })

  it('is refused where a payment came in another currency', () => {
    const strange = record({ payments: [{ on: day('2026-02-10'), amount: money(1, 'GBP') }] })
    expect(claimWorking(strange, terms()).interest).toMatchObject({ because: 'currency-mismatch' })
  })
})
