import type { NodemailerError } from 'nodemailer/lib/errors'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { SMTPConnectionOptions, SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection'
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
  readonly handOver: (mime: Mime) => Promise<Handover>
  /** Whether the next message may be tried here. A server may still have hung up without our knowing yet. */
  readonly usable: () => boolean
  readonly messages: () => number
  /** Says goodbye and resolves when the connection is gone. */
  readonly quit: () => Promise<void>
}

/**
 * Opens a connection and logs in. Rejects with nodemailer's error.
 *
 * This sits on nodemailer's connection and not on its pool, which puts a message back in its queue when a connection
 * closes under it: here every message is tried exactly when we say so. `dotWritten` is nodemailer's own log entry
 * "message", written when the final dot has been handed to the socket; a body still in the buffer has not got there.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
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
    await establish(connection, options.login)
  } catch (error) {
    connection.close()
    throw error
  }
  // Errors of a message come through its callback; this listener only keeps an idle connection's from being thrown.
  connection.on('error', () => (state.usable = false))

  return {
    usable: () => state.usable,
    messages: () => state.messages,
    handOver: ({ content, envelope }) =>
      new Promise((resolve) => {
        state.dotWritten = false
        state.messages++
        connection.send({ from: envelope.from, to: [...envelope.to], size: content.length }, content, (error, info) => {
          if (!error) return resolve({ accepted: info })
          state.usable = false
          // Read before closing, and closed only now: nothing of ours interrupts the wait after the dot.
          resolve({ accepted: null, error, dotWritten: state.dotWritten })
          connection.close()
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

const isEntry = (entry: unknown): entry is { tnx?: unknown } => typeof entry === 'object' && entry !== null
