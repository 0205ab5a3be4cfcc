import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { openWorld } from '../support/world.ts'

describe('Credit that nobody told us about', () => {
  it('holds a message that leaves long after the books were read', async () => {
    const world = await openWorld({ mode: 'approve' })
    const acme = world.regular('Acme')
    world.invoice(acme.id, '2026-03-02', 50_000)
    await world.until('2026-03-03', '12:00')
    expect(await world.chases()).toEqual(['day-1 awaiting-approval'])

    // The credit note is issued after the last reading, and its webhook never comes.
    world.books.addCredit('credit-note', acme.id, day('2026-03-03'), money(50_000, 'EUR'))
    await world.approveAll()
    await world.until('2026-03-03', '12:05')
    expect(world.counted.get('creditsOf')).toBe(1)
    expect(world.outbox).toEqual([])
    expect(await world.chases()).toEqual(['day-1 cancelled (credit-covers-balance)'])
  })

  it('costs no call of its own when the books were read just before', async () => {
    const world = await openWorld()
    const acme = world.regular('Acme')
    world.invoice(acme.id, '2026-03-02', 50_000)
    await world.until('2026-03-03', '12:00')
    expect(await world.diary()).toEqual(['2026-03-03 09:00 first-overdue → pagos@acme.example'])
    expect(world.counted.get('creditsOf')).toBeUndefined()
  })
})
