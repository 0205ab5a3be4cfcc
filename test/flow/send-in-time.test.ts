import { afterEach, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { sendChase } from '../../src/flow/send.ts'
import { createSmtpMailer } from '../../src/mail/smtp.ts'
import { startFaultySmtp, type Place } from '../support/faulty-smtp.ts'
import { openWorld } from '../support/world.ts'

/** Tuesday 3 March, 08:50 in Madrid. */
const BEFORE_NINE = '2026-03-03T07:50:00Z'
const AT_NINE = Temporal.Instant.from('2026-03-03T08:00:00Z')

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A message on its way to a mail server that holds its answer at a place until it is told to go on. */
async function sendingTo(at: Place) {
  const world = await openWorld({ start: BEFORE_NINE })
  const acme = world.regular('Acme')
  const invoice = world.invoice(acme.id, '2026-03-02')
  await world.advanceTo(BEFORE_NINE)

  const { promise: until, resolve: goOn } = Promise.withResolvers<void>()
  const server = await startFaultySmtp([{ at, until }])
  const mailer = createSmtpMailer({ url: `smtp://ana:secret@127.0.0.1:${server.port}` })
  closers.push(
    () => server.close(),
    () => mailer.close(),
  )
  Object.assign(world.app, { mailer })
  const sending = sendChase({ ...world.app, now: () => AT_NINE }, await world.waiting())
  await expect.poll(() => server.reached.at(-1)).toBe(at)
  return { world, acme, invoice, server, sending, goOn }
}

const SLOW: readonly Place[] = ['greeting', 'AUTH', 'RCPT', 'DATA']

it.for(SLOW)('a mail server that takes 30 seconds from the ledger’s answer (%s) gets no message, and is tried again later', async (at) => {
  const { world, server, sending, goOn } = await sendingTo(at)
  world.monotonic.ms += 30_000
  goOn()
  expect(await sending).toBe('postponed')

  expect([server.received, server.reached.includes('mid-data')]).toEqual([[], false])
  expect(await world.chases()).toEqual(['day-1 planned'])
  expect(await world.rows(`select kind, facts->>'answer' as answer from events where kind like 'mail-%'`)).toEqual([
    {
      kind: 'mail-postponed',
      answer: 'The mail server could not be used: it was not ready for the message in time',
    },
  ])
  server.faults = []
  await world.until('2026-03-03', '10:00')
  expect([server.received.length, world.counted.get('invoices')]).toEqual([1, 2])
  expect(await world.diary()).toEqual(['2026-03-03 09:10 first-overdue → pagos@acme.example'])
}) // prettier-ignore

it('a customer who paid while the mail server was slow is not written to at the next try', async () => {
  const { world, invoice, server, sending, goOn } = await sendingTo('greeting')
  world.books.pay(invoice.id, day('2026-03-03'))
  world.monotonic.ms += 30_000
  goOn()
  expect(await sending).toBe('postponed')

  server.faults = []
  await world.until('2026-03-03', '10:00')
  expect(server.received).toEqual([])
  expect(await world.chases()).toEqual(['day-1 cancelled (paid)'])
})

it('a mail server that is ready just in time gets the message', async () => {
  const { world, server, sending, goOn } = await sendingTo('DATA')
  world.monotonic.ms += 29_999
  goOn()
  expect([await sending, server.received.length, await world.chases()]).toEqual(['sent', 1, ['day-1 sent']])
})
