import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../../src/chase/default-policy.ts'
import type { Policy } from '../../../src/chase/policy.ts'
import { compareSimulations } from '../../../src/chase/simulate/compare.ts'
import { standing } from '../../support/standing.ts'
import { customer, messagesOf, simulated } from './builders.ts'

const MONDAY = '2026-03-02'

const debtor = (id: string, segment: 'regular' | 'strategic') =>
  customer(id, { standing: standing({ today: MONDAY, segment, customer: { addresses: [`${id}@x.example`] } }) })

const futureBy = (policy: Policy) =>
  simulated(
    { from: MONDAY, days: 30, policy },
    debtor('a', 'regular'),
    debtor('b', 'regular'),
    debtor('c', 'strategic'),
  )

describe('Two simulations', () => {
  const before = futureBy(DEFAULT_POLICY)

  it('of one policy do not differ', () => {
    const same = compareSimulations(before, futureBy({ ...DEFAULT_POLICY }))
    expect([same.added, same.removed, same.customers, same.firstDifferentOn]).toEqual([[], [], [], null])
  })

  it('tell whom an edit writes to more or less, and from which day on', () => {
    const softer: Policy = {
      ...DEFAULT_POLICY,
      sequences: {
        ...DEFAULT_POLICY.sequences,
        regular: DEFAULT_POLICY.sequences.regular.filter(({ id }) => id !== 'day-7'),
      },
    }
    const compared = compareSimulations(before, futureBy(softer))
    expect(messagesOf({ ...before, messages: compared.removed })).toEqual([
      '03-10 a: firm inv-1 100 EUR',
      '03-10 b: firm inv-1 100 EUR',
    ])
    expect(compared.added).toEqual([])
    expect([compared.before.messages, compared.after.messages]).toEqual([before.messages.length, before.messages.length - 2]) // prettier-ignore
    expect(compared.customers).toEqual([
      { customerId: 'a', messagesBefore: 4, messagesAfter: 3, firstDifferentOn: '2026-03-10' },
      { customerId: 'b', messagesBefore: 4, messagesAfter: 3, firstDifferentOn: '2026-03-10' },
    ])
    expect(compared.firstDifferentOn).toBe('2026-03-10')
  })

  it('count an approval more as a difference, though the message stays', () => {
    const careful: Policy = {
      ...DEFAULT_POLICY,
      sequences: {
        ...DEFAULT_POLICY.sequences,
        strategic: DEFAULT_POLICY.sequences.strategic.map((step) => ({ ...step, approval: step.channel === 'email' })),
      },
    }
    const { added, removed, customers, before: now, after } = compareSimulations(before, futureBy(careful))
    expect([added, removed]).toEqual([[], []])
    expect(customers.map(({ customerId }) => customerId)).toEqual(['c'])
    expect(after.approvals).toBeGreaterThan(now.approvals)
  })
})
