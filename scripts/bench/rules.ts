import { addDays, day, type Day } from '../../src/chase/day.ts'
import { decide } from '../../src/chase/decide.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { money } from '../../src/chase/money.ts'
import { verdictsPerInvoice } from '../../src/chase/per-invoice.ts'
import type { OpenInvoice, Standing } from '../../src/chase/standing.ts'
import { inTurn, megabytes, median, memoryOf, perSecond, ratioOf, say } from './measure.ts'

export type RulesBenchOptions = { readonly invoices: number; readonly pairs: number }

const PER_CUSTOMER = 10
/** Judged and forgotten in portions, as the planner does, so that memory shows the rules and not the books. */
const PORTION = 5_000
const TODAY = day('2026-03-04')

/** The rules alone, over customers of every kind with ten open invoices each, beside a loop that only compares due days. */
export async function benchRules({ invoices, pairs }: RulesBenchOptions): Promise<void> {
  const customers = Math.max(1, Math.round(invoices / PER_CUSTOMER))
  console.log(
    `\nrules: ${customers.toLocaleString('en')} customers with ${PER_CUSTOMER} open invoices each, one core; the limit only compares due days`,
  )
  const total = customers * PER_CUSTOMER
  const before = memoryOf(process.pid)
  const rate = (work: (standing: Standing) => unknown) => async (): Promise<number> =>
    total / secondsOver(customers, work)
  for (const [name, work] of [
    ['one verdict per customer', decide],
    ['a verdict for every invoice too', verdictsPerInvoice],
  ] as const) {
    const { limit, ours } = await inTurn(pairs, rate(compareDueDays), rate(work))
    say(
      name,
      perSecond(median(ours), 'invoices'),
      `due days ${perSecond(median(limit), 'invoices')}`,
      ratioOf(ours, limit),
    )
  }
  const [after, heap] = [memoryOf(process.pid), process.memoryUsage().heapUsed]
  say(
    'memory, resident',
    after ? megabytes(after.rss) : 'not told here',
    `${before ? megabytes(before.rss) : '?'} before; heap ${megabytes(heap)}`,
  )
  console.log(`  verdicts: ${spreadOf(Math.min(customers, PORTION))}`)
}

/** Seconds of work over all customers; making them up is not counted. */
function secondsOver(customers: number, work: (standing: Standing) => unknown): number {
  let seconds = 0
  for (let first = 0; first < customers; first += PORTION) {
    const portion = portionFrom(first, Math.min(PORTION, customers - first))
    const at = performance.now()
    for (const standing of portion) work(standing)
    seconds += (performance.now() - at) / 1000
  }
  return seconds
}

/** What any chaser has to do: look at each invoice's balance and due day. */
function compareDueDays({ invoices, today }: Standing): number {
  let overdue = 0
  for (const invoice of invoices) if (invoice.balance.minor > 0 && invoice.dueOn < today) overdue += 1
  return overdue
}

/** How the verdicts are spread, so that one sees that the work was of all kinds. */
function spreadOf(customers: number): string {
  const counts = new Map<string, number>()
  for (const standing of portionFrom(0, customers)) {
    const { reason } = decide(standing)
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  const sorted = [...counts].sort((one, other) => other[1] - one[1])
  return sorted.map(([reason, count]) => `${reason} ${Math.round((100 * count) / customers)} %`).join(', ')
}

const portionFrom = (first: number, count: number): Standing[] =>
  Array.from({ length: count }, (_, at) => inventedStanding(first + at))

const HOLIDAYS: ReadonlySet<Day> = new Set(['2026-01-01', '2026-01-06', '2026-04-03', '2026-05-01'].map(day))
const SEGMENTS = ['regular', 'new', 'strategic', 'habitually-late', null] as const

/** A customer made up from its number: the same one every time. */
function inventedStanding(number: number): Standing {
  const random = randomFrom(number)
  const invoices = Array.from({ length: PER_CUSTOMER }, (_, at): OpenInvoice => {
    const dueOn = addDays(TODAY, 25 - Math.floor(random() * 70))
    return {
      id: `${number}-${at}`,
      dueOn,
      issuedOn: addDays(dueOn, -30),
      balance: money(500 + Math.floor(random() * 500_000), random() < 0.9 ? 'EUR' : 'GBP'),
      expectedOn: random() < 0.03 ? addDays(TODAY, Math.floor(random() * 10)) : null,
      excluded: random() < 0.01,
      delayDays: null,
    }
  })
  const oldest = invoices.reduce((one, other) => (other.dueOn < one.dueOn ? other : one))
  const chased = random() < 0.6
  const contactedOn = chased ? [addDays(TODAY, -1 - Math.floor(random() * 9))] : []
  const [first, second] = invoices
  return {
    today: TODAY,
    minute: 10 * 60,
    policy: DEFAULT_POLICY,
    holidays: HOLIDAYS,
    mode: 'automatic',
    stopped: false,
    books: { connection: 'connected', hoursSinceSync: 1, unconfirmed: false },
    seniorSender: false,
    ledgerRemindersOn: false,
    sentTodayByBusiness: 0,
    customer: {
      archived: random() < 0.01,
      setSegment: SEGMENTS[number % SEGMENTS.length] ?? null,
      groups: [],
      record: { firstInvoiceOn: day('2024-01-10'), daysLate: [0, 3, 12, 7, -1, 9] },
      addresses: random() < 0.02 ? [] : [`ap@c${number}.example`],
      confidence: 90,
      escalation: null,
      history: [],
      paymentRunDay: random() < 0.1 ? 25 : null,
      delayDays: 0,
    },
    invoices,
    credits: random() < 0.05 ? [money(Math.floor(random() * 400_000), 'EUR')] : [],
    payments:
      first && random() < 0.2
        ? [{ invoiceId: first.id, on: addDays(TODAY, -3), amount: money(1_000, 'EUR'), chased: true }]
        : [],
    futurePayments: [],
    holds:
      second && random() < 0.1
        ? [
            {
              kind: 'dispute',
              invoiceId: second.id,
              since: addDays(TODAY, -5),
              until: null,
              reviewOn: null,
              why: null,
              owner: null,
              address: null,
            },
          ]
        : [],
    promises:
      second && random() < 0.1
        ? [
            {
              id: `p${number}`,
              invoiceIds: [second.id],
              amount: null,
              on: addDays(TODAY, Math.floor(random() * 10) - 5),
              givenOn: addDays(TODAY, -8),
              method: null,
            },
          ]
        : [],
    plans: [],
    spell: chased
      ? {
          anchorInvoiceId: oldest.id,
          taken: contactedOn.map((on) => ({ stepId: 'day-1', channel: 'email', stage: 'first-overdue', on })),
        }
      : null,
    touches: contactedOn.length,
    notices: [],
    requested: [],
    contactedOn,
    addressContactedOn: contactedOn,
    callsOn: [],
    loggedContacts: [],
  }
}

/** Numbers from 0 to 1 that look random and are the same each time: "mulberry32" (Tommy Ettinger, public domain). */
function randomFrom(seed: number): () => number {
  let state = (seed + 1) * 2_654_435_769
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
