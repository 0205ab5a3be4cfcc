import { z } from 'zod'
import { isDay, type Day } from '../chase/day.ts'
import { decimalPlaces } from '../chase/money.ts'
import type { Limits } from '../chase/policy.ts'

// Single values as a person writes them in a policy file, and as the rules take them. Each goes both ways without loss.

const AMOUNT = /^(\d{1,12})(?:\.(\d{1,4}))? ([A-Z]{3})$/
const WINDOW = /^([01]\d|2[0-3]):([0-5]\d) ?[-–] ?(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$/

/** Amounts such as '25.00 EUR', at most one per currency, read exactly: never by way of a floating-point number. */
export const amounts = z.codec(
  z
    .array(
      z
        .string()
        .regex(AMOUNT)
        .meta({ examples: ['25.00 EUR'] }),
    )
    .max(40),
  z.custom<Limits>(),
  {
    decode: (texts, payload) => {
      const limits: Record<string, number> = {}
      for (const [at, text] of texts.entries()) {
        const [, whole = '', fraction = '', currency = ''] = AMOUNT.exec(text) ?? []
        const places = decimalPlaces(currency)
        const minor = Number(whole + fraction.padEnd(places, '0'))
        const fault = fraction.length > places ? 'too-many-decimals' : currency in limits ? 'currency-twice' : null
        if (fault !== null || !Number.isSafeInteger(minor)) {
          payload.issues.push({ code: 'custom', input: text, path: [at], params: { fault: fault ?? 'amount' } })
        } else limits[currency] = minor
      }
      return limits
    },
    encode: (limits) => Object.entries(limits).map(([currency, minor]) => amountText(minor, currency)),
  },
)

/** An amount as the file has it: `2500` cents of EUR are '25.00 EUR'. */
export function amountText(minor: number, currency: string): string {
  const places = decimalPlaces(currency)
  const digits = String(minor).padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  return places === 0 ? `${whole} ${currency}` : `${whole}.${digits.slice(digits.length - places)} ${currency}`
}

/** A part of the day, as '08:30–18:00': in minutes after midnight, `until` excluded. */
export const dayWindow = z.codec(z.string().regex(WINDOW), z.custom<{ from: number; until: number }>(), {
  decode: (text) => {
    const found = WINDOW.exec(text) ?? []
    const minuteAt = (at: number): number => Number(found[at]) * 60 + Number(found[at + 1])
    return { from: minuteAt(1), until: minuteAt(found[5] === undefined ? 3 : 5) }
  },
  encode: windowText,
})

/** The window as the file has it: '08:30–18:00'. */
export function windowText({ from, until }: { readonly from: number; readonly until: number }): string {
  return `${timeText(from)}–${timeText(until)}`
}

const timeText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** The days of the week as the file names them, Monday first. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export const weekdays = z.codec(
  z.array(z.enum(WEEKDAYS)).min(1).max(7).superRefine(refuseTwice),
  z.custom<readonly number[]>(),
  {
    decode: (names) => names.map((name) => WEEKDAYS.indexOf(name) + 1),
    encode: (numbers) => numbers.flatMap((number) => WEEKDAYS[number - 1] ?? []),
  },
)

/** A calendar day, as '2026-12-24'. */
export const dayText = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .superRefine((text, context) => {
    if (!isDay(text)) context.addIssue({ code: 'custom', params: { fault: 'no-such-day' } })
  })
  .pipe(z.custom<Day>())

/** The name of a wording's opening: a digit in the templates, so an unquoted number will do. */
export const openingName = z.codec(z.union([z.string().min(1).max(40), z.int().min(0)]), z.string(), {
  decode: String,
  encode: (name) => name,
})

/** Adds an issue at every value that stands in the list a second time. */
export function refuseTwice(values: readonly unknown[], context: z.RefinementCtx): void {
  for (const [at, value] of values.entries()) {
    if (values.indexOf(value) < at) context.addIssue({ code: 'custom', path: [at], params: { fault: 'twice' } })
  }
}
