import { expect, it } from 'vitest'
import { readOpenings } from '../../src/app.ts'
import { day } from '../../src/chase/day.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import type { Policy } from '../../src/chase/policy.ts'
import { applyPolicy } from '../../src/flow/apply-policy.ts'
import { setSegment } from '../../src/flow/control.ts'
import { simulateBusiness } from '../../src/flow/simulate.ts'
import { printPolicy } from '../../src/policy/print.ts'
import { openWorld, type World } from '../support/world.ts'
import { diaryOf, messagesOf } from './diary.ts'

/** The owner applies a policy that differs from the default in this. */
async function apply(world: World, changes: Partial<Policy>): Promise<void> {
  const app = { db: world.store.db, now: () => world.clock.now(), openings: await readOpenings() }
  const document = printPolicy({ ...DEFAULT_POLICY, ...changes })
  const applied = await applyPolicy(app, { ...world.act, document, why: null, basedOn: null })
  expect(applied).toMatchObject({ kind: 'applied' })
}

it('A customer that becomes strategic in the middle goes on from where it was, more slowly', async () => {
  const world = await openWorld()
  const [same, raised] = [world.regular('Igual'), world.regular('Asciende')]
  for (const { id } of [same, raised]) world.invoice(id, '2026-02-27')
  await world.until('2026-03-03')
  await setSegment(world.app, { ...world.act, customerId: await world.customerId(raised.id), segment: 'strategic' })
  await world.until('2026-03-23')
  expect(world.problems).toEqual([])
  expect(await diaryOf(world)).toEqual([
    '03-02 09:00 Asciende: first-overdue sent',
    '03-02 09:00 Igual: first-overdue sent',
    '03-03 20:00 Asciende: segment-set',
    // The week-old message of a strategic customer asks whether the invoice arrived.
    '03-06 09:00 Asciende: first-overdue sent',
    '03-06 09:00 Igual: firm sent',
    '03-16 06:00 Asciende: call-asked',
    '03-16 09:00 Igual: serious sent',
    '03-20 06:00 Asciende: serious waits for a yes',
    '03-20 06:00 Igual: call-asked',
  ])
})

it('A policy edited in the middle decides from then on, and takes back what it no longer wants', async () => {
  const world = await openWorld()
  world.invoice(world.regular('Acme').id, '2026-02-27')
  await world.until('2026-03-06', '08:00')
  const later = DEFAULT_POLICY.sequences.regular.map((step) => (step.id === 'day-7' ? { ...step, from: 10, to: 10 } : step))
  await apply(world, { sequences: { ...DEFAULT_POLICY.sequences, regular: later } })
  await world.until('2026-03-20')
  expect(world.problems).toEqual([])
  expect(await diaryOf(world)).toEqual([
    '03-02 09:00 Acme: first-overdue sent',
    '03-06 08:00 Acme: firm taken back (step-not-due-yet)',
    '03-09 09:00 Acme: firm sent',
    '03-16 09:00 Acme: serious sent',
    '03-20 06:00 Acme: call-asked',
  ])
  expect(await world.rows('select count(distinct policy_hash)::int as policies from chases')).toEqual([{ policies: 2 }])
}) // prettier-ignore

it('An invoice without a due day counts from its issue, and moves with the business’s own term', async () => {
  const world = await openWorld()
  const acme = world.regular('Acme')
  const without = world.invoice(acme.id, '2026-03-31', 50_000, { issuedOn: day('2026-02-02'), dueOn: null })
  const dayOf = () => world.rows(`select due_on::text as due, due_assumed as assumed from invoices where ledger_id = '${without.id}'`)
  // Thirty days after the 2nd of February, which is the 4th of March.
  await world.until('2026-03-03', '08:00')
  expect(await dayOf()).toEqual([{ due: '2026-03-04', assumed: true }])
  const foreseen = await simulateBusiness(world.app, world.businessId, { days: 20, policy: { ...DEFAULT_POLICY, defaultTermDays: 38 } })
  await apply(world, { defaultTermDays: 38 })
  expect(await dayOf()).toEqual([{ due: '2026-03-12', assumed: true }])
  await world.until('2026-03-16')

  expect(world.problems).toEqual([])
  expect(await diaryOf(world)).toEqual([
    '03-02 09:00 Acme: before-due sent',
    '03-03 08:00 Acme: due-day-changed',
    '03-13 09:00 Acme: first-overdue sent',
  ])
  expect(await messagesOf(world)).toEqual([
    '03-02 09:00 Acme: before-due → pagos@acme.example: F-0001 500.00 EUR',
    '03-13 09:00 Acme: first-overdue → pagos@acme.example: F-0001 500.00 EUR',
  ])
  expect(foreseen.simulation.messages.map(({ on, message }) => `${on} ${message}`)).toEqual(['2026-03-13 first-overdue', '2026-03-19 firm'])
  expect(world.outbox.at(-1)?.text.includes('12')).toBe(true)
}) // prettier-ignore
