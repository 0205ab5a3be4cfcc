import type { LedgerKind } from '../ledgers/ledger.ts'
import { receiveHints, type Hint } from './receive.ts'

type Receive = (ledger: LedgerKind, hints: readonly Hint[]) => Promise<void>

type Waiting = {
  readonly hints: readonly Hint[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** When so many are gathered the rest waits for the next transaction: whoever came first waits for all of this one. */
const HINTS_TOGETHER = 500

/**
 * Stores the hints of webhooks that arrive while others are being stored together, in one transaction for all of them:
 * a vendor that sends hundreds at once is answered after a few commits and not after hundreds.
 *
 * Each caller still resolves only when its own hints are committed with their job. When the whole fails, each body is
 * tried alone, so that one that cannot be stored refuses nobody else's.
 */
export function gatherHints(app: Parameters<typeof receiveHints>[0]): Receive {
  const waiting: Record<LedgerKind, Waiting[]> = { xero: [], quickbooks: [] }
  const busy = new Set<LedgerKind>()

  const storeAll = async (ledger: LedgerKind): Promise<void> => {
    busy.add(ledger)
    for (let bodies = takeSome(waiting[ledger]); bodies.length > 0; bodies = takeSome(waiting[ledger])) {
      try {
        await receiveHints(app, ledger, bodies.flatMap(({ hints }) => hints)) // prettier-ignore
        for (const { resolve } of bodies) resolve()
      } catch (error) {
        if (bodies.length === 1) bodies[0]?.reject(error)
        else
          for (const { hints, resolve, reject } of bodies)
            await receiveHints(app, ledger, hints).then(() => resolve(), reject)
      }
    }
    busy.delete(ledger)
  }

  return (ledger, hints) =>
    new Promise((resolve, reject) => {
      waiting[ledger].push({ hints, resolve, reject })
      if (!busy.has(ledger)) void storeAll(ledger)
    })
}

/** Takes the first bodies off the queue: one at least, and as many as keep within the limit. */
function takeSome(waiting: Waiting[]): Waiting[] {
  let [bodies, hints] = [0, 0]
  for (const body of waiting) {
    hints += body.hints.length
    if (bodies > 0 && hints > HINTS_TOGETHER) break
    bodies += 1
  }
  return waiting.splice(0, bodies)
}
