import type { Day } from '../chase/day.ts'
import { money } from '../chase/money.ts'
import type { Policy } from '../chase/policy.ts'
import type { OpenInvoice, Standing } from '../chase/standing.ts'
import type { Business } from '../store/businesses.ts'
import { readBusiness } from '../store/businesses.ts'
import type { BusinessDb } from '../store/db.ts'
import { readCondition, type BooksFacts, type CustomerFacts, type InvoiceFacts } from '../store/standings.ts'
import type { HolidayLookup } from './calendar.ts'
import { localTime } from './local-time.ts'
import { policyWith } from './policy.ts'

/** What all customers of a business share at one moment. */
export type Surroundings = {
  readonly business: Business
  readonly policy: Policy
  readonly books: BooksFacts | null
  readonly unconfirmed: boolean
  readonly today: Day
  /** Minutes since local midnight. */
  readonly minute: number
  readonly now: Temporal.Instant
  readonly holidays: HolidayLookup
}

/** Reads what all customers of the business share. */
export async function readSurroundings(
  app: { now: () => Temporal.Instant; holidays: HolidayLookup },
  db: BusinessDb,
  businessId: string,
): Promise<Surroundings> {
  const business = await readBusiness(db, businessId)
  const { books, confirmed } = await readCondition(db)
  const now = app.now()
  return {
    business,
    policy: policyWith(business.policyChanges),
    books,
    unconfirmed: !confirmed,
    ...localTime(business.timeZone, now),
    now,
    holidays: app.holidays,
  }
}

/** A customer's standing: the plain values that the rules decide from. */
export function standingOf(around: Surroundings, customer: CustomerFacts): Standing {
  const { business, books } = around
  return {
    today: around.today,
    minute: around.minute,
    policy: around.policy,
    holidays: around.holidays(
      customer.country ?? business.country,
      customer.country === null || customer.country === business.country
        ? (customer.region ?? business.region)
        : customer.region,
      around.today,
    ),
    mode: business.mode,
    stopped: business.stopped,
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
      addresses: recipientsOf(customer).map(({ address }) => address),
    },
    invoices: customer.invoices.map(openInvoice),
    credits: customer.credits.map(({ minor, currency }) => money(minor, currency)),
    holds: customer.holds,
    spell: customer.spell,
    contactedOn: customer.contactedOn,
  }
}

const openInvoice = (invoice: InvoiceFacts): OpenInvoice => ({
  id: invoice.id,
  dueOn: invoice.dueOn,
  issuedOn: invoice.issuedOn,
  balance: money(invoice.balanceMinor, invoice.currency),
  expectedOn: invoice.expectedOn,
})

export type Recipient = { readonly address: string; readonly name: string | null; readonly copied: boolean }

/**
 * Who to write to, best first: the addresses on the open invoices (whoever got the original), else the
 * customer's main address; people the ledger copies come after. Addresses that bounced are left out.
 */
export function recipientsOf(customer: CustomerFacts): Recipient[] {
  const bounced = new Set(customer.contacts.filter((contact) => contact.bounced).map((contact) => contact.email))
  const nameOf = (email: string): string | null =>
    customer.contacts.find((contact) => contact.email === email)?.name ?? null
  const onInvoices = [
    ...new Set(customer.invoices.flatMap((invoice) => invoice.emails.map((email) => email.toLowerCase()))),
  ]
  const main = customer.contacts.filter((contact) => contact.role === 'main').map((contact) => contact.email)
  const copied = customer.contacts.filter((contact) => contact.role === 'copied').map((contact) => contact.email)

  const usable = (emails: readonly string[]): string[] => emails.filter((email) => !bounced.has(email))
  const first = usable(onInvoices).length > 0 ? usable(onInvoices) : usable(main)
  // With nobody to address, a person the ledger copies on invoices is the best we have.
  const to = first.length > 0 ? first : usable(copied).slice(0, 1)
  const cc = usable(copied).filter((email) => !to.includes(email))
  return [
    ...to.map((address) => ({ address, name: nameOf(address), copied: false })),
    ...cc.map((address) => ({ address, name: nameOf(address), copied: true })),
  ]
}
