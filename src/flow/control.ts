import type { Day } from '../chase/day.ts'
import type { Policy } from '../chase/policy.ts'
import type { Mode, Segment } from '../chase/standing.ts'
import { lookAt, lookAtEveryone } from '../store/books.ts'
import { readBusiness } from '../store/businesses.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { recordEvents, type NewEvent } from '../store/events.ts'
import { endHolds, setHold, type NewHold } from '../store/holds.ts'
import * as store from '../store/settings.ts'
import type { Dependencies } from './dependencies.ts'
import { localTime } from './local-time.ts'
import { policyWith } from './policy.ts'

/** A person beats the machine. What it needs: the database and the business clock. */
export type ControlDependencies = Pick<Dependencies, 'db' | 'now'>

/** Who does something, and in which business. */
export type Act = { readonly businessId: string; readonly userId: string }

/** `done`, or why not: `unknown` for something that this business does not have. */
export type Outcome = 'done' | 'unknown'

/** Changes what Puntual may do by itself. Only a business with a named sender can go automatic. */
export async function setMode(
  app: ControlDependencies,
  act: Act & { mode: Mode },
): Promise<Outcome | 'sender-missing'> {
  return take<'sender-missing'>(app, act, 'everybody', 'mode-changed', async (db) => {
    const before = await readBusiness(db, act.businessId)
    if (act.mode === 'automatic' && !before.senderName) return 'sender-missing'
    if (act.mode === before.mode) return 'done'
    await store.setMode(db, act.businessId, act.mode)
    return { kind: 'mode-changed', facts: { from: before.mode, to: act.mode } }
  })
}

/** The global stop: nothing leaves from now on, and what was planned is taken back. */
export async function stopEverything(app: ControlDependencies, act: Act): Promise<Outcome> {
  return take(app, act, 'everybody', 'stopped', async (db) =>
    (await store.setStopped(db, act.businessId, { at: app.now(), by: act.userId })) ? { kind: 'stopped' } : 'done',
  )
}

/** Lifts the global stop. Everybody is looked at anew, as after any absence: nothing that was missed piles up. */
export async function resume(app: ControlDependencies, act: Act): Promise<Outcome> {
  return take(app, act, 'everybody', null, async (db) =>
    (await store.setStopped(db, act.businessId, null)) ? { kind: 'resumed' } : 'done',
  )
}

/** Says which sequence a customer follows; null leaves it to the ledger and the customer's own record again. */
export async function setSegment(
  app: ControlDependencies,
  act: Act & { customerId: string; segment: Segment | null },
): Promise<Outcome> {
  return take(app, act, act, 'segment-set', async (db) => {
    await store.setSegment(db, act.customerId, act.segment)
    return { kind: 'segment-set', facts: { segment: act.segment } }
  })
}

/** Keeps silent towards a customer, until a day or until someone ends it. */
export async function pauseCustomer(
  app: ControlDependencies,
  act: Act & { customerId: string; until: Day | null; why: string | null },
): Promise<Outcome | 'day-past'> {
  return hold(app, act, { kind: 'pause', customerId: act.customerId, invoiceId: null, until: act.until, why: act.why })
}

/** Ends every pause of the whole customer. */
export async function resumeCustomer(app: ControlDependencies, act: Act & { customerId: string }): Promise<Outcome> {
  return take(app, act, act, null, async (db) => {
    const pauses = { customerId: act.customerId, invoiceId: null, kind: 'pause' } as const
    const ended = await endHolds(db, pauses, act.userId, app.now())
    return ended > 0 ? { kind: 'hold-ended', facts: { kind: 'pause' } } : 'done'
  })
}

/** Leaves one invoice out because the customer disputes it; the rest of the account goes on. */
export async function disputeInvoice(
  app: ControlDependencies,
  act: Act & { invoiceId: string; why: string | null },
): Promise<Outcome | 'day-past'> {
  const customerId = await inBusiness(app.db, act.businessId, (db) => store.customerOfInvoice(db, act.invoiceId))
  if (!customerId) return 'unknown'
  return hold(app, act, { kind: 'dispute', customerId, invoiceId: act.invoiceId, until: null, why: act.why })
}

/** Writes down that payment is promised by a day, for one invoice or for the whole account. */
export async function recordPromise(
  app: ControlDependencies,
  act: Act & { customerId: string; invoiceId: string | null; until: Day },
): Promise<Outcome | 'day-past'> {
  if (act.invoiceId !== null) {
    const { invoiceId } = act
    const owner = await inBusiness(app.db, act.businessId, (db) => store.customerOfInvoice(db, invoiceId))
    if (owner !== act.customerId) return 'unknown'
  }
  const { customerId, invoiceId, until } = act
  return hold(app, act, { kind: 'promise', customerId, invoiceId, until, why: null })
}

type WantedHold = Pick<NewHold, 'customerId' | 'invoiceId' | 'until' | 'why'> & {
  kind: 'pause' | 'dispute' | 'promise'
}

async function hold(app: ControlDependencies, act: Act, wanted: WantedHold): Promise<Outcome | 'day-past'> {
  return take<'day-past'>(app, act, wanted, wanted.kind, async (db) => {
    const { timeZone } = await readBusiness(db, act.businessId)
    if (wanted.until !== null && wanted.until < localTime(timeZone, app.now()).today) return 'day-past'
    await setHold(db, { ...wanted, businessId: act.businessId, createdBy: act.userId, at: app.now() })
    const { kind, until, why } = wanted
    return { kind: 'hold-set', invoiceId: wanted.invoiceId, facts: { kind, until, ...(why !== null && { why }) } }
  })
}

/** Ends one hold, whoever or whatever put it there. */
export async function endHold(app: ControlDependencies, act: Act & { holdId: string }): Promise<Outcome> {
  const customerId = await inBusiness(app.db, act.businessId, (db) => store.customerOfHold(db, act.holdId))
  if (!customerId) return 'unknown'
  return take(app, act, { customerId }, null, async (db) => {
    const ended = await store.endHold(db, act.holdId, { at: app.now(), by: act.userId })
    return ended ? { kind: 'hold-ended', invoiceId: ended.invoiceId, facts: { kind: ended.kind } } : 'done'
  })
}

/** The part of the policy that a settings page changes. */
export type PolicySettings = Pick<Policy, 'strategicGroups' | 'defaultTermDays'>

/** Changes what a business says about itself and how it chases. Throws when the result would not be a policy. */
export async function changeSettings(
  app: ControlDependencies,
  act: Act & { settings: store.BusinessSettings; policy: PolicySettings },
): Promise<Outcome | 'name-taken' | 'sender-missing'> {
  return take<'name-taken' | 'sender-missing'>(app, act, 'everybody', null, async (db) => {
    const before = await readBusiness(db, act.businessId)
    if (await store.nameIsTaken(db, act.businessId, act.settings.name)) return 'name-taken'
    // An automatic message without a name under it is nobody's word.
    if (before.mode === 'automatic' && !act.settings.senderName) return 'sender-missing'
    const policyChanges = { ...(before.policyChanges as object), ...act.policy }
    policyWith(policyChanges)
    await store.updateSettings(db, act.businessId, act.settings, policyChanges)
    const changed = changedNames(before, act.settings, policyWith(before.policyChanges), act.policy)
    return changed.length > 0 ? { kind: 'settings-changed', facts: { changed } } : 'done'
  })
}

function changedNames(
  before: store.BusinessSettings,
  after: store.BusinessSettings,
  policyBefore: PolicySettings,
  policyAfter: PolicySettings,
): string[] {
  const names = Object.keys(after) as (keyof store.BusinessSettings)[]
  const changed: string[] = names.filter((name) => before[name] !== after[name])
  if (policyBefore.defaultTermDays !== policyAfter.defaultTermDays) changed.push('defaultTermDays')
  if (policyBefore.strategicGroups.join('\n') !== policyAfter.strategicGroups.join('\n'))
    changed.push('strategicGroups')
  return changed
}

/** Says where notes go in QuickBooks: on the invoice, or into the customer's own notes. */
export async function setNotesPlace(
  app: ControlDependencies,
  act: Act & { place: 'attachable' | 'customer-notes' },
): Promise<Outcome> {
  return take(app, act, 'everybody', null, async (db) => {
    if (!(await store.setNotesPlace(db, act.businessId, act.place))) return 'unknown'
    return { kind: 'settings-changed', facts: { changed: ['notesPlace'] } }
  })
}

/** Says that this database is the real one: until then nothing leaves, because a copy would write to real people twice. */
export async function confirmDatabase(app: ControlDependencies, act: Act): Promise<Outcome> {
  return take(app, act, 'everybody', null, async (db) => {
    await store.confirmDatabase(db, app.now())
    return { kind: 'database-confirmed' }
  })
}

type Happened = Omit<NewEvent, 'businessId' | 'at' | 'actor' | 'customerId'>

/**
 * One act of a person: the change, the line in the history, the messages it takes back and the new look at those it
 * concerns, in one transaction. A change that answers with an outcome instead of an event has not changed anything.
 */
async function take<Refusal extends string = never>(
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
