import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Command } from 'commander'
import { checkDatabase, createApp, migrateDatabase, openDatabase, type App, type Database } from '../app.ts'
import { readConfig, type Config } from '../config.ts'

/** start, web, worker, migrate: what runs a server or prepares one. */
export function addServeCommands(program: Command): void {
  program
    .command('start')
    .description('serve the web app and work on jobs, in one process')
    .action(() => serve({ web: true, worker: true }))
  program
    .command('web')
    .description('serve the web app only; jobs are left to "worker"')
    .action(() => serve({ web: true, worker: false }))
  program
    .command('worker')
    .description('work on jobs only: sync, plan, send, note')
    .action(() => serve({ web: false, worker: true }))
  program
    .command('migrate')
    .description('bring the database, and the job queue in it, to the newest schema')
    .action(async () => {
      const config = readConfig()
      const database = await openDatabase(config)
      try {
        const applied = await migrateDatabase(database.url)
        console.log(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`)
      } finally {
        await database.stop()
      }
    })
}

async function serve(parts: { web: boolean; worker: boolean }): Promise<void> {
  const config = readConfig()
  const database = await openDatabase(config)
  try {
    await checkDatabase(database.url)
    const app = await createApp(config, database.url)
    stopOnSignal(app, database)
    if (parts.web) {
      await app.web.listen({ host: config.host, port: config.port })
      sayWhereWeAre(app, config)
    }
    if (parts.worker) await app.work()
    giveBackWhatStartingTook()
  } catch (error) {
    await database.stop()
    throw error
  }
}

/** Late enough to keep nobody waiting, and to take what the first jobs left as well. */
const STARTED_AFTER_MS = 3000

/**
 * One collection when everything is up. Loading leaves some 35 MB behind that V8 would keep for as long as nobody needs the
 * room, and an idle installation never does.
 */
function giveBackWhatStartingTook(): void {
  const timer = setTimeout(() => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as (how: { type: 'major'; flavor: 'last-resort' }) => void
    collect({ type: 'major', flavor: 'last-resort' })
  }, STARTED_AFTER_MS)
  timer.unref()
}

function sayWhereWeAre(app: App, config: Config): void {
  console.log(`Puntual is listening: ${config.publicUrl}`)
  if (app.catcher) console.log(`No SMTP_URL is set, so mail is caught and not sent: ${app.catcher.url}`)
  if (!config.xero.app && !config.quickbooks.app) {
    console.log('No ledger is set up yet: the page says what to do next.')
  }
  console.log('To get in: npx puntual sign-in-link --email you@example.com --business "Your company"')
}

/** On SIGINT or SIGTERM, finish what is under way and go; a second signal goes at once. */
export function stopOnSignal(app: Pick<App, 'stop'>, database: Pick<Database, 'stop'>): void {
  let stopping = false
  const stop = (): void => {
    if (stopping) process.exit(130)
    stopping = true
    app
      .stop()
      .then(() => database.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error)
          process.exit(1)
        },
      )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}
