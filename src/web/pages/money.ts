import { policyInForce } from '../../flow/policy.ts'
import { readEffects } from '../../flow/effectiveness.ts'
import { forecastOf } from '../../flow/forecast.ts'
import { readHistory } from '../../flow/history.ts'
import { metricsOf, type Group, type GroupedBy, type Measures, type Metrics } from '../../flow/metrics.ts'
import type { WebDependencies } from '../dependencies.ts'
import { html, type Html, type Piece } from '../html.ts'
import type { BusinessRoutes, BusinessVisit } from '../visit.ts'
import { effectsCards } from './money-effects.ts'
import { forecastCard } from './money-forecast.ts'

/** A page with every customer would be no page. */
const MOST_GROUPS = 50

/** How money comes in: key figures with what they mean, what is likely to come, and what wordings do. */
export function moneyPages(routes: BusinessRoutes, app: WebDependencies): void {
  routes.page('/money', 'viewer', async (visit) => {
    const { words, db, business, now, today, format } = visit
    const { money: say } = words
    const by = groupedBy(visit.request.query as Record<string, unknown>)
    const history = await readHistory(db, today)
    const { policy } = await policyInForce(db, business.id, now)
    const metrics = metricsOf(app, business, policy, history, by)
    const forecasts = forecastOf(app, business, history)
    const effects = await readEffects(db, history, policy)
    const body = html` <h1>${say.title}</h1>
      <p class="lead">${say.intro(format.day(today))}</p>
      ${
        metrics.all.length === 0
          ? html`<section class="card empty"><p>${say.empty}</p></section>`
          : html` ${figuresCard(visit, metrics)} ${ageingCard(visit, metrics.all)}
            ${forecasts.map((one) => forecastCard(visit, one))} ${groupsCard(visit, metrics.groups, by)}
            ${effectsCards(visit, effects, policy)}`
      }`
    return { title: say.title, tab: 'money', body }
  })
}

const GROUPINGS: readonly GroupedBy[] = ['segment', 'sequence', 'customer']

const groupedBy = ({ by }: Readonly<Record<string, unknown>>): GroupedBy =>
  GROUPINGS.find((grouping) => grouping === by) ?? 'segment'

function figuresCard(visit: BusinessVisit, { all, untold }: Metrics): Html {
  const { format, words } = visit
  const { money: say } = words
  const { measures: names } = say
  const figures = figuresOf(visit)
  return html` <section class="card">
    <h2>${names.title}</h2>
    <table class="cards figures-table">
      <thead>
        <tr>
          <th>${names.measure}</th>
          ${all.map(({ currency }) => html`<th class="amount">${currency}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${figures.map(
          ({ name, text, of }) =>
            html` <tr>
              <th scope="row">${name}<small>${text}</small></th>
              ${all.map((one) => html`<td class="amount" data-label="${one.currency}">${of(one)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
    ${untold > 0 && html`<p class="hint">${say.untold(format.number(untold))}</p>`}
    <p class="hint">${say.credits}</p>
  </section>`
}

type Figure = { readonly name: string; readonly text: string; readonly of: (measures: Measures) => string }

/** The key figures in the order of the page, each as one currency has it. */
function figuresOf({ words, format }: BusinessVisit): Figure[] {
  const { money: say } = words
  const { dsoCountback, dsoSimple, cei, lateness, promises, disputes } = say.measures
  const days = (value: number | null): string => (value === null ? '–' : say.days(format.tenths(value)))
  const share = (percent: number | null, part: number, whole: number): string =>
    percent === null ? '–' : say.share(format.tenths(percent), format.number(part), format.number(whole))
  return [
    {
      ...dsoCountback,
      of: ({ dsoCountback: { days: value, atLeast } }) =>
        value !== null && atLeast ? say.atLeast(format.tenths(value)) : days(value),
    },
    { ...dsoSimple, of: (one) => days(one.dsoSimple) },
    { ...cei, of: (one) => (one.cei === null ? '–' : `${format.tenths(one.cei)} %`) },
    { ...lateness, of: (one) => days(one.lateness.days) },
    { ...promises, of: ({ promises: kept }) => share(kept?.percent ?? null, kept?.kept ?? 0, kept?.judged ?? 0) },
    { ...disputes, of: ({ disputes: some }) => share(some.percent, some.disputed, some.issued) },
  ]
}

function ageingCard({ words, format }: BusinessVisit, all: readonly Measures[]): Html {
  const { money: say, receivables } = words
  const names = receivables.buckets
  const credits = all.some(({ ageing }) => ageing.credits.minor < 0)
  return html` <section class="card">
    <h2>${say.ageing.title}</h2>
    <p class="hint">${say.ageing.text}</p>
    <table class="cards ageing">
      <thead>
        <tr>
          <th>${receivables.currency}</th>
          ${names.map((name) => html`<th class="amount">${name}</th>`)}
          ${credits && html`<th class="amount">${receivables.credits}</th>`}
          <th class="amount">${receivables.total}</th>
        </tr>
      </thead>
      <tbody>
        ${all.map(
          ({ currency, ageing }) =>
            html` <tr>
              <th scope="row">${currency}</th>
              ${ageing.buckets.map(({ open }, index) => amountCell(format.amount(open.minor, currency), names[index] ?? '', open.minor === 0))}
              ${credits && amountCell(format.amount(ageing.credits.minor, currency), receivables.credits, ageing.credits.minor === 0)}
              <td class="amount strong" data-label="${receivables.total}">
                ${format.amount(ageing.total.minor, currency)}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`
}

const amountCell = (text: string, label: string, isZero: boolean): Html =>
  html`<td class="amount${isZero && html` zero`}" data-label="${label}">${text}</td>`

function groupsCard(visit: BusinessVisit, groups: readonly Group[], by: GroupedBy): Html {
  const { words, format } = visit
  const { money: say, receivables } = words
  const shown = groups.slice(0, MOST_GROUPS)
  const tenths = (value: number | null): string => (value === null ? '–' : format.tenths(value))
  const percent = (value: number | null): string => (value === null ? '–' : say.groups.percent(format.tenths(value)))
  const columns: readonly Omit<Figure, 'text'>[] = [
    { name: say.groups.dso, of: (one) => tenths(one.dsoCountback.days) },
    { name: say.groups.late, of: (one) => tenths(one.lateness.days) },
    { name: say.groups.kept, of: (one) => percent(one.promises?.percent ?? null) },
    { name: say.groups.disputed, of: (one) => percent(one.disputes.percent) },
  ]
  return html` <section class="card" id="groups">
    <h2>${say.groups.title}</h2>
    <div class="tools">
      <nav class="filters" aria-label="${say.groups.label}">
        ${GROUPINGS.map(
          (grouping) =>
            html` <a href="/money?by=${grouping}#groups" ${grouping === by && html` aria-current="true"`}
              >${say.groups.by[grouping]}</a
            >`,
        )}
      </nav>
    </div>
    <table class="cards">
      <thead>
        <tr>
          <th>${say.groups.by[by]}</th>
          <th>${receivables.currency}</th>
          <th class="amount">${say.groups.receivables}</th>
          <th class="amount">${say.groups.overdue}</th>
          ${columns.map(({ name }) => html`<th class="amount">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${shown.flatMap((group) =>
          group.measures.map(
            (measures) =>
              html` <tr>
                <th scope="row">${groupName(visit, group, by)}</th>
                <td data-label="${receivables.currency}">${measures.currency}</td>
                <td class="amount" data-label="${say.groups.receivables}">
                  ${format.amount(measures.ageing.total.minor, measures.currency)}
                </td>
                <td class="amount" data-label="${say.groups.overdue}">
                  ${format.amount(overdueOf(measures), measures.currency)}
                </td>
                ${columns.map(({ name, of }) => html`<td class="amount" data-label="${name}">${of(measures)}</td>`)}
              </tr>`,
          ),
        )}
      </tbody>
    </table>
    ${groups.length > shown.length && html`<p class="hint">${say.groups.most(format.number(shown.length))}</p>`}
  </section>`
}

/** What is past its due day, in one currency. */
const overdueOf = ({ ageing }: Measures): number =>
  ageing.buckets.reduce((sum, { name, open }) => (name === 'not-due' ? sum : sum + open.minor), 0)

function groupName({ words }: BusinessVisit, { id, label }: Group, by: GroupedBy): Piece {
  if (by === 'customer') return html`<a href="/customers/${id}">${label}</a>`
  const segments = id.split('+').map((segment) => words.segments[segment as keyof typeof words.segments] ?? segment)
  return by === 'segment' ? segments.join(', ') : words.money.groups.sequence(segments.join(', '))
}
