import { Books, repeatableUuids, type Company } from '../../../src/demo/books.ts'
import { startXeroSimulator, type XeroSimulator, type XeroSimulatorOptions } from '../../../src/demo/xero/server.ts'
import { LedgerError, type AllowanceSeen, type Ledger, type LedgerSession } from '../../../src/ledgers/ledger.ts'
import type { LedgerOAuth, TokenSet } from '../../../src/ledgers/oauth.ts'
import { createXeroLedger } from '../../../src/ledgers/xero/ledger.ts'
import { createXeroOAuth } from '../../../src/ledgers/xero/oauth.ts'

export const ORGANISATION_ID = '11111111-2222-4333-8444-555555555555'
export const REDIRECT_URI = 'http://localhost:3000/oauth/xero/callback'
export const CLIENT = { clientId: 'the-client', clientSecret: 'the-client-secret' }

export const COMPANY: Company = {
  name: 'Imprenta Robledo',
  legalName: 'Imprenta Robledo, S.L.',
  country: 'ES',
  baseCurrency: 'EUR',
  timeZone: 'Europe/Madrid',
  email: 'cuentas@robledo.example',
  ownReminders: false,
}

export type SimulatedXero = {
  readonly simulator: XeroSimulator
  readonly books: Books
  readonly oauth: LedgerOAuth
  readonly ledger: Ledger
  readonly session: LedgerSession
  readonly seen: AllowanceSeen[]
  readonly advance: (seconds: number) => void
  readonly now: () => Temporal.Instant
  /** Consents again, as after a disconnect, and uses the new tokens from here on. */
  readonly consent: () => Promise<TokenSet>
}

export type SimulatedXeroOptions = Partial<Pick<XeroSimulatorOptions, 'limits' | 'webhook'>> & {
  deadlineMs?: number
  company?: Company
}

/** The adapter over the simulator, connected through the real OAuth steps, on a clock that stands still. */
export async function simulatedXero(options: SimulatedXeroOptions = {}): Promise<SimulatedXero> {
  let at = Temporal.Instant.from('2026-02-02T09:00:00Z')
  const now = (): Temporal.Instant => at
  const books = new Books(options.company ?? COMPANY, repeatableUuids(7), now)
  const simulator = await startXeroSimulator({
    now,
    companies: [{ organisationId: ORGANISATION_ID, books }],
    ...CLIENT,
    redirectUris: [REDIRECT_URI],
    user: { id: 'user-1', name: 'Marta Robledo Vega', email: 'marta@robledo.example' },
    limits: options.limits ?? 'off',
    webhook: options.webhook ?? null,
  })
  const oauth = oauthFor(simulator.url, now)
  const consent = async (): Promise<TokenSet> => {
    const callback = await consentTo(oauth, [ORGANISATION_ID])
    return await oauth.exchange({
      code: callback['code'] ?? '',
      redirectUri: REDIRECT_URI,
      codeVerifier: null,
      callback,
    })
  }
  let tokens = await consent()
  const seen: AllowanceSeen[] = []
  const session: LedgerSession = {
    organisationId: ORGANISATION_ID,
    apiUrl: simulator.url,
    deadlineMs: options.deadlineMs ?? 10_000,
    accessToken: async (refused) => {
      const early = tokens.expiresAt.subtract({ minutes: 2 })
      if (refused === tokens.accessToken || Temporal.Instant.compare(at, early) >= 0) {
        try {
          tokens = { ...tokens, ...(await oauth.refresh(tokens.refreshToken)) }
        } catch {
          throw new LedgerError('reconnect', 'the tokens cannot be renewed')
        }
      }
      return tokens.accessToken
    },
    allowance: async () => async (allowance) => void seen.push(allowance),
  }
  return {
    simulator,
    books,
    oauth,
    ledger: createXeroLedger(session),
    session,
    seen,
    now,
    advance: (seconds) => {
      at = at.add({ seconds })
    },
    consent: async () => (tokens = await consent()),
  }
}

export const oauthFor = (url: string, now: () => Temporal.Instant, timeoutMs = 10_000): LedgerOAuth =>
  createXeroOAuth({
    ...CLIENT,
    authorizeUrl: `${url}/identity/connect/authorize`,
    identityUrl: url,
    apiUrl: url,
    now,
    timeoutMs,
  })

/** Walks through the consent page as a browser would and returns what came back to our address. */
export async function consentTo(
  oauth: LedgerOAuth,
  organisations: readonly string[],
  decision: 'allow' | 'deny' = 'allow',
): Promise<Record<string, string>> {
  const url = oauth.authorizeUrl({ state: 'the-state', redirectUri: REDIRECT_URI, codeChallenge: null })
  const page = await (await fetch(url)).text()
  const form = new URLSearchParams({ decision })
  for (const [, name = '', value = ''] of page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)) {
    form.append(name, unescaped(value))
  }
  for (const organisation of organisations) form.append('organisation', organisation)
  const answer = await fetch(new URL('/identity/connect/authorize', url), {
    method: 'POST',
    body: form,
    redirect: 'manual',
  })
  return Object.fromEntries(new URL(answer.headers.get('location') ?? 'about:blank').searchParams)
}

const unescaped = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))).replaceAll('&amp;', '&')
