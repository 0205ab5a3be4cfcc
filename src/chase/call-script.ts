import { daysBetween } from './day.ts'
import type { Day } from './day.ts'
import { openInvoices } from './holds.ts'
import { totalsPerCurrency } from './money.ts'
import type { Money } from './money.ts'
import { isBroken, judgedPromises } from './promises.ts'
import type { Stage } from './stage.ts'
import type { LoggedContact, Standing } from './standing.ts'
import type { AskVerdict } from './verdict.ts'
import { calendarOf } from './window.ts'

/** What a person needs in hand for a call. Names and numbers of people are the caller's to add. */
export type CallScript = {
  /** What the call is about, oldest first. */
  readonly invoices: readonly {
    readonly id: string
    readonly dueOn: Day
    readonly daysOverdue: number
    readonly balance: Money
  }[]
  readonly totals: readonly Money[]
  /** The messages that went before, oldest first: the call refers to them. */
  readonly messages: readonly { readonly on: Day; readonly stage: Stage }[]
  readonly lastContact: LoggedContact | null
  /** Money that was promised and is missing; null without any. */
  readonly brokenPromise: { readonly on: Day; readonly missing: readonly Money[] } | null
  /** What to ask, in this order. */
  readonly ask: readonly CallQuestion[]
  /** How the call can end, for the log. */
  readonly outcomes: readonly LoggedContact['outcome'][]
}

export type CallQuestion = 'right-person' | 'received-and-in-order' | 'what-became-of-the-promise' | 'day-and-method'

/**
 * The script of a call task.
 *
 * It opens with whom one speaks to where the address is unsure or nobody ever answered, asks what became of a promise
 * before anything else about money, and always ends with a day and a method of payment.
 */
export function callScript(verdict: AskVerdict, standing: Standing): CallScript {
  const { today, spell, loggedContacts, customer, policy } = standing
  const items = openInvoices(standing).filter(({ id }) => verdict.invoiceIds.includes(id))
  const broken = judgedPromises(standing, calendarOf(standing)).findLast(isBroken)
  const isUnsure = customer.confidence < policy.rightPerson.belowConfidence
  return {
    invoices: verdict.invoiceIds.flatMap((id) =>
      items
        .filter((item) => item.id === id)
        .map(({ dueOn, balance }) => ({ id, dueOn, daysOverdue: daysBetween(dueOn, today), balance })),
    ),
    totals: totalsPerCurrency(items.map(({ balance }) => balance)),
    messages: (spell?.taken ?? []).flatMap(({ channel, stage, on }) =>
      channel === 'email' && stage !== null ? [{ on, stage }] : [],
    ),
    lastContact: loggedContacts.at(-1) ?? null,
    brokenPromise: broken ? { on: broken.promise.on, missing: broken.missing } : null,
    ask: [
      ...(isUnsure ? (['right-person'] as const) : []),
      broken ? 'what-became-of-the-promise' : 'received-and-in-order',
      'day-and-method',
    ],
    outcomes: ['promise', 'paid', 'dispute', 'no-answer', 'wrong-person', 'other'],
  }
}
