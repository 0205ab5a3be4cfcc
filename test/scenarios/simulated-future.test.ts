import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readOpenings } from '../../src/app.ts'
import { addDays, day, type Day } from '../../src/chase/day.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { money } from '../../src/chase/money.ts'
import type { Step } from '../../src/chase/policy.ts'
import type { Simulation } from '../../src/chase/simulate/simulation.ts'
import { repeatableRandom } from '../../src/chase/luck.ts'
import { DEFAULT_SPARING_LIMITS } from '../../src/chase/sparing.ts'
import { createDemoCompanies, type DemoCompanies } from '../../src/demo/company.ts'
import { applyPolicy } from '../../src/flow/apply-policy.ts'
import { simulateBusiness, type Names } from '../../src/flow/simulate.ts'
import { printPolicy } from '../../src/policy/print.ts'
import { openWorld, type World } from '../support/world.ts'

/** What the running business sent up to a day beside what it had before, in the words of `toldBySimulation`. */
async function sentSince(world: World, before: readonly string[], to: Day): Promise<string[]> {
  const rows = await world.rows<{ line: string }>(
    `select to_char(x.sent_on, 'YYYY-MM-DD') || ' ' || c.name || ' ' || x.stage || ' ' || x.step_id || ' ' ||
            (select string_agg(coalesce(i.number, i.reference, i.ledger_id) || '=' || ci.balance_minor || ci.currency, ','
                               order by coalesce(i.number, i.reference, i.ledger_id) collate "C")
               from chase_invoices ci join invoices i on i.id = ci.invoice_id where ci.chase_id = x.id) as line
       from chases x join customers c on c.id = x.customer_id
      where x.channel = 'email' and x.status = 'sent' and x.id <> all ($1::uuid[]) and x.sent_on <= $2`,
    [before, to],
  )
  return rows.map(({ line }) => line).sort()
}

function toldBySimulation({ messages }: Simulation, names: Names): string[] {
  return messages
    .map(({ on, customerId, message, stepId, invoices }) => {
      const items = invoices
        .map(({ id, balance }) => `${names.invoices.get(id)}=${balance.minor}${balance.currency}`)
        .sort()
      return `${on} ${names.customers.get(customerId)} ${message} ${stepId} ${items.join()}`
    })
    .sort()
}

/** What people were asked to do in that time by the running business. */
async function askedSince(world: World, before: readonly string[], to: Day): Promise<string[]> {
  const rows = await world.rows<{ line: string }>(
    `select to_char(x.planned_on, 'YYYY-MM-DD') || ' ' || c.name || ' ' || x.channel || ' ' || x.step_id as line
       from chases x join customers c on c.id = x.customer_id
      where x.channel <> 'email' and x.status = 'task' and x.id <> all ($1::uuid[]) and x.planned_on <= $2`,
    [before, to],
  )
  return rows.map(({ line }) => line).sort()
}

const tasksOf = ({ questions }: Simulation, names: Names): string[] =>
  questions
    .filter(({ stepId, channel }) => stepId !== null && channel !== 'email')
    .map(({ on, customerId, channel, stepId }) => `${on} ${names.customers.get(customerId)} ${channel} ${stepId}`)
    .sort()

/** Lets the days pass, with a person who says yes to everything before the windows open, wherever they do. */
async function passUntil(world: World, from: Day, to: Day): Promise<void> {
  for (let on = from; on <= to; on = addDays(on, 1)) {
    for (const time of ['07:30', '13:30', '21:30']) {
      if (Temporal.Instant.compare(world.at(on, time), world.clock.now()) > 0) await world.until(on, time)
      await world.approveAll()
    }
  }
}

/** Simulates so many days from now, lets them pass, and compares what was told with what happened. */
async function tellAndLive(world: World, days: number): Promise<{ told: string[]; lived: string[] }> {
  // The clock stands still: what is sent at this very instant may have been sent before or after.
  const done = await world.rows<{ id: string }>(`select id from chases where status in ('sent', 'task')`)
  const before = done.map(({ id }) => id)
  const { simulation, names } = await simulateBusiness(world.app, world.businessId, { days })
  await passUntil(world, simulation.from, simulation.to)
  // Where the clocks are behind ours, the last day is not over yet.
  await world.until(addDays(simulation.to, 1), '09:00')
  expect(world.problems).toEqual([])
  return {
    told: [...toldBySimulation(simulation, names), ...tasksOf(simulation, names)],
    lived: [...(await sentSince(world, before, simulation.to)), ...(await askedSince(world, before, simulation.to))],
  }
}

describe('A simulated future', () => {
  const companies = (which: keyof DemoCompanies) => (now: () => Temporal.Instant) =>
    createDemoCompanies(now(), { clock: now })[which].books

  it.each([
    ['spanish', 'Europe/Madrid', 'ES'],
    ['british', 'Europe/London', 'GB'],
  ] as const)(
    'is what the %s demo company then lives through, message for message',
    async (which, zone, country) => {
      const world = await openWorld({ start: '2026-03-02T04:00:00Z', zone, country, books: companies(which) })
      await world.until('2026-03-02', '07:30')
      const { told, lived } = await tellAndLive(world, 31)
      expect(told.length).toBeGreaterThan(100)
      expect(lived).toEqual(told)
    },
    300_000,
  )

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
    'is what the invented business %i then lives through, message for message',
    async (seed) => {
      const world = await inventedWorld(seed)
      const { told, lived } = await tellAndLive(world, 24)
      expect(told.length).toBeGreaterThan(0)
      expect(lived).toEqual(told)
    },
    120_000,
  )
})

/** A small business with a few days behind it, in which everything that rules and people can do comes up somewhere. */
async function inventedWorld(seed: number): Promise<World> {
  const random = repeatableRandom(seed * 7919)
  const pick = <T>(values: readonly [T, ...T[]]): T => values[Math.floor(random() * values.length)] ?? values[0]
  const chance = (percent: number): boolean => random() * 100 < percent
  const between = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1))

  const mode = pick(['automatic', 'automatic', 'approve'] as const)
  const world = await openWorld({ start: '2026-03-02T04:00:00Z', mode, oneByOne: true })
  const { books } = world
  const start = day('2026-03-02')
  const customers = Array.from({ length: between(4, 7) }, (_, n) => {
    const [country, region] = pick<readonly [string, string | null]>([['ES', 'Madrid'], ['ES', 'Las Palmas'], ['GB', 'Scotland'], ['US', 'NY'], ['AU', 'NSW'], ['ES', null]]) // prettier-ignore
    const email = chance(8) ? null : chance(25) ? 'shared@inbox.example' : `pagos@c${n}.example`
    const customer = books.addCustomer({
      name: `C${n}`,
      country,
      region,
      email,
      groups: chance(15) ? ['Estratégico'] : [],
    })
    const late = pick([0, 0, 12, -3])
    for (let past = 0; past < (chance(80) ? 6 : 0); past += 1) {
      const due = addDays(start, -200 + past * 25)
      const old = books.addInvoice({ customerId: customer.id, total: money(10_000, 'EUR'), number: `H${n}-${past}`, issuedOn: addDays(due, -30), dueOn: due }) // prettier-ignore
      books.pay(old.id, addDays(due, late))
    }
    return customer
  })
  for (const [n, { id: customerId }] of customers.entries()) {
    for (let count = between(1, 4); count > 0; count -= 1) {
      const due = addDays(start, between(-40, 25))
      const total = money(between(5, 900) * 100, chance(15) ? 'GBP' : 'EUR')
      const made = books.addInvoice({ customerId, total, number: `F${n}-${count}`, issuedOn: addDays(due, -30), dueOn: due, expectedOn: chance(8) ? addDays(start, between(3, 20)) : null }) // prettier-ignore
      if (chance(15))
        books.pay(made.id, addDays(start, -between(1, 10)), money(Math.floor(total.minor / 3), total.currency))
    }
    if (chance(10)) books.addCredit('credit-note', customerId, addDays(start, -3), money(between(5, 200) * 100, 'EUR'))
  }

  // Late steps in another name, with a copy, and late payers spared: whether they are there or not is the chance's.
  const isSpared = chance(60)
  const isCopied = chance(60)
  const regular = DEFAULT_POLICY.sequences.regular.map((step): Step =>
    isCopied && (step.id === 'day-7' || step.id === 'day-15')
      ? { ...step, sender: 'senior', copyEscalation: true }
      : step,
  )
  const policy = {
    ...DEFAULT_POLICY,
    sequences: { ...DEFAULT_POLICY.sequences, regular, new: regular },
    ...(isSpared && {
      sparing: { ...DEFAULT_SPARING_LIMITS, atLeastPaid: 3, paidByPercent: 50 },
      habituallyLate: { ...DEFAULT_POLICY.habituallyLate, atLeastSettled: 100 },
    }),
    mostPer7Days: pick([2, 3]),
    gapBusinessDays: pick([1, 2]),
    mostPerDayOfBusiness: pick([null, null, 1, 2]),
    sendFromMinute: pick([8 * 60, 9 * 60, 10 * 60 + 30]),
    touchesPerSpell: pick([8, 9]),
    closingDays: chance(30)
      ? [{ name: 'stocktaking', from: day('2026-03-11'), to: day('2026-03-12'), yearly: false }]
      : [],
  }
  await world.until(start, '05:30')
  await world.rows(`insert into contacts (business_id, customer_id, email, role, source, escalation)
    select business_id, id, 'boss@group.example', 'other', 'person', true from customers where name in ('C0', 'C1', 'C2')`)
  const app = { db: world.store.db, now: () => world.clock.now(), openings: await readOpenings() }
  const applied = await applyPolicy(app, { ...world.act, document: printPolicy(policy), why: null, basedOn: null })
  expect(applied.kind).toMatch(/applied|unchanged/)
  await passUntil(world, start, day('2026-03-04'))

  // What people have said by then.
  const invoices = await world.rows<{ id: string; customer_id: string; minor: number; currency: string }>(
    `select id, customer_id, balance_minor::int as minor, currency from invoices where state = 'open' order by number`,
  )
  for (const { id, customer_id: customerId, minor, currency } of invoices) {
    if (chance(18)) {
      const kind = pick(['pause', 'dispute', 'snooze', 'promise', 'do-not-chase'] as const)
      const invoiceId = chance(50) ? id : null
      const begins = chance(30) ? addDays(start, between(4, 9)) : null
      const until = chance(80) ? addDays(start, between(9, 20)) : null
      const review = until === null && chance(50) ? addDays(start, 12) : null
      await world.rows(
        `insert into holds (business_id, customer_id, invoice_id, kind, starts_on, until, review_on, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'test', $8)`,
        [world.businessId, customerId, invoiceId, kind, begins, until, review, world.clock.now().toString()],
      )
    } else if (chance(15)) {
      await world.rows(
        `insert into promises (id, business_id, customer_id, invoice_ids, currency, amount_minor, pay_on, given_on, via, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, '2026-03-04', 'call', 'test', $8)`,
        [randomUUID(), world.businessId, customerId, [id], currency, minor, addDays(start, between(4, 14)), world.clock.now().toString()],
      ) // prettier-ignore
    } else if (chance(10)) {
      const instalments = [between(4, 8), between(10, 16)].map((days, at) => ({
        on: addDays(start, days),
        minor: at === 0 ? Math.floor(minor / 2) : minor - Math.floor(minor / 2),
      }))
      await world.rows(
        `insert into payment_plans (id, business_id, customer_id, invoice_ids, currency, instalments, answer_by, offered_on, agreed_on, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, '2026-03-06', '2026-03-03', '2026-03-04', 'test', $7)`,
        [randomUUID(), world.businessId, customerId, [id], currency, JSON.stringify(instalments), world.clock.now().toString()],
      ) // prettier-ignore
    }
  }
  await world.rows(`update customers set delay_days = $1, payment_run_day = $2 where name = 'C1'`, [pick([0, 3]), pick([null, 15])]) // prettier-ignore
  await world.until('2026-03-05', pick(['07:00', '11:20', '16:05']))
  return world
}
