import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { LedgerKind } from '../ledgers/ledger.ts'
import { OAuthError, type ConnectableOrganisation, type LedgerOAuth, type TokenSet } from '../ledgers/oauth.ts'
import * as consents from '../store/consents.ts'
import type { Consent } from '../store/consents.ts'
import { inBusiness } from '../store/db.ts'
import { tokenSetOfSubject } from '../store/token-sets.ts'
import type { ConnectDependencies } from './dependencies.ts'

/** How long a person may take at the vendor… */
export const STATE_MINUTES = 10
/** …and then to confirm the organisation. */
export const CONFIRM_MINUTES = 15

/** Why a callback leads nowhere. Each is an ordinary answer that a page explains. */
export type CallbackProblem =
  | 'not-set-up'
  | 'state-unknown'
  | 'state-used'
  | 'expired'
  | 'other-session'
  | 'denied'
  | 'scope-refused'
  | 'ledger-refused'
  | 'ledger-unavailable'
  | 'no-organisation'

/** A consent that waits for the person to confirm what it reaches. */
export type PendingConsent = {
  readonly consentId: string
  readonly businessId: string
  readonly ledger: LedgerKind
  readonly organisations: readonly ConnectableOrganisation[]
}

/** The one address a vendor redirects to; the same must be registered there. */
export const redirectUri = (publicUrl: string, ledger: LedgerKind): string => `${publicUrl}/oauth/${ledger}/callback`

/**
 * Starts a consent and returns where to send the browser.
 *
 * The state is random, works once, for ten minutes, and only for this session, business, person and ledger. The real
 * clock counts here: a person at a vendor's page does not live by a test clock.
 */
export async function beginConsent(
  app: ConnectDependencies,
  request: { businessId: string; userId: string; sessionHash: Buffer; ledger: LedgerKind },
): Promise<{ url: string } | { problem: 'not-set-up' }> {
  const oauth = app.oauth[request.ledger]
  if (!oauth) return { problem: 'not-set-up' }
  await forgetOldConsents(app)

  const id = randomUUID()
  const state = randomBytes(16).toString('base64url')
  const verifier = oauth.usesPkce ? randomBytes(32).toString('base64url') : null
  const seal = await app.seal.of(request.businessId)
  await inBusiness(app.db, request.businessId, (db) =>
    consents.addConsent(db, {
      ...request,
      id,
      stateHash: sha256(state),
      codeVerifier: verifier === null ? null : seal.seal(place(id, 'code_verifier'), verifier),
      createdAt: app.wallClock(),
    }),
  )
  const codeChallenge = verifier === null ? null : sha256(verifier).toString('base64url')
  return { url: oauth.authorizeUrl({ state, redirectUri: redirectUri(app.publicUrl, request.ledger), codeChallenge }) }
}

/**
 * Takes what the vendor's redirect brought: exchanges the code, once, and finds out what it reaches.
 *
 * The tokens are kept, sealed, with the consent until the person confirms. Nothing is connected yet.
 */
export async function receiveCallback(
  app: ConnectDependencies,
  callback: { ledger: LedgerKind; sessionHash: Buffer; params: Readonly<Record<string, string>> },
): Promise<PendingConsent | { problem: CallbackProblem }> {
  const oauth = app.oauth[callback.ledger]
  if (!oauth) return { problem: 'not-set-up' }
  const consent = await takeConsent(app, callback)
  if ('problem' in consent) return consent

  const brought = await redeem(app, oauth, consent, callback.params)
  if ('problem' in brought) {
    await inBusiness(app.db, consent.businessId, (db) => consents.deleteConsent(db, consent.id))
    return brought
  }
  const { tokens, organisations } = brought
  const seal = await app.seal.of(consent.businessId)
  const sealed = seal.seal(place(consent.id, 'tokens'), JSON.stringify(tokens))
  await inBusiness(app.db, consent.businessId, (db) =>
    consents.recordConsented(db, consent.id, { tokens: sealed, organisations }),
  )
  return { consentId: consent.id, businessId: consent.businessId, ledger: consent.ledger, organisations }
}

/** The consent behind a confirmation page; null when it is not this session's or can no longer be confirmed. */
export async function pendingConsent(
  app: ConnectDependencies,
  request: { consentId: string; businessId: string; sessionHash: Buffer },
): Promise<PendingConsent | null> {
  const consent = await inBusiness(app.db, request.businessId, (db) => consents.findConsent(db, request.consentId))
  if (!consent || !canConfirm(app, consent, request.sessionHash)) return null
  return {
    consentId: consent.id,
    businessId: consent.businessId,
    ledger: consent.ledger,
    organisations: consent.organisations,
  }
}

/** The person does not want it after all. What the vendor gave is given back, unless other connections live on it. */
export async function cancelConsent(
  app: ConnectDependencies,
  request: { consentId: string; businessId: string; sessionHash: Buffer },
): Promise<void> {
  const consent = await inBusiness(app.db, request.businessId, async (db) => {
    const found = await consents.lockConsent(db, request.consentId)
    if (!found || !isSession(found, request.sessionHash)) return null
    await consents.deleteConsent(db, found.id)
    return found
  })
  if (!consent || consent.tokens === null) return
  const tokens = await openConsentTokens(app, consent)
  // Xero's revocation ends every connection of that user, so it is only for users that nothing here depends on.
  if (await tokenSetOfSubject(app.db, consent.ledger, tokens.subject)) return
  await app.oauth[consent.ledger]?.revoke(tokens.refreshToken).catch((error: unknown) => {
    app.log.info({ businessId: consent.businessId, error }, 'a consent that was cancelled could not be revoked')
  })
}

/** Forgets consents that nobody can confirm any more, with the tokens in them. Cheap; call it now and then. */
export async function forgetOldConsents(app: Pick<ConnectDependencies, 'db' | 'wallClock'>): Promise<void> {
  await consents.forgetConsents(app.db, app.wallClock().subtract({ minutes: CONFIRM_MINUTES + STATE_MINUTES }))
}

/** Whether the consent can be confirmed, now and by this session. */
export const canConfirm = (
  app: Pick<ConnectDependencies, 'wallClock'>,
  consent: Consent,
  sessionHash: Buffer,
): boolean =>
  isSession(consent, sessionHash) &&
  consent.tokens !== null &&
  consent.calledBackAt !== null &&
  Temporal.Instant.compare(consent.calledBackAt.add({ minutes: CONFIRM_MINUTES }), app.wallClock()) > 0

/** The tokens that a consent brought. Throws when there are none. */
export async function openConsentTokens(app: Pick<ConnectDependencies, 'seal'>, consent: Consent): Promise<TokenSet> {
  if (consent.tokens === null) throw new Error('this consent has brought no tokens')
  const seal = await app.seal.of(consent.businessId)
  const stored = JSON.parse(seal.open(place(consent.id, 'tokens'), consent.tokens)) as StoredTokens
  return {
    ...stored,
    expiresAt: Temporal.Instant.from(stored.expiresAt),
    refreshExpiresAt: stored.refreshExpiresAt === null ? null : Temporal.Instant.from(stored.refreshExpiresAt),
  }
}

type StoredTokens = Omit<TokenSet, 'expiresAt' | 'refreshExpiresAt'> & {
  readonly expiresAt: string
  readonly refreshExpiresAt: string | null
}

/** Finds the consent by its state and uses the state up. */
async function takeConsent(
  app: ConnectDependencies,
  { ledger, sessionHash, params }: Parameters<typeof receiveCallback>[1],
): Promise<Consent | { problem: CallbackProblem }> {
  const key = await consents.consentOfState(app.db, sha256(params['state'] ?? ''))
  if (!key) return { problem: 'state-unknown' }
  return inBusiness(app.db, key.businessId, async (db) => {
    const consent = await consents.findConsent(db, key.id)
    // A state of the other ledger at this address is somebody mixing the two up.
    if (!consent || consent.ledger !== ledger) return { problem: 'state-unknown' }
    if (!isSession(consent, sessionHash)) return { problem: 'other-session' }
    if (consent.calledBackAt !== null) return { problem: 'state-used' }
    const at = app.wallClock()
    if (await consents.takeState(db, key.id, at, at.subtract({ minutes: STATE_MINUTES }))) return consent
    const isOld = Temporal.Instant.compare(consent.createdAt.add({ minutes: STATE_MINUTES }), at) <= 0
    return { problem: isOld ? 'expired' : 'state-used' }
  })
}

async function redeem(
  app: ConnectDependencies,
  oauth: LedgerOAuth,
  consent: Consent,
  params: Readonly<Record<string, string>>,
): Promise<{ tokens: TokenSet; organisations: readonly ConnectableOrganisation[] } | { problem: CallbackProblem }> {
  const code = params['code'] ?? ''
  // Neither a code nor a refusal: there is nothing to exchange.
  if (code === '' && params['error'] === undefined) return { problem: 'ledger-refused' }
  const seal = await app.seal.of(consent.businessId)
  const codeVerifier =
    consent.codeVerifier === null ? null : seal.open(place(consent.id, 'code_verifier'), consent.codeVerifier)
  try {
    const tokens = await oauth.exchange({
      code,
      redirectUri: redirectUri(app.publicUrl, consent.ledger),
      codeVerifier,
      callback: params,
    })
    const organisations = await oauth.organisations(tokens, params)
    return organisations.length === 0 ? { problem: 'no-organisation' } : { tokens, organisations }
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    app.log.info({ businessId: consent.businessId, ledger: consent.ledger, error }, 'a consent came to nothing')
    return { problem: PROBLEMS[error.problem] }
  }
}

const PROBLEMS: Readonly<Record<OAuthError['problem'], CallbackProblem>> = {
  denied: 'denied',
  'invalid-scope': 'scope-refused',
  unavailable: 'ledger-unavailable',
  rejected: 'ledger-refused',
  'invalid-grant': 'ledger-refused',
}

const isSession = (consent: Consent, sessionHash: Buffer): boolean =>
  consent.sessionHash.length === sessionHash.length && timingSafeEqual(consent.sessionHash, sessionHash)

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

const place = (consentId: string, column: string) => ({ table: 'consents', column, row: consentId })
