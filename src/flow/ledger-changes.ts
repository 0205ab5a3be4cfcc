import { addDays, type Day } from '../chase/day.ts'
import type { LedgerChanges, LedgerCredit, LedgerInvoice } from '../ledgers/ledger.ts'
import {
  dropCredits, lookAt, markCustomersDeleted, markInvoicesDeleted, markPaymentsDeleted, replaceCreditsOf, upsertCredits, upsertCustomers,
  upsertInvoices, upsertPayments, type Into, type InvoiceChange, type InvoiceRow,
} from '../store/books.ts' // prettier-ignore
import type { BusinessDb } from '../store/db.ts'
import { recordEvents, type EventKind, type NewEvent } from '../store/events.ts'
import { recordDefects } from '../store/sync-state.ts'
import type { Surroundings } from './standing.ts'

export type Landing = {
  readonly into: Into
  readonly now: Temporal.Instant
  readonly today: Day
  readonly defaultTermDays: number
  /** On the first load everything is new to us and nothing is news to anybody. */
  readonly quiet: boolean
}

/**
 * Lands what a ledger told in our copy, in the caller's transaction: rows, history, and a look at every customer
 * it concerns. Returns the customers concerned.
 */
export async function landChanges(
  db: BusinessDb,
  landing: Landing,
  changes: Partial<LedgerChanges>,
): Promise<string[]> {
  const { into, now } = landing
  const concerned = new Set<string>()
  const removed = (kind: 'invoice' | 'customer' | 'credit' | 'payment'): string[] =>
    (changes.removed ?? []).filter((gone) => gone.kind === kind).map((gone) => gone.id)

  const customers = await upsertCustomers(db, into, changes.customers ?? [], landing.quiet)
  for (const { customerId } of customers) concerned.add(customerId)
  for (const customerId of await markCustomersDeleted(db, into, removed('customer'))) concerned.add(customerId)

  const rows = (changes.invoices ?? []).map((invoice) => withDueDay(invoice, landing))
  const invoices = await upsertInvoices(db, into, rows, now, landing.quiet)
  invoices.push(...(await markInvoicesDeleted(db, into, removed('invoice'))))
  for (const change of invoices) {
    concerned.add(change.customerId)
    if (change.before && change.before.customerId !== change.customerId) concerned.add(change.before.customerId)
  }

  for (const customerId of await upsertCredits(db, into, changes.credits ?? [], now)) concerned.add(customerId)
  for (const customerId of await dropCredits(db, into, { ledgerIds: removed('credit') })) concerned.add(customerId)
  await upsertPayments(db, into, changes.payments ?? [])
  await markPaymentsDeleted(db, into, removed('payment'))
  await recordDefects(db, into.businessId, into.connectionId, changes.defects ?? [], now)

  if (!landing.quiet) {
    await recordEvents(
      db,
      invoices.flatMap((change) => eventsOf(change, landing)),
    )
    await recordEvents(
      db,
      customers
        .filter(({ merged }) => merged)
        .map(({ customerId }) => ({
          businessId: into.businessId,
          at: now,
          kind: 'customer-merged',
          actor: 'ledger',
          customerId,
        })),
    )
    await lookAt(db, [...concerned], now)
  }
  return [...concerned]
}

/** One customer's records as the ledger has just stated them. */
export type Reading = {
  /** By ledger id; null for an invoice that it no longer has. */
  readonly found: ReadonlyMap<string, LedgerInvoice | null>
  /** Null: they were not asked for. */
  readonly credits: CreditReading | null
}

/** What the ledger says of a customer's credits: what changed since the books were read, or all there is. */
export type CreditReading = {
  readonly credits: readonly LedgerCredit[]
  readonly gone: readonly string[] | 'all-others'
}

/** Lands a reading in our copy, in the caller's transaction. Returns the customers whose invoices it changed. */
export async function landReading(
  db: BusinessDb,
  { businessId, connectionId, customerId }: Into & { readonly customerId: string },
  around: Surroundings,
  { found, credits }: Reading,
): Promise<string[]> {
  const into = { businessId, connectionId }
  if (credits?.gone === 'all-others') await replaceCreditsOf(db, into, customerId, credits.credits, around.now)
  else if (credits) {
    await upsertCredits(db, into, credits.credits, around.now)
    await dropCredits(db, into, { ledgerIds: credits.gone })
  }
  return await landChanges(
    db,
    {
      into,
      now: around.now,
      today: around.today,
      defaultTermDays: around.policy.defaultTermDays,
      quiet: false,
    },
    {
      invoices: [...found.values()].filter((invoice) => invoice !== null),
      removed: [...found].filter(([, invoice]) => invoice === null).map(([id]) => ({ kind: 'invoice', id })),
    },
  )
}

/** An invoice without a due day gets the business's default term, counted from its issue; the mark stays visible. */
function withDueDay(invoice: LedgerInvoice, landing: Landing): InvoiceRow {
  if (invoice.dueOn !== null) return { ...invoice, dueOn: invoice.dueOn, dueAssumed: false }
  return { ...invoice, dueOn: addDays(invoice.issuedOn ?? landing.today, landing.defaultTermDays), dueAssumed: true }
}

/** What a change of an invoice is worth telling a person. */
function eventsOf(change: InvoiceChange, { into, now }: Landing): NewEvent[] {
  const { before, after } = change
  if (!before) return []
  const line = (kind: EventKind, facts: Readonly<Record<string, unknown>> = {}): NewEvent => ({
    businessId: into.businessId,
    at: now,
    kind,
    actor: 'ledger',
    customerId: change.customerId,
    invoiceId: change.invoiceId,
    facts: { number: change.number, currency: change.currency, ...facts },
  })
  const balances = { beforeMinor: before.balanceMinor, afterMinor: after.balanceMinor }
  const events: NewEvent[] = []
  if (before.state !== after.state) {
    if (after.state === 'paid') events.push(line('invoice-paid', balances))
    else if (after.state === 'void') events.push(line('invoice-voided'))
    else if (after.state === 'deleted') events.push(line('invoice-deleted'))
    else if (after.state === 'open' && before.state === 'paid') events.push(line('invoice-reopened', balances))
  } else if (after.state === 'open' && after.balanceMinor < before.balanceMinor) {
    events.push(line('invoice-part-paid', balances))
  } else if (
    after.state === 'open' &&
    (after.balanceMinor !== before.balanceMinor || before.currency !== change.currency)
  ) {
    events.push(line('invoice-changed', { ...balances, beforeCurrency: before.currency }))
  }
  if (before.dueOn !== after.dueOn) events.push(line('due-day-changed', { from: before.dueOn, to: after.dueOn }))
  return events
}
