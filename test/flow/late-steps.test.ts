import { describe, expect, it } from 'vitest'
import type { Policy, Step } from '../../src/chase/policy.ts'
import { explain } from '../../src/chase/reasons.ts'
import { addContact, setContact } from '../../src/flow/contacts.ts'
import { simulateBusiness } from '../../src/flow/simulate.ts'
import { openWorld, type World, type WorldOptions } from '../support/world.ts'

const reminder = { id: 'day-1', from: 1, to: 1, channel: 'email', stage: 'first-overdue', approval: false } as const
const late = { id: 'day-8', from: 8, to: 8, channel: 'email', stage: 'firm', approval: false } as const
const decision = { id: 'decide', from: 30, to: 30, channel: 'decision', stage: null, approval: false } as const

/** A kind reminder, then a firm one as the story has it. */
const laterAs = (details: Partial<Step>) =>
  ({ sequences: { regular: [reminder, { ...late, ...details }, decision] } }) satisfies {
    sequences: Partial<Record<keyof Policy['sequences'], unknown>>
  }

const nameSenior = (world: World) =>
  world.rows(
    `update businesses set senior_name = 'Luis Vega', senior_role = 'Dirección', senior_email = 'luis@vega.example'`,
  )

async function nameBoss(world: World, ledgerId: string, email: string): Promise<void> {
  const customerId = await world.customerId(ledgerId)
  await addContact(world.app, { ...world.act, customerId, email, name: 'Marta Ruiz', role: 'other' })
  const [row] = await world.rows<{ id: string }>('select id from contacts where email = $1 and customer_id = $2', [email, customerId]) // prettier-ignore
  const settings = { treatment: null, language: null, escalation: true }
  await setContact(world.app, { ...world.act, contactId: row?.id ?? '', settings })
}

async function owing(details: Partial<Step>, options: WorldOptions = {}) {
  const world = await openWorld(options)
  await world.policy(laterAs(details))
  const customer = world.regular('Globex')
  const invoice = world.invoice(customer.id, '2026-03-01')
  await world.until('2026-03-02', '07:00')
  return { world, customer, invoice }
}

const sent = (world: World): string[] =>
  world.outbox.map(({ from, replyTo, to, cc }) =>
    [from.name, `<${from.address}>`, '→', to.map(({ address }) => address), 'cc', cc.map(({ address }) => address), 'replies', replyTo?.address ?? 'there'].join(' '),
  ) // prettier-ignore

const verdictFacts = async (world: World, on: string) => {
  const [row] = await world.rows<{ reason: never; until: never; facts: never }>(
    `select reason, until_day::text as until, facts from verdicts where on_day = $1`,
    [on],
  )
  return row ? explain(row, 'en') : 'none'
}

describe('A late step', () => {
  it('is signed by the senior sender from the same mailbox, and copied to the contact for copies, and the note says so', async () => {
    const { world, customer, invoice } = await owing({ sender: 'senior', copyEscalation: true })
    await nameSenior(world)
    await nameBoss(world, customer.id, 'boss@globex.example')
    await world.until('2026-03-10')
    expect(sent(world)).toEqual([
      'Ana Vega <ana@vega.example> → pagos@globex.example cc  replies there',
      'Luis Vega <ana@vega.example> → pagos@globex.example cc boss@globex.example replies luis@vega.example',
    ])
    const [first, second] = world.outbox
    expect(first?.text).toContain('Ana Vega')
    expect(second?.text).toContain('Luis Vega')
    expect(second?.text).toContain('Dirección')
    expect(second?.text).not.toContain('Ana Vega')
    expect(world.notes(invoice.id)[1]).toContain(
      'pagos@globex.example, con copia a boss@globex.example, firmado por Luis Vega, asunto',
    )
    expect(
      await world.rows(`select m.copies from messages m join chases x on x.id = m.chase_id where x.step_id = 'day-8'`),
    ).toEqual([{ copies: [{ name: 'Marta Ruiz', address: 'boss@globex.example' }] }])
    expect(await verdictFacts(world, '2026-03-09')).toMatch(
      /The senior sender signs it\. boss@globex\.example gets a copy\.$/,
    )
  })

  it('goes as usual where nobody is named, and the verdict says so', async () => {
    const { world } = await owing({ sender: 'senior', copyEscalation: true })
    await world.until('2026-03-10')
    expect(sent(world)[1]).toBe('Ana Vega <ana@vega.example> → pagos@globex.example cc  replies there')
    expect(await verdictFacts(world, '2026-03-09')).toMatch(
      /No senior sender is named in the settings, so the usual one signs it\. The customer has no contact for copies, so nobody gets one\.$/,
    )
  })

  it('reaches the others when the address for copies does not work', async () => {
    const { world, customer } = await owing({ copyEscalation: true })
    await nameBoss(world, customer.id, 'boss@globex.example')
    await world.rows(`update contacts set bounced_at = now() where escalation`)
    await world.until('2026-03-10')
    expect(sent(world)[1]).toContain('→ pagos@globex.example cc  replies')
  })

  it('waits where whoever gets the copy has just had another, and the simulation knew it', async () => {
    const world = await openWorld({ oneByOne: true })
    await world.policy(laterAs({ copyEscalation: true }))
    const customers = ['Globex', 'Initech'].map((name) => world.regular(name))
    for (const { id } of customers) world.invoice(id, '2026-03-01')
    await world.until('2026-03-02', '07:00')
    for (const { id } of customers) await nameBoss(world, id, 'boss@group.example')
    await world.until('2026-03-03', '07:00')
    const { simulation, names } = await simulateBusiness(world.app, world.businessId, { days: 14 })
    await world.until('2026-03-16')
    const lived = world.outbox.slice(2).map(({ cc, sentAt, to }) => `${sentAt.toString().slice(0, 10)} ${to[0]?.address} ${cc[0]?.address}`) // prettier-ignore
    const [first, other] = lived[0]?.includes('globex') ? ['globex', 'initech'] : ['initech', 'globex']
    expect(lived).toEqual([
      `2026-03-09 pagos@${first}.example boss@group.example`,
      `2026-03-11 pagos@${other}.example boss@group.example`,
    ])
    const told = simulation.messages.map(
      ({ on, customerId }) => `${on} ${names.customers.get(customerId)?.toLowerCase()}`,
    )
    expect(told).toEqual([`2026-03-09 ${first}`, `2026-03-11 ${other}`])
    const waiting = await world.rows<{ facts: never; reason: never; until: never }>(
      `select v.facts, v.reason, v.until_day::text as until from verdicts v where v.on_day = '2026-03-10' and v.reason = 'too-soon'`,
    )
    expect(waiting.map((row) => explain(row, 'en'))).toContain(
      'Waits until Wednesday 11 March: boss@group.example, who would get a copy, has had a message only recently.',
    )
  })

  it('is approved anew when a copy comes to it afterwards', async () => {
    const { world, customer } = await owing({}, { mode: 'approve' })
    await nameBoss(world, customer.id, 'boss@globex.example')
    await world.until('2026-03-02', '08:00')
    await world.approveAll()
    await world.until('2026-03-09', '07:30')
    await world.approveAll()
    await world.policy(laterAs({ copyEscalation: true }))
    await world.until('2026-03-09')
    expect(sent(world)).toHaveLength(1)
    await world.approveAll()
    await world.until('2026-03-10')
    expect(sent(world)[1]).toContain('cc boss@globex.example')
  })
})
