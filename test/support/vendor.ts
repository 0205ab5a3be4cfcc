import { randomUUID } from 'node:crypto'
import type { LedgerKind } from '../../src/ledgers/ledger.ts'
import { OAuthError, type ConnectableOrganisation, type LedgerOAuth, type TokenSet } from '../../src/ledgers/oauth.ts'

/** A vendor's consent with real rotation: each refresh token works once, and a used one is refused after the grace. */
export class Vendor {
  readonly oauth: LedgerOAuth
  /** Everything that was asked, in order, without secrets. */
  readonly calls: string[] = []
  organisations: ConnectableOrganisation[] = [
    { organisationId: 'org-acme', name: 'Acme Ltd', vendorConnectionId: 'link-acme' },
    { organisationId: 'org-globex', name: 'Globex SL', vendorConnectionId: 'link-globex' },
  ]
  user = 'xero-user-1'
  lifeSeconds = 1800
  /** How long a used refresh token may be used again (Xero: 30 minutes for an answer that was lost). */
  graceSeconds = 0
  /** Set to make calls fail. */
  down: 'no' | 'before' | 'after-rotation' = 'no'
  refuses: OAuthError['problem'] | null = null
  /** Runs inside a refresh, after the rotation and before the answer. */
  duringRefresh: () => Promise<void> = async () => {}
  /** Every secret ever handed out: none may be seen anywhere. */
  readonly secrets = new Set<string>()
  readonly revoked: string[] = []
  readonly ended: (string | null)[] = []
  readonly verifiers: (string | null)[] = []

  readonly #now: () => Temporal.Instant
  /** Refresh tokens: of whom, and when used. */
  readonly #refresh = new Map<string, { user: string; usedAt: Temporal.Instant | null }>()

  constructor(now: () => Temporal.Instant, options: { kind?: LedgerKind; usesPkce?: boolean } = {}) {
    this.#now = now
    const kind = options.kind ?? 'xero'
    this.oauth = {
      kind,
      usesPkce: options.usesPkce ?? true,
      authorizeUrl: ({ state, redirectUri, codeChallenge }) => {
        const url = new URL(`https://${kind}.test/authorize`)
        url.searchParams.set('state', state)
        url.searchParams.set('redirect_uri', redirectUri)
        if (codeChallenge !== null) url.searchParams.set('code_challenge', codeChallenge)
        this.secrets.add(state)
        return url.href
      },
      exchange: async ({ code, codeVerifier, redirectUri, callback }) => {
        this.calls.push(`exchange ${redirectUri}`)
        this.#fail()
        if (callback['error'] === 'access_denied') throw new OAuthError('denied', 'Access was not granted')
        if (code !== 'good-code') throw new OAuthError('rejected', 'no such code')
        this.verifiers.push(codeVerifier)
        if (codeVerifier !== null) this.secrets.add(codeVerifier)
        return { ...this.#issue(), subject: this.user, person: { name: 'Ana', email: 'ana@example.com' } }
      },
      refresh: async (refreshToken) => {
        this.calls.push('refresh')
        this.#fail()
        const known = this.#refresh.get(refreshToken)
        if (!known) throw new OAuthError('invalid-grant', 'unknown token')
        if (known.usedAt && known.usedAt.add({ seconds: this.graceSeconds }).since(this.#now()).sign <= 0) {
          // Reuse: the vendor takes it for theft and ends the whole family.
          for (const [token, other] of this.#refresh) if (other.user === known.user) this.#refresh.delete(token)
          throw new OAuthError('invalid-grant', 'this token was used before')
        }
        known.usedAt ??= this.#now()
        const issued = this.#issue(known.user)
        await this.duringRefresh()
        if (this.down === 'after-rotation') throw new OAuthError('unavailable', 'the answer was lost')
        return issued
      },
      revoke: async (refreshToken) => {
        this.calls.push('revoke')
        this.#fail()
        this.revoked.push(refreshToken)
        this.#refresh.delete(refreshToken)
      },
      organisations: async () => {
        this.#fail()
        return this.organisations
      },
      disconnect: async (_tokens, vendorConnectionId) => {
        this.calls.push(`disconnect ${vendorConnectionId}`)
        this.#fail()
        this.ended.push(vendorConnectionId)
      },
    }
  }

  /** The user ends our access at the vendor. */
  revokeEverything(): void {
    this.#refresh.clear()
  }

  /** Forgets one refresh token, as if it had never been committed there. */
  forget(refreshToken: string): void {
    this.#refresh.delete(refreshToken)
  }

  /** Makes a used refresh token usable again. */
  restore(refreshToken: string): void {
    this.#refresh.set(refreshToken, { user: this.user, usedAt: null })
  }

  #fail(): void {
    if (this.down === 'before') throw new OAuthError('unavailable', 'the vendor does not answer')
    if (this.refuses) throw new OAuthError(this.refuses, 'the vendor refuses')
  }

  #issue(user = this.user): Omit<TokenSet, 'subject' | 'person'> {
    const [accessToken, refreshToken] = [`access-${randomUUID()}`, `refresh-${randomUUID()}`]
    this.secrets.add(accessToken).add(refreshToken)
    this.#refresh.set(refreshToken, { user, usedAt: null })
    const expiresAt = this.#now().add({ seconds: this.lifeSeconds })
    return { accessToken, refreshToken, expiresAt, refreshExpiresAt: null, scopes: ['accounting'] }
  }
}
