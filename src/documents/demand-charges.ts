import type { Day } from '../chase/day.ts'
import type { Proviso, RefusalReason } from '../chase/law/answer.ts'
import { compensation, type CompensationLine, type CompensationWorking } from '../chase/law/compensation.ts'
import {
  lateInterest,
  type InterestLine as LawLine,
  type InterestWorking,
  type RateSource,
} from '../chase/law/late-interest.ts'
import type { ContractTerms, Debtor, LawInvoice } from '../chase/law/question.ts'
import { money, totalsPerCurrency, type Money } from '../chase/money.ts'
import type { Reference } from '../chase/law/reference-rates.ts'
import { createFormats } from '../mail/format.ts'
import type { Charges, DemandInvoice, InterestLine } from './demand.ts'

/** What a person wants to claim beside the invoices, and what the law needs to know for it. */
export type ChargesWanted = {
  readonly interest: boolean
  readonly compensation: boolean
  /** ISO 3166-1: whose law governs the sale; null where nobody knows. */
  readonly country: string | null
  readonly debtor: Debtor
  /** The last day that bears interest. */
  readonly upTo: Day
  /** A rate that the parties agreed on, in per cent a year, and where it stands. */
  readonly agreed: { readonly ratePercent: number; readonly clause: string } | null
}

/** Why something that was wanted is not there, by invoice. */
export type ChargeRefused = {
  readonly invoice: string
  readonly what: 'interest' | 'compensation'
  readonly because: RefusalReason
}

export type ChargesAnswer = {
  /** Null when nothing was wanted, or nothing has come of it. */
  readonly charges: Charges | null
  readonly refused: readonly ChargeRefused[]
  /** What the figures still rest on that nobody has verified. */
  readonly provisos: readonly Proviso[]
}

/** Works out interest and compensation for the invoices of a letter, in the letter's words. What the law refuses is refused here too. */
export function workOutCharges(
  invoices: readonly DemandInvoice[],
  wanted: ChargesWanted,
  reader: { readonly language: 'es' | 'en'; readonly locale: string },
): ChargesAnswer {
  const country = wanted.country ?? ''
  const terms: ContractTerms = wanted.agreed === null ? {} : { ratePercent: wanted.agreed.ratePercent }
  const words = WORDS[reader.language]
  const workings: { readonly number: string; readonly working: InterestWorking }[] = []
  const sums: { readonly number: string; readonly working: CompensationWorking }[] = []
  const refused: ChargeRefused[] = []
  for (const invoice of invoices) {
    const { number } = invoice
    const question = {
      invoice: asLawSees(invoice),
      country,
      debtor: wanted.debtor,
      until: wanted.upTo,
      contract: terms,
    }
    if (wanted.interest) {
      const working = lateInterest(question)
      if (working.kind === 'refused') refused.push({ invoice: number, what: 'interest', because: working.because })
      else workings.push({ number, working })
    }
    if (wanted.compensation) {
      const working = compensation(question)
      if (working.kind === 'refused') refused.push({ invoice: number, what: 'compensation', because: working.because })
      else if (working.total.currency !== invoice.total.currency)
        refused.push({ invoice: number, what: 'compensation', because: 'currency-does-not-fit' })
      else if (working.total.minor > 0) sums.push({ number, working })
    }
  }
  const provisos = [...new Set([...workings, ...sums].flatMap(({ working }) => working.provisos))]
  const law = workings[0]?.working.law ?? sums[0]?.working.law
  if (law === undefined) return { charges: null, refused, provisos }
  const percent = percentIn(reader.locale)
  const charges: Charges = {
    basis:
      wanted.agreed === null
        ? words.basis(lawIn(reader.language, law))
        : words.agreedBasis(percent(wanted.agreed.ratePercent), wanted.agreed.clause),
    upTo: wanted.upTo,
    interest: workings.flatMap(({ number, working }) =>
      working.lines
        .filter(isInterest)
        .map((line) => interestLine(number, line, working, words.rate(percent, wanted.agreed?.clause ?? ''))),
    ),
    perDay: perDay(
      workings.map(({ working }) => working),
      wanted.upTo,
    ),
    compensation: sums.map(({ number, working: { law: basis, line, total } }) => ({
      invoice: number,
      amount: total,
      source: `${lawIn(reader.language, basis)}${words.tier(line, (amount) => moneyIn(reader, wanted.upTo, amount))}`,
    })),
  }
  return { charges, refused, provisos }
}

/** A law's name as the language abbreviates: "arts. 4–8" in Spanish, where English writes "arts 4–8". */
const lawIn = (language: 'es' | 'en', law: string): string =>
  language === 'es' ? law.replaceAll(/\b(arts?) (?=\d)/g, '$1. ') : law

/** A deduction that nobody dated lowered the debt from the beginning: the reading that asks for less. */
function asLawSees({ total, dueOn, settled }: DemandInvoice): LawInvoice {
  const undated = settled.reduce((sum, { on, amount }) => sum + (on === null ? amount.minor : 0), 0)
  return {
    dueOn,
    amount: money(total.minor - undated, total.currency),
    payments: settled.flatMap(({ on, amount }) => (on === null ? [] : [{ on, amount }])),
  }
}

type LawInterest = Extract<LawLine, { kind: 'interest' }>
const isInterest = (line: LawLine): line is LawInterest => line.kind === 'interest'

function interestLine(
  invoice: string,
  { from, to, days, principal, ratePercent, rateSource, amount }: LawInterest,
  { provisos }: InterestWorking,
  sayRate: (source: RateSource) => string,
): InterestLine {
  const isDerived = rateSource.kind === 'reference' && rateSource.provisional
  return {
    invoice, from, to, days, principal, amount,
    ratePercent: Number(ratePercent),
    source: sayRate(rateSource),
    provisional: isDerived || provisos.some((proviso) => UNSURE_RATES.includes(proviso)),
  } // prettier-ignore
}

const UNSURE_RATES: readonly Proviso[] = ['rate-unverified', 'rate-change-unverified']

/** What one more day adds at the last day's rates, each currency rounded once, half a unit upwards. */
function perDay(workings: readonly InterestWorking[], upTo: Day): Money[] {
  const last = workings.flatMap(({ lines }) => lines.filter(isInterest).filter(({ to }) => to === upTo))
  return totalsPerCurrency(last.map(({ principal }) => principal)).map(({ currency }) => {
    const parts = last
      .filter(({ principal }) => principal.currency === currency)
      .reduce(
        (sum, line) => sum + BigInt(line.principal.minor) * BigInt(line.ratePpm) * (YEARS / BigInt(line.daysInYear)),
        0n,
      )
    return money(Number((parts * 2n + YEARS * 1_000_000n) / (YEARS * 2_000_000n)), currency)
  })
}

/** A number that both lengths of a year divide: nothing is lost before the one rounding. */
const YEARS = 365n * 366n

/** "10,15 %", with as many decimals as the rate has. */
export function percentIn(locale: string): (ratePercent: number) => string {
  const format = new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 4 })
  // As text: a division by a hundred would leave digits behind the last.
  return (ratePercent) => format.format(`${ratePercent}e-2` as `${number}`)
}

const formats = createFormats()

const moneyIn = ({ language, locale }: { language: 'es' | 'en'; locale: string }, today: Day, amount: Money): string =>
  formats({
    language, locale, today, country: locale.split('-')[1] ?? null, homeCurrency: amount.currency, currencies: [amount.currency],
  }).money(amount) // prettier-ignore

type Percent = (ratePercent: number) => string

type ChargeWords = {
  readonly basis: (law: string) => string
  readonly agreedBasis: (rate: string, clause: string) => string
  readonly rate: (percent: Percent, clause: string) => (source: RateSource) => string
  readonly tier: (line: CompensationLine, amount: (of: Money) => string) => string
}

const PPM_OF_A_PERCENT = 10_000

const SPANISH_REFERENCES: Readonly<Record<Reference, string>> = {
  ecb: 'tipo del Banco Central Europeo para sus operaciones principales de financiación',
  bundesbank: 'tipo básico del Bundesbank (Basiszinssatz)',
  'bank-of-england': 'tipo del Banco de Inglaterra (Bank Rate)',
}
const ENGLISH_REFERENCES: Readonly<Record<Reference, string>> = {
  ecb: 'the European Central Bank’s rate for main refinancing operations',
  bundesbank: 'the Bundesbank’s base rate (Basiszinssatz)',
  'bank-of-england': 'Bank Rate',
}

const WORDS: Readonly<Record<'es' | 'en', ChargeWords>> = {
  es: {
    basis: (law) => `Se reclaman con este fundamento: ${law}.`,
    agreedBasis: (rate, clause) => `Se reclaman al tipo pactado del ${rate} anual (${clause}).`,
    rate: (percent, clause) => (source) => {
      if (source.kind === 'contract') return `tipo pactado (${clause})`
      if (source.kind === 'law') return lawIn('es', source.law)
      const half = source.halfYear.slice(5, 7) < '07' ? 'primer' : 'segundo'
      return `${SPANISH_REFERENCES[source.reference]}, ${half} semestre de ${source.halfYear.slice(0, 4)} (${percent(source.referencePpm / PPM_OF_A_PERCENT)}), más ${source.marginPpm / PPM_OF_A_PERCENT} puntos`
    },
    tier: (line, amount) => {
      if (line.kind === 'tier' && line.tierFrom.minor > 0) return `: deuda de ${amount(line.tierFrom)} o más`
      return line.kind === 'share' ? `: ${line.sharePpm / PPM_OF_A_PERCENT} % de ${amount(line.unpaid)}` : ''
    },
  },
  en: {
    basis: (law) => `Claimed under ${law}.`,
    agreedBasis: (rate, clause) => `Claimed at the agreed rate of ${rate} a year (${clause}).`,
    rate: (percent, clause) => (source) => {
      if (source.kind === 'contract') return `agreed rate (${clause})`
      if (source.kind === 'law') return source.law
      const half = source.halfYear.slice(5, 7) < '07' ? 'first' : 'second'
      return `${ENGLISH_REFERENCES[source.reference]} for the ${half} half of ${source.halfYear.slice(0, 4)} (${percent(source.referencePpm / PPM_OF_A_PERCENT)}) plus ${source.marginPpm / PPM_OF_A_PERCENT} points`
    },
    tier: (line, amount) => {
      if (line.kind === 'tier' && line.tierFrom.minor > 0) return `: debts of ${amount(line.tierFrom)} or more`
      return line.kind === 'share' ? `: ${line.sharePpm / PPM_OF_A_PERCENT}% of ${amount(line.unpaid)}` : ''
    },
  },
}
