import { fc } from '../support/random.ts'
import { describe, expect, it } from 'vitest'
import { callScript } from '../../src/chase/call-script.ts'
import { addDays, day } from '../../src/chase/day.ts'
import { decide } from '../../src/chase/decide.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { money } from '../../src/chase/money.ts'
import type { Standing, TakenStep } from '../../src/chase/standing.ts'
import type { AskVerdict } from '../../src/chase/verdict.ts'
import { workItemOf, workList } from '../../src/chase/work-list.ts'
import type { WorkItem } from '../../src/chase/work-list.ts'
import { invoice, promise, standing } from '../support/standing.ts'

const TODAY = day('2026-03-04')

function asked(now: Standing): AskVerdict {
  const verdict = decide(now)
  if (verdict.do !== 'ask') throw new Error(`not a question: ${verdict.reason}`)
  return verdict
}

const aQuestion = asked(standing({ customer: { addresses: [] } }))

const item = (
  customerId: string,
  minor: number,
  dueOn: string,
  details: Partial<WorkItem> & { currency?: string } = {},
): WorkItem => ({
  customerId,
  verdict: aQuestion,
  brokenPromises: 0,
  atRisk: [money(minor, details.currency ?? 'EUR')],
  oldestDueOn: day(dueOn),
  limitation: [],
  ...details,
})

const order = (items: readonly WorkItem[]): string[] =>
  workList(items, DEFAULT_POLICY, TODAY).map(({ customerId }) => customerId)

describe('the work list', () => {
  it('has broken promises first, then the most at risk, then the oldest', () => {
    const items = [
      item('small-and-old', 50_000, '2025-01-01'),
      item('large', 2_000_000, '2026-03-01'),
      item('broken', 20_000, '2026-03-01', { brokenPromises: 1 }),
      item('middle-young', 150_000, '2026-03-01'),
      item('middle-old', 140_000, '2026-01-01'),
    ]
    expect(order(items)).toEqual(['broken', 'large', 'middle-old', 'middle-young', 'small-and-old'])
  })

  it('has a debt that can be claimed for a month at most before all but broken promises', () => {
    const ending = (daysLeft: number) => [
      {
        invoiceId: 'inv-1',
        kind: 'debt-expires' as const,
        lastDay: addDays(TODAY, daysLeft),
        daysLeft,
        within: daysLeft <= 30 ? (30 as const) : (90 as const),
        expiry: 'defence' as const,
      },
    ]
    const items = [
      item('large', 2_000_000, '2026-03-01'),
      item('ends-later', 20_000, '2026-03-01', { limitation: ending(80) }),
      item('ends-soon', 20_000, '2026-03-01', { limitation: ending(30) }),
      item('broken', 20_000, '2026-03-01', { brokenPromises: 1 }),
    ]
    expect(order(items)).toEqual(['broken', 'ends-soon', 'large', 'ends-later'])
  })

  it('measures each currency by its own yardstick and adds nothing across them', () => {
    const items = [
      item('yen', 900_000, '2026-01-01', { currency: 'JPY' }),
      item('pounds', 1_000_000, '2026-03-01', { currency: 'GBP' }),
      item('both', 0, '2026-01-01', { atRisk: [money(600_000, 'EUR'), money(600_000, 'GBP')] }),
    ]
    expect(order(items)).toEqual(['pounds', 'yen', 'both'])
  })

  it('is the same list in whatever order it was gathered', () => {
    const items = fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom(0, 5_000, 500_000),
        fc.constantFrom('2026-01-01', '2026-02-01'),
      ),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(items, (drawn) => {
        const list = drawn.map(([broken, minor, dueOn], at) => item(`c${at}`, minor, dueOn, { brokenPromises: broken }))
        expect(order(list.toReversed())).toEqual(order(list))
      }),
    )
  })

  it('knows what is at risk: what is overdue, per currency, and the promises whose money is missing', () => {
    const now = standing({
      customer: { addresses: [] },
      invoices: [
        invoice({ dueOn: '2026-01-20' }),
        invoice({ id: 'b', currency: 'GBP', minor: 700, dueOn: '2026-02-20' }),
        invoice({ id: 'c', dueOn: '2026-04-20' }),
      ],
      promises: [promise({ on: '2026-02-06', givenOn: '2026-02-01' })],
    })
    expect(workItemOf('acme', asked(now), now)).toMatchObject({
      customerId: 'acme',
      brokenPromises: 1,
      atRisk: [money(10_000, 'EUR'), money(700, 'GBP')],
      oldestDueOn: '2026-01-20',
    })
  })
})

describe('the script of a call', () => {
  const taken: TakenStep[] = [
    { stepId: 'day-7', channel: 'email', stage: 'firm', on: day('2026-02-10') },
    { stepId: 'day-15', channel: 'email', stage: 'serious', on: day('2026-02-18') },
  ]
  const calling = standing({
    invoices: [invoice({ dueOn: '2026-02-03' }), invoice({ id: 'b', dueOn: '2026-02-20', minor: 500 })],
    spell: { anchorInvoiceId: 'inv-1', taken },
    loggedContacts: [{ on: day('2026-02-20'), kind: 'reply', outcome: 'other' }],
  })

  it('says what is owed, what was written, and what to ask', () => {
    expect(callScript(asked(calling), calling)).toEqual({
      invoices: [
        { id: 'inv-1', dueOn: '2026-02-03', daysOverdue: 29, balance: money(10_000, 'EUR') },
        { id: 'b', dueOn: '2026-02-20', daysOverdue: 12, balance: money(500, 'EUR') },
      ],
      totals: [money(10_500, 'EUR')],
      messages: [
        { on: '2026-02-10', stage: 'firm' },
        { on: '2026-02-18', stage: 'serious' },
      ],
      lastContact: { on: '2026-02-20', kind: 'reply', outcome: 'other' },
      brokenPromise: null,
      ask: ['received-and-in-order', 'day-and-method'],
      outcomes: ['promise', 'paid', 'dispute', 'no-answer', 'wrong-person', 'other'],
    })
  })

  it('opens with whom one speaks to where that is unsure, and asks about a broken promise before anything else', () => {
    const now = {
      ...calling,
      customer: { ...calling.customer, confidence: 60 },
      promises: [promise({ givenOn: '2026-01-20', on: '2026-02-03' })],
    }
    const script = callScript(asked(now), now)
    expect(script.ask).toEqual(['right-person', 'what-became-of-the-promise', 'day-and-method'])
    expect(script.brokenPromise).toEqual({ on: '2026-02-03', missing: [money(10_000, 'EUR')] })
  })
})
