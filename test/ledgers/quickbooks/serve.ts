import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LedgerError, type AllowanceSeen, type Ledger, type LedgerSession } from '../../../src/ledgers/ledger.ts'
import { createQuickBooksLedger } from '../../../src/ledgers/quickbooks/ledger.ts'
import { REALM } from './open.ts'

/** What the vendor answers once. Without a body: a function that does with the socket what it likes. */
export type Given = {
  readonly status?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly raw?: (request: IncomingMessage, response: ServerResponse) => void
}

export type Served = {
  readonly url: string
  readonly ledger: Ledger
  readonly session: LedgerSession
  readonly requests: { method: string; path: string; body: string; authorization: string }[]
  readonly seen: AllowanceSeen[]
  readonly refused: string[]
  /** Connections that are still open. */
  openSockets(): Promise<number>
  close(): Promise<void>
}

/** Tokens that must never be seen again. */
export const CANARY = 'eyCANARY0access0token0that0must0never0leak'
export const RENEWED = 'eyCANARY1renewed0token0that0must0never0leak'

/** The adapter before a server that gives these answers one after the other, the last one for ever. */
export async function serve(answers: readonly Given[], given: Partial<LedgerSession> = {}): Promise<Served> {
  const requests: Served['requests'] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const answer = answers[Math.min(requests.length, answers.length - 1)] ?? {}
      requests.push({
        method: request.method ?? '',
        path: decodeURIComponent(request.url ?? ''),
        body: Buffer.concat(chunks).toString('utf8'),
        authorization: request.headers.authorization ?? '',
      })
      if (answer.raw) return answer.raw(request, response)
      const body = answer.body ?? ''
      response.writeHead(answer.status ?? 200, {
        'content-type': answer.type ?? 'application/json;charset=utf-8',
        intuit_tid: '1-tid-of-the-answer',
        ...answer.headers,
      })
      return response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const seen: AllowanceSeen[] = []
  const refused: string[] = []
  const session: LedgerSession = {
    organisationId: REALM,
    apiUrl: url,
    deadlineMs: 10_000,
    accessToken: async (old) => {
      if (old === undefined) return CANARY
      refused.push(old)
      return RENEWED
    },
    allowance: async () => async (end) => {
      seen.push(end)
    },
    ...given,
  }
  return {
    url,
    session,
    requests,
    seen,
    refused,
    ledger: createQuickBooksLedger(session, { notes: 'attachable' }),
    openSockets: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** The LedgerError that a call ends with. */
export async function failureOf(call: Promise<unknown>): Promise<LedgerError> {
  try {
    await call
  } catch (error) {
    if (error instanceof LedgerError) return error
    throw error
  }
  throw new Error('it did not fail')
}
