import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { instantAt, localTime, nextOpening } from '../../src/flow/local-time.ts'
import { regionCode } from '../../src/flow/regions.ts'
import { everyZone, zoneOfCountry, zoneOfCustomer } from '../../src/flow/zones.ts'
import { standing } from '../support/standing.ts'

const MADRID = { country: 'ES', timeZone: 'Europe/Madrid' }
const zone = (country: string | null, region: string | null = null, business = MADRID): string =>
  zoneOfCustomer({ country, region }, business)

describe("A customer's time zone", () => {
  it.for([
    ['ES', 'Barcelona', 'Europe/Madrid'],
    ['ES', 'Las Palmas', 'Atlantic/Canary'],
    ['ES', 'S/C de Tenerife', 'Atlantic/Canary'],
    ['ES', '38001 SANTA CRUZ DE TENERIFE', 'Atlantic/Canary'],
    ['ES', 'ES-CN', 'Atlantic/Canary'],
    ['ES', 'islas canarias', 'Atlantic/Canary'],
    ['ES', 'Ciudad de Melilla', 'Africa/Ceuta'],
    ['PT', 'Lisboa', 'Europe/Lisbon'],
    ['PT', 'Acores', 'Atlantic/Azores'],
    ['PT', 'Região Autónoma da Madeira', 'Atlantic/Madeira'],
    ['GB', 'Kent', 'Europe/London'],
    ['IE', 'Co. Kerry', 'Europe/Dublin'],
    ['US', 'CA', 'America/Los_Angeles'],
    ['US', 'us-ca', 'America/Los_Angeles'],
    ['US', 'Austin, TX', 'America/Chicago'],
    ['US', 'Nuevo México', 'America/Denver'],
    ['US', 'Arizona', 'America/Phoenix'],
    ['US', 'Hawaii', 'Pacific/Honolulu'],
    ['US', 'Kansas City, Missouri', 'America/Chicago'],
    ['US', 'West Virginia', 'America/New_York'],
    ['US', 'who knows', 'America/New_York'],
    ['MX', 'CDMX', 'America/Mexico_City'],
    ['MX', 'Quintana Roo', 'America/Cancun'],
    ['MX', 'Q. Roo', 'America/Cancun'],
    ['MX', 'Baja California', 'America/Tijuana'],
    ['MX', 'Baja California Sur', 'America/Mazatlan'],
    ['MX', 'MX-SON', 'America/Hermosillo'],
    ['CA', 'B.C.', 'America/Vancouver'],
    ['CA', 'Columbia Británica', 'America/Vancouver'],
    ['CA', 'Québec', 'America/Toronto'],
    ['CA', 'Newfoundland and Labrador', 'America/St_Johns'],
    ['AU', 'Western Australia', 'Australia/Perth'],
    ['AU', 'Qld', 'Australia/Brisbane'],
    ['AU', 'Nueva Gales del Sur', 'Australia/Sydney'],
    ['BR', 'Amazonas', 'America/Manaus'],
    ['BR', 'SAO PAULO', 'America/Sao_Paulo'],
    ['BR', 'Acre', 'America/Rio_Branco'],
    ['FR', 'La Réunion', 'Indian/Reunion'],
    ['RE', null, 'Indian/Reunion'],
    ['CL', 'Magallanes', 'America/Punta_Arenas'],
    ['ID', 'Bali', 'Asia/Makassar'],
    ['RU', 'Vladivostok', 'Asia/Vladivostok'],
    ['NZ', 'Chatham Islands', 'Pacific/Chatham'],
  ] as const)('in %s, "%s" is %s', ([country, region, expected]) => {
    expect(zone(country, region)).toBe(expected)
  })

  it("is the business's where nothing else is known", () => {
    const palma = { country: 'ES', timeZone: 'Atlantic/Canary' }
    expect([zone(null), zone('XX'), zone('ES'), zone('ES', 'Villanueva'), zone('ES', null, palma)]).toEqual([
      'Europe/Madrid', 'Europe/Madrid', 'Europe/Madrid', 'Europe/Madrid', 'Atlantic/Canary',
    ]) // prettier-ignore
    expect(zone('ES', 'Madrid', palma)).toBe('Europe/Madrid')
    expect(zone(null, 'Tenerife')).toBe('Atlantic/Canary')
    expect(zone(null, 'Tenerife', { country: 'GB', timeZone: 'Europe/London' })).toBe('Europe/London')
  })

  it('comes from a table of zones that exist', () => {
    const supported = new Set(Intl.supportedValuesOf('timeZone').map(clocksOf))
    const unknown = everyZone().filter((name) => !supported.has(clocksOf(name)))
    // Intl lists a zone under the name it had when CLDR first saw it, so the same clock under any name is the same zone.
    expect(unknown).toEqual([])
    expect(everyZone().length).toBeGreaterThan(300)
  })

  it("gives every country a zone of its own, by the runtime's table", () => {
    const strangers = COUNTRIES.filter((country) => {
      const name = zoneOfCountry(country)
      const zones: readonly string[] = new Intl.Locale(`und-${country}`).getTimeZones?.() ?? []
      return name === null || !zones.map(clocksOf).includes(clocksOf(name))
    })
    expect(strangers).toEqual([])
  })

  const TABLE = '/usr/share/zoneinfo/zone.tab'
  describe.runIf(existsSync(TABLE))('by the tz database of this machine', () => {
    it('is one of its country', () => {
      const rows = readFileSync(TABLE, 'utf8').split('\n').filter((line) => /^[A-Z]/.test(line)).map((line) => line.split('\t')) // prettier-ignore
      const inCountry = (country: string): string[] => rows.filter(([code]) => code === country).map((row) => row[2] ?? '') // prettier-ignore
      const strangers = COUNTRIES.filter((country) => !inCountry(country).includes(zoneOfCountry(country) ?? ''))
      expect(strangers).toEqual([])
    })
  })
})

/** What a zone's clocks do in a year: two names of one zone do the same. */
function clocksOf(name: string): string {
  const months = Array.from({ length: 24 }, (_, index) => Temporal.Instant.from('2025-01-01T00:00Z').add({ hours: index * 372 }))
  return months.map((at) => at.toZonedDateTimeISO(name).offset).join()
} // prettier-ignore

/** Every assigned country of ISO 3166-1 that people do business in. */
const COUNTRIES =
  'AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'.split(
    ' ',
  )

describe('A region written by people', () => {
  it.for([
    ['ES', 'Comunidad de Madrid', 'MD'],
    ['ES', 'Provincia de Málaga', 'AN'],
    ['ES', 'València/Valencia', 'VC'],
    ['ES', 'Vizcaya', 'PV'],
    ['ES', '08001 Barcelona', 'CT'],
    ['ES', 'Badalona (Barcelona)', 'CT'],
    ['ES', 'ES-B', 'CT'],
    ['ES', 'Palma, Mallorca', 'IB'],
    ['ES', 'La Palma', 'CN-LP'],
    ['ES', 'CE', 'CE'],
    ['GB', 'Greater Glasgow', 'SCT'],
    ['GB', 'Co. Antrim', 'NIR'],
    ['GB', 'Londonderry', 'NIR'],
    ['FR', 'Alsace', '67'],
    ['DE', 'Freistaat Bayern', 'BY'],
    ['DE', 'Baden-Württemberg', 'BW'],
    ['IT', 'Bolzano - Bozen', 'BZ'],
    ['US', 'Washington, D.C.', 'DC'],
    ['US', 'State of Washington', 'WA'],
    ['US', 'New York', 'NY'],
    ['US', 'Baltimore MD', null],
    ['US', 'Baltimore, MD', 'MD'],
    ['MX', 'Estado de México', 'MEX'],
    ['MX', 'Ciudad de México', 'CMX'],
    ['AU', 'N.S.W.', 'NSW'],
    ['NZ', 'Hawke’s Bay', 'HKB'],
    ['ES', 'a', 'VC'],
    ['ES', 'Villa de algo', null],
    ['ES', 'C/ Mayor 3', null],
    ['ES', '', null],
    ['SE', 'Skåne', null],
  ] as const)('%s: "%s" is %s', ([country, text, code]) => {
    expect(regionCode(country, text)).toBe(code)
  })
})

describe('A time of day', () => {
  const utc = (zoneName: string, on: string, time: string): string => {
    const [hour, minute] = time.split(':').map(Number)
    return instantAt(zoneName, day(on), (hour ?? 0) * 60 + (minute ?? 0)).toString()
  }

  it('that the spring change skips is the moment of the change', () => {
    expect(utc('Europe/Madrid', '2026-03-29', '02:30')).toBe('2026-03-29T01:00:00Z')
    expect(utc('Europe/Madrid', '2026-03-29', '02:00')).toBe('2026-03-29T01:00:00Z')
    expect(utc('Europe/Madrid', '2026-03-29', '03:00')).toBe('2026-03-29T01:00:00Z')
    expect(utc('Europe/Madrid', '2026-03-29', '09:00')).toBe('2026-03-29T07:00:00Z')
    // Chile's clocks go from midnight to one: that Sunday begins at one.
    expect(utc('America/Santiago', '2026-09-06', '00:00')).toBe('2026-09-06T04:00:00Z')
    // Lord Howe's go by half an hour.
    expect(utc('Australia/Lord_Howe', '2026-10-04', '02:15')).toBe('2026-10-03T15:30:00Z')
  })

  it('that the autumn change repeats is its first coming', () => {
    expect(utc('Europe/Madrid', '2026-10-25', '02:30')).toBe('2026-10-25T00:30:00Z')
    expect(utc('America/New_York', '2026-11-01', '01:30')).toBe('2026-11-01T05:30:00Z')
  })

  it('is told by the clock of its place', () => {
    expect(localTime('Pacific/Auckland', Temporal.Instant.from('2026-03-04T20:00:00Z'))).toEqual({
      today: '2026-03-05',
      minute: 540,
    })
  })
})

describe('The next opening of the send window', () => {
  const at = (zoneName: string, now: string, policy: { from?: string; until?: string } = {}): string => {
    const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
    const instant = Temporal.Instant.from(now)
    const { today: on, minute } = localTime(zoneName, instant)
    const usual = standing({ today: on, minute })
    const changed = {
      ...usual.policy,
      sendFromMinute: minutes(policy.from ?? '09:00'),
      sendUntilMinute: minutes(policy.until ?? '17:30'),
    }
    return nextOpening(zoneName, { ...usual, policy: changed }, instant).toString()
  }

  it('is nine in the morning there, this day or the next business day', () => {
    expect(at('Europe/Madrid', '2026-03-04T05:00:00Z')).toBe('2026-03-04T08:00:00Z')
    expect(at('America/Los_Angeles', '2026-03-04T05:00:00Z')).toBe('2026-03-04T17:00:00Z')
    expect(at('Pacific/Auckland', '2026-03-04T05:00:00Z')).toBe('2026-03-04T20:00:00Z')
    expect(at('Pacific/Kiritimati', '2026-03-06T05:00:00Z')).toBe('2026-03-08T19:00:00Z')
  })

  it('is now while the window is open', () => {
    expect(at('America/Mexico_City', '2026-03-04T16:00:00Z')).toBe('2026-03-04T16:00:00Z')
  })

  it('keeps to the clock over the weekends on which it changes', () => {
    expect(at('Europe/Madrid', '2026-03-27T17:00:00Z')).toBe('2026-03-30T07:00:00Z')
    expect(at('Europe/Madrid', '2026-10-23T17:00:00Z')).toBe('2026-10-26T08:00:00Z')
    expect(at('America/New_York', '2026-03-06T23:00:00Z')).toBe('2026-03-09T13:00:00Z')
    expect(at('Australia/Sydney', '2026-04-03T08:00:00Z')).toBe('2026-04-05T23:00:00Z')
  })

  it('lies in the hour that comes twice as often as the clock passes it', () => {
    const night = { from: '02:30', until: '05:00' }
    // A business that sends at night, on every day of the week.
    const sunday = (now: string): string => {
      const instant = Temporal.Instant.from(now)
      const usual = standing({ ...localTime('Europe/Madrid', instant) })
      const policy = { ...usual.policy, weekdays: [1, 2, 3, 4, 5, 6, 7], sendFromMinute: 150, sendUntilMinute: 300 }
      return nextOpening('Europe/Madrid', { ...usual, policy }, instant).toString()
    }
    expect(sunday('2026-10-25T00:00:00Z')).toBe('2026-10-25T00:30:00Z')
    expect(sunday('2026-10-25T00:40:00Z')).toBe('2026-10-25T00:40:00Z')
    // 02:10 for the second time: the opening is twenty minutes away again, not past.
    expect(sunday('2026-10-25T01:10:00Z')).toBe('2026-10-25T01:30:00Z')
    expect(at('Europe/Madrid', '2026-10-26T00:00:00Z', night)).toBe('2026-10-26T01:30:00Z')
  })
})
