import { weekday } from './day.ts'
import type { Known, ReasonWords } from './reasons.ts'
import type { Stage } from './standing.ts'

/** Why, in English. */
export const ENGLISH: ReasonWords = {
  day(day, withYear) {
    const date = `${WEEKDAYS[weekday(day) - 1]} ${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1]}`
    return withYear ? `${date} ${Number(day.slice(0, 4))}` : date
  },

  reasons: {
    'step-due': (known) => `Sends ${message(known)} today${becauseOfAge(known)}.`,

    'approval-needed': (known) => `Waits for a person to approve ${message(known)}${becauseOfAge(known)}.`,
    'call-due': (known) => `Time for a person to call the customer${becauseOfAge(known)}.`,
    'decision-due': (known) => `A person decides how to go on: the messages have not led to payment${andAge(known)}.`,
    'credit-covers-balance': () =>
      'Nothing is sent: the customer has unapplied credit that covers what is due, so a person should look at it first.',
    'no-address': (known) =>
      `${capital(message(known))} is due, but there is no working e-mail address for this customer.`,
    'delivery-unknown': () =>
      'The connection dropped while the last message was going out: a person should say whether it arrived before anything else is sent.',
    'pdf-missing': () => 'The message is held because the PDF of an invoice cannot be fetched from the ledger.',

    'nothing-open': () => 'Nothing to chase: the customer has no open invoice.',
    'nothing-due-yet': (known) => `Nothing is overdue${known.until ? `; the next step is on ${known.until}` : ''}.`,
    'customer-archived': () => 'Nothing is sent: the customer is archived in the ledger.',
    'sequence-finished': () => 'No step is left before the due day, and nothing is overdue.',
    'all-disputed': (known) =>
      `Nothing is sent while ${known.number('disputed') === null ? 'the customer disputes what it owes' : 'all open invoices are in dispute'}${till(known)}.`,

    'not-connected': () => 'Everything waits: no ledger is connected.',
    'reconnect-needed': () => 'Everything waits: the connection to the ledger has to be renewed by its owner.',
    'books-stale': (known) => {
      const hours = known.number('hoursSinceSync')
      if (hours === null) return 'Everything waits: the books have not been read yet.'
      return `Everything waits: the books were last read ${count(Math.floor(hours), 'hour')} ago, and that is too long to rely on them.`
    },
    'database-unconfirmed': () =>
      'Everything waits: this database was restored or copied, and a person must first confirm that it may send.',

    stopped: () => 'Everything waits: a person has stopped all messages of this business.',
    paused: (known) =>
      `Paused by a person${known.until ? `; goes on on ${known.until}` : ' until a person ends the pause'}.`,
    promised: (known) =>
      known.until ? `Waits until ${known.until}: payment is promised before then.` : 'Waits: payment is promised.',

    'step-not-due-yet': (known) =>
      known.until ? `Waits until ${known.until}: the next step is on that day.` : 'The next step is not due yet.',
    'not-a-sending-day': (known) => `Messages go out on business days only${nextTime(known)}.`,
    'outside-hours': (known) => `Messages go out in office hours only${nextTime(known)}.`,
    'too-soon': (known) => {
      const last = known.day('lastContactOn')
      const gap = known.number('gapBusinessDays')
      const lastWent = last ? `the last message went on ${last}` : 'a message went only recently'
      return `${waits(known)}: ${lastWent}${gap ? ` and at least ${count(gap, 'business day')} ${gap === 1 ? 'lies' : 'lie'} between messages` : ''}.`
    },
    'weekly-cap': (known) => `${waits(known)}: the customer has had as many messages as are allowed in 7 days.`,
    'monthly-cap': (known) => `${waits(known)}: the customer has had as many messages as are allowed in 30 days.`,

    paid: () => 'Not sent: an invoice in it has been paid, credited or cancelled since it was planned.',
    'balance-changed': () => 'Not sent: what is due on an invoice in it has changed since it was planned.',
    'due-day-changed': () => 'Not sent: the due day of an invoice in it has changed since it was planned.',
    'other-items': () => 'Not sent: it no longer covers exactly the invoices that are due.',
    'other-step': () => 'Not sent: another step has become the fitting one since it was planned.',
    'address-changed': () => 'Not sent: the address it was planned for is no longer the right one.',
    'mode-observe': () => 'Not sent: Puntual only observes for this business.',
    'approval-missing': () => 'Not sent: a person has to approve it first.',
  },

  segments: {
    'set-by-person': () => 'A person chose how this customer is treated.',
    'ledger-group': (known) =>
      `Strategic because it belongs to the group “${known.text('group') ?? ''}” in the ledger.`,
    'first-invoice-recent': (known) =>
      `New because its first invoice is from ${known.day('firstInvoiceOn') ?? 'a short time ago'}.`,
    'never-paid': () => 'New because it has not paid an invoice yet.',
    'own-record': (known) =>
      `Habitually late: ${known.number('settledLate') ?? 0} of ${count(known.number('settledInvoices') ?? 0, 'paid invoice')} came late, usually within ${count(known.number('habitDays') ?? 0, 'day')}.`,
    'nothing-special': () => 'Regular because nothing sets it apart.',
  },
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

const MESSAGES: Readonly<Record<Stage, string>> = {
  'before-due': 'the reminder before the due day',
  'due-day': 'the message of the due day',
  'first-overdue': 'the friendly reminder',
  firm: 'the firm reminder',
  serious: 'the serious message',
  final: 'the final notice',
}

const message = ({ stage }: Known): string => (stage ? MESSAGES[stage] : 'the next message')

const becauseOfAge = (known: Known): string => (age(known) ? `: ${age(known)}` : '')

const andAge = (known: Known): string => (age(known) ? `, and ${age(known)}` : '')

function age(known: Known): string {
  const dueOn = known.day('anchorDueOn')
  const days = known.number('daysOverdue')
  if (!dueOn || days === null) return ''
  if (days > 0) return `the oldest invoice fell due on ${dueOn}, ${count(days, 'day')} ago`
  if (days === 0) return 'the oldest invoice falls due today'
  return `the oldest invoice falls due on ${dueOn}, in ${count(-days, 'day')}`
}

const waits = (known: Known): string => (known.until ? `Waits until ${known.until}` : 'Waits')

const till = (known: Known): string => (known.until ? `, until ${known.until} at the latest` : '')

const nextTime = (known: Known): string => (known.until ? `: the next time is ${known.until}` : '')

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
