import { createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readQuickbooksHints } from '../../src/web/webhooks/quickbooks.ts'
import { isGenuine } from '../../src/web/webhooks/signature.ts'
import { openWeb, QUICKBOOKS_KEY, XERO_KEY, type WebWorld } from './support.ts'

const FIXTURES = new URL('../../../shared/fixtures/', import.meta.url)
const hasFixtures = existsSync(FIXTURES)
const fixture = (path: string): string => readFileSync(new URL(path, FIXTURES), 'utf8')

const sign = (body: string | Buffer, key: string): string => createHmac('sha256', key).update(body).digest('base64')

describe('Webhooks', () => {
  let web: WebWorld

  beforeAll(async () => {
    web = await openWeb()
  })
  beforeEach(() => {
    web.hints.length = 0
    web.trouble.storing = null
  })

  const xero = (
    body: string | Buffer,
    headers: Record<string, string> = { 'x-xero-signature': sign(body, XERO_KEY) },
  ) =>
    web.server.inject({
      method: 'POST',
      url: '/webhooks/xero',
      payload: body,
      headers: { 'content-type': 'application/json', ...headers },
    })
  const quickbooks = (body: string | Buffer, headers: Record<string, string> = {}) =>
    web.server.inject({
      method: 'POST',
      url: '/webhooks/quickbooks',
      payload: body,
      headers: { 'content-type': 'application/json', 'intuit-signature': sign(body, QUICKBOOKS_KEY), ...headers },
    })

  describe('from Xero', () => {
    const event = {
      resourceId: 'c0ffee00-0000-4000-8000-000000000001',
      tenantId: 'AEF86862-2015-4b6b-88bc-d89032cecc50',
      eventCategory: 'INVOICE',
      eventType: 'UPDATE',
      eventDateUtc: '2026-03-02T09:18:28.917',
    }
    const hint = {
      organisationId: 'aef86862-2015-4b6b-88bc-d89032cecc50',
      entity: 'invoice',
      entityId: event.resourceId,
      change: 'updated',
      happenedAt: Temporal.Instant.from('2026-03-02T09:18:28.917Z'),
      eventKey: `${event.tenantId}|INVOICE|${event.resourceId}|${event.eventDateUtc}|UPDATE`,
    }

    it('pass the intent-to-receive check: 200 and 401, both with an empty body and no cookie', async () => {
      const body = '{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"X"}'
      const good = await xero(body)
      const bad = await xero(body, { 'x-xero-signature': sign(body, 'another key') })
      expect([good.statusCode, good.body, good.headers['set-cookie']]).toEqual([200, '', undefined])
      expect([bad.statusCode, bad.body, bad.headers['set-cookie']]).toEqual([401, '', undefined])
      expect(web.hints).toEqual([])
    })

    it('become hints', async () => {
      const events = [
        event,
        { ...event, eventCategory: 'Contact', eventType: 'Create' },
        { ...event, eventCategory: 'CREDITNOTE' },
        { ...event, eventCategory: 'OVERPAYMENT' },
      ]
      expect((await xero(JSON.stringify({ events }))).statusCode).toBe(200)
      expect(web.hints[0]?.hints[0]).toEqual(hint)
      expect(web.hints[0]?.hints.map(({ entity, change }) => `${entity} ${change}`)).toEqual([
        'invoice updated', 'customer created', 'credit updated', 'credit updated',
      ]) // prettier-ignore
    })

    it('leave out what does not concern us and what makes no sense, and keep the rest', async () => {
      const events = [
        { ...event, eventCategory: 'SUBSCRIPTION' },
        null,
        7,
        { tenantId: 'x' },
        event,
        { ...event, eventDateUtc: 'yesterday' },
      ]
      expect((await xero(JSON.stringify({ events }))).statusCode).toBe(200)
      expect(web.hints[0]?.hints.map(({ happenedAt }) => happenedAt?.toString() ?? null)).toEqual([
        '2026-03-02T09:18:28.917Z',
        null,
      ])
    })

    it.each([
      ['unsigned', {}],
      ['signed with nothing', { 'x-xero-signature': '' }],
      ['signed with words', { 'x-xero-signature': 'this will fail' }],
      ['signed with half a signature', { 'x-xero-signature': sign('{}', XERO_KEY).slice(0, 20) }],
      ['signed by the other ledger’s key', { 'x-xero-signature': sign('{}', QUICKBOOKS_KEY) }],
    ])('are refused when %s', async (_how, headers) => {
      expect((await xero('{}', headers as Record<string, string>)).statusCode).toBe(401)
      expect(web.hints).toEqual([])
    })

    it('are refused when one byte is not what was signed', async () => {
      const body = JSON.stringify({ events: [event] })
      expect((await xero(`${body} `, { 'x-xero-signature': sign(body, XERO_KEY) })).statusCode).toBe(401)
    })

    it('are accepted when genuine and odd: empty, not JSON, not ours, without a content type', async () => {
      for (const body of ['', 'not json', '[]', '{"events":7}', 'null'])
        expect([body, (await xero(body)).statusCode]).toEqual([body, 200])
      const body = JSON.stringify({ events: [event] })
      const strange = await xero(body, { 'x-xero-signature': sign(body, XERO_KEY), 'content-type': ';;;' })
      expect(strange.statusCode).toBe(200)
      expect(web.hints).toHaveLength(1)
    })

    it('are too large above 1 MB, whoever signed them', async () => {
      const body = Buffer.alloc(1024 * 1024 + 1, 'x')
      const answer = await xero(body)
      expect([answer.statusCode, answer.body]).toEqual([413, ''])
      expect((await xero(Buffer.alloc(1024 * 1024, 'x'))).statusCode).toBe(200)
    })

    it('carry the same key each time the same event comes, so that repeats are stored once', async () => {
      const body = JSON.stringify({ events: [event] })
      await xero(body)
      await xero(body)
      const keys = web.hints.map(({ hints }) => hints[0]?.eventKey)
      expect(keys).toEqual([hint.eventKey, hint.eventKey])
    })

    it('are asked for again when they could not be stored', async () => {
      web.trouble.storing = new Error('database gone')
      const answer = await xero(JSON.stringify({ events: [event] }))
      expect([answer.statusCode, answer.body]).toEqual([503, ''])
    })
  })

  describe('from QuickBooks', () => {
    const cloudEvent = {
      specversion: '1.0',
      id: 'e-1',
      source: 'intuit.x',
      type: 'qbo.invoice.updated.v1',
      time: '2026-11-20T15:34:40.179851517Z',
      intuitentityid: '103',
      intuitaccountid: '9130350000000001',
      data: {},
    }

    it.each(['application/cloudevents+json', 'application/json', 'text/plain'])('are read as %s', async (type) => {
      expect((await quickbooks(JSON.stringify([cloudEvent]), { 'content-type': type })).statusCode).toBe(200)
      expect(web.hints[0]?.hints).toEqual([
        {
          organisationId: '9130350000000001',
          entity: 'invoice',
          entityId: '103',
          change: 'updated',
          happenedAt: Temporal.Instant.from('2026-11-20T15:34:40.179851517Z'),
          eventKey: 'e-1',
        },
      ])
    })

    it('may speak of several companies, in any order and any case', async () => {
      const events = [
        { ...cloudEvent, id: 'e-3', intuitaccountid: '2', type: 'QBO.Payment.Created.v1' },
        { ...cloudEvent, id: 'e-2', intuitaccountid: '1', type: 'qbo.invoice.void.v1' },
        { ...cloudEvent, id: 'e-1', intuitaccountid: '2', type: 'qbo.invoice.voided.v1' },
        { ...cloudEvent, id: 'e-0', type: 'qbo.creditmemo.deleted.v1' },
        { ...cloudEvent, id: 'e-9', type: 'qbo.vendor.created.v1' },
        { ...cloudEvent, id: 'e-8', type: 'nonsense' },
      ]
      await quickbooks(JSON.stringify(events))
      expect(web.hints[0]?.hints.map(({ organisationId, entity, change }) => `${organisationId} ${entity} ${change}`)).toEqual([
        '2 payment created', '1 invoice voided', '2 invoice voided', '9130350000000001 credit deleted',
      ]) // prettier-ignore
    })

    it('name both customers of a merge, in either format', () => {
      const merged = { ...cloudEvent, type: 'qbo.customer.merged.v1', intuitentityid: '123', data: { deletedid: '27' } }
      const older = {
        eventNotifications: [
          {
            realmId: '1',
            dataChangeEvent: {
              entities: [
                {
                  id: '123',
                  name: 'Customer',
                  operation: 'Merge',
                  deletedId: '27',
                  lastUpdated: '2015-10-05T14:42:19-0700',
                },
              ],
            },
          },
        ],
      }
      for (const body of [[merged], older]) {
        const { hints } = readQuickbooksHints(JSON.stringify(body))
        expect(hints.map(({ entityId, change }) => `${entityId} ${change}`)).toEqual(['123 merged', '27 merged'])
        expect(new Set(hints.map(({ eventKey }) => eventKey)).size).toBe(2)
      }
    })

    it('are read in the older format, with an offset in the time, and have a key of their own', () => {
      const entity = { id: '1', name: 'Invoice', operation: 'Void', lastUpdated: '2015-10-05T14:42:19-0700' }
      const body = (...entities: object[]): string =>
        JSON.stringify({ eventNotifications: [{ realmId: '7', dataChangeEvent: { entities } }] })
      const [first] = readQuickbooksHints(body(entity)).hints
      expect(first).toMatchObject({ organisationId: '7', entity: 'invoice', entityId: '1', change: 'voided' })
      expect(first?.happenedAt?.toString()).toBe('2015-10-05T21:42:19Z')
      const keys = [
        entity,
        entity,
        { ...entity, operation: 'Update' },
        { ...entity, lastUpdated: '2015-10-05T14:42:20-0700' },
      ].map((each) => readQuickbooksHints(body(each)).hints[0]?.eventKey)
      expect(new Set(keys).size).toBe(3)
      expect(keys[0]).toBe(keys[1])
    })

    it('are never refused when they are genuine, however odd', async () => {
      const odd = [
        '',
        'nonsense',
        '7',
        'null',
        '[]',
        '[null,7,"x"]',
        '{}',
        '{"eventNotifications":"x"}',
        '{"eventNotifications":[{"realmId":1}]}',
        JSON.stringify([{ ...cloudEvent, data: 'x', time: 'x' }]),
      ]
      for (const body of odd) expect([body, (await quickbooks(body)).statusCode]).toEqual([body, 200])
      expect(web.hints.flatMap(({ hints }) => hints).map(({ happenedAt }) => happenedAt)).toEqual([null])
    })

    it('are refused when they are not signed, or not by Intuit', async () => {
      const body = JSON.stringify([cloudEvent])
      expect((await quickbooks(body, { 'intuit-signature': '' })).statusCode).toBe(401)
      expect((await quickbooks(body, { 'intuit-signature': sign(body, 'x') })).statusCode).toBe(401)
      expect(web.hints).toEqual([])
    })

    it('may be 5 MB, and no more', async () => {
      expect((await quickbooks(Buffer.alloc(5 * 1024 * 1024, ' '))).statusCode).toBe(200)
      expect((await quickbooks(Buffer.alloc(5 * 1024 * 1024 + 1, ' '))).statusCode).toBe(413)
    })
  })

  it('are refused altogether while no key is set', async () => {
    const unset = await openWeb({ config: { xero: { ...web.app.config.xero, webhookKey: null } } })
    const answer = await unset.server.inject({
      method: 'POST',
      url: '/webhooks/xero',
      payload: '{}',
      headers: { 'x-xero-signature': sign('{}', '') },
    })
    expect(answer.statusCode).toBe(401)
  })

  it('leave nothing of their bodies and signatures in the log', async () => {
    const body = '{"events":[{"tenantId":"canary-body"}]}'
    await xero(body)
    await xero(body, { 'x-xero-signature': 'canary-signature' })
    web.trouble.storing = new Error('down')
    await quickbooks(
      '[{"id":"1","type":"qbo.invoice.updated.v1","intuitaccountid":"1","intuitentityid":"canary-body"}]',
    )
    expect(web.printed.length).toBeGreaterThan(2)
    expect(web.printed.join('')).not.toMatch(/canary/)
  })
})

describe.runIf(hasFixtures)('The recorded signatures', () => {
  it('of Xero are judged as published', () => {
    const { vectors } = JSON.parse(fixture('xero/webhooks/xero-php-webhook-vectors.json')) as {
      vectors: { signingKey?: string; rawBody: string; xXeroSignature?: string; valid?: boolean }[]
    }
    const signed = vectors.filter(({ xXeroSignature }) => xXeroSignature !== undefined)
    expect(
      signed.map((vector) => isGenuine(Buffer.from(vector.rawBody), vector.xXeroSignature, vector.signingKey ?? null)),
    ).toEqual(signed.map(({ valid }) => valid))
    expect(signed).toHaveLength(2)
  })

  it('of Intuit are judged as published, in both formats', () => {
    const vectors = JSON.parse(fixture('quickbooks/webhooks/signature-vectors.json')) as {
      file: string
      verifierToken: string
      'intuit-signature': string
    }[]
    const genuine = vectors.filter((vector) =>
      isGenuine(
        readFileSync(new URL(`quickbooks/webhooks/${vector.file}`, FIXTURES)),
        vector['intuit-signature'],
        vector.verifierToken,
      ),
    )
    expect(genuine.map(({ file }) => file)).toEqual(vectors.map(({ file }) => file))
    expect(vectors).toHaveLength(4)
  })

  it('belong to bodies that read as they say', () => {
    const { hints, unreadable } = readQuickbooksHints(
      fixture('quickbooks/webhooks/synthetic_cloudevents_multi_realm.json'),
    )
    expect(unreadable).toBe(0)
    expect(hints.map(({ organisationId, entity, entityId, change }) => `${organisationId.slice(-1)} ${entity} ${entityId} ${change}`)).toEqual([
      '1 payment 147 created', '1 invoice 103 updated', '1 invoice 103 emailed', '2 invoice 264 voided', '2 invoice 265 voided',
      '2 payment 148 deleted', '2 credit 73 created', '2 customer 123 merged', '2 customer 27 merged',
    ]) // prettier-ignore
    const older = readQuickbooksHints(fixture('quickbooks/webhooks/intuit_legacy_example_2015.json'))
    expect(older.hints.map(({ organisationId, entity, change }) => `${organisationId} ${entity} ${change}`)).toEqual([
      '1185883450 customer created',
    ])
  })
})
