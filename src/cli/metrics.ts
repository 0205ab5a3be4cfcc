import { InvalidArgumentError, type Command } from 'commander'
import { decimalOf, decimalPlaces, type Money } from '../chase/money.ts'
import { metricsOf, type GroupedBy, type Measures, type Metrics } from '../flow/metrics.ts'
import { policyInForce } from '../flow/policy.ts'
import { csvOf, withBooks } from './books.ts'

const GROUPINGS: readonly GroupedBy[] = ['customer', 'segment', 'sequence']

type Options = { business: string; by?: GroupedBy; json?: boolean; csv?: boolean }

/** metrics: how well money comes in, by the definitions of docs/METRICS.md. */
export function addMetricsCommand(program: Command): void {
  program
    .command('metrics')
    .description(
      'print how well money comes in: ageing, DSO, CEI, days late, promises kept, disputes; one line per currency',
    )
    .requiredOption('--business <name>', 'the business')
    .option('--by <group>', `also by ${GROUPINGS.join(', ')}`, (value): GroupedBy => {
      const by = GROUPINGS.find((each) => each === value)
      if (!by) throw new InvalidArgumentError(`must be one of ${GROUPINGS.join(', ')}`)
      return by
    })
    .option('--json', 'print JSON')
    .option('--csv', 'print CSV')
    .action((options: Options) =>
      withBooks(options.business, async ({ app, db, business, history, now }) => {
        const { policy } = await policyInForce(db, business.id, now)
        const metrics = metricsOf(app, business, policy, history, options.by ?? 'segment')
        const shown = options.by === undefined ? { ...metrics, groups: [] } : metrics
        if (options.json) return console.log(JSON.stringify(shown, null, 2))
        const lines = [COLUMNS, ...linesOf(shown, options.by ?? null)]
        if (options.csv) return console.log(csvOf(lines))
        printTable(lines)
        if (metrics.untold > 0)
          console.log(
            `For ${metrics.untold} paid invoices the ledger told no payment; their own day of payment is used.`,
          )
      }),
    )
}

const COLUMNS = [
  'by', 'group', 'currency', 'owed', 'not due', '1-30', '31-60', '61-90', 'over 90', 'credits',
  'DSO countback', 'at least', 'DSO simple', 'CEI %', 'days late', 'promises kept %', 'promises judged', 'disputed %', 'invoices issued',
] // prettier-ignore

function linesOf({ all, groups }: Metrics, by: GroupedBy | null): string[][] {
  return [
    ...all.map((measures) => ['all', '', ...fieldsOf(measures)]),
    ...groups.flatMap(({ label, measures }) => measures.map((one) => [by ?? '', label, ...fieldsOf(one)])),
  ]
}

function fieldsOf({
  currency,
  ageing,
  dsoCountback,
  dsoSimple,
  cei,
  lateness,
  promises,
  disputes,
}: Measures): string[] {
  return [
    currency,
    decimal(ageing.total),
    ...ageing.buckets.map(({ open }) => decimal(open)),
    decimal(ageing.credits),
    tenths(dsoCountback.days),
    dsoCountback.atLeast ? 'yes' : '',
    tenths(dsoSimple),
    tenths(cei),
    tenths(lateness.days),
    tenths(promises?.percent ?? null),
    String(promises?.judged ?? 0),
    tenths(disputes.percent),
    String(disputes.issued),
  ]
}

const decimal = (amount: Money): string => decimalOf(amount).toFixed(decimalPlaces(amount.currency))

const tenths = (value: number | null): string => (value === null ? '' : value.toFixed(1))

/** Columns as wide as their widest field; what nothing was filled into is left out. */
function printTable(lines: readonly (readonly string[])[]): void {
  const [head = [], ...rows] = lines
  const kept = head.flatMap((_, column) => (rows.some((row) => (row[column] ?? '') !== '') ? [column] : []))
  const width = (column: number): number => Math.max(...lines.map((line) => (line[column] ?? '').length))
  for (const line of lines) {
    console.log(
      kept
        .map((column) => (line[column] ?? '').padEnd(width(column)))
        .join('  ')
        .trimEnd(),
    )
  }
}
