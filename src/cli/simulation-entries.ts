import { countsOf, type Comparison } from '../chase/simulate/compare.ts'
import type { SimulatedHold, SimulatedItem, SimulatedQuestion } from '../chase/simulate/simulation.ts'
import { addDays, type Day } from '../chase/day.ts'
import { decimalOf, decimalPlaces, type Money } from '../chase/money.ts'
import { explain } from '../chase/reasons.ts'
import type { Assumption, BusinessFuture, Names } from '../flow/simulate.ts'
import { WORDS } from '../web/language.ts'
import { SIMULATION_WORDS, type SimulationWords } from './simulation-words.ts'

/** The language of what is told, and how it writes a day. */
export type Tongue = { readonly words: SimulationWords; readonly day: (on: Day) => string }

/** As the command line prints: in English, with days that a program can read. */
const PLAIN_ENGLISH: Tongue = { words: SIMULATION_WORDS.en, day: (on) => on }

/** One line of a simulated diary. */
export type SimulationEntry = {
  readonly on: Day
  readonly kind: EntryKind
  readonly customerId: string
  readonly customer: string
  /** What it is about, whatever the language: with day, kind, customer and step it tells entries apart. */
  readonly about: string
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
  { words, day }: Tongue = PLAIN_ENGLISH,
): SimulationEntry[] {
  const { messages, questions, pushes, holds, from, to } = simulation
  const { stages } = WORDS[words.language]
  const entry = (on: Day, kind: EntryKind, customerId: string, details: Partial<SimulationEntry> & EntryText): SimulationEntry => ({
    on, kind, customerId, customer: names.customers.get(customerId) ?? customerId,
    stepId: null, until: null, invoices: [], amounts: [], note: '', ...details,
  }) // prettier-ignore
  const numbers = (items: readonly SimulatedItem[]): string[] => items.map(({ id }) => numberOf(id, names))

  const entries = [
    ...messages.map(({ on, customerId, message, stepId, invoices, totals, approved }) =>
      entry(on, 'message', customerId, {
        about: message,
        what: stages[message],
        stepId,
        invoices: numbers(invoices),
        amounts: totals.filter(({ minor }) => minor > 0),
        note: approved ? words.onceApproved : '',
      }),
    ),
    ...questions.map((question) =>
      entry(question.on, kindOf(question), question.customerId, {
        about: question.reason,
        what: whatOf(question, words),
        stepId: question.stepId,
        until: question.until === question.on ? null : question.until,
        invoices: numbers(question.invoices),
        amounts: question.totals,
        note: explain({ reason: question.reason, facts: question.facts }, words.language),
      }),
    ),
    ...pushes.map(({ on, customerId, stepId, because, takenOn }) =>
      entry(on, 'postponed', customerId, {
        about: because.join(' '),
        what: words.putOff(
          stepId,
          because.map((reason) => words.pushes[reason]),
        ),
        stepId,
        until: takenOn,
        note: takenOn ? words.goesOn(day(takenOn)) : words.doesNotGo,
      }),
    ),
    ...holds.flatMap((hold) => holdEntries(hold, names, words, entry)),
    ...receipts.map(({ customerId, invoiceId, balance, on, from: earliest, to: latest }) =>
      entry(on ?? from, 'payment', customerId, {
        about: invoiceId,
        what: words.paymentLikely,
        invoices: [numberOf(invoiceId, names)],
        amounts: [balance],
        note: words.likelyBetween(earliest && day(earliest), latest && day(latest)),
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
  details: Partial<SimulationEntry> & EntryText,
) => SimulationEntry

type EntryText = Pick<SimulationEntry, 'about' | 'what'>

function holdEntries(hold: SimulatedHold, names: Names, words: SimulationWords, entry: MakeEntry): SimulationEntry[] {
  const { customerId, kind, invoiceIds, endsOn, reviewOn, why } = hold
  const invoices = invoiceIds?.map((id) => numberOf(id, names)) ?? []
  const details = { about: `${kind} ${invoiceIds?.join(' ') ?? ''}`, invoices, note: why ?? '' }
  return [
    ...(endsOn ? [entry(endsOn, 'hold-ends', customerId, { what: words.holdOver(words.holds[kind]), ...details })] : []),
    ...(reviewOn ? [entry(reviewOn, 'hold-review', customerId, { what: words.holdReview(words.holds[kind]), ...details })] : []),
  ] // prettier-ignore
}

function kindOf({ reason, channel }: SimulatedQuestion): EntryKind {
  if (reason === 'approval-needed') return 'approval'
  if (reason === 'call-due') return 'call'
  if (reason === 'letter-due') return 'letter'
  return channel === 'decision' || reason === 'decision-due' ? 'decision' : 'question'
}

function whatOf({ reason, message }: SimulatedQuestion, words: SimulationWords): string {
  if (reason !== 'approval-needed') return words.questions[reason]
  return words.toApprove(message && WORDS[words.language].stages[message])
}

const numberOf = (id: string, names: Names): string => names.invoices.get(id) ?? id

/** An entry for those who know customers by name. */
export function withoutId(entry: SimulationEntry): Omit<SimulationEntry, 'customerId' | 'about'> {
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
