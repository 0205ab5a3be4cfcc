import { latest } from '../chase/calendar.ts'
import type { Day } from '../chase/day.ts'
import { money } from '../chase/money.ts'
import type { Policy } from '../chase/policy.ts'
import type { Hold, LoggedContact, OpenInvoice, PaymentPlan, Standing } from '../chase/standing.ts'
import type { Business } from '../store/businesses.ts'
import type { BusinessDb } from '../store/db.ts'
import { readCircumstances, readSentOnDays } from '../store/standings.ts'
import type {
  BooksFacts, ContactOutcome, CustomerFacts, InvoiceFacts, SentOnDay,
} from '../store/standings.ts' // prettier-ignore
import type { HolidayLookup } from './calendar.ts'
import { localTime } from './local-time.ts'
import { DEFAULT_HASH, policyOf } from './policy.ts'
import { confidenceIn, escalationOf, recipientsOf } from './recipients.ts'
import { zoneOfCustomer } from './zones.ts'

export { recipientsOf, type Recipient } from './recipients.ts'

/** What all customers of a business share at one moment. */
export type Surroundings = {
  readonly business: Business
  readonly policy: Policy
  /** The policy's name, for what is stored: see policy.ts. */
  readonly policyHash: string
  /** The policy is kept under its hash already. */
  readonly policyKept: boolean
  readonly books: BooksFacts | null
  readonly unconfirmed: boolean
  /** Empty where the policy does not limit them. */
  readonly sentOnDays: readonly SentOnDay[]
  /** The day it is where the business is; a customer's own is in its standing. */
  readonly today: Day
  readonly now: Temporal.Instant
  readonly holidays: HolidayLookup
}

/** Reads what all customers of the business share. `counts`: its messages of the day even where no policy limits them. */
export async function readSurroundings(
  app: { now: () => Temporal.Instant; holidays: HolidayLookup },
  db: BusinessDb,
  businessId: string,
  counts = false,
): Promise<Surroundings> {
  const now = app.now()
  const asOf = { instant: now, defaultHash: DEFAULT_HASH }
  const { business, books, confirmed, version } = await readCircumstances(db, businessId, asOf)
  const { policy, hash, kept } = await policyOf(db, businessId, version)
  const isCounted = counts || policy.mostPerDayOfBusiness !== null
  const sentOnDays = isCounted ? await readSentOnDays(db, businessId, utcDay(now)) : []
  return {
    business,
    policy,
    policyHash: hash,
    policyKept: kept,
    books,
    unconfirmed: !confirmed,
    sentOnDays,
    today: localTime(business.timeZone, now).today,
    now,
    holidays: app.holidays,
  }
}

/** The zone whose clock and calendar decide when this customer may be written to. */
export const zoneOf = ({ business }: Surroundings, customer: CustomerFacts): string =>
  zoneOfCustomer(customer, business)

/**
 * A customer's standing: the plain values that the rules decide from, on the day it is where the customer is. The last
 * day of a hold is over when it is over there and also for the business, whose people set it.
 */
export function standingOf(around: Surroundings, customer: CustomerFacts): Standing {
  const { business, books, policy } = around
  const { today, minute } = localTime(zoneOf(around, customer), around.now)
  const isNeighbour = customer.country === null || customer.country === business.country
  const addresses = recipientsOf(customer).map(({ address }) => address)
  const region = isNeighbour ? (customer.region ?? business.region) : customer.region
  return {
    today,
    minute,
    policy,
    holidays: around.holidays(customer.country ?? business.country, policy.regionalHolidays ? region : null, today),
    mode: business.mode,
    stopped: business.stopped,
    seniorSender: business.seniorName !== null,
    ledgerRemindersOn: books?.ownReminders === true,
    sentTodayByBusiness: around.sentOnDays.find(({ on }) => on === around.today)?.count ?? 0,
    books: {
      connection: books?.connection ?? 'disconnected',
      hoursSinceSync:
        !books?.lastSyncedAt || !books.firstLoadedAt ? null : around.now.since(books.lastSyncedAt).total('hours'),
      unconfirmed: around.unconfirmed,
    },
    customer: {
      archived: customer.state !== 'active',
      setSegment: customer.setSegment,
      groups: customer.groups,
      record: { firstInvoiceOn: customer.firstInvoiceOn, daysLate: customer.daysLate },
      history: customer.history ?? [],
      addresses,
      escalation: escalated(customer),
      confidence: confidenceIn(addresses[0], customer),
      paymentRunDay: customer.paymentRunDay,
      delayDays: customer.delayDays,
    },
    invoices: customer.invoices.map(openInvoice),
    credits: customer.credits.map(({ minor, currency }) => money(minor, currency)),
    payments: customer.payments
      .filter(({ on }) => on <= today)
      .map(({ invoiceId, on, minor, currency, chased }) => ({ invoiceId, on, amount: money(minor, currency), chased })),
    futurePayments: customer.payments
      .filter(({ on }) => on > today)
      .map(({ invoiceId, on, minor, currency }) => ({ invoiceId, on, amount: money(minor, currency) })),
    holds: [
      ...customer.holds.map((hold) => ({
        ...hold,
        until: hold.until !== null && hold.until >= around.today ? latest(hold.until, today) : hold.until,
      })),
      ...bouncedAddresses(customer),
    ],
    promises: customer.promises,
    plans: customer.plans.flatMap(({ id, invoiceIds, agreedOn, instalments }): PaymentPlan[] =>
      agreedOn === null ? [] : [{ id, invoiceIds, agreedOn, instalments }],
    ),
    spell: customer.spell && { anchorInvoiceId: customer.spell.anchorInvoiceId, taken: customer.spell.taken },
    touches: customer.touches,
    notices: customer.notices,
    // What was to be answered may have been settled meanwhile; an account can be stated all the same.
    requested: customer.requested
      .filter(
        ({ message, invoiceIds }) =>
          message === 'statement' || customer.invoices.some(({ id }) => invoiceIds.includes(id)),
      )
      .map(({ id, message, invoiceIds }) => ({ id, message, invoiceIds })),
    contactedOn: customer.contactedOn,
    addressContactedOn: customer.addressContactedOn
      .filter(({ address }) => address === addresses[0])
      .map(({ on }) => on),
    callsOn: customer.callsOn,
    loggedContacts: customer.contactLog.map(({ on, kind, outcome }) => ({ on, kind, outcome: OUTCOMES[outcome] })),
  }
}

function escalated(customer: CustomerFacts): Standing['customer']['escalation'] {
  const contact = escalationOf(customer)
  if (contact === null) return null
  const seen = customer.addressContactedOn.filter(({ address }) => address === contact.email)
  return { address: contact.email, contactedOn: seen.map(({ on }) => on) }
}

/** What the rules make of a logged outcome: a message on an answering machine is nobody, a refusal is an answer. */
const OUTCOMES: Readonly<Record<ContactOutcome, LoggedContact['outcome']>> = {
  promise: 'promise',
  dispute: 'dispute',
  'no-answer': 'no-answer',
  voicemail: 'no-answer',
  'wrong-person': 'wrong-person',
  refuses: 'other',
  paid: 'paid',
  other: 'other',
}

const utcDay = (now: Temporal.Instant): Day => localTime('UTC', now).today

const openInvoice = (invoice: InvoiceFacts): OpenInvoice => ({
  id: invoice.id,
  dueOn: invoice.dueOn,
  issuedOn: invoice.issuedOn,
  balance: money(invoice.balanceMinor, invoice.currency),
  expectedOn: invoice.expectedOn,
  excluded: invoice.excluded,
  delayDays: invoice.delayDays,
})

/** Addresses for invoices that bounced: who reads the other ones is then asked. */
function bouncedAddresses({ contacts, invoices }: CustomerFacts): Hold[] {
  const onInvoices = new Set(invoices.flatMap(({ emails }) => emails.map((email) => email.toLowerCase())))
  return contacts
    .filter(({ bounced, role, email }) => bounced && (role === 'main' || onInvoices.has(email)))
    .map(({ email: address }) => {
      return { kind: 'broken-address', invoiceId: null, since: null, until: null, reviewOn: null, why: null, owner: null, address }
    }) // prettier-ignore
}
