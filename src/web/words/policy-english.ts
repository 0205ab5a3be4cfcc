const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`

/** What the policy page says, in English. */
export const ENGLISH_POLICY = {
  title: 'Policy',
  lead: 'How this business chases, as one text: when, how often, in what tone, and what it may never do.',
  ownerOnly: 'Only an owner can change the policy.',
  defaultInForce: 'The default is in force: nobody has changed the policy yet.',
  inForce: (version: number, since: string, who: string): string =>
    `Version ${version} is in force since ${since}, applied by ${who}.`,
  sequences: 'Who gets what when',
  sequencesText:
    'A customer follows the sequence of its segment. Gaps, caps, holidays and what people say come first: a step may come later, never sooner.',
  text: 'What is in force',
  typedText: 'What you typed, line by line',
  checkedText: (lines: number): string => `The text that this puts in force (${count(lines, 'line', 'lines')})`,
  leftOut: (n: number): string => `${n} lines without a remark`,
  edit: 'Edit',
  editOn: 'Go on editing',
  document: 'The policy, as YAML',
  documentHint: 'What you leave out takes the default. Comments and order stay as you write them.',
  why: 'Why (for the history)',
  check: 'Check',
  checkHint: 'Shows errors at their lines, or what the text would change. Nothing comes into force yet.',
  applyTitle: 'Put it in force',
  apply: 'Put in force',
  weights: { error: 'Error:', warning: 'Warning:' },
  errors: (n: number): string =>
    `${count(n, 'error', 'errors')}: this text cannot be put in force. Each is shown at its line.`,
  sound: (n: number): string =>
    n === 0
      ? 'Every proof holds. Nothing is in force yet.'
      : `No errors, ${count(n, 'warning', 'warnings')}. Nothing is in force yet.`,
  overtaken: (version: number): string =>
    `Version ${version} came into force while you were editing. Look at what it changed, below; putting yours in force replaces it.`,
  changes: 'What this changes',
  effect: {
    title: (days: number): string => `What the next ${days} days would bring`,
    text: 'Played on your own books, as if nobody paid or answered and every message were approved at once.',
    sample: (told: string, all: string): string =>
      `Played for ${told} of ${all} customers, picked by chance; the figures are theirs. This command plays all of them:`,
    counted: 'In these days',
    now: 'Now',
    proposed: 'With this text',
    counts: {
      messages: 'Messages',
      approvals: 'Approvals',
      calls: 'Calls',
      letters: 'Letters',
      decisions: 'Decisions',
    },
    nobody: 'Nobody would notice: the same messages leave on the same days.',
    noticing: (n: number, day: string): string => `${count(n, 'customer', 'customers')} would notice, from ${day} on`,
    customer: 'Customer',
    messages: (before: string, after: string): string => `${before} → ${after} messages`,
    otherwise: 'as many messages, on other days or otherwise',
    from: (day: string): string => `from ${day}`,
    more: (n: number): string => `${n} more are not listed.`,
  },
  history: 'History',
  version: (n: number): string => `Version ${n}`,
  hash: 'Hash:',
  unreadable: 'This version was written for another release and cannot be compared.',
  older: 'Older versions: npx puntual policy history.',
}

/** What steps are called and when they come, in English. */
export const ENGLISH_STEPS = {
  channels: { email: 'E-mail', call: 'Call', letter: 'Letter', decision: 'Decision' },
  days: (n: number): string => count(n, 'day', 'days'),
  businessDays: (n: number): string => count(n, 'business day', 'business days'),
  dayRange: (from: number, to: number): string => `${from} to ${to} days`,
  businessDayRange: (from: number, to: number): string => `${from} to ${to} business days`,
  beforeDue: (span: string): string => `${span} before the due day`,
  onDue: 'on the due day',
  afterDue: (span: string): string => `${span} after the due day`,
  afterStep: (span: string): string => `${span} after the step before`,
  afterContact: (span: string): string => `${span} after a conversation`,
  ofMonth: (date: number): string => (date === 31 ? 'on the last day of the month' : `on day ${date} of the month`),
  repeated: (span: string, times: number): string => `every ${span}, ${times} times in all`,
  needsYes: 'waits for a yes',
  gone: 'no longer a step',
}
