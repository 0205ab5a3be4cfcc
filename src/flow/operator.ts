import type { Mode } from '../chase/standing.ts'
import { inBusiness } from '../store/db.ts'
import { readBusiness } from '../store/businesses.ts'
import { findBusinessByName, ownerOf } from '../store/people.ts'
import { setSenderName } from '../store/settings.ts'
import { setMode, type ControlDependencies } from './control.ts'

/** Who did it when it was done at the command line. */
export const OPERATOR = 'operator'

/**
 * Changes a business's mode from the command line. Returns the mode before, or null when there is no such business.
 *
 * Messages come from a named person: where none is set, the owner's own name is taken.
 */
export async function setModeByName(app: ControlDependencies, businessName: string, mode: Mode): Promise<Mode | null> {
  const businessId = await findBusinessByName(app.db, businessName)
  if (businessId === null) return null
  const before = await inBusiness(app.db, businessId, async (db) => {
    const business = await readBusiness(db, businessId)
    const owner = business.senderName === null ? await ownerOf(db, businessId) : null
    if (owner) await setSenderName(db, businessId, owner.name ?? nameFromAddress(owner.email))
    return business.mode
  })
  await setMode(app, { businessId, userId: OPERATOR, mode })
  return before
}

/** "ana.ruiz@example.com" is most likely Ana Ruiz; a person can put it right in the settings. */
function nameFromAddress(email: string): string {
  const words = (email.split('@')[0] ?? '').split(/[._+-]+/).filter((word) => /^\p{L}+$/u.test(word))
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ') || email
}
