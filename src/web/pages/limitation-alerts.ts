import type { LimitationWork } from '../../flow/law.ts'
import { html, type Html } from '../html.ts'
import type { BusinessVisit } from '../visit.ts'

/** What can soon not be claimed any more, and what a person can do about it. */
export function limitationAlerts(visit: BusinessVisit, alerts: readonly LimitationWork[]): Html | false {
  const { law: say } = visit.words
  return (
    alerts.length > 0 &&
    html` <section class="law-alerts">
      ${alerts.map(
        (alert) =>
          html`<p>
            <span class="badge ${alert.within === 30 && 'bad'}">${say.alertBadge[alert.within]}</span>
            ${sentence(visit, alert)} ${say[alert.expiry]}
          </p>`,
      )}
      <p class="hint">${say.alertAdvice}</p>
    </section>`
  )
}

function sentence({ words, format }: BusinessVisit, { number, kind, daysLeft, lastDay }: LimitationWork): string {
  const { law: say } = words
  const name = number ?? words.customer.noNumber
  if (kind === 'executive-action-expires') return say.alertExecutive(name, say.days(daysLeft), format.day(lastDay))
  return daysLeft === 0 ? say.alertToday(name) : say.alert(name, say.days(daysLeft), format.day(lastDay))
}
