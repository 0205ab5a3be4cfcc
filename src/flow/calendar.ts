import { createRequire } from 'node:module'
import type Holidays from 'date-holidays'
import type { HolidaysTypes } from 'date-holidays'
import { addDays, day, isDay, type Day } from '../chase/day.ts'
import { HOLIDAY_CORRECTIONS } from './holiday-corrections.ts'
import { regionCode } from './regions.ts'

/**
 * Public holidays around a day, where the customer is (ISO country; region as the ledger's address says it): from two
 * months before it to more than a year after it, substitute days included.
 *
 * The table is date-holidays' (npm, ISC AND CC-BY-3.0), corrected where the official lists say otherwise
 * (holiday-corrections.ts); it knows Spanish communities, UK nations, US states and so on, but no town's own days. A
 * country or region it does not know has only what it does know: never an error. The United Kingdom without a nation
 * is England.
 */
export type HolidayLookup = (country: string | null, region: string | null, around: Day) => ReadonlySet<Day>

/** Business days are counted back to the last message, and forward to wherever a search for one may end. */
const DAYS_BEFORE = 60
const DAYS_AFTER = 400

/** The world has some 250 countries, of which a business deals with a few: what is used stays, what is not goes. */
const MOST_KEPT = 500

/** `readYear` is the reading of one year of one place, which costs tens of milliseconds. */
export function createHolidayLookup(readYear: typeof holidaysOf = holidaysOf): HolidayLookup {
  const regions = new Kept<string, string | null>(MOST_KEPT * 10)
  const years = new Kept<string, readonly Day[]>(MOST_KEPT)
  const spans = new Kept<string, ReadonlySet<Day>>(MOST_KEPT)

  return (country, region, around) => {
    if (country === null) return new Set()
    const code = regions.of(`${country}/${region ?? ''}`, () => placeCode(country, region))
    const first = yearOf(addDays(around, -DAYS_BEFORE))
    const last = yearOf(addDays(around, DAYS_AFTER))
    return spans.of(`${country}/${code}/${first}-${last}`, () => {
      const wanted = Array.from({ length: last - first + 1 }, (_, index) => first + index)
      return new Set(
        wanted.flatMap((year) => years.of(`${country}/${code}/${year}`, () => readYear(country, code, year))),
      )
    })
  }
}

const yearOf = (on: Day): number => Number(on.slice(0, 4))

/** The holidays of a year in a country, and in the region with this code (see regions.ts) if there is one. */
export function holidaysOf(country: string, code: string | null, year: number): readonly Day[] {
  // The table's rules (moon, equinox) hold for the years that matter to a reminder; outside, weekends are all we know.
  if (year < 1970 || year > 2099) return []
  const found = new Set(tableOf(country, code).getHolidays(year).flatMap(daysOf))
  const place = `${country}-${code ?? ''}`
  for (const { place: where, change, day: text } of HOLIDAY_CORRECTIONS) {
    const on = text.length === 5 ? `${year}-${text}` : text
    if (!isDay(on) || yearOf(on) !== year || !`${place}-`.startsWith(`${where}-`)) continue
    if (change === 'add') found.add(on)
    else found.delete(on)
  }
  return [...found].sort()
}

/**
 * The days on which a holiday keeps offices closed: those whose noon it covers. A Christmas Eve that begins at six in
 * the evening closes nothing; a feast of four days closes four. Days that are only observed are not holidays.
 */
function daysOf({ date, start, end, type }: HolidaysTypes.Holiday): Day[] {
  if (type !== 'public' && type !== 'bank') return []
  const begins = Number(date.slice(11, 13))
  // The night of a clock change makes 23 or 25 hours of a day; noon is far from either end.
  const ends = begins + (end.getTime() - start.getTime()) / 3_600_000
  const first = day(date.slice(0, 10))
  const noons = Array.from({ length: Math.ceil(ends / 24) }, (_, index) => index)
  return noons
    .filter((index) => begins <= index * 24 + 12 && index * 24 + 12 < ends)
    .map((index) => addDays(first, index))
}

/** The code that a region has in regions.ts; elsewhere the table's own. */
function placeCode(country: string, region: string | null): string | null {
  const code = regionCode(country, region)
  if (code !== null) return code
  // Most addresses in the United Kingdom name a county or nothing, and five in six of them are English.
  if (country === 'GB') return 'ENG'
  return region === null ? null : tableCode(country, region)
}

/** The table's code for a region of a country that regions.ts does not list: "Zürich" is "Kanton Zürich". */
function tableCode(country: string, region: string): string | null {
  const wanted = words(region)
  const states = Object.entries(holidaysTable().getStates(country) ?? {})
  const exact = states.find(([code, name]) => words(code) === wanted || words(name) === wanted)
  return (exact ?? states.find(([, name]) => wanted.length > 4 && words(name).endsWith(wanted)))?.[0] ?? null
}

/** As words between single spaces, without case and accents, so that an ending is a whole word. */
const words = (text: string): string =>
  ` ${text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim()}` // prettier-ignore

/** The table of a place; of its country where the table has no such region. */
function tableOf(country: string, code: string | null): Holidays {
  if (code === null) return holidaysTable(country)
  const [state = '', part] = (OTHERWISE_CODED[`${country}-${code}`] ?? code).split('-')
  if (!(state in (holidaysTable().getStates(country) ?? {}))) return holidaysTable(country)
  return part === undefined ? holidaysTable(country, state) : holidaysTable(country, state, part)
}

/** Codes of regions.ts that the table has under another one. */
const OTHERWISE_CODED: Readonly<Record<string, string>> = {
  'IT-BZ': '32',
  'AU-LHI': 'NSW',
  'BR-FN': 'PE',
  'CL-NB': 'NU',
}

const load = createRequire(import.meta.url)

/** The table, loaded when first asked for: with all its countries it is 40 MB, and an idle process asks for none. */
const holidaysTable = (...place: string[]): Holidays =>
  new (load('date-holidays') as new (...place: string[]) => Holidays)(...place)

/** Remembers what was worked out, the most recently used ones. */
class Kept<Key, Value> {
  readonly #most: number
  readonly #values = new Map<Key, Value>()

  constructor(most: number) {
    this.#most = most
  }

  of(key: Key, workOut: () => Value): Value {
    const known = this.#values.get(key)
    const value = known === undefined ? workOut() : known
    // Maps keep the order of insertion, so the first key is the one that was used longest ago.
    this.#values.delete(key)
    this.#values.set(key, value)
    const [oldest] = this.#values.keys()
    if (this.#values.size > this.#most && oldest !== undefined) this.#values.delete(oldest)
    return value
  }
}
