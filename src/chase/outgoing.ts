import { isAugust, nextSendingDay } from './calendar.ts'
import type { Calendar } from './calendar.ts'
import { day } from './day.ts'
import type { Day } from './day.ts'
import { holdOn, openInvoices } from './holds.ts'
import { messageLimit } from './limits.ts'
import type { DueNotice } from './notices.ts'
import { otherAddressBounced } from './notices.ts'
import { PLAIN_STEP } from './policy.ts'
import { totals } from './say.ts'
import type { Message, Speaker } from './say.ts'
import { sendReasonOf } from './send-reason.ts'
import { firmness, isStage } from './stage.ts'
import type { MessageKind } from './stage.ts'
import type { Standing } from './standing.ts'
import type { Facts, Verdict } from './verdict.ts'
import { closedToday, earliestContact } from './window.ts'

/**
 * Judges a message whose time has come: August, the gap and the caps, an address to write to, approval, the sending day
 * and the window, in this order. All messages pass here, whatever they say.
 */
export function judgeMessage(standing: Standing, calendar: Calendar, say: Speaker, message: Message): Verdict {
  const { policy } = standing
  const about: Facts = {
    ...message.facts,
    ...totals(
      'due',
      standing.invoices.filter(({ id }) => message.invoiceIds.includes(id)),
    ),
  }

  const augustEnds = augustSilence(standing, calendar, message.kind)
  if (augustEnds) return say.quiet('wait', 'august', augustEnds, { ...about, august: policy.august })
  const copied = message.step.copyEscalation ? standing.customer.escalation : null
  const limit = messageLimit(standing, calendar, copied?.contactedOn)
  if (limit) {
    const isForCopy = copied !== null && messageLimit(standing, calendar) === null
    return say.quiet('wait', limit.reason, limit.until, { ...about, ...(isForCopy && { limitOf: copied.address }) })
  }
  if (!hasAddress(standing, message.kind)) {
    const items = message.invoiceIds.flatMap((id) => standing.invoices.find((invoice) => invoice.id === id) ?? [])
    return say.ask('no-address', {
      anchor: standing.invoices.find(({ id }) => id === message.anchorInvoiceId) ?? null,
      items,
      facts: message.facts,
    })
  }
  if (message.step.approval) return say.askApproval(message)
  if (isUnsure(standing, message.kind)) {
    const confidence = saidWrong(standing) ? 0 : standing.customer.confidence
    return say.askApproval({ ...message, facts: { ...message.facts, approvalBecause: 'recipient-unsure', confidence } })
  }
  const closed = closedToday(standing)
  if (closed) {
    const august: Facts = closed === 'august' ? { august: policy.august } : {}
    return say.quiet('wait', closed, earliestContact(standing), { ...about, ...august })
  }
  return say.send(message)
}

/** The first day on which August no longer silences such a message; null where it does not today. */
export function augustSilence(
  { today, policy }: Standing,
  calendar: Calendar,
  kind: MessageKind | 'call' | 'letter',
): Day | null {
  if (policy.august === 'normal' || !isAugust(today)) return null
  // A silent August has no sending days at all, which the window tells; a call has no window.
  const isSilenced = policy.august === 'silent' ? kind === 'call' || kind === 'letter' : isAboutOverdue(kind)
  return isSilenced ? nextSendingDay(day(`${today.slice(0, 4)}-09-01`), calendar) : null
}

/** Whether it presses for money that should have come. */
function isAboutOverdue(kind: MessageKind | 'call' | 'letter'): boolean {
  if (isStage(kind)) return firmness(kind) >= firmness('first-overdue')
  return kind === 'call' || kind === 'letter' || kind === 'promise-broken' || kind === 'plan-missed'
}

/** A message beside the ladder as the step it is taken as: with no stage, under the notice's own id. */
export const messageOfNotice = (notice: DueNotice, facts: Facts): Message => ({
  step: {
    ...PLAIN_STEP,
    id: notice.id,
    from: 0,
    to: 0,
    channel: 'email',
    stage: null,
    approval: false,
  },
  kind: notice.message,
  reason: sendReasonOf(notice.id, notice.message, notice.facts),
  anchorInvoiceId: notice.invoiceIds[0] ?? '',
  invoiceIds: notice.invoiceIds,
  facts: { ...facts, ...notice.facts, stepId: notice.id, channel: 'email', stage: notice.message },
})

/**
 * An address that has bounced waits for a person, even where the ledger still lists it; only the question who the right
 * person is goes to another one.
 */
function hasAddress(standing: Standing, kind: MessageKind): boolean {
  if (standing.customer.addresses.length === 0) return false
  if (kind === 'right-person' && otherAddressBounced(standing)) return true
  return holdOn('broken-address', openInvoices(standing), standing) === null
}

/** Whether a person should look at the recipient first. To ask for the right person needs no right person. */
function isUnsure(standing: Standing, kind: MessageKind): boolean {
  if (kind === 'right-person') return false
  const limit = standing.policy.recipients.approvalBelowConfidence
  return saidWrong(standing) || (limit !== null && standing.customer.confidence < limit)
}

/** Whether somebody there was the wrong person when we last spoke, and no message has gone since. */
function saidWrong({ loggedContacts, contactedOn }: Standing): boolean {
  const last = loggedContacts.at(-1)
  return last?.outcome === 'wrong-person' && contactedOn.every((on) => on <= last.on)
}
