import { expect, it } from 'vitest'
import { readOpenings } from '../../src/app.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { applyPolicy } from '../../src/flow/apply-policy.ts'
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
