import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OAuthError } from '../../../src/ledgers/oauth.ts'
import { CLIENT, connect, consent, oauthFor, openQuickBooks, REALM, REDIRECT, type Opened } from './open.ts'
import { CANARY, RENEWED, serve, type Given } from './serve.ts'

const NOW = Temporal.Instant.from('2026-02-10T09:00:00Z')
const DAY = 24 * 3600

async function problemOf(call: Promise<unknown>): Promise<OAuthError> {
  try {
    await call
  } catch (error) {
    if (error instanceof OAuthError) return error
    throw error
  }
  throw new Error('it did not fail')
}

describe('Connecting a QuickBooks company', () => {
  let opened: Opened
  beforeEach(async () => {
    opened = await openQuickBooks()
  })
  afterEach(() => opened.close())

  it('asks for accounting, with our state and the address to come back to', () => {
    const url = new URL(opened.oauth.authorizeUrl({ state: 's-1', redirectUri: REDIRECT, codeChallenge: null }))
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: CLIENT.clientId,
      redirect_uri: REDIRECT,
      scope: 'com.intuit.quickbooks.accounting',
      state: 's-1',
    })
    expect([opened.oauth.kind, opened.oauth.usesPkce]).toEqual(['quickbooks', false])
  })

  it('brings tokens for the chosen company, with the times at which they die', async () => {
    const tokens = await connect(opened.oauth)
    expect({ ...tokens, accessToken: '', refreshToken: '' }).toEqual({
      accessToken: '',
      refreshToken: '',
      expiresAt: NOW.add({ seconds: 3600 }),
      refreshExpiresAt: NOW.add({ seconds: 100 * DAY }),
      scopes: ['com.intuit.quickbooks.accounting'],
      subject: REALM,
      person: null,
    })
  })

  it('names the company before anything is stored', async () => {
    const callback = await consent(opened.oauth)
    const tokens = await opened.oauth.exchange({
      code: callback['code'] ?? '',
      redirectUri: REDIRECT,
      codeVerifier: null,
      callback,
    })
    expect(await opened.oauth.organisations(tokens, callback)).toEqual([
      { organisationId: REALM, name: 'Ribera Garden Supplies', vendorConnectionId: null },
    ])
  })

  it('exchanges a code once: the second time kills what the first one brought', async () => {
    const callback = await consent(opened.oauth)
    const request = { code: callback['code'] ?? '', redirectUri: REDIRECT, codeVerifier: null, callback }
    const first = await opened.oauth.exchange(request)
    expect((await problemOf(opened.oauth.exchange(request))).problem).toBe('invalid-grant')
    expect((await problemOf(opened.oauth.refresh(first.refreshToken))).problem).toBe('invalid-grant')
    expect((await problemOf(opened.oauth.organisations(first, callback))).problem).toBe('rejected')
  })

  it('says so when the person declines', async () => {
    const callback = await consent(opened.oauth, { decision: 'cancel' })
    expect(callback).toEqual({ error: 'access_denied', state: 'state-1' })
    const error = await problemOf(
      opened.oauth.exchange({ code: '', redirectUri: REDIRECT, codeVerifier: null, callback }),
    )
    expect(error.problem).toBe('denied')
  })

  it.each([undefined, '', '../1', '12x'])('refuses a company id that is %j', async (realmId) => {
    const callback = { code: 'c', state: 's', ...(realmId === undefined ? {} : { realmId }) }
    const error = await problemOf(
      opened.oauth.exchange({ code: 'c', redirectUri: REDIRECT, codeVerifier: null, callback }),
    )
    expect(error.problem).toBe('rejected')
  })

  it('keeps its refresh token for a day, and then only the new one lives', async () => {
    const { refreshToken } = opened.tokens()
    opened.advance(3600)
    const sameDay = await opened.oauth.refresh(refreshToken)
    expect([sameDay.refreshToken, sameDay.accessToken === opened.tokens().accessToken]).toEqual([refreshToken, false])
    opened.advance(DAY)
    const nextDay = await opened.oauth.refresh(refreshToken)
    expect(nextDay.refreshToken === refreshToken).toBe(false)
    expect((await problemOf(opened.oauth.refresh(refreshToken))).problem).toBe('invalid-grant')
    expect((await opened.oauth.refresh(nextDay.refreshToken)).refreshToken).toBe(nextDay.refreshToken)
  })

  it('rolls the hundred days on with each refresh, and dies without', async () => {
    opened.advance(60 * DAY)
    const renewed = await opened.oauth.refresh(opened.tokens().refreshToken)
    expect(renewed.refreshExpiresAt?.toString()).toBe(NOW.add({ seconds: 160 * DAY }).toString())
    opened.advance(100 * DAY)
    expect((await problemOf(opened.oauth.refresh(renewed.refreshToken))).problem).toBe('invalid-grant')
  })

  it('tells the earlier of the two deaths when the last of five years comes near', async () => {
    let { refreshToken } = opened.tokens()
    for (let days = 0; days < 21 * 85; days += 85) {
      opened.advance(85 * DAY)
      refreshToken = (await opened.oauth.refresh(refreshToken)).refreshToken
    }
    const renewed = await opened.oauth.refresh(refreshToken)
    expect(renewed.refreshExpiresAt?.toString()).toBe(NOW.add({ seconds: 5 * 365 * DAY }).toString())
  })

  it('carries on by itself when the access token runs out', async () => {
    opened.advance(3601)
    expect((await opened.ledger.organisation()).name).toBe('Ribera Garden Supplies')
    expect(opened.refused.length).toBe(1)
  })

  it('ends at Intuit when we end it, and ending it twice is no error', async () => {
    await opened.oauth.revoke(opened.tokens().refreshToken)
    await opened.oauth.revoke(opened.tokens().refreshToken)
    await expect(opened.ledger.organisation()).rejects.toMatchObject({ problem: 'reconnect' })
  })

  it('notices a disconnect that was made inside QuickBooks', async () => {
    opened.simulator.disconnect(REALM)
    await expect(opened.ledger.organisation()).rejects.toMatchObject({ problem: 'reconnect' })
    expect((await problemOf(opened.oauth.refresh(opened.tokens().refreshToken))).problem).toBe('invalid-grant')
  })
})

describe('The token endpoint', () => {
  const tokens = { access_token: CANARY, expires_in: 3600, x_refresh_token_expires_in: 8_726_400, token_type: 'bearer' }
  const html = '<html>busy</html>'
  const table: readonly [string, Given, OAuthError['problem']][] = [
    [
      'a dead grant',
      { status: 400, body: { error: 'invalid_grant', error_description: `Token ${CANARY} invalid` } },
      'invalid-grant',
    ],
    ['a scope that the app has not', { status: 400, body: { error: 'invalid_scope' } }, 'invalid-scope'],
    ['a wrong secret', { status: 401, body: { error: 'invalid_client' } }, 'rejected'],
    ['too many calls', { status: 429, body: { error: 'busy' } }, 'unavailable'],
    ['an outage', { status: 503, body: '' }, 'unavailable'],
    ['a web page as an error', { status: 400, type: 'text/html', body: html }, 'unavailable'],
    ['a web page as an answer', { status: 200, type: 'text/html', body: html }, 'unavailable'],
    ['an answer without tokens', { status: 200, body: { expires_in: 3600 } }, 'unavailable'],
    ['a lost connection', { raw: (request) => request.socket.destroy() }, 'unavailable'],
    ['no answer in time', { raw: () => {} }, 'unavailable'],
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example/' }, body: '' }, 'unavailable'],
  ]

  it.each(table)('%s is told apart and leaks nothing', async (_name, answer, problem) => {
    const served = await serve([answer])
    const error = await problemOf(oauthFor(served.url, () => NOW, 500).refresh(RENEWED))
    expect(error.problem).toBe(problem)
    const whole = JSON.stringify(error) + inspect(error, { depth: 20, showHidden: true }) + (error.stack ?? '')
    expect(whole).not.toContain('CANARY')
    expect(whole).not.toContain(CLIENT.clientSecret)
    await served.close()
  })

  it('that gives no new refresh token leaves the old one in force', async () => {
    const served = await serve([{ body: tokens }])
    const renewed = await oauthFor(served.url, () => NOW).refresh('the-old-one')
    expect([renewed.refreshToken, renewed.refreshExpiresAt?.toString()]).toEqual([
      'the-old-one',
      NOW.add({ seconds: 8_726_400 }).toString(),
    ])
    const [request] = served.requests
    expect(request?.authorization).toBe(
      `Basic ${Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret}`).toString('base64')}`,
    )
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toMatchObject({
      grant_type: 'refresh_token',
      refresh_token: 'the-old-one',
    })
    await served.close()
  })

  it('is sent the token to end as JSON, and an outage there is told', async () => {
    const served = await serve([
      { status: 200, body: '' },
      { status: 503, body: '' },
      { status: 400, body: { error: 'invalid_request' } },
    ])
    const oauth = oauthFor(served.url, () => NOW)
    await oauth.revoke('the-old-one')
    expect(served.requests[0]).toMatchObject({ path: '/v2/oauth2/tokens/revoke', body: '{"token":"the-old-one"}' })
    expect((await problemOf(oauth.revoke('x'))).problem).toBe('unavailable')
    expect((await problemOf(oauth.revoke('x'))).problem).toBe('rejected')
    await served.close()
  })
})
