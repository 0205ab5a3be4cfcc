import { LedgerError, type AllowanceSeen, type CallPurpose, type LedgerKind, type LedgerSession } from '../ledgers/ledger.ts' // prettier-ignore
import { databaseIsConfirmed } from '../store/businesses.ts'
import * as connections from '../store/connections.ts'
import { inBusiness } from '../store/db.ts'
import { CALL_DEADLINE_MS, takeCall } from './allowance.ts'
import type { ConnectDependencies, ConnectionRef } from './dependencies.ts'
import { accessFor, isGood, markWorked, type Access } from './tokens.ts'

/** What an adapter is made from, and which adapter it is. */
export type OpenedSession = {
  readonly ledger: LedgerKind
  readonly notesAs: 'attachable' | 'customer-notes'
  readonly session: LedgerSession
}

/** Databases that were the confirmed ones when this process asked: plans and sends ask every time, this need not. */
const knownAsConfirmed = new WeakSet<ConnectDependencies['db']>()

/**
 * Opens a connection for one piece of work: its tokens, its share of the allowance, its deadline.
 *
 * Keep it for a job, not longer: the access token is held in memory until it is due for renewal. Throws
 * LedgerError('reconnect') when the connection does not stand.
 */
export async function ledgerSession(
  app: ConnectDependencies & { readonly apiUrls: Readonly<Record<LedgerKind, string>> },
  ref: ConnectionRef,
  purpose: CallPurpose,
): Promise<OpenedSession> {
  const { connection, isConfirmed } = await inBusiness(app.db, ref.businessId, async (db) => ({
    connection: await connections.findConnection(db, ref.connectionId),
    isConfirmed: knownAsConfirmed.has(app.db) || (await databaseIsConfirmed(db)),
  }))
  if (isConfirmed) knownAsConfirmed.add(app.db)
  // A copy of a database that renewed its tokens would cut the original off from its ledger.
  if (!isConfirmed) {
    throw new LedgerError(
      'unavailable',
      'This may be a copy of the real database; the ledger is not asked until a person confirms it',
    )
  }
  if (connection?.status !== 'connected') {
    throw new LedgerError('reconnect', 'This business has no working connection to its ledger')
  }
  const { ledger, organisationId, notesAs } = connection
  let access: Access | null = null
  let markedVersion: number | null = null
  // Calls that begin together ask once for the token that all of them need.
  const asking = new Map<string, Promise<Access>>()
  const newAccess = (refused: string | undefined): Promise<Access> => {
    const key = refused ?? ''
    const asked = asking.get(key) ?? accessFor(app, ref, refused).finally(() => asking.delete(key))
    asking.set(key, asked)
    return asked
  }

  const session: LedgerSession = {
    organisationId,
    apiUrl: app.apiUrls[ledger],
    deadlineMs: CALL_DEADLINE_MS,

    async accessToken(refused) {
      if (!access || !isGood(access, app.now(), refused)) access = await newAccess(refused)
      return access.accessToken
    },

    async allowance() {
      const end = await takeCall(app, connection, purpose)
      const used = access
      return async (seen: AllowanceSeen) => {
        await end(seen)
        if (seen.tokenAccepted !== true || !used || used.worked || markedVersion === used.version) return
        markedVersion = used.version
        await markWorked(app, used).catch((error: unknown) => {
          app.log.warn({ connectionId: ref.connectionId, error }, 'it was not noted that new tokens work')
        })
      }
    },
  }
  return { ledger, notesAs, session }
}
