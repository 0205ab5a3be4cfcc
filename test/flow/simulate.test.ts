import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../src/chase/day.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { backtestBusiness } from '../../src/flow/backtest.ts'
import { measurePolicyEffect } from '../../src/flow/policy-effect.ts'
import { compareWithPolicy, simulateBusiness } from '../../src/flow/simulate.ts'
import { printPolicy } from '../../src/policy/print.ts'
import { emptyDirectory, puntual } from '../support/command-line.ts'
import { openWorld, type World } from '../support/world.ts'

const WITHOUT_FIRM = {
  ...DEFAULT_POLICY,
  sequences: {
    ...DEFAULT_POLICY.sequences,
    regular: DEFAULT_POLICY.sequences.regular.filter(({ id }) => id !== 'day-7'),
  },
}

/** Two customers that owe since February, in a business whose books were read this morning. */
async function twoDebtors(): Promise<World> {
  const world = await openWorld({ start: '2026-03-02T04:00:00Z' })
  world.invoice(world.regular('Acme').id, '2026-03-03')
  world.invoice(world.regular('Brisa').id, '2026-03-05', 80_000)
  await world.until('2026-03-02', '05:30')
  return world
}

const told = (future: Awaited<ReturnType<typeof simulateBusiness>>): string[] =>
  future.simulation.messages
    .map(({ on, customerId, message }) => `${on} ${future.names.customers.get(customerId)} ${message}`)
    .sort()

describe('Simulating a business', () => {
  it('starts from its own books, says what it takes for granted, and changes nothing', async () => {
    const world = await twoDebtors()
    const rows = () => world.rows('select (select count(*) from chases) as chases, (select count(*) from events) as events, (select count(*) from verdicts) as verdicts') // prettier-ignore
    const before = await rows()
    const future = await simulateBusiness(world.app, world.businessId, { days: 12 })
    expect(told(future)).toEqual([
      '2026-03-02 Acme before-due',
      '2026-03-02 Brisa before-due',
      '2026-03-04 Acme first-overdue',
      '2026-03-06 Brisa first-overdue',
      '2026-03-10 Acme firm',
      '2026-03-12 Brisa firm',
    ])
    expect(future.assumptions).toContain('nobody-pays')
    expect(await rows()).toEqual(before)
  })

  it('shows what a stopped and disconnected business would do, and says so', async () => {
    const world = await twoDebtors()
    await world.rows(`update businesses set stopped_at = now(), mode = 'observe'`)
    await world.rows(`update connections set status = 'reconnect-needed'`)
    const future = await simulateBusiness(world.app, world.businessId, { days: 3 })
    expect(told(future)).toEqual(['2026-03-02 Acme before-due', '2026-03-02 Brisa before-due', '2026-03-04 Acme first-overdue']) // prettier-ignore
    expect(future.assumptions.slice(-3)).toEqual(['as-if-approving', 'as-if-not-stopped', 'as-if-connected'])
  })

  it('lets customers pay on the day that their habit makes likely', async () => {
    const world = await twoDebtors()
    const future = await simulateBusiness(world.app, world.businessId, { days: 12, paying: 'expected' })
    expect(future.receipts.map(({ on, customerId }) => `${on} ${future.names.customers.get(customerId)}`)).toEqual([
      '2026-03-03 Acme',
      '2026-03-05 Brisa',
    ])
    expect(told(future)).toEqual([
      '2026-03-02 Acme before-due',
      '2026-03-02 Brisa before-due',
      '2026-03-04 Acme thank-you',
      '2026-03-06 Brisa thank-you',
    ])
  })

  it('plays a sample of the customers where all would take too long, and says how many it has left out', async () => {
    const world = await twoDebtors()
    const measured = await measurePolicyEffect(world.app, world.businessId, WITHOUT_FIRM, 1)
    expect([measured.customers, measured.effect]).toEqual([
      { told: 1, leftOut: 1 },
      { messages: -1, customers: 1, days: 30 },
    ])
    const all = await measurePolicyEffect(world.app, world.businessId, WITHOUT_FIRM)
    expect(all.customers).toEqual({ told: 2, leftOut: 0 })
    expect(
      all.noticing.map(({ name, messagesBefore, messagesAfter }) => [name, messagesBefore, messagesAfter]),
    ).toEqual([
      ['Acme', 4, 3],
      ['Brisa', 4, 3],
    ])
  })

  it('counts what another policy would send more or less, and to whom', async () => {
    const world = await twoDebtors()
    const { comparison, names } = await compareWithPolicy(world.app, world.businessId, WITHOUT_FIRM, 30)
    expect([comparison.before.messages, comparison.after.messages]).toEqual([8, 6])
    expect(new Set(comparison.customers.map(({ customerId }) => names.customers.get(customerId)))).toEqual(
      new Set(['Acme', 'Brisa']),
    )
    expect(comparison.firstDifferentOn).toBe('2026-03-10')
  })

  it('is printed at the command line as a diary, as JSON and as a calendar', async () => {
    const world = await twoDebtors()
    const directory = emptyDirectory()
    writeFileSync(join(directory, 'policy.yaml'), printPolicy(WITHOUT_FIRM))
    writeFileSync(join(directory, 'broken.yaml'), 'gapp: 2\n')
    const environment = { DATABASE_URL: world.store.ownerUrl, TEST_CLOCK: '2026-03-02T04:30:00Z', ...LOOPBACK }
    const run = (...args: string[]) => puntual(directory, [...args, '--business', 'Talleres Vega'], environment)

    const diary = await run('simulate', '--days', '12', '--customer', 'acme')
    expect([diary.code, diary.err]).toEqual([0, ''])
    expect(diary.out).toContain('Tuesday 10 March 2026\n  Acme: Firm (day-7) – F-0001; 500.00 EUR\n')
    expect(diary.out).not.toContain('Brisa')
    const json = JSON.parse((await run('simulate', '--days', '30', '--policy', 'policy.yaml', '--json')).out)
    expect(json.comparison).toMatchObject({
      firstDifferentOn: '2026-03-10',
      before: { messages: 8 },
      after: { messages: 6 },
    })
    expect((await run('simulate', '--days', '2', '--ics')).out).toMatch(/^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\n/)

    expect(await run('simulate', '--csv', '--ics')).toMatchObject({ code: 2, out: '' })
    expect(await run('simulate', '--policy', 'broken.yaml')).toMatchObject({ code: 1, out: expect.stringContaining('broken.yaml:1:1: error:'), err: '' }) // prettier-ignore
    const past = await run('backtest', '--months', '12', '--within', '7')
    expect([past.code, past.err]).toEqual([0, ''])
    expect(past.out).toContain('None of these was sent: this is no effect of theirs.')
  })
})

/** A test clock is refused where a real ledger or mail server could be reached. */
const LOOPBACK = {
  XERO_AUTHORIZE_URL: 'http://127.0.0.1:1/a', XERO_IDENTITY_URL: 'http://127.0.0.1:1', XERO_API_URL: 'http://127.0.0.1:1',
  QUICKBOOKS_AUTHORIZE_URL: 'http://127.0.0.1:1/a', QUICKBOOKS_TOKEN_URL: 'http://127.0.0.1:1/t',
  QUICKBOOKS_REVOKE_URL: 'http://127.0.0.1:1/r', QUICKBOOKS_API_URL: 'http://127.0.0.1:1',
} // prettier-ignore

describe('Testing a policy on the past', () => {
  it('uses nothing that came after each day, whatever our copy holds of it', async () => {
    const world = await twoDebtors()
    const { books } = world
    for (const [n, name] of ['Coral', 'Dunas', 'Estela'].entries()) {
      const { id } = books.addCustomer({ name, email: `pagos@${name.toLowerCase()}.example` })
      for (let count = 0; count < 8; count += 1) {
        const due = addDays(day('2025-06-10'), count * 30 + n * 3)
        const made = books.addInvoice({ customerId: id, total: { minor: 40_000, currency: 'EUR' }, number: `${name}-${count}`, issuedOn: addDays(due, -30), dueOn: due }) // prettier-ignore
        if (count < 7) books.pay(made.id, addDays(due, n * 9))
      }
    }
    await world.until('2026-03-02', '21:00')
    const cut = day('2025-11-15')
    const upToCut = async (): Promise<string[]> => {
      const { simulation, names } = await backtestBusiness(world.app, world.businessId, { months: 12, withinDays: 14 })
      return simulation.messages
        .filter(({ on }) => on <= cut)
        .map(({ on, customerId, message, segment, invoices }) => `${on} ${names.customers.get(customerId)} ${message} ${segment} ${invoices.map(({ id, balance }) => `${names.invoices.get(id)}=${balance.minor}`).join()}`) // prettier-ignore
    }
    const before = await upToCut()
    expect(before.length).toBeGreaterThan(15)

    // Everything later is poisoned: money vanishes or changes, invoices are cancelled, made up, or never were.
    await world.rows(`update payments set amount_minor = 1 where paid_on > $1 and ledger_id > '8'`, [cut])
    await world.rows(`delete from payments where paid_on > $1 and ledger_id <= '8'`, [cut])
    await world.rows(`update invoices set state = 'void', balance_minor = 0, changed_at = '2026-02-01' where issued_on > $1 or paid_on > $1`, [cut]) // prettier-ignore
    await world.rows(`update invoices set changed_at = '2026-02-01', expected_on = '2026-12-01' where paid_on is null`)
    await world.rows(`update invoices set emails = '{someone@else.example}' where issued_on > $1`, [cut])
    await world.rows(`insert into holds (business_id, customer_id, kind, created_by, created_at) select business_id, id, 'do-not-chase', 'test', now() from customers`) // prettier-ignore
    expect(await upToCut()).toEqual(before)
  })

  it('says how much was paid anyway after each kind of message', async () => {
    const world = await twoDebtors()
    const { id } = world.books.addCustomer({ name: 'Coral', email: 'pagos@coral.example' })
    const made = world.books.addInvoice({ customerId: id, total: { minor: 40_000, currency: 'EUR' }, number: 'C-1', issuedOn: day('2026-01-05'), dueOn: day('2026-02-04') }) // prettier-ignore
    world.books.pay(made.id, day('2026-02-20'))
    await world.until('2026-03-02', '21:00')
    const { paidAnyway, names, simulation } = await backtestBusiness(world.app, world.businessId, {
      months: 1,
      withinDays: 10,
    })
    const coral = simulation.messages.filter(({ customerId }) => names.customers.get(customerId) === 'Coral')
    expect(coral.map(({ on, message }) => `${on} ${message}`)).toEqual([
      '2026-02-05 first-overdue',
      '2026-02-11 firm',
      // No answer to two messages, and never a payment before: nobody could be sure of the address.
      '2026-02-19 right-person',
      '2026-02-23 thank-you',
    ])
    const paid = new Map(paidAnyway.map(({ message, paid: count, notPaid }) => [message, [count, notPaid]]))
    expect([...paid]).toEqual([
      ['first-overdue', [0, 1]],
      ['firm', [1, 0]],
    ])
  })
})
