import { beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../src/chase/default-policy.ts'
import { printPolicy } from '../../src/policy/print.ts'
import { asOwner } from '../support/database.ts'
import { addPerson, get, openWeb, post, seedBusiness, signIn, type Seeded, type WebWorld } from './support.ts'

const FIELDS = {
  name: 'Talleres Vega', country: 'ES', region: '', timeZone: 'Europe/Madrid', language: 'es', senderName: 'Ana Vega', senderRole: '',
  senderPhone: '', senderEmail: '', paymentDetails: '', lateCharges: '', strategicGroups: 'VIP', defaultTermDays: '30',
} // prettier-ignore
const SENIOR = { seniorName: 'Luis Vega', seniorRole: 'Director', seniorPhone: '', seniorEmail: 'luis@vega.example' }

/** The default, but for a serious message that a senior signs and somebody gets a copy of. */
const DOCUMENT = printPolicy({
  ...DEFAULT_POLICY,
  strategicGroups: ['VIP'],
  sequences: {
    ...DEFAULT_POLICY.sequences,
    regular: DEFAULT_POLICY.sequences.regular.map((step) =>
      step.id === 'day-15' ? { ...step, sender: 'senior' as const, copyEscalation: true } : step,
    ),
  },
})

describe('Who signs late steps', () => {
  let web: WebWorld
  let ours: Seeded
  let owner: string

  beforeAll(async () => {
    web = await openWeb()
    ours = await seedBusiness(web.app.db, { business: 'Talleres Vega', customer: 'Globex' })
    owner = await signIn(web, await addPerson(web.app.db, ours.businessId, 'owner'))
  })

  const preview = async (): Promise<string> =>
    (await get(web.server, `/chases/${ours.awaiting}/preview`, owner)).body.replaceAll(/<[^>]*>|\s+/g, ' ')

  it('is missed by the check of a policy that calls upon them, which may be put in force all the same', async () => {
    const basedOn = '0'
    const checked = await post(web.server, '/policy/check', owner, { document: DOCUMENT, basedOn })
    expect(checked.body).toContain('is signed by the senior sender, and the settings name none')
    expect(checked.body).toContain('and no customer has one: nobody gets it')
    const applied = await post(web.server, '/policy', owner, { document: DOCUMENT, basedOn })
    expect(applied.headers.location).toBe('/policy?done=policyApplied')
    expect(await preview()).toContain('Talleres Vega')
  })

  it('is named in the settings, and the preview shows the name and the copy', async () => {
    const answer = await post(web.server, '/settings', owner, { ...FIELDS, ...SENIOR })
    expect(answer.headers.location).toBe('/settings?done=saved')
    await asOwner(
      web.store.ownerUrl,
      `insert into contacts (business_id, customer_id, email, role, source, escalation) values ($1, $2, 'boss@customer.example', 'other', 'person', true)`,
      [ours.businessId, ours.customer],
    )
    const shown = await preview()
    expect(shown).toMatch(/From +Luis Vega &lt;/)
    expect(shown).toMatch(/Copy +boss@customer\.example/)
    const checked = await post(web.server, '/policy/check', owner, { document: DOCUMENT, basedOn: '1' })
    expect(checked.body).not.toContain('senior sender, and the settings')
    expect(checked.body).not.toContain('no customer has one')
    expect((await get(web.server, '/settings', owner)).body).toMatch(/name="seniorName"[^>]*value="Luis Vega"/)
  })

  it('refuses an address for answers that is none', async () => {
    const wrong = await post(web.server, '/settings', owner, { ...FIELDS, ...SENIOR, seniorEmail: 'luis' })
    expect(wrong.statusCode).toBe(422)
    expect(wrong.body).toContain('seniorEmail-problem')
  })
})
