import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { inBusiness } from '../../src/store/db.ts'
import {
  EVIDENCE_SOURCES,
  NO_EVIDENCE,
  findCustomersByName,
  readAccount,
  readEvidenceRecords,
  readEvidenceScope,
} from '../../src/store/evidence.ts'
import { asOwner, freshDatabase, type TestDatabase } from '../support/database.ts'

const AT = '2026-03-10T09:00:00Z'

/** A business with one customer and open invoices of so many euros in cents, by number. */
async function customerWith(store: TestDatabase, invoices: Readonly<Record<string, number>>) {
  const [businessId, connectionId, customerId] = [randomUUID(), randomUUID(), randomUUID()]
  const run = (text: string, values: unknown[]) => asOwner(store.ownerUrl, text, values)
  await run(`insert into businesses (id, name) values ($1, 'Talleres Vega')`, [businessId])
  await run(
    `insert into connections (id, business_id, ledger, organisation_id, organisation_name, connected_at) values ($1, $2, 'xero', 'org-1', 'x', $3)`,
    [connectionId, businessId, AT],
  )
  await run(
    `insert into customers (id, business_id, connection_id, ledger_id, name) values ($1, $2, $3, 'c-1', 'Acme')`,
    [customerId, businessId, connectionId],
  )
  const ids: Record<string, string> = {}
  for (const [number, minor] of Object.entries(invoices)) {
    const id = randomUUID()
    await run(
      `insert into invoices (id, business_id, connection_id, ledger_id, customer_id, number, due_on, currency, total_minor, balance_minor, state, version, changed_at, seen_at)
       values ($1, $2, $3, $5, $4, $5, '2026-03-01', 'EUR', $6, $6, 'open', '1', $7, $7)`,
      [id, businessId, connectionId, customerId, number, minor, AT],
    )
    ids[number] = id
  }
  return { businessId, customerId, ids, run }
}

describe('The evidence', () => {
  it('leaves no table out that concerns a customer: each is a source, or said to be none', async () => {
    const store = await freshDatabase()
    const rows = await asOwner<{ name: string }>(
      store.ownerUrl,
      `select distinct table_name as name from information_schema.columns
        where table_schema = 'public' and column_name in ('customer_id', 'chase_id', 'invoice_id') order by 1`,
    )
    const tables = rows.map(({ name }) => name)
    expect(tables.length).toBeGreaterThanOrEqual(10)
    const known = [...EVIDENCE_SOURCES.map(({ table }) => table), ...NO_EVIDENCE]
    expect(tables.filter((name) => !known.includes(name))).toEqual([])
    // The rules themselves belong to no customer; a pack has those that decided about this one.
    expect(known.filter((name) => !tables.includes(name))).toEqual(['policies_used'])
  })

  it('has promises, plans, requests and conversations, those of one invoice where one is asked for', async () => {
    const store = await freshDatabase()
    const { businessId, customerId, ids, run } = await customerWith(store, { 'F-1': 100, 'F-2': 200 })
    const whose = [businessId, customerId]
    await run(
      `insert into promises (business_id, customer_id, invoice_ids, currency, amount_minor, pay_on, given_on, via, said_by, created_by, created_at)
       values ($1, $2, array[$3::uuid], 'EUR', 100, '2026-03-20', '2026-03-10', 'call', 'Eva', 'x', $4)`,
      [...whose, ids['F-1'], AT],
    )
    await run(
      `insert into payment_plans (business_id, customer_id, invoice_ids, currency, instalments, answer_by, offered_on, created_by, created_at)
       values ($1, $2, array[$3::uuid], 'EUR', '[]', '2026-03-20', '2026-03-10', 'x', $4)`,
      [...whose, ids['F-2'], AT],
    )
    await run(
      `insert into requested_notices (business_id, id, customer_id, message, invoice_ids, requested_by, requested_at)
       values ($1, 'plan-offer:1', $2, 'plan-offer', array[$3::uuid], 'x', $4)`,
      [...whose, ids['F-2'], AT],
    )
    await run(
      `insert into contact_log (business_id, customer_id, on_day, kind, outcome, note, created_by, created_at)
       values ($1, $2, '2026-03-10', 'call', 'promise', 'on the 20th', 'x', $3)`,
      [...whose, AT],
    )
    const count = async (invoice: string | null): Promise<Record<string, number>> =>
      inBusiness(store.db, businessId, async (db) => {
        const scope = await readEvidenceScope(db, customerId, invoice)
        if (!scope) throw new Error('no such invoice')
        const counts: Record<string, number> = {}
        for (const source of EVIDENCE_SOURCES) {
          const { length } = await readEvidenceRecords(db, source, scope)
          if (length > 0) counts[source.kind] = length
        }
        return counts
      })
    expect(await count(null)).toEqual({ 'contact-log': 1, 'payment-plans': 1, promises: 1, 'requested-notices': 1 })
    expect(await count('F-1')).toEqual({ 'contact-log': 1, promises: 1 })
    expect(await count('F-2')).toEqual({ 'contact-log': 1, 'payment-plans': 1, 'requested-notices': 1 })
    expect(await inBusiness(store.db, businessId, (db) => readEvidenceScope(db, customerId, 'F-3'))).toBe(null)
  })

  it('finds a customer by name in any case or by its id in the ledger', async () => {
    const store = await freshDatabase()
    const { businessId, customerId } = await customerWith(store, {})
    for (const wanted of ['acme', 'ACME', 'c-1']) {
      const found = await inBusiness(store.db, businessId, (db) => findCustomersByName(db, wanted))
      expect(found.map(({ id }) => id)).toEqual([customerId])
    }
    expect(await inBusiness(store.db, businessId, (db) => findCustomersByName(db, 'Acm'))).toEqual([])
  })
})

describe('The account for a statement', () => {
  it('marks what is disputed, promised or set aside, and nothing that is over or has not begun', async () => {
    const store = await freshDatabase()
    const invoices = {
      free: 1,
      disputed: 2,
      promised: 3,
      planned: 4,
      excluded: 5,
      paused: 6,
      over: 7,
      later: 8,
      offered: 9,
    }
    const { businessId, customerId, ids, run } = await customerWith(store, invoices)
    const hold = (number: string, kind: string, more: { until?: string; starts?: string } = {}) =>
      run(
        `insert into holds (business_id, customer_id, invoice_id, kind, until, starts_on, created_by, created_at) values ($1, $2, $3, $4, $5, $6, 'x', $7)`,
        [businessId, customerId, ids[number], kind, more.until ?? null, more.starts ?? null, AT],
      )
    await hold('disputed', 'dispute')
    await hold('disputed', 'pause')
    await hold('paused', 'pause', { until: '2026-03-12' })
    await hold('over', 'pause', { until: '2026-03-11' })
    await hold('later', 'pause', { starts: '2026-03-13' })
    await run(`update invoices set excluded = true where id = $1`, [ids['excluded']])
    await run(
      `insert into promises (business_id, customer_id, invoice_ids, currency, amount_minor, pay_on, given_on, via, created_by, created_at)
       values ($1, $2, array[$3::uuid], 'EUR', 3, '2026-03-12', '2026-03-10', 'call', 'x', $5),
              ($1, $2, array[$4::uuid], 'EUR', 7, '2026-03-11', '2026-03-10', 'call', 'x', $5)`,
      [businessId, customerId, ids['promised'], ids['over'], AT],
    )
    await run(
      `insert into payment_plans (business_id, customer_id, invoice_ids, currency, instalments, answer_by, offered_on, agreed_on, created_by, created_at)
       values ($1, $2, array[$3::uuid], 'EUR', '[]', '2026-03-20', '2026-03-10', '2026-03-11', 'x', $5),
              ($1, $2, array[$4::uuid], 'EUR', '[]', '2026-03-20', '2026-03-10', null, 'x', $5)`,
      [businessId, customerId, ids['planned'], ids['offered'], AT],
    )
    const { items } = await inBusiness(store.db, businessId, (db) => readAccount(db, [customerId], day('2026-03-12')))
    expect(Object.fromEntries(items.map(({ number, mark }) => [number, mark]))).toEqual({
      free: null,
      disputed: 'disputed',
      promised: 'promised',
      planned: 'promised',
      excluded: 'excluded',
      paused: 'paused',
      over: null,
      later: null,
      offered: null,
    })
  })
})
