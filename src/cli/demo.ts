import { InvalidArgumentError, type Command } from 'commander'
import { addDays, day, type Day } from '../chase/day.ts'
import { isStage } from '../chase/stage.ts'
import type { StoryEvent } from '../demo/story.ts'
import { approveChase, finishTask } from '../flow/approve.ts'
import { disputeInvoice } from '../flow/hold.ts'
import { recordPromise } from '../flow/promise.ts'
import { previewChase } from '../flow/preview.ts'
import { inBusiness } from '../store/db.ts'
import { countOutcomes, readDiary, readSentMessages, waitingForPerson } from '../store/diary.ts'
import { findInvoiceByLedgerId } from '../store/invoices.ts'
import { brokenPromises, watchBalances, type OwedAt } from './demo-check.ts'
import { tellDay, type DiaryEntry } from './demo-diary.ts'
import type { Player, Stage } from './demo-stage.ts'
import { stopOnSignal } from './serve.ts'

/** A Monday in spring: Easter and a change of the clocks lie ahead. */
const BEGINS_ON = day('2026-03-02')

/** demo: the whole product on simulated ledgers, with no account, no Docker and no database server. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description(
      'connect two demo companies to simulated ledgers, play some weeks on a test clock, and leave it running',
    )
    .option('--days <number>', 'how many days to play', wholeNumber, 60)
    .option('--exit', 'end after the story, with exit code 0 only if it held')
    .option('--port <number>', 'where the app listens, if that is free', wholeNumber, 3000)
    .option('--quiet', 'print only the summary')
    .action((options: { days: number; exit?: boolean; port: number; quiet?: boolean }) => runDemo(options))
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new InvalidArgumentError('must be a whole number')
  return number
}

async function runDemo(options: { days: number; exit?: boolean; port: number; quiet?: boolean }): Promise<void> {
  const begun = performance.now()
  const say = (line: string): void => console.log(line)
  const start = Temporal.PlainDate.from(BEGINS_ON)
    .toZonedDateTime({ timeZone: 'Europe/London', plainTime: '04:00' })
    .toInstant()
  // Loaded here: the simulators are half of the process, and "start" needs none of them.
  const { openStage } = await import('./demo-stage.ts')
  const stage = await openStage(start, options.port, say)
  let held = false
  try {
    const broken = await playStory(stage, options.days, options.quiet ? () => {} : say)
    await printSummary(stage, options.days, say)
    held = broken.length === 0
    say('')
    if (held)
      say('The story held: nobody was asked for settled money, nobody too often, and every message has its note.')
    else for (const line of broken) say(`BROKEN: ${line}`)
    say(`It took ${((performance.now() - begun) / 1000).toFixed(0)} seconds.`)
  } catch (error) {
    await stage.stop()
    throw error
  }
  if (options.exit) {
    await stage.stop()
    process.exitCode = held ? 0 : 1
    return
  }
  await printAddresses(stage, say)
  stopOnSignal(stage, { stop: async () => {} })
}

/** Plays the days, printing the diary. Returns the promises that were broken. */
async function playStory(stage: Stage, days: number, say: (line: string) => void): Promise<string[]> {
  const told = new Map<string, number>()
  const balances = new Map(stage.players.map((player) => [player.businessId, watchBalances(player.company.books)]))
  for (let index = 0; index < days; index += 1) {
    const today = addDays(BEGINS_ON, index)
    // The plan is made at six; what happens at half past seven must still stop what it planned for nine.
    await stage.advanceTo(at(today, '07:30'))
    const world = stage.story.play(today)
    await Promise.all([stage.xero.deliverWebhooks(), stage.quickbooks.deliverWebhooks()])
    await stage.advanceTo(at(today, '09:30'))
    for (const player of stage.players) await actAsOwner(stage, player, index)
    await stage.advanceTo(at(today, '20:00'))
    await tellAndAnswer(stage, today, world, told, say)
  }
  const broken: string[] = []
  for (const player of stage.players) {
    const sent = await inBusiness(stage.app.store.db, player.businessId, readSentMessages)
    broken.push(...brokenPromises(player.company.books, sent, balances.get(player.businessId) as OwedAt))
    if (sent.length === 0) broken.push(`${player.name} sent nothing at all`)
  }
  return broken
}

const at = (on: Day, time: string): Temporal.Instant =>
  Temporal.PlainDate.from(on).toZonedDateTime({ timeZone: 'Europe/London', plainTime: time }).toInstant()

/** Prints what happened since the last look, and lets the customers who were written to make up their minds. */
async function tellAndAnswer(
  stage: Stage,
  today: Day,
  world: readonly StoryEvent[],
  told: Map<string, number>,
  say: (line: string) => void,
): Promise<void> {
  const entries: DiaryEntry[] = []
  for (const player of stage.players) {
    const lines = await inBusiness(stage.app.store.db, player.businessId, (db) =>
      readDiary(db, player.businessId, told.get(player.businessId) ?? 0),
    )
    told.set(player.businessId, lines.at(-1)?.id ?? told.get(player.businessId) ?? 0)
    entries.push(...lines.map((line) => ({ business: player.name, line })))
  }
  for (const { line } of entries) {
    // Thanks and confirmations ask for nothing, so they move nobody to pay.
    if (line.kind !== 'mail-sent' || line.stage === null || !isStage(line.stage)) continue
    const [to] = line.facts['to'] as string[]
    if (to) stage.story.onMail(to, line.stage, today)
  }
  for (const line of tellDay(today, entries, world)) say(line)
}

/** What an owner does in the morning: says yes to what waits, makes the calls, and records what customers told. */
async function actAsOwner(stage: Stage, player: Player, index: number): Promise<void> {
  const { dependencies, store } = stage.app
  const act = { businessId: player.businessId, userId: player.userId }
  for (const waiting of await inBusiness(store.db, player.businessId, waitingForPerson)) {
    if (waiting.status === 'awaiting-approval') {
      const preview = await previewChase(dependencies, player.businessId, waiting.id)
      if (preview) await approveChase(dependencies, { ...act, chaseId: waiting.id }, preview.version)
    } else if (waiting.channel === 'call')
      await finishTask(dependencies, { ...act, chaseId: waiting.id, outcome: 'reached, payment is being looked into' })
  }
  if (index === DISPUTE_ON) {
    const [disputed] = player.company.cases('disputed')
    const invoice =
      disputed?.invoiceId &&
      (await inBusiness(store.db, player.businessId, (db) => findInvoiceByLedgerId(db, disputed.invoiceId ?? '')))
    if (invoice) await disputeInvoice(dependencies, { ...act, invoiceId: invoice.id, why: 'goods arrived damaged' })
  }
  if (index === PROMISE_ON) {
    const [promised] = player.company.cases('long-overdue')
    const invoice =
      promised?.invoiceId &&
      (await inBusiness(store.db, player.businessId, (db) => findInvoiceByLedgerId(db, promised.invoiceId ?? '')))
    if (invoice)
      await recordPromise(dependencies, {
        ...act,
        customerId: invoice.customerId,
        invoiceIds: [invoice.id],
        amount: null,
        on: addDays(BEGINS_ON, PROMISE_ON + 10),
        method: null,
        saidBy: null,
        via: 'e-mail',
        note: null,
        confirm: true,
      })
  }
}

/** On these days customers ring up: one disputes an invoice, one promises a date. */
const [DISPUTE_ON, PROMISE_ON] = [2, 9] as const

async function printSummary(stage: Stage, days: number, say: (line: string) => void): Promise<void> {
  say('')
  say(`After ${days} days, from ${BEGINS_ON} to ${addDays(BEGINS_ON, days - 1)}:`)
  for (const player of stage.players) {
    const counts = await inBusiness(stage.app.store.db, player.businessId, (db) => countOutcomes(db, player.businessId))
    const of = (what: string): string =>
      counts
        .filter((row) => row.what === what)
        .map((row) => `${row.kind ?? 'other'} ${row.times}`)
        .join(', ') || 'none'
    const sum = (what: string): number =>
      counts.filter((row) => row.what === what).reduce((total, row) => total + row.times, 0)
    say('')
    say(`${player.name} (${player.company.ledger === 'xero' ? 'Xero' : 'QuickBooks'})`)
    say(`  mails sent        ${sum('mail')}: ${of('mail')}`)
    say(`  notes written     ${sum('note')}: ${of('note')}`)
    say(`  payments noticed  ${sum('payment')}: ${of('payment')}`)
    say(`  holds             ${of('hold')}`)
    say(`  tasks for people  ${of('task')}`)
    say(`  sends called off  ${sum('cancelled')}: ${of('cancelled')}`)
  }
}

async function printAddresses(stage: Stage, say: (line: string) => void): Promise<void> {
  const [spanish, british] = [stage.companies.spanish, stage.companies.british]
  say('')
  say('Have a look around; Ctrl-C ends it.')
  say(`  The app (signs you in, once):   ${await stage.signInLink()}`)
  say(`  The caught mails:               ${stage.catcher.url}`)
  say(`  Invoices and notes in Xero:     ${stage.xero.url}/company/${spanish.organisationId}/invoices`)
  say(`  Invoices and notes in QuickBooks: ${stage.quickbooks.url}/company/${british.organisationId}/invoices`)
}
