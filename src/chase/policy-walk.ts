import { addBusinessDays, addIn, businessDaysBetween, contactLimit, nextSendingDay } from './calendar.ts'
import type { Calendar } from './calendar.ts'
import { addDays, day, daysBetween } from './day.ts'
import type { Day } from './day.ts'
import { nextMove } from './ladder.ts'
import type { Position } from './ladder.ts'
import { money } from './money.ts'
import type { Money } from './money.ts'
import type { Policy, Sequence, Step } from './policy.ts'
import type { Stage } from './stage.ts'
import { fitsBalance, rungsOf } from './steps.ts'

// Walking the ladder for policy-check.ts: what a customer who never answers would live through, by the real rules.

/** One step as it was taken on a walk. */
export type Taking = {
  readonly step: Step
  readonly on: Day
  /** The stage it was written in; null for what a person does. */
  readonly stage: Stage | null
  /** What held it back after its day had come; null where it went on its day. */
  readonly heldBy: 'too-soon' | 'weekly-cap' | 'monthly-cap' | 'call-cap' | null
}

export type Walk = {
  readonly dueOn: Day
  readonly owed: Money
  /** Looked at from long before the first step, and never interrupted. */
  readonly onTime: boolean
  readonly takings: readonly Taking[]
  /** How it ended: no step is left, or so many touches were made that a person decides. */
  readonly end: 'finished' | 'touches'
}

/** A Monday without a holiday, a month's end or August anywhere near. */
const SOME_MONDAY = day('2027-02-01')

/** Longer sequences than this, with their repetitions, are nobody's intention. */
export const MOST_RUNGS = 24

/** So many steps at most are taken on all walks of a sequence together, which is a second or two of a person's time. */
const MOST_STEPS = 100_000

/** Whether a sequence is short enough, and has few enough different balances, for all its walks to be walked. */
export function isWalkable(sequence: Sequence): boolean {
  const rungs = rungsOf(sequence)
  if (rungs.length > MOST_RUNGS) return false
  const walks = 7 * (2 * rungs.length + (rungs.length * rungs.length) / 2)
  return balancesThatDiffer(rungs).length * walks * rungs.length <= MOST_STEPS
}

/**
 * All walks that can differ: for each set of steps that some balance in one currency meets, for invoices due on each
 * day of the week, looked at in time, first looked at on the day of each rung or the day after, and interrupted after
 * each step until the day of each later one.
 *
 * A habit, a payment run or a delay only moves days together and widens distances, and the seven weekdays cover where
 * they land; public holidays, closing days and August only postpone. So neither is walked.
 */
export function* walksOf(sequence: Sequence, policy: Policy): Generator<Walk> {
  const rungs = rungsOf(sequence)
  const calendar = plainCalendar(policy)
  for (const owed of balancesThatDiffer(rungs)) {
    for (let weekday = 0; weekday < 7; weekday += 1) {
      const dueOn = addDays(SOME_MONDAY, weekday)
      const walk = (from: Day, before: readonly Taking[]): Walk =>
        walkOne({ rungs, calendar, dueOn, owed }, from, before)
      const onTime = walk(addDays(dueOn, -400), [])
      yield { ...onTime, onTime: true }
      const days = [...new Set(rungs.map((rung) => plannedDay(rung, rungs, dueOn, calendar)))]
      // Until the next step's day has passed, a delay changes nothing.
      const isLate = (from: Day, at: number): boolean => from > (onTime.takings[at]?.on ?? from)
      for (const from of days.flatMap((on) => [on, addDays(on, 1)])) if (isLate(from, 0)) yield walk(from, [])
      for (let after = 1; after < onTime.takings.length; after += 1) {
        const before = onTime.takings.slice(0, after)
        for (const until of days) if (isLate(until, after)) yield walk(until, before)
      }
    }
  }
}

/** The policy's week as it always is, without the days on which everything rests. */
export const plainCalendar = (policy: Policy): Calendar => ({
  policy: { ...policy, closingDays: [], august: 'normal' },
  holidays: new Set(),
})

type Ground = {
  readonly rungs: Sequence
  readonly calendar: Calendar
  readonly dueOn: Day
  readonly owed: Money
}

function walkOne({ rungs, calendar, dueOn, owed }: Ground, from: Day, before: readonly Taking[]): Walk {
  const { policy } = calendar
  const takings = [...before]
  let today = from
  let heldBy: Taking['heldBy'] = null
  // Each turn takes a step or moves the day on to where the rules say something changes.
  for (let turns = 0; turns < 8 * MOST_RUNGS; turns += 1) {
    const contactedOn = takings.filter(({ step }) => step.channel === 'email').map(({ on }) => on)
    const limit = contactLimit(contactedOn, today, calendar)
    const position: Position = {
      today,
      earliestContact: limit ? limit.until : nextSendingDay(today, calendar),
      calendar,
      sequence: rungs,
      habitDays: null,
      runDays: 0,
      spareDays: 0,
      delayDays: 0,
      dueOn,
      taken: takings.map(({ step, on, stage }) => ({ stepId: step.id, channel: step.channel, stage, on })),
      owed: [owed],
      partPaidOn: null,
      resume: null,
    }
    const move = nextMove(position)
    if (move.kind === 'finished') return { dueOn, owed, onTime: false, takings, end: 'finished' }
    if (move.kind === 'later') {
      today = move.on
      continue
    }
    const touches = takings.filter(({ step }) => step.channel !== 'decision').length
    if (touches >= policy.touchesPerSpell) return { dueOn, owed, onTime: false, takings, end: 'touches' }
    const { step } = move
    const wait = step.channel === 'email' ? limit : step.channel === 'call' ? callLimit(takings, today, policy) : null
    if (wait && wait.until > today) {
      heldBy = wait.reason
      today = wait.until
      continue
    }
    // A message leaves on a sending day only; a task is asked for on any.
    const on = step.channel === 'email' ? nextSendingDay(today, calendar) : today
    const planned = rungs.find((rung) => rung.id === step.id) ?? step
    takings.push({ step: planned, on, stage: step.channel === 'email' ? step.stage : null, heldBy })
    heldBy = null
    today = on
  }
  return { dueOn, owed, onTime: false, takings, end: 'finished' }
}

function callLimit(
  takings: readonly Taking[],
  today: Day,
  { callsPer7Days }: Policy,
): { reason: 'call-cap' | 'too-soon'; until: Day } | null {
  const calls = takings.filter(({ step }) => step.channel === 'call').map(({ on }) => on)
  const inTheWay = calls.toReversed()[callsPer7Days - 1]
  if (inTheWay !== undefined && addDays(inTheWay, 7) > today) return { reason: 'call-cap', until: addDays(inTheWay, 7) }
  const isMessageDay = takings.some(({ step, on }) => step.channel === 'email' && on === today)
  return isMessageDay ? { reason: 'too-soon', until: addDays(today, 1) } : null
}

/** The sending day that the sequence itself means for a rung, nothing standing in the way. */
export function plannedDay(rung: Step, rungs: Sequence, dueOn: Day, calendar: Calendar, takenBefore?: Day): Day {
  if (rung.after !== 'previous-step') {
    const on = rung.unit === 'days' ? addDays(dueOn, rung.from) : addBusinessDays(dueOn, rung.from, calendar)
    return nextSendingDay(on, calendar)
  }
  const before = rungs[rungs.indexOf(rung) - 1]
  const from = takenBefore ?? (before ? plannedDay(before, rungs, dueOn, calendar) : dueOn)
  return nextSendingDay(addIn(rung.unit, from, rung.from, calendar), calendar)
}

/** One balance for each set of steps that a balance in a single currency can meet; the smallest first. */
export function balancesThatDiffer(rungs: Sequence): Money[] {
  const currencies = new Set(
    rungs.flatMap((rung) => [...Object.keys(rung.minimumBalance), ...Object.keys(rung.maximumBalance)]),
  )
  const candidates = [...currencies].flatMap((currency) => {
    const edges = rungs.flatMap(({ minimumBalance, maximumBalance }) => [
      ...(minimumBalance[currency] === undefined ? [] : [minimumBalance[currency] - 1, minimumBalance[currency]]),
      ...(maximumBalance[currency] === undefined ? [] : [maximumBalance[currency], maximumBalance[currency] + 1]),
    ])
    return [1, ...edges]
      .filter((minor) => minor > 0)
      .sort((one, other) => one - other)
      .map((minor) => money(minor, currency))
  })
  const different = new Map<string, Money>()
  // XXX is "no currency": it stands for all those that no limit names.
  for (const owed of [money(1, 'XXX'), ...candidates]) {
    const met = rungs.map((rung) => (fitsBalance(rung, [owed]) ? '1' : '0')).join('')
    if (!different.has(met)) different.set(met, owed)
  }
  return [...different.values()]
}

function isWithinGap(before: Day, on: Day, calendar: Calendar): boolean {
  const { gapBusinessDays } = calendar.policy
  if (on <= before) return true
  // Every week has a business day: so far apart there is nothing to count.
  if (daysBetween(before, on) > 7 * (gapBusinessDays + 1)) return false
  return businessDaysBetween(before, on, calendar) < gapBusinessDays
}

/** The messages of a walk, in order. */
export const messagesOf = ({ takings }: Walk): readonly Taking[] =>
  takings.filter(({ step }) => step.channel === 'email')

/**
 * Counts a walk's contacts anew, without the functions that kept them apart: which of the gap and the caps a walk breaks,
 * and at which step. Empty as long as the rules do what they promise.
 */
export function brokenLimits(
  walk: Walk,
  policy: Policy,
): { readonly step: Step; readonly limit: 'gap' | 'weekly' | 'monthly' | 'calls' }[] {
  const calendar = plainCalendar(policy)
  const messages = messagesOf(walk)
  const calls = walk.takings.filter(({ step }) => step.channel === 'call')
  const within = (takings: readonly Taking[], on: Day, days: number): number =>
    takings.filter((other) => other.on <= on && daysBetween(other.on, on) < days).length
  return [
    ...messages.flatMap(({ step, on }, at) => {
      const before = messages[at - 1]
      const isClose = before !== undefined && isWithinGap(before.on, on, calendar)
      return [
        ...(isClose ? [{ step, limit: 'gap' as const }] : []),
        ...(within(messages, on, 7) > policy.mostPer7Days ? [{ step, limit: 'weekly' as const }] : []),
        ...(within(messages, on, 30) > policy.mostPer30Days ? [{ step, limit: 'monthly' as const }] : []),
      ]
    }),
    ...calls
      .filter(({ on }) => within(calls, on, 7) > policy.callsPer7Days)
      .map(({ step }) => ({ step, limit: 'calls' as const })),
  ]
}
