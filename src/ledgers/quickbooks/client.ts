import { LedgerError, type AllowanceSeen, type LedgerSession } from '../ledger.ts'
import { errorFor, isThrottled, noAnswer, refusesToken, retryAfterSeconds, type Answer } from './errors.ts'
import type { Done, Exchange, QuickBooksSdk } from './sdk.ts'

/** One call on the SDK. It must pass `done` on and do nothing else. */
export type Perform = (sdk: QuickBooksSdk, done: Done) => void

export type Outcome = { readonly answer: Answer; readonly error: LedgerError | null }

/** The wrapped SDK: what comes out is a plain answer or a LedgerError, never anything of the SDK's own. */
export type QuickBooksClient = {
  /** The answer and what is wrong with it. Only a missing answer, a lost access and a spent allowance throw. */
  outcome(perform: Perform): Promise<Outcome>
  /** A good answer. Throws LedgerError for every other. */
  good(perform: Perform): Promise<Answer>
}

/** Calls QuickBooks for one company, within the session's allowance and deadline, renewing the token once on 401. */
export function createQuickBooksClient(session: LedgerSession): QuickBooksClient {
  // The realm comes from a redirect's query string and goes into a path.
  if (!/^\d{1,20}$/.test(session.organisationId)) {
    throw new LedgerError('rejected', 'A QuickBooks company id is a number')
  }
  const endpoint = companyEndpoint(session.apiUrl)

  const once = async (perform: Perform, token: string): Promise<Answer> => {
    const end = await session.allowance()
    let seen = NOTHING_SEEN
    try {
      const answer = await call(perform, token, endpoint, session)
      seen = { ...seen, tokenAccepted: answer.status < 400 }
      if (isThrottled(answer)) {
        seen = { ...seen, refused: { limit: 'minute', retryAfterSeconds: retryAfterSeconds(answer) } }
      }
      return answer
    } finally {
      await end(seen)
    }
  }

  const outcome = async (perform: Perform): Promise<Outcome> => {
    const token = await session.accessToken()
    const first = await once(perform, token)
    if (!refusesToken(first)) return { answer: first, error: errorFor(first, token) }
    const renewed = await session.accessToken(token)
    const second = await once(perform, renewed)
    const error = errorFor(second, renewed)
    if (error && refusesToken(second)) throw error
    return { answer: second, error }
  }

  const good = async (perform: Perform): Promise<Answer> => {
    const { answer, error } = await outcome(perform)
    if (error) throw error
    return answer
  }

  return { outcome, good }
}

/** The SDK's endpoint for an API address given with or without '/v3/company'. */
function companyEndpoint(apiUrl: string): string {
  const base = apiUrl.replace(/\/+$/, '')
  return base.endsWith('/v3/company') ? `${base}/` : `${base}/v3/company/`
}

const NOTHING_SEEN: AllowanceSeen = { remainingThisMinute: null, remainingToday: null, refused: null }

async function call(perform: Perform, token: string, endpoint: string, session: LedgerSession): Promise<Answer> {
  // Loaded on first use: it costs a quarter of a second and 21 MB of memory.
  const { newSdk, inFlight } = await import('./sdk.ts')
  const sdk = newSdk(token, session.organisationId, endpoint)
  const deadline = AbortSignal.timeout(session.deadlineMs)
  const exchange: Exchange = { signal: deadline, direct: isLoopback(endpoint), answer: null }
  const failure = await inFlight.run(
    exchange,
    () =>
      new Promise<unknown>((resolve) => {
        try {
          perform(sdk, (error) => resolve(error))
        } catch (error) {
          resolve(error)
        }
      }),
  )
  // A whole answer counts, whatever the SDK makes of it: it fails on perfectly good errors. Half of one does not.
  if (exchange.answer && !isTransportFailure(failure)) return exchange.answer
  throw noAnswer(failure, deadline.aborted)
}

/** Every status passes as good at the transport, so what it still calls an error is a connection that failed. */
const isTransportFailure = (failure: unknown): boolean =>
  typeof failure === 'object' && failure !== null && 'isAxiosError' in failure && failure.isAxiosError === true

const isLoopback = (endpoint: string): boolean =>
  ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(endpoint).hostname)
