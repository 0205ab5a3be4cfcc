import type { Finding } from './finding.ts'

/**
 * Characters that make a text read differently from what it is.
 *
 * Hidden: controls, bidirectional overrides, zero-width and tag characters. Look-alikes: digits that are not 0 to 9
 * (Arabic-Indic, full-width, circled, superscript), and words that mix Latin letters with Greek or Cyrillic ones.
 */
export function oddCharacters(text: string, where: Finding['where']): Finding[] {
  const found: Finding[] = []
  const hidden = [...new Set(text.match(HIDDEN) ?? [])].map(codePoint)
  if (hidden.length > 0) found.push({ kind: 'hidden-character', where, what: hidden.join(' ') })
  for (const [word] of text.matchAll(WORD)) {
    const strange = Array.from(word).some(
      (letter) => !ASCII_DIGIT.test(letter) && DIGITS.test(letter.normalize('NFKC')),
    )
    const mixed =
      /\p{Script=Latin}/u.test(word) && /[\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}]/u.test(word)
    // The micro sign and the ohm are units, not letters of a disguised word.
    if (strange || (mixed && !/^\d*[µΩ]\p{L}?$/u.test(word))) found.push({ kind: 'look-alike', where, what: word })
  }
  return found
}

const HIDDEN = /(?![\n\r\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu
const WORD = /[\p{L}\p{N}\p{M}]+/gu
const ASCII_DIGIT = /[0-9]/
const DIGITS = /[0-9]|\p{Nd}/u

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
