import { addDays } from '../day.ts'
import type { Day } from '../day.ts'
import { money } from '../money.ts'
import type { Money } from '../money.ts'
import { refuse } from './answer.ts'
import type { Proviso, Refusal } from './answer.ts'
import { interestStart, refuseTerms } from './late-interest.ts'
import type { InterestQuestion } from './late-interest.ts'
import { knowsCountry, latePaymentRule } from './late-payment-rules.ts'
import type { CompensationRule } from './late-payment-rules.ts'
import { owedAtEndOf, refuseAmounts, refuseDebtor } from './question.ts'

/** The fixed sum for one late invoice; of nothing, with the line `not-late`, while the invoice is not late. */
export type CompensationWorking = {
  readonly kind: 'compensation'
  readonly country: string
  readonly law: string
  readonly line: CompensationLine
  /** In the law's currency, which may differ from the invoice's: never add it to an amount in another one. */
  readonly total: Money
  readonly provisos: readonly Proviso[]
}

/** How the sum came about. `unpaid` is what was owed on the day the invoice became late. */
export type CompensationLine =
  | { readonly kind: 'not-late'; readonly lateFrom: Day }
  | { readonly kind: 'paid-in-time' }
  | { readonly kind: 'flat'; readonly unpaid: Money; readonly amount: Money }
  | { readonly kind: 'tier'; readonly unpaid: Money; readonly tierFrom: Money; readonly amount: Money }
  | { readonly kind: 'share'; readonly unpaid: Money; readonly sharePpm: number; readonly amount: Money }
  | { readonly kind: 'agreed'; readonly unpaid: Money; readonly amount: Money }

/**
 * The fixed compensation for the costs of recovering one late invoice, between businesses.
 *
 * It is owed once for each invoice, also where several are claimed together (CJEU C-585/20), from the first day that
 * bears interest, and stays owed after a late payment. Thresholds look at what was unpaid that day. An agreed sum
 * replaces the law's. A share is rounded to the nearest minor unit, half a unit upwards.
 */
export function compensation(question: InterestQuestion): CompensationWorking | Refusal {
  const { invoice, country, debtor, until, contract = {} } = question
  if (!knowsCountry(country)) return refuse('unknown-country', { country })
  const refusal = refuseDebtor(debtor) ?? refuseAmounts(invoice) ?? refuseTerms(contract)
  if (refusal) return refusal

  const lateFrom = interestStart(invoice, contract)
  const rule = latePaymentRule(country, lateFrom)
  if (!rule) return refuse('no-rule-then', { country, on: lateFrom })
  const { currency } = invoice.amount
  const { law, compensation: legal } = rule
  const agreed = contract.compensation
  if (!agreed && legal.kind === 'none') return refuse('none-by-law', { country })
  if (!agreed && legal.kind === 'tiers' && legal.currency !== currency)
    return refuse('currency-does-not-fit', { invoice: currency, thresholds: legal.currency })

  const unpaid = money(owedAtEndOf(addDays(lateFrom, -1), invoice), currency)
  if (unpaid.minor === 0 || until < lateFrom) {
    const line = unpaid.minor === 0 ? ({ kind: 'paid-in-time' } as const) : ({ kind: 'not-late', lateFrom } as const)
    return { kind: 'compensation', country, law, line, total: money(0, currency), provisos: [] }
  }

  const line = agreed ? ({ kind: 'agreed', unpaid, amount: agreed } as const) : legalLine(legal, unpaid)
  const provisos = agreed ? [] : rule.provisos.compensation
  return { kind: 'compensation', country, law, line, total: line.amount, provisos }
}

/** The law's sum for an amount in a currency that fits its thresholds. */
function legalLine(legal: CompensationRule, unpaid: Money): CompensationLine & { readonly amount: Money } {
  if (legal.kind === 'flat') return { kind: 'flat', unpaid, amount: legal.sum }
  if (legal.kind === 'tiers') {
    const tier = legal.tiers.findLast(({ from }) => from <= unpaid.minor)
    const tierFrom = money(tier?.from ?? 0, legal.currency)
    return { kind: 'tier', unpaid, tierFrom, amount: tier?.sum ?? money(0, legal.currency) }
  }
  const sharePpm = legal.kind === 'share' ? legal.ppm : 0
  const share = (BigInt(unpaid.minor) * BigInt(sharePpm) * 2n + 1_000_000n) / 2_000_000n
  return { kind: 'share', unpaid, sharePpm, amount: money(Number(share), unpaid.currency) }
}
