import { runHelper } from './helper.ts'
import { inTurn, median, megabytes, perSecond, ratioOf, say } from './measure.ts'
import { openStage, type Stage } from './stage.ts'
import type { SyncRunAnswer, SyncRunOptions } from './sync-run.ts'

export type SyncBenchOptions = {
  readonly invoices: number
  readonly pairs: number
  readonly ledgers: readonly ('xero' | 'quickbooks')[]
}

const INVOICES_PER_CUSTOMER = 5
const FEW = 1000

/** First load and nightly comparison of one company's open invoices, beside the bare loop over the same pages. */
export async function benchSync(options: SyncBenchOptions): Promise<void> {
  for (const ledger of options.ledgers) {
    const small = await withStage(ledger, FEW, async (stage) => {
      const bare = await runBare(stage)
      return { bare, ours: await runFirstLoad(stage) }
    })
    await withStage(ledger, options.invoices, (stage) => benchLedger(ledger, stage, options, small))
  }
}

async function benchLedger(
  ledger: 'xero' | 'quickbooks',
  stage: Stage,
  { invoices, pairs }: SyncBenchOptions,
  small: { readonly bare: SyncRunAnswer; readonly ours: SyncRunAnswer },
): Promise<void> {
  console.log(
    `\nsync: ${invoices.toLocaleString('en')} open invoices of ${(invoices / INVOICES_PER_CUSTOMER).toLocaleString('en')} customers, ${ledger} simulator in its own process on the same machine`,
  )
  // The simulator makes each page once and keeps it: nobody's run should pay for that.
  await runBare(stage)
  await runFirstLoad(stage)
  await stage.ledgerCalls()

  const bareName = (seconds: number): string => `bare loop ${perSecond(invoices / seconds, 'invoices')}`
  const report = (what: string, ours: readonly number[], limit: readonly number[]): void =>
    say(what, perSecond(invoices / median(ours), 'invoices'), bareName(median(limit)), ratioOf(limit, ours))

  const first = await inTurn(
    pairs,
    () => runBare(stage),
    () => runFirstLoad(stage),
  )
  const calls = await stage.ledgerCalls()
  const bareSeconds = first.limit.map(({ run }) => run.seconds)
  report(
    'first load, open invoices alone',
    first.ours.map(({ openSeconds }) => openSeconds),
    bareSeconds,
  )
  report(
    'first load, customers and all else too',
    first.ours.map(({ run }) => run.seconds),
    bareSeconds,
  )

  const again = await inTurn(
    pairs,
    () => runBareAgain(),
    () => runOurs(stage),
  )
  const againSeconds = again.limit.map(({ run }) => run.seconds)
  report(
    'nothing changed, open invoices alone',
    again.ours.map(({ openSeconds }) => openSeconds),
    againSeconds,
  )
  report(
    'nothing changed, the whole comparison',
    again.ours.map(({ run }) => run.seconds),
    againSeconds,
  )

  const cpu = (runs: readonly SyncRunAnswer[]): number[] => runs.map(({ run }) => run.cpuSeconds)
  const perThousand = (runs: readonly SyncRunAnswer[]): string =>
    `${((median(cpu(runs)) / invoices) * 1e6).toFixed(1)} ms`
  const cpuRatio = ratioOf(cpu(first.ours), cpu(first.limit))
  say(
    'our processor time per 1,000 invoices',
    perThousand(first.ours),
    `bare loop ${perThousand(first.limit)}`,
    cpuRatio,
  )

  const perLoad = (times: number): number => times / pairs
  const kinds = Object.entries(calls).map(([kind, times]): [string, number] => [kind, perLoad(times)])
  const bareCalls = Math.ceil(invoices / 1000)
  // The bare runs asked for the invoices' pages as well.
  const ours = kinds.map(([kind, times]): [string, number] => [kind, isInvoiceList(kind) ? times - bareCalls : times])
  const total = ours.reduce((sum, [, times]) => sum + times, 0)
  const bound = Math.ceil(invoices / 1000) + Math.ceil(invoices / INVOICES_PER_CUSTOMER / 1000)
  say('calls to the ledger per first load', String(total), `bound ${bound} (pages of 1,000)`)
  console.log(`    ${ours.map(([kind, times]) => `${kind} ${times}`).join(', ')}`)
  say(
    'the same per 1,000 invoices',
    ((total / invoices) * 1000).toFixed(3),
    `bound ${((bound / invoices) * 1000).toFixed(3)}`,
  )

  const peak = (runs: readonly SyncRunAnswer[]): number => median(runs.map(({ peakRssBytes }) => peakRssBytes))
  const ourPeak = peak(first.ours)
  say(
    `peak memory, against ${FEW.toLocaleString('en')} invoices`,
    megabytes(ourPeak),
    `${FEW.toLocaleString('en')} invoices ${megabytes(small.ours.peakRssBytes)}`,
    ourPeak / small.ours.peakRssBytes,
  )
  const held = (runs: readonly SyncRunAnswer[]): number => median(runs.map(({ heldBytes }) => heldBytes))
  say(
    'of it in use, after a collection at the end',
    megabytes(held(first.ours)),
    `${FEW.toLocaleString('en')} invoices ${megabytes(small.ours.heldBytes)}`,
    held(first.ours) / small.ours.heldBytes,
  )
  say(
    'peak memory of the bare loop',
    megabytes(peak(first.limit)),
    `${FEW.toLocaleString('en')} invoices ${megabytes(small.bare.peakRssBytes)}`,
    peak(first.limit) / small.bare.peakRssBytes,
  )

  async function runBareAgain(): Promise<SyncRunAnswer> {
    return runHelper<SyncRunAnswer>('sync-run.ts', { place: stage.place, how: 'bare' } satisfies SyncRunOptions)
  }
}

const isInvoiceList = (kind: string): boolean => kind === 'GET Invoices' || kind === 'GET query Invoice'

async function withStage<T>(
  ledger: 'xero' | 'quickbooks',
  invoices: number,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  const stage = await openStage({
    ledger,
    customers: Math.ceil(invoices / INVOICES_PER_CUSTOMER),
    invoicesPerCustomer: INVOICES_PER_CUSTOMER,
    issuedOn: '2026-02-01',
    dueOn: '2026-03-01',
    pdfBytes: null,
  })
  try {
    return await work(stage)
  } finally {
    await stage.stop()
  }
}

async function runBare(stage: Stage): Promise<SyncRunAnswer> {
  await stage.query(`
    drop table if exists bare_invoices;
    create table bare_invoices (id text primary key, customer_id text, number text, reference text, issued_on date, due_on date,
      currency text, total bigint, balance bigint, state text, changed_at bigint);
    create index on bare_invoices (customer_id);
    create index on bare_invoices (due_on)`)
  return runHelper<SyncRunAnswer>('sync-run.ts', { place: stage.place, how: 'bare' } satisfies SyncRunOptions)
}

/** Our first load, into tables that are empty again. */
async function runFirstLoad(stage: Stage): Promise<SyncRunAnswer> {
  await stage.query(`
    truncate customers, invoices, contacts, credits, payments, sync_defects cascade;
    update connections set first_loaded_at = null, changes_from = null, last_synced_at = null, last_compared_at = null, sync_progress = null`)
  return runOurs(stage)
}

async function runOurs(stage: Stage): Promise<SyncRunAnswer> {
  // A comparison of everything, whatever the hour.
  await stage.query(`
    delete from allowances;
    update connections set last_compared_at = null`)
  return runHelper<SyncRunAnswer>('sync-run.ts', { place: stage.place, how: 'ours' } satisfies SyncRunOptions)
}
