import pg from 'pg'

/** So many different statements are kept ready on each connection; the store has about as many. */
const MOST_PREPARED = 300

/** A statement with more values is one of many lengths, made for the rows it was given. */
const MOST_VALUES = 40

/**
 * A connection that spares the database what our many small transactions repeat.
 *
 * It prepares each statement once and then only runs it: to plan what reads a customer's standing is twice the work of
 * reading it. Not so statements of whatever columns there are: those would fail when a migration adds one under a
 * running process.
 *
 * And a transaction's beginning waits for its first statement and travels with it: one trip less for each. Should it
 * fail on the way, the statement runs for no business and row-level security shows it nothing.
 */
export class PreparingClient extends pg.Client {
  readonly #nameOf = preparedNames()
  #beginning: string | null = null

  override query(...given: unknown[]): never {
    const [text, values] = given
    if (typeof text === 'string' && text.startsWith('begin;')) {
      this.#beginning = text
      return Promise.resolve({ command: 'BEGIN', rowCount: null, rows: [] }) as never
    }
    const beginning = this.#beginning
    if (beginning === null) return this.#send(given, text, values)
    this.#beginning = null
    const { stream } = this.connection
    stream.cork()
    try {
      // A beginning fails when the connection does, and then so does the statement, which is the one that is waited for.
      const begun: Promise<unknown> = super.query(beginning)
      begun.catch(() => {})
      return this.#send(given, text, values)
    } finally {
      stream.uncork()
    }
  }

  #send(given: readonly unknown[], text: unknown, values: unknown): never {
    // Without values it may be two commands in one trip, which cannot be prepared.
    const repeats = Array.isArray(values) && values.length > 0 && values.length <= MOST_VALUES
    const name = repeats && typeof text === 'string' ? this.#nameOf(text) : undefined
    const parts = name === undefined ? given : [{ name, text, values }, ...given.slice(2)]
    return super.query(...(parts as [string])) as never
  }
}

/** Names for statements that may be prepared; none for the others. */
function preparedNames(): (statement: string) => string | undefined {
  const names = new Map<string, string | undefined>()
  return (statement) => {
    if (names.has(statement) || names.size >= MOST_PREPARED) return names.get(statement)
    const name = answersAllColumns(statement) ? undefined : `puntual_${names.size + 1}`
    names.set(statement, name)
    return name
  }
}

/** Whether the answer itself has whatever columns there are. What a part within it reads may change unnoticed. */
function answersAllColumns(statement: string): boolean {
  let depth = 0
  let outside = ''
  for (const sign of statement) {
    if (sign === '(') depth += 1
    else if (sign === ')') depth -= 1
    else if (depth === 0) outside += sign
  }
  return depth !== 0 || ALL_COLUMNS.test(outside)
}

const ALL_COLUMNS = /\b(select|returning)\s+([\w"]+\.)?\*/i
