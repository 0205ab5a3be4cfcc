import { createHmac, randomUUID } from 'node:crypto'
import { startHelper } from './helper.ts'
import { load, type Load } from './load.ts'
import { inTurn, median, perSecond, ratioOf, say } from './measure.ts'
import { openStage, type Stage } from './stage.ts'
import type { WebhookProcessOptions } from './webhook-process.ts'

export type WebhookBenchOptions = { readonly seconds: number; readonly pairs: number }

const CONNECTIONS = 32

/** Signed webhooks of one event each into the inbox, beside a bare route doing one insert. */
export async function benchWebhook({ seconds, pairs }: WebhookBenchOptions): Promise<void> {
  console.log(
    `\nwebhook: signed bodies of one event over ${CONNECTIONS} kept connections for ${seconds} s each time; load from this process`,
  )
  const stage = await openStage({
    ledger: 'xero',
    customers: 1,
    invoicesPerCustomer: 1,
    issuedOn: '2026-02-01',
    dueOn: '2026-03-01',
    pdfBytes: null,
  })
  const servers = await Promise.all(
    (['bare', 'ours'] as const).map((how) =>
      startHelper<number>('webhook-process.ts', { place: stage.place, how } satisfies WebhookProcessOptions),
    ),
  )
  try {
    await stage.query(
      'create table bare_inbox (event_key text primary key, entity_id text not null, received_at timestamptz not null default now())',
    )
    const [bare, ours] = servers.map(
      ({ ready: port }) =>
        (forSeconds: number) =>
          run(stage, port, forSeconds),
    )
    if (!bare || !ours) throw new Error('a server is missing')
    await bare(1)
    await ours(1)
    const before = await stored(stage)
    const results = await inTurn(
      pairs,
      () => bare(seconds),
      () => ours(seconds),
    )
    const answered = results.ours.reduce((sum, { answers }) => sum + answers, 0)
    if ((await stored(stage)) - before !== answered)
      throw new Error(`${answered} were answered with 200, but ${(await stored(stage)) - before} are in the inbox`)

    const rates = (runs: readonly Load[]): number[] => runs.map((each) => each.perSecond)
    const p99s = (runs: readonly Load[]): number[] => runs.map(({ p99Ms }) => p99Ms)
    const p50 = (runs: readonly Load[]): string => `${median(runs.map(({ p50Ms }) => p50Ms)).toFixed(1)} ms`
    const p99 = (runs: readonly Load[]): string => `${median(p99s(runs)).toFixed(1)} ms`
    say(
      'signature checked, stored with its job',
      perSecond(median(rates(results.ours)), 'requests'),
      `bare route ${perSecond(median(rates(results.limit)), 'requests')}`,
      ratioOf(rates(results.ours), rates(results.limit)),
    )
    say('half are answered within', p50(results.ours), `bare route ${p50(results.limit)}`)
    say(
      '99 of 100 are answered within',
      p99(results.ours),
      `bare route ${p99(results.limit)}`,
      ratioOf(p99s(results.ours), p99s(results.limit)),
    )
    say('stored, of those answered with 200', `${answered.toLocaleString('en')} of ${answered.toLocaleString('en')}`)
  } finally {
    for (const server of servers) await server.stop()
    await stage.stop()
  }
}

function run(stage: Stage, port: number, seconds: number): Promise<Load> {
  const key = stage.place.environment['XERO_WEBHOOK_KEY'] ?? ''
  return load({ port, connections: CONNECTIONS, seconds }, () => {
    const body = JSON.stringify({
      events: [{
        resourceUrl: 'https://api.xero.com/api.xro/2.0/Invoices/1', resourceId: randomUUID(), tenantId: stage.place.organisationId,
        tenantType: 'ORGANISATION', eventCategory: 'INVOICE', eventType: 'UPDATE', eventDateUtc: '2026-03-02T09:00:00.000',
      }],
      firstEventSequence: 1, lastEventSequence: 1, entropy: 'S0m3r4nd0mt3xt',
    }) // prettier-ignore
    const signature = createHmac('sha256', key).update(body).digest('base64')
    return { path: '/webhooks/xero', headers: { 'x-xero-signature': signature }, body }
  })
}

async function stored(stage: Stage): Promise<number> {
  const [row] = await stage.query<{ n: number }>('select count(*)::int as n from inbox')
  return row?.n ?? 0
}
