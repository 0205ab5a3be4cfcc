import { createRequire } from 'node:module'
import type { AuthorizationCode, ModuleOptions } from 'simple-oauth2'
import type { LedgerKind } from './ledger.ts'

const load = createRequire(import.meta.url)

/** simple-oauth2's client, loaded and made when first asked for: 20 MB that a process which renews no token never pays. */
export function lazyAuthorizationCode(options: ModuleOptions): () => AuthorizationCode {
  let client: AuthorizationCode | null = null
  return () => (client ??= new (load('simple-oauth2') as typeof import('simple-oauth2')).AuthorizationCode(options))
}

/** What a vendor gives a person who consents. Lives only in memory and, encrypted, in the store. */
export type TokenSet = {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresAt: Temporal.Instant
  /** When the refresh token dies if it is not used, where the vendor says so. */
  readonly refreshExpiresAt: Temporal.Instant | null
  readonly scopes: readonly string[]
  /** Whose tokens these are: the Xero user (one set reaches all of that user's organisations) or the QuickBooks company. */
  readonly subject: string
  readonly person: { readonly name: string | null; readonly email: string | null } | null
}

/** What a refresh gives: the same set with new tokens. The old refresh token comes back when the vendor sends none. */
export type RenewedTokens = Pick<TokenSet, 'accessToken' | 'refreshToken' | 'expiresAt' | 'refreshExpiresAt' | 'scopes'>

/** An organisation the person let us reach. `vendorConnectionId` is what Xero wants back for a disconnect. */
export type ConnectableOrganisation = {
  readonly organisationId: string
  readonly name: string
  readonly vendorConnectionId: string | null
}

/** What the vendor sent to our redirect address, as given. */
export type OAuthCallback = Readonly<Record<string, string>>

/** The authorisation-code grant of one vendor. State, sessions and storage are the caller's. */
export interface LedgerOAuth {
  readonly kind: LedgerKind
  /** Whether the vendor takes PKCE (RFC 7636) from a confidential client; if so a challenge must be given. */
  readonly usesPkce: boolean
  authorizeUrl(request: { state: string; redirectUri: string; codeChallenge: string | null }): string
  /** Exchanges the code, exactly once: a second exchange kills the first one's tokens at Intuit. */
  exchange(request: {
    code: string
    redirectUri: string
    codeVerifier: string | null
    callback: OAuthCallback
  }): Promise<TokenSet>
  refresh(refreshToken: string): Promise<RenewedTokens>
  revoke(refreshToken: string): Promise<void>
  /** What this consent reaches, by name: shown to the person before anything is stored. */
  organisations(tokens: TokenSet, callback: OAuthCallback): Promise<readonly ConnectableOrganisation[]>
  /** Ends the vendor's link to one organisation without touching the others of the same token set. */
  disconnect(tokens: TokenSet, vendorConnectionId: string | null): Promise<void>
}

/** The only error an OAuth client throws. Rebuilt from safe parts: never a token, code or secret. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly problem: 'invalid-grant' | 'denied' | 'invalid-scope' | 'unavailable' | 'rejected'
  readonly correlationId: string | null

  constructor(problem: OAuthError['problem'], message: string, correlationId: string | null = null) {
    super(message)
    this.problem = problem
    this.correlationId = correlationId
  }
}
