import { claimWorking, CLAIM_MESSAGES, quotedClaim } from '../chase/law/claim.ts'
import type { ClaimTerms, ClaimWorking, QuotedClaim } from '../chase/law/claim.ts'
import { debtorOf, type KnownDebtor } from '../chase/law/debtor.ts'
import { limitationBetween, type Place } from '../chase/law/governing-law.ts'
import { limitationAlert, type LimitationAlert } from '../chase/law/limitation-alert.ts'
import type { Interruption, Limitation } from '../chase/law/limitation.ts'
import type { InterruptionKind } from '../chase/law/limitation-rules.ts'
import type { Refusal } from '../chase/law/answer.ts'
import type { InvoiceRecord } from '../chase/law/records.ts'
import { vatRelief, type VatClaimKind, type VatRelief } from '../chase/law/vat-relief.ts'
import { addDays, type Day } from '../chase/day.ts'
import { money } from '../chase/money.ts'
import type { MessageKind } from '../chase/stage.ts'
import type { Business } from '../store/businesses.ts'
import type { BusinessDb } from '../store/db.ts'
import {
  customersWithDebtsDueBefore,
  listDebtEvents,
  listPaymentsOf,
  listWrittenPromises,
  type DebtEvent,
  type DebtEventKind,
  type InvoicePayment,
} from '../store/law.ts'
import { readCustomers, type CustomerFacts, type InvoiceFacts } from '../store/standings.ts'
import { regionCode } from './regions.ts'
import type { Surroundings } from './standing.ts'

/** Where the ledger or a person says somebody is, in the codes of the law. */
const placeOf = ({ country, region }: Pick<Business, 'country' | 'region'>): Place => ({
  country,
  region: country === null ? null : regionCode(country, region),
})

/** Whether a customer is a business, and how that is known. */
export const debtorIs = ({ business }: Pick<Surroundings, 'business'>, customer: CustomerFacts): KnownDebtor =>
  debtorOf({
    name: customer.name,
    setDebtor: customer.setDebtor,
    sellsToBusinessesOnly: business.sellsToBusinessesOnly,
  })

/** Under which law, against whom and by what right this business claims from a customer up to a day. */
const termsOf = (
  around: Pick<Surroundings, 'business' | 'policy'>,
  customer: CustomerFacts,
  until: Day,
): ClaimTerms => ({
  country: around.business.country,
  debtor: debtorIs(around, customer).debtor,
  until,
  grounds: around.policy.grounds,
})

const recordOf = (invoice: InvoiceFacts, payments: readonly InvoicePayment[]): InvoiceRecord => ({
  dueOn: invoice.dueOn,
  dueAssumed: invoice.dueAssumed,
  total: money(invoice.totalMinor, invoice.currency),
  balance: money(invoice.balanceMinor, invoice.currency),
  payments: payments
    .filter(({ invoiceId }) => invoiceId === invoice.id)
    .map(({ on, minor, currency }) => ({ on, amount: money(minor, currency) })),
})

/**
 * The interest and compensation that a message of this kind may set out, from the balances as they are in our copy at
 * this moment; null for every other message.
 */
export async function claimFor(
  db: BusinessDb,
  around: Pick<Surroundings, 'business' | 'policy'>,
  customer: CustomerFacts,
  message: { readonly kind: MessageKind | null; readonly items: readonly InvoiceFacts[]; readonly today: Day },
): Promise<QuotedClaim | null> {
  const { grounds } = around.policy
  const consented = around.business.lawConsentedAt !== null
  if (message.kind === null || !CLAIM_MESSAGES.has(message.kind) || !consented) return null
  if (!grounds['late-interest'] && !grounds.compensation) return null
  const items = message.items.filter(({ balanceMinor }) => balanceMinor > 0)
  const payments = await listPaymentsOf(
    db,
    items.map(({ id }) => id),
  )
  return quotedClaim(
    items.map((invoice) => recordOf(invoice, payments)),
    { ...termsOf(around, customer, message.today), consented },
  )
}

/** What the law says about one open invoice today. */
export type InvoiceLaw = ClaimWorking & {
  readonly invoice: InvoiceFacts
  readonly limitation: Limitation | Refusal
  /** Only where the seller is Spanish. */
  readonly vat: VatRelief | Refusal | null
}

export type CustomerLaw = {
  readonly debtor: KnownDebtor
  /** Overdue invoices, oldest first. */
  readonly invoices: readonly InvoiceLaw[]
  readonly events: readonly DebtEvent[]
}

/** What the law says about a customer's overdue invoices, whether or not any message may quote it. */
export async function readLaw(
  db: BusinessDb,
  around: Pick<Surroundings, 'business' | 'policy' | 'today'>,
  customer: CustomerFacts,
): Promise<CustomerLaw> {
  const overdue = customer.invoices.filter(({ dueOn, balanceMinor }) => dueOn < around.today && balanceMinor > 0)
  const payments = await listPaymentsOf(
    db,
    overdue.map(({ id }) => id),
  )
  const events = await listDebtEvents(db, [customer.customerId])
  const promises = await listWrittenPromises(db, [customer.customerId])
  const terms = termsOf(around, customer, around.today)
  const invoices = overdue.map((invoice): InvoiceLaw => {
    const record = recordOf(invoice, payments)
    return {
      invoice,
      ...claimWorking(record, terms),
      limitation: limitationOf(around, customer, invoice, interruptionsOf(invoice, { payments, events, promises })),
      vat: around.business.country === 'ES' ? vatReliefOf(around, terms, invoice, { record, events }) : null,
    }
  })
  return { debtor: debtorIs(around, customer), invoices, events }
}

type DebtHistory = {
  readonly payments: readonly InvoicePayment[]
  readonly events: readonly DebtEvent[]
  readonly promises: Awaited<ReturnType<typeof listWrittenPromises>>
}

const INTERRUPTS: Readonly<Record<DebtEventKind, InterruptionKind>> = {
  'extrajudicial-claim': 'extrajudicial-claim',
  'notarial-claim': 'extrajudicial-claim',
  'court-claim': 'court-claim',
  acknowledgement: 'acknowledgement',
  'written-acknowledgement': 'written-acknowledgement',
}

/** All that happened to an invoice and that can be proved. */
function interruptionsOf({ id }: InvoiceFacts, { payments, events, promises }: DebtHistory): Interruption[] {
  return [
    ...payments.filter(({ invoiceId }) => invoiceId === id).map(({ on }) => ({ on, kind: 'part-payment' as const })),
    ...events.filter(({ invoiceIds }) => invoiceIds.includes(id)).map(({ on, kind }) => ({ on, kind: INTERRUPTS[kind] })),
    ...promises.filter(({ invoiceIds }) => invoiceIds.includes(id)).map(({ on }) => ({ on, kind: 'acknowledgement' as const })),
  ] // prettier-ignore
}

function limitationOf(
  around: Pick<Surroundings, 'business'>,
  customer: CustomerFacts,
  { dueOn, dueAssumed, issuedOn }: InvoiceFacts,
  interruptions: readonly Interruption[],
): Limitation | Refusal {
  // A due day that was assumed may have been earlier; the day of the invoice is the earliest it can have been.
  const countedFrom = dueAssumed && issuedOn !== null && issuedOn < dueOn ? issuedOn : dueOn
  const { debtor } = debtorIs(around, customer)
  return limitationBetween(placeOf(around.business), placeOf(customer), { debtor, dueOn: countedFrom, interruptions })
}

const VAT_CLAIMS: Readonly<Partial<Record<DebtEventKind, VatClaimKind>>> = {
  'extrajudicial-claim': 'extrajudicial-claim',
  'notarial-claim': 'notarial-claim',
  'court-claim': 'court-claim',
}

function vatReliefOf(
  { business }: Pick<Surroundings, 'business'>,
  { debtor, until: today }: ClaimTerms,
  { id, issuedOn, dueOn }: InvoiceFacts,
  { record, events }: { readonly record: InvoiceRecord; readonly events: readonly DebtEvent[] },
): VatRelief | Refusal {
  const { balance: amount, payments } = record
  const paid = payments.reduce((sum, part) => sum + part.amount.minor, 0)
  return vatRelief({
    invoice: { issuedOn: issuedOn ?? dueOn, dueOn, amount: money(amount.minor + paid, amount.currency), payments },
    turnover: business.vatTurnover ?? 'unknown',
    debtor,
    today,
    claims: events
      .filter(({ invoiceIds }) => invoiceIds.includes(id))
      .flatMap(({ on, kind }) => (VAT_CLAIMS[kind] ? [{ on, kind: VAT_CLAIMS[kind] }] : [])),
  })
}

/** No period that is known here ends sooner after the due day, less the days of the first warning. */
const SOONEST_END_DAYS = 365 - 90 - 1

export type LimitationWork = LimitationAlert & { readonly customerId: string; readonly number: string | null }

/** The debts of a business that can soon not be claimed any more, the soonest first. */
export async function readLimitationAlerts(
  db: BusinessDb,
  around: Pick<Surroundings, 'business' | 'today'>,
  most: number,
): Promise<LimitationWork[]> {
  const old = addDays(around.today, -SOONEST_END_DAYS)
  const customers = await readCustomers(db, await customersWithDebtsDueBefore(db, old, most), around.today, 'look')
  const ids = customers.map(({ customerId }) => customerId)
  const due = customers.flatMap(({ invoices }) => invoices.filter(({ dueOn, balanceMinor }) => dueOn < old && balanceMinor > 0)) // prettier-ignore
  const payments = await listPaymentsOf(
    db,
    due.map(({ id }) => id),
  )
  const [events, promises] = [await listDebtEvents(db, ids), await listWrittenPromises(db, ids)]
  return customers
    .flatMap((customer) =>
      customer.invoices
        .filter((invoice) => due.includes(invoice))
        .flatMap((invoice): LimitationWork[] => {
          const answer = limitationOf(around, customer, invoice, interruptionsOf(invoice, { payments, events, promises })) // prettier-ignore
          const alert = answer.kind === 'limitation' ? limitationAlert(invoice.id, answer, around.today) : null
          return alert ? [{ ...alert, customerId: customer.customerId, number: invoice.number }] : []
        }),
    )
    .toSorted((one, other) => one.daysLeft - other.daysLeft)
}
