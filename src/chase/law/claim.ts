import type { Day } from '../day.ts'
import { totalsPerCurrency } from '../money.ts'
import type { Money } from '../money.ts'
import type { Ground, Policy } from '../policy.ts'
import type { MessageKind } from '../stage.ts'
import { refuse } from './answer.ts'
import type { Proviso, Refusal } from './answer.ts'
import { compensation } from './compensation.ts'
import type { CompensationWorking } from './compensation.ts'
import { lateInterest } from './late-interest.ts'
import type { InterestQuestion, InterestWorking } from './late-interest.ts'
import type { ContractTerms, Debtor } from './question.ts'
import { lawInvoice } from './records.ts'
import type { InvoiceRecord } from './records.ts'

/** The messages that may set out interest and compensation: a softer one would sound like a threat. */
export const CLAIM_MESSAGES: ReadonlySet<MessageKind> = new Set(['urgent', 'final'])

/** Whose law, against whom, by what right and up to which day. */
export type ClaimTerms = {
  /** ISO 3166-1, as a rule the seller's; null where it is not known. */
  readonly country: string | null
  readonly debtor: Debtor
  /** The last day that bears interest. */
  readonly until: Day
  readonly grounds: Pick<Policy['grounds'], 'late-interest' | 'compensation'>
}

/** What one invoice has borne, line by line, or why no figure is given. */
export type ClaimWorking = {
  readonly interest: InterestWorking | Refusal
  readonly compensation: CompensationWorking | Refusal
}

/** Interest and compensation on one invoice: by the contract where the policy's ground is one, else by the law. */
export function claimWorking(invoice: InvoiceRecord, terms: ClaimTerms): ClaimWorking {
  const { country, debtor, until, grounds } = terms
  const refusal = country === null ? refuse('unknown-country') : invoice.dueAssumed ? refuse('due-day-assumed') : null
  if (refusal || country === null) {
    const refused = refusal ?? refuse('unknown-country')
    return { interest: refused, compensation: refused }
  }
  const question: InterestQuestion = { invoice: lawInvoice(invoice), country, debtor, until }
  const rate = agreedRate(grounds['late-interest'])
  const sum = agreedSum(grounds.compensation, invoice.balance.currency)
  return {
    interest: 'because' in rate ? rate : lateInterest({ ...question, contract: rate }),
    compensation: 'because' in sum ? sum : compensation({ ...question, contract: sum }),
  }
}

/** A right by contract claims what was agreed; what the law would give is no part of it. */
function agreedRate(ground: Ground | null): ContractTerms | Refusal {
  if (ground?.basis !== 'contract') return {}
  return ground.ratePercent === undefined ? refuse('contract-needed') : { ratePercent: ground.ratePercent }
}

function agreedSum(ground: Ground | null, currency: string): ContractTerms | Refusal {
  if (ground?.basis !== 'contract') return {}
  const minor = ground.sums?.[currency]
  return minor === undefined ? refuse('contract-needed', { currency }) : { compensation: { minor, currency } }
}

/** What a message may claim on top of the balance, one amount per currency. */
export type QuotedClaim = {
  /** The rules it comes from, as the policy names them. */
  readonly ground: string
  readonly asOf: Day
  readonly interest: readonly Money[]
  readonly compensation: readonly Money[]
  readonly provisos: readonly Proviso[]
}

/**
 * What a message about these invoices may claim on top. Null unless the policy has the ground, somebody consented to
 * quoting legal amounts, and every invoice has its figure: a sum that leaves one out would be read as the whole.
 */
export function quotedClaim(
  invoices: readonly InvoiceRecord[],
  terms: ClaimTerms & { readonly consented: boolean },
): QuotedClaim | null {
  if (!terms.consented || terms.debtor !== 'business' || invoices.length === 0) return null
  const { grounds, until: asOf } = terms
  const workings = invoices.map((invoice) => claimWorking(invoice, terms))
  const interest = grounds['late-interest'] && allFigures(workings.map((working) => working.interest))
  const sums = grounds.compensation && allFigures(workings.map((working) => working.compensation))
  const amounts = (of: readonly { readonly total: Money }[] | null): Money[] =>
    totalsPerCurrency((of ?? []).map(({ total }) => total)).filter(({ minor }) => minor > 0)
  const [owedInterest, owedSums] = [amounts(interest), amounts(sums)]
  const used = [
    ...(owedInterest.length > 0 ? [grounds['late-interest']?.reference ?? ''] : []),
    ...(owedSums.length > 0 ? [grounds.compensation?.reference ?? ''] : []),
  ]
  const ground = [...new Set(used.map((reference) => reference.trim()))].join('; ')
  if (used.length === 0 || ground === '') return null
  const provisos = [...(interest ?? []), ...(sums ?? [])].flatMap((working) => working.provisos)
  return { ground, asOf, interest: owedInterest, compensation: owedSums, provisos: [...new Set(provisos)] }
}

/** The figures, or null where one is refused. */
function allFigures<T extends { readonly kind: string }>(answers: readonly (T | Refusal)[]): T[] | null {
  const figures = answers.filter((answer): answer is T => answer.kind !== 'refused')
  return figures.length === answers.length ? figures : null
}
