import type { BankHolidays } from '../chase/bank-day.ts'
import { addDays, type Day } from '../chase/day.ts'
import { ageingOn, type Ageing } from '../chase/metrics/ageing.ts'
import { collectiveEffectiveness } from '../chase/metrics/cei.ts'
import { disputeRate, type DisputeRate } from '../chase/metrics/disputes.ts'
import { currenciesOf, type Period, type SalesDocument } from '../chase/metrics/documents.ts'
import { countbackDso, simpleDso, type CountbackDso } from '../chase/metrics/dso.ts'
import { byGroup } from '../chase/metrics/grouping.ts'
import { weightedLateness, type WeightedLateness } from '../chase/metrics/lateness.ts'
import { promisesKept, type PromiseRecord, type PromisesKept } from '../chase/metrics/promises.ts'
import { money } from '../chase/money.ts'
import type { Policy } from '../chase/policy.ts'
import type { Segment } from '../chase/standing.ts'
import type { Business } from '../store/businesses.ts'
import type { CustomerTraits, InvoiceHistory } from '../store/ledger-history.ts'
import { bankHolidays, type HabitApp } from './habits.ts'
import type { History } from './history.ts'
import { promiseRecords } from './promise-records.ts'
import { isUntold, salesInvoiceOf } from './settlements.ts'

/** What the measures can be taken by. */
export type GroupedBy = 'customer' | 'segment' | 'sequence'

/** All measures in one currency. Percentages and days are null where there is nothing to divide by. */
export type Measures = {
  readonly currency: string
  readonly ageing: Ageing
  readonly dsoCountback: CountbackDso
  readonly dsoSimple: number | null
  readonly cei: number | null
  readonly lateness: WeightedLateness
  /** Null where nobody has promised anything in this currency. */
  readonly promises: PromisesKept | null
  readonly disputes: DisputeRate
}

export type Group = { readonly id: string; readonly label: string; readonly measures: readonly Measures[] }

export type Metrics = {
  readonly asOf: Day
  /** What simple DSO and CEI look at: 91 days, so that sales of last winter do not speak for this summer. */
  readonly quarter: Period
  /** What lateness, promises and disputes look at: 365 days, because they are rarer. */
  readonly year: Period
  /** Paid invoices whose payments the ledger never told: their own day of payment was used. */
  readonly untold: number
  /** One per currency, in order of their codes. */
  readonly all: readonly Measures[]
  readonly groups: readonly Group[]
}

/** Takes the measures of docs/METRICS.md over the business's books as our copy has them. */
export function metricsOf(
  app: HabitApp,
  business: Pick<Business, 'country' | 'region' | 'baseCurrency'>,
  policy: Pick<Policy, 'sequences'>,
  { today, invoices, customers, agreements }: History,
  by: GroupedBy,
): Metrics {
  const year = { from: addDays(today, -364), to: today }
  const quarter = { from: addDays(today, -90), to: today }
  const byId = new Map(invoices.map((invoice) => [invoice.id, invoice]))
  const promised = agreements.filter((agreement) => agreement.by === 'promise' && agreement.on >= year.from)
  const books: Books = {
    documents: documentsOf(invoices, customers, today),
    promises: promiseRecords(promised, byId, today),
    everDisputed: new Set(invoices.filter(({ disputedOn }) => disputedOn !== null).map(({ id }) => id)),
    holidays: bankHolidays(app, business, today),
    today,
    year,
    quarter,
  }
  return {
    asOf: today,
    quarter,
    year,
    untold: invoices.filter(isUntold).length,
    all: measuresOf(books),
    groups: groupsOf(books, customers, by, { policy, mainCurrency: business.baseCurrency }),
  }
}

type Books = Pick<Metrics, 'quarter' | 'year'> & {
  readonly documents: readonly SalesDocument[]
  readonly promises: readonly PromiseRecord[]
  readonly everDisputed: ReadonlySet<string>
  readonly holidays: BankHolidays
  readonly today: Day
}

/**
 * Invoices, and what customers have in credit. The copy knows of a credit only what is left of it, so credits count
 * today and not before, and credit notes take nothing back from sales: they are seen where they settle an invoice.
 */
function documentsOf(
  invoices: readonly InvoiceHistory[],
  traits: readonly CustomerTraits[],
  today: Day,
): SalesDocument[] {
  const credits = traits.flatMap(({ id: customerId, credits: own }) =>
    own.map(({ currency, minor }): SalesDocument => {
      const id = `credit ${customerId} ${currency}`
      return { kind: 'prepayment', id, customerId, issuedOn: today, total: money(minor, currency), settlements: [] }
    }),
  )
  return [...invoices.map((invoice) => salesInvoiceOf(invoice, today)), ...credits]
}

function measuresOf({ documents, promises, everDisputed, holidays, today, year, quarter }: Books): Measures[] {
  // Each measure answers for each currency of the same documents, in the same order.
  const ageing = ageingOn(documents, today)
  const countback = countbackDso(documents, today)
  const simple = simpleDso(documents, quarter)
  const cei = collectiveEffectiveness(documents, quarter)
  const lateness = weightedLateness(documents, year)
  const disputes = disputeRate(documents, year, everDisputed)
  const kept = promisesKept(promises, today, holidays)
  return currenciesOf(documents).flatMap((currency) => {
    const inThis = <Measure extends { readonly currency: string }>(measures: readonly Measure[]): Measure | undefined =>
      measures.find((measure) => measure.currency === currency)
    const [aged, dso, late, disputed] = [inThis(ageing), inThis(countback), inThis(lateness), inThis(disputes)]
    if (!aged || !dso || !late || !disputed) return []
    return [
      {
        currency,
        ageing: aged,
        dsoCountback: dso,
        dsoSimple: inThis(simple)?.days ?? null,
        cei: inThis(cei)?.percent ?? null,
        lateness: late,
        promises: inThis(kept) ?? null,
        disputes: disputed,
      },
    ]
  })
}

/** The measures of each group by itself, the largest receivables in the business's own currency first. A customer before its first verdict has no segment. */
function groupsOf(
  books: Books,
  traits: readonly CustomerTraits[],
  by: GroupedBy,
  { policy, mainCurrency }: { policy: Pick<Policy, 'sequences'>; mainCurrency: string | null },
): Group[] {
  const inMain = ({ measures }: Group): number =>
    measures.find(({ currency }) => currency === mainCurrency)?.ageing.total.minor ?? 0
  const of = new Map(traits.map((customer) => [customer.id, customer]))
  const sequences = sequenceNames(policy)
  const groupOf = (customerId: string): string | null => {
    if (by === 'customer') return customerId
    const segment = of.get(customerId)?.segment ?? null
    return segment === null || by === 'segment' ? segment : (sequences.get(segment) ?? null)
  }
  const promisesOf = new Map(
    byGroup(
      books.promises,
      ({ customerId }) => groupOf(customerId),
      (own) => own,
    ).map((one) => [one.group, one.result]),
  )
  const groups = byGroup(
    books.documents,
    ({ customerId }) => groupOf(customerId),
    (documents) => documents,
  )
  return groups
    .map(({ group, result: documents }) => ({
      id: group,
      label: by === 'customer' ? (of.get(group)?.name ?? group) : group,
      measures: measuresOf({ ...books, documents, promises: promisesOf.get(group) ?? [] }),
    }))
    .filter(({ measures }) => measures.length > 0)
    .sort((one, other) => inMain(other) - inMain(one) || (one.label < other.label ? -1 : 1))
}

/** Which segments follow the same sequence: together they are one group, named by them. */
function sequenceNames({ sequences }: Pick<Policy, 'sequences'>): Map<Segment, string> {
  const entries = Object.entries(sequences) as [Segment, Policy['sequences'][Segment]][]
  return new Map(
    entries.map(([segment, sequence]) => {
      const same = entries.filter(([, other]) => JSON.stringify(other) === JSON.stringify(sequence))
      return [segment, same.map(([name]) => name).join('+')]
    }),
  )
}
