import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { addDays, day, dayNumber } from '../../../src/chase/day.ts'
import { EU_DIRECTIVE, LATE_PAYMENT_RULES } from '../../../src/chase/law/late-payment-rules.ts'
import type { LatePaymentRule } from '../../../src/chase/law/late-payment-rules.ts'
import { LAWYER_NEEDED, LIMITATION_RULES } from '../../../src/chase/law/limitation-rules.ts'
import { monthsAfter, yearsAfter, daysInYear, halfYearEnd, halfYearStart } from '../../../src/chase/law/periods.ts'
import { REFERENCE_RATES, referenceRateOn } from '../../../src/chase/law/reference-rates.ts'
import { money } from '../../../src/chase/money.ts'
import { readCsv } from './questions.ts'

/** The legal rate of a country in one half-year, in hundredths of a per cent. */
function legalRate(country: string, on: string): number | null {
  const rule = LATE_PAYMENT_RULES.find((each) => each.country === country)
  if (rule?.rate.kind !== 'reference') return null
  const reference = referenceRateOn(rule.rate.reference, day(on))
  return reference && (reference.ppm + rule.rate.marginPpm) / 100
}

describe('The figures of the law', () => {
  it('give the legal rates that were published', () => {
    const COUNTRIES = ['ES', 'GB', 'IE', 'DE', 'FR', 'IT', 'PT', 'NL']
    const table = (on: string): (number | null)[] => COUNTRIES.map((country) => legalRate(country, on))
    expect({
      '2015H1': table('2015-06-30'),
      '2018H2': table('2018-12-31'),
      '2020H1': table('2020-01-01'),
      '2022H2': table('2022-07-01'),
      '2023H1': table('2023-03-01'),
      '2024H1': table('2024-06-30'),
      '2024H2': table('2024-07-01'),
      '2025H1': table('2025-01-01'),
      '2025H2': table('2025-12-31'),
      '2026H1': table('2026-01-01'),
      '2026H2': table('2026-07-01'),
    }).toEqual({
      '2015H1': [805, 850, 805, 817, 1005, 805, 805, 805],
      '2018H2': [800, 850, 800, 812, 1000, 800, 800, 800],
      '2020H1': [800, 875, 800, 812, 1000, 800, 800, 800],
      '2022H2': [800, 925, 800, 812, 1000, 800, 800, 800],
      '2023H1': [1050, 1150, 1050, 1062, 1250, 1050, 1050, 1050],
      '2024H1': [1250, 1325, 1250, 1262, 1450, 1250, 1250, 1250],
      '2024H2': [1225, 1325, 1225, 1237, 1425, 1225, 1225, 1225],
      '2025H1': [1115, 1275, 1115, 1127, 1315, 1115, 1115, 1115],
      '2025H2': [1015, 1225, 1015, 1027, 1215, 1015, 1015, 1015],
      '2026H1': [1015, 1175, 1015, 1027, 1215, 1015, 1015, 1015],
      '2026H2': [1040, 1175, 1040, 1052, 1240, 1040, 1040, 1040],
    })
  })

  it('end where nobody has looked further, and mark what was derived', () => {
    expect(Object.entries(REFERENCE_RATES).map(([name, rates]) => [name, rates.at(-1)?.from, rates.at(-1)?.provisional])).toEqual([
      ['ecb', '2026-07-01', true],
      ['bundesbank', '2026-07-01', true],
      ['bank-of-england', '2026-07-01', false],
    ]) // prettier-ignore
    expect(referenceRateOn('ecb', day('2027-01-01'))).toBe(null)
    expect(referenceRateOn('ecb', day('2014-12-31'))).toBe(null)
  })

  it('have every half-year once and in order, each with its source', () => {
    for (const rates of Object.values(REFERENCE_RATES)) {
      const starts = rates.map(({ from }) => from)
      expect(starts).toEqual([...new Set(starts)].toSorted())
      for (const [at, { from, source }] of rates.entries()) {
        expect(halfYearStart(from)).toBe(from)
        expect(source).not.toBe('')
        expect(starts[at - 1] ?? halfYearStart(addDays(from, -1))).toBe(halfYearStart(addDays(from, -1)))
      }
    }
  })

  it('let the German base rate move with the ECB’s', () => {
    const gaps = REFERENCE_RATES.ecb.map(({ ppm }, at) => ppm - (REFERENCE_RATES.bundesbank[at]?.ppm ?? 0))
    expect(new Set(gaps)).toEqual(new Set([8800]))
  })

  it('stay at or above the floor of the Directive in its member states', () => {
    const members = LATE_PAYMENT_RULES.filter(({ country }) => ['ES', 'IE', 'FR', 'DE', 'IT', 'PT', 'NL'].includes(country)) // prettier-ignore
    expect(members.length).toBe(7)
    for (const { rate, compensation, longestTermDays, defaultTermDays, country } of members) {
      // Germany’s nine points stand on its own base rate, which lies 0.88 below the ECB’s.
      const margin = rate.kind === 'reference' ? rate.marginPpm - (country === 'DE' ? 8800 : 0) : 0
      expect(margin).toBeGreaterThanOrEqual(EU_DIRECTIVE.marginPpm)
      const least = compensation.kind === 'flat' ? compensation.sum : compensation.kind === 'tiers' ? compensation.tiers[0]?.sum : null // prettier-ignore
      expect(least).toEqual(EU_DIRECTIVE.compensation)
      expect([defaultTermDays, longestTermDays]).toEqual([EU_DIRECTIVE.defaultTermDays, EU_DIRECTIVE.longestTermDays])
    }
  })

  it('name a source for every rule, and a proviso wherever it is general knowledge', () => {
    for (const rule of [...LATE_PAYMENT_RULES, ...LIMITATION_RULES]) expect(rule.source.length).toBeGreaterThan(5)
    const unsure = LIMITATION_RULES.filter(({ source }) => source.includes('general knowledge'))
    expect(unsure.length).toBeGreaterThan(8)
    expect(unsure.filter(({ provisional }) => !provisional)).toEqual([])
  })

  it('have one rule for each place and kind of debt', () => {
    const keys = LIMITATION_RULES.flatMap(({ country, regions, debts }) =>
      debts.flatMap((debt) => (regions ?? ['*']).map((region) => `${country} ${region} ${debt}`)),
    )
    expect(keys).toEqual([...new Set(keys)])
  })
})

describe('Periods', () => {
  it('of months and years go from date to date, and end with a short month', () => {
    expect(monthsAfter(day('2026-01-15'), 6)).toBe('2026-07-15')
    expect(monthsAfter(day('2026-08-31'), 6)).toBe('2027-02-28')
    expect(monthsAfter(day('2027-08-31'), 6)).toBe('2028-02-29')
    expect(monthsAfter(day('2026-12-31'), 1)).toBe('2027-01-31')
    expect(monthsAfter(day('2026-01-31'), 1)).toBe('2026-02-28')
    expect(monthsAfter(day('2026-03-31'), -1)).toBe('2026-02-28')
    expect(yearsAfter(day('2024-02-29'), 1)).toBe('2025-02-28')
    expect(yearsAfter(day('2024-02-29'), 4)).toBe('2028-02-29')
    expect(yearsAfter(day('9998-05-05'), 5)).toBe('9999-12-31')
  })

  it('of half a year begin with January and July', () => {
    expect(['2026-01-01', '2026-06-30', '2026-07-01', '2026-12-31'].map((on) => halfYearStart(day(on)))).toEqual([
      '2026-01-01', '2026-01-01', '2026-07-01', '2026-07-01',
    ]) // prettier-ignore
    expect(['2026-01-01', '2026-07-01'].map((on) => halfYearEnd(day(on)))).toEqual(['2026-06-30', '2026-12-31'])
  })

  it('of a year have 366 days where February has 29', () => {
    expect([2023, 2024, 2100, 2000].map((year) => daysInYear(day(`${year}-05-05`)))).toEqual([365, 366, 365, 366])
  })
})

const DATA = new URL('../../../../shared/data/', import.meta.url)
const csv = (name: string): Record<string, string>[] => readCsv(readFileSync(new URL(name, DATA), 'utf8'))
const hundredths = (text: string | undefined): number => Math.round(Number(text) * 100)
/** The days a cell begins with; null for 'none', 'contract' and the like. */
const daysIn = (text = ''): number | null => (/^\d/.test(text) ? Number.parseInt(text, 10) : null)
/** The whole numbers in a cell, thousands joined: 'GBP 40 (<1,000)' has 40 and 1000. */
const numbersIn = (text = ''): number[] =>
  [...text.replaceAll(/(\d),(\d{3})/g, '$1$2').matchAll(/\d+(?:\.\d+)?/g)].map(([number]) => Number(number))

describe.runIf(existsSync(DATA))('The figures of the law, beside the reference data', () => {
  it('agree in every legal rate of every half-year', () => {
    const rows = csv('rates_by_half_year.csv')
    expect(rows.length).toBe(REFERENCE_RATES.ecb.length)
    for (const row of rows) {
      const on = row['from'] ?? ''
      const ours = {
        ecb: referenceRateOn('ecb', day(on))?.ppm,
        bundesbank: referenceRateOn('bundesbank', day(on))?.ppm,
        england: referenceRateOn('bank-of-england', day(on))?.ppm,
        legal: ['ES', 'DE', 'IE', 'FR', 'IT', 'PT', 'NL', 'GB'].map((country) => legalRate(country, on)),
        provisional: referenceRateOn('ecb', day(on))?.provisional,
      }
      const columns = ['ES_ley3_2004', 'DE_b2b_288_2_BGB', 'IE_si580_2012', 'FR_default_L441_10', 'IT_dlgs231_2002', 'PT_dl62_2013', 'NL_6_119a', 'UK_late_payment_act'] // prettier-ignore
      expect([on, ours]).toEqual([
        on,
        {
          ecb: hundredths(row['ecb_mro_ref']) * 100,
          bundesbank: hundredths(row['DE_basiszinssatz']) * 100,
          england: hundredths(row['boe_ref']) * 100,
          legal: columns.map((column) => hundredths(row[column])),
          provisional: row['status']?.startsWith('DERIVED'),
        },
      ])
    }
  })

  it('agree with the ECB’s changes: the rate in force when each half-year began', () => {
    const changes = csv('rates_ecb_mro_changes.csv')
    expect(changes.length).toBeGreaterThan(15)
    for (const { from, ppm, provisional } of REFERENCE_RATES.ecb) {
      const last = changes.findLast((change) => dayNumber(day(change['effective_from'] ?? '')) < dayNumber(from))
      expect([from, ppm, provisional]).toEqual([from, hundredths(last?.['mro_percent']) * 100, last?.['status']?.startsWith('DERIVED')]) // prettier-ignore
    }
  })

  it('agree in terms, margins, compensation and the way of counting of every country', () => {
    const rows = csv('late_payment_rules.csv')
    const [directive, ...countries] = rows
    expect(directive?.['code']).toBe('EU')
    expect(numbersIn(directive?.['default_term_days'])[0]).toBe(EU_DIRECTIVE.defaultTermDays)
    expect(numbersIn(directive?.['max_term_days_b2b'])[0]).toBe(EU_DIRECTIVE.longestTermDays)
    expect(numbersIn(directive?.['rate_rule']).at(-1)).toBe(EU_DIRECTIVE.marginPpm / 10_000)
    expect(numbersIn(directive?.['fixed_compensation'])[0]).toBe(EU_DIRECTIVE.compensation.minor / 100)

    const codeOf = (row: Record<string, string>): string => (row['code'] === 'UK' ? 'GB' : (row['code'] ?? ''))
    expect(LATE_PAYMENT_RULES.map(({ country }) => country).toSorted()).toEqual(countries.map(codeOf).toSorted())
    for (const row of countries) {
      const rule = LATE_PAYMENT_RULES.find(({ country }) => country === codeOf(row))
      if (!rule) throw new Error(`no rule for ${row['code']}`)
      expect([rule.country, asCsv(rule)]).toEqual([
        rule.country,
        {
          terms: [daysIn(row['default_term_days']), daysIn(row['max_term_days_b2b'])],
          ...rateInCsv(row),
          compound: /compound/i.test(row['simple_or_compound'] ?? ''),
          compensation: compensationInCsv(row['fixed_compensation'] ?? ''),
        },
      ])
    }
  })

  it('agree in the years of limitation, in what a reminder does, and in what expiry does', () => {
    const rows = csv('limitation_periods.csv')
    expect(rows.length).toBe(18)
    for (const [at, row] of rows.entries()) {
      const code = row['code'] ?? ''
      if (LAWYER_NEEDED.includes(code)) continue
      const rules = LIMITATION_RULES.filter((rule) => rulesOfRow(code, rule.code, rule.debts))
      const years = rules.flatMap((rule) => [
        rule.years,
        ...(rule.executiveYears === null ? [] : [rule.executiveYears]),
      ])
      expect([code, years.length > 0]).toEqual([code, true])
      const numbers = numbersIn(`${row['years']} ${row['what_restarts_or_stops_it']} ${row['source']}`)
      expect([code, years.filter((each) => !numbers.includes(each))]).toEqual([code, []])
      expect([code, years]).toEqual([code, expect.arrayContaining([numbersIn(row['years'])[0]])])

      const told = row['does_a_plain_reminder_interrupt'] ?? ''
      const letter = told === 'as above' ? (rows[at - 1]?.['does_a_plain_reminder_interrupt'] ?? '') : told
      const interrupts = /^YES|interrupts once/.test(letter)
      for (const { effects } of rules) {
        expect([code, effects['extrajudicial-claim'].startsWith('restarts')]).toEqual([code, interrupts])
        expect([code, effects.reminder === 'restarts']).toEqual([code, false])
      }
      const extinguished = /EXTINGUISHE[SD]/.test(row['effect_of_expiry'] ?? '')
      expect([code, rules.some(({ expiry }) => expiry === 'extinguished')]).toEqual([code, extinguished])
      const unmarked = row['confidence'] === 'C' ? rules.filter(({ provisional }) => !provisional) : []
      expect([code, unmarked]).toEqual([code, []])
    }
  })
})

/** A rule in the words of the reference table. */
function asCsv({ defaultTermDays, longestTermDays, rate, growth, compensation }: LatePaymentRule): unknown {
  return {
    terms: [defaultTermDays, longestTermDays],
    reference: rate.kind === 'reference' ? rate.reference : null,
    margin: rate.kind === 'reference' ? rate.marginPpm / 10_000 : null,
    during: rate.kind === 'reference' ? rate.during : null,
    constant: rate.kind === 'constant' ? rate.ppm / 10_000 : null,
    compound: growth === 'yearly',
    compensation:
      compensation.kind === 'flat'
        ? [compensation.sum]
        : compensation.kind === 'tiers'
          ? [...compensation.tiers.map(({ sum }) => sum), ...compensation.tiers.slice(1).map(({ from }) => from)]
          : compensation.kind === 'share'
            ? [compensation.ppm / 10_000]
            : [],
  }
}

function rateInCsv(row: Record<string, string>): Readonly<Record<string, string | number | null>> {
  const text = row['rate_rule'] ?? ''
  const change = row['rate_change_during_delay'] ?? ''
  const reference = /BoE/.test(text) ? 'bank-of-england' : /Basiszinssatz/.test(text) ? 'bundesbank' : /ECB/.test(text) ? 'ecb' : null // prettier-ignore
  const margin = /\+ (\d+)/.exec(text)?.[1]
  const constant = /else (\d+) % a year \(C: interes legal/.exec(text)?.[1]
  return {
    reference,
    margin: reference === null ? null : Number(margin),
    during: reference === null ? null : change.startsWith('FIXED') ? 'fixed' : 'split',
    constant: constant === undefined ? null : Number(constant),
  }
}

function compensationInCsv(text: string): unknown[] {
  if (/^(none|-|collection costs)/.test(text)) return []
  const numbers = numbersIn(text)
  if (text.includes('%')) return numbers.slice(0, 1)
  const currency = text.slice(0, 3)
  if (!text.includes('100')) return [money((numbers[0] ?? 0) * 100, currency)]
  const [one = 0, two = 0, three = 0] = [40, 70, 100].filter((sum) => numbers.includes(sum))
  // '<1,000' begins the next tier at 1,000; '<=1,000' a cent after it.
  const after = text.includes('<=') ? 1 : 0
  const sums = [one, two, three].map((sum) => money(sum * 100, currency))
  return [...sums, 100_000 + after, 1_000_000 + after]
}

/** Which of our rules a row of the reference table tells of. */
function rulesOfRow(code: string, ruleCode: string, debts: readonly string[]): boolean {
  if (code === 'ES-3') return ruleCode === 'ES' && debts.includes('professional-fees')
  if (code === 'ES') return ruleCode === 'ES-CT' || (ruleCode === 'ES' && debts.includes('invoice'))
  if (code.startsWith('GB-')) return ruleCode === code
  return ruleCode === code || ruleCode.startsWith(`${code}-`)
}
