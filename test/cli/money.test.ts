import { beforeAll, describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { csvOf } from '../../src/cli/books.ts'
import { emptyDirectory, puntual } from '../support/command-line.ts'
import { openWorld, type World } from '../support/world.ts'

/** A test clock is refused while a real ledger could be reached. */
const HERE = Object.fromEntries(
  ['XERO_AUTHORIZE', 'XERO_IDENTITY', 'XERO_API', 'QUICKBOOKS_AUTHORIZE', 'QUICKBOOKS_TOKEN', 'QUICKBOOKS_REVOKE', 'QUICKBOOKS_API'].map(
    (name) => [`${name}_URL`, 'http://127.0.0.1:9'],
  ),
) // prettier-ignore

describe('Money at the command line', () => {
  let world: World
  let directory: string

  beforeAll(async () => {
    world = await openWorld({ start: '2026-06-30T04:00:00Z', mode: 'observe' })
    const { id } = world.books.addCustomer({ name: '=Acme, "Sons"', email: 'pagos@acme.example' })
    const sold = (issuedOn: string, dueOn: string, euros: number) =>
      world.books.addInvoice({
        customerId: id,
        issuedOn: day(issuedOn),
        dueOn: day(dueOn),
        total: money(euros * 100, 'EUR'),
      })
    world.books.pay(sold('2026-04-01', '2026-05-01', 1_000).id, day('2026-05-11'))
    sold('2026-06-01', '2026-07-01', 2_000)
    await world.advanceTo('2026-06-30T05:00:00Z')
    directory = emptyDirectory()
  })

  const run = (...args: string[]) =>
    puntual(directory, args, { ...HERE, DATABASE_URL: world.store.ownerUrl, TEST_CLOCK: '2026-06-30T05:00:00Z' })

  it('prints the measures as a table, as CSV and as JSON', async () => {
    const table = await run('metrics', '--business', 'Talleres Vega')
    expect([table.code, table.err]).toEqual([0, ''])
    const [head, line, ...more] = table.out.trimEnd().split('\n')
    expect(head).toMatch(/^by +currency +owed +not due/)
    // 2,000 ÷ 3,000 × 91; 30 days of June take the 2,000 off; 10 days late; 2 issued, none disputed. No CEI:
    // more fell due later (2,000) than could have been collected (1,000 a month).
    expect(line?.split(/ {2,}/)).toEqual(
      ['all', 'EUR', '2000.00', '2000.00', '0.00', '0.00', '0.00', '0.00', '0.00', '30.0', '60.7', '10.0', '0', '0.0', '2'], // prettier-ignore
    )
    expect(more).toEqual([])

    const csv = await run('metrics', '--business', 'Talleres Vega', '--by', 'customer', '--csv')
    expect(csv.out.split('\n')[2]).toBe(
      `customer,"'=Acme, ""Sons""",EUR,2000.00,2000.00,0.00,0.00,0.00,0.00,0.00,30.0,,60.7,,10.0,,0,0.0,2`,
    )
    const json = JSON.parse((await run('metrics', '--business', 'Talleres Vega', '--json')).out) as {
      asOf: string
      all: { currency: string; dsoSimple: number }[]
      groups: unknown[]
    }
    expect([json.asOf, json.all.map(({ currency, dsoSimple }) => [currency, Math.round(dsoSimple * 10) / 10]), json.groups]).toEqual(
      ['2026-06-30', [['EUR', 60.7]], []],
    ) // prettier-ignore
  })

  it('prints the forecast for as many weeks as asked, to the cent', async () => {
    const csv = await run('forecast', '--business', 'Talleres Vega', '--weeks', '4', '--csv')
    expect([csv.code, csv.err]).toEqual([0, ''])
    const lines = csv.out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','))
    expect(lines.map(([, line]) => line)).toEqual(
      ['line', 'week', 'week', 'week', 'week', 'later', 'unlikely', 'disputed', 'set apart', 'credited', 'open'], // prettier-ignore
    )
    const cents = (text = ''): number => Math.round(Number(text) * 100)
    const placed = lines.slice(1, -1).reduce((sum, line) => sum + cents(line[4]), 0)
    expect([placed, cents(lines.at(-1)?.[4])]).toEqual([200_000, 200_000])

    const table = await run('forecast', '--business', 'Talleres Vega')
    expect(table.out).toContain('EUR: what is likely to come in')
    expect(table.out.match(/^2026-/gm)?.length).toBe(13)
    const json = JSON.parse((await run('forecast', '--business', 'Talleres Vega', '--json')).out) as {
      currencies: { weeks: unknown[] }[]
    }
    expect(json.currencies.map(({ weeks }) => weeks.length)).toEqual([13])
  })

  it('says what is wrong', async () => {
    expect((await run('metrics', '--business', 'Nobody')).err).toContain('There is no business called "Nobody"')
    expect((await run('forecast', '--business', 'Talleres Vega', '--weeks', '14')).err).toContain('must be 1 to 13')
    expect((await run('metrics', '--business', 'Talleres Vega', '--by', 'mood')).err).toContain('must be one of')
  })
})

describe('CSV', () => {
  it('leaves numbers alone and formulas without effect', () => {
    expect(csvOf([['-12.50', '=1+1', '-x', '@a', 'a,b', 'say "hi"']])).toBe(`-12.50,'=1+1,'-x,'@a,"a,b","say ""hi"""`)
  })
})
