import * as z from 'zod'
import { type Day, dayFromNumber, isDay } from '../../chase/day.ts'
import { type Money, moneyFromDecimal } from '../../chase/money.ts'
import type { LedgerDefect } from '../ledger.ts'

/** One record of a list: understood, defective, or none of our business. */
export type Reading<T> = { item: T } | { defect: LedgerDefect } | null

/** A field whose value makes no sense, though its type is right. */
export class BadField extends Error {
  readonly field: string

  constructor(field: string, message: string) {
    super(message)
    this.field = field
  }
}

/** Reads one record so that a bad one is reported by id and field and hurts nobody else. */
export function reading<Stated, T>(
  kind: LedgerDefect['kind'],
  record: unknown,
  idField: string,
  schema: z.ZodType<Stated>,
  read: (stated: Stated, id: string) => T,
): Reading<T> {
  const recordId = textAt(record, idField) || null
  const defect = (field: string, message: string): Reading<T> => ({
    defect: { kind, id: recordId, field, message: message.slice(0, 200) },
  })
  if (recordId === null) return defect(idField, 'missing')
  const stated = schema.safeParse(record)
  if (!stated.success) {
    const [issue] = stated.error.issues
    return defect(issue?.path.join('.') ?? '', issue?.message ?? 'not understood')
  }
  try {
    return { item: read(stated.data, recordId) }
  } catch (error) {
    if (error instanceof BadField) return defect(error.field, error.message)
    throw error
  }
}

/** A text field of a record nobody has checked yet. Cheap: it is read for every record of 100,000. */
export function textAt(record: unknown, field: string): string | null {
  if (typeof record !== 'object' || record === null || !(field in record)) return null
  const value = (record as Record<string, unknown>)[field]
  return typeof value === 'string' ? value : null
}

/** Numbers are numbers in recorded answers and text in some of the official examples. */
export const decimal = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/, 'not a number')])
export const id = z.string().min(1)
export const currencyCode = z.string().regex(/^[A-Z]{3}$/, 'not a currency')
/** Text as it comes. In lists of 100,000 a transform inside the schema costs more than all the rest of the reading. */
export const text = z.string().nullish()
/** Absent, null and blank all mean that nobody filled it in. */
export const wordsOf = (given: string | null | undefined): string | null => given?.trim() || null
export const words = text.transform(wordsOf)

export function amountOf(field: string, decimalAmount: number | string, currency: string): Money {
  try {
    return moneyFromDecimal(Number(decimalAmount), currency)
  } catch {
    throw new BadField(field, 'not an amount of money')
  }
}

/**
 * A calendar day. `DateString` carries it as written; `/Date(ms)/` is that day's midnight as if in UTC. Neither is an
 * instant, so no zone may touch them. Null when neither is there.
 */
export function dayOf(
  field: string,
  dateString: string | null | undefined,
  msDate: string | null | undefined,
): Day | null {
  const written = dateString?.slice(0, 10) || undefined
  if (written !== undefined && isDay(written)) return written
  if (msDate) return dayOfMsDate(field, msDate)
  if (written !== undefined) throw new BadField(field, `not a day: ${written}`)
  return null
}

function dayOfMsDate(field: string, msDate: string): Day {
  const written = msDate.slice(0, 10)
  if (isDay(written)) return written
  const ms = MS_DATE.exec(msDate)?.[1]
  try {
    if (ms !== undefined) return dayFromNumber(Math.floor(Number(ms) / 86_400_000))
  } catch {
    // Outside the calendar: reported below like anything else that is no day.
  }
  throw new BadField(field, `not a day: ${written}`)
}

/** `/Date(1573755038314)/` or `/Date(1573755038314+0000)/`: the number is milliseconds of UTC whatever follows. */
const MS_DATE = /^\/Date\((-?\d{1,16})(?:[+-]\d{4})?\)\/$/

export function instantOf(field: string, text: string): Temporal.Instant {
  const ms = millisecondsOf(text)
  if (Number.isNaN(ms) || Math.abs(ms) > 8.64e15) throw new BadField(field, `not an instant: ${text.slice(0, 40)}`)
  return Temporal.Instant.fromEpochMilliseconds(ms)
}

/** Xero's ISO times carry no zone and mean UTC. */
export function millisecondsOf(text: string): number {
  const ms = MS_DATE.exec(text)?.[1]
  if (ms !== undefined) return Number(ms)
  const iso = text.replace(' ', 'T')
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`)
}
