import type { NodemailerError } from 'nodemailer/lib/errors'
import { cleanLine } from './clean.ts'
import { MailRefused } from './mailer.ts'

/**
 * What a server's refusal means for us.
 *
 * By the step that was refused and the reply codes (RFC 5321, RFC 3463, RFC 4954). Policy refusals (x.7.x) at an
 * address are about the sender's set-up, not the address: flagging the contact would blame the customer for it.
 * Rebuilt from safe parts: `redact` takes the password out of whatever the server echoed.
 */
export function refusalOf(error: NodemailerError, redact: (text: string) => string): MailRefused {
  const code = error.responseCode ?? null
  const about = objectOf(error, code)
  const answer = cleanLine(redact(error.response ?? error.message), 300)
  const addresses = about === 'recipient' ? refusedAddresses(error) : []
  const permanent = about !== 'connection' && (code === null ? true : code >= 500 && code !== BAD_SEQUENCE)
  return new MailRefused(about, `${SAYS[about]}: ${answer}`, { permanent, code, addresses })
}

/** A reply's class, subject and detail, such as [5, 1, 1] of "550 5.1.1 No such user". */
function enhancedCode(response: string | undefined): readonly [number, number, number] | null {
  const match = /^\d{3}[ -](\d)\.(\d{1,3})\.(\d{1,3})\b/.exec(response ?? '')
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : null
}

function objectOf(error: NodemailerError, code: number | null): MailRefused['about'] {
  // 421 may answer any command: the server is closing, and nothing was judged.
  if (code === CLOSING) return 'connection'
  if (LOGIN_ERRORS.has(error.code ?? '') || LOGIN_CODES.has(code ?? 0)) return 'login'
  if (error.code === 'EMESSAGE' && code === null) return 'message'
  if (error.code === 'EENVELOPE' && code === null) return /sender/i.test(error.message) ? 'sender' : 'recipient'
  if (code === null) return 'connection'
  const [, subject = 0, detail = 0] = enhancedCode(error.response) ?? []
  const tooBig = subject === 3 && detail === 4
  if (error.command === 'MAIL FROM') {
    if (tooBig || code === 552) return 'message'
    return subject === 3 || code === 452 ? 'connection' : 'sender'
  }
  if (error.command === 'RCPT TO') {
    if (tooBig) return 'message'
    const senderBlamed = subject === 1 && (detail === 7 || detail === 8)
    const policy = code >= 500 && (subject === 7 || /\brelay/i.test(error.response ?? ''))
    return senderBlamed || policy ? 'sender' : 'recipient'
  }
  if (error.command === 'DATA') {
    if (subject === 1 && detail !== 7 && detail !== 8) return 'recipient'
    // 5.7.9 Yahoo, 5.7.26 Google, 5.7.515 Microsoft: the sending domain is not authenticated.
    return subject === 7 && AUTHENTICATION_DETAILS.has(detail) ? 'sender' : 'message'
  }
  return 'connection'
}

const refusedAddresses = (error: NodemailerError): string[] => [
  ...new Set(error.rejected ?? (error.recipient === undefined ? [] : [error.recipient])),
]

const CLOSING = 421
// "Bad sequence of commands" is about the session: the same message can go through on another connection.
const BAD_SEQUENCE = 503
const LOGIN_ERRORS: ReadonlySet<string> = new Set(['EAUTH', 'ENOAUTH', 'EOAUTH2'])
const LOGIN_CODES: ReadonlySet<number> = new Set([530, 534, 535, 538])
const AUTHENTICATION_DETAILS: ReadonlySet<number> = new Set([9, 20, 23, 26, 515])

const SAYS: Readonly<Record<MailRefused['about'], string>> = {
  login: 'The mail server refused the login',
  sender: 'The mail server refused the sender',
  recipient: 'The mail server refused the recipient',
  message: 'The mail server refused the message',
  connection: 'The mail server could not be used',
}
