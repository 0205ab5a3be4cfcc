/** Stands for a fact that was recognised: it is neither a letter nor a digit, and no message contains it. */
export const MASK = '\uE000'

/** Takes known wordings out of a text, longest first, so that what is left is what the template or a stranger said. */
export function maskAll(text: string, known: readonly string[]): string {
  const wanted = [...new Set(known)].filter((each) => each.trim() !== '').sort((a, b) => b.length - a.length)
  return wanted.reduce(mask, text)
}

/** Whether a wording stands in a text as a whole: not within a longer word or number; line breaks do not matter. */
export const standsIn = (text: string, wording: string): boolean => findWhole(text, wording, 0) !== null

function mask(text: string, wording: string): string {
  let left = ''
  let at = 0
  for (let span = findWhole(text, wording, 0); span !== null; span = findWhole(text, wording, at)) {
    left += text.slice(at, span.start) + MASK
    at = span.end
  }
  return at === 0 ? text : left + text.slice(at)
}

type Span = { readonly start: number; readonly end: number }

/** By hand: to compile a pattern of all letters there are, for each wording of each message, takes longer than all the rest. */
function findWhole(text: string, wording: string, from: number): Span | null {
  const words = wording.trim().split(/\s+/)
  const [first = ''] = words
  const last = words.at(-1) ?? ''
  const opensWord = isWordAfter(first, 0)
  const closesWord = isWordBefore(last, last.length)
  for (let start = text.indexOf(first, from); start >= 0; start = text.indexOf(first, start + 1)) {
    const end = endOf(text, start, words)
    if (end === null) continue
    if (opensWord && goesOnBefore(text, start)) continue
    if (closesWord && goesOnAfter(text, end)) continue
    return { start, end }
  }
  return null
}

/** A longer word or number goes on across these: "F-12", "1.200", "a/b". */
const JOINERS = '-/.,:'

const goesOnBefore = (text: string, at: number): boolean =>
  isWordBefore(text, at) || (joins(text[at - 1]) && isWordBefore(text, at - 1))
const goesOnAfter = (text: string, at: number): boolean =>
  isWordAfter(text, at) || (joins(text[at]) && isWordAfter(text, at + 1))

const joins = (sign: string | undefined): boolean => sign !== undefined && JOINERS.includes(sign)

const isWordBefore = (text: string, at: number): boolean =>
  at > 0 && isWordAfter(text, /[\uDC00-\uDFFF]/.test(text.charAt(at - 1)) ? at - 2 : at - 1)
const isWordAfter = (text: string, at: number): boolean =>
  LETTER_OR_DIGIT.test(String.fromCodePoint(text.codePointAt(at) ?? 0))

const LETTER_OR_DIGIT = /^[\p{L}\p{N}]$/u
const SPACES = /\s+/y

/** Where these words, with any white space between them, end in a text; null when they do not stand there. */
function endOf(text: string, start: number, words: readonly string[]): number | null {
  let at = start
  for (const [index, word] of words.entries()) {
    if (index > 0) {
      SPACES.lastIndex = at
      if (!SPACES.test(text)) return null
      at = SPACES.lastIndex
    }
    if (!text.startsWith(word, at)) return null
    at += word.length
  }
  return at
}
