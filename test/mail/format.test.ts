import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { createFormats, createMoneyFormat } from '../../src/mail/format.ts'

const formatFor = createFormats()
const formatMoney = createMoneyFormat()

const spanish = {
  language: 'es',
  today: day('2026-11-17'),
  country: 'ES',
  homeCurrency: 'EUR',
  currencies: ['EUR'],
} as const

const formatIn = (locale: string, country: string | null, currencies: string[] = ['EUR']) =>
  formatFor({
    language: locale.startsWith('es') ? 'es' : 'en',
    locale,
    today: day('2026-11-17'),
    country,
    homeCurrency: 'EUR',
    currencies,
  })

describe('money', () => {
  it.each([
    ['es-ES', 'ES', 123_450, 'EUR', '1.234,50\u00a0€'],
    ['es-ES', 'ES', 1_234_560, 'EUR', '12.345,60\u00a0€'],
    ['es-ES', 'ES', 123_450, 'GBP', '1.234,50\u00a0GBP'],
    ['en-GB', 'GB', 123_450, 'GBP', '£1,234.50'],
    ['en-GB', 'GB', 123_450, 'EUR', 'EUR\u00a01,234.50'],
    ['en-IE', 'IE', 123_450, 'EUR', '€1,234.50'],
    ['es-MX', 'MX', 123_450, 'MXN', '$1,234.50'],
    ['es-MX', 'MX', 123_450, 'USD', 'USD\u00a01,234.50'],
    ['es-CL', 'CL', 1_235, 'CLP', '$1.235'],
    ['en-GB', 'GB', 1_234_567, 'KWD', 'KWD\u00a01,234.567'],
    ['es-ES', null, 5, 'EUR', '0,05\u00a0€'],
  ])('in %s for a reader in %s: %i %s is %s', (locale, country, minor, currency, expected) => {
    expect(formatIn(locale, country, [currency]).money(money(minor, currency))).toBe(expected)
  })

  it('shows codes as soon as a message has two currencies', () => {
    expect(formatIn('es-ES', 'ES', ['EUR', 'GBP']).money(money(100, 'EUR'))).toBe('1,00\u00a0EUR')
  })

  it('is exact where a floating point number is not', () => {
    expect(formatMoney(money(9_007_199_254_740_991, 'EUR'), 'es-ES', false)).toBe('90.071.992.547.409,91\u00a0€')
    expect(formatMoney(money(-1, 'EUR'), 'en-GB', false)).toBe('-€0.01')
  })

  it('copes with currencies nobody has heard of', () => {
    expect(formatMoney(money(123_450, 'XQZ'), 'en-GB', true)).toBe('XQZ\u00a01,234.50')
    expect(formatMoney(money(123_450, '€\r\n'), 'es-ES', true)).toBe('1.234,50\u00a0€')
    expect(formatMoney(money(123_450, ''), 'es-ES', true)).toBe('1.234,50')
  })
})

describe('days', () => {
  it.each([
    ['es-ES', '2026-11-03', 'martes 3 de noviembre', 'martes, 3 de noviembre de 2026', '3 de noviembre de 2026'],
    ['en-GB', '2026-11-03', 'Tuesday 3 November', 'Tuesday, 3 November 2026', '3 November 2026'],
    ['en-US', '2026-11-03', 'Tuesday, November 3', 'Tuesday, November 3, 2026', 'November 3, 2026'],
    ['es-ES', '2027-01-04', 'lunes 4 de enero de 2027', 'lunes, 4 de enero de 2027', '4 de enero de 2027'],
    ['es-ES', '0001-01-01', 'lunes 1 de enero de 1', 'lunes, 1 de enero de 1', '1 de enero de 1'],
    ['en-GB', '9999-12-31', 'Friday 31 December 9999', 'Friday, 31 December 9999', '31 December 9999'],
  ])('in %s, %s', (locale, of, weekdayDate, fullDate, longDate) => {
    const format = formatIn(locale, 'ES')
    expect([format.weekdayDate(day(of)), format.fullDate(day(of)), format.longDate(day(of))]).toEqual([
      weekdayDate,
      fullDate,
      longDate,
    ])
  })

  it('counts to twelve in words', () => {
    const [es, en] = [formatIn('es-ES', 'ES'), formatIn('en-GB', 'GB')]
    expect([0, 1, 3, 12, 13, 1500, -1, -3].map(es.ago)).toEqual([
      'hoy', 'ayer', 'hace tres días', 'hace doce días', 'hace 13 días', 'hace 1.500 días', 'mañana', 'dentro de tres días',
    ]) // prettier-ignore
    expect([0, 1, 3, 13, -1, -3].map(en.ago)).toEqual([
      'today', 'yesterday', 'three days ago', '13 days ago', 'tomorrow', 'in three days',
    ]) // prettier-ignore
    expect([es.days(1), en.days(1), en.days(8)]).toEqual(['un día', 'one day', 'eight days'])
  })

  it('says a month once in a list', () => {
    const days = [day('2026-10-27'), day('2026-11-03'), day('2026-11-10')]
    expect(formatIn('es-ES', 'ES').dates(days)).toEqual(['27 de octubre', '3', '10 de noviembre'])
    expect(formatIn('en-US', 'US').dates(days)).toEqual(['October 27', 'November 3', 'November 10'])
  })

  it('says the month of a range once where it can', () => {
    const [es, us, until] = [formatIn('es-ES', 'ES'), formatIn('en-US', 'US'), day('2026-11-05')]
    expect(es.weekdayRange(day('2026-11-02'), until)).toEqual(['lunes 2', 'jueves 5 de noviembre'])
    expect(es.weekdayRange(day('2026-10-30'), until)).toEqual(['viernes 30 de octubre', 'jueves 5 de noviembre'])
    expect(us.weekdayRange(day('2026-11-02'), until)).toEqual(['Monday, November 2', 'Thursday, November 5'])
    const canada = formatIn('en-CA', 'CA')
    expect(canada.weekdayRange(day('2026-11-02'), until)).toEqual(['Monday, November 2', 'Thursday, November 5'])
  })

  it('writes short dates with the month in letters, unbroken', () => {
    const locales = ['es-ES', 'en-GB', 'es-CL', 'en-US']
    expect(locales.map((locale) => formatIn(locale, 'ES').shortDate(day('2026-11-03')))).toEqual([
      '3\u00a0nov\u00a02026', '3\u00a0Nov\u00a02026', '3\u00a0nov\u00a02026', 'Nov\u00a03,\u00a02026',
    ]) // prettier-ignore
  })

  it('falls back to the plain language when the locale is not one', () => {
    for (const locale of ['', '!!', 'xx-YY', 'fr-FR']) {
      expect(formatFor({ ...spanish, locale }).weekdayDate(day('2026-11-03'))).toBe('martes 3 de noviembre')
    }
  })
})
