import type { Day } from '../day.ts'
import type { Money } from '../money.ts'
import type { Policy } from '../policy.ts'
import type { MessageKind } from '../stage.ts'
import type { HoldKind, OpenInvoice, Segment, Standing } from '../standing.ts'
import type { AskReason, Facts, QuietReason, Reason } from '../verdict.ts'

/**
 * A moment at which the flow does something for the customers of a place: the daily plan in their early morning, the
 * opening of their send window, and `now`, the moment at which a simulation of the running business begins.
 */
export type Turn = {
  readonly place: string
  readonly kind: 'now' | 'plan' | 'opening'
  /** When it is, as a number that grows: turns with the same come at once in all their places. */
  readonly at: number
  /** The day and the minute of the day it is there. */
  readonly on: Day
  readonly minute: number
  /** The day it is where the business is. */
  readonly businessDay: Day
}

/** What the books and people say of a customer, as it is known at a moment; nothing that the simulation itself did. */
export type Known = Pick<
  Standing,
  | 'customer'
  | 'invoices'
  | 'credits'
  | 'payments'
  | 'futurePayments'
  | 'holds'
  | 'promises'
  | 'plans'
  | 'requested'
  | 'loggedContacts'
>

/** A running spell, with the day it began. */
export type RunningSpell = NonNullable<Standing['spell']> & { readonly startedOn: Day }

/** A message on its way: planned, and with its approval where it needs one. */
export type OnItsWay = {
  readonly stepId: string
  readonly message: MessageKind
  readonly invoices: readonly SimulatedItem[]
  /** The contact for escalations gets it too. */
  readonly copied: boolean
}

/** What has been said and done to a customer when the simulation begins. */
export type Begun = Pick<Standing, 'touches' | 'notices' | 'contactedOn' | 'addressContactedOn' | 'callsOn'> & {
  readonly spell: RunningSpell | null
  readonly onItsWay: OnItsWay | null
  /** The daily plan looks at it; one with nothing open and no spell is left alone until something happens. */
  readonly isLookedAt: boolean
  /** It is to be looked at right now, not only in the next early morning. */
  readonly isDueNow: boolean
}

/** What a simulation needs to know of one customer. */
export type SimulatedCustomer = {
  readonly id: string
  /** Where its clock and calendar are; the turns of this place are its own. */
  readonly place: string
  readonly holidays: (on: Day) => ReadonlySet<Day>
  /** `spell` is what runs at that moment: how far back some facts count depends on it. */
  readonly known: (at: Turn, spell: RunningSpell | null) => Known
  readonly begun: Begun
}

export type SimulationQuestion = {
  readonly policy: Policy
  /** Approvals are taken to be given at once; in observe mode the simulation is of the approve mode. */
  readonly mode: Standing['mode']
  readonly ledgerRemindersOn: boolean
  readonly seniorSender: boolean
  readonly from: Day
  readonly to: Day
  /** In the order in which they come to pass. */
  readonly turns: readonly Turn[]
  /** In the order in which the flow takes them: by id. */
  readonly customers: readonly SimulatedCustomer[]
  /** How many messages the business has sent on days of its own around the beginning. */
  readonly sentOnDays: readonly { readonly on: Day; readonly count: number }[]
}

/** An invoice in a message, with what is due on it that day; of a settled one the due day is not told. */
export type SimulatedItem = Pick<OpenInvoice, 'id' | 'balance'> & { readonly dueOn: Day | null }

export type SimulatedMessage = {
  readonly on: Day
  readonly customerId: string
  readonly stepId: string
  readonly message: MessageKind
  readonly segment: Segment
  readonly reason: Reason
  readonly facts: Facts
  readonly invoices: readonly SimulatedItem[]
  /** What the message asks for, per currency. For thanks and the like nothing is asked for. */
  readonly totals: readonly Money[]
  /** A person had to approve it. */
  readonly approved: boolean
}

/** A question to a person, from the first day it is asked to the last; a message to approve is answered at once. */
export type SimulatedQuestion = {
  readonly on: Day
  readonly until: Day
  readonly customerId: string
  readonly reason: AskReason
  readonly stepId: string | null
  readonly channel: 'email' | 'call' | 'decision' | 'letter' | null
  readonly message: MessageKind | null
  readonly facts: Facts
  readonly invoices: readonly SimulatedItem[]
  readonly totals: readonly Money[]
}

/** A step whose day had come and that something put off. */
export type SimulatedPush = {
  /** The first day on which it would have been taken. */
  readonly on: Day
  readonly customerId: string
  readonly stepId: string
  /** What put it off, in the order it did. */
  readonly because: readonly PushReason[]
  /** The day on which it was taken in the end; null when it was not within the simulation, or no longer wanted. */
  readonly takenOn: Day | null
}

export const PUSH_REASONS = ['too-soon', 'weekly-cap', 'monthly-cap', 'business-cap', 'call-cap', 'august'] as const

export type PushReason = (typeof PUSH_REASONS)[number] & QuietReason

/** A reason to be silent that stands when the simulation begins, or comes up in it. */
export type SimulatedHold = {
  readonly customerId: string
  readonly kind: HoldKind | 'expected-payment' | 'future-payment'
  /** Null for the whole customer. */
  readonly invoiceIds: readonly string[] | null
  readonly since: Day | null
  /** The first day on which it no longer holds; null when only a person ends it. */
  readonly endsOn: Day | null
  readonly reviewOn: Day | null
  readonly why: string | null
}

/** What a simulation shows; every list in order of days, customers by id within one. */
export type Simulation = {
  readonly from: Day
  readonly to: Day
  readonly messages: readonly SimulatedMessage[]
  readonly questions: readonly SimulatedQuestion[]
  readonly pushes: readonly SimulatedPush[]
  readonly holds: readonly SimulatedHold[]
}
