import { daysBetween } from './day.ts'
import { discountOffers } from './discount.ts'
import type { Excluded, Exclusion } from './holds.ts'
import type { Day } from './day.ts'
import { flipsOf } from './flips.ts'
import type { Move } from './ladder.ts'
import { totalsPerCurrency } from './money.ts'
import type { Step } from './policy.ts'
import { latestOf, receivedFor } from './received.ts'
import type { Segmentation } from './segment.ts'
import type { MessageKind } from './stage.ts'
import type { OpenInvoice, Standing } from './standing.ts'
import type { AskReason, Facts, QuietReason, SendReason, Verdict } from './verdict.ts'

/** A message for today: what it is written as, what it is about and why. */
export type Message = {
  /** The step of the sequence, or one made for a message beside the ladder. */
  readonly step: Step
  readonly kind: MessageKind
  readonly reason: SendReason
  readonly anchorInvoiceId: string
  readonly invoiceIds: readonly string[]
  readonly facts: Facts
}

/** What a person is asked: about a step, or about the account. */
export type Question = {
  readonly step?: Step
  readonly anchor: OpenInvoice | null
  readonly items: readonly OpenInvoice[]
  readonly facts: Facts
}

/** Says a verdict, with the facts that belong to it. */
export type Speaker = {
  send(message: Message): Verdict
  /** Asks a person to approve a message. */
  askApproval(message: Message): Verdict
  ask(reason: AskReason, question: Question): Verdict
  quiet(what: 'wait' | 'nothing', reason: QuietReason, until: Day | null, facts?: Facts): Verdict
}

/** Puts verdicts into words with the facts that every verdict carries. */
export function speaker(standing: Standing, { segment, facts: segmentFacts }: Segmentation): Speaker {
  const { today, policy, contactedOn, books, ledgerRemindersOn } = standing
  const common: Facts = {
    today,
    ...segmentFacts,
    lastContactOn: latestOf(contactedOn),
    gapBusinessDays: policy.gapBusinessDays,
    ...(ledgerRemindersOn && { ledgerRemindersOn }),
  }
  const itemsOf = (ids: readonly string[]): OpenInvoice[] => standing.invoices.filter(({ id }) => ids.includes(id))
  const messageOf = ({ step, kind, anchorInvoiceId, invoiceIds, facts }: Message) => ({
    step,
    message: kind,
    anchorInvoiceId,
    invoiceIds,
    segment,
    facts: { ...common, ...facts, ...totals('due', itemsOf(invoiceIds)), dueInvoices: invoiceIds.length },
  })
  return {
    send: (message) => ({
      do: 'send',
      reason: message.reason,
      ...messageOf(message),
      flips: flipsOf(message.reason, null),
    }),
    askApproval: (message) => ({
      do: 'ask',
      reason: 'approval-needed',
      ...messageOf(message),
      flips: flipsOf('approval-needed', null),
    }),
    ask: (reason, { step, anchor, items, facts }) => ({
      do: 'ask',
      reason,
      step: step ?? null,
      message: null,
      anchorInvoiceId: anchor?.id ?? null,
      invoiceIds: items.map((item) => item.id),
      segment,
      facts: { ...common, ...facts, ...totals('due', items), dueInvoices: items.length },
      flips: flipsOf(reason, null),
    }),
    quiet: (what, reason, until, facts = {}) => ({
      do: what,
      reason,
      until,
      segment,
      facts: { ...common, hoursSinceSync: books.hoursSinceSync, ...facts },
      flips: flipsOf(reason, until),
    }),
  }
}

/** How many open invoices are left out, by why: always for the three that a person asks about, else where there are any. */
export function exclusionFacts(excluded: readonly Excluded[]): Facts {
  const counts: Record<string, number> = { disputed: 0, promised: 0, paused: 0 }
  for (const { because } of excluded) counts[FACT_NAMES[because]] = (counts[FACT_NAMES[because]] ?? 0) + 1
  return counts
}

const FACT_NAMES: Readonly<Record<Exclusion, string>> = {
  excluded: 'excluded',
  'do-not-chase': 'notChased',
  disputed: 'disputed',
  'on-plan': 'onPlan',
  promised: 'promised',
  paused: 'paused',
  snoozed: 'snoozed',
  'left-alone': 'leftAlone',
}

/** What a reminder of these invoices thanks for: per currency, and the last day. */
export function receivedFacts(standing: Standing, items: readonly OpenInvoice[]): Facts {
  const received = receivedFor(standing, items)
  if (received.length === 0) return {}
  return {
    receivedOn: latestOf(received.map(({ on }) => on)),
    ...totals(
      'received',
      received.map(({ amount }) => ({ balance: amount })),
    ),
  }
}

/** What paying early saves, per currency, and the last day of the first offer to end. */
export function discountFacts({ policy, today }: Standing, items: readonly OpenInvoice[]): Facts {
  const offers = discountOffers(items, policy, today)
  if (offers.length === 0) return {}
  return {
    discountUntil: offers.map(({ lastDay }) => lastDay).sort()[0] ?? null,
    ...totals(
      'discount',
      offers.map(({ off }) => ({ balance: off })),
    ),
  }
}

/** The invoice that the steps count from. */
export const anchorFacts = (anchor: OpenInvoice, today: Day): Facts => ({
  anchorInvoiceId: anchor.id,
  anchorDueOn: anchor.dueOn,
  daysOverdue: daysBetween(anchor.dueOn, today),
})

/** Who signs a message and who gets a copy, where its step asks for more than usual; and that nobody is there to. */
export function peopleFacts({ sender, copyEscalation }: Step, { seniorSender, customer }: Standing): Facts {
  return {
    ...(sender === 'senior' && { signedBy: seniorSender ? 'senior' : 'nobody-senior' }),
    ...(copyEscalation && { copyTo: customer.escalation?.address ?? 'nobody' }),
  }
}

/** What moves the steps about an invoice for this customer: a delay that a person set, and its payment run. */
export function shiftFacts(anchor: OpenInvoice, { delayDays: usual, paymentRunDay }: Standing['customer']): Facts {
  const delayDays = anchor.delayDays ?? usual
  return { ...(delayDays > 0 && { delayDays }), ...(paymentRunDay !== null && { paymentRunDay }) }
}

/** The unapplied credit, and the currencies that it takes out of the message. */
export function creditFacts({ credits }: Standing, covered: readonly string[]): Facts {
  const credited = totals(
    'credit',
    credits.filter((credit) => credit.minor > 0).map((balance) => ({ balance })),
  )
  return covered.length === 0 ? credited : { ...credited, coveredCurrencies: covered.join(', ') }
}

/** The step, what it passes over, and the tone it is held at. */
export function moveFacts({ step, skipped, heldAt }: Extract<Move, { kind: 'take' }>): Facts {
  return {
    stepId: step.id,
    channel: step.channel,
    stage: step.stage,
    ...(skipped.length > 0 && { skippedSteps: skipped.join(', ') }),
    ...(heldAt !== null && { heldAtStage: heldAt }),
  }
}

/** The totals of these invoices or credits, one fact per currency: `dueEUR`, in minor units. */
export const totals = (name: string, items: readonly Pick<OpenInvoice, 'balance'>[]): Facts =>
  Object.fromEntries(
    totalsPerCurrency(items.map((item) => item.balance)).map(({ minor, currency }) => [`${name}${currency}`, minor]),
  )
