import { z } from 'zod'
import { callScript, type CallScript } from '../../chase/call-script.ts'
import { decide } from '../../chase/decide.ts'
import { explain } from '../../chase/reasons.ts'
import type { Standing } from '../../chase/standing.ts'
import type { AskVerdict } from '../../chase/verdict.ts'
import { workItemOf, workList, type WorkItem } from '../../chase/work-list.ts'
import { finishTask } from '../../flow/approve.ts'
import { readKnownCustomers } from '../../flow/known-customers.ts'
import { readLimitationAlerts, type LimitationWork } from '../../flow/law.ts'
import { readSurroundings, recipientsOf, standingOf, type Surroundings } from '../../flow/standing.ts'
import type { OpenItem } from '../../store/invoices.ts'
import type { CustomerFacts } from '../../store/standings.ts'
import { listQuestions, listTasks, type Question, type WaitingChase } from '../../store/timeline.ts'
import type { WebDependencies } from '../dependencies.ts'
import { Refused } from '../errors.ts'
import { html, type Html } from '../html.ts'
import { form, mayAct } from '../layout.ts'
import type { BusinessRoutes, BusinessVisit } from '../visit.ts'
import { contactForm, skipButton } from './agreements.ts'
import { limitationAlerts } from './limitation-alerts.ts'
import { choiceOf, invoiceList } from './waiting.ts'

/** What is read, and what of it fits a page that is read from the top. */
const MOST_READ = 500
const MOST_SHOWN = 60

const OUTCOME = z.object({ outcome: z.string().trim().max(500).default('') })

/** What there is to do about one customer, and where it ranks. */
type Work = {
  readonly item: WorkItem
  readonly customer: CustomerFacts
  readonly standing: Standing
  readonly tasks: readonly WaitingChase[]
  /** What the rules ask about the account; null where there are only tasks. */
  readonly question: Question | null
  /** What can soon not be claimed any more, whether or not the rules ask something. */
  readonly alerts: readonly LimitationWork[]
}

/** One list of what people have to do, in the order to do it. Approvals of messages have a page of their own. */
export function workPages(routes: BusinessRoutes, app: WebDependencies): void {
  routes.page('/work', 'viewer', async (visit) => {
    const { words } = visit
    const around = await readSurroundings(app, visit.db, visit.businessId)
    const work = await readWork(visit, around)
    const shown = work.slice(0, MOST_SHOWN)
    const leftOut = Math.max(visit.shell.work, work.length) - shown.length
    const body = html` <h1>${words.work.title}</h1>
      <p class="lead">${words.work.intro}</p>
      ${shown.length === 0 && html`<section class="card empty"><p>${words.work.empty}</p></section>`}
      <div class="stack">${shown.map((one) => workCard(visit, one))}</div>
      ${leftOut > 0 && html`<p class="hint">${words.work.more(leftOut)}</p>`}`
    return { title: words.work.title, tab: 'work', body }
  })

  routes.act('/chases/:chaseId/done', 'bookkeeper', async (acting) => {
    const { data } = OUTCOME.safeParse(acting.request.body)
    if (!data) throw new Refused('invalid')
    const { channel: _channel, ...choice } = await choiceOf(app, acting)
    const outcome = await finishTask(app, { ...choice, outcome: data.outcome })
    return outcome === 'gone' ? '/work?done=gone' : '/work?done=taskDone'
  })
}

/** Whoever has a task or a question, ranked by the rules. */
async function readWork(visit: BusinessVisit, around: Surroundings): Promise<Work[]> {
  const tasks = await listTasks(visit.db, MOST_READ)
  const questions = await listQuestions(visit.db, MOST_READ)
  const alerts = await readLimitationAlerts(visit.db, around, MOST_READ)
  const ids = [...new Set([...tasks, ...questions, ...alerts].map(({ customerId }) => customerId))]
  const customers = await readKnownCustomers(around, visit.db, ids, 'look')
  const byId = new Map(
    customers.map((customer) => [customer.customerId, { customer, standing: standingOf(around, customer) }]),
  )
  const alertsOf = Map.groupBy(alerts, ({ customerId }) => customerId)
  const items = [...byId].map(([customerId, { standing }]) =>
    workItemOf(customerId, askOf(standing), standing, alertsOf.get(customerId)),
  )
  return workList(items, around.policy, around.today).flatMap((item) => {
    const known = byId.get(item.customerId)
    if (!known) return []
    const isTheirs = ({ customerId }: { readonly customerId: string }): boolean => customerId === item.customerId
    const question = questions.find(isTheirs) ?? null
    return [{ ...known, item, tasks: tasks.filter(isTheirs), question, alerts: alerts.filter(isTheirs) }]
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
  const { item, customer, tasks, question, alerts } = work
  const { work: say } = words
  const isAnsweredThere = question !== null || tasks.some(({ channel }) => channel !== 'call')
  return html` <article class="card">
    <h2><a href="/customers/${customer.customerId}">${customer.name}</a></h2>
    <p class="row">
      ${item.brokenPromises > 0 && html`<span class="badge bad">${say.brokenPromise}</span>`}
      ${item.atRisk.map(({ minor, currency }) => html`<strong>${format.money(minor, currency)} ${say.atRisk}</strong>`)}
      ${item.oldestDueOn && html`<small>${say.since(format.day(item.oldestDueOn))}</small>`}
    </p>
    ${limitationAlerts(visit, alerts)} ${question && html`<p>${explain(question, language)}</p>`}
    ${
      isAnsweredThere && html`<p><a class="button" href="/customers/${customer.customerId}">${say.customerPage}</a></p>`
    }
    ${tasks.map((task) => (task.channel === 'call' ? callTask(visit, work, task) : decisionTask(visit, work.standing, task)))}
  </article>`
}

function decisionTask(visit: BusinessVisit, standing: Standing, task: WaitingChase): Html {
  const { work: say } = visit.words
  const isLetter = task.channel === 'letter'
  return html` <section>
    <h3>${isLetter ? say.letter : say.decision}</h3>
    <p>${isLetter ? say.letterText : say.decisionText}</p>
    <dl class="facts">
      <dt>${say.sent}</dt>
      <dd>${sentSoFar(visit, callScript(scriptVerdict(task, standing), standing))}</dd>
    </dl>
    ${invoiceList(visit, task)}
    ${
      isLetter &&
      mayAct(visit) &&
      form(
        visit,
        `/customers/${task.customerId}/letters`,
        html`<input type="hidden" name="task" value="${task.chaseId}" />
          <button class="primary">${visit.words.letters.task}</button>`,
      )
    }
    ${
      mayAct(visit) &&
      form(
        visit,
        `/chases/${task.chaseId}/done`,
        html` <label>${say.note} <input name="outcome" maxlength="500" required /></label>
          <button class="${!isLetter && 'primary'}">${isLetter ? say.letterDone : say.decided}</button>
          ${skipButton(visit, task.chaseId)}`,
        'row end',
      )
    }
  </section>`
}

function callTask(visit: BusinessVisit, { customer, standing }: Work, chase: WaitingChase): Html {
  const { words, format } = visit
  const { work: say } = words
  const script = callScript(scriptVerdict(chase, standing), standing)
  const open = chase.invoices.map((invoice): OpenItem => ({ ...invoice, id: invoice.invoiceId, issuedOn: null }))
  return html` <section>
    <h3>${say.call}</h3>
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
        ${contactForm(visit, customer.customerId, open, standing.customer.addresses, chase.chaseId)}
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
