import { latest } from './calendar.ts'
import { addDays } from './day.ts'
import type { Day } from './day.ts'
import { nextMove } from './ladder.ts'
import type { Move } from './ladder.ts'
import { totalsPerCurrency } from './money.ts'
import type { Segmentation } from './segment.ts'
import type { OpenInvoice, Standing } from './standing.ts'
import { calendarOf, earliestContact } from './window.ts'

/** A message before or on the due day also names what falls due within so many days, so that one message covers it. */
const LOOK_AHEAD_DAYS = 7

/** What today is about for a customer: the invoice the steps count from, the ladder's move, and its invoices. */
export type Plan = { readonly anchor: OpenInvoice; readonly move: Move; readonly items: readonly OpenInvoice[] }

export type CreditedPlan = {
  readonly plan: Plan
  /** The currencies left out because unapplied credit covers what is due in them. */
  readonly covered: readonly string[]
  /** Credit covers all that the plan is about. */
  readonly isCovered: boolean
}

/**
 * Plans around unapplied credit: a currency in which it covers the due items is left out, and the plan made again
 * for the rest. Where nothing to do is left, the covered plan stands, for a person to look at.
 */
export function planAroundCredits(
  standing: Standing,
  segmentation: Segmentation,
  oldest: OpenInvoice,
  invoices: readonly OpenInvoice[],
): CreditedPlan {
  let plan = planFor(standing, segmentation, oldest, invoices)
  let rest = invoices
  const covered: string[] = []
  for (;;) {
    const now = plan.move.kind === 'later' ? [] : coveredCurrencies(plan.items, standing)
    if (now.length === 0) return { plan, covered, isCovered: false }
    covered.push(...now)
    rest = rest.filter((invoice) => !covered.includes(invoice.balance.currency))
    const without = rest[0] && planFor(standing, segmentation, rest[0], rest)
    if (!without || !asksForAction(without)) return { plan: onlyIn(covered, plan), covered, isCovered: true }
    plan = without
  }
}

const asksForAction = ({ move, items }: Plan): boolean => move.kind !== 'later' && items.length > 0

const onlyIn = (currencies: readonly string[], plan: Plan): Plan => ({
  ...plan,
  items: plan.items.filter((item) => currencies.includes(item.balance.currency)),
})

function planFor(
  standing: Standing,
  { segment, habitDays }: Segmentation,
  oldest: OpenInvoice,
  invoices: readonly OpenInvoice[],
): Plan {
  const { today, spell, policy } = standing
  const spellAnchor = spell && invoices.find((invoice) => invoice.id === spell.anchorInvoiceId)
  const anchor = spellAnchor ?? oldest
  const sequence = policy.sequences[segment]
  const move = nextMove({
    today,
    earliestContact: earliestContact(standing),
    calendar: calendarOf(standing),
    sequence,
    habitDays,
    dueOn: anchor.dueOn,
    taken: spellAnchor && spell ? spell.taken : [],
  })
  const speaksEarly = sequence.some((step) => step.from < 0)
  return { anchor, move, items: itemsOf(move, anchor, invoices, today, speaksEarly) }
}

/**
 * The invoices that today's step is about: all overdue ones; on or before the due day also those that fall due
 * soon, unless the sequence keeps silent before the due day.
 */
function itemsOf(
  move: Move,
  anchor: OpenInvoice,
  invoices: readonly OpenInvoice[],
  today: Day,
  speaksEarly: boolean,
): OpenInvoice[] {
  if (move.kind !== 'take' || anchor.dueOn < today) return invoices.filter((invoice) => invoice.dueOn < today)
  const horizon = speaksEarly ? addDays(today, LOOK_AHEAD_DAYS) : today
  return invoices.filter((invoice) => invoice.dueOn <= latest(horizon, anchor.dueOn))
}

function coveredCurrencies(items: readonly OpenInvoice[], { credits }: Standing): string[] {
  const credited = totalsPerCurrency(credits.filter((credit) => credit.minor > 0))
  const due = totalsPerCurrency(items.map((item) => item.balance))
  return due
    .filter(({ minor, currency }) => credited.some((credit) => credit.currency === currency && credit.minor >= minor))
    .map(({ currency }) => currency)
}
