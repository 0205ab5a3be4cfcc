import { LedgerError } from '../ledgers/ledger.ts'
import { OAuthError, type LedgerOAuth, type TokenSet } from '../ledgers/oauth.ts'
import * as connections from '../store/connections.ts'
import type { Connection } from '../store/connections.ts'
import { inBusiness } from '../store/db.ts'
import { recordEvents } from '../store/events.ts'
import * as tokenSets from '../store/token-sets.ts'
import type { StoredTokenSet } from '../store/token-sets.ts'
import type { ConnectDependencies } from './dependencies.ts'
import { accessFrom, accessOfTokenSet, isGood, openRefreshTokens } from './tokens.ts'

/**
 * Ends a business's connection at once, forgets its tokens, and tells the vendor.
 *
 * The tokens are deleted unless another business's connection lives on them (one Xero user, several organisations),
 * whether or not the vendor can be reached. `told: false` says that the vendor was not, which the history says too:
 * the person can then remove the app inside the ledger.
 */
export async function disconnect(
  app: ConnectDependencies,
  request: { businessId: string; userId: string },
): Promise<{ told: boolean } | { problem: 'not-connected' }> {
  const { businessId, userId } = request
  const standing = await inBusiness(app.db, businessId, (db) => connections.findStandingConnection(db, businessId))
  if (!standing) return { problem: 'not-connected' }

  const ended = await end(app, standing, userId)
  if (!ended) return { problem: 'not-connected' }
  if (!ended.tokens) return { told: false }
  const untold = await tellVendor(app, standing, ended.tokens, ended.isLast)
  if (untold === null) return { told: true }
  await inBusiness(app.db, businessId, (db) =>
    recordEvents(db, [
      {
        businessId,
        at: app.now(),
        kind: 'disconnected',
        facts: { ...factsOf(standing), ledgerNotTold: true, why: untold },
      },
    ]),
  )
  return { told: false }
}

/** The database's side: nothing more is read or written from here on, and the tokens are only in memory. */
async function end(
  app: ConnectDependencies,
  connection: Connection,
  userId: string,
): Promise<{ tokens: StoredTokenSet | null; isLast: boolean } | null> {
  const { businessId, connectionId, tokens: key } = connection
  return inBusiness(app.db, businessId, async (db) => {
    // The token set's row first, as everywhere: two orders of locking are a deadlock.
    if (key) await tokenSets.turnTo(db, key.businessId)
    const tokens = key ? await tokenSets.lockTokenSet(db, key.tokenSetId, RENEWAL_WAIT_MS) : null
    await tokenSets.turnTo(db, businessId)
    if (!(await connections.markDisconnected(db, connectionId, app.now()))) return null
    const isLast = tokens !== null && (await connections.connectionsOfTokenSet(db, tokens.id)).length === 0
    const kept = tokens === null ? 'none' : isLast ? 'deleted' : 'kept-for-another-business'
    const facts = { ...factsOf(connection), tokens: kept }
    await recordEvents(db, [{ businessId, at: app.now(), kind: 'disconnected', actor: userId, facts }])
    if (tokens && isLast) {
      await tokenSets.turnTo(db, tokens.businessId)
      await tokenSets.deleteTokenSet(db, tokens.id)
    }
    return { tokens, isLast }
  })
}

/** A renewal under way holds the row for as long as the vendor takes to answer. */
const RENEWAL_WAIT_MS = 40_000

/** Ends the vendor's link, and the tokens when nothing else needs them. Null when told, else why not. */
async function tellVendor(
  app: ConnectDependencies,
  connection: Connection,
  stored: StoredTokenSet,
  isLast: boolean,
): Promise<string | null> {
  const oauth = app.oauth[connection.ledger]
  if (!oauth) return 'not-set-up'
  let [refreshToken] = openRefreshTokens(await app.seal.of(stored.businessId), stored)
  const ended = await attempt(app, connection, async () => {
    const tokens = await usableTokens(app, oauth, stored, isLast)
    refreshToken = tokens.refreshToken
    await oauth.disconnect(tokens, connection.vendorConnectionId)
  })
  // Xero's revocation ends every connection of that user, so only the last one may ask for it; and only while no
  // other business has connected as the same user in this very moment.
  const isFree = isLast && !(await tokenSets.tokenSetOfSubject(app.db, stored.ledger, stored.subject))
  return isFree ? attempt(app, connection, () => oauth.revoke(refreshToken)) : ended
}

/** Null when it was done or there was nothing left to end; otherwise why it was not. */
async function attempt(
  app: ConnectDependencies,
  { businessId }: Connection,
  work: () => Promise<void>,
): Promise<string | null> {
  try {
    await work()
    return null
  } catch (error) {
    const problem = error instanceof OAuthError || error instanceof LedgerError ? error.problem : null
    if (problem === 'invalid-grant' || problem === 'reconnect') return null
    app.log.warn({ businessId, error }, 'the ledger could not be told of a disconnect')
    return problem ?? 'unavailable'
  }
}

/** Tokens that can end a connection: renewed in memory when they are nobody else's, else through their row. */
async function usableTokens(
  app: ConnectDependencies,
  oauth: LedgerOAuth,
  stored: StoredTokenSet,
  isLast: boolean,
): Promise<TokenSet> {
  const seal = await app.seal.of(stored.businessId)
  const access = accessFrom(stored, seal)
  const [refreshToken] = openRefreshTokens(seal, stored)
  const tokens: TokenSet = {
    accessToken: access.accessToken,
    refreshToken,
    expiresAt: stored.accessExpiresAt,
    refreshExpiresAt: stored.refreshExpiresAt,
    scopes: stored.scopes,
    subject: stored.subject,
    person: null,
  }
  if (isGood(access, app.now())) return tokens
  if (isLast) return { ...tokens, ...(await oauth.refresh(refreshToken)) }
  const key = { businessId: stored.businessId, tokenSetId: stored.id }
  return { ...tokens, accessToken: (await accessOfTokenSet(app, stored.ledger, key)).accessToken }
}

const factsOf = ({ connectionId, ledger, organisationName }: Connection) => ({
  connectionId,
  ledger,
  organisation: organisationName,
})
