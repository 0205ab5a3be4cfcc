import { setImmediate as letOthersIn } from 'node:timers/promises'
import { addDays, type Day } from '../chase/day.ts'
import type { ExpectedPayment } from '../chase/expected-payment.ts'
import { money, type Money } from '../chase/money.ts'
import type { Policy } from '../chase/policy.ts'
import { compareSimulations, type Comparison } from '../chase/simulate/compare.ts'
import { knownInFuture } from '../chase/simulate/future.ts'
import { simulate } from '../chase/simulate/simulate.ts'
import type { OnItsWay, SimulatedCustomer, Simulation } from '../chase/simulate/simulation.ts'
import type { Mode } from '../chase/standing.ts'
import { stepNamed } from '../chase/steps.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { readSimulationFacts, readSimulationNames, type SimulationFacts } from '../store/simulation.ts'
import type { CustomerFacts } from '../store/standings.ts'
import { readKnownCustomers } from './known-customers.ts'
import type { Dependencies } from './dependencies.ts'
import { readHabits } from './habits.ts'
import { readSurroundings, standingOf, zoneOf, type Surroundings } from './standing.ts'
import { turnsAfter, turnsNow } from './turns.ts'

export type SimulationApp = Pick<Dependencies, 'db' | 'now' | 'holidays'>

/** Whether nobody pays, or everyone on the day its habit makes likely. */
export type Paying = 'nobody' | 'expected'

export type SimulationOptions = {
  /** How many days, today included. */
  readonly days: number
  readonly paying?: Paying
  /** Another policy, to be compared with the one in force. */
  readonly policy?: Policy
  /** No more customers than this: a sample by chance, the same each time. Without it, all. */
  readonly most?: number
}

/** When an open invoice is likely to be paid. */
export type ExpectedReceipt = {
  readonly customerId: string
  readonly invoiceId: string
  readonly balance: Money
  readonly on: Day | null
  readonly from: Day | null
  readonly to: Day | null
  readonly basis: ExpectedPayment['basis']
}

/** What was taken for granted; a simulation is worth no more than this. */
export type Assumption =
  | 'books-stay-fresh'
  | 'approved-at-once'
  | 'tasks-stay-open'
  | 'mail-arrives'
  | 'nobody-answers'
  | 'nobody-pays'
  | 'paid-when-expected'
  | 'no-new-invoices'
  | 'as-if-approving'
  | 'as-if-not-stopped'
  | 'as-if-connected'

/** What is to come for a business by the policy in force, or by another one and how that differs. */
export type BusinessFuture = {
  readonly business: {
    readonly name: string
    readonly language: 'es' | 'en'
    readonly timeZone: string
    readonly mode: Mode
  }
  readonly paying: Paying
  readonly assumptions: readonly Assumption[]
  /** By the other policy where one was given. */
  readonly simulation: Simulation
  /** From the policy in force to the other one; null where none was given. */
  readonly comparison: Comparison | null
  /** Those that fall into the days, by day. */
  readonly receipts: readonly ExpectedReceipt[]
  readonly names: Names
  /** How many customers it tells of, and how many the sample has left out. */
  readonly customers: { readonly told: number; readonly leftOut: number }
}

/** Customers' names and invoices' numbers, by id. */
export type Names = { readonly customers: ReadonlyMap<string, string>; readonly invoices: ReadonlyMap<string, string> }

/** Lets the coming days pass over the business's own books, with the real rules and calendars. Changes nothing. */
export async function simulateBusiness(
  app: SimulationApp,
  businessId: string,
  options: SimulationOptions,
): Promise<BusinessFuture> {
  const spares = options.policy?.sparing != null
  const scene = await readScene(app, businessId, { most: options.most ?? Infinity, spares })
  const { around, names } = scene
  const paying = options.paying ?? 'nobody'
  const to = addDays(around.today, options.days - 1)
  const inForce = simulateScene(scene, { policy: around.policy, isNew: false, to, paying })
  // Each of the two takes a while in one go, and the process has other things to do.
  await letOthersIn()
  const other = options.policy ? simulateScene(scene, { policy: options.policy, isNew: true, to, paying }) : null
  return {
    business: around.business,
    paying,
    assumptions: assumptionsOf(around, paying),
    simulation: other ?? inForce,
    comparison: other && compareSimulations(inForce, other),
    receipts: scene.receipts.filter(({ on }) => on !== null && on <= to),
    names,
    customers: { told: scene.customers.length, leftOut: scene.leftOut },
  }
}

/** How many messages another policy would send more or less over the next days, to whom, and from when on. */
export async function compareWithPolicy(
  app: SimulationApp,
  businessId: string,
  policy: Policy,
  days: number,
  most?: number,
): Promise<Pick<BusinessFuture, 'names' | 'customers'> & { readonly comparison: Comparison }> {
  const options = { days, policy, ...(most !== undefined && { most }) }
  const { comparison, names, customers } = await simulateBusiness(app, businessId, options)
  if (comparison === null) throw new Error('two policies were to be compared')
  return { comparison, names, customers }
}

/** The books and the history of a business at one moment, as a simulation begins from them. */
type Scene = {
  readonly around: Surroundings
  readonly customers: readonly (readonly [CustomerFacts, SimulationFacts])[]
  readonly receipts: readonly ExpectedReceipt[]
  readonly names: Names
  readonly leftOut: number
}

/** Customers are read so many at a time: one statement for all would hold everything in memory twice. */
const READ_TOGETHER = 500

async function readScene(
  app: SimulationApp,
  businessId: string,
  { most, spares }: { most: number; spares: boolean },
): Promise<Scene> {
  return inBusiness(app.db, businessId, async (db) => {
    const around = await readSurroundings(app, db, businessId, true)
    const all = await readSimulationFacts(db, around.today)
    // They come by id, and ids are random: the first ones are a sample by chance.
    const facts = all.slice(0, most)
    const ids = facts.map(({ customerId }) => customerId)
    const read = new Map<string, CustomerFacts>()
    for (let start = 0; start < ids.length; start += READ_TOGETHER) {
      const some = await readKnownCustomers(around, db, ids.slice(start, start + READ_TOGETHER), 'look', spares)
      for (const customer of some) read.set(customer.customerId, customer)
    }
    const customers = facts.flatMap((fact) => {
      const customer = read.get(fact.customerId)
      return customer ? [[customer, fact] as const] : []
    })
    const receipts = await readReceipts(app, db, around, [...read.values()])
    return {
      around,
      customers,
      receipts,
      names: await readSimulationNames(db, ids),
      leftOut: all.length - facts.length,
    }
  })
}

async function readReceipts(
  app: SimulationApp,
  db: BusinessDb,
  { business, today }: Surroundings,
  customers: readonly CustomerFacts[],
): Promise<ExpectedReceipt[]> {
  const ids = customers.map(({ customerId }) => customerId)
  const habits = await readHabits(app, db, business, ids, today)
  const receipts = customers.flatMap(({ customerId, invoices }) =>
    invoices.flatMap(({ id: invoiceId, balanceMinor, currency }): ExpectedReceipt[] => {
      const expected = habits.get(customerId)?.expected.get(invoiceId)
      if (!expected) return []
      const { on, from, to, basis } = expected
      return [{ customerId, invoiceId, balance: money(balanceMinor, currency), on, from, to, basis }]
    }),
  )
  return receipts.sort((one, other) => ((one.on ?? '9') < (other.on ?? '9') ? -1 : 1))
}

type Question = {
  readonly policy: Policy
  /** It would be put in force now, and everybody looked at anew. */
  readonly isNew: boolean
  readonly to: Day
  readonly paying: Paying
}

function simulateScene(scene: Scene, { policy, isNew, to, paying }: Question): Simulation {
  const around: Surroundings = { ...scene.around, policy }
  const paidOn = new Map(
    paying === 'nobody' ? [] : scene.receipts.flatMap((receipt) => paymentOf(receipt, around.today)),
  )
  const term = { from: scene.around.policy.defaultTermDays, to: policy.defaultTermDays }
  const customers = scene.customers.map(([customer, facts]) =>
    simulated(around, withTerm(customer, term), facts, paidOn, isNew),
  )
  const span = { zones: customers.map(({ place }) => place), home: around.business.timeZone, to, policy }
  return simulate({
    policy,
    mode: around.business.mode,
    ledgerRemindersOn: around.books?.ownReminders === true,
    seniorSender: around.business.seniorName !== null,
    from: around.today,
    to,
    turns: [...turnsNow(around.now, span), ...turnsAfter(around.now, span)],
    customers,
    sentOnDays: around.sentOnDays,
  })
}

/** The customer with its assumed due days by another term, as putting it in force moves them. */
const withTerm = (
  customer: CustomerFacts,
  { from, to }: { readonly from: number; readonly to: number },
): CustomerFacts =>
  from === to
    ? customer
    : {
        ...customer,
        invoices: customer.invoices.map((invoice) => {
          if (!invoice.dueAssumed) return invoice
          const { issuedOn, dueOn } = invoice
          return { ...invoice, dueOn: issuedOn === null ? addDays(dueOn, to - from) : addDays(issuedOn, to) }
        }),
      }

/** Money that is expected today has not come yet; the first day on which it can is tomorrow. */
function paymentOf({ invoiceId, on }: ExpectedReceipt, today: Day): [string, Day][] {
  if (on === null) return []
  return [[invoiceId, on > today ? on : addDays(today, 1)]]
}

function simulated(
  around: Surroundings,
  customer: CustomerFacts,
  facts: SimulationFacts,
  paidOn: ReadonlyMap<string, Day>,
  isNew: boolean,
): SimulatedCustomer {
  const { business, policy, now } = around
  const standing = standingOf(around, customer)
  const place = zoneOf(around, customer)
  const isNeighbour = customer.country === null || customer.country === business.country
  const region = isNeighbour ? (customer.region ?? business.region) : customer.region
  const { touches, notices, contactedOn, addressContactedOn, callsOn } = standing
  const { spellStartedOn, nextLookAt } = facts
  const own = new Map(customer.invoices.flatMap(({ id }) => [...oneOf(paidOn, id)]))
  return {
    id: customer.customerId,
    place,
    holidays: (on) =>
      around.holidays(customer.country ?? business.country, policy.regionalHolidays ? region : null, on),
    known: knownInFuture({
      standing,
      // As they were set: what a standing makes of their last day holds for its own moment alone.
      holds: [...customer.holds, ...standing.holds.slice(customer.holds.length), ...facts.holdsToCome],
      paidOn: own,
      chased: new Set(facts.chasedInvoiceIds),
    }),
    begun: {
      spell: standing.spell && { ...standing.spell, startedOn: spellStartedOn ?? standing.today },
      touches,
      notices,
      contactedOn,
      addressContactedOn,
      callsOn,
      onItsWay: onItsWay(customer, policy),
      isLookedAt: nextLookAt !== null,
      isDueNow: isNew || (nextLookAt !== null && Temporal.Instant.compare(nextLookAt, now) <= 0),
    },
  }
}

function* oneOf(paidOn: ReadonlyMap<string, Day>, id: string): Generator<[string, Day]> {
  const on = paidOn.get(id)
  if (on !== undefined) yield [id, on]
}

function onItsWay({ live }: CustomerFacts, policy: Policy): OnItsWay | null {
  // One that is being handed over right now counts as sent already.
  if (live === null || live.status === 'sending') return null
  const { stepId, segment, stage, invoices } = live
  return {
    stepId,
    message: stage,
    copied: stepNamed(policy, segment, stepId)?.copyEscalation ?? false,
    invoices: invoices.map(({ id, balanceMinor, currency, dueOn }) => ({
      id,
      balance: money(balanceMinor, currency),
      dueOn,
    })),
  }
}

function assumptionsOf({ business, books, unconfirmed }: Surroundings, paying: Paying): Assumption[] {
  const isConnected = books?.connection === 'connected' && books.firstLoadedAt !== null && !unconfirmed
  return [
    'books-stay-fresh',
    'approved-at-once',
    'tasks-stay-open',
    'mail-arrives',
    'nobody-answers',
    paying === 'nobody' ? 'nobody-pays' : 'paid-when-expected',
    'no-new-invoices',
    ...(business.mode === 'observe' ? (['as-if-approving'] as const) : []),
    ...(business.stopped ? (['as-if-not-stopped'] as const) : []),
    ...(isConnected ? [] : (['as-if-connected'] as const)),
  ]
}
