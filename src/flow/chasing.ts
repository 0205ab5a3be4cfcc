import * as store from '../store/chasing.ts'
import { inBusiness } from '../store/db.ts'
import { customerOfInvoice } from '../store/settings.ts'
import { take, type Act, type ControlDependencies, type Outcome } from './act.ts'

/** The longest that a person can put every step off, in days: the database keeps it too. */
export const MOST_DELAY_DAYS = 365

/** Changes how one customer is chased: how many days later, around which payment run, in which language. */
export async function setCustomerChasing(
  app: ControlDependencies,
  act: Act & { customerId: string; chasing: store.CustomerChasing },
): Promise<Outcome> {
  const { customerId, chasing } = act
  return take(app, act, act, 'chasing-set', async (db) => {
    const before = await store.readCustomerChasing(db, customerId)
    if (before === null) return 'unknown'
    const changed = changedIn(before, chasing)
    if (changed === null) return 'done'
    await store.setCustomerChasing(db, customerId, chasing)
    return { kind: 'chasing-set', facts: changed }
  })
}

/** Takes one invoice out of chasing or back in, and says how many days later its steps come. */
export async function setInvoiceChasing(
  app: ControlDependencies,
  act: Act & { invoiceId: string; chasing: store.InvoiceChasing },
): Promise<Outcome> {
  const { invoiceId, chasing } = act
  const customerId = await inBusiness(app.db, act.businessId, (db) => customerOfInvoice(db, invoiceId))
  if (customerId === null) return 'unknown'
  return take(app, act, { customerId }, 'chasing-set', async (db) => {
    const before = await store.readInvoiceChasing(db, invoiceId)
    if (before === null) return 'unknown'
    const changed = changedIn(before, chasing)
    if (changed === null) return 'done'
    await store.setInvoiceChasing(db, invoiceId, chasing)
    return { kind: 'chasing-set', invoiceId, facts: changed }
  })
}

/** What another setting says differently; null where it says the same. */
export function changedIn<T extends object>(before: T, after: T): Partial<T> | null {
  const names = (Object.keys(after) as (keyof T)[]).filter((name) => before[name] !== after[name])
  return names.length === 0 ? null : (Object.fromEntries(names.map((name) => [name, after[name]])) as Partial<T>)
}
