import type { Day } from '../chase/day.ts'
import type { Money } from '../chase/money.ts'
import type { Treatment } from '../chase/policy.ts'
import type { MessageKind, Notice } from '../chase/stage.ts'

export type { Treatment } from '../chase/policy.ts'

/** One invoice as a message shows it. Everything here was read from the ledger seconds before. */
export type MessageInvoice = {
  readonly id: string
  readonly number: string | null
  readonly issuedOn: Day | null
  readonly dueOn: Day
  /** The ledger had no due day and the business's default term was used. */
  readonly dueAssumed: boolean
  readonly total: Money
  readonly balance: Money
  readonly payLink: string | null
}

/** An open invoice that is named as left out, and counted nowhere. */
export type ExcludedInvoice = {
  readonly invoice: MessageInvoice
  readonly because: 'disputed' | 'promised' | 'in-plan' | 'on-hold'
}

/** The facts a message is made of. A number, name or link that is not here cannot get into the message. */
export type MessageFacts = {
  readonly language: 'es' | 'en'
  /** BCP 47, for money and dates: es-ES, en-GB, … */
  readonly locale: string
  /** How the contact is spoken to; usted when nobody has said. */
  readonly treatment?: Treatment
  /** What it is written as: a tone of the ladder, or a notice with its matter. */
  readonly stage: MessageKind
  readonly today: Day
  readonly customer: { readonly name: string; readonly firstName: string | null; readonly country: string | null }
  readonly business: {
    readonly name: string
    readonly country: string | null
    readonly baseCurrency: string
    readonly sender: { readonly name: string; readonly role: string | null; readonly phone: string | null }
    /** How to pay, as the business set it: free lines such as an IBAN. Null: "as printed on the invoice". */
    readonly paymentDetails: string | null
    /** One factual sentence about late charges, only where the business's terms have them. */
    readonly lateCharges: string | null
  }
  /**
   * The items this message counts, oldest first: what is due on the ladder, what a promise covers, what is undisputed
   * after a query, all that is open in a statement. Empty where the matter has none.
   */
  readonly invoices: readonly MessageInvoice[]
  /** Open items that are named as left out, such as a disputed one. */
  readonly excluded?: readonly ExcludedInvoice[]
  /** Other open invoices that are not due yet: shown as "other open balance", one total per currency. */
  readonly otherOpen: readonly Money[]
  /** What arrived for these invoices and has not been thanked for: a part payment, or several. */
  readonly received?: readonly { readonly on: Day; readonly amount: Money }[]
  /** The day by which an answer is asked for, where the stage states one. */
  readonly deadline: Day | null
  /** What follows an unanswered deadline, only what the policy declares with its ground. */
  readonly consequences?: readonly Consequence[]
  /** Interest and compensation so far, only where the law or the contract gives the ground. */
  readonly lateClaim?: LateClaim | null
  /** For paying early, only where the policy has it. */
  readonly discount?: EarlyDiscount | null
  /** Messages of this spell so far: days, for "we wrote on …". */
  readonly previousOn: readonly Day[]
  /** Ids of the invoices whose PDF is attached; the others are offered by link. */
  readonly attachedIds: readonly string[]
  /** Subject of the message this one answers, within a spell; null starts a thread. */
  readonly threadSubject: string | null
  /** The openings that the policy allows for this message, by name; absent or null where it allows all. */
  readonly allowedOpenings?: readonly string[] | null
  /** Wordings this customer has had before: never picked again while another is left. */
  readonly usedWordings: readonly string[]
  /** Makes the choice of wording repeatable: the chase's id. */
  readonly seed: string
  /** What a message that is not on the ladder is about: its kind is the stage. */
  readonly matter?: Matter | null
}

/** What the business will do, and from which day. The ground is its own words for the clause or the law. */
export type Consequence = {
  readonly kind: 'pause-of-work' | 'formal-demand'
  readonly ground: string
  readonly from: Day
}

export type LateClaim = {
  /** The rule it comes from, as a reader can look it up: "Ley 3/2004, art. 7". */
  readonly ground: string
  /** Accrued up to and including this day. */
  readonly asOf: Day
  /** One amount per currency. */
  readonly interest: readonly Money[]
  readonly compensation: readonly Money[]
  /** Not claimed when everything is paid by this day; null claims it in any case. */
  readonly waivedIfPaidBy: Day | null
}

export type EarlyDiscount = {
  readonly invoiceId: string
  /** What settles the invoice until the last day, and how much less that is than its balance. */
  readonly payable: Money
  readonly saved: Money
  readonly lastDay: Day
}

export type PaymentMethod = 'transfer' | 'card' | 'direct-debit' | 'cheque' | 'online' | 'cash'

/** Money that arrived, and the invoice it was for: a balance of zero means that it closed the invoice. */
export type ReceivedPayment = { readonly on: Day; readonly amount: Money; readonly invoice: MessageInvoice }

export type PromiseFacts = {
  readonly givenOn: Day
  readonly payOn: Day
  readonly amount: Money
  readonly method: PaymentMethod | null
}

export type PlanFacts = {
  /** The instalments add up to it, in its currency. */
  readonly total: Money
  readonly instalments: readonly { readonly on: Day; readonly amount: Money }[]
  readonly method: PaymentMethod | null
  /** Business days to catch up after a missed instalment. */
  readonly cureDays: number
  readonly ifMissed: 'reminders-resume' | 'whole-balance-due'
  /** How late charges are treated: none are added, they go if the plan is kept, or they go on by this ground. */
  readonly charges:
    | { readonly kind: 'none-added' }
    | { readonly kind: 'waived-if-kept' | 'continue'; readonly ground: string }
}

/** The time of day is as the business's clocks show it: "09:30". */
export type Moment = { readonly on: Day; readonly at: string }

export type CreditFacts = {
  readonly kind: 'credit-note' | 'payment' | 'deposit'
  readonly number: string | null
  readonly on: Day | null
  /** What is left of it, as a positive amount. */
  readonly amount: Money
}

export type QueryReason =
  | 'amount'
  | 'goods-or-work'
  | 'not-received'
  | 'missing-document'
  | 'duplicate'
  | 'already-paid'
  | 'other'

/** What a message is about when it is not a step of the ladder. */
export type Matter =
  | {
      readonly kind: 'thank-you'
      readonly payments: readonly ReceivedPayment[]
      /** What is still open, only where the customer asked for it. */
      readonly remaining: readonly Money[] | null
    }
  | { readonly kind: 'promise-confirmed' | 'promise-reminder'; readonly promise: PromiseFacts }
  | {
      readonly kind: 'promise-broken'
      readonly promise: PromiseFacts
      /** What arrived of it; null when nothing did. */
      readonly received: Money | null
      readonly asOf: Moment
      /** The day by which proof or a new date is asked for. */
      readonly answerBy: Day
    }
  | { readonly kind: 'plan-offer' | 'plan-confirmed'; readonly plan: PlanFacts }
  /** `number` counts the instalments from 1. */
  | { readonly kind: 'plan-instalment'; readonly plan: PlanFacts; readonly number: number }
  | {
      readonly kind: 'plan-missed'
      readonly plan: PlanFacts
      readonly number: number
      readonly received: Money | null
      readonly asOf: Moment
      readonly cureBy: Day
    }
  | {
      readonly kind: 'query-received'
      readonly reason: QueryReason
      /** What a person understood, in their words and the customer's language; needed for `other`. */
      readonly understood: string | null
      readonly handler: string
      readonly answerBy: Day
    }
  | { readonly kind: 'statement'; readonly credits: readonly CreditFacts[]; readonly asOf: Moment }
  | { readonly kind: 'right-person'; readonly because: 'no-answer' | 'bounced' | 'left' | 'shared-mailbox' }

export type MatterOf<Kind extends Notice> = Extract<Matter, { kind: Kind }>
