import type { AvailableWordings } from '../chase/policy-check.ts'
import { MESSAGE_KINDS, type Wordings } from './wordings.ts'

/** The names of the openings that each message has, by language: what a policy may choose from. */
export function openingsOf(wordings: Wordings): AvailableWordings {
  const named = (language: 'es' | 'en') =>
    Object.fromEntries(MESSAGE_KINDS.map((kind) => [kind, [...new Set(wordings.idsOf(kind, language).map(openingOf))]]))
  return { es: named('es'), en: named('en') }
}

/** The name of a wording's opening: "2" of "firm.es.2ac". */
export const openingOf = (wordingId: string): string => wordingId.split('.')[2]?.charAt(0) ?? ''
