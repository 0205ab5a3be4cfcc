import { inBusiness } from '../../store/db.ts'
import { readMessageView, type MessageView } from '../../store/timeline.ts'
import type { WebDependencies } from '../dependencies.ts'
import { Refused } from '../errors.ts'
import { html, type Html } from '../html.ts'
import { sendMail } from '../mail-view.ts'
import type { BusinessRoutes, BusinessVisit } from '../visit.ts'

/** A message as it was sent: headers, both parts, what it carried and what became of it. */
export function messagePages(routes: BusinessRoutes, app: WebDependencies): void {
  routes.page('/messages/:chaseId', 'viewer', async (visit) => {
    const { chaseId } = visit.request.params as { chaseId: string }
    const message = await readMessageView(visit.db, chaseId)
    if (!message) throw new Refused('notFound')
    return { title: visit.words.message.title, tab: 'receivables', body: messagePage(visit, message) }
  })

  routes.view('/messages/:chaseId/html', 'viewer', async ({ request, reply, businessId }) => {
    const { chaseId } = request.params as { chaseId: string }
    const message = await inBusiness(app.db, businessId, (db) => readMessageView(db, chaseId))
    if (!message) throw new Refused('notFound')
    return sendMail(reply, message.html)
  })
}

function messagePage({ words, format }: BusinessVisit, message: MessageView): Html {
  const { message: say } = words
  const status = words.chaseStatus[message.status as keyof typeof words.chaseStatus] ?? message.status
  const address = ({ name, address }: { name: string | null; address: string }): string =>
    name ? `${name} <${address}>` : address
  return html` <p><a href="/customers/${message.customerId}">← ${message.customerName}</a></p>
    <h1>${message.subject}</h1>
    <section class="card">
      <dl class="facts">
        <dt>${say.from}</dt>
        <dd>${address(message.sender)}</dd>
        <dt>${say.to}</dt>
        <dd>${message.recipients.map(({ address }) => address).join(', ')}</dd>
        ${
          message.copies.length > 0 &&
          html`<dt>${say.cc}</dt>
            <dd>${message.copies.map(({ address }) => address).join(', ')}</dd>`
        }
        ${
          message.replyTo &&
          html`<dt>${say.replyTo}</dt>
            <dd>${address(message.replyTo)}</dd>`
        }
        <dt>${say.sent}</dt>
        <dd>
          ${message.sentAt ? format.instantWithZone(message.sentAt) : say.notSent} <span class="badge">${status}</span>
        </dd>
        <dt>${say.attachments}</dt>
        <dd>
          ${message.attachments.length > 0 ? message.attachments.map(({ filename }) => filename).join(', ') : say.none}
        </dd>
        <dt>${say.unattended}</dt>
        <dd>${message.unattended ? say.yes : say.no}</dd>
        <dt>${say.messageId}</dt>
        <dd><code>${message.messageId}</code></dd>
        ${
          message.inReplyTo &&
          html`<dt>${say.inReplyTo}</dt>
            <dd><code>${message.inReplyTo}</code></dd>`
        }
        ${
          message.serverAnswer &&
          html`<dt>${say.answer}</dt>
            <dd>${message.serverAnswer}</dd>`
        }
      </dl>
    </section>
    <h2>${say.html}</h2>
    <iframe class="mail" sandbox="" src="/messages/${message.chaseId}/html" title="${say.html}"></iframe>
    <details>
      <summary>${say.text}</summary>
      <pre class="mail-text">${message.text}</pre>
    </details>
    ${
      message.notes.length > 0 &&
      html` <h2>${say.notes}</h2>
        <ul class="plain">
          ${message.notes.map(
            (note) =>
              html` <li class="card">
                <p>${note.body}</p>
                <small>${noteState(words, format, note)}</small>
              </li>`,
          )}
        </ul>`
    }`
}

/** Where a note stands: written, waiting, or given up and why. */
export function noteState(
  { customer }: BusinessVisit['words'],
  format: BusinessVisit['format'],
  note: { writtenAt: string | null; failedWhy: string | null },
): string {
  if (note.writtenAt) return customer.noteWritten(format.instant(Temporal.Instant.from(note.writtenAt)))
  return note.failedWhy ? customer.noteFailed(note.failedWhy) : customer.noteWaiting
}
