import { describe, expect, it } from 'vitest'
import { gatherHints } from '../../src/flow/gather-hints.ts'
import type { Hint } from '../../src/flow/receive.ts'
import { openWorld } from '../support/world.ts'

const hint = (entityId: string): Hint => ({
  organisationId: 'org-1',
  entity: 'invoice',
  entityId,
  change: 'updated',
  happenedAt: null,
  eventKey: `event-${entityId}`,
})

describe('Webhooks that arrive at once', async () => {
  const world = await openWorld()
  const stored = async (): Promise<string[]> =>
    (await world.rows<{ id: string }>('select entity_id as id from inbox order by entity_id')).map(({ id }) => id)

  it('are stored together, and each is answered only when it is stored with its job', async () => {
    let transactions = 0
    const receive = gatherHints({
      ...world.app,
      enqueue: async (...job) => {
        transactions += 1
        await world.app.enqueue(...job)
      },
    })
    const ids = Array.from({ length: 20 }, (_, index) => `a-${String(index).padStart(2, '0')}`)
    const seenWhenAnswered = await Promise.all(
      ids.map(async (id) => (await receive('xero', [hint(id)]), (await stored()).includes(id))),
    )

    expect(seenWhenAnswered).toEqual(ids.map(() => true))
    expect(await stored()).toEqual(ids)
    expect(transactions).toBe(2)
  })

  it('do not refuse each other: one that cannot be stored is refused alone', async () => {
    const before = await stored()
    const receive = gatherHints(world.app)
    // Postgres takes no text with a zero byte in it.
    const bodies = ['b-1', 'b-2', 'b-\u0000', 'b-3'].map((id) => receive('xero', [hint(id)]).then(() => 'stored', () => 'refused')) // prettier-ignore

    expect(await Promise.all(bodies)).toEqual(['stored', 'stored', 'refused', 'stored'])
    expect(await stored()).toEqual([...before, 'b-1', 'b-2', 'b-3'])
  })

  it('are stored after trouble as before it', async () => {
    let away = true
    const receive = gatherHints({
      ...world.app,
      enqueue: async (...job) => (away ? Promise.reject(new Error('the queue is away')) : world.app.enqueue(...job)),
    })
    await expect(receive('xero', [hint('c-1')])).rejects.toThrow('the queue is away')
    away = false
    await receive('xero', [hint('c-1')])
    expect(await stored()).toContain('c-1')
  })
})
