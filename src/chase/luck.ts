/** A whole number from words (FNV-1a, 32 bits): the same words give the same number everywhere. */
export const seedOf = (...words: readonly string[]): number => seedFrom(0, ...words)

/** A seed of its own for each thing that shares a seed, so that its luck stays whatever becomes of the others. */
export function seedFrom(seed: number, ...words: readonly string[]): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0
  for (const letter of words.join('\u0000')) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return hash
}

/** Numbers from 0 up to 1 that a seed decides (Mulberry32), so that chance can be repeated and examined. */
export function repeatableRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
