import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'

/** Where an embedded database, generated keys and the demo live. */
export const DATA_DIRECTORY = 'data'

/** One OAuth application at a vendor; null until its id and secret are set. */
export type VendorApp = { readonly clientId: string; readonly clientSecret: string }

export type Config = {
  /** Null: start the embedded Postgres. */
  readonly databaseUrl: string | null
  readonly host: string
  readonly port: number
  /** Without a trailing slash. */
  readonly publicUrl: string
  /** 32-byte keys by name; the first one encrypts, all decrypt. */
  readonly appKeys: readonly { readonly id: string; readonly key: Buffer }[]
  readonly xero: {
    readonly app: VendorApp | null
    readonly webhookKey: string | null
    readonly authorizeUrl: string
    readonly identityUrl: string
    readonly apiUrl: string
  }
  readonly quickbooks: {
    readonly app: VendorApp | null
    readonly webhookVerifier: string | null
    readonly authorizeUrl: string
    readonly tokenUrl: string
    readonly revokeUrl: string
    readonly apiUrl: string
  }
  /** Null: the built-in mail catcher. */
  readonly smtpUrl: string | null
  readonly mailFrom: string
  /** Where the app's clock stands at the start; null for the real time. */
  readonly testClock: Temporal.Instant | null
  readonly logLevel: string
}

/** Everything that is wrong with the environment, in words a person can act on. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The environment is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

const url = (protocols: RegExp, example: string) =>
  z
    .string()
    .refine((text) => protocols.test(text) && URL.canParse(text), { error: `must be an address like ${example}` })
const web = (fallback: string) => url(/^https?:\/\//, fallback).default(fallback)
const text = z.string().trim().min(1, 'must not be empty')
/** Variables set to nothing count as unset: that is how .env files are usually left. */
const optional = <T extends z.ZodType>(schema: T) => schema.optional()

const ENVIRONMENT = z.object({
  DATABASE_URL: optional(url(/^postgres(ql)?:\/\//, 'postgres://user:password@host:5432/puntual')),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number('must be a port number').int().min(0).max(65_535).default(3000),
  PUBLIC_URL: optional(url(/^https?:\/\//, 'https://puntual.example.com')),
  APP_KEYS: optional(z.string()),
  XERO_CLIENT_ID: optional(text),
  XERO_CLIENT_SECRET: optional(text),
  XERO_WEBHOOK_KEY: optional(text),
  XERO_AUTHORIZE_URL: web('https://login.xero.com/identity/connect/authorize'),
  XERO_IDENTITY_URL: web('https://identity.xero.com'),
  XERO_API_URL: web('https://api.xero.com'),
  QUICKBOOKS_CLIENT_ID: optional(text),
  QUICKBOOKS_CLIENT_SECRET: optional(text),
  QUICKBOOKS_WEBHOOK_VERIFIER: optional(text),
  QUICKBOOKS_AUTHORIZE_URL: web('https://appcenter.intuit.com/connect/oauth2'),
  QUICKBOOKS_TOKEN_URL: web('https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer'),
  QUICKBOOKS_REVOKE_URL: web('https://developer.api.intuit.com/v2/oauth2/tokens/revoke'),
  QUICKBOOKS_API_URL: web('https://quickbooks.api.intuit.com'),
  SMTP_URL: optional(url(/^smtps?:\/\//, 'smtp://user:password@mail.example.com:587')),
  MAIL_FROM: z
    .string()
    .regex(/^([^<>\r\n]*<)?[^<>\s@]+@[^<>\s@]+>?$/, 'must be an address like "Ana Ruiz <ana@example.com>"')
    .default('Puntual <puntual@localhost.localdomain>'),
  TEST_CLOCK: optional(z.string()),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  NODE_ENV: optional(z.string()),
})

/** The names of all variables we read; a test compares them with .env.example. */
export const VARIABLES: readonly string[] = Object.keys(ENVIRONMENT.shape)

/** Reads the environment, once. Throws a ConfigError that lists everything wrong at once. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const problems: string[] = []
  // What is wrong in one variable must not hide what is wrong between others: bad ones count as unset from here on.
  const { error } = ENVIRONMENT.safeParse(given)
  for (const issue of error?.issues ?? []) {
    const [name] = issue.path
    problems.push(`${issue.path.join('.')} ${issue.message}`)
    if (typeof name === 'string') delete given[name]
  }
  const env = ENVIRONMENT.parse(given)

  const together = (names: readonly (keyof typeof env)[]): void => {
    const missing = names.filter((name) => env[name] === undefined)
    if (missing.length > 0 && missing.length < names.length) {
      problems.push(`${missing.join(' and ')} must be set as well, because the other one is`)
    }
  }
  together(['XERO_CLIENT_ID', 'XERO_CLIENT_SECRET'])
  together(['QUICKBOOKS_CLIENT_ID', 'QUICKBOOKS_CLIENT_SECRET'])
  if (env.SMTP_URL && !given['MAIL_FROM']) problems.push('MAIL_FROM must be set when SMTP_URL is')

  const appKeys = readAppKeys(env.APP_KEYS, env.NODE_ENV === 'production', problems)
  const testClock = readTestClock(env.TEST_CLOCK, problems)
  if (testClock) {
    // A clock that can be moved must never reach real customers or real books.
    const outside = [
      env.XERO_AUTHORIZE_URL, env.XERO_IDENTITY_URL, env.XERO_API_URL, env.QUICKBOOKS_AUTHORIZE_URL,
      env.QUICKBOOKS_TOKEN_URL, env.QUICKBOOKS_REVOKE_URL, env.QUICKBOOKS_API_URL, env.SMTP_URL,
    ].filter((address) => address !== undefined && !isLoopback(address)) // prettier-ignore
    if (outside.length > 0) {
      problems.push(
        `TEST_CLOCK is refused unless every ledger and SMTP address is on this machine; these are not: ${outside.map((address) => new URL(address ?? '').host).join(', ')}`,
      )
    }
  }
  if (problems.length > 0) throw new ConfigError(problems)

  const app = (id: string | undefined, secret: string | undefined): VendorApp | null =>
    id && secret ? { clientId: id, clientSecret: secret } : null
  const bare = (address: string): string => address.replace(/\/+$/, '')
  return {
    databaseUrl: env.DATABASE_URL ?? null,
    host: env.HOST,
    port: env.PORT,
    publicUrl: bare(env.PUBLIC_URL ?? `http://localhost:${env.PORT}`),
    appKeys,
    xero: {
      app: app(env.XERO_CLIENT_ID, env.XERO_CLIENT_SECRET),
      webhookKey: env.XERO_WEBHOOK_KEY ?? null,
      authorizeUrl: env.XERO_AUTHORIZE_URL,
      identityUrl: bare(env.XERO_IDENTITY_URL),
      apiUrl: bare(env.XERO_API_URL),
    },
    quickbooks: {
      app: app(env.QUICKBOOKS_CLIENT_ID, env.QUICKBOOKS_CLIENT_SECRET),
      webhookVerifier: env.QUICKBOOKS_WEBHOOK_VERIFIER ?? null,
      authorizeUrl: env.QUICKBOOKS_AUTHORIZE_URL,
      tokenUrl: env.QUICKBOOKS_TOKEN_URL,
      revokeUrl: env.QUICKBOOKS_REVOKE_URL,
      apiUrl: bare(env.QUICKBOOKS_API_URL),
    },
    smtpUrl: env.SMTP_URL ?? null,
    mailFrom: env.MAIL_FROM,
    testClock,
    logLevel: env.LOG_LEVEL,
  }
}

/** Whether an address stays on this machine. */
export function isLoopback(address: string): boolean {
  const { hostname } = new URL(address)
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

/** `name:base64,name:base64`, 32 bytes each; outside production an unset list is generated once and kept. */
function readAppKeys(given: string | undefined, production: boolean, problems: string[]): Config['appKeys'] {
  if (given === undefined && production) {
    problems.push('APP_KEYS must be set in production: "puntual-1:" followed by 32 random bytes in base64')
    return []
  }
  const list = given ?? generatedKeys()
  return list.split(',').flatMap((entry) => {
    const [id, encoded, ...rest] = entry.trim().split(':')
    const key = Buffer.from(encoded ?? '', 'base64')
    if (!id || rest.length > 0 || key.length !== 32 || !/^[\w-]{1,40}$/.test(id)) {
      problems.push(`APP_KEYS must be a list like "name:base64" of 32-byte keys; entry "${id ?? ''}" is not`)
      return []
    }
    return [{ id, key }]
  })
}

function generatedKeys(): string {
  const file = join(DATA_DIRECTORY, 'app-keys')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  mkdirSync(DATA_DIRECTORY, { recursive: true, mode: 0o700 })
  const keys = `generated-1:${randomBytes(32).toString('base64')}`
  writeFileSync(file, `${keys}\n`, { mode: 0o600, flag: 'wx' })
  return keys
}

function readTestClock(given: string | undefined, problems: string[]): Temporal.Instant | null {
  if (given === undefined) return null
  try {
    return Temporal.Instant.from(given)
  } catch {
    problems.push('TEST_CLOCK must be an ISO instant like 2026-03-02T08:00:00Z')
    return null
  }
}
