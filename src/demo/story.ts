import { addDays, daysBetween, type Day } from '../chase/day.ts'
import { repeatableRandom, seedFrom } from '../chase/luck.ts'
import { decimalOf, money, type Money } from '../chase/money.ts'
import type { Stage } from '../chase/standing.ts'
import type { BookCustomer, BookInvoice } from './books.ts'
import type { DemoCompanies, DemoCompany } from './company.ts'
import { nextWeekday, type Payer, type TradeEvent } from './company-trade.ts'

/** One thing that happened to the books, with a sentence for the diary. */
export type StoryEvent = {
  readonly on: Day
  readonly company: DemoCompany
  readonly kind: StoryKind
  readonly customerId: string
  readonly customerName: string
  /** The invoices it concerns, oldest first. */
  readonly invoiceIds: readonly string[]
  readonly amount: Money | null
  /** A plain sentence in English, with the customer, the number and the amount. */
  readonly text: string
}

export type StoryKind =
  | 'invoice'
  | 'payment'
  | 'part-payment'
  | 'payment-returned'
  | 'void'
  | 'credit'
  | 'due-day-changed'
  | 'customers-merged'
  | 'address-added'

/** What goes on at the two companies while Puntual watches. */
export type Story = {
  /**
   * Applies what happens on a day to the books of both companies, and says what it was. Days go forward: a day left
   * out is played first, a day that has been is played no more.
   */
  play(on: Day): StoryEvent[]
  /** Tells the story that a customer got a message, so that those whom messages move pay sooner. */
  onMail(customerEmail: string, stage: Stage, on: Day): void
}

/**
 * The days after `now` at both demo companies: goods go out, customers pay as they use to or when they are asked,
 * and once each something goes wrong that a chaser must notice. Deterministic by its seed and the messages it hears of.
 */
export function createStory(companies: DemoCompanies, seed = 1): Story {
  const tales = [companies.spanish, companies.british].map((company) => tellOf(company, seed))
  return {
    play: (on) => tales.flatMap((tale) => tale.play(on)),
    onMail(customerEmail, stage, on) {
      for (const tale of tales) tale.onMail(customerEmail, stage, on)
    },
  }
}

function tellOf(company: DemoCompany, seed: number): Story {
  const { today, trade } = company
  const turns = turnsOf(company)
  let next = today
  const play = (on: Day): StoryEvent[] => [
    ...trade.play(on).map((event) => tradeTold(company, on, event)),
    ...turns.filter(({ day }) => nextWeekday(addDays(today, day)) === on).flatMap(({ happen }) => happen(on) ?? []),
  ]
  return {
    play(on) {
      const events: StoryEvent[] = []
      for (; next <= on; next = addDays(next, 1)) events.push(...play(next))
      return events
    },
    onMail: (customerEmail, stage, on) => answerMail(company, seed, { customerEmail, stage, on }),
  }
}

/** Lets the customer of an address make up their mind about each invoice that was due when the message came. */
function answerMail(
  { books, trade }: DemoCompany,
  seed: number,
  mail: { customerEmail: string; stage: Stage; on: Day },
): void {
  for (const customer of books.customers.values()) {
    if (!hasAddress(customer, mail.customerEmail)) continue
    const payer = trade.client(customer.id)?.payer ?? 'never'
    for (const invoice of books.invoices.values()) {
      if (invoice.customerId !== customer.id || invoice.kind !== 'sale' || books.balance(invoice.id).minor <= 0)
        continue
      const daysLate = invoice.dueOn ? daysBetween(invoice.dueOn, mail.on) : 0
      if (daysLate < -5 || daysLate > BEYOND_LETTERS_DAYS) continue
      const luck = repeatableRandom(seedFrom(seed, invoice.id, mail.stage))
      if (luck() >= WHO_IS_MOVED[payer][mail.stage]) continue
      trade.planPayment(invoice.id, addDays(mail.on, 1 + Math.floor(luck() * 4)), payer === 'in-parts' ? 0.5 : 1)
    }
  }
}

function hasAddress({ email, people }: BookCustomer, address: string): boolean {
  const all = [...(email?.split(/[;,\s]+/) ?? []), ...people.map((person) => person.email)]
  return all.some((one) => one.toLowerCase() === address.toLowerCase())
}

/** A debt this old is not paid because of one more message. */
const BEYOND_LETTERS_DAYS = 150

/** How likely a message of each tone makes each kind of payer pay within days. */
const WHO_IS_MOVED: Readonly<Record<Payer, Readonly<Record<Stage, number>>>> = {
  prompt: moved(0.3, 0.6, 0.6, 0.7, 0.9, 1),
  steady: moved(0.2, 0.5, 0.6, 0.8, 0.9, 1),
  late: moved(0, 0.2, 0.3, 0.5, 0.8, 0.9),
  erratic: moved(0.2, 0.4, 0.4, 0.5, 0.7, 0.9),
  forgetful: moved(0.4, 0.6, 0.6, 0.7, 0.8, 0.9),
  'in-parts': moved(0, 0.2, 0.4, 0.6, 0.8, 0.9),
  never: moved(0, 0, 0, 0.05, 0.2, 0.35),
}

function moved(
  beforeDue: number,
  dueDay: number,
  firstOverdue: number,
  firm: number,
  serious: number,
  final: number,
): Record<Stage, number> {
  return {
    'before-due': beforeDue,
    'due-day': dueDay,
    'first-overdue': firstOverdue,
    firm,
    serious,
    urgent: (serious + final) / 2,
    final,
  }
}

type Turn = { readonly day: number; readonly happen: (on: Day) => StoryEvent | null }

/** What happens once at each company, by days from the start. Each finds its invoice on the day, among those that fit. */
function turnsOf(company: DemoCompany): readonly Turn[] {
  const { books, cases, trade } = company
  const told = (
    on: Day,
    kind: StoryKind,
    customerId: string,
    invoices: readonly BookInvoice[],
    rest: Rest,
  ): StoryEvent => eventOf(company, on, kind, customerId, invoices, rest)
  const invoiceOf = (name: Parameters<typeof cases>[0]): BookInvoice | null => {
    const id = cases(name)[0]?.invoiceId
    return id ? books.invoice(id) : null
  }
  return [
    {
      day: 4,
      happen: (on) => {
        const [one] = cases('no-address')
        const domain = company.ledger === 'xero' ? 'puertas-toledanas' : 'brightharbour'
        if (!one) return null
        const email = `${company.ledger === 'xero' ? 'administracion' : 'accounts'}@${domain}.example`
        books.updateCustomer(one.customerId, { email })
        return told(on, 'address-added', one.customerId, [], {
          amount: null,
          says: (name) => `${name} now has an address: ${email}`,
        })
      },
    },
    {
      day: 7,
      happen: (on) => {
        const [from] = cases('duplicate')
        const [into] = cases('duplicate-of')
        if (!from || !into) return null
        const { name } = books.customer(from.customerId)
        books.mergeCustomers(from.customerId, into.customerId)
        trade.retire(from.customerId)
        return told(on, 'customers-merged', into.customerId, [], {
          amount: null,
          says: (kept) => `${name} is merged into ${kept}`,
        })
      },
    },
    {
      day: 8,
      happen: (on) => {
        const invoice = someOverdue(company, on, 3, 40, 0)
        if (!invoice) return null
        const amount = books.balance(invoice.id)
        books.updateInvoice(invoice.id, { status: 'void' })
        return told(on, 'void', invoice.customerId, [invoice], {
          amount,
          says: (name, numbers, sum) => `${numbers} of ${name} is void (${sum}): it had been invoiced twice`,
        })
      },
    },
    {
      day: 10,
      happen: (on) => {
        const invoice = invoiceOf('unapplied-payment')
        const payment = [...books.payments.values()].find(
          (payment) => payment.customerId === invoice?.customerId && books.remaining(payment).minor > 0,
        )
        if (!invoice || !payment || books.balance(invoice.id).minor <= 0) return null
        const amount = smaller(books.balance(invoice.id), books.remaining(payment))
        books.applyPayment(payment.id, invoice.id, amount)
        return told(on, 'payment', invoice.customerId, [invoice], {
          amount,
          says: (name, numbers, sum) => `The ${sum} that came from ${name} without a word is matched to ${numbers}`,
        })
      },
    },
    {
      day: 13,
      happen: (on) => {
        const invoice = someOverdue(company, on, 3, 60, 1)
        if (!invoice) return null
        const amount = books.balance(invoice.id)
        books.addCredit('credit-note', invoice.customerId, on, amount, [{ invoiceId: invoice.id, amount }])
        return told(on, 'credit', invoice.customerId, [invoice], {
          amount,
          says: (name, numbers, sum) => `${name} gets a credit note of ${sum} that settles ${numbers}`,
        })
      },
    },
    { day: 17, happen: (on) => returnPayment(company, on, told) },
    {
      day: 20,
      happen: (on) => {
        const invoice = someOverdue(company, on, 1, 30, 2)
        if (!invoice) return null
        books.updateInvoice(invoice.id, { dueOn: addDays(on, 21) })
        return told(on, 'due-day-changed', invoice.customerId, [invoice], {
          amount: books.balance(invoice.id),
          says: (name, numbers, sum) => `${numbers} of ${name} (${sum}) is now due on ${addDays(on, 21)}`,
        })
      },
    },
    {
      day: 30,
      happen: (on) => {
        const invoice = invoiceOf('credit-covers')
        const credit = [...books.credits.values()].find(
          (credit) => credit.customerId === invoice?.customerId && books.remaining(credit).minor > 0,
        )
        if (!invoice || !credit || books.balance(invoice.id).minor <= 0) return null
        const amount = smaller(books.balance(invoice.id), books.remaining(credit))
        books.applyCredit(credit.id, invoice.id, amount)
        return told(on, 'credit', invoice.customerId, [invoice], {
          amount,
          says: (name, numbers, sum) => `The open credit of ${name} is applied to ${numbers}: ${sum}`,
        })
      },
    },
    {
      day: 40,
      happen: (on) => {
        const invoice = invoiceOf('disputed')
        if (!invoice || books.balance(invoice.id).minor <= 0) return null
        const amount = money(
          Math.min(books.balance(invoice.id).minor, Math.round(invoice.total.minor * 0.3)),
          invoice.total.currency,
        )
        books.addCredit('credit-note', invoice.customerId, on, amount, [{ invoiceId: invoice.id, amount }])
        trade.planPayment(invoice.id, addDays(on, 5))
        return told(on, 'credit', invoice.customerId, [invoice], {
          amount,
          says: (name, numbers, sum) =>
            `The dispute over ${numbers} ends: ${name} gets ${sum} back and will pay the rest`,
        })
      },
    },
  ]
}

type Rest = {
  readonly amount: Money | null
  readonly says: (name: string, numbers: string, sum: string) => string
}
type Told = (on: Day, kind: StoryKind, customerId: string, invoices: readonly BookInvoice[], rest: Rest) => StoryEvent

/** The bank takes back the most recent payment that closed an invoice; the customer pays again a fortnight later. */
function returnPayment({ books, trade }: DemoCompany, on: Day, told: Told): StoryEvent | null {
  const recent = [...books.payments.values()].findLast(
    (payment) => !payment.deleted && payment.applied.length === 1 && daysBetween(payment.on, on) >= 2,
  )
  const [applied] = recent?.applied ?? []
  if (!recent || !applied) return null
  books.deletePayment(recent.id)
  trade.planPayment(applied.invoiceId, addDays(on, 14))
  return told(on, 'payment-returned', recent.customerId, [books.invoice(applied.invoiceId)], {
    amount: recent.amount,
    says: (name, numbers, sum) => `The bank returns the payment of ${sum} by ${name}: ${numbers} is open again`,
  })
}

/** An ordinary overdue invoice on which nothing was paid, between so many days late; `choice` keeps the turns from picking the same one. */
function someOverdue(company: DemoCompany, on: Day, least: number, most: number, choice: number): BookInvoice | null {
  const { books, trade } = company
  const special = new Set(TOLD_ELSEWHERE.flatMap((name) => company.cases(name).map(({ customerId }) => customerId)))
  const found = [...books.invoices.values()].filter((invoice) => {
    if (invoice.kind !== 'sale' || invoice.dueOn === null || special.has(invoice.customerId)) return false
    const late = daysBetween(invoice.dueOn, on)
    const untouched = books.balance(invoice.id).minor === invoice.total.minor && invoice.total.minor > 0
    return late >= least && late <= most && untouched && trade.client(invoice.customerId)
  })
  return found[choice % Math.max(1, found.length)] ?? null
}

/** Customers whose own story would be spoilt by another turn. */
const TOLD_ELSEWHERE = [
  'credit-covers', 'overpaid', 'unapplied-payment', 'disputed', 'promised', 'part-paid', 'several-addresses',
  'no-address', 'no-due-date', 'no-number', 'archived', 'duplicate', 'duplicate-of', 'long-overdue', 'two-currencies',
] as const // prettier-ignore

function tradeTold(company: DemoCompany, on: Day, event: TradeEvent): StoryEvent {
  if (event.kind === 'invoice') {
    const { invoice } = event
    return eventOf(company, on, 'invoice', invoice.customerId, [invoice], {
      amount: invoice.total,
      says: (name, numbers, sum) => `${name} is invoiced ${sum}: ${numbers}, due on ${invoice.dueOn ?? 'no day'}`,
    })
  }
  const invoices = event.invoiceIds.map((id) => company.books.invoice(id))
  return eventOf(company, on, event.kind, event.customerId, invoices, {
    amount: event.amount,
    says: (name, numbers, sum) =>
      event.kind === 'payment' ? `${name} pays ${sum}: ${numbers}` : `${name} pays ${sum}, a part of ${numbers}`,
  })
}

function eventOf(
  company: DemoCompany,
  on: Day,
  kind: StoryKind,
  customerId: string,
  invoices: readonly BookInvoice[],
  { amount, says }: Rest,
): StoryEvent {
  const customerName = company.books.customer(customerId).name
  const numbers = invoices.map(({ number }) => number ?? 'an invoice without a number').join(', ')
  const sum = amount ? inWords(amount) : ''
  const text = says(customerName, numbers, sum)
  return { on, company, kind, customerId, customerName, invoiceIds: invoices.map(({ id }) => id), amount, text }
}

const inWords = ({ minor, currency }: Money): string =>
  decimalOf({ minor, currency }).toLocaleString('en-GB', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  })

const smaller = (one: Money, other: Money): Money => (one.minor <= other.minor ? one : other)
