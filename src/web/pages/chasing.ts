import { z } from 'zod'
import { MOST_DELAY_DAYS, setCustomerChasing, setInvoiceChasing } from '../../flow/chasing.ts'
import type { CustomerChasing } from '../../store/chasing.ts'
import { inBusiness } from '../../store/db.ts'
import { customerOfInvoice } from '../../store/settings.ts'
import type { InvoiceView } from '../../store/timeline.ts'
import type { WebDependencies } from '../dependencies.ts'
import { Refused } from '../errors.ts'
import { orNull, parsed, who } from '../form-input.ts'
import { html, type Html } from '../html.ts'
import { form, mayAct } from '../layout.ts'
import type { BusinessRoutes, BusinessVisit } from '../visit.ts'

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .trim()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most))

const OF_CUSTOMER = z.object({
  delayDays: wholeNumber(0, MOST_DELAY_DAYS),
  paymentRunDay: orNull(wholeNumber(1, 31)),
  language: orNull(z.enum(['es', 'en'])),
})
const OF_INVOICE = z.object({
  excluded: z.enum(['yes', 'no']).transform((answer) => answer === 'yes'),
  delayDays: orNull(wholeNumber(0, MOST_DELAY_DAYS)),
})

/** What a person says about how one customer, or one invoice, is chased. */
export function chasingActions(routes: BusinessRoutes, app: WebDependencies): void {
  routes.act('/customers/:customerId/chasing', 'bookkeeper', async (acting) => {
    const { customerId } = acting.request.params as { customerId: string }
    const chasing = parsed(OF_CUSTOMER, acting)
    return back(customerId, await setCustomerChasing(app, { ...who(acting), customerId, chasing }))
  })

  routes.act('/invoices/:invoiceId/chasing', 'bookkeeper', async (acting) => {
    const { invoiceId } = acting.request.params as { invoiceId: string }
    const customerId = await inBusiness(app.db, acting.businessId, (db) => customerOfInvoice(db, invoiceId))
    if (!customerId) throw new Refused('notFound')
    const chasing = parsed(OF_INVOICE, acting)
    return back(customerId, await setInvoiceChasing(app, { ...who(acting), invoiceId, chasing }))
  })
}

function back(customerId: string, outcome: 'done' | 'unknown'): string {
  if (outcome === 'unknown') throw new Refused('notFound')
  return `/customers/${customerId}?done=saved`
}

/** How the customer is chased, with the form to change it; a viewer sees it only where something is set. */
export function chasingCard(visit: BusinessVisit, customerId: string, chasing: CustomerChasing): Html | false {
  const { chasing: say } = visit.words
  const { delayDays, paymentRunDay, language } = chasing
  if (!mayAct(visit) && delayDays === 0 && paymentRunDay === null && language === null) return false
  return html` <section class="card" id="chasing">
    <h2>${say.title}</h2>
    ${form(
      visit,
      `/customers/${customerId}/chasing`,
      html` <fieldset class="bare" ${!mayAct(visit) && html` disabled`}>
        <label
          >${say.delay}
          <input type="number" name="delayDays" min="0" max="${MOST_DELAY_DAYS}" value="${delayDays}" required />
        </label>
        <label
          >${say.run} <small>${say.runHint}</small>
          <input type="number" name="paymentRunDay" min="1" max="31" value="${paymentRunDay ?? ''}" />
        </label>
        <label
          >${say.language}
          <select name="language">
            <option value="">${say.languageByCountry}</option>
            ${(['es', 'en'] as const).map(
              (one) =>
                html`<option value="${one}" ${one === language && html` selected`}>${say.languages[one]}</option>`,
            )}
          </select>
        </label>
        ${mayAct(visit) && html`<button>${say.set}</button>`}
      </fieldset>`,
      'stack',
    )}
  </section>`
}

/** What a person said about how an invoice is chased, as its line shows it. */
export function chasingOf({ words: { chasing: say } }: BusinessVisit, { excluded, delayDays }: InvoiceView): Html {
  return html`${excluded && html`<small class="late">${say.leftOut}</small>`}
  ${delayDays !== null && html`<small>${say.later(delayDays)}</small>`}`
}

/** The form that takes an invoice out of chasing, or puts its steps off. */
export function invoiceChasing(visit: BusinessVisit, { id, excluded, delayDays }: InvoiceView): Html {
  const { chasing: say } = visit.words
  return form(
    visit,
    `/invoices/${id}/chasing`,
    html` <label
        >${say.chased} <small>${say.chasedHint}</small>
        <select name="excluded">
          <option value="no">${say.chasedYes}</option>
          <option value="yes" ${excluded && html` selected`}>${say.chasedNo}</option>
        </select></label
      >
      <label
        >${say.invoiceDelay} <small>${say.invoiceDelayHint}</small>
        <input type="number" name="delayDays" min="0" max="${MOST_DELAY_DAYS}" value="${delayDays ?? ''}" />
      </label>
      <button>${say.set}</button>`,
    'stack',
  )
}
