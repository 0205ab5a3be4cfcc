import { contactLimit, isSendingDay } from './calendar.ts'
import type { Calendar } from './calendar.ts'
import { addDays } from './day.ts'
import { openInvoices } from './holds.ts'
import type { Policy } from './policy.ts'
import type { Standing } from './standing.ts'
import { isNoticeId } from './steps.ts'
import type { AskVerdict, SendVerdict, Verdict } from './verdict.ts'

/** As long as a message counts for the longest cap. */
const COUNTS_FOR_DAYS = 30

/**
 * Whether a message today would put off one that the rules foresee, because it counts for the gap and the caps as every
 * message does. What they foresee is what `judge` says of the days to come if nothing happens but what it says.
 */
export function putsOffAnother(standing: Standing, calendar: Calendar, judge: (ahead: Standing) => Verdict): boolean {
  if (openInvoices(standing).length === 0) return false
  let ahead: Standing = { ...standing, policy: withoutThanks(standing.policy), minute: standing.policy.sendFromMinute }
  for (let passed = 1; passed < COUNTS_FOR_DAYS; passed += 1) {
    const today = addDays(standing.today, passed)
    if (!isSendingDay(today, calendar)) continue
    ahead = { ...ahead, today }
    const verdict = judge(ahead)
    if (!isTaken(verdict)) continue
    const isMessage = verdict.step.channel === 'email'
    const isPutOff = [ahead.contactedOn, ahead.addressContactedOn].some(
      (days) => contactLimit([...days, standing.today], today, calendar) !== null,
    )
    if (isMessage && isPutOff) return true
    ahead = afterTaking(verdict, ahead)
  }
  return false
}

/** The customer's own messages are in question, not how many others the business writes to that day. */
const withoutThanks = (policy: Policy): Policy => ({
  ...policy,
  thankYou: { ...policy.thankYou, enabled: false },
  mostPerDayOfBusiness: null,
})

type Taken = (SendVerdict | AskVerdict) & Pick<SendVerdict, 'step' | 'anchorInvoiceId'>

/** A message that goes, once approved where it has to be, or a step that a person takes. */
const isTaken = (verdict: Verdict): verdict is Taken =>
  (verdict.do === 'send' || verdict.do === 'ask') && verdict.step !== null && verdict.anchorInvoiceId !== null

function afterTaking({ step, anchorInvoiceId }: Taken, ahead: Standing): Standing {
  const { today, spell, contactedOn, addressContactedOn, callsOn, notices, touches } = ahead
  const isOfRunning = isNoticeId(step.id) || spell?.anchorInvoiceId === anchorInvoiceId
  const taken = { stepId: step.id, channel: step.channel, stage: step.stage, on: today }
  return {
    ...ahead,
    ...(step.channel === 'email' && {
      contactedOn: [...contactedOn, today],
      addressContactedOn: [...addressContactedOn, today],
    }),
    ...(step.channel === 'call' && { callsOn: [...callsOn, today] }),
    ...(isNoticeId(step.id)
      ? { notices: [...notices, { id: step.id, on: today }] }
      : { spell: { anchorInvoiceId, taken: [...(isOfRunning ? (spell?.taken ?? []) : []), taken] } }),
    touches: (isOfRunning ? touches : 0) + (step.channel === 'decision' ? 0 : 1),
  }
}
