import { addDays, day, dayNumber, type Day } from '../../../src/chase/day.ts'
import { DEFAULT_POLICY } from '../../../src/chase/default-policy.ts'
import type { Policy } from '../../../src/chase/policy.ts'
import { knownInFuture } from '../../../src/chase/simulate/future.ts'
import { simulate } from '../../../src/chase/simulate/simulate.ts'
import type { SimulatedCustomer, Simulation, SimulationQuestion, Turn } from '../../../src/chase/simulate/simulation.ts'
import type { Standing } from '../../../src/chase/standing.ts'

/** A day's turns in one place: the plan at six, the opening at nine. */
export const turnsOf = (from: Day, days: number, place = 'here'): Turn[] =>
  Array.from({ length: days }, (_, passed) => addDays(from, passed)).flatMap((on) =>
    [['plan', 6 * 60] as const, ['opening', 9 * 60] as const].map(([kind, minute]): Turn => ({
      place,
      kind,
      at: dayNumber(on) * 1440 + minute,
      on,
      minute,
      businessDay: on,
    })),
  )

export type CustomerDetails = {
  readonly standing: Standing
  readonly paidOn?: Readonly<Record<string, string>>
  readonly holds?: Standing['holds']
  readonly begun?: Partial<SimulatedCustomer['begun']>
}

/** A customer of which nothing is known but its standing at the beginning. */
export function customer(id: string, { standing, paidOn = {}, holds, begun }: CustomerDetails): SimulatedCustomer {
  return {
    id,
    place: 'here',
    holidays: () => standing.holidays,
    known: knownInFuture({
      standing,
      holds: holds ?? standing.holds,
      paidOn: new Map(Object.entries(paidOn).map(([invoice, on]) => [invoice, day(on)])),
      chased: new Set(),
    }),
    begun: {
      spell: standing.spell && { ...standing.spell, startedOn: standing.today },
      touches: standing.touches,
      notices: standing.notices,
      contactedOn: standing.contactedOn,
      addressContactedOn: standing.addressContactedOn,
      callsOn: standing.callsOn,
      onItsWay: null,
      isLookedAt: true,
      isDueNow: false,
      ...begun,
    },
  }
}

export type Details = Partial<Omit<SimulationQuestion, 'customers' | 'from' | 'to'>> & {
  readonly from: string
  readonly days: number
  readonly policy?: Policy
}

export const simulated = ({ from, days, ...details }: Details, ...customers: SimulatedCustomer[]): Simulation =>
  simulate({
    policy: DEFAULT_POLICY,
    mode: 'automatic',
    ledgerRemindersOn: false,
    seniorSender: false,
    turns: turnsOf(day(from), days),
    sentOnDays: [],
    ...details,
    from: day(from),
    to: addDays(day(from), days - 1),
    customers,
  })

/** "03-05 a: first-overdue inv-1 100.00 EUR (approved)" */
export const messagesOf = ({ messages }: Simulation): string[] =>
  messages.map(({ on, customerId, message, invoices, totals, approved }) => {
    const amounts = totals.map(({ minor, currency }) => `${minor / 100} ${currency}`).join(' + ')
    return `${on.slice(5)} ${customerId}: ${message} ${invoices.map(({ id }) => id).join(' ')} ${amounts}${approved ? ' (approved)' : ''}`
  })

/** "03-20..03-25 a: call-due call" */
export const questionsOf = ({ questions }: Simulation): string[] =>
  questions.map(({ on, until, customerId, reason, stepId }) =>
    `${on.slice(5)}..${until.slice(5)} ${customerId}: ${reason} ${stepId ?? ''}`.trim(),
  )
