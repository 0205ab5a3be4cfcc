/** One limit a vendor sets: so many calls in so many seconds. `name` is what the refusal is called. */
export type SimulatedWindow = { readonly name: string; readonly calls: number; readonly seconds: number }

/** Limits to simulate: windows by the simulator's clock and, where the vendor has one, how many calls may be open at once. */
export type SimulatedLimitRules = { readonly windows: readonly SimulatedWindow[]; readonly atOnce: number | null }

/** What became of one call: let in with what is left of each window, or refused by one limit. */
export type SimulatedAdmission =
  | { readonly admitted: true; readonly remaining: Readonly<Record<string, number>> }
  | {
      readonly admitted: false
      readonly limit: string
      readonly retryAfterSeconds: number
      readonly remaining: Readonly<Record<string, number>>
    }

/** The name under which too many open calls are refused. */
export const AT_ONCE = 'concurrent'

/**
 * Counts calls as a vendor does, separately for each key (an organisation, or an organisation and an app).
 *
 * Windows are sliding and measured by the clock given: with a clock that stands still a window stays full.
 * A refused call does not count.
 */
export class SimulatedLimits {
  readonly #rules: SimulatedLimitRules
  readonly #now: () => Temporal.Instant
  readonly #calls = new Map<string, number[]>()
  readonly #open = new Map<string, number>()

  constructor(rules: SimulatedLimitRules, now: () => Temporal.Instant) {
    this.#rules = rules
    this.#now = now
  }

  /** Lets one call in, or says why not. An admitted call must be followed by `leave`. */
  enter(key: string): SimulatedAdmission {
    const at = this.#now().epochMilliseconds
    const calls = this.#recent(key, at)
    const remaining: Record<string, number> = {}
    let refused: { limit: string; retryAfterSeconds: number } | null = null
    for (const window of this.#rules.windows) {
      const from = at - window.seconds * 1000
      const first = firstAfter(calls, from)
      const left = window.calls - (calls.length - first)
      remaining[window.name] = Math.max(0, left)
      if (left > 0) continue
      // The window has room again when its oldest call has left it.
      const oldest = calls[calls.length - window.calls] ?? at
      const retryAfterSeconds = Math.max(1, Math.ceil((oldest + window.seconds * 1000 - at) / 1000))
      if (!refused || retryAfterSeconds > refused.retryAfterSeconds) refused = { limit: window.name, retryAfterSeconds }
    }
    const open = this.#open.get(key) ?? 0
    if (!refused && this.#rules.atOnce !== null && open >= this.#rules.atOnce) {
      refused = { limit: AT_ONCE, retryAfterSeconds: 1 }
    }
    if (refused) return { admitted: false, ...refused, remaining }
    calls.push(at)
    this.#open.set(key, open + 1)
    for (const { name } of this.#rules.windows) remaining[name] = (remaining[name] ?? 1) - 1
    return { admitted: true, remaining }
  }

  /** The call has been answered. */
  leave(key: string): void {
    this.#open.set(key, Math.max(0, (this.#open.get(key) ?? 0) - 1))
  }

  /** The calls still inside the longest window, oldest first. */
  #recent(key: string, at: number): number[] {
    const longest = Math.max(0, ...this.#rules.windows.map(({ seconds }) => seconds)) * 1000
    const calls = this.#calls.get(key) ?? []
    const first = firstAfter(calls, at - longest)
    if (first > 0) calls.splice(0, first)
    this.#calls.set(key, calls)
    return calls
  }
}

/** Index of the first time later than `from`, in a list that is in order. */
function firstAfter(times: readonly number[], from: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? Infinity) > from) high = middle
    else low = middle + 1
  }
  return low
}
