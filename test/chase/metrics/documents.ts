import { day } from '../../../src/chase/day.ts'
import type { SalesDocument, Settlement } from '../../../src/chase/metrics/documents.ts'
import { money } from '../../../src/chase/money.ts'

/** An invoice in whole euros, so that examples can be worked by hand. */
export function sale(
  issuedOn: string,
  dueOn: string,
  euros: number,
  settlements: readonly Settlement[] = [],
  given: { id?: string; customerId?: string; currency?: string } = {},
): SalesDocument {
  const { id = `${issuedOn} ${euros}`, customerId = 'acme', currency = 'EUR' } = given
  const total = money(euros * 100, currency)
  return { kind: 'invoice', id, customerId, issuedOn: day(issuedOn), dueOn: day(dueOn), total, settlements }
}

export function credit(
  kind: 'credit-note' | 'prepayment',
  issuedOn: string,
  euros: number,
  settlements: readonly Settlement[] = [],
): SalesDocument {
  const total = money(euros * 100, 'EUR')
  return { kind, id: `${kind} ${issuedOn}`, customerId: 'acme', issuedOn: day(issuedOn), total, settlements }
}

export const paid = (on: string, euros: number): Settlement => ({ on: day(on), minor: euros * 100, by: 'money' })

export const credited = (on: string, euros: number): Settlement => ({ on: day(on), minor: euros * 100, by: 'credit' })

export const period = (from: string, to: string): { from: ReturnType<typeof day>; to: ReturnType<typeof day> } => ({
  from: day(from),
  to: day(to),
})
