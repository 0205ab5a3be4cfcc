import type { Day } from '../chase/day.ts'
import { decimalPlaces } from '../chase/money.ts'
import type { Language } from '../store/people.ts'

/** Writes amounts, days and instants as one reader expects them, in the business's time zone. */
export type Format = {
  /** "EUR 1,234.50", "1.234,50 EUR": always with the code, because one screen may show several currencies. */
  readonly money: (minor: number, currency: string) => string
  /** "1,234.50": where the currency stands beside it. */
  readonly amount: (minor: number, currency: string) => string
  /** "3 Nov 2026". */
  readonly day: (of: Day) => string
  /** "21 Nov 2026, 08:02". */
  readonly instant: (at: Temporal.Instant) => string
  /** With the zone's name, where a time stands alone: "21 Nov 2026, 08:02 CET". */
  readonly instantWithZone: (at: Temporal.Instant) => string
  readonly list: (items: readonly string[]) => string
  readonly number: (count: number) => string
  /** "12.3": with one decimal, for figures that are worked out. */
  readonly tenths: (value: number) => string
  /** "10.15%", from 10.15. */
  readonly percent: (ratePercent: number) => string
}

export function formatFor(language: Language, timeZone: string): Format {
  const locale = language === 'es' ? 'es-ES' : 'en-GB'
  const days = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' })
  const clock = {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  } as const
  const instants = new Intl.DateTimeFormat(locale, clock)
  const zoned = new Intl.DateTimeFormat(locale, { ...clock, timeZoneName: 'short' })
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' })
  const numbers = new Intl.NumberFormat(locale, { useGrouping: 'always' })
  const tenths = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    useGrouping: 'always',
    signDisplay: 'negative',
  })
  const percents = new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: 2,
    maximumFractionDigits: 4,
  })
  return {
    money: (minor, currency) => formatMoney(minor, currency, locale, true),
    amount: (minor, currency) => formatMoney(minor, currency, locale, false),
    day: (of) => days.format(Temporal.PlainDate.from(of)),
    instant: (at) => instants.format(at),
    instantWithZone: (at) => zoned.format(at),
    list: (items) => lists.format(items),
    number: (count) => numbers.format(count),
    tenths: (value) => tenths.format(value),
    // As text: a division by a hundred would leave digits behind the last.
    percent: (ratePercent) => percents.format(`${ratePercent}e-2` as `${number}`),
  }
}

function formatMoney(minor: number, currency: string, locale: string, withCode: boolean): string {
  const places = decimalPlaces(currency)
  // Digits, not division: an amount is shown exactly.
  const digits = Math.abs(minor)
    .toString()
    .padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const decimal = `${minor < 0 ? '-' : ''}${whole}${places === 0 ? '' : `.${digits.slice(-places)}`}` as `${number}`
  const shape = { minimumFractionDigits: places, maximumFractionDigits: places, useGrouping: 'always' } as const
  if (!withCode) return new Intl.NumberFormat(locale, shape).format(decimal)
  // Intl throws at a code that is not three letters; a ledger may hold anything.
  if (!/^[A-Z]{3}$/.test(currency)) return `${new Intl.NumberFormat(locale, shape).format(decimal)} ${currency}`
  return new Intl.NumberFormat(locale, { ...shape, style: 'currency', currency, currencyDisplay: 'code' }).format(
    decimal,
  )
}
