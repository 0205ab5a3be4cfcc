import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { decide } from '../../src/chase/decide.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { discountOffers } from '../../src/chase/discount.ts'
import { judgeSend } from '../../src/chase/gate.ts'
import { money } from '../../src/chase/money.ts'
import { netPositions } from '../../src/chase/net-position.ts'
import type { HoldKind, TakenStep } from '../../src/chase/standing.ts'
import { hold, invoice, payment, policy, standing } from '../support/standing.ts'
import type { StandingDetails } from '../support/standing.ts'

const judged = (details: StandingDetails): string => {
  const verdict = decide(standing(details))
  const head = `${verdict.do} ${verdict.reason}`
  if ('until' in verdict) return verdict.until === null ? head : `${head} until ${verdict.until}`
  return `${head} ${verdict.step?.id ?? ''} ${verdict.invoiceIds.join('+')}`.replace('  ', ' ').trim()
}

const two = [invoice({ id: 'a' }), invoice({ id: 'b' })]

describe('holds on the whole customer', () => {
  it.each<[HoldKind, string, string]>([
    ['do-not-chase', 'nothing do-not-chase', 'nothing do-not-chase until 2026-03-07'],
    ['pause', 'wait paused', 'wait paused until 2026-03-07'],
    ['snooze', 'wait snoozed', 'wait snoozed until 2026-03-07'],
    ['dispute', 'nothing all-disputed', 'nothing all-disputed until 2026-03-07'],
    ['promise', 'wait promised', 'wait promised until 2026-03-07'],
    ['plan', 'wait on-plan', 'wait on-plan until 2026-03-07'],
    ['unread-reply', 'ask reply-unread', 'ask reply-unread'],
    ['bank-details', 'ask bank-details-changed', 'ask bank-details-changed'],
    ['message-held', 'ask message-held', 'ask message-held'],
    ['unknown-delivery', 'ask delivery-unknown', 'ask delivery-unknown'],
    ['missing-pdf', 'ask pdf-missing', 'ask pdf-missing'],
    ['broken-address', 'ask no-address inv-1', 'ask no-address inv-1'],
    ['ledger-reminders', 'wait ledger-reminders', 'wait ledger-reminders'],
  ])('%s', (kind, forGood, untilFriday) => {
    expect(judged({ holds: [hold(kind)] })).toBe(forGood)
    expect(judged({ holds: [hold(kind, { until: '2026-03-06' })] })).toBe(untilFriday)
    expect(judged({ holds: [hold(kind, { until: '2026-03-03' })] })).toBe('send step-due day-1 inv-1')
  })

  it('come up for review on their day, and hold until it is answered', () => {
    expect(judged({ holds: [hold('pause', { reviewOn: '2026-03-05' })] })).toBe('wait paused')
    const due = decide(standing({ holds: [hold('pause', { reviewOn: '2026-03-04' })] }))
    expect(due).toMatchObject({
      do: 'ask',
      reason: 'hold-review-due',
      facts: { hold: 'pause', reviewOn: '2026-03-04' },
    })
    expect(judged({ holds: [hold('pause', { reviewOn: '2026-03-01', until: '2026-03-02' })] })).toBe(
      'send step-due day-1 inv-1',
    )
  })

  it('reminders of the ledger’s own are said beside every verdict, or hold where the policy wants that', () => {
    expect(decide(standing({ ledgerRemindersOn: true }))).toMatchObject({
      do: 'send',
      facts: { ledgerRemindersOn: true },
    })
    expect(judged({ ledgerRemindersOn: true, policy: policy({ ledgerReminders: 'hold' }) })).toBe(
      'wait ledger-reminders',
    )
  })
})

describe('single invoices', () => {
  it.each<[HoldKind, string]>([
    ['do-not-chase', 'notChased'],
    ['pause', 'paused'],
    ['snooze', 'snoozed'],
    ['dispute', 'disputed'],
    ['promise', 'promised'],
    ['plan', 'onPlan'],
  ])('on hold (%s) are named and not counted, and the rest goes on', (kind, fact) => {
    const verdict = decide(standing({ invoices: two, holds: [hold(kind, { invoiceId: 'a' })] }))
    expect(verdict).toMatchObject({ do: 'send', invoiceIds: ['b'], facts: { [fact]: 1, dueEUR: 10_000 } })
  })

  it('that a person took out are named and not counted', () => {
    const invoices = [invoice({ id: 'a', excluded: true }), invoice({ id: 'b' })]
    expect(decide(standing({ invoices }))).toMatchObject({
      do: 'send',
      invoiceIds: ['b'],
      facts: { excluded: 1, dueEUR: 10_000 },
    })
    expect(judged({ invoices: invoices.slice(0, 1) })).toBe('nothing excluded')
  })

  it('a reply about one of them that nobody has read holds all', () => {
    expect(judged({ invoices: two, holds: [hold('unread-reply', { invoiceId: 'a' })] })).toBe('ask reply-unread')
    expect(judged({ invoices: two, holds: [hold('unread-reply', { invoiceId: 'paid' })] })).toBe(
      'send step-due day-1 a+b',
    )
  })
})

describe('little money', () => {
  it('a residue of rounding is left alone', () => {
    expect(judged({ invoices: [invoice({ minor: 100 })] })).toBe('nothing left-alone')
    expect(judged({ invoices: [invoice({ minor: 101 })] })).toBe('send step-due day-1 inv-1')
    expect(judged({ invoices: [invoice({ minor: 100, currency: 'JPY' })] })).toBe('send step-due day-1 inv-1')
    expect(decide(standing({ invoices: [invoice({ id: 'a', minor: 3 }), invoice({ id: 'b' })] }))).toMatchObject({
      invoiceIds: ['b'],
      facts: { leftAlone: 1, dueEUR: 10_000 },
    })
  })

  it('an account below the minimum is left alone, in that currency, until it is reached', () => {
    const modest = policy({ minimumBalance: { EUR: 15_000 } })
    expect(judged({ policy: modest })).toBe('nothing left-alone')
    expect(judged({ policy: modest, invoices: two })).toBe('send step-due day-1 a+b')
    expect(judged({ policy: policy({ minimumBalance: { EUR: 10_000 } }) })).toBe('send step-due day-1 inv-1')
    const mixed = [invoice({ id: 'eur' }), invoice({ id: 'gbp', minor: 500, currency: 'GBP' })]
    expect(judged({ policy: modest, invoices: mixed })).toBe('send step-due day-1 gbp')
  })
})

const serious: TakenStep[] = [
  { stepId: 'day-1', channel: 'email', stage: 'first-overdue', on: day('2026-02-04') },
  { stepId: 'day-7', channel: 'email', stage: 'firm', on: day('2026-02-10') },
  { stepId: 'day-15', channel: 'email', stage: 'serious', on: day('2026-02-18') },
  { stepId: 'call-21', channel: 'call', stage: null, on: day('2026-02-24') },
]

describe('a part payment', () => {
  const after = (effect: 'keep-stage' | 'one-stage-softer' | 'restart-at-first-overdue', minor: number) =>
    decide(
      standing({
        today: '2026-03-05',
        policy: policy({ partPayment: { thank: true, effect, atLeastPercent: 10 } }),
        invoices: [invoice({ dueOn: '2026-02-03', minor: 10_000 })],
        payments: [payment('2026-02-26', minor)],
        spell: { anchorInvoiceId: 'inv-1', taken: serious },
        contactedOn: [day('2026-02-10'), day('2026-02-18')],
      }),
    )

  it.each([
    ['keep-stage', 'final'],
    ['one-stage-softer', 'firm'],
    ['restart-at-first-overdue', 'first-overdue'],
  ] as const)('with the effect %s makes the next message %s', (effect, stage) => {
    expect(after(effect, 5_000)).toMatchObject({ message: stage })
  })

  it('too small to count changes nothing', () => {
    expect(after('restart-at-first-overdue', 1_111)).toMatchObject({ message: 'final' })
    expect(after('restart-at-first-overdue', 1_112)).toMatchObject({ message: 'first-overdue' })
  })

  it('is among the facts, so that the next message thanks for it and asks for the rest', () => {
    const { facts } = after('keep-stage', 5_000)
    expect(facts).toMatchObject({ receivedEUR: 5_000, receivedOn: '2026-02-26', dueEUR: 10_000 })
  })
})

describe('credit', () => {
  const threshold = (percent: number, what: 'hold' | 'statement' = 'hold') =>
    policy({ credits: { policy: what, atLeastPercent: percent } })

  it('holds from the share that the policy names', () => {
    const half = { policy: threshold(50) }
    expect(judged({ ...half, credits: [money(5_000, 'EUR')] })).toBe('ask credit-covers-balance inv-1')
    expect(judged({ ...half, credits: [money(4_999, 'EUR')] })).toBe('send step-due day-1 inv-1')
  })

  it('or is answered with a statement, once a month', () => {
    const stated = { policy: threshold(100, 'statement'), credits: [money(10_000, 'EUR')] }
    expect(decide(standing(stated))).toMatchObject({
      do: 'send',
      message: 'statement',
      step: { id: 'statement:2026-03' },
      facts: { openEUR: 10_000, creditEUR: 10_000 },
    })
    expect(judged({ ...stated, notices: [{ id: 'statement:2026-03', on: day('2026-03-02') }] })).toBe(
      'ask credit-covers-balance inv-1',
    )
  })

  it('and debt make a net position per currency, never across', () => {
    const owed = [invoice({ minor: 10_000 }), invoice({ minor: 500, currency: 'GBP' }), invoice({ minor: -70 })]
    expect(netPositions(owed, [money(12_000, 'EUR'), money(300, 'USD'), money(-5, 'GBP')])).toEqual([
      { currency: 'EUR', owedMinor: 10_000, creditMinor: 12_000, netMinor: -2_000 },
      { currency: 'GBP', owedMinor: 500, creditMinor: 0, netMinor: 500 },
      { currency: 'USD', owedMinor: 0, creditMinor: 300, netMinor: -300 },
    ])
  })
})

describe('the discount for paying early', () => {
  const offering = policy({
    discount: { percent: 2, withinDays: 10 },
    consents: { 'discount-offers': 'order form, box 3' },
  })
  const fresh = invoice({ dueOn: '2026-03-30', minor: 9_999, issuedOn: day('2026-02-28') })

  it('is offered until its last day, rounded down, and only where the policy has one', () => {
    expect(discountOffers([fresh], offering, day('2026-03-10'))).toEqual([
      { invoiceId: 'inv-1', off: money(199, 'EUR'), toPay: money(9_800, 'EUR'), lastDay: '2026-03-10' },
    ])
    expect(discountOffers([fresh], offering, day('2026-03-11'))).toEqual([])
    expect(discountOffers([fresh], DEFAULT_POLICY, day('2026-03-10'))).toEqual([])
    for (const consent of [null, ' '])
      expect(
        discountOffers([fresh], { ...offering, consents: { 'discount-offers': consent } }, day('2026-03-10')),
      ).toEqual([])
    expect(
      discountOffers([invoice({ dueOn: '2026-03-03', issuedOn: day('2026-03-01') })], offering, day('2026-03-04')),
    ).toEqual([])
  })

  it('is among the facts of a message before the due day', () => {
    const soon = invoice({ dueOn: '2026-03-07', minor: 10_000, issuedOn: day('2026-02-24') })
    expect(decide(standing({ policy: offering, invoices: [soon] })).facts).toMatchObject({
      discountEUR: 200,
      discountUntil: '2026-03-06',
    })
    expect(decide(standing({ policy: offering })).facts).not.toHaveProperty('discountEUR')
  })
})

describe('thanks', () => {
  const paid = { invoices: [invoice({ id: 'next', dueOn: '2026-04-20' })] }
  const on = (today: string, details: StandingDetails = {}) =>
    judged({ ...paid, today, payments: [payment('2026-03-03', 10_000)], ...details })

  it('go out on the business day after the payment, for all that was settled', () => {
    expect(on('2026-03-03')).toBe('wait nothing-due-yet until 2026-04-17')
    expect(on('2026-03-04')).toBe('send thank-you-due thank-you:2026-03-03 inv-1')
    expect(on('2026-03-04', { invoices: [] })).toBe('send thank-you-due thank-you:2026-03-03 inv-1')
    const several = [payment('2026-03-03', 10_000), payment('2026-03-02', 5_000, { invoiceId: 'inv-0' })]
    const verdict = decide(standing({ ...paid, today: '2026-03-04', payments: several }))
    expect(verdict).toMatchObject({
      message: 'thank-you',
      invoiceIds: ['inv-0', 'inv-1'],
      facts: { receivedEUR: 15_000, paidOn: '2026-03-03' },
    })
  })

  it('wait for the gap, and are left out when they would come too late', () => {
    expect(on('2026-03-04', { contactedOn: [day('2026-03-03')] })).toBe('wait too-soon until 2026-03-05')
    expect(on('2026-03-10')).toBe('send thank-you-due thank-you:2026-03-03 inv-1')
    expect(on('2026-03-11')).toBe('wait nothing-due-yet until 2026-04-17')
  })

  it('are said once, and once a week at most', () => {
    const thanked = { notices: [{ id: 'thank-you:2026-03-03', on: day('2026-03-04') }] }
    expect(on('2026-03-06', thanked)).toBe('wait nothing-due-yet until 2026-04-17')
    const again = { ...thanked, payments: [payment('2026-03-09', 10_000, { invoiceId: 'other' })] }
    expect(on('2026-03-10', again)).toBe('wait nothing-due-yet until 2026-04-17')
    expect(on('2026-03-11', again)).toBe('send thank-you-due thank-you:2026-03-09 other')
  })

  it('are for money that was asked for, unless the policy thanks everybody, and for whole invoices', () => {
    const unasked = { payments: [payment('2026-03-03', 10_000, { chased: false })] }
    expect(on('2026-03-04', unasked)).toBe('wait nothing-due-yet until 2026-04-17')
    const kind = policy({ thankYou: { enabled: true, mostPer7Days: 1, onlyWhenChased: false } })
    expect(on('2026-03-04', { ...unasked, policy: kind })).toBe('send thank-you-due thank-you:2026-03-03 inv-1')
    expect(
      on('2026-03-04', { policy: policy({ thankYou: { enabled: false, mostPer7Days: 1, onlyWhenChased: true } }) }),
    ).toBe('wait nothing-due-yet until 2026-04-17')
    expect(on('2026-03-04', { invoices: [invoice({ minor: 500, dueOn: '2026-03-30' })] })).toBe(
      'wait nothing-due-yet until 2026-03-27',
    )
  })

  it('give way to what is overdue, and to a person’s word', () => {
    expect(on('2026-03-04', { invoices: [invoice({ id: 'late' })] })).toBe('send step-due day-1 late')
    expect(on('2026-03-04', { holds: [hold('pause')] })).toBe('wait paused')
    expect(on('2026-03-04', { invoices: [], holds: [hold('unread-reply')] })).toBe('nothing nothing-open')
  })

  it('pass the gate although what they are about is paid', () => {
    const fresh = standing({ ...paid, payments: [payment('2026-03-03', 10_000)] })
    const planned = {
      stepId: 'thank-you:2026-03-03',
      message: 'thank-you' as const,
      approved: false,
      invoices: [{ id: 'inv-1', balance: money(0, 'EUR'), dueOn: day('2026-03-03') }],
      addresses: ['pagos@acme.example'],
    }
    expect(judgeSend(planned, fresh).go).toBe(true)
    const returned = standing({ invoices: [invoice()], payments: [payment('2026-03-03', 10_000)] })
    expect(judgeSend(planned, returned)).toMatchObject({ go: false, reason: 'other-step' })
    expect(judgeSend({ ...planned, message: 'final' }, fresh)).toMatchObject({ go: false, reason: 'paid' })
  })
})

describe('the right person', () => {
  const silent: TakenStep[] = [
    { stepId: 'day-1', channel: 'email', stage: 'first-overdue', on: day('2026-02-17') },
    { stepId: 'day-7', channel: 'email', stage: 'firm', on: day('2026-02-23') },
  ]
  const unheard: StandingDetails = {
    invoices: [invoice({ dueOn: '2026-02-16' })],
    spell: { anchorInvoiceId: 'inv-1', taken: silent },
    contactedOn: [day('2026-02-17'), day('2026-02-23')],
    customer: { confidence: 60 },
  }

  it('is asked for, without amounts, in the place of the third message to an unsure address', () => {
    expect(decide(standing(unheard))).toMatchObject({
      message: 'right-person',
      step: { id: 'right-person:inv-1', stage: null },
      facts: { silences: 2 },
    })
    expect(judged({ ...unheard, notices: [{ id: 'right-person:inv-1', on: day('2026-02-27') }] })).toBe(
      'send step-due day-15 inv-1',
    )
  })

  it('is not asked for where we are sure, or where there was a sign of life', () => {
    expect(judged({ ...unheard, customer: { confidence: 70 } })).toBe('send step-due day-15 inv-1')
    expect(judged({ ...unheard, loggedContacts: [{ on: day('2026-02-24'), kind: 'reply', outcome: 'other' }] })).toBe(
      'send step-due day-15 inv-1',
    )
    expect(
      judged({ ...unheard, loggedContacts: [{ on: day('2026-02-24'), kind: 'call', outcome: 'no-answer' }] }),
    ).toBe('send right-person-unsure right-person:inv-1 inv-1')
    expect(judged({ ...unheard, payments: [payment('2026-02-20', 500)] })).toBe('send step-due day-15 inv-1')
    const never = policy({ rightPerson: { afterSilences: null, afterBounce: true, belowConfidence: 70 } })
    expect(judged({ ...unheard, policy: never })).toBe('send step-due day-15 inv-1')
  })

  it('is asked for at another address when one has bounced', () => {
    const bounced = hold('broken-address', { address: 'gone@acme.example' })
    expect(judged({ holds: [bounced] })).toBe('send right-person-unsure right-person:inv-1 inv-1')
    expect(judged({ holds: [bounced], notices: [{ id: 'right-person:inv-1', on: day('2026-02-20') }] })).toBe(
      'ask no-address inv-1',
    )
    expect(judged({ holds: [hold('broken-address', { address: 'pagos@acme.example' })] })).toBe('ask no-address inv-1')
    expect(judged({ holds: [bounced], customer: { addresses: [] } })).toBe('ask no-address inv-1')
  })

  it('who is unsure is a person’s to confirm before an ordinary message', () => {
    const verdict = decide(standing({ customer: { confidence: 49 } }))
    expect(verdict).toMatchObject({
      do: 'ask',
      reason: 'approval-needed',
      message: 'first-overdue',
      facts: { approvalBecause: 'recipient-unsure', confidence: 49 },
    })
    expect(judged({ customer: { confidence: 50 } })).toBe('send step-due day-1 inv-1')
    const planned = {
      stepId: 'day-1',
      approved: false,
      invoices: [{ id: 'inv-1', balance: money(10_000, 'EUR'), dueOn: day('2026-03-03') }],
      addresses: ['pagos@acme.example'],
    }
    const fresh = standing({ customer: { confidence: 49 } })
    expect(judgeSend(planned, fresh)).toMatchObject({ go: false, reason: 'approval-missing' })
    expect(judgeSend({ ...planned, approved: true }, fresh).go).toBe(true)
  })
})

describe('thanks beside a reminder', () => {
  const beside = (today: string, details: StandingDetails = {}): StandingDetails => ({
    today,
    invoices: [invoice({ id: 'next', dueOn: '2026-03-09' })],
    payments: [payment('2026-03-03', 15_000, { invoiceId: 'settled' })],
    ...details,
  })

  it('give way to one that they would put off, and ride along with it', () => {
    // The reminder before the due day has Friday the 6th alone; after thanks on the 5th it could not go.
    expect(judged(beside('2026-03-05'))).toBe('wait nothing-due-yet until 2026-03-06')
    expect(decide(standing(beside('2026-03-06')))).toMatchObject({
      message: 'before-due',
      facts: { receivedEUR: 15_000, receivedOn: '2026-03-03' },
    })
    const reminded = { contactedOn: [day('2026-03-06')], invoices: [invoice({ id: 'next', dueOn: '2026-04-20' })] }
    expect(judged(beside('2026-03-10', reminded))).toBe('wait nothing-due-yet until 2026-04-17')
  })

  it('go at once where the reminder keeps its day', () => {
    const tuesday = { invoices: [invoice({ id: 'next', dueOn: '2026-03-10' })] }
    expect(judged(beside('2026-03-04', tuesday))).toBe('send thank-you-due thank-you:2026-03-03 settled')
    // Due on Monday, the second message of the week would go on the 6th and the third on the 10th.
    expect(judged(beside('2026-03-04'))).toBe('wait nothing-due-yet until 2026-03-06')
  })

  it('give way where the reminder would be one message too many in seven days', () => {
    const later = { invoices: [invoice({ id: 'next', dueOn: '2026-03-12' })] }
    expect(judged(beside('2026-03-05', later))).toBe('send thank-you-due thank-you:2026-03-03 settled')
    const one = { ...later, policy: policy({ mostPer7Days: 1 }) }
    expect(judged(beside('2026-03-05', one))).toBe('wait nothing-due-yet until 2026-03-09')
  })

  it('give way to a reminder at an address that others have been written to as well', () => {
    const shared = { invoices: [invoice({ id: 'next', dueOn: '2026-03-12' })], addressContactedOn: [day('2026-03-03')] }
    expect(judged(beside('2026-03-05', shared))).toBe('wait nothing-due-yet until 2026-03-09')
  })
})

describe('somebody who said to be the wrong person', () => {
  const said = (on: string, details: StandingDetails = {}): string =>
    judged({ loggedContacts: [{ on: day(on), kind: 'reply', outcome: 'wrong-person' }], ...details })

  it('gets nothing more before a person has looked at the recipient, whatever the policy leaves unasked', () => {
    const never = policy({ recipients: { approvalBelowConfidence: null } })
    expect(said('2026-03-04', { policy: never })).toBe('ask approval-needed day-1 inv-1')
  })

  it('is forgotten once a message has gone since, or another word was had', () => {
    expect(said('2026-02-26', { contactedOn: [day('2026-02-27')] })).toBe('send step-due day-1 inv-1')
    const other = { on: day('2026-03-02'), kind: 'call' as const, outcome: 'other' as const }
    const wrong = { on: day('2026-02-26'), kind: 'reply' as const, outcome: 'wrong-person' as const }
    expect(judged({ loggedContacts: [wrong, other] })).toBe('send step-due day-1 inv-1')
  })
})
