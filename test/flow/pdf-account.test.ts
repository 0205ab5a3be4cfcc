import { expect, it } from 'vitest'
import { Books, repeatableUuids } from '../../src/demo/books.ts'
import { SPANISH_COMPANY } from '../../src/demo/company-spanish.ts'
import { endHold } from '../../src/flow/hold.ts'
import { MailRefused } from '../../src/mail/mailer.ts'
import { openWorld } from '../support/world.ts'

/** Monday 2 March, 05:00 in Madrid. */
const MONDAY = '2026-03-02T04:00:00Z'
const OURS = 'ES91 2100 0418 4502 0005 1332'
const STRANGER = 'ES79 2100 0813 6101 2345 6789'

/** A business whose invoices print an account; null prints none. */
async function printing(account: string | null, confirmed: string | null) {
  const { letterhead, ...company } = SPANISH_COMPANY
  const bank = { name: 'Banco', account: account ?? '', bic: 'X' }
  const paper = letterhead && { ...letterhead, bank }
  const world = await openWorld({
    start: MONDAY,
    books: (now) => new Books({ ...company, ...(account && paper && { letterhead: paper }) }, repeatableUuids(7), now),
  })
  await world.rows('update businesses set payment_details = $1', [confirmed])
  const customer = world.regular('Acme')
  world.invoice(customer.id, '2026-02-27', 90_000)
  const holds = () => world.rows<{ id: string; kind: string; why: string }>('select id, kind, why from holds where ended_at is null')
  return { world, customer, bank, holds }
} // prettier-ignore

it('An invoice that asks to be paid to another account than the confirmed one holds everything until a person has looked', async () => {
  const { world, holds } = await printing(STRANGER, `IBAN ${OURS}`)
  await world.until('2026-03-03')
  expect(world.outbox).toEqual([])
  const [hold, ...more] = await holds()
  expect([hold?.kind, hold?.why, more.length]).toEqual(['bank-details', 'document-differs: ES…6789', 0])
  expect((await world.rows('select reason from verdicts order by on_day desc limit 1'))[0]).toEqual({
    reason: 'bank-details-changed',
  })
  await endHold(world.app, { ...world.act, holdId: hold?.id ?? '' })
  await world.until('2026-03-04')
  expect(world.outbox.length).toBe(1)
})

it('An invoice with the confirmed account goes, and what it names is kept with its PDF', async () => {
  const { world, holds } = await printing(OURS, `IBAN ${OURS}`)
  await world.until('2026-03-03')
  expect([world.outbox.length, await holds()]).toEqual([1, []])
  expect(await world.rows('select accounts from pdfs')).toEqual([{ accounts: ['ES9121000418450200051332'] }])
})

it('Where the business has confirmed no account, the invoices that went before are what the next ones are held against', async () => {
  const { world, customer, bank, holds } = await printing(OURS, null)
  await world.until('2026-03-03')
  expect([world.outbox.length, await holds()]).toEqual([1, []])
  bank.account = STRANGER
  world.invoice(customer.id, '2026-03-03', 40_000)
  await world.until('2026-03-10')
  expect(world.outbox.length).toBe(1)
  expect((await holds()).map(({ why }) => why)).toEqual(['document-differs: ES…6789'])
})

it('An invoice without an account, or without a text, holds nobody', async () => {
  const silent = await printing(null, `IBAN ${OURS}`)
  await silent.world.until('2026-03-03')
  expect([silent.world.outbox.length, await silent.holds()]).toEqual([1, []])
  expect(await silent.world.rows('select accounts from pdfs')).toEqual([{ accounts: [] }])

  const scanned = await printing(STRANGER, `IBAN ${OURS}`)
  Object.assign(scanned.world.app, { readPdfText: async () => null })
  await scanned.world.until('2026-03-03')
  expect([scanned.world.outbox.length, await scanned.holds()]).toEqual([1, []])
})

it('A PDF that was kept before anybody looked for accounts is read when it is to go', async () => {
  const { world, holds } = await printing(STRANGER, `IBAN ${OURS}`)
  const { readPdfText } = world.app
  Object.assign(world.app, { readPdfText: async () => null })
  const busy = new MailRefused('connection', 'busy', { permanent: false })
  world.mailServer.answer = () => Promise.reject(busy)
  await world.until('2026-03-02', '09:02')
  expect(await world.rows('select accounts from pdfs')).toEqual([{ accounts: [] }])
  await world.rows('update pdfs set accounts = null')
  Object.assign(world.app, { readPdfText })
  await world.until('2026-03-03')
  expect((await holds()).map(({ why }) => why)).toContain('document-differs: ES…6789')
})
