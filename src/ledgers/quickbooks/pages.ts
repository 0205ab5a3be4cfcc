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
export async function* everyPage(read: ReadRows, resumeFrom?: string): AsyncGenerator<readonly unknown[]> {
  for await (const { rows } of placedPages(read, resumeFrom)) yield rows
}

export type PlacedRows = {
  readonly rows: readonly unknown[]
  /** The place after these: the next position, and the last rows read, by which it is found again. Null at the end. */
  readonly resumeFrom: string | null
}

/** How many of the last rows a place remembers: one of them will still be there. */
const LANDMARKS = 5

/** The same pages, each with the place from which a later reading can go on. */
export async function* placedPages(read: ReadRows, resumeFrom?: string): AsyncGenerator<PlacedRows> {
  let { start, seen } = placeOf(resumeFrom)
  for (;;) {
    let rows = await read(start)
    // Rows are in one order: from one that was read on, nothing can have been skipped.
    while (start > 1 && !rows.some((row) => seen.has(keyOf(row)))) {
      start = Math.max(1, start - STEP_BACK)
      rows = await read(start)
    }
    const fresh = rows.filter((row) => !seen.has(keyOf(row)))
    const isLast = rows.length < PAGE_SIZE
    seen = new Set(rows.map(keyOf))
    start += PAGE_SIZE - 1
    const landmarks = [...seen].slice(-LANDMARKS)
    if (fresh.length > 0) yield { rows: fresh, resumeFrom: isLast ? null : `${start}/${landmarks.join(',')}` }
    if (isLast) return
  }
}

function placeOf(resumeFrom: string | undefined): { start: number; seen: ReadonlySet<string> } {
  const [, start, landmarks] = /^([1-9]\d{0,8})\/([\d,]+)$/.exec(resumeFrom ?? '') ?? []
  return start && landmarks
    ? { start: Number(start), seen: new Set(landmarks.split(',')) }
    : { start: 1, seen: new Set() }
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
