import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/**
 * A browser to test with: one that is installed, or Debian's Chromium where we may install it.
 * Null, with the reason said once, when there is none to be had.
 */
export function findChromium(): string | null {
  const found = PLACES.find((place) => existsSync(place))
  if (found) return found
  try {
    if (process.getuid?.() !== 0) throw new Error('not root')
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore' })
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation'], {
      stdio: 'ignore',
    })
    return PLACES.find((place) => existsSync(place)) ?? null
  } catch {
    console.warn(
      'Browser tests are left out: no Chromium or Chrome was found, and none could be installed (apt-get install chromium).',
    )
    return null
  }
}

export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}
