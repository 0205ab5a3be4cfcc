import type { Dependencies } from '../../src/flow/dependencies.ts'
import { openQueue } from '../../src/jobs/queue.ts'
import { openStore } from '../../src/store/db.ts'

// A worker as a process of its own, to be killed: it begins to read a ledger that never answers, and says so.
const [, , databaseUrl = '', now = ''] = process.argv
const log = { info: () => {}, warn: () => {}, error: console.error }
const queue = await openQueue(databaseUrl, log)
const app: Pick<Dependencies, 'db' | 'now' | 'log' | 'enqueue' | 'ledgerFor'> & { wallClock: Dependencies['now'] } = {
  db: openStore(databaseUrl).db,
  now: () => Temporal.Instant.from(now),
  wallClock: () => Temporal.Now.instant(),
  log,
  enqueue: queue.enqueue,
  ledgerFor: () => {
    console.log('reading')
    return new Promise(() => {})
  },
}
await queue.work(app as Dependencies & typeof app)
