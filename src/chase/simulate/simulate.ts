import type { Calendar } from '../calendar.ts'
import { addDays } from '../day.ts'
import type { Day } from '../day.ts'
import { judgePlan } from '../plans.ts'
import { judgePromise } from '../promises.ts'
import { CustomerMachine, SharedHistory } from './machine.ts'
import type { Known, SimulatedCustomer, SimulatedHold, Simulation, SimulationQuestion, Turn } from './simulation.ts'

/**
 * Lets the days pass over a business's customers with the real rules, and says what would be sent, asked and put off.
 *
 * The connection stays good and the books fresh, no person stops or holds anything, approvals come at once, tasks stay
 * open, mail arrives, and nobody answers. What is paid is what `known` says: it is asked at every turn, and must know
 * nothing of the days after it. The same question always gets the same answer.
 */
export function simulate(question: SimulationQuestion): Simulation {
  const shared = new SharedHistory(question.sentOnDays)
  const machines = question.customers.map((customer) => new CustomerMachine(customer, question, shared))
  for (const turns of atOnce(question.turns)) {
    const inPlace = new Map(turns.map((turn) => [turn.place, turn]))
    // All looks come before all sends, each in the order of customers, wherever they are.
    for (const machine of machines) whenThere(machine, inPlace, (turn) => machine.look(turn))
    for (const machine of machines) whenThere(machine, inPlace, (turn) => machine.send(turn))
  }
  for (const machine of machines) machine.finish()

  return {
    from: question.from,
    to: question.to,
    messages: inOrder(machines.flatMap(({ messages }) => messages)),
    questions: inOrder(machines.flatMap(({ questions }) => questions)),
    pushes: inOrder(machines.flatMap(({ pushes }) => pushes)),
    holds: question.customers.flatMap((customer) => holdsOf(customer, question)),
  }
}

/** The turns that come at one instant, in groups. */
function* atOnce(turns: readonly Turn[]): Generator<Turn[]> {
  let group: Turn[] = []
  for (const turn of turns) {
    const [first] = group
    if (first !== undefined && (first.at !== turn.at || first.kind !== turn.kind)) {
      yield group
      group = []
    }
    group.push(turn)
  }
  if (group.length > 0) yield group
}

function whenThere(machine: CustomerMachine, inPlace: ReadonlyMap<string, Turn>, act: (turn: Turn) => void): void {
  const turn = inPlace.get(machine.place)
  if (turn !== undefined) act(turn)
}

function inOrder<T extends { readonly on: Day; readonly customerId: string }>(events: T[]): T[] {
  return events.sort((one, other) => {
    if (one.on !== other.on) return one.on < other.on ? -1 : 1
    return one.customerId === other.customerId ? 0 : one.customerId < other.customerId ? -1 : 1
  })
}

/** What keeps a customer silent as the simulation begins: holds, agreements, and what the ledger itself expects. */
function holdsOf(customer: SimulatedCustomer, question: SimulationQuestion): SimulatedHold[] {
  const first = question.turns.find(({ place }) => place === customer.place)
  if (first === undefined) return []
  const known = customer.known(first, customer.begun.spell)
  if (known.invoices.length === 0) return []
  return [
    ...known.holds.map(({ kind, invoiceId, since, until, reviewOn, why }) => ({
      kind,
      invoiceIds: invoiceId === null ? null : [invoiceId],
      since,
      endsOn: until === null ? null : addDays(until, 1),
      reviewOn,
      why,
    })),
    ...agreementsOf(known, first.on, { policy: question.policy, holidays: customer.holidays(first.on) }),
    ...known.invoices
      .filter(({ expectedOn }) => expectedOn !== null && expectedOn >= first.on)
      .map(({ id, expectedOn }) => ledgerSays('expected-payment', id, expectedOn ?? first.on)),
    ...known.futurePayments.map(({ invoiceId, on }) => ledgerSays('future-payment', invoiceId, on)),
  ].map((hold): SimulatedHold => ({ customerId: customer.id, ...hold }))
}

type HoldDetails = Omit<SimulatedHold, 'customerId'>

function agreementsOf(known: Known, today: Day, calendar: Calendar): HoldDetails[] {
  const { invoices, payments, promises, plans } = known
  const facts = { today, calendar, invoices, payments }
  return [
    ...promises
      .map((promise) => judgePromise(promise, facts))
      .filter(({ state }) => state === 'open')
      .map(({ promise, judgedOn }) => agreed('promise', promise.invoiceIds, promise.givenOn, judgedOn)),
    ...plans
      .map((plan) => judgePlan(plan, facts))
      .filter(({ state }) => state === 'on-track' || state === 'late')
      .map(({ plan, breachedOn }) => agreed('plan', plan.invoiceIds, plan.agreedOn, breachedOn)),
  ]
}

const agreed = (
  kind: 'promise' | 'plan',
  invoiceIds: readonly string[],
  since: Day,
  endsOn: Day | null,
): HoldDetails => ({ kind, invoiceIds, since, endsOn, reviewOn: null, why: null })

const ledgerSays = (kind: 'expected-payment' | 'future-payment', invoiceId: string, on: Day): HoldDetails => ({
  kind,
  invoiceIds: [invoiceId],
  since: null,
  endsOn: addDays(on, 1),
  reviewOn: null,
  why: null,
})
