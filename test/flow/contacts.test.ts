import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import type { ContactSettings } from '../../src/store/contacts.ts'
import { addContact, removeContact, setContact } from '../../src/flow/contacts.ts'
import { logContact } from '../../src/flow/log-contact.ts'
import { openWorld, type World, type WorldOptions } from '../support/world.ts'

const PLAIN: ContactSettings = { treatment: null, language: null, escalation: false }

/** A customer whose invoice fell due yesterday, on the morning on which its first message leaves. */
async function owing(options: WorldOptions = {}) {
  const world = await openWorld(options)
  const customer = world.regular('Globex', { country: 'ES' })
  world.invoice(customer.id, '2026-03-01')
  await world.until('2026-03-02', '07:00')
  return { world, customer, customerId: await world.customerId(customer.id) }
}

async function contactId(world: World, email: string): Promise<string> {
  const [row] = await world.rows<{ id: string }>('select id from contacts where email = $1', [email])
  return row?.id ?? ''
}

const say = async (world: World, email: string, settings: Partial<ContactSettings>) =>
  setContact(world.app, {
    ...world.act,
    contactId: await contactId(world, email),
    settings: { ...PLAIN, ...settings },
  })

const TU = /\b(te|tu|tus|ti|contigo)\b/i
const USTED = /\b(usted|le|su|sus)\b/i

describe('How a contact is written to', () => {
  it('is usted in Spanish, unless a person says tú of the contact', async () => {
    const { world } = await owing()
    await say(world, 'pagos@globex.example', { treatment: 'tu' })
    await world.until('2026-03-02')
    expect(world.outbox[0]?.text).toMatch(TU)
    expect(world.outbox[0]?.text).not.toMatch(USTED)
    await say(world, 'pagos@globex.example', { treatment: 'usted' })
    await world.until('2026-03-10')
    expect(world.outbox[1]?.text).toMatch(USTED)
    expect(world.outbox[1]?.text).not.toMatch(TU)
  })

  it('follows the policy where nobody has said it', async () => {
    const { world } = await owing()
    await world.policy({ treatment: 'tu' })
    await world.until('2026-03-02')
    expect(world.outbox[0]?.text).toMatch(TU)
    expect(world.outbox[0]?.text).not.toMatch(USTED)
  })

  it('is in the contact’s own language, whatever its country', async () => {
    const { world } = await owing()
    await say(world, 'pagos@globex.example', { language: 'en' })
    await world.until('2026-03-02')
    expect(world.outbox.map(({ text }) => /\binvoice\b/.test(text) && !/\bfactura\b/.test(text))).toEqual([true])
  })

  it('is approved anew when a person changes it meanwhile', async () => {
    const { world } = await owing({ mode: 'approve' })
    expect(await world.approve()).toBe('approved')
    await say(world, 'pagos@globex.example', { treatment: 'tu' })
    await world.until('2026-03-02')
    expect(world.outbox).toEqual([])
    expect(await world.chases()).toEqual(['day-1 cancelled (contact-set)', 'day-1 awaiting-approval'])
  })

  it('is remembered when the ledger stops naming the contact, who is then not written to', async () => {
    const { world, customer } = await owing()
    await say(world, 'pagos@globex.example', { treatment: 'tu', language: 'es' })
    world.books.updateCustomer(customer.id, { email: 'new@globex.example' })
    await world.until('2026-03-02')
    expect(await world.rows('select email, role, treatment, language from contacts order by email')).toEqual([
      { email: 'new@globex.example', role: 'main', treatment: null, language: null },
      { email: 'pagos@globex.example', role: 'other', treatment: 'tu', language: 'es' },
    ])
    expect(world.outbox.map(({ to }) => to.map(({ address }) => address))).toEqual([['new@globex.example']])
  })
})

describe('A contact that the ledger does not know', () => {
  it('is added once, kept by every sync, written to as a person says, and removed again', async () => {
    const { world, customerId } = await owing({ mode: 'approve' })
    const added = {
      ...world.act,
      customerId,
      email: 'Boss@Globex.example',
      name: 'Marta Ruiz',
      role: 'copied' as const,
    }
    expect(await addContact(world.app, added)).toBe('done')
    expect(await addContact(world.app, added)).toBe('already-there')
    await world.until('2026-03-03', '08:00')
    await world.approveAll()
    await world.until('2026-03-03')
    expect(world.outbox.map(({ cc }) => cc)).toEqual([[{ name: 'Marta Ruiz', address: 'boss@globex.example' }]])

    expect(await removeContact(world.app, { ...world.act, contactId: await contactId(world, 'boss@globex.example') })).toBe('done') // prettier-ignore
    // The ledger's own stay the ledger's.
    expect(await removeContact(world.app, { ...world.act, contactId: await contactId(world, 'pagos@globex.example') })).toBe('unknown') // prettier-ignore
    expect(await world.rows('select email from contacts order by email')).toEqual([{ email: 'pagos@globex.example' }])
    const told = (await world.events()).filter((kind) => kind.startsWith('contact-'))
    expect(told).toEqual(['contact-added', 'contact-removed'])
  })

  it('belongs to one customer, and only one of its contacts gets copies', async () => {
    const { world, customerId } = await owing()
    for (const email of ['a@globex.example', 'b@globex.example']) {
      await addContact(world.app, { ...world.act, customerId, email, name: null, role: 'other' })
      await say(world, email, { escalation: true })
    }
    expect(await world.rows('select email from contacts where escalation')).toEqual([{ email: 'b@globex.example' }])
  })
})

describe('A reply as evidence', () => {
  const reply = (address: string, outcome: 'other' | 'wrong-person') => ({
    kind: 'reply' as const, said: { outcome }, who: 'Eva Soler', note: null, chaseId: null, address,
  }) // prettier-ignore
  const unsure = { recipients: { ...DEFAULT_POLICY.recipients, approvalBelowConfidence: 95 } }

  it('makes us sure of the address it came from: no person has to look at the recipient any more', async () => {
    const { world, customerId } = await owing()
    await world.policy(unsure)
    await world.until('2026-03-02')
    expect(await world.chases()).toEqual(['day-1 awaiting-approval'])
    await logContact(world.app, { ...world.act, customerId, ...reply('Pagos@Globex.example', 'other') })
    await world.until('2026-03-03')
    expect(await world.diary()).toEqual(['2026-03-03 09:00 first-overdue → pagos@globex.example'])
  })

  it('is none where it says that this is the wrong person, or where it came from somebody else', async () => {
    const { world, customerId } = await owing()
    await world.policy(unsure)
    await logContact(world.app, { ...world.act, customerId, ...reply('pagos@globex.example', 'wrong-person') })
    await logContact(world.app, { ...world.act, customerId, ...reply('ventas@globex.example', 'other') })
    await world.until('2026-03-03')
    expect(await world.diary()).toEqual([])
    expect(await world.rows('select email, name, role from contacts order by email')).toEqual([
      { email: 'pagos@globex.example', name: 'Eva Soler', role: 'main' },
      { email: 'ventas@globex.example', name: 'Eva Soler', role: 'other' },
    ])
  })

  it('is not taken from a call, whatever was typed beside it', async () => {
    const { world, customerId } = await owing()
    const call = { ...reply('ventas@globex.example', 'other'), kind: 'call' as const }
    await logContact(world.app, { ...world.act, customerId, ...call })
    expect(await world.rows('select address from contact_log')).toEqual([{ address: null }])
  })
})
