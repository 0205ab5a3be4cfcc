import { addDays, daysBetween } from '../day.ts'
import type { Day } from '../day.ts'
import { money } from '../money.ts'
import type { Money } from '../money.ts'
import { refuse } from './answer.ts'
import type { Proviso, Refusal } from './answer.ts'
import { knowsCountry, latePaymentRule } from './late-payment-rules.ts'
import type { LatePaymentRule } from './late-payment-rules.ts'
import { yearsAfter, daysInYear, halfYearEnd } from './periods.ts'
import { owedAtEndOf, refuseAmounts, refuseDebtor } from './question.ts'
import type { ContractTerms, Debtor, LawInvoice } from './question.ts'
import { referenceRateOn } from './reference-rates.ts'
import type { Reference } from './reference-rates.ts'

export type InterestQuestion = {
  readonly invoice: LawInvoice
  /** ISO 3166-1: the country whose law governs the sale, as a rule the seller's. */
  readonly country: string
  readonly debtor: Debtor
  /** The last day that bears interest. */
  readonly until: Day
  readonly contract?: ContractTerms
}

/** Late-payment interest with its working. `total` is the sum of the amounts of the lines of kind `interest`. */
export type InterestWorking = {
  readonly kind: 'interest'
  readonly country: string
  readonly law: string
  readonly lines: readonly InterestLine[]
  readonly total: Money
  /** Days that bore interest. */
  readonly days: number
  readonly provisos: readonly Proviso[]
}

/** One line of the working, in order of time. */
export type InterestLine =
  /** So many days, both ends included, at one rate on one amount. */
  | {
      readonly kind: 'interest'
      readonly from: Day
      readonly to: Day
      readonly days: number
      readonly principal: Money
      /** Millionths per year: 117,500 is 11.75 %. */
      readonly ratePpm: number
      /** The same in per cent with two to four decimals, a point before them: '11.75'. */
      readonly ratePercent: string
      readonly rateSource: RateSource
      readonly daysInYear: 365 | 366
      readonly amount: Money
    }
  /** A payment; the day itself still bears interest on what was owed before. */
  | { readonly kind: 'payment'; readonly on: Day; readonly amount: Money; readonly principalAfter: Money }
  /** A year's interest joins the amount that bears interest. */
  | { readonly kind: 'capitalised'; readonly on: Day; readonly amount: Money; readonly principalAfter: Money }

export type RateSource =
  | { readonly kind: 'contract' }
  | { readonly kind: 'law'; readonly law: string; readonly source: string }
  /** A reference rate, that of the half-year beginning on `halfYear`, plus the law's margin. */
  | {
      readonly kind: 'reference'
      readonly law: string
      readonly reference: Reference
      readonly halfYear: Day
      readonly referencePpm: number
      readonly marginPpm: number
      readonly source: string
      readonly provisional: boolean
    }

/**
 * The interest that a late invoice has borne up to the end of a day, between businesses.
 *
 * Interest runs from the day after the due day (and after any agreed days of grace) to the day of payment, both
 * included, on what is owed, tax included. An agreed rate replaces the law's. The exact sum is rounded once, half a
 * minor unit upwards; each line shows what it adds to the rounded sum so far, so that the lines add up. An invoice
 * that is not late yet has borne nothing. Refuses where the law gives no interest or a figure is not known.
 */
export function lateInterest(question: InterestQuestion): InterestWorking | Refusal {
  const { invoice, country, debtor, contract = {} } = question
  if (!knowsCountry(country)) return refuse('unknown-country', { country })
  const refusal = refuseDebtor(debtor) ?? refuseAmounts(invoice) ?? refuseTerms(contract)
  if (refusal) return refusal

  const startsOn = interestStart(invoice, contract)
  const rule = latePaymentRule(country, startsOn)
  if (!rule) return refuse('no-rule-then', { country, on: startsOn })
  const rates = ratesOf(rule, startsOn, contract)
  if ('because' in rates) return rates

  const stretches = stretchesOf(question, startsOn, rule, rates)
  if ('because' in stretches) return stretches
  return workingOf(question, rule, stretches)
}

/** The first day that bears interest if nothing is paid by then. */
export const interestStart = ({ dueOn }: LawInvoice, { graceDays = 0 }: ContractTerms): Day =>
  addDays(dueOn, graceDays + 1)

/** Refuses agreed terms that cannot be meant: negative or fractional days, a rate below nothing or beyond four decimals. */
export function refuseTerms({ ratePercent, graceDays = 0, compensation }: ContractTerms): Refusal | null {
  if (!Number.isSafeInteger(graceDays) || graceDays < 0) return refuse('contract-not-understood', { graceDays })
  if (ratePercent !== undefined && ppmOf(ratePercent) === null) return refuse('contract-not-understood', { ratePercent }) // prettier-ignore
  if (compensation && (!Number.isSafeInteger(compensation.minor) || compensation.minor < 0))
    return refuse('contract-not-understood', { compensation: compensation.minor })
  return null
}

/** Per cent to millionths, or null for what is no rate. A decimal crosses into whole numbers here. */
function ppmOf(percent: number): number | null {
  const ppm = Math.round(percent * 10_000)
  const exact = Number.isSafeInteger(ppm) && Math.abs(percent * 10_000 - ppm) < 1e-6
  return exact && ppm >= 0 && ppm <= 10_000_000 ? ppm : null
}

/** A rate in millionths as per cent with two to four decimals: 117500 is '11.75', 81255 is '8.1255'. */
export function percentText(ppm: number): string {
  const digits = String(Math.abs(ppm)).padStart(5, '0')
  const decimals = digits.slice(-4).replace(/0{1,2}$/, '')
  return `${ppm < 0 ? '-' : ''}${digits.slice(0, -4)}.${decimals}`
}

/** The rate of a day, the days on which it may change, and whether years of interest join the principal. */
type Rates = {
  readonly on: (on: Day) => { readonly ppm: number; readonly source: RateSource } | null
  readonly changesEachHalfYear: boolean
  readonly growth: 'simple' | 'yearly'
}

function ratesOf(rule: LatePaymentRule, startsOn: Day, { ratePercent }: ContractTerms): Rates | Refusal {
  const agreed = ratePercent === undefined ? null : ppmOf(ratePercent)
  if (agreed !== null) {
    const rate = { ppm: agreed, source: { kind: 'contract' } as const }
    return { on: () => rate, changesEachHalfYear: false, growth: 'simple' }
  }

  const { law, source, rate, country } = rule
  if (rate.kind === 'contract') return refuse('contract-needed', { country })
  if (rate.kind === 'not-kept') return refuse('rate-unknown', { country, on: startsOn })
  if (rate.kind === 'constant') {
    const constant = { ppm: rate.ppm, source: { kind: 'law', law, source } as const }
    return { on: () => constant, changesEachHalfYear: false, growth: rule.growth }
  }

  const { reference, marginPpm, during } = rate
  return {
    on: (on) => {
      const found = referenceRateOn(reference, during === 'fixed' ? startsOn : on)
      if (!found) return null
      const { from: halfYear, ppm: referencePpm, provisional } = found
      return {
        ppm: referencePpm + marginPpm,
        source: {
          kind: 'reference',
          law,
          reference,
          halfYear,
          referencePpm,
          marginPpm,
          source: found.source,
          provisional,
        },
      }
    },
    changesEachHalfYear: during === 'split',
    growth: rule.growth,
  }
}

/** Days in a row with one rate, one year length and one amount owed (before what was capitalised). */
type Stretch = {
  readonly from: Day
  readonly to: Day
  readonly owed: number
  readonly rate: { readonly ppm: number; readonly source: RateSource }
  readonly yearDays: 365 | 366
  readonly beginsYear: boolean
}

function stretchesOf(
  { invoice, until, country, contract = {} }: InterestQuestion,
  startsOn: Day,
  rule: LatePaymentRule,
  rates: Rates,
): Stretch[] | Refusal {
  const dayCount = contract.dayCount ?? rule.dayCount
  const stretches: Stretch[] = []
  for (let from = startsOn, nextYear = 1; from <= until;) {
    const owed = owedAtEndOf(addDays(from, -1), invoice)
    if (owed === 0) break
    const rate = rates.on(from)
    if (!rate) return refuse('rate-unknown', { country, on: from })

    const anniversary = yearsAfter(startsOn, nextYear)
    const ends = [until, addDays(anniversary, -1), ...invoice.payments.map(({ on }) => on)]
    if (rates.changesEachHalfYear || dayCount === 'actual') ends.push(halfYearEnd(from))
    const to = ends.reduce((first, end) => (end >= from && end < first ? end : first), until)

    const beginsYear = rates.growth === 'yearly' && from > startsOn && yearsAfter(startsOn, nextYear - 1) === from
    const yearDays = dayCount === 'actual' ? daysInYear(from) : 365
    stretches.push({ from, to, owed, rate, yearDays, beginsYear })
    if (to === until) break
    from = addDays(to, 1)
    if (from === anniversary) nextYear += 1
  }
  return joined(stretches)
}

/** Joins neighbours that differ in nothing: a fixed rate shows one line for years, a split one a line per half-year. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = []
  for (const stretch of stretches) {
    const last = result.at(-1)
    const same =
      last !== undefined &&
      !stretch.beginsYear &&
      last.owed === stretch.owed &&
      last.yearDays === stretch.yearDays &&
      last.rate.ppm === stretch.rate.ppm &&
      halfYearOf(last) === halfYearOf(stretch)
    if (same) result[result.length - 1] = { ...last, to: stretch.to }
    else result.push(stretch)
  }
  return result
}

const halfYearOf = ({ rate: { source } }: Stretch): Day | null => (source.kind === 'reference' ? source.halfYear : null)

/** Interest is counted in this fraction of a minor unit, which divides both lengths of a year: nothing is lost. */
const PARTS = 365n * 366n * 1_000_000n

function workingOf(
  { invoice, country, until }: InterestQuestion,
  rule: LatePaymentRule,
  stretches: readonly Stretch[],
): InterestWorking {
  const { currency } = invoice.amount
  const lines: InterestLine[] = []
  const payments = invoice.payments
    .filter(({ on, amount }) => on <= until && amount.minor > 0)
    .toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
  let paymentsShown = 0
  let parts = 0n
  let shown = 0
  let capitalised = 0

  const showPaymentsBefore = (on: Day): void => {
    for (const payment of payments.slice(paymentsShown)) {
      if (payment.on >= on) return
      paymentsShown += 1
      const paid = payments.slice(0, paymentsShown).reduce((sum, { amount }) => sum + amount.minor, 0)
      const owed = Math.max(0, invoice.amount.minor - paid)
      // Once the invoice is paid nothing bears interest any more, not even the interest of earlier years.
      const principalAfter = money(owed === 0 ? 0 : owed + capitalised, currency)
      lines.push({ kind: 'payment', on: payment.on, amount: payment.amount, principalAfter })
    }
  }

  for (const { from, to, owed, rate, yearDays, beginsYear } of stretches) {
    showPaymentsBefore(from)
    if (beginsYear) {
      const amount = money(shown - capitalised, currency)
      capitalised = shown
      lines.push({ kind: 'capitalised', on: from, amount, principalAfter: money(owed + capitalised, currency) })
    }
    const days = daysBetween(from, to) + 1
    const principal = owed + capitalised
    parts += (BigInt(principal) * BigInt(rate.ppm) * BigInt(days) * PARTS) / (BigInt(yearDays) * 1_000_000n)
    const soFar = halfUp(parts)
    lines.push({
      kind: 'interest',
      from,
      to,
      days,
      principal: money(principal, currency),
      ratePpm: rate.ppm,
      ratePercent: percentText(rate.ppm),
      rateSource: rate.source,
      daysInYear: yearDays,
      amount: money(soFar - shown, currency),
    })
    shown = soFar
  }
  showPaymentsBefore(addDays(until, 1))

  const days = stretches.reduce((sum, { from, to }) => sum + daysBetween(from, to) + 1, 0)
  const provisos = provisosOf(rule, stretches)
  return { kind: 'interest', country, law: rule.law, lines, total: money(shown, currency), days, provisos }
}

const halfUp = (parts: bigint): number => Number((parts * 2n + PARTS) / (PARTS * 2n))

/** What the sum still rests on; nothing rests on nothing. */
function provisosOf(rule: LatePaymentRule, stretches: readonly Stretch[]): Proviso[] {
  if (stretches.length === 0) return []
  const agreed = stretches.every(({ rate }) => rate.source.kind === 'contract')
  const derived = stretches.some(({ rate }) => rate.source.kind === 'reference' && rate.source.provisional)
  return [...(derived ? (['rate-derived'] as const) : []), ...rule.provisos[agreed ? 'agreedInterest' : 'interest']]
}
