import { expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { openWorld, type World } from '../support/world.ts'
import { diaryOf } from './diary.ts'

const sent = async (world: World): Promise<string[]> => (await diaryOf(world)).filter((line) => line.endsWith(' sent'))

it('Christmas, New Year and Epiphany, each in its place', async () => {
  const world = await openWorld({ start: '2026-12-23T04:00:00Z' })
  const owing = (name: string, country: string, region: string | null, dueOn: string) =>
    world.invoice(world.regular(name, { country, region }).id, dueOn, 50_000, { issuedOn: day('2026-11-20') })
  owing('Toledo', 'ES', 'Toledo', '2026-12-24')
  owing('Leeds', 'GB', 'West Yorkshire', '2026-12-24')
  owing('Napier', 'NZ', "Hawke's Bay", '2026-12-30')
  owing('Ávila', 'ES', 'Ávila', '2026-12-31')
  owing('Perth', 'GB', 'Perth and Kinross', '2026-12-31')
  owing('Soria', 'ES', 'Soria', '2027-01-05')
  await world.until('2027-01-08')

  expect(world.problems).toEqual([])
  expect((await sent(world)).filter((line) => line.includes('first-overdue'))).toEqual([
    '12-28 09:00 Toledo: first-overdue sent',
    // Boxing Day is a Saturday, so Monday the 28th is a holiday in England.
    '12-29 10:00 Leeds: first-overdue sent',
    // The 31st in Napier, while it is the 30th in Madrid.
    '12-30 21:00 Napier: first-overdue sent',
    '01-04 09:00 Ávila: first-overdue sent',
    // The 2nd of January is a Saturday: Scotland keeps Monday the 4th.
    '01-05 10:00 Perth: first-overdue sent',
    // The 6th is Epiphany.
    '01-07 09:00 Soria: first-overdue sent',
  ])
  // The conversation goes on over the end of the year.
  expect((await sent(world)).filter((line) => line.includes('Toledo'))).toEqual([
    '12-23 09:00 Toledo: before-due sent',
    '12-28 09:00 Toledo: first-overdue sent',
    '12-31 09:00 Toledo: firm sent',
    '01-08 09:00 Toledo: serious sent',
  ])
})

it('The 29th of February is a day like any other', async () => {
  const world = await openWorld({ start: '2028-02-25T04:00:00Z' })
  const owing = (name: string, dueOn: string) =>
    world.invoice(world.regular(name).id, dueOn, 50_000, { issuedOn: day('2028-01-28') })
  owing('Antes', '2028-02-28')
  owing('Bisiesto', '2028-02-29')
  owing('Después', '2028-03-01')
  await world.until('2028-03-08')

  expect(world.problems).toEqual([])
  expect(await sent(world)).toEqual([
    '02-25 09:00 Antes: before-due sent',
    '02-28 09:00 Bisiesto: before-due sent',
    '02-28 09:00 Después: before-due sent',
    '02-29 09:00 Antes: first-overdue sent',
    '03-01 09:00 Bisiesto: first-overdue sent',
    '03-02 09:00 Después: first-overdue sent',
    // A week after the 28th is the 6th, not the 7th.
    '03-06 09:00 Antes: firm sent',
    '03-07 09:00 Bisiesto: firm sent',
    '03-08 09:00 Después: firm sent',
  ])
})
