import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = resolve(import.meta.dirname, '../src')

/** What is put on paper, as plain values; who draws it is handed over by app.ts. */
const PAPER_PORT = ['documents/papers.ts', 'documents/demand.ts', 'documents/statement.ts']

/** Who may import whom, by folder of src; a file's name stands for that file alone. What is missing here is forbidden. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  chase: [],
  policy: ['chase'],
  ledgers: ['chase'],
  mail: ['chase'],
  store: ['chase', 'ledgers/ledger.ts', 'ledgers/oauth.ts', 'mail/mailer.ts'],
  flow: ['chase', 'policy', 'store', 'ledgers/ledger.ts', 'ledgers/oauth.ts', 'mail/mailer.ts', ...PAPER_PORT],
  jobs: ['flow'],
  web: ['flow', 'policy', 'store', 'chase', 'config.ts', ...PAPER_PORT],
  documents: ['chase', 'mail/format.ts'],
  demo: ['chase', 'ledgers/ledger.ts', 'ledgers/oauth.ts', 'mail/mailer.ts'],
  'log.ts': ['flow/dependencies.ts'],
  'config.ts': [],
}

/** These put the application together and see everything. */
const SEE_EVERYTHING = ['app.ts', 'main.ts', 'cli']

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

const imports = files.flatMap((file) => {
  const text = readFileSync(join(SRC, file), 'utf8')
  return [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'(\.{1,2}\/[^']+)'/g)].map(([, target = '']) => ({
    file,
    target: relative(SRC, resolve(SRC, dirname(file), target)),
  }))
})

const homeOf = (file: string): string => file.split('/')[0] ?? file

describe('The architecture', () => {
  it('has files to look at, and imports between them', () => {
    expect(files.length).toBeGreaterThan(80)
    expect(imports.length).toBeGreaterThan(200)
  })

  it('keeps to who may import whom', () => {
    const forbidden = imports
      .filter(({ file, target }) => homeOf(file) !== homeOf(target) && !SEE_EVERYTHING.includes(homeOf(file)))
      .filter(
        ({ file, target }) =>
          !MAY_IMPORT[homeOf(file)]?.some((allowed) => target === allowed || target.startsWith(`${allowed}/`)),
      )
      .map(({ file, target }) => `${file} imports ${target}`)
    expect(forbidden).toEqual([])
  })

  it('has a rule for every folder', () => {
    const known = new Set([...Object.keys(MAY_IMPORT), ...SEE_EVERYTHING])
    expect([...new Set(files.map(homeOf))].filter((home) => !known.has(home))).toEqual([])
  })

  it('keeps the rules free of packages and of Node', () => {
    const outside = files
      .filter((file) => homeOf(file) === 'chase')
      .filter((file) => /from '(?!\.)/.test(readFileSync(join(SRC, file), 'utf8')))
    expect(outside).toEqual([])
  })

  it('reads the environment in one place', () => {
    const readers = files.filter((file) => /\bprocess\.env\b/.test(readFileSync(join(SRC, file), 'utf8')))
    expect(readers).toEqual(['config.ts'])
  })

  it('keeps SQL in the store', () => {
    const elsewhere = files
      .filter((file) => homeOf(file) !== 'store')
      .filter((file) =>
        /\bsql`|\b(?:select|insert into|update|delete from)\s+[\w*"]+[\s\S]{0,80}\b(?:from|set|values|where)\b/.test(
          readFileSync(join(SRC, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''),
        ),
      )
    expect(elsewhere.filter((file) => !ALLOWED_SQL.includes(file))).toEqual([])
  })
})

/** The simulated QuickBooks reads Intuit's query language, and its adapter writes it; the demo drops its own database. */
const ALLOWED_SQL = ['cli/demo-stage.ts']
