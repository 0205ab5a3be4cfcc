import type { LedgerDefect, LedgerPage } from '../ledger.ts'
import type { XeroPage } from './bodies.ts'
import type { Reading } from './values.ts'

/** The most that Xero puts on a page. */
export const PAGE_SIZE = 1000

/**
 * The pages of one list, the next one fetched and read while the caller works on this one, and never more than that one.
 *
 * A record that leaves the list while it is being read moves all later ones forward, across the border of a page that
 * has been read. When the count shrinks the page before is read again, so that nothing slips through that way.
 */
export async function* pagesAhead<Page extends CountedPage>(
  fetch: (page: number) => Promise<Page>,
  resumeFrom?: string,
): AsyncGenerator<Page & { readonly resumeFrom: string | null }> {
  let { number, counted } = placeOf(resumeFrom)
  let next: Promise<Page> | null = fetch(number)
  while (next) {
    const page: Page = await next
    const gone: number = counted !== null && page.itemCount !== null ? counted - page.itemCount : 0
    for (const again of pagesBefore(number, gone)) {
      yield { ...(await fetch(again)), resumeFrom: `${again + 1}/${page.itemCount ?? ''}` }
    }
    counted = page.itemCount
    number += 1
    next = page.isLast ? null : fetch(number)
    // A caller that stops early never asks for this page; its failure then concerns nobody.
    next?.catch(() => null)
    yield { ...page, resumeFrom: page.isLast ? null : `${number}/${counted ?? ''}` }
  }
}

/** Lists one after the other, the next one begun while the caller works on this one, and never more than that one. */
export async function* listsAhead<Page>(lists: readonly (() => AsyncGenerator<Page>)[]): AsyncGenerator<Page> {
  let next = begun(lists[0])
  for (const at of lists.keys()) {
    const list = next
    next = begun(lists[at + 1])
    if (!list) return
    for (let page = await list.first; !page.done; page = await list.rest.next()) yield page.value
  }
}

function begun<Page>(list: (() => AsyncGenerator<Page>) | undefined) {
  if (!list) return null
  const rest = list()
  const first = rest.next()
  // A caller that stops early never asks for this list; its failure then concerns nobody.
  first.catch(() => null)
  return { first, rest }
}

/** What telling the place after a page takes: the next page's number and how many records the list had. */
type CountedPage = Pick<XeroPage, 'itemCount' | 'isLast'>

function placeOf(resumeFrom: string | undefined): { number: number; counted: number | null } {
  const [, number, counted] = /^([1-9]\d{0,8})\/(\d{0,9})$/.exec(resumeFrom ?? '') ?? []
  return { number: number ? Number(number) : 1, counted: counted ? Number(counted) : null }
}

/** The pages onto which so many records that left may have moved unread ones. */
function pagesBefore(number: number, gone: number): number[] {
  const back = Math.min(number - 1, Math.ceil(Math.max(0, gone) / PAGE_SIZE))
  return Array.from({ length: back }, (_, at) => number - back + at)
}

/** A page with its records read. Done in the fetching of a page, it costs no time while the database writes the one before. */
export const withRecordsRead = <T>(
  { records, ...place }: XeroPage,
  read: (record: unknown) => Reading<T>,
): LedgerPage<T> & CountedPage => ({ ...sorted(records.map(read)), ...place })

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
