import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { receiveHints, type Hint } from '../../src/flow/receive.ts'
import { LedgerError } from '../../src/ledgers/ledger.ts'
import { openWorld, type World, type WorldOptions } from '../support/world.ts'

/** Tuesday 3 March, 08:50 in Madrid: the message is planned for 09:00, the next reading is at 10:40. */
const BEFORE_NINE = '2026-03-03T07:50:00Z'

async function plannedChase(options: WorldOptions = {}) {
  const world = await openWorld({ start: BEFORE_NINE, ...options })
  const acme = world.regular('Acme')
  const invoice = world.invoice(acme.id, '2026-03-02')
  await world.advanceTo(BEFORE_NINE)
  return { world, acme, invoice }
}

let told = 0
const hint = (entity: string, entityId: string, given: Partial<Hint> = {}): Hint => ({
  organisationId: 'org-1',
  entity,
  entityId,
  change: 'updated',
  happenedAt: null,
  eventKey: `event-${(told += 1)}`,
  ...given,
})

const inbox = (world: World) =>
  world.rows<{ entity: string; handled: boolean }>('select entity, handled_at is not null as handled from inbox order by received_at, entity') // prettier-ignore

const waitingJobs = async (world: World): Promise<string[]> =>
  (await world.rows<{ name: string }>(`select name from pgboss.job where state = 'created' order by name`)).map(({ name }) => name) // prettier-ignore

describe('A webhook', () => {
  it('is stored together with its job, or not at all', async () => {
    const { world, invoice } = await plannedChase()
    const broken = { ...world.app, enqueue: () => Promise.reject(new Error('the queue is away')) }
    await expect(receiveHints(broken, 'xero', [hint('invoice', invoice.id)])).rejects.toThrow('the queue is away')
    expect(await inbox(world)).toEqual([])

    expect(await receiveHints(world.app, 'xero', [hint('invoice', invoice.id)])).toBe(1)
    expect([await inbox(world), await waitingJobs(world)]).toEqual([[{ entity: 'invoice', handled: false }], ['hints']])
  })

  it('repeated is stored once, within one delivery and across many', async () => {
    const { world, invoice } = await plannedChase()
    const one = hint('invoice', invoice.id)
    const other = hint('invoice', invoice.id)
    expect(await receiveHints(world.app, 'xero', [one, one, other])).toBe(2)
    expect(await receiveHints(world.app, 'xero', [other, one])).toBe(0)
    expect((await inbox(world)).length).toBe(2)
    expect(await waitingJobs(world)).toEqual(['hints'])
  })

  it('for a company that nobody connected is dropped, beside one that is ours', async () => {
    const { world, invoice } = await plannedChase()
    const stored = await receiveHints(world.app, 'xero', [
      hint('invoice', 'x', { organisationId: 'org-999' }),
      hint('invoice', invoice.id),
    ])
    expect(stored).toBe(1)
    expect(await receiveHints(world.app, 'quickbooks', [hint('invoice', invoice.id)])).toBe(0)
    expect((await inbox(world)).length).toBe(1)
  })

  it('is only a hint: what counts is what the ledger says, in whatever order the hints come', async () => {
    const { world, acme } = await plannedChase()
    const fresh = world.invoice(acme.id, '2026-04-20')
    world.books.pay(fresh.id, day('2026-03-03'), money(10_000, 'EUR'))
    await receiveHints(world.app, 'xero', [hint('invoice', fresh.id, { change: 'updated' }), hint('invoice', fresh.id, { change: 'created' })]) // prettier-ignore
    await world.until('2026-03-03', '08:51')
    expect(await world.rows(`select number, state, balance_minor::int as balance from invoices where number = 'F-0002'`)).toEqual([
      { number: 'F-0002', state: 'open', balance: 40_000 },
    ]) // prettier-ignore
    expect(world.counted.get('invoices')).toBe(1)
  })

  it('of a payment takes back the message that was planned', async () => {
    const { world, invoice } = await plannedChase()
    const payment = world.books.pay(invoice.id, day('2026-03-03'))
    await receiveHints(world.app, 'xero', [hint('payment', payment.id)])
    await world.until('2026-03-03', '08:51')
    expect(await world.chases()).toEqual(['day-1 cancelled (paid)'])
    await world.until('2026-03-03', '20:00')
    expect(world.outbox).toEqual([])
  })

  it('of a payment takes back even what a person has approved for today', async () => {
    const { world, invoice } = await plannedChase({ mode: 'approve' })
    await world.approve()
    world.books.pay(invoice.id, day('2026-03-03'))
    await receiveHints(world.app, 'xero', [hint('invoice', invoice.id)])
    await world.until('2026-03-03', '08:51')
    expect(await world.chases()).toEqual(['day-1 cancelled (paid)'])
    expect(await world.events()).toEqual([
      'first-load-done',
      'approval-asked',
      'approved',
      'invoice-paid',
      'chase-cancelled',
    ])
  })

  it('about a customer reads that customer, and one about a customer who is gone puts it away', async () => {
    const { world, acme } = await plannedChase()
    world.books.updateCustomer(acme.id, { email: 'otra@acme.example' })
    await receiveHints(world.app, 'xero', [hint('customer', acme.id)])
    await world.until('2026-03-03', '08:51')
    expect(await world.rows('select email from contacts')).toEqual([{ email: 'otra@acme.example' }])
    expect(world.counted.get('customer')).toBe(1)

    world.books.customers.delete(acme.id)
    await receiveHints(world.app, 'xero', [hint('customer', acme.id)])
    await world.until('2026-03-03', '08:52')
    expect(await world.rows('select state from customers')).toEqual([{ state: 'deleted' }])
    expect(await world.chases()).toEqual(['day-1 cancelled (customer-archived)'])
  })

  it('that comes by the hundreds is worked through in a few looks, with few calls', async () => {
    const { world, acme } = await plannedChase()
    const fresh = Array.from({ length: 700 }, () => world.invoice(acme.id, '2026-04-20'))
    await receiveHints(world.app, 'xero', fresh.map(({ id }) => hint('invoice', id))) // prettier-ignore
    await world.until('2026-03-03', '08:51')
    expect(await world.rows(`select count(*)::int as n from invoices where due_on = '2026-04-20'`)).toEqual([
      { n: 700 },
    ])
    expect((await inbox(world)).filter(({ handled }) => !handled)).toEqual([])
    expect(world.counted.get('invoices')).toBe(2)
  })
})

describe('When the ledger cannot be asked about a hint', () => {
  const failOnce = (world: World, error: LedgerError): void => {
    let failed = false
    world.faults.current = {
      before: (method) => {
        if (method !== 'invoices' || failed) return
        failed = true
        throw error
      },
    }
  }

  it.for([
    ['is away', new LedgerError('unavailable', '503'), '08:52'],
    ['asks to slow down', new LedgerError('slow-down', '429', { retryAfterSeconds: 240 }), '08:54'],
  ] as const)('because it %s, the hint waits and is not lost', async ([, error, again]) => {
    const { world, invoice } = await plannedChase()
    world.books.pay(invoice.id, day('2026-03-03'))
    failOnce(world, error)
    await receiveHints(world.app, 'xero', [hint('invoice', invoice.id)])
    await world.until('2026-03-03', '08:51')
    expect(await inbox(world)).toEqual([{ entity: 'invoice', handled: false }])
    await world.until('2026-03-03', again)
    expect(await inbox(world)).toEqual([{ entity: 'invoice', handled: true }])
    expect(await world.chases()).toEqual(['day-1 cancelled (paid)'])
  })

  it('because one record cannot be read, the others are read by a sync instead', async () => {
    const { world, acme, invoice } = await plannedChase()
    const other = world.invoice(acme.id, '2026-04-20')
    failOnce(world, new LedgerError('rejected', 'DueDate is not a day'))
    world.books.pay(invoice.id, day('2026-03-03'))
    await receiveHints(world.app, 'xero', [hint('invoice', invoice.id), hint('invoice', other.id)])
    await world.until('2026-03-03', '08:51')
    expect((await inbox(world)).map(({ handled }) => handled)).toEqual([true, true])
    expect(await world.rows(`select number, state from invoices where number like 'F-%' order by number`)).toEqual([
      { number: 'F-0001', state: 'paid' },
      { number: 'F-0002', state: 'open' },
    ])
  })

  it('for a reason that nobody expected, the hint waits a quarter of an hour', async () => {
    const { world, invoice } = await plannedChase()
    world.faults.current = {
      before: (method) => {
        if (method === 'invoices') throw new TypeError('nobody expected this')
      },
    }
    await receiveHints(world.app, 'xero', [hint('invoice', invoice.id)])
    await world.until('2026-03-03', '08:51')
    expect(world.problems).toEqual([expect.objectContaining({ job: 'hints' })])
    world.faults.current = {}
    await world.until('2026-03-03', '09:06')
    expect(await inbox(world)).toEqual([{ entity: 'invoice', handled: true }])
  })
})

it('Losing every webhook costs time, and nothing else', async () => {
  const tell = async (deliver: boolean): Promise<string[][]> => {
    const { world, acme, invoice } = await plannedChase()
    const say = async (entity: string, id: string): Promise<void> => {
      if (deliver) await receiveHints(world.app, 'xero', [hint(entity, id)])
    }
    await world.until('2026-03-04', '12:00')
    const payment = world.books.pay(invoice.id, day('2026-03-04'))
    await say('payment', payment.id)
    await say('invoice', invoice.id)
    const second = world.invoice(acme.id, '2026-03-09')
    await say('invoice', second.id)
    await world.until('2026-03-10', '20:00')
    return [await world.diary(), [...world.notes(invoice.id), ...world.notes(second.id)].map((note) => note.replace(/^[^·]*/, '').replace(/«.*»/, '«»').replace(/PT-\w+/, 'PT-'))] // prettier-ignore
  }
  const [with_, without] = [await tell(true), await tell(false)]
  expect(without).toEqual(with_)
  expect(with_[0]).toEqual([
    '2026-03-03 09:00 first-overdue → pagos@acme.example',
    // Thanks on the 5th would put this off by their gap.
    '2026-03-06 09:00 before-due → pagos@acme.example',
    '2026-03-10 09:00 first-overdue → pagos@acme.example',
  ])
})

it('A hint before the first load is answered by the first load', async () => {
  const world = await openWorld({ start: BEFORE_NINE, mode: 'observe' })
  const acme = world.regular('Acme')
  const invoice = world.invoice(acme.id, '2026-04-20')
  world.faults.current = {
    before: (method) => {
      if (method === 'organisation') throw new LedgerError('unavailable', '503')
    },
  }
  await receiveHints(world.app, 'xero', [hint('invoice', invoice.id)])
  await world.advanceTo(BEFORE_NINE)
  expect(await inbox(world)).toEqual([{ entity: 'invoice', handled: true }])
  expect(world.counted.get('invoices')).toBe(undefined)
  world.faults.current = {}
  await world.until('2026-03-03', '09:00')
  expect(await world.rows(`select state from invoices where number = 'F-0001'`)).toEqual([{ state: 'open' }])
})
