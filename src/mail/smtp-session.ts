import { Readable } from 'node:stream'
import type { NodemailerError } from 'nodemailer/lib/errors'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { SMTPConnectionOptions, SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection'
import type { TimeLeft } from './mailer.ts'
import type { Mime } from './mime.ts'

export type SessionOptions = {
  readonly connection: SMTPConnectionOptions
  readonly login: { readonly user: string; readonly pass: string } | null
}

/** How handing over one message ended. `dotWritten`: the server had the whole message, whatever came after. */
export type Handover =
  | { readonly accepted: SMTPConnectionSendInfo }
  | { readonly accepted: null; readonly error: NodemailerError; readonly dotWritten: boolean }

/** One connection to the mail server, logged in. Takes one message at a time; after a failure it is done with. */
export type Session = {
  /** Hands a message over, unless no time is left when the server is ready to take its first byte: then `TooLate`. */
  readonly handOver: (mime: Mime, timeLeft: TimeLeft) => Promise<Handover>
  /** Whether the next message may be tried here. A server may still have hung up without our knowing yet. */
  readonly usable: () => boolean
  readonly messages: () => number
  /** Says goodbye and resolves when the connection is gone. */
  readonly quit: () => Promise<void>
}

/** The server was not ready for the message while there was time: nothing of it has left. */
export class TooLate extends Error {
  override readonly name = 'TooLate'

  constructor() {
    super('it was not ready for the message in time')
  }
}

/**
 * Opens a connection and logs in. Rejects with nodemailer's error, or with `TooLate`.
 *
 * This sits on nodemailer's connection and not on its pool, which puts a message back in its queue when a connection
 * closes under it: here every message is tried exactly when we say so. `dotWritten` is nodemailer's own log entry
 * "message", written when the final dot has been handed to the socket; a body still in the buffer has not got there.
 */
export async function openSession(options: SessionOptions, timeLeft: TimeLeft): Promise<Session> {
  if (timeLeft() <= 0) throw new TooLate()
  const state = { dotWritten: false, usable: true, messages: 0 }
  const note = (entry: unknown): void => {
    if (isEntry(entry) && entry.tnx === 'message') state.dotWritten = true
  }
  const logger = { trace() {}, debug() {}, info: note, warn() {}, error() {}, fatal() {} }
  // Loaded with the first message: a process that sends none does without.
  const { default: Connection } = await import('nodemailer/lib/smtp-connection')
  const connection = new Connection({ ...options.connection, logger })
  const ended = new Promise<void>((resolve) => connection.once('end', () => resolve()))
  connection.once('end', () => (state.usable = false))

  try {
    await inTime(establish(connection, options.login), timeLeft)
  } catch (error) {
    connection.close()
    throw error
  }
  // Errors of a message come through its callback; this listener only keeps an idle connection's from being thrown.
  connection.on('error', () => (state.usable = false))

  return {
    usable: () => state.usable,
    messages: () => state.messages,
    handOver: ({ content, envelope }, timeLeft) =>
      new Promise((resolve) => {
        state.dotWritten = false
        state.messages++
        const fail = (error: NodemailerError): void => {
          state.usable = false
          // Read before closing, and closed only now: nothing of ours interrupts the wait after the dot.
          resolve({ accepted: null, error, dotWritten: state.dotWritten })
          connection.close()
        }
        const stopWatching = whenUp(timeLeft, () => fail(new TooLate()))
        const body = readOnGoOn(content, () => {
          stopWatching()
          if (timeLeft() > 0) return true
          fail(new TooLate())
          return false
        })
        connection.send({ from: envelope.from, to: [...envelope.to], size: content.length }, body, (error, info) => {
          stopWatching()
          if (error) fail(error)
          else resolve({ accepted: info })
        })
      }),
    async quit() {
      if (!state.usable) return connection.close()
      state.usable = false
      connection.quit()
      await ended
    },
  }
}

async function establish(connection: SMTPConnection, login: SessionOptions['login']): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    connection.once('error', reject)
    connection.connect((error) => (error ? reject(error) : resolve()))
  })
  if (!login) return
  await new Promise<void>((resolve, reject) => {
    connection.once('error', reject)
    connection.login({ user: login.user, pass: login.pass, credentials: { ...login } }, (error) =>
      error ? reject(error) : resolve(),
    )
  })
}

/** The outcome of `work`, or `TooLate` when that comes first. */
async function inTime(work: Promise<void>, timeLeft: TimeLeft): Promise<void> {
  const late = Promise.withResolvers<never>()
  const stopWatching = whenUp(timeLeft, () => late.reject(new TooLate()))
  try {
    await Promise.race([work, late.promise])
  } finally {
    stopWatching()
  }
}

/** Calls `ring` when no time is left. Asks again when its own timer rings: the caller's clock is the one that counts. */
function whenUp(timeLeft: TimeLeft, ring: () => void): () => void {
  let timer: NodeJS.Timeout
  const wait = (): void => {
    timer = setTimeout(() => (timeLeft() <= 0 ? ring() : wait()), Math.min(Math.max(timeLeft(), 0), LOOK_AGAIN_MS))
  }
  wait()
  return () => clearTimeout(timer)
}

/** A timer takes no endless wait. */
const LOOK_AGAIN_MS = 60_000

/**
 * The message as a stream that is read when the server has said "go on" after DATA, and not before: with pipelining
 * the envelope and DATA are one write, so this is the last moment at which nothing of the message has left.
 */
function readOnGoOn(content: Buffer, mayBegin: () => boolean): Readable {
  return new Readable({
    read() {
      if (!mayBegin()) return
      this.push(content)
      this.push(null)
    },
  })
}

const isEntry = (entry: unknown): entry is { tnx?: unknown } => typeof entry === 'object' && entry !== null
