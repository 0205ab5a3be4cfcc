import { money, totalsPerCurrency } from '../../chase/money.ts'
import { findChase } from '../../store/chases.ts'
import { inBusiness } from '../../store/db.ts'
import type { WaitingChase } from '../../store/timeline.ts'
import type { WebDependencies } from '../dependencies.ts'
import { Refused } from '../errors.ts'
import { html, type Html } from '../html.ts'
import type { Acting, BusinessVisit } from '../visit.ts'

export const chaseOf = ({ request }: Pick<Acting, 'request'>): string => (request.params as { chaseId: string }).chaseId

/** The chase in the address with the person who decides about it. Refused where the business has no such chase. */
export async function choiceOf(app: WebDependencies, acting: Acting) {
  const { businessId, userId } = acting
  const chaseId = chaseOf(acting)
  const chase = await inBusiness(app.db, businessId, (db) => findChase(db, chaseId))
  if (!chase) throw new Refused('notFound')
  return { businessId, userId, chaseId, channel: chase.channel }
}

/** The invoices that a message or a task is about, with their sum where there are several. */
export function invoiceList({ words, format }: BusinessVisit, { invoices }: WaitingChase): Html | false {
  if (invoices.length === 0) return false
  const totals = totalsPerCurrency(invoices.map(({ balanceMinor, currency }) => money(balanceMinor, currency)))
  return html` <ul class="invoice-list">
    ${invoices.map(
      (invoice) =>
        html` <li>
          <span>${invoice.number ?? words.customer.noNumber}</span>
          <span>${words.customer.due} ${format.day(invoice.dueOn)}</span>
          <span class="amount">${format.money(invoice.balanceMinor, invoice.currency)}</span>
        </li>`,
    )}
    ${
      invoices.length > 1 &&
      totals.map(
        ({ minor, currency }) =>
          html` <li class="strong">
            <span>${words.receivables.total}</span><span class="amount">${format.money(minor, currency)}</span>
          </li>`,
      )
    }
  </ul>`
}
