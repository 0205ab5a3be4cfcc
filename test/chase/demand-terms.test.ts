import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { day } from '../../src/chase/day.ts'
import {
  businessDayInstead, debtorOfName, proposeDeadline, proposeDemandKind, shortestDeadlineDays,
} from '../../src/chase/demand-terms.ts' // prettier-ignore

const holidays = (...days: string[]) => ({ policy: DEFAULT_POLICY, holidays: new Set(days.map(day)) })

describe('The kind of a formal demand', () => {
  it.each([
    ['ES', null, 'spain'],
    ['ES', 'consumer', 'spain'],
    ['GB', 'company', 'uk-company'],
    ['GB', 'public-body', 'uk-company'],
    ['GB', 'sole-trader', 'uk-individual'],
    // Nobody has said that it is a company: the letter for people gives more time and more information.
    ['GB', null, 'uk-individual'],
    ['FR', 'company', 'generic'],
    [null, null, 'generic'],
  ] as const)('in %s for %s is %s', (country, debtor, kind) => {
    expect(proposeDemandKind(country, debtor)).toBe(kind)
  })

  it.each(['Acme, S.L.', 'Acme SL', 'Vega S. A.', 'Mill Street Cafés Ltd', 'Harrow LLP', 'Blue Ridge, Inc.', 'Müller GmbH', 'Rossi S.p.A.'])(
    'knows a company by its name: %s',
    (name) => expect(debtorOfName(name)).toBe('company'),
  ) // prettier-ignore

  it.each(['Siân Jones', 'Jones Kitchens', 'Bar La Sal', 'Marisa', 'Incognito', 'Ana Sau López'])(
    'does not take %s for one',
    (name) => expect(debtorOfName(name)).toBe(null),
  )
})

describe('The last day to answer', () => {
  it('gives what the law gives, the days of the post, and ends on a business day', () => {
    const deadline = (
      kind: 'spain' | 'uk-company' | 'uk-individual' | 'generic',
      negotiate = false,
      ...off: string[]
    ) => proposeDeadline(day('2026-05-04'), { kind, invitesToNegotiate: negotiate }, holidays(...off))
    expect(deadline('uk-company')).toBe('2026-05-22')
    // The 22nd closed, then a weekend, then the spring bank holiday.
    expect(deadline('uk-company', false, '2026-05-22', '2026-05-25')).toBe('2026-05-26')
    // 34 days on is a Sunday.
    expect(deadline('uk-individual')).toBe('2026-06-08')
    expect(deadline('spain', true)).toBe('2026-06-08')
    expect(deadline('spain')).toBe('2026-05-22')
  })

  it('names the business day to take instead of one on which nobody works', () => {
    expect(businessDayInstead(day('2026-05-22'), holidays())).toBe(null)
    expect(businessDayInstead(day('2026-05-23'), holidays())).toBe('2026-05-25')
    expect(businessDayInstead(day('2026-05-22'), holidays('2026-05-22'))).toBe('2026-05-25')
  })

  it('is never shorter than the law allows', () => {
    const days = (kind: 'spain' | 'uk-company' | 'uk-individual' | 'generic', negotiate = false) =>
      shortestDeadlineDays({ kind, invitesToNegotiate: negotiate })
    expect([days('spain'), days('spain', true), days('uk-company'), days('uk-individual'), days('generic')]).toEqual([
      7, 30, 14, 30, 7,
    ])
  })
})
