import type { AccountingApi } from 'xero-node/dist/gen/api/accountingApi.js'
import { LedgerError, type AllowanceSeen, type LedgerSession } from '../ledger.ts'
import { allowanceSeen, correlationId, errorFromAnswer, errorFromSilence, readAnswer, readRejection, type XeroAnswer } from './errors.ts' // prettier-ignore

/** One call through the SDK. `headers` go on the request; the SDK's own body of the answer is never used. */
export type XeroCall = (
  api: AccountingApi,
  organisationId: string,
  options: { headers: Record<string, string> },
) => Promise<unknown>

export type XeroClient = {
  /** The parsed JSON of a 2xx answer, or null for 304. Throws LedgerError. */
  readonly json: (call: XeroCall, headers?: Readonly<Record<string, string>>) => Promise<unknown>
  /** A 2xx answer as it came. Throws LedgerError. */
  readonly raw: (call: XeroCall) => Promise<XeroAnswer>
}

/**
 * xero-node's AccountingApi behind deadlines, the allowance and one renewal of the token.
 *
 * The SDK holds one token per instance, has no timeout, turns dates into other dates and rejects with strings.
 * So each call gets an instance of its own, and bytes are taken from the HTTP answer before the SDK reads them.
 */
export function createXeroClient(session: LedgerSession): XeroClient {
  const basePath = accountingUrl(session.apiUrl)

  async function ask(call: XeroCall, headers: Readonly<Record<string, string>>): Promise<XeroAnswer> {
    const token = await session.accessToken()
    const answer = await once(call, headers, token)
    if (answer.status !== 401 || lacksScope(answer)) return accepted(answer, token)
    const renewed = await session.accessToken(token)
    return accepted(await once(call, headers, renewed), renewed)
  }

  async function once(call: XeroCall, headers: Readonly<Record<string, string>>, token: string): Promise<XeroAnswer> {
    const ended = await session.allowance()
    let seen: AllowanceSeen = { remainingThisMinute: null, remainingToday: null, refused: null }
    try {
      const answer = await send(call, headers, token)
      seen = allowanceSeen(answer)
      return answer
    } finally {
      await ended(seen)
    }
  }

  async function send(call: XeroCall, headers: Readonly<Record<string, string>>, token: string): Promise<XeroAnswer> {
    // Loaded when first needed: 25 MB and 0.1 s that a process without ledger work never pays.
    const { AccountingApi } = await import('xero-node/dist/gen/api/accountingApi.js')
    const api = new AccountingApi(basePath)
    api.accessToken = token
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), session.deadlineMs)
    api.setDefaultAuthentication({ applyToRequest: (request) => prepare(request, deadline.signal) })
    const answer = await call(api, session.organisationId, { headers: { ...headers } })
      .then(readAnswer, (thrown: unknown) =>
        deadline.signal.aborted ? `nothing within ${session.deadlineMs} ms` : readRejection(thrown),
      )
      .finally(() => clearTimeout(timer))
    if (typeof answer === 'string') throw errorFromSilence(answer, token)
    return answer
  }

  return {
    raw: (call) => ask(call, {}),
    json: async (call, headers = {}) => {
      const answer = await ask(call, headers)
      return answer.status === 304 ? null : jsonOf(answer)
    },
  }
}

/** The API's root from an address that may or may not name it already. */
const accountingUrl = (apiUrl: string): string => {
  const root = apiUrl.replace(/\/+$/, '')
  return root.endsWith('/api.xro/2.0') ? root : `${root}/api.xro/2.0`
}

type SdkRequest = Parameters<Parameters<AccountingApi['setDefaultAuthentication']>[0]['applyToRequest']>[0]

/** Sets on one request what the SDK has no way to say. It is the SDK's hook for signing requests. */
function prepare(request: SdkRequest, signal: AbortSignal): void {
  request.signal = signal
  // Bytes, untouched: the SDK's models drop fields and move dates, and building them costs more than our own parsing.
  request.responseType = 'arraybuffer'
  request.validateStatus = () => true
  // A redirect would carry the token to wherever it points.
  request.maxRedirects = 0
  request.maxContentLength = MOST_BYTES
  // The SDK sends `{}` with its GETs.
  if (request.method === 'GET') delete request.data
}

/** A page of 1,000 invoices with all their lines is under 3 MB; a PDF may have 20. */
const MOST_BYTES = 64 * 1024 * 1024

function accepted(answer: XeroAnswer, token: string): XeroAnswer {
  if ((answer.status >= 200 && answer.status < 300) || answer.status === 304) return answer
  throw errorFromAnswer(answer, token)
}

/** A token without the scope stays without it when renewed (`WWW-Authenticate: insufficient_scope`). */
const lacksScope = (answer: XeroAnswer): boolean =>
  (answer.header('www-authenticate') ?? '').includes('insufficient_scope')

function jsonOf(answer: XeroAnswer): unknown {
  try {
    return JSON.parse(answer.body.toString('utf8').replace(/^\uFEFF/, ''))
  } catch {
    const type = (answer.header('content-type') ?? 'no type').split(';')[0] ?? ''
    const details = { status: answer.status, correlationId: correlationId(answer) }
    throw new LedgerError('unavailable', `Xero's answer is not whole JSON (${type.slice(0, 60)})`, details)
  }
}
