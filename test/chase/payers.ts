import { addDays, day, daysBetween, weekday } from '../../src/chase/day.ts'
import type { Day } from '../../src/chase/day.ts'
import type { HabitInvoice } from '../../src/chase/habits.ts'
import { repeatableRandom } from '../../src/chase/luck.ts'
import { addMonths, lengthOfMonth, firstOfMonth } from '../../src/chase/month.ts'

/** An invoice of an invented customer, with the whole truth about it. */
export type InventedInvoice = HabitInvoice & {
  readonly id: string
  readonly customerId: string
  readonly issuedOn: Day
  readonly minor: number
}

export type InventedCustomer = {
  readonly id: string
  readonly kind: 'prompt' | 'steady' | 'run' | 'erratic' | 'drifting' | 'hopeless'
  /** The day of the month it pays on, for those with a payment run. */
  readonly runDay: number | null
  readonly invoices: readonly InventedInvoice[]
}

/** So the population starts. */
export const FIRST_DAY = day('2025-01-01')

const KINDS = ['prompt', 'prompt', 'prompt', 'steady', 'steady', 'steady', 'run', 'run', 'erratic', 'drifting', 'hopeless'] as const // prettier-ignore

/**
 * Customers who buy for so many months and pay in the ways that real ones do: on time, always about so late, on a
 * fixed day of the month, by mood, later and later, or in the end hardly at all. A seed decides everything.
 */
export function inventCustomers(seed: number, customers: number, months: number): InventedCustomer[] {
  const random = repeatableRandom(seed)
  const within = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1))
  const normal = (mean: number, deviation: number): number =>
    Math.round(mean + deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()))

  return Array.from({ length: customers }, (_, index) => {
    const id = `c${String(index).padStart(4, '0')}`
    const kind = KINDS[within(0, KINDS.length - 1)] ?? 'prompt'
    const term = [15, 30, 30, 30, 60][within(0, 4)] ?? 30
    const perMonth = 0.5 + random() * 2
    const usual = within(5, 30)
    const runDay = kind === 'run' ? within(1, 28) : null
    const startsOn = addDays(FIRST_DAY, within(0, 200))
    const invoices: InventedInvoice[] = []
    for (let on = startsOn; on < addMonths(FIRST_DAY, months); on = addDays(on, 1)) {
      if (weekday(on) > 5 || random() > perMonth / 21.7) continue
      const dueOn = addDays(on, term)
      const monthsIn = daysBetween(FIRST_DAY, on) / 30.4
      const days: Record<InventedCustomer['kind'], () => number | null> = {
        prompt: () => Math.min(2, normal(-2, 2)),
        steady: () => normal(usual, 3),
        run: () => {
          const run = runOnOrAfter(random() < 0.15 ? addMonths(dueOn, 1) : dueOn, runDay ?? 1)
          return daysBetween(dueOn, run)
        },
        erratic: () => (random() < 0.6 ? normal(-1, 2) : within(5, 45)),
        drifting: () => normal(2 + 1.2 * monthsIn, 4),
        hopeless: () => (random() < 0.35 ? null : within(20, 90)),
      }
      const late = days[kind]()
      const paidOn = late === null ? null : nextWorkday(addDays(dueOn, Math.max(late, -term)))
      const minor = 10_000 + within(0, 190_000)
      invoices.push({
        id: `${id}-${invoices.length}`,
        customerId: id,
        issuedOn: on,
        dueOn,
        paidOn,
        silentFrom: null,
        minor,
      })
    }
    return { id, kind, runDay, invoices }
  })
}

function runOnOrAfter(on: Day, runDay: number): Day {
  const here = addDays(firstOfMonth(on), Math.min(runDay, lengthOfMonth(on)) - 1)
  return here >= on ? here : runOnOrAfter(addMonths(on, 1), runDay)
}

const nextWorkday = (on: Day): Day => (weekday(on) > 5 ? addDays(on, 8 - weekday(on)) : on)

/** The invoices that existed on a day. What was paid later is still in them: the code under test must not look. */
export const knownOn = ({ invoices }: InventedCustomer, today: Day): InventedInvoice[] =>
  invoices.filter(({ issuedOn }) => issuedOn < today)
