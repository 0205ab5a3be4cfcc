import { existsSync, readFileSync } from 'node:fs'
import { fc } from '../../support/random.ts'
import { describe, expect, it } from 'vitest'
import { addDays, day, daysBetween } from '../../../src/chase/day.ts'
import { compensation } from '../../../src/chase/law/compensation.ts'
import { lateInterest, percentText } from '../../../src/chase/law/late-interest.ts'
import type { InterestQuestion } from '../../../src/chase/law/late-interest.ts'
import { LATE_PAYMENT_RULES } from '../../../src/chase/law/late-payment-rules.ts'
import { decimalOf, money, moneyFromDecimal } from '../../../src/chase/money.ts'
import { answered, lawInvoice, question, working } from './questions.ts'

const VECTORS = new URL('../../../../shared/data/interest_test_vectors.json', import.meta.url)

const total = (asked: InterestQuestion): number => answered(lateInterest(asked)).total.minor

describe('Late-payment interest', () => {
  it('keeps one rate in the United Kingdom, the one before interest starts, however long the debt lasts', () => {
    const answer = answered(
      lateInterest(
        question({
          country: 'GB',
          invoice: lawInvoice({ dueOn: day('2026-01-31'), amount: money(1_000_000, 'GBP') }),
          until: day('2026-04-01'),
        }),
      ),
    )
    expect(working(answer)).toEqual(['2026-02-01..2026-04-01 60 days on 1000000 at 11.75 = 19315'])
    expect(answer.total).toEqual(money(19_315, 'GBP'))

    const years = answered(lateInterest(question({ country: 'GB', until: day('2026-11-20') })))
    expect(working(years)).toEqual(['2025-01-16..2026-11-20 674 days on 100000 at 12.75 = 23544'])
  })

  it('rounds once: forty-five days on £2,000 are £32.67, not the £32.66 of a rounded day', () => {
    const invoice = lawInvoice({ dueOn: day('2024-02-01'), amount: money(200_000, 'GBP') })
    expect(total(question({ country: 'GB', invoice, until: day('2024-03-17') }))).toBe(3267)
  })

  it('changes the rate with each half-year in Spain, and shows each', () => {
    const invoice = lawInvoice({ dueOn: day('2025-05-31'), amount: money(500_000, 'EUR') })
    const answer = answered(lateInterest(question({ invoice, until: day('2026-03-15') })))
    expect(working(answer)).toEqual([
      '2025-06-01..2025-06-30 30 days on 500000 at 11.15 = 4582',
      '2025-07-01..2025-12-31 184 days on 500000 at 10.15 = 25584',
      '2026-01-01..2026-03-15 74 days on 500000 at 10.15 = 10289',
    ])
    expect(answer.total).toEqual(money(40_455, 'EUR'))
    expect(answer.days).toBe(288)
    expect(answer.lines[1]).toMatchObject({
      rateSource: { kind: 'reference', law: 'Ley 3/2004, arts 4–8', reference: 'ecb', halfYear: '2025-07-01', referencePpm: 21_500, marginPpm: 80_000, provisional: false },
    }) // prettier-ignore
  })

  it('applies one rate in Ireland, that of the day the invoice became overdue', () => {
    const invoice = lawInvoice({ dueOn: day('2025-06-15') })
    const answer = answered(lateInterest(question({ country: 'IE', invoice, until: day('2025-09-15') })))
    expect(working(answer)).toEqual(['2025-06-16..2025-09-15 92 days on 100000 at 11.15 = 2810'])
  })

  it('takes the new half-year’s rate for an invoice that was due on the last day of the old one', () => {
    const invoice = lawInvoice({ dueOn: day('2025-06-30') })
    const rates = ['GB', 'IE', 'ES'].map((country) => {
      const [line] = answered(lateInterest(question({ country, invoice, until: day('2025-07-10') }))).lines
      return line?.kind === 'interest' ? line.ratePercent : null
    })
    expect(rates).toEqual(['12.25', '10.15', '10.15'])
  })

  it('adds nine points to the base rate in Germany and eight to the ECB’s in Italy', () => {
    const german = lawInvoice({ dueOn: day('2025-12-15'), amount: money(300_000, 'EUR') })
    expect(working(answered(lateInterest(question({ country: 'DE', invoice: german, until: day('2026-02-15') }))))).toEqual([
      '2025-12-16..2025-12-31 16 days on 300000 at 10.27 = 1351',
      '2026-01-01..2026-02-15 46 days on 300000 at 10.27 = 3882',
    ]) // prettier-ignore
    const italian = lawInvoice({ dueOn: day('2023-12-15'), amount: money(80_000, 'EUR') })
    expect(working(answered(lateInterest(question({ country: 'IT', invoice: italian, until: day('2024-01-15') }))))).toEqual([
      '2023-12-16..2023-12-31 16 days on 80000 at 12.00 = 421',
      '2024-01-01..2024-01-15 15 days on 80000 at 12.50 = 411',
    ]) // prettier-ignore
  })

  it('lets a part payment lower the principal from the next day on; its own day still counts in full', () => {
    const payments = [
      { on: day('2025-02-14'), amount: money(40_000, 'EUR') },
      { on: day('2025-03-10'), amount: money(60_000, 'EUR') },
    ]
    const answer = answered(lateInterest(question({ invoice: lawInvoice({ payments }) })))
    expect(working(answer)).toEqual([
      '2025-01-16..2025-02-14 30 days on 100000 at 11.15 = 916',
      '2025-02-14 payment 40000, then 60000',
      '2025-02-15..2025-03-10 24 days on 60000 at 11.15 = 440',
      '2025-03-10 payment 60000, then 0',
    ])
    expect(answer.total).toEqual(money(1356, 'EUR'))
  })

  it('counts what was paid by the due day as never late, and forgets what is paid after the day asked about', () => {
    const payments = [
      { on: day('2025-01-15'), amount: money(50_000, 'EUR') },
      { on: day('2025-04-01'), amount: money(50_000, 'EUR') },
    ]
    expect(working(answered(lateInterest(question({ invoice: lawInvoice({ payments }) }))))).toEqual([
      '2025-01-15 payment 50000, then 50000',
      '2025-01-16..2025-03-31 75 days on 50000 at 11.15 = 1146',
    ])
  })

  it('shows no payment of nothing', () => {
    const payments = [{ on: day('2025-02-14'), amount: money(0, 'EUR') }]
    expect(working(answered(lateInterest(question({ invoice: lawInvoice({ payments }) }))))).toEqual([
      '2025-01-16..2025-03-31 75 days on 100000 at 11.15 = 2291',
    ])
  })

  it('claims nothing from an invoice that is not late, and from one paid on its due day', () => {
    const early = answered(lateInterest(question({ until: day('2025-01-15') })))
    expect(early).toMatchObject({ lines: [], total: money(0, 'EUR'), days: 0, provisos: [] })
    const payments = [{ on: day('2025-01-15'), amount: money(100_000, 'EUR') }]
    expect(total(question({ invoice: lawInvoice({ payments }) }))).toBe(0)
  })

  it('counts every day of a leap year and divides by 365, unless the parties agreed on the actual year', () => {
    const invoice = lawInvoice({ dueOn: day('2023-12-31'), amount: money(1_000_000, 'GBP') })
    const leap = question({ country: 'GB', invoice, until: day('2024-12-31') })
    expect(working(answered(lateInterest(leap)))).toEqual([
      '2024-01-01..2024-12-31 366 days on 1000000 at 13.25 = 132863',
    ])
    expect(total({ ...leap, contract: { dayCount: 'actual' } })).toBe(132_500)

    const across = { ...leap, until: day('2025-01-31'), contract: { dayCount: 'actual' } as const }
    expect(working(answered(lateInterest(across)))).toEqual([
      '2024-01-01..2024-12-31 366 days on 1000000 at 13.25 = 132500',
      '2025-01-01..2025-01-31 31 days on 1000000 at 13.25 = 11253',
    ])
  })

  it('adds a year’s interest to the principal in the Netherlands, and only there', () => {
    const invoice = lawInvoice({ dueOn: day('2024-01-31'), amount: money(1_000_000, 'EUR') })
    const asked = question({ country: 'NL', invoice, until: day('2025-03-01') })
    const answer = answered(lateInterest(asked))
    expect(working(answer)).toEqual([
      '2024-02-01..2024-06-30 151 days on 1000000 at 12.50 = 51712',
      '2024-07-01..2024-12-31 184 days on 1000000 at 12.25 = 61754',
      '2025-01-01..2025-01-31 31 days on 1000000 at 11.15 = 9470',
      '2025-02-01 capitalised 122936, then 1122936',
      '2025-02-01..2025-03-01 29 days on 1122936 at 11.15 = 9948',
    ])
    expect(answer.total.minor).toBe(132_884)
    expect(total({ ...asked, country: 'ES' })).toBe(131_795)
  })

  it('takes the contract’s rate, days of grace and nothing else from the contract', () => {
    const contract = { ratePercent: 18, graceDays: 10 }
    const answer = answered(lateInterest(question({ contract })))
    expect(working(answer)).toEqual(['2025-01-26..2025-03-31 65 days on 100000 at 18.00 = 3205'])
    expect(answer.lines[0]).toMatchObject({ rateSource: { kind: 'contract' } })
    expect(answer.provisos).toEqual(['contract-rate-unchecked'])

    const graceOnly = answered(lateInterest(question({ contract: { graceDays: 10 } })))
    expect(working(graceOnly)).toEqual(['2025-01-26..2025-03-31 65 days on 100000 at 11.15 = 1986'])
  })

  it('takes an agreed rate of nothing at its word', () => {
    expect(total(question({ contract: { ratePercent: 0 } }))).toBe(0)
  })

  it('counts whole yen', () => {
    const invoice = lawInvoice({ amount: money(1_000_000, 'JPY') })
    expect(answered(lateInterest(question({ invoice }))).total).toEqual(money(22_911, 'JPY'))
  })

  it('counts amounts beyond what floating point holds exactly', () => {
    const invoice = lawInvoice({ amount: money(9_007_199_254_740_991, 'EUR') })
    expect(total(question({ invoice, until: day('2025-01-16') }))).toBe(2_751_514_292_887)
  })

  it('says what a figure rests on that nobody has verified', () => {
    const late = { until: day('2026-09-30') }
    const provisos = (country: string, invoice = lawInvoice()): unknown =>
      answered(lateInterest(question({ country, invoice, ...late }))).provisos
    expect(provisos('ES')).toEqual(['rate-derived'])
    expect(provisos('FR')).toEqual(['rate-derived', 'rate-change-unverified'])
    expect(provisos('IE')).toEqual([])
    expect(provisos('IE', lawInvoice({ dueOn: day('2026-07-15') }))).toEqual(['rate-derived'])
    expect(provisos('GB', lawInvoice({ dueOn: day('2026-07-15') }))).toEqual([])
    expect(provisos('MX')).toEqual(['rate-unverified', 'tax-in-base-unverified'])
  })
})

describe('Late-payment interest is refused', () => {
  const reason = (change: Partial<InterestQuestion>): unknown => {
    const answer = lateInterest(question(change))
    return answer.kind === 'refused' ? { because: answer.because, ...answer.facts } : answer.kind
  }

  it('for consumers and for debtors nobody has looked at', () => {
    expect(reason({ debtor: 'consumer' })).toEqual({ because: 'debtor-not-a-business' })
    expect(reason({ debtor: 'unknown' })).toEqual({ because: 'debtor-type-unknown' })
    expect(reason({ debtor: 'consumer', contract: { ratePercent: 5 } })).toEqual({ because: 'debtor-not-a-business' })
  })

  it('for a country whose law is not known here, Directive or not', () => {
    expect(reason({ country: 'SE' })).toEqual({ because: 'unknown-country', country: 'SE' })
    expect(reason({ country: 'EU' })).toEqual({ because: 'unknown-country', country: 'EU' })
    expect(reason({ country: '' })).toEqual({ because: 'unknown-country', country: '' })
  })

  it('where only a contract can give it and none does', () => {
    expect(['AU', 'NZ', 'CA', 'US'].map((country) => reason({ country }))).toEqual(
      ['AU', 'NZ', 'CA', 'US'].map((country) => ({ because: 'contract-needed', country })),
    )
    expect(reason({ country: 'AU', contract: { ratePercent: 10 } })).toBe('interest')
  })

  it('where the rate of a day is not known: the next half-year, a monthly rate nobody keeps, the distant past', () => {
    expect(reason({ until: day('2027-01-01') })).toEqual({ because: 'rate-unknown', country: 'ES', on: '2027-01-01' })
    expect(reason({ until: day('2026-12-31') })).toBe('interest')
    expect(reason({ country: 'GB', until: day('2027-06-30') })).toBe('interest')
    const invoice = lawInvoice({ dueOn: day('2026-12-31') })
    expect(reason({ country: 'GB', invoice, until: day('2027-06-30') })).toEqual({ because: 'rate-unknown', country: 'GB', on: '2027-01-01' }) // prettier-ignore
    expect(reason({ country: 'CO' })).toEqual({ because: 'rate-unknown', country: 'CO', on: '2025-01-16' })
    const old = lawInvoice({ dueOn: day('2014-12-30') })
    expect(reason({ invoice: old })).toEqual({ because: 'no-rule-then', country: 'ES', on: '2014-12-31' })
  })

  it('for a payment in another currency, and for amounts and terms that mean nothing', () => {
    const dollars = [{ on: day('2025-02-01'), amount: money(100, 'USD') }]
    expect(reason({ invoice: lawInvoice({ payments: dollars }) })).toEqual({ because: 'currency-mismatch', invoice: 'EUR', payment: 'USD' }) // prettier-ignore
    expect(reason({ invoice: lawInvoice({ amount: money(-1, 'EUR') }) })).toEqual({ because: 'amount-not-understood', minor: -1 }) // prettier-ignore
    expect(reason({ invoice: lawInvoice({ amount: money(10.5, 'EUR') }) })).toEqual({ because: 'amount-not-understood', minor: 10.5 }) // prettier-ignore
    expect(reason({ contract: { ratePercent: -1 } })).toEqual({ because: 'contract-not-understood', ratePercent: -1 })
    expect(reason({ contract: { ratePercent: 1.23456 } })).toEqual({ because: 'contract-not-understood', ratePercent: 1.23456 }) // prettier-ignore
    expect(reason({ contract: { graceDays: 0.5 } })).toEqual({ because: 'contract-not-understood', graceDays: 0.5 })
  })
})

describe('A rate in words', () => {
  it('has two decimals, or as many as it needs up to four', () => {
    expect([117_500, 120_000, 80_500, 81_255, 81_250, 0, 500, 1_000_000].map(percentText)).toEqual([
      '11.75', '12.00', '8.05', '8.1255', '8.125', '0.00', '0.05', '100.00',
    ]) // prettier-ignore
  })
})

const SPLIT = ['ES', 'DE', 'IT', 'PT', 'FR']
const KNOWN = [...SPLIT, 'GB', 'IE', 'NL', 'MX']
const START = day('2015-01-01')
const KNOWN_DAYS = daysBetween(START, day('2026-12-31'))

/** An invoice with part payments, a country, and two days to ask about, the later one last. */
const aStory = fc
  .record({
    country: fc.constantFrom(...KNOWN),
    due: fc.integer({ min: 0, max: KNOWN_DAYS - 1 }),
    minor: fc.integer({ min: 0, max: 100_000_000 }),
    payments: fc.array(fc.record({ at: fc.integer({ min: -30, max: 900 }), share: fc.integer({ min: 0, max: 60 }) }), { maxLength: 4 }), // prettier-ignore
    lengths: fc.tuple(fc.integer({ min: -5, max: 1500 }), fc.integer({ min: 0, max: 1500 })),
    dayCount: fc.constantFrom('always-365' as const, 'actual' as const),
  })
  .map(({ country, due, minor, payments, lengths: [first, more], dayCount }) => {
    const dueOn = addDays(START, due)
    const end = Math.min(due + first, KNOWN_DAYS)
    const invoice = lawInvoice({
      dueOn,
      amount: money(minor, 'EUR'),
      payments: payments.map(({ at, share }) => ({
        on: addDays(dueOn, at),
        amount: money(Math.floor((minor * share) / 100), 'EUR'),
      })),
    })
    const asked = question({ country, invoice, until: addDays(START, end), contract: { dayCount } })
    return { asked, later: addDays(START, Math.min(end + more, KNOWN_DAYS)) }
  })

describe('Whatever the invoice, its payments and the country, interest', () => {
  it('is never negative and is the sum of its lines, each of them on what was owed', () => {
    fc.assert(
      fc.property(aStory, ({ asked }) => {
        const answer = answered(lateInterest(asked))
        const amounts = answer.lines.flatMap((line) => (line.kind === 'interest' ? [line.amount.minor] : []))
        expect(amounts.every((amount) => Number.isSafeInteger(amount) && amount >= 0)).toBe(true)
        expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(answer.total.minor)
      }),
      { numRuns: 500 },
    )
  })

  it('never shrinks as time passes, and keeps the working of the days that have passed', () => {
    fc.assert(
      fc.property(aStory, ({ asked, later }) => {
        const now = answered(lateInterest(asked))
        const then = answered(lateInterest({ ...asked, until: later }))
        expect(then.total.minor).toBeGreaterThanOrEqual(now.total.minor)
        expect(then.days).toBeGreaterThanOrEqual(now.days)
        const past = now.lines.filter((line) => (line.kind === 'interest' ? line.to : line.on) < asked.until)
        expect(then.lines.slice(0, past.length)).toEqual(past)
      }),
      { numRuns: 500 },
    )
  })

  it('is never raised by one more part payment', () => {
    fc.assert(
      fc.property(aStory, fc.integer({ min: -40, max: 900 }), fc.integer({ min: 0, max: 200_000_000 }), (story, at, minor) => {
        const { asked } = story
        const payment = { on: addDays(asked.invoice.dueOn, at), amount: money(minor, 'EUR') }
        const payments = [payment, ...asked.invoice.payments]
        expect(total({ ...asked, invoice: { ...asked.invoice, payments } })).toBeLessThanOrEqual(total(asked))
      }),
      { numRuns: 500 },
    ) // prettier-ignore
  })

  it('is the same whether counted in one go or in two, where the rate changes with the half-year', () => {
    fc.assert(
      fc.property(aStory, fc.constantFrom(...SPLIT), ({ asked, later }, country) => {
        const whole = { ...asked, country, until: later }
        const split = asked.until > asked.invoice.dueOn ? asked.until : asked.invoice.dueOn
        const before = total({ ...whole, until: split < later ? split : later })
        // What is still owed at the end of the first part is an invoice of its own, due on that day.
        const after = total({ ...whole, invoice: { ...asked.invoice, dueOn: split } })
        expect(Math.abs(total(whole) - (before + after))).toBeLessThanOrEqual(1)
      }),
      { numRuns: 500 },
    )
  })

  it('does not depend on the order in which payments are told', () => {
    fc.assert(
      fc.property(aStory, ({ asked }) => {
        const payments = asked.invoice.payments.toReversed()
        expect(total({ ...asked, invoice: { ...asked.invoice, payments } })).toBe(total(asked))
      }),
    )
  })

  it('agrees with counting day by day', () => {
    fc.assert(
      fc.property(aStory, fc.constantFrom(...SPLIT, 'GB', 'IE'), ({ asked }, country) => {
        const simple = { ...asked, country, contract: {} }
        const rates = new Map<string, bigint>()
        let parts = 0n
        for (let on = addDays(asked.invoice.dueOn, 1); on <= asked.until; on = addDays(on, 1)) {
          const paid = asked.invoice.payments.filter((payment) => payment.on < on)
          const owed = asked.invoice.amount.minor - paid.reduce((sum, { amount }) => sum + amount.minor, 0)
          const halfYear = `${on.slice(0, 4)} ${on.slice(5, 7) < '07'}`
          const ppm = rates.get(halfYear) ?? BigInt(ppmOn(country, asked.invoice.dueOn, on))
          rates.set(halfYear, ppm)
          parts += BigInt(Math.max(0, owed)) * ppm
        }
        const exact = (parts * 2n + 365_000_000n) / 730_000_000n
        expect(total(simple)).toBe(Number(exact))
      }),
      { numRuns: 200 },
    )
  })
})

/** A rate as an independent reading of the rules finds it: one day’s interest on a large round sum. */
function ppmOn(country: string, dueOn: string, on: string): number {
  const start = country === 'GB' || country === 'IE' ? addDays(day(dueOn), 1) : day(on)
  const invoice = lawInvoice({ dueOn: addDays(start, -1), amount: money(36_500_000_000, 'EUR') })
  return total(question({ country, invoice, until: start })) / 100
}

describe.runIf(existsSync(VECTORS))('The worked examples of the reference data', () => {
  type Vector = {
    jurisdiction: string
    rate_mode: 'fixed' | 'split'
    principal: string
    due: string
    paid: string
    days_late: number
    segments: { from: string; to_inclusive: string; days: number; rate_percent: string }[]
    interest: string
    fixed_compensation: number
    total: string
  }
  const vectors = existsSync(VECTORS) ? (JSON.parse(readFileSync(VECTORS, 'utf8')) as Vector[]) : []

  it('are there', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(6)
  })

  it.each(vectors)('come out to the cent: $jurisdiction, $principal due $due', (vector) => {
    const country = vector.jurisdiction === 'UK' ? 'GB' : vector.jurisdiction
    const currency = country === 'GB' ? 'GBP' : 'EUR'
    const amount = moneyFromDecimal(Number(vector.principal), currency)
    const paid = day(vector.paid)
    const invoice = { dueOn: day(vector.due), amount, payments: [{ on: paid, amount }] }
    const asked = question({ country, invoice, until: addDays(paid, 30) })

    const answer = answered(lateInterest(asked))
    const segments = answer.lines.flatMap((line) =>
      line.kind === 'interest'
        ? [{ from: line.from, to_inclusive: line.to, days: line.days, rate_percent: line.ratePercent }]
        : [],
    )
    expect(segments).toEqual(vector.segments)
    expect(answer.days).toBe(vector.days_late)
    expect(decimalOf(answer.total).toFixed(2)).toBe(vector.interest)

    const fixed = answered(compensation(asked))
    expect(fixed.total).toEqual(moneyFromDecimal(vector.fixed_compensation, currency))
    const sum = money(amount.minor + answer.total.minor + fixed.total.minor, currency)
    expect(decimalOf(sum).toFixed(2)).toBe(vector.total)

    const rule = LATE_PAYMENT_RULES.find((rule) => rule.country === country)
    expect(rule?.rate.kind === 'reference' ? rule.rate.during : null).toBe(vector.rate_mode)
  })
})
