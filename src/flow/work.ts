import { postponeChase } from '../store/chases.ts'
import { inBusiness } from '../store/db.ts'
import { recordNotePostponed } from '../store/notes.ts'
import { recordExpectedDayPostponed } from '../store/promises.ts'
import { postponeHints } from '../store/inbox.ts'
import { recordSyncTrouble } from '../store/sync-state.ts'
import { recordNextLooks } from '../store/verdicts.ts'
import { readDueWork, readNextWorkAfter, type DueWork } from '../store/work.ts'
import type { Dependencies, JobName, Jobs } from './dependencies.ts'
import { writeExpectedDay } from './expected-day.ts'
import { writeNote } from './note.ts'
import { planCustomers } from './plan.ts'
import { handleHints } from './receive.ts'
import { expireChase } from './outcome.ts'
import { sendChase } from './send.ts'
import { syncLedger } from './sync.ts'

/** What a job came to, in one word each: for logs, metrics and the test clock's counts. */
export type JobResult = { readonly [what: string]: number }

/** One call into the flow per job. A job may run twice, late, or after the world has moved on; the flow copes. */
export const JOB_HANDLERS: { readonly [Name in JobName]: (app: Dependencies, data: Jobs[Name]) => Promise<JobResult> } =
  {
    sync: async (app, connection) => ({ [`sync ${await syncLedger(app, connection)}`]: 1 }),
    hints: async (app, connection) => {
      const concerned = await handleHints(app, connection)
      return concerned.length > 0 ? count(await planCustomers(app, connection.businessId, concerned)) : {}
    },
    look: async (app, { businessId, customerIds }) => {
      try {
        return count(await planCustomers(app, businessId, customerIds))
      } catch (error) {
        if (customerIds.length === 1) throw error
        // One customer that cannot be decided for must not silence the others: each for itself.
        app.log.warn({ businessId, customers: customerIds.length, problem: String(error) }, 'planning together failed')
        const each = customerIds.map((customerId) => ({ businessId, customerIds: [customerId] }))
        await app.enqueue(app.db, 'look', ...each)
        return {}
      }
    },
    send: async (app, chase) => ({ [`send ${await sendChase(app, chase)}`]: 1 }),
    expired: async (app, chase) => ({ [`expired ${await expireChase(app, chase)}`]: 1 }),
    'expected-day': async (app, day) => ({ [`expected day ${await writeExpectedDay(app, day)}`]: 1 }),
    note: async (app, note) => ({ [`note ${await writeNote(app, note)}`]: 1 }),
  }

const count = ({ looked, planned, cancelled, asked }: Awaited<ReturnType<typeof planCustomers>>): JobResult => ({
  looked, planned, 'called off': cancelled, asked,
}) // prettier-ignore

/** After a surprise, the same work is tried again no sooner than this. */
const AFTER_A_SURPRISE = { minutes: 15 }
const SURPRISE = 'an unexpected error; see the log'

/**
 * A handler threw something nobody expected: the work moves out of the way, so that one bad record neither stops
 * the rest nor is tried every minute. The error itself is logged by whoever runs the job.
 */
export async function setAside<Name extends JobName>(
  app: Pick<Dependencies, 'db' | 'now'>,
  name: Name,
  data: Jobs[Name],
): Promise<void> {
  const later = app.now().add(AFTER_A_SURPRISE)
  await inBusiness(app.db, data.businessId, async (db) => {
    if ('expectedDayId' in data) await recordExpectedDayPostponed(db, data.expectedDayId, later, true)
    else if ('noteId' in data) await recordNotePostponed(db, data.noteId, later, true)
    else if ('chaseId' in data) await postponeChase(db, data.chaseId, later, SURPRISE)
    else if ('customerIds' in data)
      await recordNextLooks(
        db,
        data.customerIds.map((customerId) => ({ customerId, at: later })),
      )
    else if (name === 'hints') await postponeHints(db, data.connectionId, later)
    else await recordSyncTrouble(db, data.connectionId, { problem: SURPRISE, nextAt: later, isFailure: true })
  })
}

/** At most so many of each kind in one dispatch; what is left comes with the next. */
const MOST_AT_ONCE = 1000

/** Customers of one business that one plan decides for together. */
const CUSTOMERS_TOGETHER = 200

/**
 * Looks for everything that is due and asks for the jobs that do it. Returns how many jobs were asked for.
 *
 * This, not the queue, is what makes a lost job harmless: what is due stays due until it is done.
 */
export async function dispatchDueWork(app: Pick<Dependencies, 'db' | 'now' | 'enqueue'>): Promise<number> {
  const due = await readDueWork(app.db, app.now(), MOST_AT_ONCE)
  const of = (wanted: DueWork['kind']): DueWork[] => due.filter(({ kind }) => kind === wanted)
  let asked = 0
  const ask = async <Name extends JobName>(name: Name, jobs: readonly Jobs[Name][]): Promise<void> => {
    await app.enqueue(app.db, name, ...jobs)
    asked += jobs.length
  }
  const connection = ({ businessId, id: connectionId }: DueWork) => ({ businessId, connectionId })
  const chase = ({ businessId, id: chaseId }: DueWork) => ({ businessId, chaseId })
  await ask('sync', of('sync').map(connection))
  await ask('hints', of('hint').map(connection))
  // One by one, so that they leave in the order in which they fell due: the first ones fill a business's cap of the day.
  for (const message of of('send')) await ask('send', [chase(message)])
  await ask('expired', of('expired').map(chase))
  await ask(
    'expected-day',
    of('expected-day').map(({ businessId, id: expectedDayId }) => ({ businessId, expectedDayId })),
  )
  await ask(
    'note',
    of('note').map(({ businessId, id: noteId }) => ({ businessId, noteId })),
  )
  for (const [businessId, looks] of Map.groupBy(of('look'), (work) => work.businessId)) {
    const together: Jobs['look'][] = []
    for (let start = 0; start < looks.length; start += CUSTOMERS_TOGETHER) {
      together.push({ businessId, customerIds: looks.slice(start, start + CUSTOMERS_TOGETHER).map(({ id }) => id) })
    }
    await ask('look', together)
  }
  return asked
}

/** The next instant after this one at which something falls due, or null. */
export const nextWorkAfter = (
  app: Pick<Dependencies, 'db'>,
  after: Temporal.Instant,
): Promise<Temporal.Instant | null> => readNextWorkAfter(app.db, after)
