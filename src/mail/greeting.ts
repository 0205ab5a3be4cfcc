import { cleanLine } from './clean.ts'
import type { MessageFacts } from './message-facts.ts'

/**
 * Whom the greeting names: by first name where the ledger has one that reads like a name, else the company. Never a
 * guess of gender. Null where there is no name, or where we do not know who reads it.
 */
export function greetedName({ stage, customer }: MessageFacts): string | null {
  if (stage === 'right-person') return null
  const first = cleanLine(customer.firstName ?? '', 40)
  const looksLikeName = /^\p{L}[\p{L}\p{M}'’. -]*$/u.test(first)
  const greeted = looksLikeName ? lowerShouting(first) : cleanLine(customer.name, 80)
  return greeted === '' ? null : greeted
}

/** Ledgers are full of names in capitals: "MARÍA JOSÉ" is greeted as "María José". */
function lowerShouting(name: string): string {
  if (name.length < 3 || name !== name.toLocaleUpperCase()) return name
  const firstLetters = /(?<=^|[\s'’.-])\p{L}/gu
  return name.toLocaleLowerCase().replace(firstLetters, (letter) => letter.toLocaleUpperCase())
}
