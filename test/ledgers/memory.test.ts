import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { Books, repeatableUuids } from '../../src/demo/books.ts'
import { createMemoryLedger, type LedgerFaults } from '../../src/demo/memory-ledger.ts'
import { LedgerError } from '../../src/ledgers/ledger.ts'
import { describeLedger } from './describe-ledger.ts'

function someBooks() {
  let now = Temporal.Instant.from('2026-02-10T09:00:00Z')
  const books = new Books(
    {
      name: 'Suministros Turia', legalName: 'Suministros Turia, S.L.', country: 'ES', baseCurrency: 'EUR',
      timeZone: 'Europe/Madrid', email: 'administracion@turia.example', ownReminders: false,
    },
    repeatableUuids(7),
    () => now,
  ) // prettier-ignore
  const advance = (seconds: number): void => {
    now = now.add({ seconds })
  }
  return { books, advance }
}

describeLedger(
  'The ledger in memory',
  () => {
    const { books, advance } = someBooks()
    const ledger = createMemoryLedger(books, { organisationId: 'org-1' })
    return Promise.resolve({ ledger, books, advance, close: () => Promise.resolve() })
  },
  {
    payLinks: true, ownReminders: true, groups: true, copies: true, archived: true, merges: true,
    invoiceAddresses: true, expectedDates: true, threeDecimals: true, drafts: true, pageSize: 100,
  },
) // prettier-ignore

/** A ledger that fails as told, over books with one invoice, and a note to leave on it. */
function withNote(faults: LedgerFaults) {
  const { books } = someBooks()
  const customer = books.addCustomer({ name: 'Talleres Ebro' })
  const invoice = books.addInvoice({ customerId: customer.id, total: money(100, 'EUR'), issuedOn: day('2026-01-01') })
  const note = {
    invoiceId: invoice.id,
    customerId: customer.id,
    text: 'Sent [k1]',
    token: '[k1]',
    key: 'k1',
    retry: false,
  }
  return { books, note, ledger: createMemoryLedger(books, { organisationId: 'org-1', pageSize: 2, faults }) }
}

describe('Trouble with the ledger in memory', () => {
  it('writes nothing when the call never arrives', async () => {
    const { ledger, books, note } = withNote({
      before: () => {
        throw new LedgerError('unavailable', 'no answer')
      },
    })
    await expect(ledger.writeNote(note)).rejects.toThrow('no answer')
    expect(books.notesOn(note.invoiceId)).toEqual([])
  })

  it('leaves one note when the answer is lost and the caller tries again', async () => {
    let lost = 0
    const { ledger, books, note } = withNote({
      after: () => {
        lost += 1
        if (lost === 1) throw new LedgerError('unavailable', 'no answer')
      },
    })
    await expect(ledger.writeNote(note)).rejects.toThrow('no answer')
    await ledger.writeNote(note)
    expect(books.notesOn(note.invoiceId).map(({ text }) => text)).toEqual(['Sent [k1]'])
  })

  it('can fail between two pages of a list', async () => {
    const calls: string[] = []
    const { ledger, books } = withNote({
      before: (method) => {
        calls.push(method)
        if (calls.length === 2) throw new LedgerError('slow-down', 'enough', { retryAfterSeconds: 30 })
      },
    })
    for (const name of ['B', 'C']) books.addCustomer({ name })
    const pages: number[] = []
    const read = async (): Promise<void> => {
      for await (const { items } of ledger.customers()) pages.push(items.length)
    }
    await expect(read()).rejects.toMatchObject({ problem: 'slow-down', retryAfterSeconds: 30 })
    expect([pages, calls]).toEqual([[2], ['customers', 'customers']])
  })
})
