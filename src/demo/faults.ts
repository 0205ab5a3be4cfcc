import { setTimeout as pause } from 'node:timers/promises'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/**
 * What can go wrong with one answer.
 *
 * `status`: refused before anything happens. `html`: a web page instead of data, as from a proxy.
 * `cut-off`: done, but the answer ends in the middle. `slow`: done, and answered after `delayMs`. `reset`: the connection
 * dies before anything happens. `commit-then-drop`: done, and the connection dies without an answer.
 * `commit-then-500`: done, and the answer says that it failed. `wrong-shape`: another body than promised.
 */
export type FaultKind =
  | 'status'
  | 'html'
  | 'cut-off'
  | 'slow'
  | 'reset'
  | 'commit-then-drop'
  | 'commit-then-500'
  | 'wrong-shape'

export type Fault = {
  /** Which requests: the method, and the path with its query. Left out means any. */
  readonly match: { readonly method?: string; readonly path?: RegExp }
  /** How many matching requests go wrong before things are well again. */
  readonly times: number
  readonly kind: FaultKind
  /** Of the answer; 500 unless given, and 200 for `wrong-shape`. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it is when it is text or bytes, otherwise as JSON. */
  readonly body?: unknown
  readonly delayMs?: number
}

/** The faults that are waiting for their requests, first come first served. */
export class Faults {
  readonly #waiting: { readonly fault: Fault; left: number }[] = []

  add(fault: Fault): void {
    if (fault.times > 0) this.#waiting.push({ fault, left: fault.times })
  }

  /** The fault that this request meets, counted as used up once; null when all is well. */
  take(request: { readonly method: string; readonly url: string }): Fault | null {
    const at = this.#waiting.findIndex(({ fault: { match } }) => {
      const methodFits = match.method === undefined || match.method.toUpperCase() === request.method.toUpperCase()
      return methodFits && (match.path === undefined || match.path.test(request.url))
    })
    const found = this.#waiting[at]
    if (!found) return null
    found.left -= 1
    if (found.left === 0) this.#waiting.splice(at, 1)
    return found.fault
  }

  /** How many requests are still to go wrong. */
  get left(): number {
    return this.#waiting.reduce((sum, { left }) => sum + left, 0)
  }

  clear(): void {
    this.#waiting.length = 0
  }
}

/** Lets every route of a simulator meet the faults. Call it before the routes are added. */
export function installFaults(app: FastifyInstance, faults: Faults): void {
  const met = new WeakMap<FastifyRequest, Fault>()
  const closing = new AbortController()
  app.addHook('onClose', async () => closing.abort())

  app.addHook('onRequest', async (request, reply) => {
    const fault = faults.take(request)
    if (!fault) return
    if (fault.kind === 'status' || fault.kind === 'html') {
      await answer(reply, fault)
    } else if (fault.kind === 'reset') {
      reply.hijack()
      request.raw.socket.resetAndDestroy()
    } else {
      met.set(request, fault)
    }
  })

  app.addHook('onSend', async (request, reply, payload) => {
    const fault = met.get(request)
    if (!fault) return payload
    switch (fault.kind) {
      case 'slow':
        // A simulator that is being closed must not wait for its own slowness.
        await pause(fault.delayMs ?? 0, null, { signal: closing.signal }).catch(() => null)
        return payload
      case 'cut-off':
        return cutOff(request, reply, bytesOf(payload))
      case 'commit-then-drop':
        request.raw.socket.destroy()
        return null
      case 'commit-then-500':
        return replace(reply, fault.status ?? 500, fault)
      case 'wrong-shape':
        return replace(reply, fault.status ?? 200, { ...fault, body: fault.body ?? { Unexpected: ['shape'] } })
      default:
        return payload
    }
  })
}

const PAGE = '<!doctype html><html><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>'

async function answer(reply: FastifyReply, fault: Fault): Promise<void> {
  const html = fault.kind === 'html'
  const body = fault.body ?? (html ? PAGE : '')
  await reply
    .code(fault.status ?? (html ? 200 : 500))
    .headers({ 'content-type': html ? 'text/html; charset=utf-8' : 'application/json', ...fault.headers })
    .send(asText(body))
}

function replace(reply: FastifyReply, status: number, fault: Fault): string | Buffer {
  const body = asText(fault.body ?? '')
  void reply.code(status).removeHeader('content-length')
  void reply.headers({ 'content-type': 'application/json', ...fault.headers })
  return body
}

/** Promises the whole length, sends half, and hangs up. */
function cutOff(request: FastifyRequest, reply: FastifyReply, whole: Buffer): Readable {
  void reply.header('content-length', whole.byteLength)
  return Readable.from(
    (async function* () {
      yield whole.subarray(0, Math.floor(whole.byteLength / 2))
      // The half must have left before the connection goes, or the client sees a plain reset.
      await pause(20)
      request.raw.socket.destroy()
    })(),
  )
}

const asText = (body: unknown): string | Buffer =>
  typeof body === 'string' ? body : Buffer.isBuffer(body) ? body : JSON.stringify(body)

const bytesOf = (payload: unknown): Buffer =>
  Buffer.isBuffer(payload) ? payload : Buffer.from(typeof payload === 'string' ? payload : '')
