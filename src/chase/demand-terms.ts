import { isBusinessDay, nextBusinessDay, type Calendar } from './calendar.ts'
import { addDays, type Day } from './day.ts'

/**
 * Which rules a formal demand follows: Spain's requerimiento de pago, the Practice Direction on pre-action conduct for
 * a company in the United Kingdom, the Pre-Action Protocol for Debt Claims for a person there (sole traders are
 * people), or none in particular.
 */
export type DemandKind = 'spain' | 'uk-company' | 'uk-individual' | 'generic'

/** What the debtor is before the law. */
export type DebtorKind = 'company' | 'public-body' | 'sole-trader' | 'consumer'

/** What decides how long the debtor has to answer. */
export type DemandTerms = { readonly kind: DemandKind; readonly invitesToNegotiate: boolean }

/**
 * The kind of letter that fits a debtor. One in the United Kingdom that nobody has called a company gets the letter
 * for people, who have more time and are owed more.
 */
export function proposeDemandKind(country: string | null, debtor: DebtorKind | null): DemandKind {
  if (country === 'ES') return 'spain'
  if (country !== 'GB') return 'generic'
  return debtor === 'company' || debtor === 'public-body' ? 'uk-company' : 'uk-individual'
}

/** A company, where the name ends as only a company's may; null where the name does not tell. */
export function debtorOfName(name: string): 'company' | null {
  // "S. L." and "S.L." are "SL"; a spa is no S.p.A.
  const ending = name.trim().replaceAll(/\b(\p{L})\.\s?(?=\p{L}\b)/gu, '$1')
  return COMPANY_ENDING.test(ending) || /\sS\.?p\.A\.?$/.test(name.trim()) ? 'company' : null
}

const COMPANY_ENDING =
  /[\s,](?:sl|slu|sll|slp|sa|sau|s ?coop|ltd|limited|llp|plc|cic|inc|llc|corp|gmbh|ag|sas|sarl|srl|lda|bv|nv)\.?$/i

/** The fewest days to answer. Spain: seven to fifteen are usual, thirty when the letter opens a negotiation. */
export function shortestDeadlineDays({ kind, invitesToNegotiate }: DemandTerms): number {
  if (kind === 'uk-individual') return 30
  if (kind === 'uk-company') return 14
  return kind === 'spain' && invitesToNegotiate ? 30 : 7
}

/** Days that a letter is on its way, so that the debtor has the whole time that the law gives. */
const POST_DAYS = 4

/** What is usual where the law asks for less. */
const USUAL_DAYS = 14

/** A last day to answer that people can keep: the time the law or custom gives, the post's, and then a business day. */
export function proposeDeadline(on: Day, terms: DemandTerms, calendar: Calendar): Day {
  const days = Math.max(shortestDeadlineDays(terms), USUAL_DAYS) + POST_DAYS
  return nextBusinessDay(addDays(on, days), calendar)
}

/** The business day to give instead of a deadline that falls on none; null for one that is a business day. */
export const businessDayInstead = (deadline: Day, calendar: Calendar): Day | null =>
  isBusinessDay(deadline, calendar) ? null : nextBusinessDay(deadline, calendar)
