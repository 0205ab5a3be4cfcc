import { describe, expect, it } from 'vitest'
import { day } from '../../../src/chase/day.ts'
import { limitationBetween } from '../../../src/chase/law/governing-law.ts'
import { isExtinguished, limitationAlert } from '../../../src/chase/law/limitation-alert.ts'
import { answered } from './questions.ts'

const place = (code: string) => {
  const [country = null, region = null] = code.split('/')
  return { country, region }
}

const between = (seller: string, buyer: string, debtor: 'business' | 'consumer' = 'business') =>
  limitationBetween(place(seller), place(buyer), { debtor, dueOn: day('2021-06-01'), interruptions: [] })

const told = (seller: string, buyer: string): string => {
  const { code, lastDay, elsewhere } = answered(between(seller, buyer))
  return [`${code} ${lastDay}`, ...elsewhere.map((other) => `${other.code} ${other.lastDay}`)].join(', ')
}

describe('Whose limitation holds between two places', () => {
  it('is the seller’s, also for a buyer abroad', () => {
    expect(told('ES/MD', 'GB/SCT')).toBe('ES 2026-06-01')
    expect(told('GB/SCT', 'ES/CT')).toBe('GB-SCT 2026-06-01')
    expect(told('GB/ENG', 'GB/WLS')).toBe('GB-EAW 2027-06-01')
  })

  it('tells the other days too where the nations of one kingdom disagree, or nobody knows the nation', () => {
    const all = 'GB-EAW 2027-06-01, GB-NIR 2027-06-01, GB-SCT 2026-06-01'
    expect(told('GB/ENG', 'GB/SCT')).toBe(all)
    expect(told('GB/SCT', 'GB/ENG')).toBe(all)
    expect(told('GB', 'GB/ENG')).toBe(all)
    expect(told('ES/MD', 'ES/CT')).toBe('ES 2026-06-01, ES-CT 2024-06-01')
  })

  it('takes an island for its region', () => {
    expect(told('ES/CN-TE', 'ES/CN-GC')).toBe('ES 2026-06-01')
  })

  it('is shorter for a consumer’s debt, and refused for a country nobody knows', () => {
    expect(answered(between('ES/MD', 'ES/MD', 'consumer')).lastDay).toBe('2024-06-01')
    expect(limitationBetween({ country: null, region: null }, place('ES'), { debtor: 'business', dueOn: day('2021-06-01'), interruptions: [] })).toMatchObject({ because: 'unknown-country' })
  }) // prettier-ignore
})

describe('The warning before a debt can no longer be claimed', () => {
  const alert = (today: string, seller = 'ES/MD') =>
    limitationAlert('inv-1', answered(between(seller, seller)), day(today))

  it('comes 90 days before and again 30 days before, and ends with the last day', () => {
    expect(alert('2026-03-02')).toBe(null)
    expect(alert('2026-03-03')).toMatchObject({ within: 90, daysLeft: 90, lastDay: '2026-06-01', expiry: 'defence' })
    expect(alert('2026-05-01')).toMatchObject({ within: 90, daysLeft: 31 })
    expect(alert('2026-05-02')).toMatchObject({ within: 30, daysLeft: 30 })
    expect(alert('2026-06-01')).toMatchObject({ within: 30, daysLeft: 0 })
    expect(alert('2026-06-02')).toBe(null)
  })

  it('says where nothing is owed any more afterwards', () => {
    expect(alert('2026-05-02', 'GB/SCT')).toMatchObject({ expiry: 'extinguished' })
    expect(limitationAlert('inv-1', answered(between('GB', 'GB')), day('2026-05-02'))).toMatchObject({
      lastDay: '2026-06-01',
      expiry: 'extinguished',
    })
    const scottish = answered(between('GB/SCT', 'GB/SCT'))
    expect([isExtinguished(scottish, day('2026-06-01')), isExtinguished(scottish, day('2026-06-02'))]).toEqual([false, true]) // prettier-ignore
    expect(isExtinguished(answered(between('ES/MD', 'ES/MD')), day('2026-06-02'))).toBe(false)
  })
})
