import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import PostalMime, { addressParser, type Email as ParsedMail } from 'postal-mime'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { listPage, messagePage, notFoundPage, PAGE_POLICY, PREVIEW_POLICY } from './mail-catcher-pages.ts'

/** A message that was caught, parsed. */
export type CaughtMail = {
  /** Counts up from 1 in order of arrival. */
  readonly id: number
  readonly receivedAt: Temporal.Instant
  readonly envelope: { readonly from: string; readonly to: readonly string[] }
  readonly messageId: string
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  /** The Date header as an ISO instant, which is the test clock's time in a demo. */
  readonly date: string | null
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly text: string
  readonly html: string
  readonly attachments: readonly { readonly filename: string; readonly type: string; readonly content: Uint8Array }[]
  readonly raw: Uint8Array
}

export type MailCatcher = {
  /** Where a person reads the mail. */
  readonly url: string
  /** What a mailer sends to. */
  readonly smtpUrl: string
  /** Everything caught and still kept, oldest first. */
  readonly messages: () => Promise<CaughtMail[]>
  readonly clear: () => void
  readonly close: () => Promise<void>
}

/**
 * Starts a mail server that delivers nothing: it keeps what it gets in memory and shows it on a page.
 *
 * Port 0 takes any free one. At most `keep` messages are kept, newest last; older ones make room.
 */
export async function startMailCatcher(settings: {
  readonly smtpPort: number
  readonly httpPort: number
  readonly host?: string
  readonly keep?: number
}): Promise<MailCatcher> {
  const { smtpPort, httpPort, host = '127.0.0.1', keep = 5000 } = settings
  const shelf = createShelf(keep)
  const smtp = createServer(shelf)
  smtp.listen(smtpPort, host)
  await once(smtp.server, 'listening')
  const web = createPages(shelf)
  const url = await web.listen({ port: httpPort, host })
  const { port } = smtp.server.address() as AddressInfo
  return {
    url,
    smtpUrl: `smtp://${host.includes(':') ? `[${host}]` : host}:${port}`,
    messages: () => Promise.all(shelf.all().map(parse)),
    clear: shelf.clear,
    async close() {
      await Promise.all([web.close(), new Promise<void>((resolve) => smtp.close(() => resolve()))])
    },
  }
}

type Caught = Pick<CaughtMail, 'id' | 'receivedAt' | 'envelope' | 'raw'>

type Shelf = {
  readonly add: (mail: Omit<Caught, 'id'>) => void
  readonly all: () => readonly Caught[]
  readonly find: (id: number) => Caught | undefined
  readonly clear: () => void
}

function createShelf(keep: number): Shelf {
  let kept: Caught[] = []
  let lastId = 0
  return {
    add(mail) {
      kept.push({ ...mail, id: ++lastId })
      if (kept.length > keep) kept = kept.slice(-keep)
    },
    all: () => kept,
    find: (id) => kept.find((mail) => mail.id === id),
    clear: () => (kept = []),
  }
}

function createServer(shelf: Shelf): SMTPServer {
  return new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS'],
    // Any login is welcome, so that a business's own settings can be tried out.
    allowInsecureAuth: true,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anyone' }),
    size: 50_000_000,
    closeTimeout: 500,
    onData: (stream, session, done) => void keepMail(shelf, stream, session, done),
  })
}

async function keepMail(
  shelf: Shelf,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  done: (error?: Error | null) => void,
): Promise<void> {
  const { mailFrom, rcptTo } = session.envelope
  const chunks: Buffer[] = []
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
  } catch {
    return done(new Error('the message could not be read'))
  }
  shelf.add({
    receivedAt: Temporal.Now.instant(),
    envelope: { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) },
    raw: Buffer.concat(chunks),
  })
  done()
}

async function parse(caught: Caught): Promise<CaughtMail> {
  const mail: ParsedMail = await PostalMime.parse(caught.raw, { attachmentEncoding: 'arraybuffer' })
  const header = (name: string): string => mail.headers.find(({ key }) => key === name)?.value ?? ''
  return {
    ...caught,
    messageId: mail.messageId ?? '',
    from: addressLine(header('from')),
    to: addressParser(header('to'), { flatten: true }).map(({ name, address }) => written(name, address)),
    subject: mail.subject ?? '',
    date: mail.date ?? null,
    headers: mail.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
    // The parser ends the text with a line break of its own.
    text: (mail.text ?? '').replace(/\n\n$/, '\n'),
    html: mail.html ?? '',
    attachments: mail.attachments.map(({ filename, mimeType, content }) => ({
      filename: filename ?? 'attachment',
      type: mimeType,
      content: typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content),
    })),
  }
}

const addressLine = (header: string): string =>
  addressParser(header, { flatten: true })
    .map(({ name, address }) => written(name, address))
    .join(', ')

const written = (name: string, address: string | undefined): string =>
  name === '' ? (address ?? '') : `${name} <${address ?? ''}>`

function createPages(shelf: Shelf): FastifyInstance {
  const web = Fastify({ forceCloseConnections: true })
  const found = async (id: string): Promise<CaughtMail | null> => {
    const caught = shelf.find(Number(id))
    return caught ? parse(caught) : null
  }

  web.addHook('onRequest', (request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer')
    // A page of another site must not be able to empty the catcher.
    const site = request.headers['sec-fetch-site']
    const changes = request.method !== 'GET' && request.method !== 'HEAD'
    if (changes && site !== undefined && site !== 'same-origin' && site !== 'none') void reply.code(403).send()
    else done()
  })

  web.get<{ Querystring: { before?: string } }>('/', async (request, reply) => {
    const before = Number(request.query.before ?? Infinity)
    const older = shelf.all().filter(({ id }) => id < before)
    const shown = await Promise.all(older.slice(-PAGE_LENGTH).reverse().map(parse))
    return page(reply, listPage(shown, shelf.all().length, older.length > PAGE_LENGTH))
  })
  web.post('/clear', async (_, reply) => {
    shelf.clear()
    return reply.redirect('/', 303)
  })
  // The form sends an empty body of this type, which Fastify would otherwise refuse.
  web.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, _body, done) =>
    done(null),
  )

  web.get<{ Params: { id: string } }>('/messages/:id', async (request, reply) => {
    const mail = await found(request.params.id)
    return mail ? page(reply, messagePage(mail)) : missing(reply)
  })
  web.get<{ Params: { id: string } }>('/messages/:id/html', async (request, reply) => {
    const mail = await found(request.params.id)
    if (!mail) return missing(reply)
    return reply.header('content-security-policy', PREVIEW_POLICY).type('text/html; charset=utf-8').send(mail.html)
  })
  web.get<{ Params: { id: string } }>('/messages/:id/raw', async (request, reply) => {
    const mail = await found(request.params.id)
    return mail ? reply.type('text/plain; charset=utf-8').send(mail.raw) : missing(reply)
  })
  web.get<{ Params: { id: string; at: string } }>('/messages/:id/attachments/:at', async (request, reply) => {
    const attachment = (await found(request.params.id))?.attachments[Number(request.params.at)]
    if (!attachment) return missing(reply)
    return reply
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(attachment.filename)}`)
      .header('content-security-policy', 'sandbox')
      .type(attachment.type === 'application/pdf' ? 'application/pdf' : 'application/octet-stream')
      .send(Buffer.from(attachment.content))
  })

  web.get('/api/messages', async () => (await Promise.all(shelf.all().map(parse))).reverse().map(summaryOf))
  web.get<{ Params: { id: string } }>('/api/messages/:id', async (request, reply) => {
    const mail = await found(request.params.id)
    if (!mail) return reply.code(404).send({ error: 'no such message' })
    const { text, html, headers } = mail
    return { ...summaryOf(mail), headers, text, html }
  })
  web.delete('/api/messages', async (_, reply) => {
    shelf.clear()
    return reply.code(204).send()
  })
  return web
}

const page = (reply: FastifyReply, markup: string): FastifyReply =>
  reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(markup)

const missing = (reply: FastifyReply): FastifyReply => page(reply.code(404), notFoundPage())

/** What the API says of a message: everything but its bodies. */
const summaryOf = (mail: CaughtMail) => ({
  id: mail.id,
  receivedAt: mail.receivedAt.toString(),
  date: mail.date,
  messageId: mail.messageId,
  envelope: mail.envelope,
  from: mail.from,
  to: mail.to,
  subject: mail.subject,
  attachments: mail.attachments.map(({ filename, type, content }) => ({ filename, type, bytes: content.byteLength })),
})

const PAGE_LENGTH = 200
