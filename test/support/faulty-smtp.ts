import { createServer, type Server, type Socket } from 'node:net'

/** Where a fault strikes: at a command, in the middle of the message, or once the final dot has come. */
export type Place = 'greeting' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'mid-data' | 'dot'

/**
 * What happens there: a reply instead of the usual one, a dropped connection, silence, a late usual reply (after a
 * time, or when `until` has happened), or (at the dot) the message taken and the connection dropped before the answer.
 */
export type Fault =
  | { readonly at: Place; readonly reply: string; readonly only?: string }
  | { readonly at: Place; readonly drop: true; readonly only?: string }
  | { readonly at: Place; readonly silent: true; readonly only?: string }
  | { readonly at: Place; readonly lateMs: number; readonly only?: string }
  | { readonly at: Place; readonly until: Promise<unknown>; readonly only?: string }

/** A mail server that does what it is told to. `faults` may be changed between messages. */
export type FaultySmtp = {
  readonly port: number
  faults: readonly Fault[]
  /** Messages that came in whole, dot included, whatever was answered. */
  readonly received: string[]
  /** The places that clients have come to, in order: a command, or the first line of a message (`mid-data`). */
  readonly reached: Place[]
  /** How many connections were opened. */
  connections: number
  /** Ends every open connection, as a server does with idle ones. */
  readonly hangUp: () => void
  readonly close: () => Promise<void>
}

export async function startFaultySmtp(faults: readonly Fault[] = []): Promise<FaultySmtp> {
  const sockets = new Set<Socket>()
  const received: string[] = []
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    smtp.connections++
    converse(socket, smtp)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const smtp: FaultySmtp = {
    port: address && typeof address === 'object' ? address.port : 0,
    faults,
    received,
    reached: [],
    connections: 0,
    hangUp: () => sockets.forEach((socket) => socket.end()),
    close: () =>
      new Promise((resolve) => {
        sockets.forEach((socket) => socket.destroy())
        server.close(() => resolve())
      }),
  }
  return smtp
}

function converse(socket: Socket, smtp: FaultySmtp): void {
  let body: string[] | null = null
  let recipients = 0
  let rest = ''

  const faultAt = (at: Place, line: string): Fault | undefined =>
    smtp.faults.find((fault) => fault.at === at && (fault.only === undefined || line.includes(fault.only)))
  /** Answers, unless a fault is due there. Returns whether things take their usual course. */
  const answer = (at: Place, usual: string, line = ''): boolean => {
    const fault = faultAt(at, line)
    smtp.reached.push(at)
    if (!fault) socket.write(`${usual}\r\n`)
    else if ('reply' in fault) socket.write(`${fault.reply}\r\n`)
    else if ('drop' in fault) socket.destroy()
    else if ('lateMs' in fault) setTimeout(() => socket.write(`${usual}\r\n`), fault.lateMs)
    else if ('until' in fault) void fault.until.then(() => socket.write(`${usual}\r\n`))
    return !fault || 'lateMs' in fault || 'until' in fault
  }

  const takeLine = (line: string): void => {
    if (body) {
      if (line !== '.') {
        if (body.length === 0) smtp.reached.push('mid-data')
        body.push(line)
        if (faultAt('mid-data', line)) socket.destroy()
        return
      }
      smtp.received.push(body.join('\r\n'))
      body = null
      answer('dot', '250 2.0.0 Taken')
      return
    }
    const verb = line.slice(0, 4).toUpperCase()
    if (verb === 'EHLO') answer('EHLO', '250-faulty\r\n250-AUTH PLAIN\r\n250 SIZE 20000000')
    else if (verb === 'AUTH') answer('AUTH', '235 2.7.0 Welcome')
    else if (verb === 'MAIL') {
      recipients = 0
      answer('MAIL', '250 2.1.0 Sender taken')
    } else if (verb === 'RCPT') recipients += answer('RCPT', '250 2.1.5 Recipient taken', line) ? 1 : 0
    else if (verb === 'DATA') {
      if (recipients === 0) socket.write('554 5.5.1 No recipients\r\n')
      else if (answer('DATA', '354 Go on')) body = []
    } else if (verb === 'RSET') socket.write('250 2.0.0 Reset\r\n')
    else if (verb === 'QUIT') socket.end('221 2.0.0 Bye\r\n')
    else socket.write('502 5.5.2 What?\r\n')
  }

  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) takeLine(line)
  })
  answer('greeting', '220 faulty ready')
}
