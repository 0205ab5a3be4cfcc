import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Books } from '../books.ts'
import { consentPage, problemPage } from './pages.ts'

export type XeroOAuthOptions = {
  readonly now: () => Temporal.Instant
  readonly companies: readonly { readonly organisationId: string; readonly books: Books }[]
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
  readonly user: { readonly id: string; readonly name: string; readonly email: string }
}

/** One consent: the scopes given, and the id that its connections and tokens share. */
type Grant = { readonly scopes: readonly string[]; readonly authEventId: string; alive: boolean }
type Connection = { readonly id: string; readonly tenantId: string; authEventId: string; readonly createdAt: Temporal.Instant; updatedAt: Temporal.Instant } // prettier-ignore
type Code = { readonly grant: Grant; readonly redirectUri: string; readonly challenge: string | null; readonly until: Temporal.Instant; used: boolean } // prettier-ignore
type Refresh = { readonly grant: Grant; readonly until: Temporal.Instant; usedAt: Temporal.Instant | null; successor: Refresh | null; alive: boolean } // prettier-ignore

/** What became of a bearer token: whose it is, or why it is refused. */
export type Bearer = { readonly grant: { readonly scopes: readonly string[] }; readonly token: string } | 'unknown' | { readonly expiredAt: Temporal.Instant } // prettier-ignore

/**
 * Xero's identity service, for one user.
 *
 * Codes last 5 minutes and work once; access tokens 30 minutes; refresh tokens 60 days. Each refresh gives a new
 * refresh token, and the old one may be used again for 30 minutes as long as its successor never was.
 */
export class XeroIdentity {
  readonly #options: XeroOAuthOptions
  readonly #secret = randomBytes(32)
  readonly #codes = new Map<string, Code>()
  readonly #access = new Map<string, { grant: Grant; until: Temporal.Instant }>()
  readonly #refresh = new Map<string, Refresh>()
  readonly #connections = new Map<string, Connection>()

  constructor(options: XeroOAuthOptions) {
    this.#options = options
  }

  isConnected(organisationId: string): boolean {
    return this.#connections.has(organisationId)
  }

  /** Ends one organisation's connection, as a user does inside Xero. */
  disconnect(organisationId: string): void {
    this.#connections.delete(organisationId)
  }

  /** Ends every token and connection. */
  revokeEverything(): void {
    for (const { grant } of [...this.#refresh.values(), ...this.#access.values()]) grant.alive = false
    this.#connections.clear()
  }

  bearer(authorization: string | undefined): Bearer {
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? ''
    const known = this.#access.get(token)
    if (!known || !known.grant.alive) return 'unknown'
    if (this.#isPast(known.until)) return { expiredAt: known.until }
    return { grant: known.grant, token }
  }

  connections(authEventId: string | undefined): Readonly<Record<string, string>>[] {
    return [...this.#connections.values()]
      .filter((connection) => !authEventId || connection.authEventId === authEventId)
      .map(({ id, tenantId, authEventId: event, createdAt, updatedAt }) => ({
        id,
        authEventId: event,
        tenantId,
        tenantType: 'ORGANISATION',
        tenantName: this.#options.companies.find((company) => company.organisationId === tenantId)?.books.company.name ?? '', // prettier-ignore
        createdDateUtc: withoutZone(createdAt),
        updatedDateUtc: withoutZone(updatedAt),
      }))
  }

  /** Ends a connection by its own id; false when there is none. */
  removeConnection(id: string): boolean {
    const found = [...this.#connections.values()].find((connection) => connection.id === id)
    return found ? this.#connections.delete(found.tenantId) : false
  }

  /** The code for a consent to some organisations, which connects them. */
  consent(
    tenantIds: readonly string[],
    scopes: readonly string[],
    redirectUri: string,
    challenge: string | null,
  ): string {
    const at = this.#options.now()
    const authEventId = randomUUID()
    for (const tenantId of tenantIds) {
      const known = this.#connections.get(tenantId)
      this.#connections.set(tenantId, { id: known?.id ?? randomUUID(), tenantId, authEventId, createdAt: known?.createdAt ?? at, updatedAt: at }) // prettier-ignore
    }
    const code = randomBytes(32).toString('base64url')
    const grant: Grant = { scopes, authEventId, alive: true }
    this.#codes.set(code, { grant, redirectUri, challenge, until: at.add({ minutes: 5 }), used: false })
    return code
  }

  /** The token endpoint's answer to a code, or null for invalid_grant. A code used twice takes its tokens down with it. */
  exchange(code: string, redirectUri: string, verifier: string | undefined): object | null {
    const known = this.#codes.get(code)
    if (!known) return null
    if (known.used) known.grant.alive = false
    const challenged = known.challenge === null || (verifier !== undefined && sha256(verifier) === known.challenge)
    if (known.used || this.#isPast(known.until) || known.redirectUri !== redirectUri || !challenged) return null
    known.used = true
    return this.#issue(known.grant).answer
  }

  /** The token endpoint's answer to a refresh token, or null for invalid_grant. */
  refresh(token: string): object | null {
    const known = this.#refresh.get(token)
    if (!known || !known.alive || !known.grant.alive || this.#isPast(known.until)) return null
    if (known.usedAt) {
      const late = this.#isPast(known.usedAt.add({ minutes: 30 }))
      if (late || known.successor?.usedAt) {
        // Two parties hold tokens of one family: one of them may be a thief, so none may go on.
        known.grant.alive = false
        return null
      }
      // The answer was lost, so the token nobody got is worth nothing.
      if (known.successor) known.successor.alive = false
    }
    known.usedAt ??= this.#options.now()
    const issued = this.#issue(known.grant)
    known.successor = issued.refresh
    return issued.answer
  }

  /** Revoking a refresh token ends all of this user's connections to the app. */
  revoke(token: string): void {
    const known = this.#refresh.get(token)
    if (!known) return
    known.grant.alive = false
    this.#connections.clear()
  }

  #issue(grant: Grant): { answer: object; refresh: Refresh } {
    const at = this.#options.now()
    const { clientId, user } = this.#options
    const seconds = Math.floor(at.epochMilliseconds / 1000)
    const common = { nbf: seconds, iss: 'https://identity.xero.com', xero_userid: user.id, sub: sha256(user.id) }
    const [firstName = '', ...lastNames] = user.name.split(' ')
    const accessToken = this.#jwt({
      ...common,
      exp: seconds + 1800,
      aud: 'https://identity.xero.com/resources',
      client_id: clientId,
      jti: randomBytes(16).toString('hex'),
      authentication_event_id: grant.authEventId,
      scope: grant.scopes,
    })
    const refreshToken = randomBytes(32).toString('base64url')
    const refresh: Refresh = { grant, until: at.add({ hours: 60 * 24 }), usedAt: null, successor: null, alive: true }
    this.#access.set(accessToken, { grant, until: at.add({ seconds: 1800 }) })
    this.#refresh.set(refreshToken, refresh)
    const idToken = this.#jwt({
      ...common,
      exp: seconds + 300,
      aud: clientId,
      email: user.email,
      preferred_username: user.email,
      given_name: firstName,
      family_name: lastNames.join(' '),
      name: user.name,
    })
    const answer = {
      ...(grant.scopes.includes('openid') ? { id_token: idToken } : {}),
      access_token: accessToken,
      expires_in: 1800,
      token_type: 'Bearer',
      ...(grant.scopes.includes('offline_access') ? { refresh_token: refreshToken } : {}),
      scope: grant.scopes.join(' '),
    }
    return { answer, refresh }
  }

  #jwt(claims: object): string {
    const signed = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`
    return `${signed}.${createHmac('sha256', this.#secret).update(signed).digest('base64url')}`
  }

  #isPast(instant: Temporal.Instant): boolean {
    return Temporal.Instant.compare(this.#options.now(), instant) > 0
  }
}

/** Adds `/identity/connect/authorize`, `/connect/token`, `/connect/revocation` and `/connections`. */
export function installIdentity(app: FastifyInstance, identity: XeroIdentity, options: XeroOAuthOptions): void {
  app.get('/identity/connect/authorize', async (request, reply) => {
    const asked = { ...(request.query as Record<string, string>) }
    const problem = problemWith(asked, options)
    if (problem !== null) return await page(reply, 400, problemPage(problem))
    return await page(reply, 200, consentPage({ asked, companies: options.companies, user: options.user }))
  })

  app.post('/identity/connect/authorize', async (request, reply) => {
    const form = (request.body ?? {}) as Record<string, string | string[]>
    const asked = Object.fromEntries(Object.entries(form).map(([name, value]) => [name, String(value)]))
    const problem = problemWith(asked, options)
    if (problem !== null) return await page(reply, 400, problemPage(problem))
    const back = new URL(asked['redirect_uri'] ?? '')
    if (asked['state'] !== undefined) back.searchParams.set('state', asked['state'])
    if (asked['decision'] !== 'allow') {
      back.searchParams.set('error', 'access_denied')
      return await reply.redirect(back.href, 302)
    }
    const known = new Set(options.companies.map(({ organisationId }) => organisationId))
    const chosen = [form['organisation'] ?? []].flat().filter((id) => known.has(id))
    if (chosen.length === 0) {
      const why = 'Choose at least one organisation.'
      return await page(reply, 400, consentPage({ asked, companies: options.companies, user: options.user, why }))
    }
    const challenge = asked['code_challenge'] ?? null
    const code = identity.consent(chosen, (asked['scope'] ?? '').split(' '), asked['redirect_uri'] ?? '', challenge)
    back.searchParams.set('code', code)
    return await reply.redirect(back.href, 302)
  })

  app.post('/connect/token', async (request, reply) => {
    if (!isOurClient(request, options)) return await reply.code(401).send({ error: 'invalid_client' })
    const form = (request.body ?? {}) as Record<string, string>
    const kind = form['grant_type']
    if (kind !== 'authorization_code' && kind !== 'refresh_token') {
      return await reply.code(400).send({ error: 'unsupported_grant_type' })
    }
    const answer =
      kind === 'refresh_token'
        ? identity.refresh(form['refresh_token'] ?? '')
        : identity.exchange(form['code'] ?? '', form['redirect_uri'] ?? '', form['code_verifier'])
    return await (answer ? reply.send(answer) : reply.code(400).send({ error: 'invalid_grant' }))
  })

  app.post('/connect/revocation', async (request, reply) => {
    if (!isOurClient(request, options)) return await reply.code(401).send({ error: 'invalid_client' })
    identity.revoke(((request.body ?? {}) as Record<string, string>)['token'] ?? '')
    return await reply.code(200).send()
  })

  app.get('/connections', async (request, reply) => {
    if (!isBearer(identity, request)) return await reply.code(401).send({ Title: 'Unauthorized', Status: 401, Detail: 'AuthenticationUnsuccessful' }) // prettier-ignore
    return await reply.send(identity.connections((request.query as Record<string, string>)['authEventId']))
  })

  app.delete('/connections/:id', async (request, reply) => {
    if (!isBearer(identity, request)) return await reply.code(401).send({ Title: 'Unauthorized', Status: 401, Detail: 'AuthenticationUnsuccessful' }) // prettier-ignore
    const removed = identity.removeConnection((request.params as { id: string }).id)
    return await reply.code(removed ? 204 : 404).send()
  })
}

/** Scopes Xero has for apps made since March 2026, as far as they concern us. */
const SCOPES: ReadonlySet<string> = new Set([
  'openid', 'profile', 'email', 'offline_access', 'accounting.invoices', 'accounting.invoices.read',
  'accounting.payments', 'accounting.payments.read', 'accounting.contacts', 'accounting.contacts.read',
  'accounting.settings', 'accounting.settings.read', 'accounting.attachments', 'accounting.attachments.read',
]) // prettier-ignore

/** What is wrong with a request to consent; never redirected, because the address itself may be wrong. */
function problemWith(asked: Readonly<Record<string, string>>, options: XeroOAuthOptions): string | null {
  if (asked['client_id'] !== options.clientId) return 'unauthorized_client: unknown client'
  if (!options.redirectUris.includes(asked['redirect_uri'] ?? '')) return 'invalid_request: Invalid redirect_uri'
  if (asked['response_type'] !== 'code') return 'unsupported_response_type'
  const scopes = (asked['scope'] ?? '').split(' ').filter((scope) => scope !== '')
  const unknown = scopes.filter((scope) => !SCOPES.has(scope))
  if (scopes.length === 0 || unknown.length > 0) return `invalid_scope: ${unknown.join(' ') || 'none asked for'}`
  return null
}

function isOurClient(request: FastifyRequest, { clientId, clientSecret }: XeroOAuthOptions): boolean {
  const given = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const [id = '', secret = ''] = Buffer.from(given, 'base64').toString('utf8').split(':')
  return (
    decodeURIComponent(id) === clientId && timingSafeEqual(digest(decodeURIComponent(secret)), digest(clientSecret))
  )
}

const isBearer = (identity: XeroIdentity, request: FastifyRequest): boolean => {
  const bearer = identity.bearer(request.headers.authorization)
  return typeof bearer === 'object' && 'grant' in bearer
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** As in `2019-12-07T18:46:19.5165400`: seven digits and no zone, meaning UTC. */
const withoutZone = (at: Temporal.Instant): string => at.toString({ smallestUnit: 'millisecond' }).replace('Z', '0000')

const page = (reply: FastifyReply, status: number, body: string): FastifyReply =>
  reply.code(status).type('text/html; charset=utf-8').send(body)
