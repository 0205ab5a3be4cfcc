import type { Finding, PolicyPath } from './policy-check.ts'
import type { Policy } from './policy.ts'
import type { MessageKind, Stage } from './stage.ts'

/** The openings that exist, by language and message: the names that `Policy.wordings` chooses from. */
export type AvailableWordings = Readonly<Record<'es' | 'en', Readonly<Partial<Record<MessageKind, readonly string[]>>>>>

/** Whether every message that the policy can bring about can be written, in each of its languages. */
export function checkWordings(policy: Policy, said: ReadonlySet<Stage>, available: AvailableWordings): Finding[] {
  const found: Finding[] = []
  const error = (rule: Finding['rule'], at: PolicyPath, facts: Finding['facts']): void =>
    void found.push({ rule, weight: 'error', at, facts })
  if (policy.languages.length === 0) error('no-language', ['languages'], {})
  for (const language of policy.languages) {
    for (const kind of [...said, ...agreedStages(policy), ...noticesOf(policy)]) {
      const there = available[language][kind] ?? []
      const allowed = policy.wordings[kind]
      const usable = allowed === undefined ? there : allowed.filter((name) => there.includes(name))
      const at = allowed === undefined ? ['languages', policy.languages.indexOf(language)] : ['wordings', kind]
      if (usable.length === 0) error('wording-missing', at, { message: kind, language })
    }
    for (const [kind, names] of Object.entries(policy.wordings) as [MessageKind, readonly string[]][]) {
      for (const [at, name] of names.entries()) {
        if (!(available[language][kind] ?? []).includes(name)) {
          error('wording-unknown', ['wordings', kind, at], { message: kind, language, name })
        }
      }
    }
  }
  return found
}

/** Tones that a message can be in for what was agreed or paid, not only for its place in a sequence. */
function agreedStages({ promise, plan, partPayment }: Policy): Stage[] {
  const softened: Stage[] = partPayment.effect === 'keep-stage' ? [] : ['first-overdue']
  return [promise.brokenResumesAt, plan.breachResumesAt, ...softened]
}

/** The messages beside the ladder. Answers to what a person does or asks for can always come about. */
function noticesOf({ thankYou, promise, plan, rightPerson }: Policy): MessageKind[] {
  const asks = rightPerson.afterSilences !== null || rightPerson.afterBounce
  return [
    'promise-confirmed',
    'promise-broken',
    'plan-offer',
    'plan-confirmed',
    'plan-missed',
    'query-received',
    'statement',
    ...(thankYou.enabled ? (['thank-you'] as const) : []),
    ...(promise.reminderDayBefore ? (['promise-reminder'] as const) : []),
    ...(plan.reminderBusinessDaysBefore === null ? [] : (['plan-instalment'] as const)),
    ...(asks ? (['right-person'] as const) : []),
  ]
}
