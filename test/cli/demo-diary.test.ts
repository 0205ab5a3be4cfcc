import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { NOTICES, STAGES, type MessageKind } from '../../src/chase/stage.ts'
import type { Facts } from '../../src/chase/verdict.ts'
import { tellDay } from '../../src/cli/demo-diary.ts'
import type { DiaryLine } from '../../src/store/diary.ts'

const TODAY = day('2026-03-10')

/** What the diary says of a message that was sent. */
function told(stage: MessageKind, facts: Facts, stepId = `${stage}:1`): string {
  const line: DiaryLine = {
    id: 1, at: Temporal.Instant.from('2026-03-10T09:00:00Z'), kind: 'mail-sent', actor: 'puntual', facts: { subject: 'S', to: ['a@b.example'], attachments: [] },
    customerId: 'c', customer: 'Acme', invoiceNumber: null, chaseId: 'x', channel: 'email', stepId, stage, segment: 'regular',
    chaseFacts: { today: TODAY, stage, ...facts }, wasChased: true,
  } // prettier-ignore
  return tellDay(TODAY, [{ business: 'Vega', line }], [])
    .slice(3)
    .join('\n')
}

describe('The diary of the demo', () => {
  it('has a name for every message', () => {
    const names = [...STAGES, ...NOTICES].map((stage) => /← (.*): “S”/.exec(told(stage, {}))?.[1] ?? '')
    expect(names).toEqual([
      'before due', 'due day', 'first overdue', 'firm', 'serious', 'urgent', 'final notice', 'thank you', 'promise confirmed',
      'reminder of a promise', 'promise not kept', 'plan offered', 'plan confirmed', 'instalment reminder', 'instalment missed',
      'query received', 'statement', 'right person?',
    ]) // prettier-ignore
  })

  it('gives the reason that the page gives, for thanks and agreements too', () => {
    const why = (...message: Parameters<typeof told>): string => told(...message).split('why: ')[1] ?? ''
    expect(why('thank-you', { paidOn: '2026-03-09' })).toBe(
      'Thanks today for the payment that arrived on Monday 9 March.',
    )
    expect(why('promise-broken', { promisedOn: '2026-03-06', promiseState: 'partly-kept' })).toBe(
      'Writes today about the promise for Friday 6 March: only a part of it has arrived.',
    )
    expect(why('firm', { daysOverdue: 7, anchorDueOn: '2026-03-03' }, 'day-7')).toBe(
      'Sends the firm reminder today: the oldest invoice fell due on Tuesday 3 March, 7 days ago.',
    )
    expect(why('firm', { contactOn: '2026-03-06' }, 'after-call')).toContain(
      'as a follow-up to the contact of Friday 6 March',
    )
  })

  it('leaves no message without a reason of its own', () => {
    for (const stage of NOTICES) expect([stage, told(stage, {}).includes('Sends the')]).toEqual([stage, false])
  })
})
