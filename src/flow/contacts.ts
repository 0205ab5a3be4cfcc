import { inBusiness } from '../store/db.ts'
import * as store from '../store/contacts.ts'
import { take, type Act, type ControlDependencies, type Outcome } from './act.ts'
import { changedIn } from './chasing.ts'

/** Says how a contact is spoken to, what they read, and whether they get a copy of late steps. */
export async function setContact(
  app: ControlDependencies,
  act: Act & { contactId: string; settings: store.ContactSettings },
): Promise<Outcome> {
  const { contactId, settings } = act
  const before = await inBusiness(app.db, act.businessId, (db) => store.findContact(db, contactId))
  if (before === null) return 'unknown'
  const { customerId, email } = before
  return take(app, act, { customerId }, 'contact-set', async (db) => {
    const { treatment, language, escalation } = (await store.findContact(db, contactId)) ?? before
    const changed = changedIn({ treatment, language, escalation }, settings)
    if (changed === null) return 'done'
    await store.setContact(db, { id: contactId, customerId }, settings)
    return { kind: 'contact-set', facts: { email, ...changed } }
  })
}

/** Adds somebody at a customer whom the ledger does not know. */
export async function addContact(
  app: ControlDependencies,
  act: Act & Omit<store.NewContact, 'businessId'>,
): Promise<Outcome | 'already-there'> {
  const { businessId, customerId, email, name, role } = act
  return take<'already-there'>(app, act, act, 'contact-set', async (db) => {
    if (!(await store.addContact(db, { businessId, customerId, email, name, role }))) return 'already-there'
    return { kind: 'contact-added', facts: { email: email.toLowerCase(), ...(name !== null && { name }) } }
  })
}

/** Takes away somebody that a person had added. */
export async function removeContact(app: ControlDependencies, act: Act & { contactId: string }): Promise<Outcome> {
  const found = await inBusiness(app.db, act.businessId, (db) => store.findContact(db, act.contactId))
  if (found === null) return 'unknown'
  return take(app, act, found, 'contact-set', async (db) => {
    if (!(await store.removeContact(db, act.contactId))) return 'unknown'
    return { kind: 'contact-removed', facts: { email: found.email } }
  })
}
