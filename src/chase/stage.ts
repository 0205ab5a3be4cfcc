/** The tone of a message on the ladder. */
export type Stage = 'before-due' | 'due-day' | 'first-overdue' | 'firm' | 'serious' | 'urgent' | 'final'

/** A message beside the ladder: it answers a payment, an agreement or a question, and has no rung. */
export type Notice =
  | 'thank-you'
  | 'promise-confirmed'
  | 'promise-reminder'
  | 'promise-broken'
  | 'plan-offer'
  | 'plan-confirmed'
  | 'plan-instalment'
  | 'plan-missed'
  | 'query-received'
  | 'statement'
  | 'right-person'

/** What a message is written as: the name of its wording. */
export type MessageKind = Stage | Notice

/** The ladder's tones, from softest to firmest. */
export const STAGES: readonly Stage[] = ['before-due', 'due-day', 'first-overdue', 'firm', 'serious', 'urgent', 'final']

/** The messages beside the ladder. */
export const NOTICES: readonly Notice[] = [
  'thank-you',
  'promise-confirmed',
  'promise-reminder',
  'promise-broken',
  'plan-offer',
  'plan-confirmed',
  'plan-instalment',
  'plan-missed',
  'query-received',
  'statement',
  'right-person',
]

/** How firm a stage is: its place on the ladder, 0 for the softest. */
export const firmness = (stage: Stage): number => STAGES.indexOf(stage)

/** Whether the text names a tone of the ladder. */
export const isStage = (text: string): text is Stage => STAGES.some((stage) => stage === text)

/** Whether the text names a message beside the ladder. */
export const isNotice = (text: string): text is Notice => NOTICES.some((notice) => notice === text)
