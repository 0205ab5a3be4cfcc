import { fc } from '../support/random.ts'
import { describe, expect, it } from 'vitest'
import { businessDaysBetween, isSendingDay } from '../../src/chase/calendar.ts'
import { addDays, day } from '../../src/chase/day.ts'
import type { Day } from '../../src/chase/day.ts'
import { decide } from '../../src/chase/decide.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { money } from '../../src/chase/money.ts'
import { verdictsPerInvoice } from '../../src/chase/per-invoice.ts'
import type { Policy, Sequence } from '../../src/chase/policy.ts'
import { explain, explainFlips } from '../../src/chase/reasons.ts'
import { firmness } from '../../src/chase/stage.ts'
import type { Hold, HoldKind, OpenInvoice, Payment, Standing } from '../../src/chase/standing.ts'
import type { FlipEvent, Verdict } from '../../src/chase/verdict.ts'
import { following, hold, invoice, policy, standing, step } from '../support/standing.ts'
import { play } from './play.ts'
import type { Entry } from './play.ts'

// What the rules owe to every account: invoices with payments, promises, plans, holds of every kind, and policies of
// every shape, lived through day by day.

const START = day('2026-07-13')
const dayOf = (offset: number): Day => addDays(START, offset)

/** Sequences that use what a step can say. */
const SEQUENCES: readonly Sequence[] = [
  DEFAULT_POLICY.sequences.regular,
  DEFAULT_POLICY.sequences.strategic,
  [
    step('before', -3, { unit: 'business-days', to: -1, stage: 'before-due' }),
    step('weekly', 2, { repeat: { every: 6, times: 5 }, unit: 'business-days' }),
    step('urgent', 40, { stage: 'urgent' }),
    step('decide', 60, { channel: 'decision' }),
  ],
  [
    step('first', 1),
    step('then', 5, { after: 'previous-step', stage: 'firm' }),
    step('call', 2, { after: 'previous-step', unit: 'business-days', channel: 'call' }),
    step('follow-up', 2, { after: 'contact', stage: 'serious' }),
    step('letter', 4, { after: 'previous-step', channel: 'letter', minimumBalance: { EUR: 20_000 } }),
    step('last', 9, { after: 'previous-step', stage: 'final', sender: 'senior' }),
    step('statement', 1, { after: 'month-day', to: 31, stage: null }),
  ],
]

const KINDS: readonly HoldKind[] = [
  'pause',
  'do-not-chase',
  'dispute',
  'promise',
  'plan',
  'snooze',
  'unread-reply',
  'broken-address',
  'missing-pdf',
  'unknown-delivery',
  'bank-details',
  'message-held',
]

const aSpan = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 15 }))
  .map(([from, length]) => ({ from, to: from + length }))

const anAccount = fc.record({
  sequence: fc.constantFrom(...SEQUENCES),
  gapBusinessDays: fc.integer({ min: 1, max: 3 }),
  mostPer7Days: fc.integer({ min: 1, max: 3 }),
  touchesPerSpell: fc.integer({ min: 2, max: 8 }),
  august: fc.constantFrom<Policy['august']>('normal', 'normal', 'no-dunning', 'silent'),
  effect: fc.constantFrom<Policy['partPayment']['effect']>(
    'keep-stage',
    'one-stage-softer',
    'restart-at-first-overdue',
  ),
  resumesAt: fc.constantFrom<Policy['promise']['brokenResumesAt']>('first-overdue', 'firm', 'serious'),
  creditPolicy: fc.constantFrom<Policy['credits']['policy']>('hold', 'statement'),
  paymentRunDay: fc.option(fc.integer({ min: 1, max: 31 }), { freq: 3 }),
  delayDays: fc.integer({ min: 0, max: 3 }),
  confidence: fc.constantFrom(40, 60, 90, 90),
  invoices: fc.array(
    fc.record({
      dueOffset: fc.integer({ min: -60, max: 40 }),
      minor: fc.integer({ min: 2, max: 40_000 }),
      currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'GBP'),
      paidOffset: fc.option(fc.integer({ min: 0, max: 70 })),
      partOffset: fc.option(fc.integer({ min: 0, max: 70 }), { freq: 3 }),
      excluded: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  promise: fc.option(fc.record({ given: fc.integer({ min: 0, max: 40 }), days: fc.integer({ min: 1, max: 12 }) })),
  plan: fc.option(fc.integer({ min: 0, max: 30 }), { freq: 5 }),
  holds: fc.array(fc.record({ kind: fc.constantFrom(...KINDS), span: aSpan, ofInvoice: fc.boolean() }), {
    maxLength: 2,
  }),
  credit: fc.option(fc.record({ minor: fc.integer({ min: 1, max: 50_000 }), span: aSpan }), { freq: 3 }),
  contacts: fc.array(fc.integer({ min: 0, max: 70 }), { maxLength: 2 }),
  sharedInbox: fc.array(fc.integer({ min: 0, max: 70 }), { maxLength: 4 }),
  approvesEvery: fc.integer({ min: 1, max: 4 }),
})

type Account = typeof anAccount extends fc.Arbitrary<infer T> ? T : never

const isWithin = ({ from, to }: { from: number; to: number }, today: Day): boolean =>
  dayOf(from) <= today && today <= dayOf(to)

function standingOf(account: Account, today: Day): Standing {
  const has = (offset: number | null): offset is number => offset !== null && dayOf(offset) <= today
  const payments: Payment[] = account.invoices.flatMap((one, at) => [
    ...(has(one.partOffset)
      ? [
          {
            invoiceId: `inv-${at}`,
            on: dayOf(one.partOffset),
            amount: money(Math.ceil(one.minor / 3), one.currency),
            chased: true,
          },
        ]
      : []),
    ...(has(one.paidOffset)
      ? [{ invoiceId: `inv-${at}`, on: dayOf(one.paidOffset), amount: money(one.minor, one.currency), chased: true }]
      : []),
  ])
  const holds: Hold[] = account.holds
    .filter(({ span }) => isWithin(span, today))
    .map(({ kind, span, ofInvoice }) => hold(kind, { until: dayOf(span.to), ...(ofInvoice && { invoiceId: 'inv-0' }) }))
  const promise = account.promise && has(account.promise.given) ? account.promise : null
  const plan = account.plan !== null && has(account.plan) ? account.plan : null
  return standing({
    today,
    minute: 600,
    policy: following(account.sequence, {
      gapBusinessDays: account.gapBusinessDays,
      mostPer7Days: account.mostPer7Days,
      touchesPerSpell: account.touchesPerSpell,
      august: account.august,
      partPayment: { thank: true, effect: account.effect, atLeastPercent: 10 },
      promise: { ...DEFAULT_POLICY.promise, brokenResumesAt: account.resumesAt },
      credits: { policy: account.creditPolicy, atLeastPercent: 80 },
    }),
    customer: { paymentRunDay: account.paymentRunDay, delayDays: account.delayDays, confidence: account.confidence },
    invoices: account.invoices.flatMap((one, at): OpenInvoice[] =>
      has(one.paidOffset)
        ? []
        : [
            invoice({
              id: `inv-${at}`,
              dueOn: dayOf(one.dueOffset),
              minor: has(one.partOffset) ? one.minor - Math.ceil(one.minor / 3) : one.minor,
              currency: one.currency,
              excluded: one.excluded,
            }),
          ],
    ),
    payments,
    credits: account.credit && isWithin(account.credit.span, today) ? [money(account.credit.minor, 'EUR')] : [],
    holds,
    promises: promise
      ? [
          {
            id: 'p',
            invoiceIds: ['inv-0'],
            amount: null,
            on: dayOf(promise.given + promise.days),
            givenOn: dayOf(promise.given),
            method: null,
          },
        ]
      : [],
    plans:
      plan !== null && account.invoices.length > 1
        ? [
            {
              id: 'q',
              invoiceIds: ['inv-1'],
              agreedOn: dayOf(plan),
              instalments: [10, 30].map((days) => ({
                on: dayOf(plan + days),
                amount: money(5_000, account.invoices[1]?.currency ?? 'EUR'),
              })),
            },
          ]
        : [],
    addressContactedOn: account.sharedInbox.map(dayOf).filter((on) => on < today),
    loggedContacts: account.contacts
      .toSorted((one, other) => one - other)
      .map(dayOf)
      .filter((on) => on <= today)
      .map((on) => ({ on, kind: 'call', outcome: 'other' })),
  })
}

/** The account without anything that begins, ends or arrives later and that nobody can know of today. */
const foreseeable = (account: Account): Account => ({
  ...account,
  invoices: account.invoices.map((one) => ({ ...one, paidOffset: null, partOffset: null })),
  promise: account.promise && { ...account.promise, given: 0 },
  plan: account.plan === null ? null : 0,
  holds: account.holds
    .filter(({ kind }) => kind === 'pause' || kind === 'snooze')
    .map((each) => ({ ...each, span: { ...each.span, from: 0 } })),
  credit: null,
  contacts: [],
  sharedInbox: [],
})

const lived = (account: Account): Entry[] =>
  play({
    from: START,
    days: 75,
    standing: (today) => standingOf(account, today),
    approves: (today) => Number(today.slice(8)) % account.approvesEvery === 0,
  })

/** Checks every account that fast-check can think of, and that enough was said in them to mean something. */
function inEveryAccount(check: (entries: readonly Entry[], account: Account) => void, numRuns = 40): void {
  let messages = 0
  fc.assert(
    fc.property(anAccount, (account) => {
      const entries = lived(account)
      messages += entries.filter(({ sent }) => sent).length
      check(entries, account)
    }),
    { numRuns },
  )
  expect(messages).toBeGreaterThan(numRuns / 2)
}

const sentIn = (entries: readonly Entry[]): (Entry & { sent: NonNullable<Entry['sent']> })[] =>
  entries.flatMap((entry) => (entry.sent ? [{ ...entry, sent: entry.sent }] : []))

/** The invoices that a verdict asks money for. */
const asksAbout = (verdict: Verdict): readonly string[] =>
  'invoiceIds' in verdict && !('message' in verdict && verdict.message === 'thank-you') ? verdict.invoiceIds : []

/** What a verdict comes to, without the facts behind it. */
function gist(verdict: Verdict): string {
  const step_ = 'step' in verdict ? (verdict.step?.id ?? '') : ''
  const items = 'invoiceIds' in verdict ? verdict.invoiceIds.join('+') : ''
  return `${verdict.do} ${verdict.reason} ${step_} ${items} ${'until' in verdict ? verdict.until : ''}`
}

describe('in every account', () => {
  it('messages of every kind keep the gap and the cap, for the customer and for a shared inbox', () => {
    inEveryAccount((entries, account) => {
      const own = sentIn(entries).map(({ on }) => on)
      for (const { on, standing: now } of sentIn(entries)) {
        for (const others of [own, [...own, ...now.addressContactedOn.filter((other) => !own.includes(other))]]) {
          const earlier = others.filter((other) => other < on)
          const tooClose = earlier.filter((before) => businessDaysBetween(before, on, now) < account.gapBusinessDays)
          expect(tooClose).toEqual([])
          expect(earlier.filter((other) => other > addDays(on, -7)).length).toBeLessThan(account.mostPer7Days)
        }
      }
    })
  })

  it('thanks put off nothing else: every other message goes on the day on which it would go without them', () => {
    let thanked = 0
    fc.assert(
      fc.property(
        anAccount,
        fc.array(fc.integer({ min: -6, max: 40 }), { minLength: 1, maxLength: 3 }),
        (any, settled) => {
          const account = foreseeable(any)
          const saying = (enabled: boolean): string[] => {
            const entries = play({
              from: START,
              days: 75,
              standing: (today) => {
                const now = standingOf(account, today)
                const known = settled.map(dayOf).filter((on) => on <= today)
                return {
                  ...now,
                  policy: { ...now.policy, thankYou: { enabled, mostPer7Days: 1, onlyWhenChased: true } },
                  payments: known.map((on, at) => ({
                    invoiceId: `settled-${at}`,
                    on,
                    amount: money(5_000, 'EUR'),
                    chased: true,
                  })),
                }
              },
            })
            const sent = sentIn(entries).map(({ on, sent: { id } }) => `${on} ${id}`)
            thanked += sent.filter((line) => line.includes('thank-you')).length
            return sent.filter((line) => !line.includes('thank-you'))
          }
          expect(saying(true)).toEqual(saying(false))
        },
      ),
      { numRuns: 60 },
    )
    expect(thanked).toBeGreaterThan(0)
  })

  it('one thing a day reaches the customer, and a call at most once in seven days', () => {
    inEveryAccount((entries) => {
      const calls = entries.filter(({ verdict }) => verdict.reason === 'call-due').map(({ on }) => on)
      const reached = [...sentIn(entries).map(({ on }) => on), ...calls]
      expect(new Set(reached).size).toBe(reached.length)
      const tooClose = calls.filter((on, at) => addDays(calls[at - 1] ?? day('2000-01-01'), 7) > on)
      expect(tooClose).toEqual([])
    })
  })

  it('a spell has no more touches than the policy allows', () => {
    inEveryAccount((entries, account) => {
      const beyond = entries.filter(({ verdict, standing: now }) => {
        const isTouch = 'step' in verdict && verdict.step !== null && verdict.step.channel !== 'decision'
        const isOfSpell =
          isTouch && !verdict.step?.id.includes(':') && verdict.anchorInvoiceId === now.spell?.anchorInvoiceId
        return isOfSpell && now.touches >= account.touchesPerSpell
      })
      expect(beyond).toEqual([])
    })
  })

  it('nothing leaves outside sending days, and nothing about overdue money in an August without dunning', () => {
    inEveryAccount((entries, account) => {
      for (const { on, sent, standing: now } of sentIn(entries)) {
        expect(isSendingDay(on, now)).toBe(true)
        const isDunning = sent.stage !== null && firmness(sent.stage) >= firmness('first-overdue')
        const isForbidden = account.august === 'silent' || (account.august === 'no-dunning' && isDunning)
        expect(isForbidden && on.slice(5, 7) === '08').toBe(false)
      }
    })
  })

  it('the tone never hardens without time passing: each harder message of a spell comes days after the last', () => {
    inEveryAccount((entries, account) => {
      const rungs = account.sequence.flatMap(({ stage, after: origin }) =>
        stage && origin !== 'contact' ? [firmness(stage)] : [],
      )
      const lastOf = new Map<number, { on: Day; firm: number }>()
      for (const { on, sent, spell, standing: now } of sentIn(entries)) {
        if (sent.stage === null) continue
        const firm = firmness(sent.stage)
        const agreed = now.promises.length + now.plans.length > 0
        const before = lastOf.get(spell)
        const opensTooFirm = before === undefined && firm > firmness('firm')
        const hardensAtOnce =
          before !== undefined &&
          firm > before.firm &&
          businessDaysBetween(before.on, on, now) < account.gapBusinessDays
        const skipsRungs = before !== undefined && rungs.some((rung) => rung > before.firm && rung < firm)
        expect(hardensAtOnce).toBe(false)
        // More at once only after a broken promise or plan, up to where the policy resumes.
        expect((opensTooFirm || skipsRungs) && !(agreed && firm <= firmness('serious'))).toBe(false)
        lastOf.set(spell, { on, firm })
      }
    })
  })

  it('planning twice changes nothing: what was sent or asked today is not sent again', () => {
    inEveryAccount((entries) => {
      for (const [at, entry] of entries.entries()) {
        const next = entries[at + 1]
        if (!entry.sent || !next) continue
        const again = decide({
          ...next.standing,
          today: entry.on,
          payments: entry.standing.payments,
          invoices: entry.standing.invoices,
          holds: entry.standing.holds,
          promises: entry.standing.promises,
          plans: entry.standing.plans,
          credits: entry.standing.credits,
          loggedContacts: entry.standing.loggedContacts,
        })
        expect(again.do === 'send' || again.reason === 'approval-needed').toBe(false)
      }
    })
  })

  it('the order in which the books list things decides nothing', () => {
    inEveryAccount((entries) => {
      for (const { verdict, standing: now } of entries) {
        const shuffled: Standing = {
          ...now,
          invoices: now.invoices.toReversed(),
          payments: now.payments.toReversed(),
          holds: now.holds.toReversed(),
          credits: now.credits.toReversed(),
          notices: now.notices.toReversed(),
          contactedOn: now.contactedOn.toReversed(),
          addressContactedOn: now.addressContactedOn.toReversed(),
          callsOn: now.callsOn.toReversed(),
        }
        expect(decide(shuffled)).toEqual(verdict)
        expect(verdictsPerInvoice(shuffled)).toEqual(verdictsPerInvoice(now))
      }
    }, 20)
  })

  it('paying ends it: an invoice that is paid is never asked for again, and with all paid only thanks remain', () => {
    inEveryAccount((entries) => {
      for (const { verdict, standing: now } of entries) {
        const open = now.invoices.map(({ id }) => id)
        for (const id of asksAbout(verdict)) expect(open).toContain(id)
        const [first] = asksAbout(verdict)
        if (first === undefined) continue
        const without = decide({ ...now, invoices: now.invoices.filter(({ id }) => id !== first) })
        expect(asksAbout(without)).not.toContain(first)
        expect(asksAbout(decide({ ...now, invoices: [] }))).toEqual([])
      }
    })
  })

  it('every open invoice has exactly one verdict, which agrees with the customer’s', () => {
    inEveryAccount((entries) => {
      for (const { verdict, standing: now } of entries) {
        const each = verdictsPerInvoice(now)
        expect(each.map(({ invoiceId }) => invoiceId).sort()).toEqual(now.invoices.map(({ id }) => id).sort())
        const covered = 'invoiceIds' in verdict ? verdict.invoiceIds : []
        for (const one of each) {
          const agrees = covered.includes(one.invoiceId)
            ? one.do === verdict.do && one.reason === verdict.reason
            : one.do !== 'send'
          expect(agrees).toBe(true)
          expect(one.flips.length).toBeGreaterThan(0)
        }
      }
    })
  })

  it('every verdict and what would change it can be said in both languages', () => {
    inEveryAccount((entries) => {
      for (const { verdict, on } of entries) {
        for (const language of ['en', 'es'] as const) {
          const lines = [explain(verdict, language), ...explainFlips(verdict.flips, on, language)]
          for (const line of lines) {
            expect(line).toMatch(/^\p{Lu}.+\.$/u)
            expect(line).not.toMatch(/undefined|null|NaN|9999/)
          }
          expect(lines.length).toBeGreaterThan(1)
        }
      }
    }, 20)
  })
})

/** What happens when an event that a verdict names comes about; null where it is not among what the rules are told. */
function after(event: FlipEvent, now: Standing, verdict: Verdict): Standing | null {
  const overdue = invoice({ id: 'new', dueOn: addDays(now.today, -30), minor: 90_000_00 })
  switch (event) {
    case 'payment':
      return { ...now, invoices: [], payments: [] }
    case 'new-invoice':
      return { ...now, invoices: [...now.invoices, overdue] }
    case 'balance-grows':
      return {
        ...now,
        invoices: now.invoices.map((one) => ({
          ...one,
          balance: money(one.balance.minor * 100_000, one.balance.currency),
        })),
      }
    case 'person-holds':
    case 'person-decides':
    case 'letter-sent':
      return { ...now, holds: [...now.holds, hold('pause')] }
    case 'person-ends-hold':
    case 'hold-reviewed':
    case 'reply-triaged':
    case 'delivery-answered':
    case 'bank-details-confirmed':
    case 'message-released':
    case 'pdf-found':
      return { ...now, holds: [], promises: [], plans: [] }
    case 'address-added':
      return {
        ...now,
        holds: now.holds.filter(({ kind }) => kind !== 'broken-address'),
        customer: { ...now.customer, addresses: ['new@acme.example'] },
      }
    case 'credit-applied':
      return { ...now, credits: [] }
    case 'invoice-included':
      return { ...now, invoices: now.invoices.map((one) => ({ ...one, excluded: false })) }
    case 'call-logged':
      return verdict.do === 'ask' && verdict.step && verdict.anchorInvoiceId !== null
        ? {
            ...now,
            callsOn: [...now.callsOn, now.today],
            spell: {
              anchorInvoiceId: verdict.anchorInvoiceId,
              taken: [
                ...(now.spell?.anchorInvoiceId === verdict.anchorInvoiceId ? now.spell.taken : []),
                { stepId: verdict.step.id, channel: 'call', stage: null, on: now.today },
              ],
            },
          }
        : null
    case 'person-lifts-stop':
      return { ...now, stopped: false }
    case 'ledger-connected':
    case 'ledger-reconnected':
    case 'books-read':
    case 'database-confirmed':
      return { ...now, books: { connection: 'connected', hoursSinceSync: 1, unconfirmed: false } }
    case 'ledger-reminders-off':
      return { ...now, ledgerRemindersOn: false }
    case 'customer-restored':
      return { ...now, customer: { ...now.customer, archived: false } }
    case 'person-approves':
      return null
    default:
      return event satisfies never
  }
}

describe('what is said to change a verdict', () => {
  it('changes it: the day that is named, and each event', () => {
    const seen = new Set<string>()
    inEveryAccount((entries) => {
      for (const { verdict, standing: now } of entries) {
        for (const flip of verdict.flips) {
          const then = 'event' in flip ? after(flip.event, now, verdict) : { ...now, today: flip.on }
          if (then === null) continue
          seen.add('event' in flip ? flip.event : flip.because)
          expect(`${JSON.stringify(flip)} ${gist(decide(then))}`).not.toBe(`${JSON.stringify(flip)} ${gist(verdict)}`)
        }
      }
    }, 60)
    expect(seen.size).toBeGreaterThan(12)
  })

  it.each<[Partial<Standing>, FlipEvent]>([
    [{ stopped: true }, 'person-lifts-stop'],
    [{ books: { connection: 'disconnected', hoursSinceSync: null, unconfirmed: false } }, 'ledger-connected'],
    [{ books: { connection: 'reconnect-needed', hoursSinceSync: 1, unconfirmed: false } }, 'ledger-reconnected'],
    [{ books: { connection: 'connected', hoursSinceSync: 99, unconfirmed: false } }, 'books-read'],
    [{ books: { connection: 'connected', hoursSinceSync: 1, unconfirmed: true } }, 'database-confirmed'],
    [{ ledgerRemindersOn: true, policy: policy({ ledgerReminders: 'hold' }) }, 'ledger-reminders-off'],
    [{ customer: { ...standing().customer, archived: true } }, 'customer-restored'],
    [{ invoices: [] }, 'new-invoice'],
    [{ invoices: [invoice({ minor: 50 })] }, 'balance-grows'],
    [{ customer: { ...standing().customer, addresses: [] } }, 'address-added'],
    [{ credits: [money(10_000, 'EUR')] }, 'credit-applied'],
  ])('for a whole business or customer too', (details, event) => {
    const { today, ...rest } = { ...standing(), ...details }
    const now = standing({ ...rest, today })
    const verdict = decide(now)
    expect(verdict.flips).toContainEqual({ event })
    const then = after(event, now, verdict)
    expect(then === null ? '' : gist(decide(then))).not.toBe(gist(verdict))
  })
})
