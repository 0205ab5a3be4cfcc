import type { Day } from '../day.ts'
import type { SimulatedMessage, SimulatedQuestion, Simulation } from './simulation.ts'

/** How two simulations of the same books and days differ: `before` is the policy in force, `after` the other one. */
export type Comparison = {
  readonly from: Day
  readonly to: Day
  readonly before: Counts
  readonly after: Counts
  /** Messages that only the other policy sends, or sends otherwise (another day, kind, or invoices). */
  readonly added: readonly SimulatedMessage[]
  /** Messages that only the policy in force sends. */
  readonly removed: readonly SimulatedMessage[]
  /** Customers for whom any message or question differs, by id. */
  readonly customers: readonly CustomerComparison[]
  /** The first day on which anything differs; null when nothing does. */
  readonly firstDifferentOn: Day | null
}

export type Counts = {
  readonly messages: number
  readonly approvals: number
  readonly calls: number
  readonly letters: number
  readonly decisions: number
}

export type CustomerComparison = {
  readonly customerId: string
  readonly messagesBefore: number
  readonly messagesAfter: number
  readonly firstDifferentOn: Day
}

/** Compares two simulations message by message and question by question. */
export function compareSimulations(before: Simulation, after: Simulation): Comparison {
  const added = withoutThose(after.messages, before.messages, messageKey)
  const removed = withoutThose(before.messages, after.messages, messageKey)
  const asked = [
    ...withoutThose(after.questions, before.questions, questionKey),
    ...withoutThose(before.questions, after.questions, questionKey),
  ]
  const differing = [...added, ...removed, ...asked]
  const [messagesBefore, messagesAfter] = [messagesByCustomer(before), messagesByCustomer(after)]
  const customers = [...Map.groupBy(differing, ({ customerId }) => customerId)]
    .map(([customerId, events]): CustomerComparison => ({
      customerId,
      messagesBefore: messagesBefore.get(customerId) ?? 0,
      messagesAfter: messagesAfter.get(customerId) ?? 0,
      firstDifferentOn: firstDay(events) ?? before.from,
    }))
    .sort((one, other) => (one.customerId < other.customerId ? -1 : 1))
  return {
    from: before.from,
    to: before.to,
    before: countsOf(before),
    after: countsOf(after),
    added,
    removed,
    customers,
    firstDifferentOn: firstDay(differing),
  }
}

/** What happens in so many words: how many messages leave, and what people are asked to do. */
export function countsOf({ messages, questions }: Simulation): Counts {
  const count = (test: (question: SimulatedQuestion) => boolean): number => questions.filter(test).length
  return {
    messages: messages.length,
    approvals: count(({ reason }) => reason === 'approval-needed'),
    calls: count(({ reason }) => reason === 'call-due'),
    letters: count(({ reason }) => reason === 'letter-due'),
    decisions: count(({ reason }) => DECISIONS.includes(reason)),
  }
}

const DECISIONS: readonly SimulatedQuestion['reason'][] = ['decision-due', 'touches-spent', 'promises-spent']

/** Those of the first that are not among the second; of equal ones as many as there are more. */
function withoutThose<T>(these: readonly T[], those: readonly T[], keyOf: (one: T) => string): T[] {
  const left = new Map<string, number>()
  for (const one of those) left.set(keyOf(one), (left.get(keyOf(one)) ?? 0) + 1)
  return these.filter((one) => {
    const count = left.get(keyOf(one)) ?? 0
    left.set(keyOf(one), count - 1)
    return count <= 0
  })
}

/** Day, customer, kind, step, invoices and amounts: what two messages must share to be the same. */
export const messageKey = ({ on, customerId, message, stepId, invoices }: SimulatedMessage): string =>
  [on, customerId, message, stepId, itemsKey(invoices)].join(' ')

const questionKey = ({ on, customerId, reason, stepId, message, invoices }: SimulatedQuestion): string =>
  [on, customerId, reason, stepId, message, itemsKey(invoices)].join(' ')

const itemsKey = (items: SimulatedMessage['invoices']): string =>
  items
    .map(({ id, balance }) => `${id}=${balance.minor}${balance.currency}`)
    .sort()
    .join()

function messagesByCustomer({ messages }: Simulation): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { customerId } of messages) counts.set(customerId, (counts.get(customerId) ?? 0) + 1)
  return counts
}

function firstDay(events: readonly { readonly on: Day }[]): Day | null {
  let first: Day | null = null
  for (const { on } of events) if (first === null || on < first) first = on
  return first
}
