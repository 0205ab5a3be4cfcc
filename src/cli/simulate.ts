import { InvalidArgumentError, type Command } from 'commander'
import { decimalOf, decimalPlaces, type Money } from '../chase/money.ts'
import { createHolidayLookup } from '../flow/calendar.ts'
import { measurePolicyEffect } from '../flow/policy-effect.ts'
import { simulateBusiness, type BusinessFuture, type Paying } from '../flow/simulate.ts'
import { inBusiness, type Db } from '../store/db.ts'
import { findCustomersByName } from '../store/evidence.ts'
import { findBusinessByName } from '../store/people.ts'
import { formatFor } from '../web/format.ts'
import { csvOf } from './books.ts'
import { calendarFile } from './calendar-file.ts'
import type { MeasureEffect } from './policy.ts'
import { endingWithTwo, policyFrom, wrongUse } from './policy-file.ts'
import {
  ASSUMPTIONS,
  comparisonText,
  countsText,
  entriesOf,
  withoutId,
  type SimulationEntry,
} from './simulation-entries.ts'
import { SIMULATION_WORDS } from './simulation-words.ts'
import { CSV_COLUMNS, csvLines, dayText, diaryText } from './simulation-text.ts'
import { withStore } from './with-store.ts'

type Options = {
  readonly business: string
  readonly days: number
  readonly customer?: string
  readonly policy?: string
  readonly paying: Paying
  readonly json?: boolean
  readonly csv?: boolean
  readonly ics?: boolean
}

/** simulate: what the coming days bring by the rules, on the business's own books. Changes and sends nothing. */
export function addSimulateCommand(program: Command): void {
  endingWithTwo(program.command('simulate'))
    .description('tell what the coming days bring: who gets what when, what people are asked, what is put off')
    .requiredOption('--business <name>', 'the business')
    .option('--days <number>', `how many days, today included, at most ${MOST_DAYS}`, whole(MOST_DAYS), 90)
    .option('--customer <name>', 'only this customer, by name or by its id in the ledger')
    .option(
      '--policy <file>',
      'by this policy file, with what it changes against the one in force; - for the standard input',
    )
    .option('--paying <who>', 'nobody, or expected: each on the day its habit makes likely', payingOf, 'nobody')
    .option('--json', 'print JSON')
    .option('--csv', 'print CSV, one line per event and currency')
    .option('--ics', 'print a calendar (iCalendar)')
    .action(async (options: Options) => {
      oneFormat(options)
      const policy = options.policy === undefined ? null : await policyFrom(options.policy, options)
      if (options.policy !== undefined && policy === null) return
      await withStore(async ({ store, config }) => {
        const now = config.testClock ?? Temporal.Now.instant()
        const businessId = await businessCalled(store.db, options.business)
        const only =
          options.customer === undefined ? null : await customersCalled(store.db, businessId, options.customer)
        const app = { db: store.db, now: () => now, holidays: createHolidayLookup() }
        const { days, paying } = options
        const future = await simulateBusiness(app, businessId, { days, paying, ...(policy && { policy }) })
        print(future, only, options, now)
      })
    })
}

/** What another policy would send in the next 30 days, for `policy diff`. */
export const measureEffect: MeasureEffect = async ({ db, config }, businessId, next) => {
  const now = config.testClock ?? Temporal.Now.instant()
  const app = { db, now: () => now, holidays: createHolidayLookup() }
  return (await measurePolicyEffect(app, businessId, next)).effect
}

const MOST_DAYS = 366

function print(
  future: BusinessFuture,
  only: ReadonlySet<string> | null,
  options: Options,
  now: Temporal.Instant,
): void {
  const entries = entriesOf(future, only)
  if (options.json) return console.log(JSON.stringify(jsonOf(future, entries), null, 2))
  if (options.csv) return console.log(csvOf([CSV_COLUMNS, ...csvLines(entries, decimalText)]))
  if (options.ics) return void process.stdout.write(icsOf(future, only, now))
  const { simulation, comparison, assumptions } = future
  const { from, to } = simulation
  console.log(
    `${future.business.name}: what ${dayText(from)} to ${dayText(to)} bring by the ${comparison ? 'given policy' : 'policy in force'}.`,
  )
  console.log(`Taken for granted: ${assumptions.map((one) => ASSUMPTIONS[one]).join('; ')}.`)
  if (only === null) console.log(`${countsText(simulation)}.`)
  if (comparison && only === null) console.log(comparisonText(comparison))
  console.log(`\n${diaryText(entries, simulation)}`)
}

/** Amounts as decimals with a point, in the currency's own number of places. */
export const decimalText = (amount: Money): string => decimalOf(amount).toFixed(decimalPlaces(amount.currency))

function jsonOf(
  { business, simulation, comparison, assumptions, paying, names }: BusinessFuture,
  entries: readonly SimulationEntry[],
) {
  return {
    business: business.name,
    from: simulation.from,
    to: simulation.to,
    paying,
    assumptions: assumptions.map((assumption) => ({ assumption, says: ASSUMPTIONS[assumption] })),
    entries: entries.map(withoutId),
    ...(comparison && {
      comparison: {
        before: comparison.before,
        after: comparison.after,
        firstDifferentOn: comparison.firstDifferentOn,
        customers: comparison.customers.map(({ customerId, ...counts }) => ({
          customer: names.customers.get(customerId) ?? customerId,
          ...counts,
        })),
      },
    }),
  }
}

/** A calendar in the language of the business; the UIDs are the same in every language. */
export function icsOf(future: BusinessFuture, only: ReadonlySet<string> | null, now: Temporal.Instant): string {
  const { name, language, timeZone } = future.business
  const words = SIMULATION_WORDS[language]
  const format = formatFor(language, timeZone)
  const seen = new Map<string, number>()
  const events = entriesOf(future, only, { words, day: format.day }).map((entry) => {
    const { on, kind, customerId, customer, what, stepId, about, invoices, amounts, note } = entry
    const stem = [on, kind, customerId, stepId, about].join('|')
    const count = (seen.get(stem) ?? 0) + 1
    seen.set(stem, count)
    const numbers = invoices.join(', ')
    const sums = amounts.map(({ minor, currency }) => format.money(minor, currency)).join(' + ')
    return {
      key: `${stem}|${count}`,
      on,
      summary: `${customer}: ${what}`,
      description: [numbers, sums, note].filter((text) => text !== '').join('\n'),
      categories: [words.kinds[kind]],
    }
  })
  return calendarFile({ name: words.calendar(name), language }, events, now)
}

/** Throws unless at most one format was asked for. */
export function oneFormat({
  json,
  csv,
  ics,
}: {
  readonly json?: boolean
  readonly csv?: boolean
  readonly ics?: boolean
}): void {
  if ([json, csv, ics].filter(Boolean).length > 1) throw wrongUse('only one of --json, --csv and --ics can be printed')
}

/** The id of the business of that name. Throws when there is none. */
export async function businessCalled(db: Db, name: string): Promise<string> {
  const businessId = await findBusinessByName(db, name)
  if (businessId === null) throw wrongUse(`There is no business called "${name}".`)
  return businessId
}

async function customersCalled(db: Db, businessId: string, name: string): Promise<ReadonlySet<string>> {
  const found = await inBusiness(db, businessId, (tx) => findCustomersByName(tx, name))
  if (found.length === 0) throw wrongUse(`There is no customer called "${name}".`)
  return new Set(found.map(({ id }) => id))
}

/** A whole number from 1 to the given one. */
export const whole =
  (most: number) =>
  (text: string): number => {
    const number = Number(text)
    if (!Number.isInteger(number) || number < 1 || number > most) throw new InvalidArgumentError(`must be 1 to ${most}`)
    return number
  }

function payingOf(text: string): Paying {
  if (text !== 'nobody' && text !== 'expected') throw new InvalidArgumentError('must be nobody or expected')
  return text
}
