import { fc } from '../../support/random.ts'
import { describe, expect, it } from 'vitest'
import { dayFromNumber, weekday } from '../../../src/chase/day.ts'
import { day } from '../../../src/chase/day.ts'
import { findAmounts, isAmount } from '../../../src/chase/guards/amounts.ts'
import { carriedBy } from '../../../src/chase/guards/carried.ts'
import { oddCharacters } from '../../../src/chase/guards/characters.ts'
import { findDates, weekdayFits } from '../../../src/chase/guards/dates.ts'
import { findIbans, isValidIban } from '../../../src/chase/guards/iban.ts'
import { readHtml } from '../../../src/chase/guards/visible.ts'
import { money } from '../../../src/chase/money.ts'
import { createFormats } from '../../../src/mail/format.ts'

const today = day('2026-11-17')

describe('reading amounts', () => {
  const read = (text: string, locale: string) =>
    findAmounts(text, locale).map(
      ({ amount }) => amount && `${amount.minor}/${amount.decimals} ${amount.currencies[0] ?? '?'}`,
    )

  it.each([
    ['es-ES', 'son 1.234,50\u00a0€ y', ['123450/2 EUR']],
    ['es-ES', '1.234,50 EUR y 300,00 GBP', ['123450/2 EUR', '30000/2 GBP']],
    ['es-MX', '$1,234.50', ['123450/2 USD']],
    ['es-MX', 'USD\u00a01,234.50', ['123450/2 USD']],
    ['es-CL', '$1.235', ['1235/0 USD']],
    ['es-CO', '$\u00a01.234,50', ['123450/2 USD']],
    ['es-PE', 'S/\u00a01,234.50', ['123450/2 PEN']],
    ['en-GB', '£1,234.50, EUR\u00a03.00', ['123450/2 GBP', '300/2 EUR']],
    ['en-GB', 'KWD\u00a01,234.567', ['1234567/3 KWD']],
    ['en-US', '-$45.00', ['-4500/2 USD']],
    ['es-ES', '-45,00\u00a0€', ['-4500/2 EUR']],
  ])('in %s: %s', (locale, text, expected) => {
    expect(read(text, locale)).toEqual(expected)
  })

  it('cannot be read where the marks are another country’s, or the groups are broken', () => {
    for (const [locale, text] of [
      ['es-ES', '1,234.50 €'],
      ['es-ES', '1234,50 €'],
      ['es-ES', '12.34,50 €'],
      ['en-GB', '£1.234,50'],
      ['en-GB', '£12,34.50'],
      ['es-ES', '1.234, €'],
    ] as const) {
      const found = findAmounts(text, locale)
      expect([text, found.some((each) => isAmount(each, money(123_450, locale === 'es-ES' ? 'EUR' : 'GBP')))]).toEqual([
        text,
        false,
      ])
    }
  })

  it('reads back every amount that our own formats write', () => {
    const formatFor = createFormats()
    const locales = [
      'es-ES',
      'es-MX',
      'es-CO',
      'es-CL',
      'es-AR',
      'es-PE',
      'en-GB',
      'en-IE',
      'en-US',
      'en-CA',
      'en-AU',
      'en-NZ',
    ]
    const currencies = [
      'EUR',
      'GBP',
      'USD',
      'MXN',
      'COP',
      'CLP',
      'ARS',
      'PEN',
      'CAD',
      'AUD',
      'NZD',
      'CHF',
      'JPY',
      'KWD',
      'SEK',
      'UYU',
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(...locales),
        fc.constantFrom(...currencies),
        fc.integer({ min: -99_999_999, max: 9_999_999_999 }),
        (locale, currency, minor) => {
          const country = locale.slice(3)
          const format = formatFor({
            language: locale.startsWith('es') ? 'es' : 'en',
            locale,
            today,
            country,
            homeCurrency: 'EUR',
            currencies: [currency],
          })
          const written = format.money(money(minor, currency))
          const found = findAmounts(`a ${written}, b`, locale)
          expect([written, found.length, found[0] && isAmount(found[0], money(minor, currency))]).toEqual([
            written,
            1,
            true,
          ])
        },
      ),
    )
  })
})

describe('reading dates', () => {
  const read = (text: string, locale: string) =>
    findDates(text, locale, today).map((date) => `${date.day}${weekdayFits(date) ? '' : ' (wrong weekday)'}`)

  it.each([
    ['es', 'el martes 3 de noviembre', ['2026-11-03']],
    ['es', 'el lunes 3 de noviembre', ['2026-11-03 (wrong weekday)']],
    ['es', 'martes, 3 de noviembre de 2027', ['2027-11-03 (wrong weekday)']],
    ['es', 'entre el lunes 2 y el jueves 5 de noviembre', ['2026-11-02', '2026-11-05']],
    ['es', 'el 3, el 10 y el 17 de noviembre', ['2026-11-03', '2026-11-10', '2026-11-17']],
    ['es', '3\u00a0nov\u00a02026, 3 nov. 2026 y 22 sept 2026', ['2026-11-03', '2026-11-03', '2026-09-22']],
    ['es', 'el 31 de noviembre', ['null']],
    ['en', 'Tuesday 3 November', ['2026-11-03']],
    ['en-US', 'Monday, November 3, 2025', ['2025-11-03']],
    ['en', 'between Monday 2 and Thursday 5 November', ['2026-11-02', '2026-11-05']],
    ['en-US', 'October 27, November 3 and November 10', ['2026-10-27', '2026-11-03', '2026-11-10']],
    ['en-GB', '3 Nov 2026, 22 Sept 2026', ['2026-11-03', '2026-09-22']],
    ['en-US', 'instalment 3 Nov 20, 2026, 411', ['2026-11-20']],
    ['es-PE', '22 set. 2026', ['2026-09-22']],
    ['en', 'You may pay; march on.', []],
  ] as const)('in %s: %s', (locale, text, expected) => {
    expect(read(text, locale)).toEqual([...expected])
  })

  it('reads back every date that our own formats write, weekday and all', () => {
    const formatFor = createFormats()
    fc.assert(
      fc.property(
        fc.constantFrom('es-ES', 'es-MX', 'es-CL', 'es-PE', 'en-GB', 'en-US', 'en-AU', 'en-IE', 'en-CA'),
        fc.integer({ min: 14_000, max: 30_000 }),
        (locale, number) => {
          const language = locale.startsWith('es') ? 'es' : 'en'
          const format = formatFor({ language, locale, today, country: null, homeCurrency: 'EUR', currencies: [] })
          const of = dayFromNumber(number)
          for (const written of [
            format.weekdayDate(of),
            format.date(of),
            format.shortDate(of),
            format.fullDate(of),
            format.longDate(of),
          ]) {
            const found = findDates(`x ${written}, y`, locale, today)
            expect([written, ...found.map((date) => [date.day, weekdayFits(date)])]).toEqual([written, [of, true]])
            expect([null, weekday(of)]).toContain(found[0]?.saidWeekday)
          }
        },
      ),
    )
  })
})

describe('reading account numbers', () => {
  const valid = [
    'ES9121000418450200051332',
    'GB82WEST12345698765432',
    'DE89370400440532013000',
    'FR1420041010050500013M02606',
    'NO9386011117947',
    'MT84MALT011000012345MTLCAST001S',
    'IE29AIBK93115212345678',
    'PT50000201231234567890154',
  ]

  it.each(valid)('knows %s by its check digits, and no neighbour of it', (iban) => {
    expect(isValidIban(iban)).toBe(true)
    for (let at = 2; at < iban.length; at++) {
      const digit = Number(iban[at])
      if (Number.isNaN(digit)) continue
      expect(isValidIban(`${iban.slice(0, at)}${(digit + 1) % 10}${iban.slice(at + 1)}`)).toBe(false)
    }
  })

  it('finds them however they are grouped', () => {
    for (const text of [
      'IBAN ES91 2100 0418 4502 0005 1332',
      'es9121000418450200051332',
      'ES91-2100-0418-4502-0005-1332',
      'ES91\u00a02100\u00a00418\u00a04502\u00a00005\u00a01332 Concepto',
      'ES91 2100\n0418 4502 0005 1332.',
      'es91 2100 0418 4502 0005 1332',
    ]) {
      expect(findIbans(text)).toEqual([{ iban: 'ES9121000418450200051332', valid: true }])
    }
    expect(findIbans('is 16 days overdue. The dates of our earlier messages are 3 and 10 November')).toEqual([])
    expect(findIbans('ES12 facturas')).toEqual([])
    // The token of a link to pay by, as it has been drawn once.
    expect(findIbans('https://in.xero.com/AE635165E14F434DAE5028F8')).toEqual([])
    expect(
      findIbans('https://in.xero.com/1-AE63-5165E14F434DAE5028F, o a la cuenta ES91 2100 0418 4502 0005 1332'),
    ).toEqual([{ iban: 'ES9121000418450200051332', valid: true }])
  })
})

describe('what a name carries', () => {
  it.each([
    'Vega, S.L.',
    '3M España',
    'Booking.com',
    'Amazon.es, S.L.',
    'Talleres 2000',
    '1&1',
    'Grupo S.A.T. n.º 24',
    'F-2026-0147',
    'A/2026/11/03',
    'FACT 0001 0002 0003',
    'INV#7',
    '20260001234',
  ])('is nothing for %s', (name) => {
    expect(carriedBy(name, 'reference')).toBeNull()
  })

  it.each([
    ['Vega https://x.example', 'https://x.example'],
    ['pague en evil.com/x', 'evil.com/x'],
    ['a@b.example', 'a@b.example'],
    ['500 €', '500 €'],
    ['USD 1,000.00', 'USD 1,000.00'],
    ['ES91 2100 0418 4502 0005 1332', 'ES9121000418450200051332'],
  ])('is something for %s', (name, carried) => {
    expect(carriedBy(name, 'name')).toBe(carried)
  })
})

describe('reading an HTML part', () => {
  it('sees what a reader sees, and what would load', () => {
    const html =
      '<html><head><title>A &amp; B</title><style>p{color:red}</style></head><body><!-- x --><p>Uno<br>dos</p><a href="https://a.example/?x=1&amp;y=2">tres</a><img src="https://t.example/1.gif"></body></html>'
    expect(readHtml(html)).toEqual({
      text: 'Uno\ndos\ntres',
      title: 'A & B',
      links: ['https://a.example/?x=1&y=2'],
      active: ['<img src="https://t.example/1.gif">'],
    })
  })
})

describe('odd characters', () => {
  it.each([
    ['\u202eabc', 'hidden-character'],
    ['a\u200bb', 'hidden-character'],
    ['１２', 'look-alike'],
    ['١٢', 'look-alike'],
    ['x²', 'look-alike'],
    ['pаypal', 'look-alike'],
  ])('are found in %j', (text, kind) => {
    expect(oddCharacters(text, 'text').map((finding) => finding.kind)).toEqual([kind])
  })

  it('are none in ordinary Spanish, English, Greek or Chinese', () => {
    expect(oddCharacters('Ñandú, 1.234,50\u00a0€ – «sí» “yes” Ελλάδα 株式会社 5µm n.º', 'text')).toEqual([])
  })
})
