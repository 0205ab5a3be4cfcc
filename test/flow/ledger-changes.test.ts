import { expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { landChanges } from '../../src/flow/ledger-changes.ts'
import type { LedgerChanges, LedgerCustomer, LedgerInvoice } from '../../src/ledgers/ledger.ts'
import { inBusiness } from '../../src/store/db.ts'
import { openWorld, type World } from '../support/world.ts'

const CHANGED_AT = Temporal.Instant.from('2026-03-01T10:00:00Z')

const CUSTOMER: LedgerCustomer = {
  id: 'c-1', name: 'Globex', state: 'active', mergedIntoId: null, firstName: 'Eva', people: [{ name: 'Eva Soler', email: 'eva@globex.example', role: 'main' }],
  phone: null, country: 'ES', region: 'Madrid', groups: [], billedToId: null, changedAt: CHANGED_AT,
} // prettier-ignore

const INVOICE: LedgerInvoice = {
  id: 'i-1', customerId: 'c-1', customerName: 'Globex', number: 'G-1', reference: null, issuedOn: day('2026-02-01'),
  dueOn: day('2026-03-01'), total: money(50_000, 'EUR'), balance: money(50_000, 'EUR'), state: 'open', paidOn: null, expectedOn: null,
  emails: [], version: '1', changedAt: CHANGED_AT,
} // prettier-ignore

async function landed() {
  const world = await openWorld({ start: '2026-03-02T04:00:00Z', mode: 'observe' })
  await land(world, { customers: [CUSTOMER], invoices: [INVOICE] })
  return world
}

const land = (world: World, changes: Partial<LedgerChanges>): Promise<string[]> =>
  inBusiness(world.store.db, world.businessId, (db) =>
    landChanges(
      db,
      { into: world.connection, now: world.clock.now(), today: day('2026-03-02'), defaultTermDays: 30, quiet: false },
      changes,
    ),
  )

/** Everything that the ledger can change, without what tells one writing from another. */
const copy = (world: World) =>
  world.rows(`
    select to_jsonb(i) - 'digest' - 'seen_at' as invoice, to_jsonb(c) - 'digest' - 'next_look_at' as customer,
           (select jsonb_agg(to_jsonb(k) - 'id' order by k.email) from contacts k where k.customer_id = c.id) as people
      from customers c left join invoices i on i.customer_id = c.id where c.ledger_id = 'c-1'`)

it('What the ledger says again as it was is neither written nor a reason to look', async () => {
  const world = await landed()
  const written = () =>
    world.rows(`select xmin::text from invoices union all select xmin::text from customers where ledger_id = 'c-1'`)
  const before = await written()
  expect(await land(world, { customers: [CUSTOMER], invoices: [INVOICE] })).toEqual([])
  expect(await written()).toEqual(before)
})

it.each(
  Object.entries({
    customerId: 'c-2', number: 'G-2', reference: 'Pedido 7', issuedOn: day('2026-02-02'), dueOn: day('2026-03-09'), total: money(60_000, 'EUR'),
    balance: money(40_000, 'EUR'), state: 'void', paidOn: day('2026-03-02'), expectedOn: day('2026-03-20'), emails: ['pagos@globex.example'],
    version: '2', changedAt: CHANGED_AT.add({ hours: 1 }),
  } satisfies Partial<LedgerInvoice>),
)('An invoice that differs in nothing but its %s is written', async (field, value) => {
  const world = await landed()
  const before = await copy(world)
  await land(world, { invoices: [{ ...INVOICE, [field]: value }] })
  expect(await copy(world)).not.toEqual(before)
}) // prettier-ignore

it.each(
  Object.entries({
    name: 'Globex SL', state: 'archived', mergedIntoId: 'c-2', firstName: 'Ana', people: [{ name: 'Eva Soler', email: 'eva@globex.example', role: 'other' }],
    phone: '+34 600', country: 'PT', region: 'Lisboa', groups: ['ESTRATEGICO'], billedToId: 'c-2',
  } satisfies Partial<LedgerCustomer>),
)('A customer that differs in nothing but its %s is written', async (field, value) => {
  const world = await landed()
  const before = await copy(world)
  await land(world, { customers: [{ ...CUSTOMER, [field]: value }] })
  expect(await copy(world)).not.toEqual(before)
}) // prettier-ignore

it('An invoice and a customer that were taken for gone come back when the ledger names them as ever', async () => {
  const world = await landed()
  const before = await copy(world)
  await land(world, {
    removed: [
      { kind: 'invoice', id: 'i-1' },
      { kind: 'customer', id: 'c-1' },
    ],
  })
  expect(await world.rows(`select state, balance_minor::int as minor from invoices where ledger_id = 'i-1'`)).toEqual([
    { state: 'deleted', minor: 0 },
  ])
  await land(world, { customers: [CUSTOMER], invoices: [INVOICE] })
  expect(await copy(world)).toEqual(before)
})
