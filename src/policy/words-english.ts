import type { PolicyWords } from './words.ts'

const many = (value: string | number | undefined, one: string, several: string): string =>
  `${value} ${Number(value) === 1 ? one : several}`

const LIMITS: Readonly<Record<string, string>> = {
  'too-soon': 'the gap between messages',
  'weekly-cap': 'the cap on 7 days',
  'monthly-cap': 'the cap on 30 days',
  'call-cap': 'the cap on calls',
  gap: 'the gap between messages',
  weekly: 'the cap on 7 days',
  monthly: 'the cap on 30 days',
  calls: 'the cap on calls',
}
const WEEKDAYS = ['', 'a Monday', 'a Tuesday', 'a Wednesday', 'a Thursday', 'a Friday', 'a Saturday', 'a Sunday']
const onDay = ({ weekday }: Readonly<Record<string, string | number>>): string =>
  WEEKDAYS[Number(weekday)] ?? 'some days'
const TYPES: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section with keys',
}
const LANGUAGES: Readonly<Record<string, string>> = { es: 'Spanish', en: 'English' }

export const POLICY_ENGLISH: PolicyWords = {
  faults: {
    'not-yaml': ({ message }) => `This is not YAML: ${message}`,
    'key-twice': () => 'This key is there twice in one section.',
    'not-a-map': () => 'A policy file is a map of keys, beginning with “version: 1”.',
    alias: () => 'Anchors, aliases and tags are not used in policy files: write the value out.',
    'unknown-key': ({ key }) => `There is no key “${key}” here.`,
    'key-missing': ({ key }) => `The key “${key}” is missing.`,
    'wrong-type': ({ expected }) => `This has to be ${TYPES[String(expected)] ?? expected}.`,
    'not-allowed': ({ allowed }) => `Allowed here: ${allowed}.`,
    'too-small': ({ least, of }) =>
      of === 'number' || of === 'int' ? `This is at least ${least}.` : `This needs at least ${least}.`,
    'too-large': ({ most, of }) =>
      of === 'number' || of === 'int' ? `This is at most ${most}.` : `This has at most ${most}.`,
    'wrong-form': ({ value }) => `“${value}” is not written as it has to be; docs/POLICY-FILE.md shows how.`,
    'too-many-decimals': ({ value }) => `“${value}” has more decimals than the currency.`,
    'currency-twice': () => 'This currency is in the list already.',
    twice: () => 'This is in the list already.',
    'no-such-day': ({ value }) => `There is no day ${value}.`,
    'too-long': ({ most }) => `A policy file has at most ${most} characters.`,
  },
  rules: {
    'id-twice': ({ stepId }) => `Two steps of this sequence are called “${stepId}”.`,
    'message-without-stage': ({ stepId }) => `The e-mail “${stepId}” needs a stage, its tone.`,
    'stage-without-message': ({ stepId }) => `“${stepId}” is no e-mail of the ladder, so it has no stage.`,
    'window-reversed': ({ stepId }) => `The window of “${stepId}” ends before it begins.`,
    'days-not-ascending': ({ stepId, previousStepId }) =>
      previousStepId
        ? `“${stepId}” has to come after “${previousStepId}”.`
        : `“${stepId}” needs at least one day after what it follows.`,
    'counts-from-nothing': ({ stepId }) => `“${stepId}” counts from the step before it, and there is none.`,
    'repeat-overlaps': ({ stepId, nextStepId }) =>
      `The repetition ${stepId} does not end before “${nextStepId}” begins.`,
    'not-in-a-month': ({ stepId }) => `The days of “${stepId}” are not days of a month (1 to 31).`,
    'balance-impossible': ({ stepId, currency }) =>
      `“${stepId}” is for nobody: its least balance in ${currency} is above its most.`,
    'too-many-steps': ({ steps, most }) =>
      `The sequence has ${steps} steps with its repetitions, or too many different limits: more than ${most} steps cannot be proven.`,
    'end-is-not-a-decision': () => 'The last step has to be a decision: after it, only a person acts.',
    'end-not-for-every-balance': ({ stepId }) =>
      `Some balances end without the decision “${stepId}”: take its limits away.`,
    'tone-softens': ({ stepId, previousStepId }) => `“${stepId}” is softer than “${previousStepId}” before it.`,
    'final-twice': () => 'A last notice goes once.',
    'final-without-approval': ({ stepId }) => `The last notice “${stepId}” needs approval: true.`,
    'letter-without-ground': ({ stepId }) =>
      `The letter “${stepId}” demands payment formally: declare the ground legal-action.`,
    'strategic-before-due': ({ stepId }) =>
      `Strategic customers hear nothing before the due day; “${stepId}” can come before it.`,
    'never-taken': ({ stepId }) => `“${stepId}” can never be taken.`,
    'window-without-sending-day': (facts) =>
      facts['month']
        ? `In some months no sending day lies in the window of “${facts['stepId']}”: make it longer.`
        : `For an invoice due on ${onDay(facts)} no sending day lies in the window of “${facts['stepId']}”: make it longer.`,
    'left-out': (facts) =>
      `For an invoice due on ${onDay(facts)} “${facts['stepId']}” is passed over for the step after it.`,
    'off-its-day': (facts) =>
      `For an invoice due on ${onDay(facts)}, ${LIMITS[String(facts['because'])] ?? 'a limit'} keeps “${facts['stepId']}” from its day.`,
    'touches-cut': ({ stepId, touches }) =>
      `“${stepId}” is never reached: after ${many(touches, 'touch', 'touches')} a person decides.`,
    'tone-never-reached': ({ stepId, stage }) =>
      `“${stepId}” is never written as ${stage}: the tone hardens one rung at a time.`,
    'limit-broken': ({ stepId, limit }) => `On some path “${stepId}” breaks ${LIMITS[String(limit)] ?? 'a limit'}.`,
    'tone-too-fast': ({ stepId }) => `On some path “${stepId}” hardens the tone by more than one rung.`,
    'dead-end': ({ stepId }) => `Some path ends after “${stepId}” without a person’s decision.`,
    'window-empty': () => 'The send window ends before it begins.',
    'window-wide': () => 'Messages may leave before 8:00 or after 19:00; some countries forbid it.',
    'no-sending-day': ({ days, most }) =>
      `There are ${days} days in a row without a sending day; ${most} are the most.`,
    'closing-days-reversed': ({ name }) => `The closing days “${name}” end before they begin.`,
    'caps-contradict': ({ per30, per7 }) => `At most ${per30} in 30 days is less than at most ${per7} in 7 days.`,
    'ground-without-reference': ({ consequence }) => `The ground for ${consequence} names no clause and no article.`,
    'agreed-without-contract': ({ consequence }) =>
      `The ground for ${consequence} is the law, which sets rate and sum itself: leave the agreed ones out, or name the contract.`,
    'agreed-terms-missing': ({ consequence }) =>
      `The ground for ${consequence} is the contract, but what was agreed is not said: no message will name an amount.`,
    'discount-without-consent': () => 'An offer makes a reminder advertising: declare the consent discount-offers.',
    'discount-never-offered': () =>
      'No sequence has a message before or on the due day, where the discount could be offered.',
    'resume-before-overdue': ({ stage }) =>
      `After a broken agreement the tone cannot go on at ${stage}: the money is overdue.`,
    'resume-has-no-step': ({ segment, stage }) =>
      `The sequence ${segment} has no message as firm as ${stage} to resume at.`,
    'no-language': () => 'There is no language to write in.',
    'wording-missing': ({ message, language }) =>
      `There is no wording of ${message} in ${LANGUAGES[String(language)] ?? language}.`,
    'wording-unknown': ({ name, message, language }) =>
      `${message} has no opening “${name}” in ${LANGUAGES[String(language)] ?? language}.`,
    'senior-sender-missing': ({ stepId }) =>
      `“${stepId}” is signed by the senior sender, and the settings name none: the usual one signs it.`,
    'escalation-contact-missing': ({ stepId }) =>
      `“${stepId}” is copied to the customer’s contact for copies, and no customer has one: nobody gets it.`,
  },
  differences: {
    'step-added': ({ step, sequence, when, what }) => `${sequence}: step “${step}” added (${what}, ${when}).`,
    'step-removed': ({ step, sequence }) => `${sequence}: step “${step}” removed.`,
    'step-moved': ({ step, sequence, from, to }) => `${sequence}: step “${step}” moved from ${from} to ${to}.`,
    'step-changed': ({ step, sequence, setting, from, to }) =>
      `${sequence}: step “${step}”, ${setting}: ${from} → ${to}.`,
    'steps-reordered': ({ sequence }) => `${sequence}: the steps come in another order.`,
    'setting-changed': ({ setting, from, to }) => `${setting}: ${from} → ${to}.`,
  },
  nothing: 'nothing',
  days: (from, to) => (from === to ? `day ${from}` : `days ${from} to ${to}`),
  same: 'Nothing changes: both say the same.',
  effect: ({ messages, customers, days }) => {
    const who = many(customers, 'customer', 'customers')
    if (messages === 0) return `In the next ${days} days this edit sends as many messages as before.`
    const [count, way] = [many(Math.abs(messages), 'message', 'messages'), messages > 0 ? 'more' : 'fewer']
    return `In the next ${days} days this edit sends ${count.replace(' ', ` ${way} `)}, to ${who}.`
  },
}
