import { findAmounts } from './amounts.ts'
import { findIbans } from './iban.ts'

/**
 * What a name or a reference from the ledger would carry into a message beyond itself: a link, an address, an amount,
 * an account, a telephone number. Null for an honest one, digits and all ("3M", "Talleres 2000", "F-2026/0147").
 *
 * A name that carries something does not vouch for it: whoever can write into the ledger's contact list, which may be
 * the customer, must not be able to write "pay to this account" into our message.
 */
export function carriedBy(name: string, kind: 'name' | 'reference'): string | null {
  const plain = name.normalize('NFKC')
  const [address] = /[^\s@]+@[^\s@]+\.[^\s@]+/.exec(plain) ?? []
  if (address !== undefined) return address
  const [link] = LINK.exec(plain) ?? []
  if (link !== undefined && !COMPANY_NAMED_AFTER_ITS_SITE.test(plain.trim())) return link.trim()
  const [iban] = findIbans(plain)
  if (iban) return iban.iban
  const amounts = [...findAmounts(plain, 'es-ES'), ...findAmounts(plain, 'en-GB')]
  const amount = amounts.find(({ written }) => CURRENCY.test(written))
  if (amount) return amount.written.trim()
  const [telephone] = TELEPHONE.exec(plain) ?? []
  // References are grouped digits often enough; a telephone number among them has its country in front.
  if (telephone !== undefined && (kind === 'name' || telephone.startsWith('+'))) {
    if (telephone.replace(/\D/g, '').length >= 8) return telephone
  }
  return (
    Array.from(name).find((letter) => !/[0-9]/.test(letter) && /[0-9]/.test(letter.normalize('NFKC'))) ?? digitOf(name)
  )
}

/** A digit of another script, which reads as a number and is none of ours. */
const digitOf = (name: string): string | null => /(?![0-9])\p{Nd}/u.exec(name)?.[0] ?? null

const LINK = /https?:\S*|www\.\S+|(?<![\p{L}\d])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\p{L}\d])(?:\/\S*)?/iu
const COMPANY_NAMED_AFTER_ITS_SITE =
  /^[\p{L}\d-]+\.[a-z]{2,4}(?:,?\s+(?:s\.?l\.?u?\.?|s\.?a\.?|ltd\.?|limited|plc|inc\.?|llc|gmbh|b\.?v\.?))?$/iu
const CURRENCY = /\p{Sc}|EUR|GBP|USD|MXN|COP|CLP|ARS|PEN|CHF|CAD|AUD|NZD/u
const TELEPHONE = /\+?\d+(?:[ .()\u00a0-]+\d+)+/
