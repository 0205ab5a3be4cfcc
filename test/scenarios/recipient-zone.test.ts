import { expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { pauseCustomer } from '../../src/flow/hold.ts'
import { openWorld, type World } from '../support/world.ts'
import { diaryOf } from './diary.ts'

/** A business in Madrid that sells far and wide. Every line of these diaries is in Madrid's time. */
async function exporters(start: string, options: { mode?: 'approve' } = {}) {
  const world = await openWorld({ start, ...options })
  const owing = (name: string, country: string, region: string | null, dueOn: string) => {
    const customer = world.regular(name, { country, region })
    world.invoice(customer.id, dueOn)
    return customer
  }
  return { world, owing }
}

const sent = async (world: World): Promise<string[]> =>
  (await diaryOf(world)).filter((line) => line.endsWith(' sent')) // prettier-ignore

it('Nine in the morning is where the customer is', async () => {
  const { world, owing } = await exporters('2026-03-04T04:00:00Z')
  owing('Madrid', 'ES', 'Madrid', '2026-03-04')
  owing('Las Palmas', 'ES', 'Las Palmas', '2026-03-04')
  owing('Londres', 'GB', 'Greater London', '2026-03-04')
  owing('Guadalajara', 'MX', 'Jalisco', '2026-03-04')
  owing('Cancún', 'MX', 'Quintana Roo', '2026-03-04')
  owing('Auckland', 'NZ', 'Auckland', '2026-03-04')
  await world.until('2026-03-06', '08:00')

  expect(world.problems).toEqual([])
  expect(await sent(world)).toEqual([
    // In Auckland it is Thursday the 5th already, and the invoice a day overdue.
    '03-04 21:00 Auckland: first-overdue sent',
    '03-05 09:00 Madrid: first-overdue sent',
    '03-05 10:00 Las Palmas: first-overdue sent',
    '03-05 10:00 Londres: first-overdue sent',
    '03-05 15:00 Cancún: first-overdue sent',
    '03-05 16:00 Guadalajara: first-overdue sent',
  ])
  // What counts for the gap and the caps is the customer's day; the note in the ledger tells the business's time.
  expect(await world.rows(`select c.name, x.sent_on::text, x.planned_on::text, lower(x.quiet)::text as quiet from chases x join customers c on c.id = x.customer_id where c.name = 'Auckland'`)).toEqual([
    { name: 'Auckland', sent_on: '2026-03-05', planned_on: '2026-03-05', quiet: '2026-03-05' },
  ]) // prettier-ignore
})

/** What went out about invoices that fell due on a Thursday and on a Friday, until Tuesday morning. */
async function weekendOf(thursday: string, friday: string, tuesday: string): Promise<string[]> {
  const { world, owing } = await exporters(`${friday}T04:00:00Z`)
  owing('Fresno', 'US', 'California', thursday)
  owing('Sevilla', 'ES', 'Sevilla', thursday)
  owing('Chico', 'US', 'California', friday)
  owing('Huelva', 'ES', 'Huelva', friday)
  owing('Dunedin', 'NZ', 'Otago', friday)
  await world.until(tuesday, '08:00')
  expect(world.problems).toEqual([])
  return sent(world)
}

it('A weekend is where the customer is, and so is the change of the clocks', async () => {
  // California's clocks go forward on Sunday the 8th of March,
  expect(await weekendOf('2026-03-05', '2026-03-06', '2026-03-10')).toEqual([
    '03-06 09:00 Sevilla: first-overdue sent',
    '03-06 18:00 Fresno: first-overdue sent',
    // Monday in Dunedin is Sunday evening in Madrid.
    '03-08 21:00 Dunedin: first-overdue sent',
    '03-09 09:00 Huelva: first-overdue sent',
    '03-09 17:00 Chico: first-overdue sent',
  ])
  // Spain's on the 29th.
  expect(await weekendOf('2026-03-26', '2026-03-27', '2026-03-31')).toEqual([
    '03-27 09:00 Sevilla: first-overdue sent',
    '03-27 17:00 Fresno: first-overdue sent',
    '03-29 22:00 Dunedin: first-overdue sent',
    '03-30 09:00 Huelva: first-overdue sent',
    '03-30 18:00 Chico: first-overdue sent',
  ])
  // In autumn Spain goes first, and Monday the 26th of October is a holiday in Dunedin.
  expect(await weekendOf('2026-10-22', '2026-10-23', '2026-10-27')).toEqual([
    '10-23 09:00 Sevilla: first-overdue sent',
    '10-23 18:00 Fresno: first-overdue sent',
    '10-26 09:00 Huelva: first-overdue sent',
    '10-26 17:00 Chico: first-overdue sent',
    '10-26 21:00 Dunedin: first-overdue sent',
  ])
})

it('A yes that comes when the customer sleeps waits for its morning', async () => {
  const { world, owing } = await exporters('2026-03-04T04:00:00Z', { mode: 'approve' })
  owing('Auckland', 'NZ', null, '2026-03-04')
  owing('San Diego', 'US', 'CA', '2026-03-04')
  await world.until('2026-03-05', '16:30')
  await world.approveAll()
  await world.until('2026-03-06', '20:00')

  expect(world.problems).toEqual([])
  expect((await diaryOf(world)).filter((line) => !line.includes('before-due'))).toEqual([
    // Asked at six in the morning of each place.
    '03-04 18:00 Auckland: first-overdue waits for a yes',
    '03-05 15:00 San Diego: first-overdue waits for a yes',
    '03-05 16:30 Auckland: approved',
    '03-05 16:30 San Diego: approved',
    '03-05 18:00 San Diego: first-overdue sent',
    '03-05 21:00 Auckland: first-overdue sent',
  ])
})

it('The last day of a hold is over when it is over in both places', async () => {
  const { world, owing } = await exporters('2026-03-03T12:00:00Z')
  const auckland = owing('Auckland', 'NZ', null, '2026-03-02')
  const fresno = owing('Fresno', 'US', 'CA', '2026-03-02')
  await world.advanceTo('2026-03-03T12:00:00Z')
  const until = day('2026-03-04')
  for (const { id } of [auckland, fresno])
    await pauseCustomer(world.app, { ...world.act, customerId: await world.customerId(id), until, why: null })
  // In Madrid the 4th is over; in Fresno it is ten past three in the afternoon.
  await world.until('2026-03-05', '00:10')
  await world.rows(`update customers set next_look_at = '2026-03-04T23:11:00Z' where name = 'Fresno'`)
  await world.until('2026-03-06', '08:00')

  expect(world.problems).toEqual([])
  expect(await sent(world)).toEqual([
    '03-05 18:00 Fresno: first-overdue sent',
    // On the 4th at nine in the evening it was the 5th in Auckland, but Madrid had said "until the 4th".
    '03-05 21:00 Auckland: first-overdue sent',
  ])
})

it('A customer that moves is written to in the morning of its new place', async () => {
  const { world, owing } = await exporters('2026-03-04T04:00:00Z')
  const west = owing('Al oeste', 'ES', 'Madrid', '2026-03-04')
  const east = owing('Al este', 'MX', 'Jalisco', '2026-03-04')
  const far = owing('Al otro lado', 'ES', 'Madrid', '2026-03-04')
  await world.until('2026-03-05', '08:00')
  // Planned at six for nine in Madrid. The ledger's reading of 08:40 tells of the moves.
  world.books.updateCustomer(west.id, { country: 'MX', region: 'Jalisco' })
  world.books.updateCustomer(east.id, { country: 'ES', region: 'Madrid' })
  world.books.updateCustomer(far.id, { country: 'NZ', region: 'Wellington' })
  await world.until('2026-03-06', '08:00')

  expect(world.problems).toEqual([])
  expect(await sent(world)).toEqual([
    '03-05 09:00 Al este: first-overdue sent',
    '03-05 16:00 Al oeste: first-overdue sent',
    // At nine in Madrid its evening had come.
    '03-05 21:00 Al otro lado: first-overdue sent',
  ])
})
