import { lookAt, lookAtEveryone } from '../store/books.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { recordEvents, type NewEvent } from '../store/events.ts'
import * as store from '../store/settings.ts'
import type { Dependencies } from './dependencies.ts'

/** A person beats the machine. What it needs: the database and the business clock. */
export type ControlDependencies = Pick<Dependencies, 'db' | 'now'>

/** Who does something, and in which business. */
export type Act = { readonly businessId: string; readonly userId: string }

/** `done`, or why not: `unknown` for something that this business does not have. */
export type Outcome = 'done' | 'unknown'

type Happened = Omit<NewEvent, 'businessId' | 'at' | 'actor' | 'customerId'>

/**
 * One act of a person: the change, the line in the history, the messages it takes back and the new look at those it
 * concerns, in one transaction. A change that answers with an outcome instead of an event has not changed anything.
 */
export async function take<Refusal extends string = never>(
  app: ControlDependencies,
  act: Act,
  concerned: store.Concerned,
  takesBackBecause: string | null,
  change: (db: BusinessDb) => Promise<Happened | Outcome | NoInfer<Refusal>>,
): Promise<Outcome | Refusal> {
  return inBusiness(app.db, act.businessId, async (db) => {
    if (!(await store.lockConcerned(db, concerned))) return 'unknown'
    const happened = await change(db)
    if (typeof happened === 'string') return happened
    const at = app.now()
    const common = { businessId: act.businessId, at, actor: act.userId }
    const customerId = concerned === 'everybody' ? null : concerned.customerId
    const takenBack = takesBackBecause === null ? [] : await store.cancelWaitingChases(db, concerned, takesBackBecause)
    await recordEvents(db, [
      { ...common, customerId, ...happened },
      ...takenBack.map((chase) => ({
        ...common,
        ...chase,
        kind: 'chase-cancelled' as const,
        facts: { reason: takesBackBecause },
      })),
    ])
    if (customerId === null) await lookAtEveryone(db, at)
    else await lookAt(db, [customerId], at)
    return 'done'
  })
}
