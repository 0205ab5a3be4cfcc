import { isStage } from '../chase/stage.ts'
import type { MessageFacts, PlanFacts } from './message-facts.ts'

/** Stages that state a deadline, and what follows it. */
const NEEDS_DEADLINE: ReadonlySet<string> = new Set(['serious', 'urgent', 'final'])

/** Throws where the facts do not make the message they are for: a gap is found before anybody reads it. */
export function requireSound(facts: MessageFacts): void {
  const { stage, matter, invoices, excluded = [], deadline } = facts
  if (isStage(stage)) {
    if (matter) throw new Error(`a ${stage} message has no other matter`)
    if (invoices.length === 0) throw new Error('a message needs at least one invoice')
    if (NEEDS_DEADLINE.has(stage) && !deadline) throw new Error(`a ${stage} message needs a deadline`)
    return
  }
  if (matter?.kind !== stage) throw new Error(`a ${stage} message needs its matter`)
  switch (matter.kind) {
    case 'thank-you':
      if (matter.payments.length === 0) throw new Error('there is nothing to thank for')
      return
    case 'promise-confirmed':
    case 'promise-reminder':
    case 'promise-broken':
      if (invoices.length === 0) throw new Error('a promise covers at least one invoice')
      return
    case 'plan-offer':
    case 'plan-confirmed':
    case 'plan-instalment':
    case 'plan-missed':
      return requireSoundPlan(matter.plan)
    case 'query-received':
      if (excluded.length === 0) throw new Error('a query is about at least one invoice')
      if (matter.reason === 'other' && !matter.understood?.trim()) throw new Error('nobody wrote what was understood')
      return
    case 'statement':
      if (invoices.length + matter.credits.length + excluded.length === 0) throw new Error('the account is empty')
      return
    case 'right-person':
  }
}

function requireSoundPlan({ total, instalments, charges }: PlanFacts): void {
  if (instalments.length < 2) throw new Error('a plan has at least two instalments')
  if (instalments.some(({ amount }) => amount.currency !== total.currency)) {
    throw new Error('the instalments of a plan are in one currency')
  }
  if (instalments.reduce((sum, { amount }) => sum + amount.minor, 0) !== total.minor) {
    throw new Error('the instalments do not add up to the total')
  }
  if (charges.kind !== 'none-added' && charges.ground.trim() === '') {
    throw new Error('late charges in a plan need the rule they come from')
  }
}
