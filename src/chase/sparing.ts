import { addDays, daysBetween } from './day.ts'
import type { Day } from './day.ts'
import type { Habit } from './habits.ts'
import type { Money } from './money.ts'
import type { SparingLimits } from './policy.ts'
import { dayBy, givenAtLeast, leftAfter } from './survival.ts'

/** Provisional: judgement, not measurement. */
export const DEFAULT_SPARING_LIMITS: SparingLimits = {
  atLeastPaid: 6,
  paidByPercent: 80,
  atMostDays: 21,
  belowBalances: {},
}

/** Whether a message about an invoice can wait, because its customer pays by itself soon. */
export type Sparing =
  | {
      readonly spare: true
      /** The last day to wait; if the invoice is still open the day after, the message is due. */
      readonly until: Day
      /** How many days after the due day that is. */
      readonly payDay: number
      readonly paid: number
      /** The chance, in percent, that it is paid by then. */
      readonly chancePercent: number
    }
  | { readonly spare: false; readonly because: NotSparedBecause }

export type NotSparedBecause =
  /** Too few paid invoices to go by. */
  | 'thin-record'
  /** It pays on time more often than not, so its lateness is no habit. */
  | 'pays-on-time'
  /** It pays later and later: what it did is no measure of what it will do. */
  | 'slowing'
  /** It does not pay by any day surely enough. */
  | 'unsure'
  /** It pays surely, but later than the policy waits. */
  | 'too-late'
  /** This invoice is already later than usual. */
  | 'later-than-usual'
  | 'large-balance'
  /** Somebody promised and did not keep it: its record no longer speaks for it. */
  | 'promise-broken'

/**
 * Judges one open invoice. Sparing only ever puts a message off, never brings one forward, and never past the policy's
 * limit; whoever is due a message for another reason (a broken promise) gets it.
 */
export function sparingOf(
  invoice: { readonly dueOn: Day; readonly balance: Money; readonly promiseBroken: boolean },
  habit: Habit,
  today: Day,
  limits: SparingLimits,
): Sparing {
  if (invoice.promiseBroken) return { spare: false, because: 'promise-broken' }
  if (isLarge(invoice.balance, limits)) return { spare: false, because: 'large-balance' }
  if (habit.curve === null || habit.paid < limits.atLeastPaid) return { spare: false, because: 'thin-record' }
  if (habit.slowing) return { spare: false, because: 'slowing' }

  // Only late invoices are asked about, so only late ones answer: those paid in time say nothing about the day.
  const lateShare = leftAfter(habit.curve, 0)
  const whenLate = givenAtLeast(habit.curve, 1)
  if (lateShare < USUALLY || whenLate === null) return { spare: false, because: 'pays-on-time' }

  // Of n like invoices the next is paid by the day of the k-th with a chance of k ÷ (n + 1): the last day seen is no limit.
  const late = habit.effective * lateShare
  const payDay = dayBy(whenLate, Math.min(1, ((limits.paidByPercent / 100) * (late + 1)) / late))
  if (payDay === null) return { spare: false, because: 'unsure' }
  const chance = ((1 - leftAfter(whenLate, payDay)) * late) / (late + 1)
  if (chance * 100 < limits.paidByPercent) return { spare: false, because: 'unsure' }
  if (payDay > limits.atMostDays) return { spare: false, because: 'too-late' }

  if (daysBetween(invoice.dueOn, today) > payDay) return { spare: false, because: 'later-than-usual' }

  const until = addDays(invoice.dueOn, payDay)
  return { spare: true, until, payDay, paid: habit.paid, chancePercent: chance * 100 }
}

/** Who pays at least half of its invoices in time is not a late payer: when it is late, something is the matter. */
const USUALLY = 0.5

function isLarge({ minor, currency }: Money, { belowBalances }: SparingLimits): boolean {
  const limit = belowBalances[currency]
  return limit !== undefined && minor >= limit
}
