import { expect, it } from 'vitest'
import { endHold } from '../../src/flow/hold.ts'
import { openWorld } from '../support/world.ts'

/** Monday 2 March, 05:00 in Madrid. */
const MONDAY = '2026-03-02T04:00:00Z'

async function writing() {
  const world = await openWorld({ start: MONDAY })
  world.invoice(world.regular('Acme').id, '2026-02-27', 90_000)
  return world
}

const endEveryHold = async (world: Awaited<ReturnType<typeof writing>>): Promise<void> => {
  for (const { id } of await world.rows<{ id: string }>('select id from holds where ended_at is null')) {
    await endHold(world.app, { ...world.act, holdId: id })
  }
}

it('A message that fails a guard is held with the finding as the reason, and goes when a person lets it', async () => {
  const world = await writing()
  const finding = { kind: 'threat' as const, where: 'text' as const, what: 'tribunales' }
  Object.assign(world.app, { checkMessage: () => [finding] })
  await world.until('2026-03-03')
  expect(world.outbox).toEqual([])
  expect(await world.rows('select kind, why from holds')).toEqual([
    { kind: 'message-held', why: 'threat (text): tribunales' },
  ])
  expect(await world.rows(`select reason from verdicts order by on_day desc limit 1`)).toEqual([
    { reason: 'message-held' },
  ])
  await endEveryHold(world)
  await world.until('2026-03-04')
  expect(world.outbox.length).toBe(1)
})

it('Another account than the last message named holds everything to the customer until a person has looked', async () => {
  const world = await writing()
  await world.rows(`update businesses set payment_details = 'IBAN ES91 2100 0418 4502 0005 1332'`)
  await world.until('2026-03-03')
  await world.rows(`update businesses set payment_details = 'IBAN ES79 2100 0813 6101 2345 6789'`)
  await world.until('2026-03-10')
  expect(world.outbox.length).toBe(1)
  expect(await world.rows('select kind, why from holds')).toEqual([
    { kind: 'bank-details', why: 'changed-since-last-message: ES…6789, ES…1332' },
  ])
  await endEveryHold(world)
  await world.until('2026-03-12')
  expect(world.outbox.length).toBe(2)
  expect(world.outbox[1]?.text.includes('6789')).toBe(true)
})
