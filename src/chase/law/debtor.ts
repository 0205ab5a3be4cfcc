import type { Debtor } from './question.ts'

/** Whether a customer is a business, and how that is known. */
export type KnownDebtor = {
  readonly debtor: Debtor
  readonly because: 'person' | 'legal-form' | 'only-businesses' | 'nobody-said'
}

/**
 * Whether a customer is a business: what a person said of it, else the legal form in its name, else what the business
 * said of all its customers. No ledger tells, and a claim against a consumer would be wrong, so without any of these
 * it is not known.
 */
export function debtorOf(customer: {
  readonly name: string
  readonly setDebtor: 'business' | 'consumer' | null
  readonly sellsToBusinessesOnly: boolean
}): KnownDebtor {
  if (customer.setDebtor !== null) return { debtor: customer.setDebtor, because: 'person' }
  if (LEGAL_FORM.test(customer.name.trim())) return { debtor: 'business', because: 'legal-form' }
  if (customer.sellsToBusinessesOnly) return { debtor: 'business', because: 'only-businesses' }
  return { debtor: 'unknown', because: 'nobody-said' }
}

/**
 * Legal forms of companies at the end of a name. Those that are also surnames or words where the dots are left out
 * (SA, AG, SE, SC) count only as they are written in a register.
 */
const LEGAL_FORM = new RegExp(
  `[\\s,](?:${[
    'S\\.? ?L\\.? ?(?:U\\.?|L\\.?|P\\.?)?', 'S\\. ?A\\. ?(?:U\\.)?', 'SAU', 'S\\. ?Coop\\.?', // Spain
    '(?:Pty\\.? )?Ltd\\.?', '(?:Pty )?Limited', 'P\\.?L\\.?C\\.?', 'LLP', 'DAC', // United Kingdom, Ireland, Australia
    'GmbH', 'mbH', 'S\\.?A\\.?R\\.?L\\.?', 'S\\.?A\\.?S\\.?U?\\.?', 'S\\.? ?r\\.? ?l\\.?', 'S\\. ?p\\. ?A\\.', 'B\\. ?V\\.', 'N\\. ?V\\.', 'Lda\\.?', // other Europe
    'Inc\\.?', 'LLC', 'S\\. de R\\. ?L\\.(?: de C\\. ?V\\.)?', 'S\\. ?A\\. de C\\. ?V\\.', // the Americas
  ].join('|')})$`,
  'i',
) // prettier-ignore
