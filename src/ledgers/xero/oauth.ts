import { createHash } from 'node:crypto'
import * as z from 'zod'
import { lazyAuthorizationCode, OAuthError, type ConnectableOrganisation, type LedgerOAuth, type RenewedTokens, type TokenSet } from '../oauth.ts' // prettier-ignore

export type XeroOAuthSettings = {
  readonly clientId: string
  readonly clientSecret: string
  /** Where the person consents, in full. */
  readonly authorizeUrl: string
  /** Root of the identity service: tokens at `/connect/token`, revocation at `/connect/revocation`. */
  readonly identityUrl: string
  /** Root of the API: the list of connections at `/connections`. */
  readonly apiUrl: string
  /** Injectable so that tests can stand the clock still. */
  readonly now?: () => Temporal.Instant
  /** At least 20 s unless a test says otherwise: a refresh that we give up on may have rotated the token all the same. */
  readonly timeoutMs?: number
}

/**
 * What we ask for, in the granular names that Xero gives new apps since March 2026.
 *
 * `accounting.invoices` may write because notes on invoices need it; there is no narrower scope for that.
 */
export const XERO_SCOPES: readonly string[] = [
  'openid',
  'profile',
  'email',
  'offline_access',
  'accounting.invoices',
  'accounting.payments.read',
  'accounting.contacts.read',
  'accounting.settings.read',
]

/** Xero's side of the authorisation-code grant. One token set belongs to one Xero user and reaches all they connected. */
export function createXeroOAuth(settings: XeroOAuthSettings): LedgerOAuth {
  const { now = () => Temporal.Now.instant(), timeoutMs = 30_000 } = settings
  const authorize = new URL(settings.authorizeUrl)
  const identity = new URL(settings.identityUrl)
  const client = lazyAuthorizationCode({
    client: { id: settings.clientId, secret: settings.clientSecret },
    auth: {
      tokenHost: identity.origin,
      tokenPath: `${identity.pathname.replace(/\/$/, '')}/connect/token`,
      revokePath: `${identity.pathname.replace(/\/$/, '')}/connect/revocation`,
      authorizeHost: authorize.origin,
      authorizePath: authorize.pathname,
    },
    // Xero answers a revocation with an empty body, which only `json: true` lets pass.
    http: { json: true, timeout: timeoutMs },
    options: { authorizationMethod: 'header' },
  })
  const secrets = (...more: (string | null)[]): string[] => [
    settings.clientSecret,
    ...more.filter((one) => one !== null),
  ]

  return {
    kind: 'xero',
    // Xero offers PKCE as an app type of its own, without a secret. That a web app may send both is one stranger's
    // word, so we do not rely on it; the state, bound to the browser's session, guards the callback.
    usesPkce: false,

    authorizeUrl: ({ state, redirectUri }) =>
      client().authorizeURL({ redirect_uri: redirectUri, scope: [...XERO_SCOPES], state }),

    async exchange({ code, redirectUri, callback }) {
      refuseDenial(callback)
      const hidden = secrets(code)
      const answer = await identityCall(hidden, () => client().getToken({ code, redirect_uri: redirectUri }))
      const tokens = readTokens(answer.token, now(), null)
      const claims = { ...claimsIn(tokens.accessToken), ...claimsIn(text(answer.token['id_token'])) }
      // Without a name for the user the set stands for this consent alone, so that two people's are never mixed.
      const subject = text(claims['xero_userid']) ?? text(claims['sub']) ?? `consent-${digest(tokens.refreshToken)}`
      const name = [text(claims['given_name']), text(claims['family_name'])].filter((part) => part !== null).join(' ')
      const person = { name: text(claims['name']) ?? (name || null), email: text(claims['email']) }
      return { ...tokens, subject, person: person.name === null && person.email === null ? null : person }
    },

    async refresh(refreshToken) {
      const answer = await identityCall(secrets(refreshToken), () =>
        client().createToken({ refresh_token: refreshToken }).refresh(),
      )
      return readTokens(answer.token, now(), refreshToken)
    },

    async revoke(refreshToken) {
      await identityCall(secrets(refreshToken), () =>
        client().createToken({ refresh_token: refreshToken }).revoke('refresh_token'),
      )
    },

    async organisations(tokens) {
      // Only what this very consent reached, where the token tells which one it was.
      const event = text(claimsIn(tokens.accessToken)['authentication_event_id'])
      const query = event === null ? '' : `?authEventId=${encodeURIComponent(event)}`
      const answer = await connectionsCall(settings, timeoutMs, tokens, 'GET', `/connections${query}`)
      const read = connections.safeParse(await bodyOf(answer))
      if (!read.success) throw new OAuthError('rejected', "Xero's list of connections cannot be read", idOf(answer))
      return read.data
        .filter(({ tenantType }) => tenantType === 'ORGANISATION')
        .map(({ id, tenantId, tenantName }): ConnectableOrganisation => ({
          organisationId: tenantId,
          name: tenantName ?? tenantId,
          vendorConnectionId: id,
        }))
    },

    async disconnect(tokens, vendorConnectionId) {
      if (vendorConnectionId === null) return
      await connectionsCall(
        settings,
        timeoutMs,
        tokens,
        'DELETE',
        `/connections/${encodeURIComponent(vendorConnectionId)}`,
      )
    },
  }
}

const connections = z.array(
  z.object({ id: z.string(), tenantId: z.string(), tenantType: z.string(), tenantName: z.string().nullish() }),
)

/** Xero's refresh tokens die 60 days after they are given out. */
const REFRESH_DAYS = 60

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.coerce.number().positive().catch(1800),
  scope: z.union([z.string(), z.array(z.string())]).nullish(),
})

function readTokens(
  token: Record<string, unknown>,
  at: Temporal.Instant,
  oldRefreshToken: string | null,
): RenewedTokens {
  const read = tokenAnswer.safeParse(token)
  // A refresh may leave the refresh token out; the old one then still holds.
  const refreshToken = read.success ? (read.data.refresh_token ?? oldRefreshToken) : null
  if (!read.success || refreshToken === null) throw new OAuthError('rejected', 'Xero sent no usable tokens')
  const { access_token: accessToken, expires_in: seconds, scope } = read.data
  return {
    accessToken,
    refreshToken,
    expiresAt: at.add({ milliseconds: Math.round(seconds * 1000) }),
    refreshExpiresAt: at.add({ hours: REFRESH_DAYS * 24 }),
    scopes: (Array.isArray(scope) ? scope : (scope ?? '').split(' ')).filter((one) => one !== ''),
  }
}

/** The claims of a token in the shape of a JWT, unverified: it came straight from Xero over TLS. Empty for another shape. */
function claimsIn(token: string | null): Record<string, unknown> {
  const payload = token?.split('.')[1]
  if (payload === undefined) return {}
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return typeof claims === 'object' && claims !== null ? { ...claims } : {}
  } catch {
    return {}
  }
}

/** The person said no, or Xero did, and told us in the address it sent the browser to. */
function refuseDenial(callback: Readonly<Record<string, string>>): void {
  const error = callback['error']
  if (error === undefined) return
  if (error === 'access_denied') throw new OAuthError('denied', 'Access was not granted at Xero')
  if (error === 'invalid_scope' || error === 'unauthorized_client') {
    throw new OAuthError('invalid-scope', 'Xero does not let this app ask for what it needs')
  }
  throw new OAuthError('rejected', 'Xero refused the connection')
}

/** Calls the identity service, and rebuilds what goes wrong: its errors carry the whole request. */
async function identityCall<T>(secrets: readonly string[], call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw oauthError(error, secrets)
  }
}

const boom = z.object({
  output: z.object({ statusCode: z.number() }),
  data: z
    .object({ payload: z.object({ error: z.string() }).nullish().catch(null), headers: z.unknown() })
    .nullish()
    .catch(null),
})

function oauthError(error: unknown, secrets: readonly string[]): OAuthError {
  const read = boom.safeParse(error)
  const status = read.success ? read.data.output.statusCode : null
  const code = (read.success ? read.data.data?.payload?.error : null) ?? ''
  if (code === 'invalid_grant') return new OAuthError('invalid-grant', 'Xero no longer takes these tokens')
  if (code === 'invalid_scope') return new OAuthError('invalid-scope', 'Xero does not give what was asked for')
  if (status === null || status >= 500 || status === 429 || status === 408) {
    return new OAuthError(
      'unavailable',
      `Xero's sign-in service did not answer${status === null ? '' : ` (${status})`}`,
    )
  }
  const safe = /^[a-z_]{1,40}$/.test(code) && !secrets.includes(code) ? `: ${code}` : ''
  return new OAuthError('rejected', `Xero's sign-in service refused (${status})${safe}`)
}

async function connectionsCall(
  settings: XeroOAuthSettings,
  timeoutMs: number,
  tokens: TokenSet,
  method: 'GET' | 'DELETE',
  path: string,
): Promise<Response> {
  const answer = await fetch(`${apiRoot(settings.apiUrl)}${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens.accessToken}`, accept: 'application/json' },
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch(() => {
    throw new OAuthError('unavailable', "Xero's list of connections did not answer")
  })
  // A connection that is already gone is as disconnected as can be.
  if (answer.ok || (method === 'DELETE' && answer.status === 404)) return answer
  await answer.body?.cancel()
  if (answer.status === 401 || answer.status === 403) {
    throw new OAuthError('invalid-grant', 'Xero no longer takes these tokens', idOf(answer))
  }
  const problem = answer.status >= 500 || answer.status === 429 ? 'unavailable' : 'rejected'
  throw new OAuthError(problem, `Xero's list of connections answered ${answer.status}`, idOf(answer))
}

const apiRoot = (apiUrl: string): string => apiUrl.replace(/\/+$/, '').replace(/\/api\.xro\/2\.0$/, '')

async function bodyOf(answer: Response): Promise<unknown> {
  try {
    return await answer.json()
  } catch {
    throw new OAuthError('unavailable', "Xero's list of connections is not whole JSON", idOf(answer))
  }
}

const idOf = (answer: Response): string | null => answer.headers.get('xero-correlation-id')

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** Tells two refresh tokens apart without giving either away. */
const digest = (token: string): string => createHash('sha256').update(token).digest('hex').slice(0, 32)
