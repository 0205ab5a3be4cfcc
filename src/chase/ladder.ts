import { latest, nextContactDay, nextSendingDay } from './calendar.ts'
import type { Calendar } from './calendar.ts'
import { addDays, daysBetween } from './day.ts'
import type { Day } from './day.ts'
import type { Policy, Sequence, Step } from './policy.ts'
import type { Stage, TakenStep } from './standing.ts'

/** Where a customer stands on its ladder today. */
export type Position = {
  readonly today: Day
  /** The first day, today or later, on which a message may leave: after the gap, under the caps, on a sending day. */
  readonly earliestContact: Day
  readonly calendar: Calendar
  readonly sequence: Sequence
  /** After how many days overdue a habitually late customer is first written to; null for all others. */
  readonly habitDays: number | null
  /** The due day that the steps count from. */
  readonly dueOn: Day
  readonly taken: readonly TakenStep[]
}

/**
 * What the ladder says today.
 *
 * `take`: this step's day has come; the step carries the stage it is to be written in. `later`: the next step and
 * its day. `finished`: no step is left.
 */
export type Move =
  | {
      readonly kind: 'take'
      readonly step: Step
      /** Steps passed over for good, by id. */
      readonly skipped: readonly string[]
      /** The stage that the tone limit held this message down to; null where it changed nothing. */
      readonly heldAt: Stage | null
    }
  | { readonly kind: 'later'; readonly step: Step; readonly on: Day }
  | { readonly kind: 'finished' }

/** From softest to firmest. */
const STAGES: readonly Stage[] = ['before-due', 'due-day', 'first-overdue', 'firm', 'serious', 'final']

const firmness = (stage: Stage): number => STAGES.indexOf(stage)

/** However old a debt is when we first write about it, the first message is at most this firm. */
const FIRMEST_OPENING: Stage = 'firm'

/**
 * Chooses the step to take today.
 *
 * It is the latest one whose day has come, after the last one taken; whatever lies between is passed over for good,
 * so nothing piles up. Two limits keep that polite. The tone hardens by one rung at a time, a rung being the next
 * firmer stage of the customer's own sequence. And a person is asked to call or decide only after a message about
 * the debt went out.
 */
export function nextMove(position: Position): Move {
  const { today, sequence, taken } = position
  const last = lastTaken(position)
  const done = new Set(taken.map((step) => step.stepId))
  const ahead = sequence
    .slice((last?.index ?? -1) + 1)
    .filter((step) => !done.has(step.id))
    .map((step) => ({ step, on: dayOf(step, last, position) }))
    .filter(({ step, on }) => !isVoid(step, on, position))

  const reached = ahead.filter(({ on }) => on <= today).map(({ step }) => step)
  const newest = reached.at(-1)
  const next = ahead[0]
  if (next === undefined) return { kind: 'finished' }
  if (newest === undefined) return { kind: 'later', step: next.step, on: next.on }

  const { step, heldAt } = fittingStep(newest, reached, position)
  const index = sequence.indexOf(step)
  const skipped = sequence.filter((other, at) => at < index && !done.has(other.id)).map((other) => other.id)
  return { kind: 'take', step: asWrittenToday(step, heldAt, position), skipped, heldAt }
}

type LastTaken = { readonly index: number; readonly from: number; readonly on: Day }

/**
 * The furthest step taken in this spell.
 *
 * The customer may have changed segment since, or the business its sequence: a step that the sequence does not
 * know stands where its day falls among those it does.
 */
function lastTaken({ sequence, calendar, dueOn, taken, habitDays }: Position): LastTaken | null {
  let last: LastTaken | null = null
  for (const { stepId, on } of taken) {
    const known = sequence.findIndex((step) => step.id === stepId)
    const from = fromOf(stepId, sequence, calendar.policy) ?? daysBetween(dueOn, on) - habitShift(sequence, habitDays)
    const index = known >= 0 ? known : sequence.findLastIndex((step) => step.from <= from)
    if (last === null || index > last.index || (index === last.index && on > last.on)) last = { index, from, on }
  }
  return last
}

function fromOf(stepId: string, sequence: Sequence, policy: Policy): number | null {
  const known = (steps: Sequence): Step | undefined => steps.find((step) => step.id === stepId)
  return (known(sequence) ?? known(Object.values(policy.sequences).flat()))?.from ?? null
}

/** A habit moves the whole ladder, so that the steps after the first keep their distances from it. */
function habitShift(sequence: Sequence, habitDays: number | null): number {
  const first = sequence[0]
  return habitDays === null || first === undefined ? 0 : Math.max(0, habitDays - first.from)
}

/**
 * The day on which a step may first be taken: its own day, moved to a sending day.
 *
 * The ladder never compresses: when the last step went out late (at switch-on, after a pause, an outage or a slow
 * approval), the next one keeps its distance from it. A weekend or a holiday makes nothing late, since a step's own
 * day already is a sending day; nor does a message before the due day, which the due day does not wait for.
 */
function dayOf(step: Step, last: LastTaken | null, position: Position): Day {
  const own = ownDay(step.from, position)
  if (last === null) return own
  const wasLate = last.from >= 0 && last.on > ownDay(last.from, position)
  const inOrder = wasLate ? nextSendingDay(addDays(last.on, step.from - last.from), position.calendar) : own
  return latest(latest(own, inOrder), nextContactDay(last.on, position.calendar))
}

const ownDay = (from: number, { dueOn, sequence, habitDays, calendar }: Position): Day =>
  nextSendingDay(addDays(dueOn, from + habitShift(sequence, habitDays)), calendar)

/** A message "before it falls due" that could only leave after its window is not sent at all. */
const isVoid = (step: Step, on: Day, { dueOn, earliestContact }: Position): boolean =>
  step.from < 0 && latest(on, earliestContact) > addDays(dueOn, Math.min(step.to, -1))

function fittingStep(newest: Step, reached: readonly Step[], position: Position): { step: Step; heldAt: Stage | null } {
  const messages = reached.filter((step) => step.channel === 'email')
  const opened = position.taken.some((step) => step.channel === 'email' && step.stage !== 'before-due')
  const wanted = newest.channel === 'email' || opened ? newest : (messages.at(-1) ?? newest)
  if (wanted.channel !== 'email') return { step: wanted, heldAt: null }

  const limit = firmestAllowed(position)
  const isTooFirm = (step: Step): boolean => firmness(stageOf(step)) > firmness(limit)
  if (!isTooFirm(wanted)) return { step: wanted, heldAt: null }
  // Where every message left is too firm, the step is taken in a softer tone rather than not at all.
  return { step: messages.findLast((step) => !isTooFirm(step)) ?? wanted, heldAt: limit }
}

/** One rung above the firmest message of this spell, on the rungs that the customer's sequence has. */
function firmestAllowed({ taken, sequence }: Position): Stage {
  const sent = taken.flatMap((step) => (step.channel === 'email' && step.stage !== null ? [firmness(step.stage)] : []))
  if (sent.length === 0) return FIRMEST_OPENING
  const rungs = sequence.filter((step) => step.channel === 'email').map((step) => firmness(stageOf(step)))
  const firmest = Math.max(...sent)
  const above = rungs.filter((rung) => rung > firmest)
  return STAGES[above.length === 0 ? firmest : Math.min(...above)] ?? FIRMEST_OPENING
}

const stageOf = (step: Step): Stage => step.stage ?? 'first-overdue'

/** The step with the stage that is true today: held down by the tone limit, and never "due today" about yesterday. */
function asWrittenToday(step: Step, heldAt: Stage | null, { today, dueOn }: Position): Step {
  if (step.channel !== 'email') return step
  const planned = stageOf(step)
  const held = heldAt !== null && firmness(planned) > firmness(heldAt) ? heldAt : planned
  const isPastDue = today > dueOn && firmness(held) < firmness('first-overdue')
  const stage = isPastDue ? 'first-overdue' : held
  return stage === step.stage ? step : { ...step, stage }
}
