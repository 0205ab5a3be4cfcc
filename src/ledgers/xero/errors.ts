import { LedgerError, type AllowanceSeen } from '../ledger.ts'

/** One answer of Xero's, before anybody believes it. */
export type XeroAnswer = {
  readonly status: number
  readonly header: (name: string) => string | null
  readonly body: Buffer
}

/**
 * What an answer other than 2xx means for the caller.
 *
 * Shapes as recorded: a gateway's `{Title, Detail}` for 401 and 403 (key case varies), the API's
 * `{ErrorNumber, Message, Elements[].ValidationErrors[].Message}` for 400, an empty body for 429.
 */
export function errorFromAnswer(answer: XeroAnswer, secret: string): LedgerError {
  const { status } = answer
  const said = cleaned(messageIn(answer.body), secret)
  const details = { status, correlationId: correlationId(answer) }
  const because = said === '' ? '' : `: ${said}`
  switch (status) {
    case 401:
      return new LedgerError('reconnect', `Xero no longer accepts our access${because}`, details)
    case 403:
      return new LedgerError('reconnect', `Xero no longer lets us into this organisation${because}`, details)
    case 404:
      return new LedgerError('not-found', `Xero has no such record${because}`, details)
    case 429: {
      const { limit, retryAfterSeconds } = refusal(answer)
      return new LedgerError('slow-down', `Xero's limit is reached (${limit})`, { ...details, retryAfterSeconds })
    }
    default:
      if (status === 408 || status >= 500 || status < 400) {
        const retryAfterSeconds = retryAfter(answer)
        return new LedgerError('unavailable', `Xero answered ${status}${because}`, { ...details, retryAfterSeconds })
      }
      return new LedgerError('rejected', `Xero refused (${status})${because}`, details)
  }
}

/** Xero did not answer, or not in time, or hung up in the middle. */
export function errorFromSilence(how: string, secret: string): LedgerError {
  if (how.startsWith('maxContentLength')) return new LedgerError('rejected', 'Xero sent more than we take')
  return new LedgerError('unavailable', `Xero gave no whole answer: ${cleaned(how, secret) || 'connection lost'}`)
}

/** What the headers of an answer say about the allowance. */
export function allowanceSeen(answer: XeroAnswer): AllowanceSeen {
  return {
    remainingThisMinute: count(answer.header('x-minlimit-remaining')),
    remainingToday: count(answer.header('x-daylimit-remaining')),
    refused: answer.status === 429 ? refusal(answer) : null,
    tokenAccepted: answer.status < 400,
  }
}

export const correlationId = (answer: XeroAnswer): string | null => {
  const id = answer.header('xero-correlation-id')
  return id !== null && /^[\w-]{1,64}$/.test(id) ? id : null
}

/** The answer in what xero-node resolves or rejects with as an object; word of none when there is none in it. */
export function readAnswer(wrapped: unknown): XeroAnswer | string {
  const response = isRecord(wrapped) && isRecord(wrapped['response']) ? wrapped['response'] : {}
  const status = Number(response['status'] ?? response['statusCode'] ?? 0)
  const body = response['data'] ?? response['body'] ?? ''
  if (!(status > 0)) return typeof body === 'string' ? body : 'connection lost'
  return { status, header: headerReader(response['headers']), body: bytesOf(body) }
}

/**
 * Reads what xero-node rejects with: an answer in one of its wrappings, or word of none.
 *
 * It rejects with a JSON string for what axios throws, with an object for a status that axios let pass, and with
 * an Error for an argument it missed. A body that was bytes comes back as `{type: 'Buffer', data: [...]}`.
 */
export function readRejection(thrown: unknown): XeroAnswer | string {
  // The SDK missing an argument is our mistake, and no answer of Xero's.
  if (thrown instanceof Error) throw new LedgerError('rejected', cleaned(thrown.message, ''))
  if (typeof thrown !== 'string') return readAnswer(thrown)
  const answer = readAnswer(parsed(thrown) ?? { response: { body: thrown } })
  // A connection lost in the middle of the body still tells the 200 it began with: that is no success.
  if (typeof answer === 'object' && answer.status < 400) return answer.body.toString('utf8').slice(0, 200)
  return answer
}

/** Looks a header up whatever its case; axios and the SDK's own copy both pass. */
function headerReader(headers: unknown): (name: string) => string | null {
  const lower = new Map<string, string>()
  if (isRecord(headers)) {
    for (const [name, value] of Object.entries(headers)) {
      if (typeof value === 'string' || typeof value === 'number') lower.set(name.toLowerCase(), String(value))
    }
  }
  return (name) => lower.get(name.toLowerCase()) ?? null
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body
  if (typeof body === 'string') return Buffer.from(body)
  if (isRecord(body) && body['type'] === 'Buffer' && Array.isArray(body['data'])) {
    return Buffer.from(body['data'].filter((byte) => typeof byte === 'number'))
  }
  return Buffer.from(JSON.stringify(body ?? null))
}

/** Which limit was hit and for how long, from `X-Rate-Limit-Problem` and `Retry-After`. */
function refusal(answer: XeroAnswer): NonNullable<AllowanceSeen['refused']> {
  const problem = (answer.header('x-rate-limit-problem') ?? '').toLowerCase().replace(/[^a-z]/g, '')
  const limit = LIMITS[problem] ?? 'unknown'
  return { limit, retryAfterSeconds: retryAfter(answer) ?? WITHOUT_WORD[limit] }
}

const LIMITS: Readonly<Record<string, NonNullable<AllowanceSeen['refused']>['limit']>> = {
  minute: 'minute', day: 'day', daily: 'day', concurrent: 'concurrent', appminute: 'app', app: 'app',
} // prettier-ignore

/** Xero gives Retry-After for the minute and the day only; a call that was one too many at once may soon try again. */
const WITHOUT_WORD = { minute: 60, day: 3600, concurrent: 2, app: 60, unknown: 60 } as const

function retryAfter(answer: XeroAnswer): number | null {
  const word = answer.header('retry-after')
  if (word === null) return null
  const seconds = Number(word)
  if (Number.isFinite(seconds)) return Math.max(1, Math.ceil(seconds))
  const sent = Date.parse(answer.header('date') ?? '')
  const until = Date.parse(word)
  return Number.isNaN(sent) || Number.isNaN(until) ? null : Math.max(1, Math.ceil((until - sent) / 1000))
}

const count = (text: string | null): number | null => (text !== null && /^\d+$/.test(text) ? Number(text) : null)

/** Every message in an error body that was meant for people. */
function messageIn(body: Buffer): string {
  const read = body.byteLength > 1_000_000 ? null : parsed(body.toString('utf8'))
  if (!isRecord(read)) return ''
  const elements = Array.isArray(read['Elements']) ? read['Elements'] : []
  const errors = [read, ...elements].flatMap((element) =>
    isRecord(element) && Array.isArray(element['ValidationErrors']) ? element['ValidationErrors'] : [],
  )
  const precise = errors.map((error) => (isRecord(error) ? error['Message'] : null)).filter(isText)
  if (precise.length > 0) return [...new Set(precise)].join('; ')
  const general = ['Message', 'message', 'Detail', 'detail', 'Title', 'title'].map((key) => read[key])
  return general.find((text): text is string => isText(text) && text !== '') ?? ''
}

/** One printable line of bearable length in which the token cannot occur. */
const cleaned = (text: string, secret: string): string =>
  (secret === '' ? text : text.replaceAll(secret, '…'))
    .replace(/bearer\s+\S+/gi, 'bearer …')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 500)

const isText = (value: unknown): value is string => typeof value === 'string'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
