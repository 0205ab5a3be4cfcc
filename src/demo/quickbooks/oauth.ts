import { randomBytes, timingSafeEqual } from 'node:crypto'
import formbody from '@fastify/formbody'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { consentPage, messagePage } from './pages.ts'

const ACCESS_SECONDS = 3600
const REFRESH_SECONDS = 100 * 24 * 3600
const HARD_SECONDS = 5 * 365 * 24 * 3600
/** The value of a refresh token changes about once a day; the old one then dies. */
const ROTATION_SECONDS = 24 * 3600
const CODE_SECONDS = 300

const SCOPES = [
  'com.intuit.quickbooks.accounting',
  'com.intuit.quickbooks.payment',
  'openid',
  'profile',
  'email',
  'phone',
  'address',
]
const ACCOUNTING = 'com.intuit.quickbooks.accounting'

type Grant = {
  readonly realm: string
  readonly grantedAt: Temporal.Instant
  refreshToken: string
  rotatedAt: Temporal.Instant
  refreshExpiresAt: Temporal.Instant
  dead: boolean
}

/** Consents, codes and tokens, with Intuit's rules for how long each lives. */
export class SimulatedTokens {
  readonly #now: () => Temporal.Instant
  readonly #codes = new Map<
    string,
    { realm: string; redirectUri: string; expiresAt: Temporal.Instant; grant: Grant | null }
  >()
  readonly #access = new Map<string, { grant: Grant; expiresAt: Temporal.Instant }>()
  readonly #refresh = new Map<string, Grant>()

  constructor(now: () => Temporal.Instant) {
    this.#now = now
  }

  /** The company that an access token reaches now, or null. */
  realmOf(accessToken: string): string | null {
    const access = this.#access.get(accessToken)
    if (!access || access.grant.dead || this.#isPast(access.expiresAt)) return null
    return access.grant.realm
  }

  /** Whether some consent for the company is still alive. */
  isConnected(realm: string): boolean {
    return [...this.#refresh.values()].some((grant) => grant.realm === realm && !grant.dead)
  }

  /** A code for a consent that a person has just given. */
  consent(realm: string, redirectUri: string): string {
    const code = `AB1${randomBytes(24).toString('hex')}`
    this.#codes.set(code, { realm, redirectUri, expiresAt: this.#now().add({ seconds: CODE_SECONDS }), grant: null })
    return code
  }

  /** Tokens for a code, once. A second time kills those of the first. Null when the code is no good. */
  exchange(code: string, redirectUri: string): Grant | null {
    const given = this.#codes.get(code)
    if (!given || given.redirectUri !== redirectUri || this.#isPast(given.expiresAt)) return null
    if (given.grant) {
      given.grant.dead = true
      return null
    }
    const now = this.#now()
    const grant: Grant = {
      realm: given.realm,
      grantedAt: now,
      refreshToken: newRefreshToken(),
      rotatedAt: now,
      refreshExpiresAt: now.add({ seconds: REFRESH_SECONDS }),
      dead: false,
    }
    given.grant = grant
    this.#refresh.set(grant.refreshToken, grant)
    return grant
  }

  /** The grant renewed, or null when the refresh token is dead, used up or unknown. */
  renew(refreshToken: string): Grant | null {
    const grant = this.#refresh.get(refreshToken)
    if (!grant || grant.dead || grant.refreshToken !== refreshToken || this.#isPast(grant.refreshExpiresAt)) return null
    const now = this.#now()
    if (Temporal.Instant.compare(now, grant.grantedAt.add({ seconds: HARD_SECONDS })) >= 0) return null
    if (Temporal.Instant.compare(now, grant.rotatedAt.add({ seconds: ROTATION_SECONDS })) >= 0) {
      grant.refreshToken = newRefreshToken()
      grant.rotatedAt = now
      this.#refresh.set(grant.refreshToken, grant)
    }
    grant.refreshExpiresAt = now.add({ seconds: REFRESH_SECONDS })
    return grant
  }

  /** The body of the token endpoint's good answer, with a new access token. */
  answer(grant: Grant, withHardExpiry: boolean): Readonly<Record<string, unknown>> {
    const now = this.#now()
    const accessToken = `ey${randomBytes(60).toString('base64url')}`
    this.#access.set(accessToken, { grant, expiresAt: now.add({ seconds: ACCESS_SECONDS }) })
    const hardExpiresAt = grant.grantedAt.add({ seconds: HARD_SECONDS })
    return {
      access_token: accessToken,
      refresh_token: grant.refreshToken,
      token_type: 'bearer',
      expires_in: ACCESS_SECONDS,
      x_refresh_token_expires_in: REFRESH_SECONDS,
      ...(withHardExpiry
        ? { x_refresh_token_hard_expires_in: Math.floor(hardExpiresAt.since(now).total('seconds')) }
        : {}),
    }
  }

  /** Ends a grant by either of its tokens; false when there is none. */
  revoke(token: string): boolean {
    const grant = this.#refresh.get(token) ?? this.#access.get(token)?.grant
    if (!grant || grant.dead) return false
    grant.dead = true
    return true
  }

  /** Ends every grant, or those of one company, as when a user disconnects the app inside QuickBooks. */
  revokeAll(realm: string | null): void {
    for (const grant of this.#refresh.values()) if (realm === null || grant.realm === realm) grant.dead = true
  }

  #isPast(at: Temporal.Instant): boolean {
    return Temporal.Instant.compare(this.#now(), at) >= 0
  }
}

const newRefreshToken = (): string => `AB11${randomBytes(23).toString('hex')}`

type Surroundings = {
  readonly tokens: SimulatedTokens
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
  readonly companies: () => readonly { readonly organisationId: string; readonly name: string }[]
  readonly user: { readonly name: string; readonly email: string; readonly id: string }
  readonly origin: () => string
}

/** The consent page, the token endpoint, revocation, discovery and user info. */
export async function addOAuth(app: FastifyInstance, surroundings: Surroundings): Promise<void> {
  const { tokens, companies, user } = surroundings
  await app.register(formbody)
  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('intuit_tid', `1-${randomBytes(4).toString('hex')}-${randomBytes(12).toString('hex')}`)
    void reply.header('cache-control', 'no-cache, no-store')
  })

  app.get('/connect/oauth2', (request, reply) => {
    const asked = askedOf(request.query)
    const refusal = refusalOf(asked, surroundings)
    if (refusal) return refuse(reply, refusal)
    const wrongScope =
      asked.scope.split(/\s+/).some((scope) => !SCOPES.includes(scope)) || !asked.scope.includes(ACCOUNTING)
    if (wrongScope) return back(reply, asked, { error: 'invalid_scope' })
    return reply.type('text/html; charset=utf-8').send(consentPage({ asked, companies: companies(), user }))
  })

  app.post('/connect/oauth2', (request, reply) => {
    const form = formOf(request)
    const asked = askedOf(form)
    const refusal = refusalOf(asked, surroundings)
    if (refusal) return refuse(reply, refusal)
    if (form['decision'] === 'cancel') return back(reply, asked, { error: 'access_denied' })
    const company = companies().find(({ organisationId }) => organisationId === form['company'])
    if (!company) return refuse(reply, 'Choose a company.')
    const code = tokens.consent(company.organisationId, asked.redirectUri)
    return back(reply, asked, { code, realmId: company.organisationId })
  })

  app.post('/oauth2/v1/tokens/bearer', (request, reply) => {
    if (!knowsClient(request, surroundings)) return reply.code(401).send({ error: 'invalid_client' })
    const form = formOf(request)
    const withHardExpiry = request.headers['x-include-refresh-token-hard-expires-in'] === 'true'
    if (form['grant_type'] === 'authorization_code') {
      const grant = tokens.exchange(form['code'] ?? '', form['redirect_uri'] ?? '')
      if (grant) return tokens.answer(grant, withHardExpiry)
      return reply.code(400).send({ error: 'invalid_grant', error_description: 'Invalid authorization code' })
    }
    if (form['grant_type'] === 'refresh_token') {
      const grant = tokens.renew(form['refresh_token'] ?? '')
      if (grant) return tokens.answer(grant, withHardExpiry)
      return reply.code(400).send({ error_description: 'Incorrect or invalid refresh token', error: 'invalid_grant' })
    }
    return reply.code(400).send({ error: 'unsupported_grant_type' })
  })

  app.post('/v2/oauth2/tokens/revoke', (request, reply) => {
    if (!knowsClient(request, surroundings)) return reply.code(401).send({ error: 'invalid_client' })
    const token = formOf(request)['token'] ?? ''
    return tokens.revoke(token) ? reply.code(200).send() : reply.code(400).send({ error: 'invalid_grant' })
  })

  app.get('/.well-known/openid_configuration', () => {
    const origin = surroundings.origin()
    return {
      issuer: `${origin}/op/v1`,
      authorization_endpoint: `${origin}/connect/oauth2`,
      token_endpoint: `${origin}/oauth2/v1/tokens/bearer`,
      userinfo_endpoint: `${origin}/v1/openid_connect/userinfo`,
      revocation_endpoint: `${origin}/v2/oauth2/tokens/revoke`,
      jwks_uri: `${origin}/op/v1/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid', 'email', 'profile', 'address', 'phone'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      claims_supported: ['aud', 'exp', 'iat', 'iss', 'realmid', 'sub'],
    }
  })

  app.get('/v1/openid_connect/userinfo', (request, reply) => {
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    if (tokens.realmOf(token) === null) return reply.code(401).send({ error: 'invalid_token' })
    const [givenName = '', ...rest] = user.name.split(' ')
    return { sub: user.id, email: user.email, emailVerified: true, givenName, familyName: rest.join(' ') }
  })
}

export type Asked = {
  readonly clientId: string
  readonly redirectUri: string
  readonly responseType: string
  readonly scope: string
  readonly state: string
}

function askedOf(given: unknown): Asked {
  const values = textsIn(given)
  return {
    clientId: values['client_id'] ?? '',
    redirectUri: values['redirect_uri'] ?? '',
    responseType: values['response_type'] ?? '',
    scope: values['scope'] ?? '',
    state: values['state'] ?? '',
  }
}

const formOf = (request: FastifyRequest): Readonly<Record<string, string>> => textsIn(request.body)

function textsIn(given: unknown): Readonly<Record<string, string>> {
  const read = z.record(z.string(), z.unknown()).safeParse(given)
  if (!read.success) return {}
  return Object.fromEntries(
    Object.entries(read.data).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
}

/** What must not be answered with a redirect: the address itself may be the trouble. */
function refusalOf(asked: Asked, { clientId, redirectUris }: Surroundings): string | null {
  if (asked.clientId !== clientId) return 'The app is not known here (client_id).'
  if (!redirectUris.includes(asked.redirectUri)) return 'The redirect_uri is not registered for this app.'
  if (asked.responseType !== 'code') return 'The response_type must be code.'
  return asked.state === '' ? 'The state is missing.' : null
}

const refuse = (reply: FastifyReply, text: string): FastifyReply =>
  reply.code(400).type('text/html; charset=utf-8').send(messagePage('Something is wrong with this request', text))

function back(reply: FastifyReply, asked: Asked, answer: Readonly<Record<string, string>>): FastifyReply {
  const to = new URL(asked.redirectUri)
  for (const [name, value] of Object.entries({ ...answer, state: asked.state })) to.searchParams.set(name, value)
  return reply.redirect(to.href, 302)
}

function knowsClient(request: FastifyRequest, { clientId, clientSecret }: Surroundings): boolean {
  const basic = /^Basic (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const given = Buffer.from(Buffer.from(basic, 'base64').toString('utf8'))
  const right = Buffer.from(`${clientId}:${clientSecret}`)
  return given.length === right.length && timingSafeEqual(given, right)
}
