import { fc } from '../../support/random.ts'
import { describe, expect, it } from 'vitest'
import { addDays, day, type Day } from '../../../src/chase/day.ts'
import { DEFAULT_POLICY } from '../../../src/chase/default-policy.ts'
import { money } from '../../../src/chase/money.ts'
import { paidAnyway } from '../../../src/chase/simulate/hindsight.ts'
import { customerInPast, settledOn, type PastCustomer, type PastInvoice } from '../../../src/chase/simulate/past.ts'
import { simulate } from '../../../src/chase/simulate/simulate.ts'
import type { Simulation } from '../../../src/chase/simulate/simulation.ts'
import { messagesOf, turnsOf } from './builders.ts'

const FROM = day('2026-01-05')
const TODAY = day('2026-06-01')

/** An invoice of 100 EUR, of January for February, open and untouched. */
function invoice(
  details: Partial<Omit<PastInvoice, 'payments'>> & { paid?: readonly (readonly [string, number])[] } = {},
): PastInvoice {
  const { paid = [], ...rest } = details
  const payments = paid.map(([on, minor]) => ({ on: day(on), amount: money(minor, 'EUR') }))
  const left = 10_000 - paid.reduce((sum, [, minor]) => sum + minor, 0)
  return {
    id: 'inv-1',
    issuedOn: day('2026-01-10'),
    dueOn: day('2026-02-10'),
    dueAssumed: false,
    total: money(10_000, 'EUR'),
    balance: money(left, 'EUR'),
    state: left === 0 ? 'paid' : 'open',
    paidOn: left === 0 ? (payments.at(-1)?.on ?? null) : null,
    changedOn: payments.at(-1)?.on ?? day('2026-01-10'),
    ...rest,
    payments,
  }
}

const customer = (id: string, invoices: readonly PastInvoice[]): PastCustomer => ({
  id,
  place: 'here',
  holidays: () => new Set(),
  customer: { setSegment: null, groups: [], escalation: null, history: [], paymentRunDay: null, delayDays: 0 },
  recipients: (_openIds, hasPaid) => ({ addresses: [`${id}@x.example`], confidence: hasPaid ? 90 : 60 }),
  invoices,
})

const backtest = (...customers: PastCustomer[]): Simulation =>
  simulate({
    policy: DEFAULT_POLICY,
    mode: 'automatic',
    ledgerRemindersOn: false,
    seniorSender: false,
    from: FROM,
    to: addDays(TODAY, -1),
    turns: turnsOf(FROM, 147),
    sentOnDays: [],
    customers: customers.map(customerInPast),
  })

describe('The past, by what was known on each day', () => {
  it('knows an invoice from its issue and money from its day', () => {
    const paid = invoice({
      paid: [
        ['2026-02-20', 4_000],
        ['2026-03-02', 6_000],
      ],
    })
    expect(messagesOf(backtest(customer('a', [paid])))).toEqual([
      '02-05 a: before-due inv-1 100 EUR',
      '02-11 a: first-overdue inv-1 100 EUR',
      '02-17 a: firm inv-1 100 EUR',
      '02-25 a: serious inv-1 60 EUR',
      '03-03 a: thank-you inv-1 0 EUR',
    ])
  })

  it('lets credit that nobody dated count from the last change, and a cancellation too', () => {
    const credited = invoice({
      balance: money(0, 'EUR'),
      state: 'paid',
      paidOn: day('2026-02-13'),
      changedOn: day('2026-02-13'),
    })
    const cancelled = invoice({ balance: money(0, 'EUR'), state: 'void', changedOn: day('2026-02-19') })
    const partly = invoice({ balance: money(3_000, 'EUR'), changedOn: day('2026-02-13') })
    expect(messagesOf(backtest(customer('a', [credited])))).toEqual(['02-05 a: before-due inv-1 100 EUR', '02-11 a: first-overdue inv-1 100 EUR']) // prettier-ignore
    expect(messagesOf(backtest(customer('a', [cancelled])))).toHaveLength(3)
    expect(messagesOf(backtest(customer('a', [partly]))).slice(1, 3)).toEqual(['02-11 a: first-overdue inv-1 100 EUR', '02-17 a: firm inv-1 30 EUR']) // prettier-ignore
  })

  it('makes its record only of what was settled by then', () => {
    const late = Array.from({ length: 6 }, (_, n) => {
      const due = addDays(day('2025-06-01'), n * 25)
      const on = addDays(due, 12)
      return invoice({ id: `old-${n}`, issuedOn: addDays(due, -30), dueOn: due, paid: [[on, 10_000]] })
    })
    const habit = backtest(customer('a', [...late, invoice()]))
    expect(habit.messages.map(({ segment, on }) => `${on} ${segment}`)[0]).toBe('2026-02-23 habitually-late')
    // Were the old ones paid only in summer, nobody could have known the habit in spring.
    const unknown = late.map((one) => ({
      ...one,
      payments: [{ on: day('2026-05-30'), amount: one.total }],
      paidOn: day('2026-05-30'),
    }))
    const spring = backtest(customer('a', [...unknown, invoice()]))
    expect(new Set(spring.messages.map(({ segment }) => segment))).toEqual(new Set(['new']))
  })

  it('never looks ahead: whatever happens after a day, what was sent up to it stays the same', () => {
    fc.assert(
      fc.property(books, fc.integer({ min: 0, max: 146 }), poison, (accounts, passed, changed) => {
        const cut = addDays(FROM, passed)
        const upTo = ({ messages, questions, pushes }: Simulation): unknown => ({
          messages: messages.filter(({ on }) => on <= cut),
          questions: questions.filter(({ on }) => on <= cut).map((question) => ({ ...question, until: null })),
          pushes: pushes
            .filter(({ on, takenOn }) => on <= cut && takenOn !== null && takenOn <= cut)
            .map(({ on, stepId }) => [on, stepId]),
        })
        const before = accounts.map((invoices, n) => customer(`c${n}`, invoices))
        const after = accounts.map((invoices, n) => customer(`c${n}`, poisoned(invoices, cut, changed)))
        expect(upTo(backtest(...after))).toEqual(upTo(backtest(...before)))
      }),
      { numRuns: 60 },
    )
  }, 60_000)
})

/** Some customers with some invoices, paid or not, credited, cancelled. */
const books = fc.array(
  fc
    .array(
      fc
        .record({
          issued: fc.integer({ min: -200, max: 120 }),
          term: fc.integer({ min: 0, max: 60 }),
          fate: fc.constantFrom('open', 'paid', 'parts', 'credited', 'void'),
          late: fc.integer({ min: -10, max: 60 }),
        })
        .map(({ issued, term, fate, late }): Omit<PastInvoice, 'id'> => {
          const issuedOn = addDays(FROM, issued)
          const dueOn = addDays(issuedOn, term)
          const settled = later(addDays(dueOn, late), issuedOn)
          const details = { issuedOn, dueOn }
          if (fate === 'paid') return invoice({ ...details, paid: [[settled, 10_000]] })
          if (fate === 'parts')
            return invoice({
              ...details,
              paid: [
                [settled, 3_000],
                [addDays(settled, 9), 7_000],
              ],
            })
          if (fate === 'open') return invoice({ ...details, changedOn: issuedOn })
          const gone = { ...details, balance: money(0, 'EUR'), changedOn: settled }
          return fate === 'void'
            ? invoice({ ...gone, state: 'void' })
            : invoice({ ...gone, state: 'paid', paidOn: settled })
        }),
      { minLength: 1, maxLength: 6 },
    )
    .map((ones) => ones.map((one, n): PastInvoice => ({ ...one, id: `i${n}` }))),
  { minLength: 1, maxLength: 3 },
)

const later = (one: Day, other: Day): Day => (one > other ? one : other)

const poison = fc.record({
  drop: fc.boolean(),
  pay: fc.boolean(),
  cancel: fc.boolean(),
  extra: fc.integer({ min: 1, max: 90_000 }),
})

/** The same books with everything after a day changed: money, cancellations, credits and invoices to come. */
function poisoned(
  invoices: readonly PastInvoice[],
  cut: Day,
  { drop, pay, cancel, extra }: { drop: boolean; pay: boolean; cancel: boolean; extra: number },
): PastInvoice[] {
  const after = addDays(cut, 1)
  const kept = invoices.flatMap((one): PastInvoice[] => {
    if ((one.issuedOn ?? one.dueOn) > cut) return drop ? [] : [{ ...one, total: money(extra, 'EUR'), balance: money(extra, 'EUR'), state: 'open', paidOn: null, payments: [] }] // prettier-ignore
    const settledBy = one.state === 'paid' && one.paidOn !== null && one.paidOn <= cut
    const goneBy = one.state === 'void' && one.changedOn <= cut
    if (settledBy || goneBy) return [one]
    const payments = one.payments.filter(({ on }) => on <= cut)
    const paid = payments.reduce((sum, { amount }) => sum + amount.minor, 0)
    const left = 10_000 - paid
    const changed = { ...one, payments, changedOn: after, paidOn: null, state: 'open' as const }
    if (cancel) return [{ ...changed, state: 'void', balance: money(0, 'EUR') }]
    if (pay) return [{ ...changed, state: 'paid', paidOn: after, balance: money(0, 'EUR'), payments: [...payments, { on: after, amount: money(left, 'EUR') }] }] // prettier-ignore
    // Nothing more ever happens to it: it was never paid, and its last change is the last money by then.
    return [{ ...changed, changedOn: payments.at(-1)?.on ?? one.issuedOn ?? one.dueOn, balance: money(left, 'EUR') }]
  })
  const added = invoice({
    id: 'later',
    issuedOn: after,
    dueOn: after,
    total: money(extra, 'EUR'),
    balance: money(extra, 'EUR'),
    changedOn: after,
  })
  return [...kept, added]
}

describe('What was paid anyway', () => {
  const items = [{ id: 'inv-1', balance: money(10_000, 'EUR'), dueOn: day('2026-02-10') }]
  const message = { on: day('2026-02-11'), customerId: 'a', stepId: 'day-1', message: 'first-overdue', segment: 'new', reason: 'step-due', facts: {}, invoices: items, totals: [], approved: false } as const // prettier-ignore
  const outcome = (one: PastInvoice, today = TODAY) => paidAnyway([message], [one], 14, today)

  it('counts an invoice settled within the days, ends included', () => {
    const counts = { message: 'first-overdue', messages: 1, asked: 1, paid: 0, notPaid: 0, cancelled: 0, tooEarly: 0 }
    expect(outcome(invoice({ paid: [['2026-02-25', 10_000]] }))).toEqual([{ ...counts, paid: 1 }])
    expect(outcome(invoice({ paid: [['2026-02-26', 10_000]] }))).toEqual([{ ...counts, notPaid: 1 }])
    expect(outcome(invoice({ paid: [['2026-02-20', 9_000]] }))).toEqual([{ ...counts, notPaid: 1 }])
    expect(outcome(invoice({ balance: money(0, 'EUR'), state: 'void', changedOn: day('2026-02-15') }))).toEqual([{ ...counts, cancelled: 1 }]) // prettier-ignore
    expect(outcome(invoice(), day('2026-02-20'))).toEqual([{ ...counts, tooEarly: 1 }])
  })

  it('leaves out messages that ask for nothing, and does not take a later settlement for one within the days', () => {
    expect(paidAnyway([{ ...message, message: 'thank-you' }], [invoice()], 14, TODAY)).toEqual([])
    expect(
      settledOn(
        invoice({
          paid: [
            ['2026-02-20', 4_000],
            ['2026-03-02', 6_000],
          ],
        }),
        day('2026-03-01'),
      ),
    ).toBe(null)
    expect(
      settledOn(
        invoice({
          paid: [
            ['2026-02-20', 4_000],
            ['2026-03-02', 6_000],
          ],
        }),
        TODAY,
      ),
    ).toBe('2026-03-02')
  })
})
