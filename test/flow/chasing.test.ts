import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { explain } from '../../src/chase/reasons.ts'
import { setCustomerChasing, setInvoiceChasing } from '../../src/flow/chasing.ts'
import { openWorld, type World } from '../support/world.ts'

const USUAL = { delayDays: 0, paymentRunDay: null, language: null } as const

/** What the business reads about a customer today. */
async function saidAbout(world: World, ledgerId: string): Promise<string> {
  const [row] = await world.rows<{ decision: string; reason: never; until: never; facts: never }>(
    `select v.decision, v.reason, v.until_day::text as until, v.facts from verdicts v
       join customers c on c.id = v.customer_id where c.ledger_id = $1 order by v.on_day desc limit 1`,
    [ledgerId],
  )
  return row ? `${row.decision}: ${explain(row, 'en')}` : 'nothing yet'
}

const history = (world: World): Promise<{ line: string }[]> =>
  world.rows(
    `select kind || ' ' || facts::text || ' by ' || coalesce(u.name, e.actor) as line from events e
       left join users u on u.id::text = e.actor where kind = 'chasing-set' order by e.id`,
  )

describe('How one customer is chased', () => {
  it('has every step of a customer come later by as many days as a person says', async () => {
    const world = await openWorld()
    const customer = world.regular('Globex')
    world.invoice(customer.id, '2026-03-01')
    await world.until('2026-03-02', '07:00')
    const customerId = await world.customerId(customer.id)
    await setCustomerChasing(world.app, { ...world.act, customerId, chasing: { ...USUAL, delayDays: 5 } })
    await world.until('2026-03-05')
    expect(await world.diary()).toEqual([])
    expect(await saidAbout(world, customer.id)).toBe(
      'wait: Waits until Monday 9 March: the next step is on that day (every step comes 5 days later, as a person said).',
    )
    await world.until('2026-03-09')
    expect(await world.diary()).toEqual(['2026-03-09 09:00 first-overdue → pagos@globex.example'])
    expect(await history(world)).toEqual([{ line: 'chasing-set {"delayDays": 5} by Ana Vega' }])
  })

  it('lets one invoice keep its days where the customer has a delay', async () => {
    const world = await openWorld()
    const customer = world.regular('Globex')
    const { id } = world.invoice(customer.id, '2026-03-01')
    await world.until('2026-03-02', '07:00')
    const customerId = await world.customerId(customer.id)
    await setCustomerChasing(world.app, { ...world.act, customerId, chasing: { ...USUAL, delayDays: 5 } })
    const invoiceId = await world.invoiceId(id)
    await setInvoiceChasing(world.app, { ...world.act, invoiceId, chasing: { excluded: false, delayDays: 0 } })
    await world.until('2026-03-02')
    expect(await world.diary()).toEqual(['2026-03-02 09:00 first-overdue → pagos@globex.example'])
  })

  it('waits for the day on which the customer pays its bills', async () => {
    const world = await openWorld()
    const customer = world.regular('Globex')
    world.invoice(customer.id, '2026-03-01')
    await world.until('2026-03-02', '07:00')
    const customerId = await world.customerId(customer.id)
    await setCustomerChasing(world.app, { ...world.act, customerId, chasing: { ...USUAL, paymentRunDay: 10 } })
    await world.until('2026-03-06')
    expect(await saidAbout(world, customer.id)).toBe(
      'wait: Waits until Wednesday 11 March: the next step is on that day (after the due day the steps wait for its payment run on day 10 of the month).',
    )
    await world.until('2026-03-11')
    expect(await world.diary()).toEqual(['2026-03-11 09:00 first-overdue → pagos@globex.example'])
  })

  it('leaves an invoice out and takes back the message about it, until a person has it chased again', async () => {
    const world = await openWorld({ mode: 'approve' })
    const customer = world.regular('Globex')
    const { id } = world.invoice(customer.id, '2026-03-01')
    await world.until('2026-03-02', '12:00')
    expect(await world.chases()).toEqual(['day-1 awaiting-approval'])

    const invoiceId = await world.invoiceId(id)
    const out = { excluded: true, delayDays: null }
    await setInvoiceChasing(world.app, { ...world.act, invoiceId, chasing: out })
    expect(await world.chases()).toEqual(['day-1 cancelled (chasing-set)'])
    await world.until('2026-03-03', '12:00')
    expect(await saidAbout(world, customer.id)).toBe('nothing: Nothing is sent: a person took all open invoices out.')

    await setInvoiceChasing(world.app, { ...world.act, invoiceId, chasing: { ...out, excluded: false } })
    await world.until('2026-03-03', '13:00')
    expect(await world.chases()).toEqual(['day-1 cancelled (chasing-set)', 'day-1 awaiting-approval'])
    expect(await history(world)).toEqual([
      { line: 'chasing-set {"excluded": true} by Ana Vega' },
      { line: 'chasing-set {"excluded": false} by Ana Vega' },
    ])
  })

  it('takes nothing back and writes nothing down where nothing changes', async () => {
    const world = await openWorld({ mode: 'approve' })
    const customer = world.regular('Globex')
    const { id } = world.invoice(customer.id, '2026-03-01')
    await world.until('2026-03-02', '12:00')
    const customerId = await world.customerId(customer.id)
    const invoiceId = await world.invoiceId(id)
    const chasing = { excluded: false, delayDays: null }
    expect(await setCustomerChasing(world.app, { ...world.act, customerId, chasing: USUAL })).toBe('done')
    expect(await setInvoiceChasing(world.app, { ...world.act, invoiceId, chasing })).toBe('done')
    expect(await world.chases()).toEqual(['day-1 awaiting-approval'])
    expect(await history(world)).toEqual([])
  })

  it('keeps what a person said when the ledger changes the invoice', async () => {
    const world = await openWorld()
    const customer = world.regular('Globex')
    const { id } = world.invoice(customer.id, '2026-03-01')
    await world.until('2026-03-02', '07:00')
    const invoiceId = await world.invoiceId(id)
    await setInvoiceChasing(world.app, { ...world.act, invoiceId, chasing: { excluded: true, delayDays: 3 } })
    world.books.updateInvoice(id, { dueOn: day('2026-03-02') })
    await world.until('2026-03-06')
    expect(
      await world.rows('select due_on::text as due, excluded, delay_days from invoices where id = $1', [invoiceId]),
    ).toEqual([{ due: '2026-03-02', excluded: true, delay_days: 3 }])
    expect(await world.diary()).toEqual([])
  })
})
