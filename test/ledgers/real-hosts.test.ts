import nock from 'nock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { LedgerSession } from '../../src/ledgers/ledger.ts'
import { createQuickBooksLedger } from '../../src/ledgers/quickbooks/ledger.ts'
import { createQuickBooksOAuth } from '../../src/ledgers/quickbooks/oauth.ts'
import { createXeroLedger } from '../../src/ledgers/xero/ledger.ts'
import { createXeroOAuth } from '../../src/ledgers/xero/oauth.ts'

/** With nothing but ids and secrets configured, the adapters must reach the vendors themselves: their hosts, paths and headers. */
const config = readConfig({
  APP_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
  XERO_CLIENT_ID: 'xero-app',
  XERO_CLIENT_SECRET: 'xero-secret',
  QUICKBOOKS_CLIENT_ID: 'intuit-app',
  QUICKBOOKS_CLIENT_SECRET: 'intuit-secret',
})
const now = () => Temporal.Instant.from('2026-03-02T08:00:00Z')
const basic = (id: string, secret: string): string => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

const session = (organisationId: string, apiUrl: string): LedgerSession => ({
  organisationId,
  apiUrl,
  accessToken: async () => 'an-access-token',
  allowance: async () => async () => {},
  deadlineMs: 5000,
})

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  const unused = nock.pendingMocks()
  nock.cleanAll()
  nock.enableNetConnect()
  // An answer nobody asked for means that the adapter went elsewhere.
  if (unused.length > 0) throw new Error(`never asked: ${unused.join(', ')}`)
})

describe('Xero itself', () => {
  it('is asked for the organisation at api.xero.com, for the tenant, as JSON', async () => {
    nock('https://api.xero.com', {
      reqheaders: { authorization: 'Bearer an-access-token', 'xero-tenant-id': 'tenant-1', accept: /json/ },
    })
      .get('/api.xro/2.0/Organisation')
      .reply(200, {
        Organisations: [
          {
            OrganisationID: 'tenant-1',
            Name: 'Vega',
            CountryCode: 'ES',
            BaseCurrency: 'EUR',
            Timezone: 'ROMANCESTANDARDTIME',
            IsDemoCompany: false,
          },
        ],
      })
    const organisation = await createXeroLedger(session('tenant-1', config.xero.apiUrl)).organisation()
    expect(organisation).toEqual({
      id: 'tenant-1',
      name: 'Vega',
      country: 'ES',
      baseCurrency: 'EUR',
      timeZone: 'Europe/Madrid',
      isDemo: false,
    })
  })

  it('sends people to login.xero.com and refreshes at identity.xero.com with the app’s own login', async () => {
    if (!config.xero.app) throw new Error('not configured')
    const oauth = createXeroOAuth({ ...config.xero.app, ...config.xero, now })
    const address = new URL(
      oauth.authorizeUrl({
        state: 'a-state',
        redirectUri: 'https://puntual.example/oauth/xero/callback',
        codeChallenge: null,
      }),
    )
    expect(address.origin + address.pathname).toBe('https://login.xero.com/identity/connect/authorize')
    expect(address.searchParams.get('scope')?.split(' ')).toContain('accounting.invoices')
    expect(address.searchParams.get('state')).toBe('a-state')

    nock('https://identity.xero.com', { reqheaders: { authorization: basic('xero-app', 'xero-secret') } })
      .post('/connect/token', { grant_type: 'refresh_token', refresh_token: 'old' })
      .reply(200, {
        access_token: 'new-access',
        refresh_token: 'new',
        expires_in: 1800,
        token_type: 'Bearer',
        scope: 'offline_access',
      })
    const renewed = await oauth.refresh('old')
    expect([renewed.accessToken, renewed.refreshToken, renewed.expiresAt.toString()]).toEqual([
      'new-access',
      'new',
      '2026-03-02T08:30:00Z',
    ])
  })
})

describe('A Xero that does not name its user', () => {
  it('gives tokens that stand for this consent alone, so that two people’s are never mixed', async () => {
    if (!config.xero.app) throw new Error('not configured')
    const oauth = createXeroOAuth({ ...config.xero.app, ...config.xero, now })
    const consent = async (refreshToken: string): Promise<string> => {
      nock('https://identity.xero.com')
        .post('/connect/token')
        .reply(200, { access_token: 'opaque', refresh_token: refreshToken, expires_in: 1800, token_type: 'Bearer' })
      const tokens = await oauth.exchange({
        code: 'c',
        redirectUri: 'https://puntual.example/oauth/xero/callback',
        codeVerifier: null,
        callback: { code: 'c' },
      })
      return tokens.subject
    }
    const [one, other] = [await consent('first'), await consent('second')]
    expect(one).toMatch(/^consent-[0-9a-f]{32}$/)
    expect(other).not.toBe(one)
  })
})

describe('Intuit itself', () => {
  it('is asked for an invoice’s PDF at quickbooks.api.intuit.com, in the company, as a PDF', async () => {
    const pdf = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(2000, 32)])
    nock('https://quickbooks.api.intuit.com', {
      reqheaders: { authorization: 'Bearer an-access-token', accept: /pdf/ },
    })
      .get('/v3/company/9130/invoice/145/pdf')
      .query(true)
      .reply(200, pdf, { 'content-type': 'application/pdf' })
    const got = await createQuickBooksLedger(session('9130', config.quickbooks.apiUrl), { notes: 'attachable' }).pdf(
      '145',
    )
    expect(Buffer.from(got).equals(pdf)).toBe(true)
  })

  it('sends people to appcenter.intuit.com, refreshes at oauth.platform.intuit.com and revokes at developer.api.intuit.com', async () => {
    if (!config.quickbooks.app) throw new Error('not configured')
    const oauth = createQuickBooksOAuth({ ...config.quickbooks.app, ...config.quickbooks, now })
    const address = new URL(
      oauth.authorizeUrl({
        state: 'a-state',
        redirectUri: 'https://puntual.example/oauth/quickbooks/callback',
        codeChallenge: null,
      }),
    )
    expect(address.origin + address.pathname).toBe('https://appcenter.intuit.com/connect/oauth2')
    expect(address.searchParams.get('scope')).toBe('com.intuit.quickbooks.accounting')

    const login = { reqheaders: { authorization: basic('intuit-app', 'intuit-secret') } }
    nock('https://oauth.platform.intuit.com', login)
      .post('/oauth2/v1/tokens/bearer', { grant_type: 'refresh_token', refresh_token: 'old' })
      .reply(200, {
        access_token: 'new-access',
        refresh_token: 'new',
        expires_in: 3600,
        x_refresh_token_expires_in: 8_640_000,
        token_type: 'bearer',
      })
    const renewed = await oauth.refresh('old')
    expect([renewed.accessToken, renewed.refreshToken, renewed.refreshExpiresAt?.toString()]).toEqual([
      'new-access',
      'new',
      '2026-06-10T08:00:00Z',
    ])

    nock('https://developer.api.intuit.com', login).post('/v2/oauth2/tokens/revoke', { token: 'new' }).reply(200)
    await oauth.revoke('new')
  })
})
