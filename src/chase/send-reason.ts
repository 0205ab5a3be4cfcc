import { isNotice } from './stage.ts'
import type { MessageKind, Notice } from './stage.ts'
import type { Facts, SendReason } from './verdict.ts'

/**
 * Why a message goes, by what is kept of it: the step or what the notice answers, what it is written as, and its facts.
 * A message that is stored needs no reason beside it.
 */
export function sendReasonOf(stepId: string, message: MessageKind, facts: Facts): SendReason {
  if (!isNotice(message)) return typeof facts['contactOn'] === 'string' ? 'contact-follow-up' : 'step-due'
  if (message === 'statement' && !isMonthly(stepId)) return 'answer-requested'
  return REASONS[message]
}

/** The statement of a month, and not one that somebody asked for. */
const isMonthly = (stepId: string): boolean => /^statement:\d{4}-\d{2}$/.test(stepId)

const REASONS: Readonly<Record<Notice, SendReason>> = {
  'thank-you': 'thank-you-due',
  'promise-confirmed': 'answer-requested',
  'promise-reminder': 'promise-reminder-due',
  'promise-broken': 'promise-broken',
  'plan-offer': 'answer-requested',
  'plan-confirmed': 'answer-requested',
  'plan-instalment': 'instalment-reminder-due',
  'plan-missed': 'instalment-missed',
  'query-received': 'answer-requested',
  statement: 'statement-due',
  'right-person': 'right-person-unsure',
}
