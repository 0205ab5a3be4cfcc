import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { money } from '../../src/chase/money.ts'
import { findChromium, openBrowser } from '../support/browser.ts'
import { emptyDirectory, puntual } from '../support/command-line.ts'
import { copiedLedger } from '../support/copied-ledger.ts'
import { asOwner } from '../support/database.ts'
import { pdfWords } from '../papers/pdf-words.ts'
import { addPerson, get, openWeb, post, seedBusiness, signIn, type Seeded, type WebWorld } from './support.ts'

/** What a person reads: without tags, spaces collapsed. */
const read = (body: string): string =>
  body
    .replaceAll(/<(style|title)[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/[\s\u00a0\u202f]+/g, ' ')

/** The values that a form of the page would send, as the browser reads them. */
function valuesOf(body: string, action: string): Record<string, string> {
  const form = new RegExp(`<form[^>]*action="${action}"[\\s\\S]*?</form>`).exec(body)?.[0] ?? ''
  const values: Record<string, string> = {}
  for (const [input] of form.matchAll(/<input[\s\S]*?>/g)) {
    const attribute = (name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(input)?.[1] ?? ''
    if (attribute('type') === 'checkbox' && !/\bchecked\b/.test(input)) continue
    values[attribute('name')] = attribute('value')
  }
  for (const [select, name] of form.matchAll(/<select name="([^"]*)"[\s\S]*?<\/select>/g)) {
    values[name ?? ''] = /<option value="([^"]*)" {2}?selected/.exec(select.replaceAll(/\s+/g, ' ').replaceAll('" selected', '"  selected'))?.[1] ?? ''
  }
  for (const [, name, text] of form.matchAll(/<textarea name="([^"]*)"[^>]*>([\s\S]*?)<\/textarea>/g)) values[name ?? ''] = text ?? ''
  return values
} // prettier-ignore

const FILLED = {
  legalName: 'Globex, S.L.', legalForm: 'company', taxId: 'NIF B12345678', postalAddress: 'Calle Mayor, 3\r\n46001 Valencia',
  contractWhat: 'suministro de rodamientos', contractOn: '2025-12-10', contractBetween: 'Talleres Vega y Globex',
  claimsInterest: 'yes', claimsCompensation: 'yes', nextStep: 'lawyer',
} // prettier-ignore

async function openLetters() {
  const opened: { web?: WebWorld } = {}
  const ledger = copiedLedger(() => {
    if (!opened.web) throw new Error('nobody asks before it is open')
    return opened.web.app.db
  })
  const web = await openWeb({ ledgerFor: ledger.ledgerFor, publicUrl: 'http://localhost:3000' })
  opened.web = web
  const ours = await seedBusiness(web.app.db, { business: 'Talleres Vega', customer: 'Globex SL' })
  await asOwner(
    web.store.ownerUrl,
    `update businesses set tax_id = 'NIF B87654321', postal_address = 'Calle de la Peña, 12', payment_details = 'IBAN ES22 9999',
            sender_email = 'cobros@vega.example'`,
  )
  await asOwner(web.store.ownerUrl, `update customers set country = 'ES'`)
  const cookie = async (role: 'owner' | 'bookkeeper' | 'viewer') =>
    signIn(web, await addPerson(web.app.db, ours.businessId, role))
  const people = {
    owner: await cookie('owner'),
    bookkeeper: await cookie('bookkeeper'),
    viewer: await cookie('viewer'),
  }
  return { web, ours, people, told: ledger.told }
}

describe('A formal letter on its page', () => {
  let web: WebWorld
  let ours: Seeded
  let people: { owner: string; bookkeeper: string; viewer: string }
  let told: Awaited<ReturnType<typeof openLetters>>['told']
  beforeEach(async () => {
    ;({ web, ours, people, told } = await openLetters())
  })

  const where = async (url: string, form: Record<string, string> = {}, cookie = people.owner): Promise<string> =>
    String((await post(web.server, url, cookie, form)).headers.location)
  const body = async (url: string, cookie = people.owner): Promise<string> => (await get(web.server, url, cookie)).body
  const begin = (): Promise<string> => where(`/customers/${ours.customer}/letters`)
  /** The page's own form with some fields filled in otherwise. */
  const fill = async (letter: string, given: Record<string, string> = FILLED): Promise<string> =>
    where(letter, { ...valuesOf(await body(letter), letter), ...given })
  /** Ticks every point and says yes to the version on the page, as the browser would. */
  async function approve(letter: string, shown?: string): Promise<string> {
    const page = await body(letter)
    const points = [...page.matchAll(/name="reviewed" value="([^"]+)"/g)].map(([, point]) => ['reviewed', point ?? ''])
    const version = shown ?? /name="shown" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const answer = await web.server.inject({
      method: 'POST', url: `${letter}/approve`,
      headers: { cookie: people.owner, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
      payload: new URLSearchParams([['shown', version], ['signedBy', 'Ana Vega'], ...points] as [string, string][]).toString(),
    }) // prettier-ignore
    return String(answer.headers.location)
  }

  it('begins from the customer’s page, says what is missing, and is filled in', async () => {
    expect(read(await body(`/customers/${ours.customer}`))).toContain('Letters and papers No formal letter yet.')
    const letter = await begin()
    expect(letter).toMatch(/^\/letters\/[0-9a-f-]{36}$/)
    const empty = read(await body(letter))
    expect(empty).toContain('Before it can be approved The day of the agreement is missing.')
    expect(empty).toContain('The letter can be drawn once what is missing is filled in.')
    expect((await get(web.server, `${letter}/draft.pdf`, people.owner)).headers.location).toBe(`${letter}?done=letterProblems`)

    expect(await fill(letter)).toBe(`${letter}?done=letterSaved`)
    const whole = read(await body(letter))
    expect(whole).not.toContain('Before it can be approved')
    expect(whole).toContain('Invoices EUR 1,234.50 Interest EUR 5.49 Compensation EUR 40.00 Total claimed EUR 1,279.99')
    expect(whole).toContain('INV-1 15 Feb 2026 2 Mar 2026 16 EUR 1,234.50 10.15% EUR 5.49')
    const draft = await get(web.server, `${letter}/draft.pdf`, people.viewer)
    expect([draft.statusCode, draft.headers['content-type']]).toEqual([200, 'application/pdf'])
    expect(pdfWords(draft.rawPayload)).toContain('BORRADOR')
    expect(read(await body(`/customers/${ours.customer}`))).toContain('draft 2 Mar 2026')
  })

  it('keeps what was filled in, and the customer’s details for the next one', async () => {
    const letter = await begin()
    await fill(letter)
    const kept = valuesOf(await body(letter), letter)
    expect(kept).toMatchObject({ ...FILLED, postalAddress: 'Calle Mayor, 3\n46001 Valencia', invoices: ours.open, kind: 'spain' })
    const next = await begin()
    expect(next).not.toBe(letter)
    expect(valuesOf(await body(next), next)).toMatchObject({ legalName: 'Globex, S.L.', taxId: 'NIF B12345678', contractWhat: '' })
  })

  it('is approved by an owner alone, for the version on the screen, with every point ticked', async () => {
    const letter = await begin()
    await fill(letter)
    expect(read(await body(letter, people.bookkeeper))).toContain('Only an owner can approve a formal letter.')
    expect(await body(letter, people.bookkeeper)).not.toContain(`${letter}/approve`)
    expect((await post(web.server, `${letter}/approve`, people.bookkeeper, {})).statusCode).toBe(403)
    expect(await where(`${letter}/approve`, { shown: 'x', signedBy: 'Ana Vega' })).toBe(`${letter}?done=letterChanged`)
    expect(await where(`${letter}/approve`, { shown: 'x', signedBy: ' ' })).toBe(`${letter}?done=letterUnsigned`)
    const [, shown = ''] = /name="shown" value="([^"]+)"/.exec(await body(letter)) ?? []
    expect(await where(`${letter}/approve`, { shown, signedBy: 'Ana Vega', reviewed: 'facts' })).toBe(`${letter}?done=letterNotReviewed`)
    expect((await get(web.server, `${letter}/letter.pdf`, people.owner)).statusCode).toBe(404)

    expect(await approve(letter)).toBe(`${letter}?done=letterApproved`)
    expect(read(await body(letter))).toContain('signed by Ana Vega')
    const pdf = await get(web.server, `${letter}/letter.pdf`, people.owner)
    expect(pdf.headers['content-disposition']).toMatch(/^attachment; filename="RP-[0-9A-F]{8}\.pdf"$/)
    expect(pdfWords(pdf.rawPayload)).not.toMatch(/BORRADOR|Para quien revisa/)
    expect(web.connect.outbox.filter(({ to }) => to.some(({ address }) => address === 'pay@customer.example'))).toEqual([])
  })

  it('is not approved as it was shown before somebody else’s edit', async () => {
    const letter = await begin()
    await fill(letter)
    const [, shown = ''] = /name="shown" value="([^"]+)"/.exec(await body(letter)) ?? []
    await fill(letter, { nextStep: 'court-claim' })
    expect(await approve(letter, shown)).toBe(`${letter}?done=letterChanged`)
  })

  it('is not handed out once the ledger says that something was paid, whatever our copy says', async () => {
    const letter = await begin()
    await fill(letter)
    await approve(letter)
    told.set('i1', { balance: money(100_000, 'EUR'), version: 'v2' })
    expect((await get(web.server, `${letter}/letter.pdf`, people.owner)).headers.location).toBe(`${letter}?done=letterVoid`)
    const page = read(await body(letter))
    expect(page).toContain('approval ended')
    expect(page).toContain('Do not send that version.')
    expect(await body(letter)).not.toContain('letter.pdf')
    expect(web.connect.jobs.map(({ name }) => name)).toContain('sync')
  })

  it('is written down as sent, shows in the history, and cannot be changed any more', async () => {
    const letter = await begin()
    await fill(letter)
    const values = valuesOf(await body(letter), letter)
    await approve(letter)
    const sent = { on: '2026-03-02', means: 'burofax', by: 'Luis', note: 'NB0012' }
    expect(await where(`${letter}/sent`, { ...sent, on: '2026-03-03' })).toBe(`${letter}?done=letterDayWrong`)
    expect(await where(`${letter}/sent`, sent, people.bookkeeper)).toBe(`${letter}?done=letterSent`)
    const page = await body(letter)
    expect(read(page)).toContain('Sent on 2 Mar 2026: burofax. Luis. NB0012')
    expect(page).not.toContain('Save the draft')
    expect(await where(letter, { ...values, nextStep: 'court-claim' })).toBe(`${letter}?done=letterClosed`)
    const history = read(await body(`/customers/${ours.customer}`))
    expect(history).toMatch(/Formal letter RP-\w{8} sent: burofax, 2 Mar 2026, Luis \(NB0012\)\./)
    expect(history).toMatch(/Formal letter RP-\w{8} approved: EUR 1,279\.99, signed by Ana Vega\./)
  })

  it('is refused with nonsense in its fields, and puts nothing of it away', async () => {
    const letter = await begin()
    const values = valuesOf(await body(letter), letter)
    for (const wrong of [{ deadline: 'soon' }, { kind: 'statutory-demand' }, { legalName: '' }, { agreedRate: '12 a month' }, { enclosed: 'bomb' }, { invoices: '1' }]) {
      expect((await post(web.server, letter, people.owner, { ...values, ...FILLED, ...wrong })).statusCode).toBe(400)
    }
    expect(await asOwner(web.store.ownerUrl, 'select from debtor_details')).toEqual([])
  })

  it('can be read by a viewer, who can change nothing', async () => {
    const letter = await begin()
    await fill(letter)
    const page = await body(letter, people.viewer)
    expect(read(page)).toContain('You can read the letter.')
    expect(page.match(/action="\/letters[^"]*"/g)).toBe(null)
    for (const act of [letter, `${letter}/approve`, `${letter}/sent`, `${letter}/discard`])
      expect([act, (await post(web.server, act, people.viewer, FILLED)).statusCode]).toEqual([act, 403])
  })

  it('takes no act from another site, and of another business it does not exist', async () => {
    const letter = await begin()
    const crossSite = { 'sec-fetch-site': 'cross-site' }
    for (const act of [letter, `${letter}/approve`, `${letter}/sent`, `${letter}/discard`, `/customers/${ours.customer}/evidence`])
      expect([act, (await post(web.server, act, people.owner, {}, crossSite)).statusCode]).toEqual([act, 403])
    const theirs = await seedBusiness(web.app.db, { business: 'Theirs', customer: 'Their customer' })
    const stranger = await signIn(web, await addPerson(web.app.db, theirs.businessId, 'owner'))
    for (const url of [letter, `${letter}/draft.pdf`, `${letter}/letter.pdf`])
      expect([url, (await get(web.server, url, stranger)).statusCode]).toEqual([url, 404])
    const sent = { on: '2026-03-02', means: 'post', shown: 'x', signedBy: 'x' }
    for (const act of [`${letter}/approve`, `${letter}/sent`, `${letter}/discard`])
      expect([act, (await post(web.server, act, stranger, sent)).statusCode]).toEqual([act, 404])
  })

  it('is begun from its task on the work list, once', async () => {
    await asOwner(web.store.ownerUrl, `update chases set channel = 'letter' where id = $1`, [ours.call])
    expect(await body('/work')).toContain(`action="/customers/${ours.customer}/letters"`)
    const task = { task: ours.call }
    const letter = await where(`/customers/${ours.customer}/letters`, task)
    expect(await where(`/customers/${ours.customer}/letters`, task)).toBe(letter)
    await fill(letter)
    await approve(letter)
    await where(`${letter}/sent`, { on: '2026-03-02', means: 'post' })
    expect(await asOwner(web.store.ownerUrl, `select status, sent_on::text from chases where id = $1`, [ours.call])).toEqual([
      { status: 'done', sent_on: '2026-03-02' },
    ])
    expect(await body('/work')).not.toContain('/letters"')
  })

  it('that will not be sent is put away', async () => {
    const letter = await begin()
    expect(await where(`${letter}/discard`)).toBe(`${letter}?done=letterDiscarded`)
    expect(read(await body(`/customers/${ours.customer}`))).toContain('No formal letter yet.')
  })
}) // prettier-ignore

describe('The statement and the evidence on the customer’s page', () => {
  let web: WebWorld
  let ours: Seeded
  let people: { owner: string; bookkeeper: string; viewer: string }
  let told: Awaited<ReturnType<typeof openLetters>>['told']
  beforeAll(async () => {
    ;({ web, ours, people, told } = await openLetters())
  })
  const at = () => `/customers/${ours.customer}`

  it('states the account in either language, to whoever may look', async () => {
    const statement = (language: string) => get(web.server, `${at()}/statement.pdf?language=${language}`, people.viewer)
    const [spanish, english] = [await statement('es'), await statement('en')]
    expect(english.headers['content-disposition']).toBe('attachment; filename="Statement-of-account-Globex-SL-2026-03-02.pdf"')
    expect(pdfWords(spanish.rawPayload)).toContain('Estado de cuenta')
    const words = pdfWords(english.rawPayload).replaceAll(/\s+/g, ' ')
    expect(words).toContain('INV-1')
    expect(words).toContain('Balance due EUR 1,234.50')
  })

  it('asks the ledger first when the books are not of this moment', async () => {
    web.connect.clock.now = web.connect.clock.now.add({ hours: 2 })
    told.set('i1', { balance: money(50_000, 'EUR'), version: 'v2' })
    const answer = await get(web.server, `${at()}/statement.pdf?language=en`, people.owner)
    expect(pdfWords(answer.rawPayload).replaceAll(/\s+/g, ' ')).toContain('Balance due EUR 500.00')
  })

  it('sends a statement only when somebody has said that they are sure, once a day, and never where all is stopped', async () => {
    const ask = async (form: Record<string, string>) =>
      String((await post(web.server, `${at()}/statement`, people.bookkeeper, form)).headers.location)
    expect(await ask({})).toBe(`${at()}?done=statementUnsure`)
    await asOwner(web.store.ownerUrl, `update businesses set mode = 'observe'`)
    expect(await ask({ sure: 'yes' })).toBe(`${at()}?done=statementObserving`)
    await asOwner(web.store.ownerUrl, `update businesses set mode = 'approve', stopped_at = now()`)
    expect(await ask({ sure: 'yes' })).toBe(`${at()}?done=statementStopped`)
    expect(await asOwner(web.store.ownerUrl, 'select from requested_notices')).toEqual([])
    await asOwner(web.store.ownerUrl, `update businesses set stopped_at = null`)
    expect(await ask({ sure: 'yes' })).toBe(`${at()}?done=statementAsked`)
    expect(await ask({ sure: 'yes' })).toBe(`${at()}?done=statementAlreadyAsked`)
    expect(await asOwner(web.store.ownerUrl, 'select id, message from requested_notices')).toEqual([
      { id: `statement:2026-03-02:${ours.customer}`, message: 'statement' },
    ])
    expect(web.connect.outbox.filter(({ to }) => to.some(({ address }) => address === 'pay@customer.example'))).toEqual([])
  })

  it('gives a pack that the verifier on the command line accepts, and writes its head down', async () => {
    const answer = await post(web.server, `${at()}/evidence`, people.bookkeeper)
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/zip'])
    const directory = emptyDirectory()
    writeFileSync(join(directory, 'pack.zip'), answer.rawPayload)
    const [event] = await asOwner<{ head: string }>(web.store.ownerUrl, `select facts->>'head' as head from events where kind = 'evidence-made'`)
    const verified = await puntual(directory, ['evidence', 'verify', 'pack.zip', '--head', event?.head ?? 'none'], {})
    expect([verified.code, verified.err]).toEqual([0, ''])
    expect(verified.out).toContain('Untouched since it was sealed')
    expect((await post(web.server, `${at()}/evidence`, people.viewer)).statusCode).toBe(403)
  })
}) // prettier-ignore

const chromium = findChromium()

describe.runIf(chromium !== null)('The letter’s page in a browser', () => {
  let browser: Browser
  afterAll(() => browser?.close())

  it.each(['en', 'es'] as const)('is accessible and fits a phone (%s)', async (language) => {
    browser ??= await openBrowser(chromium ?? '')
    const { web, ours, people } = await openLetters()
    await asOwner(web.store.ownerUrl, `update users set language = $1`, [language])
    const letter = String((await post(web.server, `/customers/${ours.customer}/letters`, people.owner)).headers.location)
    const empty = (await get(web.server, letter, people.owner)).body
    await post(web.server, letter, people.owner, { ...valuesOf(empty, letter), ...FILLED })
    const address = await web.server.listen({ host: '127.0.0.1', port: 0 })
    const [name = '', value = ''] = people.owner.split('=')
    const context = await browser.newContext()
    await context.addCookies([{ name, value, url: address }])
    const page = await context.newPage()
    const wide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 })
      for (const url of [letter, `/customers/${ours.customer}`, '/settings']) {
        await page.goto(`${address}${url}`)
        await page.evaluate(`document.querySelectorAll('main details').forEach((one) => (one.open = true))`)
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect(violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))).toEqual([])
        expect([url, width, await page.evaluate(wide)]).toEqual([url, width, false])
        const folder = process.env['PICTURES']
        if (folder) await page.screenshot({ path: `${folder}/${url.split('/')[1]}-${width}-${language}.png`, fullPage: true })
      }
    }
    await context.close()
  })
}) // prettier-ignore
