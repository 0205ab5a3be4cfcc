import { idOf } from './bodies.ts'

/** Intuit's most per query. */
export const PAGE_SIZE = 1000

/** How far to go back when rows before the page have gone. */
const STEP_BACK = 100

/** Reads the rows of one query from a position (the first is 1), at most `PAGE_SIZE`, always in the same order. */
export type ReadRows = (startPosition: number) => Promise<readonly unknown[]>

/**
 * Every row of an ordered query, page by page, though rows leave the result while it is being read.
 *
 * Positions shift when an invoice in an earlier page is paid meanwhile, and a plain next page would skip one. So each
 * page starts at the last row of the one before; where that row is not found the page is read again from further back.
 */
export async function* everyPage(read: ReadRows): AsyncGenerator<readonly unknown[]> {
  let seen: ReadonlySet<string> = new Set()
  let start = 1
  for (;;) {
    let rows = await read(start)
    while (start > 1 && !seen.has(keyOf(rows[0]))) {
      start = Math.max(1, start - STEP_BACK)
      rows = await read(start)
    }
    const fresh = rows.filter((row) => !seen.has(keyOf(row)))
    if (fresh.length > 0) yield fresh
    if (rows.length < PAGE_SIZE) return
    seen = new Set(rows.map(keyOf))
    start += PAGE_SIZE - 1
  }
}

const keyOf = (row: unknown): string => idOf(row) ?? ''

/** Fetches the next value while the consumer handles this one: one ahead, never more. */
export async function* oneAhead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = source.next()
  try {
    for (;;) {
      const { done, value } = await next
      if (done) return
      next = source.next()
      // Its failure belongs to whoever asks for it, and nobody may.
      next.catch(() => null)
      yield value
    }
  } finally {
    await source.return(undefined)
  }
}
