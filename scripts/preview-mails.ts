// Writes every kind of e-mail in each language and treatment, about one invoice and several, to data/previews as HTML and
// text, and as pictures at 800 and 360 pixels where a Chromium is installed:
// node scripts/preview-mails.ts [--all-wordings] [--only KIND]
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { createCompose } from '../src/mail/compose.ts'
import type { Treatment } from '../src/mail/mailer.ts'
import { MESSAGE_KINDS } from '../src/mail/wordings.ts'
import { anyFacts } from '../test/support/notice-facts.ts'

const { values: options } = parseArgs({
  options: { 'all-wordings': { type: 'boolean', default: false }, only: { type: 'string', multiple: true } },
})
const root = join(import.meta.dirname, '..')
const folder = join(root, 'data', 'previews')
const compose = await createCompose(join(root, 'templates'))
await mkdir(folder, { recursive: true })

const VOICES: readonly (readonly [string, 'es' | 'en', Treatment])[] = [
  ['es', 'es', 'usted'],
  ['es-tu', 'es', 'tu'],
  ['en', 'en', 'usted'],
]
const names: string[] = []
for (const kind of options.only ? MESSAGE_KINDS.filter((each) => options.only?.includes(each)) : MESSAGE_KINDS) {
  for (const [voice, language, treatment] of VOICES) {
    for (const several of [false, true]) {
      const usedWordings: string[] = []
      for (let round = 1; round <= (options['all-wordings'] ? 3 : 1); round++) {
        const composed = compose(anyFacts(kind, language, several, { treatment, usedWordings: [...usedWordings] }))
        usedWordings.push(composed.wording)
        const parts = [kind, voice, several ? 'several' : 'one', ...(options['all-wordings'] ? [round] : [])]
        const name = parts.join('-')
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
