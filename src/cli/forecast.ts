import { InvalidArgumentError, type Command } from 'commander'
import { WEEKS, type CurrencyForecast } from '../chase/forecast.ts'
import { decimalOf, decimalPlaces, type Money } from '../chase/money.ts'
import { forecastOf } from '../flow/forecast.ts'
import { csvOf, withBooks } from './books.ts'

type Options = { business: string; weeks: number; json?: boolean; csv?: boolean }

/** forecast: what is likely to come in over the next weeks, from how each customer pays. */
export function addForecastCommand(program: Command): void {
  program
    .command('forecast')
    .description('print what is likely to come in, week by week and currency by currency, from how customers pay')
    .requiredOption('--business <name>', 'the business')
    .option('--weeks <number>', `how many weeks, at most ${WEEKS}`, weeksOf, WEEKS)
    .option('--json', 'print JSON')
    .option('--csv', 'print CSV')
    .action((options: Options) =>
      withBooks(options.business, ({ app, business, history }) => {
        const currencies = forecastOf(app, business, history, options.weeks)
        if (options.json) return console.log(JSON.stringify({ from: history.today, currencies }, null, 2))
        if (options.csv) return console.log(csvOf([COLUMNS, ...currencies.flatMap(linesOf)]))
        if (currencies.length === 0) return console.log('Nothing is open.')
        for (const currency of currencies) print(currency)
      }),
    )
}

function weeksOf(text: string): number {
  const weeks = Number(text)
  if (!Number.isInteger(weeks) || weeks < 1 || weeks > WEEKS) throw new InvalidArgumentError(`must be 1 to ${WEEKS}`)
  return weeks
}

const COLUMNS = ['currency', 'line', 'from', 'to', 'expected', 'agreed', 'low', 'high', 'low so far', 'high so far']

function linesOf(forecast: CurrencyForecast): string[][] {
  const { currency, weeks } = forecast
  return [
    ...weeks.map(({ from, to, expected, agreed, low, high, lowSoFar, highSoFar }) => [
      currency,
      'week',
      from,
      to,
      ...[expected, agreed, low, high, lowSoFar, highSoFar].map(decimal),
    ]),
    ...restOf(forecast).map(([name, amount]) => [currency, name, '', '', decimal(amount), '', '', '', '', '']),
  ]
}

/** Where everything stands that is not expected in these weeks, and all that is open. */
const restOf = ({ later, unlikely, disputed, held, credited, open }: CurrencyForecast): [string, Money][] => [
  ['later', later],
  ['unlikely', unlikely],
  ['disputed', disputed],
  ['set apart', held],
  ['credited', credited],
  ['open', open],
]

function print(forecast: CurrencyForecast): void {
  const { currency, weeks } = forecast
  console.log(`${currency}: what is likely to come in (four weeks in five lie between low and high)`)
  console.log(row('week from', 'expected', 'promised', 'low', 'high'))
  for (const { from, expected, agreed, low, high } of weeks) {
    console.log(row(from, decimal(expected), decimal(agreed), decimal(low), decimal(high)))
  }
  for (const [name, amount] of restOf(forecast)) if (amount.minor > 0) console.log(row(name, decimal(amount)))
  console.log('')
}

const row = (first: string, ...rest: string[]): string =>
  [first.padEnd(12), ...rest.map((text) => text.padStart(14))].join('').trimEnd()

const decimal = (amount: Money): string => decimalOf(amount).toFixed(decimalPlaces(amount.currency))
