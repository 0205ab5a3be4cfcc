import { day } from '../../src/chase/day.ts'
import type { Promised } from '../../src/flow/promise.ts'

/** A customer's word on the telephone that it pays everything; a test states only what matters to it. */
export const aPromise = (details: { customerId: string; on: string } & Partial<Omit<Promised, 'on'>>): Promised => ({
  invoiceIds: null,
  amount: null,
  method: null,
  saidBy: null,
  via: 'call',
  note: null,
  confirm: false,
  ...details,
  on: day(details.on),
})
