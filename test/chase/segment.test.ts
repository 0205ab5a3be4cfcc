import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { segmentOf } from '../../src/chase/segment.ts'
import type { Segment } from '../../src/chase/standing.ts'
import { standing } from '../support/standing.ts'

const today = day('2026-03-04')

function segmented(details: { set?: Segment; groups?: string[]; first?: string | null; late?: number[] }) {
  const { customer } = standing({
    customer: {
      setSegment: details.set ?? null,
      groups: details.groups ?? [],
      record: {
        firstInvoiceOn: details.first === null ? null : day(details.first ?? '2024-01-10'),
        daysLate: details.late ?? [0, 0, 0, 0, 0],
      },
    },
  })
  return segmentOf(customer, DEFAULT_POLICY, today)
}

describe('the segment of a customer', () => {
  it('is what a person set, whatever else is known', () => {
    expect(segmented({ set: 'regular', groups: ['Strategic'], late: [9, 9, 9, 9, 9] })).toEqual({
      segment: 'regular',
      habitDays: null,
      facts: { segmentBecause: 'set-by-person' },
    })
  })

  it.each(['Strategic', 'strategic', 'Estratégico', 'ESTRATEGICO', ' estrate\u0301gico '])(
    'is strategic in the ledger group %j',
    (group) => {
      expect(segmented({ groups: ['Other', group] })).toEqual({
        segment: 'strategic',
        habitDays: null,
        facts: { segmentBecause: 'ledger-group', group },
      })
    },
  )

  it('is not strategic for a group that only sounds like it', () => {
    expect(segmented({ groups: ['Not strategic', 'Estrategia', ''] }).segment).toBe('regular')
  })

  it('is new until the first invoice is 90 days old', () => {
    expect(segmented({ first: '2025-12-05' })).toEqual({
      segment: 'new',
      habitDays: null,
      facts: { segmentBecause: 'first-invoice-recent', firstInvoiceOn: '2025-12-05' },
    })
    expect(segmented({ first: '2025-12-04' }).segment).toBe('regular')
  })

  it('is new while nothing was ever paid', () => {
    expect(segmented({ first: '2020-01-01', late: [] })).toEqual({
      segment: 'new',
      habitDays: null,
      facts: { segmentBecause: 'never-paid' },
    })
    expect(segmented({ first: null, late: [] }).segment).toBe('new')
  })

  it('is new rather than habitually late while the first invoice is recent', () => {
    expect(segmented({ first: '2026-01-10', late: [9, 9, 9, 9, 9] }).segment).toBe('new')
  })

  it('is habitually late by its own record: the 80th percentile by nearest rank is its habit', () => {
    expect(segmented({ late: [20, 3, 9, 12, 0] })).toEqual({
      segment: 'habitually-late',
      habitDays: 12,
      facts: { segmentBecause: 'own-record', habitDays: 12, settledInvoices: 5, settledLate: 4 },
    })
    expect(segmented({ late: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }).habitDays).toBe(8)
    expect(segmented({ late: [1, 2, 3, 4, 5, 6] }).habitDays).toBe(5)
  })

  it('needs five settled invoices, three of five late, before it says anything about habit', () => {
    expect(segmented({ late: [20, 20, 20, 20] }).segment).toBe('regular')
    expect(segmented({ late: [20, 20, 20, 0, 0] }).segment).toBe('habitually-late')
    expect(segmented({ late: [20, 20, 0, 0, 0] }).segment).toBe('regular')
  })

  it('earns at most 30 days by habit', () => {
    expect(segmented({ late: [90, 90, 90, 90, 90] }).habitDays).toBe(30)
  })

  it('can be set to habitually late by a person, with whatever record there is', () => {
    expect(segmented({ set: 'habitually-late', late: [4] }).habitDays).toBe(4)
    expect(segmented({ set: 'habitually-late', late: [] }).habitDays).toBeNull()
    expect(segmented({ set: 'habitually-late', late: [-5, -3] }).habitDays).toBe(0)
  })
})
