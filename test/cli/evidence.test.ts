import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { emptyDirectory, puntual } from '../support/command-line.ts'
import { openWorld } from '../support/world.ts'

describe('Evidence at the command line', () => {
  it('is made for a customer, verified without a database, and refused once it was touched', async () => {
    const world = await openWorld({ start: '2026-03-03T07:50:00Z' })
    const acme = world.regular('Acme')
    world.invoice(acme.id, '2026-03-02')
    await world.until('2026-03-04', '20:00')
    const directory = emptyDirectory()
    const environment = { DATABASE_URL: world.store.ownerUrl }
    const make = (...more: string[]) =>
      puntual(directory, ['evidence', 'make', '--business', 'Talleres Vega', '--out', 'pack.zip', ...more], environment)

    const made = await make('--customer', 'acme', '--json')
    expect([made.code, made.err]).toEqual([0, ''])
    const { head, entries } = JSON.parse(made.out) as { head: string; entries: number }
    const bytes = readFileSync(join(directory, 'pack.zip'))
    expect(Object.keys(unzipSync(bytes))).toEqual(
      expect.arrayContaining([
        'account/statement-es.pdf',
        'account/statement-en.pdf',
        'invoices/F-0001/invoice.pdf',
        'README.txt',
      ]),
    )

    const nowhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }
    const verified = await puntual(directory, ['evidence', 'verify', 'pack.zip', '--head', head], nowhere)
    expect(verified).toEqual({
      code: 0,
      err: '',
      out: `Untouched since it was sealed: ${entries} files, head ${head}\n`,
    })

    bytes[500] = (bytes[500] ?? 0) ^ 1
    writeFileSync(join(directory, 'touched.zip'), bytes)
    const touched = await puntual(directory, ['evidence', 'verify', 'touched.zip'], nowhere)
    expect([touched.code, touched.out.trim() === '']).toEqual([1, false])

    expect((await make('--customer', 'Nobody')).err).toContain('There is no customer called "Nobody"')
    expect((await make('--customer', 'Acme', '--invoice', 'F-9')).err).toContain('no invoice with the number "F-9"')
    expect((await make()).code).toBe(1)
  })
})
