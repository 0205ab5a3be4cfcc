import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { confirmDatabase } from '../../src/flow/control.ts'
import { skipChase } from '../../src/flow/approve.ts'
import { createFreshReads } from '../../src/flow/fresh-reads.ts'
import { sendChase } from '../../src/flow/send.ts'
import { LedgerError } from '../../src/ledgers/ledger.ts'
import { claimChase, insertChase, recordSent, startSpell } from '../../src/store/chases.ts'
import { inBusiness } from '../../src/store/db.ts'
import { openWorld, type World, type WorldOptions } from '../support/world.ts'

/** Tuesday 3 March, 08:50 in Madrid: the books were read, the message is planned for 09:00, the next reading is at 10:40. */
const BEFORE_NINE = '2026-03-03T07:50:00Z'
const AT_NINE = Temporal.Instant.from('2026-03-03T08:00:00Z')

async function plannedChase(options: WorldOptions = {}) {
  const world = await openWorld({ start: BEFORE_NINE, ...options })
  const acme = world.regular('Acme')
  const invoice = world.invoice(acme.id, '2026-03-02')
  await world.advanceTo(BEFORE_NINE)
  return { world, acme, invoice }
}

/** What the history says about the message itself. */
const history = async (world: World): Promise<string[]> =>
  (await world.rows<{ line: string }>(
    `select kind || coalesce(' (' || (facts->>'reason') || ')', '') as line from events where chase_id is not null order by id`,
  )).map(({ line }) => line) // prettier-ignore

describe('Between the plan and the send', () => {
  type Story = Awaited<ReturnType<typeof plannedChase>>
  const changes: [string, string, (story: Story) => unknown][] = [
    ['the invoice is paid', 'paid', ({ world, invoice }) => world.books.pay(invoice.id, day('2026-03-03'))],
    ['the invoice is voided', 'void', ({ world, invoice }) => world.books.updateInvoice(invoice.id, { status: 'void' })],
    ['the invoice is deleted', 'deleted', ({ world, invoice }) => world.books.updateInvoice(invoice.id, { status: 'deleted' })],
    ['a credit note settles it', 'paid', ({ world, acme, invoice }) =>
      world.books.addCredit('credit-note', acme.id, day('2026-03-03'), money(50_000, 'EUR'), [{ invoiceId: invoice.id, amount: money(50_000, 'EUR') }])],
    ['it moves to another customer', 'moved', ({ world, invoice }) =>
      world.books.updateInvoice(invoice.id, { customerId: world.books.addCustomer({ name: 'Nueva', email: null }).id })],
    ['its due day moves into the future', 'due-day-changed', ({ world, invoice }) => world.books.updateInvoice(invoice.id, { dueOn: day('2026-05-04') })],
    ['the ledger expects the money on a day', 'promised', ({ world, invoice }) => world.books.updateInvoice(invoice.id, { expectedOn: day('2026-03-20') })],
    ['a dispute is written down beside the screens', 'all-disputed', async ({ world, acme, invoice }) =>
      world.rows(`insert into holds (business_id, customer_id, invoice_id, kind, created_by, created_at) values ($1, $2, $3, 'dispute', 'somebody', now())`,
        [world.businessId, await world.customerId(acme.id), await world.invoiceId(invoice.id)])],
    ['the business goes back to observing beside the screens', 'mode-observe', ({ world }) => world.rows(`update businesses set mode = 'observe'`)],
    ['everything is stopped beside the screens', 'stopped', ({ world }) => world.rows('update businesses set stopped_at = now()')],
    ['the ledger’s answer cannot be read', 'unreadable', ({ world }) => {
      world.faults.current = { before: (method) => { if (method === 'invoices') throw new LedgerError('rejected', 'AmountDue is not a number') } }
    }],
  ] // prettier-ignore

  it.for(changes)('%s: no message leaves, and the reason is kept (%s)', async ([, reason, change]) => {
    const story = await plannedChase()
    await change(story)
    await story.world.until('2026-03-03', '10:00')

    expect(story.world.outbox).toEqual([])
    expect(await story.world.chases()).toEqual([`day-1 cancelled (${reason})`])
    expect((await history(story.world)).slice(0, 2)).toEqual(['chase-planned', `chase-cancelled (${reason})`])
  })

  it('a part payment makes another message, about what is left', async () => {
    const { world, invoice } = await plannedChase()
    world.books.pay(invoice.id, day('2026-03-03'), money(20_000, 'EUR'))
    await world.until('2026-03-03', '10:00')

    expect(await world.chases()).toEqual(['day-1 cancelled (balance-changed)', 'day-1 sent'])
    expect(world.outbox.map(({ text }) => /^Pendiente.*/m.exec(text)?.[0].replaceAll(/\s/g, ' '))).toEqual([
      'Pendiente: 300,00 € (de un total de 500,00 €)',
    ])
  })

  it('one invoice that cannot be read holds its own message, not those asked for with it', async () => {
    const { world, invoice } = await plannedChase()
    const brisa = world.regular('Brisa')
    world.invoice(brisa.id, '2026-03-02')
    const unreadable = invoice.id
    const ledgerFor: typeof world.app.ledgerFor = async () => ({
      ...world.ledger,
      invoices: async (ids) => {
        if (ids.includes(unreadable)) throw new LedgerError('rejected', 'Invoice: DueDate is not a day')
        return world.ledger.invoices(ids)
      },
    })
    const readFresh = createFreshReads(ledgerFor)
    const [one, other] = await Promise.allSettled([
      readFresh(world.connection, [invoice.id]),
      readFresh(world.connection, [...world.books.invoices.values()].filter(({ customerId }) => customerId === brisa.id).map(({ id }) => id)),
    ]) // prettier-ignore
    expect([one.status, other.status]).toEqual(['rejected', 'fulfilled'])
  })

  it('a ledger that is away postpones the message, says so once, and the message goes when it is back', async () => {
    const { world } = await plannedChase()
    world.faults.current = {
      before: (method) => {
        if (method === 'invoices') throw new LedgerError('unavailable', 'Xero answered 503')
      },
    }
    await world.until('2026-03-03', '09:25')
    expect(await history(world)).toEqual(['chase-planned', 'mail-postponed'])
    expect(await world.chases()).toEqual(['day-1 planned (ledger: unavailable)'])

    world.faults.current = {}
    await world.until('2026-03-03', '10:00')
    expect(await world.diary()).toEqual(['2026-03-03 09:30 first-overdue → pagos@acme.example'])
  })

  it('a ledger that is away until the window closes leaves the same message for the next morning', async () => {
    const { world } = await plannedChase({ mode: 'approve' })
    const chase = await world.waiting()
    await world.approve()
    world.faults.current = {
      before: (method) => {
        if (method === 'invoices') throw new LedgerError('unavailable', 'Xero answered 503')
      },
    }
    await world.until('2026-03-03', '17:25')
    world.faults.current = {}
    await world.until('2026-03-03', '23:00')
    expect([await world.waiting(), await world.chases()]).toEqual([chase, ['day-1 planned (outside-hours)']])
    await world.until('2026-03-04', '10:00')
    expect(await world.chases()).toEqual(['day-1 sent'])
    expect(await world.diary()).toEqual(['2026-03-04 09:00 first-overdue → pagos@acme.example'])
  })

  it('a ledger that asks to slow down is asked again when it said', async () => {
    const { world } = await plannedChase()
    let refused = 0
    world.faults.current = {
      before: (method) => {
        if (method === 'invoices' && (refused += 1) === 1)
          throw new LedgerError('slow-down', '429', { retryAfterSeconds: 100 })
      },
    }
    await world.until('2026-03-03', '10:00')
    expect(await world.diary()).toEqual(['2026-03-03 09:01 first-overdue → pagos@acme.example'])
  })
})

describe('Between the reading and the claim', () => {
  /** While the PDF is being fetched, quickly, something happens here that no reading of the invoice shows. */
  async function meanwhile(happens: (story: Awaited<ReturnType<typeof plannedChase>>) => Promise<unknown>) {
    const story = await plannedChase()
    const { pdf } = story.world.ledger
    Object.assign(story.world.ledger, {
      pdf: async (id: string) => {
        await happens(story)
        return pdf(id)
      },
    })
    await story.world.until('2026-03-03', '10:00')
    expect(story.world.outbox).toEqual([])
    return story.world.chases()
  }

  it('the rules judge once more: a dispute that arrived meanwhile stops the message', async () => {
    const chases = await meanwhile(async ({ world, acme, invoice }) =>
      world.rows(
        `insert into holds (business_id, customer_id, invoice_id, kind, created_by, created_at) values ($1, $2, $3, 'dispute', 'somebody', now())`,
        [world.businessId, await world.customerId(acme.id), await world.invoiceId(invoice.id)],
      ),
    )
    expect(chases).toEqual(['day-1 cancelled (all-disputed)'])
  })

  it('so does a payment that a webhook brought into our copy', async () => {
    const chases = await meanwhile(async ({ world, invoice }) =>
      world.rows(`update invoices set state = 'paid', balance_minor = 0 where ledger_id = $1`, [invoice.id]),
    )
    expect(chases).toEqual(['day-1 cancelled (paid)'])
  })

  it('so does a person who skips it', async () => {
    const chases = await meanwhile(async ({ world }) =>
      skipChase(world.app, { ...(await world.waiting()), userId: world.userId }),
    )
    expect(chases).toEqual(['day-1 cancelled (skipped)'])
  })

  it('an invoice that changed is prepared anew, with the paper as it is now', async () => {
    const { world, invoice } = await plannedChase()
    const { pdf } = world.ledger
    let fetched = 0
    Object.assign(world.ledger, {
      pdf: async (id: string) => {
        const content = await pdf(id)
        if ((fetched += 1) === 1) {
          world.books.updateInvoice(invoice.id, { reference: 'PO 77' })
          await world.rows(`update invoices set version = 'newer' where ledger_id = $1`, [invoice.id])
        }
        return content
      },
    })
    await world.until('2026-03-03', '10:00')
    expect([fetched, world.counted.get('invoices'), world.outbox.length]).toEqual([2, 2, 1])
    expect(await world.rows(`select i.version = a->>'version' as same from messages m, jsonb_array_elements(m.attachments) a, invoices i where i.number = 'F-0001'`)).toEqual([
      { same: true },
    ]) // prettier-ignore
  })
})

describe('What was read is acted on within seconds', () => {
  it('reads again when fetching the PDF took long, and then sees the payment', async () => {
    const { world, invoice } = await plannedChase()
    world.faults.current = {
      before: (method) => {
        if (method !== 'pdf') return
        world.monotonic.ms += 25_000
        world.books.pay(invoice.id, day('2026-03-03'))
      },
    }
    await world.until('2026-03-03', '10:00')
    expect(world.outbox).toEqual([])
    expect(await world.chases()).toEqual(['day-1 cancelled (paid)'])
  })

  it('reads once when all goes quickly, and twice when the PDF was slow', async () => {
    const quick = await plannedChase()
    await quick.world.until('2026-03-03', '09:01')
    const slow = await plannedChase()
    slow.world.faults.current = { before: (method) => void (slow.world.monotonic.ms += method === 'pdf' ? 25_000 : 0) }
    await slow.world.until('2026-03-03', '09:01')

    expect([quick, slow].map(({ world }) => [world.outbox.length, world.counted.get('invoices')])).toEqual([
      [1, 1],
      [1, 2],
    ])
  })

  it('gives up for now on a ledger whose every answer is too old when it comes', async () => {
    const { world } = await plannedChase()
    world.faults.current = {
      before: (method) => {
        if (method === 'invoices') world.monotonic.ms += 25_000
      },
    }
    await world.until('2026-03-03', '09:05')
    expect([world.outbox.length, world.counted.get('invoices')]).toEqual([0, 3])
    expect(await world.chases()).toEqual(['day-1 planned (ledger: unavailable)'])
  })
})

describe('The claim', () => {
  it('lets exactly one of two workers send, twenty times out of twenty', async () => {
    const world = await openWorld({ start: BEFORE_NINE })
    for (let n = 1; n <= 20; n += 1)
      world.invoice(world.regular(`Cliente ${'abcdefghijklmnopqrst'[n - 1]}`).id, '2026-03-02')
    await world.advanceTo(BEFORE_NINE)
    const chases = await world.rows<{ chaseId: string }>(`select id as "chaseId" from chases where status = 'planned'`)
    const workers = [world.app, world.anotherWorker()].map((app) => ({ ...app, now: () => AT_NINE }))

    const outcomes = []
    for (const { chaseId } of chases) {
      const both = await Promise.all(workers.map((app) => sendChase(app, { businessId: world.businessId, chaseId })))
      outcomes.push(both.sort().join(' '))
    }
    expect(outcomes).toEqual(Array.from({ length: 20 }, () => 'sent taken'))
    expect(new Set(world.outbox.map(({ messageId }) => messageId)).size).toBe(20)
    expect(world.outbox.length).toBe(20)
    // Who comes second has nothing to tell: the history must not say that a message which left was taken back.
    expect((await world.events()).filter((kind) => kind === 'chase-cancelled')).toEqual([])
  })

  it('is refused by the database for a second message on a quiet day, and for a third in a week', async () => {
    const world = await openWorld({ start: BEFORE_NINE })
    const acme = world.regular('Acme')
    const invoice = world.invoice(acme.id, '2026-04-20')
    await world.advanceTo(BEFORE_NINE)
    const { businessId, connectionId } = world
    const [customerId, anchorInvoiceId] = [await world.customerId(acme.id), await world.invoiceId(invoice.id)]
    const spellId = await inBusiness(world.store.db, businessId, (db) =>
      startSpell(db, { businessId, customerId, anchorInvoiceId, startedOn: day('2026-03-03') }),
    )
    /** Claims whatever the rules would say. */
    const claim = async (stepId: string, today: string, quietUntil: string): Promise<string> => {
      const at = AT_NINE
      return inBusiness(world.store.db, businessId, async (db) => {
        const id = await insertChase(db, {
          businessId, customerId, connectionId, spellId, stepId, channel: 'email', stage: 'firm', segment: 'regular', status: 'planned',
          plannedOn: day(today), plannedAt: at, sendAfter: at, facts: {}, approvalNeeded: false, mostPer7Days: 2, invoices: [],
        }) // prettier-ignore
        if (id === null) return 'taken before'
        const attempt = await claimChase(db, id, { businessId, leaseUntil: at, today: day(today), quietUntil: day(quietUntil), changedInvoices: null }) // prettier-ignore
        return (await recordSent(db, id, attempt ?? 0, { at, answer: '250' })) ? 'sent' : 'not sent'
      }).catch((error: unknown) => (error as { code: string; constraint?: string }).code)
    }
    expect(await claim('a', '2026-03-03', '2026-03-05')).toBe('sent')
    expect(await claim('b', '2026-03-03', '2026-03-05')).toBe('23P01')
    expect(await claim('b', '2026-03-04', '2026-03-06')).toBe('23P01')
    expect(await claim('b', '2026-03-05', '2026-03-06')).toBe('sent')
    expect(await claim('c', '2026-03-09', '2026-03-10')).toBe('23P01')
    expect(await claim('c', '2026-03-10', '2026-03-11')).toBe('sent')
    // A step that was taken is not taken again in this spell.
    expect(await claim('a', '2026-03-20', '2026-03-21')).toBe('taken before')
  })

  it('takes nothing that was called off, or that somebody else has', async () => {
    const { world } = await plannedChase()
    const { businessId, chaseId } = await world.waiting()
    const claim = (): Promise<number | null> =>
      inBusiness(
        world.store.db,
        businessId,
        (db) =>
        claimChase(db, chaseId, { businessId, leaseUntil: AT_NINE, today: day('2026-03-03'), quietUntil: day('2026-03-05'), changedInvoices: null }), // prettier-ignore
      )
    const both = await Promise.all([claim(), claim()])
    expect(both.sort()).toEqual([1, null])
    await world.rows(`update chases set status = 'cancelled', quiet = null`)
    expect(await claim()).toBe(null)
  })

  it('believes the database about a message that the rules did not see', async () => {
    const { world } = await plannedChase()
    await world.rows(
      `insert into chases (business_id, customer_id, connection_id, spell_id, step_id, channel, stage, segment, status, planned_on,
         planned_at, send_after, approval_needed, most_per_7_days, sent_on, quiet)
       select business_id, customer_id, connection_id, spell_id, 'unseen', 'email', 'firm', 'regular', 'sent', '2026-01-05', now(), now(), false, 2,
         '2026-01-05', daterange('2026-01-05', '2026-12-31') from chases`,
    )
    await world.until('2026-03-03', '10:00')
    expect(world.outbox).toEqual([])
    expect((await world.chases()).filter((line) => line.startsWith('day-1'))).toEqual(['day-1 cancelled (too-soon)'])
  })
})

describe('A person’s yes', () => {
  it('lets the message go', async () => {
    const { world } = await plannedChase({ mode: 'approve' })
    await world.until('2026-03-03', '09:30')
    expect(world.outbox).toEqual([])

    expect(await world.approve()).toBe('approved')
    await world.until('2026-03-03', '10:00')
    expect(await world.diary()).toEqual(['2026-03-03 09:30 first-overdue → pagos@acme.example'])
    expect(world.outbox.map(({ unattended }) => unattended)).toEqual([false])
  })

  it('is void when the amount has changed: the new message asks again', async () => {
    const { world, invoice } = await plannedChase({ mode: 'approve' })
    await world.approve()
    world.books.pay(invoice.id, day('2026-03-03'), money(100, 'EUR'))
    await world.until('2026-03-03', '10:00')

    expect(world.outbox).toEqual([])
    expect(await world.chases()).toEqual(['day-1 cancelled (balance-changed)', 'day-1 awaiting-approval'])
  })

  it('is void when somebody else would get it', async () => {
    const { world, acme } = await plannedChase({ mode: 'approve' })
    await world.approve()
    world.books.updateCustomer(acme.id, { email: 'otra@acme.example' })
    await world.rows(`update connections set next_sync_at = '2026-03-03T07:55:00Z'`)
    await world.until('2026-03-03', '10:00')
    expect(world.outbox).toEqual([])
    expect(await world.chases()).toEqual(['day-1 awaiting-approval'])

    await world.approve()
    await world.until('2026-03-03', '10:30')
    expect(await world.diary()).toEqual(['2026-03-03 10:00 first-overdue → otra@acme.example'])
  })
})

describe('A restored database', () => {
  it('writes to nobody, not even what was planned and approved, until a person confirms it', async () => {
    const { world, acme } = await plannedChase({ mode: 'approve' })
    await world.approve()
    await world.rows(`update instance set confirmed_fingerprint = 'another database'`)
    await world.until('2026-03-03', '10:00')
    expect(world.outbox).toEqual([])
    expect(await world.chases()).toEqual(['day-1 cancelled (database-unconfirmed)'])
    expect(await world.verdict(acme.id)).toEqual({
      decision: 'wait',
      reason: 'database-unconfirmed',
      segment: 'regular',
    })

    expect(await confirmDatabase(world.app, world.act)).toBe('done')
    await world.until('2026-03-03', '10:05')
    expect(await world.chases()).toEqual(['day-1 cancelled (database-unconfirmed)', 'day-1 awaiting-approval'])
  })
})
