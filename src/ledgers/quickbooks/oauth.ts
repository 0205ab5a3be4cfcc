import type { AuthorizationCode } from 'simple-oauth2'
import { z } from 'zod'
import { LedgerError } from '../ledger.ts'
import { lazyAuthorizationCode, OAuthError, type LedgerOAuth, type RenewedTokens } from '../oauth.ts'
import { createQuickBooksClient } from './client.ts'
import { readCompanyName } from './organisation.ts'

/** The Intuit app and where Intuit is. All addresses are whole. */
export type QuickBooksOAuthSettings = {
  readonly clientId: string
  readonly clientSecret: string
  readonly authorizeUrl: string
  readonly tokenUrl: string
  readonly revokeUrl: string
  readonly apiUrl: string
  /** Injectable so that tests can stand the clock still. */
  readonly now?: () => Temporal.Instant
  /** At least 20 s unless a test says otherwise: a refresh that is given up may have rotated the token all the same. */
  readonly timeoutMs?: number
}

/** The only scope for accounting that Intuit has: it reads and writes. */
const SCOPE = 'com.intuit.quickbooks.accounting'

const TIMEOUT_MS = 25_000

/** Intuit's consent. One consent reaches one company, whose id comes only with the redirect. */
export function createQuickBooksOAuth(settings: QuickBooksOAuthSettings): LedgerOAuth {
  const { now = () => Temporal.Now.instant(), timeoutMs = TIMEOUT_MS } = settings
  const grant = createGrant(settings, timeoutMs)

  return {
    kind: 'quickbooks',
    // Intuit's discovery document offers none.
    usesPkce: false,

    authorizeUrl: ({ state, redirectUri }) => grant().authorizeURL({ redirect_uri: redirectUri, scope: SCOPE, state }),

    async exchange({ code, redirectUri, callback }) {
      if (callback['error'] !== undefined) throw refusedConsent(callback['error'])
      const realmId = realmIn(callback)
      const tokens = await ask(() => grant().getToken({ code, redirect_uri: redirectUri }, NO_REDIRECTS))
      return { ...readTokens(tokens, null, now()), subject: realmId, person: null }
    },

    async refresh(refreshToken) {
      const old = grant().createToken({ refresh_token: refreshToken })
      const tokens = await ask(() => old.refresh({}, NO_REDIRECTS))
      return readTokens(tokens, refreshToken, now())
    },

    revoke: (refreshToken) => revoke(settings, refreshToken, timeoutMs),

    async organisations(tokens, callback) {
      const realmId = callback['realmId'] === undefined ? tokens.subject : realmIn(callback)
      const name = await companyName(settings.apiUrl, realmId, tokens.accessToken, timeoutMs)
      return [{ organisationId: realmId, name, vendorConnectionId: null }]
    },

    // One consent is one company: revoking the tokens is all there is.
    disconnect: async () => {},
  }
}

// A redirect would carry the client's secret along.
const NO_REDIRECTS = { redirects: false } as const

function createGrant(settings: QuickBooksOAuthSettings, timeoutMs: number): () => AuthorizationCode {
  const token = new URL(settings.tokenUrl)
  const authorize = new URL(settings.authorizeUrl)
  return lazyAuthorizationCode({
    client: { id: settings.clientId, secret: settings.clientSecret },
    auth: {
      tokenHost: token.origin,
      tokenPath: token.pathname + token.search,
      authorizeHost: authorize.origin,
      authorizePath: authorize.pathname + authorize.search,
    },
    http: {
      timeout: timeoutMs,
      // 'strict', the default, turns a good answer without a body into an error.
      json: true,
      maxBytes: 1024 * 1024,
      // Asks for the day on which the refresh token dies for good, however often it is renewed.
      headers: { 'x-include-refresh-token-hard-expires-in': 'true' },
    },
    options: { authorizationMethod: 'header', bodyFormat: 'form' },
  })
}

/** The company that was chosen. It goes into a path, so it is a number or it is refused. */
function realmIn(callback: Readonly<Record<string, string>>): string {
  const realmId = callback['realmId'] ?? ''
  if (!/^\d{1,20}$/.test(realmId)) throw new OAuthError('rejected', 'Intuit did not say which company was chosen')
  return realmId
}

function refusedConsent(error: string): OAuthError {
  if (error === 'access_denied') return new OAuthError('denied', 'Access was not granted')
  if (error === 'invalid_scope') return new OAuthError('invalid-scope', 'Intuit does not grant this app that scope')
  return new OAuthError('rejected', 'Intuit refused the request for access')
}

/** Calls the token endpoint and returns its answer. simple-oauth2's errors carry the request, so they are rebuilt. */
async function ask(call: () => Promise<{ readonly token: unknown }>): Promise<unknown> {
  try {
    return (await call()).token
  } catch (error) {
    throw tokenError(error)
  }
}

const boomSchema = z.object({
  output: z.object({ statusCode: z.number() }),
  data: z
    .object({
      payload: z.unknown(),
      headers: z.record(z.string(), z.unknown()).optional(),
    })
    .nullish(),
})

function tokenError(error: unknown): OAuthError {
  const boom = boomSchema.safeParse(error)
  if (!boom.success) return new OAuthError('unavailable', 'Intuit could not be reached')
  const { output, data } = boom.data
  const tid = data?.headers?.['intuit_tid']
  const correlationId = typeof tid === 'string' ? tid : null
  const said = z.object({ error: z.string() }).safeParse(data?.payload)
  if (said.success && said.data.error === 'invalid_grant') {
    return new OAuthError('invalid-grant', 'Intuit no longer accepts this grant', correlationId)
  }
  if (said.success && said.data.error === 'invalid_scope') {
    return new OAuthError('invalid-scope', 'Intuit does not grant this app that scope', correlationId)
  }
  if (output.statusCode >= 500 || output.statusCode === 429 || output.statusCode === 408 || !said.success) {
    return new OAuthError('unavailable', `Intuit answered with status ${output.statusCode}`, correlationId)
  }
  return new OAuthError('rejected', 'Intuit refused the request for tokens', correlationId)
}

const tokensSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.coerce.number().positive(),
  x_refresh_token_expires_in: z.coerce.number().positive().nullish(),
  x_refresh_token_hard_expires_in: z.coerce.number().positive().nullish(),
})

/** Reads what came; a refresh that brings no new refresh token leaves the old one in force. */
function readTokens(answer: unknown, oldRefreshToken: string | null, now: Temporal.Instant): RenewedTokens {
  const read = tokensSchema.safeParse(answer)
  const refreshToken = read.data?.refresh_token ?? oldRefreshToken
  if (!read.success || refreshToken === null) {
    throw new OAuthError('unavailable', 'Intuit answered with something that is not a set of tokens')
  }
  const { x_refresh_token_expires_in: soft, x_refresh_token_hard_expires_in: hard } = read.data
  const lives = [soft, hard].filter((seconds) => seconds !== null && seconds !== undefined)
  return {
    accessToken: read.data.access_token,
    refreshToken,
    expiresAt: now.add({ seconds: Math.floor(read.data.expires_in) }),
    refreshExpiresAt: lives.length === 0 ? null : now.add({ seconds: Math.floor(Math.min(...lives)) }),
    scopes: [SCOPE],
  }
}

/** Ends the grant. Intuit documents JSON here, which simple-oauth2 would send with a field more. */
async function revoke(settings: QuickBooksOAuthSettings, refreshToken: string, timeoutMs: number): Promise<void> {
  const credentials = Buffer.from(`${settings.clientId}:${settings.clientSecret}`).toString('base64')
  let response: Response
  let body: string
  try {
    response = await fetch(settings.revokeUrl, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        authorization: `Basic ${credentials}`,
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body: JSON.stringify({ token: refreshToken }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    body = await response.text()
  } catch {
    throw new OAuthError('unavailable', 'Intuit could not be reached')
  }
  // A token that is dead already needs no revoking.
  if (response.ok || (response.status === 400 && /invalid_(grant|token)/.test(body))) return
  const correlationId = response.headers.get('intuit_tid')
  const problem = response.status >= 500 || response.status === 429 ? 'unavailable' : 'rejected'
  throw new OAuthError(problem, `Intuit answered with status ${response.status}`, correlationId)
}

async function companyName(apiUrl: string, realmId: string, accessToken: string, timeoutMs: number): Promise<string> {
  const client = createQuickBooksClient({
    organisationId: realmId,
    apiUrl,
    deadlineMs: timeoutMs,
    allowance: async () => async () => {},
    accessToken: async (refused) => {
      if (refused === undefined) return accessToken
      throw new LedgerError('reconnect', 'QuickBooks does not accept the token it has just given')
    },
  })
  try {
    return readCompanyName(await client.good((sdk, done) => sdk.getCompanyInfo(realmId, done)))
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    const problem = error.problem === 'unavailable' || error.problem === 'slow-down' ? 'unavailable' : 'rejected'
    throw new OAuthError(problem, error.message, error.correlationId)
  }
}
