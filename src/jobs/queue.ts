import { createHash } from 'node:crypto'
import { fromKysely, PgBoss, type Job } from 'pg-boss'
import type { Dependencies, Enqueue, JobName, Jobs } from '../flow/dependencies.ts'
import { keepHouse, type HousekeepingDependencies } from '../flow/housekeeping.ts'
import { dispatchDueWork, JOB_HANDLERS, setAside, type JobResult } from '../flow/work.ts'
import { HEARTBEAT_SECONDS, JOB_NAMES, SUPERVISE_SECONDS } from './queues.ts'

export type Queue = {
  readonly enqueue: Enqueue
  /** Runs jobs as they come, and the dispatcher and the housekeeping once a minute unless told otherwise, until `stop`. */
  work(app: Dependencies & HousekeepingDependencies, options?: { readonly dispatchEveryMs?: number }): Promise<void>
  /** Runs what is waiting now, in this process, until nothing is left: for a clock that stands still. Returns what was done. */
  drain(app: Dependencies): Promise<Map<string, number>>
  /** Finishes what is running, then stops. */
  stop(): Promise<void>
}

/**
 * How many messages one process sends at once. The mailer gets as many connections, so that a claimed message never
 * waits for one while what was read of its invoices grows old.
 */
export const SENDS_SIDE_BY_SIDE = 4

/**
 * How the jobs of each kind run in one process: so many lanes, each taking so many at a time and the next ones when
 * the slowest of them is done. They wait for mail servers and ledgers, not for us. A first load may take an hour and a
 * mail server ten minutes, so no kind has a single lane to block; sends that start together share their calls.
 */
const LANES: Readonly<Record<JobName, { readonly lanes: number; readonly together: number }>> = {
  sync: { lanes: 4, together: 1 },
  hints: { lanes: 4, together: 1 },
  look: { lanes: 2, together: 1 },
  send: { lanes: 2, together: SENDS_SIDE_BY_SIDE / 2 },
  expired: { lanes: 1, together: 2 },
  note: { lanes: 2, together: 2 },
  'expected-day': { lanes: 1, together: 2 },
}

const DISPATCH_EVERY_MS = 60_000

export type QueueOptions = {
  readonly superviseSeconds?: number
  /** `drain` runs at most so many jobs of a kind side by side: with 1, the same day always goes by in the same order. */
  readonly drainTogether?: number
}

/**
 * Connects to the job queue as the application role; its tables were made by `migrate`.
 *
 * Every process that has opened it looks every few seconds (`superviseSeconds`) for jobs whose worker was killed.
 */
export async function openQueue(
  databaseUrl: string,
  log: Dependencies['log'],
  { superviseSeconds = SUPERVISE_SECONDS, drainTogether = Number.POSITIVE_INFINITY }: QueueOptions = {},
): Promise<Queue> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    options: '-c role=puntual_app',
    max: 4,
    migrate: false,
    createSchema: false,
    schedule: false,
    useListenNotify: true,
    // A look happens only when both have passed.
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
  })
  boss.on('error', (error) => log.error({ problem: error.message }, 'the job queue has trouble'))
  await boss.start()

  // What an earlier process left waiting is looked at once; from then on only what this one asked for.
  const asked = new Set<JobName>(JOB_NAMES)
  let dispatching: NodeJS.Timeout | null = null

  const enqueue: Enqueue = async (db, name, ...jobs) => {
    if (jobs.length === 0) return
    asked.add(name)
    await boss.insert(
      name,
      jobs.map((data) => ({ data, singletonKey: keyOf(data) })),
      { db: fromKysely(db) },
    )
  }

  const runOne = async <Name extends JobName>(app: Dependencies, name: Name, data: Jobs[Name]): Promise<JobResult> => {
    try {
      return await JOB_HANDLERS[name](app, data)
    } catch (error) {
      log.error(
        { job: name, data, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) },
        'a job failed',
      )
      await setAside(app, name, data)
      return { [`${name} set aside`]: 1 }
    }
  }

  /** What pg-boss does for its own workers: says while the work lasts that somebody is at these jobs. */
  const whileAtIt = async <T>(name: JobName, jobs: readonly Job[], work: Promise<T>): Promise<T> => {
    const ids = jobs.map(({ id }) => id)
    const shortest = Math.min(...jobs.map(({ heartbeatSeconds }) => heartbeatSeconds ?? HEARTBEAT_SECONDS))
    const heartbeat = setInterval(
      () => {
        boss.touch(name, ids).catch((error: unknown) => {
          log.error({ job: name, problem: String(error) }, 'a heartbeat failed')
        })
      },
      (shortest / 2) * 1000,
    )
    try {
      return await work
    } finally {
      clearInterval(heartbeat)
    }
  }

  return {
    enqueue,
    async work(app, options = {}) {
      for (const name of JOB_NAMES) {
        await boss.work<Jobs[typeof name]>(
          name,
          {
            localConcurrency: LANES[name].lanes,
            batchSize: LANES[name].together,
            // Without the burst pg-boss runs one batch every two seconds.
            burstWhenBatchFull: true,
            pollingIntervalSeconds: 2,
            // Nobody is notified of a job that comes back from a killed worker.
            notifyPollingIntervalSeconds: 10,
            perJobResults: true,
          },
          async (jobs) =>
            Promise.all(
              jobs.map(async (job) => {
                await runOne(app, name, job.data)
                return { id: job.id, status: 'completed' as const }
              }),
            ),
        )
      }
      const failed = (what: string) => (error: unknown) => {
        log.error({ problem: error instanceof Error ? error.message : String(error) }, what)
      }
      const dispatch = (): void => {
        dispatchDueWork(app).catch(failed('looking for due work failed'))
        keepHouse(app).catch(failed('the housekeeping failed'))
      }
      dispatch()
      dispatching = setInterval(dispatch, options.dispatchEveryMs ?? DISPATCH_EVERY_MS)
    },
    async drain(app) {
      const done = new Map<string, number>()
      while (asked.size > 0) {
        for (const name of JOB_NAMES) {
          if (!asked.delete(name)) continue
          for (;;) {
            const most = Math.min(LANES[name].lanes * LANES[name].together, drainTogether)
            const jobs = await boss.fetch<Jobs[typeof name]>(name, { batchSize: most })
            if (jobs.length === 0) break
            const results = await whileAtIt(name, jobs, Promise.all(jobs.map((job) => runOne(app, name, job.data))))
            await boss.complete(
              name,
              jobs.map((job) => job.id),
            )
            for (const result of results) {
              for (const [what, times] of Object.entries(result)) done.set(what, (done.get(what) ?? 0) + times)
            }
            // Whatever was asked for meanwhile is in `asked` again.
            if (jobs.length < most) break
          }
        }
      }
      return done
    },
    async stop() {
      if (dispatching) clearInterval(dispatching)
      await boss.stop({ graceful: true, timeout: 60_000 })
    },
  }
}

/** What makes two jobs the same: their ids. */
function keyOf(data: Jobs[JobName]): string {
  if ('chaseId' in data) return data.chaseId
  if ('noteId' in data) return data.noteId
  if ('expectedDayId' in data) return data.expectedDayId
  if ('connectionId' in data) return data.connectionId
  return createHash('sha256').update(data.customerIds.join()).digest('hex').slice(0, 32)
}
