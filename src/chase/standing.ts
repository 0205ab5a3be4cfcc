import type { Day } from './day.ts'
import type { HabitInvoice } from './habits.ts'
import type { Money } from './money.ts'
import type { Policy } from './policy.ts'
import type { Stage } from './stage.ts'

export type { Stage } from './stage.ts'

/** Why a customer follows a given sequence. */
export type Segment = 'new' | 'regular' | 'strategic' | 'habitually-late'

/**
 * What a business lets Puntual do by itself.
 * `observe` decides and shows, `approve` asks a person before each message, `automatic` sends.
 */
export type Mode = 'observe' | 'approve' | 'automatic'

/** An invoice with something still due on it, as far as we know today. */
export type OpenInvoice = {
  readonly id: string
  readonly dueOn: Day
  readonly issuedOn: Day | null
  /** What is still due: never the total, never negative. */
  readonly balance: Money
  /** The day the customer is expected to pay by the ledger's own record (Xero's expected payment date), if any. */
  readonly expectedOn: Day | null
  /** A person took it out: it is named as open, and neither counted nor chased. */
  readonly excluded: boolean
  /** Every step about it comes so many days later; null where the customer's own delay counts. */
  readonly delayDays: number | null
}

/** Why a hold keeps silent. */
export type HoldKind =
  | 'pause'
  | 'do-not-chase'
  | 'dispute'
  | 'promise'
  | 'plan'
  | 'snooze'
  | 'unread-reply'
  | 'broken-address'
  | 'missing-pdf'
  | 'unknown-delivery'
  | 'ledger-reminders'
  | 'bank-details'
  | 'message-held'

/**
 * A reason to be silent that a person or an event put there. `until` is the last day it holds, so a promise for
 * Friday is kept or broken on Saturday; null lasts until someone ends it. From `reviewOn` on, a person is asked
 * whether it should go on; until the answer it holds.
 */
export type Hold = {
  readonly kind: HoldKind
  /** The invoice it concerns; null holds the whole customer. */
  readonly invoiceId: string | null
  readonly since: Day | null
  readonly until: Day | null
  readonly reviewOn: Day | null
  readonly why: string | null
  /** Who looks after it: a person's name, or null where nobody in particular does. */
  readonly owner: string | null
  /** For a broken address: the one that bounced. */
  readonly address: string | null
}

/** A step that was taken in the current spell: a message accepted or possibly accepted, or a task handed to a person. */
export type TakenStep = {
  /** The step's id; a repetition carries its number, as in 'weekly#2'. */
  readonly stepId: string
  readonly channel: 'email' | 'call' | 'decision' | 'letter'
  readonly stage: Stage | null
  readonly on: Day
}

/** A message beside the ladder that went out, or may have. */
export type SentNotice = {
  /** What it answered, so that it goes once: 'promise-broken:p1', 'statement:2026-03'. */
  readonly id: string
  readonly on: Day
}

/** A message beside the ladder that a person or a reply asked for, and that is still to go. */
export type RequestedNotice = {
  readonly id: string
  readonly message: 'promise-confirmed' | 'plan-offer' | 'plan-confirmed' | 'query-received' | 'statement'
  readonly invoiceIds: readonly string[]
}

/** The customer's own record with this business. */
export type PaymentRecord = {
  readonly firstInvoiceOn: Day | null
  /** Settled invoices, most recent last: how many days after the due day each was paid (negative when early). */
  readonly daysLate: readonly number[]
}

/** An invoice as a sign of how its customer pays. */
export type PaidInvoice = HabitInvoice & { readonly invoiceId: string }

/** Money that the ledger shows as received on an invoice, open or settled. */
export type Payment = {
  readonly invoiceId: string
  readonly on: Day
  readonly amount: Money
  /** A message had asked for it before it came. */
  readonly chased: boolean
}

/** A customer's word that it pays. Whether it was kept is judged from payments: see promises.ts. */
export type PaymentPromise = {
  readonly id: string
  readonly invoiceIds: readonly string[]
  /** Null for everything that was due on these invoices. */
  readonly amount: Money | null
  /** The promised day. */
  readonly on: Day
  /** The day it was given: payments count from it on. */
  readonly givenOn: Day
  readonly method: string | null
}

/** What was agreed about paying in parts. Whether it is kept is judged from payments: see plans.ts. */
export type PaymentPlan = {
  readonly id: string
  readonly invoiceIds: readonly string[]
  /** The day it was agreed: payments count from it on. */
  readonly agreedOn: Day
  /** In one currency, oldest first. */
  readonly instalments: readonly Instalment[]
}

export type Instalment = { readonly on: Day; readonly amount: Money }

/** A sign of life from the customer, as it was written down. */
export type LoggedContact = {
  readonly on: Day
  readonly kind: 'call' | 'reply'
  /** What came of it. An automatic answer is no contact and is not listed. */
  readonly outcome: 'promise' | 'dispute' | 'no-answer' | 'wrong-person' | 'paid' | 'other'
}

/** Everything the rules need to know about one customer today. Plain values: no I/O, no clock. */
export type Standing = {
  /** The day it is where the recipient is. */
  readonly today: Day
  /** Minutes since midnight where the recipient is. */
  readonly minute: number
  readonly policy: Policy
  /** Public holidays where the customer is, around today. The business's closing days are in the policy. */
  readonly holidays: ReadonlySet<Day>
  readonly mode: Mode
  /** A person has stopped everything. */
  readonly stopped: boolean
  /** The books: null when they never synced. `reconnect-needed` and `disconnected` hold everything. */
  readonly books: {
    readonly connection: 'connected' | 'reconnect-needed' | 'disconnected'
    readonly hoursSinceSync: number | null
    /** The database was restored or cloned and no person has confirmed it yet. */
    readonly unconfirmed: boolean
  }
  /** The business has named who signs the steps of a senior sender. */
  readonly seniorSender: boolean
  /** The ledger sends reminders of its own. */
  readonly ledgerRemindersOn: boolean
  /** Messages that the business has sent to anyone on the day it is where the business is. */
  readonly sentTodayByBusiness: number
  readonly customer: {
    readonly archived: boolean
    readonly setSegment: Segment | null
    readonly groups: readonly string[]
    readonly record: PaymentRecord
    /** Its invoices as signs of how it pays; empty unless the policy spares anybody. */
    readonly history: readonly PaidInvoice[]
    /** Addresses we may write to, best first. Empty when there is none or all have bounced. */
    readonly addresses: readonly string[]
    /** Who gets a copy of the steps that the policy marks so, and when that inbox had a message; null without anybody. */
    readonly escalation: { readonly address: string; readonly contactedOn: readonly Day[] } | null
    /** How sure we are that the first address is the right person's, in percent. */
    readonly confidence: number
    /** The day of the month on which the customer pays its bills, 31 for the last; null when it has none we know. */
    readonly paymentRunDay: number | null
    /** Every step to this customer comes so many days later. */
    readonly delayDays: number
  }
  /** All open invoices of this customer, due or not. */
  readonly invoices: readonly OpenInvoice[]
  /** Unapplied credit notes, prepayments and overpayments. */
  readonly credits: readonly Money[]
  /** What arrived in the last 40 days, and since the oldest promise or plan listed below; settled invoices included. */
  readonly payments: readonly Payment[]
  /** Payments that the ledger already shows for a day to come: as good as a promise. */
  readonly futurePayments: readonly { readonly invoiceId: string; readonly on: Day; readonly amount: Money }[]
  readonly holds: readonly Hold[]
  /** Promises given in the running spell, or still open. */
  readonly promises: readonly PaymentPromise[]
  /** Plans agreed on invoices that are still open. */
  readonly plans: readonly PaymentPlan[]
  /** The current spell, if one is running: the invoice it hangs on and the steps already taken. */
  readonly spell: {
    readonly anchorInvoiceId: string
    readonly taken: readonly TakenStep[]
  } | null
  /** How many messages, calls and letters the current spell has had, notices included but for thanks. */
  readonly touches: number
  /** Messages beside the ladder that went to this customer in the last 40 days, and all about what is listed here. */
  readonly notices: readonly SentNotice[]
  /** Messages beside the ladder that someone asked for. */
  readonly requested: readonly RequestedNotice[]
  /** Days on which a message went, or may have gone, to this customer in the last 40 days, in any spell. */
  readonly contactedOn: readonly Day[]
  /** The same for the first address, whichever customer the message was for: a shared inbox counts for each of them. */
  readonly addressContactedOn: readonly Day[]
  /** Days on which a person was asked to call this customer, or called, in the last 40 days. */
  readonly callsOn: readonly Day[]
  /** Signs of life in the last 40 days and since the spell began, oldest first. */
  readonly loggedContacts: readonly LoggedContact[]
}
