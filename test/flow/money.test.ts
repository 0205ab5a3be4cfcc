import { beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { addDays, day, daysBetween } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { createDemoCompanies } from '../../src/demo/company.ts'
import { readEffects } from '../../src/flow/effectiveness.ts'
import { forecastOf } from '../../src/flow/forecast.ts'
import { readHabits } from '../../src/flow/habits.ts'
import { readHistory, type History } from '../../src/flow/history.ts'
import { metricsOf, type GroupedBy, type Metrics } from '../../src/flow/metrics.ts'
import { readBusiness, type Business } from '../../src/store/businesses.ts'
import { inBusiness } from '../../src/store/db.ts'
import { copyBooks } from '../support/book-copy.ts'
import { openWorld, type World } from '../support/world.ts'

const eur = (amount: number) => money(amount * 100, 'EUR')
const gbp = (amount: number) => money(amount * 100, 'GBP')

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1

/** The books as our copy has them after a sync. */
async function readBooks(world: World): Promise<{ history: History; business: Business }> {
  return inBusiness(world.store.db, world.businessId, async (db) => {
    const business = await readBusiness(db, world.businessId)
    const today = day(world.clock.now().toZonedDateTimeISO(business.timeZone).toPlainDate().toString())
    return { history: await readHistory(db, today), business }
  })
}

const inside = <T>(world: World, work: Parameters<typeof inBusiness<T>>[2]): Promise<T> =>
  inBusiness(world.store.db, world.businessId, work)

const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 100) / 100)

/** The key figures of a currency, as one would write them on paper. */
function figures({ all }: Metrics, currency: string) {
  const found = all.find((measures) => measures.currency === currency)
  if (!found) throw new Error(`nothing in ${currency}`)
  const { ageing, dsoCountback, dsoSimple, cei, lateness, promises, disputes } = found
  return {
    buckets: ageing.buckets.map(({ open }) => open.minor / 100),
    credits: ageing.credits.minor / 100,
    owed: ageing.total.minor / 100,
    countback: rounded(dsoCountback.days),
    simple: rounded(dsoSimple),
    cei: rounded(cei),
    late: rounded(lateness.days),
    promises: promises && [promises.kept, promises.judged],
    disputes: [disputes.disputed, disputes.issued],
  }
}

describe('Money, by books small enough to work out by hand', () => {
  let world: World
  let history: History
  let business: Business
  let acme: string
  const ids: Record<string, string> = {}

  beforeAll(async () => {
    world = await openWorld({ start: '2026-06-30T04:00:00Z', mode: 'observe' })
    const { books } = world
    acme = books.addCustomer({ name: 'Acme', email: 'pagos@acme.example' }).id
    const brit = books.addCustomer({ name: 'Brit', email: 'pay@brit.example', currency: 'GBP', country: 'GB' }).id
    const sold = (id: string, customerId: string, issuedOn: string, dueOn: string, total = eur(0)) =>
      books.addInvoice({ id, number: id, customerId, issuedOn: day(issuedOn), dueOn: day(dueOn), total })
    sold('A0', acme, '2026-03-01', '2026-03-31', eur(4_000))
    sold('A1', acme, '2026-04-01', '2026-05-01', eur(1_000))
    sold('A2', acme, '2026-05-01', '2026-05-31', eur(3_000))
    sold('A3', acme, '2026-06-01', '2026-07-01', eur(2_000))
    sold('A4', acme, '2026-04-15', '2026-05-15', eur(500))
    sold('C1', acme, '2026-02-01', '2026-03-01', eur(900))
    sold('B1', brit, '2026-06-01', '2026-06-20', gbp(700))
    books.pay('A0', day('2026-04-20'))
    books.pay('A1', day('2026-05-11'))
    books.pay('A2', day('2026-05-31'), eur(1_000))
    books.pay('A2', day('2026-06-20'))
    books.addCredit('credit-note', acme, day('2026-03-10'), eur(900), [{ invoiceId: 'C1', amount: eur(900) }])
    books.addCredit('prepayment', brit, day('2026-06-25'), gbp(50))
    await world.advanceTo('2026-06-30T05:00:00Z')
    for (const id of ['A0', 'A1', 'A2', 'A3', 'A4', 'B1']) ids[id] = await world.invoiceId(id)
    const acmeId = await world.customerId(acme)
    await world.rows(
      `insert into holds (business_id, customer_id, invoice_id, kind, starts_on, created_by, created_at)
       values ($1, $2, $3, 'dispute', '2026-05-20', 'operator', '2026-05-20T09:00:00Z')`,
      [world.businessId, acmeId, ids['A4']],
    )
    const promise = (
      invoice: string,
      minor: number,
      currency: string,
      givenOn: string,
      payOn: string,
      ended: string | null,
    ) =>
      world.rows(
        `insert into promises (business_id, customer_id, invoice_ids, currency, amount_minor, pay_on, given_on, via, created_by,
                               created_at, ended_at, ended_because)
         values ($1, $2, array[$3]::uuid[], $5, $4, $7, $6, 'call', 'operator', '2026-05-01T09:00:00Z', $8::timestamptz,
                 case when $8::timestamptz is null then null else 'withdrawn' end)`,
        [world.businessId, acmeId, ids[invoice], minor, currency, givenOn, payOn, ended],
      )
    await promise('A1', 100_000, 'EUR', '2026-05-05', '2026-05-11', null)
    await promise('A4', 50_000, 'EUR', '2026-05-18', '2026-06-01', null)
    await promise('A4', 50_000, 'EUR', '2026-05-18', '2026-06-02', '2026-05-19T09:00:00Z')
    await promise('A3', 80_000, 'EUR', '2026-06-29', '2026-07-08', null)
    // Somebody's slip: pounds promised for an invoice in euros.
    await promise('A3', 190_000, 'GBP', '2026-06-29', '2026-07-07', null)
    ;({ history, business } = await readBooks(world))
  })

  const metrics = (by: GroupedBy = 'segment') => metricsOf(world.app, business, DEFAULT_POLICY, history, by)

  it('measures each currency by itself', () => {
    expect(metrics().all.map(({ currency }) => currency)).toEqual(['EUR', 'GBP'])
    expect(figures(metrics(), 'EUR')).toEqual({
      buckets: [2_000, 0, 500, 0, 0],
      credits: 0,
      owed: 2_500,
      // June's 30 days take 2,000 off; of May's 3,000 in 31 days 500 are left: 30 + 500 ÷ 3,000 × 31.
      countback: 35.17,
      // 2,500 ÷ 6,500 × 91.
      simple: 35,
      // Three months of 6,500: (4,000 + 2,166.67 − 2,500) ÷ (4,000 + 2,166.67 − 2,000).
      cei: 88,
      // (20 × 4,000 + 10 × 1,000 + 0 × 1,000 + 20 × 2,000) ÷ 8,000; what the credit note settled weighs nothing.
      late: 16.25,
      promises: [1, 2],
      disputes: [1, 6],
    })
    expect(figures(metrics(), 'GBP')).toEqual({
      buckets: [0, 700, 0, 0, 0],
      credits: -50,
      owed: 650,
      countback: 27.86,
      simple: 84.5,
      // Pounds were first sold this June: (0 + 233.33 − 650) ÷ (0 + 233.33 − 0).
      cei: -178.57,
      late: null,
      // The slip: its day is still to come.
      promises: [0, 0],
      disputes: [0, 1],
    })
  })

  it('measures customers by themselves, the largest first, and segments together', () => {
    const byCustomer = metrics('customer').groups
    expect(byCustomer.map(({ label, measures }) => [label, measures.map(({ ageing }) => ageing.total)])).toEqual([
      ['Acme', [eur(2_500)]],
      ['Brit', [gbp(650)]],
    ])
    expect(figures({ ...metrics(), all: byCustomer[0]?.measures ?? [] }, 'EUR')).toEqual(figures(metrics(), 'EUR'))
  })

  it('names a sequence by the segments that follow it', async () => {
    await world.rows(`update customers set set_segment = case when name = 'Acme' then 'regular' else 'strategic' end`)
    const { history: later } = await readBooks(world)
    const same = { ...DEFAULT_POLICY.sequences, strategic: DEFAULT_POLICY.sequences.regular, new: [] }
    const labels = (sequences: typeof DEFAULT_POLICY.sequences) =>
      metricsOf(world.app, business, { sequences }, later, 'sequence').groups.map(({ label }) =>
        label.split('+').sort(),
      )
    expect(labels(same)).toEqual([['regular', 'strategic'].sort()])
    expect(labels(DEFAULT_POLICY.sequences)).toEqual([['regular'], ['strategic']])
    await world.rows('update customers set set_segment = null')
  })

  it('reads the habit from what was paid, the disputed and the credited left out from their day', async () => {
    const acmeId = await world.customerId(acme)
    const habits = await inside(world, (db) => readHabits(world.app, db, business, [acmeId], history.today))
    const { habit, expected } = habits.get(acmeId) ?? {}
    // A0 20, A1 10 and A2 20 days late; A3, A4 and C1 only say "at least".
    expect([habit?.paid, habit?.open, habit?.lateness?.medianDays]).toEqual([3, 3, 20])
    // Due 1 July, usually 20 days late: 21 July, a Tuesday. The disputed A4 is not expected at all.
    expect([...(expected ?? [])].map(([id, { on, basis }]) => [id, on, basis])).toEqual([
      [ids['A3'], '2026-07-21', 'own-record'],
    ])
  })

  it('forecasts what is open to the cent, the promised on its day, in its own currency only', () => {
    const [euros, pounds] = forecastOf(world.app, business, history)
    const placed = (one: typeof euros): number =>
      one === undefined
        ? 0
        : [
            one.later,
            one.unlikely,
            one.disputed,
            one.held,
            one.credited,
            ...one.weeks.map(({ expected }) => expected),
          ].reduce((sum, { minor }) => sum + minor, 0)
    expect([euros?.open, placed(euros), euros?.disputed]).toEqual([eur(2_500), 250_000, eur(500)])
    expect([pounds?.open, placed(pounds), pounds?.credited]).toEqual([gbp(700), 70_000, gbp(50)])
    // 800 promised for 8 July by one who kept 1 of 2: a chance of (1 + 1) ÷ (2 + 2), and where it fails habit goes on.
    const promised = euros?.weeks.filter(({ agreed }) => agreed.minor > 0) ?? []
    expect(promised[0]?.from).toBe('2026-07-07')
    expect(promised[0]?.agreed.minor).toBeGreaterThanOrEqual(40_000)
    expect(promised.reduce((sum, { agreed }) => sum + agreed.minor, 0)).toBeLessThanOrEqual(80_000)
    // The pounds promised for euros are nobody's.
    expect(pounds?.weeks.every(({ agreed }) => agreed.minor === 0)).toBe(true)
  })

  it('puts what is expected after fewer weeks into later', () => {
    const [whole] = forecastOf(world.app, business, history)
    const [short] = forecastOf(world.app, business, history, 2)
    const beyond = (whole?.weeks ?? []).slice(2).reduce((sum, { expected }) => sum + expected.minor, 0)
    expect(short?.weeks).toEqual(whole?.weeks.slice(0, 2))
    expect(short?.later.minor).toBe((whole?.later.minor ?? 0) + beyond)
    expect(short?.open).toEqual(whole?.open)
  })

  it('takes a payment day that a person wrote into the ledger for a promise', async () => {
    await world.rows(`update invoices set expected_on = '2026-08-03' where number = 'B1'`)
    const { history: later } = await readBooks(world)
    const pounds = forecastOf(world.app, business, later)[1]
    // 650 left after the prepayment, by one who never promised: even chances.
    const week = pounds?.weeks.find(({ from, to }) => from <= '2026-08-03' && '2026-08-03' <= to)
    expect(week?.agreed.minor).toBe(32_500)
    await world.rows(`update invoices set expected_on = null`)
  })

  it('takes money in another currency for no payment of the invoice', async () => {
    const paid = `update payments set currency = $1 where invoice_ledger_id = 'A1'`
    await world.rows(paid, ['USD'])
    const { history: odd } = await readBooks(world)
    await world.rows(paid, ['EUR'])
    // Without A1: (20 × 4,000 + 20 × 2,000) ÷ 7,000.
    expect(figures(metricsOf(world.app, business, DEFAULT_POLICY, odd, 'segment'), 'EUR').late).toBe(17.14)
  })

  it('uses the invoice’s own day of payment where the ledger tells no payments, and counts how often', async () => {
    await world.rows('alter table payments rename to payments_told')
    await world.rows('create table payments (like payments_told including all)')
    await world.rows('grant select on payments to puntual_app')
    const { history: untold } = await readBooks(world)
    await world.rows('drop table payments')
    await world.rows('alter table payments_told rename to payments')
    const measured = metricsOf(world.app, business, DEFAULT_POLICY, untold, 'segment')
    // A0, A1, A2 and C1; A2's 3,000 now all come on 20 June, C1's on 10 March: 20, 10, 20 and 9 days late.
    expect([metrics().untold, measured.untold]).toEqual([0, 4])
    expect(figures(measured, 'EUR').late).toBe(rounded((20 * 4_000 + 10 * 1_000 + 20 * 3_000 + 9 * 900) / 8_900))
  })
})

describe('Money, by the realistic books of the demo company', () => {
  const NOW = Temporal.Instant.from('2026-06-30T04:00:00Z')
  const TODAY = day('2026-06-30')
  const demo = createDemoCompanies(NOW).spanish
  let world: World
  let history: History
  let business: Business

  beforeAll(async () => {
    world = await openWorld({ start: NOW.toString(), mode: 'observe' })
    copyBooks(demo.books, world.books)
    await world.advanceTo('2026-06-30T06:00:00Z')
    ;({ history, business } = await readBooks(world))
  })

  const sales = () =>
    [...demo.books.invoices.values()].filter(({ kind, status }) => kind === 'sale' && status === 'approved')
  const metrics = () => metricsOf(world.app, business, DEFAULT_POLICY, history, 'segment')

  it('ages every open invoice as the books themselves have it', () => {
    const expected = new Map<string, number[]>()
    for (const invoice of sales()) {
      const { minor, currency } = world.books.balance(invoice.id)
      if (minor <= 0 || invoice.issuedOn === null) continue
      // One was issued without a due day: the policy's term counts.
      const days = daysBetween(invoice.dueOn ?? addDays(invoice.issuedOn, DEFAULT_POLICY.defaultTermDays), TODAY)
      const bucket = days <= 0 ? 0 : days <= 30 ? 1 : days <= 60 ? 2 : days <= 90 ? 3 : 4
      const buckets = expected.get(currency) ?? [0, 0, 0, 0, 0]
      expected.set(currency, buckets)
      buckets[bucket] = (buckets[bucket] ?? 0) + minor
    }
    const ours = metrics().all.map(({ currency, ageing }): [string, number[]] => [
      currency,
      ageing.buckets.map(({ open }) => open.minor),
    ])
    expect(expected.size).toBeGreaterThan(1)
    expect(ours).toEqual([...expected].sort(byName))
  })

  it('weighs lateness as the payments in the books do', () => {
    const since = addDays(TODAY, -364)
    const sums = new Map<string, { late: number; paid: number }>()
    for (const invoice of sales()) {
      const settledOn = world.books.settledOn(invoice.id)
      if (settledOn === null || settledOn < since || invoice.dueOn === null) continue
      const sum = sums.get(invoice.total.currency) ?? { late: 0, paid: 0 }
      sums.set(invoice.total.currency, sum)
      for (const from of world.books.appliedTo(invoice.id)) {
        if ('kind' in from) continue
        for (const { invoiceId, amount } of from.applied) {
          if (invoiceId !== invoice.id) continue
          sum.late += Math.max(0, daysBetween(invoice.dueOn, from.on)) * amount.minor
          sum.paid += amount.minor
        }
      }
    }
    const ours = metrics().all.map(({ currency, lateness }) => [currency, rounded(lateness.days), lateness.paid.minor])
    const theirs = [...sums].sort(byName).map(([currency, { late, paid }]) => [currency, rounded(late / paid), paid])
    expect(ours).toEqual(theirs)
  })

  it('forecasts each currency to the cent, and more from who pays than from who does not', () => {
    for (const { currency, open, weeks, later, unlikely, disputed, held, credited } of forecastOf(
      world.app,
      business,
      history,
    )) {
      const owed = metrics().all.find((one) => one.currency === currency)?.ageing
      const placed = [later, unlikely, disputed, held, credited, ...weeks.map(({ expected }) => expected)]
      expect([currency, placed.reduce((sum, { minor }) => sum + minor, 0)]).toEqual([currency, open.minor])
      expect(open.minor).toBe((owed?.total.minor ?? 0) - (owed?.credits.minor ?? 0))
      expect(weeks.length).toBe(13)
    }
  })

  it('has a habit for each customer that has paid three invoices', async () => {
    const ids = history.customers.map(({ id }) => id)
    const habits = await inside(world, (db) => readHabits(world.app, db, business, ids, TODAY))
    const stated = [...habits.values()].filter(({ habit }) => habit.lateness !== null)
    expect(stated.length).toBeGreaterThan(30)
    expect(stated.every(({ habit }) => habit.paid >= 3)).toBe(true)
    expect(
      [...habits.values()].filter(({ habit }) => habit.lateness === null).every(({ habit }) => habit.paid < 3),
    ).toBe(true)
  })
})

describe('What wordings do', () => {
  it('is recorded with each message, and compared', async () => {
    const world = await openWorld({ start: '2026-03-02T04:00:00Z' })
    for (let index = 0; index < 12; index += 1) {
      const { id } = world.regular(`Cliente ${'abcdefghijkl'.charAt(index)}`)
      const invoice = world.invoice(id, '2026-03-02')
      if (index < 3) world.books.pay(invoice.id, day('2026-03-02'))
    }
    await world.until('2026-03-04')
    const rows = await world.rows<{ wording: string; variant: string; among: string[] }>(
      'select wording, variant, among from messages order by wording',
    )
    expect(rows.length).toBe(9)
    for (const { wording, variant, among } of rows) {
      expect(wording.startsWith(variant)).toBe(true)
      expect(among).toContain(variant)
      expect(among.length).toBeGreaterThan(2)
    }
    const sent = rows.length
    const { history } = await readBooks(world)
    const { wordings, collected } = await inside(world, (db) => readEffects(db, history, DEFAULT_POLICY))
    expect(wordings.map(({ message }) => message)).toEqual(['first-overdue.es'])
    const [first] = wordings[0]?.comparisons ?? []
    expect([first?.causal, first?.status, first?.finding]).toEqual([true, 'gathering', null])
    const perWording = new Map(
      (wordings[0]?.comparisons ?? []).flatMap(({ variants, messages }) => [
        [variants[0], messages[0]],
        [variants[1], messages[1]],
      ]),
    )
    expect([...perWording.values()].reduce((sum, count) => sum + count, 0)).toBe(sent)
    // Each of the twelve had paid three invoices before anybody wrote; three paid today's too.
    expect(collected.map(({ causal, step, invoices }) => [causal, step, invoices])).toEqual([[false, null, 39]])
  })

  it('counts what came in after a step', async () => {
    const world = await openWorld({ start: '2026-03-02T04:00:00Z' })
    const invoice = world.invoice(world.regular('Acme').id, '2026-03-02')
    await world.until('2026-03-04')
    world.books.pay(invoice.id, day('2026-03-06'), eur(500))
    await world.until('2026-03-07')
    const { history } = await readBooks(world)
    const { collected } = await inside(world, (db) => readEffects(db, history, DEFAULT_POLICY))
    const after = collected.filter(({ step }) => step !== null)
    expect(after.map(({ amount, invoices }) => [amount, invoices])).toEqual([[eur(500), 1]])
    expect(after[0]?.medianDays).toBeGreaterThan(0)
  })
})
