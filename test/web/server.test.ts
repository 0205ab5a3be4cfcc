import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { receiveHints } from '../../src/flow/receive.ts'
import { asOwner } from '../support/database.ts'
import { putDocumentInForce, putPolicyInForce } from '../support/policy-in-force.ts'
import { get, openWeb, post, seedBusiness, signIn, type WebWorld } from './support.ts'

describe('The server', () => {
  let web: WebWorld
  const clock = { at: Temporal.Instant.from('2026-03-02T08:00:00Z') }

  beforeAll(async () => {
    web = await openWeb({
      testClock: {
        now: () => clock.at,
        advanceTo: async (instant) => {
          clock.at = instant
          return { synced: 1, planned: 2, sent: 3, noted: 4 }
        },
      },
    })
  })

  it('says that it lives, and whether it can serve', async () => {
    expect((await web.server.inject('/livez')).statusCode).toBe(200)
    expect((await web.server.inject('/readyz')).json()).toEqual({ ready: true })
    web.trouble.ready = 'database'
    const answer = await web.server.inject('/readyz')
    expect([answer.statusCode, answer.json()]).toEqual([503, { ready: false, why: 'database' }])
    expect((await web.server.inject('/livez')).statusCode).toBe(200)
    web.trouble.ready = null
  })

  it('shows its figures to this machine only, and not through a proxy', async () => {
    const mine = await web.server.inject({ url: '/metrics', remoteAddress: '127.0.0.1' })
    expect(mine.body).toContain('puntual_http_request_seconds_count{method="GET",route="/livez",status="200"}')
    expect((await web.server.inject({ url: '/metrics', remoteAddress: '192.0.2.7' })).statusCode).toBe(404)
    const proxied = { url: '/metrics', remoteAddress: '127.0.0.1', headers: { 'x-forwarded-for': '192.0.2.7' } }
    expect((await web.server.inject(proxied)).statusCode).toBe(404)
  })

  it('moves the test clock forward, and says what it did', async () => {
    const move = (payload: unknown, headers = {}) =>
      web.server.inject({ method: 'POST', url: '/test/clock', payload: payload as object, headers })
    const answer = await move({ now: '2026-03-03T08:00:00Z' })
    expect([answer.statusCode, answer.json()]).toEqual([200, { synced: 1, planned: 2, sent: 3, noted: 4 }])
    for (const bad of [{ now: '2026-03-03T07:59:59Z' }, { now: 'tomorrow' }, { now: 7 }, {}, []])
      expect((await move(bad)).statusCode).toBe(400)
    expect((await move({ now: '2026-03-04T08:00:00Z' }, { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403)
    expect(clock.at.toString()).toBe('2026-03-03T08:00:00Z')
  })

  it('has no clock to move in real use', async () => {
    const real = await openWeb()
    const answer = await real.server.inject({
      method: 'POST',
      url: '/test/clock',
      payload: { now: '2026-03-03T08:00:00Z' },
    })
    expect(answer.statusCode).toBe(404)
  })

  it('guards every page: policy, no framing, no sniffing, no caching, only https', async () => {
    const cookie = await signIn(web, 'owner@example.com', 'Guarded')
    for (const url of ['/', '/sign-in', '/nowhere']) {
      const { headers } = await get(web.server, url, cookie)
      expect([url, headers]).toEqual([
        url,
        expect.objectContaining({
          'content-security-policy':
            "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self';form-action 'self';frame-src 'self';base-uri 'none';object-src 'none';frame-ancestors 'none'",
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
          'referrer-policy': 'same-origin',
          'strict-transport-security': 'max-age=31536000; includeSubDomains',
          'cache-control': 'no-store',
        }),
      ])
    }
  })

  it('gives away its own style and nothing else of its folders', async () => {
    const style = await web.server.inject('/assets/app.css')
    expect([style.statusCode, style.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8'])
    expect((await web.server.inject('/assets/icon.svg')).statusCode).toBe(200)
    for (const path of [
      '/assets/',
      '/assets/htmx.js',
      '/assets/..%2fserver.ts',
      '/assets/%2e%2e/server.ts',
      '/assets/ext/ws.js',
    ]) {
      expect([path, (await web.server.inject(path)).statusCode]).toEqual([path, 404])
    }
  })

  it('takes forms and nothing else, and not too much of them', async () => {
    const cookie = await signIn(web, 'owner@example.com', 'Guarded')
    const large = await post(web.server, '/settings', cookie, { name: 'x'.repeat(70_000) })
    expect(large.statusCode).toBe(413)
    const json = await web.server.inject({ method: 'POST', url: '/stop', headers: { cookie }, payload: { a: 1 } })
    expect(json.statusCode).toBe(415)
  })

  it('answers a fault with a page that gives nothing away, and logs it once', async () => {
    const cookie = await signIn(web, 'owner@example.com', 'Guarded')
    const [guarded] = await asOwner<{ id: string }>(
      web.store.ownerUrl,
      `select id from businesses where name = 'Guarded'`,
    )
    if (!guarded) throw new Error('there is no such business')
    const at = Temporal.Instant.from('2026-01-01T00:00:00Z')
    // No release could have written this one.
    const unreadable = { policy: { ...DEFAULT_POLICY, gapBusinessDays: 29 }, document: 'canary-detail: 1\n' }
    await putDocumentInForce(web.store.db, guarded.id, unreadable, at)
    web.printed.length = 0
    const answer = await get(web.server, '/', cookie)
    expect(answer.statusCode).toBe(500)
    expect(answer.body).toContain('Something went wrong on our side')
    expect(answer.body).not.toMatch(/canary|Zod|at /)
    expect(web.printed.filter((line) => line.includes('"level":"error"'))).toHaveLength(1)
    await putPolicyInForce(web.store.db, guarded.id, {}, at)
    expect((await get(web.server, '/', cookie)).statusCode).toBe(200)
  })
})

describe('A fresh installation', () => {
  it('says what is missing and what to do, without a secret, until somebody can sign in', async () => {
    const web = await openWeb({ publicUrl: 'http://localhost:3000' })
    Object.assign(web.app.config, {
      smtpUrl: null,
      xero: { ...web.app.config.xero, app: null },
      quickbooks: { ...web.app.config.quickbooks, app: null },
    })
    expect((await get(web.server, '/', '')).headers.location).toBe('/sign-in')
    expect((await get(web.server, '/sign-in', '')).headers.location).toBe('/set-up')
    const { body } = await get(web.server, '/set-up', '')
    expect(body).toContain('npx puntual sign-in-link --email you@example.com --business "Your business"')
    expect(body).toContain('SMTP_URL')
    expect(body).not.toContain('canary')
    for (const said of [
      'http://localhost:3000/oauth/xero/callback',
      'http://localhost:3000/oauth/quickbooks/callback',
      'http://localhost:3000/webhooks/xero',
      'XERO_CLIENT_ID',
      'QUICKBOOKS_WEBHOOK_VERIFIER',
    ])
      expect(body).toContain(said)
    await signIn(web, 'first@example.com', 'First')
    expect((await get(web.server, '/set-up', '')).headers.location).toBe('/sign-in')
  })
})

describe('Webhooks and the inbox together', () => {
  it('store a repeated event once and drop organisations nobody connected', async () => {
    const web = await openWeb()
    const { businessId } = await seedBusiness(web.app.db, { business: 'Known', customer: 'x' })
    const hint = {
      organisationId: `org-${businessId}`,
      entity: 'invoice',
      entityId: 'i1',
      change: 'updated',
      happenedAt: null,
      eventKey: 'k',
    }
    expect(await receiveHints(web.app, 'xero', [hint, hint, { ...hint, organisationId: 'nobody' }])).toBe(1)
    expect(await receiveHints(web.app, 'xero', [hint])).toBe(0)
    expect(await asOwner(web.store.ownerUrl, 'select event_key from inbox')).toEqual([{ event_key: 'k' }])
  })
})
