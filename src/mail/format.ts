import type { Day } from '../chase/day.ts'
import { decimalPlaces, type Money } from '../chase/money.ts'
import { cleanLine } from './clean.ts'

export type Language = 'es' | 'en'

/** Writes money, days and lists as a reader of one locale expects them. */
export type Format = {
  /** "1.234,50 €", "£1,234.50"; with the ISO code where the sign could be read as another currency. */
  readonly money: (amount: Money) => string
  /** "martes 3 de noviembre", "Tuesday 3 November": with the year only when it is not this one. */
  readonly weekdayDate: (of: Day) => string
  /** "3 de noviembre", "3 November": with the year only when it is not this one. */
  readonly date: (of: Day) => string
  /** Both ends of a range, the month said once where it is the same: ["lunes 2", "jueves 5 de noviembre"]. */
  readonly weekdayRange: (first: Day, last: Day) => readonly [string, string]
  /** "3 nov 2026", "3 Nov 2026": for a column; the month in letters, because 3/11 is two different days. */
  readonly shortDate: (of: Day) => string
  /** "martes, 3 de noviembre de 2026", "Tuesday, 3 November 2026": where a day stands by itself. */
  readonly fullDate: (of: Day) => string
  /** "3 de noviembre de 2026", "3 November 2026". */
  readonly longDate: (of: Day) => string
  /** A time of day, given as "09:30": "9:30", and "9:30 AM" where the day has twice twelve hours. */
  readonly time: (of: string) => string
  /** Days for a list, each month said once: ["3", "10 de noviembre"]. */
  readonly dates: (days: readonly Day[]) => string[]
  /** "F-1, F-2 y F-3". */
  readonly list: (items: readonly string[]) => string
  /** Numbers to twelve in words, later ones in digits. */
  readonly number: (count: number) => string
  /** "un día", "ocho días", "15 days". */
  readonly days: (count: number) => string
  /** A day seen from today: "hoy", "ayer", "hace tres días", "dentro de 15 días". */
  readonly ago: (daysAgo: number) => string
}

export type Reader = {
  readonly language: Language
  readonly locale: string
  readonly today: Day
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null
  /** The currency to assume where the country is unknown. */
  readonly homeCurrency: string
  /** All that the message shows: with more than one, each amount carries its code. */
  readonly currencies: readonly string[]
}

/**
 * Makes the function that gives each message its format. It keeps the Intl formatters it has built, which take
 * longer to build than a message takes to write. An unknown locale falls back to the plain language.
 */
export function createFormats(): (reader: Reader) => Format {
  const money = createMoneyFormat()
  const locales = new Map<string, LocaleFormat>()
  return ({ language, locale: wanted, today, country, homeCurrency, currencies }) => {
    const locale = knownLocale(wanted, language)
    const formats = locales.get(locale) ?? createLocaleFormat(locale)
    locales.set(locale, formats)
    const home = (country && CURRENCY_OF_COUNTRY[country.toUpperCase()]) ?? homeCurrency
    const several = new Set(currencies).size > 1

    const longDate = (of: Day): string => writeDate(formats.dayMonthYear, of)
    const date = (of: Day): string =>
      of.slice(0, 4) === today.slice(0, 4) ? writeDate(formats.dayMonth, of) : longDate(of)
    // Where the month comes first a sentence keeps the comma after the weekday; elsewhere it reads better without.
    const between = formats.monthFirst ? ', ' : ' '
    const weekdayDate = (of: Day): string => `${writeDate(formats.weekday, of)}${between}${date(of)}`
    const number = (count: number): string => NUMBER_WORDS[language][count] ?? formats.digits.format(count)
    const days = (count: number): string =>
      count === 1 ? DAY_WORDS[language].one : `${number(count)} ${DAY_WORDS[language].many}`

    return {
      money: (amount) => money(amount, locale, several || amount.currency !== home),
      weekdayDate,
      weekdayRange: (first, last) =>
        between === ' ' && first.slice(0, 7) === last.slice(0, 7)
          ? [`${writeDate(formats.weekday, first)} ${Number(first.slice(8))}`, weekdayDate(last)]
          : [weekdayDate(first), weekdayDate(last)],
      shortDate: (of) => writeDate(formats.short, of).replaceAll(' ', '\u00a0'),
      date,
      // "3 and 10 November" works where the day comes first; elsewhere each date is said in full.
      dates: (dates) =>
        dates.map((of, at) => {
          const sameMonthNext = dates[at + 1]?.slice(0, 7) === of.slice(0, 7)
          return sameMonthNext && between === ' ' ? String(Number(of.slice(8))) : date(of)
        }),
      fullDate: (of) => writeDate(formats.full, of),
      longDate,
      time: (of) => writeTime(of, locale),
      list: (items) => formats.lists.format(items),
      number,
      days,
      ago: (daysAgo) => formatAgo(daysAgo, language, days),
    }
  }
}

/**
 * Writes amounts to the last minor unit, exactly, and always with their thousands grouped: es-ES leaves the point out
 * of four-digit amounts by default, which is not how an invoice is read.
 */
export function createMoneyFormat(): (amount: Money, locale: string, withCode: boolean) => string {
  const formats = new Map<string, Intl.NumberFormat>()
  return (amount, locale, withCode) => {
    const places = decimalPlaces(amount.currency)
    // Intl takes any three letters as a currency and throws at everything else.
    const known = /^[A-Za-z]{3}$/.test(amount.currency)
    const key = `${locale} ${known ? amount.currency : ''} ${places} ${withCode}`
    const format =
      formats.get(key) ??
      new Intl.NumberFormat(locale, {
        minimumFractionDigits: places,
        maximumFractionDigits: places,
        useGrouping: 'always',
        ...(known
          ? { style: 'currency', currency: amount.currency, currencyDisplay: withCode ? 'code' : 'symbol' }
          : {}),
      })
    formats.set(key, format)
    const written = format.format(decimalText(amount.minor, places))
    const unknownCode = known ? '' : cleanLine(amount.currency, 8)
    return unknownCode === '' ? written : `${written}\u00a0${unknownCode}`
  }
}

type LocaleFormat = ReturnType<typeof createLocaleFormat>

const createLocaleFormat = (locale: string) => ({
  /** "November 3" and not "3 November", as in the US and Canada. */
  monthFirst: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' }).formatToParts(0)[0]?.type === 'month',
  dayMonth: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', timeZone: 'UTC' }),
  dayMonthYear: new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }),
  short: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }),
  full: new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' }),
  weekday: new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }),
  lists: new Intl.ListFormat(locale, { type: 'conjunction' }),
  digits: new Intl.NumberFormat(locale, { useGrouping: true }),
})

/** The decimal digits of a whole number of minor units. Digits, not division: nothing can drift. */
function decimalText(minor: number, places: number): `${number}` {
  const digits = Math.abs(minor)
    .toString()
    .padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const text = places === 0 ? whole : `${whole}.${digits.slice(digits.length - places)}`
  return (minor < 0 ? `-${text}` : text) as `${number}`
}

function formatAgo(daysAgo: number, language: Language, days: (count: number) => string): string {
  if (language === 'es') {
    if (daysAgo === 0) return 'hoy'
    if (daysAgo === 1) return 'ayer'
    if (daysAgo === -1) return 'mañana'
    return daysAgo > 0 ? `hace ${days(daysAgo)}` : `dentro de ${days(-daysAgo)}`
  }
  if (daysAgo === 0) return 'today'
  if (daysAgo === 1) return 'yesterday'
  if (daysAgo === -1) return 'tomorrow'
  return daysAgo > 0 ? `${days(daysAgo)} ago` : `in ${days(-daysAgo)}`
}

/** The locale itself where it is one of the language; else the language's plain one. */
export function knownLocale(locale: string, language: Language): string {
  try {
    const [known] = Intl.DateTimeFormat.supportedLocalesOf(locale)
    if (known?.split('-')[0] === language) return known
  } catch {
    // Not a language tag at all: the plain language below is the answer.
  }
  return language === 'es' ? 'es-ES' : 'en-GB'
}

/**
 * Intl changes to the Julian calendar before 1582, which moves an invoice mistyped as year 1 by two days. The
 * Gregorian calendar repeats every 400 years, weekdays included: format the like day of our age, and put the year back.
 */
function writeDate(format: Intl.DateTimeFormat, of: Day): string {
  const year = Number(of.slice(0, 4))
  if (year >= 1600) return format.format(Date.parse(of))
  const likeDay = `${2000 + (year % 400)}${of.slice(4)}`
  return format
    .formatToParts(Date.parse(likeDay))
    .map(({ type, value }) => (type === 'year' ? String(year) : value))
    .join('')
}

/** Throws a RangeError for what is not a time of day. */
function writeTime(of: string, locale: string): string {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(of)
  if (!match) throw new RangeError(`not a time of day: ${of}`)
  const hour = Number(match[1])
  if (!TWELVE_HOURS.has(locale)) return `${hour}:${match[2]}`
  return `${hour % 12 === 0 ? 12 : hour % 12}:${match[2]}\u00a0${hour < 12 ? 'AM' : 'PM'}`
}

const TWELVE_HOURS: ReadonlySet<string> = new Set(['en-US', 'en-CA', 'en-AU', 'en-NZ'])

const DAY_WORDS = { es: { one: 'un día', many: 'días' }, en: { one: 'one day', many: 'days' } } as const

const NUMBER_WORDS: Readonly<Record<Language, readonly string[]>> = {
  es: ['cero', 'uno', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve', 'diez', 'once', 'doce'],
  en: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'],
}

const EURO_COUNTRIES = 'AD AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC MT NL PT SI SK SM VA'.split(' ')

// ISO 4217's country list, for the countries whose businesses we may meet; any other falls back to the base currency.
const CURRENCY_OF_COUNTRY: Readonly<Record<string, string>> = {
  ...Object.fromEntries(EURO_COUNTRIES.map((country) => [country, 'EUR'])),
  AE: 'AED', AR: 'ARS', AU: 'AUD', BO: 'BOB', BR: 'BRL', CA: 'CAD', CH: 'CHF', CL: 'CLP', CN: 'CNY', CO: 'COP',
  CR: 'CRC', CZ: 'CZK', DK: 'DKK', DO: 'DOP', EC: 'USD', GB: 'GBP', GG: 'GBP', GI: 'GIP', GT: 'GTQ', HK: 'HKD',
  HN: 'HNL', HU: 'HUF', IL: 'ILS', IM: 'GBP', IN: 'INR', IS: 'ISK', JE: 'GBP', JP: 'JPY', KE: 'KES', KR: 'KRW',
  LI: 'CHF', MA: 'MAD', MX: 'MXN', MY: 'MYR', NG: 'NGN', NI: 'NIO', NO: 'NOK', NZ: 'NZD', PA: 'USD', PE: 'PEN',
  PH: 'PHP', PL: 'PLN', PR: 'USD', PY: 'PYG', RO: 'RON', RS: 'RSD', SA: 'SAR', SE: 'SEK', SG: 'SGD', SV: 'USD',
  TH: 'THB', TR: 'TRY', TW: 'TWD', UA: 'UAH', US: 'USD', UY: 'UYU', VE: 'VES', ZA: 'ZAR',
} // prettier-ignore
