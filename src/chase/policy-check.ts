import { isSendingDay } from './calendar.ts'
import { addDays, day } from './day.ts'
import { checkSequence } from './policy-check-sequence.ts'
import { checkWordings, type AvailableWordings } from './policy-check-wordings.ts'
import type { Consequence, Policy } from './policy.ts'
import { firmness, type Stage } from './stage.ts'
import type { Segment } from './standing.ts'
import { stageOf } from './tone.ts'
import type { Facts } from './verdict.ts'

export type { AvailableWordings } from './policy-check-wordings.ts'

/** Where in a policy something stands: the names and positions that lead there. */
export type PolicyPath = readonly (string | number)[]

/** Something about a policy that a person should know. An error keeps it from coming into force, a warning does not. */
export type Finding = {
  readonly rule: FindingRule
  readonly weight: 'error' | 'warning'
  readonly at: PolicyPath
  readonly facts: Facts
}

export type FindingRule =
  // The steps as they are written
  | 'id-twice'
  | 'message-without-stage'
  | 'stage-without-message'
  | 'window-reversed'
  | 'days-not-ascending'
  | 'counts-from-nothing'
  | 'repeat-overlaps'
  | 'not-in-a-month'
  | 'balance-impossible'
  | 'too-many-steps'
  | 'end-is-not-a-decision'
  | 'end-not-for-every-balance'
  | 'tone-softens'
  | 'final-twice'
  | 'final-without-approval'
  | 'letter-without-ground'
  | 'strategic-before-due'
  | 'never-taken'
  // The steps as they come
  | 'window-without-sending-day'
  | 'left-out'
  | 'off-its-day'
  | 'touches-cut'
  | 'tone-never-reached'
  | 'limit-broken'
  | 'tone-too-fast'
  | 'dead-end'
  // Everything else
  | 'window-empty'
  | 'window-wide'
  | 'no-sending-day'
  | 'closing-days-reversed'
  | 'caps-contradict'
  | 'ground-without-reference'
  | 'agreed-without-contract'
  | 'agreed-terms-missing'
  | 'discount-without-consent'
  | 'discount-never-offered'
  | 'resume-before-overdue'
  | 'resume-has-no-step'
  | 'no-language'
  | 'wording-missing'
  | 'wording-unknown'
  // What the policy asks for and the business does not have yet
  | 'senior-sender-missing'
  | 'escalation-contact-missing'

/** Whom a policy can call upon in one business. */
export type PolicyPeople = {
  readonly seniorSender: boolean
  /** How many customers have a contact that gets copies. */
  readonly escalationContacts: number
}

/**
 * Proves what can be proven about a policy before it is in force, and names what is not so.
 *
 * Proven by walking every path that can differ through the real ladder (policy-walk.ts), for a customer who never
 * answers and owes in one currency: each step is taken on its own day without the gap or a cap standing in the way; on
 * every path, also when first looked at late or interrupted after any step, the gap and the caps hold by a count of
 * their own, the tone hardens by one rung of the sequence at a time and only with the gap's days between, each path
 * ends in a person's decision, and no step and no tone is left that no path reaches; strategic customers hear nothing before
 * the due day. Proven by looking at all cases: every weekday and length of month of a step's window has a sending day;
 * every message that can come about has a wording in each language; consequences, letters and offers have their ground
 * or consent; no balance is left without an end.
 *
 * With the people of a business it also names the steps that call upon somebody who is not there.
 *
 * Not proven, because the rules see to it whatever the policy: caps across several spells, shared addresses and the
 * business's own daily cap; promises, plans, part payments and a change of segment in the middle of a spell. A customer
 * that owes in several currencies may meet steps of both, which then wait for each other.
 */
export function checkPolicy(
  policy: Policy,
  wordings: AvailableWordings,
  people: PolicyPeople | null = null,
): Finding[] {
  const findings = [...checkSettings(policy), ...checkCalendar(policy)]
  // Without a sending day no walk gets anywhere: every further finding would be the same one again.
  if (findings.some(({ rule }) => rule === 'no-sending-day')) return findings
  const said = new Set<Stage>()
  for (const segment of SEGMENTS) {
    const checked = checkSequence(segment, policy)
    findings.push(...checked.findings)
    for (const stage of checked.said) said.add(stage)
  }
  return [
    ...findings,
    ...checkResuming(policy),
    ...checkWordings(policy, said, wordings),
    ...(people === null ? [] : checkPeople(policy, people)),
  ]
}

/** Steps that ask for a senior sender or a copy where the business has nobody: they go as usual, and it should know. */
function checkPeople(policy: Policy, { seniorSender, escalationContacts }: PolicyPeople): Finding[] {
  return SEGMENTS.flatMap((segment) =>
    policy.sequences[segment].flatMap((step, index): Finding[] => {
      const warning = (rule: FindingRule, setting: string): Finding => ({
        rule,
        weight: 'warning',
        at: ['sequences', segment, index, setting],
        facts: { segment, stepId: step.id },
      })
      return [
        ...(step.sender === 'senior' && !seniorSender ? [warning('senior-sender-missing', 'sender')] : []),
        ...(step.copyEscalation && escalationContacts === 0
          ? [warning('escalation-contact-missing', 'copyEscalation')]
          : []),
      ]
    }),
  )
}

/** Whether the policy may come into force. */
export const isSound = (findings: readonly Finding[]): boolean => findings.every(({ weight }) => weight !== 'error')

export const SEGMENTS: readonly Segment[] = ['new', 'regular', 'strategic', 'habitually-late']

function checkSettings(policy: Policy): Finding[] {
  const found: Finding[] = []
  const error = (rule: FindingRule, at: PolicyPath, facts: Facts = {}): void =>
    void found.push({ rule, weight: 'error', at, facts })
  if (policy.mostPer30Days < policy.mostPer7Days) {
    error('caps-contradict', ['mostPer30Days'], { per30: policy.mostPer30Days, per7: policy.mostPer7Days })
  }
  for (const [consequence, ground] of Object.entries(policy.grounds) as [
    Consequence,
    Policy['grounds'][Consequence],
  ][]) {
    if (ground && ground.reference.trim() === '')
      error('ground-without-reference', ['grounds', consequence], { consequence })
    if (ground?.basis === 'law' && (ground.ratePercent !== undefined || ground.sums !== undefined))
      error('agreed-without-contract', ['grounds', consequence], { consequence })
    const isClaimed = consequence === 'late-interest' || consequence === 'compensation'
    if (isClaimed && ground?.basis === 'contract' && ground.ratePercent === undefined && ground.sums === undefined)
      found.push({
        rule: 'agreed-terms-missing',
        weight: 'warning',
        at: ['grounds', consequence],
        facts: { consequence },
      })
  }
  if (policy.discount !== null) {
    if (!policy.consents['discount-offers']?.trim()) error('discount-without-consent', ['discount'])
    const speaksEarly = SEGMENTS.some((segment) =>
      policy.sequences[segment].some(
        (step) => step.channel === 'email' && step.stage !== null && OFFERS.includes(step.stage),
      ),
    )
    if (!speaksEarly) error('discount-never-offered', ['discount'])
  }
  for (const [at, stage] of resumes(policy)) {
    if (firmness(stage) < firmness('first-overdue')) error('resume-before-overdue', at, { stage })
  }
  return found
}

/** The messages in which paying early is still worth offering. */
const OFFERS: readonly Stage[] = ['before-due', 'due-day']

const resumes = ({ promise, plan }: Policy): readonly (readonly [PolicyPath, Stage])[] => [
  [['promise', 'brokenResumesAt'], promise.brokenResumesAt],
  [['plan', 'breachResumesAt'], plan.breachResumesAt],
]

/** A broken agreement brings a message of at least that tone forward; a sequence without one goes on as it was. */
function checkResuming(policy: Policy): Finding[] {
  const isAsFirm = (segment: Segment, stage: Stage): boolean =>
    policy.sequences[segment].some((step) => step.channel === 'email' && firmness(stageOf(step)) >= firmness(stage))
  return resumes(policy).flatMap(([at, stage]) =>
    SEGMENTS.filter((segment) => !isAsFirm(segment, stage)).map((segment): Finding => ({
      rule: 'resume-has-no-step',
      weight: 'warning',
      at,
      facts: { segment, stage },
    })),
  )
}

/** Nobody is written to at dinner, whatever the policy says: the hours most countries that have a rule agree on. */
const EARLIEST_MINUTE = 8 * 60
const LATEST_MINUTE = 19 * 60

/** August and the weeks around it are the longest rest that still is one. */
const LONGEST_REST_DAYS = 62

function checkCalendar(policy: Policy): Finding[] {
  const { sendFromMinute: from, sendUntilMinute: until } = policy
  const found: Finding[] = []
  if (from >= until) found.push({ rule: 'window-empty', weight: 'error', at: ['sendFromMinute'], facts: {} })
  else if (from < EARLIEST_MINUTE || until > LATEST_MINUTE) {
    found.push({ rule: 'window-wide', weight: 'warning', at: ['sendFromMinute'], facts: {} })
  }
  for (const [at, { name, from: first, to: last, yearly }] of policy.closingDays.entries()) {
    if (!yearly && last < first) {
      found.push({ rule: 'closing-days-reversed', weight: 'error', at: ['closingDays', at], facts: { name } })
    }
  }
  const rest = longestRest(policy)
  if (rest > LONGEST_REST_DAYS) {
    const at: PolicyPath = policy.weekdays.length === 0 ? ['weekdays'] : ['closingDays']
    found.push({ rule: 'no-sending-day', weight: 'error', at, facts: { days: rest, most: LONGEST_REST_DAYS } })
  }
  return found
}

/** The most days in a row without a sending day, in years that begin on each weekday and in the years of closing days. */
function longestRest(policy: Policy): number {
  const years = new Set(COMMON_YEARS)
  for (const { from, to } of policy.closingDays) for (const on of [from, to]) years.add(Number(on.slice(0, 4)))
  let longest = 0
  for (const year of years) {
    const first = day(`${String(year).padStart(4, '0')}-01-01`)
    let rest = 0
    // Half a year on, so that a rest over new year is seen whole.
    for (let passed = 0; passed < 550; passed += 1) {
      rest = isSendingDay(addDays(first, passed), { policy, holidays: new Set() }) ? 0 : rest + 1
      if (rest > longest) longest = rest
    }
  }
  return longest
}

/** Years that begin on Monday to Sunday. */
const COMMON_YEARS = [2029, 2030, 2036, 2026, 2027, 2033, 2034]
