import { forgetOldConsents } from './connect.ts'
import type { ConnectDependencies } from './dependencies.ts'

export type HousekeepingDependencies = Pick<ConnectDependencies, 'db' | 'wallClock'>

/**
 * Takes away what can no longer be used and should not lie about. Workers call it each minute, so that tokens of a
 * consent that nobody finished go whether or not anybody ever begins another. Costs next to nothing when there is none.
 */
export async function keepHouse(app: HousekeepingDependencies): Promise<void> {
  await forgetOldConsents(app)
}
