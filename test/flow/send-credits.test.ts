import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { LedgerError } from '../../src/ledgers/ledger.ts'
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
    expect(world.outbox).toEqual([])
    expect(await world.chases()).toEqual(['day-1 cancelled (credit-covers-balance)'])
  })

  it('holds a message also when the books were read twenty minutes ago and the credit entered ten minutes later', async () => {
    const world = await openWorld()
    const [credited, other] = [world.regular('Acme'), world.regular('Brisa')]
    for (const { id } of [credited, other]) world.invoice(id, '2026-03-02', 50_000)
    await world.until('2026-03-03', '08:50')
    world.books.receive(credited.id, day('2026-03-03'), money(50_000, 'EUR'), [])
    await world.until('2026-03-03', '12:00')
    expect(await world.diary()).toEqual(['2026-03-03 09:00 first-overdue → pagos@brisa.example'])
    expect((await world.verdict(credited.id))?.reason).toBe('credit-covers-balance')
    expect(world.problems).toEqual([])
  })

  it('is asked for once, however many messages leave within a minute', async () => {
    const world = await openWorld()
    for (const name of ['Acme', 'Brisa', 'Coral', 'Dunas', 'Estela', 'Faro'])
      world.invoice(world.regular(name).id, '2026-03-02')
    await world.until('2026-03-03', '12:00')
    expect([world.outbox.length, world.counted.get('creditsChanged'), world.counted.get('creditsOf')]).toEqual([6, 1, undefined]) // prettier-ignore
  })

  it('that cannot be read holds the messages of its own customer only', async () => {
    const world = await openWorld()
    const [odd, fine] = [world.regular('Acme'), world.regular('Brisa')]
    for (const { id } of [odd, fine]) world.invoice(id, '2026-03-02')
    const changed = world.ledger.creditsChanged
    const creditsOf = world.ledger.creditsOf
    Object.assign(world.ledger, {
      creditsChanged: async (since: Temporal.Instant) => ({ ...(await changed(since)), defects: [{ kind: 'credit', id: 'x', field: 'Total', message: 'is no number' }] }),
      creditsOf: async (id: string) => {
        if (id === odd.id) throw new LedgerError('rejected', 'the credit x cannot be read')
        return creditsOf(id)
      },
    }) // prettier-ignore
    await world.until('2026-03-03', '12:00')
    expect(await world.diary()).toEqual(['2026-03-03 09:00 first-overdue → pagos@brisa.example'])
    expect(await world.chases()).toContain('day-1 cancelled (unreadable)')
  })
})
