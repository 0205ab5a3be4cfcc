/** Lets so many through per key and stretch of time. */
export type Brake = { passes(key: string): boolean }

// Enough for everybody who signs in within one stretch; beyond it the oldest are forgotten, never the memory filled.
const MOST_KEYS = 10_000

export function createBrake(limit: { most: number; perSeconds: number }, now: () => Temporal.Instant): Brake {
  const seen = new Map<string, { since: number; count: number }>()
  return {
    passes(key) {
      const at = now().epochMilliseconds / 1000
      const known = seen.get(key)
      if (!known || at - known.since >= limit.perSeconds) {
        seen.delete(key)
        seen.set(key, { since: at, count: 1 })
        const [oldest] = seen.keys()
        if (seen.size > MOST_KEYS && oldest !== undefined) seen.delete(oldest)
        return true
      }
      known.count += 1
      return known.count <= limit.most
    },
  }
}
