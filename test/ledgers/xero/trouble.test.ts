import type { IncomingMessage, ServerResponse } from 'node:http'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { LedgerError, type Ledger } from '../../../src/ledgers/ledger.ts'
import { createXeroLedger } from '../../../src/ledgers/xero/ledger.ts'
import { always, anInvoice, aPage, INVOICE, startStub, stubSession, TOKEN, type Stub } from './stub.ts'

let stub: Stub | null = null
afterEach(async () => {
  await stub?.close()
  stub = null
})

async function against(
  ...args: Parameters<typeof startStub>
): Promise<ReturnType<typeof stubSession> & { ledger: Ledger }> {
  stub = await startStub(...args)
  const made = stubSession(stub.url)
  return { ...made, ledger: createXeroLedger(made.session) }
}

async function problemOf(call: Promise<unknown>): Promise<LedgerError> {
  const thrown = await call.then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  )
  expect(thrown).toBeInstanceOf(LedgerError)
  return thrown as LedgerError
}

describe('What Xero refuses', () => {
  const validation = {
    ErrorNumber: 10,
    Type: 'ValidationException',
    Message: 'A validation exception occurred',
    Elements: [
      { ValidationErrors: [{ Message: 'The document with the supplied id was not found for this endpoint.' }] },
      { ValidationErrors: [{ Message: 'Details is required.' }] },
    ],
  }
  it.each([
    [403, { title: 'Forbidden', detail: 'AuthenticationUnsuccessful' }, {}, 'reconnect', null, 'Xero no longer lets us into this organisation: AuthenticationUnsuccessful'],
    [404, '', {}, 'not-found', null, 'Xero has no such record'],
    [400, validation, {}, 'rejected', null, 'Xero refused (400): The document with the supplied id was not found for this endpoint.; Details is required.'],
    [429, '', { 'retry-after': '22', 'x-rate-limit-problem': 'minute' }, 'slow-down', 22, "Xero's limit is reached (minute)"],
    [429, '', { 'retry-after': '66183', 'x-rate-limit-problem': 'day' }, 'slow-down', 66183, "Xero's limit is reached (day)"],
    [429, '', { 'x-rate-limit-problem': 'Concurrent' }, 'slow-down', 2, "Xero's limit is reached (concurrent)"],
    [429, '', { 'x-rate-limit-problem': 'app-minute' }, 'slow-down', 60, "Xero's limit is reached (app)"],
    [429, '', {}, 'slow-down', 60, "Xero's limit is reached (unknown)"],
    [429, '', { 'retry-after': 'Sat, 21 Nov 2026 10:00:30 GMT', date: 'Sat, 21 Nov 2026 10:00:00 GMT' }, 'slow-down', 30, "Xero's limit is reached (unknown)"],
    [500, '{Status":500}', {}, 'unavailable', null, 'Xero answered 500'],
    [502, '<html>bad gateway</html>', { 'content-type': 'text/html' }, 'unavailable', null, 'Xero answered 502'],
    [503, '', { 'retry-after': '120' }, 'unavailable', 120, 'Xero answered 503'],
    [302, '', { location: 'http://127.0.0.1:1/elsewhere' }, 'unavailable', null, 'Xero answered 302'],
  ])('%i %j %j is %s', async (status, body, headers, problem, seconds, message) => {
    const { ledger, asked, seen } = await against(always(status, body, { 'xero-correlation-id': 'fd990f75-0fe2', ...headers }))
    const error = await problemOf(ledger.notes(INVOICE))
    const { correlationId, retryAfterSeconds } = error
    expect([error.problem, error.message, retryAfterSeconds, correlationId, error.status]).toEqual([problem, message, seconds, 'fd990f75-0fe2', status])
    expect([asked(), seen.length]).toEqual([1, 1])
  }) // prettier-ignore

  it('renews the token once when it is refused, and goes on', async () => {
    const { ledger, refused } = await against((request, response) =>
      request.headers.authorization === `Bearer ${TOKEN}`
        ? always(401, { Title: 'Unauthorized', Detail: 'TokenExpired: token expired at 02/20/2025 08:32:50' })(request, response)
        : always(200, { HistoryRecords: [{ Details: 'Hello' }] })(request, response),
    ) // prettier-ignore
    expect(await ledger.notes(INVOICE)).toEqual(['Hello'])
    expect(refused).toEqual([undefined, TOKEN])
  })

  it('asks for a new consent when the renewed token is refused as well', async () => {
    const { ledger, asked } = await against(
      always(401, { Title: 'Unauthorized', Detail: 'AuthenticationUnsuccessful' }),
    )
    expect([(await problemOf(ledger.organisation())).problem, asked()]).toEqual(['reconnect', 2])
  })

  it('does not renew a token for a scope it can never have', async () => {
    const { ledger, asked } = await against(
      always(401, { Title: 'Unauthorized', Detail: 'AuthorizationUnsuccessful' }, { 'www-authenticate': 'insufficient_scope' }),
    ) // prettier-ignore
    expect([(await problemOf(ledger.organisation())).problem, asked()]).toEqual(['reconnect', 1])
  })

  it('passes on what the session says when it cannot renew', async () => {
    stub = await startStub(always(401, {}))
    const { session } = stubSession(stub.url, {
      accessToken: async (refused) => {
        if (refused !== undefined) throw new LedgerError('reconnect', 'consent has ended')
        return TOKEN
      },
    })
    expect((await problemOf(createXeroLedger(session).organisation())).message).toBe('consent has ended')
  })

  it('does not call at all when the allowance says no', async () => {
    stub = await startStub(always(200, {}))
    const { session } = stubSession(stub.url, {
      allowance: async () => {
        throw new LedgerError('slow-down', 'used up', { retryAfterSeconds: 9 })
      },
    })
    const error = await problemOf(createXeroLedger(session).organisation())
    expect([error.problem, error.retryAfterSeconds, stub.requests.length]).toEqual(['slow-down', 9, 0])
  })

  it('tells the allowance what the headers say, of good answers and of refusals', async () => {
    const left = { 'x-minlimit-remaining': '58', 'x-daylimit-remaining': '4983' }
    const good = await against(always(200, { HistoryRecords: [] }, left))
    await good.ledger.notes(INVOICE)
    expect(good.seen).toEqual([{ remainingThisMinute: 58, remainingToday: 4983, refused: null, tokenAccepted: true }])
    await stub?.close()

    const none = { 'x-minlimit-remaining': '0', 'x-rate-limit-problem': 'minute', 'retry-after': '22' }
    const refused = await against(always(429, '', none))
    await problemOf(refused.ledger.notes(INVOICE))
    expect(refused.seen).toEqual([
      {
        remainingThisMinute: 0,
        remainingToday: null,
        refused: { limit: 'minute', retryAfterSeconds: 22 },
        tokenAccepted: false,
      },
    ])
  })
})

describe('Answers that are none', () => {
  it('HTML under 200 is for later', async () => {
    const { ledger } = await against(always(200, '<!doctype html><p>Down', { 'content-type': 'text/html' }))
    const error = await problemOf(ledger.organisation())
    expect([error.problem, error.message]).toEqual(['unavailable', "Xero's answer is not whole JSON (text/html)"])
  })

  it('JSON that ends in the middle is for later', async () => {
    const { ledger } = await against(always(200, '{"Organisations":[{"Name":"Ac'))
    expect((await problemOf(ledger.organisation())).problem).toBe('unavailable')
  })

  it('a connection that ends in the middle is for later', async () => {
    const { ledger } = await against((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' })
      response.write('{"Organisations":[')
      setTimeout(() => response.destroy(), 20)
    })
    const error = await problemOf(ledger.organisation())
    expect([error.problem, error.message]).toEqual([
      'unavailable',
      'Xero gave no whole answer: stream has been aborted',
    ])
  })

  it('a PDF that ends in the middle is for later, however well it began', async () => {
    const { ledger } = await against((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/pdf', 'content-length': '50000' })
      response.write(`%PDF-1.4 ${'x'.repeat(20_000)}`)
      setTimeout(() => response.destroy(), 20)
    })
    const error = await problemOf(ledger.pdf(INVOICE))
    expect([error.problem, error.message]).toEqual([
      'unavailable',
      'Xero gave no whole answer: stream has been aborted',
    ])
  })

  it('a reset is for later', async () => {
    const { ledger, seen } = await against((request) => request.socket.resetAndDestroy())
    const error = await problemOf(ledger.organisation())
    expect([error.problem, error.status]).toEqual(['unavailable', null])
    expect(seen).toEqual([{ remainingThisMinute: null, remainingToday: null, refused: null }])
  })

  it('nobody listening is for later', async () => {
    const { ledger } = await against(always(200, {}))
    await stub?.close()
    expect((await problemOf(ledger.organisation())).problem).toBe('unavailable')
  })

  it.each([
    ['no answer', () => {}],
    ['headers and then nothing', (_: unknown, response: { writeHead(status: number): void; flushHeaders(): void }) => {
      response.writeHead(200)
      response.flushHeaders()
    }],
  ])('%s is given up at the deadline, and the connection with it', async (_name, answer) => {
    stub = await startStub(answer)
    const { session, seen } = stubSession(stub.url, { deadlineMs: 150 })
    const error = await problemOf(createXeroLedger(session).organisation())
    expect([error.problem, error.message]).toEqual(['unavailable', 'Xero gave no whole answer: nothing within 150 ms'])
    expect(seen.length).toBe(1)
    const { openSockets } = stub
    await vi.waitFor(() => expect(openSockets()).toBe(0))
  }) // prettier-ignore

  it('a list of another name will not get better', async () => {
    const { ledger } = await against(always(200, { Bills: [] }))
    const pages = ledger.openInvoices()[Symbol.asyncIterator]()
    expect((await problemOf(pages.next())).problem).toBe('rejected')
  })

  it('nothing new (304) is an empty page', async () => {
    const { ledger } = await against(always(304, ''))
    const pages = []
    for await (const page of ledger.changes(Temporal.Instant.from('2026-01-01T10:00:00.987Z'))) pages.push(page)
    expect(pages.length).toBe(6)
    expect(pages.flatMap(({ invoices, customers, credits, payments }) => [invoices, customers, credits, payments].flat())).toEqual([]) // prettier-ignore
    expect(stub?.requests.map(({ headers }) => headers['if-modified-since'])).toEqual(Array.from({ length: 6 }, () => '2026-01-01T10:00:00')) // prettier-ignore
  })
})

describe('PDFs that are none', () => {
  const pdf = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(2000, 32), Buffer.from('%%EOF')])
  const type = { 'content-type': 'application/pdf' }
  it.each([
    ['a web page', '<html>'.padEnd(3000), { 'content-type': 'text/html' }, 'unavailable', "Xero's PDF is of another type (text/html)"],
    ['a web page that says it is a PDF', '<html>'.padEnd(3000), type, 'unavailable', "Xero's PDF is no PDF"],
    ['nothing', '', type, 'unavailable', "Xero's PDF is too short (0 bytes)"],
    ['a blank one', '%PDF-1.4 %%EOF', type, 'unavailable', "Xero's PDF is too short (14 bytes)"],
    ['21 MB', Buffer.concat([pdf, Buffer.alloc(21 * 1024 * 1024)]), type, 'rejected', "Xero's PDF is over 20 MB"],
  ])('%s', async (_name, body, headers, problem, message) => {
    const { ledger } = await against(always(200, body, headers))
    const error = await problemOf(ledger.pdf(INVOICE))
    expect([error.problem, error.message]).toEqual([problem, message])
  }) // prettier-ignore

  it('reads the refusal of a PDF, whose body comes as bytes', async () => {
    const { ledger } = await against(always(400, { Message: 'A draft has no PDF.' }))
    const error = await problemOf(ledger.pdf(INVOICE))
    expect([error.problem, error.message]).toEqual(['rejected', 'Xero refused (400): A draft has no PDF.'])
  })

  it('gives a PDF byte for byte, asked for by type', async () => {
    const { ledger } = await against(always(200, pdf, type))
    expect(Buffer.compare(Buffer.from(await ledger.pdf(INVOICE)), pdf)).toBe(0)
    expect(stub?.requests.map(({ path, headers }) => [path, headers.accept])).toEqual([
      [`/api.xro/2.0/Invoices/${INVOICE}`, 'application/pdf'],
    ])
  })
})

/** Sends back what it was sent, in every place that an error might quote. */
const echo =
  (status: number) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const given = request.headers.authorization ?? ''
    always(status, { Message: `You sent ${given}`, Detail: given }, { 'xero-correlation-id': given })(request, response)
  }

describe('Secrets', () => {
  it('the token is in no error, whatever Xero or the network says', async () => {
    const errors: LedgerError[] = []
    for (const status of [400, 401, 403, 404, 409, 429, 500, 503]) {
      const { ledger } = await against(echo(status))
      errors.push(await problemOf(ledger.organisation()), await problemOf(ledger.pdf(INVOICE)))
      await stub?.close()
    }
    const { ledger } = await against((request) => request.socket.resetAndDestroy())
    errors.push(await problemOf(ledger.organisation()))
    for (const error of errors) {
      const everything = [
        JSON.stringify(error),
        inspect(error, { showHidden: true, depth: 20 }),
        String(error),
        error.stack,
      ]
      expect(everything.join('\n')).not.toContain(TOKEN)
    }
    expect(errors.length).toBe(17)
  })
})

describe('Addresses', () => {
  it('accepts the API’s root with or without its path', async () => {
    const { ledger } = await against(always(200, aPage('Invoices', [anInvoice()])))
    await ledger.invoices([INVOICE])
    const { session } = stubSession(`${stub?.url}/api.xro/2.0/`)
    await createXeroLedger(session).invoices([INVOICE])
    const [one, other] = stub?.requests.map(({ path }) => path) ?? []
    expect(one).toBe(other)
    expect(one?.startsWith('/api.xro/2.0/Invoices?')).toBe(true)
  })

  it('never asks for an id that is not one', async () => {
    const { ledger } = await against(always(200, {}))
    const odd = '../Contacts?where=1'
    expect([...(await ledger.invoices([odd]))]).toEqual([[odd, null]])
    expect(await ledger.customer(odd)).toBe(null)
    expect(await ledger.creditsOf(odd)).toEqual([])
    expect((await problemOf(ledger.pdf(odd))).problem).toBe('not-found')
    expect(stub?.requests).toEqual([])
  })
})
