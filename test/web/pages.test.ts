import { beforeAll, describe, expect, it } from 'vitest'
import { addPerson, get, openWeb, seedBusiness, signIn, type Seeded, type WebWorld } from './support.ts'

describe('The pages of a business', () => {
  let web: WebWorld
  let ours: Seeded
  let cookie: string

  beforeAll(async () => {
    web = await openWeb()
    ours = await seedBusiness(web.app.db, { business: 'Talleres Vega', customer: 'Globex' })
    cookie = await signIn(web, await addPerson(web.app.db, ours.businessId, 'owner'))
  })

  it('render', async () => {
    for (const url of ['/', '/queue', '/connect', '/settings', `/customers/${ours.customer}`, `/messages/${ours.sent}`, `/messages/${ours.sent}/html`, `/chases/${ours.awaiting}/preview`, `/chases/${ours.awaiting}/preview/html`]) {
      const answer = await get(web.server, url, cookie)
      console.log(url, answer.statusCode, answer.body.length, web.printed.filter((l) => l.includes('error')).join('\n'))
      expect([url, answer.statusCode]).toEqual([url, 200])
    }
  })
})
