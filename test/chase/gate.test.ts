import { fc } from '../support/random.ts'
import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { decide } from '../../src/chase/decide.ts'
import { judgeSend, needsApproval } from '../../src/chase/gate.ts'
import type { PlannedSend } from '../../src/chase/gate.ts'
import { money } from '../../src/chase/money.ts'
import type { Mode } from '../../src/chase/standing.ts'
import { following, hold, invoice, standing, step } from '../support/standing.ts'
import type { StandingDetails } from '../support/standing.ts'

const planned = (change: Partial<PlannedSend> = {}): PlannedSend => ({
  stepId: 'day-1',
  approved: false,
  invoices: [{ id: 'inv-1', balance: money(10_000, 'EUR'), dueOn: day('2026-03-03') }],
  addresses: ['pagos@acme.example'],
  ...change,
})

/** 'go', or the reason for the refusal. */
function judged(change: Partial<PlannedSend>, fresh: StandingDetails): string {
  const answer = judgeSend(planned(change), standing(fresh))
  return answer.go ? 'go' : answer.reason
}

describe('the gate', () => {
  it('lets a message go when nothing has changed, and hands back the fresh verdict', () => {
    expect(judgeSend(planned(), standing())).toEqual({ go: true, verdict: decide(standing()) })
  })

  it.each<[string, Partial<PlannedSend>, boolean]>([
    ['go', { addresses: ['pagos@acme.example', 'boss@acme.example'] }, true],
    // Whoever is to get a copy gets it, and nobody else does.
    ['address-changed', { addresses: ['pagos@acme.example'] }, true],
    ['address-changed', { addresses: ['pagos@acme.example', 'boss@acme.example'] }, false],
    ['address-changed', { addresses: ['boss@acme.example', 'pagos@acme.example'] }, true],
    ['other-step', { addresses: ['pagos@acme.example'], sender: 'usual' }, false],
    ['go', { addresses: ['pagos@acme.example'], sender: 'senior' }, false],
  ])('says %s where signature and copies are %j and the step is copied: %s', (answer, change, copyEscalation) => {
    const escalation = { address: 'boss@acme.example', contactedOn: [] }
    const signed = following([step('day-1', 1, { copyEscalation, sender: 'senior' })])
    expect(judged(change, { policy: signed, customer: { escalation } })).toBe(answer)
  })

  it('counts the inbox that gets a copy like the one the message goes to', () => {
    const escalation = { address: 'boss@acme.example', contactedOn: [day('2026-03-03')] }
    const copied = following([step('day-1', 1, { copyEscalation: true })])
    const addresses = ['pagos@acme.example', 'boss@acme.example']
    expect(judged({ addresses }, { policy: copied, customer: { escalation } })).toBe('too-soon')
    expect(judged({}, { policy: following([step('day-1', 1)]), customer: { escalation } })).toBe('go')
  })

  it('hands back the fresh verdict with a refusal too', () => {
    const paid = standing({ invoices: [] })
    expect(judgeSend(planned(), paid)).toEqual({ go: false, reason: 'paid', verdict: decide(paid) })
  })

  it.each<[string, StandingDetails]>([
    ['paid', { invoices: [] }],
    ['paid', { invoices: [invoice({ id: 'another' })] }],
    ['paid', { invoices: [invoice({ minor: 0 })] }],
    ['paid', { invoices: [invoice({ minor: -1 })] }],
    ['balance-changed', { invoices: [invoice({ minor: 9_999 })] }],
    ['balance-changed', { invoices: [invoice({ minor: 10_001 })] }],
    ['balance-changed', { invoices: [invoice({ currency: 'GBP' })] }],
    ['due-day-changed', { invoices: [invoice({ dueOn: '2026-03-02' })] }],
    ['due-day-changed', { invoices: [invoice({ dueOn: '2026-04-02' })] }],
    ['other-items', { invoices: [invoice(), invoice({ id: 'new', dueOn: '2026-03-03' })] }],
    ['other-step', { today: '2026-03-10' }],
    ['address-changed', { customer: { addresses: ['other@acme.example', 'pagos@acme.example'] } }],
    ['no-address', { customer: { addresses: [] } }],
    ['mode-observe', { mode: 'observe' }],
    ['approval-missing', { mode: 'approve' }],
    ['outside-hours', { minute: 8 * 60 + 59 }],
    ['outside-hours', { minute: 17 * 60 + 30 }],
    ['not-a-sending-day', { today: '2026-03-07', invoices: [invoice({ dueOn: '2026-03-03' })] }],
    ['paused', { holds: [hold('pause')] }],
    ['all-disputed', { holds: [hold('dispute', { invoiceId: 'inv-1' })] }],
    ['promised', { holds: [hold('promise', { invoiceId: 'inv-1', until: '2026-03-04' })] }],
    ['delivery-unknown', { holds: [hold('unknown-delivery')] }],
    ['pdf-missing', { holds: [hold('missing-pdf')] }],
    ['credit-covers-balance', { credits: [money(10_000, 'EUR')] }],
    ['too-soon', { contactedOn: [day('2026-03-03')] }],
    ['stopped', { stopped: true }],
    ['books-stale', { books: { connection: 'connected', hoursSinceSync: null, unconfirmed: false } }],
    ['reconnect-needed', { books: { connection: 'reconnect-needed', hoursSinceSync: 1, unconfirmed: false } }],
    ['database-unconfirmed', { books: { connection: 'connected', hoursSinceSync: 1, unconfirmed: true } }],
    ['customer-archived', { customer: { archived: true } }],
  ])('refuses: %s', (reason, fresh) => {
    expect(judged({}, fresh)).toBe(reason)
  })

  it('lets an invoice that turned up as not yet due change nothing', () => {
    expect(judged({}, { invoices: [invoice(), invoice({ id: 'new', dueOn: '2026-04-03' })] })).toBe('go')
  })

  it('refuses a message about an invoice that has been taken out, even where the rest is still due', () => {
    const two = { invoices: [invoice(), invoice({ id: 'inv-2' })] }
    const both = [...planned().invoices, { id: 'inv-2', balance: money(10_000, 'EUR'), dueOn: day('2026-03-03') }]
    expect(judged({ invoices: both }, two)).toBe('go')
    expect(judged({ invoices: both }, { ...two, holds: [hold('dispute', { invoiceId: 'inv-2' })] })).toBe('other-items')
    expect(judged({ invoices: both }, { invoices: [invoice()] })).toBe('paid')
  })

  it('refuses a message about nothing, to nobody, or naming one invoice twice', () => {
    const [one] = planned().invoices
    const two = [invoice(), invoice({ id: 'inv-2' })]
    expect(judged({ invoices: [] }, {})).toBe('other-items')
    expect(judged({ addresses: [] }, {})).toBe('address-changed')
    expect(judged({ invoices: one ? [one, one] : [] }, { invoices: two })).toBe('other-items')
  })

  it('refuses a message to a further address that has been taken away', () => {
    const addresses = ['pagos@acme.example', 'old@acme.example']
    expect(judged({ addresses }, { customer: { addresses } })).toBe('go')
    expect(judged({ addresses }, {})).toBe('address-changed')
  })

  it('refuses to write where a person is to call or decide', () => {
    const spell = {
      anchorInvoiceId: 'inv-1',
      taken: [{ stepId: 'day-15', channel: 'email', stage: 'serious', on: day('2026-03-18') }],
    } as const
    expect(judged({ stepId: 'call-21', approved: true }, { today: '2026-03-24', spell })).toBe('call-due')
    expect(judged({ stepId: 'decide-45', approved: true }, { today: '2026-04-20', spell })).toBe('decision-due')
  })

  it('refuses a text that was written in another stage', () => {
    expect(judged({ stage: 'first-overdue' }, {})).toBe('go')
    expect(judged({ stage: 'firm' }, {})).toBe('other-step')
  })
})

describe('approval', () => {
  const final: StandingDetails = {
    today: '2026-04-02',
    spell: {
      anchorInvoiceId: 'inv-1',
      taken: [
        { stepId: 'day-15', channel: 'email', stage: 'serious', on: day('2026-03-18') },
        { stepId: 'call-21', channel: 'call', stage: null, on: day('2026-03-24') },
      ],
    },
  }

  it.each<[Mode, string, boolean, StandingDetails, string]>([
    ['observe', 'day-1', true, {}, 'mode-observe'],
    ['approve', 'day-1', false, {}, 'approval-missing'],
    ['approve', 'day-1', true, {}, 'go'],
    ['automatic', 'day-1', false, {}, 'go'],
    ['automatic', 'final-30', false, final, 'approval-missing'],
    ['automatic', 'final-30', true, final, 'go'],
    ['approve', 'final-30', true, final, 'go'],
    ['observe', 'final-30', true, final, 'mode-observe'],
    ['approve', 'final-30', true, { ...final, minute: 20 * 60 }, 'outside-hours'],
    ['approve', 'final-30', true, { ...final, today: '2026-04-04' }, 'not-a-sending-day'],
  ])('in mode %s for step %s, given: %s', (mode, stepId, approved, fresh, expected) => {
    expect(judged({ stepId, approved }, { ...fresh, mode })).toBe(expected)
  })

  it('is needed for every message unless the business is on automatic, and for a step that asks for it', () => {
    const modes = ['observe', 'approve', 'automatic'] as const
    const needed = (details: StandingDetails) => modes.map((mode) => needsApproval(decide(standing(details)), mode))
    expect(needed({})).toEqual([true, true, false])
    expect(needed(final)).toEqual([true, true, true])
    expect(needed({ holds: [hold('pause')] })).toEqual([false, false, false])
    expect(needed({ ...final, today: '2026-03-24', spell: null, credits: [money(10_000, 'EUR')] })).toEqual([
      false,
      false,
      false,
    ])
  })
})

describe('whatever changes between planning and sending', () => {
  const rarely = fc.constantFrom(false, false, false, true)
  const aChange = fc.record(
    {
      minor: fc.constantFrom(10_000, 10_000, 10_000, 9_999, 10_001, 0, -1),
      dueOn: fc.constantFrom('2026-03-03', '2026-03-03', '2026-03-02', '2026-03-20'),
      disputed: rarely,
      paused: rarely,
      extra: rarely,
      address: fc.constantFrom('pagos@acme.example', 'pagos@acme.example', 'new@acme.example'),
      minute: fc.integer({ min: 480, max: 1100 }),
      mode: fc.constantFrom<Mode>('observe', 'approve', 'automatic', 'automatic'),
      approved: fc.boolean(),
      credit: fc.constantFrom(0, 1, 9_999, 10_000, 20_000),
    },
    { requiredKeys: ['approved'] },
  )

  it('a message goes only if it is still exactly true', () => {
    let went = 0
    fc.assert(
      fc.property(aChange, (change) => {
        const fresh: StandingDetails = {
          minute: change.minute ?? 600,
          mode: change.mode ?? 'automatic',
          customer: { addresses: [change.address ?? 'pagos@acme.example'] },
          invoices: [
            invoice({ minor: change.minor ?? 10_000, dueOn: change.dueOn ?? '2026-03-03' }),
            ...(change.extra ? [invoice({ id: 'extra' })] : []),
          ],
          holds: [
            ...(change.disputed ? [hold('dispute', { invoiceId: 'inv-1' })] : []),
            ...(change.paused ? [hold('pause')] : []),
          ],
          credits: [money(change.credit ?? 0, 'EUR')],
        }
        const isTrue =
          fresh.minute !== undefined &&
          fresh.minute >= 540 &&
          fresh.minute < 1050 &&
          (change.minor ?? 10_000) === 10_000 &&
          (change.dueOn ?? '2026-03-03') === '2026-03-03' &&
          !change.disputed &&
          !change.paused &&
          !change.extra &&
          (change.address ?? 'pagos@acme.example') === 'pagos@acme.example' &&
          (change.credit ?? 0) < 10_000 &&
          (fresh.mode === 'automatic' || (fresh.mode === 'approve' && change.approved))
        const answer = judgeSend(planned({ approved: change.approved }), standing(fresh))
        if (answer.go) went += 1
        expect(answer.go).toBe(isTrue)
      }),
      { numRuns: 1000 },
    )
    // Vacuous otherwise: some of the drawn messages must go.
    expect(went).toBeGreaterThan(0)
  })
})
