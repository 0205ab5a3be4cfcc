import { describe, expect, it } from 'vitest'
import { money } from '../../src/chase/money.ts'
import { noteText, noteToken, type NoteFacts } from '../../src/flow/note-text.ts'
import { writeNote } from '../../src/flow/note.ts'
import { LedgerError, type LedgerNote } from '../../src/ledgers/ledger.ts'
import { claimNote } from '../../src/store/notes.ts'
import { inBusiness } from '../../src/store/db.ts'
import { openWorld, type World } from '../support/world.ts'

/** Tuesday 3 March, 08:50 in Madrid: a message leaves at 09:00, and its note with it. */
const BEFORE_NINE = '2026-03-03T07:50:00Z'

async function plannedChase() {
  const world = await openWorld({ start: BEFORE_NINE })
  const acme = world.regular('Acme')
  const invoice = world.invoice(acme.id, '2026-03-02')
  await world.advanceTo(BEFORE_NINE)
  return { world, acme, invoice }
}

/** The ledger answers the first tries as told. Returns every note that was handed to it. */
function answers(world: World, ...first: (LedgerError | null)[]): LedgerNote[] {
  const tries: LedgerNote[] = []
  const { writeNote: write } = world.ledger
  Object.assign(world.ledger, {
    writeNote: async (note: LedgerNote) => {
      tries.push(note)
      const error = first[tries.length - 1]
      if (error) throw error
      return write(note)
    },
  })
  return tries
}

const away = (): LedgerError => new LedgerError('unavailable', 'Xero answered 503')
const outbox = (world: World) =>
  world.rows<{ attempts: number; written: boolean; failed_why: string | null }>('select attempts, written_at is not null as written, failed_why from notes') // prettier-ignore

describe('A note', () => {
  it('whose answer is lost is found again instead of written twice', async () => {
    const { world, invoice } = await plannedChase()
    let lost = 0
    world.faults.current = {
      after: (method) => {
        if (method === 'writeNote' && (lost += 1) === 1) throw away()
      },
    }
    await world.until('2026-03-03', '09:30')
    expect(world.notes(invoice.id).length).toBe(1)
    expect(await outbox(world)).toEqual([{ attempts: 2, written: true, failed_why: null }])
    expect((await world.events()).filter((kind) => kind === 'note-written').length).toBe(1)
  })

  it('that the ledger cannot take now is tried again at growing intervals, looking first', async () => {
    const { world, invoice } = await plannedChase()
    const tries = answers(world, away(), away(), away())
    const at: string[] = []
    const { writeNote: write } = world.ledger
    Object.assign(world.ledger, {
      writeNote: (note: LedgerNote) => {
        at.push(world.clock.now().toString().slice(11, 16))
        return write(note)
      },
    })
    await world.until('2026-03-03', '10:00')
    expect(at).toEqual(['08:00', '08:01', '08:06', '08:21'])
    expect(tries.map(({ retry }) => retry)).toEqual([false, true, true, true])
    expect(new Set(tries.map(({ key, token, text }) => `${key} ${token} ${text}`)).size).toBe(1)
    expect(world.notes(invoice.id).length).toBe(1)
  })

  it('that has to queue for the ledger’s allowance is never given up for it', async () => {
    const { world, invoice } = await plannedChase()
    const tries = answers(world, ...Array.from({ length: 30 }, () => new LedgerError('slow-down', 'wait', { retryAfterSeconds: 60 }))) // prettier-ignore
    await world.until('2026-03-03', '10:00')
    expect(world.notes(invoice.id).length).toBe(1)
    expect(tries.length).toBe(31)
    // None of them reached the ledger, so none of them calls for a look before writing.
    expect(tries.some(({ retry }) => retry)).toBe(false)
  })

  it('waits for the owner to give access again, however long that takes', async () => {
    const { world, invoice } = await plannedChase()
    const tries = answers(world, ...Array.from({ length: 25 }, () => new LedgerError('reconnect', 'access has ended')))
    await world.until('2026-03-07', '10:00')
    expect([tries.length, world.notes(invoice.id).length]).toEqual([26, 1])
  })

  it.for(['not-found', 'rejected'] as const)('that the ledger will never take (%s) is given up, which a person sees, and no mail leaves for it', async (problem) => {
    const { world, invoice } = await plannedChase()
    const tries = answers(world, new LedgerError(problem, 'no such invoice'))
    await world.until('2026-03-04', '20:00')
    expect([tries.length, world.notes(invoice.id), world.outbox.length]).toEqual([1, [], 1])
    expect(await outbox(world)).toEqual([{ attempts: 1, written: false, failed_why: 'no such invoice' }])
    expect((await world.events()).slice(-2)).toEqual(['mail-sent', 'note-failed'])
    expect(await world.chases()).toEqual(['day-1 sent'])
  }) // prettier-ignore

  it('that a ledger refuses for days is given up in the end', async () => {
    const { world } = await plannedChase()
    const tries = answers(world, ...Array.from({ length: 40 }, away))
    await world.until('2026-03-07', '10:00')
    expect(tries.length).toBe(16)
    expect(await outbox(world)).toEqual([{ attempts: 16, written: false, failed_why: 'Xero answered 503' }])
  })

  it('in the hands of a worker that died is written by another, which looks first', async () => {
    const { world, invoice } = await plannedChase()
    const tries = answers(world)
    await world.rows(`create function hold_back() returns trigger language plpgsql as $$ begin new.next_try_at := '2026-03-03T08:30:00Z'; return new; end $$`) // prettier-ignore
    await world.rows(`create trigger hold_back before insert on notes for each row execute function hold_back()`)
    await world.until('2026-03-03', '09:05')
    const [note] = await world.rows<{ id: string }>('select id from notes')
    expect(tries.length).toBe(1)
    await world.rows(`update notes set written_at = null, attempts = 0, next_try_at = '2026-03-03T08:30:00Z'`)
    world.books.notes.length = 0
    const now = world.clock.now()
    const claimed = await inBusiness(world.store.db, world.businessId, (db) => claimNote(db, note?.id ?? '', now, now.add({ minutes: 5 }))) // prettier-ignore
    expect(claimed?.attempts).toBe(1)

    expect(await writeNote(world.app, { businessId: world.businessId, noteId: note?.id ?? '' })).toBe('taken')
    await world.until('2026-03-03', '09:20')
    expect(tries.map(({ retry }) => retry)).toEqual([false, true])
    expect(world.notes(invoice.id).length).toBe(1)
  })

  it('is written by one of two workers', async () => {
    const { world, invoice } = await plannedChase()
    const { promise, resolve } = Promise.withResolvers<void>()
    world.faults.current = { before: (method) => (method === 'writeNote' ? promise : undefined) }
    const done = world.until('2026-03-03', '09:05')
    await expect.poll(() => outbox(world)).toEqual([{ attempts: 1, written: false, failed_why: null }])
    const [note] = await world.rows<{ id: string }>('select id from notes')
    const noteId = note?.id ?? ''
    expect(await writeNote(world.anotherWorker(), { businessId: world.businessId, noteId })).toBe('taken')
    resolve()
    await done
    expect(world.notes(invoice.id).length).toBe(1)
  })

  it('names every invoice’s own amount on that invoice', async () => {
    const { world, acme, invoice } = await plannedChase()
    const other = world.invoice(acme.id, '2026-02-27', 123_456)
    await world.rows(`update connections set next_sync_at = '2026-03-03T07:55:00Z'`)
    await world.until('2026-03-03', '10:00')
    expect([invoice, other].map(({ id }) => world.notes(id).map((note) => /esta factura: ([^.]*\.?\d*,\d+ EUR)/.exec(note)?.[1]))).toEqual([
      ['500,00 EUR'],
      ['1.234,56 EUR'],
    ]) // prettier-ignore
  })
})

describe('The text of a note', () => {
  const facts: NoteFacts = {
    kind: 'sent',
    at: Temporal.Instant.from('2026-03-03T08:05:00Z'),
    timeZone: 'Europe/Madrid',
    stage: 'first-overdue',
    recipients: ['eva@acme.example', 'jefe@acme.example'],
    subject: 'Factura F-0001',
    amount: money(1_234_550, 'EUR'),
    attached: true,
    token: 'PT-7K2M9QXA',
  }

  it('says when, what, to whom, about what, how much and with what result, in Spanish and in English', () => {
    expect(noteText('es', facts)).toBe(
      '3 mar 2026, 9:05 CET · Puntual · Primer aviso tras el vencimiento por correo a eva@acme.example, jefe@acme.example, asunto «Factura F-0001». Pendiente en esta factura: 12.345,50 EUR. PDF adjunto. Aceptado por el servidor de correo. [PT-7K2M9QXA]',
    )
    expect(noteText('en', { ...facts, timeZone: 'Europe/London', stage: 'final', attached: false })).toBe(
      '3 Mar 2026, 08:05 GMT · Puntual · Final friendly notice e-mailed to eva@acme.example, jefe@acme.example, subject “Factura F-0001”. Outstanding on this invoice: 12,345.50 EUR. Accepted by the mail server. [PT-7K2M9QXA]',
    )
    expect(noteText('es', { ...facts, kind: 'unknown', attached: false })).toBe(
      '3 mar 2026, 9:05 CET · Puntual · Primer aviso tras el vencimiento por correo a eva@acme.example, jefe@acme.example, asunto «Factura F-0001». Pendiente en esta factura: 12.345,50 EUR. La conexión se cortó al enviarlo: puede haber llegado. No se repite sin que lo decida una persona. [PT-7K2M9QXA]',
    )
    expect(noteText('en', { ...facts, kind: 'stopped', timeZone: 'Europe/London' })).toBe(
      '3 Mar 2026, 08:05 GMT · Puntual · Payment received: no more reminders for this invoice (last one: first reminder after the due date). [PT-7K2M9QXA]',
    )
  })

  it('stays short, with its token, however many people and words there are', () => {
    const long = {
      ...facts,
      recipients: Array.from({ length: 60 }, (_, n) => `cuentas-por-pagar-${n}@muy-largo-nombre-de-empresa.example`),
      subject: '😀'.repeat(300),
    }
    for (const kind of ['sent', 'unknown', 'stopped'] as const) {
      for (const language of ['es', 'en'] as const) {
        const text = noteText(language, { ...long, kind })
        expect(text.length).toBeLessThanOrEqual(1000)
        expect(text.endsWith('[PT-7K2M9QXA]')).toBe(true)
        expect(text.isWellFormed()).toBe(true)
      }
    }
  })

  it('knows currencies without decimals, and with three', () => {
    const amount = (minor: number, currency: string): string | undefined =>
      /invoice: (.*?[A-Z]{3})\./.exec(noteText('en', { ...facts, amount: money(minor, currency) }))?.[1]
    expect([amount(98_765, 'JPY'), amount(1_234_567, 'KWD')]).toEqual(['98,765 JPY', '1,234.567 KWD'])
  })

  it('carries a mark that is the same for every try, and another for every message, invoice and outcome', () => {
    const tokens = [
      noteToken('chase-1', 'invoice-1', 'sent'),
      noteToken('chase-2', 'invoice-1', 'sent'),
      noteToken('chase-1', 'invoice-2', 'sent'),
      noteToken('chase-1', 'invoice-1', 'unknown'),
    ]
    expect(tokens.map((token) => /^PT-[0-9A-HJKMNP-TV-Z]{8}$/.test(token))).toEqual([true, true, true, true])
    expect(new Set(tokens).size).toBe(4)
    expect(noteToken('chase-1', 'invoice-1', 'sent')).toBe(tokens[0])
  })
})
