import { addBusinessDays } from './calendar.ts'
import type { Calendar } from './calendar.ts'
import type { Day } from './day.ts'
import { totalsPerCurrency } from './money.ts'
import type { Money } from './money.ts'
import type { OpenInvoice, Payment, PaymentPromise, Standing } from './standing.ts'

/** What the ledger shows about promises: invoices still open, money that arrived, and the days that count. */
export type LedgerFacts = {
  readonly today: Day
  readonly calendar: Calendar
  readonly invoices: readonly OpenInvoice[]
  readonly payments: readonly Payment[]
}

export type PromiseState = 'open' | 'kept' | 'partly-kept' | 'broken'

export type JudgedPromise = {
  readonly promise: PaymentPromise
  readonly state: PromiseState
  /** The first day on which the ledger's word counts: so many business days after the promised one. */
  readonly judgedOn: Day
  /** What arrived on its invoices since it was given, up to today. */
  readonly paid: readonly Money[]
  /** What is still open of what was promised, per currency; empty when nothing is. */
  readonly missing: readonly Money[]
}

/**
 * Judges a promise by what the ledger shows.
 *
 * Kept, at any time, when the promised amount has arrived or its invoices are settled by whatever means. Otherwise it is
 * open until the day of judgement, and from then on partly kept or broken. What arrives later is too late for the
 * promise, though it takes away what is missing.
 */
export function judgePromise(promise: PaymentPromise, facts: LedgerFacts): JudgedPromise {
  const { today, calendar, invoices } = facts
  const judgedOn = addBusinessDays(promise.on, calendar.policy.promise.graceBusinessDays, calendar)
  const received = facts.payments.filter(
    ({ invoiceId, on }) => promise.invoiceIds.includes(invoiceId) && on >= promise.givenOn && on <= today,
  )
  const inTime = received.filter(({ on }) => on <= judgedOn)
  const open = invoices.filter(({ id, balance }) => promise.invoiceIds.includes(id) && balance.minor > 0)
  const isSettledInTime = open.length === 0 && inTime.length === received.length
  const paid = totalsPerCurrency(received.map(({ amount }) => amount))
  const missing = missingOf(promise, open, paid)
  const stateNow = (): PromiseState => {
    if (isSettledInTime || (promise.amount !== null && arrived(inTime, promise.amount))) return 'kept'
    if (today < judgedOn) return 'open'
    return inTime.length > 0 ? 'partly-kept' : 'broken'
  }
  return { promise, state: stateNow(), judgedOn, paid, missing }
}

/** All promises of a standing, judged, in the order they were given. */
export function judgedPromises(standing: Standing, calendar: Calendar): JudgedPromise[] {
  if (standing.promises.length === 0) return []
  const { today, invoices, payments } = standing
  return standing.promises
    .map((promise) => judgePromise(promise, { today, calendar, invoices, payments }))
    .sort(byDayGiven)
}

/** Whether money that was promised is missing after its day. */
export const isBroken = ({ state, missing }: JudgedPromise): boolean =>
  (state === 'broken' || state === 'partly-kept') && missing.length > 0

function arrived(payments: readonly Payment[], amount: Money): boolean {
  const sum = payments.reduce(
    (minor, one) => minor + (one.amount.currency === amount.currency ? one.amount.minor : 0),
    0,
  )
  return sum >= amount.minor
}

function missingOf({ amount }: PaymentPromise, open: readonly OpenInvoice[], paid: readonly Money[]): Money[] {
  const owed = totalsPerCurrency(open.map(({ balance }) => balance))
  if (amount === null) return owed
  const stillOwed = owed.find(({ currency }) => currency === amount.currency)?.minor ?? 0
  const came = paid.find(({ currency }) => currency === amount.currency)?.minor ?? 0
  // Never more than is owed: a credit note may have settled a part of what was promised.
  const minor = Math.min(amount.minor - came, stillOwed)
  return minor > 0 ? [{ minor, currency: amount.currency }] : []
}

function byDayGiven({ promise: one }: JudgedPromise, { promise: other }: JudgedPromise): number {
  if (one.givenOn !== other.givenOn) return one.givenOn < other.givenOn ? -1 : 1
  return one.id < other.id ? -1 : 1
}
