import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../src/store/embedded-postgres.ts'
import { migrate } from '../src/store/migrate.ts'

// Writes src/store/database.ts from a freshly migrated database. With --verify it only says whether the file is current.
const FILE = 'src/store/database.ts'
const IMPORTS = `import type { Day } from '../chase/day.ts'\nimport type { Instant, Json } from './columns.ts'\n`
const TYPES = {
  date: 'Day',
  timestamptz: 'Instant',
  int8: 'number',
  numeric: 'number',
  daterange: 'string',
  jsonb: 'Json',
}

const directory = mkdtempSync(join(tmpdir(), 'puntual-types-'))
const server = await startEmbeddedPostgres(join(directory, 'postgres'), { durable: false })
try {
  await migrate(server.url, [])
  const out = join(directory, 'database.ts')
  execFileSync(
    'node_modules/.bin/kysely-codegen',
    [
      '--dialect', 'postgres', '--url', server.url, '--out-file', out, '--log-level', 'error',
      '--exclude-pattern', '(pgboss.*|public.migrations)', '--type-mapping', JSON.stringify(TYPES),
    ],
    { stdio: 'inherit' },
  ) // prettier-ignore
  const generated = readFileSync(out, 'utf8').replace(
    'import type { ColumnType } from "kysely";\n',
    (line) => line + IMPORTS,
  )
  if (process.argv.includes('--verify')) {
    if (readFileSync(FILE, 'utf8') !== generated) {
      console.error(`${FILE} does not match the migrations: run "npm run database-types".`)
      process.exitCode = 1
    }
  } else writeFileSync(FILE, generated)
} finally {
  await server.stop()
  rmSync(directory, { recursive: true, force: true })
}
