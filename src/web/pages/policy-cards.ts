import type { Policy, Step } from '../../chase/policy.ts'
import type { MeasuredEffect } from '../../flow/policy-effect.ts'
import { POLICY_WORDS } from '../../policy/words.ts'
import { html, type Html } from '../html.ts'
import { stepName, stepTime } from '../steps.ts'
import type { BusinessVisit } from '../visit.ts'

/** Whoever would notice is listed so far; the figures count them all. */
const MOST_LISTED = 50

/** The sequences as a person reads them: what comes when, by segment. */
export function sequencesCard({ words }: BusinessVisit, { sequences }: Policy): Html {
  const { policy: say, segments, steps } = words
  const line = (step: Step): Html =>
    html` <li>
      <strong>${stepName(step, words)}</strong>
      <small>${stepTime(step, words)}${step.approval && html` · ${steps.needsYes}`}</small>
    </li>`
  return html` <section class="card">
    <h2>${say.sequences}</h2>
    <p class="hint">${say.sequencesText}</p>
    <div class="sequences">
      ${(['new', 'regular', 'strategic', 'habitually-late'] as const).map(
        (segment) =>
          html` <div>
            <h3>${segments[segment]}</h3>
            <ol class="plain lines">
              ${sequences[segment].map(line)}
            </ol>
          </div>`,
      )}
    </div>
  </section>`
}

/** What the coming days bring now and with another text, and who would notice. */
export function effectCard({ words, format, language }: BusinessVisit, measured: MeasuredEffect): Html {
  const { effect: say } = words.policy
  const { effect, comparison, noticing, customers } = measured
  const { before, after, firstDifferentOn } = comparison
  const kinds = (['messages', 'approvals', 'calls', 'letters', 'decisions'] as const).filter(
    (kind) => before[kind] > 0 || after[kind] > 0,
  )
  return html` <section class="card" id="effect">
    <h2>${say.title(effect.days)}</h2>
    <p class="strong">${firstDifferentOn === null ? say.nobody : POLICY_WORDS[language].effect(effect)}</p>
    ${
      kinds.length > 0 &&
      html` <table>
        <thead>
          <tr>
            <th>${say.counted}</th>
            <th class="amount">${say.now}</th>
            <th class="amount">${say.proposed}</th>
          </tr>
        </thead>
        <tbody>
          ${kinds.map(
            (kind) =>
              html` <tr>
                <th scope="row">${say.counts[kind]}</th>
                <td class="amount">${format.number(before[kind])}</td>
                <td class="amount">
                  ${before[kind] === after[kind] ? format.number(after[kind]) : html`<strong>${format.number(after[kind])}</strong>`}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>`
    }
    ${
      firstDifferentOn !== null &&
      html` <details>
        <summary>${say.noticing(noticing.length, format.day(firstDifferentOn))}</summary>
        <ul class="plain lines">
          ${noticing.slice(0, MOST_LISTED).map(
            ({ customerId, name, messagesBefore, messagesAfter, firstDifferentOn: from }) =>
              html` <li>
                <a href="/customers/${customerId}">${name}</a>
                <small
                  >${messagesBefore === messagesAfter ? say.otherwise : say.messages(format.number(messagesBefore), format.number(messagesAfter))}
                  · ${say.from(format.day(from))}</small
                >
              </li>`,
          )}
        </ul>
        ${noticing.length > MOST_LISTED && html`<p class="hint">${say.more(noticing.length - MOST_LISTED)}</p>`}
      </details>`
    }
    <p class="hint">${say.text}</p>
    ${
      customers.leftOut > 0 &&
      html` <p>
        ${say.sample(format.number(customers.told), format.number(customers.told + customers.leftOut))}
        <code>npx puntual policy diff --business … --file …</code>
      </p>`
    }
  </section>`
}
