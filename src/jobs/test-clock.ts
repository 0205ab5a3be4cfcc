import type { Dependencies } from '../flow/dependencies.ts'
import { dispatchDueWork, nextWorkAfter } from '../flow/work.ts'
import type { Queue } from './queue.ts'

/** A clock that stands still and moves only when told, taking the work along. */
export type TestClock = {
  now(): Temporal.Instant
  /**
   * Moves forward, stopping at every instant at which something falls due to do it, in order. Resolves when all is
   * done, with counts of what was done. Throws a RangeError when told to go back.
   */
  advanceTo(instant: Temporal.Instant): Promise<Record<string, number>>
}

/** One instant is left alone after so many rounds: work that asks for itself again must not stop the clock. */
const MOST_ROUNDS = 200

export function createTestClock(start: Temporal.Instant): TestClock & { drive(app: Dependencies, queue: Queue): void } {
  let now = start
  let driver: { app: Dependencies; queue: Queue } | null = null
  let turn: Promise<unknown> = Promise.resolve()

  const settle = async (counts: Map<string, number>): Promise<void> => {
    if (!driver) throw new Error('the test clock drives nothing yet')
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const asked = await dispatchDueWork(driver.app)
      const done = await driver.queue.drain(driver.app)
      for (const [what, times] of done) counts.set(what, (counts.get(what) ?? 0) + times)
      if (asked === 0 && done.size === 0) return
    }
    driver.app.log.warn({ now: now.toString() }, 'work keeps asking for itself; the clock moves on')
  }

  const advance = async (target: Temporal.Instant): Promise<Record<string, number>> => {
    if (Temporal.Instant.compare(target, now) < 0)
      throw new RangeError(`the clock stands at ${now.toString()} and moves only forward`)
    const counts = new Map<string, number>()
    await settle(counts)
    while (driver) {
      const next = await nextWorkAfter(driver.app, now)
      if (next === null || Temporal.Instant.compare(next, target) > 0) break
      now = next
      await settle(counts)
    }
    now = target
    await settle(counts)
    return summary(counts)
  }

  return {
    now: () => now,
    drive(app, queue) {
      driver = { app, queue }
    },
    advanceTo(instant) {
      const mine = turn.then(() => advance(instant))
      // The next caller waits for this one, whatever became of it.
      turn = mine.catch(() => {})
      return mine
    },
  }
}

/** The four words that outside tools read, and the details behind them. */
function summary(counts: ReadonlyMap<string, number>): Record<string, number> {
  const sum = (...names: string[]): number => names.reduce((total, name) => total + (counts.get(name) ?? 0), 0)
  return {
    synced: sum('sync full', 'sync changes'),
    planned: sum('planned'),
    sent: sum('send sent'),
    noted: sum('note written'),
    asked: sum('asked', 'send asked'),
    cancelled: sum('called off', 'send cancelled'),
    held: sum('send held'),
    unknown: sum('send unknown', 'expired unknown'),
    failed: sum('send failed', 'note failed', 'sync failed'),
  }
}
