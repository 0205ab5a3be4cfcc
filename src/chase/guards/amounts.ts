import { decimalPlaces, type Money } from '../money.ts'

/** An amount as a text writes it. `currencies` are those its sign may stand for; null where it is written wrongly. */
export type FoundAmount = {
  readonly written: string
  readonly index: number
  readonly amount: { readonly minor: number; readonly decimals: number; readonly currencies: readonly string[] } | null
}

/**
 * The amounts in a text: a number with a currency's sign or code before or after it.
 *
 * The locale says which mark groups and which divides. Anything else ("1,234.50 €" in Spain, groups of two, a missing
 * group) is found and cannot be read: an amount that a reader may take for another is no amount.
 */
export function findAmounts(text: string, locale: string): FoundAmount[] {
  return [...text.matchAll(AMOUNT)].map((match) => {
    const { before, after, number = '' } = match.groups ?? {}
    const sign = (before ?? after ?? '').trim()
    const negative = /^-|-$/.test(match.groups?.['minus'] ?? '') || (match.groups?.['inner'] ?? '') === '-'
    const read = readNumber(number, locale)
    const amount = read && {
      minor: negative && read.minor !== 0 ? -read.minor : read.minor,
      decimals: read.decimals,
      currencies: currenciesOf(sign),
    }
    return { written: match[0], index: match.index, amount }
  })
}

/** Whether an amount that was found is this one, to the last minor unit. */
export const isAmount = (found: FoundAmount, known: Money): boolean =>
  found.amount !== null &&
  found.amount.minor === known.minor &&
  found.amount.decimals === decimalPlaces(known.currency) &&
  (found.amount.currencies.includes(known.currency) ||
    (found.amount.currencies.length === 0 && !/^[A-Z]{3}$/.test(known.currency)))

/** Whether its sign alone does not say which currency it is. */
export const isAmbiguous = (found: FoundAmount): boolean => (found.amount?.currencies.length ?? 0) > 1

const SPACE = '[ \\u00a0\\u202f]?'
const SIGN = '(?:\\p{Lu}{0,3}\\p{Sc}|S\\/|(?<![\\p{L}\\p{N}])[A-Z]{3}(?![\\p{L}]))'
const NUMBER = "\\d+(?:[.,'\\u00a0\\u202f]\\d+)*"
const AMOUNT = new RegExp(
  `(?<minus>-?)(?:(?<before>${SIGN})${SPACE}(?<inner>-?)(?<number>${NUMBER})|(?<![\\p{L}\\d.,])(?<number>${NUMBER})${SPACE}(?<after>\\p{Sc}|[A-Z]{3}(?![\\p{L}\\p{N}])))`,
  'gu',
)

/** Spanish-speaking countries that write 1,234.50 (CLDR 48); the others, and Spain, write 1.234,50. */
const COMMA_GROUPS = /^(?:en\b|es-(?:MX|PE|US|PR|GT|HN|NI|PA|SV|DO|CU|419)\b)/

function readNumber(written: string, locale: string): { minor: number; decimals: number } | null {
  const [group, point] = COMMA_GROUPS.test(locale) ? [',', '.'] : ['.', ',']
  const [whole = '', decimals = '', ...rest] = written.split(point)
  const groups = whole.split(group)
  const grouped =
    groups.length === 1
      ? whole.length <= 3
      : groups.every((part, at) => (at === 0 ? part.length >= 1 && part.length <= 3 : part.length === 3))
  const digits = `${groups.join('')}${decimals}`
  if (rest.length > 0 || !grouped || !/^\d{1,16}$/.test(digits)) return null
  if (written.includes(point) && decimals === '') return null
  return { minor: Number(digits), decimals: decimals.length }
}

const DOLLARS = ['USD', 'MXN', 'COP', 'CLP', 'ARS', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD', 'UYU', 'DOP']

const SIGNS: Readonly<Record<string, readonly string[]>> = {
  '€': ['EUR'], '£': ['GBP'], $: DOLLARS, 'US$': ['USD'], 'CA$': ['CAD'], 'A$': ['AUD'], 'AU$': ['AUD'], 'NZ$': ['NZD'],
  'MX$': ['MXN'], 'HK$': ['HKD'], 'R$': ['BRL'], 'S/': ['PEN'], '¥': ['JPY', 'CNY'], 'JP¥': ['JPY'], 'CN¥': ['CNY'],
  '₹': ['INR'], '₪': ['ILS'], '₩': ['KRW'], '₱': ['PHP'], '₲': ['PYG'], '₡': ['CRC'], '₺': ['TRY'], '₴': ['UAH'],
} // prettier-ignore

const currenciesOf = (sign: string): readonly string[] => (/^[A-Z]{3}$/.test(sign) ? [sign] : (SIGNS[sign] ?? []))
