import { day } from '../chase/day.ts'
import { createHolidayLookup } from '../flow/calendar.ts'
import type { HabitApp } from '../flow/habits.ts'
import { readHistory, type History } from '../flow/history.ts'
import { readBusiness, type Business } from '../store/businesses.ts'
import { inBusiness, type BusinessDb } from '../store/db.ts'
import { findBusinessByName } from '../store/people.ts'
import { withStore } from './with-store.ts'

export type BooksGiven = {
  readonly app: HabitApp
  readonly db: BusinessDb
  readonly business: Business
  readonly history: History
  readonly now: Temporal.Instant
}

/** Opens a business's books for a command that reads them. Throws when there is no business of that name. */
export async function withBooks(name: string, work: (given: BooksGiven) => Promise<void> | void): Promise<void> {
  await withStore(async ({ store, config }) => {
    const now = config.testClock ?? Temporal.Now.instant()
    const businessId = await findBusinessByName(store.db, name)
    if (businessId === null) throw new Error(`There is no business called "${name}".`)
    await inBusiness(store.db, businessId, async (db) => {
      const business = await readBusiness(db, businessId)
      const today = day(now.toZonedDateTimeISO(business.timeZone).toPlainDate().toString())
      await work({ app: { holidays: createHolidayLookup() }, db, business, history: await readHistory(db, today), now })
    })
  })
}

/**
 * Lines as CSV (RFC 4180), with a line feed after each but the last.
 *
 * A field that a spreadsheet would take for a formula begins with an apostrophe: names come from ledgers, and
 * anybody can be a customer. Numbers stay numbers.
 */
export const csvOf = (lines: readonly (readonly string[])[]): string =>
  lines.map((line) => line.map(csvField).join(',')).join('\n')

function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
