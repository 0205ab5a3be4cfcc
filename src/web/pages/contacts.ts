import { z } from 'zod'
import { day, type Day } from '../../chase/day.ts'
import { addContact, removeContact, setContact } from '../../flow/contacts.ts'
import { confidenceIn, recipientsOf } from '../../flow/recipients.ts'
import { findContact } from '../../store/contacts.ts'
import { inBusiness } from '../../store/db.ts'
import type { CustomerFacts } from '../../store/standings.ts'
import type { ContactView, CustomerView } from '../../store/timeline.ts'
import type { WebDependencies } from '../dependencies.ts'
import { EMAIL_ADDRESS } from '../email-address.ts'
import { Refused } from '../errors.ts'
import { orNull, parsed, who } from '../form-input.ts'
import { html, type Html } from '../html.ts'
import { form, mayAct } from '../layout.ts'
import type { Acting, BusinessRoutes, BusinessVisit } from '../visit.ts'

const SETTINGS = z.object({
  treatment: orNull(z.enum(['usted', 'tu'])),
  language: orNull(z.enum(['es', 'en'])),
  escalation: z
    .literal('yes')
    .optional()
    .transform((ticked) => ticked === 'yes'),
})
const ADDED = z.object({
  email: EMAIL_ADDRESS,
  name: z
    .string()
    .trim()
    .max(100)
    .regex(/^\P{Cc}*$/u)
    .transform((name) => name || null),
  role: z.enum(['main', 'copied', 'other']),
})

/** What a person says of a customer's contacts, and those that the ledger does not know. */
export function contactActions(routes: BusinessRoutes, app: WebDependencies): void {
  routes.act('/contacts/:contactId', 'bookkeeper', async (acting) => {
    const { contactId, customerId } = await contactOf(app, acting)
    const settings = parsed(SETTINGS, acting)
    return back(customerId, await setContact(app, { ...who(acting), contactId, settings }))
  })

  routes.act('/contacts/:contactId/remove', 'bookkeeper', async (acting) => {
    const { contactId, customerId } = await contactOf(app, acting)
    return back(customerId, await removeContact(app, { ...who(acting), contactId }))
  })

  routes.act('/customers/:customerId/contacts', 'bookkeeper', async (acting) => {
    const { customerId } = acting.request.params as { customerId: string }
    return back(customerId, await addContact(app, { ...who(acting), customerId, ...parsed(ADDED, acting) }))
  })
}

async function contactOf(app: WebDependencies, { businessId, request }: Acting) {
  const { contactId } = request.params as { contactId: string }
  const contact = await inBusiness(app.db, businessId, (db) => findContact(db, contactId))
  if (!contact) throw new Refused('notFound')
  return { contactId, customerId: contact.customerId }
}

function back(customerId: string, outcome: 'done' | 'unknown' | 'already-there'): string {
  if (outcome === 'unknown') throw new Refused('notFound')
  return `/customers/${customerId}?done=${outcome === 'done' ? 'saved' : 'contactThere'}`
}

/** Who is at the customer: what speaks for each address, how they are written to, and forms to change it. */
export function contactsCard(visit: BusinessVisit, customer: CustomerView, facts: CustomerFacts | null): Html {
  const { customer: say, chasing } = visit.words
  const { contacts, phone } = customer
  const written = facts ? recipientsOf(facts).map(({ address }) => address) : []
  const unlisted = written.filter((address) => contacts.every(({ email }) => email !== address))
  return html` <section class="card" id="contacts">
    <h2>${say.contacts}</h2>
    ${contacts.length === 0 && unlisted.length === 0 && html`<p class="hint">${say.noContacts}</p>`}
    <ul class="plain lines">
      ${contacts.map((contact) => contactLine(visit, contact, facts))}
      ${unlisted.map((address) => html`<li>${address} <small>${chasing.onInvoice}${sureness(visit, address, facts)}</small></li>`)}
      ${phone && html`<li>${phone}</li>`}
    </ul>
    ${mayAct(visit) && addForm(visit, customer.id)}
  </section>`
}

function contactLine(visit: BusinessVisit, contact: ContactView, facts: CustomerFacts | null): Html {
  const { words, format } = visit
  const { customer: say, chasing } = words
  const dayOf = (at: string): Day => day(at.slice(0, 10))
  const { email, name, role, source, bouncedAt, bouncedWhy, escalation, treatment, language, repliedOn } = contact
  return html` <li>
    <span class="${bouncedAt && 'struck'}">${email}</span>
    <small
      >${name && html`${name} · `}${say.contactRoles[role]}${source === 'person' && html` · ${say.fromPerson}`}${escalation && html` · ${chasing.escalated}`}${treatment && html` · ${chasing.treatments[treatment]}`}${language && html` · ${chasing.languages[language]}`}${repliedOn && html` · ${chasing.replied(format.day(repliedOn))}`}${sureness(visit, email, facts)}</small
    >
    ${
      bouncedAt &&
      html` <small class="late"
        >${say.bounced(format.day(dayOf(bouncedAt)))}${bouncedWhy && html`: ${bouncedWhy}`}</small
      >`
    }
    ${mayAct(visit) && contactForm(visit, contact)}
  </li>`
}

/** How sure we are of an address that messages go to. */
function sureness({ words }: BusinessVisit, email: string, facts: CustomerFacts | null): Html | false {
  const isAddressed = facts !== null && recipientsOf(facts).some(({ address, copied }) => address === email && !copied)
  return isAddressed && html` · ${words.chasing.sure(confidenceIn(email, facts))}`
}

function contactForm(visit: BusinessVisit, { id, source, treatment, language, escalation }: ContactView): Html {
  const { chasing: say } = visit.words
  return html` <details>
    <summary>${say.contactTitle}</summary>
    ${form(
      visit,
      `/contacts/${id}`,
      html` <label
          >${say.treatment}
          <select name="treatment">
            <option value="">${say.treatmentOfPolicy}</option>
            ${(['usted', 'tu'] as const).map((one) => html`<option value="${one}" ${one === treatment && html` selected`}>${say.treatments[one]}</option>`)}
          </select></label
        >
        <label
          >${say.language}
          <select name="language">
            <option value="">${say.languageOfCustomer}</option>
            ${(['es', 'en'] as const).map((one) => html`<option value="${one}" ${one === language && html` selected`}>${say.languages[one]}</option>`)}
          </select></label
        >
        <label class="check"
          ><input type="checkbox" name="escalation" value="yes" ${escalation && html` checked`} />
          <span>${say.escalation} <small>${say.escalationHint}</small></span></label
        >
        <button>${say.set}</button>`,
      'stack',
    )}
    ${source === 'person' && form(visit, `/contacts/${id}/remove`, html`<button>${say.remove}</button>`)}
  </details>`
}

function addForm(visit: BusinessVisit, customerId: string): Html {
  const { chasing: say } = visit.words
  return html` <details>
    <summary>${say.addContact}</summary>
    ${form(
      visit,
      `/customers/${customerId}/contacts`,
      html` <label>${say.email} <input type="email" name="email" maxlength="254" required /></label>
        <label>${say.name} <input name="name" maxlength="100" /></label>
        <label
          >${say.role}
          <select name="role">
            ${(['other', 'copied', 'main'] as const).map((role) => html`<option value="${role}">${say.roles[role]}</option>`)}
          </select></label
        >
        <button>${say.add}</button>`,
      'stack',
    )}
  </details>`
}
