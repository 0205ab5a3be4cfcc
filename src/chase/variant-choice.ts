import { repeatableRandom, seedOf } from './luck.ts'

/** A wording chosen by chance. Record both parts: what could have been chosen decides what may be compared later. */
export type VariantChoice = {
  readonly variant: string
  /** What the choice was made among, each with the same chance, in order of name. */
  readonly among: readonly string[]
}

/**
 * Chooses one of the wordings that policy allows for a message, evenly by chance, never one that this customer has
 * had. Null when none is left, which is for a person to decide.
 *
 * Pure: the same business, customer and message always get the same answer, so planning again changes nothing.
 */
export function chooseVariant(question: {
  /** A secret or an id of the business: two businesses must not choose alike. */
  readonly seed: string
  readonly customerId: string
  /** What makes this message this one, such as the spell and the step. */
  readonly message: string
  readonly allowed: readonly string[]
  readonly used: readonly string[]
}): VariantChoice | null {
  const { seed, customerId, message, allowed, used } = question
  const among = [...new Set(allowed)].filter((variant) => !used.includes(variant)).sort()
  const luck = repeatableRandom(seedOf(seed, customerId, message))()
  const variant = among[Math.floor(luck * among.length)]
  return variant === undefined ? null : { variant, among }
}
