import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { landChanges } from '../../src/flow/ledger-changes.ts'
import { LedgerError, type LedgerInvoice } from '../../src/ledgers/ledger.ts'
import { inBusiness } from '../../src/store/db.ts'
import { openWorld, type World } from '../support/world.ts'

/** Monday 2 March, 05:00 in Madrid: the first load is due. */
const MONDAY = '2026-03-02T04:00:00Z'

async function loaded(options: Parameters<typeof openWorld>[0] = {}, before: (world: World) => void = () => {}) {
  const world = await openWorld({ start: MONDAY, mode: 'observe', ...options })
  const acme = world.regular('Acme')
  const invoice = world.invoice(acme.id, '2026-04-20')
  before(world)
  await world.advanceTo(MONDAY)
  return { world, acme, invoice }
}

/** Our copy of the open invoices: "F-0001 Acme open 500.00 EUR due 2026-04-20". */
const copy = async (world: World): Promise<string[]> =>
  (await world.rows<{ line: string }>(
    `select i.number || ' ' || c.name || ' ' || i.state || ' ' || (i.balance_minor / 100.0)::numeric(12,2) || ' ' || i.currency || ' due ' || i.due_on as line
       from invoices i join customers c on c.id = i.customer_id where i.number like 'F-%' order by i.number`,
  )).map(({ line }) => line) // prettier-ignore

const connection = async (world: World) =>
  (await world.rows<{ sync_failures: number; sync_problem: string | null; sync_progress: unknown }>('select sync_failures, sync_problem, sync_progress from connections'))[0] // prettier-ignore

const failing = (world: World, methods: readonly string[], error: () => LedgerError): void => {
  world.faults.current = {
    before: (method) => {
      if (methods.includes(method)) throw error()
    },
  }
}

describe('The first load', () => {
  it('takes over what the ledger knows of the business, and tells one line', async () => {
    const { world } = await loaded({ zone: 'Europe/London', country: 'GB' }, (fresh) => {
      fresh.books.company.ownReminders = true
    })
    expect(await world.rows(`select country, base_currency, time_zone, language from businesses`)).toEqual([
      { country: 'GB', base_currency: 'EUR', time_zone: 'Europe/London', language: 'en' },
    ])
    expect(await world.rows('select organisation_name, own_reminders, time_zone from connections')).toEqual([
      { organisation_name: 'Talleres Vega', own_reminders: true, time_zone: 'Europe/London' },
    ])
    expect(await world.events()).toEqual(['first-load-done'])
  })

  it('leaves alone what a person has set since', async () => {
    const { world } = await loaded()
    await world.rows(`update businesses set time_zone = 'Atlantic/Canary', language = 'en'`)
    await world.until('2026-03-03', '04:00')
    expect(await world.rows('select time_zone, language from businesses')).toEqual([
      { time_zone: 'Atlantic/Canary', language: 'en' },
    ])
  })

  it('learns from the history who pays how', async () => {
    const world = await openWorld({ start: MONDAY, mode: 'observe' })
    const regular = world.regular('Regular')
    const strategic = world.regular('Clave', { groups: ['ESTRATEGICO'] })
    const late = world.books.addCustomer({ name: 'Tarde', email: 'pagos@tarde.example' })
    for (let n = 0; n < 6; n += 1) {
      const due = addDays(day('2025-06-10'), n * 30)
      const old = world.books.addInvoice({ customerId: late.id, total: money(10_000, 'EUR'), number: `L-${n}`, issuedOn: addDays(due, -30), dueOn: due }) // prettier-ignore
      world.books.pay(old.id, addDays(due, 10 + n))
    }
    const fresh = world.books.addCustomer({ name: 'Nueva', email: 'hola@nueva.example' })
    for (const { id } of [regular, strategic, late, fresh]) world.invoice(id, '2026-04-20')
    await world.until('2026-03-02', '06:01')

    const segments = await Promise.all([regular, strategic, late, fresh].map(({ id }) => world.verdict(id)))
    expect(segments.map((verdict) => verdict?.segment)).toEqual(['regular', 'strategic', 'habitually-late', 'new'])
    expect(await world.rows(`select facts->'habitDays' as habit, facts->'settledLate' as late from verdicts where segment = 'habitually-late'`)).toEqual([
      { habit: 14, late: 6 },
    ]) // prettier-ignore
  })

  it('never takes in a bill, and shows where it had to assume a due day', async () => {
    const { world } = await loaded({}, (fresh) => {
      const supplier = fresh.regular('Proveedor')
      fresh.invoice(supplier.id, '2026-03-10', 90_000, { kind: 'bill' })
      fresh.invoice(supplier.id, '2026-03-10', 40_000, { dueOn: null, issuedOn: day('2026-02-10') })
    })
    expect(await copy(world)).toEqual([
      'F-0001 Acme open 500.00 EUR due 2026-04-20',
      'F-0003 Proveedor open 400.00 EUR due 2026-03-12',
    ])
    expect(await world.rows('select number from invoices where due_assumed')).toEqual([{ number: 'F-0003' }])
  })

  it('counts the business’s own term where it has one, and stops assuming when the ledger says the day', async () => {
    const world = await openWorld({ start: MONDAY, mode: 'observe' })
    await world.policy({ defaultTermDays: 60 })
    const acme = world.regular('Acme')
    const invoice = world.invoice(acme.id, '2026-03-10', 40_000, { dueOn: null, issuedOn: day('2026-02-10') })
    await world.advanceTo(MONDAY)
    expect(await copy(world)).toEqual(['F-0001 Acme open 400.00 EUR due 2026-04-11'])

    world.books.updateInvoice(invoice.id, { dueOn: day('2026-05-01') })
    await world.until('2026-03-02', '10:00')
    expect(await copy(world)).toEqual(['F-0001 Acme open 400.00 EUR due 2026-05-01'])
    expect(await world.rows('select number from invoices where due_assumed')).toEqual([])
  })

  it('lands page by page: nothing is read ahead of what is written', async () => {
    const inDatabase: number[] = []
    const world = await openWorld({ start: MONDAY, mode: 'observe', pageSize: 50 })
    const acme = world.regular('Acme')
    for (let n = 0; n < 220; n += 1) world.invoice(acme.id, '2026-04-20')
    world.faults.current = {
      before: async (method) => {
        if (method !== 'openInvoices') return
        const [row] = await world.rows<{ n: number }>(`select count(*)::int n from invoices`)
        inDatabase.push(row?.n ?? -1)
      },
    }
    await world.advanceTo(MONDAY)
    expect(inDatabase).toEqual([0, 50, 100, 150, 200])
  })

  it('never reads what it has written from end to end, so that the last page costs what the first one did', async () => {
    const world = await openWorld({ start: MONDAY, mode: 'observe', pageSize: 50 })
    const acme = world.regular('Acme')
    for (let n = 0; n < 400; n += 1) world.invoice(acme.id, '2026-04-20')
    await world.advanceTo(MONDAY)
    const counts = async () =>
      (await world.rows<{ written: number; read: number }>(
        `select n_tup_ins::int as written, seq_tup_read::int as read from pg_stat_user_tables where relname = 'invoices'`,
      ))[0] // prettier-ignore
    // The server's processes tell what they have done a moment later, and all of it at once.
    await expect.poll(async () => (await counts())?.written).toBeGreaterThanOrEqual(400)
    // Eight pages, each reading all before it, would be 1,400 and more; whoever counts the books reads them once or twice.
    expect((await counts())?.read).toBeLessThan(1000)
  })

  it('that is told to slow down keeps its place, goes on there, and then reads what happened meanwhile', async () => {
    const world = await openWorld({ start: MONDAY, mode: 'observe', pageSize: 2 })
    const acme = world.regular('Acme')
    const all = Array.from({ length: 7 }, () => world.invoice(acme.id, '2026-04-20'))
    let asked = 0
    world.faults.current = {
      before: (method) => {
        if (method === 'openInvoices' && (asked += 1) === 3) {
          throw new LedgerError('slow-down', 'too many calls', { retryAfterSeconds: 90 })
        }
      },
    }
    await world.advanceTo(MONDAY)
    expect(await connection(world)).toEqual({
      sync_failures: 0,
      sync_problem: 'too many calls',
      sync_progress: { phase: 'open', from: all[3]?.id, startedAt: MONDAY },
    })
    expect((await copy(world)).length).toBe(4)

    // One that was read before the pause is paid in it, and so leaves the list.
    world.books.pay(all[0]?.id ?? '', day('2026-03-02'))
    await world.until('2026-03-02', '05:02')
    expect(asked).toBe(5)
    expect((await copy(world)).map((line) => line.slice(0, 18))).toEqual([
      'F-0001 Acme paid 0',
      ...Array.from({ length: 6 }, (_, n) => `F-000${n + 2} Acme open 5`),
    ])
    expect(await connection(world)).toEqual({ sync_failures: 0, sync_problem: null, sync_progress: null })
    expect(world.counted.get('organisation')).toBe(1)
  })
})

describe('Changes', () => {
  it('of every kind land, and are told', async () => {
    const { world, acme } = await loaded()
    const invoices = Array.from({ length: 6 }, () => world.invoice(acme.id, '2026-04-20'))
    const [paid, part, voided, deleted, moved, dearer] = invoices.map(({ id }) => id) as [string, string, string, string, string, string] // prettier-ignore
    await world.until('2026-03-02', '09:00')
    const { books } = world
    books.pay(paid, day('2026-03-02'))
    books.pay(part, day('2026-03-02'), money(12_345, 'EUR'))
    books.updateInvoice(voided, { status: 'void' })
    books.updateInvoice(deleted, { status: 'deleted' })
    books.updateInvoice(moved, { dueOn: day('2026-05-29') })
    books.updateInvoice(dearer, { total: money(60_000, 'USD') })
    await world.until('2026-03-02', '11:00')

    expect(await copy(world)).toEqual([
      'F-0001 Acme open 500.00 EUR due 2026-04-20',
      'F-0002 Acme paid 0.00 EUR due 2026-04-20',
      'F-0003 Acme open 376.55 EUR due 2026-04-20',
      'F-0004 Acme void 0.00 EUR due 2026-04-20',
      'F-0005 Acme deleted 0.00 EUR due 2026-04-20',
      'F-0006 Acme open 500.00 EUR due 2026-05-29',
      'F-0007 Acme open 600.00 USD due 2026-04-20',
    ])
    expect((await world.events()).sort()).toEqual([
      'due-day-changed',
      'first-load-done',
      'invoice-changed',
      'invoice-deleted',
      'invoice-paid',
      'invoice-part-paid',
      'invoice-voided',
    ])
  })

  it('reopen an invoice whose payment the bank returned', async () => {
    const { world, invoice } = await loaded()
    const payment = world.books.pay(invoice.id, day('2026-03-02'))
    await world.until('2026-03-02', '11:00')
    world.books.deletePayment(payment.id)
    await world.until('2026-03-02', '13:00')
    expect(await copy(world)).toEqual(['F-0001 Acme open 500.00 EUR due 2026-04-20'])
    expect(await world.events()).toEqual(['first-load-done', 'invoice-paid', 'invoice-reopened'])
  })

  it('put customers away, and merge them with what they owe, what was promised and what was sent', async () => {
    const world = await openWorld({ start: '2026-03-03T07:50:00Z' })
    const [old, kept, gone] = [world.regular('Acme Viejo'), world.regular('Acme'), world.regular('Brisa')]
    const invoice = world.invoice(old.id, '2026-03-02')
    const disputed = world.invoice(old.id, '2026-02-27')
    world.invoice(gone.id, '2026-02-27', 50_000, { expectedOn: day('2026-06-01') })
    await world.until('2026-03-03', '08:55')
    await world.rows(
      `insert into holds (business_id, customer_id, invoice_id, kind, created_by, created_at) values ($1, $2, $3, 'dispute', 'somebody', now())`,
      [world.businessId, await world.customerId(old.id), await world.invoiceId(disputed.id)],
    )
    await world.rows(`update chases set status = 'cancelled'`)
    await world.rows(`update customers set next_look_at = '2026-03-03T07:56:00Z'`)
    await world.until('2026-03-03', '20:00')
    expect(await world.diary()).toEqual(['2026-03-03 09:00 first-overdue → pagos@acme-viejo.example'])

    world.books.mergeCustomers(old.id, kept.id)
    world.books.updateCustomer(gone.id, { archived: true })
    world.invoice(kept.id, '2026-03-03')
    await world.until('2026-03-04', '20:00')
    expect((await world.verdict(gone.id))?.reason).toBe('customer-archived')
    expect(await world.rows(`select name, state from customers where name like 'Acme%' order by name`)).toEqual([
      { name: 'Acme', state: 'active' },
      { name: 'Acme Viejo', state: 'merged' },
    ])
    expect(await world.events()).toContain('customer-merged')
    // The same people had a message yesterday, so today is too soon, though the new record never had one.
    expect((await world.verdict(kept.id))?.reason).toBe('too-soon')

    await world.until('2026-03-05', '20:00')
    // What they dispute is still disputed.
    expect(world.outbox.at(-1)?.attachments.map(({ filename }) => filename)).toEqual([
      'Factura-F-0001.pdf',
      'Factura-F-0004.pdf',
    ])
    expect(world.books.invoice(invoice.id).customerId).toBe(kept.id)
  })

  it('are read with an overlap, for clocks that differ', async () => {
    const { world, acme, invoice } = await loaded()
    const second = world.invoice(acme.id, '2026-04-20')
    await world.until('2026-03-02', '08:45')
    world.books.pay(invoice.id, day('2026-03-02'))
    world.books.pay(second.id, day('2026-03-02'))
    // The ledger's clock is 4 minutes behind for one, and 20 for the other; the last look was at 08:40.
    world.books.invoice(invoice.id).updatedAt = Temporal.Instant.from('2026-03-02T07:36:00Z')
    world.books.invoice(second.id).updatedAt = Temporal.Instant.from('2026-03-02T07:20:00Z')
    await world.until('2026-03-02', '20:00')
    expect(await copy(world)).toEqual([
      'F-0001 Acme paid 0.00 EUR due 2026-04-20',
      'F-0002 Acme open 500.00 EUR due 2026-04-20',
    ])
  })

  it('that arrive late do not undo newer ones', async () => {
    const { world, invoice } = await loaded()
    const before = (await world.ledger.invoices([invoice.id])).get(invoice.id) as LedgerInvoice
    await world.until('2026-03-02', '10:00')
    world.books.pay(invoice.id, day('2026-03-02'))
    await world.until('2026-03-02', '11:00')
    await inBusiness(
      world.store.db,
      world.businessId,
      (db) =>
      landChanges(db, { into: world.connection, now: world.clock.now(), today: day('2026-03-02'), defaultTermDays: 30, quiet: false }, { invoices: [before] }), // prettier-ignore
    )
    expect(await copy(world)).toEqual(['F-0001 Acme paid 0.00 EUR due 2026-04-20'])
    expect(await world.events()).toEqual(['first-load-done', 'invoice-paid'])
  })

  it('tell each payment once, though two readings see it at the same time', async () => {
    const { world, acme } = await loaded()
    const several = Array.from({ length: 12 }, () => world.invoice(acme.id, '2026-04-20').id)
    await world.until('2026-03-02', '11:00')
    const workers = [world.app.db, world.anotherWorker().db, world.anotherWorker().db]
    const landing = { into: world.connection, now: world.clock.now(), today: day('2026-03-02'), defaultTermDays: 30, quiet: false } // prettier-ignore
    for (const id of several) {
      world.books.pay(id, day('2026-03-02'))
      const invoices = [(await world.ledger.invoices([id])).get(id) as LedgerInvoice]
      await Promise.all(
        workers.map((db) => inBusiness(db, world.businessId, (own) => landChanges(own, landing, { invoices }))),
      )
    }
    expect((await world.events()).filter((kind) => kind === 'invoice-paid').length).toBe(12)
  })
})

describe('The nightly comparison', () => {
  it('finds what changed without a trace', async () => {
    const { world, acme, invoice } = await loaded()
    const [voided, deleted, cheaper] = Array.from({ length: 3 }, () => world.invoice(acme.id, '2026-04-20').id) as [string, string, string] // prettier-ignore
    const credit = world.books.addCredit('credit-note', acme.id, day('2026-03-01'), money(7_000, 'EUR'))
    await world.until('2026-03-02', '09:00')
    world.distorted.current = {
      changes: (changes) => ({ ...changes, invoices: [], customers: [], credits: [], payments: [], removed: [] }),
    }
    world.books.pay(invoice.id, day('2026-03-02'))
    world.books.updateInvoice(voided, { status: 'void' })
    world.books.updateInvoice(deleted, { status: 'deleted' })
    world.books.applyCredit(credit.id, cheaper, money(7_000, 'EUR'))
    world.books.updateCustomer(acme.id, { email: 'nueva@acme.example' })
    await world.until('2026-03-02', '23:00')
    expect((await copy(world)).map((line) => line.split(' ')[2])).toEqual(['open', 'open', 'open', 'open'])
    expect(await world.rows('select remaining_minor from credits')).toHaveLength(1)

    await world.until('2026-03-03', '03:00')
    expect(await copy(world)).toEqual([
      'F-0001 Acme paid 0.00 EUR due 2026-04-20',
      'F-0002 Acme void 0.00 EUR due 2026-04-20',
      'F-0003 Acme deleted 0.00 EUR due 2026-04-20',
      'F-0004 Acme open 430.00 EUR due 2026-04-20',
    ])
    expect(await world.rows('select remaining_minor from credits')).toEqual([])
    expect(await world.rows(`select email from contacts`)).toEqual([{ email: 'nueva@acme.example' }])
  })

  it('reports a record that cannot be read by its field, lands the rest, and forgets it once it is put right', async () => {
    const { world, acme, invoice } = await loaded()
    const other = world.invoice(acme.id, '2026-04-20')
    await world.until('2026-03-02', '20:00')
    const broken = invoice.id
    world.distorted.current = {
      page: (method, page) =>
        method !== 'openInvoices'
          ? page
          : {
              ...page,
              items: page.items.filter(({ id }) => id !== broken),
              defects: [{ kind: 'invoice', id: broken, field: 'DueDate', message: 'not a day' }],
            },
    }
    // Asked for by name it cannot be read either; what was asked for with it can.
    world.faults.current = {}
    const { invoices } = world.ledger
    Object.assign(world.ledger, {
      invoices: async (ids: readonly string[]) => {
        if (ids.includes(broken)) throw new LedgerError('rejected', `invoice ${broken}: DueDate`)
        return invoices(ids)
      },
    })
    world.books.updateInvoice(other.id, { status: 'deleted' })
    other.updatedAt = Temporal.Instant.from('2026-01-01T00:00:00Z')
    await world.until('2026-03-03', '03:00')

    expect(await copy(world)).toEqual([
      'F-0001 Acme open 500.00 EUR due 2026-04-20',
      'F-0002 Acme deleted 0.00 EUR due 2026-04-20',
    ])
    expect(await world.rows('select kind, ledger_id, field, message from sync_defects order by field')).toEqual([
      { kind: 'invoice', ledger_id: broken, field: 'DueDate', message: 'not a day' },
      { kind: 'invoice', ledger_id: broken, field: 'invoice', message: `invoice ${broken}: DueDate` },
    ])
    expect(await connection(world)).toEqual({ sync_failures: 0, sync_problem: null, sync_progress: null })

    world.distorted.current = {}
    Object.assign(world.ledger, { invoices })
    await world.until('2026-03-04', '03:00')
    expect(await world.rows('select field from sync_defects')).toEqual([])
  })
})

describe('A ledger that is away', () => {
  it('is asked again at growing intervals, and the trouble is told once', async () => {
    const world = await openWorld({ start: MONDAY, mode: 'observe' })
    failing(world, ['organisation'], () => new LedgerError('unavailable', 'Xero answered 503'))
    await world.until('2026-03-02', '08:00')
    // At 5:00, then after 1, 2, 4, 8, 16, 32 and 60 minutes, and every 60 from then on.
    expect(world.counted.get('organisation')).toBe(8)
    expect(await world.events()).toEqual(['sync-failed'])
    expect(await connection(world)).toMatchObject({ sync_failures: 8, sync_problem: 'Xero answered 503' })

    world.faults.current = {}
    await world.until('2026-03-02', '10:00')
    expect(await world.events()).toEqual(['sync-failed', 'first-load-done'])
    expect(await connection(world)).toMatchObject({ sync_failures: 0, sync_problem: null })
  })

  it('makes the books stale: nothing leaves, the reason is shown, and it goes on the moment they are fresh', async () => {
    const world = await openWorld({ start: MONDAY })
    await world.policy({ staleAfterHours: 12 })
    const acme = world.regular('Acme')
    world.invoice(acme.id, '2026-03-02')
    await world.until('2026-03-02', '19:00')
    failing(world, ['changes', 'customers', 'openInvoices'], () => new LedgerError('unavailable', '503'))
    await world.until('2026-03-03', '09:30')

    expect(world.outbox.length).toBe(0)
    expect(await world.chases()).toEqual(['day-1 cancelled (books-stale)'])
    expect(await world.verdict(acme.id)).toEqual({ decision: 'wait', reason: 'books-stale', segment: 'regular' })

    world.faults.current = {}
    await world.until('2026-03-03', '12:00')
    expect((await world.diary()).map((line) => line.slice(0, 10))).toEqual(['2026-03-03'])
  })

  it('or whose adapter surprises us is tried again all the same, and the surprise is logged', async () => {
    const world = await openWorld({ start: MONDAY, mode: 'observe' })
    world.faults.current = {
      before: (method) => {
        if (method === 'customers') throw new TypeError('nobody expected this')
      },
    }
    await world.advanceTo(MONDAY)
    expect(await connection(world)).toMatchObject({ sync_failures: 1, sync_problem: 'nobody expected this' })
    expect(world.problems).toEqual([expect.objectContaining({ message: 'sync failed unexpectedly' })])
  })

  it('may refuse to say whether it sends reminders itself; the books are read all the same', async () => {
    const world = await openWorld({ start: MONDAY, mode: 'observe' })
    failing(world, ['ownReminders'], () => new LedgerError('rejected', 'the consent does not cover settings'))
    await world.advanceTo(MONDAY)
    expect(await world.events()).toEqual(['first-load-done'])
    expect(await world.rows('select own_reminders from connections')).toEqual([{ own_reminders: null }])
  })
})
