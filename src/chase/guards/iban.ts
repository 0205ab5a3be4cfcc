/** An account number as it was found in a text: without spaces, and whether its check digits are right. */
export type FoundIban = { readonly iban: string; readonly valid: boolean }

/**
 * The IBANs in a text, however they are grouped: "ES91 2100 …", "es9121000418…", with dashes, dots or line breaks.
 *
 * Anything that begins like one (a country of the register and two digits) and has enough characters is found, valid
 * or not; ISO 13616 gives the length and the mod-97 check. Not in links: the tokens in them look like anything.
 */
export function findIbans(text: string): FoundIban[] {
  const found = new Map<string, boolean>()
  const words = text.replace(LINK, ' | ')
  for (const match of words.matchAll(/(?<![A-Za-z0-9])([A-Za-z]{2})[ .\-\u00a0\u202f]?(\d)(\d)/g)) {
    const length = LENGTHS[(match[1] ?? '').toUpperCase()]
    if (length === undefined) continue
    const iban = take(words.slice(match.index), length)
    if (iban !== null) found.set(iban, isValidIban(iban))
  }
  return [...found].map(([iban, valid]) => ({ iban, valid }))
}

/** The IBANs in a text whose check digits are right: what looks like one by chance, in a document full of numbers, is none. */
export const validIbans = (text: string): string[] =>
  findIbans(text.normalize('NFKC').replace(/\p{Cf}/gu, '')).flatMap(({ iban, valid }) => (valid ? [iban] : []))

/** Whether the check digits of an IBAN without spaces are right (ISO 7064, mod 97-10) and it has its country's length. */
export function isValidIban(iban: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(iban) || iban.length !== LENGTHS[iban.slice(0, 2)]) return false
  let remainder = 0
  for (const letter of iban.slice(4) + iban.slice(0, 4)) {
    const value = letter >= 'A' ? letter.charCodeAt(0) - 55 : Number(letter)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1
}

/** The account at the start of a text, or null. In small letters, words follow too easily: then groups are digits only. */
function take(text: string, length: number): string | null {
  const inCapitals = /^[A-Z]{2}/.test(text)
  let taken = ''
  let apart = 0
  let grouped = false
  for (const letter of text) {
    if (SEPARATOR.test(letter)) {
      if (++apart > 2 || (!inCapitals && taken.length < 4)) return null
      grouped = true
      continue
    }
    if (!/[A-Za-z0-9]/.test(letter)) return null
    if (taken.length >= 4 && /[a-z]/.test(letter) && (inCapitals || grouped)) return null
    taken += letter.toUpperCase()
    apart = 0
    if (taken.length === length) return taken
  }
  return null
}

const LINK = /https?:\/\/[^\s<>"']+/gi

const SEPARATOR = /[ .\-\n\u00a0\u202f]/

// The IBAN register (SWIFT, release 99), the countries our customers' banks may be in.
const LENGTHS: Readonly<Record<string, number>> = {
  AD: 24, AE: 23, AL: 28, AT: 20, BA: 20, BE: 16, BG: 22, BR: 29, CH: 21, CR: 22, CY: 28, CZ: 24, DE: 22, DK: 18, DO: 28,
  EE: 20, ES: 24, FI: 18, FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27, GT: 28, HR: 21, HU: 28, IE: 22, IL: 23,
  IS: 26, IT: 27, KW: 30, LB: 28, LI: 21, LT: 20, LU: 20, LV: 21, MC: 27, MD: 24, ME: 22, MK: 19, MT: 31, MU: 30, NL: 18,
  NO: 15, PK: 24, PL: 28, PS: 29, PT: 25, QA: 29, RO: 24, RS: 22, SA: 24, SE: 24, SI: 19, SK: 24, SM: 27, TN: 24, TR: 26,
  UA: 29, VA: 22, VG: 24, XK: 20,
} // prettier-ignore
