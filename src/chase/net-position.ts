import { totalsPerCurrency } from './money.ts'
import type { Money } from './money.ts'
import type { OpenInvoice } from './standing.ts'

/** What a customer owes on balance in one currency: its open invoices, its unapplied credit, and the difference. */
export type NetPosition = {
  readonly currency: string
  readonly owedMinor: number
  readonly creditMinor: number
  /** Negative where the customer is in credit. */
  readonly netMinor: number
}

/** The net position per currency, currencies in order of first appearance. Nothing is added across currencies. */
export function netPositions(
  invoices: readonly Pick<OpenInvoice, 'balance'>[],
  credits: readonly Money[],
): NetPosition[] {
  const owed = totalsPerCurrency(invoices.map(({ balance }) => balance).filter(({ minor }) => minor > 0))
  const credited = totalsPerCurrency(credits.filter(({ minor }) => minor > 0))
  const currencies = [...new Set([...owed, ...credited].map(({ currency }) => currency))]
  const minorIn = (totals: readonly Money[], currency: string): number =>
    totals.find((total) => total.currency === currency)?.minor ?? 0
  return currencies.map((currency) => {
    const [owedMinor, creditMinor] = [minorIn(owed, currency), minorIn(credited, currency)]
    return { currency, owedMinor, creditMinor, netMinor: owedMinor - creditMinor }
  })
}
