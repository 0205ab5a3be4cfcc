import type { Policy } from '../chase/policy.ts'
import type { Mode, Segment } from '../chase/standing.ts'
import { readBusiness } from '../store/businesses.ts'
import * as store from '../store/settings.ts'
import { take, type Act, type ControlDependencies, type Outcome } from './act.ts'
import { editPolicyInForce, type PolicyApp } from './apply-policy.ts'
import { policyInForce } from './policy.ts'

export type { Act, ControlDependencies, Outcome } from './act.ts'

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

/** The part of the policy that a settings page changes. */
export type PolicySettings = Pick<Policy, 'strategicGroups' | 'defaultTermDays'>

const POLICY_SETTINGS: readonly (keyof PolicySettings)[] = ['strategicGroups', 'defaultTermDays']

/** The policy in force has errors that this release finds and an earlier one did not: they have to be put right first. */
export class PolicyRefused extends Error {
  override readonly name = 'PolicyRefused'
}

/**
 * Changes what a business says about itself and how it chases; the latter as a new version of its policy's document.
 * Throws when the result would not be a policy.
 */
export async function changeSettings(
  app: PolicyApp,
  act: Act & { settings: store.BusinessSettings; policy: PolicySettings },
): Promise<Outcome | 'name-taken' | 'sender-missing'> {
  return take<'name-taken' | 'sender-missing'>(app, act, 'everybody', null, async (db) => {
    const before = await readBusiness(db, act.businessId)
    if (await store.nameIsTaken(db, act.businessId, act.settings.name)) return 'name-taken'
    // An automatic message without a name under it is nobody's word.
    if (before.mode === 'automatic' && !act.settings.senderName) return 'sender-missing'
    const { policy: policyBefore } = await policyInForce(db, act.businessId, app.now())
    const changed = changedNames(before, act.settings, policyBefore, act.policy)
    if (POLICY_SETTINGS.some((name) => changed.includes(name))) {
      const applied = await editPolicyInForce(app, db, {
        ...act,
        change: (policy) => ({ ...policy, ...act.policy }),
        why: null,
      })
      // Rolled back as a whole: a form is accepted or it is not.
      if (applied.kind === 'refused') throw new PolicyRefused()
    }
    await store.updateSettings(db, act.businessId, act.settings)
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
