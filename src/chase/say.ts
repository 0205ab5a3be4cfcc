import { daysBetween } from './day.ts'
import type { Day } from './day.ts'
import type { Move } from './ladder.ts'
import { totalsPerCurrency } from './money.ts'
import type { Step } from './policy.ts'
import type { Segmentation } from './segment.ts'
import type { OpenInvoice, Segment, Standing } from './standing.ts'
import type { AskReason, Facts, QuietReason, Verdict } from './verdict.ts'

/** Says a verdict, with the facts that belong to it. */
export type Speaker = {
  send(step: Step, anchor: OpenInvoice, items: readonly OpenInvoice[], facts: Facts): Verdict
  ask(
    reason: AskReason,
    step: Step | null,
    anchor: OpenInvoice | undefined,
    items: readonly OpenInvoice[],
    facts: Facts,
  ): Verdict
  quiet(what: 'wait' | 'nothing', reason: QuietReason, until: Day | null, facts?: Facts): Verdict
}

/** Puts verdicts into words with the facts that every verdict carries. */
export function speaker(standing: Standing, { segment, facts: segmentFacts }: Segmentation): Speaker {
  const { today, policy, contactedOn, books } = standing
  const common: Facts = {
    today,
    ...segmentFacts,
    lastContactOn: [...contactedOn].sort().at(-1) ?? null,
    gapBusinessDays: policy.gapBusinessDays,
  }
  const about = (items: readonly OpenInvoice[], facts: Facts): { segment: Segment; facts: Facts } => ({
    segment,
    facts: { ...common, ...facts, ...totals('due', items), dueInvoices: items.length },
  })
  return {
    send: (step, anchor, items, facts) => ({
      do: 'send',
      reason: 'step-due',
      step,
      anchorInvoiceId: anchor.id,
      invoiceIds: items.map((item) => item.id),
      ...about(items, facts),
    }),
    ask: (reason, step, anchor, items, facts) => ({
      do: 'ask',
      reason,
      step,
      anchorInvoiceId: anchor?.id ?? null,
      invoiceIds: items.map((item) => item.id),
      ...about(items, facts),
    }),
    quiet: (what, reason, until, facts = {}) => ({
      do: what,
      reason,
      until,
      segment,
      facts: { ...common, hoursSinceSync: books.hoursSinceSync, ...facts },
    }),
  }
}

/** The invoice that the steps count from. */
export const anchorFacts = (anchor: OpenInvoice, today: Day): Facts => ({
  anchorInvoiceId: anchor.id,
  anchorDueOn: anchor.dueOn,
  daysOverdue: daysBetween(anchor.dueOn, today),
})

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
