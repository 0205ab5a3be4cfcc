import { daysBetween, type Day } from '../chase/day.ts'
import { money, totalsPerCurrency, type Money } from '../chase/money.ts'

/** What a customer owes at one moment, as our copy of the ledger has it. */
export type AccountStatement = {
  readonly language: 'es' | 'en'
  readonly locale: string
  /** IANA: whose clock the moment below is told by, and whose day decides what is overdue. */
  readonly timeZone: string
  readonly asOf: Temporal.Instant
  /** When the books were last read from the ledger; null when they never were. */
  readonly booksReadAt: Temporal.Instant | null
  readonly business: { readonly name: string; readonly details: readonly string[] }
  readonly customer: { readonly name: string; readonly details: readonly string[] }
  readonly items: readonly StatementItem[]
  /** Credit notes, prepayments, overpayments and payments that belong to no invoice yet. */
  readonly credits: readonly StatementCredit[]
  /** What was paid lately on invoices, newest first; may be empty. */
  readonly payments: readonly { readonly on: Day; readonly invoice: string | null; readonly amount: Money }[]
  readonly payTo: readonly string[]
}

export type StatementItem = {
  readonly number: string | null
  readonly issuedOn: Day | null
  readonly dueOn: Day
  readonly dueAssumed: boolean
  readonly total: Money
  readonly balance: Money
  /** Not asked for now: it is disputed, promised for a later day, or left out by a person. */
  readonly mark: 'disputed' | 'promised' | 'excluded' | null
}

export type StatementCredit = {
  readonly kind: 'credit-note' | 'prepayment' | 'overpayment' | 'unapplied-payment'
  readonly reference: string | null
  readonly remaining: Money
}

/** The sums of one currency. */
export type StatementSums = {
  readonly currency: string
  /** Not due, 1–30, 31–60, 61–90 and more than 90 days overdue; adds up to `open`. */
  readonly ageing: readonly [Money, Money, Money, Money, Money]
  readonly open: Money
  /** How much of `open` is marked, and so not asked for now. */
  readonly setAside: Money
  readonly credits: Money
  /** `open` less `credits`: what the account comes to. Negative when the customer is in credit. */
  readonly balance: Money
}

/** Adds a statement up, each currency by itself, in the order in which they first appear. */
export function statementSums(
  { items, credits }: Pick<AccountStatement, 'items' | 'credits'>,
  today: Day,
): StatementSums[] {
  const amounts = [...items.map(({ balance }) => balance), ...credits.map(({ remaining }) => remaining)]
  return totalsPerCurrency(amounts).map(({ currency }) => {
    const of = (minor: number): Money => money(minor, currency)
    const ageing: [number, number, number, number, number] = [0, 0, 0, 0, 0]
    let [open, setAside] = [0, 0]
    for (const { balance, dueOn, mark } of items) {
      if (balance.currency !== currency) continue
      open += balance.minor
      if (mark !== null) setAside += balance.minor
      ageing[ageOf(daysBetween(dueOn, today))] += balance.minor
    }
    const credited = credits.reduce(
      (sum, { remaining }) => sum + (remaining.currency === currency ? remaining.minor : 0),
      0,
    )
    return {
      currency,
      ageing: [of(ageing[0]), of(ageing[1]), of(ageing[2]), of(ageing[3]), of(ageing[4])],
      open: of(open),
      setAside: of(setAside),
      credits: of(credited),
      balance: of(open - credited),
    }
  })
}

function ageOf(daysOverdue: number): 0 | 1 | 2 | 3 | 4 {
  if (daysOverdue <= 0) return 0
  if (daysOverdue <= 30) return 1
  if (daysOverdue <= 60) return 2
  return daysOverdue <= 90 ? 3 : 4
}
