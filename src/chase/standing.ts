import type { Day } from './day.ts'
import type { Money } from './money.ts'
import type { Policy } from './policy.ts'

/** Why a customer follows a given sequence. */
export type Segment = 'new' | 'regular' | 'strategic' | 'habitually-late'

/** The tone of a message, from softest to firmest. */
export type Stage = 'before-due' | 'due-day' | 'first-overdue' | 'firm' | 'serious' | 'final'

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
}

/**
 * A reason to be silent that a person or an event put there. `until` is the last day it holds, so a promise for
 * Friday is kept or broken on Saturday; null lasts until someone ends it.
 */
export type Hold = {
  readonly kind: 'pause' | 'dispute' | 'promise' | 'broken-address' | 'missing-pdf' | 'unknown-delivery'
  /** The invoice it concerns; null holds the whole customer. */
  readonly invoiceId: string | null
  readonly until: Day | null
}

/** A step that was taken in the current spell: a message accepted or possibly accepted, or a task handed to a person. */
export type TakenStep = {
  readonly stepId: string
  readonly channel: 'email' | 'call' | 'decision'
  readonly stage: Stage | null
  readonly on: Day
}

/** The customer's own record with this business. */
export type PaymentRecord = {
  readonly firstInvoiceOn: Day | null
  /** Settled invoices, most recent last: how many days after the due day each was paid (negative when early). */
  readonly daysLate: readonly number[]
}

/** Everything the rules need to know about one customer today. Plain values: no I/O, no clock. */
export type Standing = {
  readonly today: Day
  /** Minutes since midnight where the business is. */
  readonly minute: number
  readonly policy: Policy
  /** Public holidays where the customer is, and closing days of the business, around today. */
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
  readonly customer: {
    readonly archived: boolean
    readonly setSegment: Segment | null
    readonly groups: readonly string[]
    readonly record: PaymentRecord
    /** Addresses we may write to, best first. Empty when there is none or all have bounced. */
    readonly addresses: readonly string[]
  }
  /** All open invoices of this customer, due or not. */
  readonly invoices: readonly OpenInvoice[]
  /** Unapplied credit notes, prepayments and overpayments. */
  readonly credits: readonly Money[]
  readonly holds: readonly Hold[]
  /** The current spell, if one is running: the invoice it hangs on and the steps already taken. */
  readonly spell: { readonly anchorInvoiceId: string; readonly taken: readonly TakenStep[] } | null
  /** Days on which a message went, or may have gone, to this customer in the last 40 days, in any spell. */
  readonly contactedOn: readonly Day[]
}
