import type { JobName } from '../flow/dependencies.ts'

/** A worker says so often that it is still at a job… */
export const HEARTBEAT_SECONDS = 30
/** …and each process looks so often for jobs whose worker has stopped saying so. */
export const SUPERVISE_SECONDS = 15

/**
 * One job per key, waiting or running: the dispatcher may ask again every minute without piling up, and a long job
 * never stands in the way of other keys (two states per key would: fetching the second fails the whole batch).
 *
 * A job is only an alarm; when and whether to try again is in our own tables, so pg-boss itself retries little
 * and forgets soon. A killed worker is noticed by its missing heartbeat, not by a limit on how long a job may take: at
 * such a limit pg-boss would begin the job anew beside the old one, which nothing has stopped.
 */
const ONE_PER_KEY = {
  policy: 'exclusive',
  notify: true,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  retryLimit: 2,
  retryDelay: 5,
  retryBackoff: false,
  // The longest that pg-boss knows. A first load may take hours; every call within a job has a limit of its own.
  expireInSeconds: 24 * 3600,
  deleteAfterSeconds: 3600,
} as const

export const JOB_NAMES = [
  'sync',
  'hints',
  'look',
  'send',
  'expired',
  'note',
  'expected-day',
] as const satisfies readonly JobName[]

/** Every queue as it is made in the migrate step. */
export const QUEUES = JOB_NAMES.map((name) => ({ name, options: ONE_PER_KEY }))
