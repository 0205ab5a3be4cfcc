import { z } from 'zod'
import { day, isDay } from '../../chase/day.ts'
import type { Policy } from '../../chase/policy.ts'
import {
  changeLawSettings,
  consentToLegalAmounts,
  logDebtEvent,
  setDebtor,
  withdrawDebtEvent,
} from '../../flow/law-acts.ts'
import { policyInForce } from '../../flow/policy.ts'
import { inBusiness } from '../../store/db.ts'
import { customerOfDebtEvent, DEBT_EVENT_KINDS, readLawConsent } from '../../store/law.ts'
import type { WebDependencies } from '../dependencies.ts'
import { Refused } from '../errors.ts'
import { html, type Html } from '../html.ts'
import { form } from '../layout.ts'
import { isId, type Acting, type BusinessRoutes, type BusinessVisit } from '../visit.ts'

const DEBTOR = z.object({ debtor: z.enum(['', 'business', 'consumer']) })
const EVENT = z.object({
  kind: z.enum(DEBT_EVENT_KINDS),
  on: z.string().refine(isDay).transform(day),
  invoices: z
    .union([z.string().transform((one) => [one]), z.array(z.string())])
    .default([])
    .refine((all) => all.every(isId)),
  note: z.string().trim().max(500).default(''),
})
const CONSENT = z.object({ consents: z.enum(['yes', 'no']) })
const SETTINGS = z.object({
  onlyBusinesses: z.literal('yes').optional(),
  turnover: z.enum(['', 'up-to-limit', 'above-limit']).default(''),
})

/** The law of late payment: what a business says for its sake, and what people write down about debts. */
export function lawPages(routes: BusinessRoutes, app: WebDependencies): void {
  routes.page('/settings/law', 'viewer', async (visit) => {
    const { policy } = await policyInForce(visit.db, visit.businessId, visit.now)
    const consent = await readLawConsent(visit.db, visit.businessId)
    const body = html` <p><a href="/settings">← ${visit.words.settings.title}</a></p>
      <h1>${visit.words.law.settingsTitle}</h1>
      <p class="lead">${visit.words.law.settingsText}</p>
      ${visit.role !== 'owner' && html`<p class="hint">${visit.words.settings.ownerOnly}</p>`}
      ${consentCard(visit, consent)} ${groundsCard(visit, policy)} ${businessCard(visit)}`
    return { title: visit.words.law.settingsTitle, tab: 'settings', body }
  })

  routes.act('/settings/law/consent', 'owner', async (acting) => {
    const { consents } = parsed(CONSENT, acting)
    await consentToLegalAmounts(app, { ...who(acting), consents: consents === 'yes' })
    return '/settings/law?done=saved'
  })

  routes.act('/settings/law', 'owner', async (acting) => {
    const { onlyBusinesses, turnover } = parsed(SETTINGS, acting)
    const settings = { sellsToBusinessesOnly: onlyBusinesses === 'yes', vatTurnover: turnover === '' ? null : turnover }
    await changeLawSettings(app, { ...who(acting), ...settings })
    return '/settings/law?done=saved'
  })

  routes.act('/customers/:customerId/debtor', 'bookkeeper', async (acting) => {
    const { debtor } = parsed(DEBTOR, acting)
    const customerId = customerOf(acting)
    const outcome = await setDebtor(app, { ...who(acting), customerId, debtor: debtor === '' ? null : debtor })
    if (outcome === 'unknown') throw new Refused('notFound')
    return `/customers/${customerId}?done=saved#law`
  })

  routes.act('/customers/:customerId/debt-events', 'bookkeeper', async (acting) => {
    const { kind, on, invoices, note } = parsed(EVENT, acting)
    const customerId = customerOf(acting)
    const outcome = await logDebtEvent(app, {
      ...who(acting), customerId, kind, on, invoiceIds: invoices, note: note === '' ? null : note,
    }) // prettier-ignore
    if (outcome === 'unknown') throw new Refused('notFound')
    if (outcome !== 'done') throw new Refused('invalid')
    return `/customers/${customerId}?done=saved#law`
  })

  routes.act('/debt-events/:eventId/withdraw', 'bookkeeper', async (acting) => {
    const { eventId } = acting.request.params as { eventId: string }
    const customerId = isId(eventId)
      ? await inBusiness(app.db, acting.businessId, (db) => customerOfDebtEvent(db, eventId))
      : null
    if (customerId === null) throw new Refused('notFound')
    await withdrawDebtEvent(app, { ...who(acting), customerId, eventId })
    return `/customers/${customerId}?done=saved#law`
  })
}

const who = ({ businessId, userId }: Acting) => ({ businessId, userId })

function customerOf({ request }: Acting): string {
  const { customerId } = request.params as { customerId: string }
  if (!isId(customerId)) throw new Refused('notFound')
  return customerId
}

function parsed<Schema extends z.ZodType>(schema: Schema, { request }: Acting): z.output<Schema> {
  const { data, success } = schema.safeParse(request.body ?? {})
  if (!success) throw new Refused('invalid')
  return data
}

function consentCard(visit: BusinessVisit, consent: Awaited<ReturnType<typeof readLawConsent>>): Html {
  const { words, format } = visit
  const { law: say } = words
  return html` <section class="card stack" id="consent">
    <h2>${say.consentTitle}</h2>
    <p>${say.consentText}</p>
    ${consent && html`<p><strong>${say.consented(consent.by ?? words.actors.someone, format.instant(consent.at))}</strong></p>`}
    ${
      visit.role === 'owner' &&
      form(
        visit,
        '/settings/law/consent',
        html`<input type="hidden" name="consents" value="${consent ? 'no' : 'yes'}" />
          <button class="${!consent && 'primary'}">${consent ? say.withdrawConsent : say.consent}</button>`,
      )
    }
  </section>`
}

function groundsCard({ words }: BusinessVisit, { grounds }: Policy): Html {
  const { law: say } = words
  return html` <section class="card">
    <h2>${say.groundsTitle}</h2>
    <dl class="facts">
      ${(['late-interest', 'compensation'] as const).map((kind) => {
        const ground = grounds[kind]
        return html`<dt>${say.groundKinds[kind]}</dt>
          <dd>
            ${ground ? html`${ground.reference} <small>${say.groundBasis[ground.basis]}</small>` : say.groundNone}
          </dd>`
      })}
    </dl>
    <p><a href="/policy">${say.toPolicy}</a></p>
  </section>`
}

function businessCard(visit: BusinessVisit): Html {
  const { words, business, role } = visit
  const { law: say } = words
  return html` <section class="card">
    <h2>${say.business}</h2>
    ${form(
      visit,
      '/settings/law',
      html` <fieldset class="bare" ${role !== 'owner' && html` disabled`}>
        <label class="check"
          ><input
            type="checkbox"
            name="onlyBusinesses"
            value="yes"
            ${business.sellsToBusinessesOnly && html` checked`}
          />
          ${say.onlyBusinesses}</label
        >
        <p class="hint">${say.onlyBusinessesHint}</p>
        ${
          business.country === 'ES' &&
          html`<label
            >${say.turnover}
            <select name="turnover">
              ${(['', 'up-to-limit', 'above-limit'] as const).map(
                (turnover) =>
                  html`<option value="${turnover}" ${turnover === (business.vatTurnover ?? '') && html` selected`}>
                    ${say.turnovers[turnover]}
                  </option>`,
              )}
            </select></label
          >`
        }
        ${role === 'owner' && html`<p class="law-save"><button class="primary">${say.save}</button></p>`}
      </fieldset>`,
    )}
  </section>`
}
