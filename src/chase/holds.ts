import { addDays } from './day.ts'
import type { Day } from './day.ts'
import type { Hold, OpenInvoice, Standing } from './standing.ts'

/** What the holds leave to chase, and what they take out. */
export type Chaseable = {
  /** Oldest due day first, ties by id. */
  readonly invoices: readonly OpenInvoice[]
  readonly disputed: number
  readonly promised: number
  readonly paused: number
  /** The first day on which an excluded invoice comes back by itself; null when only a person can bring one back. */
  readonly backOn: Day | null
}

/** Takes out the open invoices that a dispute, a promise or a pause excludes today; the rest of the account goes on. */
export function chaseableInvoices(standing: Standing): Chaseable {
  const { today } = standing
  const invoices: OpenInvoice[] = []
  const excluded = { dispute: 0, promise: 0, pause: 0 }
  const backOn: Day[] = []

  for (const invoice of openInvoices(standing)) {
    const holds = exclusionsOf(invoice, standing)
    const first = EXCLUDING.find((kind) => holds.some((hold) => hold.kind === kind))
    if (first === undefined) {
      invoices.push(invoice)
      continue
    }
    excluded[first] += 1
    const ends = lastEnd(holds)
    if (ends !== null && ends > today) backOn.push(ends)
  }
  return {
    invoices: invoices.sort(byDueDay),
    disputed: excluded.dispute,
    promised: excluded.promise,
    paused: excluded.pause,
    backOn: backOn.sort()[0] ?? null,
  }
}

/** The invoices on which something is still due. Zero and negative balances are nobody's debt. */
export const openInvoices = (standing: Standing): OpenInvoice[] =>
  standing.invoices.filter((invoice) => invoice.balance.minor > 0)

/** The kinds that take an invoice out, the one to name first where several do. */
const EXCLUDING = ['dispute', 'promise', 'pause'] as const

function exclusionsOf(invoice: OpenInvoice, { holds, today }: Standing): Hold[] {
  const kinds: readonly string[] = EXCLUDING
  const excluding = holds.filter(
    (hold) => hold.invoiceId === invoice.id && kinds.includes(hold.kind) && isActive(hold, today),
  )
  // The ledger's expected payment day is a promise that somebody wrote down there.
  const expected: Hold = { kind: 'promise', invoiceId: invoice.id, until: invoice.expectedOn }
  return invoice.expectedOn !== null && isActive(expected, today) ? [...excluding, expected] : excluding
}

/** The hold of this kind on the whole customer that lasts longest; null when none is active today. */
export function customerHold(kind: Hold['kind'], { holds, today }: Standing): { endsOn: Day | null } | null {
  const active = holds.filter((hold) => hold.kind === kind && hold.invoiceId === null && isActive(hold, today))
  return active.length === 0 ? null : { endsOn: lastEnd(active) }
}

/** Whether a hold of this kind is active on the customer or on one of these invoices; with the invoice if it names one. */
export function holdOn(kind: Hold['kind'], invoices: readonly OpenInvoice[], { holds, today }: Standing): Hold | null {
  const concerns = (hold: Hold): boolean =>
    hold.invoiceId === null || invoices.some((invoice) => invoice.id === hold.invoiceId)
  return holds.find((hold) => hold.kind === kind && isActive(hold, today) && concerns(hold)) ?? null
}

function isActive(hold: Hold, today: Day): boolean {
  const ends = endOf(hold)
  return ends === null || today < ends
}

/** The first day on which the hold no longer counts. It still counts on its last day: promised money may arrive on it. */
const endOf = ({ until }: Hold): Day | null => (until === null ? null : addDays(until, 1))

/** The end of the hold that lasts longest; null when one of them lasts until someone ends it. */
function lastEnd(holds: readonly Hold[]): Day | null {
  const ends = holds.map(endOf).filter((end) => end !== null)
  return ends.length < holds.length ? null : (ends.sort().at(-1) ?? null)
}

/** Oldest due day first; ties by id, so that the same books always give the same order. */
function byDueDay(one: OpenInvoice, other: OpenInvoice): number {
  if (one.dueOn !== other.dueOn) return one.dueOn < other.dueOn ? -1 : 1
  if (one.id === other.id) return 0
  return one.id < other.id ? -1 : 1
}
