import { addBusinessDays, type Calendar } from '../../chase/calendar.ts'
import { addDays, type Day } from '../../chase/day.ts'
import { businessDayInstead, shortestDeadlineDays, type DebtorKind } from '../../chase/demand-terms.ts'
import type { Proviso, RefusalReason } from '../../chase/law/answer.ts'
import { money, totalsPerCurrency, type Money } from '../../chase/money.ts'
import {
  demandFingerprint,
  type Contract,
  type Demand,
  type DemandInvoice,
  type Settled,
} from '../../documents/demand.ts'
import type { ChargesAnswer, Papers } from '../../documents/papers.ts'
import type { Business } from '../../store/businesses.ts'
import type { ClaimableInvoice, DebtorDetails } from '../../store/letters.ts'
import { linesOf } from '../lines.ts'
import { localeOf } from '../language.ts'
import type { LetterDraft } from './draft.ts'

/** Why an open invoice cannot be in a letter. */
export type Unclaimable = 'disputed' | 'promised' | 'excluded' | 'not-due' | 'unnumbered' | 'undated'

/** An open invoice, and whether it is claimed. */
export type Candidate = ClaimableInvoice & {
  readonly because: Unclaimable | null
  /** Reminders about it are paused: a letter may claim it all the same. */
  readonly isPaused: boolean
}

/** What a letter is made from, beside what a person filled in. */
export type LetterFacts = {
  readonly reference: string
  readonly business: Business
  /** Where answers go when the business has set no address of its own. */
  readonly mailbox: string
  readonly debtor: DebtorDetails
  readonly country: string | null
  readonly candidates: readonly Candidate[]
  readonly credits: readonly Money[]
  readonly today: Day
  readonly calendar: Calendar
}

/** Something that stands in the way, in the words of the check of the letter or in one of ours. */
export type LetterProblem =
  | { readonly kind: 'letter'; readonly es: string; readonly en: string }
  | { readonly kind: 'contract-day' | 'assignment-day' | 'debtor-unknown' }
  | { readonly kind: 'no-business-day'; readonly instead: Day }
  | {
      readonly kind: 'charges-refused'
      readonly what: 'interest' | 'compensation'
      readonly because: RefusalReason
      readonly invoices: readonly string[]
    }

export type MadeLetter = {
  /** Null when too little is known to write one. */
  readonly demand: Demand | null
  readonly problems: readonly LetterProblem[]
  readonly charges: ChargesAnswer | null
  readonly provisos: readonly Proviso[]
  /** Names exactly this letter; null without one. */
  readonly version: string | null
  /** The fewest days to answer that the law gives this kind. */
  readonly shortestDays: number
  /** Its day is neither today nor close enough to say today what will be owed then. */
  readonly isDatedWrong: boolean
}

/** Nobody knows today what will have been paid by a later day than this. */
const MOST_DAYS_AHEAD = 7

/** Makes the letter from what a person filled in and what the books say now, and says what stands in its way. */
export function makeLetter(draft: LetterDraft, facts: LetterFacts, papers: Papers): MadeLetter {
  const { today, calendar } = facts
  const instead = businessDayInstead(draft.deadline, calendar)
  const claimed = facts.candidates.filter(({ id, because }) => because === null && draft.invoiceIds.includes(id))
  const invoices = claimed.map((invoice) => demandInvoice(invoice, draft.on))
  const locale = localeOf(draft.language, facts.country ?? facts.business.country)
  const charges =
    draft.claimsInterest || draft.claimsCompensation
      ? papers.workOutCharges(invoices, chargesWanted(draft, facts.debtor.legalForm), {
          language: draft.language,
          locale,
        })
      : null
  const contract = contractOf(draft)
  const assignment = assignmentOf(draft, facts)
  const is = facts.debtor.legalForm
  const demand: Demand | null =
    contract === null || assignment === 'undated' || is === null
      ? null
      : {
          kind: draft.kind, language: draft.language, locale, on: draft.on, reference: facts.reference,
          creditor: creditorOf(facts),
          debtor: { ...debtorOf(facts.debtor), is },
          contract, assignment, invoices,
          leftOut: leftOutOf(facts.candidates),
          credits: facts.credits,
          charges: charges?.charges ?? null,
          instalments: draft.instalmentsNotAcceptable === null ? null : { whyNotAcceptable: draft.instalmentsNotAcceptable },
          deadline: draft.deadline, nextStep: draft.nextStep, invitesToNegotiate: draft.invitesToNegotiate,
          // Never mentioned: whether reporting is possible is a lawyer's question.
          creditFile: null,
          payTo: { lines: linesOf(facts.business.paymentDetails), reference: facts.reference },
          answerTo: answerToOf(draft, facts),
          enclosed: draft.enclosed,
          approved: null,
        } // prettier-ignore
  const problems: LetterProblem[] = [
    ...(contract === null ? [{ kind: 'contract-day' as const }] : []),
    ...(assignment === 'undated' ? [{ kind: 'assignment-day' as const }] : []),
    ...(is === null ? [{ kind: 'debtor-unknown' as const }] : []),
    ...(instead === null ? [] : [{ kind: 'no-business-day' as const, instead }]),
    ...refusalsOf(charges),
    ...(demand === null
      ? []
      : papers.checkDemand(demand).map((problem) => ({
          kind: 'letter' as const,
          es: papers.sayProblem(problem, 'es'),
          en: papers.sayProblem(problem, 'en'),
        }))),
  ]
  return {
    demand,
    problems,
    charges,
    provisos: charges?.provisos ?? [],
    version: demand === null ? null : demandFingerprint(demand),
    shortestDays: shortestDeadlineDays(draft),
    isDatedWrong: draft.on < today || draft.on > addDays(today, MOST_DAYS_AHEAD),
  }
}

/** The last day on which an approved letter may go to the post: the business day after its date. */
export const lastDayToSend = (on: Day, calendar: Calendar): Day => addBusinessDays(on, 1, calendar)

function demandInvoice(invoice: Candidate, on: Day): DemandInvoice {
  const { number, issuedOn, dueOn, reference, currency, totalMinor, balanceMinor, payments } = invoice
  const settled: Settled[] = payments
    .filter((payment) => payment.on <= on)
    .map((payment) => ({ on: payment.on, what: 'payment', amount: money(payment.minor, currency) }))
  // What is missing and no payment explains: the ledger applied a credit note, and does not tell when.
  const rest = totalMinor - balanceMinor - settled.reduce((sum, { amount }) => sum + amount.minor, 0)
  if (rest > 0) settled.push({ on: null, what: 'credit', amount: money(rest, currency) })
  return {
    number: number ?? '',
    issuedOn: issuedOn ?? dueOn,
    dueOn,
    order: reference?.trim() || null,
    total: money(totalMinor, currency),
    settled,
    outstanding: money(balanceMinor, currency),
  }
}

const leftOutOf = (candidates: readonly Candidate[]): Demand['leftOut'] =>
  candidates.flatMap(({ number, because }) =>
    number !== null && (because === 'disputed' || because === 'promised' || because === 'excluded')
      ? [{ number, because }]
      : [],
  )

function chargesWanted(draft: LetterDraft, legalForm: DebtorKind | null) {
  return {
    interest: draft.claimsInterest,
    compensation: draft.claimsCompensation,
    country: draft.lawCountry,
    debtor: legalForm === null ? ('unknown' as const) : legalForm === 'consumer' ? ('consumer' as const) : ('business' as const),
    upTo: draft.on,
    agreed: draft.agreedRate,
  } // prettier-ignore
}

function refusalsOf(charges: ChargesAnswer | null): LetterProblem[] {
  const groups = Map.groupBy(charges?.refused ?? [], ({ what, because }) => `${what} ${because}`)
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [{ kind: 'charges-refused', what: first.what, because: first.because, invoices: [first, ...others].map(({ invoice }) => invoice) }],
  ) // prettier-ignore
}

function contractOf({ contract }: LetterDraft): Contract | null {
  const { form, what, on, between, where } = contract
  if (on === null) return null
  return form === 'written' ? { form, what, on, parties: between } : { form, what, on, where, between }
}

function assignmentOf({ assignment }: LetterDraft, facts: LetterFacts): Demand['assignment'] | 'undated' {
  if (assignment === null) return null
  const { from, on, originalDebt } = assignment
  return on === null ? 'undated' : { from, on, originalDebt, to: creditorOf(facts).name }
}

function creditorOf({ business, mailbox }: LetterFacts): Demand['creditor'] {
  return {
    name: business.legalName ?? business.name,
    taxId: business.taxId,
    registration: business.registration,
    address: linesOf(business.postalAddress),
    email: business.senderEmail ?? mailbox,
    phone: business.senderPhone,
  }
}

const debtorOf = ({ legalName, taxId, registration, postalAddress }: DebtorDetails) => ({
  name: legalName,
  taxId,
  registration,
  address: linesOf(postalAddress),
  email: null,
  phone: null,
})

function answerToOf({ answerTo }: LetterDraft, facts: LetterFacts): Demand['answerTo'] {
  const { business } = facts
  const { email, phone, address } = creditorOf(facts)
  const name = answerTo.name ?? business.senderName ?? business.name
  return { name, role: answerTo.name === null ? business.senderRole : answerTo.role, email, phone, address }
}

/** What a customer has in credit, each currency by itself. */
export const creditsOf = (
  credits: readonly { readonly currency: string; readonly remainingMinor: number }[],
): Money[] => totalsPerCurrency(credits.map(({ currency, remainingMinor }) => money(remainingMinor, currency)))
