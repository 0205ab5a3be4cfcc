import { addDays } from '../chase/day.ts'
import { cancelChase, findChase, recordApproval, recordTaskDone, resolveUnknown } from '../store/chases.ts'
import { inBusiness } from '../store/db.ts'
import { recordEvents, type EventKind } from '../store/events.ts'
import { endHolds, setHold } from '../store/holds.ts'
import { lookAt } from '../store/books.ts'
import { readThread } from '../store/messages.ts'
import { readKnownCustomers } from './known-customers.ts'
import { approvalHash } from './approval.ts'
import type { Dependencies } from './dependencies.ts'
import { nextOpening } from './local-time.ts'
import { claimOfChase, previewOf } from './preview.ts'
import { recipientsOfChase } from './recipients.ts'
import { readSurroundings, standingOf, zoneOf, type Surroundings } from './standing.ts'

type PersonApp = Pick<Dependencies, 'db' | 'now' | 'holidays'>

/** A chase and the person who decides about it. */
export type PersonsChoice = { readonly businessId: string; readonly chaseId: string; readonly userId: string }

/**
 * A person says yes to a message. The yes is to the version that was shown (`Preview.version`): when the message has
 * become another one meanwhile, it is `changed` and waits on. And it covers recipients, invoices and amounts; when
 * any of them changes before it leaves, the yes is void and the message waits for a new one.
 */
export async function approveChase(
  app: PersonApp & Pick<Dependencies, 'compose' | 'mailFrom'>,
  choice: PersonsChoice,
  shownVersion: string,
): Promise<'approved' | 'changed' | 'gone'> {
  return inBusiness(app.db, choice.businessId, async (db) => {
    const chase = await findChase(db, choice.chaseId)
    if (chase?.status !== 'awaiting-approval') return 'gone'
    const around = await readSurroundings(app, db, choice.businessId)
    const [customer] = await readKnownCustomers(around, db, [chase.customerId], 'lock')
    if (!customer) return 'gone'
    const thread = await readThread(db, chase.spellId)
    // Under the customer's lock: what is compared here is what the approval is written down for.
    const claim = await claimOfChase(db, around, customer, chase)
    const current = previewOf(app, around, customer, { ...chase, threadSubject: thread.subject, claim })
    if (current?.version !== shownVersion) return 'changed'
    const hash = approvalHash(chase, recipientsOfChase(around, customer, chase), chase.invoices, claim)
    const sendAfter = nextOpening(zoneOf(around, customer), standingOf(around, customer), around.now)
    if (!(await recordApproval(db, chase.id, { userId: choice.userId, at: around.now, hash, sendAfter }))) return 'gone'
    await recordEvents(db, [personsLine(choice, around, chase.customerId, 'approved', { stage: chase.stage })])
    return 'approved'
  })
}

/** A person says no to a message or a task: it is called off, and for a message the customer is left alone for a week. */
export async function skipChase(app: PersonApp, choice: PersonsChoice): Promise<'skipped' | 'gone'> {
  return inBusiness(app.db, choice.businessId, async (db) => {
    const chase = await findChase(db, choice.chaseId)
    if (!chase) return 'gone'
    const around = await readSurroundings(app, db, choice.businessId)
    if (chase.channel !== 'email') {
      if (!(await recordTaskDone(db, chase.id, 'skipped'))) return 'gone'
    } else {
      if (!(await cancelChase(db, chase.id, 'skipped'))) return 'gone'
      // Without a pause the next look would propose the same message again within the minute.
      const { customerId, businessId } = chase
      const pause = { businessId, customerId, invoiceId: null, kind: 'pause' as const, createdBy: choice.userId }
      await setHold(db, { ...pause, until: addDays(around.today, SKIP_DAYS), why: 'skipped', at: around.now })
      await lookAt(db, [customerId], around.now)
    }
    await recordEvents(db, [
      personsLine(choice, around, chase.customerId, 'skipped', { stage: chase.stage, channel: chase.channel }),
    ])
    return 'skipped'
  })
}

/** A skipped message is proposed again after a week, as far as it still fits then. */
const SKIP_DAYS = 7

/** A person has made the call, or taken the decision, and says how it went. */
export async function finishTask(
  app: PersonApp,
  choice: PersonsChoice & { outcome: string },
): Promise<'done' | 'gone'> {
  return inBusiness(app.db, choice.businessId, async (db) => {
    const chase = await findChase(db, choice.chaseId)
    if (!chase || !(await recordTaskDone(db, chase.id, choice.outcome))) return 'gone'
    const around = await readSurroundings(app, db, choice.businessId)
    await lookAt(db, [chase.customerId], around.now)
    await recordEvents(db, [
      personsLine(choice, around, chase.customerId, 'task-done', { channel: chase.channel, outcome: choice.outcome }),
    ])
    return 'done'
  })
}

/** A person knows whether a message of unknown fate arrived. If it did not, its step may be taken again. */
export async function settleUnknown(
  app: PersonApp,
  choice: PersonsChoice & { arrived: boolean },
): Promise<'settled' | 'gone'> {
  return inBusiness(app.db, choice.businessId, async (db) => {
    const chase = await findChase(db, choice.chaseId)
    const around = await readSurroundings(app, db, choice.businessId)
    if (!chase || !(await resolveUnknown(db, chase.id, choice.arrived, around.now))) return 'gone'
    await endHolds(
      db,
      { customerId: chase.customerId, invoiceId: null, kind: 'unknown-delivery' },
      choice.userId,
      around.now,
    )
    await lookAt(db, [chase.customerId], around.now)
    await recordEvents(db, [
      personsLine(choice, around, chase.customerId, 'mail-resolved', { arrived: choice.arrived }),
    ])
    return 'settled'
  })
}

const personsLine = (
  choice: PersonsChoice,
  around: Surroundings,
  customerId: string,
  kind: EventKind,
  facts: Readonly<Record<string, unknown>>,
) => ({
  businessId: choice.businessId,
  at: around.now,
  kind,
  actor: choice.userId,
  customerId,
  chaseId: choice.chaseId,
  facts,
})
