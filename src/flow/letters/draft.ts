import type { Calendar } from '../../chase/calendar.ts'
import type { Day } from '../../chase/day.ts'
import { debtorOfName, proposeDeadline, proposeDemandKind, type DemandKind } from '../../chase/demand-terms.ts'
import { REQUIRED_ENCLOSURES, type Demand, type Enclosure } from '../../documents/demand.ts'
import type { Business } from '../../store/businesses.ts'
import type { DebtorDetails } from '../../store/letters.ts'
import type { CustomerFacts } from '../../store/standings.ts'
import { customerLanguage } from '../language.ts'

/** What a person fills in of a formal demand. Everything else in the letter comes from the books and the settings. */
export type LetterDraft = {
  readonly kind: DemandKind
  readonly language: 'es' | 'en'
  /** The day of the letter. */
  readonly on: Day
  readonly deadline: Day
  readonly contract: ContractDraft
  readonly assignment: AssignmentDraft | null
  /** Which invoices are claimed; of these, only what can be claimed when the letter is drawn. */
  readonly invoiceIds: readonly string[]
  readonly claimsInterest: boolean
  readonly claimsCompensation: boolean
  /** ISO 3166-1: whose law governs the sale. */
  readonly lawCountry: string | null
  /** A rate that was agreed on, in per cent a year, and where it stands; null follows the law. */
  readonly agreedRate: { readonly ratePercent: number; readonly clause: string } | null
  /** Why instalments that are paid or were offered are not enough; null when there are none. */
  readonly instalmentsNotAcceptable: string | null
  readonly nextStep: Demand['nextStep']
  readonly invitesToNegotiate: boolean
  /** Whom to answer, and what this person is; null takes who signs the messages. */
  readonly answerTo: { readonly name: string | null; readonly role: string | null }
  readonly enclosed: readonly Enclosure[]
}

/** What the debt is for. Where it was only said, also where. */
export type ContractDraft = {
  readonly form: 'written' | 'oral'
  readonly what: string
  readonly on: Day | null
  readonly between: string
  readonly where: string
}

export type AssignmentDraft = { readonly from: string; readonly on: Day | null; readonly originalDebt: string }

/** Whom a letter to this customer would be addressed to, as far as the ledger tells. */
export const proposeDebtorDetails = (name: string): DebtorDetails => ({
  legalName: name,
  legalForm: debtorOfName(name),
  taxId: null,
  registration: null,
  postalAddress: null,
})

/** A letter to begin with. It threatens and claims nothing beside the invoices until a person says so. */
export function proposeDraft(
  business: Business,
  customer: CustomerFacts,
  given: {
    readonly debtor: DebtorDetails
    readonly claimableIds: readonly string[]
    readonly today: Day
    readonly calendar: Calendar
  },
): LetterDraft {
  const { debtor, claimableIds: invoiceIds, today, calendar } = given
  const kind = proposeDemandKind(customer.country ?? business.country, debtor.legalForm)
  return settled({
    kind,
    language: customerLanguage(customer, business),
    on: today,
    deadline: proposeDeadline(today, { kind, invitesToNegotiate: false }, calendar),
    contract: {
      form: 'written',
      what: '',
      on: null,
      between: `${business.legalName ?? business.name}, ${debtor.legalName}`,
      where: '',
    },
    assignment: null,
    invoiceIds,
    claimsInterest: false,
    claimsCompensation: false,
    lawCountry: business.country,
    agreedRate: null,
    instalmentsNotAcceptable: null,
    nextStep: null,
    invitesToNegotiate: false,
    answerTo: { name: null, role: null },
    enclosed: ['statement'],
  })
}

/** The same with what its kind leaves no choice about: the letters' language in the United Kingdom, the papers that go with it. */
export function settled(draft: LetterDraft): LetterDraft {
  const isForPeople = draft.kind === 'uk-individual'
  const kept = draft.enclosed.filter((one) => isForPeople || !PROTOCOL_FORMS.includes(one))
  return {
    ...draft,
    language: draft.kind === 'uk-company' || isForPeople ? 'en' : draft.language,
    enclosed: [...new Set([...REQUIRED_ENCLOSURES[draft.kind], ...kept])],
  }
}

/** The official forms, which belong to one kind of letter alone. */
const PROTOCOL_FORMS: readonly Enclosure[] = ['information-sheet', 'reply-form', 'financial-statement']
