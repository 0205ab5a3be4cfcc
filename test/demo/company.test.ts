import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { addDays, dayNumber, daysBetween, weekday, type Day } from '../../src/chase/day.ts'
import type { Stage } from '../../src/chase/standing.ts'
import type { BookInvoice, Books } from '../../src/demo/books.ts'
import { createDemoCompanies, type DemoCompanies, type DemoCompany } from '../../src/demo/company.ts'
import type { CaseName } from '../../src/demo/company-clients.ts'
import { createStory, type StoryEvent } from '../../src/demo/story.ts'

const NOW = Temporal.Instant.from('2026-03-02T07:00:00Z')

const everything = ({ customers, invoices, payments, credits }: Books): unknown[] =>
  [customers, invoices, payments, credits].map((records) => [...records.values()])

const fingerprint = ({ spanish, british }: DemoCompanies): string =>
  createHash('sha256')
    .update(JSON.stringify([spanish, british].map(({ books, organisationId }) => [organisationId, everything(books)])))
    .digest('hex')

const salesOf = ({ books }: DemoCompany): BookInvoice[] =>
  [...books.invoices.values()].filter(({ kind }) => kind === 'sale')
const openOf = (company: DemoCompany): BookInvoice[] =>
  salesOf(company).filter(({ id }) => company.books.balance(id).minor > 0)

/** What must be true of any books an accountant would sign. */
function faultsOf(company: DemoCompany): string[] {
  const { books } = company
  const faults: string[] = []
  for (const invoice of books.invoices.values()) {
    if (books.balance(invoice.id).minor < 0) faults.push(`${invoice.number} is paid below nothing`)
    const lines = invoice.lines.reduce((sum, { amount }) => sum + amount.minor, 0)
    if (invoice.kind === 'sale' && lines !== invoice.total.minor) faults.push(`${invoice.number} does not add up`)
    if (!books.customers.has(invoice.customerId)) faults.push(`${invoice.number} is nobody’s`)
    if (invoice.status !== 'approved' && books.appliedTo(invoice.id).length > 0) {
      faults.push(`${invoice.number} is ${invoice.status} with money on it`)
    }
  }
  for (const from of [...books.payments.values(), ...books.credits.values()]) {
    if (books.remaining(from).minor < 0) faults.push(`${from.id} gives more than it has`)
    for (const { invoiceId, amount } of from.applied) {
      const { total, customerId } = books.invoice(invoiceId)
      if (amount.currency !== total.currency) faults.push(`${invoiceId} is paid in another currency`)
      if (customerId !== from.customerId) faults.push(`${invoiceId} is paid by somebody else`)
    }
  }
  return faults
}

describe('The demo companies', () => {
  let both: DemoCompanies
  beforeAll(() => {
    both = createDemoCompanies(NOW)
  })
  const companies = (): [string, DemoCompany][] => [
    ['spanish', both.spanish],
    ['british', both.british],
  ]

  it('are the same for the same seed and moment, and others for another', () => {
    expect(fingerprint(createDemoCompanies(NOW))).toBe(fingerprint(both))
    expect(fingerprint(createDemoCompanies(NOW, { seed: 7 }))).not.toBe(fingerprint(both))
  })

  it('have books that an accountant would sign', () => {
    for (const [, company] of companies()) expect(faultsOf(company)).toEqual([])
  })

  it('have about 120 customers and 18 months of invoices, none from today or later', () => {
    expect(companies().map(([, { books }]) => books.customers.size)).toEqual([44, 44])
    for (const [, company] of companies()) {
      const issued = salesOf(company).flatMap(({ issuedOn }) => issuedOn ?? [])
      expect(daysBetween(earliest(issued), company.today)).toBeGreaterThan(500)
      expect(issued.filter((on) => on >= company.today)).toEqual([])
      expect([...company.books.payments.values()].filter(({ on }) => on >= company.today)).toEqual([])
      expect(issued.length).toBeGreaterThan(500)
      expect(issued.length).toBeLessThan(1200)
    }
  })

  it('wrote each record of the past at its time', () => {
    for (const [, company] of companies()) {
      const untouched = salesOf(company).filter(({ version }) => version === 0)
      expect(untouched.length).toBeGreaterThan(20)
      const writtenOn = untouched.map(({ updatedAt }) => updatedAt.toZonedDateTimeISO(company.books.company.timeZone))
      expect(writtenOn.map((at) => at.toPlainDate().toString())).toEqual(untouched.map(({ issuedOn }) => issuedOn))
    }
  })

  it('are paid late about as often as real ones', () => {
    for (const [, company] of companies()) {
      const late = salesOf(company).flatMap(({ id, dueOn }) => {
        const settledOn = company.books.settledOn(id)
        return settledOn && dueOn ? [daysBetween(dueOn, settledOn)] : []
      })
      const share = late.filter((days) => days > 0).length / late.length
      expect(share).toBeGreaterThan(0.25)
      expect(share).toBeLessThan(0.5)
    }
  })

  it('have overdue, part-paid and future invoices open in two currencies each', () => {
    for (const [, company] of companies()) {
      const open = openOf(company)
      expect(new Set(open.map(({ total }) => total.currency))).toEqual(new Set(['EUR', 'GBP']))
      expect(open.filter(({ dueOn }) => dueOn && dueOn < company.today).length).toBeGreaterThan(15)
      expect(open.filter(({ dueOn }) => dueOn && dueOn > company.today).length).toBeGreaterThan(30)
      expect(open.filter(({ id, total }) => company.books.balance(id).minor < total.minor).length).toBeGreaterThan(0)
    }
  })

  it('have at least one of each special case', () => {
    const names: CaseName[] = [
      'strategic', 'credit-covers', 'overpaid', 'unapplied-payment', 'disputed', 'promised', 'part-paid',
      'several-addresses', 'no-address', 'no-due-date', 'no-number', 'archived', 'duplicate', 'duplicate-of',
      'long-overdue', 'new',
    ] // prettier-ignore
    for (const [, { cases }] of companies()) {
      expect(names.filter((name) => cases(name).length === 0)).toEqual([])
    }
    expect(both.spanish.cases('two-currencies').length).toBe(1)
  })

  it('have cases that are what they are called', () => {
    for (const [which, company] of companies()) {
      const { books, cases, today } = company
      const customerOf = (name: CaseName) => books.customer(cases(name)[0]?.customerId ?? '')
      const invoiceOf = (name: CaseName) => books.invoice(cases(name)[0]?.invoiceId ?? '')
      const unapplied = (name: CaseName): number =>
        [...books.credits.values(), ...books.payments.values()]
          .filter(({ customerId }) => customerId === cases(name)[0]?.customerId)
          .reduce((sum, from) => sum + books.remaining(from).minor, 0)
      const owed = (name: CaseName): number => books.balance(invoiceOf(name).id).minor

      expect(unapplied('credit-covers')).toBeGreaterThanOrEqual(owed('credit-covers'))
      expect([unapplied('overpaid') > 0, unapplied('overpaid') < owed('overpaid')]).toEqual([true, true])
      expect([unapplied('unapplied-payment'), owed('unapplied-payment')]).toEqual([97_415, 97_415])
      expect([owed('part-paid') * 2, owed('disputed') > 0]).toEqual([invoiceOf('part-paid').total.minor, true])
      expect((invoiceOf('promised').expectedOn ?? today) > today).toBe(true)
      expect(customerOf('several-addresses').email?.split(';').length).toBe(2)
      expect([customerOf('no-address').email, customerOf('no-address').people, owed('no-address') > 0]).toEqual([
        null,
        [],
        true,
      ])
      expect([invoiceOf('no-due-date').dueOn, owed('no-due-date') > 0]).toEqual([null, true])
      expect([invoiceOf('no-number').number, owed('no-number') > 0]).toEqual([null, true])
      expect([customerOf('archived').archived, owed('archived') > 0]).toEqual([true, true])
      expect(daysBetween(invoiceOf('long-overdue').dueOn ?? today, today)).toBe(190)
      const groups = cases('strategic').map(({ customerId }) => books.customer(customerId).groups)
      expect(groups).toEqual(groups.map(() => [which === 'spanish' ? 'Estratégico' : 'Strategic']))
      for (const { customerId } of cases('new')) {
        const issued = salesOf(company).flatMap((sale) => (sale.customerId === customerId ? (sale.issuedOn ?? []) : []))
        expect(issued.length === 0 ? 0 : daysBetween(earliest(issued), today)).toBeLessThan(90)
      }
    }
    const [twice] = both.spanish.cases('two-currencies')
    const theirs = salesOf(both.spanish).filter(({ customerId }) => customerId === twice?.customerId)
    expect(new Set(theirs.map(({ total }) => total.currency))).toEqual(new Set(['EUR', 'GBP']))
  })

  it('hold what must never be chased: a bill, a draft, a void, a deleted and a free invoice', () => {
    for (const [, { books }] of companies()) {
      const invoices = [...books.invoices.values()]
      const odd = invoices.filter(
        ({ kind, status, total }) => kind === 'bill' || status !== 'approved' || total.minor === 0,
      )
      expect(odd.map(({ kind, status, total }) => [kind, status, total.minor])).toEqual([
        ['bill', 'approved', 55_000],
        ['sale', 'draft', 55_000],
        ['sale', 'void', 55_000],
        ['sale', 'deleted', 55_000],
        ['sale', 'approved', 0],
      ])
    }
  })

  it('can reach nobody who exists: every address ends in .example', () => {
    for (const [, { books }] of companies()) {
      const addresses = [...books.customers.values()].flatMap(({ email, people }) => [
        ...(email?.split(/[;\s]+/) ?? []),
        ...people.map((person) => person.email),
      ])
      expect(addresses.length).toBeGreaterThan(44)
      expect(addresses.filter((address) => !/^[a-z.]+@[a-z-]+\.example$/.test(address))).toEqual([])
      expect(new Set(addresses).size).toBe(addresses.length)
    }
  })

  it('number their invoices without gaps or repeats', () => {
    const numbers = salesOf(both.british).flatMap(({ number }) => (number ? [Number(number.slice(4))] : []))
    const first = Math.min(...numbers)
    const missing = salesOf(both.british).filter(({ number }) => number === null).length
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(Math.max(...numbers) - first + 1).toBe(numbers.length + missing)
    expect(salesOf(both.spanish).find(({ number }) => number !== null)?.number).toBe('F-2024-0001')
  })
})

describe('The story', () => {
  let sixtyDays: ReturnType<typeof tell>
  beforeAll(() => {
    sixtyDays = tell(60)
  })

  it('is the same for the same seed and the same messages', () => {
    const [one, two] = [tell(20, { mails: 'firm' }), tell(20, { mails: 'firm' })]
    expect(diary(one.events)).toEqual(diary(two.events))
    expect(fingerprint(one.companies)).toBe(fingerprint(two.companies))
    expect(diary(tell(20, { mails: 'firm', seed: 2 }).events)).not.toEqual(diary(one.events))
  })

  it('keeps the books fit to be signed for sixty days', () => {
    expect(faultsOf(sixtyDays.companies.spanish)).toEqual([])
    expect(faultsOf(sixtyDays.companies.british)).toEqual([])
  })

  it('brings invoices every week and each turn once at each company', () => {
    const { events, companies } = sixtyDays
    const weeks = new Set(
      events.filter(({ kind }) => kind === 'invoice').map(({ on }) => Math.floor(dayNumber(on) / 7)),
    )
    expect(weeks.size).toBeGreaterThanOrEqual(9)
    for (const company of [companies.spanish, companies.british]) {
      const count = (kind: StoryEvent['kind']): number =>
        events.filter((event) => event.company === company && event.kind === kind).length
      expect([
        count('void'), count('credit'), count('payment-returned'), count('due-day-changed'), count('customers-merged'),
        count('address-added'),
      ]).toEqual([1, 3, 1, 1, 1, 1]) // prettier-ignore
      expect(count('payment')).toBeGreaterThan(60)
      expect(count('part-payment')).toBeGreaterThan(0)
    }
  })

  it('moves no money and sends no goods at weekends', () => {
    expect(sixtyDays.events.filter(({ on }) => weekday(on) > 5)).toEqual([])
  })

  it('says who paid what, in a sentence', () => {
    const payment = sixtyDays.events.find(({ kind, invoiceIds }) => kind === 'payment' && invoiceIds.length === 1)
    expect(payment?.text).toMatch(/^.+ pays [€£][\d,]+\.\d\d: (F-\d{4}-\d{4}|INV-\d+)$/)
    expect(payment?.text.startsWith(payment.customerName)).toBe(true)
  })

  it('lets messages bring money in sooner', () => {
    const quiet = tell(9)
    const reminded = tell(9, { mails: 'serious' })
    expect(received(reminded.events, reminded.today)).toBeGreaterThan(received(quiet.events, quiet.today) + 10)
  })

  it('catches up on days left out, and never plays a day twice', () => {
    const companies = createDemoCompanies(NOW)
    const story = createStory(companies, 1)
    const { today } = companies.spanish
    const events = story.play(addDays(today, 9)).filter(({ company }) => company.ledger === 'xero')
    const daily = sixtyDays.events.filter(({ on, company }) => company.ledger === 'xero' && on <= addDays(today, 9))
    expect(diary(events)).toEqual(diary(daily))
    expect(story.play(addDays(today, 9))).toEqual([])
  })
})

const earliest = (days: readonly Day[]): Day => days.reduce((one, other) => (one < other ? one : other))

function mailEveryone(companies: DemoCompanies, story: ReturnType<typeof createStory>, stage: Stage, on: Day): void {
  for (const company of [companies.spanish, companies.british]) {
    const overdue = openOf(company).filter(({ dueOn }) => dueOn && dueOn < on)
    const owing = new Set(overdue.map(({ customerId }) => company.books.customer(customerId).email?.split(';')[0]))
    for (const email of owing) if (email) story.onMail(email, stage, on)
  }
}

const diary = (events: readonly StoryEvent[]): string[] => events.map(({ on, text }) => `${on} ${text}`)

const received = (events: readonly StoryEvent[], today: Day): number =>
  events.filter(({ kind, on }) => kind === 'payment' && daysBetween(today, on) <= 8).length

/** Plays the days, and lets a message reach everyone overdue on the days given. */
function tell(days: number, options: { seed?: number; mails?: Stage | null } = {}) {
  let now = NOW
  const companies = createDemoCompanies(NOW, { clock: () => now })
  const story = createStory(companies, options.seed ?? 1)
  const events: StoryEvent[] = []
  const { today } = companies.spanish
  for (let n = 0; n < days; n++) {
    const on = addDays(today, n)
    now = Temporal.Instant.from(`${on}T08:00:00Z`)
    events.push(...story.play(on))
    if (options.mails && n === 1) mailEveryone(companies, story, options.mails, on)
  }
  return { companies, events, story, today }
}
