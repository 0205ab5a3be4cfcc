/** Stands for a fact that was recognised: it is neither a letter nor a digit, and no message contains it. */
export const MASK = '\uE000'

/** Takes known wordings out of a text, longest first, so that what is left is what the template or a stranger said. */
export function maskAll(text: string, known: readonly string[]): string {
  const wanted = [...new Set(known)].filter((each) => each.trim() !== '').sort((a, b) => b.length - a.length)
  const bare = text.replace(/\s+/g, ' ')
  const present = wanted.filter((each) => bare.includes(each.replace(/\s+/g, ' ').trim()))
  return present.reduce((left, each) => left.replace(wholeWords(each), MASK), text)
}

/** Finds a wording as a whole: not within a longer word or number, and across line breaks. */
export function wholeWords(wording: string): RegExp {
  const spaced = wording
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join('\\s+')
  const before = /^[\p{L}\p{N}]/u.test(wording.trim()) ? '(?<![\\p{L}\\p{N}]|[\\p{L}\\p{N}][-/.,:])' : ''
  const after = /[\p{L}\p{N}]$/u.test(wording.trim()) ? '(?![\\p{L}\\p{N}]|[-/.,:][\\p{L}\\p{N}])' : ''
  return new RegExp(`${before}${spaced}${after}`, 'gu')
}
