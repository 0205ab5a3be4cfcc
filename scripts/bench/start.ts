import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median, megabytes, memoryOf, say } from './measure.ts'
import { freePort, openBenchDatabase } from './stage.ts'

export type StartBenchOptions = { readonly pairs: number }

const IDLE_MS = 10_000
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** From nothing to ready with a running database, and what the idle process holds; beside Node with an empty server. */
export async function benchStart({ pairs }: StartBenchOptions): Promise<void> {
  console.log(`\nstart: "node src/main.ts start" with a running, migrated database, until /readyz answers 200`)
  const database = await openBenchDatabase()
  try {
    const [bare, ours]: Started[][] = [[], []]
    const firstMs = (await start(database.url, false)).readyMs
    for (let pair = 0; pair < pairs; pair += 1) {
      bare?.push(await bareStart())
      // The memory of an idle process is the same every time; looking once saves the waiting.
      ours?.push(await start(database.url, pair === 0))
    }
    const readyMs = (starts: readonly Started[]): number => median(starts.map((each) => each.readyMs))
    say(
      'ready after',
      `${Math.round(readyMs(ours ?? []))} ms`,
      `Node with an empty server ${Math.round(readyMs(bare ?? []))} ms`,
    )
    say('the first of these starts', `${Math.round(firstMs)} ms`)
    const [first, empty] = [ours?.[0], bare?.[0]]
    if (first?.idle && empty?.idle) {
      const what = `idle after ${IDLE_MS / 1000} s, resident (aim 120 MB)`
      say(what, megabytes(first.idle.rss), `Node with an empty server ${megabytes(empty.idle.rss)}`)
      say(
        'the same, shared pages divided (PSS)',
        megabytes(first.idle.pss),
        `Node with an empty server ${megabytes(empty.idle.pss)}`,
      )
    } else console.log('  memory cannot be read on this system')
  } finally {
    await database.stop()
  }
}

type Started = { readonly readyMs: number; readonly idle: { readonly rss: number; readonly pss: number } | null }

async function start(databaseUrl: string, lookAtMemory: boolean): Promise<Started> {
  const port = await freePort()
  const environment = {
    PATH: process.env['PATH'] ?? '',
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    APP_KEYS: `bench-1:${Buffer.alloc(32, 7).toString('base64')}`,
    XERO_CLIENT_ID: 'bench', XERO_CLIENT_SECRET: 'bench', XERO_WEBHOOK_KEY: 'bench',
    QUICKBOOKS_CLIENT_ID: 'bench', QUICKBOOKS_CLIENT_SECRET: 'bench', QUICKBOOKS_WEBHOOK_VERIFIER: 'bench',
    SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'bench@example.com',
  } // prettier-ignore
  const startedAt = performance.now()
  const app = spawn(process.execPath, [MAIN, 'start'], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    await answers(`http://127.0.0.1:${port}/readyz`, app)
    const readyMs = performance.now() - startedAt
    return { readyMs, idle: lookAtMemory ? await idleMemory(app) : null }
  } finally {
    await end(app)
  }
}

/** What Node itself needs to answer the same question. */
async function bareStart(): Promise<Started> {
  const port = await freePort()
  const server = `require('node:http').createServer((_request, response) => response.end('ok')).listen(${port}, '127.0.0.1')`
  const startedAt = performance.now()
  const node = spawn(process.execPath, ['-e', server], { stdio: 'ignore' })
  try {
    await answers(`http://127.0.0.1:${port}/`, node)
    const readyMs = performance.now() - startedAt
    return { readyMs, idle: memoryOf(node.pid ?? 0) }
  } finally {
    await end(node)
  }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const giveUpAt = performance.now() + 60_000
  while (child.exitCode === null && performance.now() < giveUpAt) {
    const ok = await fetch(url).then((response) => response.ok, () => false) // prettier-ignore
    if (ok) return
    await new Promise((done) => setTimeout(done, 5))
  }
  throw new Error(`nothing answers at ${url}`)
}

async function idleMemory(child: ChildProcess): Promise<Started['idle']> {
  await new Promise((done) => setTimeout(done, IDLE_MS))
  return memoryOf(child.pid ?? 0)
}

async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise((done) => child.once('exit', done))
  child.kill('SIGTERM')
  await gone
}
