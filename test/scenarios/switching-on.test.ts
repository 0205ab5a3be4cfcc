import { expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { setMode } from '../../src/flow/control.ts'
import { pauseCustomer, resumeCustomer } from '../../src/flow/hold.ts'
import { openWorld } from '../support/world.ts'
import { diaryOf } from './diary.ts'

it('Old debts, a late switch-on, a pause and an outage: nothing piles up', async () => {
  const world = await openWorld({ start: '2026-03-02T04:00:00Z', mode: 'observe' })
  const { app, act } = world
  world.invoice(world.regular('Antigua').id, '2025-11-20', 90_000, { issuedOn: day('2025-10-20') })
  world.invoice(world.regular('Dos').id, '2026-01-05', 20_000, { issuedOn: day('2025-12-05') })
  const paused = world.regular('Pausa')
  world.invoice(paused.id, '2026-02-27')
  const paying = world.regular('Paga')
  const invoice = world.invoice(paying.id, '2026-03-05')

  // A week of watching: nothing leaves.
  await world.until('2026-03-09', '08:00')
  expect(world.outbox).toEqual([])
  await setMode(app, { ...act, mode: 'automatic' })
  await world.until('2026-03-10', '20:00')
  await pauseCustomer(app, { ...act, customerId: await world.customerId(paused.id), until: null, why: null })
  await world.until('2026-03-13', '20:00')

  // For ten days the ledger does not let us in; meanwhile one customer pays.
  await world.rows(`update connections set status = 'reconnect-needed'`)
  await world.until('2026-03-19', '12:00')
  world.books.pay(invoice.id, day('2026-03-19'))
  await world.until('2026-03-23', '08:00')
  await world.rows(`update connections set status = 'connected', next_sync_at = '2026-03-23T07:00:00Z'`)
  await world.until('2026-03-30', '20:00')
  await resumeCustomer(app, { ...act, customerId: await world.customerId(paused.id) })
  await world.until('2026-03-31', '20:00')

  expect(world.problems).toEqual([])
  expect(await diaryOf(world)).toEqual([
    // However old the debt, the first word is at most firm, and it is one word.
    '03-09 09:00 Antigua: firm sent',
    '03-09 09:00 Dos: firm sent',
    '03-09 09:00 Paga: first-overdue sent',
    '03-09 09:00 Pausa: firm sent',
    '03-10 20:00 Pausa: hold-set pause',
    // The first look after the outage: what fits that day, not what was missed; and the payment is seen first.
    '03-23 08:00 Antigua: call-asked',
    '03-23 08:00 Dos: call-asked',
    '03-23 08:00 Paga: invoice-paid',
    '03-23 08:00 Paga: fell-silent',
    '03-23 09:00 Paga: thank-you sent',
    '03-30 20:00 Pausa: hold-ended pause',
    '03-30 20:00 Pausa: call-asked',
  ])
  expect(world.notes(invoice.id).length).toBe(3)
})
