import { money } from '../chase/money.ts'
import type { AccountStatement } from '../documents/statement.ts'
import { readBusiness, type Business } from '../store/businesses.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { readAccount, readEvidenceScope, type AccountRows } from '../store/evidence.ts'
import { openInvoicesOf } from '../store/invoices.ts'
import { customerName, readDebtorDetails } from '../store/letters.ts'
import { requestNotice } from '../store/notices.ts'
import { take, type Act, type ControlDependencies, type Outcome } from './act.ts'
import { localeOf } from './language.ts'
import { linesOf } from './lines.ts'
import { localTime } from './local-time.ts'
import { refreshCustomer, type RefreshApp } from './refresh-customer.ts'

/** A customer's account as our copy has it at a moment: for the statement on paper. */
export async function readStatement(
  db: BusinessDb,
  businessId: string,
  customer: { readonly id: string; readonly name: string },
  { language, asOf }: { readonly language: 'es' | 'en'; readonly asOf: Temporal.Instant },
): Promise<AccountStatement> {
  const business = await readBusiness(db, businessId)
  const scope = await readEvidenceScope(db, customer.id, null)
  const { today } = localTime(business.timeZone, asOf)
  const account = await readAccount(db, scope?.customerIds ?? [customer.id], today)
  const debtor = await readDebtorDetails(db, customer.id)
  return {
    language,
    locale: localeOf(language, business.country),
    timeZone: business.timeZone,
    asOf,
    business: { name: business.legalName ?? business.name, details: lettersHead(business) },
    customer: {
      name: debtor?.legalName ?? customer.name,
      details: debtor ? [...linesOf(debtor.postalAddress), ...present(debtor.taxId)] : [],
    },
    ...partsOf(account),
    payTo: linesOf(business.paymentDetails),
  }
}

const present = (line: string | null): string[] => (line === null ? [] : [line])

const lettersHead = ({ taxId, postalAddress, senderPhone, senderEmail }: Business): string[] =>
  [taxId, linesOf(postalAddress).join(', ') || null, senderPhone, senderEmail].flatMap(present)

function partsOf({ items, credits, payments, syncedAt }: AccountRows) {
  return {
    booksReadAt: syncedAt,
    items: items.map(({ currency, totalMinor, balanceMinor, mark, ...item }) => ({
      ...item,
      total: money(totalMinor, currency),
      balance: money(balanceMinor, currency),
      mark: mark === 'paused' ? ('excluded' as const) : mark,
    })),
    credits: credits.map(({ kind, currency, remainingMinor }) => ({
      kind,
      reference: null,
      remaining: money(remainingMinor, currency),
    })),
    payments: payments.map(({ on, number, currency, amountMinor }) => ({
      on,
      invoice: number,
      amount: money(amountMinor, currency),
    })),
  }
}

export type StatementRefusal = 'nothing-open' | 'observing' | 'stopped' | 'already-asked'

/**
 * Asks for the account to be stated to the customer in writing: an ordinary message beside the ladder, which waits for
 * approval where the mode says so and passes the same gate as every other. Once a day.
 */
export async function requestStatement(
  app: ControlDependencies,
  act: Act & { readonly customerId: string },
): Promise<Outcome | StatementRefusal> {
  const { businessId, userId, customerId } = act
  return take<StatementRefusal>(app, act, act, null, async (db) => {
    const business = await readBusiness(db, businessId)
    // It would wait, and go on a day on which it says something else.
    if (business.stopped) return 'stopped'
    if (business.mode === 'observe') return 'observing'
    const open = await openInvoicesOf(db, customerId)
    if (open.length === 0) return 'nothing-open'
    const at = app.now()
    const { today } = localTime(business.timeZone, at)
    const isNew = await requestNotice(db, {
      businessId, customerId, id: `statement:${today}:${customerId}`, message: 'statement', requestedBy: userId, at,
      invoiceIds: open.map(({ id }) => id),
    }) // prettier-ignore
    return isNew ? { kind: 'notice-requested', facts: { stage: 'statement' } } : 'already-asked'
  })
}

/** Books read longer ago than this are asked for again before an account is put on paper. */
const GOOD_FOR = { minutes: 10 }

/**
 * The account of a customer of this business, to be put on paper; null when there is no such customer. Where our copy is
 * not of this moment the ledger is asked first; if it does not answer, the paper says when the books were read.
 */
export async function freshStatement(
  app: RefreshApp,
  businessId: string,
  customerId: string,
  language: 'es' | 'en',
): Promise<AccountStatement | null> {
  const read = () =>
    inBusiness(app.db, businessId, async (db) => {
      const name = await customerName(db, customerId)
      const asOf = app.now()
      return name === null ? null : await readStatement(db, businessId, { id: customerId, name }, { language, asOf })
    })
  const known = await read()
  if (!known) return null
  const { booksReadAt, asOf } = known
  if (booksReadAt && Temporal.Instant.compare(booksReadAt.add(GOOD_FOR), asOf) >= 0) return known
  const refreshed = await refreshCustomer(app, { businessId, customerId })
  const fresh = await read()
  // Where something had changed, when it was paid comes with the next sync.
  return fresh && refreshed === 'same' ? { ...fresh, booksReadAt: fresh.asOf } : fresh
}
