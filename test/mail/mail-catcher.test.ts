import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type MailCatcher, startMailCatcher } from '../../src/demo/mail-catcher.ts'
import type { Email, Mailer } from '../../src/mail/mailer.ts'
import { createSmtpMailer } from '../../src/mail/smtp.ts'

let catcher: MailCatcher
let mailer: Mailer
beforeAll(async () => {
  catcher = await startMailCatcher({ smtpPort: 0, httpPort: 0, keep: 3 })
  mailer = createSmtpMailer({ url: catcher.smtpUrl })
})
beforeEach(() => catcher.clear())
afterAll(async () => {
  await mailer.close()
  await catcher.close()
})

const pdf = new TextEncoder().encode('%PDF-1.7 an invoice')
const anEmail = (with_: Partial<Email> = {}): Email => ({
  messageId: '<chase-1@ferrer.example>',
  from: { name: 'Marta Ferrer', address: 'marta@ferrer.example' },
  replyTo: null,
  to: [{ name: 'Ana Vega', address: 'ana@vega.example' }],
  cc: [],
  subject: 'Factura F-2026-0147: ¿está todo correcto?',
  html: '<p>Buenos días, Ana: son 1.234,50&nbsp;€</p><script>alert(1)</script>',
  text: 'Buenos días, Ana: son 1.234,50\u00a0€\n',
  attachments: [{ filename: 'Factura-F-2026-0147.pdf', type: 'application/pdf', content: pdf }],
  inReplyTo: null,
  references: [],
  sentAt: Temporal.Instant.from('2026-11-17T09:30:00Z'),
  unattended: true,
  ...with_,
})
const get = (path: string) => fetch(catcher.url + path)

describe('the mail catcher', () => {
  it('keeps a message as it was sent, attachments included', async () => {
    await mailer.send(anEmail())
    const [caught] = await catcher.messages()
    expect(caught).toMatchObject({
      envelope: { from: 'marta@ferrer.example', to: ['ana@vega.example'] },
      messageId: '<chase-1@ferrer.example>',
      from: 'Marta Ferrer <marta@ferrer.example>',
      to: ['Ana Vega <ana@vega.example>'],
      subject: 'Factura F-2026-0147: ¿está todo correcto?',
      date: '2026-11-17T09:30:00.000Z',
      text: 'Buenos días, Ana: son 1.234,50\u00a0€\n',
      attachments: [{ filename: 'Factura-F-2026-0147.pdf', type: 'application/pdf', content: pdf }],
    })
  })

  it('lists newest first and lets the oldest go', async () => {
    for (const subject of ['one', 'two', 'three', 'four']) await mailer.send(anEmail({ subject }))
    const list = (await (await get('/api/messages')).json()) as { subject: string }[]
    expect(list.map(({ subject }) => subject)).toEqual(['four', 'three', 'two'])
    const page = await (await get('/')).text()
    expect(page.indexOf('four')).toBeLessThan(page.indexOf('two'))
    expect(page).toContain('2026-11-17 09:30 UTC')
  })

  it('shows one message: text, headers, files, and the page apart in a frame without scripts', async () => {
    await mailer.send(anEmail())
    const [caught] = await catcher.messages()
    const path = `/messages/${caught?.id}`
    const page = await (await get(path)).text()
    expect(page).toContain('Factura-F-2026-0147.pdf')
    expect(page).toMatch(new RegExp(`<iframe\\s+src="${path}/html"`))
    expect(page).toContain('Auto-Submitted')
    expect(page).not.toContain('<script>')
    const preview = await get(`${path}/html`)
    expect(preview.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*sandbox(?!.*allow-scripts)/)
    const file = await get(`${path}/attachments/0`)
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(pdf)
    expect(file.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''Factura-F-2026-0147.pdf")
    expect(await (await get(`/api${path}`)).json()).toMatchObject({
      id: caught?.id,
      text: 'Buenos días, Ana: son 1.234,50\u00a0€\n',
    })
  })

  it('escapes what it shows', async () => {
    await mailer.send(
      anEmail({ subject: '<img src=x onerror=alert(1)>', text: '</pre><script>alert(1)</script>', html: '' }),
    )
    const [caught] = await catcher.messages()
    for (const path of ['/', `/messages/${caught?.id}`]) {
      expect(await (await get(path)).text()).not.toMatch(/<img|<script|<\/pre><s/)
    }
  })

  it('says so when there is no such message', async () => {
    for (const path of [
      '/messages/99',
      '/messages/x/html',
      '/messages/99/raw',
      '/messages/99/attachments/0',
      '/api/messages/99',
    ]) {
      expect((await get(path)).status).toBe(404)
    }
  })

  it('is emptied by its own page and by the interface, not by another site', async () => {
    await mailer.send(anEmail())
    const clear = (headers: Record<string, string>) =>
      fetch(`${catcher.url}/api/messages`, { method: 'DELETE', headers })
    expect((await clear({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await catcher.messages()).length).toBe(1)
    expect((await clear({})).status).toBe(204)
    expect(await catcher.messages()).toEqual([])
    await mailer.send(anEmail())
    const form = {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      redirect: 'manual',
    } as const
    expect((await fetch(`${catcher.url}/clear`, form)).status).toBe(303)
    expect(await catcher.messages()).toEqual([])
  })
})
