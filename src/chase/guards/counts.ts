import { addDays, daysBetween } from '../day.ts'
import type { Finding } from './finding.ts'
import type { KnownFacts } from './known.ts'
import { MASK } from './mask.ts'

type Report = (kind: Finding['kind'], what: string) => void

/**
 * Judges what a text counts (days, business days, invoices, instalments, "2 of 5", "and 2 more"), in digits or in
 * words, and takes it out.
 */
export function countsIn(text: string, facts: KnownFacts, report: Report): string {
  const words = facts.language === 'es' ? SPANISH : ENGLISH
  const take = (left: string, pattern: RegExp, fits: (match: RegExpMatchArray) => boolean): string =>
    left.replace(pattern, (...match) => {
      const groups = match.slice(0, -2) as unknown as RegExpMatchArray
      if (!fits(groups)) report(pattern === words.days ? 'wrong-day-count' : 'unknown-number', groups[0])
      return MASK
    })
  const number = (written: string | undefined): number => readCount(written ?? '', facts.language)

  let left = text.replace(words.lessThanADay, MASK)
  left = take(left, words.businessDays, ([, count]) => facts.businessDays.includes(number(count)))
  left = take(left, words.days, ([, before, count, after]) => {
    const days = number(count)
    const past = facts.daysAgo.includes(days)
    const ahead = facts.daysAgo.includes(-days)
    const saysPast = words.past.test(before ?? '') || words.past.test(after ?? '')
    if (saysPast) return past
    return words.ahead.test(before ?? '') ? ahead : past || ahead
  })
  left = take(left, words.places, ([, k, n]) => facts.places.some(([at, of]) => at === Number(k) && of === Number(n)))
  left = take(left, words.invoices, ([, count]) => facts.invoiceCounts.includes(number(count)))
  left = take(left, words.instalments, ([, count]) => facts.instalmentCounts.includes(number(count)))
  return take(left, words.more, ([, count]) => facts.moreCounts.includes(number(count)))
}

/** "Due today" is said of what falls due today, and "tomorrow" and "yesterday" of days the facts have. */
export function relativeWords(text: string, facts: KnownFacts, report: Report): void {
  const words = facts.language === 'es' ? SPANISH : ENGLISH
  const due = words.dueToday.exec(text)
  if (due && !facts.dueDays.includes(facts.today)) report('wrong-day-count', due[0])
  for (const [found] of text.matchAll(words.near)) {
    const shift = /^(ayer|yesterday)$/i.test(found) ? -1 : 1
    if (!facts.days.some((day) => daysBetween(addDays(facts.today, shift), day) === 0)) report('wrong-day-count', found)
  }
}

const WORDS: Readonly<Record<'es' | 'en', readonly string[]>> = {
  es: 'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce'.split(' '),
  en: 'zero one two three four five six seven eight nine ten eleven twelve'.split(' '),
}

/** A number in digits or in words; NaN for anything else. */
export function readCount(written: string, language: 'es' | 'en'): number {
  const low = written.toLowerCase()
  if (low === 'un') return 1
  const word = WORDS[language].indexOf(low)
  return word >= 0 ? word : Number(low.replace(/[.,]/g, ''))
}

/** The source of a pattern that takes a count as its group; `article` lets "un" count as one. */
export const count = (language: 'es' | 'en', article = ''): string =>
  `(?<![\\p{L}\\p{N}])(${WORDS[language].join('|')}${article}|\\d{1,3}(?:[.,]\\d{3})*|\\d+)`

const SPANISH = {
  lessThanADay: /menos\s+de\s+un\s+día/giu,
  businessDays: new RegExp(`${count('es', '|un')}\\s+días?\\s+(?:laborables?|hábiles?)`, 'giu'),
  days: new RegExp(
    `((?:hace|dentro\\s+de|vencen?\\s+en|lleva|llevamos|acumula|con)?\\s*)${count('es', '|un')}\\s+días?(?![\\p{L}])(\\s+(?:de\\s+retraso|después))?`,
    'giu',
  ),
  past: /hace|lleva|llevamos|acumula|retraso|después/iu,
  ahead: /dentro\s+de|vencen?\s+en/iu,
  places: /(?<![\p{L}\p{N}])(\d+)\s+de\s+(\d+)(?![\p{L}\p{N}])/giu,
  invoices: new RegExp(`${count('es')}\\s+facturas?(?![\\p{L}])`, 'giu'),
  instalments: new RegExp(`${count('es')}\\s+(?:plazos?|cuotas?)(?![\\p{L}])`, 'giu'),
  more: new RegExp(`(?<=(?:^|\\s)y\\s+)${count('es')}\\s+más(?![\\p{L}])`, 'giu'),
  dueToday: /(?<![\p{L}])(?:vencen?\s+hoy|vencimiento\s+de\s+hoy|hoy\s+es\s+la\s+fecha)/iu,
  near: /(?<![\p{L}])(?:ayer|mañana)(?![\p{L}])/giu,
}

const ENGLISH = {
  lessThanADay: /less\s+than\s+a\s+day/giu,
  businessDays: new RegExp(`${count('en')}\\s+(?:business|working)\\s+days?`, 'giu'),
  days: new RegExp(
    `((?:due\\s+in|in|waiting)?\\s*)${count('en')}\\s+days?(?![\\p{L}])(\\s+(?:ago|overdue|late|after))?`,
    'giu',
  ),
  past: /ago|overdue|late|after|waiting/iu,
  ahead: /(?:^|due\s+)in/iu,
  places: /(?<![\p{L}\p{N}])(\d+)\s+of\s+(\d+)(?![\p{L}\p{N}])/giu,
  invoices: new RegExp(`${count('en')}\\s+(?:unpaid\\s+)?invoices?(?![\\p{L}])`, 'giu'),
  instalments: new RegExp(`${count('en')}\\s+instalments?(?![\\p{L}])`, 'giu'),
  more: new RegExp(`(?<=(?:^|\\s)and\\s+)${count('en')}\\s+more(?![\\p{L}])`, 'giu'),
  dueToday: /(?<![\p{L}])(?:due\s+today|payment\s+date\s+today|today\s+is\s+the\s+payment\s+date)/iu,
  near: /(?<![\p{L}])(?:yesterday|tomorrow)(?![\p{L}])/giu,
}
