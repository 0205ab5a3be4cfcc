import { dayOfMonth } from './month.ts'
import type { Day } from './day.ts'
import type { Money } from './money.ts'
import type { Limits, Policy, Sequence, Step } from './policy.ts'
import type { Segment } from './standing.ts'

/** The rungs of a sequence: its steps without those that follow a contact or a month, each repetition a step of its own. */
export function rungsOf(sequence: Sequence): Sequence {
  if (sequence.every(isPlainRung)) return sequence
  return sequence
    .filter(isRung)
    .flatMap((step) =>
      step.repeat === null
        ? [step]
        : Array.from({ length: Math.max(1, step.repeat.times) }, (_, at) => repetition(step, at + 1)),
    )
}

const isRung = ({ after }: Step): boolean => after === 'due' || after === 'previous-step'

const isPlainRung = (step: Step): boolean => isRung(step) && step.repeat === null

function repetition(step: Step, number: number): Step {
  const later = (step.repeat?.every ?? 0) * (number - 1)
  if (number === 1) return { ...step, repeat: null }
  const id = repetitionId(step.id, number)
  // After the step before it, each repetition counts from the one before.
  if (step.after === 'previous-step') {
    const every = step.repeat?.every ?? step.from
    return { ...step, id, repeat: null, from: every, to: every }
  }
  return { ...step, id, repeat: null, from: step.from + later, to: step.to + later }
}

/** The id of a step's n-th time: its own for the first. */
export const repetitionId = (stepId: string, number: number): string => (number === 1 ? stepId : `${stepId}#${number}`)

/** The id of the step that this is a repetition of. */
export const baseId = (stepId: string): string => stepId.split('#')[0] ?? stepId

/** The step of a segment's sequence that an id names, a repetition of it included; null for a message beside the ladder. */
export const stepNamed = (policy: Policy, segment: Segment, stepId: string): Step | null =>
  policy.sequences[segment].find(({ id }) => id === baseId(stepId)) ?? null

/** Whether the id is that of a message beside the ladder, which is no step of a sequence. */
export const isNoticeId = (stepId: string): boolean => stepId.includes(':')

/** Whether the step is meant for a customer that owes this much: within its limits in one of the currencies. */
export function fitsBalance({ minimumBalance, maximumBalance }: Step, owed: readonly Money[]): boolean {
  if (isEmpty(minimumBalance) && isEmpty(maximumBalance)) return true
  return owed.some(
    ({ minor, currency }) =>
      minor >= (minimumBalance[currency] ?? 0) && minor <= (maximumBalance[currency] ?? Number.MAX_SAFE_INTEGER),
  )
}

function isEmpty(limits: Limits): boolean {
  for (const _ in limits) return false
  return true
}

/** The days of this month on which a step of the month may be taken. */
export const daysOfMonthStep = (step: Step, today: Day): { readonly first: Day; readonly last: Day } => ({
  first: dayOfMonth(today, step.from),
  last: dayOfMonth(today, Math.max(step.from, step.to)),
})

/** What is known of a step that was taken: its id, that of a repetition with its number, and what it was. */
export type TakenRung = Pick<Step, 'id' | 'channel' | 'stage'>

/** Whether a step of today's sequences is the one that was taken: of the same id, and still the same in kind. */
export const isSameRung = (one: TakenRung, other: TakenRung): boolean =>
  one.id === other.id && one.channel === other.channel && one.stage === other.stage

/**
 * On which day, counted from the due day, a step comes at the earliest over all sequences. Steps after the one before
 * them count from its day, days and business days alike. Null for a step that no sequence has.
 */
export function dayOfStep(taken: TakenRung, sequences: Policy['sequences']): number | null {
  const days = Object.values(sequences).flatMap((sequence) => {
    let day = 0
    for (const step of rungsOf(sequence)) {
      day = step.after === 'previous-step' ? day + step.from : step.from
      if (isSameRung(step, taken)) return [day]
    }
    return sequence.some((step) => isSameRung(step, taken)) ? [Infinity] : []
  })
  return days.length === 0 ? null : Math.min(...days)
}
