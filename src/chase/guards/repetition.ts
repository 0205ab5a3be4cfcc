import type { Finding } from './finding.ts'
import { MASK, maskAll } from './mask.ts'

/**
 * The most that a message may share with an earlier one: of its runs of three words, the part that the other has too.
 *
 * Measured on our wordings: two of a kind that share neither opening nor question nor close have 0.2 in common (at most
 * 0.63), two of different kinds 0.1, the same text with other figures 1. A year of the same notice, picked as we pick,
 * stays at or below 0.83 against the two before it where there are three openings.
 */
export const SIMILARITY_LIMIT = 0.9

/** Messages that say so much of what an earlier one to the same person said that they would be read as the same. */
export function repetition(
  text: string,
  previousTexts: readonly string[],
  facts: readonly string[],
  limit: number = SIMILARITY_LIMIT,
): Finding[] {
  return previousTexts.flatMap((previous, at): Finding[] => {
    const similar = similarity(text, previous, facts)
    if (similar <= limit) return []
    const back = previousTexts.length - at
    return [
      { kind: 'repetition', where: 'text', what: `${Math.round(similar * 100)} % of message ${back} before this` },
    ]
  })
}

/**
 * How much of a text another contains: the share of its three-word shingles, 0 to 1.
 *
 * Facts say the same in every message and do not count: lines of figures, names and details are left out, numbers and
 * month names are alike. Containment and not Jaccard: a short message within a long one is a repetition too.
 */
export function similarity(text: string, other: string, facts: readonly string[]): number {
  const [mine, theirs] = [shingles(text, facts), shingles(other, facts)]
  if (mine.size === 0) return 0
  let shared = 0
  for (const shingle of mine) if (theirs.has(shingle)) shared++
  return shared / mine.size
}

function shingles(text: string, facts: readonly string[]): Set<string> {
  const found = new Set<string>()
  for (const paragraph of prose(maskAll(text, facts))) {
    const words = paragraph.toLowerCase().match(/[\p{L}\p{N}]+|\uE000/gu) ?? []
    const alike = words.map((word) => (/\p{N}|\uE000/u.test(word) || DATE_WORDS.has(word) ? '#' : word))
    const said = alike.filter((word, at) => word !== '#' || alike[at - 1] !== '#')
    for (let at = 0; at + 3 <= said.length; at++) found.add(said.slice(at, at + 3).join(' '))
  }
  return found
}

/** The paragraphs that speak: not the greeting, and not figures with their labels, which end in no full stop. */
const prose = (text: string): string[] =>
  text
    .replace(/\r/g, '')
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter((block) => !/^[^\n.?]{1,60}:(?:\n|$| )/u.test(block) || /[.?]$/.test(block))
    .map((block) => block.replace(/\n/g, ' ').replaceAll(MASK, ` ${MASK} `))

const DATE_WORDS: ReadonlySet<string> = new Set(
  (
    'lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre ' +
    'noviembre diciembre monday tuesday wednesday thursday friday saturday sunday january february march april may june ' +
    'july august september october november december'
  ).split(' '),
)
