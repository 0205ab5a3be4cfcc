import { callScript, type CallScript } from '../../chase/call-script.ts'
import { decide } from '../../chase/decide.ts'
import { money, totalsPerCurrency } from '../../chase/money.ts'
import { explain } from '../../chase/reasons.ts'
import type { Standing } from '../../chase/standing.ts'
import type { AskVerdict } from '../../chase/verdict.ts'
import { workItemOf, workList, type WorkItem } from '../../chase/work-list.ts'
import { readSurroundings, recipientsOf, standingOf, type Surroundings } from '../../flow/standing.ts'
import type { OpenItem } from '../../store/invoices.ts'
import { readCustomers, type CustomerFacts } from '../../store/standings.ts'
import { listQuestions, listWaitingChases, type WaitingChase } from '../../store/timeline.ts'
import type { WebDependencies } from '../dependencies.ts'
import { html, type Html } from '../html.ts'
import { form, mayAct } from '../layout.ts'
import type { BusinessRoutes, BusinessVisit } from '../visit.ts'
import { contactForm } from './agreements.ts'

/** What is read, and what of it fits a page that is read from the top. */
const MOST_READ = 500
const MOST_SHOWN = 60

/** A thing to do: the customer, where it ranks, and the task or message that stands for it, if one does. */
type Work = {
  readonly item: WorkItem
  readonly customer: CustomerFacts
  readonly standing: Standing
  readonly chases: readonly WaitingChase[]
}

/** One list of what people have to do, in the order to do it. */
export function workPages(routes: BusinessRoutes, app: WebDependencies): void {
  routes.page('/work', 'viewer', async (visit) => {
    const { words } = visit
    const around = await readSurroundings(app, visit.db, visit.businessId)
    const work = await readWork(visit, around)
    const body = html` <h1>${words.work.title}</h1>
      <p class="lead">${words.work.intro}</p>
      ${work.length === 0 && html`<section class="card empty"><p>${words.work.empty}</p></section>`}
      <div class="stack">${work.slice(0, MOST_SHOWN).map((one) => workCard(visit, one))}</div>
      ${work.length > MOST_SHOWN && html`<p class="hint">${words.work.more(work.length - MOST_SHOWN)}</p>`}`
    return { title: words.work.title, tab: 'work', body }
  })
}

/** Whoever waits for a person, ranked by the rules. */
async function readWork(visit: BusinessVisit, around: Surroundings): Promise<Work[]> {
  const chases = await listWaitingChases(visit.db, MOST_READ)
  const questions = await listQuestions(visit.db, MOST_READ)
  const ids = [...new Set([...chases, ...questions].map(({ customerId }) => customerId))]
  const customers = await readCustomers(visit.db, ids, around.today, 'look')
  const byId = new Map(
    customers.map((customer) => [customer.customerId, { customer, standing: standingOf(around, customer) }]),
  )
  const items = [...byId].map(([customerId, { standing }]) => workItemOf(customerId, askOf(standing), standing))
  return workList(items, around.policy, around.today).flatMap((item) => {
    const known = byId.get(item.customerId)
    if (!known) return []
    return [{ ...known, item, chases: chases.filter(({ customerId }) => customerId === item.customerId) }]
  })
}

/** The rules' question today; where they have none, the task from before still asks it. */
function askOf(standing: Standing): AskVerdict {
  const verdict = decide(standing)
  if (verdict.do === 'ask') return verdict
  const { segment, facts, flips } = verdict
  return {
    do: 'ask', reason: 'decision-due', step: null, message: null, anchorInvoiceId: null,
    invoiceIds: standing.invoices.map(({ id }) => id), segment, facts, flips,
  } // prettier-ignore
}

function workCard(visit: BusinessVisit, work: Work): Html {
  const { words, format, language } = visit
  const { item, customer, standing, chases } = work
  const { work: say } = words
  const hasTask = chases.some(({ status }) => status === 'task')
  return html` <article class="card">
    <h2><a href="/customers/${customer.customerId}">${customer.name}</a></h2>
    <p class="row">
      ${item.brokenPromises > 0 && html`<span class="badge bad">${say.brokenPromise}</span>`}
      ${item.atRisk.map(({ minor, currency }) => html`<strong>${format.money(minor, currency)} ${say.atRisk}</strong>`)}
      ${item.oldestDueOn && html`<small>${say.since(format.day(item.oldestDueOn))}</small>`}
    </p>
    ${!hasTask && html`<p>${explain({ reason: item.verdict.reason, facts: item.verdict.facts }, language)}</p>`}
    ${chases.map((chase) => taskOf(visit, work, chase, standing))}
  </article>`
}

function taskOf(visit: BusinessVisit, work: Work, chase: WaitingChase, standing: Standing): Html {
  const { words } = visit
  const { work: say } = words
  if (chase.status !== 'task') {
    return html` <p>${say.approve} <a class="button" href="/queue">${say.toQueue}</a></p>`
  }
  if (chase.channel === 'call') return callTask(visit, work, chase, standing)
  const isLetter = chase.channel === 'letter'
  return html` <section>
    <h3>${isLetter ? say.letter : say.decision}</h3>
    <p>${isLetter ? say.letterText : say.decisionText}</p>
    ${invoiceList(visit, chase)}
    ${
      mayAct(visit) &&
      form(
        visit,
        `/chases/${chase.chaseId}/done`,
        html` <label>${say.note} <input name="outcome" maxlength="500" required /></label>
          <button class="primary">${isLetter ? say.letterDone : say.decided}</button>`,
        'row end',
      )
    }
  </section>`
}

function callTask(visit: BusinessVisit, { customer }: Work, chase: WaitingChase, standing: Standing): Html {
  const { words, format } = visit
  const { work: say } = words
  const script = callScript(scriptVerdict(chase, standing), standing)
  const open = chase.invoices.map((invoice): OpenItem => ({ ...invoice, id: invoice.invoiceId, issuedOn: null }))
  return html` <section>
    <h3>${words.queue.calls}</h3>
    <dl class="facts">
      <dt>${say.phone}</dt>
      <dd>
        ${chase.phone ? html`<a href="tel:${chase.phone.replaceAll(/[^+\d]/g, '')}">${chase.phone}</a>` : say.noPhone}
      </dd>
      <dt>${say.contacts}</dt>
      <dd>
        ${
          recipientsOf(customer)
            .map(({ name, address }) => (name ? `${name} <${address}>` : address))
            .join(', ') || words.queue.noAddress
        }
      </dd>
      <dt>${say.sent}</dt>
      <dd>${sentSoFar(visit, script)}</dd>
    </dl>
    ${invoiceList(visit, chase)}
    ${
      script.lastContact &&
      html`<p>${say.lastContact(format.day(script.lastContact.on), say.outcomes[script.lastContact.outcome])}</p>`
    }
    ${
      script.brokenPromise &&
      html`<p class="late">
        ${say.missing(format.list(script.brokenPromise.missing.map(({ minor, currency }) => format.money(minor, currency))), format.day(script.brokenPromise.on))}
      </p>`
    }
    <h4>${say.ask}</h4>
    <ol>
      ${script.ask.map((question) => html`<li>${say.questions[question]}</li>`)}
    </ol>
    ${
      mayAct(visit) &&
      html` <details>
        <summary>${say.log}</summary>
        ${contactForm(visit, customer.customerId, open, chase.chaseId)}
      </details>`
    }
  </section>`
}

/** The script is about what the task named, whatever the rules ask today. */
const scriptVerdict = (chase: WaitingChase, standing: Standing): AskVerdict => ({
  ...askOf(standing),
  invoiceIds: chase.invoices.map(({ invoiceId }) => invoiceId),
})

function sentSoFar({ words, format }: BusinessVisit, { messages }: CallScript): string {
  if (messages.length === 0) return words.work.nothingSent
  return messages.map(({ on, stage }) => `${format.day(on)} ${words.stages[stage]}`).join(', ')
}

function invoiceList({ words, format }: BusinessVisit, { invoices }: WaitingChase): Html {
  const totals = totalsPerCurrency(invoices.map(({ balanceMinor, currency }) => money(balanceMinor, currency)))
  return html` <ul class="invoice-list">
    ${invoices.map(
      (invoice) =>
        html` <li>
          <span>${invoice.number ?? words.customer.noNumber}</span>
          <span>${words.customer.due} ${format.day(invoice.dueOn)}</span>
          <span class="amount">${format.money(invoice.balanceMinor, invoice.currency)}</span>
        </li>`,
    )}
    ${
      invoices.length > 1 &&
      totals.map(
        ({ minor, currency }) =>
          html` <li class="strong">
            <span>${words.receivables.total}</span><span class="amount">${format.money(minor, currency)}</span>
          </li>`,
      )
    }
  </ul>`
}
