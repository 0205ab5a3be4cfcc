import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { createHolidayLookup, holidaysOf } from '../../src/flow/calendar.ts'
import { HOLIDAY_CORRECTIONS } from '../../src/flow/holiday-corrections.ts'

const lookup = createHolidayLookup()

/** Which of these days of a year are holidays in a place: "09-11". */
const among = (country: string, region: string | null, year: number, ...days: string[]): string[] => {
  const holidays = lookup(country, region, day(`${year}-06-15`))
  return days.filter((on) => holidays.has(day(`${year}-${on}`)))
}

describe('Public holidays where the customer is', () => {
  it('in Spain are those of the community, with what each has chosen for the year', () => {
    const chosen = [
      '02-02', '02-28', '03-02', '03-19', '03-20', '04-02', '04-03', '04-06', '04-23', '05-02', '05-27', '05-30', '06-04', '06-09',
      '06-24', '07-25', '07-28', '08-05', '09-02', '09-08', '09-11', '09-15', '09-17', '10-09', '10-12', '11-02', '12-03', '12-07', '12-26',
    ] // prettier-ignore
    const of = (region: string): string => among('ES', region, 2026, ...chosen).join(' ')
    // BOE-A-2025-21667 and the communities' own bulletins: 3 April and 12 October, and what follows here.
    expect(of('Andalucía')).toBe('02-28 04-02 04-03 10-12 11-02 12-07')
    expect(of('Zaragoza')).toBe('04-02 04-03 04-23 10-12 11-02 12-07')
    expect(of('Principado de Asturias')).toBe('04-02 04-03 09-08 10-12 11-02 12-07')
    expect(of('Mallorca')).toBe('03-02 04-02 04-03 04-06 10-12 12-26')
    expect(of('Canarias')).toBe('04-02 04-03 05-30 10-12 11-02')
    expect(of('Tenerife')).toBe('02-02 04-02 04-03 05-30 10-12 11-02')
    expect(of('Gran Canaria')).toBe('04-02 04-03 05-30 09-08 10-12 11-02')
    expect(of('Cantabria')).toBe('04-02 04-03 07-28 09-15 10-12 12-07')
    expect(of('Toledo')).toBe('04-02 04-03 04-06 06-04 10-12 11-02')
    expect(of('Castilla y León')).toBe('04-02 04-03 04-23 10-12 11-02 12-07')
    expect(of('Barcelona')).toBe('04-03 04-06 06-24 09-11 10-12 12-26')
    expect(of('Badajoz')).toBe('04-02 04-03 09-08 10-12 11-02 12-07')
    expect(of('A Coruña')).toBe('03-19 04-02 04-03 06-24 07-25 10-12')
    expect(of('Madrid')).toBe('04-02 04-03 05-02 10-12 11-02 12-07')
    expect(of('Región de Murcia')).toBe('03-19 04-02 04-03 06-09 10-12 12-07')
    expect(of('Navarra')).toBe('03-19 04-02 04-03 04-06 10-12 11-02 12-03')
    expect(of('Bizkaia')).toBe('03-19 04-02 04-03 04-06 07-25 10-12')
    expect(of('La Rioja')).toBe('04-02 04-03 04-06 06-09 10-12 12-07')
    expect(of('Alicante')).toBe('03-19 04-03 04-06 06-24 10-09 10-12')
    expect(of('Ceuta')).toBe('03-20 04-02 04-03 05-27 08-05 09-02 10-12')
    expect(of('Melilla')).toBe('03-20 04-02 04-03 05-27 09-08 09-17 10-12 12-07')
    expect(among('ES', null, 2026, ...chosen)).toEqual(['04-03', '10-12'])
    expect(among('ES', 'Cantabria', 2026, '06-28')).toEqual([])
  })

  it('in the United Kingdom are those of the nation, and of England where none is named', () => {
    const days = ['01-02', '03-17', '04-03', '04-06', '05-04', '05-25', '06-15', '07-13', '08-03', '08-31', '11-30', '12-25', '12-28'] // prettier-ignore
    const england = ['04-03', '04-06', '05-04', '05-25', '08-31', '12-25', '12-28']
    expect(among('GB', 'England', 2026, ...days)).toEqual(england)
    expect(among('GB', null, 2026, ...days)).toEqual(england)
    expect(among('GB', 'Kent', 2026, ...days)).toEqual(england)
    expect(among('GB', 'Gwynedd', 2026, ...days)).toEqual(england)
    expect(among('GB', 'Edinburgh', 2026, ...days)).toEqual(['01-02', '04-03', '05-04', '05-25', '06-15', '08-03', '11-30', '12-25', '12-28']) // prettier-ignore
    expect(among('GB', 'Co. Antrim', 2026, ...days)).toEqual(['03-17', '04-03', '04-06', '05-04', '05-25', '07-13', '08-31', '12-25', '12-28']) // prettier-ignore
  })

  it('are observed on another day where they fall on a weekend', () => {
    expect(among('GB', 'London', 2027, '12-27', '12-28', '12-29')).toEqual(['12-27', '12-28'])
    expect(among('US', null, 2026, '07-03')).toEqual(['07-03'])
    expect(among('US', null, 2027, '07-05', '12-24', '12-31')).toEqual(['07-05', '12-24', '12-31'])
    expect(among('NZ', null, 2026, '04-27', '12-28')).toEqual(['04-27', '12-28'])
    expect(among('AU', 'NSW', 2026, '04-27')).toEqual(['04-27'])
    expect(among('AU', 'Victoria', 2026, '04-27')).toEqual([])
    expect(among('IE', null, 2026, '12-28')).toEqual(['12-28'])
    // Spain moves a Sunday's holiday to Monday only where a community says so.
    expect(among('ES', 'Madrid', 2026, '11-02')).toEqual(['11-02'])
    expect(among('ES', 'Cataluña', 2026, '11-02')).toEqual([])
  })

  it('elsewhere are those of the country and of the region', () => {
    expect(among('IE', null, 2026, '02-02', '03-17', '05-04', '06-01', '08-03', '10-26')).toEqual(['02-02', '03-17', '05-04', '06-01', '08-03', '10-26']) // prettier-ignore
    expect(among('US', 'TX', 2026, '01-19', '05-25', '06-19', '09-07', '11-26', '11-27')).toEqual(['01-19', '05-25', '06-19', '09-07', '11-26', '11-27']) // prettier-ignore
    expect([among('US', 'Massachusetts', 2026, '04-20'), among('US', 'Vermont', 2026, '04-20')]).toEqual([['04-20'], []]) // prettier-ignore
    expect(among('MX', 'Jalisco', 2026, '02-02', '03-16', '05-01', '09-16', '11-16', '12-25')).toEqual(['02-02', '03-16', '05-01', '09-16', '11-16', '12-25']) // prettier-ignore
    expect([among('FR', 'Bas-Rhin', 2026, '04-03', '07-14', '12-26'), among('FR', 'Paris', 2026, '04-03', '07-14', '12-26')]).toEqual([['04-03', '07-14', '12-26'], ['07-14']]) // prettier-ignore
    expect([among('DE', 'Bayern', 2026, '01-06', '06-04', '10-31'), among('DE', 'Hamburg', 2026, '01-06', '06-04', '10-31')]).toEqual([['01-06', '06-04'], ['10-31']]) // prettier-ignore
    expect(among('DE', 'Sachsen', 2026, '11-18')).toEqual(['11-18'])
    expect(among('DE', 'Sachsen-Anhalt', 2026, '11-18', '01-06')).toEqual(['01-06'])
    expect(among('PT', null, 2026, '04-03', '06-04', '06-10', '10-05', '12-01')).toEqual(['04-03', '06-04', '06-10', '10-05', '12-01']) // prettier-ignore
    expect([among('PT', 'Madeira', 2026, '07-01'), among('PT', 'Açores', 2026, '05-25')]).toEqual([
      ['07-01'],
      ['05-25'],
    ])
    expect([among('IT', 'Milano', 2026, '04-06', '06-02', '05-25'), among('IT', 'Bolzano', 2026, '05-25')]).toEqual([['04-06', '06-02'], ['05-25']]) // prettier-ignore
    expect([among('AU', 'Queensland', 2026, '05-04', '10-05'), among('AU', 'WA', 2026, '03-02', '05-04')]).toEqual([['05-04', '10-05'], ['03-02']]) // prettier-ignore
    expect([among('NZ', 'Auckland', 2026, '01-26', '07-10'), among('NZ', 'Otago', 2026, '01-26', '03-23')]).toEqual([['01-26', '07-10'], ['03-23']]) // prettier-ignore
    expect(among('CH', 'Zürich', 2026, '05-01')).toEqual(['05-01'])
  })

  it('are the days on which offices are closed, not evenings, and all days of a long feast', () => {
    expect(among('AU', 'Queensland', 2026, '12-24', '12-25')).toEqual(['12-25'])
    expect(among('DE', 'Berlin', 2026, '12-24', '12-31')).toEqual([])
    expect(among('SA', null, 2026, '03-18', '03-19', '03-20', '03-21', '03-22', '03-23')).toEqual(['03-19', '03-20', '03-21', '03-22']) // prettier-ignore
  })

  it('are none that are only observed', () => {
    expect(among('ES', 'Madrid', 2026, '05-16', '11-09')).toEqual([])
    expect(among('US', null, 2026, '02-14', '10-31')).toEqual([])
  })

  it('reach over the end of the year, and a year ahead', () => {
    const inDecember = lookup('ES', 'Madrid', day('2026-12-28'))
    expect(['2026-12-08', '2027-01-01', '2027-01-06', '2027-12-08'].filter((on) => inDecember.has(day(on)))).toEqual([
      '2026-12-08', '2027-01-01', '2027-01-06', '2027-12-08',
    ]) // prettier-ignore
    expect(lookup('GB', null, day('2026-01-05')).has(day('2025-12-26'))).toBe(true)
    // 1 January 2028 is a Saturday.
    expect(lookup('US', 'NY', day('2027-12-20')).has(day('2027-12-31'))).toBe(true)
  })

  it('are none where nothing is known', () => {
    expect([lookup(null, 'Madrid', day('2026-03-04')).size, lookup('XX', null, day('2026-03-04')).size]).toEqual([0, 0])
    expect(lookup('ES', 'Madrid', day('1812-03-19')).size).toBe(0)
    expect(among('ES', 'Villa de algo', 2026, '09-11', '10-12')).toEqual(['10-12'])
  })
})

describe('A holiday lookup', () => {
  it('works out a year of a place once, however its region is written', () => {
    const read: string[] = []
    const counted = createHolidayLookup((...place) => {
      read.push(place.join(' '))
      return holidaysOf(...place)
    })
    for (const region of ['Barcelona', 'Cataluña', 'ES-CT', 'catalunya']) counted('ES', region, day('2026-03-04'))
    counted('ES', 'Girona', day('2026-05-05'))
    expect(read).toEqual(['ES CT 2026', 'ES CT 2027'])
  })

  it('forgets what was not used for long', () => {
    let read = 0
    const counted = createHolidayLookup(() => {
      read += 1
      return []
    })
    const look = (year: number): void => void counted('IE', null, day(`${year}-03-04`))
    look(2026)
    for (let year = 2100; year < 2900; year += 1) look(year)
    const before = read
    look(2899)
    expect(read - before).toBe(0)
    look(2026)
    expect(read - before).toBe(2)
  })
})

const REFERENCE = new URL('../../../shared/data/date_holidays_coverage_2026.json', import.meta.url)

type Coverage = {
  national2026: string[]
  perState: Record<string, { extra: string[]; missing: string[] }>
}

describe.runIf(existsSync(REFERENCE))('Beside the reference list of 2026', () => {
  it('only the corrections differ, and what begins in the evening', () => {
    const reference = JSON.parse(readFileSync(REFERENCE, 'utf8')) as Record<string, Coverage>
    const countries = ['ES', 'GB', 'IE', 'US', 'MX', 'FR', 'DE', 'PT', 'AU', 'NZ', 'CA']
    const differences: string[] = []
    let compared = 0
    for (const country of countries) {
      const { national2026 = [], perState = {} } = reference[country] ?? {}
      for (const [state, { extra, missing }] of [
        ...Object.entries(perState),
        ['', { extra: [], missing: [] }] as const,
      ]) {
        // England is what the United Kingdom is without a nation; Alderney is not in it.
        if (country === 'GB' && (state === '' || state === 'ALD')) continue
        const kept = national2026.filter((line) => !missing.some((name) => line.endsWith(` ${name}`)))
        const listed = new Set([...kept, ...extra].map((line) => line.slice(0, 10)))
        const ours = new Set<string>(holidaysOf(country, state === '' ? null : state, 2026))
        const place = state === '' ? country : `${country}-${state}`
        for (const on of ours) if (!listed.has(on)) differences.push(`${place} + ${on}`)
        for (const on of listed) if (!ours.has(day(on))) differences.push(`${place} - ${on}`)
        compared += 1
      }
    }
    const corrections = HOLIDAY_CORRECTIONS.filter(({ place }) => !/-CN-|^PT-/.test(place)).map(
      ({ place, change, day: on }) => `${place} ${change === 'add' ? '+' : '-'} ${on.length === 5 ? `2026-${on}` : on}`,
    )
    expect(compared).toBeGreaterThan(140)
    expect(differences.sort()).toEqual([...corrections, ...EVENINGS, ...BANK_DAYS].sort())
  })
})

/** Public from six or seven in the evening, or from two in the afternoon. */
const EVENINGS = [
  'AU-NT - 2026-12-24', 'AU-NT - 2026-12-31', 'AU-QLD - 2026-12-24', 'AU-SA - 2026-12-24', 'AU-SA - 2026-12-31', 'US-KY - 2026-04-03',
] // prettier-ignore

/** Days on which the banks are closed: holidays to us, while the reference counts the public ones only. */
const BANK_DAYS = [
  'AU-NSW + 2026-08-03', 'CA-NU + 2026-07-09', 'FR-BL + 2026-04-03', 'IE + 2026-04-03', 'IE + 2026-12-28',
  'MX + 2026-04-02', 'MX + 2026-04-03', 'MX + 2026-11-02', 'MX + 2026-12-12',
] // prettier-ignore
