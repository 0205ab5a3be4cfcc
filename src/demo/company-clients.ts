import type { Payer } from './company-trade.ts'

/** What makes a demo customer special: each story needs at least one of its kind in the books. */
export type CaseName =
  | 'strategic'
  | 'credit-covers'
  | 'overpaid'
  | 'unapplied-payment'
  | 'disputed'
  | 'promised'
  | 'part-paid'
  | 'several-addresses'
  | 'no-address'
  | 'no-due-date'
  | 'no-number'
  | 'archived'
  | 'duplicate'
  | 'duplicate-of'
  | 'two-currencies'
  | 'long-overdue'
  | 'new'

/** A line of a demo company's customer list. */
export type ClientEntry = {
  readonly name: string
  readonly street: string
  readonly postalCode: string
  readonly city: string
  readonly region: string | null
  readonly country: string
  /** The person whom the mails greet, or null where the ledger has none. */
  readonly contact: readonly [first: string, last: string] | null
  readonly payer: Payer
  /** The part of the address before `.example`. */
  readonly domain: string
  readonly currency: string
  readonly case: CaseName | null
}

type Extra = { readonly currency?: string; readonly case?: CaseName }

/**
 * Reads a customer list as people keep them: one line each,
 * `name | street | postal code | city | region | contact | payer | domain`.
 */
export function clientList(
  country: string,
  currency: string,
  lines: string,
  extras: Record<string, Extra> = {},
): ClientEntry[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [name, street, postalCode, city, region, contact, payer, domain] = line
        .split('|')
        .map((part) => part.trim())
      if (!name || !street || !postalCode || !city || !payer || !domain) throw new RangeError(`not a client: ${line}`)
      const [first, ...last] = contact ? contact.split(' ') : []
      const extra = extras[domain] ?? {}
      return {
        name, street, postalCode, city, region: region || null, country, domain,
        contact: first ? ([first, last.join(' ')] as const) : null,
        payer: payer as Payer,
        currency: extra.currency ?? currency,
        case: extra.case ?? null,
      } // prettier-ignore
    })
}
