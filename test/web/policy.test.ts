import { beforeAll, describe, expect, it } from 'vitest'
import { asOwner } from '../support/database.ts'
import { addPerson, get, openWeb, post, seedBusiness, signIn, type Seeded, type WebWorld } from './support.ts'

/** What a person reads: without tags, spaces collapsed. */
const read = (body: string): string =>
  body
    .replaceAll(/<(style|title)[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/\s+/g, ' ')

const SOUND = 'version: 1\r\ncontact:\r\n  touches-per-spell: 9 # <b>calm</b>\r\n'
const BROKEN = 'version: 1\ncontact:\n  gap-days: 3\n'

describe('The policy page', () => {
  let web: WebWorld
  let ours: Seeded
  let owner: string
  let viewer: string

  beforeAll(async () => {
    web = await openWeb()
    ours = await seedBusiness(web.app.db, { business: 'Talleres Vega', customer: 'Globex' })
    owner = await signIn(web, await addPerson(web.app.db, ours.businessId, 'owner'))
    viewer = await signIn(web, await addPerson(web.app.db, ours.businessId, 'viewer'))
  })
  const versions = () =>
    asOwner(web.store.ownerUrl, 'select version, document, why from policies where business_id = $1 order by 1', [
      ours.businessId,
    ])

  it('says who gets what when, and shows the text to edit to owners, to look at to others', async () => {
    const page = await get(web.server, '/policy', owner)
    expect(page.statusCode).toBe(200)
    expect(read(page.body)).toContain('The default is in force: nobody has changed the policy yet.')
    expect(read(page.body)).toContain(
      'Strategic Due day on the due day First overdue 7 days after the due day Call 15 days after the due day Serious 21 days after the due day · waits for a yes Decision 30 days after the due day',
    )
    expect(page.body).toContain('<textarea')
    const looking = await get(web.server, '/policy', viewer)
    expect([looking.statusCode, looking.body.includes('<textarea'), looking.body.includes('gap-business-days: 2')]).toEqual([200, false, true])
    expect(looking.body).toMatch(/<li data-line="4"[^>]*>\s*<code>version: 1<\/code>/)
  }) // prettier-ignore

  it('checks what was typed, at its lines and with what it would change, and puts nothing in force', async () => {
    const broken = await post(web.server, '/policy/check', owner, { document: BROKEN, why: 'try', basedOn: '0' })
    expect(broken.statusCode).toBe(200)
    expect(broken.body).toMatch(
      /<li data-line="3"\s+id="line-3" class="remarked">[\s\S]*?There is no key “gap-days” here/,
    )
    expect(broken.body).toContain('value="try"')
    const sound = read(
      (await post(web.server, '/policy/check', owner, { document: SOUND, why: '', basedOn: '0' })).body,
    )
    expect(sound).toContain('Every proof holds. Nothing is in force yet.')
    expect(sound).toContain('contact.touches-per-spell: 8 → 9.')
    expect(await versions()).toEqual([])
  })

  it('shows what a sound text would send in the next 30 days, and to whom, and nothing of one with errors', async () => {
    await asOwner(web.store.ownerUrl, 'update customers set next_look_at = now()')
    await asOwner(web.store.ownerUrl, `update chases set status = 'cancelled' where status = 'awaiting-approval'`)
    const calmer =
      'version: 1\nsequences:\n  regular:\n    - {id: day-7, from: 7, stage: firm}\n    - {id: end, from: 45, channel: decision}\n'
    const check = (document: string) => post(web.server, '/policy/check', owner, { document, why: '', basedOn: '0' })
    const body = read((await check(calmer)).body)
    expect(body).toContain(
      'What the next 30 days would bring In the next 30 days this edit sends 1 fewer message, to 1 customer.',
    )
    expect(body).toContain('In these days Now With this text Messages 1 0')
    expect(body).toContain('1 customer would notice, from 16 Mar 2026 on Globex 1 → 0 messages · from 16 Mar 2026')
    expect(read((await check(BROKEN)).body)).not.toContain('What the next 30 days would bring')
    expect(await versions()).toEqual([])
  })

  it('puts in force the very text that the check has shown, whatever the editor holds by then', async () => {
    const { body } = await post(web.server, '/policy/check', owner, { document: SOUND, why: '', basedOn: '0' })
    const [apply = ''] = /<form method="post" action="\/policy" [\s\S]*?<\/form>/.exec(body) ?? []
    expect(apply).toContain(
      `name="document" value="${SOUND.replaceAll('\r', '').replaceAll('<', '&#60;').replaceAll('>', '&#62;')}"`,
    )
    expect(apply).not.toContain('<textarea')
    expect(/<form[^>]* action="\/policy\/check"[\s\S]*?<\/form>/.exec(body)?.[0]).toContain('<textarea')
  })

  it('says what is wrong in Spanish to who reads Spanish', async () => {
    await post(web.server, '/language', owner, { language: 'es' })
    const body = read(
      (await post(web.server, '/policy/check', owner, { document: BROKEN, why: '', basedOn: '0' })).body,
    )
    expect(body).toContain('Aquí no existe la clave «gap-days».')
    expect(body).toContain('1 error: este texto no puede entrar en vigor.')
    await post(web.server, '/language', owner, { language: 'en' })
  })

  it('refuses errors, applies what is sound, and shows it escaped with its history', async () => {
    expect((await post(web.server, '/policy', owner, { document: BROKEN, why: '', basedOn: '0' })).statusCode).toBe(422)
    const applied = await post(web.server, '/policy', owner, { document: SOUND, why: 'calmer', basedOn: '0' })
    expect([applied.statusCode, applied.headers.location]).toEqual([303, '/policy?done=policyApplied'])
    expect(await versions()).toEqual([{ version: 1, document: SOUND.replaceAll('\r', ''), why: 'calmer' }])
    const { body } = await get(web.server, '/policy?done=policyApplied', owner)
    expect(body).not.toContain('<b>calm')
    expect(read(body)).toContain('Version 1 is in force since')
    expect(read(body)).toContain('contact.touches-per-spell: 8 → 9.')
  })

  it('warns who was overtaken, and lets them decide', async () => {
    const other = 'version: 1\ncontact: {gap-business-days: 1}\n'
    const overtaken = await post(web.server, '/policy', owner, { document: other, why: '', basedOn: '0' })
    expect(overtaken.statusCode).toBe(422)
    expect(read(overtaken.body)).toContain('Version 1 came into force while you were editing')
    expect(overtaken.body).toMatch(/name="basedOn" value="1"/)
    expect((await versions()).length).toBe(1)
    expect((await post(web.server, '/policy', owner, { document: other, why: '', basedOn: '1' })).statusCode).toBe(303)
    expect((await versions()).length).toBe(2)
  })

  it('is changed by the settings form too, which keeps the file’s comments', async () => {
    const fields = {
      name: 'Talleres Vega', country: 'ES', region: '', timeZone: 'Europe/Madrid', language: 'es', senderName: 'Ana Vega', senderRole: '',
      senderPhone: '', senderEmail: '', paymentDetails: '', lateCharges: '', strategicGroups: 'VIP\r\nVIP\r\nOro', defaultTermDays: '14',
    } // prettier-ignore
    await post(web.server, '/policy', owner, { document: SOUND, why: '', basedOn: '2' })
    expect((await post(web.server, '/settings', owner, fields)).headers.location).toBe('/settings?done=saved')
    expect((await versions()).at(-1)).toEqual({
      version: 4,
      document: `${SOUND.replaceAll('\r', '')}segments:\n  strategic-groups: [VIP, Oro]\ncalendar:\n  default-term-days: 14\n`,
      why: null,
    })
    expect((await get(web.server, '/settings', owner)).body).toContain('VIP\nOro</textarea')
    await post(web.server, '/settings', owner, fields)
    expect((await versions()).length).toBe(4)
  })

  it('takes nothing from viewers, other sites and other businesses', async () => {
    const form = { document: SOUND, why: '', basedOn: '4' }
    expect((await post(web.server, '/policy', viewer, form)).statusCode).toBe(403)
    expect((await post(web.server, '/policy/check', viewer, form)).statusCode).toBe(403)
    expect((await post(web.server, '/policy', owner, form, { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403)
    expect((await post(web.server, '/policy', owner, { ...form, business: '00000000-0000-4000-8000-000000000000' })).statusCode).toBe(409)
    expect((await post(web.server, '/policy', owner, { document: SOUND, why: '', basedOn: 'x' })).statusCode).toBe(400)
    expect((await versions()).length).toBe(4)
  }) // prettier-ignore
})
