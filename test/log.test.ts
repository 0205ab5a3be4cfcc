import { describe, expect, it } from 'vitest'
import { createLog } from '../src/log.ts'

function printed(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = []
  write(createLog('debug', { write: (line) => void lines.push(line) }))
  return lines.join('')
}

const CANARY = 'canary-7f3a9c'

describe('The log', () => {
  it('says what happened, when and how grave it is', () => {
    const line = JSON.parse(
      printed((log) => log.info({ invoices: 3, at: Temporal.Instant.from('2026-03-02T09:00:00Z') }, 'synced')),
    )
    expect(line).toMatchObject({ level: 'info', invoices: 3, at: '2026-03-02T09:00:00Z', msg: 'synced' })
  })

  it.each([
    ['a token by name', { accessToken: CANARY, refresh_token: CANARY, tokens: { a: CANARY } }],
    ['headers', { headers: { authorization: `Bearer ${CANARY}`, cookie: `sid=${CANARY}`, 'set-cookie': [CANARY] } }],
    ['a body', { body: CANARY, rawBody: Buffer.from(CANARY), html: CANARY, text: CANARY }],
    ['an OAuth code and state', { code: CANARY, state: CANARY, codeVerifier: CANARY, query: { code: CANARY } }],
    ['keys', { clientSecret: CANARY, webhookKey: CANARY, appKeys: CANARY, password: CANARY }],
    [
      'an SDK’s error',
      { error: Object.assign(new Error('401'), { response: { config: { headers: { x: CANARY } } }, request: CANARY }) },
    ],
    [
      'an error inside an error',
      { error: new Error('outer', { cause: Object.assign(new Error('inner'), { options: CANARY }) }) },
    ],
    ['a token in an error’s message', { error: new Error(`GET /x?access_token=${CANARY} failed`) }],
    ['a callback’s address', { address: `/oauth/xero/callback?code=${CANARY}&state=${CANARY}` }],
    ['a sign-in link', { address: `http://localhost:3000/sign-in/${CANARY}-${CANARY}-${CANARY}` }],
    ['a bearer token in a text', { said: `Authorization: Bearer ${CANARY}` }],
    ['a password in an address', { said: `cannot reach postgres://app:${CANARY}@db:5432/puntual` }],
    ['something deep', { a: { b: { c: { d: { e: { f: CANARY } } } } } }],
  ])('never prints %s', (_what, facts) => {
    expect(printed((log) => log.error(facts, 'trouble'))).not.toContain(CANARY)
  })

  it('keeps what explains an error', () => {
    const error = Object.assign(new Error('relation "x" does not exist'), { code: '42P01' })
    const line = JSON.parse(printed((log) => log.error({ error, code: 'ECONNREFUSED' }, 'failed')))
    expect(line.error).toMatchObject({ name: 'Error', message: 'relation "x" does not exist', code: '42P01' })
    expect(line.code).toBe('ECONNREFUSED')
  })
})
