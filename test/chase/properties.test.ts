import { fc } from '../support/random.ts'
import { describe, expect, it } from 'vitest'
import { businessDaysBetween, isSendingDay } from '../../src/chase/calendar.ts'
import { addDays, day } from '../../src/chase/day.ts'
import type { Day } from '../../src/chase/day.ts'
import { decide } from '../../src/chase/decide.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { money } from '../../src/chase/money.ts'
import type { Step } from '../../src/chase/policy.ts'
import { explain, explainSegment } from '../../src/chase/reasons.ts'
import type { Hold, OpenInvoice, Segment, Stage, Standing } from '../../src/chase/standing.ts'
import type { Reason } from '../../src/chase/verdict.ts'
import { hold, invoice, standing } from '../support/standing.ts'
import { play } from './play.ts'
import type { Entry } from './play.ts'

const START = day('2026-02-16')
const STAGES: readonly Stage[] = ['before-due', 'due-day', 'first-overdue', 'firm', 'serious', 'final']

/** The channel of the step that each question about a step is about. */
const CHANNEL_ASKED: Partial<Record<Reason, Step['channel']>> = {
  'approval-needed': 'email',
  'call-due': 'call',
  'decision-due': 'decision',
}

/** A day so many days after the start of the story. */
const dayOf = (offset: number): Day => addDays(START, offset)

const aSegment = fc.constantFrom<Segment>('new', 'regular', 'strategic', 'habitually-late')

/** Something that lasts from one day of the story to another. */
const aSpan = fc
  .tuple(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 0, max: 40 }))
  .map(([from, length]) => ({ from, to: from + length }))

type Span = { from: number; to: number }

const isWithin = (span: Span | undefined | null, today: Day): boolean =>
  span !== undefined && span !== null && dayOf(span.from) <= today && today <= dayOf(span.to)

const anInvoice = fc.record({
  // Many due days lie close together, since that is where one message covers several.
  dueOffset: fc.oneof(fc.integer({ min: -70, max: 60 }), fc.integer({ min: 8, max: 16 })),
  minor: fc.integer({ min: -100, max: 100_000 }),
  currency: fc.constantFrom('EUR', 'EUR', 'GBP'),
  paidOffset: fc.option(fc.integer({ min: 0, max: 90 })),
  disputed: fc.option(aSpan, { freq: 3 }),
  expectedOffset: fc.option(fc.integer({ min: 0, max: 60 }), { freq: 3 }),
})

const aStory = fc.record({
  segment: aSegment,
  laterSegment: fc.option(fc.tuple(aSegment, fc.integer({ min: 1, max: 60 })), { freq: 4 }),
  daysLate: fc.array(fc.integer({ min: -5, max: 60 }), { maxLength: 8 }),
  invoices: fc.array(anInvoice, { minLength: 1, maxLength: 4 }),
  credit: fc.option(
    fc.record({ minor: fc.integer({ min: -100, max: 60_000 }), currency: fc.constantFrom('EUR', 'GBP'), when: aSpan }),
  ),
  pause: fc.option(aSpan, { freq: 3 }),
  promise: fc.option(aSpan, { freq: 3 }),
  unknown: fc.option(aSpan, { freq: 3 }),
  stale: fc.option(aSpan, { freq: 3 }),
  noAddress: fc.option(aSpan, { freq: 3 }),
  holidays: fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 12 }),
  minutes: fc.array(fc.integer({ min: 0, max: 1439 }), { minLength: 1, maxLength: 5 }),
  gap: fc.integer({ min: 0, max: 4 }),
  mostPer7Days: fc.integer({ min: 1, max: 3 }),
  mostPer30Days: fc.integer({ min: 2, max: 6 }),
  approvesEvery: fc.integer({ min: 1, max: 5 }),
})

type Story = typeof aStory extends fc.Arbitrary<infer T> ? T : never

/** How the customer stands on a day of its story. */
function standingOf(story: Story, today: Day): Standing {
  const changed = story.laterSegment !== null && today >= dayOf(story.laterSegment[1])
  const holds: Hold[] = story.invoices.flatMap(({ disputed }, at) =>
    disputed && isWithin(disputed, today)
      ? [hold('dispute', { invoiceId: `inv-${at}`, until: dayOf(disputed.to) })]
      : [],
  )
  if (story.pause && isWithin(story.pause, today)) {
    holds.push(hold('pause', { until: dayOf(story.pause.to) }))
  }
  if (story.promise && isWithin(story.promise, today)) {
    holds.push(hold('promise', { invoiceId: 'inv-0', until: dayOf(story.promise.to) }))
  }
  if (isWithin(story.unknown, today)) holds.push(hold('unknown-delivery'))
  return standing({
    today,
    minute: story.minutes[Number(today.slice(8)) % story.minutes.length] ?? 600,
    policy: {
      ...DEFAULT_POLICY,
      gapBusinessDays: story.gap,
      mostPer7Days: story.mostPer7Days,
      mostPer30Days: story.mostPer30Days,
    },
    holidays: new Set(story.holidays.map(dayOf)),
    books: { connection: 'connected', hoursSinceSync: isWithin(story.stale, today) ? 40 : 1, unconfirmed: false },
    customer: {
      setSegment: changed && story.laterSegment ? story.laterSegment[0] : story.segment,
      record: { firstInvoiceOn: day('2024-01-01'), daysLate: story.daysLate },
      addresses: isWithin(story.noAddress, today) ? [] : ['pagos@acme.example'],
    },
    invoices: story.invoices.flatMap((one, at): OpenInvoice[] =>
      one.paidOffset !== null && today >= dayOf(one.paidOffset)
        ? []
        : [
            invoice({
              id: `inv-${at}`,
              dueOn: dayOf(one.dueOffset),
              minor: one.minor,
              currency: one.currency,
              ...(one.expectedOffset !== null && { expectedOn: dayOf(one.expectedOffset) }),
            }),
          ],
    ),
    credits:
      story.credit && isWithin(story.credit.when, today) ? [money(story.credit.minor, story.credit.currency)] : [],
    holds,
  })
}

const played = (story: Story, days = 80): Entry[] =>
  play({
    from: START,
    days,
    standing: (today) => standingOf(story, today),
    approves: (today) => Number(today.slice(8)) % story.approvesEvery === 0,
  })

/**
 * Checks every story that fast-check can think of, and that enough of them had a message in them to mean something.
 * `shape` makes the stories that a check is about more likely.
 */
function inEveryStory(
  check: (entries: readonly Entry[], story: Story) => void,
  shape: (story: Story) => Story = (story) => story,
  numRuns = 40,
): void {
  let messages = 0
  fc.assert(
    fc.property(aStory.map(shape), (story) => {
      const entries = played(story)
      messages += entries.filter((entry) => entry.sent).length
      check(entries, story)
    }),
    { numRuns },
  )
  expect(messages).toBeGreaterThan(numRuns / 2)
}

/** The due days of the story fall within so many days from its second week on. */
const dueWithin =
  (days: number) =>
  (story: Story): Story => ({
    ...story,
    invoices: story.invoices.map((one) => ({ ...one, dueOffset: 8 + (Math.abs(one.dueOffset) % days) })),
  })

/** Payments end one spell after the other, which is where a gap is most easily forgotten. */
const paidInTurn = (story: Story): Story => ({
  ...story,
  gap: 2 + (story.gap % 3),
  invoices: [...story.invoices, ...story.invoices]
    .slice(0, 4)
    .map((one, at) => ({ ...one, paidOffset: 16 + at * 5 + (Math.abs(one.minor) % 5) })),
})

/** Nothing but the invoices themselves decides. */
const undisturbed = (story: Story): Story => ({
  ...story,
  laterSegment: null,
  credit: null,
  pause: null,
  promise: null,
  unknown: null,
  stale: null,
  noAddress: null,
  invoices: story.invoices.map((one) => ({
    ...one,
    minor: Math.abs(one.minor) + 1,
    disputed: null,
    expectedOffset: null,
  })),
})

const messagesOf = (entries: readonly Entry[]): (Entry & { sent: NonNullable<Entry['sent']> })[] =>
  entries.flatMap((entry) => (entry.sent ? [{ ...entry, sent: entry.sent }] : []))

/** The invoices that an entry's verdict names, as they stood that day. */
function itemsOf({ verdict, standing: now }: Entry): OpenInvoice[] {
  const ids = 'invoiceIds' in verdict ? verdict.invoiceIds : []
  return now.invoices.filter((one) => ids.includes(one.id))
}

/** Stories as they are drawn, and calm ones with their due days close together: where coincidences are likely. */
const shapes: [string, (story: Story) => Story][] = [
  ['any story', (story) => story],
  ['close due days', (story) => dueWithin(5)(undisturbed(story))],
  ['one invoice paid after the other', (story) => paidInTurn(dueWithin(5)(undisturbed(story)))],
  ['close due days of a strategic customer', (story) => dueWithin(12)(undisturbed({ ...story, segment: 'strategic' }))],
]

describe('in every story', () => {
  it.each(shapes)('no two messages lie closer than the gap, nor on one day: %s', (_name, shape) => {
    inEveryStory((entries, story) => {
      const sent = messagesOf(entries)
      for (const [at, { on, standing: now }] of sent.entries()) {
        const before = sent[at - 1]?.on
        if (before === undefined) continue
        expect(on > before).toBe(true)
        expect(businessDaysBetween(before, on, now)).toBeGreaterThanOrEqual(story.gap)
      }
    }, shape)
  })

  it('no seven days and no thirty days hold more messages than allowed', () => {
    inEveryStory((entries, story) => {
      const sent = messagesOf(entries).map((entry) => entry.on)
      for (const on of sent) {
        const within = (days: number) => sent.filter((other) => other <= on && other > addDays(on, -days)).length
        expect(within(7)).toBeLessThanOrEqual(story.mostPer7Days)
        expect(within(30)).toBeLessThanOrEqual(story.mostPer30Days)
      }
    })
  })

  it('messages leave on sending days only, and a verdict to send never comes after the window', () => {
    inEveryStory((entries) => {
      for (const { verdict, standing: now } of entries) {
        if (verdict.do !== 'send') continue
        expect(isSendingDay(now.today, now)).toBe(true)
        expect(now.minute).toBeLessThan(now.policy.sendUntilMinute)
      }
    })
  })

  it('nothing is said about an invoice that is settled, disputed or promised', () => {
    inEveryStory((entries, story) => {
      for (const entry of entries) {
        if (!('invoiceIds' in entry.verdict)) continue
        const items = itemsOf(entry)
        expect(items.length).toBe(entry.verdict.invoiceIds.length)
        for (const item of items) {
          const told = story.invoices[Number(item.id.slice(4))]
          expect(item.balance.minor).toBeGreaterThan(0)
          expect(isWithin(told?.disputed, entry.on)).toBe(false)
          expect(item.id === 'inv-0' && isWithin(story.promise, entry.on)).toBe(false)
          expect(item.expectedOn !== null && item.expectedOn >= entry.on).toBe(false)
        }
      }
    })
  })

  it('nothing is said that credit already pays', () => {
    inEveryStory((entries) => {
      for (const entry of messagesOf(entries)) {
        for (const credit of entry.standing.credits) {
          const due = itemsOf(entry).filter((item) => item.balance.currency === credit.currency)
          const total = due.reduce((sum, item) => sum + item.balance.minor, 0)
          expect(due.length > 0 && credit.minor >= total).toBe(false)
        }
      }
    })
  })

  it.each(shapes)('strategic and habitually late customers hear nothing before the due day: %s', (_name, shape) => {
    inEveryStory((entries) => {
      for (const entry of messagesOf(entries)) {
        if (entry.verdict.segment !== 'strategic' && entry.verdict.segment !== 'habitually-late') continue
        for (const item of itemsOf(entry)) expect(item.dueOn <= entry.on).toBe(true)
      }
    }, shape)
  })

  it('a stage never speaks of a due day that is still to come, or that has gone', () => {
    inEveryStory((entries) => {
      for (const entry of messagesOf(entries)) {
        const { anchorInvoiceId } = entry.verdict as { anchorInvoiceId: string }
        const dueOn = entry.standing.invoices.find((one) => one.id === anchorInvoiceId)?.dueOn ?? ''
        const expected = { 'before-due': dueOn > entry.on, 'due-day': dueOn === entry.on }
        const stage = entry.sent.stage
        expect(stage === 'before-due' || stage === 'due-day' ? expected[stage] : dueOn < entry.on).toBe(true)
      }
    })
  })

  it('each step is taken at most once in a spell', () => {
    inEveryStory((entries) => {
      for (const { standing: now } of entries) {
        const ids = now.spell?.taken.map((step) => step.stepId) ?? []
        expect(new Set(ids).size).toBe(ids.length)
      }
    })
  })

  it('a spell opens at most firm, and its tone hardens by at most one rung of its sequence at a time', () => {
    inEveryStory((entries, story) => {
      if (story.laterSegment !== null) return
      const rungs = DEFAULT_POLICY.sequences[story.segment].flatMap((step) =>
        step.stage ? [STAGES.indexOf(step.stage)] : [],
      )
      const firmestIn = new Map<number, number>()
      for (const { sent, spell } of messagesOf(entries)) {
        const firmness = STAGES.indexOf(sent.stage ?? 'final')
        const before = firmestIn.get(spell)
        const firmestOpening = STAGES.indexOf('firm')
        const nextRung = Math.min(...rungs.filter((rung) => rung > (before ?? firmestOpening)))
        expect(firmness).toBeLessThanOrEqual(before === undefined ? firmestOpening : nextRung)
        expect(firmness).toBeGreaterThanOrEqual(before ?? 0)
        firmestIn.set(spell, Math.max(before ?? 0, firmness))
      }
    })
  })

  it('a debt is a week old before the tone is firm, two before it is serious, and thirty days before it is final', () => {
    inEveryStory((entries) => {
      for (const entry of messagesOf(entries)) {
        const oldest =
          itemsOf(entry)
            .map((item) => item.dueOn)
            .sort()[0] ?? entry.on
        const soonest: Partial<Record<Stage, number>> = { firm: 7, serious: 15, final: 30 }
        const days = soonest[entry.sent.stage ?? 'final'] ?? 0
        expect(entry.sent.stage === 'before-due' || addDays(oldest, days) <= entry.on).toBe(true)
      }
    })
  })

  it('nobody is asked to call or to decide before a message about the debt went out', () => {
    inEveryStory((entries) => {
      for (const { verdict, standing: now } of entries) {
        if (verdict.do !== 'ask' || (verdict.reason !== 'call-due' && verdict.reason !== 'decision-due')) continue
        const opened = now.spell?.taken.some((step) => step.channel === 'email' && step.stage !== 'before-due')
        expect(opened).toBe(true)
      }
    })
  })

  it('a question names a step only where a person is to approve or take it', () => {
    inEveryStory((entries) => {
      for (const { verdict } of entries) {
        const step = verdict.do === 'ask' ? verdict.step : null
        const asked = CHANNEL_ASKED[verdict.reason]
        expect(step?.channel).toBe(step === null ? undefined : asked)
      }
    })
  })

  it('every verdict can be explained in both languages, by plain facts, and a wait names a day to come if any', () => {
    inEveryStory((entries) => {
      for (const { verdict, on } of entries) {
        for (const language of ['en', 'es'] as const) {
          expect(explain(verdict, language)).toMatch(/^\p{Lu}.+\.$/u)
          expect(explain(verdict, language)).not.toMatch(/undefined|null|NaN|9999/)
          expect(explainSegment(verdict.facts, language)).toMatch(/^\p{Lu}.+\.$/u)
        }
        for (const fact of Object.values(verdict.facts)) {
          expect(fact === null || ['string', 'number', 'boolean'].includes(typeof fact)).toBe(true)
        }
        const until = 'until' in verdict ? verdict.until : null
        expect(until === null || until > on).toBe(true)
      }
    })
  })

  it('the totals in the facts are those of the items, one per currency', () => {
    inEveryStory((entries) => {
      for (const entry of entries) {
        if (!('invoiceIds' in entry.verdict)) continue
        for (const currency of ['EUR', 'GBP']) {
          const own = itemsOf(entry).filter((item) => item.balance.currency === currency)
          const total = own.length > 0 ? own.reduce((sum, item) => sum + item.balance.minor, 0) : undefined
          expect(entry.verdict.facts[`due${currency}`]).toBe(total)
        }
      }
    })
  })

  it('the same standing gives the same verdict, in whatever order the books list it', () => {
    inEveryStory((entries) => {
      for (const { verdict, standing: now } of entries) {
        const shuffled: Standing = {
          ...now,
          invoices: now.invoices.toReversed(),
          holds: now.holds.toReversed(),
          credits: now.credits.toReversed(),
          contactedOn: now.contactedOn.toReversed(),
        }
        expect(decide(shuffled)).toEqual(verdict)
      }
    }, dueWithin(2))
  })

  it('deciding changes nothing that it was given', () => {
    inEveryStory((entries) => {
      for (const { verdict, standing: now } of entries) {
        const frozen = { ...now, invoices: Object.freeze(now.invoices), contactedOn: Object.freeze(now.contactedOn) }
        expect(decide(frozen)).toEqual(verdict)
      }
    })
  })
})

describe('no dead ends', () => {
  const aDebtor = fc.record({
    segment: aSegment,
    dueOffset: fc.integer({ min: -800, max: 10 }),
    daysLate: fc.array(fc.integer({ min: -5, max: 60 }), { maxLength: 8 }),
    holidays: fc.array(fc.integer({ min: 0, max: 130 }), { maxLength: 12 }),
    approves: fc.boolean(),
    hasAddress: fc.boolean(),
  })

  it('a customer that owes and says nothing is written to, or waits for a day to come, or is with a person; in the end with a person', () => {
    fc.assert(
      fc.property(aDebtor, (debtor) => {
        const entries = play({
          from: START,
          days: 130,
          approves: () => debtor.approves,
          standing: (today) =>
            standing({
              today,
              invoices: [invoice({ dueOn: dayOf(debtor.dueOffset) })],
              holidays: new Set(debtor.holidays.map(dayOf)),
              customer: {
                setSegment: debtor.segment,
                record: { firstInvoiceOn: null, daysLate: debtor.daysLate },
                addresses: debtor.hasAddress ? ['pagos@acme.example'] : [],
              },
            }),
        })
        for (const { verdict } of entries) {
          expect(verdict.do).not.toBe('nothing')
          expect(verdict.do === 'wait' && verdict.until === null).toBe(false)
        }
        const last = entries.at(-1)?.verdict
        expect([last?.do, last?.reason]).toEqual(['ask', debtor.hasAddress ? 'decision-due' : 'no-address'])
        expect(messagesOf(entries).length > 0).toBe(debtor.hasAddress)
      }),
      { numRuns: 100 },
    )
  })
})
