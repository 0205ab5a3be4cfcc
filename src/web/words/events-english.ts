import type { EventFacts, EventWords } from './event-words.ts'

const invoice = ({ invoice: number }: EventFacts): string => (number ? `Invoice ${number}` : 'An invoice')
const because = ({ reason, text }: EventFacts): string => {
  const why = reason ?? text('why') ?? text('answer') ?? text('problem')
  return why ? `: ${why.replace(/\.$/, '')}.` : '.'
}
const message = ({ stage }: EventFacts): string => (stage ? `message “${stage}”` : 'message')
const letter = ({ text }: EventFacts): string =>
  text('reference') ? `Formal letter ${text('reference')}` : 'Formal letter'
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const someone = ({ text }: EventFacts): string => text('who') ?? 'Somebody'
const recipients = (facts: EventFacts): string => {
  const to = facts.list('to') ?? facts.text('to')
  return to ? ` to ${to}` : ''
}

export const ENGLISH_EVENTS: EventWords = {
  connected: (facts) => `${facts.text('organisation') ?? 'The ledger'} connected.`,
  disconnected: (facts) =>
    facts.is('ledgerNotTold')
      ? `${facts.text('organisation') ?? 'The ledger'} could not be told that it is disconnected: remove the app there as well.`
      : `${facts.text('organisation') ?? 'The ledger'} disconnected.`,
  'reconnect-needed': () => 'The connection to the ledger has to be renewed.',
  'first-load-done': () => 'The books were read for the first time.',
  'sync-failed': (facts) => `The books could not be read${because(facts)}`,
  'invoice-paid': (facts) => `${invoice(facts)} paid.`,
  'invoice-part-paid': (facts) =>
    `${invoice(facts)} paid in part${facts.money('afterMinor') ? `; ${facts.money('afterMinor')} left` : ''}.`,
  'invoice-voided': (facts) => `${invoice(facts)} voided.`,
  'invoice-deleted': (facts) => `${invoice(facts)} deleted in the ledger.`,
  'invoice-reopened': (facts) =>
    `${invoice(facts)} is open again${facts.money('afterMinor') ? ` with ${facts.money('afterMinor')}` : ''}.`,
  'due-day-changed': (facts) =>
    `${invoice(facts)}: due day changed${facts.day('from') && facts.day('to') ? ` from ${facts.day('from')} to ${facts.day('to')}` : ''}.`,
  'invoice-changed': (facts) =>
    `${invoice(facts)} changed${facts.money('afterMinor') ? `; ${facts.money('afterMinor')} due now` : ''}.`,
  'customer-merged': () => 'Merged into another customer in the ledger.',
  'chase-planned': (facts) => `${capital(message(facts))} planned.`,
  'approval-asked': (facts) => `Approval asked for the ${message(facts)}.`,
  'call-asked': () => 'Asked a person to call.',
  'decision-asked': () => 'Asked a person to decide how to go on.',
  'letter-asked': () => 'Asked a person to review a formal letter.',
  'message-held': (facts) => `${capital(message(facts))} held back for a person${because(facts)}`,
  'chase-cancelled': (facts) => `${capital(message(facts))} taken back${because(facts)}`,
  'mail-sent': (facts) =>
    `${capital(message(facts))} sent${recipients(facts)}${facts.list('cc') ? `, with a copy to ${facts.list('cc')}` : ''}${facts.text('signedBy') ? `, signed by ${facts.text('signedBy')}` : ''}.`,
  'mail-refused': (facts) => `${capital(message(facts))} refused${because(facts)}`,
  'mail-postponed': (facts) => `${capital(message(facts))} put off${because(facts)}`,
  'mail-unknown': (facts) => `Not known whether the ${message(facts)} arrived.`,
  'mail-resolved': () => 'Settled whether the message arrived.',
  'address-broken': (facts) =>
    `${facts.text('address') ?? facts.text('email') ?? 'The address'} was refused for good and is not written to any more.`,
  'mailbox-broken': (facts) => `The mailbox does not send${because(facts)}`,
  'pdf-missing': (facts) => `${invoice(facts)}: the PDF cannot be fetched from the ledger.`,
  'fell-silent': () => 'Settled: Puntual is silent again.',
  'note-written': (facts) => `${invoice(facts)}: note written into the ledger.`,
  'note-failed': (facts) => `${invoice(facts)}: the note could not be written${because(facts)}`,
  approved: (facts) => `${capital(message(facts))} approved.`,
  skipped: (facts) => `${capital(message(facts))} skipped.`,
  'task-done': () => 'Task done.',
  'mode-changed': (facts) =>
    facts.mode('from') && facts.mode('to')
      ? `Mode changed: ${facts.mode('from')} → ${facts.mode('to')}.`
      : 'Mode changed.',
  stopped: () => 'All messages stopped.',
  resumed: () => 'Messages resumed.',
  'segment-set': (facts) => (facts.segment ? `Segment set to “${facts.segment}”.` : 'Segment left to Puntual again.'),
  'chasing-set': (facts) => {
    const delay = facts.number('delayDays')
    const said = [
      facts.is('excluded') ? 'left out of chasing' : '',
      facts.no('excluded') ? 'chased again' : '',
      delay === null
        ? ''
        : delay === 0
          ? 'no step comes later'
          : `every step ${delay} ${delay === 1 ? 'day' : 'days'} later`,
      facts.number('paymentRunDay') === null ? '' : `pays on day ${facts.number('paymentRunDay')} of the month`,
    ].filter((one) => one !== '')
    const about = facts.invoice ? `${invoice(facts)}: ` : ''
    return said.length === 0 ? `${about}how it is chased was changed.` : capital(`${about}${said.join('; ')}.`)
  },
  'contact-set': (facts) => {
    const said = [
      facts.is('escalation') ? 'gets a copy of late steps' : '',
      facts.no('escalation') ? 'gets no copies any more' : '',
      facts.text('treatment') === 'tu'
        ? 'spoken to as tú'
        : facts.text('treatment') === null
          ? ''
          : 'spoken to as usted',
      facts.text('language') === 'es'
        ? 'written to in Spanish'
        : facts.text('language') === null
          ? ''
          : 'written to in English',
    ].filter((one) => one !== '')
    return `${facts.text('email') ?? 'A contact'}: ${said.length === 0 ? 'changed' : said.join('; ')}.`
  },
  'contact-added': (facts) =>
    `Contact added: ${facts.text('email') ?? 'somebody'}${facts.text('name') ? ` (${facts.text('name')})` : ''}.`,
  'contact-removed': (facts) => `Contact removed: ${facts.text('email') ?? 'somebody'}.`,
  'hold-set': (facts) =>
    `${facts.hold ?? 'Silence'}${facts.invoice ? `, invoice ${facts.invoice}` : ''}${facts.day('until') ? `, until ${facts.day('until')}` : ''}${facts.text('why') ? `: ${facts.text('why')}` : '.'}`,
  'hold-ended': (facts) => `Ended: ${facts.hold ?? 'silence'}${facts.invoice ? `, invoice ${facts.invoice}` : ''}.`,
  'hold-reviewed': (facts) =>
    `Looked at again: ${facts.hold ?? 'silence'}${facts.day('reviewOn') ? `, next time on ${facts.day('reviewOn')}` : ''}.`,
  'promise-recorded': (facts) =>
    `Payment promised${facts.money('minor') ? `: ${facts.money('minor')}` : ''}${facts.day('on') ? ` by ${facts.day('on')}` : ''}${facts.text('saidBy') ? ` (${facts.text('saidBy')})` : ''}.`,
  'promise-withdrawn': (facts) => `Promise${facts.day('on') ? ` for ${facts.day('on')}` : ''} taken back.`,
  'expected-day-written': (facts) =>
    `Expected payment day written into the ledger${facts.day('on') ? `: ${facts.day('on')}` : ''}.`,
  'expected-day-cleared': (facts) =>
    `Expected payment day taken out of the ledger${facts.day('on') ? `: ${facts.day('on')}` : ''}.`,
  'expected-day-stays': (facts) =>
    `The ledger does not let the expected payment day be taken out${facts.day('on') ? `: ${facts.day('on')}` : ''}. Please do it there.`,
  'plan-offered': (facts) =>
    `Payment plan offered: ${facts.number('count') ?? ''} instalments${facts.money('minor') ? `, ${facts.money('minor')} in all` : ''}.`,
  'plan-agreed': (facts) => `Payment plan agreed${facts.text('saidBy') ? ` (${facts.text('saidBy')})` : ''}.`,
  'plan-withdrawn': () => 'Payment plan taken back.',
  'contact-logged': (facts) =>
    `${facts.text('way') === 'reply' ? 'Reply' : 'Call'} logged${facts.contact ? `: ${facts.contact}` : ''}${facts.text('who') ? `, ${facts.text('who')}` : ''}${facts.text('address') ? ` <${facts.text('address')}>` : ''}.`,
  'notice-requested': (facts) => `Asked for: ${message(facts)}.`,
  'letter-begun': (facts) => `${letter(facts)} begun.`,
  'letter-edited': (facts) => `${letter(facts)} edited.`,
  'letter-approved': (facts) =>
    `${letter(facts)} approved${facts.money('minor') ? `: ${facts.money('minor')}` : ''}${facts.text('signedBy') ? `, signed by ${facts.text('signedBy')}` : ''}.`,
  'letter-sent': (facts) =>
    `${letter(facts)} sent${facts.means ? `: ${facts.means}` : ''}${facts.day('on') ? `, ${facts.day('on')}` : ''}${facts.text('who') ? `, ${facts.text('who')}` : ''}${facts.text('note') ? ` (${facts.text('note')})` : ''}.`,
  'letter-discarded': (facts) => `${letter(facts)} put away.`,
  'evidence-made': (facts) => `Evidence pack made${facts.text('head') ? `. Head: ${facts.text('head')}` : ''}.`,
  'law-consented': () => 'Consented that messages may name legal amounts.',
  'law-consent-withdrawn': () => 'Consent taken back: messages name no legal amounts.',
  'debtor-set': (facts) => `Set who owes: ${facts.debtor ?? 'left to the name and the settings'}.`,
  'debt-event-logged': (facts) =>
    `Written down: ${facts.debtEvent ?? 'a claim'}${facts.day('on') ? `, ${facts.day('on')}` : ''}.`,
  'debt-event-withdrawn': (facts) =>
    `Taken back: ${facts.debtEvent ?? 'a claim'}${facts.day('on') ? `, ${facts.day('on')}` : ''}.`,
  'settings-changed': () => 'Settings changed.',
  'policy-applied': (facts) =>
    `Policy changed${facts.number('version') === null ? '' : `: version ${facts.number('version')} is in force`}${facts.text('why') ? ` (${facts.text('why')})` : ''}.`,
  'database-confirmed': () => 'Confirmed that this database is the real one.',
  'member-invited': (facts) => `${someone(facts)} invited${facts.role('role') ? ` as ${facts.role('role')}` : ''}.`,
  'member-role-changed': (facts) =>
    facts.role('from') && facts.role('to')
      ? `${someone(facts)}: role changed from ${facts.role('from')} to ${facts.role('to')}.`
      : `${someone(facts)}: role changed.`,
  'member-removed': (facts) => `${someone(facts)} removed${facts.role('role') ? ` (was ${facts.role('role')})` : ''}.`,
  'signed-in': () => 'Signed in.',
}
