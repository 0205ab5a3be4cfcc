import { expect, it } from 'vitest'
import { addDays, day } from '../../src/chase/day.ts'
import { money } from '../../src/chase/money.ts'
import { finishTask } from '../../src/flow/approve.ts'
import { disputeInvoice, endHold } from '../../src/flow/hold.ts'
import { openWorld } from '../support/world.ts'
import { diaryOf } from './diary.ts'

it('A spring at Talleres Vega, with Easter in it', async () => {
  const world = await openWorld({ start: '2026-03-02T04:00:00Z' })
  const { books, app, act } = world
  const eur = (euros: number) => money(euros * 100, 'EUR')

  const abaco = world.invoice(world.regular('Ábaco').id, '2026-03-05')
  const miramar = world.invoice(world.regular('Miramar', { groups: ['Estratégico'] }).id, '2026-03-20', 800_000)
  const duero = world.invoice(world.regular('Duero').id, '2026-03-13', 100_000)
  const iris = world.regular('Iris')
  const irisInvoice = world.invoice(iris.id, '2026-03-12', 30_000)
  const roble = world.invoice(world.regular('Roble').id, '2026-03-03')
  world.invoice(world.regular('Sur').id, '2026-03-02', 250_000)
  world.invoice(world.regular('Ferrer', { region: 'Barcelona' }).id, '2026-04-05')
  world.invoice(world.regular('Lavapiés').id, '2026-04-05')
  const tarde = books.addCustomer({ name: 'Tarde', email: 'pagos@tarde.example', region: 'Madrid' })
  for (let n = 0; n < 6; n += 1) {
    const due = addDays(day('2025-06-10'), n * 30)
    const old = books.addInvoice({ customerId: tarde.id, total: eur(100), number: `T-${n}`, issuedOn: addDays(due, -30), dueOn: due }) // prettier-ignore
    books.pay(old.id, addDays(due, 14))
  }
  const late = world.invoice(tarde.id, '2026-03-09')
  const norte = books.addCustomer({ name: 'Norte', email: 'hola@norte.example', region: 'Madrid' })
  const fresh = world.invoice(norte.id, '2026-03-31', 50_000, { issuedOn: day('2026-03-01') })

  await world.until('2026-03-05', '12:00')
  books.addCredit('credit-note', iris.id, day('2026-03-05'), eur(300))
  await world.until('2026-03-09', '12:00')
  await disputeInvoice(app, { ...act, invoiceId: await world.invoiceId(roble.id), why: 'wrong price' })
  await world.until('2026-03-18', '12:00')
  books.pay(abaco.id, day('2026-03-18'))
  await world.until('2026-03-19', '12:00')
  books.pay(duero.id, day('2026-03-19'), eur(400))
  const [credit] = books.credits.values()
  books.applyCredit(credit?.id ?? '', irisInvoice.id, eur(300))
  await world.until('2026-03-20', '12:00')
  const [dispute] = await world.rows<{ id: string }>(`select id from holds where kind = 'dispute' and ended_at is null`)
  await endHold(app, { ...act, holdId: dispute?.id ?? '' })
  await world.until('2026-03-25', '12:00')
  books.pay(duero.id, day('2026-03-25'))
  const [call] = await world.rows<{ id: string }>(`select id from chases where status = 'task'`)
  await finishTask(app, { ...act, chaseId: call?.id ?? '', outcome: 'they will look into it' })
  await world.until('2026-04-01', '11:00')
  const [final] = await world.rows<{ id: string }>(`select id from chases where status = 'awaiting-approval' and stage = 'final'`) // prettier-ignore
  await world.approve(final?.id)
  books.pay(late.id, day('2026-04-01'))
  await world.until('2026-04-08', '12:00')
  books.pay(miramar.id, day('2026-04-08'))
  books.pay(fresh.id, day('2026-04-08'))
  await world.until('2026-04-17', '20:00')

  expect(world.problems).toEqual([])
  expect(await diaryOf(world)).toEqual([
    '03-02 09:00 Roble: before-due sent',
    '03-02 09:00 Ábaco: before-due sent',
    '03-03 09:00 Sur: first-overdue sent',
    '03-04 09:00 Roble: first-overdue sent',
    '03-06 09:00 Ábaco: first-overdue sent',
    '03-09 09:00 Sur: firm sent',
    '03-09 12:00 Roble: hold-set dispute',
    '03-10 09:00 Duero: before-due sent',
    '03-12 09:00 Ábaco: firm sent',
    '03-16 09:00 Duero: first-overdue sent',
    '03-17 09:00 Sur: serious sent',
    '03-18 12:40 Ábaco: invoice-paid',
    '03-18 12:40 Ábaco: fell-silent',
    '03-19 09:00 Ábaco: thank-you sent',
    '03-19 12:40 Duero: paid in part, 600 left',
    // Iris had credit for all it owed since before the first step, and so never heard of it.
    '03-19 12:40 Iris: invoice-paid',
    '03-20 09:00 Duero: firm sent',
    '03-20 09:00 Miramar: due-day sent',
    '03-20 12:00 Roble: hold-ended dispute',
    '03-20 12:00 Roble: firm sent',
    '03-23 06:00 Sur: call-asked',
    // A fortnight late as always, and only then written to.
    '03-23 09:00 Tarde: first-overdue sent',
    '03-25 12:00 Sur: task-done',
    '03-25 12:40 Duero: invoice-paid',
    '03-25 12:40 Duero: fell-silent',
    '03-26 09:00 Duero: thank-you sent',
    '03-26 09:00 Norte: before-due sent',
    '03-27 09:00 Miramar: first-overdue sent',
    '03-30 09:00 Roble: serious sent',
    '03-30 09:00 Tarde: firm sent',
    '04-01 06:00 Sur: final waits for a yes',
    '04-01 09:00 Norte: first-overdue sent',
    '04-01 11:00 Sur: approved',
    '04-01 11:00 Sur: final sent',
    '04-01 12:40 Tarde: invoice-paid',
    '04-01 12:40 Tarde: fell-silent',
    // Maundy Thursday is a working day in Barcelona and a holiday in Madrid, Easter Monday the other way round.
    '04-02 09:00 Ferrer: before-due sent',
    '04-06 06:00 Miramar: call-asked',
    '04-06 06:00 Roble: call-asked',
    '04-06 09:00 Lavapiés: first-overdue sent',
    '04-06 09:00 Tarde: thank-you sent',
    '04-07 09:00 Norte: firm sent',
    '04-08 09:00 Ferrer: first-overdue sent',
    '04-08 12:40 Miramar: invoice-paid',
    '04-08 12:40 Miramar: task taken back (paid)',
    '04-08 12:40 Miramar: fell-silent',
    '04-08 12:40 Norte: invoice-paid',
    '04-08 12:40 Norte: fell-silent',
    '04-09 09:00 Miramar: thank-you sent',
    '04-09 09:00 Norte: thank-you sent',
    '04-13 09:00 Lavapiés: firm sent',
    '04-14 09:00 Ferrer: firm sent',
    '04-15 06:00 Roble: final waits for a yes',
    '04-16 06:00 Sur: decision-asked',
  ])

  // Every message is noted once on the invoice it was about, and a payment that ended a conversation once more.
  const sent = (await diaryOf(world)).filter((line) => line.endsWith(' sent')).length
  expect(world.outbox.length).toBe(sent)
  const notes = books.notes.map(({ text }) => /PT-\w+/.exec(text)?.[0])
  expect([notes.length, new Set(notes).size]).toEqual([sent + 5, sent + 5])
  expect(world.notes(abaco.id).map((note) => note.split(' · ')[2]?.split(/ por|:/)[0])).toEqual([
    'Aviso antes del vencimiento',
    'Primer aviso tras el vencimiento',
    'Segundo aviso',
    'Pago recibido',
    'Agradecimiento',
  ])
})
