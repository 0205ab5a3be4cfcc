import type { CurrencyForecast, ForecastWeek } from '../../chase/forecast.ts'
import type { Money } from '../../chase/money.ts'
import { html, type Html } from '../html.ts'
import type { BusinessVisit } from '../visit.ts'

/** What is likely to come in, week by week, in one currency, and where the rest of what is open stands. */
export function forecastCard({ words, format }: BusinessVisit, forecast: CurrencyForecast): Html {
  const { forecast: say } = words.money
  const { currency, weeks, later, unlikely, disputed, held, credited, open } = forecast
  const highest = Math.max(1, ...weeks.map(({ high, expected }) => Math.max(high.minor, expected.minor)))
  const inWeeks: Money = { minor: weeks.reduce((sum, { expected }) => sum + expected.minor, 0), currency }
  const parts: readonly (readonly [string, Money])[] = [
    [say.weeks, inWeeks],
    [say.later, later],
    [say.unlikely, unlikely],
    [say.disputed, disputed],
    [say.held, held],
    [say.credited, credited],
  ]
  return html` <section class="card">
    <h2>${say.title(currency)}</h2>
    <p class="hint">${say.text}</p>
    <table class="forecast">
      <thead>
        <tr>
          <th>${say.week}</th>
          <th class="amount">${say.expected}</th>
          <th class="amount">${say.range}</th>
        </tr>
      </thead>
      <tbody>
        ${weeks.map(
          (week) =>
            html` <tr>
              <th scope="row">${format.day(week.from)} ${bar(week, highest)}</th>
              <td class="amount">
                ${format.amount(week.expected.minor, currency)}
                ${week.agreed.minor > 0 && html`<small>${say.agreed(format.amount(week.agreed.minor, currency))}</small>`}
              </td>
              <td class="amount">
                ${say.between(format.amount(week.low.minor, currency), format.amount(week.high.minor, currency))}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
    <h3>${say.parts}</h3>
    <dl class="parts">
      ${parts.map(
        ([name, amount]) =>
          (amount.minor > 0 || name === say.weeks) &&
          html`<div>
            <dt>${name}</dt>
            <dd>${format.amount(amount.minor, currency)}</dd>
          </div>`,
      )}
      <div class="strong">
        <dt>${say.open}</dt>
        <dd>${format.amount(open.minor, currency)}</dd>
      </div>
    </dl>
  </section>`
}

/** The line as a picture: expected as a bar, low to high as a stroke over it. Its twin is the table, so it is hidden from screen readers. */
function bar({ expected, low, high }: ForecastWeek, highest: number): Html {
  const at = ({ minor }: Money): string => ((minor / highest) * 100).toFixed(2)
  return html`<svg class="bar-chart" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="likely" x="0" y="0" width="${at(expected)}" height="10"></rect>
    <rect
      class="spread"
      x="${at(low)}"
      y="4"
      width="${(((high.minor - low.minor) / highest) * 100).toFixed(2)}"
      height="2"
    ></rect>
  </svg>`
}
