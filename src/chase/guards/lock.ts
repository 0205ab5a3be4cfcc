import { addDays, type Day, daysBetween } from '../day.ts'
import type { Money } from '../money.ts'
import { findAmounts, isAmbiguous, isAmount } from './amounts.ts'
import { carriedBy } from './carried.ts'
import { oddCharacters } from './characters.ts'
import { count, countsIn, readCount, relativeWords } from './counts.ts'
import { findDates, type FoundDate, strayDateWords, weekdayFits } from './dates.ts'
import type { Finding } from './finding.ts'
import { findIbans } from './iban.ts'
import type { KnownFacts, Rendered } from './known.ts'
import { MASK, maskAll, standsIn } from './mask.ts'
import { strangeNames } from './names.ts'
import { lines, readHtml } from './visible.ts'

type Where = 'subject' | 'text' | 'html'

/**
 * Every amount, date, count, reference, name, link, address and account of a message that its facts do not have.
 *
 * The message is read the way a stranger would read it: from the subject, the visible words and the links of the HTML,
 * and the text part. What is recognised is taken out; every digit that is left is a finding, and so is every word that
 * looks like a name. An empty list means that nothing was found, not that the message is right to be sent.
 */
export function factLock(rendered: Rendered, facts: KnownFacts): Finding[] {
  const html = readHtml(rendered.html)
  const parts: readonly (readonly [Where, string])[] = [
    ['subject', rendered.subject],
    ['html', html.text],
    ['text', rendered.text],
  ]
  return [
    ...carriedIn(facts),
    ...parts.flatMap(([where, text]) => [...oddCharacters(text, where), ...strangers(text, where, facts)]),
    ...html.links.filter((link) => !facts.links.includes(link)).map((what) => finding('unknown-link', 'html', what)),
    ...html.active.map((what) => finding('active-content', 'html', what)),
    ...(html.title === null || squeeze(html.title) === squeeze(rendered.subject)
      ? []
      : [finding('parts-differ', 'html', html.title)]),
    ...differences(html.text, rendered.text),
    ...missing(html.text, 'html', facts),
    ...missing(rendered.text, 'text', facts),
  ]
}

const finding = (kind: Finding['kind'], where: Finding['where'], what: string): Finding => ({ kind, where, what })

const carriedIn = (facts: KnownFacts): Finding[] =>
  [
    ...facts.names.map((name) => [name, carriedBy(name, 'name')] as const),
    ...facts.references.map((name) => [name, carriedBy(name, 'reference')] as const),
  ].flatMap(([name, carried]) => (carried === null ? [] : [finding('carried-in', 'facts', `${carried} (${name})`)]))

function strangers(original: string, where: Where, facts: KnownFacts): Finding[] {
  const found: Finding[] = []
  const report = (kind: Finding['kind'], what: string): void => void found.push(finding(kind, where, squeeze(what)))

  for (const { iban, valid } of findIbans(original)) {
    if (!valid) report('bad-account-number', iban)
    if (!facts.passages.some((passage) => findIbans(passage).some((known) => known.iban === iban))) {
      report('unknown-account', iban)
    }
  }
  let text = original
  if (where === 'subject' && facts.threadSubject !== null && original === `Re: ${facts.threadSubject}`) return found
  text = maskAll(text, facts.passages)
  text = takeOut(text, /https?:\/\/[^\s<>"']+/gi, (url) => facts.links.includes(url) || report('unknown-link', url))
  const references = facts.references.filter((reference) => carriedBy(reference, 'reference') === null)
  const names = facts.names.filter((name) => carriedBy(name, 'name') === null)
  text = maskAll(text, [...names, ...references.filter((reference) => !/^\d+$/.test(reference))])
  text = takeOut(text, /[^\s@]+@[^\s@]+\.[\p{L}\d]+/gu, (address) => report('unknown-address', address))
  text = takeOut(text, BARE_DOMAIN, (domain) => report('unknown-link', domain))

  text = takeAmounts(text, facts, report)
  text = takeDates(text, facts, report)
  text = takeOut(
    text,
    CLOCK,
    (time) => facts.moments.some(({ at }) => at === timeOf(time)) || report('unknown-number', time),
  )
  text = countsIn(text, facts, report)
  relativeWords(text, facts, report)
  // An invoice called "3" or "2026" comes last, when amounts, dates and counts have taken their digits.
  text = maskAll(
    text,
    references.filter((reference) => /^\d+$/.test(reference)),
  )
  for (const number of text.match(/[\p{L}\p{N}]*\p{N}[\p{L}\p{N}]*(?:[.,:/-]\p{N}+)*/gu) ?? []) {
    report('unknown-number', number)
  }
  for (const word of strayDateWords(text, facts.language)) report('unknown-date', word)
  for (const name of strangeNames(text, facts.language)) report('unknown-name', name)
  return found
}

type Report = (kind: Finding['kind'], what: string) => void

function takeOut(text: string, pattern: RegExp, judge: (found: string) => unknown): string {
  return text.replace(pattern, (found) => {
    judge(found)
    return MASK
  })
}

function takeAmounts(text: string, facts: KnownFacts, report: Report): string {
  const currencies = new Set(facts.amounts.map(({ currency }) => currency))
  const isKnown = (found: ReturnType<typeof findAmounts>[number]): boolean =>
    facts.amounts.some((amount: Money) => isAmount(found, amount)) && !(isAmbiguous(found) && currencies.size > 1)
  return takeSpans(text, findAmounts(text, facts.locale), (found) => {
    if (!isKnown(found)) report('unknown-amount', found.written)
  })
}

function takeDates(text: string, facts: KnownFacts, report: Report): string {
  const dates = findDates(text, facts.locale, facts.today)
  for (const date of dates) {
    const day = date.day
    if (day === null || !facts.days.includes(day)) report('unknown-date', date.written)
    else if (!weekdayFits(date)) report('wrong-weekday', date.written)
    else judgeAside(text, date, day, facts, report)
  }
  return takeSpans(text, dates, () => undefined)
}

/** What stands beside a date must be about it: "hace 15 días", "today, …", "Emitida el …", "… a las 9:30". */
function judgeAside(text: string, date: FoundDate, day: Day, facts: KnownFacts, report: Report): void {
  const before = text.slice(Math.max(0, date.index - 14), date.index)
  const after = text.slice(date.index + date.written.length, date.index + date.written.length + 40)
  const said = /(?<![\p{L}])(hoy|ayer|mañana|today|yesterday|tomorrow),\s*$/iu.exec(before)?.[1]?.toLowerCase()
  const shift = said === undefined ? null : (NEAR[said] ?? null)
  if (shift !== null && addDays(facts.today, shift) !== day) report('wrong-day-count', `${said}, ${date.written}`)
  if (/(?:Emitida el|Issued on)\s*$/u.test(before) && !facts.issuedDays.includes(day)) {
    report('unknown-date', `${before.trim()} ${date.written}`)
  }
  const clock = /^\s+(?:a las?|at)\s+(\d{1,2}:\d{2}(?:[\s\u00a0]?[AP]M)?)/u.exec(after)?.[1]
  if (clock !== undefined && !facts.moments.some((moment) => moment.on === day && moment.at === timeOf(clock))) {
    report('unknown-date', `${date.written}, ${clock}`)
  }
  const aside = ASIDE[facts.language].exec(after)
  const days = aside && readCount(aside[2] ?? '', facts.language) * (/vence|due/iu.test(aside[1] ?? '') ? -1 : 1)
  if (aside && days !== daysBetween(day, facts.today)) report('wrong-day-count', `${date.written}${aside[0]}`)
}

/** "2 nov, hace 15 días", "2 nov (vencida hace 15 días", "29 Nov (due in 12 days". */
const ASIDE = {
  es: new RegExp(`^,?[\\s(]+(hace|vencida hace|vence en)\\s+${count('es', '|un')}\\s+días?`, 'iu'),
  en: new RegExp(`^,?[\\s(]+(due in\\s+)?${count('en')}\\s+days?(?:\\s+(?:ago|overdue))?`, 'iu'),
} as const

const NEAR: Readonly<Record<string, number>> = { hoy: 0, ayer: -1, mañana: 1, today: 0, yesterday: -1, tomorrow: 1 }

function takeSpans<Found extends { readonly index: number; readonly written: string }>(
  text: string,
  spans: readonly Found[],
  judge: (found: Found) => void,
): string {
  let left = ''
  let at = 0
  for (const span of spans) {
    judge(span)
    left += text.slice(at, span.index) + MASK
    at = span.index + span.written.length
  }
  return left + text.slice(at)
}

const BARE_DOMAIN = /(?<![\p{L}\d@])(?:www\.[\p{L}\d.-]+|(?:[a-z\d-]+\.)+[a-z]{2,})(?:\/\S*)?/gu
const CLOCK = /(?<![\d:.,])\d{1,2}:\d{2}(?!\d|:\d)(?:[\s\u00a0]?[AP]M\b)?/g

/** "9:30", "9:30 PM" as "09:30", "21:30". */
function timeOf(written: string): string {
  const [, hour = '', minute = '', half = ''] = /(\d+):(\d+)[\s\u00a0]?([AP]?)/.exec(written) ?? []
  const hours = half === '' ? Number(hour) : (Number(hour) % 12) + (half === 'P' ? 12 : 0)
  return `${String(hours).padStart(2, '0')}:${minute}`
}

/** Words of one part that the other does not have: both must say the same. */
function differences(html: string, text: string): Finding[] {
  const [inHtml, inText] = [wordsIn(html), wordsIn(text.replace(/^https?:\/\/\S+$/gm, ''))]
  return [
    ...[...inHtml].filter((word) => !inText.has(word)).map((word) => finding('parts-differ', 'html', word)),
    ...[...inText].filter((word) => !inHtml.has(word)).map((word) => finding('parts-differ', 'text', word)),
  ]
}

const wordsIn = (text: string): Set<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu))

function missing(text: string, where: 'html' | 'text', facts: KnownFacts): Finding[] {
  const absent = facts.mustStand.filter((each) => each.trim() !== '' && !standsIn(text, each))
  const last = lines(text).slice(-facts.signature.length)
  const signed = facts.signature.every((line, at) => squeeze(last[at] ?? '') === squeeze(line))
  return [
    ...absent.map((each) => finding('missing-fact', where, each)),
    ...(signed ? [] : [finding('missing-fact', where, facts.signature.join(', '))]),
  ]
}

const squeeze = (text: string): string => text.replace(/\s+/g, ' ').trim()
