import { type Day, isDay, weekday } from '../day.ts'

/** A date as a text writes it; `day` is null for one that does not exist. */
export type FoundDate = {
  readonly written: string
  readonly index: number
  readonly day: Day | null
  /** 1 for Monday, as the text says; null where it names none. */
  readonly saidWeekday: number | null
}

type Language = 'es' | 'en'

/**
 * The dates in a text: "martes 3 de noviembre", "3 nov 2026", "Tuesday, November 3", and both ends of a range that says
 * its month once ("entre el lunes 2 y el jueves 5 de noviembre"). A date without a year is in today's. The locale says
 * whether the day or the month comes first.
 */
export function findDates(text: string, locale: string, today: Day): FoundDate[] {
  const found: FoundDate[] = []
  const language = locale.startsWith('es') ? 'es' : 'en'
  for (const match of text.matchAll(language === 'es' ? SPANISH : MONTH_FIRST.test(locale) ? AMERICAN : BRITISH)) {
    const { lead = '', weekday: said = '', dayOf = '', month = '', year = '' } = match.groups ?? {}
    const monthNumber = monthOf(month, language)
    const inYear = year || today.slice(0, 4)
    const make = (written: string, index: number, date: string, name: string): FoundDate => ({
      written,
      index,
      day: dayFrom(inYear, monthNumber, date),
      saidWeekday: name === '' ? null : weekdayOf(name, language),
    })
    for (const part of lead.matchAll(language === 'es' ? SPANISH_PART : ENGLISH_PART)) {
      found.push(make(part[0].trim(), match.index + part.index, part[2] ?? '', part[1] ?? ''))
    }
    const full = match[0].slice(lead.length)
    found.push(make(full, match.index + lead.length, dayOf, said))
  }
  return found
}

/** Whether the weekday it names is the one it falls on. */
export const weekdayFits = (date: FoundDate): boolean =>
  date.day === null || date.saidWeekday === null || weekday(date.day) === date.saidWeekday

/** Names of months and weekdays that belong to no date. */
export function strayDateWords(text: string, language: Language): string[] {
  return [...text.matchAll(language === 'es' ? SPANISH_STRAY : ENGLISH_STRAY)].map(([word]) => word)
}

function dayFrom(year: string, month: number, date: string): Day | null {
  const text = `${year.padStart(4, '0')}-${String(month).padStart(2, '0')}-${date.padStart(2, '0')}`
  return isDay(text) ? text : null
}

const MONTHS: Readonly<Record<Language, readonly string[]>> = {
  es: 'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'.split(' '),
  en: 'January February March April May June July August September October November December'.split(' '),
}
const SHORT_MONTHS: Readonly<Record<Language, readonly string[]>> = {
  es: 'ene feb mar abr may jun jul ago sep oct nov dic'.split(' '),
  en: 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' '),
}
const WEEKDAYS: Readonly<Record<Language, readonly string[]>> = {
  es: 'lunes martes miércoles jueves viernes sábado domingo'.split(' '),
  en: 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' '),
}

function monthOf(name: string, language: Language): number {
  // Peru and Uruguay write "setiembre".
  const start = name.slice(0, 3).toLowerCase().replace('set', 'sep')
  return SHORT_MONTHS[language].findIndex((short) => short.toLowerCase() === start) + 1
}

const weekdayOf = (name: string, language: Language): number =>
  WEEKDAYS[language].findIndex((each) => each.toLowerCase() === name.toLowerCase()) + 1

const either = (...names: readonly (readonly string[])[]): string => names.flat().join('|')
const esWeekday = `(?:${either(WEEKDAYS.es)})`
const enWeekday = `(?:${either(WEEKDAYS.en)})`
const esMonth = `${either(MONTHS.es)}|setiembre`
const esShort = `${either(SHORT_MONTHS.es)}|sept|set`
const enMonth = `(?:${either(MONTHS.en)}|Sept|${either(SHORT_MONTHS.en)})`
const NO_DIGIT_BEFORE = '(?<![\\d.,/:\\-\\p{L}])'
const NO_DIGIT_AFTER = '(?![\\d/]|[.,:\\-]\\d)'

const SPANISH = new RegExp(
  `${NO_DIGIT_BEFORE}(?<lead>(?:(?:${esWeekday},?\\s+)?\\d{1,2}(?:,\\s+(?:el\\s+)?|\\s+y\\s+(?:el\\s+)?))*)` +
    `(?:(?<weekday>${esWeekday}),?\\s+)?(?<dayOf>\\d{1,2})\\s+(?:de\\s+)?(?<month>(?:${esMonth}|${esShort})(?![\\p{L}]))(?:\\.(?=\\s+\\d))?` +
    `(?:\\s+(?:de\\s+)?(?<year>\\d{1,4})${NO_DIGIT_AFTER}(?!\\s*(?:días|€)))?`,
  'giu',
)
const SPANISH_PART = new RegExp(`(?:(${esWeekday}),?\\s+)?(\\d{1,2})(?=,|\\s)`, 'giu')
const BRITISH = new RegExp(
  `${NO_DIGIT_BEFORE}(?<lead>(?:(?:${enWeekday}\\s+)?\\d{1,2}(?:,\\s+|\\s+and\\s+))*)` +
    `(?:(?<weekday>${enWeekday}),?\\s+)?(?<dayOf>\\d{1,2})\\s+(?<month>${enMonth}(?![\\p{L}]))(?:\\.(?=\\s+\\d))?` +
    `(?:\\s+(?<year>\\d{1,4})${NO_DIGIT_AFTER})?`,
  'gu',
)
const AMERICAN = new RegExp(
  `${NO_DIGIT_BEFORE}(?:(?<weekday>${enWeekday}),?\\s+)?(?<month>${enMonth}(?![\\p{L}]))\\.?\\s+(?<dayOf>\\d{1,2})(?![\\d])` +
    `(?:,\\s+(?<year>\\d{4})(?!\\d))?`,
  'gu',
)
/** Where English puts the month before the day (CLDR 48). */
const MONTH_FIRST = /^en-(?:US|CA|PH)\b/
const ENGLISH_PART = new RegExp(`(?:(${enWeekday}),?\\s+)?(\\d{1,2})(?=,|\\s)`, 'gu')
const SPANISH_STRAY = new RegExp(`(?<![\\p{L}])(?:${either(MONTHS.es, WEEKDAYS.es)})(?![\\p{L}])`, 'giu')
// "May" and "March" are also English verbs; they count only in the middle of a sentence.
const ENGLISH_STRAY = new RegExp(
  `(?<![\\p{L}])(?:${either(
    MONTHS.en.filter((month) => month !== 'May' && month !== 'March'),
    WEEKDAYS.en,
  )})(?![\\p{L}])`,
  'gu',
)
