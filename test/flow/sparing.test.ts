import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { explain, explainFlips } from '../../src/chase/reasons.ts'
import { flipsOf } from '../../src/chase/flips.ts'
import { DEFAULT_SPARING_LIMITS } from '../../src/chase/sparing.ts'
import { recordPromise } from '../../src/flow/promise.ts'
import { simulateBusiness } from '../../src/flow/simulate.ts'
import { aPromise } from '../support/agreements.ts'
import { openWorld, type World } from '../support/world.ts'

/** A customer of two years that pays each invoice nine or ten days late, and owes one since the first of March. */
async function payingLate(minor = 50_000) {
  const world = await openWorld({ oneByOne: true })
  const customer = world.books.addCustomer({ name: 'Globex', email: 'pagos@globex.example', country: 'ES', region: 'Madrid' }) // prettier-ignore
  for (let month = 0; month < 12; month += 1) {
    const due = addDays(day('2025-02-10'), month * 31)
    const old = world.books.addInvoice({ customerId: customer.id, total: money(10_000, 'EUR'), number: `H-${month}`, issuedOn: addDays(due, -30), dueOn: due }) // prettier-ignore
    if (addDays(due, 10) < day('2026-03-01')) world.books.pay(old.id, addDays(due, 9 + (month % 2)))
  }
  // Habit alone would wait as well: this story is about sparing.
  const invoice = world.invoice(customer.id, '2026-03-01', minor)
  return { world, customer, invoice }
}

const segments = { habituallyLate: { atLeastSettled: 100, atLeastLatePercent: 100, percentile: 80, atMostDays: 30 } }
const spare = (world: World, limits = DEFAULT_SPARING_LIMITS) => world.policy({ ...segments, sparing: limits })

const saidOn = async (world: World, on: string) => {
  const [row] = await world.rows<{ reason: never; until: never; facts: never }>(
    `select reason, until_day::text as until, facts from verdicts where on_day = $1`,
    [on],
  )
  if (!row) return []
  return (['en', 'es'] as const).map((language) => explain(row, language))
}

describe('A reliable late payer', () => {
  it('is written to at once where the policy spares nobody', async () => {
    const { world } = await payingLate()
    await world.policy(segments)
    await world.until('2026-03-13')
    expect(await world.diary()).toContain('2026-03-02 09:00 first-overdue → pagos@globex.example')
  })

  it('is spared until its usual day has passed, and the verdict says which day and why', async () => {
    const { world } = await payingLate()
    await spare(world)
    await world.until('2026-03-11')
    expect(await world.diary()).toEqual([])
    expect(await saidOn(world, '2026-03-04')).toEqual([
      'Waits until Thursday 12 March: it usually pays by itself up to 10 days after the due day (from 12 paid invoices), so it is written to when its usual day has passed.',
      'Espera hasta el jueves 12 de marzo: suele pagar por sí solo hasta 10 días después del vencimiento (facturas pagadas: 12), así que se le escribe cuando haya pasado su día habitual.',
    ])
    expect(explainFlips(flipsOf('spared', day('2026-03-12')), day('2026-03-04'), 'en')[0]).toBe(
      'This changes on Thursday 12 March: its usual day of payment has passed.',
    )
    await world.until('2026-03-12')
    // Kindly, as the first message of the ladder, and not in the tone of ten days later.
    expect(await world.diary()).toEqual(['2026-03-12 09:00 first-overdue → pagos@globex.example'])
  })

  it('hears nothing when it pays on its usual day', async () => {
    const { world, invoice } = await payingLate()
    await spare(world)
    await world.until('2026-03-10', '08:00')
    world.books.pay(invoice.id, day('2026-03-10'))
    await world.until('2026-03-13')
    expect(await world.diary()).toEqual([])
  })

  it('is written to at once where the balance is large, or another overdue invoice is', async () => {
    const { world, customer } = await payingLate()
    await spare(world, { ...DEFAULT_SPARING_LIMITS, belowBalances: { EUR: 60_000 } })
    world.invoice(customer.id, '2026-03-04', 70_000)
    await world.until('2026-03-04')
    expect(await world.diary()).toEqual([])
    await world.until('2026-03-05')
    expect(await world.diary()).toHaveLength(1)
  })

  it('has no credit left after a promise that it did not keep', async () => {
    const { world, customer } = await payingLate()
    await spare(world)
    await world.until('2026-03-03', '12:00')
    const customerId = await world.customerId(customer.id)
    await recordPromise(world.app, { ...world.act, ...aPromise({ customerId, on: '2026-03-04' }) })
    await world.until('2026-03-10')
    expect((await world.diary()).some((line) => line.includes('promise-broken'))).toBe(true)
  })

  it('is spared in the simulation as it is then lived', async () => {
    const { world } = await payingLate()
    await spare(world)
    await world.until('2026-03-02', '07:00')
    const { simulation } = await simulateBusiness(world.app, world.businessId, { days: 30 })
    await world.until('2026-03-31')
    const lived = await world.rows<{ line: string }>(
      `select to_char(sent_on, 'YYYY-MM-DD') || ' ' || step_id as line from chases where status = 'sent' order by sent_on`,
    )
    expect(simulation.messages.map(({ on, stepId }) => `${on} ${stepId}`)).toEqual(lived.map(({ line }) => line))
    expect(lived.length).toBeGreaterThan(1)
  })
})
