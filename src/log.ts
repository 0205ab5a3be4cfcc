import { pino, type DestinationStream } from 'pino'
import type { Log } from './flow/dependencies.ts'

/**
 * Makes the logger: one JSON line per entry, to standard output unless told otherwise.
 *
 * Whatever it is handed, it never prints tokens, codes, cookies, keys or bodies: known names are hidden wherever
 * they stand, errors are reduced to their safe parts, and the finished line is searched for what secrets look like.
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  const settings = {
    level,
    base: null,
    timestamp: () => `,"time":"${Temporal.Now.instant().toString({ smallestUnit: 'millisecond' })}"`,
    formatters: { level: (label: string) => ({ level: label }), log: (facts: object) => withoutSecrets(facts) },
    hooks: { streamWrite: scrub },
  }
  return destination ? pino(settings, destination) : pino(settings)
}

const HIDDEN = '[hidden]'
/** Nothing we log on purpose is nested deeper; an SDK's error object is. */
const DEEPEST = 4

/** Names whose values are never printed, compared without case, dashes and underscores. */
const SECRET_NAMES = new Set([
  'accesstoken', 'apikey', 'appkeys', 'authorization', 'body', 'bodytext', 'clientsecret', 'codechallenge',
  'codeverifier', 'cookie', 'cookies', 'databaseurl', 'html', 'idtoken', 'intuitsignature', 'password',
  'proxyauthorization', 'query', 'querystring', 'rawbody', 'refreshtoken', 'secret', 'session', 'sessionid',
  'setcookie', 'signature', 'smtpurl', 'state', 'text', 'token', 'tokens', 'verifiertoken', 'webhookkey',
  'webhookverifier', 'xxerosignature',
]) // prettier-ignore

function withoutSecrets(facts: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, printable(name, value, 0)]))
}

function printable(name: string, value: unknown, depth: number): unknown {
  const plainName = name.toLowerCase().replaceAll(/[-_]/g, '')
  if (SECRET_NAMES.has(plainName) && value !== null && value !== undefined) return HIDDEN
  // An OAuth code opens a ledger; an HTTP status, a Postgres or system error code explains a problem.
  if (plainName === 'code' && !isErrorCode(value)) return HIDDEN
  if (value instanceof Error) return printableError(value, depth)
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value
  if (depth >= DEEPEST) return '[deeper]'
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => printable('', item, depth + 1))
  if (value instanceof Uint8Array) return `[${value.length} bytes]`
  if ('toJSON' in value && typeof value.toJSON === 'function') return readable(value.toJSON())
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, printable(key, inner, depth + 1)]))
}

/** Instants, days and addresses turn themselves into text; anything that turns into more is not looked at. */
const readable = (json: unknown): unknown => (typeof json === 'object' ? '[object]' : json)

/** Only what an error says about itself: the objects that SDKs hang on their errors carry bearer tokens. */
function printableError(error: Error, depth: number): Record<string, unknown> {
  const { code, problem, status, correlationId } = error as unknown as Record<string, unknown>
  return {
    name: error.name,
    message: error.message,
    ...(isErrorCode(code) && { code }),
    ...(typeof problem === 'string' && { problem }),
    ...(typeof status === 'number' && { status }),
    ...(typeof correlationId === 'string' && { correlationId }),
    stack: error.stack?.split('\n').slice(1, 12).join('\n'),
    ...(error.cause instanceof Error && depth < DEEPEST && { cause: printableError(error.cause, depth + 1) }),
  }
}

const isErrorCode = (code: unknown): boolean =>
  typeof code === 'number' ||
  (typeof code === 'string' && /^(\d{3}|[0-9A-Z]{5}|E[A-Z]{3,}|[A-Z]+(_[A-Z0-9]+)+)$/.test(code))

/** What secrets look like in a text that somebody else wrote, such as an error's message. */
const SECRET_SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
  [/\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)?/g, HIDDEN],
  [
    /\b((?:access_|refresh_|id_)?token|code|state|client_secret|code_verifier|password|realmId)=[^&\s"'\\]+/gi,
    `$1=${HIDDEN}`,
  ],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@:"']*:[^\s/@"']+@/gi, `$1${HIDDEN}@`],
  [/(\/sign-in\/)[\w-]{20,}/g, `$1${HIDDEN}`],
]

const scrub = (line: string): string =>
  SECRET_SHAPES.reduce((text, [shape, instead]) => text.replaceAll(shape, instead), line)
