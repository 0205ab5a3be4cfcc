import { z } from 'zod'
import { confirmDatabase, resume, setMode, setNotesPlace, stopEverything } from '../../flow/control.ts'
import type { WebDependencies } from '../dependencies.ts'
import { Refused } from '../errors.ts'
import type { BusinessRoutes } from '../visit.ts'

const NOTES = z.object({ place: z.enum(['attachable', 'customer-notes']) })
const MODE = z.object({ mode: z.enum(['observe', 'approve', 'automatic']) })

/** The acts that concern a whole business: the stop, the mode, and saying that the database is the real one. */
export function controlActions(routes: BusinessRoutes, app: WebDependencies): void {
  routes.act('/stop', 'bookkeeper', async (acting) => {
    await stopEverything(app, acting)
    return '/?done=stopped'
  })

  routes.act('/resume', 'bookkeeper', async (acting) => {
    await resume(app, acting)
    return '/?done=resumed'
  })

  routes.act('/mode', 'owner', async (acting) => {
    const { data } = MODE.safeParse(acting.request.body)
    if (!data) throw new Refused('invalid')
    const outcome = await setMode(app, { businessId: acting.businessId, userId: acting.userId, mode: data.mode })
    return outcome === 'sender-missing' ? '/settings?done=senderMissing' : '/settings?done=saved'
  })

  routes.act('/connect/notes', 'owner', async (acting) => {
    const { data } = NOTES.safeParse(acting.request.body)
    if (!data) throw new Refused('invalid')
    await setNotesPlace(app, { businessId: acting.businessId, userId: acting.userId, place: data.place })
    return '/connect?done=saved'
  })

  routes.act('/confirm-database', 'owner', async (acting) => {
    await confirmDatabase(app, acting)
    return '/?done=saved'
  })
}
