import type { Command } from 'commander'
import type { PaidAnyway } from '../chase/simulate/hindsight.ts'
import { backtestBusiness, type BusinessPast, type Unknowable } from '../flow/backtest.ts'
import { createHolidayLookup } from '../flow/calendar.ts'
import { ENGLISH } from '../web/words/english.ts'
import { csvOf } from './books.ts'
import { endingWithTwo, policyFrom } from './policy-file.ts'
import { businessCalled, decimalText, oneFormat, whole } from './simulate.ts'
import { countsText, entriesOf, withoutId, type SimulationEntry } from './simulation-entries.ts'
import { CSV_COLUMNS, csvLines, dayText, diaryText } from './simulation-text.ts'
import { withStore } from './with-store.ts'

type Options = {
  readonly business: string
  readonly months: number
  readonly within: number
  readonly policy?: string
  readonly json?: boolean
  readonly csv?: boolean
}

const MOST_MONTHS = 36
const MOST_WITHIN = 365

/** backtest: what a policy would have sent in the past, by what was known on each day, and what was paid anyway. */
export function addBacktestCommand(program: Command): void {
  endingWithTwo(program.command('backtest'))
    .description('tell what a policy would have sent in past months, using only what was known on each day')
    .requiredOption('--business <name>', 'the business')
    .option('--months <number>', `how many months back, at most ${MOST_MONTHS}`, whole(MOST_MONTHS), 12)
    .option(
      '--within <days>',
      'the days after a message in which an invoice counts as paid anyway',
      whole(MOST_WITHIN),
      14,
    )
    .option('--policy <file>', 'this policy file instead of the policy in force; - for the standard input')
    .option('--json', 'print JSON')
    .option('--csv', 'print CSV, one line per event and currency')
    .action(async (options: Options) => {
      oneFormat(options)
      const policy = options.policy === undefined ? null : await policyFrom(options.policy, options)
      if (options.policy !== undefined && policy === null) return
      await withStore(async ({ store, config }) => {
        const now = config.testClock ?? Temporal.Now.instant()
        const businessId = await businessCalled(store.db, options.business)
        const app = { db: store.db, now: () => now, holidays: createHolidayLookup() }
        const { months, within } = options
        print(
          await backtestBusiness(app, businessId, { months, withinDays: within, ...(policy && { policy }) }),
          options,
        )
      })
    })
}

function print(past: BusinessPast, options: Options): void {
  const entries = entriesOf({ ...past, receipts: [] })
  if (options.json) return console.log(JSON.stringify(jsonOf(past, entries), null, 2))
  if (options.csv) return console.log(csvOf([CSV_COLUMNS, ...csvLines(entries, decimalText)]))
  const { simulation, withinDays, unknowable } = past
  const { from, to } = simulation
  console.log(`${past.business.name}: what ${dayText(from)} to ${dayText(to)} would have brought.`)
  console.log(
    `Each day knows the invoices issued and the money arrived by then. Beyond that: ${unknowable.map((one) => UNKNOWABLE_TEXTS[one]).join('; ')}.`,
  )
  console.log(`${countsText(simulation)}.\n`)
  console.log(
    `Paid anyway within ${withinDays} days after each message. None of these was sent: this is no effect of theirs.`,
  )
  for (const line of paidAnywayLines(past.paidAnyway)) console.log(`  ${line}`)
  console.log(`\n${diaryText(entries, simulation)}`)
}

const paidAnywayLines = (kinds: readonly PaidAnyway[]): string[] =>
  kinds.length === 0
    ? ['No message would have asked for anything.']
    : kinds.map(({ message, messages, asked, paid, cancelled, tooEarly }) => {
        const known = asked - tooEarly - cancelled
        const share = known === 0 ? '' : ` (${Math.round((paid / known) * 100)}%)`
        const rest = [
          cancelled > 0 ? `${cancelled} cancelled` : '',
          tooEarly > 0 ? `${tooEarly} too early to tell` : '',
        ]
        const besides = rest.filter((text) => text !== '').join(', ')
        return `${ENGLISH.stages[message]}: ${messages} ${messages === 1 ? 'message' : 'messages'}; ${paid} of ${known} invoices${share}${besides && `; ${besides}`}`
      })

function jsonOf(
  { business, simulation, withinDays, unknowable, paidAnyway }: BusinessPast,
  entries: readonly SimulationEntry[],
) {
  return {
    business: business.name,
    from: simulation.from,
    to: simulation.to,
    unknowable: unknowable.map((what) => ({ what, says: UNKNOWABLE_TEXTS[what] })),
    paidAnyway: { withinDays, causal: false, kinds: paidAnyway },
    entries: entries.map(withoutId),
  }
}

const UNKNOWABLE_TEXTS: Readonly<Record<Unknowable, string>> = {
  'nothing-said-before': 'nothing had been said to anyone before the first day',
  'due-days-as-today': 'due days are taken as they are today, however often they were edited',
  'applied-credits-late':
    'applied credits and cancellations count from the ledger’s last change of the invoice, so rather too late',
  'open-credits-left-out': 'credit that was not applied is left out, since nothing tells since when it was there',
  'holds-left-out': 'pauses, disputes and other holds are left out',
  'agreements-left-out': 'promises, plans and replies are left out, since they answered what was really said',
  'recipients-as-today': 'addresses are the contacts of today',
  'groups-as-today': 'groups and settings of customers are those of today',
}
