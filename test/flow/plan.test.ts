import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { setMode, setSegment, stopEverything } from '../../src/flow/control.ts'
import { disputeInvoice, pauseCustomer } from '../../src/flow/hold.ts'
import { recordPromise } from '../../src/flow/promise.ts'
import { planCustomers } from '../../src/flow/plan.ts'
import { aPromise } from '../support/agreements.ts'
import { putDocumentInForce } from '../support/policy-in-force.ts'
import { openWorld, type World, type WorldOptions } from '../support/world.ts'

/** Monday 2 March, 05:00 in Madrid. */
const MONDAY = '2026-03-02T04:00:00Z'
/** Tuesday 3 March, 08:50 in Madrid: the message is planned for 09:00. */
const BEFORE_NINE = '2026-03-03T07:50:00Z'

async function plannedChase(options: WorldOptions = {}) {
  const world = await openWorld({ start: BEFORE_NINE, ...options })
  const acme = world.regular('Acme')
  const invoice = world.invoice(acme.id, '2026-03-02')
  await world.advanceTo(BEFORE_NINE)
  return { world, acme, invoice }
}

/** "2026-03-03 send step-due", one line per customer and day. */
const verdicts = async (world: World): Promise<string[]> =>
  (await world.rows<{ line: string }>(
    `select v.on_day || ' ' || c.name || ': ' || v.decision || ' ' || v.reason as line from verdicts v join customers c on c.id = v.customer_id order by 1`,
  )).map(({ line }) => line) // prettier-ignore

describe('The daily verdict', () => {
  it('is kept for every customer that owes something, silence included, and in observe mode nothing else happens', async () => {
    const world = await openWorld({ start: MONDAY, mode: 'observe' })
    world.invoice(world.regular('Acme').id, '2026-03-02')
    world.invoice(world.regular('Brisa').id, '2026-04-20')
    world.regular('Nadie')
    await world.until('2026-03-04')

    expect(await verdicts(world)).toEqual([
      '2026-03-02 Acme: wait nothing-due-yet',
      '2026-03-02 Brisa: wait nothing-due-yet',
      '2026-03-03 Acme: send step-due',
      '2026-03-03 Brisa: wait nothing-due-yet',
      '2026-03-04 Acme: send step-due',
      '2026-03-04 Brisa: wait nothing-due-yet',
    ])
    expect([await world.chases(), world.outbox, await world.events()]).toEqual([[], [], ['first-load-done']])
  })

  it('in approve mode asks a person, in automatic mode sends', async () => {
    const [approve, automatic] = [await plannedChase({ mode: 'approve' }), await plannedChase({ mode: 'automatic' })]
    for (const { world } of [approve, automatic]) await world.until('2026-03-03', '10:00')
    expect(await approve.world.chases()).toEqual(['day-1 awaiting-approval'])
    expect(await automatic.world.chases()).toEqual(['day-1 sent'])
    expect(await approve.world.events()).toEqual(['first-load-done', 'approval-asked'])
    expect(await automatic.world.events()).toEqual(['first-load-done', 'chase-planned', 'mail-sent', 'note-written'])
  })

  it('covers all that is due from a customer in one message', async () => {
    const { world, acme } = await plannedChase()
    world.invoice(acme.id, '2026-02-25', 10_000)
    world.invoice(acme.id, '2026-05-20', 99_900)
    world.invoice(acme.id, '2026-02-27', 20_000, { total: money(20_000, 'GBP') })
    await world.until('2026-03-03', '08:59')
    await world.rows(`update connections set next_sync_at = '2026-03-03T07:59:30Z'`)
    await world.until('2026-03-03', '20:00')
    expect(await world.rows(`select balance_minor::int as minor, currency from chase_invoices ci join chases c on c.id = ci.chase_id where c.status = 'sent' order by 2, 1`)).toEqual([
      { minor: 10_000, currency: 'EUR' },
      { minor: 50_000, currency: 'EUR' },
      { minor: 20_000, currency: 'GBP' },
    ]) // prettier-ignore
    expect(world.outbox.length).toBe(1)
  })

  it('is decided once by two planners at the same time', async () => {
    const { world } = await plannedChase()
    for (let n = 0; n < 12; n += 1) world.invoice(world.regular(`Cliente ${'abcdefghijkl'[n]}`).id, '2026-03-02')
    await world.rows(`update connections set next_sync_at = '2026-03-03T07:51:00Z'`)
    // The new customers are read, and no planner has come yet.
    await world.rows(`create function wait() returns trigger language plpgsql as $$ begin new.next_look_at := null; return new; end $$`) // prettier-ignore
    await world.rows(`create trigger wait before update of next_look_at on customers for each row execute function wait()`) // prettier-ignore
    await world.until('2026-03-03', '08:52')
    const ids = (await world.rows<{ id: string }>('select id from customers order by id')).map(({ id }) => id)
    const apps = [world.app, world.anotherWorker(), world.anotherWorker()]

    const counts = await Promise.all(apps.map((app) => planCustomers(app, world.businessId, ids)))
    expect(counts.reduce((sum, { planned }) => sum + planned, 0)).toBe(12)
    expect(await world.rows(`select count(*)::int as n, count(distinct customer_id)::int as customers from chases`)).toEqual([
      { n: 13, customers: 13 },
    ]) // prettier-ignore
  })

  it('of one customer that cannot be decided for leaves the others alone', async () => {
    const world = await openWorld({ start: MONDAY })
    world.invoice(world.regular('Acme').id, '2026-02-27')
    world.invoice(world.regular('Brisa', { country: 'ZZ' }).id, '2026-02-27')
    const { holidays } = world.app
    Object.assign(world.app, {
      holidays: (...[country, region, around]: Parameters<typeof holidays>) => {
        if (country === 'ZZ') throw new TypeError('no such country')
        return holidays(country, region, around)
      },
    })
    await world.until('2026-03-02', '10:00')
    expect(await world.diary()).toEqual(['2026-03-02 09:00 first-overdue → pagos@acme.example'])
    expect(world.problems).toContainEqual(expect.objectContaining({ job: 'look', message: 'a job failed' }))
  })
})

describe('A message on its way', () => {
  it('keeps its approval over a weekend', async () => {
    const world = await openWorld({ start: '2026-03-06T04:00:00Z', mode: 'approve' })
    world.invoice(world.regular('Acme').id, '2026-03-05')
    await world.until('2026-03-06', '19:00')
    const chase = await world.waiting()
    expect(await world.approve()).toBe('approved')

    await world.until('2026-03-08', '23:00')
    expect(await world.waiting()).toEqual(chase)
    await world.until('2026-03-09', '10:00')
    expect(await world.diary()).toEqual(['2026-03-09 09:00 first-overdue → pagos@acme.example'])
    expect(await world.chases()).toEqual(['day-1 sent'])
  })

  it('stays the same through another plan, and makes room for another when what it says has changed', async () => {
    const { world, acme, invoice } = await plannedChase({ mode: 'approve' })
    const chase = await world.waiting()
    await world.approve()
    const again = async (): Promise<unknown> =>
      planCustomers(world.app, world.businessId, [await world.customerId(acme.id)])
    expect(await again()).toEqual({ looked: 1, planned: 0, cancelled: 0, asked: 0 })
    expect(await world.waiting()).toEqual(chase)

    await world.rows(`update invoices set balance_minor = 40000 where ledger_id = $1`, [invoice.id])
    expect(await again()).toEqual({ looked: 1, planned: 0, cancelled: 1, asked: 1 })
    expect(await world.chases()).toEqual(['day-1 cancelled (replanned)', 'day-1 awaiting-approval'])
  })

  const acts: [string, string, (world: World, ids: { customerId: string; invoiceId: string }) => Promise<unknown>][] = [
    ['going back to observing', 'mode-changed', (world) => setMode(world.app, { ...world.act, mode: 'observe' })],
    ['the global stop', 'stopped', (world) => stopEverything(world.app, world.act)],
    ['a pause', 'pause', (world, { customerId }) => pauseCustomer(world.app, { ...world.act, customerId, until: null, why: null })],
    ['a dispute', 'dispute', (world, { invoiceId }) => disputeInvoice(world.app, { ...world.act, invoiceId, why: 'wrong price' })],
    ['a promise', 'promise', (world, { customerId }) =>
      recordPromise(world.app, { ...world.act, ...aPromise({ customerId, on: '2026-03-13' }) })],
  ] // prettier-ignore

  it.for(acts)('is taken back by %s', async ([, because, act]) => {
    const { world, acme, invoice } = await plannedChase()
    const ids = { customerId: await world.customerId(acme.id), invoiceId: await world.invoiceId(invoice.id) }
    expect(await act(world, ids)).toBe('done')
    await world.until('2026-03-05')
    expect(world.outbox).toEqual([])
    expect(await world.chases()).toEqual([`day-1 cancelled (${because})`])
  })

  it('follows a promise that was broken', async () => {
    const { world, acme } = await plannedChase()
    const customerId = await world.customerId(acme.id)
    await recordPromise(world.app, { ...world.act, ...aPromise({ customerId, on: '2026-03-05' }) })
    await world.until('2026-03-06', '10:00')
    expect(await world.diary()).toEqual([
      '2026-03-04 09:00 promise-reminder → pagos@acme.example',
      '2026-03-06 09:00 promise-broken → pagos@acme.example',
    ])
  })
})

describe('A spell', () => {
  it('that a payment ends before anything was sent leaves no note', async () => {
    const { world, invoice } = await plannedChase({ mode: 'approve' })
    world.books.pay(invoice.id, day('2026-03-03'))
    await world.until('2026-03-04')
    expect(world.notes(invoice.id)).toEqual([])
    expect(await world.events()).toEqual(['first-load-done', 'approval-asked', 'invoice-paid', 'chase-cancelled'])
    expect(await world.rows('select ended_because from spells')).toEqual([{ ended_because: 'paid' }])
  })

  it('that a payment ends after messages went out leaves one note, and falls silent once', async () => {
    const { world, invoice } = await plannedChase()
    await world.until('2026-03-09', '20:00')
    expect(world.outbox.length).toBe(2)
    world.books.pay(invoice.id, day('2026-03-10'))
    await world.until('2026-03-13')
    expect(world.notes(invoice.id).slice(2).map((note) => note.replace(/\[.*/, '').replace(/«.*»/, '«…»'))).toEqual([
      '10 mar 2026, 2:30 CET · Puntual · Pago recibido: no se envían más avisos por esta factura (último: segundo aviso). ',
      '11 mar 2026, 9:00 CET · Puntual · Agradecimiento por el pago por correo a pagos@acme.example, asunto «…». Pendiente en esta factura: 0,00 EUR. Aceptado por el servidor de correo. ',
    ]) // prettier-ignore
    expect((await world.events()).filter((kind) => kind === 'fell-silent')).toEqual(['fell-silent'])
  })

  it('that a void ends is silent without a word in the ledger', async () => {
    const { world, invoice } = await plannedChase()
    await world.until('2026-03-04', '09:00')
    world.books.updateInvoice(invoice.id, { status: 'void' })
    await world.until('2026-03-06')
    expect(world.notes(invoice.id).length).toBe(1)
    expect(await world.rows('select ended_because from spells')).toEqual([{ ended_because: 'void' }])
  })

  it('asks a person to call once, and takes that back when the money comes', async () => {
    const { world, invoice } = await plannedChase()
    world.books.updateInvoice(invoice.id, { dueOn: day('2026-02-09') })
    await world.until('2026-03-24')
    expect((await world.chases()).slice(-1)).toEqual(['call-21 task'])
    expect((await world.events()).filter((kind) => kind === 'call-asked')).toEqual(['call-asked'])

    world.books.pay(invoice.id, day('2026-03-25'))
    await world.until('2026-03-25')
    expect((await world.chases()).slice(-1)).toEqual(['call-21 cancelled (paid)'])
  })

  it('gives way to another when its invoice is disputed, with what it asked of people', async () => {
    const world = await openWorld({ start: MONDAY })
    const acme = world.regular('Acme')
    const first = world.invoice(acme.id, '2026-02-27')
    await world.until('2026-03-24')
    expect((await world.chases()).slice(-1)).toEqual(['call-21 task'])
    world.invoice(acme.id, '2026-03-23', 80_000)
    await disputeInvoice(world.app, { ...world.act, invoiceId: await world.invoiceId(first.id), why: 'wrong price' })
    await world.until('2026-03-26')

    expect((await world.chases()).slice(-2)).toEqual(['call-21 cancelled (other-anchor)', 'day-1 sent'])
    expect(world.outbox.at(-1)?.attachments.map(({ filename }) => filename)).toEqual(['Factura-F-0002.pdf'])
  })
})

describe('What a business changes', () => {
  it('about its steps holds for every customer of that kind', async () => {
    const world = await openWorld({ start: MONDAY })
    await world.policy({
      sequences: {
        regular: [{ id: 'soon', from: 3, to: 3, channel: 'email', stage: 'first-overdue', approval: false }],
      },
      sendFromMinute: 11 * 60,
    })
    world.invoice(world.regular('Acme').id, '2026-03-02')
    await world.until('2026-03-06')
    expect(await world.diary()).toEqual(['2026-03-05 11:00 first-overdue → pagos@acme.example'])
  })

  it('about its days holds for weekends and holidays too', async () => {
    const world = await openWorld({ start: '2026-03-06T04:00:00Z' })
    await world.policy({ weekdays: [1, 2, 3, 4, 5, 6] })
    world.invoice(world.regular('Acme').id, '2026-03-06')
    await world.until('2026-03-09')
    expect(await world.diary()).toEqual(['2026-03-07 09:00 first-overdue → pagos@acme.example'])
  })

  it('about who is strategic does so by group or by name, and takes effect on the next decision', async () => {
    const { world, acme } = await plannedChase()
    await world.policy({ strategicGroups: ['Cuentas clave'] })
    const keyAccount = world.regular('Clave', { groups: ['cuentas CLAVE'] })
    world.invoice(keyAccount.id, '2026-03-04')
    expect(await setSegment(world.app, { ...world.act, customerId: await world.customerId(acme.id), segment: 'strategic' })).toBe('done') // prettier-ignore
    await world.until('2026-03-04', '20:00')
    expect([(await world.verdict(acme.id))?.segment, (await world.verdict(keyAccount.id))?.segment]).toEqual(['strategic', 'strategic']) // prettier-ignore
    expect(await world.diary()).toEqual([
      '2026-03-03 09:00 first-overdue → pagos@acme.example',
      '2026-03-04 09:00 due-day → pagos@clave.example',
    ])
  })

  it('must be a policy', async () => {
    const { world } = await plannedChase({ mode: 'observe' })
    const unreadable = { policy: DEFAULT_POLICY, document: 'version: 1\ncontact:\n  gap-business-days: 0\n' }
    await putDocumentInForce(world.store.db, world.businessId, unreadable, world.clock.now())
    await expect(planCustomers(world.app, world.businessId, [])).rejects.toThrow(/gap/)
  })
})
