import type { LedgerDefect, LedgerPage } from '../ledger.ts'
import type { XeroPage } from './bodies.ts'
import type { Reading } from './values.ts'

/**
 * The pages of one list, the next one fetched while the caller works on this one, and never more than that one.
 *
 * A record that leaves the list while it is being read moves all later ones forward, across the border of a page that
 * has been read. When the count shrinks the page before is read again, so that nothing slips through that way.
 */
export async function* pagesAhead(fetch: (page: number) => Promise<XeroPage>): AsyncGenerator<XeroPage> {
  let number = 1
  let next: Promise<XeroPage> | null = fetch(number)
  let counted: number | null = null
  while (next) {
    const page: XeroPage = await next
    const shrunk: boolean = counted !== null && page.itemCount !== null && page.itemCount < counted
    if (shrunk && number > 1) yield await fetch(number - 1)
    counted = page.itemCount
    number += 1
    next = page.isLast ? null : fetch(number)
    // A caller that stops early never asks for this page; its failure then concerns nobody.
    next?.catch(() => null)
    yield page
  }
}

/** Sorts the readings of a page into what was understood and what was not. */
export function sorted<T>(readings: readonly Reading<T>[]): LedgerPage<T> {
  const items: T[] = []
  const defects: LedgerDefect[] = []
  for (const reading of readings) {
    if (reading === null) continue
    if ('item' in reading) items.push(reading.item)
    else defects.push(reading.defect)
  }
  return { items, defects }
}
