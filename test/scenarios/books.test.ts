import { expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { setMode } from '../../src/flow/control.ts'
import { openWorld, type World } from '../support/world.ts'
import { diaryOf } from './diary.ts'

/** Monday 2 March, 05:00 in Madrid. */
const MONDAY = '2026-03-02T04:00:00Z'
const eur = (minor: number) => money(minor, 'EUR')

/** What happened to the one customer, without its name. */
const told = async (world: World): Promise<string[]> => (await diaryOf(world)).map((line) => line.replace(' Acme:', ''))

it('Money that arrived and is on no invoice yet is asked about, not chased over', async () => {
  const world = await openWorld({ start: MONDAY })
  const acme = world.regular('Acme')
  const invoice = world.invoice(acme.id, '2026-02-27', 50_000)
  const receipt = world.books.receive(acme.id, day('2026-02-28'), eur(50_000), [])
  await world.until('2026-03-04')
  expect([world.outbox, (await world.verdict(acme.id))?.reason]).toEqual([[], 'credit-covers-balance'])
  world.books.applyPayment(receipt.id, invoice.id, eur(50_000))
  await world.until('2026-03-06')
  expect([world.outbox, (await world.verdict(acme.id))?.reason]).toEqual([[], 'nothing-open'])
})

it('A deposit that covers a part leaves the rest to be chased', async () => {
  const world = await openWorld({ start: MONDAY })
  const acme = world.regular('Acme')
  world.invoice(acme.id, '2026-02-27', 50_000)
  world.books.receive(acme.id, day('2026-02-28'), eur(20_000), [])
  await world.until('2026-03-03')
  expect(await told(world)).toEqual(['03-02 09:00 first-overdue sent'])
})

it('A due day that moves later takes the message back, and one that moves earlier brings it', async () => {
  const world = await openWorld({ start: MONDAY })
  const [later, earlier] = [world.regular('Luego'), world.regular('Antes')]
  const one = world.invoice(later.id, '2026-02-27', 50_000)
  const two = world.invoice(earlier.id, '2026-03-30', 50_000)
  await world.until('2026-03-02', '08:55')
  world.books.updateInvoice(one.id, { dueOn: day('2026-03-16') })
  world.books.updateInvoice(two.id, { dueOn: day('2026-03-03') })
  await world.until('2026-03-18')
  expect((await diaryOf(world)).filter((line) => line.includes('sent') || line.includes('taken'))).toEqual([
    '03-02 09:00 Luego: first-overdue taken back (due-day-changed)',
    '03-02 10:40 Antes: before-due sent',
    '03-04 09:00 Antes: first-overdue sent',
    '03-10 09:00 Antes: firm sent',
    '03-13 09:00 Luego: before-due sent',
    '03-17 09:00 Luego: first-overdue sent',
    '03-18 09:00 Antes: serious sent',
  ])
})

it('Six invoices in three stages are one conversation, in the tone of the oldest', async () => {
  const world = await openWorld({ start: MONDAY })
  const acme = world.regular('Acme')
  for (const on of ['2026-02-20', '2026-02-21', '2026-02-26', '2026-02-27', '2026-03-03', '2026-03-25'])
    world.invoice(acme.id, on, 10_000)
  await world.until('2026-03-02')
  expect(await told(world)).toEqual(['03-02 09:00 firm sent'])
  expect(world.outbox[0]?.attachments.length).toBe(4)
  await world.until('2026-03-12')
  expect(world.outbox.length).toBe(2)
  expect(world.outbox[1]?.attachments.length).toBe(5)
})

it('A part payment is thanked for in the next message, which asks for the rest', async () => {
  const world = await openWorld({ start: MONDAY })
  const acme = world.regular('Acme')
  const invoice = world.invoice(acme.id, '2026-02-27', 90_000)
  await world.until('2026-03-03')
  world.books.pay(invoice.id, day('2026-03-04'), eur(30_000))
  await world.until('2026-03-09')
  const text = world.outbox[1]?.text ?? ''
  expect((await world.diary()).at(-1)).toBe('2026-03-06 09:00 firm → pagos@acme.example')
  expect([text.includes('300,00'), text.includes('600,00')]).toEqual([true, true])
})

it('Thanks for several payments are one message, the business day after, and only where money had been asked for', async () => {
  const world = await openWorld({ start: MONDAY })
  const [acme, prompt] = [world.regular('Acme'), world.regular('Pronto')]
  const invoices = [world.invoice(acme.id, '2026-02-26', 10_000), world.invoice(acme.id, '2026-02-27', 20_000)]
  const early = world.invoice(prompt.id, '2026-03-20', 20_000)
  await world.until('2026-03-03')
  for (const { id } of [...invoices, early]) world.books.pay(id, day('2026-03-05'))
  await world.until('2026-03-12')
  expect(await world.diary()).toEqual([
    '2026-03-02 09:00 first-overdue → pagos@acme.example',
    '2026-03-06 09:00 thank-you → pagos@acme.example',
  ])
  expect(world.outbox[1]?.text.includes('300,00')).toBe(true)
  expect(world.outbox[1]?.attachments).toEqual([])
})

it('A ledger a year old at the first connection gets one word about it, and after three weeks of watching one again', async () => {
  const world = await openWorld({ start: MONDAY })
  const acme = world.regular('Acme')
  for (const on of ['2025-03-10', '2025-09-10', '2026-01-30'])
    world.invoice(acme.id, on, 10_000, { issuedOn: day('2025-02-10') })
  await world.until('2026-03-02')
  expect(await world.diary()).toEqual(['2026-03-02 09:00 firm → pagos@acme.example'])
  await setMode(world.app, { ...world.act, mode: 'observe' })
  await world.until('2026-03-23', '07:00')
  await setMode(world.app, { ...world.act, mode: 'automatic' })
  await world.until('2026-03-24', '20:00')
  expect((await world.diary()).length + (await world.chases()).filter((line) => line.includes('task')).length).toBe(2)
})
