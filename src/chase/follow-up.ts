import { addIn, latest, nextContactDay, nextSendingDay } from './calendar.ts'
import type { Calendar } from './calendar.ts'
import type { Day } from './day.ts'
import type { Money } from './money.ts'
import type { Sequence, Step } from './policy.ts'
import type { LoggedContact, TakenStep } from './standing.ts'
import { baseId, fitsBalance, repetitionId } from './steps.ts'

/** A step that follows a logged contact, and its day. */
export type FollowUp = { readonly step: Step; readonly on: Day; readonly contactOn: Day }

/** Outcomes that leave nothing to follow up: nobody was reached, or not the one who can answer. */
const NOBODY_REACHED: readonly LoggedContact['outcome'][] = ['no-answer', 'wrong-person']

/**
 * The step that follows the last conversation with the customer, where the sequence has one: pending until a step has
 * been taken since. Meanwhile the ladder waits, because the customer was just spoken to.
 */
export function followUpOf(
  sequence: Sequence,
  taken: readonly TakenStep[],
  contacts: readonly LoggedContact[],
  owed: readonly Money[],
  calendar: Calendar,
): FollowUp | null {
  const contact = contacts.findLast(({ outcome }) => !NOBODY_REACHED.includes(outcome))
  const lastOn = taken
    .map(({ on }) => on)
    .sort()
    .at(-1)
  if (contact === undefined || lastOn === undefined || contact.on < lastOn) return null
  const step = sequence.find((one) => one.after === 'contact' && fitsBalance(one, owed))
  if (step === undefined) return null
  const times = taken.filter(({ stepId }) => baseId(stepId) === step.id).length
  if (times >= (step.repeat?.times ?? Number.MAX_SAFE_INTEGER)) return null
  const own = nextSendingDay(addIn(step.unit, contact.on, step.from, calendar), calendar)
  // Taken on the contact's own day, the last step is the call that led to it.
  const on = latest(own, nextContactDay(lastOn, calendar))
  return { step: { ...step, id: repetitionId(step.id, times + 1), repeat: null }, on, contactOn: contact.on }
}
