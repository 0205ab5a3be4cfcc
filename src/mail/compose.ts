import { type Day, daysBetween } from '../chase/day.ts'
import { type Money, totalsPerCurrency } from '../chase/money.ts'
import { cleanLine, cleanLines, cleanLink } from './clean.ts'
import { createFormats, type Format, type Reader } from './format.ts'
import { type Link, loadLayout, type Page, type Row } from './layout.ts'
import type { Compose, MessageFacts, MessageInvoice } from './mailer.ts'
import { renderText } from './text.ts'
import { loadWordings, pickWording, type Wording, type Wordings, type Words } from './wordings.ts'

/**
 * Loads layout and wordings once and returns the function that makes messages of them.
 *
 * Only values built here from `MessageFacts` reach a template: cleaned, written for the reader, as plain text. The page
 * is escaped when it is filled; the text part is the same values without mark-up. MJML is not loaded: the layout is
 * compiled beforehand (scripts/compile-templates.ts). Throws when the compiled layout is out of date.
 */
export async function createCompose(templatesDir: string): Promise<Compose> {
  const [fillLayout, wordings] = await Promise.all([loadLayout(templatesDir), loadWordings(templatesDir)])
  const formatFor = createFormats()
  return (facts) => {
    const wording = pickWording(wordings.idsOf(facts.stage, facts.language), facts.usedWordings, facts.seed)
    const page = pageOf(draftOf(facts, wordings, formatFor(readerOf(facts))), wordings, wording)
    return { wording, subject: page.subject, html: fillLayout(page), text: renderText(page) }
  }
}

const SUBJECT_LENGTH = 160
/** Stages that state a deadline, and what follows it. */
const NEEDS_DEADLINE: ReadonlySet<string> = new Set(['serious', 'final'])
/** Stages in which the business's late charges may be mentioned. */
const MENTIONS_CHARGES: ReadonlySet<string> = new Set(['firm', 'serious', 'final'])

/** What every part of a message is made from. */
type Draft = {
  readonly facts: MessageFacts
  readonly items: readonly Item[]
  readonly many: boolean
  readonly format: Format
  /** A shared phrase in the reader's language, which knows whether there are several invoices. */
  readonly phrase: (name: string, words?: Words) => string
  /** How to pay, as the business set it. */
  readonly details: readonly string[]
}

/** An invoice ready to be shown. */
type Item = {
  readonly invoice: MessageInvoice
  readonly number: string | null
  /** As a sentence names it: "factura F-1", "our invoice of 3 March". */
  readonly name: string
  /** As a list names it after the word "invoices": its number, or "the one of 3 March". */
  readonly short: string
  readonly link: Link | null
}

const readerOf = (facts: MessageFacts): Reader => ({
  language: facts.language,
  locale: facts.locale,
  today: facts.today,
  country: facts.customer.country,
  homeCurrency: facts.business.baseCurrency,
  currencies: [...facts.invoices.map(({ balance }) => balance), ...facts.otherOpen].map(({ currency }) => currency),
})

function draftOf(facts: MessageFacts, wordings: Wordings, format: Format): Draft {
  if (facts.invoices.length === 0) throw new Error('a message needs at least one invoice')
  if (NEEDS_DEADLINE.has(facts.stage) && !facts.deadline) throw new Error(`a ${facts.stage} message needs a deadline`)
  const many = facts.invoices.length > 1
  const phrase: Draft['phrase'] = (name, words = {}) => wordings.phrase(facts.language, name, { many, ...words })
  const items = facts.invoices.map((invoice) => itemOf(invoice, format, phrase))
  return { facts, items, many, format, phrase, details: cleanLines(facts.business.paymentDetails ?? '') }
}

function itemOf(invoice: MessageInvoice, format: Format, phrase: Draft['phrase']): Item {
  const number = cleanLine(invoice.number ?? '', 40) || null
  const date = format.longDate(invoice.issuedOn ?? invoice.dueOn)
  const unnumbered = invoice.issuedOn ? 'invoice issued' : 'invoice due'
  const name = number ? phrase('invoice', { number }) : phrase(unnumbered, { date })
  const url = invoice.payLink === null ? null : cleanLink(invoice.payLink)
  const link = url === null ? null : { url, label: phrase('label pay', { invoice: name }) }
  return { invoice, number, name, short: number ?? phrase('unnumbered', { date }), link }
}

function pageOf(draft: Draft, wordings: Wordings, wordingId: string): Page {
  const { facts, items, many, format, phrase, details } = draft
  const wording = wordings.fill(wordingId, wordsOf(draft))
  return {
    lang: facts.language,
    subject: subjectOf(facts, wording),
    labels: {
      invoice: phrase('label invoice'),
      due: phrase('label due'),
      balance: phrase('label balance'),
      total: phrase('label total'),
      details: phrase('label details'),
    },
    lead: [greetingOf(draft), ...wording.opening, ...wording.ask],
    rows: items.map((item) => rowOf(item, draft)),
    totals: many ? balancesOf(facts).map(format.money) : [],
    button: many ? null : (items[0]?.link ?? null),
    middle: middleOf(draft, wording),
    details,
    closing: [lastNotesOf(draft), ...wording.closing],
    signature: signatureOf(draft),
  }
}

/** Every word a wording may use. Strict templates make this list the whitelist. */
function wordsOf(draft: Draft): Words {
  const { facts, items, many, format, phrase } = draft
  const dueDays = items.map(({ invoice }) => invoice.dueOn).sort()
  const first = dueDays[0] ?? facts.today
  const last = dueDays.at(-1) ?? first
  const late = Math.max(0, daysBetween(first, facts.today))
  const previous = format.dates(facts.previousOn.slice(-6))
  return {
    many,
    invoice: items[0]?.name ?? '',
    count: format.number(items.length),
    amount: format.list(balancesOf(facts).map(format.money)),
    refs: refsOf(draft),
    due:
      first === last ? phrase('on day', { day: format.weekdayDate(first) }) : betweenOf('between', first, last, draft),
    dueDay: format.weekdayDate(first),
    dueToday: first === facts.today && last === facts.today,
    fell: fellOf(first, last, draft),
    ago: format.ago(daysBetween(first, facts.today)),
    lateDays: late === 0 ? phrase('less than a day') : format.days(late),
    ways: waysOf(draft),
    deadline: facts.deadline && format.weekdayDate(facts.deadline),
    previous: previous.length === 0 ? null : format.list(previous.map((day) => phrase('previous day', { day }))),
    previousDates: previous.length === 0 ? null : format.list(previous),
  }
}

/** "venció el lunes 2 de noviembre, hace tres días": the right tense for any day, and a range for several. */
function fellOf(first: Day, last: Day, draft: Draft): string {
  const { facts, format, phrase } = draft
  if (first !== last) return betweenOf('fell between', first, last, draft)
  const daysAgo = daysBetween(first, facts.today)
  const words = { day: format.weekdayDate(first), ago: format.ago(daysAgo) }
  if (daysAgo === 0) return phrase('fell today', words)
  if (daysAgo === 1) return phrase('fell yesterday', words)
  return phrase(daysAgo > 0 ? 'fell past' : 'fell ahead', words)
}

function betweenOf(name: string, first: Day, last: Day, { facts, format, phrase }: Draft): string {
  const [from, to] = format.weekdayRange(first, last)
  return phrase(name, { first: from, last: to, past: last < facts.today })
}

/** How a subject names the invoices: the number early, and never a list that grows. */
function refsOf({ items, phrase }: Draft): string {
  const [first, second] = items
  if (!first) return ''
  if (!second) return first.name.slice(0, 1).toLocaleUpperCase() + first.name.slice(1)
  if (!first.number) return phrase('refs unnumbered', { all: items.length })
  if (items.length === 2 && second.number) return phrase('refs two', { first: first.number, second: second.number })
  return phrase('refs several', { first: first.number, rest: items.length - 1 })
}

function waysOf({ items, phrase, details }: Draft): string {
  const linked = items.some(({ link }) => link !== null)
  if (linked) return phrase(details.length > 0 ? 'ways link and details' : 'ways link')
  return phrase(details.length > 0 ? 'ways details' : 'ways invoice')
}

function subjectOf(facts: MessageFacts, wording: Wording): string {
  const thread = facts.threadSubject && cleanLine(facts.threadSubject, SUBJECT_LENGTH).replace(/^(re:\s*)+/i, '')
  return cleanLine(thread ? `Re: ${thread}` : wording.subject, SUBJECT_LENGTH)
}

/** By first name where the ledger has one that reads like a name, else by the company's. Never a guess of gender. */
function greetingOf({ facts, phrase }: Draft): string {
  const first = cleanLine(facts.customer.firstName ?? '', 40)
  const looksLikeName = /^\p{L}[\p{L}\p{M}'’. -]*$/u.test(first)
  const greeted = looksLikeName ? lowerShouting(first) : cleanLine(facts.customer.name, 80)
  return greeted === '' ? phrase('greeting nobody') : phrase('greeting', { greeted })
}

/** Ledgers are full of names in capitals: "MARÍA JOSÉ" is greeted as "María José". */
function lowerShouting(name: string): string {
  if (name.length < 3 || name !== name.toLocaleUpperCase()) return name
  const firstLetters = /(?<=^|[\s'’.-])\p{L}/gu
  return name.toLocaleLowerCase().replace(firstLetters, (letter) => letter.toLocaleUpperCase())
}

function rowOf({ invoice, number, link }: Item, { many, format, phrase }: Draft): Row {
  return {
    name: number ?? phrase('label unnumbered'),
    issued: invoice.issuedOn && phrase('label issued', { date: format.shortDate(invoice.issuedOn) }),
    due: format.shortDate(invoice.dueOn),
    assumed: invoice.dueAssumed ? phrase('label assumed') : null,
    balance: format.money(invoice.balance),
    original: isPartPaid(invoice) ? phrase('label original', { money: format.money(invoice.total) }) : null,
    link: many ? link : null,
  }
}

/** What belongs right under the invoices: how the amounts came about, then consequence and help, then charges. */
function middleOf({ facts, many, format, phrase }: Draft, wording: Wording): string[] {
  const [oldest] = facts.invoices
  const notes: string[] = []
  if (oldest && !many && isPartPaid(oldest)) {
    notes.push(phrase('note part paid', { total: format.money(oldest.total), balance: format.money(oldest.balance) }))
  }
  if (facts.invoices.some(({ dueAssumed }) => dueAssumed)) notes.push(phrase('note assumed'))
  const charges = MENTIONS_CHARGES.has(facts.stage) ? sentence(cleanLine(facts.business.lateCharges ?? '', 300)) : ''
  return [notes.join(' '), ...wording.after, charges].filter((paragraph) => paragraph !== '')
}

/** What is attached, where to find the payment details, and what else is open: one paragraph before the close. */
function lastNotesOf(draft: Draft): string {
  const { facts, format, phrase, details } = draft
  const notes = [attachedNote(draft)]
  // A firm message has said how to pay already.
  if (details.length === 0 && facts.stage !== 'firm') notes.push(phrase('note details on invoice'))
  const otherOpen = totalsPerCurrency(facts.otherOpen).filter(({ minor }) => minor > 0)
  if (otherOpen.length > 0) notes.push(phrase('note other open', { amount: format.list(otherOpen.map(format.money)) }))
  return notes.join(' ')
}

function attachedNote({ facts, items, format, phrase }: Draft): string {
  const attachedIds = new Set(facts.attachedIds)
  const attached = items.filter(({ invoice }) => attachedIds.has(invoice.id))
  const left = items.filter(({ invoice }) => !attachedIds.has(invoice.id))
  const leftLinked = left.every(({ link }) => link !== null)
  if (left.length === 0) return phrase('note attached all')
  if (attached.length === 0) return phrase(leftLinked ? 'note attached none, linked' : 'note attached none')
  return phrase(attached.length <= left.length ? 'note attached some' : 'note attached most', {
    attached: format.list(attached.map(({ short }) => short)),
    attachedCount: attached.length,
    left: format.list(left.map(({ short }) => short)),
    leftCount: left.length,
    leftLinked,
  })
}

function signatureOf({ facts, phrase }: Draft): string[] {
  const { sender, name } = facts.business
  const phone = cleanLine(sender.phone ?? '', 40)
  const lines = [cleanLine(sender.name), cleanLine(sender.role ?? ''), cleanLine(name)]
  return [...lines, phone === '' ? '' : phrase('label phone', { phone })].filter((line) => line !== '')
}

const isPartPaid = ({ total, balance }: MessageInvoice): boolean => total.minor !== balance.minor

const balancesOf = (facts: MessageFacts): Money[] => totalsPerCurrency(facts.invoices.map(({ balance }) => balance))

const sentence = (text: string): string => (text === '' || /[.…?]$/.test(text) ? text : `${text}.`)
