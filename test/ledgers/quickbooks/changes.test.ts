import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day } from '../../../src/chase/day.ts'
import { money } from '../../../src/chase/money.ts'
import type { LedgerChanges } from '../../../src/ledgers/ledger.ts'
import { openQuickBooks, type Opened } from './open.ts'
import { failureOf, serve } from './serve.ts'

let opened: Opened
beforeEach(async () => {
  opened = await openQuickBooks()
})
afterEach(() => opened.close())

const DAY = 24 * 3600

async function pagesOf(changes: AsyncIterable<LedgerChanges>): Promise<LedgerChanges[]> {
  const pages: LedgerChanges[] = []
  for await (const page of changes) pages.push(page)
  return pages
}
const paths = (): string[] => opened.simulator.calls().map(({ path }) => decodeURIComponent(path))

describe('Catching up with QuickBooks', () => {
  it('takes one call when little happened, at a point in time without an offset', async () => {
    const since = opened.books.now()
    opened.books.addCustomer({ name: 'Wren' })
    await pagesOf(opened.ledger.changes(since))
    expect(paths()).toEqual([
      '/v3/company/9130350000000001/cdc?entities=Invoice,Customer,CreditMemo,Payment&changedSince=2026-02-10T09:00:00Z&minorversion=75&format=json',
    ])
  })

  it('names what was deleted, and what a deleted payment left unapplied', async () => {
    const customer = opened.books.addCustomer({ name: 'Wren' })
    const invoice = opened.books.addInvoice({ customerId: customer.id, total: money(100, 'GBP') })
    const payment = opened.books.receive(customer.id, day('2026-02-01'), money(100, 'GBP'), [])
    const since = opened.books.now()
    opened.advance(60)
    opened.books.updateInvoice(invoice.id, { status: 'deleted' })
    opened.books.deletePayment(payment.id)
    const [page] = await pagesOf(opened.ledger.changes(since.add({ seconds: 30 })))
    expect(page?.removed).toEqual([
      { kind: 'invoice', id: invoice.id },
      { kind: 'payment', id: payment.id },
      { kind: 'credit', id: payment.id },
    ])
    expect([page?.invoices, page?.payments, page?.credits]).toEqual([[], [], []])
  })

  it('asks by query where change data capture does not look back far enough', async () => {
    const since = opened.books.now()
    const customer = opened.books.addCustomer({ name: 'Wren', archived: true })
    const invoice = opened.books.addInvoice({ customerId: customer.id, total: money(100, 'GBP') })
    opened.advance(31 * DAY)
    await opened.ledger.organisation()
    const before = paths().length
    const pages = await pagesOf(opened.ledger.changes(since))
    expect(pages.flatMap(({ invoices }) => invoices.map(({ id }) => id))).toEqual([invoice.id])
    expect(pages.flatMap(({ customers }) => customers.map(({ id, state }) => [id, state]))).toEqual([
      [customer.id, 'archived'],
    ])
    expect(
      paths()
        .slice(before)
        .map((path) => /(cdc|from \w+)/.exec(path)?.[0]),
    ).toEqual(['cdc', 'from invoice', 'from customer', 'from creditMemo', 'from payment'])
  })

  it('does not trust a capture that silently begins later than asked', async () => {
    const served = await serve([
      { body: { CDCResponse: [{ QueryResponse: [{}] }], time: '2026-03-20T09:00:00.000-08:00' } },
      { body: { QueryResponse: {} } },
    ])
    await pagesOf(served.ledger.changes(Temporal.Instant.from('2026-02-10T09:00:00Z')))
    expect(served.requests.length).toBe(5)
    await served.close()
  })

  it('asks by query for an entity with more changes than one capture holds, deletions kept', async () => {
    const customer = opened.books.addCustomer({ name: 'Wren' })
    const ids = Array.from(
      { length: 1200 },
      () => opened.books.addInvoice({ customerId: customer.id, total: money(100, 'GBP') }).id,
    )
    const since = opened.books.now()
    opened.advance(60)
    for (const id of ids) opened.books.updateInvoice(id, { dueOn: day('2026-03-01') })
    const pages = await pagesOf(opened.ledger.changes(since.add({ seconds: 1 })))
    expect(new Set(pages.flatMap(({ invoices }) => invoices.map(({ id }) => id))).size).toBe(1200)
    expect(paths().map((path) => /(cdc|startposition \d+)/.exec(path)?.[0])).toEqual([
      'cdc',
      'startposition 1',
      'startposition 1000',
    ])
  })

  it('passes an outage on instead of asking by query', async () => {
    opened.simulator.faults.add({ match: { path: /cdc/ }, times: 1, kind: 'status', status: 503 })
    expect((await failureOf(pagesOf(opened.ledger.changes(opened.books.now())))).problem).toBe('unavailable')
    expect(paths().length).toBe(1)
  })

  it('reports an unreadable payment once, and the rest goes on', async () => {
    const group = {
      Payment: [
        { Id: '5' },
        {
          Id: '6',
          TxnDate: '2026-02-01',
          TotalAmt: 3,
          UnappliedAmt: 3,
          CustomerRef: { value: '1' },
          CurrencyRef: { value: 'GBP' },
        },
      ],
    }
    const served = await serve([
      { body: { CDCResponse: [{ QueryResponse: [group] }] } },
      { body: { Preferences: { CurrencyPrefs: { HomeCurrency: { value: 'GBP' } } } } },
    ])
    const [page] = await pagesOf(served.ledger.changes(Temporal.Instant.from('2026-02-10T09:00:00Z')))
    expect(page?.defects.map(({ kind, id, field }) => [kind, id, field])).toEqual([['payment', '5', 'TxnDate']])
    expect(page?.credits.map(({ id, remaining }) => [id, remaining])).toEqual([['6', money(300, 'GBP')]])
    await served.close()
  })
})

describe('What a check before sending costs', () => {
  it('is one call for up to 200 invoices and two for the credits of a customer', async () => {
    const customer = opened.books.addCustomer({ name: 'Wren' })
    const ids = Array.from(
      { length: 201 },
      () => opened.books.addInvoice({ customerId: customer.id, total: money(100, 'GBP') }).id,
    )
    await opened.ledger.invoices(ids.slice(0, 200))
    expect(opened.simulator.calls().length).toBe(1)
    await opened.ledger.creditsOf(customer.id)
    expect(opened.simulator.calls().length).toBe(3)
    expect([...(await opened.ledger.invoices(ids)).values()].filter((invoice) => invoice === null)).toEqual([])
    expect(opened.simulator.calls().length).toBe(5)
  })

  it('is one call for everybody’s credits that changed', async () => {
    for (const name of ['Wren', 'Rook', 'Jay'])
      opened.books.addCredit('credit-note', opened.books.addCustomer({ name }).id, day('2026-01-05'), money(500, 'GBP'))
    const { credits } = await opened.ledger.creditsChanged(opened.books.now().subtract({ hours: 1 }))
    expect([credits.length, opened.simulator.calls().length]).toEqual([3, 1])
  })

  it('names customer types once, however many pages and customers', async () => {
    opened.books.addCustomer({ name: 'Wren', groups: ['Strategic', 'VIP'] })
    opened.books.addCustomer({ name: 'Rook', groups: ['Estratégico'] })
    const groups: (readonly string[])[] = []
    for await (const { items } of opened.ledger.customers()) groups.push(...items.map((customer) => customer.groups))
    for await (const { items } of opened.ledger.customers()) groups.push(...items.map((customer) => customer.groups))
    expect(groups).toEqual([['Strategic'], ['Estratégico'], ['Strategic'], ['Estratégico']])
    expect(paths().filter((path) => path.includes('customerType')).length).toBe(1)
  })
})

describe('The allowance', () => {
  it('is asked and given back once for every call, the repeated ones too', async () => {
    opened.advance(3601)
    await opened.ledger.organisation()
    expect([opened.seen.length, opened.simulator.calls().length]).toEqual([3, 3])
  })

  it('hears of QuickBooks’ own limit', async () => {
    await opened.close()
    opened = await openQuickBooks({ limits: { windows: [{ name: 'minute', calls: 2, seconds: 60 }], atOnce: null } })
    await opened.ledger.organisation()
    const error = await failureOf(opened.ledger.organisation())
    expect([error.problem, error.retryAfterSeconds]).toEqual(['slow-down', 60])
    expect(opened.seen.at(-1)?.refused).toEqual({ limit: 'minute', retryAfterSeconds: 60 })
    opened.advance(61)
    expect((await opened.ledger.organisation()).baseCurrency).toBe('GBP')
  })
})
