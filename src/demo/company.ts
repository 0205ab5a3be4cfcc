import { addDays, day, type Day } from '../chase/day.ts'
import { repeatableRandom, seedFrom } from '../chase/luck.ts'
import type { LedgerKind } from '../ledgers/ledger.ts'
import { Books, repeatableUuids, runningIds, type Company } from './books.ts'
import { BRITISH_CATALOGUE, BRITISH_CLIENTS, BRITISH_COMPANY } from './company-british.ts'
import { caseEvents, type DemoCases } from './company-cases.ts'
import type { CaseName, ClientEntry } from './company-clients.ts'
import { SPANISH_CATALOGUE, SPANISH_CLIENTS, SPANISH_COMPANY } from './company-spanish.ts'
import { createTrade, type Client, type Trade } from './company-trade.ts'

/** A demo company: its books, what is special in them, and the trade that goes on from day to day. */
export type DemoCompany = {
  readonly ledger: LedgerKind
  /** What its vendor would call it: a Xero tenant id or a QuickBooks realm id. */
  readonly organisationId: string
  readonly books: Books
  /** The special customers and invoices, by what makes them special. */
  readonly cases: DemoCases
  readonly trade: Trade
  /** The first day that is not yet in the books, where the company is. */
  readonly today: Day
}

export type DemoCompanies = { readonly spanish: DemoCompany; readonly british: DemoCompany }

export type DemoOptions = {
  readonly seed?: number
  /** The books' clock once the past is written; it stands at `now` unless given. */
  readonly clock?: () => Temporal.Instant
  readonly monthsOfHistory?: number
}

/**
 * Two companies with about 60 customers each and 18 months of invoices, paid and unpaid, up to the day before `now`.
 *
 * One is Spanish and keeps its books in Xero, the other British and in QuickBooks; each sells to the other's country
 * too. The same seed and `now` always give the same books, record by record.
 */
export function createDemoCompanies(now: Temporal.Instant, options: DemoOptions = {}): DemoCompanies {
  const seed = options.seed ?? 2026
  return {
    spanish: createCompany(now, options, {
      ledger: 'xero',
      organisationId: repeatableUuids(seedFrom(seed, 'xero organisation'))(),
      company: SPANISH_COMPANY,
      entries: SPANISH_CLIENTS,
      catalogue: SPANISH_CATALOGUE,
      strategicGroup: 'Estratégico',
      nextId: repeatableUuids(seedFrom(seed, 'xero ids')),
      numbers: yearlyNumbers('F'),
      seed: seedFrom(seed, 'spanish'),
    }),
    british: createCompany(now, options, {
      ledger: 'quickbooks',
      organisationId: String(9_130_350_000_000_000 + (seedFrom(seed, 'realm') % 1_000_000_000)),
      company: BRITISH_COMPANY,
      entries: BRITISH_CLIENTS,
      catalogue: BRITISH_CATALOGUE,
      strategicGroup: 'Strategic',
      nextId: runningIds(58),
      numbers: runningNumbers('INV-', 10_231),
      seed: seedFrom(seed, 'british'),
    }),
  }
}

type Making = {
  readonly ledger: LedgerKind
  readonly organisationId: string
  readonly company: Company
  readonly entries: readonly ClientEntry[]
  readonly catalogue: readonly string[]
  readonly strategicGroup: string
  readonly nextId: () => string
  readonly numbers: (on: Day) => string
  readonly seed: number
}

function createCompany(now: Temporal.Instant, options: DemoOptions, making: Making): DemoCompany {
  const { company, seed } = making
  const clock = options.clock ?? (() => now)
  // While the past is written its clock stands at ten in the morning of each day; then the given one takes over.
  let past: Temporal.Instant | null = now
  const books = new Books({ ...company }, making.nextId, () => past ?? clock())
  const today = day(now.toZonedDateTimeISO(company.timeZone).toPlainDate().toString())
  const begins = day(
    Temporal.PlainDate.from(today)
      .subtract({ months: options.monthsOfHistory ?? 18 })
      .toString(),
  )
  const trade = createTrade(books, { seed, remindedFrom: today, nextNumber: making.numbers })

  past = morningOf(begins, company.timeZone)
  const special = new Map<CaseName, Client[]>()
  for (const entry of making.entries) {
    const client = admitClient(books, making, entry, begins, today)
    trade.admit(client)
    if (entry.case) special.set(entry.case, [...(special.get(entry.case) ?? []), client])
  }
  const { events, cases } = caseEvents(books, trade, special, today)
  for (let on = begins; on < today; on = addDays(on, 1)) {
    past = morningOf(on, company.timeZone)
    for (const event of events) if (event.on === on) event.happen()
    trade.play(on)
  }
  past = null
  const { ledger, organisationId } = making
  return { ledger, organisationId, books, cases, trade, today }
}

function admitClient(books: Books, making: Making, entry: ClientEntry, begins: Day, today: Day): Client {
  const random = repeatableRandom(seedFrom(making.seed, 'client', entry.domain))
  const speaks = entry.country === 'ES' ? SPANISH_PEOPLE : BRITISH_PEOPLE
  const desk = `${pick(speaks.desks, random)}@${entry.domain}.example`
  const [firstName, lastName, mailbox] = pick(speaks.colleagues, random)
  const colleague = {
    firstName,
    lastName,
    email: `${mailbox}@${entry.domain}.example`,
    included: random() < 0.7,
  }
  const addresses = {
    'no-address': null,
    'several-addresses': `${desk}; ${speaks.boss}@${entry.domain}.example`,
  }
  const hasColleague = random() < 0.35 && entry.case !== 'no-address'
  const customer = books.addCustomer({
    name: entry.name,
    firstName: entry.contact?.[0] ?? null,
    lastName: entry.contact?.[1] ?? null,
    email: entry.case === 'no-address' || entry.case === 'several-addresses' ? addresses[entry.case] : desk,
    phone: speaks.phone(random),
    people: hasColleague ? [colleague] : [],
    street: entry.street,
    postalCode: entry.postalCode,
    taxId: entry.country === 'ES' ? `B${digits(random, 8)}` : entry.country === 'GB' ? `GB${digits(random, 9)}` : null,
    city: entry.city,
    region: entry.region,
    country: entry.country,
    currency: entry.currency,
    groups: entry.case === 'strategic' ? [making.strategicGroup] : [],
  })
  const strategic = entry.case === 'strategic'
  const isNew = entry.case === 'new'
  return {
    customer,
    payer: entry.payer,
    termDays: strategic ? 60 : isNew ? 15 : pick([15, 30, 30, 30, 60], random),
    ordersPerMonth: ordersPerMonth(entry.case, random),
    typicalMinor: Math.round((strategic ? 420_000 : 45_000) * Math.exp(random() * 1.6)),
    firstOn: isNew ? addDays(today, -30 - Math.floor(random() * 35)) : addDays(begins, Math.floor(random() * 120)),
    catalogue: making.catalogue,
  }
}

/** Customers who are there for one story order little else, so that the story stays readable in their account. */
function ordersPerMonth(special: CaseName | null, random: () => number): number {
  if (special === 'strategic' || special === 'new') return 1.4
  if (special === null) return 0.5 + random()
  return 0.15
}

const SPANISH_PEOPLE = {
  desks: ['administracion', 'pagos', 'contabilidad', 'proveedores'],
  boss: 'gerencia',
  // 555 is given to nobody in Spain.
  phone: (random: () => number) => `+34 555 ${digits(random, 2)} ${digits(random, 2)} ${digits(random, 2)}`,
  colleagues: [
    ['Lidia', 'Sanchis', 'lidia.sanchis'], ['Andrés', 'Peñalver', 'andres.penalver'], ['Yolanda', 'Cuesta', 'yolanda.cuesta'],
    ['Íñigo', 'Larrea', 'inigo.larrea'], ['Mercè', 'Oller', 'merce.oller'], ['Paco', 'Quiñones', 'paco.quinones'],
  ],
} as const // prettier-ignore

const BRITISH_PEOPLE = {
  desks: ['accounts', 'payables', 'finance', 'office'],
  boss: 'director',
  // 01632 960 is kept free for drama by Ofcom.
  phone: (random: () => number) => `+44 1632 960${digits(random, 3)}`,
  colleagues: [
    ['Laura', 'Pembroke', 'laura.pembroke'], ['Nigel', 'Thwaite', 'nigel.thwaite'], ['Gemma', 'Okafor', 'gemma.okafor'],
    ['Ian', 'McBride', 'ian.mcbride'], ['Sunita', 'Rao', 'sunita.rao'], ['Joan', "O'Hara", 'joan.ohara'],
  ],
} as const // prettier-ignore

function pick<const From extends readonly unknown[]>(from: From, random: () => number): From[number] {
  const picked: From[number] | undefined = from[Math.floor(random() * from.length)]
  if (picked === undefined) throw new RangeError('nothing to pick from')
  return picked
}

const digits = (random: () => number, count: number): string =>
  Array.from({ length: count }, () => Math.floor(random() * 10)).join('')

/** F-2026-0001, and from the start again each year. */
function yearlyNumbers(prefix: string): (on: Day) => string {
  const last = new Map<string, number>()
  return (on) => {
    const year = on.slice(0, 4)
    const next = (last.get(year) ?? 0) + 1
    last.set(year, next)
    return `${prefix}-${year}-${String(next).padStart(4, '0')}`
  }
}

function runningNumbers(prefix: string, first: number): () => string {
  let next = first
  return () => `${prefix}${next++}`
}

const morningOf = (on: Day, timeZone: string): Temporal.Instant =>
  Temporal.PlainDate.from(on).toZonedDateTime({ timeZone, plainTime: '10:00' }).toInstant()
