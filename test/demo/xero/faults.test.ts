import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Faults, installFaults, type Fault } from '../../../src/demo/faults.ts'

let app: FastifyInstance
let faults: Faults
let url: string
let done: number

beforeEach(async () => {
  done = 0
  faults = new Faults()
  app = fastify({ forceCloseConnections: true })
  installFaults(app, faults)
  app.post('/note', async () => {
    done += 1
    return { note: 'x'.repeat(1000) }
  })
  url = await app.listen({ port: 0, host: '127.0.0.1' })
})
afterEach(async () => await app.close())

async function met(kind: Fault['kind'], more: Partial<Fault> = {}): Promise<[string, number]> {
  faults.add({ match: { method: 'post', path: /note/ }, times: 1, kind, ...more })
  const outcome = await fetch(`${url}/note`, { method: 'POST' }).then(
    async (answer) => {
      const body = await answer.text().catch(() => 'cut')
      return `${answer.status} ${answer.headers.get('content-type') ?? ''} ${body.slice(0, 20)}`
    },
    () => 'no answer',
  )
  return [outcome, done]
}

describe('Faults', () => {
  it('do what they say, and the deed is done or not', async () => {
    expect(await met('status', { status: 429, headers: { 'retry-after': '7' } })).toEqual([
      '429 application/json; charset=utf-8 ',
      0,
    ])
    expect(await met('html')).toEqual(['200 text/html; charset=utf-8 <!doctype html><html', 0])
    expect(await met('reset')).toEqual(['no answer', 0])
    expect(await met('commit-then-drop')).toEqual(['no answer', 1])
    expect(await met('commit-then-500')).toEqual(['500 application/json ', 2])
    expect(await met('cut-off')).toEqual(['200 application/json; charset=utf-8 cut', 3])
    expect(await met('wrong-shape', { body: { odd: 1 } })).toEqual(['200 application/json {"odd":1}', 4])
    expect((await met('slow', { delayMs: 5 }))[1]).toBe(5)
    expect([faults.left, (await met('slow'))[1]]).toEqual([0, 6])
  })

  it('wait for the request they are meant for, as often as they are meant', async () => {
    faults.add({ match: { method: 'GET' }, times: 1, kind: 'reset' })
    faults.add({ match: { path: /note/ }, times: 2, kind: 'status', status: 503 })
    const statuses = []
    for (let n = 0; n < 3; n++) statuses.push((await fetch(`${url}/note`, { method: 'POST' })).status)
    expect([statuses, faults.left]).toEqual([[503, 503, 200], 1])
  })
})
