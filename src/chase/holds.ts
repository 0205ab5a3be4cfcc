import { addDays } from './day.ts'
import type { Day } from './day.ts'
import type { Calendar } from './calendar.ts'
import { totalsPerCurrency } from './money.ts'
import type { JudgedPlan } from './plans.ts'
import { judgePromise } from './promises.ts'
import type { JudgedPromise } from './promises.ts'
import type { Hold, HoldKind, OpenInvoice, Standing } from './standing.ts'

/** Why an open invoice is not chased today. Where several reasons hold, the first in this order is named. */
export type Exclusion =
  | 'excluded'
  | 'do-not-chase'
  | 'disputed'
  | 'on-plan'
  | 'promised'
  | 'paused'
  | 'snoozed'
  | 'left-alone'

/** An open invoice that is taken out, and the first day on which it comes back by itself; null for never. */
export type Excluded = { readonly invoice: OpenInvoice; readonly because: Exclusion; readonly backOn: Day | null }

/** What is left to chase, oldest due day first and ties by id, and what is taken out. */
export type Chaseable = { readonly invoices: readonly OpenInvoice[]; readonly excluded: readonly Excluded[] }

/** What was agreed with the customer, as the ledger judges it today. */
export type Agreements = { readonly promises: readonly JudgedPromise[]; readonly plans: readonly JudgedPlan[] }

/**
 * Takes out the open invoices that a person, an agreement or their size excludes today; the rest of the account goes on.
 *
 * A promise counts while it is open and no more promises were broken before it than the policy forgives. A payment
 * that the ledger shows for a day to come is a promise too, and so is its expected payment day.
 */
export function chaseableInvoices(standing: Standing, calendar: Calendar, agreements: Agreements): Chaseable {
  const kept: OpenInvoice[] = []
  const excluded: Excluded[] = []
  for (const invoice of openInvoices(standing)) {
    const reasons = exclusionsOf(invoice, standing, calendar, agreements)
    const first = reasons.reduce<Silence | null>(
      (named, one) =>
        named === null || NAMED_FIRST.indexOf(one.because) < NAMED_FIRST.indexOf(named.because) ? one : named,
      null,
    )
    if (first === null) kept.push(invoice)
    else excluded.push({ invoice, because: first.because, backOn: lastDay(reasons) })
  }
  const tooLittle = smallCurrencies(kept, standing)
  return {
    invoices: kept.filter(({ balance }) => !tooLittle.has(balance.currency)).sort(byDueDay),
    excluded: [
      ...excluded,
      ...kept
        .filter(({ balance }) => tooLittle.has(balance.currency))
        .map((invoice): Excluded => ({ invoice, because: 'left-alone', backOn: null })),
    ],
  }
}

/** The invoices on which something is still due. Zero and negative balances are nobody's debt. */
export const openInvoices = (standing: Standing): OpenInvoice[] =>
  standing.invoices.filter((invoice) => invoice.balance.minor > 0)

/** How many promises of the spell were broken before this one was given. */
export const brokenBefore = (promise: JudgedPromise, promises: readonly JudgedPromise[]): number =>
  promises.filter(
    (other) => (other.state === 'broken' || other.state === 'partly-kept') && other.judgedOn <= promise.promise.givenOn,
  ).length

/** Whether the promise keeps us silent: it is open, and the policy still believes it. */
export const isBelieved = (promise: JudgedPromise, { promises }: Agreements, { policy }: Standing): boolean =>
  promise.state === 'open' && brokenBefore(promise, promises) < policy.promise.mostPromises

/** One reason to leave an invoice out, and the first day on which it no longer counts; null for none. */
type Silence = { readonly because: Exclusion; readonly endsOn: Day | null }

const NAMED_FIRST: readonly Exclusion[] = [
  'excluded',
  'do-not-chase',
  'disputed',
  'on-plan',
  'promised',
  'paused',
  'snoozed',
  'left-alone',
]

const BY_HOLD: Readonly<Partial<Record<HoldKind, Exclusion>>> = {
  'do-not-chase': 'do-not-chase',
  dispute: 'disputed',
  plan: 'on-plan',
  promise: 'promised',
  pause: 'paused',
  snooze: 'snoozed',
}

function exclusionsOf(
  invoice: OpenInvoice,
  standing: Standing,
  calendar: Calendar,
  agreements: Agreements,
): readonly Silence[] {
  const { holds, today, policy } = standing
  const reasons: Silence[] = []
  if (invoice.excluded) reasons.push({ because: 'excluded', endsOn: null })
  for (const hold of holds) {
    const because = BY_HOLD[hold.kind]
    if (because !== undefined && hold.invoiceId === invoice.id && isActive(hold, today)) {
      reasons.push({ because, endsOn: endOf(hold) })
    }
  }
  // The ledger's expected payment day is a promise that somebody wrote down there.
  if (invoice.expectedOn !== null && invoice.expectedOn >= today) {
    reasons.push({ because: 'promised', endsOn: addDays(invoice.expectedOn, 1) })
  }
  for (const judged of agreements.plans) {
    if (!judged.plan.invoiceIds.includes(invoice.id) || judged.breachedOn === null) continue
    if (judged.state !== 'breached') reasons.push({ because: 'on-plan', endsOn: judged.breachedOn })
  }
  for (const judged of agreements.promises) {
    if (judged.promise.invoiceIds.includes(invoice.id) && isBelieved(judged, agreements, standing)) {
      reasons.push({ because: 'promised', endsOn: judged.judgedOn })
    }
  }
  for (const payment of standing.futurePayments) {
    if (payment.invoiceId === invoice.id)
      reasons.push(...announced(invoice, payment.on, payment.amount, calendar, today))
  }
  const residue = policy.residue[invoice.balance.currency]
  if (residue !== undefined && invoice.balance.minor <= residue) reasons.push({ because: 'left-alone', endsOn: null })
  return reasons
}

/** A payment that the ledger shows for a day to come: believed until the ledger can show that it arrived. */
function announced(
  invoice: OpenInvoice,
  on: Day,
  amount: OpenInvoice['balance'],
  calendar: Calendar,
  today: Day,
): Silence[] {
  const promise = { id: '', invoiceIds: [invoice.id], amount, on, givenOn: today, method: null }
  const { judgedOn } = judgePromise(promise, { today, calendar, invoices: [invoice], payments: [] })
  return today < judgedOn ? [{ because: 'promised', endsOn: judgedOn }] : []
}

/** The currencies in which so little is owed that the policy leaves the customer alone. */
function smallCurrencies(invoices: readonly OpenInvoice[], { policy }: Standing): ReadonlySet<string> {
  if (Object.keys(policy.minimumBalance).length === 0) return new Set()
  const owed = totalsPerCurrency(invoices.map(({ balance }) => balance))
  return new Set(
    owed
      .filter(({ minor, currency }) => minor < (policy.minimumBalance[currency] ?? 0))
      .map(({ currency }) => currency),
  )
}

/** The hold of this kind on the whole customer that lasts longest; null when none is active today. */
export function customerHold(kind: HoldKind, { holds, today }: Standing): { endsOn: Day | null } | null {
  const active = holds.filter((hold) => hold.kind === kind && hold.invoiceId === null && isActive(hold, today))
  return active.length === 0 ? null : { endsOn: lastDay(active.map((hold) => ({ endsOn: endOf(hold) }))) }
}

/** Whether a hold of this kind is active on the customer or on one of these invoices; with the invoice if it names one. */
export function holdOn(
  kind: HoldKind,
  invoices: readonly OpenInvoice[],
  { holds, today }: Pick<Standing, 'holds' | 'today'>,
): Hold | null {
  return holds.find((hold) => hold.kind === kind && isActive(hold, today) && concerns(hold, invoices)) ?? null
}

/** The hold that a person wanted to look at again by now, the one that has waited longest first; null without one. */
export function holdToReview(standing: Standing): Hold | null {
  const { holds, today } = standing
  if (holds.length === 0) return null
  const open = openInvoices(standing)
  const due = holds.filter(
    (hold) => hold.reviewOn !== null && hold.reviewOn <= today && isActive(hold, today) && concerns(hold, open),
  )
  return due.sort((one, other) => ((one.reviewOn ?? '') < (other.reviewOn ?? '') ? -1 : 1))[0] ?? null
}

const concerns = (hold: Hold, invoices: readonly OpenInvoice[]): boolean =>
  hold.invoiceId === null || invoices.some((invoice) => invoice.id === hold.invoiceId)

function isActive(hold: Pick<Hold, 'until'>, today: Day): boolean {
  const ends = endOf(hold)
  return ends === null || today < ends
}

/** The first day on which the hold no longer counts. It still counts on its last day: promised money may arrive on it. */
const endOf = ({ until }: Pick<Hold, 'until'>): Day | null => (until === null ? null : addDays(until, 1))

/** The end of what lasts longest; null when something lasts until someone ends it. */
function lastDay(reasons: readonly { readonly endsOn: Day | null }[]): Day | null {
  const ends = reasons.map(({ endsOn }) => endsOn).filter((end) => end !== null)
  return ends.length < reasons.length ? null : (ends.sort().at(-1) ?? null)
}

/** Oldest due day first; ties by id, so that the same books always give the same order. */
export function byDueDay(one: OpenInvoice, other: OpenInvoice): number {
  if (one.dueOn !== other.dueOn) return one.dueOn < other.dueOn ? -1 : 1
  if (one.id === other.id) return 0
  return one.id < other.id ? -1 : 1
}
