import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OAuthError } from '../../../src/ledgers/oauth.ts'
import { XERO_SCOPES } from '../../../src/ledgers/xero/oauth.ts'
import { CLIENT, consentTo, oauthFor, ORGANISATION_ID, REDIRECT_URI, simulatedXero, type SimulatedXero } from './simulated.ts' // prettier-ignore
import { always, startStub } from './stub.ts'

let xero: SimulatedXero
beforeEach(async () => {
  xero = await simulatedXero()
})
afterEach(async () => await xero.simulator.close())

async function problemOf(call: Promise<unknown>): Promise<OAuthError> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(OAuthError)
  return error as OAuthError
}

describe('Connecting Xero', () => {
  it('asks for what the product needs and nothing else', () => {
    const url = new URL(xero.oauth.authorizeUrl({ state: 's', redirectUri: REDIRECT_URI, codeChallenge: null }))
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: CLIENT.clientId,
      redirect_uri: REDIRECT_URI,
      scope: 'openid profile email offline_access accounting.invoices accounting.payments.read accounting.contacts.read accounting.settings.read',
      state: 's',
    }) // prettier-ignore
  })

  it('gives tokens, whose they are, and what they reach', async () => {
    const tokens = await xero.consent()
    expect({ ...tokens, accessToken: tokens.accessToken.split('.').length, refreshToken: tokens.refreshToken.length > 20 }).toEqual({
      accessToken: 3,
      refreshToken: true,
      expiresAt: xero.now().add({ minutes: 30 }),
      refreshExpiresAt: xero.now().add({ hours: 60 * 24 }),
      scopes: XERO_SCOPES,
      subject: 'user-1',
      person: { name: 'Marta Robledo Vega', email: 'marta@robledo.example' },
    }) // prettier-ignore
    const reached = await xero.oauth.organisations(tokens, {})
    expect(reached.map(({ organisationId, name }) => [organisationId, name])).toEqual([[ORGANISATION_ID, 'Imprenta Robledo']]) // prettier-ignore
  })

  it('says so when the person said no', async () => {
    const callback = await consentTo(xero.oauth, [ORGANISATION_ID], 'deny')
    expect(callback).toEqual({ state: 'the-state', error: 'access_denied' })
    const exchange = xero.oauth.exchange({ code: '', redirectUri: REDIRECT_URI, codeVerifier: null, callback })
    expect((await problemOf(exchange)).problem).toBe('denied')
  })

  it('a code works once, and soon', async () => {
    const callback = await consentTo(xero.oauth, [ORGANISATION_ID])
    const exchange = () =>
      xero.oauth.exchange({ code: callback['code'] ?? '', redirectUri: REDIRECT_URI, codeVerifier: null, callback })
    await exchange()
    expect((await problemOf(exchange())).problem).toBe('invalid-grant')

    const late = await consentTo(xero.oauth, [ORGANISATION_ID])
    xero.advance(301)
    const tooLate = xero.oauth.exchange({ code: late['code'] ?? '', redirectUri: REDIRECT_URI, codeVerifier: null, callback: late }) // prettier-ignore
    expect((await problemOf(tooLate)).problem).toBe('invalid-grant')
  })

  it('rotates refresh tokens, and takes the old one again while its successor was never used', async () => {
    const { oauth } = xero
    const first = (await xero.consent()).refreshToken
    const lost = await oauth.refresh(first)
    xero.advance(29 * 60)
    const second = await oauth.refresh(first)
    expect(second.refreshToken === first).toBe(false)
    expect((await problemOf(oauth.refresh(lost.refreshToken))).problem).toBe('invalid-grant')
    await oauth.refresh(second.refreshToken)
    expect((await problemOf(oauth.refresh(first))).problem).toBe('invalid-grant')
  })

  it('revoking ends everything, disconnecting one organisation', async () => {
    const { oauth, simulator, ledger } = xero
    const tokens = await xero.consent()
    const [reached] = await oauth.organisations(tokens, {})
    await oauth.disconnect(tokens, reached?.vendorConnectionId ?? null)
    await oauth.disconnect(tokens, reached?.vendorConnectionId ?? null)
    expect(await oauth.organisations(tokens, {})).toEqual([])
    await expect(ledger.organisation()).rejects.toMatchObject({ problem: 'reconnect', status: 403 })

    const again = await xero.consent()
    expect((await ledger.organisation()).name).toBe('Imprenta Robledo')
    simulator.disconnect(ORGANISATION_ID)
    await expect(ledger.organisation()).rejects.toMatchObject({ problem: 'reconnect', status: 403 })

    await oauth.revoke(again.refreshToken)
    expect((await problemOf(oauth.refresh(again.refreshToken))).problem).toBe('invalid-grant')
    await expect(ledger.organisation()).rejects.toMatchObject({ problem: 'reconnect' })
  })

  it('keeps the old refresh token when none comes back, and survives tokens that are no JWT', async () => {
    const stub = await startStub((request, response) =>
      request.url?.startsWith('/connections')
        ? always(200, [
            { id: 'c1', tenantId: 't1', tenantType: 'ORGANISATION', tenantName: 'One' },
            { id: 'c2', tenantId: 't2', tenantType: 'PRACTICE', tenantName: 'An accountant' },
            { id: 'c3', tenantId: 't3', tenantType: 'ORGANISATION' },
          ])(request, response)
        : always(200, { access_token: 'opaque', expires_in: '1800', token_type: 'Bearer' })(request, response),
    )
    const oauth = oauthFor(stub.url, xero.now)
    const renewed = await oauth.refresh('old')
    expect([renewed.refreshToken, renewed.scopes]).toEqual(['old', []])
    const reached = await oauth.organisations({ ...renewed, subject: 's', person: null }, {})
    expect([reached, stub.requests.at(-1)?.path]).toEqual([
      [
        { organisationId: 't1', name: 'One', vendorConnectionId: 'c1' },
        { organisationId: 't3', name: 't3', vendorConnectionId: 'c3' },
      ],
      '/connections',
    ])
    expect(stub.requests[0]?.headers.authorization?.startsWith('Basic ')).toBe(true)
    await stub.close()
  })
})

describe('When Xero’s sign-in service fails', () => {
  it.each([
    [400, { error: 'invalid_grant' }, 'invalid-grant'],
    [400, { error: 'invalid_scope' }, 'invalid-scope'],
    [400, { error: 'invalid_request' }, 'rejected'],
    [401, { error: 'invalid_client' }, 'rejected'],
    [429, '', 'unavailable'],
    [500, '', 'unavailable'],
    [503, '<html>', 'unavailable'],
    [200, { hello: 'world' }, 'rejected'],
  ])('%i %j is %s, and no error carries a secret', async (status, body, problem) => {
    const stub = await startStub(always(status, body))
    const oauth = oauthFor(stub.url, xero.now)
    const errors = [
      await problemOf(oauth.refresh('canary-refresh')),
      await problemOf(oauth.exchange({ code: 'canary-code', redirectUri: REDIRECT_URI, codeVerifier: null, callback: {} })),
    ]
    await stub.close()
    expect(errors.map((error) => error.problem)).toEqual([problem, problem])
    for (const error of errors) {
      const everything = [JSON.stringify(error), inspect(error, { showHidden: true, depth: 20 }), error.stack].join('\n')
      expect(everything).not.toMatch(/canary|the-client-secret/)
    }
  }) // prettier-ignore

  it('no answer in time, a reset and nobody there are for later', async () => {
    const silent = await startStub(() => {})
    expect((await problemOf(oauthFor(silent.url, xero.now, 200).refresh('r'))).problem).toBe('unavailable')
    const tokens = await xero.consent()
    expect((await problemOf(oauthFor(silent.url, xero.now, 200).organisations(tokens, {}))).problem).toBe('unavailable')
    await silent.close()
    expect((await problemOf(oauthFor(silent.url, xero.now).refresh('r'))).problem).toBe('unavailable')
    const resetting = await startStub((request) => request.socket.resetAndDestroy())
    expect((await problemOf(oauthFor(resetting.url, xero.now).refresh('r'))).problem).toBe('unavailable')
    await resetting.close()
  })

  it('an access token that is refused asks for new consent', async () => {
    const tokens = await xero.consent()
    xero.simulator.revokeEverything()
    expect((await problemOf(xero.oauth.organisations(tokens, {}))).problem).toBe('invalid-grant')
  })
})
