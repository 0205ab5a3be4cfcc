import { addDays, type Day } from '../chase/day.ts'
import type { Policy } from '../chase/policy.ts'
import type { Turn } from '../chase/simulate/simulation.ts'
import { instantAt, localTime } from './local-time.ts'
import { nextPlanAt } from './rhythm.ts'

export type TurnSpan = {
  /** The zones (IANA) of the customers. */
  readonly zones: Iterable<string>
  /** The zone of the business. */
  readonly home: string
  /** The last day, where each customer is. */
  readonly to: Day
  readonly policy: Policy
}

/** Every plan and every opening of a window after an instant, in the order in which they come to pass. */
export function turnsAfter(instant: Temporal.Instant, span: TurnSpan): Turn[] {
  const turns: Turn[] = []
  for (const place of new Set(span.zones)) {
    const add = (kind: Turn['kind'], at: Temporal.Instant): Day => {
      const turn = turnAt(place, kind, at, span.home)
      if (turn.on <= span.to) turns.push(turn)
      return turn.on
    }
    for (let at = nextPlanAt(place, instant); add('plan', at) <= span.to;) at = nextPlanAt(place, at)
    for (let on = localTime(place, instant).today; on <= span.to; on = addDays(on, 1)) {
      const at = instantAt(place, on, span.policy.sendFromMinute)
      if (Temporal.Instant.compare(at, instant) > 0) add('opening', at)
    }
  }
  return turns.sort(inOrder)
}

/** The moment at which a simulation of the running business begins, in each zone. */
export const turnsNow = (instant: Temporal.Instant, { zones, home }: TurnSpan): Turn[] =>
  [...new Set(zones)].map((place) => turnAt(place, 'now', instant, home))

function turnAt(place: string, kind: Turn['kind'], at: Temporal.Instant, home: string): Turn {
  const { today: on, minute } = localTime(place, at)
  return { place, kind, at: at.epochMilliseconds, on, minute, businessDay: localTime(home, at).today }
}

/** Of what happens at one instant in several places, the looks come before the sends, as the jobs are run. */
function inOrder(one: Turn, other: Turn): number {
  if (one.at !== other.at) return one.at - other.at
  if (one.kind !== other.kind) return one.kind === 'plan' ? -1 : 1
  return one.place < other.place ? -1 : 1
}
