import { afterEach, describe, expect, it, vi } from 'vitest'
import { day } from '../../../src/chase/day.ts'
import { money } from '../../../src/chase/money.ts'
import type { LedgerInvoice } from '../../../src/ledgers/ledger.ts'
import { createXeroLedger } from '../../../src/ledgers/xero/ledger.ts'
import { listsAhead, pagesAhead } from '../../../src/ledgers/xero/pages.ts'
import { simulatedXero, type SimulatedXero } from './simulated.ts'
import { always, anInvoice, aPage, startStub, stubSession } from './stub.ts'

let xero: SimulatedXero | null = null
afterEach(async () => {
  await xero?.simulator.close()
  xero = null
})

async function withInvoices(count: number): Promise<SimulatedXero> {
  xero = await simulatedXero()
  const customer = xero.books.addCustomer({ name: 'Acme' })
  for (let n = 1; n <= count; n++) {
    xero.books.addInvoice({
      customerId: customer.id,
      number: `F-${n}`,
      total: money(n, 'EUR'),
      dueOn: day('2026-01-31'),
    })
  }
  return xero
}

const callsTo = ({ simulator }: SimulatedXero, part: string): string[] =>
  simulator.calls().map(({ method, path }) => `${method} ${path}`).filter((call) => call.includes(part)) // prettier-ignore

describe('Lists in Xero', () => {
  it('cost one call per thousand', async () => {
    const { ledger } = await withInvoices(2003)
    let found = 0
    for await (const { items } of ledger.openInvoices()) found += items.length
    expect([found, callsTo(xero!, '/Invoices').length]).toEqual([2003, 3])
  })

  it('lose nothing when invoices are edited while they are read', async () => {
    const { ledger, books, advance } = await withInvoices(2003)
    const all = [...books.invoices.values()]
    const found = new Map<string, LedgerInvoice>()
    for await (const { items } of ledger.openInvoices()) {
      for (const invoice of items) found.set(invoice.id, invoice)
      advance(60)
      for (const { id } of all.slice(0, 400)) books.updateInvoice(id, { reference: `seen ${found.size}` })
    }
    expect(found.size).toBe(2003)
  })

  it('lose nothing when invoices are paid while they are read', async () => {
    const { ledger, books, advance } = await withInvoices(2503)
    const found = new Map<string, LedgerInvoice>()
    let paid = 0
    for await (const { items } of ledger.openInvoices()) {
      for (const invoice of items) found.set(invoice.id, invoice)
      advance(60)
      // Those already read leave, and all later ones move forward across the border of the page.
      for (const { id } of items.slice(0, 300)) {
        if (books.balance(id).minor > 0 && paid++ < 900) books.pay(id, day('2026-02-02'))
      }
    }
    const missed = [...books.invoices.keys()].filter((id) => books.balance(id).minor > 0 && !found.has(id))
    expect(missed).toEqual([])
  })

  it('a bad record in the middle is reported, and the others arrive', async () => {
    const bad = anInvoice({ InvoiceID: 'bad', AmountDue: 'a lot' })
    const stub = await startStub(always(200, aPage('Invoices', [anInvoice({ InvoiceNumber: 'A' }), bad, anInvoice({ InvoiceNumber: 'B' }), anInvoice({ Type: 'ACCPAY' })]))) // prettier-ignore
    const pages = []
    for await (const page of createXeroLedger(stubSession(stub.url).session).openInvoices()) pages.push(page)
    await stub.close()
    expect(pages.map(({ items, defects }) => [items.map(({ number }) => number), defects])).toEqual([
      [['A', 'B'], [{ kind: 'invoice', id: 'bad', field: 'AmountDue', message: 'not a number' }]],
    ])
  })
})

describe('Invoices as they stand', () => {
  it('cost one call for forty, and are refused rather than half read', async () => {
    const { ledger, books } = await withInvoices(81)
    await ledger.invoices([...books.invoices.keys()])
    expect(callsTo(xero!, '/Invoices').length).toBe(3)

    const stub = await startStub(always(200, aPage('Invoices', [anInvoice({ AmountDue: 'a lot' })])))
    const { ledger: other } = { ledger: createXeroLedger(stubSession(stub.url).session) }
    await expect(other.invoices([String(anInvoice()['InvoiceID'])])).rejects.toMatchObject({ problem: 'rejected' })
    await stub.close()
  })

  it('credits of one customer cost three calls, those of everybody as many, changed ones too', async () => {
    const { ledger, books } = await withInvoices(1)
    const [customer] = [...books.customers.values()]
    books.addCredit('prepayment', customer!.id, day('2026-01-01'), money(500, 'EUR'))
    books.addCredit('credit-note', books.addCustomer({ name: 'Other' }).id, day('2026-01-01'), money(700, 'EUR'))
    expect((await ledger.creditsOf(customer!.id)).map(({ kind, remaining }) => [kind, remaining.minor])).toEqual([['prepayment', 500]]) // prettier-ignore
    const changed = await ledger.creditsChanged(books.now().subtract({ hours: 1 }))
    expect(new Set(changed.credits.map(({ remaining }) => remaining.minor))).toEqual(new Set([500, 700]))
    const everybody = []
    for await (const { items } of ledger.credits()) everybody.push(...items.map(({ remaining }) => remaining.minor))
    expect(everybody).toEqual([700, 500])
    const calls = [...callsTo(xero!, '/CreditNotes'), ...callsTo(xero!, '/Overpayments'), ...callsTo(xero!, '/Prepayments')] // prettier-ignore
    expect(calls.length).toBe(9)
  })

  it('names of groups cost a call only when Xero leaves them out', async () => {
    const contact = { ContactID: 'c', Name: 'Acme', ContactGroups: [{ ContactGroupID: 'g1' }] }
    const stub = await startStub((request, response) =>
      always(200, request.url?.includes('ContactGroups') ? { ContactGroups: [{ ContactGroupID: 'g1', Name: 'Strategic' }] } : aPage('Contacts', [contact]))(request, response),
    ) // prettier-ignore
    const groups = []
    for await (const { items } of createXeroLedger(stubSession(stub.url).session).customers()) groups.push(...items.map((customer) => customer.groups)) // prettier-ignore
    await stub.close()
    expect([groups, stub.requests.length]).toEqual([[['Strategic']], 2])

    const { ledger, books } = await withInvoices(1)
    books.addCustomer({ name: 'Big', groups: ['Strategic'] })
    for await (const page of ledger.customers()) expect(page.items.map((customer) => customer.groups)).toEqual([[], ['Strategic']]) // prettier-ignore
    expect(callsTo(xero!, 'ContactGroups')).toEqual([])
  })
})

const page = (number: number, of: number) => ({ records: [number], itemCount: of, isLast: number >= of })

const failing = () =>
  pagesAhead(async (number) => {
    if (number === 2) throw new Error('page two')
    return page(number, 3)
  })

describe('Reading ahead', () => {
  it('asks for the next page while the caller works, and never for one more', async () => {
    const asked: number[] = []
    const pages = pagesAhead(async (number) => {
      asked.push(number)
      return page(number, 4)
    })
    const first = await pages.next()
    expect([first.value?.records, asked]).toEqual([[1], [1, 2]])
    await vi.waitFor(() => expect(asked.length).toBe(2))
    await pages.next()
    expect(asked).toEqual([1, 2, 3])
    await pages.return(undefined)
    expect(asked).toEqual([1, 2, 3])
  })

  it('a failure of the next page is told when it is asked for, and to nobody when it is not', async () => {
    const asked = failing()
    await asked.next()
    await expect(asked.next()).rejects.toThrow('page two')

    const left = failing()
    await left.next()
    await left.return(undefined)
  })
})

describe('Several lists of what changed', () => {
  const telling = (begun: string[]) => (name: string, fails: string | null = null) => async function* () {
    begun.push(name)
    if (fails !== null) throw new Error(fails)
    yield `${name} 1`
    yield `${name} 2`
  } // prettier-ignore

  it('come one after the other, the next one begun while this one is worked on, and no more than that', async () => {
    const begun: string[] = []
    const list = telling(begun)
    const seen: [string, number][] = []
    for await (const page of listsAhead([list('customers'), list('invoices'), list('payments')]))
      seen.push([page, begun.length])
    expect(seen).toEqual([
      ['customers 1', 2], ['customers 2', 2], ['invoices 1', 3], ['invoices 2', 3], ['payments 1', 3], ['payments 2', 3],
    ]) // prettier-ignore
  })

  it('tell of a failure where it comes, and not at all when nobody goes so far', async () => {
    const list = telling([])
    const lists = () => listsAhead([list('customers'), list('invoices', 'Xero is away')])
    const [first] = [await lists().next()]
    expect(first.value).toBe('customers 1')
    const seen: string[] = []
    await expect(async () => {
      for await (const page of lists()) seen.push(page)
    }).rejects.toThrow('Xero is away')
    expect(seen).toEqual(['customers 1', 'customers 2'])
  })
})
