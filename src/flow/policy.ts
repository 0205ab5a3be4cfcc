import { z } from 'zod'
import { DEFAULT_POLICY } from '../chase/default-policy.ts'
import type { Policy } from '../chase/policy.ts'

const step = z.strictObject({
  id: z.string().min(1).max(40),
  from: z.int().min(-365).max(3650),
  to: z.int().min(-365).max(3650),
  channel: z.enum(['email', 'call', 'decision']),
  stage: z.enum(['before-due', 'due-day', 'first-overdue', 'firm', 'serious', 'final']).nullable(),
  approval: z.boolean(),
})
const sequence = z.array(step).min(1).max(40)
const days = z.int().min(0).max(3650)

const CHANGES = z
  .strictObject({
    sequences: z
      .strictObject({ new: sequence, regular: sequence, strategic: sequence, 'habitually-late': sequence })
      .partial(),
    strategicGroups: z.array(z.string().min(1)).max(50),
    newForDays: days,
    habituallyLate: z
      .strictObject({
        atLeastSettled: z.int().min(1).max(100),
        atLeastLatePercent: z.int().min(1).max(100),
        percentile: z.int().min(1).max(100),
        atMostDays: days,
      })
      .partial(),
    gapBusinessDays: z.int().min(1).max(30),
    mostPer7Days: z.int().min(1).max(7),
    mostPer30Days: z.int().min(1).max(30),
    sendFromMinute: z.int().min(0).max(1439),
    sendUntilMinute: z.int().min(1).max(1440),
    weekdays: z.array(z.int().min(1).max(7)).min(1).max(7),
    defaultTermDays: days,
    staleAfterHours: z.int().min(1).max(240),
  })
  .partial()

/** The policy a business chases by: the default, with what the business has changed. Throws when the changes are not a policy. */
export function policyWith(changes: unknown): Policy {
  const given = CHANGES.parse(changes)
  return {
    ...DEFAULT_POLICY,
    ...stated(given),
    sequences: { ...DEFAULT_POLICY.sequences, ...stated(given.sequences ?? {}) },
    habituallyLate: { ...DEFAULT_POLICY.habituallyLate, ...stated(given.habituallyLate ?? {}) },
  }
}

/** Without the entries that say nothing, so that they do not hide what they would change. */
const stated = <T extends object>(changes: T): { [Key in keyof T]: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as never
