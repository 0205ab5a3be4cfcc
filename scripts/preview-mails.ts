// Writes every stage and language of the e-mails, for one invoice and for several, to data/previews as HTML and text, and
// as pictures at 800 and 360 pixels where a Chromium is installed: node scripts/preview-mails.ts [--all-wordings]
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { createCompose } from '../src/mail/compose.ts'
import { LANGUAGES, STAGES } from '../src/mail/wordings.ts'
import { messageFacts, severalInvoices } from '../test/support/message-facts.ts'

const { values: options } = parseArgs({ options: { 'all-wordings': { type: 'boolean', default: false } } })
const root = join(import.meta.dirname, '..')
const folder = join(root, 'data', 'previews')
const compose = await createCompose(join(root, 'templates'))
await mkdir(folder, { recursive: true })

const names: string[] = []
for (const language of LANGUAGES) {
  for (const stage of STAGES) {
    for (const several of [false, true]) {
      const invoices = several ? { invoices: severalInvoices(stage, language) } : {}
      const usedWordings: string[] = []
      for (let round = 1; round <= (options['all-wordings'] ? 3 : 1); round++) {
        const composed = compose(messageFacts(stage, language, { ...invoices, usedWordings: [...usedWordings] }))
        usedWordings.push(composed.wording)
        const name = [stage, language, several ? 'several' : 'one', ...(options['all-wordings'] ? [round] : [])].join(
          '-',
        )
        await writeFile(join(folder, `${name}.html`), composed.html)
        await writeFile(join(folder, `${name}.txt`), `${composed.wording}\n${composed.subject}\n\n${composed.text}`)
        names.push(name)
      }
    }
  }
}

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
if (executablePath) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  for (const [label, width, colorScheme] of [
    ['wide', 800, 'light'],
    ['narrow', 360, 'light'],
    ['dark', 800, 'dark'],
  ] as const) {
    const page = await browser.newPage({ viewport: { width, height: 600 }, colorScheme })
    for (const name of names) {
      await page.goto(`file://${join(folder, `${name}.html`)}`)
      await page.screenshot({ path: join(folder, `${name}-${label}.png`), fullPage: true })
      const scrolls = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
      if (scrolls === true) console.warn(`${name} scrolls sideways at ${width} pixels`)
    }
    await page.close()
  }
  await browser.close()
} else {
  console.warn('no Chromium found: HTML and text only')
}
console.log(`${names.length} messages in ${folder}`)
