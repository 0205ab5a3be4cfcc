import { day } from '../../src/chase/day.ts'
import type { Day } from '../../src/chase/day.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { money } from '../../src/chase/money.ts'
import { PLAIN_STEP } from '../../src/chase/policy.ts'
import type { Policy, Step } from '../../src/chase/policy.ts'
import type { Hold, OpenInvoice, Payment, PaymentPromise, Segment, Standing } from '../../src/chase/standing.ts'

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
    seniorSender: false,
    ledgerRemindersOn: false,
    sentTodayByBusiness: 0,
    books: { connection: 'connected', hoursSinceSync: 1, unconfirmed: false },
    customer: {
      archived: false,
      setSegment: segment ?? 'regular',
      groups: [],
      record: { firstInvoiceOn: day('2024-01-10'), daysLate: [0, -2, 1, 0, 0, -1] },
      addresses: ['pagos@acme.example'],
      confidence: 90,
      escalation: null,
      history: [],
      paymentRunDay: null,
      delayDays: 0,
      ...customer,
    },
    invoices: [invoice({ dueOn: '2026-03-03' })],
    credits: [],
    payments: [],
    futurePayments: [],
    holds: [],
    promises: [],
    plans: [],
    spell: null,
    touches: rest.spell?.taken.length ?? 0,
    notices: [],
    requested: [],
    contactedOn: [],
    addressContactedOn: rest.contactedOn ?? [],
    callsOn: [],
    loggedContacts: [],
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
    excluded: false,
    delayDays: null,
    ...rest,
    dueOn: day(dueOn),
    balance: money(minor, currency),
    expectedOn: expectedOn === undefined ? null : day(expectedOn),
  }
}

/** A hold on the whole customer, until someone ends it. */
export const hold = (
  kind: Hold['kind'],
  details: { invoiceId?: string; since?: string; until?: string; reviewOn?: string; address?: string } = {},
): Hold => ({
  kind,
  invoiceId: details.invoiceId ?? null,
  since: details.since === undefined ? null : day(details.since),
  until: details.until === undefined ? null : day(details.until),
  reviewOn: details.reviewOn === undefined ? null : day(details.reviewOn),
  why: null,
  owner: null,
  address: details.address ?? null,
})

/** A policy like the default one but for this. */
export const policy = (changes: Partial<Policy>): Policy => ({ ...DEFAULT_POLICY, ...changes })

/** A policy in which every segment follows these steps. */
export const following = (steps: readonly Step[], changes: Partial<Policy> = {}): Policy =>
  policy({ ...changes, sequences: { new: steps, regular: steps, strategic: steps, 'habitually-late': steps } })

/** A kind e-mail on the day it says, or what the test makes of it. */
export const step = (id: string, from: number, details: Partial<Step> = {}): Step => ({
  ...PLAIN_STEP,
  id,
  from,
  to: from,
  channel: 'email',
  stage: (details.channel ?? 'email') === 'email' ? 'first-overdue' : null,
  approval: false,
  ...details,
})

/** A promise about the builder's invoice, given on Monday for Friday, of all that is due. */
export const promise = (
  details: { id?: string; invoiceIds?: string[]; minor?: number; on?: string; givenOn?: string } = {},
): PaymentPromise => ({
  id: details.id ?? 'p1',
  invoiceIds: details.invoiceIds ?? ['inv-1'],
  amount: details.minor === undefined ? null : money(details.minor, 'EUR'),
  on: day(details.on ?? '2026-03-06'),
  givenOn: day(details.givenOn ?? '2026-03-02'),
  method: null,
})

/** Money that arrived on the builder's invoice, in EUR. */
export const payment = (
  on: string,
  minor: number,
  details: { invoiceId?: string; chased?: boolean; currency?: string } = {},
): Payment => ({
  invoiceId: details.invoiceId ?? 'inv-1',
  on: day(on),
  amount: money(minor, details.currency ?? 'EUR'),
  chased: details.chased ?? true,
})

/** The days as a set, for `holidays`. */
export const days = (...texts: string[]): ReadonlySet<Day> => new Set(texts.map(day))
