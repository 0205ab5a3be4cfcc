import { randomUUID } from 'node:crypto'
import type { Person } from '../store/people.ts'
import type { Dependencies } from './dependencies.ts'

/** A mail to one of our own people, written by whoever has the words. */
export type PersonMail = { readonly subject: string; readonly text: string; readonly html: string }

/** Sends a mail to one of our own people, from the mailbox that everything leaves from. `about` is a word for the Message-ID. */
export async function mailPerson(
  app: Pick<Dependencies, 'mailer' | 'mailFrom'> & { readonly wallClock: () => Temporal.Instant },
  person: Pick<Person, 'name' | 'email'>,
  about: string,
  { subject, text, html }: PersonMail,
): Promise<void> {
  const domain = app.mailFrom.address.split('@').at(-1) ?? 'localhost'
  await app.mailer.send({
    messageId: `<${about}-${randomUUID()}@${domain}>`,
    from: app.mailFrom,
    replyTo: null,
    to: [{ name: person.name, address: person.email }],
    cc: [],
    subject,
    html,
    text,
    attachments: [],
    inReplyTo: null,
    references: [],
    sentAt: app.wallClock(),
    unattended: true,
  })
}
