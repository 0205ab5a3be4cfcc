import { describe, expect, it } from 'vitest'
import { day } from '../../src/chase/day.ts'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { PLAIN_STEP, type Policy, type Step } from '../../src/chase/policy.ts'
import { money } from '../../src/chase/money.ts'
import { openWorld } from '../support/world.ts'

/** Monday 2 March, 05:00 in Madrid. */
const MONDAY = '2026-03-02T04:00:00Z'
const BY_LAW: Policy['grounds'] = {
  ...DEFAULT_POLICY.grounds,
  'late-interest': { basis: 'law', reference: 'Ley 3/2004, artículo 7' },
  compensation: { basis: 'law', reference: 'Ley 3/2004, artículo 8' },
}

const email = (id: string, from: number, stage: Step['stage'], approval = false): Step => ({
  ...PLAIN_STEP, id, from, to: from, channel: 'email', stage, approval,
}) // prettier-ignore

/** A reminder on Monday, the last notice a week later; a debt of 900.00 euros due on Friday, 27 February. */
async function chasing(name: string, { grounds = BY_LAW, consent = true }: { grounds?: Policy['grounds']; consent?: boolean } = {}) {
  const world = await openWorld({ start: MONDAY })
  const regular = [email('day-1', 1, 'first-overdue'), email('final', 8, 'final', true)]
  const end: Step = { ...PLAIN_STEP, id: 'decide', from: 30, to: 30, channel: 'decision', stage: null, approval: false }
  await world.policy({ grounds, sequences: { ...DEFAULT_POLICY.sequences, regular: [...regular, end] } })
  if (consent) await world.rows(`update businesses set law_consented_at = now(), law_consented_by = $1`, [world.userId])
  const customer = world.regular(name)
  const invoice = world.invoice(customer.id, '2026-02-27', 90_000)
  /** The last notice to a customer of the books, in one line; empty when none has gone. */
  const finalTo = async (ledgerId = customer.id): Promise<string> => {
    const [message] = await world.rows<{ text: string }>(
      `select m.body_text as text from chases x join messages m on m.chase_id = x.id join customers c on c.id = x.customer_id
        where x.stage = 'final' and x.status = 'sent' and c.ledger_id = $1`, [ledgerId])
    return message?.text.replace(/\s+/g, ' ') ?? ''
  }
  return { world, customer, invoice, finalTo }
} // prettier-ignore

const CLAIM = /Intereses de demora|Compensación por costes/

describe('Interest and compensation in a message', () => {
  it('are those of the day it leaves, under the articles that the policy names, and only in the last notice', async () => {
    const { world, finalTo } = await chasing('Acme, S.L.')
    await world.until('2026-03-09', '09:30')
    await world.approve()
    await world.until('2026-03-10')
    expect(world.outbox.length).toBe(2)
    expect(world.outbox[0]?.text).not.toMatch(CLAIM)
    // 28 February to 9 March: 10 days at 10.15 % on 900.00 are 2.50.
    expect(await finalTo()).toContain('Además del saldo (Ley 3/2004, artículo 7; Ley 3/2004, artículo 8)')
    expect(await finalTo()).toMatch(/Intereses de demora[^€]*9 mar 2026[^€]*2,50\s€/)
    expect(await finalTo()).toMatch(/Compensación por costes de cobro[^€]*40,00\s€/)
    expect(await world.rows('select kind from holds')).toEqual([])
  })

  it('are worked out anew from the balance that the ledger states right before it leaves', async () => {
    const { world, invoice, finalTo } = await chasing('Acme, S.L.')
    await world.until('2026-03-09', '08:30')
    world.books.pay(invoice.id, day('2026-03-08'), money(45_000, 'EUR'))
    await world.until('2026-03-09', '09:30')
    await world.approveAll()
    await world.until('2026-03-10')
    // 9 days on 900.00 and one on 450.00: 2.25 and 0.13, rounded once.
    expect(await finalTo()).toMatch(/Intereses de demora[^€]*2,38\s€/)
  })

  it.each<[string, string, Parameters<typeof chasing>[1]]>([
    ['nobody has consented to quoting them', 'Acme, S.L.', { consent: false }],
    ['the policy has no ground', 'Acme, S.L.', { grounds: DEFAULT_POLICY.grounds }],
    ['nobody knows whether the customer is a business', 'Eva Soler', {}],
    [
      'the contract is the ground and what it says is not known',
      'Acme, S.L.',
      { grounds: { ...DEFAULT_POLICY.grounds, 'late-interest': { basis: 'contract', reference: 'cláusula 7' } } },
    ],
  ])('are left out where %s', async (_, name, given) => {
    const { world, finalTo } = await chasing(name, given)
    await world.until('2026-03-09', '09:30')
    await world.approve()
    await world.until('2026-03-10')
    expect(await finalTo()).not.toBe('')
    expect(await finalTo()).not.toMatch(CLAIM)
  })

  it('are left out for whom a person calls a consumer, and the contract’s rate is taken where it is the ground', async () => {
    const grounds: Policy['grounds'] = {
      ...DEFAULT_POLICY.grounds,
      'late-interest': { basis: 'contract', reference: 'cláusula 7', ratePercent: 7.3 },
    }
    const { world, customer, finalTo } = await chasing('Acme, S.L.', { grounds })
    const private_ = world.regular('Bar Luz, S.L.')
    world.invoice(private_.id, '2026-02-27', 90_000)
    await world.until('2026-03-03')
    await world.rows(`update customers set set_debtor = 'consumer' where ledger_id = $1`, [private_.id])
    await world.until('2026-03-09', '09:30')
    await world.approveAll()
    await world.until('2026-03-10')
    // 10 days at 7.3 % on 900.00 are 1.80 exactly.
    expect(await finalTo(customer.id)).toMatch(/\(cláusula 7\)[\s\S]*Intereses de demora[^€]*1,80\s€/)
    expect(await finalTo(private_.id)).not.toBe('')
    expect(await finalTo(private_.id)).not.toMatch(CLAIM)
  }) // prettier-ignore

  it('void an approval that was given before there was a right to them', async () => {
    const { world } = await chasing('Acme, S.L.', { grounds: DEFAULT_POLICY.grounds })
    await world.until('2026-03-09', '08:30')
    await world.approveAll()
    await world.policy({ grounds: BY_LAW, sequences: { ...DEFAULT_POLICY.sequences, regular: [email('day-1', 1, 'first-overdue'), email('final', 8, 'final', true)] } })
    await world.until('2026-03-09', '12:00')
    expect(world.outbox.length).toBe(1)
    expect(await world.rows(`select status from chases where step_id = 'final'`)).toEqual([{ status: 'awaiting-approval' }])
  }) // prettier-ignore
})

describe('The offer for paying early', () => {
  const offering = { discount: { percent: 2, withinDays: 44 }, consents: { 'discount-offers': 'order form, box 3' } }
  const reminded = async (changes: Parameters<Awaited<ReturnType<typeof openWorld>>['policy']>[0]) => {
    const world = await openWorld({ start: MONDAY })
    await world.policy(changes)
    world.invoice(world.regular('Acme').id, '2026-03-06', 90_000, { issuedOn: day('2026-01-20'), total: money(90_000, 'EUR') })
    await world.until('2026-03-05')
    expect(world.outbox.map(({ text }) => text).length).toBe(1)
    return world.outbox[0]?.text.replace(/\s+/g, ' ') ?? ''
  } // prettier-ignore

  it('names amount and last day where the policy has it and says who agreed to hear of it, and nowhere else', async () => {
    expect(await reminded(offering)).toMatch(/5 de marzo, bastan 882,00 €: son 18,00 € menos por pronto pago/)
    expect(await reminded({ ...offering, discount: null })).not.toContain('pronto pago')
    expect(await reminded({ ...offering, consents: { 'discount-offers': null } })).not.toContain('pronto pago')
  })
})
