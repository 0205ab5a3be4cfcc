import { describe, expect, it } from 'vitest'
import { day, daysBetween } from '../../../src/chase/day.ts'
import type { SimulatedCustomer, Simulation } from '../../../src/chase/simulate/simulation.ts'
import type { Standing } from '../../../src/chase/standing.ts'
import { following, hold, invoice, policy, promise, standing, step } from '../../support/standing.ts'
import { play } from '../play.ts'
import { customer, messagesOf, questionsOf, simulated } from './builders.ts'

const MONDAY = '2026-03-02'

/** A customer that writes from an address of its own and owes 100 EUR since Tuesday the 3rd. */
const debtor = (id: string, details: Parameters<typeof standing>[0] = {}): SimulatedCustomer =>
  customer(id, {
    standing: standing({
      today: MONDAY,
      ...details,
      customer: { addresses: [`${id}@x.example`], ...details.customer },
    }),
  })

const pushesOf = ({ pushes }: Simulation): string[] =>
  pushes.map(
    ({ on, customerId, stepId, because, takenOn }) =>
      `${on.slice(5)} ${customerId}: ${stepId} ${because.join('+')} → ${takenOn?.slice(5) ?? 'never'}`,
  )

describe('A simulation', () => {
  it('climbs the ladder as the rules do day by day, with what people are asked', () => {
    const future = simulated({ from: MONDAY, days: 60 }, debtor('a'))
    expect(messagesOf(future)).toEqual([
      '2026-03-02 a: before-due inv-1 100 EUR',
      '2026-03-04 a: first-overdue inv-1 100 EUR',
      '2026-03-10 a: firm inv-1 100 EUR',
      '2026-03-18 a: serious inv-1 100 EUR',
      '2026-04-02 a: final inv-1 100 EUR (approved)',
    ].map((line) => line.slice(5))) // prettier-ignore
    expect(questionsOf(future)).toEqual([
      '03-24..03-24 a: call-due call-21',
      '04-02..04-02 a: approval-needed final-30',
      '04-17..04-30 a: decision-due decide-45',
    ])
    const one = standing({ today: MONDAY })
    const played = play({ from: MONDAY, days: 60, standing: (today): Standing => ({ ...one, today, minute: 9 * 60 }) })
    expect(future.messages.map(({ on, stepId }) => `${on} ${stepId}`)).toEqual(
      played.flatMap(({ on, sent }) => (sent ? [`${on} ${sent.id}`] : [])),
    )
  })

  it('gives the same answer to the same question, and is not changed by having been asked', () => {
    const one = debtor('a')
    const [first, second] = [simulated({ from: MONDAY, days: 60 }, one), simulated({ from: MONDAY, days: 60 }, one)]
    expect(second).toEqual(first)
  })

  it('counts one inbox for all who share it, and says what was put off by what', () => {
    const shared = { customer: { addresses: ['pagos@x.example'] } }
    const future = simulated({ from: '2026-03-04', days: 6 }, debtor('a', shared), debtor('b', shared))
    expect(messagesOf(future)).toEqual(['03-04 a: first-overdue inv-1 100 EUR', '03-06 b: first-overdue inv-1 100 EUR'])
    const [line] = pushesOf(future)
    expect(line).toBe('03-04 b: day-1 too-soon → 03-06')
  })

  it('keeps the business’s cap over all of them', () => {
    const capped = policy({ mostPerDayOfBusiness: 1 })
    const future = simulated({ from: '2026-03-04', days: 5, policy: capped }, debtor('a'), debtor('b'), debtor('c'))
    expect(messagesOf(future)).toEqual([
      '03-04 a: first-overdue inv-1 100 EUR',
      '03-05 b: first-overdue inv-1 100 EUR',
      '03-06 c: first-overdue inv-1 100 EUR',
    ])
    expect(simulated({ from: '2026-03-04', days: 1, policy: capped, sentOnDays: [{ on: day('2026-03-04'), count: 1 }] }, debtor('a')).messages).toEqual([]) // prettier-ignore
  })

  it('lets holds begin and end on their days', () => {
    const paused = customer('a', {
      standing: standing({ today: MONDAY }),
      holds: [hold('pause', { since: '2026-03-09', until: '2026-03-11' })],
    })
    const future = simulated({ from: MONDAY, days: 14 }, paused)
    expect(messagesOf(future)).toEqual([
      '03-02 a: before-due inv-1 100 EUR',
      '03-04 a: first-overdue inv-1 100 EUR',
      '03-12 a: firm inv-1 100 EUR',
    ])
  })

  it('lists what keeps silence, with the day on which it ends', () => {
    const quiet = debtor('a', {
      holds: [hold('dispute', { invoiceId: 'inv-1', reviewOn: '2026-03-20' })],
      promises: [promise({ on: '2026-03-06' })],
      invoices: [invoice(), invoice({ id: 'inv-2', expectedOn: '2026-03-10' })],
    })
    expect(simulated({ from: MONDAY, days: 3 }, quiet).holds.map(({ kind, invoiceIds, endsOn, reviewOn }) => [kind, invoiceIds, endsOn, reviewOn])).toEqual([
      ['dispute', ['inv-1'], null, '2026-03-20'],
      ['promise', ['inv-1'], '2026-03-09', null],
      ['expected-payment', ['inv-2'], '2026-03-11', null],
    ]) // prettier-ignore
  })

  it('judges a promise on its day, writes about it once and goes on', () => {
    const future = simulated({ from: MONDAY, days: 30 }, debtor('a', { promises: [promise({ on: '2026-03-06' })] }))
    expect(messagesOf(future)).toEqual([
      '03-05 a: promise-reminder inv-1 100 EUR',
      '03-09 a: promise-broken inv-1 100 EUR',
      '03-12 a: firm inv-1 100 EUR',
      '03-20 a: serious inv-1 100 EUR',
    ])
  })

  it('thanks for what is paid as expected, and says nothing more about it', () => {
    const pays = customer('a', { standing: standing({ today: MONDAY }), paidOn: { 'inv-1': '2026-03-12' } })
    const future = simulated({ from: MONDAY, days: 30 }, pays)
    expect(messagesOf(future)).toEqual([
      '03-02 a: before-due inv-1 100 EUR',
      '03-04 a: first-overdue inv-1 100 EUR',
      '03-10 a: firm inv-1 100 EUR',
      '03-13 a: thank-you inv-1 0 EUR',
    ])
  })

  it('goes on from what was said and done before, and sends what is on its way', () => {
    const spell = { anchorInvoiceId: 'inv-1', taken: [{ stepId: 'day-1', channel: 'email', stage: 'first-overdue', on: day('2026-03-04') }] } as const // prettier-ignore
    const known = standing({ today: '2026-03-10', minute: 600, spell, contactedOn: [day('2026-03-04')] })
    const items = [{ id: 'inv-1', balance: known.invoices[0]?.balance ?? { minor: 0, currency: 'EUR' }, dueOn: day('2026-03-03') }] // prettier-ignore
    const begun = { onItsWay: { stepId: 'day-7', message: 'firm', invoices: items } } as const
    const now = {
      place: 'here',
      kind: 'now',
      at: 0,
      on: day('2026-03-10'),
      minute: 610,
      businessDay: day('2026-03-10'),
    } as const
    const messages = (details: object, turn: object = {}): string[] =>
      messagesOf(simulated({ from: '2026-03-10', days: 1, turns: [{ ...now, ...turn }] }, customer('a', { standing: known, begun: details }))) // prettier-ignore
    expect(messages(begun)).toEqual(['03-10 a: firm inv-1 100 EUR'])
    // Before the window it waits; with nothing on its way nobody is looked at until the morning.
    expect(messages(begun, { minute: 500 })).toEqual([])
    expect(messages({})).toEqual([])
    expect(messages({ isDueNow: true })).toEqual(['03-10 a: firm inv-1 100 EUR'])
  })

  it('shows an observing business as one that approves', () => {
    const future = simulated({ from: MONDAY, days: 9, mode: 'observe' }, debtor('a'))
    expect(messagesOf(future)).toEqual([
      '03-02 a: before-due inv-1 100 EUR (approved)',
      '03-04 a: first-overdue inv-1 100 EUR (approved)',
      '03-10 a: firm inv-1 100 EUR (approved)',
    ])
    expect(questionsOf(future)).toHaveLength(3)
  })

  it('asks to call no more often than the cap, and says what was put off', () => {
    const steps = [step('m', 0), step('c1', 3, { channel: 'call' }), step('c2', 6, { channel: 'call' }), step('end', 60, { channel: 'decision' })] // prettier-ignore
    const future = simulated({ from: MONDAY, days: 20, policy: following(steps) }, debtor('a'))
    expect(pushesOf(future).filter((line) => line.includes('call-cap'))).toEqual(['03-10 a: c2 call-cap → 03-13'])
    const asked = future.questions.filter(({ reason }) => reason === 'call-due').map(({ on }) => on)
    const gaps = asked.slice(1).map((on, at) => daysBetween(asked[at] ?? on, on))
    expect([asked.length, Math.min(...gaps) >= 7]).toEqual([2, true])
  })
})
