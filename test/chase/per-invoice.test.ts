import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { verdictsPerInvoice } from '../../src/chase/per-invoice.ts'
import { explain, explainFlips } from '../../src/chase/reasons.ts'
import { hold, invoice, promise, standing } from '../support/standing.ts'
import type { StandingDetails } from '../support/standing.ts'

const each = (details: StandingDetails): string[] =>
  verdictsPerInvoice(standing(details)).map(
    ({ invoiceId, do: what, reason, until }) => `${invoiceId}: ${what} ${reason}${until ? ` until ${until}` : ''}`,
  )

describe('one verdict for every open invoice', () => {
  it('says of each what is done about it, or why nothing is', () => {
    const invoices = [
      invoice({ id: 'late', dueOn: '2026-03-03' }),
      invoice({ id: 'disputed', dueOn: '2026-02-02' }),
      invoice({ id: 'promised', dueOn: '2026-02-03' }),
      invoice({ id: 'taken-out', dueOn: '2026-02-04', excluded: true }),
      invoice({ id: 'cents', dueOn: '2026-02-05', minor: 7 }),
      invoice({ id: 'soon', dueOn: '2026-03-20' }),
      invoice({ id: 'settled', minor: 0 }),
    ]
    const holds = [hold('dispute', { invoiceId: 'disputed' })]
    const promises = [promise({ invoiceIds: ['promised'], on: '2026-03-12' })]
    expect(each({ invoices, holds, promises })).toEqual([
      'disputed: nothing all-disputed',
      'promised: wait promised until 2026-03-13',
      'taken-out: nothing excluded',
      'cents: nothing left-alone',
      'late: send step-due',
      'soon: wait nothing-due-yet until 2026-03-21',
    ])
  })

  it('is the customer’s own where the customer as a whole decides', () => {
    const invoices = [invoice({ id: 'a' }), invoice({ id: 'b', dueOn: '2026-04-20' })]
    expect(each({ invoices, holds: [hold('pause', { until: '2026-03-10' })] })).toEqual([
      'a: wait paused until 2026-03-11',
      'b: wait paused until 2026-03-11',
    ])
    expect(each({ invoices, stopped: true })).toEqual(['a: wait stopped', 'b: wait stopped'])
    expect(each({ invoices, contactedOn: [day('2026-03-03')] })[0]).toBe('a: wait too-soon until 2026-03-05')
  })

  it('asks about the currency that credit covers, and sends about the other', () => {
    const invoices = [invoice({ id: 'eur' }), invoice({ id: 'gbp', currency: 'GBP', dueOn: '2026-02-20' })]
    expect(each({ invoices, credits: [money(10_000, 'GBP')] })).toEqual([
      'gbp: ask credit-covers-balance',
      'eur: send step-due',
    ])
  })

  it('lets the rest of the account wait its turn while a promise is reminded of', () => {
    const invoices = [invoice(), invoice({ id: 'other' })]
    expect(each({ today: '2026-03-05', invoices, promises: [promise()] })).toEqual([
      'inv-1: send promise-reminder-due',
      'other: wait too-soon until 2026-03-09',
    ])
  })

  it('stays the same from day to day while nothing changes, so that it is stored once', () => {
    const details: StandingDetails = {
      invoices: [invoice({ dueOn: '2026-03-30' }), invoice({ id: 'b', dueOn: '2026-04-20' })],
    }
    const books = { connection: 'connected', unconfirmed: false } as const
    const first = verdictsPerInvoice(standing({ ...details, books: { ...books, hoursSinceSync: 1 } }))
    const next = verdictsPerInvoice(
      standing({ ...details, today: '2026-03-05', books: { ...books, hoursSinceSync: 3 } }),
    )
    expect(next).toEqual(first)
  })

  it('carries its inputs and what would change it, ready to be said', () => {
    const [one] = verdictsPerInvoice(standing({ promises: [promise({ on: '2026-12-11', givenOn: '2026-03-03' })] }))
    expect(one?.facts).toEqual({ dueOn: '2026-03-03', dueEUR: 10_000 })
    expect(one?.flips).toEqual([
      { on: '2026-12-14', because: 'promise-lapses' },
      { event: 'payment' },
      { event: 'person-ends-hold' },
    ])
    expect(explainFlips(one?.flips ?? [], day('2026-03-04'), 'en')).toEqual([
      'This changes on Monday 14 December: the promise lapses if the payment has not arrived.',
      'A payment in the ledger changes this.',
      'A person can end this at any time.',
    ])
    expect(explainFlips((one?.flips ?? []).slice(0, 1), day('2025-12-30'), 'es')).toEqual([
      'Cambia el lunes 14 de diciembre de 2026: vence la promesa si el pago no ha llegado.',
    ])
    expect(one && explain(one, 'en')).toBe('Waits until Monday 14 December 2026: payment is promised before then.')
  })
})
