import { chooseVariant, type VariantChoice } from '../chase/variant-choice.ts'
import { openingOf } from './openings.ts'
import { pickWording } from './wordings.ts'

export type ChosenWording = { readonly wording: string; readonly choice: VariantChoice }

/**
 * Chooses the text of a message among those the policy allows: its opening, which readers notice and which is what
 * wordings are compared by, evenly by chance among those the customer has not had; the question and the close by what
 * differs most from what it had. Where it had every opening, the one that differs most: that is no choice by chance, and
 * says so by naming itself alone. The same seed always gets the same text.
 */
export function chooseWording(
  ids: readonly string[],
  facts: {
    readonly allowedOpenings?: readonly string[] | null
    readonly usedWordings: readonly string[]
    readonly seed: string
  },
): ChosenWording {
  const { allowedOpenings, usedWordings, seed } = facts
  const allowed = allowedOpenings ? ids.filter((id) => allowedOpenings.includes(openingOf(id))) : ids
  const question = {
    seed,
    customerId: '',
    message: '',
    allowed: allowed.map(variantOf),
    used: usedWordings.map(variantOf),
  }
  const choice = chooseVariant(question)
  if (choice === null) {
    const wording = pickWording(allowed, usedWordings, seed)
    return { wording, choice: { variant: variantOf(wording), among: [variantOf(wording)] } }
  }
  const fitting = allowed.filter((id) => variantOf(id) === choice.variant)
  return { wording: pickWording(fitting, usedWordings, seed), choice }
}

/** What wordings are compared by: "firm.es.2" of "firm.es.2ac". */
const variantOf = (id: string): string => `${id.split('.').slice(0, 2).join('.')}.${openingOf(id)}`
