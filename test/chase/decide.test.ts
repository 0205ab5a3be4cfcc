import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { decide } from '../../src/chase/decide.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { money } from '../../src/chase/money.ts'
import { PLAIN_STEP } from '../../src/chase/policy.ts'
import type { Policy, Step } from '../../src/chase/policy.ts'
import type { Stage, Standing, TakenStep } from '../../src/chase/standing.ts'
import type { Verdict } from '../../src/chase/verdict.ts'
import { mayLeaveNow } from '../../src/chase/window.ts'
import { days, hold, invoice, standing } from '../support/standing.ts'
import type { StandingDetails } from '../support/standing.ts'

/** The verdict without its facts, as one line: what, why, which step about which invoices, until when. */
function judged(details: StandingDetails = {}): string {
  const verdict = decide(standing(details))
  const head = `${verdict.do} ${verdict.reason}`
  if ('until' in verdict) return verdict.until === null ? head : `${head} until ${verdict.until}`
  const step = verdict.step ? ` ${verdict.step.id}` : ''
  return `${head}${step} ${verdict.invoiceIds.join('+')}`.trim()
}

const taken = (stepId: string, on: string, stage: Stage | null): TakenStep => ({
  stepId,
  on: day(on),
  stage,
  channel: stage === null ? 'call' : 'email',
})

const spellOf = (...steps: TakenStep[]) => ({ anchorInvoiceId: 'inv-1', taken: steps })

describe('an ordinary day', () => {
  it('sends the step that is due and says by which facts', () => {
    const expected: Verdict = {
      do: 'send',
      reason: 'step-due',
      segment: 'regular',
      step: { ...PLAIN_STEP, id: 'day-1', from: 1, to: 1, channel: 'email', stage: 'first-overdue', approval: false },
      message: 'first-overdue',
      flips: [{ event: 'payment' }, { event: 'person-holds' }],
      anchorInvoiceId: 'inv-1',
      invoiceIds: ['inv-1'],
      facts: {
        today: '2026-03-04',
        segmentBecause: 'set-by-person',
        lastContactOn: null,
        gapBusinessDays: 2,
        disputed: 0,
        promised: 0,
        paused: 0,
        anchorInvoiceId: 'inv-1',
        anchorDueOn: '2026-03-03',
        daysOverdue: 1,
        stepId: 'day-1',
        channel: 'email',
        stage: 'first-overdue',
        skippedSteps: 'before-due',
        dueEUR: 10_000,
        dueInvoices: 1,
      },
    }
    expect(decide(standing())).toEqual(expected)
  })

  it('waits for the next step and names its day', () => {
    const spell = { anchorInvoiceId: 'inv-1', taken: [taken('day-1', '2026-03-04', 'first-overdue')] }
    const waiting = { today: '2026-03-05', spell, contactedOn: [day('2026-03-04')] }
    expect(judged(waiting)).toBe('wait step-not-due-yet until 2026-03-10')
    expect(decide(standing(waiting)).facts).toMatchObject({
      nextStepId: 'day-7',
      nextStepOn: '2026-03-10',
      dueEUR: 10_000,
    })
  })

  it('waits for the first step while nothing is overdue', () => {
    expect(judged({ invoices: [invoice({ dueOn: '2026-03-20' })] })).toBe('wait nothing-due-yet until 2026-03-17')
  })

  it('names the steps it passes over, and the tone it is held at', () => {
    const { facts } = decide(standing({ invoices: [invoice({ dueOn: '2026-01-23' })] }))
    expect(facts).toMatchObject({ stepId: 'day-7', skippedSteps: 'before-due, day-1', heldAtStage: 'firm' })
  })
})

describe('books that cannot be trusted', () => {
  const books = { connection: 'connected', hoursSinceSync: 1, unconfirmed: false } as const

  it.each<[string, Partial<Standing['books']>]>([
    ['wait database-unconfirmed', { unconfirmed: true }],
    ['wait not-connected', { connection: 'disconnected' }],
    ['wait reconnect-needed', { connection: 'reconnect-needed' }],
    ['wait books-stale', { hoursSinceSync: null }],
    ['wait books-stale', { hoursSinceSync: 26.01 }],
    ['wait books-stale', { hoursSinceSync: Number.NaN }],
    ['send step-due day-1 inv-1', { hoursSinceSync: 26 }],
  ])('%s', (expected, change) => {
    expect(judged({ books: { ...books, ...change } })).toBe(expected)
  })

  it('hold even what is archived or has nothing open: nothing can be known', () => {
    expect(judged({ books: { ...books, hoursSinceSync: 99 }, invoices: [] })).toBe('wait books-stale')
  })

  it('are not looked at by a business that is stopped', () => {
    expect(judged({ stopped: true })).toBe('wait stopped')
  })
})

describe('nothing to chase', () => {
  it.each<[string, StandingDetails]>([
    ['nothing customer-archived', { customer: { archived: true } }],
    ['nothing nothing-open', { invoices: [] }],
    ['nothing nothing-open', { invoices: [invoice({ minor: 0 }), invoice({ id: 'b', minor: -500 })] }],
  ])('%s', (expected, details) => {
    expect(judged(details)).toBe(expected)
  })
})

describe('what a person or the customer said', () => {
  it.each<[string, StandingDetails]>([
    ['wait paused', { holds: [hold('pause')] }],
    ['wait paused until 2026-03-07', { holds: [hold('pause', { until: '2026-03-06' })] }],
    ['wait paused until 2026-03-05', { holds: [hold('pause', { until: '2026-03-04' })] }],
    ['send step-due day-1 inv-1', { holds: [hold('pause', { until: '2026-03-03' })] }],
    ['wait paused', { holds: [hold('pause', { until: '2026-03-06' }), hold('pause')] }],
    ['nothing all-disputed', { holds: [hold('dispute')] }],
    ['nothing all-disputed', { holds: [hold('dispute', { invoiceId: 'inv-1' })] }],
    ['wait promised until 2026-03-10', { holds: [hold('promise', { until: '2026-03-09' })] }],
    ['wait promised until 2026-03-10', { holds: [hold('promise', { invoiceId: 'inv-1', until: '2026-03-09' })] }],
    ['wait promised until 2026-03-05', { invoices: [invoice({ expectedOn: '2026-03-04' })] }],
    ['send step-due day-1 inv-1', { invoices: [invoice({ expectedOn: '2026-03-03' })] }],
    ['wait paused', { holds: [hold('pause', { invoiceId: 'inv-1' })] }],
    ['wait paused until 2026-03-07', { holds: [hold('pause', { until: '2026-03-06' }), hold('dispute')] }],
    ['send step-due day-1 inv-1', { holds: [hold('dispute', { invoiceId: 'another' })] }],
  ])('%s', (expected, details) => {
    expect(judged(details)).toBe(expected)
  })

  const two = [invoice({ id: 'old', dueOn: '2026-02-02' }), invoice({ id: 'young', dueOn: '2026-03-03' })]

  it('takes a disputed invoice out and goes on with the rest, in the tone of the rest', () => {
    const disputed = { invoices: two, holds: [hold('dispute', { invoiceId: 'old' })] }
    expect(judged(disputed)).toBe('send step-due day-1 young')
    expect(decide(standing(disputed)).facts).toMatchObject({ disputed: 1, promised: 0, dueEUR: 10_000 })
  })

  it('takes a promised invoice out until the day after the promise', () => {
    const holds = [hold('promise', { invoiceId: 'old', until: '2026-03-04' })]
    expect(judged({ invoices: two, holds })).toBe('send step-due day-1 young')
    expect(judged({ invoices: two, holds, today: '2026-03-05' })).toBe('send step-due day-7 old+young')
  })

  it('names the day on which the first of several promises lapses', () => {
    const holds = [
      hold('promise', { invoiceId: 'old', until: '2026-03-12' }),
      hold('promise', { invoiceId: 'young', until: '2026-03-09' }),
    ]
    expect(judged({ invoices: two, holds })).toBe('wait promised until 2026-03-10')
  })

  it('speaks of promises where one invoice is disputed and the other promised', () => {
    const holds = [hold('dispute', { invoiceId: 'old' }), hold('promise', { invoiceId: 'young', until: '2026-03-09' })]
    expect(judged({ invoices: two, holds })).toBe('wait promised until 2026-03-10')
  })

  it('is a dispute where an invoice is disputed and promised at once', () => {
    const holds = [
      hold('promise', { invoiceId: 'inv-1', until: '2026-03-09' }),
      hold('dispute', { invoiceId: 'inv-1' }),
    ]
    expect(judged({ holds })).toBe('nothing all-disputed')
  })
})

describe('questions that come before anything else', () => {
  it.each<[string, StandingDetails]>([
    ['ask delivery-unknown', { holds: [hold('unknown-delivery')] }],
    ['ask delivery-unknown', { holds: [hold('unknown-delivery', { invoiceId: 'inv-1' })] }],
    ['send step-due day-1 inv-1', { holds: [hold('unknown-delivery', { until: '2026-03-03' })] }],
    ['ask pdf-missing', { holds: [hold('missing-pdf', { invoiceId: 'inv-1' })] }],
    ['send step-due day-1 inv-1', { holds: [hold('missing-pdf', { invoiceId: 'paid-by-now' })] }],
    ['nothing nothing-open', { invoices: [], holds: [hold('unknown-delivery'), hold('missing-pdf')] }],
    ['wait paused', { holds: [hold('unknown-delivery'), hold('pause')] }],
  ])('%s', (expected, details) => {
    expect(judged(details)).toBe(expected)
  })
})

describe('the anchor', () => {
  it('is the oldest invoice, ties by id, and the message covers all that is overdue', () => {
    const invoices = [
      invoice({ id: 'c', dueOn: '2026-03-04' }),
      invoice({ id: 'b', dueOn: '2026-03-03' }),
      invoice({ id: 'a', dueOn: '2026-03-03' }),
      invoice({ id: 'd', dueOn: '2026-03-02' }),
    ]
    expect(decide(standing({ invoices }))).toMatchObject({ anchorInvoiceId: 'd', invoiceIds: ['d', 'a', 'b'] })
    expect(decide(standing({ invoices: invoices.slice(0, 3) }))).toMatchObject({ anchorInvoiceId: 'a' })
  })

  it('stays while it is chaseable, even if an older invoice turns up, which the next message then covers', () => {
    const spell = { anchorInvoiceId: 'inv-1', taken: [taken('day-1', '2026-03-04', 'first-overdue')] }
    const invoices = [invoice({ id: 'older', dueOn: '2026-01-01' }), invoice()]
    expect(decide(standing({ today: '2026-03-10', spell, invoices }))).toMatchObject({
      do: 'send',
      anchorInvoiceId: 'inv-1',
      invoiceIds: ['older', 'inv-1'],
      step: { id: 'day-7', stage: 'firm' },
    })
  })

  it('when settled leaves its spell behind, but not the gap to the last message', () => {
    const spell = { anchorInvoiceId: 'paid', taken: [taken('day-15', '2026-03-03', 'serious')] }
    const contactedOn = [day('2026-03-03')]
    expect(judged({ spell, contactedOn })).toBe('wait too-soon until 2026-03-05')
    expect(judged({ spell, contactedOn, today: '2026-03-05' })).toBe('send step-due day-1 inv-1')
  })
})

describe('a message before the due day', () => {
  const soon = [
    invoice({ id: 'first', dueOn: '2026-03-06' }),
    invoice({ id: 'second', dueOn: '2026-03-11' }),
    invoice({ id: 'later', dueOn: '2026-03-12' }),
  ]

  it('also covers what falls due within seven days', () => {
    expect(judged({ invoices: soon })).toBe('send step-due before-due first+second')
  })

  it('is never sent on the due day or after', () => {
    expect(judged({ invoices: soon, today: '2026-03-06' })).toBe('wait nothing-due-yet until 2026-03-09')
  })

  it('waits for the gap while its window lasts, and is left out when the gap outlasts it', () => {
    const contactedOn = [day('2026-03-03')]
    expect(judged({ invoices: soon, contactedOn })).toBe('wait too-soon until 2026-03-05')
    expect(judged({ invoices: soon, contactedOn: [day('2026-03-04')], today: '2026-03-04' })).toBe(
      'wait nothing-due-yet until 2026-03-09',
    )
  })

  it('is left out when the last window of its last day has closed', () => {
    const late = { invoices: soon, today: '2026-03-05', minute: 17 * 60 + 30 }
    expect(judged(late)).toBe('wait nothing-due-yet until 2026-03-09')
    expect(judged({ ...late, minute: 17 * 60 + 29 })).toBe('send step-due before-due first+second+later')
  })

  it('is not for strategic customers, who hear on the due day of what is due that day only', () => {
    const invoices = [invoice({ id: 'today', dueOn: '2026-03-04' }), invoice({ id: 'soon', dueOn: '2026-03-06' })]
    expect(judged({ segment: 'strategic', invoices: soon })).toBe('wait nothing-due-yet until 2026-03-06')
    expect(judged({ segment: 'strategic', invoices })).toBe('send step-due due-day today')
  })
})

describe('unapplied credit', () => {
  it('at or above what is due is for a person to look at', () => {
    expect(judged({ credits: [money(10_000, 'EUR')] })).toBe('ask credit-covers-balance inv-1')
    expect(judged({ credits: [money(6_000, 'EUR'), money(4_000, 'EUR')] })).toBe('ask credit-covers-balance inv-1')
  })

  it('below what is due holds nothing, and is among the facts', () => {
    const below = { credits: [money(9_999, 'EUR')] }
    expect(judged(below)).toBe('send step-due day-1 inv-1')
    expect(decide(standing(below)).facts).toMatchObject({ creditEUR: 9_999, dueEUR: 10_000 })
  })

  it('in another currency, or negative, covers nothing', () => {
    expect(judged({ credits: [money(99_999, 'GBP')] })).toBe('send step-due day-1 inv-1')
    expect(judged({ credits: [money(-10_000, 'EUR')] })).toBe('send step-due day-1 inv-1')
  })

  it('that covers one of two currencies takes that currency out of the message', () => {
    const invoices = [
      invoice({ id: 'eur' }),
      invoice({ id: 'gbp', currency: 'GBP', minor: 5_000, dueOn: '2026-02-23' }),
    ]
    const covered = { invoices, credits: [money(5_000, 'GBP')] }
    // The pound invoice is the older one; without it the message is in the tone of what is left.
    expect(judged(covered)).toBe('send step-due day-1 eur')
    expect(decide(standing(covered)).facts).toMatchObject({
      coveredCurrencies: 'GBP',
      creditGBP: 5_000,
      dueEUR: 10_000,
    })
    expect(decide(standing(covered)).facts).not.toHaveProperty('dueGBP')
  })

  it('is a question where nothing else is due yet', () => {
    const invoices = [invoice({ id: 'eur', dueOn: '2026-04-20' }), invoice({ id: 'gbp', currency: 'GBP' })]
    expect(judged({ invoices, credits: [money(10_000, 'GBP')] })).toBe('ask credit-covers-balance gbp')
  })

  it('is asked about for the currency it covers only, where the other one has no step due yet', () => {
    const invoices = [
      invoice({ id: 'eur', dueOn: '2026-03-06' }),
      invoice({ id: 'gbp', currency: 'GBP', dueOn: '2026-02-25' }),
    ]
    expect(judged({ today: '2026-03-07', invoices, credits: [money(10_000, 'GBP')] })).toBe(
      'ask credit-covers-balance gbp',
    )
  })

  it('is not asked about before a step is due', () => {
    const invoices = [invoice({ dueOn: '2026-03-20' })]
    expect(judged({ invoices, credits: [money(10_000, 'EUR')] })).toBe('wait nothing-due-yet until 2026-03-17')
  })
})

describe('what a person does', () => {
  const opened = taken('day-15', '2026-03-18', 'serious')

  it('is asked on every day, sending day or not, until it is done', () => {
    const call = { spell: spellOf(opened), today: '2026-03-28' }
    expect(judged(call)).toBe('ask call-due call-21 inv-1')
    expect(judged({ ...call, minute: 23 * 60 })).toBe('ask call-due call-21 inv-1')
  })

  it('comes only after a message about the debt', () => {
    expect(judged({ today: '2026-03-25' })).toBe('send step-due day-7 inv-1')
    const reminded = spellOf(taken('before-due', '2026-02-27', 'before-due'))
    expect(judged({ today: '2026-03-25', spell: reminded })).toBe('send step-due day-1 inv-1')
  })

  it('is asked for without a message where the business starts with a call', () => {
    const call: Step = { ...PLAIN_STEP, id: 'call-1', from: 1, to: 1, channel: 'call', stage: null, approval: false }
    const policy: Policy = { ...DEFAULT_POLICY, sequences: { ...DEFAULT_POLICY.sequences, regular: [call] } }
    expect(judged({ policy })).toBe('ask call-due call-1 inv-1')
  })

  it('is to decide when no step is left, every day', () => {
    const done = spellOf(taken('decide-45', '2026-04-17', null))
    expect(judged({ spell: done, today: '2026-04-18' })).toBe('ask decision-due inv-1')
    expect(judged({ spell: done, today: '2026-09-01' })).toBe('ask decision-due inv-1')
  })

  it('is to decide where a sequence has no steps at all', () => {
    const policy: Policy = { ...DEFAULT_POLICY, sequences: { ...DEFAULT_POLICY.sequences, regular: [] } }
    expect(judged({ policy })).toBe('ask decision-due inv-1')
    expect(judged({ policy, invoices: [invoice({ dueOn: '2026-03-20' })] })).toBe(
      'wait sequence-finished until 2026-03-21',
    )
  })

  it('is to approve a step that asks for it, in every mode, also at the weekend', () => {
    const final = { spell: spellOf(opened, taken('call-21', '2026-03-24', null)), today: '2026-04-04' }
    expect(judged(final)).toBe('ask approval-needed final-30 inv-1')
    expect(judged({ ...final, mode: 'approve' })).toBe('ask approval-needed final-30 inv-1')
  })

  it('is to find an address where a message is due and there is none', () => {
    expect(judged({ customer: { addresses: [] } })).toBe('ask no-address inv-1')
    expect(judged({ holds: [hold('broken-address')] })).toBe('ask no-address inv-1')
    expect(judged({ customer: { addresses: [] }, invoices: [invoice({ dueOn: '2026-03-20' })] })).toBe(
      'wait nothing-due-yet until 2026-03-17',
    )
  })
})

const leaves = (details: StandingDetails): boolean => mayLeaveNow(standing(details))

describe('timing', () => {
  it('sends on sending days only, and names the next one', () => {
    const missed = { invoices: [invoice({ dueOn: '2026-03-05' })] }
    expect(judged({ ...missed, today: '2026-03-07' })).toBe('wait not-a-sending-day until 2026-03-09')
    expect(judged({ ...missed, today: '2026-03-06', holidays: days('2026-03-06') })).toBe(
      'wait step-not-due-yet until 2026-03-09',
    )
  })

  it('decides before the window opens, and no more once it has closed', () => {
    expect(judged({ minute: 0 })).toBe('send step-due day-1 inv-1')
    expect(judged({ minute: 17 * 60 + 29 })).toBe('send step-due day-1 inv-1')
    expect(judged({ minute: 17 * 60 + 30 })).toBe('wait outside-hours until 2026-03-05')
    expect(judged({ minute: 17 * 60 + 30, today: '2026-03-06' })).toBe('wait outside-hours until 2026-03-09')
  })

  it('lets a message leave inside the window only', () => {
    expect([8 * 60 + 59, 9 * 60, 17 * 60 + 29, 17 * 60 + 30].map((minute) => leaves({ minute }))).toEqual([
      false,
      true,
      true,
      false,
    ])
    expect(leaves({ today: '2026-03-07' })).toBe(false)
    expect(leaves({ holidays: days('2026-03-04') })).toBe(false)
  })

  it('keeps the gap and the caps whatever step is due', () => {
    expect(judged({ contactedOn: [day('2026-03-04')] })).toBe('wait too-soon until 2026-03-06')
    expect(judged({ contactedOn: [day('2026-02-27'), day('2026-03-01')] })).toBe('wait weekly-cap until 2026-03-06')
    const six = ['2026-02-03', '2026-02-09', '2026-02-13', '2026-02-17', '2026-02-23', '2026-02-26'].map(day)
    expect(judged({ contactedOn: six })).toBe('wait monthly-cap until 2026-03-05')
  })

  it('never sends where the policy has no sending days', () => {
    expect(judged({ policy: { ...DEFAULT_POLICY, weekdays: [] } })).toBe('wait step-not-due-yet until 9999-12-31')
  })
})

describe('the tone', () => {
  it('is softened by a rung where every step left is too firm, rather than being silent', () => {
    const spell = {
      anchorInvoiceId: 'inv-1',
      taken: [taken('day-7', '2026-03-10', 'firm'), taken('call-21', '2026-03-24', null)],
    }
    expect(decide(standing({ spell, today: '2026-04-02' }))).toMatchObject({
      do: 'ask',
      reason: 'approval-needed',
      step: { id: 'final-30', stage: 'serious' },
      facts: { heldAtStage: 'serious' },
    })
  })

  it('climbs the rungs that the sequence has: a strategic customer has none between the question and the serious message', () => {
    const spell = {
      anchorInvoiceId: 'inv-1',
      taken: [taken('day-7', '2026-03-10', 'first-overdue'), taken('call-15', '2026-03-18', null)],
    }
    expect(decide(standing({ segment: 'strategic', spell, today: '2026-03-24' }))).toMatchObject({
      reason: 'approval-needed',
      step: { id: 'day-21', stage: 'serious' },
    })
  })

  it('takes a step that the business has since removed from its sequence for what its day makes it', () => {
    const removed = taken('day-9-of-old', '2026-03-12', 'first-overdue')
    expect(judged({ spell: spellOf(removed), today: '2026-03-17' })).toBe('wait step-not-due-yet until 2026-03-18')
    expect(judged({ spell: spellOf(removed), today: '2026-03-18' })).toBe('send step-due day-15 inv-1')
  })
})
