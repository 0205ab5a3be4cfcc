import { createHash } from 'node:crypto'
import { cleanLine } from './clean.ts'
import { type Address, type Email, MailRefused } from './mailer.ts'

export type Mime = {
  readonly content: Buffer
  readonly envelope: { readonly from: string; readonly to: readonly string[] }
}

/** The message as the bytes that go out. */
export const rawMessage = async (email: Email): Promise<Uint8Array> => (await toMime(email)).content

/**
 * The message as bytes. The same `Email` gives the same bytes: boundaries come from the Message-ID and the date from
 * `sentAt`, so that a second try is the same message and not a second one. Throws MailRefused for an address that is
 * not one plain address: mail software disagrees about anything else, and that is how mail goes astray.
 */
export async function toMime(email: Email): Promise<Mime> {
  refuseStrangeAddresses(email)
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const message = new MailComposer({
    messageId: email.messageId,
    date: new Date(email.sentAt.epochMilliseconds),
    from: addressOf(email.from),
    ...(email.replyTo ? { replyTo: addressOf(email.replyTo) } : {}),
    to: email.to.map(addressOf),
    cc: email.cc.map(addressOf),
    subject: cleanLine(email.subject, 300),
    ...(email.inReplyTo ? { inReplyTo: email.inReplyTo } : {}),
    ...(email.references.length > 0 ? { references: [...email.references] } : {}),
    ...(email.unattended ? { headers: { 'Auto-Submitted': 'auto-generated' } } : {}),
    text: withCrlf(email.text),
    html: withCrlf(email.html),
    attachments: email.attachments.map(({ filename, type, content }) => ({
      filename: cleanLine(filename, 120),
      contentType: type,
      content: Buffer.from(content.buffer, content.byteOffset, content.byteLength),
    })),
    // Quoted-printable keeps no-break spaces and stays readable in the raw message.
    encoding: 'quoted-printable',
    baseBoundary: createHash('sha256').update(email.messageId).digest('hex').slice(0, 32),
    boundaryPrefix: '=_',
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile()
  const { from, to } = message.getEnvelope()
  return { content: await message.build(), envelope: { from: from === false ? '' : from, to } }
}

// Done here because nodemailer's own way walks through every byte of the attachments too.
const withCrlf = (text: string): string => text.replace(/\r\n|\r|\n/g, '\r\n')

const addressOf = ({ name, address }: Address): { name: string; address: string } => ({
  name: cleanLine(name ?? '', 100),
  address,
})

function refuseStrangeAddresses({ from, replyTo, to, cc }: Email): void {
  const senders = [from, ...(replyTo ? [replyTo] : [])].map(({ address }) => address)
  const recipients = [...to, ...cc].map(({ address }) => address)
  if (strange(senders).length > 0) {
    throw new MailRefused('sender', 'The address to send from is not a plain e-mail address', { permanent: true })
  }
  if (recipients.length === 0 || strange(recipients).length > 0) {
    const addresses = strange(recipients)
    throw new MailRefused('recipient', 'A recipient is not a plain e-mail address', { permanent: true, addresses })
  }
}

const strange = (addresses: readonly string[]): string[] => addresses.filter((address) => !PLAIN_ADDRESS.test(address))

// Deliberately stricter than RFC 5322: no quoting, comments, routes or lists.
const PLAIN_ADDRESS = /^[^\s@<>()[\]\\",;:\p{Cc}\p{Cf}]+@[^\s@<>()[\]\\",;:\p{Cc}\p{Cf}]+$/u
