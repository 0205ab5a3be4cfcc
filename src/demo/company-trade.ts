import { addDays, daysBetween, weekday, type Day } from '../chase/day.ts'
import { repeatableRandom, seedFrom } from '../chase/luck.ts'
import { money, type Money } from '../chase/money.ts'
import type { BookCustomer, BookInvoice, Books } from './books.ts'

/**
 * How a customer pays.
 *
 * `prompt`: by the due day. `steady`: a few days late, always. `late`: about twelve days late. `erratic`: on time or
 * weeks late. `forgetful`: when reminded. `in-parts`: half, and the rest weeks later. `never`: not by itself.
 */
export type Payer = 'prompt' | 'steady' | 'late' | 'erratic' | 'forgetful' | 'in-parts' | 'never'

/** A customer of a demo company, as its trade sees it. */
export type Client = {
  readonly customer: BookCustomer
  readonly payer: Payer
  readonly termDays: number
  readonly ordersPerMonth: number
  /** The middle of its invoices, in minor units. */
  readonly typicalMinor: number
  readonly firstOn: Day
  readonly catalogue: readonly string[]
}

/** Something that happened in the trade of one day. */
export type TradeEvent =
  | { readonly kind: 'invoice'; readonly invoice: BookInvoice }
  | {
      readonly kind: 'payment' | 'part-payment'
      readonly customerId: string
      readonly amount: Money
      readonly invoiceIds: readonly string[]
    }

/** The buying and paying of all clients, one day after the other: the same engine makes the past and goes on with it. */
export type Trade = {
  /** Adds a client who buys from now on. */
  admit(client: Client): void
  clients(): readonly Client[]
  client(customerId: string): Client | undefined
  /** Issues an invoice outside the usual orders; `pays` false leaves it unpaid until something else plans it. */
  issue(client: Client, on: Day, given: Partial<BookInvoice>, pays: boolean): BookInvoice
  /** Plans a payment, no later than one already planned for this part of the invoice. */
  planPayment(invoiceId: string, on: Day, share?: number): void
  /** Nothing more is paid on this invoice by itself. */
  forget(invoiceId: string): void
  /** A merged customer's orders go on under the other's name. */
  retire(customerId: string): void
  /** What the clients buy and pay on this day. */
  play(on: Day): TradeEvent[]
}

type PlannedPayment = {
  readonly on: Day
  /** Of the total, 0 to 1. */
  readonly share: number
}

export type TradeSettings = {
  readonly seed: number
  /** From here on nobody phones the forgetful any more: they wait for a message. */
  readonly remindedFrom: Day
  /** The number of the next invoice issued on a day. */
  readonly nextNumber: (on: Day) => string
}

/** The trade of one company over its books. Deterministic: the seed, the clients and the days decide everything. */
export function createTrade(books: Books, settings: TradeSettings): Trade {
  const clients = new Map<string, Client & { random: () => number; orders: number }>()
  const plans = new Map<string, PlannedPayment[]>()
  const unpaidLong = (customerId: string, on: Day): number =>
    [...plans.keys()].filter((id) => {
      const { customerId: owner, dueOn } = books.invoice(id)
      return owner === customerId && dueOn !== null && daysBetween(dueOn, on) > 30
    }).length

  const issue = (client: Client, on: Day, given: Partial<BookInvoice>, pays: boolean): BookInvoice => {
    const random = clients.get(client.customer.id)?.random ?? repeatableRandom(settings.seed)
    const total = given.total ?? money(amountNear(client.typicalMinor, random), client.customer.currency)
    const invoice = books.addInvoice({
      customerId: client.customer.id,
      number: settings.nextNumber(on),
      reference:
        random() < 0.4
          ? `${client.customer.country === 'ES' ? 'PED' : 'PO'}-${Math.floor(4000 + random() * 5000)}`
          : null,
      issuedOn: on,
      dueOn: addDays(on, client.termDays),
      lines: linesOf(total, client.catalogue, random),
      ...given,
      total,
    })
    const planned = pays ? habitOf(client.payer, invoice.dueOn ?? addDays(on, 30), settings.remindedFrom, random) : []
    plans.set(invoice.id, planned)
    return invoice
  }

  return {
    admit(client) {
      const random = repeatableRandom(seedFrom(settings.seed, 'orders', client.customer.name))
      clients.set(client.customer.id, { ...client, random, orders: 0 })
    },
    clients: () => [...clients.values()],
    client: (customerId) => clients.get(customerId),
    issue,
    planPayment(invoiceId, on, share = 1) {
      const planned = plans.get(invoiceId) ?? []
      const first = planned[0]
      if (first && share < 1)
        plans.set(invoiceId, [{ on: earlier(first.on, on), share: first.share }, ...planned.slice(1)])
      else plans.set(invoiceId, [{ on: earlier(first?.on ?? on, on), share: 1 }])
    },
    forget: (invoiceId) => plans.set(invoiceId, []),
    retire: (customerId) => clients.delete(customerId),

    play(on) {
      const events = payWhatIsPlanned(books, plans, on)
      for (const client of clients.values()) {
        // Each client's goods leave on its own day of the week, so that a day brings a handful of invoices.
        if (on < client.firstOn || weekday(on) !== 1 + (seedFrom(settings.seed, client.customer.name) % 5)) continue
        const first = client.orders === 0
        const orders = client.random() < client.ordersPerMonth / WEEKS_PER_MONTH
        if (!first && (!orders || unpaidLong(client.customer.id, on) >= 2)) continue
        client.orders += 1
        events.push({ kind: 'invoice', invoice: issue(client, on, {}, true) })
      }
      return events
    },
  }
}

const WEEKS_PER_MONTH = 4.35

/** Applies what falls due of the plans: one payment per customer and currency, as people pay, over all it settles. */
function payWhatIsPlanned(books: Books, plans: Map<string, PlannedPayment[]>, on: Day): TradeEvent[] {
  const transfers = new Map<string, { invoiceId: string; amount: Money; closes: boolean }[]>()
  for (const [invoiceId, planned] of plans) {
    const balance = books.balance(invoiceId)
    if (balance.minor <= 0) {
      plans.delete(invoiceId)
      continue
    }
    const due = planned[0]
    if (!due || due.on > on || weekday(on) > 5) continue
    planned.shift()
    const { total, customerId } = books.invoice(invoiceId)
    const minor = planned.length === 0 ? balance.minor : Math.min(balance.minor, Math.round(total.minor * due.share))
    const key = `${customerId} ${total.currency}`
    const transfer = transfers.get(key) ?? []
    transfer.push({ invoiceId, amount: money(minor, total.currency), closes: minor === balance.minor })
    transfers.set(key, transfer)
  }
  return [...transfers.values()].map((transfer) => payTogether(books, on, transfer))
}

function payTogether(
  books: Books,
  on: Day,
  transfer: readonly { invoiceId: string; amount: Money; closes: boolean }[],
): TradeEvent {
  const [first] = transfer
  if (!first) throw new RangeError('a transfer settles something')
  const { customerId } = books.invoice(first.invoiceId)
  const amount = money(
    transfer.reduce((sum, part) => sum + part.amount.minor, 0),
    first.amount.currency,
  )
  books.receive(
    customerId,
    on,
    amount,
    transfer.map(({ invoiceId, amount }) => ({ invoiceId, amount })),
  )
  const kind = transfer.every(({ closes }) => closes) ? 'payment' : 'part-payment'
  return { kind, customerId, amount, invoiceIds: transfer.map(({ invoiceId }) => invoiceId) }
}

/** When an invoice will be paid by itself, given who owes it. */
function habitOf(payer: Payer, dueOn: Day, remindedFrom: Day, random: () => number): PlannedPayment[] {
  const within = (least: number, most: number): Day => addDays(dueOn, least + Math.floor(random() * (most - least + 1)))
  const habits: Record<Payer, () => PlannedPayment[]> = {
    prompt: () => inFull(lastWeekday(within(-7, 0))),
    steady: () => inFull(within(-3, 4)),
    late: () => inFull(within(9, 15)),
    erratic: () => inFull(random() < 0.55 ? lastWeekday(within(-5, 0)) : within(6, 42)),
    forgetful: () => {
      if (random() < 0.45) return inFull(lastWeekday(within(-4, 0)))
      const on = within(10, 35)
      return inFull(on < remindedFrom ? on : addDays(dueOn, 75))
    },
    'in-parts': () => [
      { on: within(1, 6), share: 0.5 },
      { on: within(20, 34), share: 1 },
    ],
    never: () => {
      const on = within(-3, 8)
      // They used to pay: the debt that is open now is from the last months.
      return on < addDays(remindedFrom, -75) ? inFull(on) : []
    },
  }
  return habits[payer]()
}

const inFull = (on: Day): PlannedPayment[] => [{ on, share: 1 }]

/** Amounts as invoices have them: log-normal around the client's middle, never below a few coins. */
function amountNear(typicalMinor: number, random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.max(1_250, Math.round(typicalMinor * Math.exp(0.7 * normal)))
}

/** One to three lines that add up to the total; the catalogue's last entry is the delivery, which costs little. */
function linesOf(total: Money, catalogue: readonly string[], random: () => number): BookInvoice['lines'] {
  const goods = catalogue.slice(0, -1)
  const line = (description: string | undefined, minor: number): BookInvoice['lines'][number] => ({
    description: description ?? '',
    amount: money(minor, total.currency),
  })
  const start = Math.floor(random() * goods.length)
  if (total.minor < 20_000) return [line(goods[start], total.minor)]
  const delivery = random() < 0.5 ? Math.round(Math.min(total.minor * 0.05, 2_500 + random() * 4_000)) : 0
  const first = random() < 0.4 ? total.minor - delivery : Math.round((total.minor - delivery) * (0.4 + random() * 0.4))
  const second = goods[(start + 1 + Math.floor(random() * (goods.length - 1))) % goods.length]
  return [
    line(goods[start], first),
    line(second, total.minor - delivery - first),
    line(catalogue.at(-1), delivery),
  ].filter(({ amount }) => amount.minor > 0)
}

const earlier = (one: Day, other: Day): Day => (one < other ? one : other)

/** The day itself, or the Friday before a weekend: people who pay on time pay before it. */
const lastWeekday = (on: Day): Day => (weekday(on) > 5 ? addDays(on, 5 - weekday(on)) : on)

/** The day itself, or the Monday after a weekend. */
export const nextWeekday = (on: Day): Day => (weekday(on) > 5 ? addDays(on, 8 - weekday(on)) : on)
