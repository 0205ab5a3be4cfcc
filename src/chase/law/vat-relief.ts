import { addDays, day } from '../day.ts'
import type { Day } from '../day.ts'
import { money } from '../money.ts'
import type { Money } from '../money.ts'
import { refuse } from './answer.ts'
import type { Proviso, Refusal } from './answer.ts'
import { monthsAfter } from './periods.ts'
import { owedAtEndOf, refuseAmounts } from './question.ts'
import type { Debtor, LawInvoice } from './question.ts'

export type VatReliefQuestion = {
  readonly invoice: LawInvoice & { readonly issuedOn: Day }
  /** The day the VAT fell due (devengo), if known: as a rule the day of delivery. Else the day of the invoice is taken. */
  readonly taxPointOn?: Day
  /** The seller's turnover of the calendar year before, against VAT_RELIEF.turnoverLimit. */
  readonly turnover: 'up-to-limit' | 'above-limit' | 'unknown'
  readonly debtor: Debtor
  /** The taxable amount without VAT; asked for only where the debtor is not a business. */
  readonly taxBase?: Money
  readonly today: Day
  readonly claims: readonly { readonly on: Day; readonly kind: VatClaimKind }[]
  /** The day of the corrective invoice, once there is one. */
  readonly correctedOn?: Day
}

/** How payment was asked for. Since 2023 any means that proves it will do; a reminder proves nothing. */
export type VatClaimKind = 'court-claim' | 'notarial-claim' | 'extrajudicial-claim' | 'reminder'

/** When a Spanish seller may take back the VAT of an unpaid invoice, and what must have happened by then. */
export type VatRelief = {
  readonly kind: 'vat-relief'
  readonly law: string
  readonly taxPointOn: Day
  /** The waits the seller may choose from, each with the days on which the corrective invoice may be issued. */
  readonly windows: readonly { readonly waitMonths: 6 | 12; readonly from: Day; readonly to: Day }[]
  readonly earliest: Day
  readonly latest: Day
  readonly standing: 'too-early' | 'open' | 'too-late' | 'corrected-in-time' | 'corrected-outside'
  readonly requirements: readonly VatRequirement[]
  /** The last day to tell the tax agency of the corrective invoice; null until there is one. */
  readonly notifyBy: Day | null
  readonly provisos: readonly Proviso[]
  readonly source: string
}

/** `met` is null where only the seller can tell. */
export type VatRequirement = {
  readonly kind:
    /** Still unpaid, in whole or in part. */
    | 'unpaid'
    /** Payment asked for in court, through a notary, or by other means that prove it, before the correction. */
    | 'claimed'
    /** The debtor is a business, or the taxable amount is above the limit for others. */
    | 'debtor-or-amount'
    /** The invoice stands in the VAT books, issued and entered in time, and is marked there as unpaid. */
    | 'in-vat-books'
    /** The debtor was sent the corrective invoice, with proof. */
    | 'corrective-invoice-sent'
    /** No security or credit insurance, no related party, and no insolvency order: those follow other rules. */
    | 'no-exclusion'
  readonly met: boolean | null
  readonly on: Day | null
}

/**
 * The figures of art. 80.Cuatro of the Ley del IVA (37/1992) as Ley 31/2022 left them, and of art. 24.2 of its Reglamento.
 *
 * Sources: bakertilly.es and serpyme.es; hispacolex.com of June 2024; RD 1171/2023 (BOE-A-2023-26454) for the month.
 */
export const VAT_RELIEF = {
  law: 'Ley 37/1992, art. 80.Cuatro; RD 1624/1992, art. 24.2',
  source: 'bakertilly.es, serpyme.es, hispacolex.com, despachoabaco.com; BOE-A-2023-26454',
  /** Windows of half a year and claims by any proof exist since then; earlier tax points are not judged. */
  from: day('2023-01-01'),
  turnoverLimit: money(601_012_104, 'EUR'),
  waitMonths: { 'up-to-limit': [6, 12], 'above-limit': [12] },
  windowMonths: 6,
  notifyMonths: 1,
  /** Debtors who are no business: relief only above this taxable amount. */
  taxBaseAbove: money(5000, 'EUR'),
  /** A price is deferred where more than this lies between the tax point and the last agreed payment. */
  deferredAfterMonths: 12,
} as const

/**
 * The days between which the corrective invoice may be issued, counted from the tax point (from the due day where
 * the price was deferred for more than a year), and whether what the law asks for has happened.
 *
 * Periods go from date to date. The first day given is the day after the wait has fully passed. Where the turnover is
 * not known the long wait is taken, which every seller may use. Cash accounting (criterio de caja), insolvency
 * (art. 80.Tres) and the islands' own tax are not covered.
 */
export function vatRelief(question: VatReliefQuestion): VatRelief | Refusal {
  const { invoice, turnover, today, correctedOn } = question
  const refusal = refuseAmounts(invoice)
  if (refusal) return refusal
  const taxPointOn = question.taxPointOn ?? invoice.issuedOn
  if (taxPointOn < VAT_RELIEF.from) return refuse('no-rule-then', { on: taxPointOn })
  if (owedAtEndOf(correctedOn ?? today, invoice) === 0) return refuse('nothing-owed')
  const debtorOrAmount = debtorOrAmountMet(question)
  if (debtorOrAmount === false) return refuse('too-small', { limit: VAT_RELIEF.taxBaseAbove.minor })

  const deferred = invoice.dueOn > monthsAfter(taxPointOn, VAT_RELIEF.deferredAfterMonths)
  const countedFrom = deferred ? invoice.dueOn : taxPointOn
  const waits = VAT_RELIEF.waitMonths[turnover === 'up-to-limit' ? 'up-to-limit' : 'above-limit']
  const windows = waits.map((waitMonths) => {
    const waited = monthsAfter(countedFrom, waitMonths)
    return { waitMonths, from: addDays(waited, 1), to: monthsAfter(waited, VAT_RELIEF.windowMonths) }
  })
  const days = windows.flatMap(({ from, to }) => [from, to]).toSorted()
  const [earliest = countedFrom, latest = countedFrom] = [days[0], days.at(-1)]

  return {
    kind: 'vat-relief',
    law: VAT_RELIEF.law,
    taxPointOn,
    windows,
    earliest,
    latest,
    standing: standingOf(earliest, latest, today, correctedOn),
    requirements: [
      { kind: 'unpaid', met: true, on: null },
      claimRequirement(question),
      { kind: 'debtor-or-amount', met: debtorOrAmount, on: null },
      { kind: 'in-vat-books', met: null, on: null },
      { kind: 'corrective-invoice-sent', met: correctedOn === undefined ? false : null, on: correctedOn ?? null },
      { kind: 'no-exclusion', met: null, on: null },
    ],
    notifyBy: correctedOn === undefined ? null : monthsAfter(correctedOn, VAT_RELIEF.notifyMonths),
    provisos: [
      ...(question.taxPointOn === undefined ? (['tax-point-assumed'] as const) : []),
      ...(turnover === 'unknown' ? (['turnover-assumed'] as const) : []),
    ],
    source: VAT_RELIEF.source,
  }
}

/** True for a business or a large enough amount, false for a consumer's small one, null where it is not known. */
function debtorOrAmountMet({ debtor, taxBase }: VatReliefQuestion): boolean | null {
  if (debtor === 'business') return true
  const known = taxBase !== undefined && taxBase.currency === VAT_RELIEF.taxBaseAbove.currency
  if (known && taxBase.minor > VAT_RELIEF.taxBaseAbove.minor) return true
  return known && debtor === 'consumer' ? false : null
}

function standingOf(earliest: Day, latest: Day, today: Day, correctedOn: Day | undefined): VatRelief['standing'] {
  if (correctedOn !== undefined)
    return correctedOn >= earliest && correctedOn <= latest ? 'corrected-in-time' : 'corrected-outside'
  if (today < earliest) return 'too-early'
  return today > latest ? 'too-late' : 'open'
}

/** The first claim with proof that was made once the invoice was due and not after the correction. */
function claimRequirement({ claims, invoice, correctedOn, today }: VatReliefQuestion): VatRequirement {
  const by = correctedOn ?? today
  const proved = claims
    .filter(({ kind, on }) => kind !== 'reminder' && on > invoice.dueOn && on <= by)
    .map(({ on }) => on)
    .toSorted()[0]
  return { kind: 'claimed', met: proved !== undefined, on: proved ?? null }
}
