import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { LedgerError } from '../../../src/ledgers/ledger.ts'
import { createQuickBooksLedger } from '../../../src/ledgers/quickbooks/ledger.ts'
import { CANARY, failureOf, RENEWED, serve, type Given, type Served } from './serve.ts'

let served: Served | null = null
afterEach(async () => {
  await served?.close()
  served = null
})

const fault = (code: string, message = 'Something', detail = 'Some detail', type = 'ValidationFault') => ({
  Fault: { Error: [{ Message: message, Detail: detail, code, element: '' }], type },
  time: '2026-02-10T01:00:00.000-08:00',
})
const gateway = (code: string, detail: string) => ({
  fault: { error: [{ message: 'message=Failed', detail, code, element: null }], type: 'AUTHENTICATION' },
  time: 1_601_391_072_830,
})
const HTML = '<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>'

async function openInvoices(answers: readonly Given[], deadlineMs?: number): Promise<LedgerError> {
  served = await serve(answers, deadlineMs === undefined ? {} : { deadlineMs })
  return failureOf(served.ledger.openInvoices()[Symbol.asyncIterator]().next())
}

describe('What an answer of QuickBooks means', () => {
  const table: readonly [string, Given, Partial<LedgerError>][] = [
    ['forbidden', { status: 403, body: gateway('3100', '') }, { problem: 'reconnect', status: 403 }],
    ['forbidden without a word', { status: 403, body: '' }, { problem: 'reconnect', status: 403 }],
    ['a firewall', { status: 403, type: 'text/html', body: HTML }, { problem: 'unavailable', status: 403 }],
    ['too many calls', { status: 429, body: gateway('3001', '') }, { problem: 'slow-down', retryAfterSeconds: 60 }],
    [
      'too many calls, with a time',
      { status: 429, headers: { 'retry-after': '17' }, body: gateway('003001', '') },
      { problem: 'slow-down', retryAfterSeconds: 17 },
    ],
    [
      'too many calls, as XML with a 403',
      {
        status: 403,
        type: 'application/xml',
        body: '<IntuitResponse><Fault type="SERVICE"><Error code="3001"/></Fault></IntuitResponse>',
      },
      { problem: 'slow-down', retryAfterSeconds: 60 },
    ],
    ['a record that is gone', { status: 400, body: fault('610') }, { problem: 'not-found', status: 400 }],
    ['nothing at this address', { status: 404, body: '' }, { problem: 'not-found', status: 404 }],
    ['a record that somebody else changed', { status: 400, body: fault('5010') }, { problem: 'unavailable' }],
    ['a closed period', { status: 400, body: fault('6210', 'Account Period Closed', '') }, { problem: 'rejected' }],
    [
      'a bad query',
      { status: 400, body: fault('4001') },
      { problem: 'rejected', message: 'QuickBooks: Something: Some detail (code 4001)' },
    ],
    ['a code that is a number', { status: 400, body: { Fault: { Error: [{ code: 610 }] } } }, { problem: 'not-found' }],
    [
      'a subscription that has ended',
      { status: 400, body: fault('6190') },
      { problem: 'reconnect', message: 'The QuickBooks subscription of this company has ended' },
    ],
    [
      'a system failure',
      { status: 500, body: fault('10000', 'An error', '', 'SystemFault') },
      { problem: 'unavailable', status: 500 },
    ],
    ['a fault with a good status', { status: 200, body: fault('6000') }, { problem: 'rejected', status: 200 }],
    ['a bad gateway', { status: 502, type: 'text/html', body: HTML }, { problem: 'unavailable', status: 502 }],
    [
      'a web page with a good status',
      { status: 200, type: 'text/html', body: HTML },
      { problem: 'unavailable', status: 200 },
    ],
    [
      'a redirect',
      { status: 302, headers: { location: 'https://elsewhere.example/' }, body: '' },
      { problem: 'unavailable', status: 302 },
    ],
    [
      'half of an answer',
      { status: 200, body: '{"QueryResponse":{"Invoice":[{"Id":"1"' },
      { problem: 'unavailable', status: 200 },
    ],
    ['an empty answer', { status: 200, body: '' }, { problem: 'unavailable', status: 200 }],
    ['another shape', { status: 200, body: { Unexpected: true } }, { problem: 'rejected', status: 200 }],
    ['a list that is none', { status: 200, body: { QueryResponse: { Invoice: {} } } }, { problem: 'rejected' }],
  ]

  it.each(table)('%s', async (_name, answer, expected) => {
    const error = await openInvoices([answer])
    expect(error).toMatchObject({ correlationId: '1-tid-of-the-answer', ...expected })
  })

  it('tells the allowance about a refusal, and whether the token was taken', async () => {
    await openInvoices([{ status: 429, headers: { 'retry-after': '5' }, body: gateway('3001', '') }])
    expect(served?.seen).toEqual([
      {
        remainingThisMinute: null,
        remainingToday: null,
        refused: { limit: 'minute', retryAfterSeconds: 5 },
        tokenAccepted: false,
      },
    ])
    await served?.close()
    served = await serve([{ body: { QueryResponse: {} } }])
    await served.ledger.openInvoices()[Symbol.asyncIterator]().next()
    expect(served.seen).toEqual([
      { remainingThisMinute: null, remainingToday: null, refused: null, tokenAccepted: true },
    ])
  })

  it('asks the allowance before every call and makes none when it is used up', async () => {
    served = await serve([{ body: { QueryResponse: {} } }], {
      allowance: async () => {
        throw new LedgerError('slow-down', 'enough for now', { retryAfterSeconds: 12 })
      },
    })
    const error = await failureOf(served.ledger.invoices(['1']))
    expect([error.problem, error.retryAfterSeconds, served.requests]).toEqual(['slow-down', 12, []])
  })
})

describe('A refused token', () => {
  const expired = { status: 401, body: gateway('3200', `Token expired: ${CANARY}`) }

  it('is renewed once, and the call made again', async () => {
    served = await serve([expired, { body: { QueryResponse: {} } }])
    expect(await served.ledger.invoices(['1'])).toEqual(new Map([['1', null]]))
    expect(served.refused).toEqual([CANARY])
    expect(served.requests.map(({ authorization }) => authorization)).toEqual([`Bearer ${CANARY}`, `Bearer ${RENEWED}`])
    expect(served.seen.length).toBe(2)
  })

  it('that is refused again asks for a new connection, without a third call', async () => {
    served = await serve([expired])
    const error = await failureOf(served.ledger.invoices(['1']))
    expect([error.problem, error.status, error.correlationId]).toEqual(['reconnect', 401, '1-tid-of-the-answer'])
    expect(served.requests.length).toBe(2)
  })

  it('that cannot be renewed passes on what the session says', async () => {
    served = await serve([expired], {
      accessToken: async (old) => {
        if (old !== undefined) throw new LedgerError('reconnect', 'gone')
        return CANARY
      },
    })
    expect((await failureOf(served.ledger.invoices(['1']))).message).toBe('gone')
  })
})

const hang = (): void => {}

describe('When no answer comes', () => {
  const troubles: readonly [string, Given['raw'] & object][] = [
    ['the connection is reset', (request) => request.socket.resetAndDestroy()],
    [
      'the connection ends in the middle',
      (request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
        response.write('{"QueryResponse":')
        setTimeout(() => request.socket.destroy(), 20)
      },
    ],
    ['the server says nothing', hang],
    [
      'the server begins and stops',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.write('{"QueryResponse":')
      },
    ],
  ]

  it.each(troubles)('because %s, the ledger is unavailable for now', async (_name, raw) => {
    const error = await openInvoices([{ raw }], 300)
    expect([error.problem, error.status]).toEqual(['unavailable', null])
  })

  it('keeps to its deadline and lets go of the connection', async () => {
    const started = performance.now()
    const error = await openInvoices([{ raw: hang }], 200)
    expect(error.message).toBe('QuickBooks did not answer in time')
    expect(performance.now() - started).toBeLessThan(5000)
    await expect.poll(() => served?.openSockets()).toBe(0)
  })

  it('because nobody listens, says why', async () => {
    served = await serve([{}])
    const { session } = served
    await served.close()
    const error = await failureOf(createQuickBooksLedger(session, { notes: 'attachable' }).invoices(['1']))
    expect([error.problem, error.message]).toEqual(['unavailable', 'The connection to QuickBooks failed: ECONNREFUSED'])
  })
})

describe('Secrets', () => {
  const leaky: readonly [string, Given][] = [
    ['an expired token in the detail', { status: 401, body: gateway('3200', `Token expired: ${CANARY}`) }],
    ['a token in a message', { status: 400, body: fault('2010', `Bearer ${CANARY} is odd`, `see ${RENEWED}`) }],
    ['a token in a gateway page', { status: 502, type: 'text/html', body: `<p>${CANARY}</p>` }],
    ['a token in a good answer', { status: 200, body: { note: CANARY } }],
    ['a lost connection', { raw: (request) => request.socket.destroy() }],
    ['a deadline', { raw: () => {} }],
  ]

  it.each(leaky)('are in no error: %s', async (_name, answer) => {
    const error = await openInvoices([answer], 300)
    const whole = [JSON.stringify(error), inspect(error, { depth: 20, showHidden: true, getters: true }), error.stack]
    for (const text of whole) {
      expect(text).not.toContain('CANARY')
      expect(text).not.toContain('Authorization')
    }
  })

  it('even short ones are cut out of what the vendor says', async () => {
    served = await serve([{ status: 400, body: fault('2010', 'Token sesame is odd') }], {
      accessToken: async () => 'sesame',
    })
    expect((await failureOf(served.ledger.invoices(['1']))).message).toBe(
      'QuickBooks: Token … is odd: Some detail (code 2010)',
    )
  })
})

const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(2000, 32), Buffer.from('\n%%EOF\n')])

const cutOffPdf: Given['raw'] & object = (request, response) => {
  response.writeHead(200, { 'content-type': 'application/pdf', 'content-length': String(PDF.byteLength) })
  response.write(PDF.subarray(0, 1000))
  setTimeout(() => request.socket.destroy(), 20)
}

describe('A PDF', () => {
  const answers: readonly [string, Given, string][] = [
    ['that is a web page', { status: 200, type: 'text/html', body: HTML }, 'unavailable'],
    ['that is a web page called a PDF', { status: 200, type: 'application/pdf', body: HTML }, 'unavailable'],
    ['that is empty', { status: 200, type: 'application/pdf', body: '' }, 'unavailable'],
    ['that is JSON', { status: 200, body: { Invoice: {} } }, 'unavailable'],
    ['of an invoice that is gone', { status: 400, body: fault('610') }, 'not-found'],
    [
      'that is too large',
      { status: 200, type: 'application/pdf', body: Buffer.concat([PDF, Buffer.alloc(21 * 1024 * 1024)]) },
      'rejected',
    ],
  ]

  it.each(answers)('%s is refused', async (_name, answer, problem) => {
    served = await serve([answer])
    expect((await failureOf(served.ledger.pdf('130'))).problem).toBe(problem)
  })

  it('that was cut off is no PDF', async () => {
    served = await serve([{ raw: cutOffPdf }])
    expect((await failureOf(served.ledger.pdf('130'))).problem).toBe('unavailable')
  })

  it('comes whole', async () => {
    served = await serve([{ type: 'application/pdf', body: PDF }])
    expect(Buffer.from(await served.ledger.pdf('130')).equals(PDF)).toBe(true)
    expect(served.requests[0]?.path).toContain('/invoice/130/pdf?minorversion=75')
  })
})

describe('What goes into an address', () => {
  it('is a number or is never sent', async () => {
    served = await serve([{ body: { QueryResponse: {} } }])
    const odd = "1') or Id in ('2"
    expect(await served.ledger.invoices([odd, '../customer'])).toEqual(
      new Map([
        [odd, null],
        ['../customer', null],
      ]),
    )
    expect(await served.ledger.customer('1/../2')).toBe(null)
    expect(await served.ledger.creditsOf("1' and Balance = '0")).toEqual([])
    expect(await served.ledger.payLink('1?x=y')).toBe(null)
    expect((await failureOf(served.ledger.pdf('../../x'))).problem).toBe('not-found')
    expect(served.requests).toEqual([])
    const elsewhere = { ...served.session, organisationId: '../1' }
    expect(() => createQuickBooksLedger(elsewhere, { notes: 'attachable' })).toThrow(
      'A QuickBooks company id is a number',
    )
  })

  it('may already contain the path of the API', async () => {
    served = await serve([{ body: { QueryResponse: {} } }])
    const session = { ...served.session, apiUrl: `${served.url}/v3/company/` }
    await createQuickBooksLedger(session, { notes: 'attachable' }).invoices(['7'])
    expect(served.requests[0]?.path).toMatch(
      /^\/v3\/company\/9130350000000001\/query\?query=select \* from invoice where Id in \('7'\)/,
    )
  })
})
