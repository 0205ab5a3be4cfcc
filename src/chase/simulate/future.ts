import { latest } from '../calendar.ts'
import { addDays, daysBetween } from '../day.ts'
import type { Day } from '../day.ts'
import type { Hold, Standing } from '../standing.ts'
import type { Known, RunningSpell, Turn } from './simulation.ts'

/** How far back payments, promises and conversations count. */
const REMEMBERED_DAYS = 40

/** Settled invoices that the customer's record holds, the most recent ones. */
const RECORD_LENGTH = 60

/** What is known of a customer as a simulation begins, and what of the time to come. */
export type Future = {
  readonly standing: Pick<Standing, keyof Known>
  /** Holds as a person set them, those that begin on a day to come included. */
  readonly holds: readonly Hold[]
  /** The day on which each invoice is taken to be paid, in full; those that are not named stay open. */
  readonly paidOn: ReadonlyMap<string, Day>
  /** Invoices that a message has asked for already. */
  readonly chased: ReadonlySet<string>
}

/**
 * What will be known of a customer on days to come if nothing happens but what is foreseen: holds begin and end,
 * payments that the ledger has for a later day arrive, old facts are forgotten as the flow forgets them, and invoices
 * are paid as `paidOn` says.
 */
export function knownInFuture(future: Future): (at: Turn, spell: RunningSpell | null) => Known {
  const { standing, paidOn } = future
  const { invoices, credits, payments, futurePayments, promises, plans, requested, loggedContacts } = standing
  const customer = withPayments(standing.customer, paidOn)
  const still: Known = { customer, invoices, credits, payments, futurePayments, holds: [], promises, plans, requested, loggedContacts } // prettier-ignore
  const isStill =
    paidOn.size === 0 &&
    future.holds.length === 0 &&
    [payments, futurePayments, promises, plans, loggedContacts].every(({ length }) => length === 0)
  if (isStill) return () => still

  return (at, spell) => {
    const listed = promises.filter(
      ({ on, givenOn }) => on >= addDays(at.businessDay, -REMEMBERED_DAYS) || (spell && givenOn >= spell.startedOn),
    )
    const open = invoices.filter(({ id }) => !isPaid(paidOn.get(id), at.on))
    const openPlans = plans.filter(({ invoiceIds }) => open.some(({ id }) => invoiceIds.includes(id)))
    const paymentsSince = earliest(
      addDays(at.businessDay, -REMEMBERED_DAYS),
      ...listed.map(({ givenOn }) => givenOn),
      ...openPlans.map(({ agreedOn }) => agreedOn),
    )
    const contactsSince = earliest(addDays(at.businessDay, -REMEMBERED_DAYS), ...(spell ? [spell.startedOn] : []))
    return {
      ...still,
      customer: open.length === invoices.length ? customer : withRecord(future, customer, at.on),
      invoices: open,
      payments: [
        ...payments,
        ...futurePayments.filter(({ on }) => on <= at.on).map((payment) => ({ ...payment, chased: future.chased.has(payment.invoiceId) })),
        ...settling(future, at.on),
      ].filter(({ on }) => on >= paymentsSince), // prettier-ignore
      futurePayments: futurePayments.filter(({ on }) => on > at.on),
      holds: holdsOn(future.holds, at),
      promises: listed,
      plans: openPlans,
      loggedContacts: loggedContacts.filter(({ on }) => on >= contactsSince),
    }
  }
}

const isPaid = (paidOn: Day | undefined, today: Day): boolean => paidOn !== undefined && paidOn <= today

const earliest = (...days: readonly [Day, ...Day[]]): Day => days.reduce((one, other) => (other < one ? other : one))

/** The money that settles what is paid by then. */
function settling({ standing, paidOn, chased }: Future, today: Day): Known['payments'] {
  return standing.invoices.flatMap(({ id, balance }) => {
    const on = paidOn.get(id)
    return on !== undefined && on <= today ? [{ invoiceId: id, on, amount: balance, chased: chased.has(id) }] : []
  })
}

/** Habits are read by what was known on a day, so the days to come can stand in the history at once. */
const withPayments = (customer: Known['customer'], paidOn: Future['paidOn']): Known['customer'] =>
  paidOn.size === 0 || customer.history.length === 0
    ? customer
    : {
        ...customer,
        history: customer.history.map((one) => ({ ...one, paidOn: one.paidOn ?? paidOn.get(one.invoiceId) ?? null })),
      }

/** The customer with the record it has by then. */
function withRecord(
  { standing: { invoices }, paidOn }: Future,
  customer: Known['customer'],
  today: Day,
): Known['customer'] {
  const settled = invoices
    .flatMap(({ id, dueOn }) => {
      const on = paidOn.get(id)
      return on !== undefined && on <= today ? [{ on, late: daysBetween(dueOn, on) }] : []
    })
    .sort((one, other) => (one.on < other.on ? -1 : 1))
  const daysLate = [...customer.record.daysLate, ...settled.map(({ late }) => late)].slice(-RECORD_LENGTH)
  return { ...customer, record: { ...customer.record, daysLate } }
}

/** The holds that count then: the last day of one is over when it is over there and also for the business. */
const holdsOn = (holds: readonly Hold[], { on, businessDay }: Turn): Hold[] =>
  holds
    .filter(({ since, until }) => (since === null || since <= businessDay) && (until === null || until >= addDays(businessDay, -2)))
    .map((hold) =>
      hold.until !== null && hold.until >= businessDay ? { ...hold, until: latest(hold.until, on) } : hold,
    ) // prettier-ignore
