import { daysBetween, type Day } from '../../chase/day.ts'
import { explain } from '../../chase/reasons.ts'
import { readHabits, type CustomerHabit } from '../../flow/habits.ts'
import {
  listReceivables,
  readAgeing,
  type Ageing,
  type KeptVerdict,
  type Receivables,
  type ReceivablesFilter,
  type ReceivablesRow,
  type ReceivablesSort,
} from '../../store/receivables.ts'
import type { WebDependencies } from '../dependencies.ts'
import { html, type Html } from '../html.ts'
import type { BusinessRoutes, BusinessVisit } from '../visit.ts'

const PER_PAGE = 50

/** What the address asks for. Anything it does not know is as if it were not there. */
type Asked = { filter: ReceivablesFilter; sort: ReceivablesSort; search: string; page: number }

/** Who owes what, how old it is, and what Puntual says to do about it today. */
export function receivablesPages(routes: BusinessRoutes, app: WebDependencies): void {
  routes.page('/', 'viewer', async (visit) => {
    const { words, db, today, business } = visit
    const asked = askedOf(visit.request.query as Record<string, unknown>)
    const ageing = await readAgeing(db, today)
    const found = await listReceivables(db, {
      ...asked,
      today,
      mainCurrency: business.baseCurrency ?? ageing[0]?.currency ?? null,
      offset: (asked.page - 1) * PER_PAGE,
      limit: PER_PAGE,
    })
    const ids = found.rows.map(({ customerId }) => customerId)
    const habits = await readHabits(app, db, business, ids, today)
    const body = html` <div class="title-row">
        <h1>${words.receivables.title}</h1>
        ${asOf(visit)}
      </div>
      ${ageing.length > 0 && ageingCard(visit, ageing)}
      ${found.counts.all === 0 && asked.search === '' ? nothingOwed(visit) : table(visit, asked, found, habits)}`
    return { title: words.receivables.title, tab: 'receivables', body }
  })
}

function askedOf(query: Readonly<Record<string, unknown>>): Asked {
  const { show, sort, search, page } = query
  const isFilter = (text: unknown): text is ReceivablesFilter =>
    typeof text === 'string' && ['all', 'send', 'ask', 'wait', 'nothing'].includes(text)
  const isSort = (text: unknown): text is ReceivablesSort =>
    typeof text === 'string' && ['overdue', 'balance', 'name'].includes(text)
  const number = typeof page === 'string' && /^[1-9]\d{0,5}$/.test(page) ? Number(page) : 1
  return {
    filter: isFilter(show) ? show : 'all',
    sort: isSort(sort) ? sort : 'overdue',
    // Postgres takes no NUL in a text.
    search: typeof search === 'string' ? search.replaceAll('\0', '').trim().slice(0, 100) : '',
    page: number,
  }
}

function asOf({ words, format, now, shell: { connection } }: BusinessVisit): Html {
  const read = connection?.lastSyncedAt ? format.instant(connection.lastSyncedAt) : words.connect.never
  return html`<p class="as-of">${words.receivables.asOf(format.instantWithZone(now), read)}</p>`
}

function nothingOwed({ words, shell: { connection } }: BusinessVisit): Html {
  const { receivables, banners } = words
  if (connection) return html`<section class="card empty"><p>${receivables.empty}</p></section>`
  return html` <section class="card empty">
    <p>${receivables.emptyNotConnected}</p>
    <a class="button primary" href="/connect">${banners.connectNow}</a>
  </section>`
}

function ageingCard({ words, format }: BusinessVisit, ageing: readonly Ageing[]): Html {
  const { receivables } = words
  const [b0, b1, b2, b3, b4] = receivables.buckets
  const names = [b0, b1, b2, b3, b4].map(String)
  const credits = ageing.some((line) => line.credits > 0)
  return html` <section class="card">
    <h2>${receivables.ageing}</h2>
    <table class="cards ageing">
      <thead>
        <tr>
          <th>${receivables.currency}</th>
          ${names.map((name, index) => html`<th class="amount"><span class="swatch age-${index}"></span>${name}</th>`)}
          <th class="amount">${receivables.total}</th>
          ${credits && html`<th class="amount">${receivables.credits}</th>`}
        </tr>
      </thead>
      <tbody>
        ${ageing.map(
          (line) =>
            html` <tr>
              <th scope="row">${line.currency} ${bar(line, names)}</th>
              ${line.buckets.map(
                (minor, index) =>
                  html` <td class="amount${minor === 0 && html` zero`}" data-label="${names[index]}">
                    <span class="swatch age-${index}"></span>${format.amount(minor, line.currency)}
                  </td>`,
              )}
              <td class="amount strong" data-label="${receivables.total}">
                ${format.amount(line.total, line.currency)}
              </td>
              ${credits && html`<td class="amount" data-label="${receivables.credits}">${format.amount(line.credits, line.currency)}</td>`}
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`
}

/** The table's line as a picture: its twin is the table itself, so it is hidden from screen readers. */
function bar({ buckets, total }: Ageing, names: readonly string[]): Html {
  let x = 0
  const pieces = buckets.map((minor, index) => {
    const width = (minor / total) * 100
    const piece = html`<rect class="age-${index}" x="${x.toFixed(2)}" y="0" width="${width.toFixed(2)}" height="10"
      ><title>${names[index]}</title></rect
    >`
    x += width
    return minor > 0 && piece
  })
  return html`<svg class="bar-chart" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">${pieces}</svg>`
}

function table(
  visit: BusinessVisit,
  asked: Asked,
  { rows, total, counts }: Receivables,
  habits: ReadonlyMap<string, CustomerHabit>,
): Html {
  const { words, format } = visit
  const { receivables } = words
  const filters: readonly ReceivablesFilter[] = ['all', 'send', 'ask', 'wait', 'nothing']
  return html` <section class="card" id="customers">
    <div class="tools">
      <nav class="filters" aria-label="${receivables.filterLabel}">
        ${filters.map(
          (filter) =>
            html` <a
              href="${address({ ...asked, filter, page: 1 })}"
              ${filter === asked.filter && html` aria-current="true"`}
              >${receivables.filters[filter]} <span class="number">${format.number(counts[filter])}</span></a
            >`,
        )}
      </nav>
      <form method="get" action="/" class="search" role="search">
        ${asked.filter !== 'all' && html`<input type="hidden" name="show" value="${asked.filter}" />`}
        <input
          type="search"
          name="search"
          value="${asked.search}"
          aria-label="${receivables.search}"
          placeholder="${receivables.search}"
          maxlength="100"
        />
        <select name="sort" aria-label="${receivables.sortLabel}">
          ${(['overdue', 'balance', 'name'] as const).map(
            (sort) =>
              html` <option value="${sort}" ${sort === asked.sort && html` selected`}>
                ${receivables.sorts[sort]}
              </option>`,
          )}
        </select>
        <button>${receivables.searchButton}</button>
      </form>
    </div>
    ${
      rows.length === 0
        ? html`<p class="empty">${receivables.emptyFound} <a href="/">${receivables.showAll}</a></p>`
        : html` <table class="cards receivables">
              <thead>
                <tr>
                  <th>${receivables.customer}</th>
                  <th class="amount">${receivables.balance}</th>
                  <th class="amount">${receivables.overdue}</th>
                  <th>${receivables.segment}</th>
                  <th>${receivables.verdict}</th>
                  <th>${receivables.next}</th>
                  <th>${words.money.habit.column}</th>
                </tr>
              </thead>
              <tbody>
                ${rows.map((row) => line(visit, row, habits.get(row.customerId)))}
              </tbody>
            </table>
            ${pager(visit, asked, rows.length, total)}`
    }
  </section>`
}

function line(visit: BusinessVisit, row: ReceivablesRow, habit: CustomerHabit | undefined): Html {
  const { words, format, today } = visit
  const { receivables, segments } = words
  const days = daysBetween(row.oldestDueOn, today)
  const segment = row.setSegment ?? row.verdict?.segment
  const likely = firstExpected(habit)
  const overdue = row.balances.filter(({ overdueMinor }) => overdueMinor > 0)
  const balances = row.balances.map(({ currency, minor }) => html`<div>${format.money(minor, currency)}</div>`)
  const overdues = overdue.map(({ currency, overdueMinor }) => html`<div>${format.money(overdueMinor, currency)}</div>`)
  const age = html`<small class="${days > 30 ? 'late' : days > 0 && 'due'}">${receivables.daysOverdue(days)}</small>`
  return html` <tr>
    <th scope="row">
      <a href="/customers/${row.customerId}">${row.name}</a><small>${receivables.invoices(row.openInvoices)}</small>
    </th>
    <td class="amount" data-label="${receivables.balance}"><div>${balances}</div></td>
    <td class="amount" data-label="${receivables.overdue}"><div>${overdues}${age}</div></td>
    <td data-label="${receivables.segment}">${segment ? segments[segment] : '–'}</td>
    <td class="reason" data-label="${receivables.verdict}">
      ${row.verdict ? verdictText(visit, row.verdict) : html`<span class="hint">${receivables.undecided}</span>`}
    </td>
    <td class="day" data-label="${receivables.next}">${row.verdict?.until ? format.day(row.verdict.until) : '–'}</td>
    <td class="day" data-label="${words.money.habit.column}">${likely ? format.day(likely) : '–'}</td>
  </tr>`
}

/** The first day on which one of its open invoices is likely to be paid; null where no record says so. */
function firstExpected(habit: CustomerHabit | undefined): Day | null {
  const days = [...(habit?.expected.values() ?? [])].flatMap(({ on, basis }) => (basis === 'due-day' ? [] : (on ?? [])))
  return days.sort()[0] ?? null
}

/** What the rules said, and why, with the day if it was not today. */
export function verdictText({ words, language, format, today }: BusinessVisit, verdict: KeptVerdict): Html {
  return html` <span class="badge do-${verdict.decision}">${words.decisions[verdict.decision]}</span>
    <span>${explain(verdict, language)}</span>
    ${verdict.onDay !== today && html`<small>${words.receivables.decidedOn(format.day(verdict.onDay))}</small>`}`
}

function pager(
  { words: { receivables }, format }: BusinessVisit,
  asked: Asked,
  shown: number,
  total: number,
): Html | false {
  if (total <= PER_PAGE) return false
  const from = (asked.page - 1) * PER_PAGE + 1
  const to = from + shown - 1
  return html` <nav class="pager" aria-label="${receivables.pages}">
    ${asked.page > 1 && html`<a class="button" rel="prev" href="${address({ ...asked, page: asked.page - 1 })}">${receivables.previous}</a>`}
    <span>${receivables.page(format.number(from), format.number(to), format.number(total))}</span>
    ${to < total && html`<a class="button" rel="next" href="${address({ ...asked, page: asked.page + 1 })}">${receivables.following}</a>`}
  </nav>`
}

function address({ filter, sort, search, page }: Asked): string {
  const query = new URLSearchParams()
  if (filter !== 'all') query.set('show', filter)
  if (sort !== 'overdue') query.set('sort', sort)
  if (search !== '') query.set('search', search)
  if (page > 1) query.set('page', String(page))
  return query.size === 0 ? '/' : `/?${query.toString()}`
}
