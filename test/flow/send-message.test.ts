import { describe, expect, it } from 'vitest'
import { LedgerError } from '../../src/ledgers/ledger.ts'
import { openWorld, type World } from '../support/world.ts'

/** Tuesday 3 March, 08:50 in Madrid. */
const BEFORE_NINE = '2026-03-03T07:50:00Z'

async function plannedChase() {
  const world = await openWorld({ start: BEFORE_NINE })
  const acme = world.regular('Acme')
  const invoice = world.invoice(acme.id, '2026-03-02')
  await world.advanceTo(BEFORE_NINE)
  return { world, acme, invoice }
}

const failPdf = (world: World, problem: 'not-found' | 'rejected' | 'unavailable'): void => {
  world.faults.current = {
    before: (method) => {
      if (method === 'pdf') throw new LedgerError(problem, 'the answer is not a PDF')
    },
  }
}

const attached = (world: World): string[][] =>
  world.outbox.map(({ attachments }) => attachments.map(({ filename }) => filename))

describe('The original invoice', () => {
  it.for(['not-found', 'rejected'] as const)('that cannot be had (%s) holds the message, says so, and is asked for again the next day', async (problem) => {
    const { world, acme } = await plannedChase()
    failPdf(world, problem)
    await world.until('2026-03-03', '20:00')
    expect(world.outbox).toEqual([])
    expect(await world.chases()).toEqual(['day-1 cancelled (pdf-missing)'])
    expect(await world.verdict(acme.id)).toEqual({ decision: 'ask', reason: 'pdf-missing', segment: 'regular' })
    expect(await world.rows(`select facts->>'number' as number, facts->>'problem' as problem from events where kind = 'pdf-missing'`)).toEqual([
      { number: 'F-0001', problem: 'the answer is not a PDF' },
    ])

    world.faults.current = {}
    await world.until('2026-03-04', '10:00')
    expect(await world.diary()).toEqual(['2026-03-04 09:00 first-overdue → pagos@acme.example'])
    expect(attached(world)).toEqual([['Factura-F-0001.pdf']])
  }) // prettier-ignore

  it('of a ledger that is away only postpones the message', async () => {
    const { world } = await plannedChase()
    failPdf(world, 'unavailable')
    await world.until('2026-03-03', '09:05')
    expect(await world.chases()).toEqual(['day-1 planned (ledger: unavailable)'])
    world.faults.current = {}
    await world.until('2026-03-03', '10:00')
    expect(await world.diary()).toEqual(['2026-03-03 09:10 first-overdue → pagos@acme.example'])
  })

  it('is fetched once per version', async () => {
    const { world, invoice } = await plannedChase()
    await world.until('2026-03-09', '10:00')
    expect([world.outbox.length, world.counted.get('pdf')]).toEqual([2, 1])

    world.books.updateInvoice(invoice.id, { reference: 'PO 77' })
    await world.until('2026-03-17', '10:00')
    expect([world.outbox.length, world.counted.get('pdf')]).toEqual([3, 2])
    // The version that older messages show is kept for them.
    expect((await world.rows('select version from pdfs')).length).toBe(2)
  })

  it('of the newest invoices stays out of a message that would be too big, which says so', async () => {
    const { world, acme } = await plannedChase()
    world.invoice(acme.id, '2026-02-27', 70_000)
    world.distorted.current = { pdf: (id) => new Uint8Array(6 * 1024 * 1024).fill(id.charCodeAt(0)) }
    await world.rows(`update connections set next_sync_at = '2026-03-03T07:55:00Z'`)
    await world.until('2026-03-03', '10:00')

    expect(attached(world)).toEqual([['Factura-F-0002.pdf']])
    const [email] = world.outbox
    expect(/adjunt[^.]*\./.exec(email?.text.replaceAll(/\s+/g, ' ') ?? '')?.[0]).toContain('F-0002')
    expect(await world.rows(`select jsonb_array_length(attachments) as attached from messages`)).toEqual([
      { attached: 1 },
    ])
    const notes = [...world.books.invoices.values()].flatMap(({ number, id }) =>
      world.notes(id).map((note) => `${number} ${note.includes('PDF adjunto')}`),
    )
    expect(notes.sort()).toEqual(['F-0001 false', 'F-0002 true'])
  })

  it('can be paid online even where the ledger could not say so: the message goes without a link', async () => {
    const { world } = await plannedChase()
    world.faults.current = {
      before: (method) => {
        if (method === 'payLink') throw new LedgerError('unavailable', '500')
      },
    }
    await world.until('2026-03-03', '10:00')
    expect(world.outbox.map(({ text }) => text.includes('https://'))).toEqual([false])
  })
})

describe('The messages of one spell', () => {
  it('answer each other, and never say the same twice', async () => {
    const { world } = await plannedChase()
    await world.until('2026-03-17', '20:00')

    const [first, second, third] = world.outbox
    expect(world.outbox.map(({ inReplyTo }) => inReplyTo)).toEqual([null, first?.messageId, second?.messageId])
    expect(world.outbox.map(({ references }) => references)).toEqual([
      [],
      [first?.messageId],
      [first?.messageId, second?.messageId],
    ])
    expect([second, third].map((email) => email?.subject)).toEqual([`Re: ${first?.subject}`, `Re: ${first?.subject}`])
    expect(new Set(world.outbox.map(({ text }) => text)).size).toBe(3)
    expect(await world.rows(`select count(distinct wording)::int as wordings from messages`)).toEqual([{ wordings: 3 }])
  })

  it('start a new thread with a new spell, in words not used before', async () => {
    const { world, acme, invoice } = await plannedChase()
    await world.until('2026-03-03', '20:00')
    world.books.pay(invoice.id, '2026-03-04' as never)
    world.invoice(acme.id, '2026-03-10')
    await world.until('2026-03-11', '20:00')

    expect(await world.diary()).toEqual([
      '2026-03-03 09:00 first-overdue → pagos@acme.example',
      // Two in seven days are enough: thanks on the 5th would put this off.
      '2026-03-09 09:00 before-due → pagos@acme.example',
      '2026-03-11 09:00 first-overdue → pagos@acme.example',
    ])
    expect(world.outbox.map(({ references }) => references.length)).toEqual([0, 0, 1])
    expect(new Set(world.outbox.map(({ text }) => text)).size).toBe(3)
  })
})

it('keeps the message exactly as it went out', async () => {
  const { world } = await plannedChase()
  await world.rows(
    `update businesses set sender_email = 'cobros@vega.example', payment_details = 'IBAN ES91 2100 0418 4502 0005 1332'`,
  )
  await world.until('2026-03-03', '10:00')

  const [email] = world.outbox
  const [kept] = await world.rows('select * from messages')
  expect(kept).toMatchObject({
    message_id: email?.messageId,
    subject: email?.subject,
    html: email?.html,
    body_text: email?.text,
    sender: { name: 'Ana Vega', address: 'ana@vega.example' },
    reply_to: { name: 'Ana Vega', address: 'cobros@vega.example' },
    recipients: [{ name: 'Eva Soler', address: 'pagos@acme.example' }],
    copies: [],
    in_reply_to: null,
    thread: [],
    unattended: true,
  })
  expect(email?.replyTo).toEqual({ name: 'Ana Vega', address: 'cobros@vega.example' })
  const [pdf] = await world.rows<{ content: Buffer; filename: string }>(
    `select p.content, a->>'filename' as filename from messages m, jsonb_array_elements(m.attachments) a
       join pdfs p on p.ledger_id = a->>'ledgerId' and p.version = a->>'version'`,
  )
  expect([pdf?.filename, Buffer.compare(pdf?.content ?? Buffer.of(), Buffer.from(email?.attachments[0]?.content ?? []))]).toEqual(['Factura-F-0001.pdf', 0]) // prettier-ignore
  expect(email?.messageId).toBe(`<${(await world.rows<{ id: string }>('select id from chases'))[0]?.id}@vega.example>`)
})
