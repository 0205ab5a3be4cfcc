import { LedgerError, type LedgerKind } from '../ledgers/ledger.ts'
import { OAuthError, type LedgerOAuth, type RenewedTokens } from '../ledgers/oauth.ts'
import * as connections from '../store/connections.ts'
import { inBusiness, inBusinessOnce, type BusinessDb } from '../store/db.ts'
import type { BusinessSeal } from '../store/sealed.ts'
import * as tokenSets from '../store/token-sets.ts'
import type { NewTokens, StoredTokenSet, TokenSetKey } from '../store/token-sets.ts'
import type { ConnectDependencies, ConnectionRef } from './dependencies.ts'
import { ACCESS_ENDED, LEDGER_NAMES, recordReconnectNeeded, tellOwners } from './reconnect.ts'

/** An access token in hand, and from when on a newer one should be asked for. */
export type Access = {
  readonly accessToken: string
  readonly renewAt: Temporal.Instant
  /** Which pair it belongs to; `worked` says that the pair is known to work. */
  readonly tokens: TokenSetKey
  readonly version: number
  readonly worked: boolean
}

/** Renewed so long before the end, so that no call starts with a token that dies under way. */
const EARLY_SECONDS = 300

/** An old token is still used up to so long before its end, when the vendor does not renew it. */
const LAST_USE_SECONDS = 60

/** Sets that were made together are renewed apart. */
const MOST_JITTER_SECONDS = 120

/** A renewal takes a second; a vendor that hangs may take thirty. Others give up waiting for it and come back. */
const LOCK_WAIT_MS = 5000
const COME_BACK_SECONDS = 15

/**
 * A valid access token for a connection.
 *
 * `refused` is a token that the ledger has just answered 401 to: a newer one is then found or made. Throws
 * LedgerError: 'reconnect' when the owner must give access again, 'unavailable' when the vendor does not answer,
 * 'slow-down' while another process is taking long over the same renewal.
 */
export async function accessTokenFor(
  app: ConnectDependencies,
  connection: ConnectionRef,
  refused?: string,
): Promise<string> {
  const access = await accessFor(app, connection, refused)
  return access.accessToken
}

/** As `accessTokenFor`, with what a session needs to keep the token for a while. */
export async function accessFor(app: ConnectDependencies, ref: ConnectionRef, refused?: string): Promise<Access> {
  const { connection, own } = await inBusiness(app.db, ref.businessId, async (db) => {
    const found = await connections.findConnection(db, ref.connectionId)
    // Another business's set is not to be seen from here.
    const isOwn = found?.tokens?.businessId === ref.businessId
    return { connection: found, own: isOwn ? await tokenSets.findTokenSet(db, found.tokens.tokenSetId) : null }
  })
  if (!connection?.tokens || connection.status !== 'connected') {
    throw new LedgerError('reconnect', 'This business has no working connection to its ledger')
  }
  if (!own) return accessOfTokenSet(app, connection.ledger, connection.tokens, refused)
  return accessOf(app, connection.ledger, own, await app.seal.of(own.businessId), refused)
}

/** The same for a token set, whichever of its connections it is for. */
export async function accessOfTokenSet(
  app: ConnectDependencies,
  ledger: LedgerKind,
  key: TokenSetKey,
  refused?: string,
): Promise<Access> {
  // Before any lock: it may need a database connection of its own.
  const seal = await app.seal.of(key.businessId)
  const stored = await inBusiness(app.db, key.businessId, (db) => tokenSets.findTokenSet(db, key.tokenSetId))
  if (!stored) throw new LedgerError('reconnect', 'The tokens for this ledger are gone')
  return accessOf(app, ledger, stored, seal, refused)
}

async function accessOf(
  app: ConnectDependencies,
  ledger: LedgerKind,
  stored: StoredTokenSet,
  seal: BusinessSeal,
  refused: string | undefined,
): Promise<Access> {
  const access = accessFrom(stored, seal)
  if (isGood(access, app.now(), refused)) return access
  try {
    return await renew(app, ledger, access.tokens, seal, refused)
  } catch (error) {
    // Renewing early must not stop work that the old token can still do.
    const goodStill = access.accessToken !== refused && secondsLeft(stored, app.now()) > LAST_USE_SECONDS
    if (goodStill && error instanceof LedgerError && error.problem !== 'reconnect') return access
    throw error
  }
}

const secondsLeft = (stored: StoredTokenSet, now: Temporal.Instant): number =>
  stored.accessExpiresAt.since(now).total('seconds')

/** The newest pair has worked: the refresh token before it is forgotten. */
export async function markWorked(app: Pick<ConnectDependencies, 'db' | 'now'>, access: Access): Promise<void> {
  if (access.worked) return
  const { businessId, tokenSetId } = access.tokens
  await inBusiness(app.db, businessId, (db) => tokenSets.recordTokensWorked(db, tokenSetId, access.version, app.now()))
}

/** Seals a pair for the row it goes into. */
export function sealTokens(
  seal: BusinessSeal,
  tokenSetId: string,
  tokens: RenewedTokens,
  more: { readonly previous: string | null; readonly at: Temporal.Instant; readonly workedAt: Temporal.Instant | null },
): NewTokens {
  return {
    accessToken: seal.seal(place(tokenSetId, 'access_token'), tokens.accessToken),
    refreshToken: seal.seal(place(tokenSetId, 'refresh_token'), tokens.refreshToken),
    previousRefreshToken:
      more.previous === null ? null : seal.seal(place(tokenSetId, 'previous_refresh_token'), more.previous),
    accessExpiresAt: tokens.expiresAt,
    refreshExpiresAt: tokens.refreshExpiresAt,
    scopes: tokens.scopes,
    refreshedAt: more.at,
    workedAt: more.workedAt,
  }
}

/** The refresh tokens of a row, the newest first. */
export function openRefreshTokens(seal: BusinessSeal, stored: StoredTokenSet): readonly [string, ...string[]] {
  const newest = seal.open(place(stored.id, 'refresh_token'), stored.refreshToken)
  if (stored.previousRefreshToken === null) return [newest]
  return [newest, seal.open(place(stored.id, 'previous_refresh_token'), stored.previousRefreshToken)]
}

/** The access token of a row, and when to renew it. */
export function accessFrom(stored: StoredTokenSet, seal: BusinessSeal): Access {
  const lifeSeconds = stored.accessExpiresAt.since(stored.refreshedAt).total('seconds')
  const jitter = Number.parseInt(stored.id.slice(0, 4), 16) % MOST_JITTER_SECONDS
  // A token that lives for a few minutes is not renewed with every call.
  const early = Math.max(0, Math.min(EARLY_SECONDS + jitter, Math.floor(lifeSeconds / 2)))
  return {
    accessToken: seal.open(place(stored.id, 'access_token'), stored.accessToken),
    renewAt: stored.accessExpiresAt.subtract({ seconds: early }),
    tokens: { businessId: stored.businessId, tokenSetId: stored.id },
    version: stored.version,
    worked: stored.workedAt !== null,
  }
}

/** Whether a token can be used now and is not the one that was refused. */
export const isGood = (access: Access, now: Temporal.Instant, refused?: string): boolean =>
  access.accessToken !== refused && Temporal.Instant.compare(now, access.renewAt) < 0

const place = (tokenSetId: string, column: string) => ({ table: 'token_sets', column, row: tokenSetId })

/**
 * Renews a token set under its row's lock: whoever waited for the lock finds the new pair and asks nobody.
 *
 * The new pair is committed before it is returned, and the refresh token it was made from stays beside it until the
 * pair has worked: the vendor may have rotated without us hearing of it.
 */
async function renew(
  app: ConnectDependencies,
  ledger: LedgerKind,
  key: TokenSetKey,
  seal: BusinessSeal,
  refused: string | undefined,
): Promise<Access> {
  const oauth = app.oauth[ledger]
  if (!oauth) throw new LedgerError('unavailable', `${LEDGER_NAMES[ledger]} is not set up in this installation`)
  let unsaved: { readonly before: number; readonly tokens: NewTokens } | null = null
  // Once: the vendor is asked while the row is held, and must not be asked again for a token that it has just replaced.
  const locked = (work: (db: BusinessDb, stored: StoredTokenSet) => Promise<Outcome>) =>
    inBusinessOnce(app.db, key.businessId, async (db) => {
      const stored = await tokenSets.lockTokenSet(db, key.tokenSetId, LOCK_WAIT_MS)
      if (!stored) throw new LedgerError('reconnect', 'The tokens for this ledger are gone')
      return work(db, stored)
    })

  let outcome: Outcome
  try {
    outcome = await locked(async (db, stored) => {
      const access = accessFrom(stored, seal)
      if (isGood(access, app.now(), refused)) return access
      const renewed = await refresh(oauth, openRefreshTokens(seal, stored))
      if (!renewed) return { stopped: await stopConnections(app, db, key.tokenSetId) }
      const at = app.now()
      const tokens = sealTokens(seal, key.tokenSetId, renewed.tokens, { previous: renewed.from, at, workedAt: null })
      unsaved = { before: stored.version, tokens }
      return save(db, seal, stored, tokens)
    })
  } catch (error) {
    if (isLockTimeout(error)) {
      throw new LedgerError('slow-down', 'Another process is renewing the tokens', {
        retryAfterSeconds: COME_BACK_SECONDS,
      })
    }
    if (!unsaved) throw error
    // The vendor has rotated and the database did not keep it: once more, on another connection, before it is lost.
    const { before, tokens } = unsaved as { before: number; tokens: NewTokens }
    outcome = await locked(async (db, stored) =>
      stored.version === before ? save(db, seal, stored, tokens) : accessFrom(stored, seal),
    )
  }

  if ('stopped' in outcome) {
    for (const connection of outcome.stopped) await tellOwners(app, connection)
    throw new LedgerError('reconnect', `${LEDGER_NAMES[ledger]} no longer accepts the tokens`)
  }
  return outcome
}

type Outcome = Access | { readonly stopped: readonly ConnectionRef[] }

async function save(db: BusinessDb, seal: BusinessSeal, before: StoredTokenSet, tokens: NewTokens): Promise<Access> {
  if (!(await tokenSets.replaceTokens(db, before.id, before.version, tokens))) {
    throw new Error('a token set changed under its own lock')
  }
  return accessFrom({ ...before, ...tokens, version: before.version + 1 }, seal)
}

/** Tries the refresh tokens in turn, the newest first. Null when the vendor takes none of them. */
async function refresh(
  oauth: LedgerOAuth,
  candidates: readonly string[],
): Promise<{ readonly tokens: RenewedTokens; readonly from: string } | null> {
  for (const from of candidates) {
    try {
      return { tokens: await oauth.refresh(from), from }
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error
      if (error.problem === 'invalid-grant') continue
      // Not about these tokens: the app's own set-up, or the vendor. Nothing that the owner's consent would mend.
      throw new LedgerError('unavailable', error.message, { correlationId: error.correlationId })
    }
  }
  return null
}

/** Everything that lives on a dead token set holds, each in its own business, while the set's row is still locked. */
async function stopConnections(
  app: ConnectDependencies,
  db: BusinessDb,
  tokenSetId: string,
): Promise<readonly ConnectionRef[]> {
  const stopped: ConnectionRef[] = []
  for (const connection of await connections.connectionsOfTokenSet(db, tokenSetId)) {
    await tokenSets.turnTo(db, connection.businessId)
    if (await recordReconnectNeeded(app, db, connection, ACCESS_ENDED)) stopped.push(connection)
  }
  return stopped
}

const isLockTimeout = (error: unknown): boolean =>
  error instanceof Error && (error as { code?: unknown }).code === '55P03'
