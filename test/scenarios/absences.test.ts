import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import type { Policy } from '../../src/chase/policy.ts'
import { pauseCustomer } from '../../src/flow/hold.ts'
import { openWorld } from '../support/world.ts'
import { diaryOf } from './diary.ts'

it('After three weeks of pause the one step that fits by then is taken, and nothing that was missed', async () => {
  const world = await openWorld()
  const [asked, fresh] = [world.regular('Preguntado'), world.regular('Sin mensajes')]
  world.invoice(asked.id, '2026-02-27')
  world.invoice(fresh.id, '2026-03-10')
  await world.until('2026-03-03', '08:00')
  const until = day('2026-03-24')
  for (const { id } of [asked, fresh])
    await pauseCustomer(world.app, { ...world.act, customerId: await world.customerId(id), until, why: null })
  await world.until('2026-03-24')
  expect([await world.verdict(asked.id), await world.verdict(fresh.id)]).toMatchObject([{ reason: 'paused' }, { reason: 'paused' }]) // prettier-ignore
  await world.until('2026-04-01')
  expect(world.problems).toEqual([])
  expect(await diaryOf(world)).toEqual([
    '03-02 09:00 Preguntado: first-overdue sent',
    '03-03 08:00 Preguntado: hold-set pause',
    '03-03 08:00 Sin mensajes: hold-set pause',
    // It had been asked once; two more messages would have gone, and the day for a call has come.
    '03-25 06:00 Preguntado: call-asked',
    // It had heard nothing: one message, no firmer than a first one may be.
    '03-25 09:00 Sin mensajes: firm sent',
  ])
})

it('Four days without us: what fell due meanwhile comes late, once, as it fits by then', async () => {
  const world = await openWorld({ start: '2026-03-02T04:00:00Z' })
  const owing = (name: string, dueOn: string) => world.invoice(world.regular(name).id, dueOn)
  owing('Antes de vencer', '2026-03-06')
  owing('Ayer', '2026-03-03')
  const paying = owing('Pagó', '2026-03-02')
  owing('Semana', '2026-02-24')
  await world.until('2026-03-02')
  const before = await diaryOf(world)
  world.books.pay(paying.id, day('2026-03-05'))
  await world.outageUntil('2026-03-06', '11:00')
  await world.until('2026-03-13')
  expect(world.problems).toEqual([])
  const after = await diaryOf(world)
  expect([before, after.slice(before.length)]).toEqual([
    ['03-02 09:00 Ayer: before-due sent', '03-02 09:00 Semana: first-overdue sent'],
    [
      // What says "soon due" about today is not said any more; what was paid meanwhile is seen before anything leaves.
      '03-06 11:00 Ayer: first-overdue sent',
      '03-06 11:00 Pagó: invoice-paid',
      '03-09 09:00 Antes de vencer: first-overdue sent',
      '03-09 09:00 Semana: firm sent',
      // Two days late, and the next one keeps its distance from it.
      '03-12 09:00 Ayer: firm sent',
      '03-13 09:00 Antes de vencer: firm sent',
    ],
  ])
})

describe('In August', () => {
  const summer = async (august: Policy['august']) => {
    const world = await openWorld({ start: '2026-07-29T04:00:00Z', mode: 'approve' })
    await world.policy({ august })
    const owing = (name: string, dueOn: string) => world.invoice(world.regular(name).id, dueOn, 50_000, { issuedOn: day('2026-06-20') }) // prettier-ignore
    owing('Antigua', '2026-07-01')
    owing('Primera', '2026-07-30')
    return { world, paying: owing('Paga', '2026-07-10') }
  }

  it('a silent business keeps what was approved, and asks again where the month has changed it', async () => {
    const { world, paying } = await summer('silent')
    await world.until('2026-07-31', '18:00')
    await world.approveAll()
    await world.until('2026-08-14')
    expect((await world.verdict(paying.customerId))?.reason).toBe('august')
    world.books.pay(paying.id, day('2026-08-14'))
    await world.until('2026-09-01', '10:00')
    expect(world.problems).toEqual([])
    expect(await diaryOf(world)).toEqual([
      '07-29 06:00 Antigua: firm waits for a yes',
      '07-29 06:00 Paga: firm waits for a yes',
      '07-29 06:00 Primera: before-due waits for a yes',
      '07-30 06:00 Primera: before-due taken back (nothing-due-yet)',
      '07-31 06:00 Primera: first-overdue waits for a yes',
      '07-31 18:00 Antigua: approved',
      '07-31 18:00 Paga: approved',
      '07-31 18:00 Primera: approved',
      '08-15 02:30 Paga: invoice-paid',
      '08-15 02:30 Paga: firm taken back (paid)',
      // By September another message is the right one, and a person has to say yes to that.
      '09-01 06:00 Primera: first-overdue taken back (replanned)',
      '09-01 06:00 Primera: firm waits for a yes',
      // This one is still what was approved.
      '09-01 09:00 Antigua: firm sent',
    ])
  })

  it('a business that presses for nothing goes on with what presses for nothing', async () => {
    const { world, paying } = await summer('no-dunning')
    await world.until('2026-07-31', '18:00')
    await world.approveAll()
    world.invoice(world.regular('Agosto').id, '2026-08-13', 50_000, { issuedOn: day('2026-07-01') })
    await world.until('2026-08-10', '08:00')
    await world.approve(
      (await world.rows<{ id: string }>(`select id from chases where status = 'awaiting-approval'`))[0]?.id,
    )
    await world.until('2026-08-17')
    world.books.pay(paying.id, day('2026-08-14'))
    await world.until('2026-09-01', '10:00')
    expect(world.problems).toEqual([])
    expect(await diaryOf(world)).toEqual([
      '07-29 06:00 Antigua: firm waits for a yes',
      '07-29 06:00 Paga: firm waits for a yes',
      '07-29 06:00 Primera: before-due waits for a yes',
      '07-30 06:00 Primera: before-due taken back (nothing-due-yet)',
      '07-31 06:00 Primera: first-overdue waits for a yes',
      '07-31 18:00 Antigua: approved',
      '07-31 18:00 Paga: approved',
      '07-31 18:00 Primera: approved',
      '08-03 09:00 Antigua: mail-postponed',
      '08-03 09:00 Paga: mail-postponed',
      '08-03 09:00 Primera: mail-postponed',
      '08-10 06:00 Agosto: before-due waits for a yes',
      '08-10 08:00 Agosto: approved',
      '08-10 09:00 Agosto: before-due sent',
      '08-18 02:30 Paga: invoice-paid',
      '08-18 02:30 Paga: firm taken back (paid)',
      '09-01 06:00 Agosto: first-overdue waits for a yes',
      '09-01 06:00 Primera: first-overdue taken back (replanned)',
      '09-01 06:00 Primera: firm waits for a yes',
      '09-01 09:00 Antigua: firm sent',
    ])
  })
})
