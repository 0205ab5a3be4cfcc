import { day } from '../../src/chase/day.ts'
import type { Day } from '../../src/chase/day.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { money } from '../../src/chase/money.ts'
import type { Hold, OpenInvoice, Segment, Standing } from '../../src/chase/standing.ts'

/** Wednesday, half past ten. */
export const A_WEDNESDAY = day('2026-03-04')
const HALF_PAST_TEN = 10 * 60 + 30

export type StandingDetails = Partial<Omit<Standing, 'customer' | 'today'>> & {
  today?: string
  customer?: Partial<Standing['customer']>
  /** Short for `customer: { setSegment }`. */
  segment?: Segment
}

/**
 * A customer with nothing special about it: regular, one address, in a business on automatic whose books are an
 * hour old, on a Wednesday morning. It owes 100 EUR since yesterday. A test states only what matters to it.
 */
export function standing(details: StandingDetails = {}): Standing {
  const { today, customer, segment, ...rest } = details
  const on = today === undefined ? A_WEDNESDAY : day(today)
  return {
    today: on,
    minute: HALF_PAST_TEN,
    policy: DEFAULT_POLICY,
    holidays: new Set(),
    mode: 'automatic',
    stopped: false,
    books: { connection: 'connected', hoursSinceSync: 1, unconfirmed: false },
    customer: {
      archived: false,
      setSegment: segment ?? 'regular',
      groups: [],
      record: { firstInvoiceOn: day('2024-01-10'), daysLate: [0, -2, 1, 0, 0, -1] },
      addresses: ['pagos@acme.example'],
      ...customer,
    },
    invoices: [invoice({ dueOn: '2026-03-03' })],
    credits: [],
    holds: [],
    spell: null,
    contactedOn: [],
    ...rest,
  }
}

/** An open invoice of 100 EUR, due on the day before the builder's Wednesday. */
export function invoice(
  details: Partial<Omit<OpenInvoice, 'dueOn' | 'balance' | 'expectedOn'>> & {
    dueOn?: string
    minor?: number
    currency?: string
    expectedOn?: string
  } = {},
): OpenInvoice {
  const { dueOn = '2026-03-03', minor = 10_000, currency = 'EUR', expectedOn, ...rest } = details
  return {
    id: 'inv-1',
    issuedOn: null,
    ...rest,
    dueOn: day(dueOn),
    balance: money(minor, currency),
    expectedOn: expectedOn === undefined ? null : day(expectedOn),
  }
}

/** A hold on the whole customer, until someone ends it. */
export const hold = (kind: Hold['kind'], details: { invoiceId?: string; until?: string } = {}): Hold => ({
  kind,
  invoiceId: details.invoiceId ?? null,
  until: details.until === undefined ? null : day(details.until),
})

/** The days as a set, for `holidays`. */
export const days = (...texts: string[]): ReadonlySet<Day> => new Set(texts.map(day))
