import { addDays, type Day } from '../chase/day.ts'
import { money, type Money } from '../chase/money.ts'
import type { BookInvoice, Books } from './books.ts'
import type { CaseName } from './company-clients.ts'
import { nextWeekday, type Client, type Trade } from './company-trade.ts'

/** A special customer, and the invoice that makes it so where one does. */
export type DemoCase = { readonly customerId: string; readonly invoiceId: string | null }

/** Tells the members of a special case: at least one each, but for two currencies, which QuickBooks customers never have. */
export type DemoCases = (name: CaseName) => readonly DemoCase[]

/** Something out of the ordinary on one day of the past. */
export type CaseEvent = { readonly on: Day; readonly happen: () => void }

/**
 * What is out of the ordinary in a demo company's past: the invoices that every chaser gets wrong at first, one of
 * each kind. `cases` tells who they are, once the past has been played up to `today`.
 */
export function caseEvents(
  books: Books,
  trade: Trade,
  special: ReadonlyMap<CaseName, readonly Client[]>,
  today: Day,
): { readonly events: readonly CaseEvent[]; readonly cases: DemoCases } {
  const events: CaseEvent[] = []
  const invoices = new Map<CaseName, BookInvoice>()
  const clientOf = (name: CaseName): Client => {
    const [client] = special.get(name) ?? []
    if (!client) throw new RangeError(`no customer for the case ${name}`)
    return client
  }
  const ago = (days: number, happen: (on: Day) => void): void => {
    const on = addDays(today, -days)
    events.push({ on, happen: () => happen(on) })
  }
  /** An invoice for the case that fell due so many days before today, and that nobody pays by habit. */
  const owe = (name: CaseName, daysOverdue: number, amount: number, given: Partial<BookInvoice> = {}): void => {
    const client = clientOf(name)
    ago(daysOverdue + 30, (on) => {
      const total = given.total ?? money(amount, client.customer.currency)
      invoices.set(name, trade.issue(client, on, { dueOn: addDays(on, 30), ...given, total }, false))
    })
  }

  // The money has in truth been settled, or is in doubt: silence, or a question to a person.
  owe('credit-covers', 12, 184_250)
  ago(8, (on) => credit(books, clientOf('credit-covers'), on, 190_000))
  owe('overpaid', 5, 263_000)
  ago(60, (on) => books.addCredit('overpayment', clientOf('overpaid').customer.id, on, inItsMoney('overpaid', 4_500)))
  owe('unapplied-payment', 9, 97_415)
  ago(2, (on) =>
    books.receive(clientOf('unapplied-payment').customer.id, on, inItsMoney('unapplied-payment', 97_415), []),
  )
  owe('disputed', 20, 312_080)
  owe('promised', 6, 141_570, { expectedOn: nextWeekday(addDays(today, 6)) })
  ago(1, () => {
    const invoice = invoices.get('promised')
    if (invoice?.expectedOn) trade.planPayment(invoice.id, invoice.expectedOn)
  })
  owe('part-paid', 11, 208_600)
  ago(7, (on) => {
    const invoice = invoices.get('part-paid')
    if (invoice) books.pay(invoice.id, on, money(Math.round(invoice.total.minor / 2), invoice.total.currency))
  })

  // Something is missing or unusual in the record.
  owe('several-addresses', 4, 58_840)
  owe('no-address', 14, 77_300)
  owe('no-due-date', 8, 36_725, { dueOn: null })
  owe('no-number', 6, 49_990, { number: null })
  owe('archived', 160, 22_400)
  ago(100, () => {
    const { id } = clientOf('archived').customer
    books.updateCustomer(id, { archived: true })
    trade.retire(id)
  })
  owe('long-overdue', 190, 418_900)
  owe('duplicate', 3, 61_230)
  owe('duplicate-of', 10, 84_475)
  if (special.has('two-currencies')) owe('two-currencies', 5, 0, { total: money(118_000, 'EUR') })

  ago(75, (on) => addWhatIsNeverChased(books, trade, clientOf('overpaid'), on))

  const cases: DemoCases = (name) =>
    (special.get(name) ?? []).map(({ customer }) => ({
      customerId: customer.id,
      invoiceId: invoices.get(name)?.id ?? null,
    }))
  return { events, cases }

  function inItsMoney(name: CaseName, minor: number): Money {
    return money(minor, clientOf(name).customer.currency)
  }
}

function credit(books: Books, { customer }: Client, on: Day, minor: number): void {
  books.addCredit('credit-note', customer.id, on, money(minor, customer.currency))
}

/** A bill, a draft, a void, a deleted and a free invoice, and a credit note used up: none may ever be chased. */
function addWhatIsNeverChased(books: Books, trade: Trade, client: Client, on: Day): void {
  const { currency, id: customerId } = client.customer
  const total = money(55_000, currency)
  books.addInvoice({ customerId, kind: 'bill', number: 'A-77120', issuedOn: on, dueOn: addDays(on, 30), total })
  trade.forget(trade.issue(client, on, { status: 'draft', number: null, total }, false).id)
  books.updateInvoice(trade.issue(client, on, { total }, false).id, { status: 'void' })
  books.updateInvoice(trade.issue(client, on, { total }, false).id, { status: 'deleted' })
  trade.issue(client, on, { total: money(0, currency) }, false)
  const returned = trade.issue(client, on, { total }, false)
  books.addCredit('credit-note', customerId, on, total, [{ invoiceId: returned.id, amount: total }])
}
