import { LedgerError, type LedgerProblem } from '../ledger.ts'

/** One answer as it came: a JSON body parsed, anything else as text. */
export type Answer = {
  readonly status: number
  readonly contentType: string
  readonly retryAfter: string | null
  readonly correlationId: string | null
  readonly body: unknown
}

/** What Intuit says went wrong. It writes the same thing in upper and lower case, and in XML from its gateway. */
type Failure = {
  readonly code: number | null
  readonly message: string
  readonly detail: string
  readonly type: string
}

/** Intuit promises no Retry-After and asks to wait a minute (its page on limits). */
const WAIT_SECONDS = 60

const CODE = {
  unauthorised: 3200,
  forbidden: 3100,
  throttled: 3001,
  notFound: 610,
  stale: 5010,
  subscriptionEnded: 6190,
  systemFailure: 10_000,
}

/**
 * What an answer means for the caller, or null when it is a good one. The message is rebuilt from the vendor's words
 * without anything that looks like a token: the detail of a 401 contains the expired one.
 */
export function errorFor(answer: Answer, accessToken: string): LedgerError | null {
  const failures = failuresIn(answer.body)
  const good = answer.status >= 200 && answer.status < 300
  if (good && failures.length === 0) return null
  const codes = failures.map(({ code }) => code)
  const problem = problemOf(answer, failures)
  const details = {
    status: answer.status,
    correlationId: answer.correlationId,
    retryAfterSeconds: problem === 'slow-down' ? retryAfterSeconds(answer) : null,
  }
  if (codes.includes(CODE.subscriptionEnded)) {
    return new LedgerError(problem, 'The QuickBooks subscription of this company has ended', details)
  }
  return new LedgerError(problem, messageFor(problem, answer, failures, accessToken), details)
}

/** Whether the access token was refused, so that a renewed one may do better. */
export const refusesToken = (answer: Answer): boolean =>
  answer.status === 401 || failuresIn(answer.body).some(({ code }) => code === CODE.unauthorised)

/** Whether somebody else changed the record first. */
export const isStale = (answer: Answer): boolean => failuresIn(answer.body).some(({ code }) => code === CODE.stale)

/** Seconds to keep away after a refusal for too many calls. */
export function retryAfterSeconds(answer: Answer): number {
  const seconds = Number(answer.retryAfter ?? Number.NaN)
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : WAIT_SECONDS
}

/** Whether the answer is a refusal for too many calls; an older gateway says so with a 403. */
export const isThrottled = (answer: Answer): boolean =>
  answer.status === 429 || failuresIn(answer.body).some(({ code }) => code === CODE.throttled)

/** An answer that never came. The SDK's own error carries the bearer token, so only its code is kept. */
export function noAnswer(error: unknown, timedOut: boolean): LedgerError {
  if (timedOut) return new LedgerError('unavailable', 'QuickBooks did not answer in time')
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null
  const known = typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? `: ${code}` : ''
  return new LedgerError('unavailable', `The connection to QuickBooks failed${known}`)
}

function problemOf(answer: Answer, failures: readonly Failure[]): LedgerProblem {
  const { status } = answer
  const has = (code: number): boolean => failures.some((failure) => failure.code === code)
  if (isThrottled(answer)) return 'slow-down'
  if (status === 401 || has(CODE.unauthorised)) return 'reconnect'
  if (has(CODE.forbidden) || has(CODE.subscriptionEnded)) return 'reconnect'
  if (has(CODE.notFound)) return 'not-found'
  // Whoever changed it first is done by the time we read it again.
  if (has(CODE.stale)) return 'unavailable'
  if (has(CODE.systemFailure) || failures.some(({ type }) => /^(system|service)/i.test(type))) return 'unavailable'
  // A web page is a gateway talking, not QuickBooks about this record.
  if (failures.length === 0 && typeof answer.body === 'string' && answer.body.trim() !== '') return 'unavailable'
  if (status === 403) return 'reconnect'
  if (status === 404) return 'not-found'
  if (status === 408 || status >= 500 || (status >= 300 && status < 400)) return 'unavailable'
  return 'rejected'
}

function messageFor(problem: LedgerProblem, answer: Answer, failures: readonly Failure[], accessToken: string): string {
  if (problem === 'reconnect') {
    return answer.status === 401
      ? 'QuickBooks no longer accepts our access'
      : 'QuickBooks does not allow us into this company'
  }
  const said = failures
    .map(
      ({ code, message, detail }) =>
        [message, detail].filter((part) => part !== '').join(': ') + (code === null ? '' : ` (code ${code})`),
    )
    .join('; ')
  if (said === '') return `QuickBooks answered with status ${answer.status}`
  return `QuickBooks: ${redacted(said, accessToken)}`
}

/** No token, no novel: long unbroken runs are what tokens look like, and some details list every field there is. */
function redacted(text: string, accessToken: string): string {
  const without = accessToken === '' ? text : text.replaceAll(accessToken, '…')
  const short = without
    .replaceAll(/[\w.~+/=-]{24,}/g, '…')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return short.length > 300 ? `${short.slice(0, 299)}…` : short
}

function failuresIn(body: unknown): Failure[] {
  if (typeof body === 'string') return failuresInXml(body)
  const fault = field(body, 'Fault') ?? field(body, 'fault')
  const errors = field(fault, 'Error') ?? field(fault, 'error')
  if (!Array.isArray(errors)) return []
  const type = text(field(fault, 'type'))
  return errors.map((error: unknown) => ({
    code: codeOf(field(error, 'code')),
    message: text(field(error, 'Message') ?? field(error, 'message')),
    detail: text(field(error, 'Detail') ?? field(error, 'detail')),
    type,
  }))
}

const failuresInXml = (body: string): Failure[] =>
  body.includes('<Fault')
    ? [...body.matchAll(/<Error\b[^>]*\bcode="(\w+)"/g)].map((match) => ({
        code: codeOf(match[1]),
        message: '',
        detail: '',
        type: '',
      }))
    : []

/** Codes come as numbers and as text, with and without leading zeros: 3001, '3001', '003001'. */
function codeOf(value: unknown): number | null {
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN
  return Number.isInteger(number) ? number : null
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
