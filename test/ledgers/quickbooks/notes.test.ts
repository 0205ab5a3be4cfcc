import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { money } from '../../../src/chase/money.ts'
import type { BookCustomer, BookInvoice } from '../../../src/demo/books.ts'
import type { LedgerNote } from '../../../src/ledgers/ledger.ts'
import { createQuickBooksLedger } from '../../../src/ledgers/quickbooks/ledger.ts'
import { noteText } from '../../../src/ledgers/quickbooks/notes.ts'
import { openQuickBooks, type Opened } from './open.ts'
import { failureOf, serve } from './serve.ts'

let opened: Opened
let customer: BookCustomer
let invoice: BookInvoice

async function start(notes: 'attachable' | 'customer-notes'): Promise<void> {
  opened = await openQuickBooks({ notes, deadlineMs: 500 })
  customer = opened.books.addCustomer({ name: 'Wren & Daughters', email: 'accounts@wren.example' })
  invoice = opened.books.addInvoice({ customerId: customer.id, total: money(120_00, 'GBP'), number: 'INV-7' })
}
afterEach(() => opened.close())

const aNote = (given: Partial<LedgerNote> = {}): LedgerNote => ({
  invoiceId: invoice.id,
  customerId: customer.id,
  text: 'Reminder sent to accounts@wren.example [p-1a2b]',
  token: '[p-1a2b]',
  key: 'chase-1-invoice-7',
  retry: false,
  ...given,
})
const written = (): string[] => opened.books.notesOn(invoice.id).map(({ text }) => text)
const writes = (): number => opened.simulator.calls().filter(({ method }) => method === 'POST').length

describe('A note linked to the invoice', () => {
  beforeEach(() => start('attachable'))

  it('is its own record, tagged, and never goes out with the invoice', async () => {
    await opened.ledger.writeNote(aNote())
    const answer = await fetch(
      `${opened.simulator.url}/v3/company/9130350000000001/query?query=${encodeURIComponent('select * from Attachable')}`,
      { headers: { authorization: `Bearer ${opened.tokens().accessToken}` } },
    )
    const { QueryResponse } = (await answer.json()) as { QueryResponse: { Attachable: Record<string, unknown>[] } }
    expect(QueryResponse.Attachable.map(({ Note, Tag, AttachableRef }) => ({ Note, Tag, AttachableRef }))).toEqual([
      {
        Note: 'Reminder sent to accounts@wren.example [p-1a2b]',
        Tag: 'puntual:chase-1-invoice-7',
        AttachableRef: [{ EntityRef: { value: invoice.id, type: 'Invoice' }, IncludeOnSend: false }],
      },
    ])
    expect(opened.simulator.calls().some(({ path }) => path.includes('requestid=chase-1-invoice-7'))).toBe(true)
  })

  it.each(['commit-then-drop', 'commit-then-500', 'cut-off'] as const)(
    'is written once though the answer was lost (%s)',
    async (kind) => {
      opened.simulator.faults.add({ match: { method: 'POST', path: /attachable/ }, times: 1, kind })
      await opened.ledger.writeNote(aNote())
      expect([written().length, writes()]).toEqual([1, 1])
    },
  )

  it('is written once though the answer and the look after it were lost', async () => {
    opened.simulator.faults.add({ match: { method: 'POST', path: /attachable/ }, times: 1, kind: 'commit-then-drop' })
    opened.simulator.faults.add({ match: { method: 'GET', path: /query/ }, times: 1, kind: 'reset' })
    expect((await failureOf(opened.ledger.writeNote(aNote()))).problem).toBe('unavailable')
    await opened.ledger.writeNote(aNote({ retry: true }))
    await opened.ledger.writeNote(aNote({ retry: true }))
    expect([written().length, writes()]).toEqual([1, 1])
  })

  it('is written once even where the ledger has forgotten the request', async () => {
    await opened.ledger.writeNote(aNote())
    opened.simulator.forgetRequests()
    await opened.ledger.writeNote(aNote({ retry: true }))
    expect([written().length, writes()]).toEqual([1, 1])
  })

  it('that never arrived is not taken for written, and is written by the next try', async () => {
    opened.simulator.faults.add({ match: { method: 'POST' }, times: 1, kind: 'reset' })
    expect((await failureOf(opened.ledger.writeNote(aNote()))).problem).toBe('unavailable')
    expect(written()).toEqual([])
    await opened.ledger.writeNote(aNote({ retry: true }))
    expect(written().length).toBe(1)
  })

  it('cannot be written on an invoice that is gone, and says so', async () => {
    opened.books.updateInvoice(invoice.id, { status: 'deleted' })
    const error = await failureOf(opened.ledger.writeNote(aNote()))
    expect([error.problem, written()]).toEqual(['rejected', []])
  })

  it('does not touch the invoice, its memo or the customer', async () => {
    const before = [invoice.version, customer.version, customer.notes]
    await opened.ledger.writeNote(aNote())
    expect([invoice.version, customer.version, customer.notes]).toEqual(before)
  })
})

describe('A note among the notes of the customer', () => {
  beforeEach(() => start('customer-notes'))

  const own = 'Call Mrs Wren, not the office.\nPays on the 25th.'

  it('leaves what the bookkeeper wrote as it is, before and after', async () => {
    opened.books.updateCustomer(customer.id, { notes: own })
    await opened.ledger.writeNote(aNote())
    expect(customer.notes).toBe(
      `${own}\n--- Puntual ---\nReminder sent to accounts@wren.example [p-1a2b] [#${invoice.id}]\n--- end of Puntual ---`,
    )
    opened.books.updateCustomer(customer.id, { notes: `${customer.notes}\nNew number: 0117.` })
    await opened.ledger.writeNote(aNote({ text: 'Paid [p-3c4d]', token: '[p-3c4d]', key: 'k2' }))
    expect(customer.notes.startsWith(`${own}\n`)).toBe(true)
    expect(customer.notes.endsWith('--- end of Puntual ---\nNew number: 0117.')).toBe(true)
    expect(await opened.ledger.notes(invoice.id)).toEqual([
      'Reminder sent to accounts@wren.example [p-1a2b]',
      'Paid [p-3c4d]',
    ])
  })

  it('changes nothing else about the customer', async () => {
    const { name, email, phone, firstName } = customer
    await opened.ledger.writeNote(aNote())
    expect([customer.name, customer.email, customer.phone, customer.firstName]).toEqual([name, email, phone, firstName])
  })

  it('is written once, however often it is asked and whatever gets lost', async () => {
    opened.simulator.faults.add({ match: { method: 'POST', path: /customer/ }, times: 1, kind: 'commit-then-drop' })
    expect((await failureOf(opened.ledger.writeNote(aNote()))).problem).toBe('unavailable')
    await opened.ledger.writeNote(aNote({ retry: true }))
    await opened.ledger.writeNote(aNote())
    expect(customer.notes.split('[p-1a2b]').length - 1).toBe(1)
  })

  it('is one line, whatever the text', async () => {
    await opened.ledger.writeNote(aNote({ text: 'First\r\n--- end of Puntual ---\nSecond [p-1a2b]' }))
    expect(await opened.ledger.notes(invoice.id)).toEqual(['First / --- end of Puntual --- / Second [p-1a2b]'])
  })

  it('takes the place of the oldest ones when there is no room, and never of the bookkeeper’s words', async () => {
    opened.books.updateCustomer(customer.id, { notes: own.padEnd(1500, '.') })
    for (let n = 1; n <= 12; n += 1) {
      await opened.ledger.writeNote(
        aNote({ text: `Reminder ${n} [p-${n}]`.padEnd(90, ' x'), token: `[p-${n}]`, key: `k${n}` }),
      )
    }
    expect(customer.notes.length).toBeLessThanOrEqual(2000)
    expect(customer.notes.startsWith(own.padEnd(1500, '.'))).toBe(true)
    const kept = (await opened.ledger.notes(invoice.id)).map((line) => line.slice(0, 11))
    expect([kept.at(-1), kept.includes('Reminder 1 ')]).toEqual(['Reminder 12', false])
  })

  it('is refused where the bookkeeper has filled the field', async () => {
    opened.books.updateCustomer(customer.id, { notes: 'x'.repeat(1990) })
    const error = await failureOf(opened.ledger.writeNote(aNote()))
    expect([error.problem, customer.notes]).toEqual(['rejected', 'x'.repeat(1990)])
  })

  it('is tried three times when somebody else is writing too, each time on top of the newest', async () => {
    const read = { Customer: { Id: '1', SyncToken: '4', Notes: 'Own words' } }
    const stale = {
      status: 400,
      body: {
        Fault: { Error: [{ Message: 'Stale Object Error', Detail: '', code: '5010' }], type: 'ValidationFault' },
      },
    }
    const newer = { Customer: { Id: '1', SyncToken: '5', Notes: 'Own words, changed' } }
    const served = await serve([{ body: read }, stale, { body: newer }, { body: { Customer: {} } }])
    await createQuickBooksLedger(served.session, { notes: 'customer-notes' }).writeNote(aNote({ customerId: '1' }))
    const posts = served.requests
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => JSON.parse(body) as object)
    expect(posts).toMatchObject([
      { Id: '1', SyncToken: '4', sparse: true },
      { Id: '1', SyncToken: '5', sparse: true, Notes: expect.stringMatching(/^Own words, changed\n--- Puntual ---\n/) },
    ])
    await served.close()

    const always = await serve([{ body: read }, stale, { body: read }, stale, { body: read }, stale, { body: read }])
    const ledger = createQuickBooksLedger(always.session, { notes: 'customer-notes' })
    expect((await failureOf(ledger.writeNote(aNote({ customerId: '1' })))).problem).toBe('unavailable')
    expect(always.requests.filter(({ method }) => method === 'POST').length).toBe(3)
    await always.close()
  })
})

describe('The text of a note', () => {
  beforeEach(() => start('attachable'))

  it('has plain punctuation and keeps letters and currencies', () => {
    expect(noteText({ text: '“Señor” – it’s 3 → 4… 1.250,00 € ñ', token: 'x' })).toBe(
      `"Señor" - it's 3 -> 4... 1.250,00 € ñ`,
    )
  })

  it('is cut to what fits, with its token at the end', () => {
    const text = noteText({ text: `${'a'.repeat(2500)} [p-1]`, token: '[p-1]' })
    expect([text.length, text.endsWith('a... [p-1]')]).toEqual([2000, true])
    const early = noteText({ text: `[p-1] ${'a'.repeat(2500)}`, token: '[p-1]' })
    expect([early.length, early.startsWith('[p-1] '), early.endsWith('a...')]).toEqual([2000, true, true])
  })
})
