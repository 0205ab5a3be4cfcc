import { PLAIN_STEP } from './policy.ts'
import type { Policy, Sequence, Step } from './policy.ts'
import type { Stage } from './stage.ts'

const email = (id: string, from: number, stage: Stage, details: { to?: number; approval?: boolean } = {}): Step => ({
  ...PLAIN_STEP,
  id,
  from,
  to: details.to ?? from,
  channel: 'email',
  stage,
  approval: details.approval ?? false,
})

const task = (id: string, from: number, channel: 'call' | 'decision'): Step => ({
  ...PLAIN_STEP,
  id,
  from,
  to: from,
  channel,
  stage: null,
  approval: false,
})

/** From a week overdue the ladder is the same for all but strategic customers. */
const FROM_A_WEEK_OVERDUE: Sequence = [
  email('day-7', 7, 'firm'),
  email('day-15', 15, 'serious'),
  task('call-21', 21, 'call'),
  email('final-30', 30, 'final', { approval: true }),
  task('decide-45', 45, 'decision'),
]

/** How a business chases until it says otherwise. The days follow the collection guides that the product was founded on. */
export const DEFAULT_POLICY: Policy = {
  sequences: {
    new: [
      email('before-due', -5, 'before-due', { to: -3 }),
      email('day-1', 1, 'first-overdue'),
      ...FROM_A_WEEK_OVERDUE,
    ],
    regular: [
      email('before-due', -3, 'before-due', { to: -1 }),
      email('day-1', 1, 'first-overdue'),
      ...FROM_A_WEEK_OVERDUE,
    ],
    // The week-old message asks whether the invoice arrived: a strategic customer is asked before being pressed.
    strategic: [
      email('due-day', 0, 'due-day'),
      email('day-7', 7, 'first-overdue'),
      task('call-15', 15, 'call'),
      email('day-21', 21, 'serious', { approval: true }),
      task('decide-30', 30, 'decision'),
    ],
    'habitually-late': [email('first-by-habit', 1, 'first-overdue'), ...FROM_A_WEEK_OVERDUE],
  },
  strategicGroups: ['Strategic', 'Estratégico'],
  newForDays: 90,
  habituallyLate: { atLeastSettled: 5, atLeastLatePercent: 60, percentile: 80, atMostDays: 30 },
  sparing: null,
  gapBusinessDays: 2,
  mostPer7Days: 2,
  // A whole default sequence needs four messages in 30 days; two more leave room for a second spell.
  mostPer30Days: 6,
  callsPer7Days: 1,
  touchesPerSpell: 8,
  mostPerDayOfBusiness: null,
  sendFromMinute: 9 * 60,
  sendUntilMinute: 17 * 60 + 30,
  weekdays: [1, 2, 3, 4, 5],
  closingDays: [],
  august: 'normal',
  regionalHolidays: true,
  defaultTermDays: 30,
  // Books read yesterday evening are good enough this morning; books read yesterday morning are not.
  staleAfterHours: 26,
  minimumBalance: {},
  residue: { EUR: 100, GBP: 100, USD: 100, AUD: 100, NZD: 100, CAD: 100, CHF: 100, MXN: 1000 },
  partPayment: { thank: true, effect: 'keep-stage', atLeastPercent: 10 },
  credits: { policy: 'hold', atLeastPercent: 100 },
  ledgerReminders: 'warn',
  promise: { reminderDayBefore: true, graceBusinessDays: 1, brokenResumesAt: 'firm', mostPromises: 2 },
  plan: { toleranceBusinessDays: 2, tolerancePercent: 1, reminderBusinessDaysBefore: 3, breachResumesAt: 'serious' },
  discount: null,
  thankYou: { enabled: true, mostPer7Days: 1, onlyWhenChased: true },
  rightPerson: { afterSilences: 2, afterBounce: true, belowConfidence: 70 },
  recipients: { approvalBelowConfidence: 50 },
  leads: 'oldest',
  firmestOpening: 'firm',
  // A business that has declared nothing threatens nobody.
  grounds: {
    'late-interest': null,
    compensation: null,
    'suspension-of-service': null,
    'collection-agency': null,
    'legal-action': null,
  },
  consents: { 'discount-offers': null },
  languages: ['es', 'en'],
  wordings: {},
  treatment: 'usted',
  similarityLimitPercent: 85,
  priorities: { highBalance: { EUR: 1_000_000, GBP: 1_000_000, USD: 1_000_000 }, oldAfterDays: 60 },
}
