import { LedgerError, type LedgerInvoice } from '../ledgers/ledger.ts'
import type { ConnectionRef, Dependencies } from './dependencies.ts'

/** Invoices as the ledger states them right now, by ledger id; null for one it no longer has. */
export type ReadFresh = (
  connection: ConnectionRef,
  ledgerIds: readonly string[],
) => Promise<ReadonlyMap<string, LedgerInvoice | null>>

/** As many ids as fit one call at both vendors (Xero recommends about 40 to a request). */
const IDS_PER_CALL = 40

/** Chases sent side by side ask within this time of each other. */
const GATHER_MS = 5

type Waiting = {
  readonly ids: readonly string[]
  readonly resolve: (found: ReadonlyMap<string, LedgerInvoice | null>) => void
  readonly reject: (error: unknown) => void
}

/**
 * Gathers the reads of chases that are being sent side by side into as few calls as the ledger allows: the
 * vendors count calls, and one carries many ids. Nothing is kept: every answer was read for those who waited.
 */
export function createFreshReads(ledgerFor: Dependencies['ledgerFor']): ReadFresh {
  const gathering = new Map<string, Waiting[]>()

  const gathered = async (connection: ConnectionRef): Promise<void> => {
    const waiting = gathering.get(connection.connectionId) ?? []
    gathering.delete(connection.connectionId)
    await ask(connection, waiting)
  }

  const ask = async (connection: ConnectionRef, waiting: readonly Waiting[]): Promise<void> => {
    try {
      const ledger = await ledgerFor(connection, 'send')
      const ids = [...new Set(waiting.flatMap((each) => each.ids))]
      const found = new Map<string, LedgerInvoice | null>()
      for (let start = 0; start < ids.length; start += IDS_PER_CALL) {
        for (const [id, invoice] of await ledger.invoices(ids.slice(start, start + IDS_PER_CALL)))
          found.set(id, invoice)
      }
      for (const each of waiting) {
        // An id the ledger did not answer for at all is unreadable, and unreadable never sends.
        const missing = each.ids.find((id) => !found.has(id))
        if (missing === undefined) each.resolve(new Map(each.ids.map((id) => [id, found.get(id) ?? null])))
        else each.reject(new LedgerError('unavailable', `the ledger did not answer for invoice ${missing}`))
      }
    } catch (error) {
      // An invoice that cannot be read is a matter of the chase it belongs to, not of those who happened to ask with it.
      if (error instanceof LedgerError && error.problem === 'rejected' && waiting.length > 1) {
        for (const each of waiting) await ask(connection, [each])
      } else for (const each of waiting) each.reject(error)
    }
  }

  return (connection, ledgerIds) =>
    new Promise((resolve, reject) => {
      const mine: Waiting = { ids: ledgerIds, resolve, reject }
      const others = gathering.get(connection.connectionId)
      if (others) others.push(mine)
      else {
        gathering.set(connection.connectionId, [mine])
        setTimeout(() => void gathered(connection), GATHER_MS)
      }
    })
}
