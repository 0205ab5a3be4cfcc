import { createServer, type Socket } from 'node:net'
import { helperOptions, tell } from './helper.ts'

// A mail server that takes everything and keeps nothing, as cheap as it can be: what it costs is cost to both sides.

helperOptions()
const END = Buffer.from('\r\n.\r\n')
let taken = 0

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy())
  socket.write('220 sink ESMTP\r\n')
  serve(socket)
})

function serve(socket: Socket): void {
  let inMessage = false
  let line = ''
  /** The last bytes of the message so far: its end may lie across two packets. */
  let tail: Buffer = Buffer.alloc(0)
  socket.on('data', (packet: Buffer) => {
    let rest = packet
    while (rest.length > 0) {
      if (inMessage) {
        const seen = Buffer.concat([tail, rest.subarray(0, END.length)])
        const across = seen.indexOf(END)
        const at = across >= 0 ? across - tail.length : rest.indexOf(END)
        if (at < 0 && across < 0) {
          tail = Buffer.concat([tail, rest.subarray(-END.length)]).subarray(-(END.length - 1))
          return
        }
        rest = rest.subarray(at + END.length)
        inMessage = false
        taken += 1
        socket.write('250 2.0.0 queued\r\n')
        continue
      }
      const newline = rest.indexOf(10)
      line += rest.toString('latin1', 0, newline < 0 ? rest.length : newline + 1)
      if (newline < 0) return
      rest = rest.subarray(newline + 1)
      const verb = line.slice(0, 4).toUpperCase()
      line = ''
      if (verb === 'EHLO') socket.write('250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 50000000\r\n')
      else if (verb === 'DATA') {
        inMessage = true
        tail = Buffer.alloc(0)
        socket.write('354 go on\r\n')
      } else if (verb === 'QUIT') socket.end('221 bye\r\n')
      else socket.write('250 2.1.0 ok\r\n')
    }
  })
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  tell(`smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`)
})
process.on('message', () => tell(taken))
process.on('SIGTERM', () => process.exit(0))
