import { expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { openWorld } from '../support/world.ts'
import { diaryOf, messagesOf, reasonsOf } from './diary.ts'

const eur = (minor: number) => money(minor, 'EUR')

it('Money that comes, is credited or is called off between the plan and the message', async () => {
  const world = await openWorld()
  const { books } = world
  const owing = (name: string, dueOn = '2026-02-27', minor = 50_000) => {
    const customer = world.regular(name)
    return { customer, invoice: world.invoice(customer.id, dueOn, minor) }
  }
  const anulada = owing('Anulada')
  const aplicada = owing('Aplicada')
  const debajo = owing('Debajo')
  const encima = owing('Encima')
  const igual = owing('Igual')
  const minuto = owing('Minuto')
  const saldo = world.regular('Saldo a favor')
  const futura = owing('Saldo y factura', '2026-03-05', 20_000)
  const on = day('2026-03-02')
  for (const id of [saldo.id, futura.customer.id]) books.addCredit('prepayment', id, day('2026-02-20'), eur(30_000))
  await world.until('2026-03-02', '08:30')
  // Before the reading at 08:40: what it finds changes the plan.
  books.addCredit('credit-note', encima.customer.id, on, eur(60_000))
  books.addCredit('credit-note', igual.customer.id, on, eur(50_000))
  books.addCredit('credit-note', debajo.customer.id, on, eur(20_000))
  await world.until('2026-03-02', '08:59')
  // After it: only asking once more can tell.
  books.pay(minuto.invoice.id, on)
  books.updateInvoice(anulada.invoice.id, { status: 'void' })
  const note = books.addCredit('credit-note', aplicada.customer.id, on, eur(20_000))
  books.applyCredit(note.id, aplicada.invoice.id, eur(20_000))
  await world.until('2026-03-02')

  expect(world.problems).toEqual([])
  expect(await diaryOf(world)).toEqual([
    // More credit than is owed, or just as much: a person looks at it. Less is no reason to be silent.
    '03-02 08:40 Encima: first-overdue taken back (credit-covers-balance)',
    '03-02 08:40 Igual: first-overdue taken back (credit-covers-balance)',
    '03-02 09:00 Anulada: invoice-voided',
    '03-02 09:00 Anulada: first-overdue taken back (void)',
    '03-02 09:00 Aplicada: paid in part, 300 left',
    '03-02 09:00 Aplicada: first-overdue taken back (balance-changed)',
    '03-02 09:00 Aplicada: first-overdue sent',
    '03-02 09:00 Debajo: first-overdue sent',
    '03-02 09:00 Minuto: invoice-paid',
    '03-02 09:00 Minuto: first-overdue taken back (paid)',
  ])
  expect(await messagesOf(world)).toEqual([
    '03-02 09:00 Aplicada: first-overdue → pagos@aplicada.example: F-0002 300.00 EUR',
    '03-02 09:00 Debajo: first-overdue → pagos@debajo.example: F-0003 500.00 EUR',
  ])
  expect(await reasonsOf(world)).toEqual([
    'Anulada: nothing-open',
    'Aplicada: step-due',
    'Debajo: step-due',
    'Encima: credit-covers-balance',
    'Igual: credit-covers-balance',
    'Minuto: nothing-open',
    'Saldo y factura: credit-covers-balance',
  ])
  expect(world.notes(minuto.invoice.id)).toEqual([])
})

it('Two currencies are never added, and credit in one leaves the other to be chased', async () => {
  const world = await openWorld()
  const both = world.regular('Ambas')
  const covered = world.regular('Cubierta')
  for (const { id } of [both, covered]) {
    world.invoice(id, '2026-02-27', 50_000)
    world.invoice(id, '2026-02-27', 0, { total: money(30_000, 'GBP') })
  }
  world.books.addCredit('credit-note', covered.id, day('2026-02-28'), money(30_000, 'GBP'))
  await world.until('2026-03-02')

  expect(world.problems).toEqual([])
  expect(await messagesOf(world)).toEqual([
    '03-02 09:00 Ambas: first-overdue → pagos@ambas.example: F-0001 500.00 EUR, F-0002 300.00 GBP',
    '03-02 09:00 Cubierta: first-overdue → pagos@cubierta.example: F-0003 500.00 EUR',
  ])
  const text = world.outbox.find(({ to }) => to[0]?.address === 'pagos@ambas.example')?.text ?? ''
  expect([text.includes('500,00'), text.includes('300,00'), text.includes('800,00')]).toEqual([true, true, false])
})

it('A minimum balance: too little is left alone, until another invoice makes it enough, and again below it', async () => {
  const world = await openWorld()
  await world.policy({ minimumBalance: { EUR: 20_000 } })
  const little = world.regular('Poco')
  const first = world.invoice(little.id, '2026-02-27', 15_000)
  await world.until('2026-03-03')
  expect([await messagesOf(world), await reasonsOf(world)]).toEqual([[], ['Poco: left-alone']])
  world.invoice(little.id, '2026-03-02', 10_000)
  await world.until('2026-03-05')
  const together = '03-04 09:00 Poco: first-overdue → pagos@poco.example: F-0001 150.00 EUR, F-0002 100.00 EUR'
  expect([await messagesOf(world), await reasonsOf(world)]).toEqual([[together], ['Poco: step-not-due-yet']])
  world.books.pay(first.id, day('2026-03-06'))
  await world.until('2026-03-20')
  const thanks = '03-09 09:00 Poco: thank-you → pagos@poco.example: F-0001 0.00 EUR'
  expect([await messagesOf(world), await reasonsOf(world)]).toEqual([[together, thanks], ['Poco: left-alone']])
  expect(world.problems).toEqual([])
})

it('Thanks ride along with a reminder they would put off, go alone where they are in nobody’s way, and are no touch', async () => {
  const world = await openWorld()
  await world.policy({ touchesPerSpell: 4 })
  const acme = world.regular('Acme')
  const paid = world.invoice(acme.id, '2026-02-26', 10_000)
  world.invoice(acme.id, '2026-02-27', 20_000)
  const sola = world.regular('Sola')
  world.invoice(sola.id, '2026-02-26', 30_000)
  const later = world.invoice(sola.id, '2026-02-27', 40_000)
  await world.until('2026-03-03')
  world.books.pay(paid.id, day('2026-03-03'))
  await world.until('2026-03-18', '12:00')
  world.books.pay(later.id, day('2026-03-18'))
  await world.until('2026-03-23')
  expect(world.problems).toEqual([])
  expect(await messagesOf(world)).toEqual([
    '03-02 09:00 Acme: first-overdue → pagos@acme.example: F-0001 100.00 EUR, F-0002 200.00 EUR',
    '03-02 09:00 Sola: first-overdue → pagos@sola.example: F-0003 300.00 EUR, F-0004 400.00 EUR',
    // The conversation goes on about the other invoice, and thanks for the one that was paid.
    '03-04 09:00 Acme: first-overdue → pagos@acme.example: F-0002 200.00 EUR',
    '03-09 09:00 Sola: firm → pagos@sola.example: F-0003 300.00 EUR, F-0004 400.00 EUR',
    '03-10 09:00 Acme: firm → pagos@acme.example: F-0002 200.00 EUR',
    '03-17 09:00 Sola: serious → pagos@sola.example: F-0003 300.00 EUR, F-0004 400.00 EUR',
    '03-18 09:00 Acme: serious → pagos@acme.example: F-0002 200.00 EUR',
    '03-19 09:00 Sola: thank-you → pagos@sola.example: F-0004 0.00 EUR',
  ])
  // Three messages that asked, thanks, and the call is the fourth touch: after it a person would decide.
  expect((await diaryOf(world)).at(-1)).toBe('03-23 06:00 Sola: call-asked')
  const [, along] = world.outbox.filter(({ to }) => to[0]?.address === 'pagos@acme.example')
  expect(along?.text.includes('100,00')).toBe(true)
})
