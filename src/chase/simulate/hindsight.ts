import { addDays } from '../day.ts'
import type { Day } from '../day.ts'
import { isNotice } from '../stage.ts'
import type { MessageKind } from '../stage.ts'
import type { PastInvoice } from './past.ts'
import { settledOn } from './past.ts'
import type { SimulatedMessage } from './simulation.ts'

/**
 * What became of the invoices that messages of one kind would have asked for, within so many days after each.
 *
 * The messages were never sent, so this is no effect of theirs: it is what was paid anyway.
 */
export type PaidAnyway = {
  readonly message: MessageKind
  readonly messages: number
  /** Each invoice counts once for each message that asks for it. */
  readonly asked: number
  readonly paid: number
  readonly notPaid: number
  readonly cancelled: number
  /** The days are not over yet. */
  readonly tooEarly: number
}

/** Looks from `today` at what became of the invoices that each message asked for; messages that ask for nothing stay out. */
export function paidAnyway(
  messages: readonly SimulatedMessage[],
  invoices: readonly PastInvoice[],
  withinDays: number,
  today: Day,
): PaidAnyway[] {
  const known = new Map(invoices.map((invoice) => [invoice.id, invoice]))
  const kinds = Map.groupBy(messages.filter(asksForMoney), ({ message }) => message)
  return [...kinds].map(([message, ones]): PaidAnyway => {
    const counts = { paid: 0, notPaid: 0, cancelled: 0, tooEarly: 0 }
    for (const { on, invoices: items } of ones) {
      for (const { id } of items) counts[outcomeOf(known.get(id), addDays(on, withinDays), today)] += 1
    }
    const asked = counts.paid + counts.notPaid + counts.cancelled + counts.tooEarly
    return { message, messages: ones.length, asked, ...counts }
  })
}

const asksForMoney = ({ message }: SimulatedMessage): boolean => !isNotice(message) || message === 'statement'

function outcomeOf(
  invoice: PastInvoice | undefined,
  by: Day,
  today: Day,
): 'paid' | 'notPaid' | 'cancelled' | 'tooEarly' {
  if (invoice === undefined) return 'notPaid'
  const paidOn = settledOn(invoice, today)
  if (paidOn !== null && paidOn <= by) return 'paid'
  if ((invoice.state === 'void' || invoice.state === 'deleted') && invoice.changedOn <= by) return 'cancelled'
  return by > today ? 'tooEarly' : 'notPaid'
}
