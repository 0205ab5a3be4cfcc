import { z } from 'zod'
import { DEFAULT_POLICY } from '../chase/default-policy.ts'
import { PLAIN_STEP, type Ground, type Policy, type Sequence, type Step } from '../chase/policy.ts'
import { isNotice, isStage, type MessageKind } from '../chase/stage.ts'
import { POLICY_DOCUMENT, type PolicyDocument, type PolicyEntry, type StepEntry } from './document.ts'

type DocumentStep = NonNullable<PolicyDocument['sequences']['new']>[number]

/** The policy that a document says, with the default for what it leaves out. */
export function toPolicy(document: PolicyDocument): Policy {
  const { sequences, segments, contact, calendar, messages } = document
  const habit = segments['habitually-late']
  const sequence = (segment: keyof Policy['sequences']): Sequence =>
    sequences[segment]?.map(toStep) ?? DEFAULT_POLICY.sequences[segment]
  return {
    sequences: {
      new: sequence('new'),
      regular: sequence('regular'),
      strategic: sequence('strategic'),
      'habitually-late': sequence('habitually-late'),
    },
    strategicGroups: segments['strategic-groups'],
    newForDays: segments['new-for-days'],
    habituallyLate: {
      atLeastSettled: habit['at-least-settled'],
      atLeastLatePercent: habit['at-least-late-percent'],
      percentile: habit.percentile,
      atMostDays: habit['at-most-days'],
    },
    sparing:
      document.sparing === 'none'
        ? null
        : {
            atLeastPaid: document.sparing['at-least-paid'],
            paidByPercent: document.sparing['paid-by-percent'],
            atMostDays: document.sparing['at-most-days'],
            belowBalances: document.sparing['below-balances'],
          },
    gapBusinessDays: contact['gap-business-days'],
    mostPer7Days: contact['most-per-7-days'],
    mostPer30Days: contact['most-per-30-days'],
    callsPer7Days: contact['calls-per-7-days'],
    touchesPerSpell: contact['touches-per-spell'],
    mostPerDayOfBusiness: orNull(contact['most-per-day-of-business']),
    sendFromMinute: calendar.window.from,
    sendUntilMinute: calendar.window.until,
    weekdays: calendar.weekdays,
    closingDays: calendar['closing-days'].map(({ name, from, to, yearly }) => ({ name, from, to: to ?? from, yearly })),
    august: calendar.august,
    regionalHolidays: calendar['regional-holidays'],
    defaultTermDays: calendar['default-term-days'],
    staleAfterHours: calendar['stale-after-hours'],
    minimumBalance: document.amounts['minimum-balance'],
    residue: document.amounts.residue,
    partPayment: {
      thank: document['part-payments'].thank,
      effect: document['part-payments'].effect,
      atLeastPercent: document['part-payments']['at-least-percent'],
    },
    credits: { policy: document.credits.policy, atLeastPercent: document.credits['at-least-percent'] },
    ledgerReminders: document['ledger-reminders'],
    promise: {
      reminderDayBefore: document.promises['reminder-day-before'],
      graceBusinessDays: document.promises['grace-business-days'],
      brokenResumesAt: document.promises['broken-resumes-at'],
      mostPromises: document.promises.most,
    },
    plan: {
      toleranceBusinessDays: document.plans['tolerance-business-days'],
      tolerancePercent: document.plans['tolerance-percent'],
      reminderBusinessDaysBefore: orNull(document.plans['reminder-business-days-before']),
      breachResumesAt: document.plans['breach-resumes-at'],
    },
    discount:
      document.discount === 'none'
        ? null
        : { percent: document.discount.percent, withinDays: document.discount['within-days'] },
    thankYou: {
      enabled: document['thank-you'].enabled,
      mostPer7Days: document['thank-you']['most-per-7-days'],
      onlyWhenChased: document['thank-you']['only-when-chased'],
    },
    rightPerson: {
      afterSilences: orNull(document['right-person']['after-silences']),
      afterBounce: document['right-person']['after-bounce'],
      belowConfidence: document['right-person']['below-confidence'],
    },
    recipients: { approvalBelowConfidence: orNull(document.recipients['approval-below-confidence']) },
    leads: messages.leads,
    firmestOpening: messages['firmest-opening'],
    languages: messages.languages,
    treatment: messages.treatment,
    wordings: allowedWordings(messages.wordings),
    similarityLimitPercent: messages['similarity-limit-percent'],
    grounds: {
      'late-interest': toGround(document.grounds['late-interest']),
      compensation: toGround(document.grounds.compensation),
      'suspension-of-service': orNull(document.grounds['suspension-of-service']),
      'collection-agency': orNull(document.grounds['collection-agency']),
      'legal-action': orNull(document.grounds['legal-action']),
    },
    consents: { 'discount-offers': orNull(document.consents['discount-offers']) },
    priorities: {
      highBalance: document.priorities['high-balance'],
      oldAfterDays: document.priorities['old-after-days'],
    },
  }
}

const orNull = <T>(value: T | 'none'): Exclude<T, 'none'> | null =>
  value === 'none' ? null : (value as Exclude<T, 'none'>)

type Declared = Exclude<PolicyDocument['grounds']['late-interest' | 'compensation'], 'none'>

function toGround(entry: Declared | 'none'): Ground | null {
  if (entry === 'none') return null
  const { basis, reference } = entry
  return {
    basis,
    reference,
    ...('rate-percent' in entry && entry['rate-percent'] !== undefined && { ratePercent: entry['rate-percent'] }),
    ...('sums' in entry && entry.sums !== undefined && { sums: entry.sums }),
  }
}

function fromInterestGround(ground: Ground | null): PolicyDocument['grounds']['late-interest'] {
  if (ground === null) return 'none'
  const { basis, reference, ratePercent } = ground
  return { basis, reference, ...(ratePercent !== undefined && { 'rate-percent': ratePercent }) }
}

function fromCompensationGround(ground: Ground | null): PolicyDocument['grounds']['compensation'] {
  if (ground === null) return 'none'
  const { basis, reference, sums } = ground
  return { basis, reference, ...(sums !== undefined && { sums }) }
}

const toStep = (entry: DocumentStep): Step => ({
  id: entry.id,
  after: entry.after,
  unit: entry.unit,
  from: entry.from,
  to: entry.to ?? entry.from,
  channel: entry.channel,
  stage: entry.stage ?? null,
  approval: entry.approval,
  repeat: entry.repeat ?? null,
  minimumBalance: entry['minimum-balance'] ?? {},
  maximumBalance: entry['maximum-balance'] ?? {},
  sender: entry.sender,
  copyEscalation: entry['copy-escalation'],
})

function allowedWordings(named: Readonly<Record<string, string[] | undefined>>): Policy['wordings'] {
  const allowed: Partial<Record<MessageKind, readonly string[]>> = {}
  for (const [kind, names] of Object.entries(named)) {
    if (names !== undefined && (isStage(kind) || isNotice(kind))) allowed[kind] = names
  }
  return allowed
}

/**
 * The whole document that says this policy, every key written out except what a step leaves at its plain value.
 * Throws a ZodError for a policy that no document can say, such as a gap of no days.
 */
export function fromPolicy(policy: Policy): PolicyEntry {
  const sequence = (segment: keyof Policy['sequences']): DocumentStep[] => policy.sequences[segment].map(fromStep)
  const document: PolicyDocument = {
    version: 1,
    sequences: {
      new: sequence('new'),
      regular: sequence('regular'),
      strategic: sequence('strategic'),
      'habitually-late': sequence('habitually-late'),
    },
    segments: {
      'strategic-groups': [...policy.strategicGroups],
      'new-for-days': policy.newForDays,
      'habitually-late': {
        'at-least-settled': policy.habituallyLate.atLeastSettled,
        'at-least-late-percent': policy.habituallyLate.atLeastLatePercent,
        percentile: policy.habituallyLate.percentile,
        'at-most-days': policy.habituallyLate.atMostDays,
      },
    },
    sparing: policy.sparing
      ? {
          'at-least-paid': policy.sparing.atLeastPaid,
          'paid-by-percent': policy.sparing.paidByPercent,
          'at-most-days': policy.sparing.atMostDays,
          'below-balances': policy.sparing.belowBalances,
        }
      : 'none',
    contact: {
      'gap-business-days': policy.gapBusinessDays,
      'most-per-7-days': policy.mostPer7Days,
      'most-per-30-days': policy.mostPer30Days,
      'calls-per-7-days': policy.callsPer7Days,
      'touches-per-spell': policy.touchesPerSpell,
      'most-per-day-of-business': policy.mostPerDayOfBusiness ?? 'none',
    },
    calendar: {
      window: { from: policy.sendFromMinute, until: policy.sendUntilMinute },
      weekdays: policy.weekdays,
      'closing-days': policy.closingDays.map((closing) => ({ ...closing })),
      august: policy.august,
      'regional-holidays': policy.regionalHolidays,
      'default-term-days': policy.defaultTermDays,
      'stale-after-hours': policy.staleAfterHours,
    },
    amounts: { 'minimum-balance': policy.minimumBalance, residue: policy.residue },
    'part-payments': {
      thank: policy.partPayment.thank,
      effect: policy.partPayment.effect,
      'at-least-percent': policy.partPayment.atLeastPercent,
    },
    credits: { policy: policy.credits.policy, 'at-least-percent': policy.credits.atLeastPercent },
    'ledger-reminders': policy.ledgerReminders,
    promises: {
      'reminder-day-before': policy.promise.reminderDayBefore,
      'grace-business-days': policy.promise.graceBusinessDays,
      'broken-resumes-at': policy.promise.brokenResumesAt,
      most: policy.promise.mostPromises,
    },
    plans: {
      'tolerance-business-days': policy.plan.toleranceBusinessDays,
      'tolerance-percent': policy.plan.tolerancePercent,
      'reminder-business-days-before': policy.plan.reminderBusinessDaysBefore ?? 'none',
      'breach-resumes-at': policy.plan.breachResumesAt,
    },
    discount: policy.discount
      ? { percent: policy.discount.percent, 'within-days': policy.discount.withinDays }
      : 'none',
    'thank-you': {
      enabled: policy.thankYou.enabled,
      'most-per-7-days': policy.thankYou.mostPer7Days,
      'only-when-chased': policy.thankYou.onlyWhenChased,
    },
    'right-person': {
      'after-silences': policy.rightPerson.afterSilences ?? 'none',
      'after-bounce': policy.rightPerson.afterBounce,
      'below-confidence': policy.rightPerson.belowConfidence,
    },
    recipients: { 'approval-below-confidence': policy.recipients.approvalBelowConfidence ?? 'none' },
    messages: {
      leads: policy.leads,
      'firmest-opening': policy.firmestOpening,
      languages: [...policy.languages],
      treatment: policy.treatment,
      wordings: Object.fromEntries(Object.entries(policy.wordings).map(([kind, names]) => [kind, [...names]])),
      'similarity-limit-percent': policy.similarityLimitPercent,
    },
    grounds: {
      'late-interest': fromInterestGround(policy.grounds['late-interest']),
      compensation: fromCompensationGround(policy.grounds.compensation),
      'suspension-of-service': policy.grounds['suspension-of-service'] ?? 'none',
      'collection-agency': policy.grounds['collection-agency'] ?? 'none',
      'legal-action': policy.grounds['legal-action'] ?? 'none',
    },
    consents: { 'discount-offers': policy.consents['discount-offers'] ?? 'none' },
    priorities: { 'high-balance': policy.priorities.highBalance, 'old-after-days': policy.priorities.oldAfterDays },
  }
  const entry = z.encode(POLICY_DOCUMENT, document)
  return { ...entry, sequences: shortened(entry.sequences ?? {}) }
}

const fromStep = (step: Step): DocumentStep => ({
  id: step.id,
  after: step.after,
  unit: step.unit,
  from: step.from,
  to: step.to,
  channel: step.channel,
  ...(step.stage !== null && { stage: step.stage }),
  approval: step.approval,
  ...(step.repeat !== null && { repeat: { ...step.repeat } }),
  'minimum-balance': step.minimumBalance,
  'maximum-balance': step.maximumBalance,
  sender: step.sender,
  'copy-escalation': step.copyEscalation,
})

type SequenceEntries = NonNullable<PolicyEntry['sequences']>

const shortened = (sequences: SequenceEntries): SequenceEntries =>
  Object.fromEntries(Object.entries(sequences).map(([segment, steps]) => [segment, steps?.map(shortStep)]))

/** A step as a person would write it: the plain values go without saying. */
function shortStep(step: StepEntry): StepEntry {
  const { id, from, to } = step
  const said = Object.entries(step).filter(([key, value]) => key !== 'to' && !isPlain(key, value))
  return { id, from, ...(to !== undefined && to !== from && { to }), ...Object.fromEntries(said) }
}

const PLAIN: Readonly<Record<string, unknown>> = {
  after: PLAIN_STEP.after,
  unit: PLAIN_STEP.unit,
  channel: 'email',
  approval: false,
  sender: PLAIN_STEP.sender,
  'copy-escalation': PLAIN_STEP.copyEscalation,
}

const isPlain = (key: string, value: unknown): boolean =>
  PLAIN[key] === value || (Array.isArray(value) && value.length === 0)
