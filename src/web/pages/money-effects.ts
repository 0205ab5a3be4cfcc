import type { CollectedAfter } from '../../chase/collected-after.ts'
import type { Policy } from '../../chase/policy.ts'
import type { TakenRung } from '../../chase/steps.ts'
import type { Comparison } from '../../chase/effectiveness.ts'
import type { Effects } from '../../flow/effectiveness.ts'
import { html, type Html } from '../html.ts'
import { stepName, timesOfStep } from '../steps.ts'
import type { BusinessVisit } from '../visit.ts'

/** What wordings do, with how sure that is; and, as a mere count, what came in after which step. */
export function effectsCards(visit: BusinessVisit, { wordings, collected }: Effects, policy: Policy): Html {
  const { effects: say } = visit.words.money
  const lines = wordings.flatMap(({ message, comparisons }) => comparisons.map((one): Line => ({ message, ...one })))
  const closed = lines.filter(({ status }) => status !== 'gathering')
  const gathering = lines.filter(({ status }) => status === 'gathering')
  return html` <section class="card">
      <h2>${say.title}</h2>
      <p class="hint">${say.text}</p>
      ${lines.length === 0 && html`<p>${say.empty}</p>`} ${closed.length > 0 && comparisonTable(visit, closed)}
      ${
        gathering.length > 0 &&
        html` <details>
          <summary>${say.gathering(visit.format.number(gathering.length))}</summary>
          ${comparisonTable(visit, gathering)}
        </details>`
      }
    </section>
    ${collected.length > 0 && collectedCard(visit, collected, policy)}`
}

type Line = Comparison & { readonly message: string }

/** With fewer customers on a side an interval is luck about luck, and looks surer than it is. */
const SHOWN_FROM_CUSTOMERS = 10

function comparisonTable(visit: BusinessVisit, lines: readonly Line[]): Html {
  const { effects: say } = visit.words.money
  return html` <table class="cards">
      <thead>
        <tr>
          <th>${say.message}</th>
          <th>${say.wordings}</th>
          <th>${say.customers}</th>
          <th>${say.meanDays}</th>
          <th>${say.difference}</th>
          <th>${say.state}</th>
        </tr>
      </thead>
      <tbody>
        ${lines.map((line) => comparisonLine(visit, line))}
      </tbody>
    </table>
    <p class="hint">${say.level}</p>`
}

function comparisonLine({ words, format }: BusinessVisit, line: Line): Html {
  const { effects: say } = words.money
  const { message, variants, customers, status, finding } = line
  const estimate = customers.every((count) => count >= SHOWN_FROM_CUSTOMERS) ? line.estimate : null
  const [kind = '', language = ''] = message.split('.')
  const named = words.stages[kind as keyof typeof words.stages] ?? kind
  const [first, second] = variants.map((variant) => variant.split('.').at(-1) ?? variant)
  const both = (read: (side: 0 | 1) => string): string => `${read(0)} / ${read(1)}`
  const means = estimate ? both((side) => format.tenths(estimate.meanDays[side])) : '–'
  const difference = estimate
    ? say.interval(format.tenths(estimate.differenceDays), format.tenths(estimate.low), format.tenths(estimate.high))
    : '–'
  return html` <tr>
    <th scope="row">${named} (${language})</th>
    <td data-label="${say.wordings}">${say.pair(first ?? '', second ?? '')}</td>
    <td data-label="${say.customers}">${both((side) => format.number(customers[side]))}</td>
    <td data-label="${say.meanDays}">${means}</td>
    <td data-label="${say.difference}">${difference}</td>
    <td data-label="${say.state}">
      <div>${say.states[status]}${finding && html`<small>${say.findings[finding]}</small>`}</div>
    </td>
  </tr>`
}

function collectedCard(visit: BusinessVisit, collected: readonly CollectedAfter[], policy: Policy): Html {
  const { words, format } = visit
  const { money, receivables } = words
  const { effects: say } = money
  return html` <section class="card">
    <h2>${say.collected}</h2>
    <p class="hint">${say.collectedText}</p>
    <table class="cards">
      <thead>
        <tr>
          <th>${say.step}</th>
          <th>${receivables.currency}</th>
          <th class="amount">${say.invoices}</th>
          <th class="amount">${say.amount}</th>
          <th class="amount">${say.medianDays}</th>
        </tr>
      </thead>
      <tbody>
        ${collected.map(
          ({ step, currency, invoices, amount, medianDays }) =>
            html` <tr>
              <th scope="row">${step ? stepLabel(visit, step, policy) : say.beforeAny}</th>
              <td data-label="${receivables.currency}">${currency}</td>
              <td class="amount" data-label="${say.invoices}">${format.number(invoices)}</td>
              <td class="amount" data-label="${say.amount}">${format.amount(amount.minor, currency)}</td>
              <td class="amount" data-label="${say.medianDays}">
                ${medianDays === null ? '–' : format.number(medianDays)}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`
}

/** A step's name, with when it comes in whose sequence: two steps may say the same on different days. */
function stepLabel({ words }: BusinessVisit, step: TakenRung, { sequences }: Policy): Html {
  const times = timesOfStep(step, sequences, words)
  return html`${stepName(step, words)}<small>${times.length === 0 ? words.steps.gone : times.join('; ')}</small>`
}
