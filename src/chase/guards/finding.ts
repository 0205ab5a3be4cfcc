/** Why a message may not go out as it is, said so that a person can see it: what, where, and which words. */
export type Finding = {
  readonly kind: FindingKind
  readonly where: 'subject' | 'text' | 'html' | 'facts'
  readonly what: string
}

export type FindingKind =
  // The facts do not have it.
  | 'unknown-amount'
  | 'unknown-date'
  | 'wrong-weekday'
  | 'wrong-day-count'
  | 'unknown-number'
  | 'unknown-name'
  | 'unknown-link'
  | 'unknown-address'
  | 'unknown-account'
  | 'missing-fact'
  // The message is not what it looks like.
  | 'bad-account-number'
  | 'hidden-character'
  | 'look-alike'
  | 'active-content'
  | 'parts-differ'
  | 'carried-in'
  // The tone.
  | 'threat'
  | 'last-notice-twice'
  | 'last-notice-early'
  | 'capitals'
  | 'exclamation'
  | 'accusation'
  | 'vague-deadline'
  | 'mixed-treatment'
  | 'impersonal-greeting'
  // Said before.
  | 'repetition'
