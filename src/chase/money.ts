/** An amount in the currency's smallest unit: `{ minor: 12550, currency: 'GBP' }` is £125.50. */
export type Money = { readonly minor: number; readonly currency: string }

export const money = (minor: number, currency: string): Money => ({ minor, currency })

/**
 * How many digits follow the decimal point in a currency (ISO 4217 "minor unit").
 *
 * Two for all but these, in the list that ISO 4217 keeps (amendment 177, 2024).
 */
export function decimalPlaces(currency: string): number {
  return MINOR_UNITS[currency] ?? 2
}

const MINOR_UNITS: Readonly<Record<string, number>> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0,
  VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0, BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3, CLF: 4, UYW: 4,
} // prettier-ignore

/** Ledgers send decimals (125.5). Cross that border here, once, and never again. */
export function moneyFromDecimal(decimal: number, currency: string): Money {
  const scaled = decimal * 10 ** decimalPlaces(currency)
  // 1.005 * 100 is 100.49999…; the nudge puts an exact half back before rounding away from zero.
  const nudged = Math.abs(scaled) + Number.EPSILON * Math.abs(scaled) * 4
  const minor = Math.sign(scaled) * Math.round(nudged)
  if (!Number.isSafeInteger(minor)) throw new RangeError(`not an amount of money: ${decimal} ${currency}`)
  return { minor: minor === 0 ? 0 : minor, currency }
}

/** The amount as a decimal number, for ledgers that want one back and for formatting. */
export const decimalOf = (amount: Money): number => amount.minor / 10 ** decimalPlaces(amount.currency)

/** Sums amounts, one total per currency, in order of first appearance. Currencies are never added together. */
export function totalsPerCurrency(amounts: readonly Money[]): Money[] {
  const totals = new Map<string, number>()
  for (const { minor, currency } of amounts) totals.set(currency, (totals.get(currency) ?? 0) + minor)
  return [...totals].map(([currency, minor]) => ({ minor, currency }))
}
