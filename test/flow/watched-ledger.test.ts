import { describe, expect, it } from 'vitest'
import { Books, repeatableUuids } from '../../src/demo/books.ts'
import { createMemoryLedger, type LedgerMethod } from '../../src/demo/memory-ledger.ts'
import { watchLedger } from '../../src/flow/watched-ledger.ts'
import { LedgerError, type Ledger } from '../../src/ledgers/ledger.ts'

const COMPANY = {
  name: 'Vega',
  legalName: 'Vega SL',
  country: 'ES',
  baseCurrency: 'EUR',
  timeZone: 'Europe/Madrid',
  email: 'a@vega.example',
  ownReminders: false,
}

/** A ledger whose every call fails in one way, watched; and what was noticed. */
function failing(problem: LedgerError['problem']): { ledger: Ledger; noticed: string[] } {
  const books = new Books(COMPANY, repeatableUuids(1), () => Temporal.Instant.from('2026-03-02T08:00:00Z'))
  const before = (method: LedgerMethod): never => {
    throw new LedgerError(problem, `no ${method}`)
  }
  const noticed: string[] = []
  const ledger = watchLedger(createMemoryLedger(books, { organisationId: 'o', faults: { before } }), async (error) => {
    noticed.push(error.message)
  })
  return { ledger, noticed }
}

async function read(pages: AsyncIterable<unknown>): Promise<number> {
  let count = 0
  for await (const _page of pages) count += 1
  return count
}

describe('A ledger that no longer lets us in', () => {
  it('is noticed whichever call finds out, and the caller still hears of it', async () => {
    const { ledger, noticed } = failing('reconnect')
    await expect(ledger.organisation()).rejects.toThrow('no organisation')
    await expect(ledger.invoices(['1'])).rejects.toThrow('no invoices')
    await expect(ledger.pdf('1')).rejects.toThrow('no pdf')
    await expect(read(ledger.changes(Temporal.Instant.from('2026-03-01T00:00:00Z')))).rejects.toThrow('no changes')
    expect(noticed).toEqual(['no organisation', 'no invoices', 'no pdf', 'no changes'])
  })

  it('is not confused with one that is busy or away', async () => {
    for (const problem of ['slow-down', 'unavailable', 'not-found', 'rejected'] as const) {
      const { ledger, noticed } = failing(problem)
      await expect(ledger.organisation()).rejects.toThrow('no organisation')
      expect(noticed).toEqual([])
    }
  })
})
