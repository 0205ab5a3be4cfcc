import { fc } from '../support/random.ts'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { statementSums, type StatementItem } from '../../src/documents/statement.ts'
import { statementPaper } from '../../src/documents/statement-paper.ts'
import { pageCount, pdfWords } from './pdf-words.ts'
import { longStatement, someStatement } from './samples.ts'

const read = async (...given: Parameters<typeof someStatement>): Promise<string> =>
  pdfWords(await statementPaper(someStatement(...given))).replaceAll(/\s+/g, ' ')

describe('The statement of account', () => {
  it('says in Spanish what is open, how old it is, and what is not asked for now', async () => {
    const words = await read()
    for (const expected of [
      'Estado de cuenta', 'Cerámicas Peñagolosa & Hijos, S.A.', '4 de mayo de 2026, 18:05 (Europe/Madrid)',
      'Contabilidad leída el 4 de mayo de 2026, 17:50',
      'F-2026-0012 15 ene 2026 14 feb 2026 79 5.000,00 EUR 3.765,44 EUR',
      'F-2026-0019 15 ene 2026 31 mar 2026 34 987,50 EUR 987,50 EUR en revisión',
      '2.100,00 EUR 2.100,00 EUR pago prometido', '20 may 2026 † no vencida',
      'Sin vencer 1–30 días 31–60 días 61–90 días Más de 90 días 450,00 EUR 2.100,00 EUR 987,50 EUR 3.765,44 EUR 0,00 EUR',
      'Abono A-0003 120,00 EUR', 'Pago sin factura asignada – 500,00 EUR',
      '12 feb 2026 F-2026-0012 1.234,56 EUR',
      'Facturas abiertas 7.302,94 EUR', 'de ellas, no se reclaman ahora 3.087,50 EUR',
      'Abonos y pagos sin asignar -620,00 EUR', 'Saldo pendiente 6.682,94 EUR', 'Saldo pendiente 1.200,00 GBP',
      'IBAN ES22 9999 0042 1802 1100 4127',
    ]) expect(words).toContain(expected) // prettier-ignore
  })

  it('says the same in English', async () => {
    const words = await read({ language: 'en', locale: 'en-GB', timeZone: 'Europe/London' })
    for (const expected of [
      'Statement of account', '4 May 2026, 17:05 (Europe/London)', 'under review', 'payment promised', 'Days overdue',
      'Payment not allocated to an invoice', 'Balance due EUR 6,682.94', 'Balance due GBP 1,200.00',
    ]) expect(words).toContain(expected) // prettier-ignore
  })

  it('repeats the head of its table on every page and keeps the totals with a row', async () => {
    const pdf = await statementPaper(longStatement(130))
    const pages = pdfWords(pdf).split('\f')
    const withItems = pages.filter((page) => /\nINV-\d{4}\n/.test(page))
    expect(withItems.length).toBeGreaterThanOrEqual(4)
    expect(withItems.filter((page) => !/Outstanding\n/.test(page))).toEqual([])
    expect(pages.filter((page) => page.includes('\nTotal\n') && !/\nINV-\d{4}\n/.test(page))).toEqual([])
    expect(pages.join().match(/\nINV-\d{4}\n/g)).toHaveLength(130)
    expect(pages.map((_, at) => pages[at]?.includes(`Page ${at + 1} of ${pageCount(pdf)}`))).not.toContain(false)
  })

  it('gives the same bytes for the same account', async () => {
    expect(Buffer.compare(await statementPaper(someStatement()), await statementPaper(someStatement()))).toBe(0)
  })

  it('says so when the customer is in credit, and when there is nothing at all', async () => {
    const credits = [{ kind: 'overpayment' as const, reference: null, remaining: money(5_000, 'EUR') }]
    expect(await read({ items: [], credits, payments: [] })).toContain('Saldo a favor del cliente -50,00 €')
    expect(await read({ items: [], credits: [], payments: [] })).toContain('No hay facturas abiertas ni abonos.')
  })

  it('tells the day by the business’s clock: late in the evening it is already tomorrow in Madrid', async () => {
    const items: StatementItem[] = [
      {
        number: 'F-1',
        issuedOn: null,
        dueOn: day('2026-05-04'),
        dueAssumed: false,
        total: money(1, 'EUR'),
        balance: money(1, 'EUR'),
        mark: null,
      },
    ]
    const asOf = Temporal.Instant.from('2026-05-04T22:30:00Z')
    expect(await read({ items, asOf })).toContain('F-1 – 4 may 2026 1 0,01 €')
    expect(await read({ items, asOf, timeZone: 'Europe/London' })).toContain('4 may 2026 no vencida')
  })

  it('adds up in every currency, whatever is on it, and never across two', () => {
    const anItem = fc.record({
      currency: fc.constantFrom('EUR', 'GBP', 'JPY'),
      minor: fc.integer({ min: 1, max: 1_000_000_000 }),
      late: fc.integer({ min: -200, max: 400 }),
      mark: fc.constantFrom('disputed' as const, 'promised' as const, null),
    })
    const today = day('2026-05-04')
    fc.assert(
      fc.property(fc.array(anItem), fc.array(anItem), (some, others) => {
        const items = some.map(({ currency, minor, late, mark }): StatementItem => {
          const balance = money(minor, currency)
          return {
            number: null,
            issuedOn: null,
            dueOn: addDays(today, -late),
            dueAssumed: false,
            total: balance,
            balance,
            mark,
          }
        })
        const credits = others.map(({ currency, minor }) => ({
          kind: 'credit-note' as const, reference: null, remaining: money(minor, currency),
        })) // prettier-ignore
        const sums = statementSums({ items, credits }, today)
        expect(new Set(sums.map(({ currency }) => currency)).size).toBe(sums.length)
        for (const { currency, ageing, open, setAside, balance, credits: credited } of sums) {
          const inCurrency = some.filter((item) => item.currency === currency)
          expect(open.minor).toBe(inCurrency.reduce((sum, { minor }) => sum + minor, 0))
          expect(ageing.reduce((sum, { minor }) => sum + minor, 0)).toBe(open.minor)
          expect(ageing[0].minor).toBe(inCurrency.reduce((sum, { minor, late }) => sum + (late <= 0 ? minor : 0), 0))
          expect(ageing[4].minor).toBe(inCurrency.reduce((sum, { minor, late }) => sum + (late > 90 ? minor : 0), 0))
          expect(setAside.minor).toBe(inCurrency.reduce((sum, { minor, mark }) => sum + (mark ? minor : 0), 0))
          expect(balance.minor).toBe(open.minor - credited.minor)
        }
      }),
    )
  })
})
