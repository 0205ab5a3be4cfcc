import type { Compilable, CompiledQuery, QueryResult, RawBuilder } from 'kysely'
import type { BusinessDb } from './db.ts'

type Statement<Row> = RawBuilder<Row> | Compilable<Row>

/**
 * Sends some statements of a transaction together and returns their answers in order: one trip to the database instead
 * of one for each.
 *
 * They run one after the other, as if each had been waited for: what follows a lock sees what was committed while the
 * lock was waited for. When one fails, so does all of it, with that one's error.
 */
export function inOneTrip<Rows extends readonly unknown[]>(
  db: BusinessDb,
  ...statements: { readonly [At in keyof Rows]: Statement<Rows[At]> }
): Promise<{ [At in keyof Rows]: Rows[At][] }> {
  const executor = db.getExecutor()
  const queries = statements.map((statement): CompiledQuery =>
    'isRawBuilder' in statement ? statement.compile(db) : statement.compile(),
  )
  return executor.provideConnection(async (connection) => {
    // The connection itself keeps the order in which it is given them.
    const answers = await Promise.all(
      queries.map((query): Promise<QueryResult<unknown>> => connection.executeQuery(query)),
    )
    return answers.map(({ rows }) => rows) as { [At in keyof Rows]: Rows[At][] }
  })
}
