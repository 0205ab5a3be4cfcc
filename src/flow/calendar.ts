import { createRequire } from 'node:module'
import type Holidays from 'date-holidays'
import { addDays, day, type Day } from '../chase/day.ts'

const load = createRequire(import.meta.url)

/** The table, loaded when first asked for: with all its countries it is 40 MB, and an idle process asks for none. */
const holidaysTable = (...place: string[]): Holidays =>
  new (load('date-holidays') as new (...place: string[]) => Holidays)(...place)

/**
 * Public holidays around a day, where the customer is (ISO country; region as the ledger's address says it).
 *
 * The table is date-holidays' (npm, ISC AND CC-BY-3.0); it knows Spanish communities, UK nations and US states but
 * no town's own days. A country or region it does not know has only what it does know: never an error.
 */
export type HolidayLookup = (country: string | null, region: string | null, around: Day) => ReadonlySet<Day>

export function createHolidayLookup(): HolidayLookup {
  const tables = new Map<string, ReadonlySet<Day>>()
  const regions = new Map<string, string | null>()

  const yearOf = (country: string, region: string | null, year: number): ReadonlySet<Day> => {
    const key = `${country}/${region ?? ''}/${year}`
    const known = tables.get(key)
    if (known) return known
    const table = holidaysOf(country, region, year)
    tables.set(key, table)
    return table
  }

  return (country, region, around) => {
    if (country === null) return new Set()
    const place = `${country}/${region ?? ''}`
    let code = regions.get(place)
    if (code === undefined) {
      code = regionCode(country, region)
      regions.set(place, code)
    }
    const year = Number(around.slice(0, 4))
    const years = new Set([year, Number(addDays(around, -60).slice(0, 4)), Number(addDays(around, 120).slice(0, 4))])
    if (years.size === 1) return yearOf(country, code, year)
    return new Set([...years].flatMap((each) => [...yearOf(country, code, each)]))
  }
}

function holidaysOf(country: string, region: string | null, year: number): ReadonlySet<Day> {
  // The table's rules (moon, equinox) hold for the years that matter to a reminder; outside, weekends are all we know.
  if (year < 1970 || year > 2099) return new Set()
  const table = region === null ? holidaysTable(country) : holidaysTable(country, region)
  const all = table.getHolidays(year) ?? []
  return new Set(
    all.filter(({ type }) => type === 'public' || type === 'bank').map(({ date }) => day(date.slice(0, 10))),
  )
}

/** The library's code for a region written as people write it: "Comunidad de Madrid", "Cataluña", "Scotland", "CA". */
function regionCode(country: string, region: string | null): string | null {
  const states = holidaysTable().getStates(country)
  if (!region || !states) return null
  const wanted = plain(region)
  const exact = Object.entries(states).find(([code, name]) => plain(code) === wanted || plain(name) === wanted)
  if (exact) return exact[0]
  const similar = Object.entries({ ...states, ...ALSO_WRITTEN[country] }).find(
    ([, name]) => name.length > 3 && (wanted.includes(plain(name)) || plain(name).includes(wanted)),
  )
  return similar ? (similar[0].split('#')[0] ?? null) : null
}

/** Names that addresses use and the table does not: provinces and English names of Spanish communities. */
const ALSO_WRITTEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ES: {
    'AN#1': 'Sevilla', 'AN#2': 'Málaga', 'AN#3': 'Granada', 'AN#4': 'Cádiz', 'AN#5': 'Córdoba', 'AN#6': 'Almería',
    'AN#7': 'Huelva', 'AN#8': 'Jaén', 'AN#9': 'Andalusia', 'AR#1': 'Zaragoza', 'AR#2': 'Huesca', 'AR#3': 'Teruel',
    'CT#1': 'Barcelona', 'CT#2': 'Girona', 'CT#3': 'Lleida', 'CT#4': 'Tarragona', 'CT#5': 'Catalonia', 'CT#6': 'Cataluña',
    'VC#1': 'Valencia', 'VC#2': 'Alicante', 'VC#3': 'Castellón', 'PV#1': 'Bizkaia', 'PV#2': 'Vizcaya', 'PV#3': 'Gipuzkoa',
    'PV#4': 'Guipúzcoa', 'PV#5': 'Álava', 'PV#6': 'Basque', 'PV#7': 'País Vasco', 'GA#1': 'Coruña', 'GA#2': 'Pontevedra',
    'GA#3': 'Ourense', 'GA#4': 'Galicia', 'NC#1': 'Navarra', 'IB#1': 'Mallorca', 'IB#2': 'Balears', 'IB#3': 'Baleares',
    'CN#1': 'Las Palmas', 'CN#2': 'Tenerife', 'CN#3': 'Canarias', 'AS#1': 'Asturias', 'CB#1': 'Cantabria', 'MC#1': 'Murcia',
    'EX#1': 'Badajoz', 'EX#2': 'Cáceres', 'MD#1': 'Madrid', 'RI#1': 'Rioja', 'CL#1': 'Valladolid', 'CL#2': 'Salamanca',
    'CL#3': 'Burgos', 'CL#4': 'Castilla y León', 'CM#1': 'Toledo', 'CM#2': 'Albacete', 'CM#3': 'La Mancha',
  },
  GB: { 'ENG#1': 'England', 'ENG#2': 'London', 'SCT#1': 'Scotland', 'WLS#1': 'Wales', 'NIR#1': 'Northern Ireland' },
} // prettier-ignore

/** Without case, accents or punctuation, so that "Cataluña" and "catalunya" differ by letters only. */
const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim()
