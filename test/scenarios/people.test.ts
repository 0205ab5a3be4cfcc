import { expect, it } from 'vitest'
import { endHold } from '../../src/flow/hold.ts'
import { logContact } from '../../src/flow/log-contact.ts'
import { LedgerError } from '../../src/ledgers/ledger.ts'
import { MailRefused } from '../../src/mail/mailer.ts'
import { accepted, openWorld } from '../support/world.ts'
import { diaryOf, messagesOf, reasonsOf } from './diary.ts'

it('Two contacts become one: what was said and what is owed go with it, and nobody hears it twice', async () => {
  const world = await openWorld()
  const [old, kept] = [world.regular('Acme Viejo'), world.regular('Acme')]
  world.invoice(old.id, '2026-02-27')
  world.invoice(kept.id, '2026-03-02', 20_000)
  await world.until('2026-03-02')
  world.books.mergeCustomers(old.id, kept.id)
  await world.until('2026-03-13')

  expect(world.problems).toEqual([])
  expect(await diaryOf(world)).toEqual([
    '03-02 09:00 Acme Viejo: first-overdue sent',
    '03-03 02:30 Acme Viejo: customer-merged',
    '03-03 02:30 Acme Viejo: fell-silent',
    // On the 3rd an invoice of its own was overdue, but the people had been written to the day before.
    '03-04 09:00 Acme: first-overdue sent',
    '03-10 09:00 Acme: firm sent',
  ])
  expect(await messagesOf(world)).toEqual([
    '03-02 09:00 Acme Viejo: first-overdue → pagos@acme-viejo.example: F-0001 500.00 EUR',
    '03-04 09:00 Acme: first-overdue → pagos@acme.example: F-0001 500.00 EUR, F-0002 200.00 EUR',
    '03-10 09:00 Acme: firm → pagos@acme.example: F-0001 500.00 EUR, F-0002 200.00 EUR',
  ])
})

it('An address that bounces is given up: the other one is asked who is right, and a person for an address', async () => {
  const world = await openWorld()
  const [alone, other] = [world.regular('Rebote'), world.regular('Rebote con otra')]
  world.invoice(alone.id, '2026-02-27')
  const invoice = world.invoice(other.id, '2026-02-27', 50_000, { email: 'facturas@otra.example' })
  world.mailServer.answer = async (email) => {
    const dead = email.to.map(({ address }) => address).filter((address) => address !== 'pagos@rebote-con-otra.example')
    if (dead.length > 0) throw new MailRefused('recipient', '5.1.1 no such user', { permanent: true, code: 550, addresses: dead })
    return accepted(email)
  } // prettier-ignore
  await world.until('2026-03-06')

  expect(world.problems).toEqual([])
  expect(await diaryOf(world)).toEqual([
    '03-02 09:00 Rebote: mail-refused',
    '03-02 09:00 Rebote: address-broken',
    '03-02 09:00 Rebote con otra: mail-refused',
    '03-02 09:00 Rebote con otra: address-broken',
    '03-02 09:00 Rebote con otra: right-person sent',
  ])
  expect(await messagesOf(world)).toEqual([
    '03-02 09:00 Rebote con otra: right-person → pagos@rebote-con-otra.example: F-0002 500.00 EUR',
  ])
  // The question to the other address names no amount.
  expect(world.outbox[0]?.text.includes('500')).toBe(false)
  expect(await reasonsOf(world)).toEqual(['Rebote: no-address', 'Rebote con otra: no-address'])
  expect(world.notes(invoice.id)).toEqual([
    expect.stringMatching(
      /^2 mar 2026, 9:00 CET · Puntual · Pregunta por el contacto correcto por correo a pagos@rebote-con-otra\.example/,
    ),
  ])
})

it('A PDF that cannot be had holds the message for the day, and it goes when it can', async () => {
  const world = await openWorld()
  const acme = world.regular('Acme')
  world.invoice(acme.id, '2026-02-27')
  world.faults.current = {
    before: async (method) => {
      if (method === 'pdf') throw new LedgerError('rejected', 'the answer is not a PDF')
    },
  }
  await world.until('2026-03-03')
  expect(await reasonsOf(world)).toEqual(['Acme: pdf-missing'])
  world.faults.current = {}
  await world.until('2026-03-06')

  expect(world.problems).toEqual([])
  expect(await diaryOf(world)).toEqual([
    '03-02 09:00 Acme: pdf-missing',
    '03-03 09:00 Acme: pdf-missing',
    '03-04 09:00 Acme: first-overdue sent',
  ])
  expect(world.outbox.map(({ attachments }) => attachments.map(({ filename }) => filename))).toEqual([
    ['Factura-F-0001.pdf'],
  ])
})

it('An account that changes between two messages holds everything until a person has looked', async () => {
  const world = await openWorld()
  const acme = world.regular('Acme')
  world.invoice(acme.id, '2026-02-27')
  await world.rows(`update businesses set payment_details = 'IBAN ES91 2100 0418 4502 0005 1332'`)
  await world.until('2026-03-03')
  await world.rows(`update businesses set payment_details = 'IBAN ES79 2100 0813 6101 2345 6789'`)
  await world.until('2026-03-10')
  expect(await reasonsOf(world)).toEqual(['Acme: bank-details-changed'])
  const [hold] = await world.rows<{ id: string }>('select id from holds where ended_at is null')
  await endHold(world.app, { ...world.act, holdId: hold?.id ?? '' })
  await world.until('2026-03-12')

  expect(world.problems).toEqual([])
  expect(await diaryOf(world)).toEqual([
    '03-02 09:00 Acme: first-overdue sent',
    '03-06 09:00 Acme: message-held',
    '03-10 20:00 Acme: hold-ended bank-details',
    '03-11 09:00 Acme: firm sent',
  ])
  expect(world.outbox.map(({ text }) => /ES\d\d [\d ]*/.exec(text)?.[0].trim())).toEqual([
    'ES91 2100 0418 4502 0005 1332',
    'ES79 2100 0813 6101 2345 6789',
  ])
})

it('A reply a minute before the message stops it, and what is said decides what comes next', async () => {
  const world = await openWorld()
  const [says, wrong] = [world.regular('Dice que pagó'), world.regular('Otra persona')]
  for (const { id } of [says, wrong]) world.invoice(id, '2026-02-27')
  await world.until('2026-03-02', '08:59')
  const reply = { ...world.act, kind: 'reply' as const, who: 'Eva Soler', note: null, chaseId: null }
  await logContact(world.app, { ...reply, customerId: await world.customerId(says.id), said: { outcome: 'paid' } })
  await logContact(world.app, { ...reply, customerId: await world.customerId(wrong.id), said: { outcome: 'wrong-person' } })
  await world.until('2026-03-10')

  expect(world.problems).toEqual([])
  expect(await diaryOf(world)).toEqual([
    '03-02 08:59 Dice que pagó: contact-logged',
    '03-02 08:59 Dice que pagó: first-overdue taken back (said-paid)',
    '03-02 08:59 Otra persona: contact-logged',
    '03-02 08:59 Otra persona: first-overdue taken back (wrong-person)',
    // Nothing goes to the wrong person by itself any more: somebody has to say yes to the recipient.
    '03-02 08:59 Otra persona: first-overdue waits for a yes',
    '03-06 06:00 Otra persona: first-overdue taken back (replanned)',
    '03-06 06:00 Otra persona: firm waits for a yes',
    // Believed for some days; nothing has come.
    '03-09 09:00 Dice que pagó: firm sent',
  ])
}) // prettier-ignore
