import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { callsWrittenDown, takeCall } from '../../src/flow/allowance.ts'
import type { ConnectionRef } from '../../src/flow/dependencies.ts'
import { ledgerSession } from '../../src/flow/session.ts'
import type { AllowanceSeen, CallPurpose, LedgerError, LedgerKind } from '../../src/ledgers/ledger.ts'
import { anotherProcess, connected, connectWorld, forgetEverybody, tenant, type ConnectWorld } from '../support/connecting.ts' // prettier-ignore
import { freshDatabase, type TestDatabase } from '../support/database.ts'

const NOTHING: AllowanceSeen = { remainingThisMinute: null, remainingToday: null, refused: null }

describe('Calling a ledger within its limits', () => {
  let store: TestDatabase
  let world: ConnectWorld
  let xero: ConnectionRef & { ledger: LedgerKind }

  beforeAll(async () => {
    store = await freshDatabase()
  })

  beforeEach(async () => {
    await forgetEverybody(store)
    world = connectWorld(store)
    xero = { ...(await connected(world, await tenant(store.db, 'Acme'))), ledger: 'xero' }
  })

  const later = (duration: Temporal.DurationLike) => {
    world.clock.now = world.clock.now.add(duration)
  }

  /** Calls until told to slow down; returns how many went and what the ledger would have been spared. */
  async function callUntilTold(purpose: CallPurpose, seen = NOTHING, connection = xero) {
    for (let went = 0; ; went++) {
      try {
        const end = await takeCall(world, connection, purpose)
        await end(seen)
      } catch (error) {
        const { problem, retryAfterSeconds, message } = error as LedgerError
        return { went, problem, retryAfterSeconds, message }
      }
    }
  }

  it('lets a sync take fifty a minute and leaves the rest to what cannot wait', async () => {
    expect(await callUntilTold('sync')).toEqual({
      went: 50, problem: 'slow-down', retryAfterSeconds: 61, message: "Xero's allowance is used up (minute)",
    }) // prettier-ignore
    expect((await callUntilTold('webhook')).went).toBe(9)
    expect((await callUntilTold('send')).went).toBe(0)
    later({ seconds: 61 })
    expect((await callUntilTold('send')).went).toBe(59)
  })

  it('lets a sync have four calls under way and a send the fifth', async () => {
    const ends = []
    for (let i = 0; i < 4; i++) ends.push(await takeCall(world, xero, 'sync'))
    await expect(takeCall(world, xero, 'sync')).rejects.toMatchObject({ problem: 'slow-down', retryAfterSeconds: 1 })
    ends.push(await takeCall(world, xero, 'send'))
    await expect(takeCall(world, xero, 'webhook')).rejects.toMatchObject({ problem: 'slow-down', retryAfterSeconds: 1 })
    for (const end of ends) await end(NOTHING)
    expect(typeof (await takeCall(world, xero, 'sync'))).toBe('function')
  })

  it('keeps a fifth of the day for sends and webhooks, on whatever plan', async () => {
    await callUntilTold('sync', { ...NOTHING, remainingToday: 4999 })
    later({ minutes: 2 })
    const end = await takeCall(world, xero, 'sync')
    await end({ ...NOTHING, remainingToday: 1000 })
    expect(await callUntilTold('sync')).toMatchObject({ went: 0, message: "Xero's allowance is used up (day)" })
    expect((await callUntilTold('send')).went).toBe(58)
  })

  it('parks everything when Xero says the day is over, for as long as it says', async () => {
    const end = await takeCall(world, xero, 'sync')
    await end({ ...NOTHING, refused: { limit: 'day', retryAfterSeconds: 66_183 } })
    for (const purpose of ['send', 'webhook', 'sync'] as const) {
      await expect(takeCall(world, xero, purpose)).rejects.toMatchObject({ retryAfterSeconds: 66_183 })
    }
    later({ seconds: 66_183 })
    expect((await callUntilTold('send')).went).toBe(59)
  })

  it('gives QuickBooks no more than ten a second and five hundred a minute', async () => {
    const globex = await tenant(store.db, 'Globex')
    const quickbooks = {
      ...(await connected(world, globex, 'org-globex', 'quickbooks')),
      ledger: 'quickbooks',
    } as const
    expect(await callUntilTold('sync', NOTHING, quickbooks)).toMatchObject({ went: 8, retryAfterSeconds: 1 })
    expect((await callUntilTold('send', NOTHING, quickbooks)).went).toBe(2)
    let went = 10
    for (let i = 0; i < 46; i++) {
      later({ milliseconds: 1250 })
      went += (await callUntilTold('send', NOTHING, quickbooks)).went
    }
    expect(went).toBe(470)
    // 57.5 s have passed: twenty more and the minute is full.
    later({ milliseconds: 1250 })
    went += (await callUntilTold('send', NOTHING, quickbooks)).went
    later({ milliseconds: 1250 })
    went += (await callUntilTold('send', NOTHING, quickbooks)).went
    expect(went).toBe(490)
    expect(await callUntilTold('send', NOTHING, quickbooks)).toMatchObject({ went: 0 })
  })

  it('is one allowance for all processes', async () => {
    const others = [anotherProcess(world), anotherProcess(world)]
    const processes = [world, ...others]
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, (_, i) => takeCall(processes[i % 3] ?? world, xero, 'send')),
    )
    await Promise.all(others.map((process) => process.close()))
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBe(5)
  })

  it('does not lose an answer because the place could not be given back', async () => {
    const other = anotherProcess(world)
    const end = await takeCall(other, xero, 'send')
    await other.close()
    await end(NOTHING)
    await callsWrittenDown()
    expect(world.lines.filter((line) => line.includes('a place in the allowance was not given back')).length).toBe(1)
  })

  it('is asked for by every session', async () => {
    const apiUrls = { xero: 'https://api.test', quickbooks: 'https://api.test' }
    const { session } = await ledgerSession({ ...world, apiUrls }, xero, 'sync')
    await session.accessToken()
    const ends = [
      await session.allowance(),
      await session.allowance(),
      await session.allowance(),
      await session.allowance(),
    ]
    await expect(session.allowance()).rejects.toMatchObject({ problem: 'slow-down' })
    for (const end of ends) await end(NOTHING)
  })
})
