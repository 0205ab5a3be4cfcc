import type { Day } from './day.ts'
import type { MessageKind, Stage } from './stage.ts'
import type { Segment } from './standing.ts'

/** An amount per currency, in minor units: `{ EUR: 5000 }`. A currency that is not named has no limit. */
export type Limits = Readonly<Record<string, number>>

/** What a step's days count from. */
export type StepOrigin = 'due' | 'previous-step' | 'contact' | 'month-day'

/**
 * One step of a sequence: when it falls due, how it is taken and in what tone.
 *
 * `after` says what `from` and `to` count from:
 * - 'due': the due day of the invoice the spell hangs on; negative before it, 0 on it. A step may be taken on the
 *   first sending day from `from` on; a step before the due day is void once `to` has passed, so that a reminder
 *   "before it falls due" never arrives after. From the due day on, `to` has no effect.
 * - 'previous-step': the day the step before it in the sequence was taken.
 * - 'contact': the last logged contact (a call's outcome, a reply) since the last step. Without one, no such step.
 * - 'month-day': the month: `from` is a day of it, 31 being its last whatever its length, and the step is void for
 *   this month after `to`. It is no rung of the ladder: with the channel 'email' it is the statement run.
 */
export type Step = {
  /** Unique in its sequence, without '#' or ':', and kept when days change: "each step once per spell" counts by it. */
  readonly id: string
  readonly after: StepOrigin
  /** Calendar days, or the business days of this customer. A month's days are always calendar days. */
  readonly unit: 'days' | 'business-days'
  readonly from: number
  readonly to: number
  /** How it is taken. Calls, decisions and letters are asked of a person; a letter is a draft and never leaves by itself. */
  readonly channel: 'email' | 'call' | 'decision' | 'letter'
  /** The tone of an e-mail; null for what a person does and for statements. */
  readonly stage: Stage | null
  /** A person must approve this step, whatever the business's mode. */
  readonly approval: boolean
  /** Taken again every so many days (in the step's unit), so many times in all, the first included; null for once. */
  readonly repeat: { readonly every: number; readonly times: number } | null
  /** Only where what is due reaches this, in one of the currencies. */
  readonly minimumBalance: Limits
  /** Only where what is due is at most this, in one of the currencies. */
  readonly maximumBalance: Limits
  /** Whose name is under it. */
  readonly sender: 'usual' | 'senior'
  /** The customer's contact for escalations gets it too. */
  readonly copyEscalation: boolean
}

/** What a step is unless it says otherwise. */
export const PLAIN_STEP: Omit<Step, 'id' | 'from' | 'to' | 'channel' | 'stage' | 'approval'> = {
  after: 'due',
  unit: 'days',
  repeat: null,
  minimumBalance: {},
  maximumBalance: {},
  sender: 'usual',
  copyEscalation: false,
}

/** Steps in the order in which they are to be taken. */
export type Sequence = readonly Step[]

/** Days on which the business is closed. */
export type ClosingDays = {
  readonly name: string
  readonly from: Day
  readonly to: Day
  /** The same days every year; the year of `from` and `to` then says nothing but whether they cross its end. */
  readonly yearly: boolean
}

/** A consequence that a message may name, where the contract or the law gives the business the right to it. */
export type Consequence =
  | 'late-interest'
  | 'compensation'
  | 'suspension-of-service'
  | 'collection-agency'
  | 'legal-action'

/** Where the right to a consequence comes from: shown to a person, and quoted where a message names the consequence. */
export type Ground = {
  readonly basis: 'contract' | 'law'
  readonly reference: string
  /** For late interest by contract: what was agreed per year, in per cent with at most four decimals. */
  readonly ratePercent?: number
  /** For compensation by contract: the sum agreed for each late invoice, by currency. */
  readonly sums?: Limits
}

/** Something a message may only hold where the customers have agreed to it: an offer makes a reminder advertising. */
export type Consent = 'discount-offers'

/** How far a business goes in sparing reliable late payers a message. */
export type SparingLimits = {
  /** Below so many paid invoices nobody is spared. */
  readonly atLeastPaid: number
  /** By the day waited for, a late invoice is paid by itself with this chance, in percent; short records say less. */
  readonly paidByPercent: number
  /** The longest wait, in days after the due day. */
  readonly atMostDays: number
  /** From these balances on nobody is spared. */
  readonly belowBalances: Limits
}

/** How Spanish speaks to a contact: one treatment per contact, kept through the thread. English has one. */
export type Treatment = 'usted' | 'tu'

/** Everything a business can change about how it chases. Stored with the business, passed to the rules as data. */
export type Policy = {
  readonly sequences: Readonly<Record<Segment, Sequence>>
  /** Ledger groups (Xero contact groups, QuickBooks customer types) whose members are strategic; compared without case or accents. */
  readonly strategicGroups: readonly string[]
  /** A customer is new until its first invoice is this many days old. */
  readonly newForDays: number
  readonly habituallyLate: {
    /** How many settled invoices a record needs before it says anything about habit. */
    readonly atLeastSettled: number
    /** The share of settled invoices, in percent, that were paid late. */
    readonly atLeastLatePercent: number
    /** Which percentile of past lateness the first message waits for. */
    readonly percentile: number
    /** The longest wait that a habit can earn, in days after the due day. */
    readonly atMostDays: number
  }

  /** Customers that pay late by habit, but surely, are not written to before their usual day; null spares nobody. */
  readonly sparing: SparingLimits | null

  // How much contact. Every cap counts for the customer, and again for an address that several customers share.
  /** At least this many business days from one message to the next. */
  readonly gapBusinessDays: number
  /** At most this many messages in any 7 days. */
  readonly mostPer7Days: number
  /** At most this many messages in any 30 days. */
  readonly mostPer30Days: number
  /** At most this many call tasks in any 7 days. */
  readonly callsPer7Days: number
  /** After so many messages, calls and letters in one spell, a person decides how to go on. */
  readonly touchesPerSpell: number
  /** At most this many messages of the whole business a day; null for no limit. */
  readonly mostPerDayOfBusiness: number | null

  // When.
  /** When messages may leave, in minutes after local midnight: [from, until). */
  readonly sendFromMinute: number
  readonly sendUntilMinute: number
  /** Which days of the week are business days, 1 for Monday to 7 for Sunday. */
  readonly weekdays: readonly number[]
  readonly closingDays: readonly ClosingDays[]
  /** In August: as always; nothing about overdue money; or no message and no call at all. */
  readonly august: 'normal' | 'no-dunning' | 'silent'
  /** Whether the holidays of the customer's region count too, not only those of its country. */
  readonly regionalHolidays: boolean
  /** The due day of an invoice that has none: this many days after its issue. */
  readonly defaultTermDays: number
  /** Nothing goes out when the last good sync is older than this. */
  readonly staleAfterHours: number

  // What is worth a message.
  /** A customer that owes less than this in a currency is left alone about it. */
  readonly minimumBalance: Limits
  /** An invoice on which no more than this is left is a rounding residue and left alone. */
  readonly residue: Limits
  readonly partPayment: {
    /** The next message thanks for what arrived. */
    readonly thank: boolean
    /** What a part payment does to the tone of the message after it. */
    readonly effect: 'keep-stage' | 'one-stage-softer' | 'restart-at-first-overdue'
    /** Which share of what was owed, in percent, a payment must be to have that effect. */
    readonly atLeastPercent: number
  }
  readonly credits: {
    /** What happens when unapplied credit reaches the share: a person looks at it, or a statement shows both sides. */
    readonly policy: 'hold' | 'statement'
    /** The share of what is due in the currency, in percent. */
    readonly atLeastPercent: number
  }
  /** The ledger's own reminders are switched on there: say so beside every verdict, or keep silent until they are off. */
  readonly ledgerReminders: 'warn' | 'hold'

  // What was agreed.
  readonly promise: {
    /** A reminder on the business day before the promised day. */
    readonly reminderDayBefore: boolean
    /** How many business days after the promised day the ledger is asked whether it was kept. */
    readonly graceBusinessDays: number
    /** The tone in which the sequence goes on after a broken promise. */
    readonly brokenResumesAt: Stage
    /** After so many broken promises in a spell, a further one needs a person's word. */
    readonly mostPromises: number
  }
  readonly plan: {
    /** How many business days an instalment may be late before the plan is broken. */
    readonly toleranceBusinessDays: number
    /** How much of what is due by then may be missing, in percent. */
    readonly tolerancePercent: number
    /** A reminder so many business days before each instalment; null for none. */
    readonly reminderBusinessDaysBefore: number | null
    /** The tone in which the sequence goes on after a broken plan. */
    readonly breachResumesAt: Stage
  }
  /** Offered for payment within so many days of the invoice's issue, in messages before the due day; null for no offer. */
  readonly discount: { readonly percent: number; readonly withinDays: number } | null
  readonly thankYou: {
    readonly enabled: boolean
    readonly mostPer7Days: number
    /** Only where a message had asked for the money: who always pays in time is not thanked each time. */
    readonly onlyWhenChased: boolean
  }

  // To whom.
  readonly rightPerson: {
    /** After so many messages without a sign of life the right person is asked for, once per spell; null for never. */
    readonly afterSilences: number | null
    /** Also at a customer's other address, after the first one bounced. */
    readonly afterBounce: boolean
    /** Silence says nothing where we are at least this sure of the address, in percent. */
    readonly belowConfidence: number
  }
  readonly recipients: {
    /** Messages to an address we are less sure of than this, in percent, wait for approval; null for never. */
    readonly approvalBelowConfidence: number | null
  }

  // How it is said.
  /** Which open invoice sets the tone: the one the conversation began with, or the oldest there is by now. */
  readonly leads: 'oldest' | 'firmest'
  /** However old a debt is when we first write about it, the first message is at most this firm. */
  readonly firmestOpening: Stage
  /** The grounds that exist for consequences. None is named in any message without one. */
  readonly grounds: Readonly<Record<Consequence, Ground | null>>
  /** Where the customers' consents are written down: a clause of the contract, a form. Null where there is none. */
  readonly consents: Readonly<Record<Consent, string | null>>
  /** The languages that messages are written in. */
  readonly languages: readonly ('es' | 'en')[]
  /** How Spanish speaks to a contact of whom nobody has said it. */
  readonly treatment: Treatment
  /** The wordings allowed per message, by the name of their opening; a message that is not named may use all. */
  readonly wordings: Readonly<Partial<Record<MessageKind, readonly string[]>>>
  /** A message more similar than this, in percent, to one of the last to the same person is held. */
  readonly similarityLimitPercent: number

  // What a person sees first.
  readonly priorities: {
    /** From this much at risk, a customer comes before everyone with less in the same currency. */
    readonly highBalance: Limits
    /** From so many days overdue, a debt counts as old. */
    readonly oldAfterDays: number
  }
}
