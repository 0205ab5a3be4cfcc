import { fc } from '../../support/random.ts'
import { describe, expect, it } from 'vitest'
import { addDays, day, LAST_DAY } from '../../../src/chase/day.ts'
import { LIMITATION_RULES } from '../../../src/chase/law/limitation-rules.ts'
import type { InterruptionKind } from '../../../src/chase/law/limitation-rules.ts'
import { hasExpired, limitation, limitationWarnings } from '../../../src/chase/law/limitation.ts'
import type { Interruption, LimitationQuestion } from '../../../src/chase/law/limitation.ts'
import { answered } from './questions.ts'

const DUE = day('2022-03-10')

const asked = (change: Partial<LimitationQuestion> = {}): LimitationQuestion => ({
  country: 'ES',
  region: 'MD',
  debtKind: 'invoice',
  dueOn: DUE,
  interruptions: [],
  ...change,
})

const lastDay = (change: Partial<LimitationQuestion> = {}): unknown => answered(limitation(asked(change))).lastDay

const happened = (...events: [InterruptionKind, string][]): Interruption[] =>
  events.map(([kind, on]) => ({ kind, on: day(on) }))

const effects = (change: Partial<LimitationQuestion>): string[] =>
  answered(limitation(asked(change))).interruptions.map(
    ({ kind, on, counted, effect }) => `${on} ${kind} ${counted ? 'counts' : 'does not count'}: ${effect}`,
  )

describe('The limitation of a debt', () => {
  it('is five years in Spain, six in England, Northern Ireland and Ireland, five in Scotland', () => {
    expect(lastDay()).toBe('2027-03-10')
    expect(lastDay({ country: 'GB', region: 'ENG' })).toBe('2028-03-10')
    expect(lastDay({ country: 'GB', region: 'WLS' })).toBe('2028-03-10')
    expect(lastDay({ country: 'GB', region: 'NIR' })).toBe('2028-03-10')
    expect(lastDay({ country: 'GB', region: 'SCT' })).toBe('2027-03-10')
    expect(lastDay({ country: 'IE' })).toBe('2028-03-10')
  })

  it('is three years from the end of the year in Germany', () => {
    expect(lastDay({ country: 'DE' })).toBe('2025-12-31')
    expect(lastDay({ country: 'DE', dueOn: day('2022-12-31') })).toBe('2025-12-31')
    expect(lastDay({ country: 'DE', dueOn: day('2023-01-01') })).toBe('2026-12-31')
  })

  it('differs by country, region and kind of debt', () => {
    const years = (change: Partial<LimitationQuestion>): number => answered(limitation(asked(change))).years
    expect(['FR', 'IT', 'PT', 'NL', 'AU', 'NZ', 'MX'].map((country) => years({ country }))).toEqual([5, 10, 20, 5, 6, 6, 10]) // prettier-ignore
    expect(['ON', 'QC', 'PE'].map((region) => years({ country: 'CA', region }))).toEqual([2, 3, 6])
    expect(years({ region: 'CT' })).toBe(3)
    expect(years({ debtKind: 'professional-fees' })).toBe(3)
    expect(['FR', 'NL', 'MX', 'GB'].map((country) => years({ country, debtKind: 'supply-to-consumer' }))).toEqual([2, 2, 1, 6]) // prettier-ignore
  })

  it('ends on 28 February for what fell due on the 29th', () => {
    expect(lastDay({ dueOn: day('2024-02-29') })).toBe('2029-02-28')
  })

  it('has an earlier end for the faster action in Chile and Colombia', () => {
    const chile = answered(limitation(asked({ country: 'CL' })))
    expect([chile.executiveLastDay, chile.lastDay]).toEqual(['2023-03-10', '2027-03-10'])
    const colombia = answered(limitation(asked({ country: 'CO' })))
    expect([colombia.executiveLastDay, colombia.lastDay]).toEqual(['2025-03-10', '2032-03-10'])
    const late = answered(
      limitation(asked({ country: 'CO', interruptions: happened(['acknowledgement', '2026-01-01']) })),
    )
    expect([late.executiveLastDay, late.lastDay]).toEqual(['2025-03-10', '2036-01-01'])
  })
})

describe('What interrupts the limitation', () => {
  it('is a provable claim in Spain, not a friendly reminder', () => {
    const interruptions = happened(['reminder', '2022-05-01'], ['extrajudicial-claim', '2023-06-01'])
    expect(effects({ interruptions })).toEqual([
      '2022-05-01 reminder does not count: uncertain',
      '2023-06-01 extrajudicial-claim counts: restarts',
    ])
    expect(lastDay({ interruptions })).toBe('2028-06-01')
  })

  it('is no letter at all in England, but a signed acknowledgement or a part payment', () => {
    const english = { country: 'GB', region: 'ENG' }
    const letters = happened(['extrajudicial-claim', '2023-06-01'], ['acknowledgement', '2023-07-01'])
    expect(effects({ ...english, interruptions: letters })).toEqual([
      '2023-06-01 extrajudicial-claim does not count: none',
      '2023-07-01 acknowledgement does not count: none',
    ])
    expect(lastDay({ ...english, interruptions: letters })).toBe('2028-03-10')
    expect(lastDay({ ...english, interruptions: happened(['written-acknowledgement', '2023-06-01']) })).toBe('2029-06-01') // prettier-ignore
    expect(lastDay({ ...english, interruptions: happened(['part-payment', '2024-02-01']) })).toBe('2030-02-01')
  })

  it('differs for one and the same provable letter from country to country', () => {
    const interruptions = happened(['extrajudicial-claim', '2022-06-01'])
    const counting = ['ES', 'IT', 'NL', 'CO', 'GB', 'IE', 'FR', 'DE', 'PT', 'AU', 'NZ', 'MX', 'CL'].filter(
      (country) => answered(limitation(asked({ country, interruptions }))).interruptions[0]?.counted,
    )
    expect(counting).toEqual(['ES', 'IT', 'NL', 'CO'])
  })

  it('counts a written demand once only in Colombia', () => {
    const interruptions = happened(['extrajudicial-claim', '2023-01-01'], ['extrajudicial-claim', '2024-01-01'])
    expect(effects({ country: 'CO', interruptions })).toEqual([
      '2023-01-01 extrajudicial-claim counts: restarts',
      '2024-01-01 extrajudicial-claim does not count: only-once',
    ])
  })

  it('begins the German period anew that day, not at the end of its year, once it has begun at all', () => {
    const german = { country: 'DE' }
    expect(lastDay({ ...german, interruptions: happened(['acknowledgement', '2023-05-04']) })).toBe('2026-05-04')
    expect(effects({ ...german, interruptions: happened(['part-payment', '2022-08-01']) })).toEqual([
      '2022-08-01 part-payment does not count: before-start',
    ])
    expect(lastDay({ ...german, interruptions: happened(['part-payment', '2022-08-01']) })).toBe('2025-12-31')
  })

  it('cannot revive a debt after its last day, which itself is still in time', () => {
    expect(lastDay({ interruptions: happened(['part-payment', '2027-03-10']) })).toBe('2032-03-10')
    const late = { interruptions: happened(['part-payment', '2027-03-11']) }
    expect(effects(late)).toEqual(['2027-03-11 part-payment does not count: after-expiry'])
    expect(lastDay(late)).toBe('2027-03-10')
  })

  it('ignores what happened before the debt was due', () => {
    expect(effects({ interruptions: happened(['written-acknowledgement', '2022-03-10']) })).toEqual([
      '2022-03-10 written-acknowledgement does not count: before-start',
    ])
  })

  it('is a claim in court: it holds the period in England and Germany, and begins it anew in Spain', () => {
    const interruptions = happened(['court-claim', '2022-06-01'], ['part-payment', '2022-09-01'])
    expect(lastDay({ country: 'GB', region: 'ENG', interruptions })).toBe(null)
    expect(lastDay({ country: 'DE', interruptions })).toBe(null)
    expect(effects({ country: 'GB', region: 'ENG', interruptions })).toEqual([
      '2022-06-01 court-claim counts: stops',
      '2022-09-01 part-payment does not count: in-court',
    ])
    expect(lastDay({ interruptions: happened(['court-claim', '2022-06-01']) })).toBe('2027-06-01')
  })

  it('is judged in order of time, however it is told', () => {
    const events = happened(['part-payment', '2026-01-01'], ['part-payment', '2031-01-01'], ['part-payment', '2023-01-01']) // prettier-ignore
    expect(lastDay({ interruptions: events })).toBe('2036-01-01')
  })
})

describe('An unknown region', () => {
  it('gets the country’s common rule, marked as assumed, with what holds elsewhere', () => {
    const answer = answered(limitation({ country: 'GB', debtKind: 'invoice', dueOn: DUE, interruptions: [] }))
    expect([answer.code, answer.lastDay, answer.expiry, answer.provisos]).toEqual(['GB-EAW', '2028-03-10', 'defence', ['region-assumed']]) // prettier-ignore
    expect(answer.elsewhere.map(({ code, lastDay, expiry }) => [code, lastDay, expiry])).toEqual([
      ['GB-NIR', '2028-03-10', 'defence'],
      ['GB-SCT', '2027-03-10', 'extinguished'],
    ])
    expect(answered(limitation(asked({ country: 'GB', region: 'Lothian' }))).provisos).toEqual(['region-assumed'])
  })

  it('is no question where it is known, or where the whole country has one rule', () => {
    expect(answered(limitation(asked({ country: 'GB', region: 'ENG' })))).toMatchObject({ elsewhere: [], provisos: [] })
    expect(answered(limitation(asked({ country: 'FR', region: 'IDF' })))).toMatchObject({ elsewhere: [], provisos: [] })
  })

  it('is refused in Canada, where there is no common rule', () => {
    expect(limitation(asked({ country: 'CA', region: 'XX' }))).toEqual({ kind: 'refused', because: 'region-needed', facts: { country: 'CA' } }) // prettier-ignore
  })
})

describe('A limitation is refused', () => {
  it('where no date would be honest', () => {
    const reason = (change: Partial<LimitationQuestion>): unknown => {
      const answer = limitation(asked(change))
      return answer.kind === 'refused' ? answer.because : answer.kind
    }
    expect(reason({ country: 'US', region: 'NY' })).toBe('lawyer-needed')
    expect(reason({ country: 'SE' })).toBe('unknown-country')
    expect(reason({ country: 'CL', debtKind: 'supply-to-consumer' })).toBe('debt-kind-not-covered')
    expect(reason({ dueOn: day('2015-10-06') })).toBe('no-rule-then')
    expect(reason({ dueOn: day('2015-10-07') })).toBe('limitation')
  })
})

describe('Warnings before a debt expires', () => {
  it('come 90 and 30 days ahead', () => {
    expect(limitationWarnings(answered(limitation(asked())))).toEqual([
      { kind: 'debt-expires', code: 'ES', on: '2026-12-10', daysBefore: 90, lastDay: '2027-03-10' },
      { kind: 'debt-expires', code: 'ES', on: '2027-02-08', daysBefore: 30, lastDay: '2027-03-10' },
    ])
  })

  it('name each region’s day where only the region would tell', () => {
    const unknown = answered(limitation({ country: 'GB', debtKind: 'invoice', dueOn: DUE, interruptions: [] }))
    expect(limitationWarnings(unknown).map(({ code, daysBefore, on }) => `${on} ${code} ${daysBefore}`)).toEqual([
      '2026-12-10 GB-SCT 90',
      '2027-02-08 GB-SCT 30',
      '2027-12-11 GB-EAW 90',
      '2027-12-11 GB-NIR 90',
      '2028-02-09 GB-EAW 30',
      '2028-02-09 GB-NIR 30',
    ])
  })

  it('name the faster action apart', () => {
    const chile = answered(limitation(asked({ country: 'CL' })))
    expect(limitationWarnings(chile).map(({ kind, on }) => `${on} ${kind}`)).toEqual([
      '2022-12-10 executive-action-expires',
      '2023-02-08 executive-action-expires',
      '2026-12-10 debt-expires',
      '2027-02-08 debt-expires',
    ])
  })

  it('are silent while a court holds the period', () => {
    const interruptions = happened(['court-claim', '2023-01-01'])
    const held = answered(limitation(asked({ country: 'GB', region: 'ENG', interruptions })))
    expect(limitationWarnings(held)).toEqual([])
    expect(hasExpired(held, day('2050-01-01'))).toBe(false)
  })

  it('end with the expiry, the day after the last', () => {
    const scottish = answered(limitation(asked({ country: 'GB', region: 'SCT' })))
    expect([hasExpired(scottish, day('2027-03-10')), hasExpired(scottish, day('2027-03-11'))]).toEqual([false, true])
    expect(scottish.expiry).toBe('extinguished')
  })
})

describe('Whatever happened to a debt', () => {
  const KINDS = ['reminder', 'extrajudicial-claim', 'acknowledgement', 'written-acknowledgement', 'part-payment', 'court-claim'] as const // prettier-ignore
  const anEvent = fc.record({ kind: fc.constantFrom(...KINDS), after: fc.integer({ min: -400, max: 9000 }) })
  const aDebt = fc
    .record({
      rule: fc.constantFrom(...LIMITATION_RULES),
      due: fc.integer({ min: 0, max: 4000 }),
      events: fc.array(anEvent, { maxLength: 6 }),
    })
    .map(({ rule, due, events }): LimitationQuestion => {
      const dueOn = addDays(day('2015-10-07'), due)
      const [debtKind = 'invoice'] = rule.debts
      const place = rule.regions?.[0] === undefined ? {} : { region: rule.regions[0] }
      const interruptions = events.map(({ kind, after }) => ({ kind, on: addDays(dueOn, after) }))
      return { country: rule.country, ...place, debtKind, dueOn, interruptions }
    })

  it('no event brings the last day forward, and only a counted one moves it', () => {
    fc.assert(
      fc.property(aDebt, (debt) => {
        const answer = answered(limitation(debt))
        const bare = answered(limitation({ ...debt, interruptions: [] }))
        const counted = answer.interruptions.filter((event) => event.counted)
        expect(counted.some(({ kind }) => kind === 'reminder')).toBe(false)
        expect((answer.lastDay ?? LAST_DAY) >= (bare.lastDay ?? LAST_DAY)).toBe(true)
        expect(answer.lastDay !== bare.lastDay && counted.length === 0).toBe(false)
        expect(answer.lastDay === null).toBe(counted.some(({ effect }) => effect === 'stops'))
      }),
      { numRuns: 1000 },
    )
  })

  it('every event is answered for, and their order of telling changes nothing', () => {
    fc.assert(
      fc.property(aDebt, (debt) => {
        const answer = answered(limitation(debt))
        expect(answer.interruptions.length).toBe(debt.interruptions.length)
        const reversed = answered(limitation({ ...debt, interruptions: debt.interruptions.toReversed() }))
        expect(reversed.lastDay).toBe(answer.lastDay)
      }),
      { numRuns: 500 },
    )
  })
})
