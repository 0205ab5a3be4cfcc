import { countsOf, type Comparison } from '../chase/simulate/compare.ts'
import type { SimulatedHold, SimulatedItem, SimulatedQuestion } from '../chase/simulate/simulation.ts'
import { addDays, type Day } from '../chase/day.ts'
import { decimalOf, decimalPlaces, type Money } from '../chase/money.ts'
import { explain } from '../chase/reasons.ts'
import type { Assumption, BusinessFuture, Names } from '../flow/simulate.ts'
import { ENGLISH } from '../web/words/english.ts'

/** One line of a simulated diary. */
export type SimulationEntry = {
  readonly on: Day
  readonly kind: EntryKind
  readonly customerId: string
  readonly customer: string
  /** What it is, in a few words. */
  readonly what: string
  readonly stepId: string | null
  /** The last day of what lasts; null for what happens on its day. */
  readonly until: Day | null
  readonly invoices: readonly string[]
  readonly amounts: readonly Money[]
  /** More about it, as one sentence; empty where there is nothing to say. */
  readonly note: string
}

/** In the order in which they stand within a day. */
export const ENTRY_KINDS = ['message', 'approval', 'call', 'letter', 'decision', 'question', 'postponed', 'hold-review', 'hold-ends', 'payment'] as const // prettier-ignore
export type EntryKind = (typeof ENTRY_KINDS)[number]

/** Everything that a simulation shows as lines by day, of all customers or of some. */
export function entriesOf(
  { simulation, receipts, names }: Pick<BusinessFuture, 'simulation' | 'receipts' | 'names'>,
  only: ReadonlySet<string> | null = null,
): SimulationEntry[] {
  const { messages, questions, pushes, holds, from, to } = simulation
  const entry = (on: Day, kind: EntryKind, customerId: string, details: Partial<SimulationEntry> & { what: string }): SimulationEntry => ({
    on, kind, customerId, customer: names.customers.get(customerId) ?? customerId,
    stepId: null, until: null, invoices: [], amounts: [], note: '', ...details,
  }) // prettier-ignore
  const numbers = (items: readonly SimulatedItem[]): string[] => items.map(({ id }) => numberOf(id, names))

  const entries = [
    ...messages.map(({ on, customerId, message, stepId, invoices, totals, approved }) =>
      entry(on, 'message', customerId, {
        what: ENGLISH.stages[message],
        stepId,
        invoices: numbers(invoices),
        amounts: totals.filter(({ minor }) => minor > 0),
        note: approved ? 'Once a person has approved it.' : '',
      }),
    ),
    ...questions.map((question) =>
      entry(question.on, kindOf(question), question.customerId, {
        what: whatOf(question),
        stepId: question.stepId,
        until: question.until === question.on ? null : question.until,
        invoices: numbers(question.invoices),
        amounts: question.totals,
        note: explain({ reason: question.reason, facts: question.facts }, 'en'),
      }),
    ),
    ...pushes.map(({ on, customerId, stepId, because, takenOn }) =>
      entry(on, 'postponed', customerId, {
        what: `${stepId} put off by ${because.map((reason) => PUSHES[reason]).join(', then ')}`,
        stepId,
        until: takenOn,
        note: takenOn ? `Goes on ${takenOn}.` : 'Does not go in these days.',
      }),
    ),
    ...holds.flatMap((hold) => holdEntries(hold, names, entry)),
    ...receipts.map(({ customerId, invoiceId, balance, on, from: earliest, to: latest }) =>
      entry(on ?? from, 'payment', customerId, {
        what: 'Payment likely',
        invoices: [numberOf(invoiceId, names)],
        amounts: [balance],
        note: `Four times in five between ${earliest ?? 'now'} and ${latest ?? 'some later day'}.`,
      }),
    ),
  ]
  return entries
    .filter(({ on, customerId }) => on >= from && on <= to && (only === null || only.has(customerId)))
    .sort(inOrder)
}

function inOrder(one: SimulationEntry, other: SimulationEntry): number {
  if (one.on !== other.on) return one.on < other.on ? -1 : 1
  if (one.kind !== other.kind) return ENTRY_KINDS.indexOf(one.kind) - ENTRY_KINDS.indexOf(other.kind)
  return one.customer.localeCompare(other.customer, 'en')
}

type MakeEntry = (
  on: Day,
  kind: EntryKind,
  customerId: string,
  details: Partial<SimulationEntry> & { what: string },
) => SimulationEntry

function holdEntries(hold: SimulatedHold, names: Names, entry: MakeEntry): SimulationEntry[] {
  const { customerId, kind, invoiceIds, endsOn, reviewOn, why } = hold
  const invoices = invoiceIds?.map((id) => numberOf(id, names)) ?? []
  const about = { invoices, note: why ?? '' }
  return [
    ...(endsOn ? [entry(endsOn, 'hold-ends', customerId, { what: `No longer silent: ${HOLDS[kind]} is over`, ...about })] : []),
    ...(reviewOn ? [entry(reviewOn, 'hold-review', customerId, { what: `To be looked at again: ${HOLDS[kind]}`, ...about })] : []),
  ] // prettier-ignore
}

function kindOf({ reason, channel }: SimulatedQuestion): EntryKind {
  if (reason === 'approval-needed') return 'approval'
  if (reason === 'call-due') return 'call'
  if (reason === 'letter-due') return 'letter'
  return channel === 'decision' || reason === 'decision-due' ? 'decision' : 'question'
}

function whatOf({ reason, message }: SimulatedQuestion): string {
  if (reason === 'approval-needed') return `To approve: ${message ? ENGLISH.stages[message] : 'a message'}`
  return QUESTIONS[reason]
}

const QUESTIONS: Readonly<Record<Exclude<SimulatedQuestion['reason'], 'approval-needed'>, string>> = {
  'call-due': 'Call to make',
  'letter-due': 'Letter to draft',
  'decision-due': 'Decision to make',
  'touches-spent': 'Decision to make: enough has been said',
  'promises-spent': 'Decision to make: promises were not kept',
  'credit-covers-balance': 'Credit to look at',
  'no-address': 'Address to find',
  'delivery-unknown': 'Delivery to clear up',
  'pdf-missing': 'PDF to find',
  'reply-unread': 'Reply to read',
  'bank-details-changed': 'Bank details to confirm',
  'message-held': 'Held message to look at',
  'hold-review-due': 'Hold to look at again',
}

const PUSHES: Readonly<Record<string, string>> = {
  'too-soon': 'the gap after the last contact',
  'weekly-cap': 'the cap per 7 days',
  'monthly-cap': 'the cap per 30 days',
  'business-cap': 'the daily cap of the business',
  'call-cap': 'the cap on calls',
  august: 'August',
}

const HOLDS: Readonly<Record<SimulatedHold['kind'], string>> = {
  pause: 'the pause',
  'do-not-chase': 'the word not to chase',
  dispute: 'the dispute',
  promise: 'the promise',
  plan: 'the payment plan',
  snooze: 'the snooze',
  'unread-reply': 'the unread reply',
  'broken-address': 'the broken address',
  'missing-pdf': 'the missing PDF',
  'unknown-delivery': 'the unknown delivery',
  'ledger-reminders': 'the ledger’s own reminders',
  'bank-details': 'the changed bank details',
  'message-held': 'the held message',
  'expected-payment': 'the ledger’s expected payment day',
  'future-payment': 'the payment entered for a later day',
}

const numberOf = (id: string, names: Names): string => names.invoices.get(id) ?? id

/** An entry for those who know customers by name. */
export function withoutId(entry: SimulationEntry): Omit<SimulationEntry, 'customerId'> {
  const { on, kind, customer, what, stepId, until, invoices, amounts, note } = entry
  return { on, kind, customer, what, stepId, until, invoices, amounts, note }
}

/** What a simulation takes for granted, a sentence each. */
export const ASSUMPTIONS: Readonly<Record<Assumption, string>> = {
  'books-stay-fresh': 'the connection to the ledger stays good',
  'approved-at-once': 'a person approves every message at once',
  'tasks-stay-open': 'calls, letters and decisions stay open',
  'mail-arrives': 'every message arrives',
  'nobody-answers': 'nobody answers, disputes or promises anything new',
  'nobody-pays': 'nobody pays',
  'paid-when-expected': 'every invoice is paid in full on the day its customer’s habit makes likely',
  'no-new-invoices': 'no new invoice is issued',
  'as-if-approving': 'the business only observes: shown as if it approved each message',
  'as-if-not-stopped': 'a person has stopped everything: shown as if it were lifted',
  'as-if-connected': 'the books are not fresh or not connected: shown as if they were',
}

/** "1,180.00 EUR" */
export const amountText = (amount: Money): string =>
  `${decimalOf(amount).toLocaleString('en-GB', { minimumFractionDigits: decimalPlaces(amount.currency), maximumFractionDigits: decimalPlaces(amount.currency) })} ${amount.currency}` // prettier-ignore

/** What another policy does differently, in one sentence. */
export function comparisonText(comparison: Comparison): string {
  const { before, after, customers, firstDifferentOn, from, to } = comparison
  const days = daysIn(from, to)
  if (firstDifferentOn === null) return `Nothing changes in the next ${days} days.`
  const difference = after.messages - before.messages
  const messages =
    difference === 0
      ? `as many messages as now (${after.messages})`
      : `${Math.abs(difference)} ${difference > 0 ? 'more' : 'fewer'} ${Math.abs(difference) === 1 ? 'message' : 'messages'} (${after.messages} instead of ${before.messages})`
  const people = `${customers.length} ${customers.length === 1 ? 'customer' : 'customers'}`
  return `This policy sends ${messages} in the next ${days} days; ${people} would notice, the first on ${firstDifferentOn}.`
}

/** How many days a span has, its ends included. */
export function daysIn(from: Day, to: Day): number {
  let count = 1
  for (let on = from; on < to; on = addDays(on, 1)) count += 1
  return count
}

/** "12 messages, 3 approvals, 2 calls, no letter, 1 decision" */
export function countsText(simulation: BusinessFuture['simulation']): string {
  const { messages, approvals, calls, letters, decisions } = countsOf(simulation)
  const said = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`
  return [said(messages, 'message'), said(approvals, 'approval'), said(calls, 'call'), said(letters, 'letter'), said(decisions, 'decision')].join(', ') // prettier-ignore
}
