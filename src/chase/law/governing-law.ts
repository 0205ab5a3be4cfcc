import { refuse } from './answer.ts'
import type { Refusal } from './answer.ts'
import { limitation } from './limitation.ts'
import type { Interruption, Limitation } from './limitation.ts'
import type { Day } from '../day.ts'
import type { Debtor } from './question.ts'

/** Where a party is: ISO 3166-1, and the second half of ISO 3166-2 ('SCT', 'CT'); null where it is not known. */
export type Place = { readonly country: string | null; readonly region: string | null }

/**
 * The limitation of a debt under the law of the seller, whose law governs a sale unless something
 * else was agreed.
 *
 * Where the buyer is in another region of the same country, with another rule, the region settles nothing: the
 * country's common rule is taken and the other days come with it (`elsewhere`).
 */
export function limitationBetween(
  seller: Place,
  buyer: Place,
  debt: { readonly debtor: Debtor; readonly dueOn: Day; readonly interruptions: readonly Interruption[] },
): Limitation | Refusal {
  const { country } = seller
  if (country === null) return refuse('unknown-country')
  const { debtor, dueOn, interruptions } = debt
  const debtKind = debtor === 'consumer' ? 'supply-to-consumer' : 'invoice'
  const under = (region: string | null): Limitation | Refusal =>
    limitation({ country, debtKind, dueOn, interruptions, ...(region !== null && { region: isoRegion(region) }) })
  const sellers = under(seller.region)
  if (buyer.country !== country || buyer.region === null || seller.region === null) return sellers
  const buyers = under(buyer.region)
  const isOneRule = sellers.kind === 'limitation' && buyers.kind === 'limitation' && sellers.code === buyers.code
  return isOneRule ? sellers : under(null)
}

/** Islands and the like are parts of a region: 'CN-TE' is 'CN'. */
const isoRegion = (region: string): string => region.split('-')[0] ?? region
