import type { Day } from '../chase/day.ts'
import { money, totalsPerCurrency, type Money } from '../chase/money.ts'
import { readBusiness } from '../store/businesses.ts'
import { closeTasks } from '../store/chases.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { openInvoicesOf, type OpenItem } from '../store/invoices.ts'
import { cancelRequests, requestNotice } from '../store/notices.ts'
import {
  customerOfPromise,
  insertPromise,
  queueClearedDays,
  queueExpectedDays,
  replacePromises,
  withdrawPromise as withdraw,
  type Method,
  type Place,
} from '../store/promises.ts'
import { take, type Act, type Outcome } from './act.ts'
import type { Dependencies } from './dependencies.ts'
import { localTime } from './local-time.ts'

/** What agreements need: the database, the business clock, and the queue that tells the ledger. */
export type AgreementApp = Pick<Dependencies, 'db' | 'now' | 'enqueue'>

/** A customer's word that it pays. */
export type Promised = {
  readonly customerId: string
  /** The invoices it covers; null for everything that is open. */
  readonly invoiceIds: readonly string[] | null
  /** Null for all that is owed on them. Given only where they are in one currency. */
  readonly amount: Money | null
  readonly on: Day
  readonly method: Method | null
  readonly saidBy: string | null
  readonly via: Place
  readonly note: string | null
  /** Confirm it to the customer in writing. */
  readonly confirm: boolean
}

export type PromiseRefusal = 'day-past' | 'nothing-open' | 'too-much'

/**
 * Writes a promise down. It takes the place of the next step and of an earlier promise about the same invoices whose
 * day has not come; the ledger is told the day where it can be. Amounts in several currencies are as many promises.
 */
export async function recordPromise(app: AgreementApp, act: Act & Promised): Promise<Outcome | PromiseRefusal> {
  return take<PromiseRefusal>(app, act, act, 'promise', (db) => writePromise(app, db, act, act))
}

/** The same inside an act that is under way. */
export async function writePromise(app: AgreementApp, db: BusinessDb, act: Act, promised: Promised) {
  const { businessId, userId } = act
  const { customerId, on, method, saidBy, via, note } = promised
  const { timeZone } = await readBusiness(db, businessId)
  const at = app.now()
  const { today } = localTime(timeZone, at)
  if (on < today) return 'day-past' as const
  const items = await coveredBy(db, promised)
  if (items === null) return 'unknown' as const
  const owed = totalsPerCurrency(items.map(({ balanceMinor, currency }) => money(balanceMinor, currency)))
  const amounts = promised.amount ? [promised.amount] : owed
  if (owed.length === 0) return 'nothing-open' as const
  const exceeds = (amount: Money): boolean =>
    amount.minor <= 0 || amount.minor > (owed.find(({ currency }) => currency === amount.currency)?.minor ?? 0)
  if (amounts.some(exceeds)) return 'too-much' as const

  const invoiceIds = items.map(({ id }) => id)
  const replaced = await replacePromises(db, { customerId, invoiceIds, today }, { by: userId, at, because: 'replaced' })
  await cancelRequests(db, replaced.map(confirmationOf), at)
  await closeTasks(db, customerId, 'promise')
  for (const amount of amounts) {
    const covered = items.filter(({ currency }) => currency === amount.currency).map(({ id }) => id)
    const promiseId = await insertPromise(db, {
      businessId, customerId, invoiceIds: covered, currency: amount.currency, amountMinor: amount.minor,
      payOn: on, givenOn: today, method, saidBy, via, note, createdBy: userId, at,
    }) // prettier-ignore
    if (promised.confirm) {
      const id = confirmationOf(promiseId)
      const request = { businessId, customerId, id, message: 'promise-confirmed' as const, invoiceIds: covered }
      await requestNotice(db, { ...request, requestedBy: userId, at })
    }
    const days = await queueExpectedDays(db, { businessId, promiseId, invoiceIds: covered, on, at })
    await app.enqueue(db, 'expected-day', ...days.map((expectedDayId) => ({ businessId, expectedDayId })))
  }
  const [first] = amounts
  return {
    kind: 'promise-recorded' as const,
    invoiceId: items.length === 1 ? (items[0]?.id ?? null) : null,
    facts: { on, method, via, ...(saidBy !== null && { saidBy }), ...(amounts.length === 1 && { ...first }) },
  }
}

const confirmationOf = (promiseId: string): string => `promise-confirmed:${promiseId}`

/** The open invoices a promise covers; null when one that was named is not this customer's. */
async function coveredBy(db: BusinessDb, { customerId, invoiceIds }: Promised): Promise<OpenItem[] | null> {
  const open = await openInvoicesOf(db, customerId)
  if (invoiceIds === null) return open
  const named = open.filter(({ id }) => invoiceIds.includes(id))
  return named.length === invoiceIds.length ? named : null
}

/** Takes a promise back, as if it had not been given: the steps go on from where they were. */
export async function withdrawPromise(app: AgreementApp, act: Act & { promiseId: string }): Promise<Outcome> {
  const customerId = await inBusiness(app.db, act.businessId, (db) => customerOfPromise(db, act.promiseId))
  if (!customerId) return 'unknown'
  return take(app, act, { customerId }, null, async (db) => {
    const at = app.now()
    const ended = await withdraw(db, act.promiseId, { by: act.userId, at })
    if (!ended) return 'done'
    await cancelRequests(db, [confirmationOf(act.promiseId)], at)
    await clearExpectedDays(app, db, act.businessId, [act.promiseId])
    return { kind: 'promise-withdrawn', facts: { on: ended.payOn } }
  })
}

/** Takes the days of promises that do not stand any more out of the ledger, where no later promise has put another. */
export async function clearExpectedDays(
  app: AgreementApp,
  db: BusinessDb,
  businessId: string,
  promiseIds: readonly string[],
): Promise<void> {
  for (const expectedDayId of await queueClearedDays(db, promiseIds, app.now()))
    await app.enqueue(db, 'expected-day', { businessId, expectedDayId })
}
