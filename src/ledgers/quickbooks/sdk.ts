import { AsyncLocalStorage } from 'node:async_hooks'
import { createRequire } from 'node:module'
import exported from 'node-quickbooks'
import type { Answer } from './errors.ts'

export type Done = (error?: unknown) => void

/** The part of node-quickbooks that we use. Its own typings do not match what it exports. */
export type QuickBooksSdk = {
  endpoint: string
  getCompanyInfo(id: string, done: Done): void
  getPreferences(done: Done): void
  getInvoice(id: string, done: Done): void
  getInvoicePdf(id: string, done: Done): void
  getCustomer(id: string, done: Done): void
  findInvoices(criteria: string, done: Done): void
  findCustomers(criteria: string, done: Done): void
  findCustomerTypes(criteria: string, done: Done): void
  findCreditMemos(criteria: string, done: Done): void
  findPayments(criteria: string, done: Done): void
  findAttachables(criteria: string, done: Done): void
  changeDataCapture(entities: readonly string[], since: string, done: Done): void
  createAttachable(entity: Record<string, unknown>, done: Done): void
  updateCustomer(entity: Record<string, unknown>, done: Done): void
}

type SdkConstructor = new (
  clientId: string,
  clientSecret: string,
  token: string,
  tokenSecret: false,
  realmId: string,
  useSandbox: boolean,
  debug: boolean,
  minorVersion: number,
  oauthVersion: '2.0',
  refreshToken: null,
) => QuickBooksSdk

const MINOR_VERSION = 75

/** The SDK for one call. `endpoint` ends in '/v3/company/'. */
export function newSdk(token: string, realmId: string, endpoint: string): QuickBooksSdk {
  const Constructor = exported as unknown as SdkConstructor
  // The client's own id and secret serve only the SDK's token calls, which we do not use.
  const sdk = new Constructor('', '', token, false, realmId, false, false, MINOR_VERSION, '2.0', null)
  sdk.endpoint = endpoint
  return sdk
}

/** What the transport needs to know about the call it carries, and where it puts the answer. */
export type Exchange = { readonly signal: AbortSignal; readonly direct: boolean; answer: Answer | null }

/** The call that is being made. Run the SDK inside it. */
export const inFlight = new AsyncLocalStorage<Exchange>()

type RequestConfig = Record<string, unknown>
type Transport = {
  interceptors: {
    request: {
      use(change: (config: RequestConfig) => RequestConfig, failed: null, options: { synchronous: boolean }): number
    }
  }
}

/** Larger than any page of 1,000 records or any PDF worth attaching. */
const MOST_BYTES = 64 * 1024 * 1024

// The SDK has no timeout, loses status and headers on success, and hides bodies it cannot read. So its HTTP calls get a
// deadline here, and their answers are read as they are. Its axios may be shared with another SDK: only calls made
// inside `inFlight` are touched.
const requireAsSdk = createRequire(createRequire(import.meta.url).resolve('node-quickbooks'))
const axios = requireAsSdk('axios') as Transport
axios.interceptors.request.use(
  (config) => {
    const exchange = inFlight.getStore()
    if (!exchange) return config
    return {
      ...config,
      signal: exchange.signal,
      // A redirect would carry the bearer token to wherever it points.
      maxRedirects: 0,
      maxContentLength: MOST_BYTES,
      ...(exchange.direct ? { proxy: false } : {}),
      validateStatus: () => true,
      transformResponse: [
        (data: unknown, headers: Headers, status: number | undefined): unknown => {
          const body = bodyOf(data, contentTypeOf(headers))
          exchange.answer = answerOf(status ?? 0, headers, body)
          return body
        },
      ],
    }
  },
  null,
  { synchronous: true },
)

type Headers = Readonly<Record<string, unknown>>

const answerOf = (status: number, headers: Headers, body: unknown): Answer => ({
  status,
  contentType: contentTypeOf(headers),
  retryAfter: textOrNull(headers['retry-after']),
  correlationId: textOrNull(headers['intuit_tid'] ?? headers['intuit-tid']),
  body,
})

const contentTypeOf = (headers: Headers): string => (textOrNull(headers['content-type']) ?? '').toLowerCase()

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** JSON as a value, a PDF as bytes, anything else as text. An error to a request for a PDF is bytes too, and is read. */
function bodyOf(data: unknown, contentType: string): unknown {
  const bytes = Buffer.isBuffer(data) ? data : null
  if (bytes && !/json|text|xml|html/.test(contentType)) return bytes
  const text = bytes ? bytes.toString('utf8') : data
  if (typeof text !== 'string') return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
