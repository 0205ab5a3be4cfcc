import { z } from 'zod'
import { DEFAULT_POLICY } from '../chase/default-policy.ts'
import { PLAIN_STEP } from '../chase/policy.ts'
import { DEFAULT_SPARING_LIMITS } from '../chase/sparing.ts'
import { NOTICES, STAGES } from '../chase/stage.ts'
import {
  amounts,
  amountText,
  dayText,
  dayWindow,
  openingName,
  refuseTwice,
  WEEKDAYS,
  weekdays,
  windowText,
} from './values.ts'

// The policy file: one YAML document. What is absent takes the default; what is not named here is an error.

const D = DEFAULT_POLICY
const S = DEFAULT_SPARING_LIMITS
const days = z.int().min(0).max(3650)
const percent = z.int().min(0).max(100)
const stage = z.enum(STAGES)
const none = z.literal('none')
const money = (limits: Readonly<Record<string, number>>) =>
  amounts.prefault(Object.entries(limits).map(([currency, minor]) => amountText(minor, currency)))

const step = z
  .strictObject({
    id: z
      .string()
      .regex(/^[^#:]{1,40}$/)
      .describe('Unique in its sequence, without # or :. Keep it when days change: "each step once" counts by it.'),
    after: z
      .enum(['due', 'previous-step', 'contact', 'month-day'])
      .prefault(PLAIN_STEP.after)
      .describe('What the days count from: the due day, the step before, the last logged contact, or the month.'),
    unit: z.enum(['days', 'business-days']).prefault(PLAIN_STEP.unit),
    from: z.int().min(-365).max(3650).describe('The first day: negative before the due day, 0 on it.'),
    to: z
      .int()
      .min(-365)
      .max(3650)
      .optional()
      .describe('The last day, for a step before the due day or in a month; `from` unless given.'),
    channel: z.enum(['email', 'call', 'decision', 'letter']).prefault('email'),
    stage: stage.optional().describe('The tone of an e-mail.'),
    approval: z.boolean().prefault(false).describe('A person must approve this message, whatever the mode.'),
    repeat: z
      .strictObject({
        every: z.int().min(1).max(365).describe("In the step's unit."),
        times: z.int().min(1).max(40).describe('In all, the first time included.'),
      })
      .optional(),
    'minimum-balance': amounts.optional().describe('Only where what is due reaches this, in one of the currencies.'),
    'maximum-balance': amounts.optional().describe('Only where what is due is at most this, in one of the currencies.'),
    sender: z.enum(['usual', 'senior']).prefault(PLAIN_STEP.sender),
    'copy-escalation': z.boolean().prefault(PLAIN_STEP.copyEscalation),
  })
  .meta({ id: 'step' })

export type StepEntry = z.input<typeof step>

const sequence = z.array(step).min(1).max(40).optional()

const declared = z.strictObject({
  basis: z.enum(['contract', 'law']),
  reference: z.string().trim().min(1).max(200).describe('The clause or the article, as a reader can look it up.'),
})
const ground = z.union([none, declared]).prefault('none')
const interestGround = z
  .union([
    none,
    declared.extend({
      'rate-percent': z
        .number()
        .min(0)
        .max(1000)
        .refine((percent) => Math.abs(percent * 10_000 - Math.round(percent * 10_000)) < 1e-6)
        .optional()
        .describe('What the contract says per year, with at most four decimals. By law: left out.'),
    }),
  ])
  .prefault('none')
const compensationGround = z
  .union([
    none,
    declared.extend({
      sums: amounts.optional().describe('What the contract says for each late invoice. By law: left out.'),
    }),
  ])
  .prefault('none')

const wordings = z.strictObject(
  Object.fromEntries(
    [...STAGES, ...NOTICES].map((kind) => [
      kind,
      z.array(openingName).min(1).max(20).superRefine(refuseTwice).optional(),
    ]),
  ),
)

/** What a policy file may say. Its input is the document as YAML gives it, its output the same with values read. */
export const POLICY_DOCUMENT = z.strictObject({
  version: z.literal(1).describe('The version of this format.'),
  sequences: z
    .strictObject({ new: sequence, regular: sequence, strategic: sequence, 'habitually-late': sequence })
    .prefault({})
    .describe('Per segment, the steps in the order in which they are to be taken.'),
  segments: z
    .strictObject({
      'strategic-groups': z
        .array(z.string().min(1).max(100))
        .max(50)
        .superRefine(refuseTwice)
        .prefault([...D.strategicGroups])
        .describe('Groups of the ledger whose members are strategic.'),
      'new-for-days': days.prefault(D.newForDays),
      'habitually-late': z
        .strictObject({
          'at-least-settled': z.int().min(1).max(100).prefault(D.habituallyLate.atLeastSettled),
          'at-least-late-percent': z.int().min(1).max(100).prefault(D.habituallyLate.atLeastLatePercent),
          percentile: z.int().min(1).max(100).prefault(D.habituallyLate.percentile),
          'at-most-days': days.prefault(D.habituallyLate.atMostDays),
        })
        .prefault({}),
    })
    .prefault({})
    .describe('How customers fall into segments.'),
  sparing: z
    .union([
      none,
      z.strictObject({
        'at-least-paid': z.int().min(3).max(100).prefault(S.atLeastPaid),
        'paid-by-percent': z.int().min(50).max(99).prefault(S.paidByPercent),
        'at-most-days': z.int().min(1).max(60).prefault(S.atMostDays),
        'below-balances': money(S.belowBalances),
      }),
    ])
    .prefault('none')
    .describe('Customers that pay late but surely are not written to before their usual day has passed.'),
  contact: z
    .strictObject({
      'gap-business-days': z.int().min(1).max(30).prefault(D.gapBusinessDays),
      'most-per-7-days': z.int().min(1).max(7).prefault(D.mostPer7Days),
      'most-per-30-days': z.int().min(1).max(30).prefault(D.mostPer30Days),
      'calls-per-7-days': z.int().min(1).max(7).prefault(D.callsPer7Days),
      'touches-per-spell': z.int().min(1).max(100).prefault(D.touchesPerSpell),
      'most-per-day-of-business': z
        .union([none, z.int().min(1).max(100_000)])
        .prefault(D.mostPerDayOfBusiness ?? 'none'),
    })
    .prefault({})
    .describe('How much contact: the gap between messages, the caps.'),
  calendar: z
    .strictObject({
      window: dayWindow.prefault(windowText({ from: D.sendFromMinute, until: D.sendUntilMinute })),
      weekdays: weekdays.prefault(D.weekdays.flatMap((day) => WEEKDAYS[day - 1] ?? [])),
      'closing-days': z
        .array(
          z.strictObject({
            name: z.string().min(1).max(100),
            from: dayText,
            to: dayText.optional().describe('`from` unless given.'),
            yearly: z.boolean().prefault(false),
          }),
        )
        .max(100)
        .prefault([]),
      august: z.enum(['normal', 'no-dunning', 'silent']).prefault(D.august),
      'regional-holidays': z.boolean().prefault(D.regionalHolidays),
      'default-term-days': days.prefault(D.defaultTermDays),
      'stale-after-hours': z.int().min(1).max(240).prefault(D.staleAfterHours),
    })
    .prefault({})
    .describe('When messages may leave, where the recipient is.'),
  amounts: z
    .strictObject({ 'minimum-balance': money(D.minimumBalance), residue: money(D.residue) })
    .prefault({})
    .describe('What is worth a message.'),
  'part-payments': z
    .strictObject({
      thank: z.boolean().prefault(D.partPayment.thank),
      effect: z.enum(['keep-stage', 'one-stage-softer', 'restart-at-first-overdue']).prefault(D.partPayment.effect),
      'at-least-percent': percent.prefault(D.partPayment.atLeastPercent),
    })
    .prefault({}),
  credits: z
    .strictObject({
      policy: z.enum(['hold', 'statement']).prefault(D.credits.policy),
      'at-least-percent': z.int().min(1).max(1000).prefault(D.credits.atLeastPercent),
    })
    .prefault({}),
  'ledger-reminders': z.enum(['warn', 'hold']).prefault(D.ledgerReminders),
  promises: z
    .strictObject({
      'reminder-day-before': z.boolean().prefault(D.promise.reminderDayBefore),
      'grace-business-days': z.int().min(0).max(30).prefault(D.promise.graceBusinessDays),
      'broken-resumes-at': stage.prefault(D.promise.brokenResumesAt),
      most: z.int().min(1).max(20).prefault(D.promise.mostPromises),
    })
    .prefault({}),
  plans: z
    .strictObject({
      'tolerance-business-days': z.int().min(0).max(30).prefault(D.plan.toleranceBusinessDays),
      'tolerance-percent': percent.prefault(D.plan.tolerancePercent),
      'reminder-business-days-before': z
        .union([none, z.int().min(1).max(30)])
        .prefault(D.plan.reminderBusinessDaysBefore ?? 'none'),
      'breach-resumes-at': stage.prefault(D.plan.breachResumesAt),
    })
    .prefault({}),
  discount: z
    .union([none, z.strictObject({ percent: z.int().min(1).max(50), 'within-days': z.int().min(1).max(365) })])
    .prefault('none')
    .describe('For paying early. Needs the consent discount-offers.'),
  'thank-you': z
    .strictObject({
      enabled: z.boolean().prefault(D.thankYou.enabled),
      'most-per-7-days': z.int().min(1).max(7).prefault(D.thankYou.mostPer7Days),
      'only-when-chased': z.boolean().prefault(D.thankYou.onlyWhenChased),
    })
    .prefault({}),
  'right-person': z
    .strictObject({
      'after-silences': z.union([none, z.int().min(1).max(20)]).prefault(D.rightPerson.afterSilences ?? 'none'),
      'after-bounce': z.boolean().prefault(D.rightPerson.afterBounce),
      'below-confidence': percent.prefault(D.rightPerson.belowConfidence),
    })
    .prefault({}),
  recipients: z
    .strictObject({
      'approval-below-confidence': z.union([none, percent]).prefault(D.recipients.approvalBelowConfidence ?? 'none'),
    })
    .prefault({}),
  messages: z
    .strictObject({
      leads: z.enum(['oldest', 'firmest']).prefault(D.leads),
      'firmest-opening': stage.prefault(D.firmestOpening),
      languages: z
        .array(z.enum(['es', 'en']))
        .min(1)
        .superRefine(refuseTwice)
        .prefault([...D.languages]),
      treatment: z
        .enum(['usted', 'tu'])
        .prefault(D.treatment)
        .describe('How Spanish speaks to a contact of whom nobody has said it.'),
      wordings: wordings
        .prefault({})
        .describe('The openings allowed per message; a message that is not named may use all.'),
      'similarity-limit-percent': z.int().min(1).max(100).prefault(D.similarityLimitPercent),
    })
    .prefault({}),
  grounds: z
    .strictObject({
      'late-interest': interestGround,
      compensation: compensationGround,
      'suspension-of-service': ground,
      'collection-agency': ground,
      'legal-action': ground,
    })
    .prefault({})
    .describe('Where the right to a consequence comes from. None is named in any message without one.'),
  consents: z
    .strictObject({
      'discount-offers': z
        .union([none, z.string().trim().min(1).max(200)])
        .prefault('none')
        .describe('Where the customers agreed to receive offers: a reminder with an offer is advertising.'),
    })
    .prefault({}),
  priorities: z
    .strictObject({
      'high-balance': money(D.priorities.highBalance),
      'old-after-days': days.prefault(D.priorities.oldAfterDays),
    })
    .prefault({}),
})

/** The document as YAML gives it. */
export type PolicyEntry = z.input<typeof POLICY_DOCUMENT>
/** The document with its values read. */
export type PolicyDocument = z.output<typeof POLICY_DOCUMENT>
