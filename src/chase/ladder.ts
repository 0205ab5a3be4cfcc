import { addBusinessDays, addIn, latest, nextContactDay, nextSendingDay } from './calendar.ts'
import type { Calendar } from './calendar.ts'
import { addDays, daysBetween } from './day.ts'
import type { Day } from './day.ts'
import type { Money } from './money.ts'
import type { Sequence, Step } from './policy.ts'
import { firmness } from './stage.ts'
import type { Stage } from './stage.ts'
import type { TakenStep } from './standing.ts'
import { fitsBalance, rungsOf } from './steps.ts'
import { firmestAllowed, isResumed, stageOf } from './tone.ts'
import type { Resume } from './tone.ts'

/** Where a customer stands on its ladder today. */
export type Position = {
  readonly today: Day
  /** The first day, today or later, on which a message may leave: after the gap, under the caps, on a sending day. */
  readonly earliestContact: Day
  readonly calendar: Calendar
  /** The rungs, repetitions written out: see steps.ts. */
  readonly sequence: Sequence
  /** After how many days overdue a habitually late customer is first written to; null for all others. */
  readonly habitDays: number | null
  /** How many days after the due day the customer's own payment run comes; 0 without one. */
  readonly runDays: number
  /** How many days after the due day a late customer that is spared pays by itself; 0 where it is not. */
  readonly spareDays: number
  /** How many days later every step comes, for this customer or this invoice. */
  readonly delayDays: number
  /** The due day that the steps count from. */
  readonly dueOn: Day
  readonly taken: readonly TakenStep[]
  /** What the steps' limits are compared with, per currency. */
  readonly owed: readonly Money[]
  readonly partPaidOn: Day | null
  readonly resume: Resume | null
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

/**
 * Chooses the step to take today.
 *
 * It is the latest one whose day has come, after the last one taken; whatever lies between is passed over for good,
 * so nothing piles up. Two limits keep that polite. The tone hardens by one rung at a time, a rung being the next
 * firmer stage of the customer's own sequence (tone.ts has the exceptions). And a person is asked to call, write a
 * letter or decide only after a message about the debt went out.
 */
export function nextMove(position: Position): Move {
  const { today, sequence, taken } = position
  const last = lastTaken(position)
  const done = new Set(taken.map((step) => step.stepId))
  const ahead = stepsAhead(last, done, position)

  const next = ahead[0]
  if (next === undefined) return { kind: 'finished' }
  const resumed = resumingStep(ahead, position)
  const reached = ahead.filter(({ on }, at) => on <= today || at <= resumed).map(({ step }) => step)
  const newest = reached.at(-1)
  if (newest === undefined) return { kind: 'later', step: next.step, on: next.on }

  const { step, heldAt } = fittingStep(newest, reached, position)
  const index = sequence.indexOf(step)
  const skipped = sequence.filter((other, at) => at < index && !done.has(other.id)).map((other) => other.id)
  return { kind: 'take', step: asWrittenToday(step, heldAt, position), skipped, heldAt }
}

type Ahead = { readonly step: Step; readonly on: Day }

/** The steps that may still be taken, each with the first day on which it may. */
function stepsAhead(last: LastTaken | null, done: ReadonlySet<string>, position: Position): Ahead[] {
  const { sequence, today, calendar, owed } = position
  const ahead: Ahead[] = []
  for (const step of sequence.slice((last?.index ?? -1) + 1)) {
    if (done.has(step.id) || !fitsBalance(step, owed)) continue
    const before = ahead.at(-1)
    // What follows a step that is still to be taken cannot come before it: at the earliest, counted from today.
    const on =
      step.after === 'previous-step' && before !== undefined
        ? nextSendingDay(addIn(step.unit, latest(before.on, today), Math.max(1, step.from), calendar), calendar)
        : dayOf(step, last, position)
    if (!isVoid(step, on, position)) ahead.push({ step, on })
  }
  return ahead
}

/**
 * A broken promise brings the message of the policy's tone forward to today: how far down the list it is, -1 where that
 * tone was used before, or is none of this ladder's. Nothing firmer comes before its day.
 */
function resumingStep(ahead: readonly Ahead[], { resume, taken, today }: Position): number {
  if (resume === null || resume.on > today || isResumed({ taken, resume })) return -1
  return ahead.findIndex(({ step }) => step.channel === 'email' && stageOf(step) === resume.stage)
}

type LastTaken = { readonly index: number; readonly offset: number; readonly on: Day }

/**
 * The furthest step taken in this spell.
 *
 * The customer may have changed segment since, or the business its sequence: a step that the sequence does not
 * know stands where its day falls among those it does.
 */
function lastTaken(position: Position): LastTaken | null {
  const { sequence, dueOn, taken } = position
  let last: LastTaken | null = null
  for (const { stepId, on } of taken) {
    const known = sequence.findIndex((step) => step.id === stepId)
    const step = sequence[known] ?? knownElsewhere(stepId, position)
    const offset = step ? offsetOf(step, position) : daysBetween(dueOn, on) - shiftOf(0, position)
    const index = known >= 0 ? known : sequence.findLastIndex((other) => offsetOf(other, position) <= offset)
    if (last === null || index > last.index || (index === last.index && on > last.on)) last = { index, offset, on }
  }
  return last
}

/** A step that counts from the due day in another sequence of the policy. */
function knownElsewhere(stepId: string, { calendar }: Position): Step | undefined {
  const others = Object.values(calendar.policy.sequences).flatMap(rungsOf)
  return others.find((step) => step.id === stepId && step.after === 'due')
}

/**
 * The day on which a step may first be taken: its own day, moved to a sending day.
 *
 * The ladder never compresses: when the last step went out late (at switch-on, after a pause, an outage or a slow
 * approval), the next one keeps its distance from it. A weekend or a few holidays make nothing late, since a step's own
 * day already is a sending day; nor does a message before the due day, which the due day does not wait for.
 */
function dayOf(step: Step, last: LastTaken | null, position: Position): Day {
  const { calendar } = position
  if (step.after === 'previous-step' && last !== null) {
    const after = nextSendingDay(addIn(step.unit, last.on, step.from, calendar), calendar)
    return latest(after, nextContactDay(last.on, calendar))
  }
  const offset = offsetOf(step, position)
  const own = ownDay(step, position)
  if (last === null) return own
  const wasLate = last.offset >= 0 && isLate(last, position)
  const inOrder = wasLate ? nextSendingDay(addDays(last.on, offset - last.offset), calendar) : own
  return latest(latest(own, inOrder), nextContactDay(last.on, calendar))
}

const ownDay = (step: Step, position: Position): Day => sendingDayAt(offsetOf(step, position), position)

/** Closed longer than this, as in a silent August, the steps that fell due meanwhile would follow on each other's heels. */
const SHORT_CLOSURE_DAYS = 5

const isLate = ({ offset, on }: LastTaken, position: Position): boolean =>
  on > sendingDayAt(offset, position) || daysBetween(dayAt(offset, position), on) > SHORT_CLOSURE_DAYS

const sendingDayAt = (offset: number, position: Position): Day =>
  nextSendingDay(dayAt(offset, position), position.calendar)

const dayAt = (offset: number, position: Position): Day => addDays(position.dueOn, offset + shiftOf(offset, position))

/** In how many calendar days after the due day the step's day lies, before anything of the customer's own moves it. */
function offsetOf(step: Step, position: Position): number {
  const { dueOn, calendar, sequence } = position
  if (step.after === 'previous-step') {
    const before = sequence[sequence.indexOf(step) - 1]
    const from = before ? offsetOf(before, position) : 0
    return daysBetween(dueOn, addIn(step.unit, addDays(dueOn, from), step.from, calendar))
  }
  return step.unit === 'days' ? step.from : daysBetween(dueOn, addBusinessDays(dueOn, step.from, calendar))
}

/**
 * How many days later a step of this offset comes for this customer: by its own delay, and by its habit, its payment
 * run or its usual day of payment, whichever is longer. A habit moves the whole ladder, so that the steps after the first keep their distances
 * from it. A payment run moves what comes after the due day: until then the invoice can still make the run. So does the
 * day by which a customer that is spared pays by itself.
 */
function shiftOf(offset: number, { sequence, habitDays, runDays, spareDays, delayDays }: Position): number {
  const first = sequence[0]
  const habit = habitDays === null || first === undefined ? 0 : Math.max(0, habitDays - first.from)
  return delayDays + Math.max(habit, offset > 0 ? Math.max(runDays, spareDays) : 0)
}

/** A message "before it falls due" that could only leave after its window is not sent at all. */
function isVoid(step: Step, on: Day, position: Position): boolean {
  if (step.from >= 0 || step.after !== 'due') return false
  const { dueOn, earliestContact, calendar, delayDays } = position
  const windowEnds = addDays(addIn(step.unit, dueOn, Math.min(step.to, -1), calendar), delayDays)
  const dayBefore = addDays(dueOn, -1)
  return latest(on, earliestContact) > (windowEnds < dayBefore ? windowEnds : dayBefore)
}

function fittingStep(newest: Step, reached: readonly Step[], position: Position): { step: Step; heldAt: Stage | null } {
  const messages = reached.filter((step) => step.channel === 'email')
  const opened = position.taken.some((step) => step.channel === 'email' && step.stage !== 'before-due')
  const wanted = newest.channel === 'email' || opened ? newest : (messages.at(-1) ?? newest)
  if (wanted.channel !== 'email') return { step: wanted, heldAt: null }

  const limit = firmestAllowed({ ...position, policy: position.calendar.policy })
  const isTooFirm = (step: Step): boolean => firmness(stageOf(step)) > firmness(limit)
  if (!isTooFirm(wanted)) return { step: wanted, heldAt: null }
  // Where every message left is too firm, the step is taken in a softer tone rather than not at all.
  return { step: messages.findLast((step) => !isTooFirm(step)) ?? wanted, heldAt: limit }
}

/** The step with the stage that is true today: held down by the tone limit, and never "due today" about yesterday. */
export function asWrittenToday(
  step: Step,
  heldAt: Stage | null,
  { today, dueOn }: Pick<Position, 'today' | 'dueOn'>,
): Step {
  if (step.channel !== 'email') return step
  const planned = stageOf(step)
  const held = heldAt !== null && firmness(planned) > firmness(heldAt) ? heldAt : planned
  const isPastDue = today > dueOn && firmness(held) < firmness('first-overdue')
  const stage = isPastDue ? 'first-overdue' : held
  return stage === step.stage ? step : { ...step, stage }
}
