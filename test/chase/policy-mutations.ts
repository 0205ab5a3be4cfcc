import { day } from '../../src/chase/day.ts'
import { PLAIN_STEP, type Policy, type Step } from '../../src/chase/policy.ts'
import type { Segment } from '../../src/chase/standing.ts'

export const SEGMENTS: readonly Segment[] = ['new', 'regular', 'strategic', 'habitually-late']

/** A way to break a policy, and what must be said about it. Null where this policy has nothing to break that way. */
export type Mutation = {
  readonly name: string
  readonly finds: readonly string[]
  readonly breaks: (policy: Policy, segment: Segment) => Policy | null
  /** It breaks the whole policy, not one sequence: once is enough. */
  readonly once?: boolean
}

type Steps = readonly Step[]

const inSequence =
  (change: (steps: Steps) => Steps | null) =>
  (policy: Policy, segment: Segment): Policy | null => {
    const steps = change(policy.sequences[segment])
    return steps && { ...policy, sequences: { ...policy.sequences, [segment]: steps } }
  }

const isMessage = ({ channel, after }: Step): boolean =>
  channel === 'email' && (after === 'due' || after === 'previous-step')

/** Changes the n-th step that fits, null where there are not so many. */
const changing =
  (
    fits: (step: Step) => boolean,
    nth: number,
    change: (step: Step, steps: Steps, at: number) => Partial<Step> | null,
  ) =>
  (steps: Steps): Steps | null => {
    const found = steps.filter(fits)[nth]
    const changed = found && change(found, steps, steps.indexOf(found))
    return found && changed ? steps.map((step) => (step === found ? { ...step, ...changed } : step)) : null
  }

const task = (id: string, from: number, channel: Step['channel'], more: Partial<Step> = {}): Step => ({
  ...PLAIN_STEP, id, from, to: from, channel, stage: null, approval: false, ...more,
}) // prettier-ignore

const beforeTheEnd = (steps: Steps, ...added: Step[]): Steps => [...steps.slice(0, -1), ...added, ...steps.slice(-1)]
const speaksLate = ({ stage }: Step): boolean => stage !== 'before-due' && stage !== 'due-day'
const endsOnDecision = (steps: Steps): boolean => steps.at(-1)?.channel === 'decision' && steps.at(-1)?.after === 'due'
const wide: Partial<Policy> = { touchesPerSpell: 100, mostPer30Days: 30 }

const dayBefore = (_step: Step, steps: Steps, at: number): Partial<Step> | null => {
  const before = steps[at - 1]
  return before?.after === 'due' ? { from: before.from + 1, to: before.from + 1, after: 'due' } : null
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'the decision is gone',
    finds: ['end-is-not-a-decision'],
    breaks: inSequence((steps) => steps.filter(({ channel }) => channel !== 'decision')),
  },
  {
    name: 'something comes after the decision',
    finds: ['end-is-not-a-decision'],
    breaks: inSequence((steps) => [...steps, task('late-call', 200, 'call')]),
  },
  {
    name: 'the decision is for large balances only',
    finds: ['end-not-for-every-balance'],
    breaks: inSequence(
      changing(
        ({ channel }) => channel === 'decision',
        0,
        () => ({ minimumBalance: { EUR: 50_000 } }),
      ),
    ),
  },
  {
    name: 'the decision is for small balances only',
    finds: ['end-not-for-every-balance'],
    breaks: inSequence(
      changing(
        ({ channel }) => channel === 'decision',
        0,
        () => ({ maximumBalance: { EUR: 50_000 } }),
      ),
    ),
  },
  {
    name: 'two steps share an id',
    finds: ['id-twice'],
    breaks: inSequence(changing(isMessage, 1, (_step, steps) => ({ id: steps[0]?.id ?? '' }))),
  },
  {
    name: 'the first message comes after the second',
    finds: ['days-not-ascending', 'window-reversed'],
    breaks: inSequence(changing(isMessage, 0, ({ after }) => (after === 'due' ? { from: 20, to: 20 } : null))),
  },
  {
    name: 'the steps are turned around',
    finds: ['days-not-ascending', 'counts-from-nothing'],
    breaks: inSequence((steps) => steps.toReversed()),
  },
  {
    name: 'two messages fall on one day',
    finds: ['days-not-ascending'],
    breaks: inSequence(
      changing(isMessage, 1, (_step, steps, at) =>
        (steps[at - 1]?.from ?? -1) >= 0 && steps[at - 1]?.after === 'due'
          ? { from: steps[at - 1]?.from ?? 0, to: steps[at - 1]?.from ?? 0, after: 'due' }
          : null,
      ),
    ),
  },
  {
    name: 'a message comes a day after the one before',
    finds: ['off-its-day', 'left-out', 'days-not-ascending'],
    breaks: inSequence(changing((step) => isMessage(step) && step.from > 1, 0, dayBefore)),
  },
  {
    name: 'a later message comes a day after the step before',
    finds: ['off-its-day', 'left-out', 'days-not-ascending'],
    breaks: inSequence(changing((step) => isMessage(step) && step.from > 1, 1, dayBefore)),
  },
  {
    name: 'the tone softens',
    finds: ['tone-softens'],
    breaks: inSequence((steps) => {
      const last = steps.filter(isMessage).at(-1)
      return last && steps.filter(isMessage).length > 1
        ? steps.map((step) => (step === last ? { ...step, stage: 'before-due' as const } : step))
        : null
    }),
  },
  {
    name: 'the first message is the firmest',
    finds: ['tone-softens'],
    breaks: inSequence(changing(isMessage, 0, () => ({ stage: 'final', approval: true }))),
  },
  {
    name: 'a message has no stage',
    finds: ['message-without-stage'],
    breaks: inSequence(changing(isMessage, 1, () => ({ stage: null }))),
  },
  {
    name: 'a call has a stage',
    finds: ['stage-without-message'],
    breaks: inSequence(
      changing(
        ({ channel }) => channel === 'call',
        0,
        () => ({ stage: 'firm' }),
      ),
    ),
  },
  {
    name: 'the decision has a stage',
    finds: ['stage-without-message'],
    breaks: inSequence(
      changing(
        ({ channel }) => channel === 'decision',
        0,
        () => ({ stage: 'final' }),
      ),
    ),
  },
  {
    name: 'a last notice needs nobody’s word',
    finds: ['final-without-approval'],
    breaks: inSequence(
      changing(
        ({ stage }) => stage === 'final',
        0,
        () => ({ approval: false }),
      ),
    ),
  },
  {
    name: 'an ordinary message becomes a last notice',
    finds: ['final-without-approval'],
    breaks: inSequence(
      changing(
        (step) => isMessage(step) && step.stage !== 'final',
        1,
        () => ({ stage: 'final', approval: false }),
      ),
    ),
  },
  {
    name: 'the last notice comes twice',
    finds: ['final-twice'],
    breaks: (policy, segment) =>
      inSequence((steps) =>
        endsOnDecision(steps)
          ? beforeTheEnd(
              steps.map((step) => (step.stage === 'final' ? { ...step, from: 100, to: 100 } : step)),
              task('again', 110, 'email', { stage: 'final', approval: true }),
              task('and-again', 120, 'email', { stage: 'final', approval: true }),
            ).map((step, at, all) => (at === all.length - 1 ? { ...step, from: 150, to: 150 } : step))
          : null,
      )({ ...policy, ...wide }, segment),
  },
  {
    name: 'the last notice repeats',
    finds: ['final-twice'],
    breaks: inSequence(
      changing(
        ({ stage }) => stage === 'final',
        0,
        () => ({ repeat: { every: 10, times: 2 } }),
      ),
    ),
  },
  {
    name: 'a repetition runs into the next step',
    finds: ['repeat-overlaps', 'days-not-ascending'],
    breaks: inSequence((steps) => {
      const found = steps.find(
        (step, at) =>
          isMessage(step) &&
          step.from > 0 &&
          step.after === 'due' &&
          steps[at + 1]?.after === 'due' &&
          at < steps.length - 1,
      )
      return found ? steps.map((step) => (step === found ? { ...step, repeat: { every: 30, times: 3 } } : step)) : null
    }),
  },
  {
    name: 'a step counts no days from the one before',
    finds: ['days-not-ascending'],
    breaks: inSequence(
      changing(
        (step) => isMessage(step) && step.from > 1,
        1,
        () => ({ after: 'previous-step', from: 0, to: 0 }),
      ),
    ),
  },
  {
    name: 'the first step counts from one before it',
    finds: ['counts-from-nothing'],
    breaks: inSequence((steps) => [{ ...steps[0], after: 'previous-step', from: 5, to: 5 } as Step, ...steps.slice(1)]),
  },
  {
    name: 'nobody can owe so little and so much',
    finds: ['balance-impossible'],
    breaks: inSequence(changing(isMessage, 1, () => ({ minimumBalance: { EUR: 500 }, maximumBalance: { EUR: 499 } }))),
  },
  {
    name: 'a letter without a right to it',
    finds: ['letter-without-ground'],
    breaks: (policy, segment) =>
      inSequence((steps) =>
        endsOnDecision(steps)
          ? beforeTheEnd(steps, task('letter', (steps.at(-1)?.from ?? 0) - 1, 'letter')).map((step, at, all) =>
              at === all.length - 1 ? { ...step, from: step.from + 20, to: step.to + 20 } : step,
            )
          : null,
      )({ ...policy, grounds: { ...policy.grounds, 'legal-action': null } }, segment),
  },
  {
    name: 'a letter by a ground that says nothing',
    finds: ['letter-without-ground', 'ground-without-reference'],
    breaks: (policy, segment) =>
      inSequence((steps) =>
        endsOnDecision(steps) ? beforeTheEnd(steps, task('letter', (steps.at(-1)?.from ?? 0) - 1, 'letter')) : null,
      )({ ...policy, grounds: { ...policy.grounds, 'legal-action': { basis: 'law', reference: ' ' } } }, segment),
  },
  {
    name: 'a reminder that weekends swallow',
    finds: ['window-without-sending-day'],
    breaks: inSequence((steps) => [task('swallowed', -9, 'email', { to: -9, stage: 'before-due' }), ...steps]),
  },
  {
    name: 'a two-day reminder that weekends swallow',
    finds: ['window-without-sending-day'],
    breaks: inSequence((steps) => [task('swallowed', -12, 'email', { to: -11, stage: 'before-due' }), ...steps]),
  },
  {
    name: 'a window that ends before it begins',
    finds: ['window-reversed'],
    breaks: inSequence((steps) => [task('reversed', -9, 'email', { to: -12, stage: 'before-due' }), ...steps]),
  },
  {
    name: 'five messages in a week',
    finds: ['off-its-day', 'left-out'],
    breaks: (policy, segment) =>
      inSequence((steps) =>
        endsOnDecision(steps)
          ? beforeTheEnd(
              steps,
              ...[100, 101, 102, 103, 104].map((from) =>
                task(`rush-${from}`, from, 'email', { stage: 'final', approval: true }),
              ),
            ).map((step, at, all) => (at === all.length - 1 ? { ...step, from: 150, to: 150 } : step))
          : null,
      )({ ...policy, ...wide }, segment),
  },
  {
    name: 'two calls in a week',
    finds: ['off-its-day'],
    breaks: (policy, segment) =>
      inSequence((steps) =>
        endsOnDecision(steps)
          ? beforeTheEnd(steps, task('ring', 100, 'call'), task('ring-again', 104, 'call')).map((step, at, all) =>
              at === all.length - 1 ? { ...step, from: 150, to: 150 } : step,
            )
          : null,
      )({ ...policy, ...wide }, segment),
  },
  {
    name: 'a statement on no day of a month',
    finds: ['not-in-a-month'],
    breaks: inSequence((steps) => [
      ...steps.filter(({ after }) => after !== 'month-day'),
      task('run', 32, 'email', { after: 'month-day' }),
    ]),
  },
  {
    name: 'a statement that weekends swallow',
    finds: ['window-without-sending-day'],
    breaks: inSequence((steps) => [
      ...steps.filter(({ after }) => after !== 'month-day'),
      task('run', 1, 'email', { after: 'month-day' }),
    ]),
  },
  {
    name: 'a statement run whose end comes first',
    finds: ['window-reversed'],
    breaks: inSequence((steps) => [
      ...steps.filter(({ after }) => after !== 'month-day'),
      task('run', 10, 'email', { after: 'month-day', to: 3 }),
    ]),
  },
  {
    name: 'two statement runs',
    finds: ['never-taken'],
    breaks: inSequence((steps) => [
      ...steps,
      task('run-1', 1, 'email', { after: 'month-day', to: 5 }),
      task('run-2', 15, 'email', { after: 'month-day', to: 20 }),
    ]),
  },
  {
    name: 'a call of the month',
    finds: ['never-taken'],
    breaks: inSequence((steps) => [...steps, task('ring-monthly', 1, 'call', { after: 'month-day', to: 5 })]),
  },
  {
    name: 'a statement with a tone',
    finds: ['stage-without-message'],
    breaks: inSequence((steps) => [...steps, task('run', 1, 'email', { after: 'month-day', to: 5, stage: 'firm' })]),
  },
  {
    name: 'a follow-up behind one that always fits',
    finds: ['never-taken'],
    breaks: inSequence((steps) => [
      ...steps,
      task('follow-1', 2, 'email', { after: 'contact', stage: 'firm' }),
      task('follow-2', 5, 'email', { after: 'contact', stage: 'firm' }),
    ]),
  },
  {
    name: 'a follow-up on the day of the talk',
    finds: ['days-not-ascending'],
    breaks: inSequence((steps) => [...steps, task('follow', 0, 'email', { after: 'contact', stage: 'firm' })]),
  },
  {
    name: 'an endless sequence',
    finds: ['too-many-steps'],
    breaks: inSequence((steps) =>
      endsOnDecision(steps)
        ? beforeTheEnd(
            steps,
            task('weekly', 100, 'call', { repeat: { every: 8, times: 40 } }),
            task('weekly-2', 600, 'call', { repeat: { every: 8, times: 40 } }),
          )
        : null,
    ),
  },
  {
    name: 'strategic customers are written to early',
    finds: ['strategic-before-due'],
    once: true,
    breaks: (policy) =>
      inSequence((steps) => [task('early', -9, 'email', { to: -5, stage: 'before-due' }), ...steps])(
        policy,
        'strategic',
      ),
  },
  {
    name: 'strategic customers get a statement',
    finds: ['strategic-before-due'],
    once: true,
    breaks: (policy) =>
      inSequence((steps) => [...steps, task('run', 1, 'email', { after: 'month-day', to: 5 })])(policy, 'strategic'),
  },
  {
    name: 'strategic customers are called early',
    finds: ['strategic-before-due'],
    once: true,
    breaks: (policy) =>
      inSequence((steps) => [
        task('ring-early', -2, 'email', { to: -1, stage: 'before-due' }),
        task('early', -9, 'email', { to: -5, stage: 'before-due' }),
        ...steps,
      ])(policy, 'strategic'),
  },
  {
    name: 'the gap is longer than the steps are apart',
    finds: ['off-its-day', 'left-out', 'days-not-ascending'],
    once: true,
    breaks: (policy) => ({ ...policy, gapBusinessDays: 12 }),
  },
  {
    name: 'one message in 30 days',
    finds: ['off-its-day', 'left-out'],
    once: true,
    breaks: (policy) => ({ ...policy, mostPer7Days: 1, mostPer30Days: 1 }),
  },
  {
    name: 'the month’s cap is below the week’s',
    finds: ['caps-contradict'],
    once: true,
    breaks: (policy) => ({ ...policy, mostPer7Days: 7, mostPer30Days: 6 }),
  },
  {
    name: 'the touches end in the middle',
    finds: ['touches-cut'],
    once: true,
    breaks: (policy) => ({ ...policy, touchesPerSpell: 2 }),
  },
  {
    name: 'no business days',
    finds: ['no-sending-day'],
    once: true,
    breaks: (policy) => ({ ...policy, weekdays: [] }),
  },
  {
    name: 'one business day a week',
    finds: ['off-its-day', 'left-out', 'days-not-ascending', 'window-without-sending-day'],
    once: true,
    breaks: (policy) => ({ ...policy, weekdays: [3] }),
  },
  {
    name: 'a window of no minutes',
    finds: ['window-empty'],
    once: true,
    breaks: (policy) => ({ ...policy, sendUntilMinute: policy.sendFromMinute }),
  },
  {
    name: 'a window turned around',
    finds: ['window-empty'],
    once: true,
    breaks: (policy) => ({ ...policy, sendFromMinute: policy.sendUntilMinute, sendUntilMinute: policy.sendFromMinute }),
  },
  {
    name: 'closed all year',
    finds: ['no-sending-day'],
    once: true,
    breaks: (policy) => ({
      ...policy,
      closingDays: [{ name: 'always', from: day('2026-01-01'), to: day('2026-12-31'), yearly: true }],
    }),
  },
  {
    name: 'closed for ten weeks',
    finds: ['no-sending-day'],
    once: true,
    breaks: (policy) => ({
      ...policy,
      closingDays: [{ name: 'works', from: day('2031-02-01'), to: day('2031-04-12'), yearly: false }],
    }),
  },
  {
    name: 'closed around a silent August',
    finds: ['no-sending-day'],
    once: true,
    breaks: (policy) => ({
      ...policy,
      august: 'silent',
      closingDays: [
        { name: 'summer', from: day('2026-07-01'), to: day('2026-07-31'), yearly: true },
        { name: 'early autumn', from: day('2026-09-01'), to: day('2026-09-10'), yearly: true },
      ],
    }),
  },
  {
    name: 'closing days turned around',
    finds: ['closing-days-reversed'],
    once: true,
    breaks: (policy) => ({
      ...policy,
      closingDays: [{ name: 'odd', from: day('2026-05-10'), to: day('2026-05-01'), yearly: false }],
    }),
  },
  {
    name: 'a discount nobody agreed to hear of',
    finds: ['discount-without-consent'],
    once: true,
    breaks: (policy) => ({
      ...policy,
      discount: { percent: 2, withinDays: 10 },
      consents: { 'discount-offers': null },
    }),
  },
  {
    name: 'a discount by an empty consent',
    finds: ['discount-without-consent'],
    once: true,
    breaks: (policy) => ({
      ...policy,
      discount: { percent: 2, withinDays: 10 },
      consents: { 'discount-offers': '  ' },
    }),
  },
  {
    name: 'a discount no message can offer',
    finds: ['discount-never-offered'],
    once: true,
    breaks: (policy) => ({
      ...policy,
      discount: { percent: 2, withinDays: 10 },
      consents: { 'discount-offers': 'contract' },
      sequences: {
        new: policy.sequences.new.filter(speaksLate),
        regular: policy.sequences.regular.filter(speaksLate),
        strategic: policy.sequences.strategic.filter(speaksLate),
        'habitually-late': policy.sequences['habitually-late'].filter(speaksLate),
      },
    }),
  },
  ...(['late-interest', 'compensation', 'suspension-of-service', 'collection-agency'] as const).map(
    (consequence): Mutation => ({
      name: `${consequence} by nothing in particular`,
      finds: ['ground-without-reference'],
      once: true,
      breaks: (policy) => ({
        ...policy,
        grounds: { ...policy.grounds, [consequence]: { basis: 'contract', reference: '' } },
      }),
    }),
  ),
  {
    name: 'an agreed rate where the law sets it',
    finds: ['agreed-without-contract'],
    once: true,
    breaks: (policy) => ({
      ...policy,
      grounds: { ...policy.grounds, 'late-interest': { basis: 'law', reference: 'Ley 3/2004', ratePercent: 12 } },
    }),
  },
  {
    name: 'an agreed sum where the law sets it',
    finds: ['agreed-without-contract'],
    once: true,
    breaks: (policy) => ({
      ...policy,
      grounds: { ...policy.grounds, compensation: { basis: 'law', reference: 'Ley 3/2004', sums: { EUR: 4000 } } },
    }),
  },
  {
    name: 'a broken promise makes it friendly',
    finds: ['resume-before-overdue'],
    once: true,
    breaks: (policy) => ({ ...policy, promise: { ...policy.promise, brokenResumesAt: 'before-due' } }),
  },
  {
    name: 'a broken plan makes it friendly',
    finds: ['resume-before-overdue'],
    once: true,
    breaks: (policy) => ({ ...policy, plan: { ...policy.plan, breachResumesAt: 'due-day' } }),
  },
  { name: 'no language', finds: ['no-language'], once: true, breaks: (policy) => ({ ...policy, languages: [] }) },
  {
    name: 'a wording that is not there',
    finds: ['wording-unknown'],
    once: true,
    breaks: (policy) => ({ ...policy, wordings: { firm: ['1', '9'] } }),
  },
  {
    name: 'only wordings that are not there',
    finds: ['wording-missing'],
    once: true,
    breaks: (policy) => ({ ...policy, wordings: { 'first-overdue': ['9'] } }),
  },
  {
    name: 'a notice without a wording',
    finds: ['wording-missing'],
    once: true,
    breaks: (policy) => ({ ...policy, wordings: { 'promise-broken': ['x'] } }),
  },
  {
    name: 'an opening too friendly for the sequence',
    finds: ['tone-never-reached'],
    once: true,
    breaks: (policy) => ({
      ...policy,
      firmestOpening: 'before-due',
      sequences: {
        ...policy.sequences,
        strategic: [task('blunt', 3, 'email', { stage: 'serious' }), task('decide', 30, 'decision')],
      },
    }),
  },
]
