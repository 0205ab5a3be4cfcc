import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSeal, type AppKeys } from '../../src/store/sealed.ts'
import { emptyDirectory, freePort, puntual, start } from '../support/command-line.ts'
import { someKeys, tenant } from '../support/connecting.ts'
import { freshDatabase } from '../support/database.ts'

describe('Wrong environment', () => {
  it('lists everything that is wrong at once and exits with 2', async () => {
    const { code, err } = await puntual(emptyDirectory(), ['start'], {
      PORT: 'eighty',
      DATABASE_URL: 'mysql://nope',
      XERO_CLIENT_ID: 'only-half',
      TEST_CLOCK: 'yesterday',
    })
    expect(code).toBe(2)
    expect(err).toContain('DATABASE_URL must be an address like postgres://')
    expect(err).toContain('PORT must be a port number')
    expect(err).toContain('XERO_CLIENT_SECRET must be set as well')
    expect(err).toContain('TEST_CLOCK must be an ISO instant')
  })

  it('refuses a test clock when a real ledger could be reached', async () => {
    const { code, err } = await puntual(emptyDirectory(), ['start'], { TEST_CLOCK: '2026-03-02T08:00:00Z' })
    expect(code).toBe(2)
    expect(err).toContain('TEST_CLOCK is refused unless every ledger and SMTP address is on this machine')
    expect(err).toContain('api.xero.com')
  })

  it('says what to do when the database does not answer', async () => {
    const { code, err } = await puntual(emptyDirectory(), ['start'], {
      DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/puntual`,
    })
    expect(code).toBe(2)
    expect(err).toContain('The database does not answer')
    expect(err).toContain('Check DATABASE_URL')
  })
})

describe('A newcomer’s first start', () => {
  it('starts on its own database, survives being killed, and lets the first owner in', async () => {
    const directory = emptyDirectory()
    const port = String(await freePort())
    const first = start(directory, ['start'], { PORT: port })
    await first.said(/Puntual is listening/)
    const page = await fetch(`http://localhost:${port}/`)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('sign-in-link')

    const link = await puntual(
      directory,
      ['sign-in-link', '--email', 'ana.ruiz@vega.example', '--business', 'Talleres Vega'],
      { PORT: port },
    )
    expect(link).toEqual({
      code: 0,
      err: '',
      out: expect.stringMatching(new RegExp(`^http://localhost:${port}/sign-in/[\\w-]{43}\n$`)),
    })

    first.process.kill('SIGKILL')
    await new Promise((done) => first.process.once('close', done))
    const second = start(directory, ['start'], { PORT: port })
    await second.said(/Puntual is listening/)
    const entered = await fetch(link.out.trim(), { redirect: 'manual' })
    expect(entered.status).toBe(302)
    expect(entered.headers.getSetCookie().join()).toMatch(/sid=[\w-]+;.*HttpOnly/i)
    expect((await fetch(link.out.trim(), { redirect: 'manual' })).status).not.toBe(302)

    const businesses = await puntual(directory, ['businesses', '--json'])
    expect(JSON.parse(businesses.out)).toEqual([
      { id: expect.any(String), name: 'Talleres Vega', mode: 'observe', stopped: false },
    ])
    expect((await puntual(directory, ['mode', '--business', 'Talleres Vega', 'automatic'])).out).toBe(
      'Talleres Vega: automatic (was observe)\n',
    )
    expect((await puntual(directory, ['mode', '--business', 'Nobody', 'automatic'])).code).toBe(1)
    second.process.kill('SIGTERM')
    expect(await new Promise((done) => second.process.once('close', done))).toBe(0)
    // The database that the killed process left running went with the one that took it over.
    await expect(stat(join(directory, 'data/postgres/postmaster.pid'))).rejects.toThrow('ENOENT')
  })
})

describe('A new key for the installation', () => {
  it('takes over every business’s secrets, after which the old one can go', async () => {
    const store = await freshDatabase()
    const [old, next] = [someKeys('puntual-1'), someKeys('puntual-2')]
    const place = { table: 'token_sets', column: 'refresh_token', row: 'x' }
    const [ours, theirs] = [(await tenant(store.db, 'Ours')).businessId, (await tenant(store.db, 'Theirs')).businessId]
    const seal = openSeal(store.db, old)
    const sealed = [(await seal.of(ours)).seal(place, 'ours'), (await seal.of(theirs)).seal(place, 'theirs')]
    const command = (act: string, keys: AppKeys, ...more: string[]) =>
      puntual(emptyDirectory(), ['keys', act, ...more], {
        DATABASE_URL: store.ownerUrl,
        APP_KEYS: keys.map(({ id, key }) => `${id}:${key.toString('base64')}`).join(),
      })

    expect((await command('burn', old)).code).toBe(1)
    const without = await command('rewrap', next)
    expect([without.code, without.err]).toEqual([1, expect.stringContaining('"puntual-1" that protects a business')])
    expect(await command('rewrap', [...next, ...old])).toEqual({
      code: 0,
      err: '',
      out: 'Every business’s key is protected by "puntual-2" now; 2 of them were not before.\nNo longer needed here, only for backups made before: "puntual-1".\n',
    })
    const opened = openSeal(store.db, next)
    expect([(await opened.of(ours)).open(place, sealed[0] ?? ''), (await opened.of(theirs)).open(place, sealed[1] ?? '')]).toEqual(['ours', 'theirs']) // prettier-ignore
    expect(JSON.parse((await command('rewrap', next, '--json')).out)).toEqual({ key: 'puntual-2', rewrapped: 0, unneeded: [] }) // prettier-ignore
  })
})
