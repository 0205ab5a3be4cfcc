import { fc } from '../../support/random.ts'
import { afterEach, describe, expect, it } from 'vitest'
import { money } from '../../../src/chase/money.ts'
import { day } from '../../../src/chase/day.ts'
import { everyPage, oneAhead, PAGE_SIZE } from '../../../src/ledgers/quickbooks/pages.ts'
import { openQuickBooks, type Opened } from './open.ts'
import { failureOf } from './serve.ts'

let opened: Opened | null = null
afterEach(async () => {
  await opened?.close()
  opened = null
})

async function withInvoices(count: number): Promise<Opened> {
  opened = await openQuickBooks()
  const { id: customerId } = opened.books.addCustomer({ name: 'Wren & Daughters' })
  for (let n = 1; n <= count; n += 1) {
    opened.books.addInvoice({ customerId, total: money(n, 'GBP'), number: `INV-${n}`, issuedOn: day('2026-01-05') })
  }
  return opened
}

const queries = ({ simulator }: Opened): string[] =>
  simulator.calls().map(({ path }) => /startposition (\d+)/.exec(decodeURIComponent(path))?.[1] ?? '')

describe('Paging through a query', () => {
  it('skips no invoice though others are paid between two pages', async () => {
    const { books, ledger, simulator } = await withInvoices(2500)
    const invoices = [...books.invoices.values()]
    const seen = new Set<string>()
    let pages = 0
    for await (const page of ledger.openInvoices()) {
      for (const { id } of page.items) seen.add(id)
      pages += 1
      // Ten invoices of pages that were read already, one of them the last of its page.
      if (pages === 1)
        for (const paid of [...invoices.slice(0, 9), ...invoices.slice(999, 1000)])
          books.pay(paid.id, day('2026-02-01'))
    }
    expect(invoices.filter(({ id }) => !seen.has(id)).map(({ number }) => number)).toEqual([])
    expect(simulator.calls().length).toBeLessThanOrEqual(5)
  })

  it('gives every row exactly once, whatever leaves the list meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 3200 }),
        fc.array(fc.array(fc.nat(3200), { maxLength: 300 }), { maxLength: 6 }),
        async (count, leaving) => {
          let rows = Array.from({ length: count }, (_, n) => ({ Id: String(n + 1) }))
          const gone = new Set<string>()
          const got: string[] = []
          const departures = leaving.values()
          for await (const page of everyPage(async (start) => rows.slice(start - 1, start - 1 + PAGE_SIZE))) {
            for (const row of page) got.push((row as { Id: string }).Id)
            for (const n of departures.next().value ?? []) gone.add(String(n))
            rows = rows.filter(({ Id }) => !gone.has(Id))
          }
          expect(new Set(got).size).toBe(got.length)
          const missed = Array.from({ length: count }, (_, n) => String(n + 1)).filter(
            (id) => !got.includes(id) && !gone.has(id),
          )
          expect(missed).toEqual([])
        },
      ),
      { numRuns: 60 },
    )
  })

  it('takes one call for a page that is not full, and one more after a full one', async () => {
    const { ledger } = await withInvoices(1000)
    for await (const page of ledger.openInvoices()) expect(page.items.length).toBe(1000)
    expect(opened && queries(opened)).toEqual(['1', '1000'])
  })

  it('fetches the next page while this one is handled, and no further', async () => {
    const { ledger, simulator } = await withInvoices(3500)
    const pages = ledger.openInvoices()[Symbol.asyncIterator]()
    await pages.next()
    await expect.poll(() => simulator.calls().length).toBe(2)
    await new Promise((resolve) => setImmediate(resolve))
    expect(simulator.calls().length).toBe(2)
    await pages.next()
    await expect.poll(() => simulator.calls().length).toBe(3)
    await pages.return?.(undefined)
    expect(simulator.calls().length).toBe(3)
  })

  it('tells a failure between two pages to whoever asks for the next', async () => {
    const { ledger, simulator } = await withInvoices(1500)
    simulator.faults.add({ match: { path: /startposition%201000/ }, times: 1, kind: 'status', status: 503 })
    const pages = ledger.openInvoices()[Symbol.asyncIterator]()
    expect((await pages.next()).done).toBe(false)
    expect((await failureOf(pages.next())).problem).toBe('unavailable')
  })

  it('leaves nothing behind when the reader stops early', async () => {
    let closed = false
    const source = (async function* () {
      try {
        for (let n = 0; ; n += 1) yield n
      } finally {
        closed = true
      }
    })()
    for await (const n of oneAhead(source)) if (n === 2) break
    expect(closed).toBe(true)
  })
})
