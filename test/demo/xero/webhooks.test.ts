import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day } from '../../../src/chase/day.ts'
import { money } from '../../../src/chase/money.ts'
import { xeroSignature } from '../../../src/demo/xero/webhooks.ts'
import { ORGANISATION_ID, simulatedXero, type SimulatedXero } from '../../ledgers/xero/simulated.ts'

const KEY = 'the-signing-key'
type Event = { eventCategory: string; eventType: string; resourceId: string; tenantId: string; data?: unknown }
type Body = { events: Event[]; firstEventSequence: number; lastEventSequence: number }

let receiver: Server
let answers: number[]
let received: Body[]
let xero: SimulatedXero

beforeEach(async () => {
  answers = []
  received = []
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString('utf8')
      const good = request.headers['x-xero-signature'] === xeroSignature(KEY, raw)
      const status = good ? (answers.shift() ?? 200) : 401
      if (status === 200) received.push(JSON.parse(raw) as Body)
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/xero`
  xero = await simulatedXero({ webhook: { url, key: KEY, retryDelaysMs: [1, 1], gatherMs: 60_000 } })
})
afterEach(async () => {
  await xero.simulator.close()
  await new Promise((resolve) => receiver.close(resolve))
})

const told = (): string[] =>
  received.flatMap(({ events }) => events.map(({ eventCategory, eventType }) => `${eventCategory} ${eventType}`))

describe('Webhooks of the simulated Xero', () => {
  it('tell of customers, invoices and credit notes; a payment is an update of its invoice, a note is nothing', async () => {
    const { books, simulator } = xero
    const customer = books.addCustomer({ name: 'Acme' })
    const invoice = books.addInvoice({ customerId: customer.id, total: money(100, 'EUR') })
    await simulator.deliverWebhooks()
    books.pay(invoice.id, day('2026-02-02'), money(50, 'EUR'))
    books.addNote(invoice.id, 'Reminder sent')
    await simulator.deliverWebhooks()
    books.addCredit('credit-note', customer.id, day('2026-02-02'), money(10, 'EUR'))
    await simulator.deliverWebhooks()
    expect(told()).toEqual(['CONTACT CREATE', 'INVOICE CREATE', 'INVOICE UPDATE', 'CREDITNOTE CREATE'])
    expect(received.map(({ firstEventSequence, lastEventSequence }) => [firstEventSequence, lastEventSequence])).toEqual([[1, 2], [3, 3], [4, 4]]) // prettier-ignore
    expect(received[0]?.events[1]).toMatchObject({ resourceId: invoice.id, tenantId: ORGANISATION_ID, eventDateUtc: '2026-02-02T09:00:00.000' }) // prettier-ignore
    expect(received[2]?.events[0]?.data).toEqual({ Type: 'ACCRECCREDIT', Status: 'AUTHORISED' })
  }) // prettier-ignore

  it('are sent again until they are answered with 200, then given up', async () => {
    answers = [500, 204, 200]
    xero.books.addCustomer({ name: 'Acme' })
    await xero.simulator.deliverWebhooks()
    expect([told(), answers]).toEqual([['CONTACT CREATE'], []])
    answers = [500, 500, 500]
    xero.books.addCustomer({ name: 'Lost' })
    await xero.simulator.deliverWebhooks()
    expect(received.length).toBe(1)
  })

  it('can be lost, doubled and shuffled', async () => {
    const { webhookFaults, deliverWebhooks } = xero.simulator
    webhookFaults.drop = 1
    xero.books.addCustomer({ name: 'Lost' })
    await deliverWebhooks()
    expect(told()).toEqual([])
    webhookFaults.duplicate = true
    webhookFaults.shuffle = true
    const customer = xero.books.addCustomer({ name: 'Acme' })
    xero.books.addInvoice({ customerId: customer.id, total: money(1, 'EUR') })
    await deliverWebhooks()
    expect(told()).toEqual(['INVOICE CREATE', 'CONTACT CREATE', 'INVOICE CREATE', 'CONTACT CREATE'])
  })

  it('are not sent for an organisation that is not connected', async () => {
    xero.simulator.disconnect(ORGANISATION_ID)
    xero.books.addCustomer({ name: 'Acme' })
    await xero.simulator.deliverWebhooks()
    expect(received).toEqual([])
  })

  it('the intent to receive tries right and wrong signatures', async () => {
    expect(await xero.simulator.intentToReceive()).toBe(true)
    answers = [200, 500]
    expect(await xero.simulator.intentToReceive()).toBe(false)
  })
})
