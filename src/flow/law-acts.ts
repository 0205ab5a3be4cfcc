import type { Day } from '../chase/day.ts'
import { readBusiness } from '../store/businesses.ts'
import { openInvoicesOf } from '../store/invoices.ts'
import * as store from '../store/law.ts'
import { take, type Act, type ControlDependencies, type Outcome } from './act.ts'
import { localTime } from './local-time.ts'

/** Says whether a customer is a business; null leaves it to its name and to what is said of all customers. */
export async function setDebtor(
  app: ControlDependencies,
  act: Act & { customerId: string; debtor: 'business' | 'consumer' | null },
): Promise<Outcome> {
  return take(app, act, act, null, async (db) => {
    await store.setDebtor(db, act.customerId, act.debtor)
    return { kind: 'debtor-set', facts: { debtor: act.debtor ?? 'unknown' } }
  })
}

/**
 * Writes down a claim for payment or an acknowledgement of the debt that happened elsewhere, and can be proved. It is
 * about all open invoices unless some are named. `future`: it lies ahead, so it has not happened.
 */
export async function logDebtEvent(
  app: ControlDependencies,
  act: Act & {
    customerId: string
    kind: store.DebtEventKind
    on: Day
    invoiceIds: readonly string[]
    note: string | null
  },
): Promise<Outcome | 'future' | 'nothing-open'> {
  const { businessId, userId, customerId, kind, on, note } = act
  return take<'future' | 'nothing-open'>(app, act, act, null, async (db) => {
    const at = app.now()
    const { timeZone } = await readBusiness(db, businessId)
    if (on > localTime(timeZone, at).today) return 'future'
    const open = (await openInvoicesOf(db, customerId)).map(({ id }) => id)
    const invoiceIds = act.invoiceIds.length === 0 ? open : act.invoiceIds.filter((id) => open.includes(id))
    if (invoiceIds.length < Math.max(1, act.invoiceIds.length)) return act.invoiceIds.length > 0 ? 'unknown' : 'nothing-open' // prettier-ignore
    await store.addDebtEvent(db, { businessId, customerId, invoiceIds, kind, on, note, createdBy: userId, at })
    return { kind: 'debt-event-logged', facts: { what: kind, on, ...(note !== null && { note }) } }
  })
}

/** Takes back what was written down by mistake. */
export async function withdrawDebtEvent(
  app: ControlDependencies,
  act: Act & { customerId: string; eventId: string },
): Promise<Outcome> {
  return take(app, act, act, null, async (db) => {
    const withdrawn = await store.withdrawDebtEvent(db, act.eventId, { userId: act.userId, at: app.now() })
    if (withdrawn === null) return 'unknown'
    return { kind: 'debt-event-withdrawn', facts: { what: withdrawn.kind, on: withdrawn.on } }
  })
}

/** Says yes, or no longer yes, to quoting legal amounts in messages; who and when is kept. */
export async function consentToLegalAmounts(
  app: ControlDependencies,
  act: Act & { consents: boolean },
): Promise<Outcome> {
  const { businessId, userId, consents } = act
  return take(app, act, 'everybody', null, async (db) => {
    const { lawConsentedAt } = await readBusiness(db, businessId)
    if ((lawConsentedAt !== null) === consents) return 'done'
    await store.setLawConsent(db, businessId, consents ? { at: app.now(), by: userId } : null)
    return { kind: consents ? 'law-consented' : 'law-consent-withdrawn' }
  })
}

/** What the business says about its customers and its turnover, for the law's sake. */
export async function changeLawSettings(app: ControlDependencies, act: Act & store.LawSettings): Promise<Outcome> {
  const { businessId, sellsToBusinessesOnly, vatTurnover } = act
  return take(app, act, 'everybody', null, async (db) => {
    const before = await readBusiness(db, businessId)
    const changed = [
      ...(before.sellsToBusinessesOnly === sellsToBusinessesOnly ? [] : ['sellsToBusinessesOnly']),
      ...(before.vatTurnover === vatTurnover ? [] : ['vatTurnover']),
    ]
    if (changed.length === 0) return 'done'
    await store.updateLawSettings(db, businessId, { sellsToBusinessesOnly, vatTurnover })
    return { kind: 'settings-changed', facts: { changed } }
  })
}
