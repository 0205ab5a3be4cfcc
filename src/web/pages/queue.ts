import { z } from 'zod'
import { explain } from '../../chase/reasons.ts'
import { approveChase, settleUnknown, skipChase } from '../../flow/approve.ts'
import { claimOfChase, previewChase, previewOf, type Preview } from '../../flow/preview.ts'
import { recipientsOfChase, type Recipient } from '../../flow/recipients.ts'
import { readSurroundings } from '../../flow/standing.ts'
import { findChase } from '../../store/chases.ts'
import { readCustomers } from '../../store/standings.ts'
import { listApprovals, type WaitingChase } from '../../store/timeline.ts'
import type { WebDependencies } from '../dependencies.ts'
import { Refused } from '../errors.ts'
import { html, type Html } from '../html.ts'
import { form, mayAct } from '../layout.ts'
import { sendMail } from '../mail-view.ts'
import type { BusinessRoutes, BusinessVisit } from '../visit.ts'
import { chaseOf, choiceOf, invoiceList } from './waiting.ts'

const MOST_SHOWN = 100

const SHOWN = z.object({ shown: z.string().max(100) })
const ARRIVED = z.object({ arrived: z.enum(['yes', 'no']) })

/** Messages that wait for a yes, and deliveries nobody knows about. What people do themselves is on the work list. */
export function queuePages(routes: BusinessRoutes, app: WebDependencies): void {
  routes.page('/queue', 'viewer', async (visit) => {
    const { words, db } = visit
    const waiting = await listApprovals(db, MOST_SHOWN)
    const customers = await readCustomers(
      db,
      waiting.map(({ customerId }) => customerId),
      visit.today,
      'look',
    )
    const around = await readSurroundings(app, db, visit.businessId)
    const byId = new Map(customers.map((customer) => [customer.customerId, customer]))
    const cards: Card[] = []
    for (const chase of waiting) {
      const customer = byId.get(chase.customerId)
      const isToApprove = customer && chase.status === 'awaiting-approval'
      const claim = isToApprove ? await claimOfChase(db, around, customer, chase) : null
      cards.push({
        chase,
        recipients: customer ? recipientsOfChase(around, customer, chase) : [],
        preview: isToApprove ? previewOf(app, around, customer, { ...chase, id: chase.chaseId, claim }) : null,
      })
    }
    const leftOut = visit.shell.approvals - waiting.length
    const body = html` <h1>${words.queue.title}</h1>
      <p class="lead">${words.queue.intro}</p>
      ${visit.shell.approvals === 0 && html`<section class="card empty"><p>${words.queue.empty}</p></section>`}
      ${group(
        words.queue.approvals,
        cards.filter(({ chase }) => chase.status === 'awaiting-approval').map((card) => approval(visit, card)),
        visit.business.mode === 'observe' ? words.queue.observing : null,
      )}
      ${group(
        words.queue.unknown,
        cards.filter(({ chase }) => chase.status === 'unknown').map((card) => unknown(visit, card)),
        words.queue.unknownText,
      )}
      ${leftOut > 0 && html`<p class="hint">${words.queue.more(leftOut)}</p>`}`
    return { title: words.queue.title, tab: 'queue', body }
  })

  routes.preparedPage(
    '/chases/:chaseId/preview',
    'viewer',
    async (acting) => previewChase(app, acting.businessId, chaseOf(acting)),
    async (visit, preview) => {
      const { words } = visit
      const chase = await findChase(visit.db, chaseOf(visit))
      if (!chase) throw new Refused('notFound')
      const body = html` <p><a href="/queue">← ${words.queue.title}</a></p>
        <h1>${words.preview.title}</h1>
        ${
          preview
            ? html` <p class="lead">${words.preview.note}</p>
                <dl class="facts">
                  <dt>${words.message.from}</dt>
                  <dd>${preview.from.name} &lt;${preview.from.address}&gt;</dd>
                  <dt>${words.message.to}</dt>
                  <dd>${preview.to.join(', ') || words.queue.noAddress}</dd>
                  ${
                    preview.cc.length > 0 &&
                    html`<dt>${words.message.cc}</dt>
                      <dd>${preview.cc.join(', ')}</dd>`
                  }
                  <dt>${words.message.subject}</dt>
                  <dd>${preview.subject}</dd>
                </dl>
                ${
                  chase.status === 'awaiting-approval' &&
                  mayAct(visit) &&
                  html`<div class="row">${approveForm(visit, chase.id, preview)} ${skipForm(visit, chase.id)}</div>`
                }
                <iframe
                  class="mail"
                  sandbox=""
                  src="/chases/${chase.id}/preview/html"
                  title="${words.preview.frame}"
                ></iframe>
                <details>
                  <summary>${words.preview.text}</summary>
                  <pre class="mail-text">${preview.text}</pre>
                </details>`
            : html`<p>${words.preview.none}</p>`
        }`
      return { title: words.preview.title, tab: 'queue', body }
    },
  )

  routes.view('/chases/:chaseId/preview/html', 'viewer', async (acting) => {
    const preview = await previewChase(app, acting.businessId, chaseOf(acting))
    if (!preview) throw new Refused('notFound')
    return sendMail(acting.reply, preview.html)
  })

  routes.act('/chases/:chaseId/approve', 'bookkeeper', async (acting) => {
    const { data } = SHOWN.safeParse(acting.request.body)
    if (!data) throw new Refused('invalid')
    // The person says yes to what was on the screen, which may have been there since yesterday.
    const outcome = await approveChase(app, await choiceOf(app, acting), data.shown)
    return outcome === 'changed' ? `/chases/${chaseOf(acting)}/preview?done=changed` : `/queue?done=${outcome}`
  })

  routes.act('/chases/:chaseId/skip', 'bookkeeper', async (acting) => {
    const { channel, ...choice } = await choiceOf(app, acting)
    const outcome = await skipChase(app, choice)
    return `${channel === 'email' ? '/queue' : '/work'}?done=${outcome}`
  })

  routes.act('/chases/:chaseId/settle', 'bookkeeper', async (acting) => {
    const { data } = ARRIVED.safeParse(acting.request.body)
    if (!data) throw new Refused('invalid')
    const outcome = await settleUnknown(app, { ...(await choiceOf(app, acting)), arrived: data.arrived === 'yes' })
    return outcome === 'gone' ? '/queue?done=gone' : '/queue?done=taskDone'
  })
}

type Card = {
  readonly chase: WaitingChase
  readonly recipients: readonly Recipient[]
  /** The message to approve as it would go out now; null where there is none. */
  readonly preview: Preview | null
}

const group = (title: string, cards: readonly Html[], text: string | null = null): Html | false =>
  cards.length > 0 &&
  html` <section>
    <h2>${title} <span class="count">${cards.length}</span></h2>
    ${text && html`<p>${text}</p>`}
    <div class="stack">${cards}</div>
  </section>`

function approval(visit: BusinessVisit, { chase, recipients, preview }: Card): Html {
  const { words, language } = visit
  const to = recipients.map(({ address }) => address)
  return card(
    visit,
    chase,
    html` <p>${explain({ reason: 'approval-needed', facts: chase.facts }, language)}</p>
      <dl class="facts">
        <dt>${words.queue.to}</dt>
        <dd>${to.length > 0 ? to.join(', ') : words.queue.noAddress}</dd>
      </dl>
      ${invoiceList(visit, chase)}
      <div class="row">
        ${preview && mayAct(visit) && approveForm(visit, chase.chaseId, preview)}
        ${mayAct(visit) && skipForm(visit, chase.chaseId)}
        <a class="button" href="/chases/${chase.chaseId}/preview">${words.queue.seeMessage}</a>
      </div>`,
  )
}

/** Says yes to the version of the message that is on this very page. */
const approveForm = (visit: BusinessVisit, chaseId: string, { version }: Preview): Html =>
  form(
    visit,
    `/chases/${chaseId}/approve`,
    html` <input type="hidden" name="shown" value="${version}" />
      <button class="primary">${visit.words.queue.approve}</button>`,
  )

const skipForm = (visit: BusinessVisit, chaseId: string): Html =>
  form(visit, `/chases/${chaseId}/skip`, html`<button>${visit.words.queue.skip}</button>`)

function unknown(visit: BusinessVisit, { chase, recipients }: Card): Html {
  const { words } = visit
  return card(
    visit,
    chase,
    html` <dl class="facts">
        <dt>${words.queue.to}</dt>
        <dd>${recipients.map(({ address }) => address).join(', ')}</dd>
      </dl>
      <div class="row">
        ${
          mayAct(visit) &&
          form(
            visit,
            `/chases/${chase.chaseId}/settle`,
            html` <button name="arrived" value="yes">${words.queue.arrived}</button>
              <button name="arrived" value="no">${words.queue.notArrived}</button>`,
            'row',
          )
        }
        <a class="button" href="/messages/${chase.chaseId}">${words.queue.seeMessage}</a>
      </div>`,
  )
}

function card({ words }: BusinessVisit, chase: WaitingChase, content: Html): Html {
  return html` <article class="card">
    <h3>
      <a href="/customers/${chase.customerId}">${chase.customerName}</a>
      ${chase.stage && html`<span class="badge">${words.stages[chase.stage]}</span>`}
    </h3>
    ${content}
  </article>`
}
