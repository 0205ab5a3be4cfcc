import { randomUUID } from 'node:crypto'
import type { ConnectableOrganisation, TokenSet } from '../ledgers/oauth.ts'
import * as connections from '../store/connections.ts'
import * as consents from '../store/consents.ts'
import type { Consent } from '../store/consents.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { recordEvents } from '../store/events.ts'
import * as tokenSets from '../store/token-sets.ts'
import type { TokenSetKey } from '../store/token-sets.ts'
import { canConfirm, openConsentTokens } from './connect.ts'
import type { ConnectDependencies } from './dependencies.ts'
import { ACCESS_ENDED } from './reconnect.ts'
import { sealTokens } from './tokens.ts'

export type ConfirmProblem =
  /** Not this session's, confirmed already, or too old. */
  | 'consent-gone'
  | 'organisation-unknown'
  | 'organisation-belongs-to-another-business'
  /** The business must disconnect its ledger before it takes another. */
  | 'business-has-a-ledger'

export type Connected = { readonly connectionId: string; readonly organisation: ConnectableOrganisation }

/**
 * The person has read the organisation's name and said yes: connects it to the business and asks for a first sync.
 *
 * Tokens, connection, event and job are one transaction. A consent of a vendor's user who is known already renews the
 * one token set of that user, whichever business it was first stored for. Reconnecting the organisation that this
 * business had before goes on with its books.
 */
export async function confirmConnection(
  app: ConnectDependencies,
  request: { consentId: string; businessId: string; sessionHash: Buffer; organisationId: string },
): Promise<Connected | { problem: ConfirmProblem }> {
  const consent = await inBusiness(app.db, request.businessId, (db) => consents.findConsent(db, request.consentId))
  if (!consent || !canConfirm(app, consent, request.sessionHash)) return { problem: 'consent-gone' }
  const organisation = consent.organisations.find(({ organisationId }) => organisationId === request.organisationId)
  if (!organisation) return { problem: 'organisation-unknown' }

  // Opened before the transaction, because finding a key may need a database connection of its own.
  const tokens = await openConsentTokens(app, consent)
  const known = await tokenSets.tokenSetOfSubject(app.db, consent.ledger, tokens.subject)
  if (known) await app.seal.of(known.businessId)

  try {
    return await inBusiness(app.db, request.businessId, async (db) => {
      if (!(await consents.lockConsent(db, consent.id))) return { problem: 'consent-gone' }
      const problem = await inTheWay(db, consent, organisation)
      if (problem) return { problem }
      const key = await storeTokens(app, db, consent, tokens)
      const connectionId = await connect(app, db, consent, organisation, key)
      await resumeOthers(app, db, key, connectionId)
      await tokenSets.turnTo(db, consent.businessId)
      await consents.deleteConsent(db, consent.id)
      return { connectionId, organisation }
    })
  } catch (error) {
    // Two people confirmed at once: the database let one in.
    const problem = takenMeanwhile(error)
    if (problem) return { problem }
    throw error
  }
}

async function inTheWay(
  db: BusinessDb,
  { businessId, ledger }: Consent,
  { organisationId }: ConnectableOrganisation,
): Promise<ConfirmProblem | null> {
  const holder = await connections.connectionOfOrganisation(db, ledger, organisationId)
  if (holder && holder.businessId !== businessId) return 'organisation-belongs-to-another-business'
  const standing = await connections.findStandingConnection(db, businessId)
  const isSame = standing?.ledger === ledger && standing.organisationId === organisationId
  return standing && !isSame ? 'business-has-a-ledger' : null
}

/** Puts the tokens into the one row of the vendor's user or company, new or old, and leaves it locked. */
async function storeTokens(
  app: ConnectDependencies,
  db: BusinessDb,
  { businessId, ledger }: Consent,
  tokens: TokenSet,
): Promise<TokenSetKey> {
  const at = app.now()
  // Fresh from the vendor, and the list of organisations came with them: they work.
  const fresh = { previous: null, at, workedAt: at }
  const mine: TokenSetKey = { businessId, tokenSetId: randomUUID() }
  const sealed = sealTokens(await app.seal.of(businessId), mine.tokenSetId, tokens, fresh)
  if (await tokenSets.addTokenSet(db, { ...mine, ledger, subject: tokens.subject, ...sealed })) return mine

  const known = await tokenSets.tokenSetOfSubject(db, ledger, tokens.subject)
  if (!known) throw new Error('a token set that was in the way cannot be found')
  await tokenSets.turnTo(db, known.businessId)
  const stored = await tokenSets.lockTokenSet(db, known.tokenSetId, RENEWAL_WAIT_MS)
  if (!stored) throw new Error('a token set was deleted while it was being renewed')
  const resealed = sealTokens(await app.seal.of(known.businessId), known.tokenSetId, tokens, fresh)
  await tokenSets.replaceTokens(db, known.tokenSetId, stored.version, resealed)
  await tokenSets.turnTo(db, businessId)
  return known
}

/** A renewal under way holds the row for as long as the vendor takes to answer. */
const RENEWAL_WAIT_MS = 40_000

async function connect(
  app: ConnectDependencies,
  db: BusinessDb,
  { businessId, userId, ledger }: Consent,
  { organisationId, name, vendorConnectionId }: ConnectableOrganisation,
  tokens: TokenSetKey,
): Promise<string> {
  const at = app.now()
  const earlier = await connections.findConnectionTo(db, { businessId, ledger, organisationId })
  const connectionId = earlier?.connectionId ?? randomUUID()
  const confirmed = { businessId, connectionId, ledger, organisationId, organisationName: name, vendorConnectionId, tokens, at } // prettier-ignore
  if (earlier) await connections.reviveConnection(db, confirmed)
  else await connections.addConnection(db, confirmed)
  if (earlier?.tokens && earlier.tokens.tokenSetId !== tokens.tokenSetId) await forgetTokens(db, earlier.tokens)
  await tokenSets.turnTo(db, businessId)

  const facts = { connectionId, ledger, organisation: name, again: earlier !== null }
  await recordEvents(db, [{ businessId, at, kind: 'connected', actor: userId, facts }])
  await app.enqueue(db, 'sync', { businessId, connectionId })
  return connectionId
}

/** Deletes a token set unless another connection uses it. Leaves the transaction with that set's business. */
async function forgetTokens(db: BusinessDb, key: TokenSetKey): Promise<void> {
  await tokenSets.turnTo(db, key.businessId)
  if ((await connections.connectionsOfTokenSet(db, key.tokenSetId)).length === 0) {
    await tokenSets.deleteTokenSet(db, key.tokenSetId)
  }
}

/** Other businesses' connections that stopped because these very tokens had died work again. */
async function resumeOthers(
  app: ConnectDependencies,
  db: BusinessDb,
  key: TokenSetKey,
  connectedId: string,
): Promise<void> {
  for (const { businessId, connectionId } of await connections.connectionsOfTokenSet(db, key.tokenSetId)) {
    if (connectionId === connectedId) continue
    await tokenSets.turnTo(db, businessId)
    const at = app.now()
    if (!(await connections.resumeConnection(db, connectionId, ACCESS_ENDED, at))) continue
    await recordEvents(db, [{ businessId, at, kind: 'connected', facts: { connectionId, again: true } }])
    await app.enqueue(db, 'sync', { businessId, connectionId })
  }
}

function takenMeanwhile(error: unknown): ConfirmProblem | null {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown }
  if (code !== '23505') return null
  if (constraint === 'connections_organisation') return 'organisation-belongs-to-another-business'
  return constraint === 'connections_business' ? 'business-has-a-ledger' : null
}
