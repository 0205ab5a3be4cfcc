import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium, openBrowser } from '../support/browser.ts'
import { emptyDirectory, freePort, start } from '../support/command-line.ts'

const chromium = findChromium()

/** The demo as a newcomer runs it, left running after a week of its story. */
describe('The demo', () => {
  const directory = emptyDirectory()
  let demo: ReturnType<typeof start>
  let addresses: { app: string; mails: string; xero: string; quickbooks: string }

  beforeAll(async () => {
    demo = start(directory, ['demo', '--days', '8', '--port', String(await freePort())])
    await demo.said(/Invoices and notes in QuickBooks: +http/)
    const urlAfter = (label: string): string => new RegExp(`${label}.*?(http\\S+)`).exec(demo.out())?.[1] ?? ''
    addresses = {
      app: urlAfter('The app'),
      mails: urlAfter('The caught mails'),
      xero: urlAfter('Invoices and notes in Xero'),
      quickbooks: urlAfter('Invoices and notes in QuickBooks'),
    }
  })
  afterAll(async () => {
    demo.process.kill('SIGTERM')
    await new Promise((done) => demo.process.once('close', done))
  })

  it('tells a story that held, for both companies and in both languages', () => {
    const told = demo.out()
    expect(demo.err()).toBe('')
    expect(told).toContain('The story held')
    expect(told).toMatch(/Suministros Turia \(Xero\)\n {2}mails sent +\d{2}/)
    expect(told).toMatch(/Tidewell Signs \(QuickBooks\)\n {2}mails sent +\d{2}/)
    expect(told).toMatch(/← first overdue: “[^”]*Factura/)
    expect(told).toMatch(/← first overdue: “[^”]*[Ii]nvoice/)
    expect(told).toMatch(/paid → silence on/)
  })

  it('shows the caught mails, and the notes on the simulated ledgers’ own invoice pages', async () => {
    const mails = (await (await fetch(new URL('/api/messages', addresses.mails))).json()) as unknown[]
    expect(mails.length).toBeGreaterThan(20)
    for (const list of [addresses.xero, addresses.quickbooks]) {
      const page = await (await fetch(list)).text()
      expect(page).toMatch(/<a [^>]*href="[^"]*\/invoices\/[^"]+"/)
    }
  })

  describe.runIf(chromium !== null)('in a browser', () => {
    let browser: Browser
    let page: Page

    beforeAll(async () => {
      browser = await openBrowser(chromium ?? '')
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })
      page = await context.newPage()
      await page.goto(addresses.app)
    })
    afterAll(async () => {
      await browser?.close()
    })

    /** What axe finds wrong on the page as it stands. */
    async function faults(): Promise<string[]> {
      const { violations } = await new AxeBuilder({ page }).analyze()
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
    }

    it('signs in by the one-time link and finds its way to every page, each accessible and readable on a phone', async () => {
      expect(page.url()).not.toContain('sign-in')
      const links = await page
        .locator('nav a[href^="/"]')
        .evaluateAll((all) => all.map((link) => (link as unknown as { href: string }).href))
      expect(links.length).toBeGreaterThanOrEqual(3)
      const customer = await page.locator('main a[href*="/customers/"]').first().getAttribute('href')
      for (const address of new Set([...links, new URL(customer ?? '', page.url()).href])) {
        await page.setViewportSize({ width: 1280, height: 900 })
        const answer = await page.goto(address)
        expect([address, answer?.status()]).toEqual([address, 200])
        expect([address, await faults()]).toEqual([address, []])
        await page.setViewportSize({ width: 360, height: 740 })
        const sideways = await page.evaluate(
          'document.documentElement.scrollWidth > document.documentElement.clientWidth',
        )
        expect([address, sideways]).toEqual([address, false])
      }
      await page.setViewportSize({ width: 1280, height: 900 })
    })

    it('stops everything with one button, and goes on with another', async () => {
      const { origin } = new URL(addresses.app)
      await page.goto(origin)
      await page.locator('header form[action*="stop"] button, header button:has-text("Stop")').first().click()
      await page.waitForLoadState()
      expect(await page.locator('body').innerText()).toMatch(/stopped|detenid|parad/i)
      await page.locator('form[action*="resume"] button').first().click()
      await page.waitForLoadState()
      expect(await page.locator('form[action*="stop"]').count()).toBeGreaterThan(0)
    })
  })
})
