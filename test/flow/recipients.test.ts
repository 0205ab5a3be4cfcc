import { describe, expect, it } from 'vitest'
import { confidenceIn, recipientsOf } from '../../src/flow/recipients.ts'
import type { ContactFacts, CustomerFacts, ReplyFacts } from '../../src/store/standings.ts'

type Known = Pick<CustomerFacts, 'contacts' | 'invoices' | 'replies' | 'daysLate'>

const contact = (email: string, given: Partial<ContactFacts> = {}): ContactFacts => ({
  email,
  name: null,
  role: 'main',
  bounced: false,
  treatment: null,
  language: null,
  escalation: false,
  ...given,
})

/** A customer with these contacts, whose open invoice went to these addresses. */
const customer = (
  contacts: ContactFacts[],
  { onInvoice = [], replies = [] }: { onInvoice?: string[]; replies?: ReplyFacts[] } = {},
): Known & CustomerFacts =>
  ({ contacts, invoices: [{ emails: onInvoice }], replies, daysLate: [] }) as unknown as Known & CustomerFacts

const shown = (known: CustomerFacts, step: { copyEscalation: boolean } | null = null): string =>
  recipientsOf(known, step)
    .map(({ address, copied }) => `${copied ? 'cc ' : ''}${address}`)
    .join(', ')

describe('Who is written to', () => {
  it('is whoever got the invoice, those first who have replied', () => {
    const onInvoice = ['a@acme.example', 'b@acme.example']
    const replies: ReplyFacts[] = [{ address: 'b@acme.example', outcome: 'other' }]
    expect(shown(customer([contact('main@acme.example')], { onInvoice, replies }))).toBe(
      'b@acme.example, a@acme.example',
    )
  })

  it('is not who replied to be the wrong person, while there is somebody else', () => {
    const replies: ReplyFacts[] = [{ address: 'gone@acme.example', outcome: 'wrong-person' }]
    const onInvoice = ['gone@acme.example']
    expect(shown(customer([contact('main@acme.example')], { onInvoice, replies }))).toBe('main@acme.example')
    expect(shown(customer([], { onInvoice, replies }))).toBe('gone@acme.example')
    expect(confidenceIn('gone@acme.example', customer([], { onInvoice, replies }))).toBe(10)
  })

  it('is not somebody who wrote once and whom neither the invoice nor the ledger names', () => {
    const replies: ReplyFacts[] = [{ address: 'sales@acme.example', outcome: 'other' }]
    const known = customer([contact('main@acme.example'), contact('sales@acme.example', { role: 'other' })], {
      replies,
    })
    expect(shown(known)).toBe('main@acme.example')
  })

  it('is surer by what speaks for it: a reply more than a paid invoice, that more than a list, a list more than the ledger', () => {
    const main = 'main@acme.example'
    const replies: ReplyFacts[] = [{ address: main, outcome: 'promise' }]
    expect(confidenceIn(main, customer([contact(main)], { replies }))).toBe(95)
    expect(confidenceIn(main, { ...customer([contact(main)]), daysLate: [3] })).toBe(90)
    expect(confidenceIn(main, customer([contact(main)], { onInvoice: [main] }))).toBe(65)
    expect(confidenceIn(main, customer([contact(main)]))).toBe(60)
  })

  it('is the contact for escalations too, for a step that is copied, and never twice', () => {
    const boss = contact('boss@acme.example', { role: 'other', escalation: true })
    const known = customer([contact('main@acme.example'), boss])
    expect(shown(known, { copyEscalation: true })).toBe('main@acme.example, cc boss@acme.example')
    expect(shown(known, { copyEscalation: false })).toBe('main@acme.example')
    const gone = customer([contact('main@acme.example'), { ...boss, bounced: true }])
    expect(shown(gone, { copyEscalation: true })).toBe('main@acme.example')
    const same = customer([contact('main@acme.example', { escalation: true })])
    expect(shown(same, { copyEscalation: true })).toBe('main@acme.example')
    const copied = customer([contact('main@acme.example'), { ...boss, role: 'copied' }])
    expect(shown(copied, { copyEscalation: true })).toBe('main@acme.example, cc boss@acme.example')
  })
})
