import { expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { putHold } from '../../src/flow/hold.ts'
import { deriveAgain } from '../../src/flow/past-verdict.ts'
import { recordPromise } from '../../src/flow/promise.ts'
import { inBusiness } from '../../src/store/db.ts'
import { aPromise } from '../support/agreements.ts'
import { openWorld } from '../support/world.ts'

/** Monday 2 March, 05:00 in Madrid. */
const MONDAY = '2026-03-02T04:00:00Z'

it('Every invoice has its reason on every day, kept only when it changes, and each can be derived again', async () => {
  const world = await openWorld({ start: MONDAY })
  const acme = world.regular('Acme')
  const [late, small, later] = [
    world.invoice(acme.id, '2026-02-27', 90_000),
    world.invoice(acme.id, '2026-02-20', 90),
    world.invoice(acme.id, '2026-04-20', 50_000),
  ]
  await world.until('2026-03-03')
  const customerId = await world.customerId(acme.id)
  const invoiceId = await world.invoiceId(late.id)
  await recordPromise(world.app, {
    ...world.act,
    ...aPromise({ customerId, invoiceIds: [invoiceId], on: '2026-03-11' }),
  })
  await world.until('2026-03-10')
  const snooze = { kind: 'snooze' as const, customerId, invoiceId: null, startsOn: null, reviewOn: null, ownerId: null }
  await putHold(world.app, { ...world.act, ...snooze, until: day('2026-03-20'), why: null })
  await world.until('2026-03-18')

  const lines = await world.rows<{ number: string; line: string }>(
    `select i.number, v.from_day || ' ' || v.decision || ' ' || v.reason as line
       from invoice_verdicts v join invoices i on i.id = v.invoice_id order by i.due_on, v.from_day`,
  )
  const of = (number: string | null) => lines.filter((row) => row.number === number).map(({ line }) => line)
  expect(of(small.number)).toEqual(['2026-03-02 nothing left-alone', '2026-03-10 wait snoozed'])
  expect(of(later.number).length).toBeLessThan(8)
  expect(of(late.number).filter((line) => line.endsWith('promised')).length).toBe(1)

  // Every one of them, with the policy by its hash and nothing but what was kept then.
  const kept = await world.rows<{ id: string; on: string }>(
    `select invoice_id as id, from_day::text as on from invoice_verdicts order by 1, 2`,
  )
  expect(kept.length).toBeGreaterThan(6)
  for (const { id, on } of kept) {
    const again = await inBusiness(world.store.db, world.businessId, (db) => deriveAgain(db, id, day(on)))
    const { said, derived } = again ?? { said: null, derived: null }
    expect([on, derived?.do, derived?.reason, derived?.until, derived?.facts]).toEqual([
      said?.since,
      said?.decision,
      said?.reason,
      said?.until,
      said?.facts,
    ])
  }
})
