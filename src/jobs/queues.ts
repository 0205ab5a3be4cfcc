import type { JobName } from '../flow/dependencies.ts'

/**
 * One job per key, waiting or running: the dispatcher may ask again every minute without piling up, and a long job
 * never stands in the way of other keys (two states per key would: fetching the second fails the whole batch).
 *
 * A job is only an alarm; when and whether to try again is in our own tables, so pg-boss itself retries little
 * and forgets soon.
 */
const ONE_PER_KEY = {
  policy: 'exclusive',
  notify: true,
  retryLimit: 2,
  retryDelay: 20,
  retryBackoff: true,
  expireInSeconds: 900,
  deleteAfterSeconds: 3600,
} as const

export const JOB_NAMES = ['sync', 'hints', 'look', 'send', 'expired', 'note'] as const satisfies readonly JobName[]

/** Every queue as it is made in the migrate step. */
export const QUEUES = JOB_NAMES.map((name) => ({ name, options: ONE_PER_KEY }))
