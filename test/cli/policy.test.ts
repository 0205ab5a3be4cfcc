import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { beforeAll, describe, expect, it } from 'vitest'
import { addPolicyCommands } from '../../src/cli/policy.ts'
import { POLICY_WORDS } from '../../src/policy/words.ts'
import { inBusiness } from '../../src/store/db.ts'
import { emptyDirectory, puntual } from '../support/command-line.ts'
import { freshDatabase } from '../support/database.ts'

describe('puntual policy', () => {
  const directory = emptyDirectory()
  const file = (name: string, text: string): string => {
    const path = join(directory, name)
    writeFileSync(path, text)
    return path
  }
  const sound = file('sound.yaml', 'version: 1\ncontact:\n  touches-per-spell: 9\n')
  const broken = file(
    'broken.yaml',
    'version: 1\ncontact:\n  gap-days: 3\nsequences:\n  new:\n    - {id: a, from: 1}\n',
  )
  let environment: Record<string, string>
  const run = (...args: string[]) => puntual(emptyDirectory(), ['policy', ...args], environment)

  beforeAll(async () => {
    const store = await freshDatabase()
    const businessId = randomUUID()
    await inBusiness(store.db, businessId, (db) =>
      db.insertInto('businesses').values({ id: businessId, name: 'Talleres Vega' }).execute(),
    )
    environment = { DATABASE_URL: store.ownerUrl }
  })

  it('checks a file without a database, and names the line of each error', async () => {
    expect(await puntual(emptyDirectory(), ['policy', 'check', '--file', sound])).toEqual({
      code: 0,
      err: '',
      out: `${sound}: nothing to remark; every proof holds.\n`,
    })
    expect(await puntual(emptyDirectory(), ['policy', 'check', '--file', broken])).toEqual({
      code: 1,
      err: '',
      out: `${broken}:3:3: error: There is no key “gap-days” here. [contact.gap-days]\n`,
    })
  })

  it('shows, diffs, applies and tells the history', async () => {
    const before = await run('show', '--business', 'Talleres Vega')
    expect([before.code, before.out.includes('gap-business-days: 2')]).toEqual([0, true])
    expect((await run('diff', '--business', 'Talleres Vega', '--file', sound)).out).toBe(
      'contact.touches-per-spell: 8 → 9.\nIn the next 30 days this edit sends as many messages as before.\n',
    )
    const applied = await run('apply', '--business', 'Talleres Vega', '--file', sound, '--why', 'calmer')
    expect([applied.code, applied.out]).toEqual([0, expect.stringMatching(/^Talleres Vega: version 1 is in force \([0-9a-f]{12}\)\.\n$/)])
    expect((await run('apply', '--business', 'Talleres Vega', '--file', sound)).out).toBe('Talleres Vega: this is in force already.\n')
    expect((await run('apply', '--business', 'Talleres Vega', '--file', broken)).code).toBe(1)
    expect((await run('show', '--business', 'Talleres Vega')).out).toBe('version: 1\ncontact:\n  touches-per-spell: 9\n')
    const history = JSON.parse((await run('history', '--business', 'Talleres Vega', '--json')).out) as object[]
    expect(history).toEqual([
      {
        version: 1,
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        why: 'calmer',
        who: 'operator',
        appliedAt: expect.any(String),
        inForceFrom: expect.any(String),
      },
    ])
    expect((await run('check', '--business', 'Talleres Vega')).code).toBe(0)
  }) // prettier-ignore

  it('is checked by simulate and backtest as check does: same proofs, same lines, same exit code', async () => {
    const unproven = file(
      'unproven.yaml',
      'version: 1\nsequences:\n  strategic:\n    - {id: early, from: -3, to: -1, channel: email, stage: before-due}\n    - {id: decide, from: 30, channel: decision}\n',
    )
    const check = await run('check', '--file', unproven)
    expect([check.code, check.out.includes('error: ')]).toEqual([1, true])
    for (const command of ['simulate', 'backtest']) {
      const args = [command, '--business', 'Talleres Vega', '--policy', unproven]
      expect(await puntual(emptyDirectory(), args, environment)).toEqual({ code: 1, out: check.out, err: '' })
    }
    const asJson = ['simulate', '--business', 'Talleres Vega', '--policy', unproven, '--json']
    expect((await puntual(emptyDirectory(), asJson, environment)).out).toBe((await run('check', '--file', unproven, '--json')).out) // prettier-ignore
    const wrong = [
      ['simulate', '--business', 'Talleres Vega', '--policy', '/nowhere'],
      ['simulate', '--business', 'Nobody'],
      ['backtest', '--business', 'Talleres Vega', '--json', '--csv'],
      ['backtest'],
    ]
    const codes = await Promise.all(
      wrong.map(async (args) => (await puntual(emptyDirectory(), args, environment)).code),
    )
    expect(codes).toEqual([2, 2, 2, 2])
  })

  it('exits with 2 when it is used wrongly', async () => {
    const codes = await Promise.all(
      [
        ['show'],
        ['show', '--business', 'Nobody'],
        ['diff', '--business', 'Talleres Vega'],
        ['check', '--file', '/nowhere'],
        ['chekc'],
        ['check', '--fiel', sound],
      ].map(async (args) => (await run(...args)).code),
    )
    expect(codes).toEqual([2, 2, 2, 2, 2, 2])
  })

  it('has all its commands, and one place for whoever counts what an edit sends', () => {
    const program = new Command()
    addPolicyCommands(program)
    expect(program.commands[0]?.commands.map((one) => one.name())).toEqual([
      'show',
      'check',
      'diff',
      'apply',
      'history',
      'schema',
    ])
    expect(POLICY_WORDS.en.effect({ messages: 14, customers: 9, days: 30 })).toBe(
      'In the next 30 days this edit sends 14 more messages, to 9 customers.',
    )
    expect(POLICY_WORDS.es.effect({ messages: -1, customers: 1, days: 30 })).toBe(
      'En los próximos 30 días este cambio envía 1 mensaje menos, a 1 cliente.',
    )
  })
})
