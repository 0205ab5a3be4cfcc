import { connect } from 'node:net'

export type Load = {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly answers: number
}

/** Posts bodies over so many kept connections, one at a time on each, for a while. Every answer must be a 200. */
export async function load(
  target: { readonly port: number; readonly connections: number; readonly seconds: number },
  request: () => { readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<Load> {
  const latencies: number[] = []
  const startedAt = performance.now()
  const endsAt = startedAt + target.seconds * 1000
  await Promise.all(
    Array.from({ length: target.connections }, () => keepPosting(target.port, endsAt, request, latencies)),
  )
  const seconds = (performance.now() - startedAt) / 1000
  latencies.sort((one, other) => one - other)
  const at = (share: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN
  return { perSecond: latencies.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99), answers: latencies.length }
}

/** Plain sockets: an HTTP client that does more would take the processor from the server it measures. */
function keepPosting(
  port: number,
  endsAt: number,
  request: Parameters<typeof load>[1],
  latencies: number[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let answer = ''
    let sentAt = 0
    const post = (): void => {
      const { path, headers, body } = request()
      const lines = Object.entries({
        host: '127.0.0.1',
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        ...headers,
      })
      sentAt = performance.now()
      socket.write(
        `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${body}`,
      )
    }
    socket.on('connect', post)
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
      const end = answer.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(answer)?.[1] ?? 0)
      if (answer.length < end + 4 + length) return
      if (!answer.startsWith('HTTP/1.1 200')) return reject(new Error(answer.slice(0, 200)))
      answer = ''
      const now = performance.now()
      latencies.push(now - sentAt)
      if (now < endsAt) post()
      else socket.end(() => resolve())
    })
  })
}
