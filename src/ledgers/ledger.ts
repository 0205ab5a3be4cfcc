import type { Day } from '../chase/day.ts'
import type { Money } from '../chase/money.ts'

export type LedgerKind = 'xero' | 'quickbooks'

/** The company whose books these are. `timeZone` is an IANA name, or null when the ledger does not say. */
export type Organisation = {
  readonly id: string
  readonly name: string
  /** ISO 3166-1 alpha-2, or null when unknown. */
  readonly country: string | null
  readonly baseCurrency: string
  readonly timeZone: string | null
  /** The vendor's own demo or sandbox company: never a reason to write to real people. */
  readonly isDemo: boolean
}

/** A sales invoice as the ledger states it. */
export type LedgerInvoice = {
  readonly id: string
  readonly customerId: string
  readonly customerName: string
  readonly number: string | null
  readonly reference: string | null
  readonly issuedOn: Day | null
  readonly dueOn: Day | null
  readonly total: Money
  readonly balance: Money
  readonly state: 'draft' | 'open' | 'paid' | 'void' | 'deleted'
  /** When it was settled, where the ledger says so. */
  readonly paidOn: Day | null
  /** When payment is expected by the ledger's own record, which counts as a promise. */
  readonly expectedOn: Day | null
  /** Addresses on the invoice itself (QuickBooks BillEmail); empty where the ledger keeps them on the customer. */
  readonly emails: readonly string[]
  /** Changes whenever the invoice does: what a cached PDF and an approval are bound to. */
  readonly version: string
  readonly changedAt: Temporal.Instant
}

export type LedgerPerson = {
  readonly name: string | null
  readonly email: string
  /** `main`: the address invoices go to. `copied`: the ledger says to include them. `other`: known, not written to. */
  readonly role: 'main' | 'copied' | 'other'
}

export type LedgerCustomer = {
  readonly id: string
  readonly name: string
  readonly state: 'active' | 'archived' | 'merged' | 'deleted'
  readonly mergedIntoId: string | null
  /** The first name to greet, when the ledger has one for the main contact. */
  readonly firstName: string | null
  readonly people: readonly LedgerPerson[]
  readonly phone: string | null
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null
  /** As written in the ledger's address, such as "Comunidad de Madrid" or "Scotland". */
  readonly region: string | null
  /** Contact groups or customer type, by name. */
  readonly groups: readonly string[]
  /** The parent that gets this customer's bills, when the ledger says so. */
  readonly billedToId: string | null
  readonly changedAt: Temporal.Instant | null
}

/** Money of the customer's that is not yet applied to any invoice. */
export type LedgerCredit = {
  readonly id: string
  readonly kind: 'credit-note' | 'prepayment' | 'overpayment' | 'unapplied-payment'
  readonly customerId: string
  readonly remaining: Money
}

export type LedgerPayment = {
  readonly id: string
  readonly customerId: string | null
  readonly on: Day
  /** A payment that was deleted or voided reopens its invoices. */
  readonly deleted: boolean
  readonly applied: readonly { readonly invoiceId: string; readonly amount: Money }[]
}

/** A record the ledger sent that we could not understand: reported, and the rest goes on. */
export type LedgerDefect = {
  readonly kind: 'invoice' | 'customer' | 'credit' | 'payment'
  readonly id: string | null
  readonly field: string
  readonly message: string
}

export type LedgerPage<T> = {
  readonly items: readonly T[]
  readonly defects: readonly LedgerDefect[]
  /** Where the page after this one starts: passed back, it goes on from there. Null after the last page. */
  readonly resumeFrom?: string | null
}

/** One page of what changed. Any list may be empty. */
export type LedgerChanges = {
  readonly invoices: readonly LedgerInvoice[]
  readonly customers: readonly LedgerCustomer[]
  readonly credits: readonly LedgerCredit[]
  readonly payments: readonly LedgerPayment[]
  /** Records that are gone for good and leave no row behind (QuickBooks deletes). */
  readonly removed: readonly { readonly kind: 'invoice' | 'customer' | 'credit' | 'payment'; readonly id: string }[]
  readonly defects: readonly LedgerDefect[]
}

/** What changed of everybody's credits. */
export type CreditChanges = Pick<LedgerChanges, 'credits' | 'removed' | 'defects'>

/** A note to leave on an invoice. `key` makes writing repeatable; `token` is the short mark in the text to find it by. */
export type LedgerNote = {
  readonly invoiceId: string
  readonly customerId: string
  /** Already contains `token`. Cut by the adapter to what the ledger takes. */
  readonly text: string
  readonly token: string
  /** At most 50 characters; the same for every try at the same note. */
  readonly key: string
  /** This key was tried before and the outcome is not known: look before writing. */
  readonly retry: boolean
}

/** What we need from any accounting system. Add a method only when every ledger can keep its promise. */
export interface Ledger {
  readonly kind: LedgerKind

  organisation(): Promise<Organisation>

  /** Every sales invoice with something due on it, page by page. */
  openInvoices(resumeFrom?: string): AsyncIterable<LedgerPage<LedgerInvoice>>
  /** Sales invoices issued since a day that are settled: the customers' payment record. */
  settledInvoices(since: Day, resumeFrom?: string): AsyncIterable<LedgerPage<LedgerInvoice>>
  /** Every customer, archived ones included, with people and groups. */
  customers(resumeFrom?: string): AsyncIterable<LedgerPage<LedgerCustomer>>
  /** Every credit with something left on it. */
  credits(resumeFrom?: string): AsyncIterable<LedgerPage<LedgerCredit>>
  /** Payments received since a day. */
  payments(since: Day, resumeFrom?: string): AsyncIterable<LedgerPage<LedgerPayment>>
  /** Everything that changed since an instant, in any state, so that a paid invoice is seen to leave. */
  changes(since: Temporal.Instant): AsyncIterable<LedgerChanges>

  /** Invoices as they stand now, in as few calls as the ledger allows. One the ledger no longer has maps to null. */
  invoices(ids: readonly string[]): Promise<ReadonlyMap<string, LedgerInvoice | null>>
  /** One customer as it stands now, or null. */
  customer(id: string): Promise<LedgerCustomer | null>
  /**
   * Everybody's credits that changed since an instant, those with nothing left included, and what is gone. It costs the
   * same however many customers there are: one call at QuickBooks, three at Xero.
   */
  creditsChanged(since: Temporal.Instant): Promise<CreditChanges>
  /** One customer's open credits as they stand now. */
  creditsOf(customerId: string): Promise<readonly LedgerCredit[]>

  /** The invoice as the customer got it. Checked: status, type, `%PDF-`, size. */
  pdf(invoiceId: string): Promise<Uint8Array>
  /** Where the customer can see and pay the invoice online, or null when the ledger offers none. */
  payLink(invoiceId: string): Promise<string | null>

  /** Leaves a note. Calling again with the same key, even after a lost answer, leaves one note. */
  writeNote(note: LedgerNote): Promise<void>
  /** The notes on an invoice, oldest first: ours and whatever else the ledger keeps there. */
  notes(invoiceId: string): Promise<readonly string[]>

  /**
   * Leaves the day on which payment of an invoice is expected, where people see it in the ledger and `expectedOn` tells
   * it back, or takes it away (null). Writing it again changes nothing. `not-kept`: this ledger has no such day, or takes none for this invoice
   * (Xero for one that is partly paid or credited).
   */
  writeExpectedDay(invoiceId: string, on: Day | null): Promise<'written' | 'not-kept'>

  /** Whether the ledger itself sends reminders, which would chase people twice; null when it cannot be known. */
  ownReminders(): Promise<boolean | null>
}

/**
 * What a caller can do about it.
 *
 * `reconnect`: the owner must give access again. `slow-down`: come back after `retryAfterSeconds`.
 * `not-found`: the record is gone. `rejected`: the same request will fail again. `unavailable`: try later.
 */
export type LedgerProblem = 'reconnect' | 'slow-down' | 'not-found' | 'rejected' | 'unavailable'

/** The only error a ledger throws. Its message and cause are rebuilt from safe parts: never a token, header or body. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError'
  readonly problem: LedgerProblem
  readonly retryAfterSeconds: number | null
  /** The vendor's id for the request, which its support asks for. */
  readonly correlationId: string | null
  /** HTTP status, or null when there was no answer. */
  readonly status: number | null

  constructor(
    problem: LedgerProblem,
    message: string,
    details: { retryAfterSeconds?: number | null; correlationId?: string | null; status?: number | null } = {},
  ) {
    super(message)
    this.problem = problem
    this.retryAfterSeconds = details.retryAfterSeconds ?? null
    this.correlationId = details.correlationId ?? null
    this.status = details.status ?? null
  }
}

/** Why a call is made: what it may spend of the ledger's allowance. */
export type CallPurpose = 'send' | 'webhook' | 'sync'

/**
 * What an adapter needs from its surroundings. Each implements `Ledger` on top of this and nothing else,
 * so a test passes a plain object.
 */
export type LedgerSession = {
  /** The vendor's organisation: a Xero tenant id or a QuickBooks realm id. */
  readonly organisationId: string
  readonly apiUrl: string
  /**
   * A valid access token. `refused` is a token the vendor just answered 401 to: the session then
   * renews it, and throws LedgerError('reconnect') when it cannot.
   */
  readonly accessToken: (refused?: string) => Promise<string>
  /**
   * Asked before every HTTP call; throws LedgerError('slow-down') when the allowance is used up, and
   * otherwise resolves to a function that must be called when the call has ended, with what the
   * response headers said about the allowance.
   */
  readonly allowance: () => Promise<(seen: AllowanceSeen) => Promise<void>>
  readonly deadlineMs: number
}

/** What a response told about the vendor's limits. All null when it said nothing or never came. */
export type AllowanceSeen = {
  /** The ledger answered, and not with 401: the access token is known to work. Left out when nobody can tell. */
  readonly tokenAccepted?: boolean
  readonly remainingThisMinute: number | null
  readonly remainingToday: number | null
  /** Set on a 429: which limit, and how long to keep away. */
  readonly refused: {
    readonly limit: 'minute' | 'day' | 'concurrent' | 'app' | 'unknown'
    readonly retryAfterSeconds: number
  } | null
}
