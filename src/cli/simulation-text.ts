import { weekday, type Day } from '../chase/day.ts'
import type { Simulation } from '../chase/simulate/simulation.ts'
import { amountText, type SimulationEntry } from './simulation-entries.ts'

/** A diary by day: what happens to whom, days without anything left out. */
export function diaryText(entries: readonly SimulationEntry[], { from, to }: Pick<Simulation, 'from' | 'to'>): string {
  if (entries.length === 0) return `Nothing happens from ${dayText(from)} to ${dayText(to)}.`
  const days = Map.groupBy(entries, ({ on }) => on)
  return [...days].map(([on, ones]) => [dayText(on), ...ones.map(lineOf)].join('\n')).join('\n\n')
}

function lineOf({ kind, customer, what, stepId, until, invoices, amounts, note }: SimulationEntry): string {
  const step = kind === 'message' && stepId !== null && !stepId.includes(':') ? ` (${stepId})` : ''
  const about = [invoices.join(', '), amounts.map(amountText).join(' + ')].filter((text) => text !== '').join('; ')
  const lasts = until !== null && kind !== 'postponed' ? `, open until ${until}` : ''
  const said = TOLD_WITH_NOTE.includes(kind) && note !== '' ? `\n      ${note}` : ''
  return `  ${customer}: ${what}${step}${about === '' ? '' : ` – ${about}`}${lasts}${said}`
}

/** The others say it all in their few words. */
const TOLD_WITH_NOTE: readonly SimulationEntry['kind'][] = ['question', 'postponed', 'hold-ends', 'hold-review']

/** "Monday 2 March 2026" */
export const dayText = (on: Day): string =>
  `${WEEKDAYS[weekday(on) - 1]} ${Number(on.slice(8))} ${MONTHS[Number(on.slice(5, 7)) - 1]} ${on.slice(0, 4)}`

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] // prettier-ignore

/** The columns of the CSV, one line per entry and currency. */
export const CSV_COLUMNS = [
  'day',
  'kind',
  'customer',
  'what',
  'step',
  'until',
  'invoices',
  'amount',
  'currency',
  'note',
]

export const csvLines = (entries: readonly SimulationEntry[], decimal: (entry: SimulationEntry['amounts'][number]) => string): string[][] =>
  entries.flatMap(({ on, kind, customer, what, stepId, until, invoices, amounts, note }) =>
    (amounts.length === 0 ? [null] : amounts).map((amount) => [
      on, kind, customer, what, stepId ?? '', until ?? '', invoices.join(' '), amount ? decimal(amount) : '', amount?.currency ?? '', note,
    ]),
  ) // prettier-ignore
