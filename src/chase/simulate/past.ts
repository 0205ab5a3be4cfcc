import { addDays, daysBetween } from '../day.ts'
import type { Day } from '../day.ts'
import { money } from '../money.ts'
import type { Money } from '../money.ts'
import type { OpenInvoice, Payment, Standing } from '../standing.ts'
import type { Known, SimulatedCustomer, Turn } from './simulation.ts'

/** An invoice with what the ledger tells of its past. Drafts are none. */
export type PastInvoice = {
  readonly id: string
  readonly issuedOn: Day | null
  readonly dueOn: Day
  /** The ledger had no due day. */
  readonly dueAssumed: boolean
  readonly total: Money
  /** What is due on it today. */
  readonly balance: Money
  readonly state: 'open' | 'paid' | 'void' | 'deleted'
  readonly paidOn: Day | null
  /** The day of the last change that the ledger knows of. */
  readonly changedOn: Day
  readonly payments: readonly { readonly on: Day; readonly amount: Money }[]
}

export type PastCustomer = Pick<SimulatedCustomer, 'id' | 'place' | 'holidays'> & {
  /** As they are today: nothing tells since when. */
  readonly customer: Omit<Standing['customer'], 'record' | 'addresses' | 'confidence' | 'archived'>
  /** Who is written to about these open invoices, and how sure we are, with or without any invoice paid before. */
  readonly recipients: (
    openIds: readonly string[],
    hasPaid: boolean,
  ) => Pick<Standing['customer'], 'addresses' | 'confidence'>
  readonly invoices: readonly PastInvoice[]
}

/** How far back payments count, as in the standings of today. */
const REMEMBERED_DAYS = 40

/** Settled invoices that the customer's record holds, the most recent ones. */
const RECORD_LENGTH = 60

/**
 * A customer as a simulation of the past sees it: on each day with the invoices issued, and the money arrived, by that
 * day, and with nothing said to it when the simulation begins.
 *
 * What the ledger does not date counts from the day of the invoice's last change there: a cancellation, and credit that
 * was applied to it. So it may be seen too late, never too early. Credit that was not applied, holds, promises, replies
 * and edited due days are not dated at all, or answered messages that were really sent: they are left out.
 */
export function customerInPast(past: PastCustomer): SimulatedCustomer {
  const { id, place, holidays } = past
  return {
    id,
    place,
    holidays,
    known: knownInPast(past),
    begun: {
      spell: null,
      touches: 0,
      notices: [],
      contactedOn: [],
      addressContactedOn: [],
      callsOn: [],
      onItsWay: null,
      isLookedAt: true,
      isDueNow: false,
    },
  }
}

function knownInPast({ customer, recipients, invoices }: PastCustomer): (at: Turn) => Known {
  const changes = invoices.flatMap(changeDays).sort()
  const payments = invoices
    .flatMap(({ id, payments: ones }) => ones.map(({ on, amount }): Payment => ({ invoiceId: id, on, amount, chased: false })))
    .sort((one, other) => (one.on < other.on ? -1 : 1)) // prettier-ignore
  let seen = -1
  let account: Pick<Known, 'customer' | 'invoices'> | null = null

  return ({ on }) => {
    const happened = countUpTo(changes, on)
    if (account === null || happened !== seen) {
      const record = recordOn(invoices, on)
      const open = invoices.flatMap((invoice) => openOn(invoice, on))
      const openIds = open.map(({ id }) => id)
      account = {
        customer: { ...customer, ...recipients(openIds, record.daysLate.length > 0), archived: false, record },
        invoices: open,
      }
      seen = happened
    }
    return {
      ...account,
      credits: [],
      payments: payments.filter((payment) => payment.on <= on && payment.on >= addDays(on, -REMEMBERED_DAYS)),
      futurePayments: [],
      holds: [],
      promises: [],
      plans: [],
      requested: [],
      loggedContacts: [],
    }
  }
}

/** The days on which anything about the invoice changes. */
const changeDays = (invoice: PastInvoice): Day[] => [
  knownFrom(invoice),
  ...invoice.payments.map(({ on }) => on),
  undatedOn(invoice),
]

function countUpTo(days: readonly Day[], on: Day): number {
  let [low, high] = [0, days.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((days[middle] ?? on) <= on) low = middle + 1
    else high = middle
  }
  return low
}

/** The first day on which the invoice could be known: one without an issue day is known when it falls due. */
const knownFrom = ({ issuedOn, dueOn }: PastInvoice): Day => issuedOn ?? dueOn

/** The day on which what the ledger does not date is taken to have happened. */
const undatedOn = ({ state, paidOn, changedOn }: PastInvoice): Day => (state === 'paid' && paidOn ? paidOn : changedOn)

/** What credit or a cancellation took off, as against money. */
function undatedMinor({ total, balance, payments, state }: PastInvoice): number {
  const paid = payments.reduce((minor, { amount }) => minor + amount.minor, 0)
  return state === 'void' || state === 'deleted'
    ? total.minor
    : Math.max(0, total.minor - paid - Math.max(0, balance.minor))
}

/** What was due on the invoice at the end of that day, in minor units. */
function dueMinorOn(invoice: PastInvoice, on: Day): number {
  const paid = invoice.payments.reduce((minor, payment) => minor + (payment.on <= on ? payment.amount.minor : 0), 0)
  const undated = undatedOn(invoice) <= on ? undatedMinor(invoice) : 0
  return Math.max(0, invoice.total.minor - paid - undated)
}

function openOn(invoice: PastInvoice, on: Day): OpenInvoice[] {
  if (knownFrom(invoice) > on) return []
  const minor = dueMinorOn(invoice, on)
  if (minor === 0) return []
  const { id, dueOn, issuedOn, total } = invoice
  return [{ id, dueOn, issuedOn, balance: money(minor, total.currency), expectedOn: null, excluded: false, delayDays: null }] // prettier-ignore
}

/** The day on which nothing was due on the invoice any more, as far as that day knows; null while something is, or where it was cancelled. */
export function settledOn(invoice: PastInvoice, asOf: Day): Day | null {
  if (invoice.state === 'void' || invoice.state === 'deleted') return null
  if (knownFrom(invoice) > asOf || dueMinorOn(invoice, asOf) > 0) return null
  const days = changeDays(invoice)
    .filter((day) => day <= asOf)
    .sort()
  return days.find((day) => dueMinorOn(invoice, day) === 0) ?? null
}

function recordOn(invoices: readonly PastInvoice[], on: Day): Standing['customer']['record'] {
  const known = invoices.filter((invoice) => knownFrom(invoice) <= on && !isCancelledBy(invoice, on))
  const settled = known
    .flatMap((invoice) => {
      const paidOn = invoice.dueAssumed ? null : settledOn(invoice, on)
      return paidOn === null ? [] : [{ paidOn, late: daysBetween(invoice.dueOn, paidOn) }]
    })
    .sort((one, other) => (one.paidOn < other.paidOn ? -1 : one.paidOn > other.paidOn ? 1 : 0))
  const first = known.map(knownFrom).sort()[0]
  return { firstInvoiceOn: first ?? null, daysLate: settled.slice(-RECORD_LENGTH).map(({ late }) => late) }
}

const isCancelledBy = (invoice: PastInvoice, on: Day): boolean =>
  (invoice.state === 'void' || invoice.state === 'deleted') && undatedOn(invoice) <= on
