import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { LedgerError } from '../../src/ledgers/ledger.ts'
import { freshStatement, requestStatement } from '../../src/flow/statement.ts'
import { openWorld } from '../support/world.ts'

describe('A statement that somebody asks for', () => {
  it('is an ordinary message: it waits for approval, states the account as it is when it goes, and goes once', async () => {
    const world = await openWorld({ start: '2026-03-03T07:50:00Z', mode: 'approve' })
    const acme = world.regular('Acme')
    world.invoice(acme.id, '2026-04-15', 50_000)
    await world.until('2026-03-03', '09:30')
    const act = { ...world.act, customerId: await world.customerId(acme.id) }
    expect(await requestStatement(world.app, act)).toBe('done')
    expect(await requestStatement(world.app, act)).toBe('already-asked')
    await world.until('2026-03-03', '10:00')
    expect(await world.chases()).toEqual([`statement:2026-03-03:${act.customerId} awaiting-approval`])
    expect(world.outbox).toEqual([])

    const another = world.invoice(acme.id, '2026-04-30', 12_345)
    await world.until('2026-03-04', '09:00')
    await world.approveAll()
    await world.until('2026-03-04')
    expect(await world.diary()).toEqual([expect.stringMatching(/^2026-03-04 .* statement → pagos@acme\.example$/)])
    expect(world.outbox[0]?.text).toContain(another.number)
    await world.until('2026-03-12')
    expect(world.outbox).toHaveLength(1)
  })

  it('is refused where nothing would go, or there is nothing to state', async () => {
    const world = await openWorld({ start: '2026-03-03T07:50:00Z', mode: 'observe' })
    const acme = world.regular('Acme')
    await world.until('2026-03-03', '09:30')
    const act = { ...world.act, customerId: await world.customerId(acme.id) }
    expect(await requestStatement(world.app, act)).toBe('observing')
    await world.rows(`update businesses set mode = 'automatic'`)
    expect(await requestStatement(world.app, act)).toBe('nothing-open')
    await world.rows(`update businesses set stopped_at = now()`)
    expect(await requestStatement(world.app, act)).toBe('stopped')
    const theirs = '00000000-0000-4000-8000-000000000001'
    await world.rows(`insert into businesses (id, name, mode) values ($1, 'Theirs', 'automatic')`, [theirs])
    expect(await requestStatement(world.app, { ...act, businessId: theirs })).toBe('unknown')
  })
})

describe('A statement on paper', () => {
  it('asks the ledger where our copy is not of this moment, and says what it rests on where there is no answer', async () => {
    const world = await openWorld({ start: '2026-03-03T07:50:00Z', mode: 'observe' })
    const acme = world.regular('Acme')
    const owed = world.invoice(acme.id, '2026-02-14', 50_000)
    await world.until('2026-03-03', '09:30')
    const customerId = await world.customerId(acme.id)
    const [synced] = await world.rows<{ at: string }>(`select last_synced_at::text as at from connections`)
    world.books.pay(owed.id, day('2026-03-03'), money(20_000, 'EUR'))
    const state = async () => {
      const found = await freshStatement(world.app, world.businessId, customerId, 'es')
      return found && [found.items.map(({ balance }) => balance.minor), found.booksReadAt?.epochMilliseconds]
    }
    const readAt = Temporal.Instant.from((synced?.at ?? '').replace(' ', 'T')).epochMilliseconds
    world.faults.current = { before: async () => Promise.reject(new LedgerError('unavailable', 'away')) }
    expect(await state()).toEqual([[50_000], readAt])
    world.faults.current = {}
    expect((await state())?.[0]).toEqual([30_000])
    // Asked again, it says the same as our copy: the books were read at this moment.
    expect(await state()).toEqual([[30_000], world.clock.now().epochMilliseconds])
    expect(await freshStatement(world.app, '00000000-0000-4000-8000-000000000001', customerId, 'es')).toBe(null)
  })
})
