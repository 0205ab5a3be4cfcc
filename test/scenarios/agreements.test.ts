import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { endHold, disputeInvoice, putHold } from '../../src/flow/hold.ts'
import { agreeToPlan, offerPlan } from '../../src/flow/instalments.ts'
import { logContact } from '../../src/flow/log-contact.ts'
import { recordPromise, withdrawPromise } from '../../src/flow/promise.ts'
import { aPromise } from '../support/agreements.ts'
import { openWorld, type World } from '../support/world.ts'
import { diaryOf } from './diary.ts'

/** Monday 2 March, 05:00 in Madrid. */
const MONDAY = '2026-03-02T04:00:00Z'

async function owing(minor = 90_000, dueOn = '2026-02-27') {
  const world = await openWorld({ start: MONDAY })
  const acme = world.regular('Acme')
  const invoice = world.invoice(acme.id, dueOn, minor)
  await world.until('2026-03-02', '08:55')
  const ids = async () => ({
    customerId: await world.customerId(acme.id),
    invoiceId: await world.invoiceId(invoice.id),
  })
  return { world, acme, invoice, ...(await ids()) }
}

/** What was sent and what happened, without the customer's name. */
const told = async (world: World): Promise<string[]> => (await diaryOf(world)).map((line) => line.replace(' Acme:', ''))

describe('A promise', () => {
  it('that is kept is confirmed, reminded of the day before, thanked for, and nothing else', async () => {
    const { world, invoice, customerId } = await owing()
    await world.until('2026-03-03', '10:00')
    const promise = aPromise({ customerId, on: '2026-03-12', confirm: true, method: 'transfer', saidBy: 'Eva Soler' })
    expect(await recordPromise(world.app, { ...world.act, ...promise })).toBe('done')
    await world.until('2026-03-12', '10:00')
    world.books.pay(invoice.id, day('2026-03-12'))
    await world.until('2026-03-20')

    expect(await told(world)).toEqual([
      '03-02 09:00 first-overdue sent',
      '03-03 10:00 promise-recorded',
      '03-03 10:00 expected-day-written',
      '03-04 09:00 promise-confirmed sent',
      '03-11 09:00 promise-reminder sent',
      expect.stringContaining('invoice-paid'),
      expect.stringContaining('fell-silent'),
      '03-13 09:00 thank-you sent',
    ])
    expect(world.books.invoice(invoice.id).expectedOn).toBe('2026-03-12')
    expect(world.problems).toEqual([])
  })

  it('that is broken is said so once, and the steps go on in the tone that the policy names', async () => {
    const { world, customerId } = await owing()
    await world.until('2026-03-03', '10:00')
    await recordPromise(world.app, { ...world.act, ...aPromise({ customerId, on: '2026-03-09' }) })
    await world.until('2026-03-18')

    expect(await told(world)).toEqual([
      '03-02 09:00 first-overdue sent',
      '03-03 10:00 promise-recorded',
      '03-03 10:00 expected-day-written',
      '03-06 09:00 promise-reminder sent',
      '03-10 09:00 promise-broken sent',
      '03-13 09:00 firm sent',
    ])
  })

  it('that is kept in part asks for the rest of it', async () => {
    const { world, invoice, customerId } = await owing(90_000)
    await world.until('2026-03-03', '10:00')
    await recordPromise(world.app, { ...world.act, ...aPromise({ customerId, on: '2026-03-06' }) })
    world.books.pay(invoice.id, day('2026-03-06'), money(60_000, 'EUR'))
    await world.until('2026-03-09', '20:00')

    expect((await world.diary()).at(-1)).toBe('2026-03-09 09:00 promise-broken → pagos@acme.example')
    const text = world.outbox.at(-1)?.text ?? ''
    expect([text.includes('600,00'), text.includes('300,00')]).toEqual([true, true])
  })

  it('is replaced by a later one while its day has not come, and cannot be for more than is owed', async () => {
    const { world, customerId } = await owing(90_000)
    await recordPromise(world.app, { ...world.act, ...aPromise({ customerId, on: '2026-03-06' }) })
    await recordPromise(world.app, { ...world.act, ...aPromise({ customerId, on: '2026-03-13' }) })
    const tooMuch = aPromise({ customerId, on: '2026-03-13', amount: money(90_001, 'EUR') })
    expect(await recordPromise(world.app, { ...world.act, ...tooMuch })).toBe('too-much')
    expect(await world.rows(`select pay_on::text as on, ended_because as ended from promises order by created_at, pay_on`)).toEqual([
      { on: '2026-03-06', ended: 'replaced' },
      { on: '2026-03-13', ended: null },
    ]) // prettier-ignore
  })

  it('leaves its day in the ledger once, also when an answer was lost', async () => {
    const { world, invoice, customerId } = await owing()
    let lost = 1
    world.faults.current = {
      after: async (method) => {
        if (method !== 'writeExpectedDay' || lost === 0) return
        lost -= 1
        throw new Error('the answer was lost')
      },
    }
    await recordPromise(world.app, { ...world.act, ...aPromise({ customerId, on: '2026-03-12' }) })
    await world.until('2026-03-03')
    expect(world.books.invoice(invoice.id).expectedOn).toBe('2026-03-12')
    expect((await world.events()).filter((kind) => kind === 'expected-day-written')).toEqual(['expected-day-written'])
  })
})

describe('A promise taken back', () => {
  it('takes its day out of the ledger, and the steps go on at once', async () => {
    const { world, invoice, customerId } = await owing()
    await recordPromise(world.app, { ...world.act, ...aPromise({ customerId, on: '2026-03-20' }) })
    await world.until('2026-03-04', '08:00')
    expect(world.books.invoice(invoice.id).expectedOn).toBe('2026-03-20')
    const [promise] = await world.rows<{ id: string }>('select id from promises')
    await withdrawPromise(world.app, { ...world.act, promiseId: promise?.id ?? '' })
    await world.until('2026-03-06')

    expect(world.books.invoice(invoice.id).expectedOn).toBe(null)
    expect((await told(world)).slice(-3)).toEqual([
      '03-04 08:00 promise-withdrawn',
      '03-04 08:00 expected-day-cleared',
      '03-04 09:00 first-overdue sent',
    ])
    expect(world.problems).toEqual([])
  })

  it('leaves a day alone that somebody else has put there since, and says where the ledger does not let it go', async () => {
    const { world, invoice, customerId, acme } = await owing()
    const other = world.invoice(acme.id, '2026-02-26', 20_000)
    await world.until('2026-03-02', '11:00')
    await recordPromise(world.app, { ...world.act, ...aPromise({ customerId, on: '2026-03-20' }) })
    await world.until('2026-03-03', '08:00')
    world.books.updateInvoice(invoice.id, { expectedOn: day('2026-04-01') })
    world.books.pay(other.id, day('2026-03-03'), money(5_000, 'EUR'))
    const [promise] = await world.rows<{ id: string }>('select id from promises')
    await withdrawPromise(world.app, { ...world.act, promiseId: promise?.id ?? '' })
    await world.until('2026-03-03', '09:00')

    expect(world.books.invoice(invoice.id).expectedOn).toBe('2026-04-01')
    expect(world.books.invoice(other.id).expectedOn).toBe('2026-03-20')
    expect((await world.events()).filter((kind) => kind.startsWith('expected-day')).slice(2)).toEqual([
      'expected-day-stays',
    ])
  })
})

describe('A plan', () => {
  it('is offered, agreed, reminded of, and said to be missed once; then the steps go on', async () => {
    const { world, invoice, customerId, invoiceId } = await owing(90_000)
    const proposal = { count: 3, firstOn: day('2026-03-16'), every: 'month' as const }
    const offer = { customerId, invoiceIds: [invoiceId], method: null, proposal }
    expect(await offerPlan(world.app, { ...world.act, ...offer })).toBe('done')
    await world.until('2026-03-03', '10:00')
    const [plan] = await world.rows<{ id: string }>('select id from payment_plans')
    const agreed = { planId: plan?.id ?? '', saidBy: 'Eva Soler', confirm: true }
    expect(await agreeToPlan(world.app, { ...world.act, ...agreed })).toBe('done')
    await world.until('2026-03-16', '10:00')
    world.books.pay(invoice.id, day('2026-03-16'), money(30_000, 'EUR'))
    await world.until('2026-04-30')

    expect((await told(world)).filter((line) => !line.includes('asked'))).toEqual([
      '03-02 08:55 plan-offered',
      '03-02 08:55 first-overdue taken back (plan)',
      '03-02 09:00 plan-offer sent',
      '03-03 10:00 plan-agreed',
      '03-04 09:00 plan-confirmed sent',
      '03-11 09:00 plan-instalment sent',
      expect.stringContaining('paid in part, 600 left'),
      '04-13 09:00 plan-instalment sent',
      '04-21 09:00 plan-missed sent',
      expect.stringContaining('serious sent'),
    ])
  })

  it('is refused where its parts do not add up, or for invoices that are not open', async () => {
    const { world, customerId, invoiceId } = await owing(90_000)
    const part = (on: string, minor: number) => ({ on: day(on), amount: money(minor, 'EUR') })
    const offer = (instalments: ReturnType<typeof part>[], invoiceIds = [invoiceId]) =>
      offerPlan(world.app, { ...world.act, customerId, invoiceIds, method: null, instalments })
    expect(await offer([part('2026-03-10', 40_000), part('2026-04-10', 40_000)])).toBe('amounts-do-not-add-up')
    expect(await offer([part('2026-04-10', 40_000), part('2026-03-10', 50_000)])).toBe('days-out-of-order')
    expect(await offer([part('2026-03-10', 90_000)])).toBe('too-few')
    expect(await offer([part('2026-03-10', 40_000), part('2026-04-10', 50_000)], [customerId])).toBe('invoice-not-open')
    expect(await world.rows('select id from payment_plans')).toEqual([])
  })
})

describe('Silence that a person asks for', () => {
  it('about one invoice of four leaves the others in the message, and names the one left out', async () => {
    const world = await openWorld({ start: MONDAY })
    const acme = world.regular('Acme')
    const invoices = ['2026-02-24', '2026-02-25', '2026-02-26', '2026-02-27'].map((on) =>
      world.invoice(acme.id, on, 10_000),
    )
    await world.until('2026-03-02', '08:55')
    const disputed = await world.invoiceId(invoices[1]?.id ?? '')
    const query = { reason: 'amount' as const, understood: null }
    await disputeInvoice(world.app, { ...world.act, invoiceId: disputed, why: 'wrong price', query })
    await world.until('2026-03-06')

    expect(await told(world)).toEqual([
      '03-02 08:55 hold-set dispute',
      expect.stringContaining('taken back (dispute)'),
      '03-02 09:00 query-received sent',
      '03-04 09:00 firm sent',
    ])
    const [, reminder] = world.outbox
    expect(reminder?.attachments.map(({ filename }) => filename).length).toBe(3)
    expect(reminder?.text.includes('300,00')).toBe(true)
  })

  it('over the day of a step lets the step come afterwards, once', async () => {
    const { world, customerId } = await owing(90_000, '2026-03-06')
    const snooze = {
      kind: 'snooze' as const,
      customerId,
      invoiceId: null,
      startsOn: null,
      reviewOn: null,
      ownerId: null,
    }
    expect(await putHold(world.app, { ...world.act, ...snooze, until: null, why: null })).toBe('end-missing')
    await putHold(world.app, { ...world.act, ...snooze, until: day('2026-03-11'), why: 'fair week' })
    await world.until('2026-03-13')
    expect(await told(world)).toEqual(['03-02 08:55 hold-set snooze', '03-12 09:00 first-overdue sent'])
  })

  it('for good ends when a person ends it, and asks to be looked at on its day', async () => {
    const { world, acme, customerId } = await owing()
    const hold = {
      kind: 'do-not-chase' as const,
      customerId,
      invoiceId: null,
      startsOn: null,
      until: null,
      ownerId: null,
    }
    await putHold(world.app, { ...world.act, ...hold, reviewOn: day('2026-03-05'), why: 'insolvency talks' })
    await world.until('2026-03-04')
    expect((await world.verdict(acme.id))?.reason).toBe('do-not-chase')
    await world.until('2026-03-05')
    expect((await world.verdict(acme.id))?.reason).toBe('hold-review-due')
    const [row] = await world.rows<{ id: string }>('select id from holds')
    await endHold(world.app, { ...world.act, holdId: row?.id ?? '' })
    await world.until('2026-03-06')
    expect(await world.diary()).toEqual(['2026-03-06 09:00 firm → pagos@acme.example'])
  })
})

describe('A conversation', () => {
  it('logged a moment before the message leaves decides it: a promise is believed', async () => {
    const { world, customerId } = await owing()
    const { customerId: _customer, ...promise } = aPromise({ customerId, on: '2026-03-20' })
    const said = { outcome: 'promise' as const, promise }
    const reply = { customerId, kind: 'reply' as const, said, who: 'Eva Soler', note: null, chaseId: null }
    expect(await logContact(world.app, { ...world.act, ...reply })).toBe('done')
    await world.until('2026-03-10')
    expect(world.outbox).toEqual([])
    expect(await world.rows('select kind, outcome, who from contact_log')).toEqual([
      { kind: 'reply', outcome: 'promise', who: 'Eva Soler' },
    ])
  })

  it('with a promise that cannot be leaves nothing behind', async () => {
    const { world, customerId } = await owing()
    const { customerId: _customer, ...promise } = aPromise({ customerId, on: '2026-02-20' })
    const call = { customerId, kind: 'call' as const, who: null, note: null, chaseId: null }
    const said = { outcome: 'promise' as const, promise }
    expect(await logContact(world.app, { ...world.act, ...call, said })).toBe('day-past')
    expect(await world.rows('select from contact_log union all select from promises')).toEqual([])
  })

  it('in which the customer says it has paid is believed for some days', async () => {
    const { world, customerId } = await owing()
    const call = {
      customerId,
      kind: 'call' as const,
      who: null,
      note: null,
      chaseId: null,
      said: { outcome: 'paid' as const },
    }
    await logContact(world.app, { ...world.act, ...call })
    await world.until('2026-03-07')
    expect(world.outbox).toEqual([])
    await world.until('2026-03-09')
    expect(world.outbox.length).toBe(1)
  })
})

it('Two customers behind one inbox share its gap', async () => {
  const world = await openWorld({ start: MONDAY })
  for (const name of ['Norte', 'Sur'])
    world.invoice(world.regular(name, { email: 'pagos@grupo.example' }).id, '2026-02-27')
  await world.until('2026-03-10')
  expect((await world.diary()).map((line) => line.slice(0, 10))).toEqual(['2026-03-02', '2026-03-04', '2026-03-09'])
})
