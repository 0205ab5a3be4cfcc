import { expect, it } from 'vitest'
import { approveChase } from '../../src/flow/approve.ts'
import { previewChase } from '../../src/flow/preview.ts'
import { openWorld } from '../support/world.ts'

/** Tuesday 3 March, 08:50 in Madrid. */
const BEFORE_NINE = '2026-03-03T07:50:00Z'

/** A message that waits for a yes, and how a person sees it and answers. */
async function waitingMessage() {
  const world = await openWorld({ start: BEFORE_NINE, mode: 'approve' })
  const acme = world.regular('Acme')
  const invoice = world.invoice(acme.id, '2026-03-02')
  await world.advanceTo(BEFORE_NINE)
  const { chaseId } = await world.waiting()
  const look = async () => {
    const preview = await previewChase(world.app, world.businessId, chaseId)
    if (!preview) throw new Error('there is nothing to see')
    return preview
  }
  const approve = (version: string) => approveChase(world.app, { ...world.act, chaseId }, version)
  return { world, acme, invoice, look, approve }
}

type Story = Awaited<ReturnType<typeof waitingMessage>>

it('what was read is approved, and goes out as it was read', async () => {
  const { world, look, approve } = await waitingMessage()
  // A link to pay is found when the message leaves; here it is known that there is none.
  await world.rows(`update invoices set pay_link = ''`)
  const seen = await look()
  expect(await approve(seen.version)).toBe('approved')
  expect(await approve(seen.version)).toBe('gone')
  await world.until('2026-03-03', '10:00')
  expect(world.outbox.map(({ subject, text, to }) => [subject, text, to.map(({ address }) => address)])).toEqual([
    [seen.subject, seen.text, seen.to],
  ])
})

const CHANGES: [string, (story: Story) => Promise<unknown>][] = [
  ['the balance', ({ world, invoice }) => world.rows('update invoices set balance_minor = 30000 where ledger_id = $1', [invoice.id])],
  ['the due day', ({ world, invoice }) => world.rows(`update invoices set due_on = '2026-03-01' where ledger_id = $1`, [invoice.id])],
  ['what the message was planned to claim', ({ world }) => world.rows('update chase_invoices set balance_minor = 30000')],
  ['the address', ({ world }) => world.rows(`update contacts set email = 'otra@acme.example' where role = 'main'`)],
  ['who it is copied to', async ({ world, acme }) =>
    world.rows(`insert into contacts (business_id, customer_id, email, role) values ($1, $2, 'jefa@acme.example', 'copied')`,
      [world.businessId, await world.customerId(acme.id)])],
  ['who signs it', ({ world }) => world.rows(`update businesses set sender_name = 'Luis Vega'`)],
  ['how to pay', ({ world }) => world.rows(`update businesses set payment_details = 'IBAN ES00 0000'`)],
  ['the language', ({ world }) => world.rows(`update customers set set_language = 'en'`)],
  ['the day it is read on', async ({ world }) => world.until('2026-03-03', '23:59').then(() => world.advanceTo('2026-03-04T00:30:00Z'))],
] // prettier-ignore

it.for(CHANGES)('a yes to what was shown before %s changed is no yes; the message waits, and can be approved as it is now', async ([, change]) => {
  const story = await waitingMessage()
  const { world, look, approve } = story
  const seen = await look()
  await change(story)

  expect(await approve(seen.version)).toBe('changed')
  expect([await world.chases(), await world.rows('select approved_by from chases where approved_by is not null')]).toEqual([
    ['day-1 awaiting-approval'],
    [],
  ])
  expect((await world.events()).includes('approved')).toBe(false)
  expect(await approve((await look()).version)).toBe('approved')
}) // prettier-ignore

it('looking twice shows the same version, and another customer’s message is another one', async () => {
  const { world, look } = await waitingMessage()
  world.invoice(world.regular('Brisa').id, '2026-03-02')
  await world.rows(`update connections set next_sync_at = '2026-03-03T07:50:00Z'`)
  const seen = await look()
  await world.until('2026-03-03', '09:00')
  const waiting = await world.rows<{ id: string }>(`select id from chases where status = 'awaiting-approval' order by planned_at`) // prettier-ignore
  const versions = []
  for (const { id } of waiting) versions.push((await previewChase(world.app, world.businessId, id))?.version)
  expect([versions.length, versions.indexOf(seen.version), new Set(versions).size]).toEqual([2, 0, 2])
})
