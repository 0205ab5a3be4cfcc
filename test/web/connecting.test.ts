import { beforeAll, describe, expect, it } from 'vitest'
import { asOwner } from '../support/database.ts'
import { addPerson, get, openWeb, post, signIn, type WebWorld } from './support.ts'

describe('Connecting a ledger', () => {
  let web: WebWorld
  let owner: string

  beforeAll(async () => {
    web = await openWeb()
    owner = await signIn(web, 'owner@example.com', 'Acme')
  })

  const begin = async (ledger = 'xero', cookie = owner) => {
    const answer = await get(web.server, `/connect/${ledger}`, cookie)
    return {
      status: answer.statusCode,
      state: new URL(String(answer.headers.location)).searchParams.get('state') ?? '',
    }
  }
  const callback = (query: Record<string, string>, ledger = 'xero', cookie = owner) =>
    get(web.server, `/oauth/${ledger}/callback?${new URLSearchParams(query).toString()}`, cookie)

  it('goes to the vendor, comes back without a page at the code’s address, and asks for the name', async () => {
    const { status, state } = await begin()
    expect(status).toBe(302)
    const back = await callback({ code: 'good-code', state })
    expect([back.statusCode, back.body]).toEqual([302, ''])
    expect(back.headers.location).toMatch(/^\/connect\/confirm\/[0-9a-f-]{36}$/)
    const page = await get(web.server, String(back.headers.location), owner)
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('Which organisation belongs to the business Acme?')
    expect(page.body.match(/type="radio"/g)).toHaveLength(2)
    expect(page.body).toContain('Xero has no permission for sales only or notes only')
    expect(await asOwner(web.store.ownerUrl, 'select 1 from connections')).toEqual([])
  })

  it('names the one organisation there is, connects it when confirmed, and asks for a first sync', async () => {
    web.connect.xero.organisations = [{ organisationId: 'org-acme', name: 'Acme <Ltd>', vendorConnectionId: 'link' }]
    const { state } = await begin()
    const confirm = String((await callback({ code: 'good-code', state })).headers.location)
    const page = await get(web.server, confirm, owner)
    expect(page.body).toContain('You are connecting Acme &#60;Ltd&#62; to the business Acme.')
    expect((await post(web.server, confirm, owner, { organisation: 'org-acme' })).headers.location).toBe(
      '/connect?done=connected',
    )
    const rows = await asOwner(
      web.store.ownerUrl,
      'select ledger, organisation_id, organisation_name, status from connections',
    )
    expect(rows).toEqual([
      { ledger: 'xero', organisation_id: 'org-acme', organisation_name: 'Acme <Ltd>', status: 'connected' },
    ])
    expect(web.connect.jobs.map(({ name }) => name)).toEqual(['sync'])
    expect((await post(web.server, confirm, owner, { organisation: 'org-acme' })).statusCode).toBe(404)
  })

  it('belongs to the browser that began it', async () => {
    const { state } = await begin()
    const colleague = await signIn(web, 'colleague@example.com', 'Acme')
    const back = await callback({ code: 'good-code', state }, 'xero', colleague)
    expect(back.headers.location).toBe('/connect/failed?ledger=xero&why=other-session')
    expect((await callback({ code: 'good-code', state }, 'xero', '')).headers.location).toBe('/sign-in')
  })

  it('shows its confirmation to nobody else', async () => {
    const { state } = await begin()
    const confirm = String((await callback({ code: 'good-code', state })).headers.location)
    const colleague = await signIn(web, 'colleague@example.com', 'Acme')
    const stranger = await signIn(web, 'stranger@example.com', 'Strangers')
    for (const cookie of [colleague, stranger]) {
      expect((await get(web.server, confirm, cookie)).statusCode).toBe(404)
      expect((await post(web.server, confirm, cookie, { organisation: 'org-acme' })).statusCode).toBe(404)
      expect((await post(web.server, confirm.replace('confirm', 'cancel'), cookie)).statusCode).toBe(404)
    }
    expect((await post(web.server, confirm.replace('confirm', 'cancel'), owner)).headers.location).toBe(
      '/connect?done=cancelled',
    )
    expect((await get(web.server, confirm, owner)).statusCode).toBe(404)
  })

  it.each([
    [{ error: 'access_denied' }, 'denied', 'You did not give the access'],
    [{ code: 'bad-code' }, 'ledger-refused', 'The ledger refused'],
    [{}, 'ledger-refused', 'The ledger refused'],
  ])('explains why it came to nothing: %j', async (query, why, text) => {
    const { state } = await begin()
    const back = await callback({ ...query, state })
    expect(back.headers.location).toBe(`/connect/failed?ledger=xero&why=${why}`)
    expect((await get(web.server, String(back.headers.location), owner)).body).toContain(text)
  })

  it('has a page for a reason that nobody knows', async () => {
    const page = await get(web.server, '/connect/failed?ledger=<b>&why=constructor', owner)
    expect([page.statusCode, page.body.includes('The ledger refused')]).toEqual([200, true])
  })

  it('takes a state once, of its own ledger, and given once', async () => {
    const { state } = await begin()
    expect((await callback({ code: 'good-code', state }, 'quickbooks')).headers.location).toContain('why=state-unknown')
    expect(
      (await get(web.server, `/oauth/xero/callback?state=${state}&state=${state}&code=good-code`, owner)).headers
        .location,
    ).toContain('why=state-unknown')
    expect((await callback({ code: 'good-code', state })).headers.location).toContain('/connect/confirm/')
    expect((await callback({ code: 'good-code', state })).headers.location).toContain('why=state-used')
  })

  it('ends with the organisation’s name on the button, at the vendor too', async () => {
    const page = await get(web.server, '/connect', owner)
    expect(page.body).toContain('Disconnect Acme &#60;Ltd&#62;?')
    expect((await post(web.server, '/disconnect', owner)).headers.location).toBe('/connect?done=disconnected')
    expect(web.connect.xero.ended).toEqual(['link'])
    expect(await asOwner(web.store.ownerUrl, 'select status from connections')).toEqual([{ status: 'disconnected' }])
    expect((await get(web.server, '/connect', owner)).body).toContain('Connect QuickBooks')
  })

  it('leads to the set-up page where the vendor’s app is not set up', async () => {
    const bare = await openWeb({ config: { quickbooks: { ...web.app.config.quickbooks, app: null } } })
    Object.assign(bare.app.oauth, { quickbooks: null })
    const cookie = await signIn(bare, await addPerson(bare.app.db, await businessOf(bare), 'owner'))
    expect((await get(bare.server, '/connect/quickbooks', cookie)).headers.location).toBe('/set-up')
    expect((await get(bare.server, '/connect', cookie)).body).toContain('The QuickBooks app is not set up')
  })

  it('leaves no code, state or token in pages, addresses or the log', async () => {
    const { state } = await begin('quickbooks')
    const back = await callback({ code: 'good-code', state, realmId: '77' }, 'quickbooks')
    const page = await get(web.server, String(back.headers.location), owner)
    const seen = [String(back.headers.location), back.body, page.body, ...web.printed].join('\n')
    for (const secret of [...web.connect.xero.secrets, ...web.connect.quickbooks.secrets, 'good-code', 'bad-code'])
      expect(seen).not.toContain(secret)
  })
})

async function businessOf(web: WebWorld): Promise<string> {
  await signIn(web, 'first@example.com', 'Bare')
  const [row] = await asOwner<{ id: string }>(web.store.ownerUrl, `select id from businesses where name = 'Bare'`)
  return row?.id ?? ''
}
