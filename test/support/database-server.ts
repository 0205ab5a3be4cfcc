import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { QUEUES } from '../../src/jobs/queues.ts'
import { addressOf, startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts'
import { migrate } from '../../src/store/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The owner's address of a migrated database that tests copy and never touch. */
    templateUrl: string
  }
}

/** One real Postgres for the whole run; every test file works on copies of a migrated template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'puntual-test-'))
  const server = await startEmbeddedPostgres(join(directory, 'postgres'), { durable: false })
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  await admin.query('create database template_for_tests')
  await admin.end()
  const templateUrl = addressOf(server.url, 'template_for_tests')
  await migrate(templateUrl, QUEUES)
  project.provide('templateUrl', templateUrl)
  return async () => {
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}
