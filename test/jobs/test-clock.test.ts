import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { LedgerError } from '../../src/ledgers/ledger.ts'
import { openWorld, type World } from '../support/world.ts'

/** Monday 2 March, 05:00 in Madrid. */
const MONDAY = '2026-03-02T04:00:00Z'

/** The local times at which the ledger was asked for changes, or for everything. */
function readings(world: World): string[] {
  const at: string[] = []
  world.faults.current = {
    before: (method) => {
      const time = world.clock.now().toZonedDateTimeISO('Europe/Madrid').toPlainTime().toString({ smallestUnit: 'minute' })
      if (method === 'changes' || method === 'organisation') at.push(`${time} ${method}`)
    },
  } // prettier-ignore
  return at
}

describe('The test clock', () => {
  it('does everything that falls due on the way, at its own instant and in order', async () => {
    const world = await openWorld({ start: MONDAY })
    const read = readings(world)
    world.invoice(world.regular('Acme').id, '2026-02-27')
    await world.until('2026-03-03', '06:00')
    expect(read).toEqual([
      '05:00 organisation',
      '05:30 changes',
      '08:40 changes',
      '10:40 changes',
      '12:40 changes',
      '14:40 changes',
      '16:40 changes',
      '18:40 changes',
      '02:30 organisation',
      '05:30 changes',
    ])
    expect(await world.diary()).toEqual(['2026-03-02 09:00 first-overdue → pagos@acme.example'])
    expect(world.clock.now().toString()).toBe('2026-03-03T05:00:00Z')
  })

  it('answers with what was done', async () => {
    const world = await openWorld({ start: MONDAY })
    world.invoice(world.regular('Acme').id, '2026-02-27')
    world.invoice(world.regular('Brisa').id, '2026-02-27', 50_000, { expectedOn: day('2026-03-30') })
    const none = { cancelled: 0, held: 0, unknown: 0, failed: 0, asked: 0 }
    expect(await world.advanceTo(MONDAY)).toEqual({ ...none, synced: 1, planned: 1, sent: 0, noted: 0 })
    expect(await world.until('2026-03-02', '10:00')).toEqual({ ...none, synced: 2, planned: 0, sent: 1, noted: 1 })
    expect(await world.until('2026-03-02', '10:00')).toEqual({ ...none, synced: 0, planned: 0, sent: 0, noted: 0 })
  })

  it('counts what went wrong, too', async () => {
    const world = await openWorld({ start: MONDAY })
    world.invoice(world.regular('Acme').id, '2026-02-27')
    world.faults.current = {
      before: (method) => {
        if (method === 'pdf') throw new LedgerError('not-found', 'no PDF')
      },
    }
    const { held, sent, synced } = await world.until('2026-03-02', '10:00')
    expect({ held, sent, synced }).toEqual({ held: 1, sent: 0, synced: 3 })
  })

  it('moves only forward', async () => {
    const world = await openWorld({ start: MONDAY, mode: 'observe' })
    await world.advanceTo('2026-03-02T05:00:00Z')
    await expect(world.advanceTo(MONDAY)).rejects.toThrow(RangeError)
    await expect(world.advanceTo(MONDAY)).rejects.toThrow(
      'the clock stands at 2026-03-02T05:00:00Z and moves only forward',
    )
    expect(world.clock.now().toString()).toBe('2026-03-02T05:00:00Z')
    expect(await world.advanceTo('2026-03-02T05:00:00Z')).toMatchObject({ synced: 0 })
  })

  it('takes one call after the other', async () => {
    const world = await openWorld({ start: MONDAY })
    world.invoice(world.regular('Acme').id, '2026-02-27')
    const [first, second] = await Promise.all([world.until('2026-03-02', '08:00'), world.until('2026-03-02', '10:00')])
    expect([first?.['sent'], second?.['sent']]).toEqual([0, 1])
  })

  it('is not stopped by work that keeps asking for itself', async () => {
    const world = await openWorld({ start: MONDAY, mode: 'observe' })
    world.invoice(world.regular('Acme').id, '2026-02-27')
    await world.advanceTo(MONDAY)
    await world.rows(`create function at_once() returns trigger language plpgsql as $$ begin new.next_look_at := '2026-03-02T04:00:30Z'; return new; end $$`) // prettier-ignore
    await world.rows(`create trigger at_once before update of next_look_at on customers for each row execute function at_once()`) // prettier-ignore
    await world.rows(`update customers set next_look_at = null`)
    await world.advanceTo('2026-03-02T04:01:00Z')
    expect(world.clock.now().toString()).toBe('2026-03-02T04:01:00Z')
  })
})
