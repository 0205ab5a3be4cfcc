import { createTransport } from 'nodemailer'
import type { Dependencies } from '../../src/flow/dependencies.ts'
import { writeNote } from '../../src/flow/note.ts'
import { planCustomers } from '../../src/flow/plan.ts'
import { sendChase } from '../../src/flow/send.ts'
import { syncLedger } from '../../src/flow/sync.ts'
import { SENDS_SIDE_BY_SIDE } from '../../src/jobs/queue.ts'
import type { Email } from '../../src/mail/mailer.ts'
import { openFlowApp } from './flow-app.ts'
import { startHelper } from './helper.ts'
import { inTurn, measure, median, perSecond, ratioOf, say, type Run } from './measure.ts'
import { openStage, type Stage } from './stage.ts'

export type SendBenchOptions = { readonly mails: number; readonly pairs: number }

const PDF_BYTES = 60 * 1024
const WARM_UP = 40
/** Monday mornings in Madrid: the first message of a customer, and the one of the week after. */
const [FIRST, REPEATED] = ['2026-03-02T08:05:00Z', '2026-03-09T08:05:00Z'] as const

/** First chases with a PDF each through the whole of sendChase, beside nodemailer alone with the same messages. */
export async function benchSend({ mails, pairs }: SendBenchOptions): Promise<void> {
  console.log(
    `\nsend: ${mails.toLocaleString('en')} chases with a PDF of ${PDF_BYTES / 1024} KB, ${SENDS_SIDE_BY_SIDE} side by side; Xero simulator and mail sink in processes of their own`,
  )
  const stage = await openStage({
    ledger: 'xero', customers: mails + WARM_UP, invoicesPerCustomer: 1, issuedOn: '2026-01-29', dueOn: '2026-03-01', pdfBytes: PDF_BYTES,
  }) // prettier-ignore
  const sink = await startHelper<string>('smtp-sink-process.ts', {})
  try {
    await firstChases(stage, sink.ready, { mails, pairs })
    await repeatedChases(stage, sink.ready, Math.min(mails, 400))
  } finally {
    await sink.stop()
    await stage.stop()
  }
}

async function firstChases(stage: Stage, smtpUrl: string, { mails, pairs }: SendBenchOptions): Promise<void> {
  const { place } = stage
  await stage.query(
    `update businesses set mode = 'automatic', sender_name = 'Ana Vega', payment_details = 'Transferencia: ES91 2100 0418 4502 0005 1332'`,
  )
  const flow = await openFlowApp(
    place,
    { startsAt: Temporal.Instant.from(FIRST), secondsPerCall: 1.2 },
    { url: smtpUrl, connections: SENDS_SIDE_BY_SIDE },
  )
  const samples: Email[] = []
  const app: Dependencies = {
    ...flow.app,
    mailer: {
      ...flow.app.mailer,
      send: (email) => {
        if (samples.length < WARM_UP) samples.push(email)
        return flow.app.mailer.send(email)
      },
    },
  }
  const plain = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: SENDS_SIDE_BY_SIDE,
    maxMessages: Infinity,
  } as object)
  try {
    await syncLedger(app, place)
    const planned = await plan(stage, app)
    say('planning those customers', perSecond(planned.chaseIds.length / planned.run.seconds, 'customers'))
    const waiting = [...planned.chaseIds]
    const send = (count: number): Promise<Run> =>
      measure(() => sideBySide(waiting.splice(0, count), (chaseId) => sendOne(app, place.businessId, chaseId)))
    const sendPlain = (count: number): Promise<Run> =>
      measure(() =>
        sideBySide(
          Array.from({ length: count }, (_, index) => index),
          (index) => sendPlainly(plain, samples[index % samples.length]),
        ),
      )

    await send(WARM_UP)
    await sendPlain(WARM_UP)
    const calls: Record<string, number> = {}
    const before = await transactions(stage)
    const each = Math.floor(mails / pairs)
    const results = await inTurn(
      pairs,
      () => sendPlain(each),
      async () => {
        // As in a real day: the books are never so old that credits must be asked for again. Not part of the figure.
        await syncLedger(app, place)
        await stage.ledgerCalls()
        const run = await send(each)
        for (const [kind, times] of Object.entries(await stage.ledgerCalls())) calls[kind] = (calls[kind] ?? 0) + times
        return run
      },
    )
    const [ours, limit] = [results.ours.map(({ seconds }) => seconds), results.limit.map(({ seconds }) => seconds)]
    say(
      'sendChase: gate, claim, PDF, mail, history',
      perSecond(each / median(ours), 'mails'),
      `nodemailer ${perSecond(each / median(limit), 'mails')}`,
      ratioOf(limit, ours),
    )
    const cpu = (runs: readonly Run[]): number[] => runs.map(({ cpuSeconds }) => cpuSeconds)
    const milliseconds = (runs: readonly Run[]): string => `${((median(cpu(runs)) / each) * 1000).toFixed(2)} ms`
    say(
      'our processor time per mail',
      milliseconds(results.ours),
      `nodemailer ${milliseconds(results.limit)}`,
      ratioOf(cpu(results.ours), cpu(results.limit)),
    )
    const chases = each * pairs
    say('database transactions per chase', (((await transactions(stage)) - before) / chases).toFixed(1))
    reportCalls('calls to the ledger per first chase, no note', calls, chases)

    const notes = await stage.query<{ id: string }>('select id from notes where written_at is null')
    const { seconds } = await measure(() =>
      sideBySide(
        notes.map(({ id }) => id),
        (noteId) => writeNote(app, { businessId: place.businessId, noteId }),
      ),
    )
    say('notes into the ledger', perSecond(notes.length / seconds, 'notes'))
    reportCalls('calls to the ledger per note', await stage.ledgerCalls(), notes.length)
  } finally {
    plain.close()
    await flow.stop()
  }
}

/** A week later: the same invoices, unchanged, so that their PDFs and links are known. */
async function repeatedChases(stage: Stage, smtpUrl: string, most: number): Promise<void> {
  const { place } = stage
  const flow = await openFlowApp(
    place,
    { startsAt: Temporal.Instant.from(REPEATED), secondsPerCall: 1.2 },
    { url: smtpUrl, connections: SENDS_SIDE_BY_SIDE },
  )
  try {
    await syncLedger(flow.app, place)
    const { chaseIds } = await plan(stage, flow.app)
    await stage.ledgerCalls()
    const these = chaseIds.slice(0, most)
    const { seconds } = await measure(() =>
      sideBySide(these, (chaseId) => sendOne(flow.app, place.businessId, chaseId)),
    )
    say('repeated chases', perSecond(these.length / seconds, 'mails'))
    reportCalls('calls to the ledger per repeated chase, no note', await stage.ledgerCalls(), these.length)
  } finally {
    await flow.stop()
  }
}

async function plan(stage: Stage, app: Dependencies): Promise<{ chaseIds: string[]; run: Run }> {
  const { businessId } = stage.place
  const customers = await stage.query<{ id: string }>('select id from customers order by id')
  const run = await measure(async () => {
    for (let start = 0; start < customers.length; start += 200) {
      await planCustomers(
        app,
        businessId,
        customers.slice(start, start + 200).map(({ id }) => id),
      )
    }
  })
  const chases = await stage.query<{ id: string }>(`select id from chases where status = 'planned' order by id`)
  if (chases.length === 0) throw new Error('nothing was planned')
  return { chaseIds: chases.map(({ id }) => id), run }
}

/** As many at once as the job queue runs, batch by batch as it does. */
async function sideBySide<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < all.length; start += SENDS_SIDE_BY_SIDE) {
    await Promise.all(all.slice(start, start + SENDS_SIDE_BY_SIDE).map(work))
  }
}

async function sendOne(app: Dependencies, businessId: string, chaseId: string): Promise<void> {
  const outcome = await sendChase(app, { businessId, chaseId })
  if (outcome !== 'sent') throw new Error(`a chase came to "${outcome}"`)
}

async function sendPlainly(transport: ReturnType<typeof createTransport>, email: Email | undefined): Promise<void> {
  if (!email) throw new Error('there is no message to copy')
  await transport.sendMail({
    from: { name: email.from.name ?? '', address: email.from.address },
    to: email.to.map(({ name, address }) => ({ name: name ?? '', address })),
    subject: email.subject,
    text: email.text,
    html: email.html,
    attachments: email.attachments.map(({ filename, type, content }) => ({
      filename,
      contentType: type,
      content: Buffer.from(content),
    })),
  })
}

function reportCalls(what: string, calls: Readonly<Record<string, number>>, chases: number): void {
  const total = Object.values(calls).reduce((sum, times) => sum + times, 0)
  say(what, (total / chases).toFixed(3))
  console.log(
    `    ${Object.entries(calls)
      .map(([kind, times]) => `${kind} ${(times / chases).toFixed(3)}`)
      .join(', ')}`,
  )
}

async function transactions(stage: Stage): Promise<number> {
  // A server process tells its counts at most once a second.
  await new Promise((done) => setTimeout(done, 1500))
  const [row] = await stage.query<{ commits: number }>(
    'select xact_commit::int as commits from pg_stat_database where datname = current_database()',
  )
  return row?.commits ?? 0
}
