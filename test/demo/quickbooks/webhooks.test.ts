import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day } from '../../../src/chase/day.ts'
import { money } from '../../../src/chase/money.ts'
import type { WebhookTarget } from '../../../src/demo/quickbooks/webhooks.ts'
import { openQuickBooks, REALM, type Opened } from '../../ledgers/quickbooks/open.ts'

const KEY = 'a-verifier-token'
type Heard = { readonly headers: IncomingHttpHeaders; readonly body: string }

let heard: Heard[]
let statuses: number[]
let opened: Opened
let hook: { url: string; close(): Promise<void> }

beforeEach(async () => {
  heard = []
  statuses = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      heard.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
      response.writeHead(statuses.shift() ?? 200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  hook = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/quickbooks`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
})
afterEach(async () => {
  await opened.close()
  await hook.close()
})

const start = async (given: Partial<WebhookTarget> = {}): Promise<void> => {
  opened = await openQuickBooks({ webhook: { url: hook.url, key: KEY, retryAfterMs: [1, 1], ...given } })
}
type Told = { type: string; intuitentityid: string; intuitaccountid: string; data: unknown; id: string }
const told = (): string[] =>
  heard.flatMap(({ body }) =>
    (JSON.parse(body) as Told[]).map(({ type, intuitentityid }) => `${type} ${intuitentityid}`),
  )

function aPaidInvoice(): { customerId: string; invoiceId: string; paymentId: string } {
  const { id: customerId } = opened.books.addCustomer({ name: 'Wren' })
  const { id: invoiceId } = opened.books.addInvoice({ customerId, total: money(100, 'GBP') })
  const { id: paymentId } = opened.books.pay(invoiceId, day('2026-02-10'))
  return { customerId, invoiceId, paymentId }
}

describe('Webhooks of the simulated QuickBooks', () => {
  it('tell what changed in one signed body of CloudEvents, each change once', async () => {
    await start()
    const { customerId, invoiceId, paymentId } = aPaidInvoice()
    opened.books.updateInvoice(invoiceId, { number: 'again' })
    await opened.simulator.deliverWebhooks()
    expect(heard.length).toBe(1)
    expect(told()).toEqual([
      `qbo.customer.created.v1 ${customerId}`,
      `qbo.invoice.created.v1 ${invoiceId}`,
      `qbo.payment.created.v1 ${paymentId}`,
      `qbo.invoice.updated.v1 ${invoiceId}`,
    ])
    const [{ headers, body } = { headers: {}, body: '' }] = heard
    expect(headers['content-type']).toBe('application/cloudevents+json')
    expect(headers['intuit-signature']).toBe(createHmac('sha256', KEY).update(body).digest('base64'))
    const [event] = JSON.parse(body) as Told[]
    expect({ ...event, id: '' }).toEqual({
      specversion: '1.0',
      id: '',
      source: 'intuit.simulated',
      type: 'qbo.customer.created.v1',
      datacontenttype: 'application/json',
      time: '2026-02-10T09:00:00.000000000Z',
      intuitentityid: customerId,
      intuitaccountid: REALM,
      data: {},
    })
  })

  it('say nothing about notes, bills and drafts', async () => {
    await start()
    const { invoiceId, customerId } = aPaidInvoice()
    await opened.simulator.deliverWebhooks()
    heard.length = 0
    opened.books.addNote(invoiceId, 'Reminder sent')
    opened.books.addInvoice({ customerId, total: money(5, 'GBP'), kind: 'bill' })
    opened.books.addInvoice({ customerId, total: money(5, 'GBP'), status: 'draft' })
    await opened.simulator.deliverWebhooks()
    expect(heard).toEqual([])
  })

  it('name both customers of a merge, a void and a deletion', async () => {
    await start()
    const [from, into] = [opened.books.addCustomer({ name: 'Old' }), opened.books.addCustomer({ name: 'New' })]
    const [one, two] = [1, 2].map((n) => opened.books.addInvoice({ customerId: into.id, total: money(n, 'GBP') }))
    await opened.simulator.deliverWebhooks()
    heard.length = 0
    opened.books.mergeCustomers(from.id, into.id)
    opened.books.updateInvoice(one?.id ?? '', { status: 'void' })
    opened.books.updateInvoice(two?.id ?? '', { status: 'deleted' })
    await opened.simulator.deliverWebhooks()
    expect(told()).toEqual([
      `qbo.customer.merged.v1 ${into.id}`,
      `qbo.invoice.voided.v1 ${one?.id}`,
      `qbo.invoice.deleted.v1 ${two?.id}`,
    ])
    expect((JSON.parse(heard[0]?.body ?? '[]') as Told[])[0]?.data).toEqual({ deletedid: from.id })
  })

  it('come in the older shape where the app asks for it', async () => {
    await start({ format: 'legacy' })
    const customer = opened.books.addCustomer({ name: 'Wren' })
    await opened.simulator.deliverWebhooks()
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({
      eventNotifications: [
        {
          realmId: REALM,
          dataChangeEvent: {
            entities: [
              { name: 'Customer', id: customer.id, operation: 'Create', lastUpdated: '2026-02-10T09:00:00.000Z' },
            ],
          },
        },
      ],
    })
    expect(heard[0]?.headers['content-type']).toBe('application/json; charset=utf-8')
  })

  it('are tried again after a bad answer, the same body, and then given up', async () => {
    await start()
    statuses = [500, 400]
    opened.books.addCustomer({ name: 'Wren' })
    await opened.simulator.deliverWebhooks()
    expect([heard.length, new Set(heard.map(({ body }) => body)).size]).toEqual([3, 1])
    statuses = [500, 500, 500]
    opened.books.addCustomer({ name: 'Rook' })
    await opened.simulator.deliverWebhooks()
    expect(heard.length).toBe(6)
  })

  it('come by themselves a moment after a change', async () => {
    await start()
    opened.books.addCustomer({ name: 'Wren' })
    await expect.poll(() => heard.length).toBe(1)
  })

  it('stop with the consent', async () => {
    await start()
    opened.simulator.disconnect(REALM)
    opened.books.addCustomer({ name: 'Wren' })
    await opened.simulator.deliverWebhooks()
    expect(heard).toEqual([])
  })

  it('can get lost, arrive twice, and out of order', async () => {
    await start()
    opened.simulator.webhookFaults.drop = 1
    aPaidInvoice()
    await opened.simulator.deliverWebhooks()
    expect(told().length).toBe(3)
    heard.length = 0
    Object.assign(opened.simulator.webhookFaults, { duplicate: true, shuffle: true })
    for (let n = 0; n < 20; n += 1) opened.books.addCustomer({ name: `C${n}` })
    await opened.simulator.deliverWebhooks()
    expect(heard.length).toBe(2)
    const ids = (JSON.parse(heard[0]?.body ?? '[]') as Told[]).map(({ intuitentityid }) => Number(intuitentityid))
    expect(ids.toSorted((a, b) => a - b).join()).not.toBe(ids.join())
  })

  it('hold at most a hundred events a body', async () => {
    await start()
    for (let n = 0; n < 250; n += 1) opened.books.addCustomer({ name: `C${n}` })
    await opened.simulator.deliverWebhooks()
    expect(heard.map(({ body }) => (JSON.parse(body) as Told[]).length)).toEqual([100, 100, 50])
  })
})
