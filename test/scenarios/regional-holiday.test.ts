import { expect, it } from 'vitest'
import { openWorld } from '../support/world.ts'
import { diaryOf } from './diary.ts'

it('The eleventh of September: a holiday in Barcelona, a Friday in Madrid', async () => {
  const world = await openWorld({ start: '2026-09-10T04:00:00Z' })
  const owing = (name: string, region: string | null) => {
    const customer = world.regular(name, { region })
    world.invoice(customer.id, '2026-09-10')
    return customer
  }
  owing('Ferrer', 'Barcelona')
  owing('Lavapiés', 'Madrid')
  const leaving = owing('Mudanzas', 'Madrid')
  const arriving = owing('Retiro', 'Cataluña')

  await world.until('2026-09-10', '12:00')
  // One moves to Girona and one to Alcalá; the ledger says so before the morning after.
  world.books.updateCustomer(leaving.id, { region: 'Girona' })
  world.books.updateCustomer(arriving.id, { region: 'Alcalá de Henares (Madrid)' })
  await world.until('2026-09-15')

  expect(world.problems).toEqual([])
  expect(await diaryOf(world)).toEqual([
    '09-11 09:00 Lavapiés: first-overdue sent',
    '09-11 09:00 Retiro: first-overdue sent',
    '09-14 09:00 Ferrer: first-overdue sent',
    '09-14 09:00 Mudanzas: first-overdue sent',
  ])
})

it('A holiday in Scotland is a working day in England, and the other way round', async () => {
  const sent = async (sunday: string, until: string): Promise<string[]> => {
    const start = `${sunday}T04:00:00Z`
    const world = await openWorld({ start, zone: 'Europe/London', country: 'GB' })
    // Without a nation an address in the United Kingdom is taken for English.
    for (const [name, region] of [['Clyde', 'Glasgow'], ['Forth', 'City of Edinburgh'], ['Severn', null], ['Thames', 'Greater London']] as const)
      world.invoice(world.regular(name, { region, country: 'GB' }).id, sunday)
    await world.until(until)
    expect(world.problems).toEqual([])
    return diaryOf(world, 'Europe/London')
  } // prettier-ignore

  expect(await sent('2026-08-02', '2026-08-04')).toEqual([
    '08-03 09:00 Severn: first-overdue sent',
    '08-03 09:00 Thames: first-overdue sent',
    '08-04 09:00 Clyde: first-overdue sent',
    '08-04 09:00 Forth: first-overdue sent',
  ])
  expect(await sent('2026-08-30', '2026-09-01')).toEqual([
    '08-31 09:00 Clyde: first-overdue sent',
    '08-31 09:00 Forth: first-overdue sent',
    '09-01 09:00 Severn: first-overdue sent',
    '09-01 09:00 Thames: first-overdue sent',
  ])
})
