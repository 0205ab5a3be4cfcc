import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { AllowanceSeen, LedgerSession } from '../../../src/ledgers/ledger.ts'

export const TOKEN = 'canary-token-7f3k9'
export const TENANT = '11111111-2222-4333-8444-555555555555'
export const INVOICE = 'aaaaaaaa-0000-4000-8000-000000000001'
export const CONTACT = 'cccccccc-0000-4000-8000-000000000001'

export type Stub = {
  readonly url: string
  readonly requests: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[]
  readonly openSockets: () => number
  readonly close: () => Promise<void>
}

/** A web server that answers as told: what a ledger is never promised to do. */
export async function startStub(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Stub> {
  const requests: Stub['requests'] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body })
      answer(request, response)
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    openSockets: () => sockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Answers every request with one status, some headers and a body, as JSON unless it is text already. */
export const always =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body))
  }

/** A session with a token that is easy to find where it must not be. */
export function stubSession(
  url: string,
  more: Partial<LedgerSession> = {},
): { session: LedgerSession; seen: AllowanceSeen[]; asked: () => number; refused: (string | undefined)[] } {
  const seen: AllowanceSeen[] = []
  const refused: (string | undefined)[] = []
  let asked = 0
  const session: LedgerSession = {
    organisationId: TENANT,
    apiUrl: url,
    deadlineMs: 5000,
    accessToken: async (token) => {
      refused.push(token)
      return token === undefined ? TOKEN : `${TOKEN}-renewed`
    },
    allowance: async () => {
      asked += 1
      return async (allowance) => void seen.push(allowance)
    },
    ...more,
  }
  return { session, seen, asked: () => asked, refused }
}

/** An invoice as Xero would send it, with whatever a test wants changed. */
export const anInvoice = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  Type: 'ACCREC',
  InvoiceID: INVOICE,
  InvoiceNumber: 'INV-1',
  Reference: '',
  AmountDue: 120.5,
  AmountPaid: 0,
  AmountCredited: 0,
  Contact: { ContactID: CONTACT, Name: 'Acme' },
  DateString: '2026-01-10T00:00:00',
  Date: '/Date(1768003200000+0000)/',
  DueDateString: '2026-02-09T00:00:00',
  DueDate: '/Date(1770595200000+0000)/',
  Status: 'AUTHORISED',
  Total: 120.5,
  UpdatedDateUTC: '/Date(1768050000123+0000)/',
  CurrencyCode: 'EUR',
  ...change,
})

/** A list as Xero would send it, on one page. */
export const aPage = (name: string, records: readonly unknown[]): Record<string, unknown> => ({
  Id: 'x',
  Status: 'OK',
  pagination: { page: 1, pageSize: 1000, pageCount: 1, itemCount: records.length },
  [name]: records,
})
