import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection'
import type { NodemailerError } from 'nodemailer/lib/errors'
import { cleanLine, isLoopback } from './clean.ts'
import { type Delivery, type Email, type Mailer, MailRefused, MailUnknown, type TimeLeft } from './mailer.ts'
import { type Mime, toMime } from './mime.ts'
import { refusalOf } from './smtp-refusal.ts'
import { type Handover, openSession, type Session, type SessionOptions, TooLate } from './smtp-session.ts'

export type SmtpSettings = {
  /** smtp://user:password@host:587 or smtps://…; `?requireTLS=false` allows a server without TLS. */
  readonly url: string
  readonly maxConnections?: number
  /** A connection is renewed after this many messages, as many servers ask for. */
  readonly maxMessagesPerConnection?: number
  /** How long a connection is kept open for the next message. Shorter than servers' own idle limits. */
  readonly idleMs?: number
  /**
   * How long to wait for an answer. RFC 5321 asks for ten minutes after the final dot, and a shorter wait
   * turns a slow server into a message nobody knows the fate of.
   */
  readonly answerTimeoutMs?: number
  readonly greetingTimeoutMs?: number
  readonly connectTimeoutMs?: number
}

/**
 * A mailer over SMTP.
 *
 * Connections are kept and reused, but a message is tried again only on evidence: when it was offered on a kept
 * connection that turned out to be closed before the message was handed over. After the final dot nothing
 * is ever repeated: without an answer the outcome is `MailUnknown`.
 */
export function createSmtpMailer(settings: SmtpSettings): Mailer {
  const { options, redact } = readUrl(settings)
  const maxMessages = settings.maxMessagesPerConnection ?? 100
  const slots = createSlots(settings.maxConnections ?? 4)
  const shelf = createShelf(settings.idleMs ?? 10_000)
  const inFlight = new Set<Promise<unknown>>()
  let closed = false

  const open = async (timeLeft: TimeLeft): Promise<Session> => {
    try {
      return await openSession(options, timeLeft)
    } catch (error) {
      throw refusalOf(error as NodemailerError, redact)
    }
  }
  const refuseWhenClosed = (): void => {
    if (closed) throw new MailRefused('connection', 'The mailer is closed', { permanent: false })
  }

  async function handOver(mime: Mime, timeLeft: TimeLeft): Promise<Delivery> {
    const kept = timeLeft() > 0 ? shelf.take() : null
    if (kept) {
      const handover = await kept.handOver(mime, timeLeft)
      if (!isStale(handover)) return settle(kept, handover)
    }
    const fresh = await open(timeLeft)
    if (timeLeft() > 0) return settle(fresh, await fresh.handOver(mime, timeLeft))
    // Opened too late for this message, but not for the next one.
    keep(fresh)
    throw refusalOf(new TooLate(), redact)
  }

  function keep(session: Session): void {
    if (session.messages() >= maxMessages || closed) void session.quit()
    else shelf.put(session)
  }

  function settle(session: Session, handover: Handover): Delivery {
    if (handover.accepted) {
      keep(session)
      return deliveryOf(handover.accepted)
    }
    const { error, dotWritten } = handover
    const answeredNo = (error.responseCode ?? 0) >= 400
    if (!dotWritten || answeredNo) throw refusalOf(error, redact)
    throw new MailUnknown(
      `The connection ended before the server said whether it took the message: ${cleanLine(redact(error.message), 300)}`,
    )
  }

  const track = async <T>(work: () => Promise<T>): Promise<T> => {
    const running = slots.run(async () => {
      refuseWhenClosed()
      return work()
    })
    inFlight.add(running)
    try {
      return await running
    } finally {
      inFlight.delete(running)
    }
  }

  return {
    async send(email: Email, timeLeft: TimeLeft = () => Infinity) {
      refuseWhenClosed()
      // Made into bytes only when it is its turn: a queue of messages must not be a queue of megabytes.
      return track(async () => handOver(await toMime(email), timeLeft))
    },
    async verify() {
      refuseWhenClosed()
      await track(async () => {
        const session = await open(() => Infinity)
        await session.quit()
      })
    },
    async close() {
      closed = true
      await Promise.allSettled(inFlight)
      await shelf.clear()
    },
  }
}

/**
 * A kept connection that the server had closed: no answer to this message, and the message itself never left. Also one
 * that was too slow for it, for which no other is opened then.
 */
const isStale = (handover: Handover): boolean =>
  !handover.accepted &&
  !handover.dotWritten &&
  (handover.error.responseCode === undefined || handover.error.responseCode === 421)

function deliveryOf(info: NonNullable<Handover['accepted']>): Delivery {
  return {
    accepted: info.accepted,
    refused: (info.rejectedErrors ?? []).map((error) => ({
      address: error.recipient ?? '',
      code: error.responseCode ?? 0,
      answer: cleanLine(error.response ?? '', 300),
    })),
    answer: cleanLine(info.response, 300),
  }
}

/** Lets so many pieces of work run at once; the rest wait their turn. */
function createSlots(size: number): { run: <T>(work: () => Promise<T>) => Promise<T> } {
  const waiting: (() => void)[] = []
  let free = size
  return {
    async run(work) {
      if (free > 0) free--
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        if (next) next()
        else free++
      }
    },
  }
}

/** Connections waiting for the next message: the one used last comes first, so that spare ones time out. */
function createShelf(idleMs: number): {
  put: (session: Session) => void
  take: () => Session | null
  clear: () => Promise<void>
} {
  const shelf: { session: Session; timer: NodeJS.Timeout }[] = []
  return {
    put(session) {
      const timer = setTimeout(() => {
        const at = shelf.findIndex((entry) => entry.session === session)
        if (at >= 0) shelf.splice(at, 1)
        void session.quit()
      }, idleMs)
      timer.unref()
      shelf.push({ session, timer })
    },
    take() {
      for (let entry = shelf.pop(); entry; entry = shelf.pop()) {
        clearTimeout(entry.timer)
        if (entry.session.usable()) return entry.session
      }
      return null
    },
    async clear() {
      const entries = shelf.splice(0)
      for (const { timer } of entries) clearTimeout(timer)
      await Promise.all(entries.map(({ session }) => session.quit()))
    },
  }
}

/** Reads the address. Its errors never repeat the URL, which holds the password. */
function readUrl(settings: SmtpSettings): { options: SessionOptions; redact: (text: string) => string } {
  const url = URL.parse(settings.url)
  if (!url || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') || url.hostname === '') {
    throw new TypeError('the SMTP address must look like smtp://user:password@host:587 or smtps://host')
  }
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const local = isLoopback(host)
  const secure = url.protocol === 'smtps:'
  const wanted = url.searchParams.get('requireTLS')
  const requireTLS = !secure && (wanted === 'true' || (wanted !== 'false' && !local))
  const user = decodeURIComponent(url.username)
  const pass = decodeURIComponent(url.password)
  const connection: SMTPConnectionOptions = {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS,
    // A server on this machine is reached without TLS unless asked for: nobody is in between, and its certificate is its own.
    ignoreTLS: local && !requireTLS,
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: !local },
    transactionLog: true,
    socketTimeout: settings.answerTimeoutMs ?? 10 * 60_000,
    greetingTimeout: settings.greetingTimeoutMs ?? 30_000,
    connectionTimeout: settings.connectTimeoutMs ?? 30_000,
  }
  const login = user === '' && pass === '' ? null : { user, pass }
  return { options: { connection, login }, redact: redactorOf(user, pass) }
}

/** Takes the password out of a text, also in the shapes in which SMTP carries it. */
function redactorOf(user: string, pass: string): (text: string) => string {
  if (pass === '') return (text) => text
  const secrets = [base64(`\u0000${user}\u0000${pass}`), base64(pass), encodeURIComponent(pass), pass]
  return (text) => secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '[hidden]'), text)
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
