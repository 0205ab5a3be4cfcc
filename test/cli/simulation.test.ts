import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { csvOf } from '../../src/cli/books.ts'
import { calendarFile, type CalendarEvent } from '../../src/cli/calendar-file.ts'
import { decimalText, icsOf } from '../../src/cli/simulate.ts'
import { comparisonText, entriesOf } from '../../src/cli/simulation-entries.ts'
import { CSV_COLUMNS, csvLines, diaryText } from '../../src/cli/simulation-text.ts'
import { compareSimulations } from '../../src/chase/simulate/compare.ts'
import type { Simulation } from '../../src/chase/simulate/simulation.ts'

const MADE_AT = Temporal.Instant.from('2026-03-02T07:30:00.5Z')

const event = (details: Partial<CalendarEvent> = {}): CalendarEvent => ({
  key: 'one',
  on: day('2026-02-28'),
  summary: 'Acme: Firm',
  description: '',
  categories: [],
  ...details,
})

/** Reads a calendar as RFC 5545 says it is written. */
function parse(text: string): { lines: string[]; events: Map<string, string>[] } {
  expect(text.endsWith('\r\n')).toBe(true)
  const raw = text.slice(0, -2).split('\r\n')
  for (const line of raw) {
    expect(line).not.toMatch(/[\r\n]/)
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  }
  const lines = text.slice(0, -2).replaceAll('\r\n ', '').split('\r\n')
  const events: Map<string, string>[] = []
  for (const line of lines) {
    const [name = '', value = ''] = [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]
    if (line === 'BEGIN:VEVENT') events.push(new Map())
    else events.at(-1)?.set(name.split(';')[0] ?? name, value)
  }
  return { lines, events }
}

const unescaped = (text: string | undefined): string | undefined =>
  text?.replaceAll(/\\([\\;,nN])/g, (_, one: string) => (one.toLowerCase() === 'n' ? '\n' : one))

describe('A calendar file', () => {
  it('frames all-day events that end before the next day, leap years and year ends included', () => {
    const { lines, events } = parse(
      calendarFile(
        { name: 'Vega', language: 'en' },
        [event(), event({ key: 'two', on: day('2028-02-28') }), event({ key: 'three', on: day('2026-12-31') })],
        MADE_AT,
      ),
    )
    expect(lines.slice(0, 3)).toEqual(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Puntual//Simulation//EN'])
    expect(lines.at(-1)).toBe('END:VCALENDAR')
    expect(lines.filter((line) => line.startsWith('DT'))).toEqual([
      'DTSTAMP:20260302T073001Z', 'DTSTART;VALUE=DATE:20260228', 'DTEND;VALUE=DATE:20260301',
      'DTSTAMP:20260302T073001Z', 'DTSTART;VALUE=DATE:20280228', 'DTEND;VALUE=DATE:20280229',
      'DTSTAMP:20260302T073001Z', 'DTSTART;VALUE=DATE:20261231', 'DTEND;VALUE=DATE:20270101',
    ]) // prettier-ignore
    expect(events.length).toBe(3)
  })

  it('brings any text back as it was, however long and in whatever script', () => {
    const summary = `Cerámicas "Peñagolosa"; S.A., ${'漢字🙂ñ'.repeat(30)}\\n`
    const description = 'first line\r\nsecond; with, all\\of it\nEND:VEVENT'
    const { events } = parse(
      calendarFile(
        { name: 'V', language: 'es' },
        [event({ summary, description, categories: ['call', 'a,b'] })],
        MADE_AT,
      ),
    )
    expect(unescaped(events[0]?.get('SUMMARY'))).toBe(summary)
    expect(unescaped(events[0]?.get('DESCRIPTION'))).toBe(description.replace('\r\n', '\n'))
    expect(events[0]?.get('CATEGORIES')).toBe('call,a\\,b')
  })

  it('keeps an event’s name when the calendar is made anew, and gives each its own', () => {
    const uidsAt = (at: string): (string | undefined)[] =>
      parse(
        calendarFile({ name: 'V', language: 'es' }, [event(), event({ key: 'two' })], Temporal.Instant.from(at)),
      ).events.map((one) => one.get('UID'))
    expect(uidsAt('2026-03-02T07:30:00Z')).toEqual(uidsAt('2026-04-02T07:30:00Z'))
    expect(new Set(uidsAt('2026-03-02T07:30:00Z')).size).toBe(2)
  })
})

const items = [{ id: 'i1', balance: money(118_000, 'EUR'), dueOn: day('2026-03-01') }, { id: 'i2', balance: money(500, 'GBP'), dueOn: day('2026-03-01') }] // prettier-ignore
const totals = [money(118_000, 'EUR'), money(500, 'GBP')]
const common = { customerId: 'a', facts: {}, invoices: items, totals }

const SIMULATION: Simulation = {
  from: day('2026-03-02'),
  to: day('2026-03-31'),
  messages: [{ ...common, on: day('2026-03-03'), stepId: 'day-7', message: 'firm', segment: 'regular', reason: 'step-due', approved: true }],
  questions: [{ ...common, on: day('2026-03-10'), until: day('2026-03-31'), reason: 'call-due', stepId: 'call-21', channel: 'call', message: null }],
  pushes: [{ on: day('2026-03-03'), customerId: 'a', stepId: 'day-7', because: ['business-cap'], takenOn: day('2026-03-04') }],
  holds: [{ customerId: 'b', kind: 'pause', invoiceIds: null, since: null, endsOn: day('2026-03-05'), reviewOn: null, why: 'they asked' }],
} // prettier-ignore

const NAMES = {
  customers: new Map([['a', '=Acme, SL'], ['b', 'Brook']]),
  invoices: new Map([['i1', 'F-1'], ['i2', 'F-2']]),
} // prettier-ignore

describe('A simulation, told', () => {
  const entries = entriesOf({ simulation: SIMULATION, receipts: [], names: NAMES })

  it('is a diary by day', () => {
    expect(diaryText(entries, SIMULATION).split('\n')).toEqual([
      'Tuesday 3 March 2026',
      '  =Acme, SL: Firm (day-7) – F-1, F-2; 1,180.00 EUR + 5.00 GBP',
      '  =Acme, SL: day-7 put off by the daily cap of the business',
      '      Goes on 2026-03-04.',
      '',
      'Thursday 5 March 2026',
      '  Brook: No longer silent: the pause is over',
      '      they asked',
      '',
      'Tuesday 10 March 2026',
      '  =Acme, SL: Call to make – F-1, F-2; 1,180.00 EUR + 5.00 GBP, open until 2026-03-31',
    ])
    expect(
      diaryText(entriesOf({ simulation: SIMULATION, receipts: [], names: NAMES }, new Set(['nobody'])), SIMULATION),
    ).toBe('Nothing happens from Monday 2 March 2026 to Tuesday 31 March 2026.')
  })

  it('is a table with a line per currency, in which no name is a formula', () => {
    expect(
      csvOf([CSV_COLUMNS, ...csvLines(entries, decimalText)])
        .split('\n')
        .slice(0, 4),
    ).toEqual([
      'day,kind,customer,what,step,until,invoices,amount,currency,note',
      `2026-03-03,message,"'=Acme, SL",Firm,day-7,,F-1 F-2,1180.00,EUR,Once a person has approved it.`,
      `2026-03-03,message,"'=Acme, SL",Firm,day-7,,F-1 F-2,5.00,GBP,Once a person has approved it.`,
      `2026-03-03,postponed,"'=Acme, SL",day-7 put off by the daily cap of the business,day-7,2026-03-04,,,,Goes on 2026-03-04.`,
    ])
  })

  it('is a calendar in the language of the business, whose events are the same ones in every language and name', () => {
    const calendar = (language: 'es' | 'en', name: string) => {
      const business = { name, language, timeZone: 'Europe/Madrid', mode: 'approve' as const }
      const told = {
        paying: 'nobody' as const,
        assumptions: [],
        comparison: null,
        receipts: [],
        customers: { told: 2, leftOut: 0 },
      }
      return parse(icsOf({ ...told, business, simulation: SIMULATION, names: NAMES }, null, MADE_AT))
    }
    const [spanish, english] = [calendar('es', 'Talleres Vega'), calendar('en', 'Vega Ltd')]
    expect(spanish.lines[2]).toBe('PRODID:-//Puntual//Simulation//ES')
    expect(spanish.lines).toContain('X-WR-CALNAME:Talleres Vega: simulación')
    expect(spanish.events.map((one) => `${unescaped(one.get('SUMMARY'))} [${one.get('CATEGORIES')}]`)).toEqual([
      '=Acme, SL: Firme [mensaje]',
      '=Acme, SL: day-7 se aplaza por el tope diario de la empresa [aplazado]',
      'Brook: Fin del silencio: la pausa [fin del silencio]',
      '=Acme, SL: Llamada por hacer [llamada]',
    ])
    expect(unescaped(spanish.events[0]?.get('DESCRIPTION'))?.replaceAll('\u00a0', ' ')).toBe(
      'F-1, F-2\n1.180,00 EUR + 5,00 GBP\nCuando una persona lo haya aprobado.',
    )
    expect(unescaped(english.events[3]?.get('SUMMARY'))).toBe('=Acme, SL: Call to make')
    const uids = ({ events }: typeof spanish) => events.map((one) => one.get('UID'))
    expect(uids(spanish)).toEqual(uids(english))
    expect(new Set(uids(spanish)).size).toBe(4)
  })

  it('says in a sentence what another policy changes', () => {
    const [message] = SIMULATION.messages
    const more = message ? { ...SIMULATION, messages: [message, { ...message, on: day('2026-03-20') }] } : SIMULATION
    expect(comparisonText(compareSimulations(SIMULATION, more))).toBe(
      'This policy sends 1 more message (2 instead of 1) in the next 30 days; 1 customer would notice, the first on 2026-03-20.',
    )
    expect(comparisonText(compareSimulations(SIMULATION, SIMULATION))).toBe('Nothing changes in the next 30 days.')
  })
})
