import { Books, runningIds } from '../../../src/demo/books.ts'
import type { SimulatedLimitRules } from '../../../src/demo/limits.ts'
import { startQuickBooksSimulator, type QuickBooksSimulator } from '../../../src/demo/quickbooks/server.ts'
import type { WebhookTarget } from '../../../src/demo/quickbooks/webhooks.ts'
import { LedgerError, type AllowanceSeen, type Ledger, type LedgerSession } from '../../../src/ledgers/ledger.ts'
import type { LedgerOAuth, TokenSet } from '../../../src/ledgers/oauth.ts'
import { createQuickBooksLedger } from '../../../src/ledgers/quickbooks/ledger.ts'
import type { NotePlace } from '../../../src/ledgers/quickbooks/notes.ts'
import { createQuickBooksOAuth } from '../../../src/ledgers/quickbooks/oauth.ts'

export const REALM = '9130350000000001'
export const REDIRECT = 'http://127.0.0.1:3000/oauth/quickbooks/callback'
export const CLIENT = { clientId: 'ABclient', clientSecret: 'a-secret-of-the-app' }

type Given = {
  notes?: NotePlace
  limits?: SimulatedLimitRules | 'off'
  webhook?: WebhookTarget
  deadlineMs?: number
  country?: string
  baseCurrency?: string
}

export type Opened = {
  readonly books: Books
  readonly simulator: QuickBooksSimulator
  readonly oauth: LedgerOAuth
  readonly ledger: Ledger
  readonly session: LedgerSession
  /** What each call's end told the allowance. */
  readonly seen: AllowanceSeen[]
  /** The tokens that were asked to be renewed. */
  readonly refused: string[]
  tokens(): TokenSet
  advance(seconds: number): void
  close(): Promise<void>
}

/** The real adapter, connected through the real consent, over a simulated QuickBooks with empty books. */
export async function openQuickBooks(given: Given = {}): Promise<Opened> {
  let now = Temporal.Instant.from('2026-02-10T09:00:00Z')
  const books = new Books(
    {
      name: 'Ribera Garden Supplies',
      legalName: 'Ribera Garden Supplies Ltd',
      country: given.country ?? 'GB',
      baseCurrency: given.baseCurrency ?? 'GBP',
      timeZone: 'Europe/London',
      email: 'office@ribera.example',
      ownReminders: false,
    },
    runningIds(),
    () => now,
  )
  const simulator = await startQuickBooksSimulator({
    now: () => now,
    companies: [{ organisationId: REALM, books }],
    ...CLIENT,
    redirectUris: [REDIRECT],
    limits: given.limits ?? 'off',
    webhook: given.webhook ?? null,
    user: { id: 'user-1', name: 'Ana Ribera', email: 'ana@ribera.example' },
  })
  const oauth = oauthFor(simulator.url, () => now)
  let tokens = await connect(oauth)
  const seen: AllowanceSeen[] = []
  const refused: string[] = []
  const session: LedgerSession = {
    organisationId: REALM,
    apiUrl: simulator.url,
    deadlineMs: given.deadlineMs ?? 20_000,
    accessToken: async (old) => {
      if (old !== undefined) {
        refused.push(old)
        try {
          tokens = { ...tokens, ...(await oauth.refresh(tokens.refreshToken)) }
        } catch {
          throw new LedgerError('reconnect', 'The connection was lost')
        }
      }
      return tokens.accessToken
    },
    allowance: async () => async (end) => {
      seen.push(end)
    },
  }
  return {
    books,
    simulator,
    oauth,
    session,
    seen,
    refused,
    ledger: createQuickBooksLedger(session, { notes: given.notes ?? 'attachable' }),
    tokens: () => tokens,
    advance: (seconds) => {
      now = now.add({ seconds })
    },
    close: () => simulator.close(),
  }
}

export const oauthFor = (url: string, now: () => Temporal.Instant, timeoutMs = 25_000): LedgerOAuth =>
  createQuickBooksOAuth({
    ...CLIENT,
    authorizeUrl: `${url}/connect/oauth2`,
    tokenUrl: `${url}/oauth2/v1/tokens/bearer`,
    revokeUrl: `${url}/v2/oauth2/tokens/revoke`,
    apiUrl: url,
    now,
    timeoutMs,
  })

/** A person's consent, by plain HTTP: opens the page, presses the button, comes back with what Intuit adds. */
export async function consent(
  oauth: LedgerOAuth,
  form: Readonly<Record<string, string>> = { company: REALM, decision: 'connect' },
): Promise<Record<string, string>> {
  const address = new URL(oauth.authorizeUrl({ state: 'state-1', redirectUri: REDIRECT, codeChallenge: null }))
  const page = await (await fetch(address)).text()
  const hidden = [...page.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map((match): [string, string] => [
    match[1] ?? '',
    (match[2] ?? '').replaceAll('&#x2F;', '/').replaceAll('&amp;', '&'),
  ])
  const answer = await fetch(new URL(address.pathname, address.origin), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams([...hidden, ...Object.entries(form)]),
  })
  const to = answer.headers.get('location')
  if (to === null) throw new Error(`no redirect but ${answer.status}: ${await answer.text()}`)
  return Object.fromEntries(new URL(to).searchParams)
}

export async function connect(oauth: LedgerOAuth): Promise<TokenSet> {
  const callback = await consent(oauth)
  return oauth.exchange({ code: callback['code'] ?? '', redirectUri: REDIRECT, codeVerifier: null, callback })
}
