import { addDays } from './day.ts'
import type { Day } from './day.ts'
import { money } from './money.ts'
import type { Money } from './money.ts'
import type { Policy } from './policy.ts'
import type { OpenInvoice } from './standing.ts'

/** What paying early saves on one invoice, and until when. */
export type DiscountOffer = {
  readonly invoiceId: string
  readonly off: Money
  /** What settles the invoice if it arrives in time. */
  readonly toPay: Money
  readonly lastDay: Day
}

/**
 * The offers that hold today: only where the policy has a discount and says where the customers agreed to hear of it, for invoices that are not due yet and whose last
 * day has not passed. The discount is rounded down to the whole minor unit, so that it never gives more than it says.
 */
export function discountOffers(
  invoices: readonly OpenInvoice[],
  { discount, consents }: Pick<Policy, 'discount' | 'consents'>,
  today: Day,
): DiscountOffer[] {
  if (discount === null || !consents['discount-offers']?.trim()) return []
  return invoices.flatMap((invoice) => {
    if (invoice.issuedOn === null || invoice.dueOn <= today) return []
    const lastDay = addDays(invoice.issuedOn, discount.withinDays)
    if (lastDay < today || lastDay >= invoice.dueOn) return []
    const { minor, currency } = invoice.balance
    const off = Math.floor((minor * discount.percent) / 100)
    return off > 0
      ? [{ invoiceId: invoice.id, off: money(off, currency), toPay: money(minor - off, currency), lastDay }]
      : []
  })
}
