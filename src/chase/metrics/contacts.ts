import { addBankDays } from '../bank-day.ts'
import type { BankHolidays } from '../bank-day.ts'
import type { Day } from '../day.ts'
import { percentOf } from './grouping.ts'

/** A reminder that was delivered: bounced ones are not. */
export type DeliveredReminder = {
  readonly customerId: string
  readonly on: Day
  /** The first answer by a person in its thread; automatic answers are none. */
  readonly answeredOn: Day | null
  /** The first payment after it on what it asked for. */
  readonly paidOn: Day | null
  /** It went to someone who is known to handle payables, or who has answered as such. */
  readonly rightParty: boolean
}

export type Rate = { readonly count: number; readonly of: number; readonly percent: number | null }

/** An answer or a payment within so many business days is a response. */
export const RESPONSE_BANK_DAYS = 5

/**
 * Reminders with an answer by a person or a payment within five business days ÷ reminders delivered whose five days
 * are over. Source: this project's definition.
 */
export function responseRate(
  reminders: readonly DeliveredReminder[],
  today: Day,
  holidays: BankHolidays,
  withinBankDays: number = RESPONSE_BANK_DAYS,
): Rate {
  const judged = reminders
    .map((reminder) => ({ ...reminder, until: addBankDays(reminder.on, withinBankDays, holidays) }))
    .filter(({ until }) => until < today)
  const inTime = (on: Day | null, from: Day, until: Day): boolean => on !== null && from <= on && on <= until
  const responses = judged.filter(
    ({ on, answeredOn, paidOn, until }) => inTime(answeredOn, on, until) || inTime(paidOn, on, until),
  )
  return rateOf(responses.length, judged.length)
}

/** Reminders to the right person ÷ all delivered. Source: this project's definition. */
export const rightPartyRate = (reminders: readonly DeliveredReminder[]): Rate =>
  rateOf(reminders.filter(({ rightParty }) => rightParty).length, reminders.length)

const rateOf = (count: number, of: number): Rate => ({ count, of, percent: percentOf(count, of) })

/**
 * The median number of reminders before payment, over paid invoices, those paid without any included; null of none.
 * Of an even number of invoices the mean of the middle two. Source: this project's definition.
 */
export function touchesToPay(
  paidInvoices: readonly { readonly paidOn: Day; readonly remindedOn: readonly Day[] }[],
): number | null {
  const touches = paidInvoices
    .map(({ paidOn, remindedOn }) => remindedOn.filter((on) => on <= paidOn).length)
    .sort((one, other) => one - other)
  const upper = touches[Math.floor(touches.length / 2)]
  const lower = touches[Math.ceil(touches.length / 2) - 1]
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2
}
