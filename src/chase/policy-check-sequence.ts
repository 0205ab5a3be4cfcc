import { isBusinessDay } from './calendar.ts'
import { addDays, day, daysInMonth, weekday } from './day.ts'
import type { Finding, FindingRule } from './policy-check.ts'
import type { Policy, Sequence, Step } from './policy.ts'
import {
  balancesThatDiffer,
  brokenLimits,
  isWalkable,
  messagesOf,
  MOST_RUNGS,
  plainCalendar,
  plannedDay,
  walksOf,
  type Walk,
} from './policy-walk.ts'
import { firmness, type Stage } from './stage.ts'
import type { Segment } from './standing.ts'
import { baseId, fitsBalance, rungsOf } from './steps.ts'
import { stageOf } from './tone.ts'
import type { Facts } from './verdict.ts'

/** What is wrong with a segment's sequence, and the tones that its messages can be written in. */
export function checkSequence(segment: Segment, policy: Policy): { findings: Finding[]; said: ReadonlySet<Stage> } {
  const sequence = policy.sequences[segment]
  const report = new Report(segment, sequence)
  checkEachStep(segment, policy, report)
  checkOrder(sequence, policy, report)
  checkTone(sequence, report)
  checkEnd(sequence, report)
  const said = new Set<Stage>(
    sequence.flatMap((step) => (step.after === 'contact' && step.stage !== null ? [step.stage] : [])),
  )
  if (!isWalkable(sequence)) {
    report.error('too-many-steps', null, { steps: rungsOf(sequence).length, most: MOST_RUNGS })
    return { findings: report.findings, said }
  }
  checkWalks(segment, policy, report, said)
  return { findings: report.findings, said }
}

/** Findings about one sequence, each rule once per step: the same fault shows on many walks. */
class Report {
  readonly findings: Finding[] = []
  readonly #segment: Segment
  readonly #sequence: Sequence
  readonly #known = new Set<string>()

  constructor(segment: Segment, sequence: Sequence) {
    this.#segment = segment
    this.#sequence = sequence
  }

  error(rule: FindingRule, step: Step | null, facts: Facts = {}, setting?: keyof Step): void {
    const index = step === null ? -1 : this.#sequence.findIndex((one) => one === step || one.id === baseId(step.id))
    const at = ['sequences', this.#segment, ...(index < 0 ? [] : [index]), ...(setting && index >= 0 ? [setting] : [])]
    const key = `${rule} ${at.join('/')}`
    if (this.#known.has(key)) return
    this.#known.add(key)
    const stepFacts: Facts = step === null ? {} : { stepId: step.id }
    this.findings.push({ rule, weight: 'error', at, facts: { segment: this.#segment, ...stepFacts, ...facts } })
  }

  has(rule: FindingRule, step: Step): boolean {
    return this.findings.some(({ rule: known, facts }) => known === rule && facts['stepId'] === step.id)
  }
}

function checkEachStep(segment: Segment, policy: Policy, report: Report): void {
  const sequence = policy.sequences[segment]
  for (const [index, step] of sequence.entries()) {
    const before = sequence.slice(0, index)
    if (before.some(({ id }) => id === step.id)) report.error('id-twice', step, {}, 'id')
    const isStatement = step.after === 'month-day'
    if (step.channel === 'email' && !isStatement && step.stage === null) report.error('message-without-stage', step)
    if (step.stage !== null && (step.channel !== 'email' || isStatement))
      report.error('stage-without-message', step, {}, 'stage')
    for (const [currency, least] of Object.entries(step.minimumBalance)) {
      const most = step.maximumBalance[currency]
      if (most !== undefined && least > most) report.error('balance-impossible', step, { currency }, 'minimumBalance')
    }
    if (step.channel === 'letter' && !policy.grounds['legal-action']?.reference.trim()) {
      report.error('letter-without-ground', step, {}, 'channel')
    }
    if (isStatement) checkMonthStep(step, policy, report, before)
    else if (step.to < step.from) report.error('window-reversed', step, { from: step.from, to: step.to }, 'to')
    if (step.after === 'contact') {
      // Only the first one that fits is ever taken, and the customer has spoken before it counts from anything.
      const shadowing = before.some((other) => other.after === 'contact' && isUnlimited(other))
      if (shadowing) report.error('never-taken', step)
      if (step.from < 1) report.error('days-not-ascending', step, { from: step.from }, 'from')
    }
    if (segment === 'strategic' && isStatement) report.error('strategic-before-due', step, {}, 'after')
  }
}

const isUnlimited = ({ minimumBalance, maximumBalance }: Step): boolean =>
  Object.keys(minimumBalance).length === 0 && Object.keys(maximumBalance).length === 0

/** The statement run: one in a sequence, by e-mail, on days that every month has and that are not always a weekend's. */
function checkMonthStep(step: Step, policy: Policy, report: Report, before: Sequence): void {
  const isFirst = before.every((other) => other.after !== 'month-day' || other.channel !== 'email')
  if (step.channel !== 'email' || !isFirst) return report.error('never-taken', step)
  if (step.from < 1 || step.from > 31 || step.to > 31) return report.error('not-in-a-month', step, {}, 'from')
  if (step.to < step.from) return report.error('window-reversed', step, { from: step.from, to: step.to }, 'to')
  const calendar = plainCalendar(policy)
  for (const year of YEARS_BY_WEEKDAY) {
    for (let month = 1; month <= 12; month += 1) {
      const length = daysInMonth(year, month)
      const dates = range(Math.min(step.from, length), Math.min(step.to, length))
      const days = dates.map((date) =>
        day(`${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`),
      )
      if (!days.some((on) => isBusinessDay(on, calendar)))
        return report.error('window-without-sending-day', step, { month }, 'to')
    }
  }
}

/** Common and leap years beginning on different weekdays: with twelve months each, every month begins on every weekday. */
const YEARS_BY_WEEKDAY = Array.from({ length: 28 }, (_, at) => 2024 + at)

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at)

/** Steps come in the order of their days, for invoices due on any weekday, and a repetition ends before the next step. */
function checkOrder(sequence: Sequence, policy: Policy, report: Report): void {
  const rungs = rungsOf(sequence)
  const calendar = plainCalendar(policy)
  const first = rungs[0]
  if (first?.after === 'previous-step') report.error('counts-from-nothing', first, {}, 'after')
  for (const [index, rung] of rungs.entries()) {
    if (rung.after === 'previous-step' && rung.from < 1)
      report.error('days-not-ascending', rung, { from: rung.from }, 'from')
    // Steps for different balances are alternatives: only those that one balance meets follow each other.
    const next = rungs.slice(index + 1).find((other) => meetTogether(rung, other, rungs))
    if (next === undefined || next.after === 'previous-step') continue
    for (let offset = 0; offset < 7; offset += 1) {
      const dueOn = addDays(A_MONDAY, offset)
      const isInOrder =
        plannedDay(rung, rungs, dueOn, calendar) < plannedDay(next, rungs, dueOn, calendar) && isLater(rung, next)
      if (isInOrder) continue
      const isRepeat = rung.id !== baseId(rung.id) && baseId(rung.id) !== baseId(next.id)
      if (isRepeat) report.error('repeat-overlaps', rung, { nextStepId: next.id }, 'repeat')
      else report.error('days-not-ascending', next, { previousStepId: rung.id, weekday: weekday(dueOn) }, 'from')
      break
    }
  }
}

const A_MONDAY = day('2027-02-01')

/** Two days that a weekend throws together are still in order as written; whether they get in each other's way shows on the walk. */
const isLater = (rung: Step, next: Step): boolean =>
  rung.unit !== next.unit || rung.after === 'previous-step' || rung.from < next.from

const meetTogether = (one: Step, other: Step, rungs: Sequence): boolean =>
  balancesThatDiffer(rungs).some((owed) => fitsBalance(one, [owed]) && fitsBalance(other, [owed]))

/** The tone never softens on the way up; the last notice comes once, and only with a person's word. */
function checkTone(sequence: Sequence, report: Report): void {
  const rungs = rungsOf(sequence)
  const messages = rungs.filter((step) => step.channel === 'email')
  for (const [at, step] of messages.entries()) {
    const firmer = messages
      .slice(0, at)
      .find((before) => firmness(stageOf(before)) > firmness(stageOf(step)) && meetTogether(before, step, rungs))
    if (firmer) report.error('tone-softens', step, { previousStepId: firmer.id, stage: stageOf(step) }, 'stage')
  }
  const finals = sequence.filter((step) => step.channel === 'email' && step.stage === 'final')
  for (const [at, step] of finals.entries()) {
    const isSecond = finals.slice(0, at).some((before) => meetTogether(before, step, rungs))
    if (isSecond || (step.repeat !== null && step.repeat.times > 1)) report.error('final-twice', step)
    if (!step.approval) report.error('final-without-approval', step, {}, 'approval')
  }
}

/** Whatever a customer owes, its ladder ends with a person's decision. */
function checkEnd(sequence: Sequence, report: Report): void {
  const rungs = rungsOf(sequence)
  const last = rungs.at(-1)
  if (last === undefined || last.channel !== 'decision') return report.error('end-is-not-a-decision', last ?? null)
  for (const owed of balancesThatDiffer(rungs)) {
    const end = rungs.findLast((rung) => fitsBalance(rung, [owed]))
    if (end?.channel !== 'decision') report.error('end-not-for-every-balance', last, { currency: owed.currency })
  }
}

function checkWalks(segment: Segment, policy: Policy, report: Report, said: Set<Stage>): void {
  const rungs = rungsOf(policy.sequences[segment])
  const taken = new Set<string>()
  const writtenAs = new Map<string, Set<Stage>>()
  for (const walk of walksOf(policy.sequences[segment], policy)) {
    for (const { step, stage } of walk.takings) {
      taken.add(step.id)
      if (stage === null) continue
      said.add(stage)
      writtenAs.set(step.id, (writtenAs.get(step.id) ?? new Set<Stage>()).add(stage))
    }
    if (walk.onTime) checkOnTime(walk, rungs, policy, report)
    checkEveryWalk(walk, segment, rungs, policy, report)
  }
  for (const rung of rungs) {
    const explained = (['window-without-sending-day', 'balance-impossible', 'touches-cut'] as const).some((rule) =>
      report.has(rule, rung),
    )
    if (!taken.has(rung.id) && !explained) report.error('never-taken', rung)
    const stages = writtenAs.get(rung.id)
    if (stages && rung.stage !== null && !stages.has(rung.stage)) {
      report.error('tone-never-reached', rung, { stage: rung.stage }, 'stage')
    }
  }
}

/** Undisturbed, every step that the balance meets is taken, on the day that the sequence means. */
function checkOnTime(walk: Walk, rungs: Sequence, policy: Policy, report: Report): void {
  const calendar = plainCalendar(policy)
  const dueWeekday = weekday(walk.dueOn)
  for (const rung of rungs.filter((one) => fitsBalance(one, [walk.owed]))) {
    const at = walk.takings.findIndex(({ step }) => step.id === rung.id)
    const taking = walk.takings[at]
    if (taking === undefined) {
      const isEarly = rung.after === 'due' && rung.from < 0
      if (walk.end === 'touches') report.error('touches-cut', rung, { touches: policy.touchesPerSpell })
      else if (isEarly && hasNoSendingDay(rung, walk, policy))
        report.error('window-without-sending-day', rung, { weekday: dueWeekday }, 'to')
      else report.error('left-out', rung, { weekday: dueWeekday })
      continue
    }
    const meant = plannedDay(rung, rungs, walk.dueOn, calendar, walk.takings[at - 1]?.on)
    if (taking.on > meant) {
      report.error(
        'off-its-day',
        rung,
        { weekday: dueWeekday, because: taking.heldBy ?? 'too-soon', meantOn: meant, on: taking.on },
        'from',
      )
    }
  }
}

/** Whether the weekend swallows the whole window of a message before the due day. */
function hasNoSendingDay(rung: Step, { dueOn }: Walk, policy: Policy): boolean {
  const calendar = plainCalendar(policy)
  const first = plannedDay(rung, [rung], dueOn, calendar)
  const last = plannedDay({ ...rung, from: Math.min(rung.to, -1) }, [rung], dueOn, calendar)
  return first > addDays(dueOn, Math.min(rung.to, -1)) || first > last
}

/** What holds on every path, disturbed or not. */
function checkEveryWalk(walk: Walk, segment: Segment, rungs: Sequence, policy: Policy, report: Report): void {
  for (const { step, limit } of brokenLimits(walk, policy)) report.error('limit-broken', step, { limit })
  const messages = messagesOf(walk)
  if (segment === 'strategic') {
    for (const { step, on } of walk.takings) if (on < walk.dueOn) report.error('strategic-before-due', step, {}, 'from')
  }
  const firmnesses = rungs.filter((rung) => rung.channel === 'email').map((rung) => firmness(stageOf(rung)))
  let firmest: number | null = null
  for (const { step, stage } of messages) {
    const now = firmness(stage ?? stageOf(step))
    const reached = firmest
    if (reached !== null && firmnesses.some((rung) => reached < rung && rung < now))
      report.error('tone-too-fast', step, {}, 'stage')
    firmest = Math.max(firmest ?? now, now)
  }
  const ending = walk.takings.at(-1)
  if (walk.end === 'finished' && ending?.step.channel !== 'decision' && rungs.at(-1)?.channel === 'decision') {
    const isLastFor = rungs.findLast((rung) => fitsBalance(rung, [walk.owed]))
    if (isLastFor?.channel === 'decision') report.error('dead-end', ending?.step ?? null)
  }
}
