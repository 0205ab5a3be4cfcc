import { expect, it } from 'vitest'
import { readOpenings } from '../../src/app.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { applyPolicy } from '../../src/flow/apply-policy.ts'
import { compareWithPolicy, simulateBusiness } from '../../src/flow/simulate.ts'
import { syncLedger } from '../../src/flow/sync.ts'
import { printPolicy } from '../../src/policy/print.ts'
import { openWorld } from '../support/world.ts'

it('keeps a business’s daily cap when several messages leave side by side', async () => {
  const world = await openWorld({ start: '2026-03-02T04:00:00Z' })
  for (const name of ['Acme', 'Brisa', 'Coral', 'Dunas']) world.invoice(world.regular(name).id, '2026-03-03')
  const app = { db: world.store.db, now: () => world.clock.now(), openings: await readOpenings() }
  const document = printPolicy({ ...DEFAULT_POLICY, mostPerDayOfBusiness: 1 })
  expect(await applyPolicy(app, { ...world.act, document, why: null, basedOn: null })).toMatchObject({
    kind: 'applied',
  })

  await world.until('2026-03-05')
  expect(world.problems).toEqual([])
  expect((await world.diary()).map((line) => line.slice(0, 10))).toEqual(['2026-03-02', '2026-03-04', '2026-03-05'])
})

it('counts the daily cap by the business’s own day, wherever its customers are', async () => {
  const world = await openWorld({ start: '2026-03-04T04:00:00Z' })
  await world.policy({ mostPerDayOfBusiness: 1 })
  world.invoice(world.regular('Madrid').id, '2026-03-03')
  world.invoice(world.regular('Auckland', { country: 'NZ', region: 'Auckland' }).id, '2026-03-04')
  world.invoice(world.regular('Toledo', { groups: ['Estratégico'] }).id, '2026-03-06')
  await world.until('2026-03-04', '08:50')
  const foreseen = await simulateBusiness(world.app, world.businessId, { days: 4 })
  await world.until('2026-03-06', '12:00')

  expect(world.problems).toEqual([])
  // On the evening of the 4th, the 5th in Auckland, Madrid's message is the business's one of the day.
  expect(await world.diary()).toEqual([
    '2026-03-04 09:00 first-overdue → pagos@madrid.example',
    '2026-03-05 21:00 first-overdue → pagos@auckland.example',
    '2026-03-06 09:00 due-day → pagos@toledo.example',
  ])
  // Each told by its own calendar, in which the message to Auckland is of the 6th.
  expect(foreseen.simulation.messages.map(({ on, message }) => `${on} ${message}`).sort()).toEqual([
    '2026-03-04 first-overdue',
    '2026-03-06 due-day',
    '2026-03-06 first-overdue',
  ])
})

it('counts what has left today also for a policy that is only tried', async () => {
  const world = await openWorld({ start: '2026-03-02T04:00:00Z' })
  world.invoice(world.regular('Acme').id, '2026-03-03')
  await world.until('2026-03-02', '09:30')
  expect(await world.diary()).toEqual(['2026-03-02 09:00 before-due → pagos@acme.example'])
  world.invoice(world.regular('Brisa').id, '2026-03-03')
  await syncLedger(world.app, world.connection)
  const capped = { ...DEFAULT_POLICY, mostPerDayOfBusiness: 1 }
  const { comparison } = await compareWithPolicy(world.app, world.businessId, capped, 1)
  // Brisa is new in the books: without the cap its reminder goes today, with it tomorrow at the earliest.
  expect([comparison.before.messages, comparison.after.messages]).toEqual([1, 0])
})
