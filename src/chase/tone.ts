import type { Day } from './day.ts'
import type { Policy, Sequence, Step } from './policy.ts'
import { firmness, isStage, STAGES } from './stage.ts'
import type { Stage } from './stage.ts'
import type { TakenStep } from './standing.ts'

/** What decides how firm the next message may be. */
export type ToneFacts = {
  readonly policy: Policy
  readonly sequence: Sequence
  readonly taken: readonly TakenStep[]
  /** The last day on which a part of the debt arrived that is worth a softer tone; null without one. */
  readonly partPaidOn: Day | null
  /** A broken promise or plan, and the tone the sequence goes on in from that day; null without one. */
  readonly resume: Resume | null
}

export type Resume = { readonly stage: Stage; readonly on: Day }

/**
 * The firmest stage that the next message may have: one rung above the firmest of this spell, on the rungs that the
 * customer's sequence has, or the policy's opening where nothing was said yet. A part payment may take it down, and a
 * broken promise up to where the policy resumes; either until a message has gone since.
 */
export function firmestAllowed(facts: ToneFacts): Stage {
  const { policy, taken, partPaidOn, resume } = facts
  const sent = taken.filter(isMessage)
  const afterPayment = partPaidOn === null ? sent : sent.filter(({ on }) => on > partPaidOn)
  const isSoftened =
    partPaidOn !== null && policy.partPayment.effect !== 'keep-stage' && afterPayment.length < sent.length
  const usual = isSoftened ? softened(facts, sent, afterPayment) : rungAbove(sent, facts)
  if (resume === null || isResumed(facts)) return usual
  return firmness(resume.stage) > firmness(usual) ? resume.stage : usual
}

/** Whether a message has gone since the promise or plan was broken: the sequence goes on as usual from there. */
export const isResumed = ({ taken, resume }: Pick<ToneFacts, 'taken' | 'resume'>): boolean =>
  resume === null || taken.some((step) => isMessage(step) && step.on >= resume.on)

/** The tone a step is planned in; an e-mail that names none asks kindly. */
export const stageOf = (step: Step): Stage => step.stage ?? 'first-overdue'

function softened(facts: ToneFacts, sent: readonly SentMessage[], afterPayment: readonly SentMessage[]): Stage {
  if (afterPayment.length > 0) return rungAbove(afterPayment, facts)
  if (facts.policy.partPayment.effect === 'restart-at-first-overdue') return 'first-overdue'
  const firmest = Math.max(...sent.map(({ stage }) => firmness(stage)))
  const below = rungs(facts.sequence).filter((rung) => rung < firmest && rung >= firmness('first-overdue'))
  return (
    STAGES[below.length === 0 ? Math.min(firmest, firmness('first-overdue')) : Math.max(...below)] ?? 'first-overdue'
  )
}

function rungAbove(sent: readonly SentMessage[], { policy, sequence }: ToneFacts): Stage {
  if (sent.length === 0) return policy.firmestOpening
  const firmest = Math.max(...sent.map(({ stage }) => firmness(stage)))
  const above = rungs(sequence).filter((rung) => rung > firmest)
  return STAGES[above.length === 0 ? firmest : Math.min(...above)] ?? policy.firmestOpening
}

const rungs = (sequence: Sequence): number[] =>
  sequence.filter((step) => step.channel === 'email').map((step) => firmness(stageOf(step)))

type SentMessage = TakenStep & { readonly stage: Stage }

const isMessage = (step: TakenStep): step is SentMessage =>
  step.channel === 'email' && step.stage !== null && isStage(step.stage)
