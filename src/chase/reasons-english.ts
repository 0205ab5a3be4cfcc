import { weekday } from './day.ts'
import type { Known, ReasonWords } from './reasons.ts'
import type { MessageKind } from './stage.ts'

/** Why, in English. */
export const ENGLISH: ReasonWords = {
  day(day, withYear) {
    const date = `${WEEKDAYS[weekday(day) - 1]} ${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1]}`
    return withYear ? `${date} ${Number(day.slice(0, 4))}` : date
  },

  reasons: {
    'step-due': (known) => `Sends ${message(known)} today${becauseOfAge(known)}.${people(known)}`,
    'contact-follow-up': (known) =>
      `Sends ${message(known)} today, as a follow-up${known.day('contactOn') ? ` to the contact of ${known.day('contactOn')}` : ' to the last contact'}.${people(known)}`,
    'thank-you-due': (known) =>
      `Thanks today for the payment${known.day('paidOn') ? ` that arrived on ${known.day('paidOn')}` : ''}.`,
    'promise-reminder-due': (known) =>
      `Reminds today of the payment promised${known.day('promisedOn') ? ` for ${known.day('promisedOn')}` : ''}.`,
    'promise-broken': (known) =>
      `Writes today about the promise${known.day('promisedOn') ? ` for ${known.day('promisedOn')}` : ''}: ${known.text('promiseState') === 'partly-kept' ? 'only a part of it has arrived' : 'the payment has not arrived'}.`,
    'instalment-reminder-due': (known) =>
      `Reminds today of the instalment${known.day('instalmentOn') ? ` due on ${known.day('instalmentOn')}` : ' that falls due soon'}.`,
    'instalment-missed': (known) =>
      `Writes today about the payment plan: the instalment${known.day('instalmentOn') ? ` of ${known.day('instalmentOn')}` : ''} has not arrived.`,
    'right-person-unsure': (known) => {
      const silences = known.number('silences')
      return `Asks today who the right person is, without naming amounts: ${silences ? `${count(silences, 'message')} had no answer` : 'the address used before does not work'}.`
    },
    'statement-due': () => 'Sends the statement of account today.',
    'answer-requested': () => 'Sends today the message that a person or a reply asked for.',

    'approval-needed': (known) =>
      `Waits for a person to approve ${message(known)}${becauseOfAge(known)}.${people(known)}`,
    'call-due': (known) => `Time for a person to call the customer${becauseOfAge(known)}.`,
    'decision-due': (known) => `A person decides how to go on: the messages have not led to payment${andAge(known)}.`,
    'credit-covers-balance': () =>
      'Nothing is sent: the customer has unapplied credit that covers what is due, so a person should look at it first.',
    'no-address': (known) =>
      `${capital(message(known))} is due, but there is no working e-mail address for this customer.`,
    'delivery-unknown': () =>
      'The connection dropped while the last message was going out: a person should say whether it arrived before anything else is sent.',
    'pdf-missing': () => 'The message is held because the PDF of an invoice cannot be fetched from the ledger.',
    'letter-due': (known) => `A formal letter should be drafted for a person to review${becauseOfAge(known)}.`,
    'touches-spent': (known) =>
      `A person decides how to go on: there have been ${count(known.number('touches') ?? 0, 'contact')} about this debt, and that is enough${andAge(known)}.`,
    'promises-spent': (known) =>
      `A person decides whether one more promise counts: ${count(known.number('brokenPromises') ?? 0, 'promise')} ${known.number('brokenPromises') === 1 ? 'was' : 'were'} not kept.`,
    'reply-unread': () => 'Everything waits: the customer has replied, and a person should read it first.',
    'bank-details-changed': () =>
      'Everything waits: the account to pay to is not that of the last message, or an invoice’s PDF names another, and a person must confirm which is right.',
    'message-held': () => 'The message is held: it failed a check, and a person should look at it.',
    'hold-review-due': (known) =>
      `A person should say whether this still holds${known.day('reviewOn') ? `: it was to be looked at again on ${known.day('reviewOn')}` : ''}.`,

    'nothing-open': () => 'Nothing to chase: the customer has no open invoice.',
    'nothing-due-yet': (known) =>
      `Nothing is overdue${known.until ? `; the next step is on ${known.until}` : ''}${shifted(known)}.`,
    'customer-archived': () => 'Nothing is sent: the customer is archived in the ledger.',
    'sequence-finished': () => 'No step is left before the due day, and nothing is overdue.',
    'all-disputed': (known) =>
      `Nothing is sent while ${known.number('disputed') === null ? 'the customer disputes what it owes' : 'all open invoices are in dispute'}${till(known)}.`,
    'left-alone': () => 'Nothing is sent: what is due is too little to write about.',
    excluded: () => 'Nothing is sent: a person took all open invoices out.',

    'not-connected': () => 'Everything waits: no ledger is connected.',
    'reconnect-needed': () => 'Everything waits: the connection to the ledger has to be renewed by its owner.',
    'books-stale': (known) => {
      const hours = known.number('hoursSinceSync')
      if (hours === null) return 'Everything waits: the books have not been read yet.'
      return `Everything waits: the books were last read ${count(Math.floor(hours), 'hour')} ago, and that is too long to rely on them.`
    },
    'database-unconfirmed': () =>
      'Everything waits: this database was restored or copied, and a person must first confirm that it may send.',
    'ledger-reminders': () =>
      'Everything waits: the ledger sends reminders of its own, and nobody should be written to twice.',

    stopped: () => 'Everything waits: a person has stopped all messages of this business.',
    paused: (known) =>
      `Paused by a person${known.until ? `; goes on on ${known.until}` : ' until a person ends the pause'}.`,
    promised: (known) =>
      known.until ? `Waits until ${known.until}: payment is promised before then.` : 'Waits: payment is promised.',
    'do-not-chase': (known) =>
      `Not chased, because a person said so${known.until ? `; that ends on ${known.until}` : ''}.`,
    snoozed: (known) => `Put off by a person${known.until ? ` until ${known.until}` : ''}.`,
    'on-plan': (known) =>
      `Waits: the customer pays by a plan${known.until ? `, with the next instalment to be looked at on ${known.until}` : ''}.`,

    'step-not-due-yet': (known) =>
      known.until
        ? `Waits until ${known.until}: the next step is on that day${shifted(known)}.`
        : `The next step is not due yet${shifted(known)}.`,
    spared: (known) => {
      const [days, paid] = [known.number('usualDays'), known.number('paidInvoices')]
      const usually = days === null ? 'late' : `up to ${count(days, 'day')} after the due day`
      const from = paid === null ? '' : ` (from ${count(paid, 'paid invoice')})`
      return `${waits(known)}: it usually pays by itself ${usually}${from}, so it is written to when its usual day has passed${shifted(known)}.`
    },
    'not-a-sending-day': (known) => `Messages go out on business days only${nextTime(known)}.`,
    'outside-hours': (known) => `Messages go out in office hours only${nextTime(known)}.`,
    'too-soon': (known) => {
      if (known.text('limitOf') !== null) return `${waits(known)}: ${whose(known)} has had a message only recently.`
      const last = known.day('lastContactOn')
      const gap = known.number('gapBusinessDays')
      const lastWent = last ? `the last message went on ${last}` : 'a message went only recently'
      return `${waits(known)}: ${lastWent}${gap ? ` and at least ${count(gap, 'business day')} ${gap === 1 ? 'lies' : 'lie'} between messages` : ''}.`
    },
    'weekly-cap': (known) => `${waits(known)}: ${whose(known)} has had as many messages as are allowed in 7 days.`,
    'monthly-cap': (known) => `${waits(known)}: ${whose(known)} has had as many messages as are allowed in 30 days.`,
    august: (known) =>
      `${waits(known)}: in August ${known.text('august') === 'silent' ? 'nobody is written to' : 'nobody is reminded of overdue money'}.`,
    'call-cap': (known) => `${waits(known)}: the customer has been called as often as is allowed in 7 days.`,
    'business-cap': (known) => `${waits(known)}: as many messages as are allowed in a day have gone out today.`,

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

  flipDay: (day, cause) => `This changes on ${day}: ${cause}.`,
  flipCauses: {
    'step-falls-due': 'the next step falls due',
    'usual-day-passes': 'its usual day of payment has passed',
    'pause-ends': 'the pause ends',
    'do-not-chase-ends': 'it may be chased again',
    'snooze-ends': 'it is no longer put off',
    'dispute-ends': 'the dispute ends',
    'promise-lapses': 'the promise lapses if the payment has not arrived',
    'instalment-falls-due': 'the instalment counts as missed if it has not arrived',
    'gap-is-over': 'enough days have passed since the last contact',
    'weekly-cap-lifts': 'the 7 days allow another message',
    'monthly-cap-lifts': 'the 30 days allow another message',
    'call-cap-lifts': 'the 7 days allow another call',
    'new-day': 'another day’s messages begin',
    'sending-day-comes': 'messages may leave again',
    'august-ends': 'August is over',
  },
  flipEvents: {
    payment: 'A payment in the ledger changes this.',
    'new-invoice': 'A new invoice changes this.',
    'balance-grows': 'A larger balance changes this.',
    'person-holds': 'A pause, a dispute or a promise changes this.',
    'person-ends-hold': 'A person can end this at any time.',
    'person-lifts-stop': 'A person lifting the stop changes this.',
    'person-approves': 'A person approving the message changes this.',
    'person-decides': 'A person’s decision changes this.',
    'call-logged': 'Logging the call changes this.',
    'letter-sent': 'Dealing with the letter changes this.',
    'reply-triaged': 'A person reading the reply changes this.',
    'credit-applied': 'Applying the credit in the ledger changes this.',
    'address-added': 'A working address changes this.',
    'delivery-answered': 'A person saying whether the message arrived changes this.',
    'pdf-found': 'The PDF turning up changes this.',
    'bank-details-confirmed': 'A person confirming the bank details changes this.',
    'message-released': 'A person looking at the message changes this.',
    'hold-reviewed': 'A person saying whether it still holds changes this.',
    'invoice-included': 'Taking an invoice in again changes this.',
    'ledger-connected': 'Connecting a ledger changes this.',
    'ledger-reconnected': 'Renewing the connection changes this.',
    'books-read': 'Reading the books changes this.',
    'database-confirmed': 'A person confirming this database changes this.',
    'ledger-reminders-off': 'Switching off the ledger’s own reminders changes this.',
    'customer-restored': 'Restoring the customer in the ledger changes this.',
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

const MESSAGES: Readonly<Record<MessageKind, string>> = {
  'before-due': 'the reminder before the due day',
  'due-day': 'the message of the due day',
  'first-overdue': 'the friendly reminder',
  firm: 'the firm reminder',
  serious: 'the serious message',
  urgent: 'the urgent message',
  final: 'the final notice',
  'thank-you': 'the thank-you',
  'promise-confirmed': 'the confirmation of the promise',
  'promise-reminder': 'the reminder of the promise',
  'promise-broken': 'the message about the broken promise',
  'plan-offer': 'the offer of a payment plan',
  'plan-confirmed': 'the confirmation of the payment plan',
  'plan-instalment': 'the reminder of the instalment',
  'plan-missed': 'the message about the missed instalment',
  'query-received': 'the answer to the query',
  statement: 'the statement of account',
  'right-person': 'the question who the right person is',
}

const message = (known: Known): string => (known.message ? MESSAGES[known.message] : 'the next message')

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

/** Who signs and who gets a copy, where the step asks for more than usual. */
function people(known: Known): string {
  const [signedBy, copyTo] = [known.text('signedBy'), known.text('copyTo')]
  const signs: Readonly<Record<string, string>> = {
    senior: ' The senior sender signs it.',
    'nobody-senior': ' No senior sender is named in the settings, so the usual one signs it.',
  }
  const copy =
    copyTo === 'nobody' ? ' The customer has no contact for copies, so nobody gets one.' : ` ${copyTo} gets a copy.`
  return `${signs[signedBy ?? ''] ?? ''}${copyTo === null ? '' : copy}`
}

/** Whose patience a limit is about. */
const whose = (known: Known): string =>
  known.text('limitOf') === null ? 'the customer' : `${known.text('limitOf')}, who would get a copy,`

/** What a person said that moves the steps. */
function shifted(known: Known): string {
  const [delay, run] = [known.number('delayDays'), known.number('paymentRunDay')]
  const said = [
    ...(delay ? [`every step comes ${count(delay, 'day')} later, as a person said`] : []),
    ...(run ? [`after the due day the steps wait for its payment run on day ${run} of the month`] : []),
  ]
  return said.length === 0 ? '' : ` (${said.join('; ')})`
}

const waits = (known: Known): string => (known.until ? `Waits until ${known.until}` : 'Waits')

const till = (known: Known): string => (known.until ? `, until ${known.until} at the latest` : '')

const nextTime = (known: Known): string => (known.until ? `: the next time is ${known.until}` : '')

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
