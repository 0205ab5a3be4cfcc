import { beforeEach, describe, expect, it } from 'vitest'
import { createCompose } from '../../src/mail/compose.ts'
import { asOwner } from '../support/database.ts'
import { addPerson, get, openWeb, post, seedBusiness, signIn, type Seeded, type WebWorld } from './support.ts'

const templates = createCompose(new URL('../../templates', import.meta.url).pathname)

describe('Approving a message on a page', () => {
  let web: WebWorld
  let ours: Seeded
  let owner: string

  beforeEach(async () => {
    web = await openWeb({ compose: await templates })
    ours = await seedBusiness(web.app.db, { business: 'Talleres Vega', customer: 'Globex' })
    owner = await signIn(web, await addPerson(web.app.db, ours.businessId, 'owner'))
  })

  const change = (text: string) => asOwner(web.store.ownerUrl, text)
  const preview = () => `/chases/${ours.awaiting}/preview`
  const body = async (url: string, cookie = owner): Promise<string> =>
    (await get(web.server, url, cookie)).body.replaceAll(/[\s\u00a0]+/g, ' ')
  /** The version that the page's button would approve; null where it has no button. */
  const versionOn = async (url: string, cookie = owner): Promise<string | null> =>
    /name="shown" value="([^"]+)"/.exec(await body(url, cookie))?.[1] ?? null
  const approve = async (shown: string): Promise<string> =>
    String((await post(web.server, `/chases/${ours.awaiting}/approve`, owner, { shown })).headers.location)
  const approved = () => change('select status from chases where approved_by is not null')

  it('works alike from the list and from the message itself', async () => {
    const [listed, read] = [await versionOn('/queue'), await versionOn(preview())]
    expect(listed).toBe(read)
    expect(await approve(listed ?? '')).toBe('/queue?done=approved')
    expect(await approved()).toEqual([{ status: 'planned' }])
    expect([await versionOn('/queue'), await versionOn(preview())]).toEqual([null, null])
  })

  it.each([
    [
      'the amount was changed in the books',
      `update invoices set balance_minor = 99900 where number = 'INV-1'`,
      '999.00',
    ],
    ['another person signs it', `update businesses set sender_name = 'Luis Vega'`, 'Luis Vega'],
    ['it says how to pay now', `update businesses set payment_details = 'IBAN ES00 0000'`, 'IBAN ES00 0000'],
    ['it is written in Spanish now', `update customers set set_language = 'es'`, 'Pendiente: '],
  ])('is refused from either page when %s, and the new message is shown', async (_, changed, news) => {
    await change(`update customers set set_language = 'en'`)
    const seen = [await versionOn('/queue'), await versionOn(preview())]
    expect(await body(preview())).not.toContain(news)
    await change(changed)

    for (const shown of seen) expect(await approve(shown ?? '')).toBe(`${preview()}?done=changed`)
    expect(await approved()).toEqual([])
    const now = await body(`${preview()}?done=changed`)
    expect(now).toContain('The message has changed since you saw it, so it was not approved.')
    expect(now).toContain(news)
    expect(await approve((await versionOn(preview())) ?? '')).toBe('/queue?done=approved')
  })

  it('is refused for a version that nobody was shown, and offered to nobody who may only look', async () => {
    expect(await approve('')).toBe(`${preview()}?done=changed`)
    expect(await approved()).toEqual([])
    const viewer = await signIn(web, await addPerson(web.app.db, ours.businessId, 'viewer'))
    expect([await versionOn('/queue', viewer), await versionOn(preview(), viewer)]).toEqual([null, null])
  })
})
