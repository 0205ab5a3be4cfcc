import { createHash } from 'node:crypto'
import type { Day } from '../chase/day.ts'
import type { DebtorKind, DemandKind } from '../chase/demand-terms.ts'
import { money, totalsPerCurrency, type Money } from '../chase/money.ts'

export type { DebtorKind, DemandKind } from '../chase/demand-terms.ts'

/**
 * Everything a formal demand says. A person fills in and answers for it: nothing here is found out by itself, and the
 * letter is a draft until `approved`.
 */
export type Demand = {
  readonly kind: DemandKind
  /** The letters for the United Kingdom are in English: so are the forms that go with them. */
  readonly language: 'es' | 'en'
  /** How amounts and days are written: 'es-ES', 'en-GB'. */
  readonly locale: string
  /** The day of the letter, at its top. */
  readonly on: Day
  /** To be quoted in the answer. */
  readonly reference: string
  readonly creditor: Party
  readonly debtor: Party & { readonly is: DebtorKind }
  readonly contract: Contract
  /** The debt was somebody else's before. */
  readonly assignment: Assignment | null
  readonly invoices: readonly DemandInvoice[]
  /** Open invoices that the letter names and does not claim. */
  readonly leftOut: readonly LeftOut[]
  /** The customer's money that is on no invoice yet. Never printed: whoever approves says that it is for something else. */
  readonly credits: readonly Money[]
  /** Null: none are claimed, and the letter says so. */
  readonly charges: Charges | null
  /** Instalments that are being paid or were offered, and why they are not enough; null when there are none. */
  readonly instalments: { readonly whyNotAcceptable: string } | null
  /** The last day to answer. */
  readonly deadline: Day
  /**
   * What is really intended if nobody answers. `order-for-payment` is Spain's monitorio. Null: nothing was decided,
   * and the letter threatens nothing.
   */
  readonly nextStep: 'court-claim' | 'order-for-payment' | 'lawyer' | null
  /** Spain: the letter also invites to the negotiation that must come before a claim (LO 1/2025). */
  readonly invitesToNegotiate: boolean
  /** Spain: only where reporting is really possible, with the clause that announced it (LOPDGDD, art. 20). */
  readonly creditFile: { readonly name: string; readonly clause: string } | null
  readonly payTo: { readonly lines: readonly string[]; readonly reference: string }
  readonly answerTo: {
    readonly name: string
    readonly role: string | null
    readonly email: string | null
    readonly phone: string | null
    readonly address: readonly string[]
  }
  readonly enclosed: readonly Enclosure[]
  /** Who read it and said yes. Kept and checked elsewhere; see `demandFingerprint`. */
  readonly approved: { readonly by: string; readonly on: Day; readonly withProvisionalRates: boolean } | null
}

export type Party = {
  readonly name: string
  /** As its country prints it: "NIF B12345678", "VAT GB123456789"; null where there is none to give. */
  readonly taxId: string | null
  /** "Company no. 01234567". */
  readonly registration: string | null
  readonly address: readonly string[]
  readonly email: string | null
  readonly phone: string | null
}

export type Contract =
  | { readonly form: 'written'; readonly what: string; readonly on: Day; readonly parties: string }
  | {
      readonly form: 'oral'
      /** What was agreed, in the words used as far as they are known. */
      readonly what: string
      readonly on: Day
      readonly where: string
      readonly between: string
    }

export type Assignment = { readonly from: string; readonly to: string; readonly on: Day; readonly originalDebt: string }

export type DemandInvoice = {
  readonly number: string
  readonly issuedOn: Day
  readonly dueOn: Day
  /** The customer's order, or what was supplied. */
  readonly order: string | null
  readonly total: Money
  /** Payments and credit notes so far. */
  readonly settled: readonly Settled[]
  readonly outstanding: Money
}

/** What was taken off an invoice. `credit`: the ledger says how much, not when: credit notes and the like. */
export type Settled =
  | { readonly on: Day; readonly what: 'payment' | 'credit-note'; readonly amount: Money }
  | { readonly on: null; readonly what: 'credit'; readonly amount: Money }

export type LeftOut = { readonly number: string; readonly because: 'disputed' | 'promised' | 'excluded' }

export type Charges = {
  /** The law or the clause they are claimed under, in a sentence in the letter's language. */
  readonly basis: string
  /** Until and including which day the interest below is worked out. */
  readonly upTo: Day
  readonly interest: readonly InterestLine[]
  /** What each further day adds, one amount per currency; empty when interest does not go on. */
  readonly perDay: readonly Money[]
  /** A fixed sum per invoice, for the cost of recovering it. */
  readonly compensation: readonly { readonly invoice: string; readonly amount: Money; readonly source: string }[]
}

/** One stretch of interest at one rate on one sum. */
export type InterestLine = {
  readonly invoice: string
  readonly from: Day
  readonly to: Day
  readonly days: number
  readonly principal: Money
  readonly ratePercent: number
  readonly amount: Money
  /** Where the rate comes from, for the small print. */
  readonly source: string
  /** The rate was derived or expected, not read from its publisher. */
  readonly provisional: boolean
}

export type Enclosure =
  | 'invoices'
  | 'delivery-notes'
  | 'statement'
  | 'contract'
  /** The three forms of the Pre-Action Protocol for Debt Claims, its annexes 1 and 2. */
  | 'information-sheet'
  | 'reply-form'
  | 'financial-statement'

/** What goes with a letter of each kind, whatever else does. */
export const REQUIRED_ENCLOSURES: Readonly<Record<DemandKind, readonly Enclosure[]>> = {
  spain: ['invoices', 'statement'],
  'uk-company': ['invoices'],
  'uk-individual': ['statement', 'information-sheet', 'reply-form', 'financial-statement'],
  generic: ['invoices'],
}

/** What is claimed, one line per currency. */
export type Claimed = {
  readonly principal: Money
  readonly interest: Money
  readonly compensation: Money
  readonly total: Money
}

/** Adds up what a demand claims, each currency by itself. */
export function claimed({ invoices, charges }: Pick<Demand, 'invoices' | 'charges'>): Claimed[] {
  const interest = (charges?.interest ?? []).map(({ amount }) => amount)
  const compensation = (charges?.compensation ?? []).map(({ amount }) => amount)
  const principal = invoices.map(({ outstanding }) => outstanding)
  const of = (amounts: readonly Money[], currency: string): number =>
    amounts.reduce((sum, amount) => sum + (amount.currency === currency ? amount.minor : 0), 0)
  return totalsPerCurrency([...principal, ...interest, ...compensation]).map((total) => {
    const { currency } = total
    return {
      principal: money(of(principal, currency), currency),
      interest: money(of(interest, currency), currency),
      compensation: money(of(compensation, currency), currency),
      total,
    }
  })
}

/** Names what was read: an approval is for exactly this, and no longer counts when any of it changes. */
export function demandFingerprint(demand: Demand): string {
  return createHash('sha256')
    .update(canonical({ ...demand, approved: null }))
    .digest('hex')
}

/** JSON with its keys in order, so that equal values are equal texts. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`
}
