import { html } from 'ghtml'
import { decimalOf, decimalPlaces, type Money } from '../../chase/money.ts'
import type { BookInvoice, Books } from '../books.ts'
import { isShown, type SimulatedCompany } from './company.ts'
import type { Asked } from './oauth.ts'

/** The pages that a person sees: the consent, and a plain window into each company's invoices. */

type ConsentFacts = {
  readonly asked: Asked
  readonly companies: readonly { readonly organisationId: string; readonly name: string }[]
  readonly user: { readonly name: string; readonly email: string }
}

export function consentPage({ asked, companies, user }: ConsentFacts): string {
  const hidden = Object.entries({
    client_id: asked.clientId,
    redirect_uri: asked.redirectUri,
    response_type: asked.responseType,
    scope: asked.scope,
    state: asked.state,
  })
  return page(
    'Connect a company',
    html`<p>
        You are signed in as <strong>${user.name}</strong> (${user.email}). An app asks to read and change the
        accounting data of one company.
      </p>
      <form method="post" action="/connect/oauth2">
        !${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`).join('')}
        <fieldset>
          <legend>Company</legend>
          !${companies
            .map(
              ({ organisationId, name }, index) =>
                html`<label class="choice"
                  ><input
                    type="radio"
                    name="company"
                    value="${organisationId}"
                    required
                    !${index === 0 ? 'checked' : ''}
                  />
                  ${name} <small>${organisationId}</small></label
                >`,
            )
            .join('')}
        </fieldset>
        <p class="buttons">
          <button type="submit" name="decision" value="connect">Connect</button>
          <button type="submit" name="decision" value="cancel" class="quiet" formnovalidate>Cancel</button>
        </p>
      </form>`,
  )
}

export const messagePage = (title: string, text: string): string => page(title, html`<p>${text}</p>`)

export const companiesPage = (companies: Iterable<SimulatedCompany>): string =>
  page(
    'Companies',
    html`<ul class="plain">
      !${[...companies]
        .map(
          ({ organisationId, books }) =>
            html`<li>
              <a href="/company/${organisationId}/invoices">${books.company.name}</a>
              <small>company id ${organisationId}</small>
            </li>`,
        )
        .join('')}
    </ul>`,
  )

const INVOICES_A_PAGE = 50

/** Invoices of a company, open ones first, the one that is due first at the top. */
export function invoicesPage(company: SimulatedCompany, search: string, pageNumber: number): string {
  const { books } = company
  const wanted = search.trim().toLowerCase()
  const all = [...books.invoices.values()].filter(
    (invoice) =>
      isShown(invoice) &&
      invoice.status !== 'deleted' &&
      (wanted === '' ||
        (invoice.number ?? '').toLowerCase().includes(wanted) ||
        books.customer(invoice.customerId).name.toLowerCase().includes(wanted)),
  )
  const open = new Set(all.filter(({ id }) => books.balance(id).minor > 0))
  all.sort((a, b) => Number(open.has(b)) - Number(open.has(a)) || (a.dueOn ?? '').localeCompare(b.dueOn ?? ''))
  const pages = Math.max(1, Math.ceil(all.length / INVOICES_A_PAGE))
  const at = Math.min(Math.max(1, pageNumber), pages)
  const shown = all.slice((at - 1) * INVOICES_A_PAGE, at * INVOICES_A_PAGE)
  const base = `/company/${company.organisationId}/invoices`
  const pageLink = (to: number, text: string): string =>
    html`<a href="${base}?page=${String(to)}&q=${encodeURIComponent(search)}">${text}</a>`
  return page(
    `Invoices of ${books.company.name}`,
    html`<p><a href="/">All companies</a></p>
      <form method="get" action="${base}" class="search">
        <label>Number or customer <input type="search" name="q" value="${search}" /></label>
        <button type="submit" class="quiet">Search</button>
      </form>
      <p><small>${String(all.length)} invoices, ${String(open.size)} open</small></p>
      <ul class="rows">
        !${shown.map((invoice) => invoiceRow(books, base, invoice)).join('')}
      </ul>
      <p>
        !${at > 1 ? pageLink(at - 1, 'Earlier') : ''} Page ${String(at)} of ${String(pages)}
        !${at < pages ? pageLink(at + 1, 'Later') : ''}
      </p>`,
  )
}

const invoiceRow = (books: Books, base: string, invoice: BookInvoice): string =>
  html`<li>
    <a href="${base}/${invoice.id}">${invoice.number ?? `(no number, id ${invoice.id})`}</a>
    <span>${books.customer(invoice.customerId).name}</span>
    <span>due ${invoice.dueOn ?? 'never'}</span>
    <span class="state ${stateOf(books, invoice)}">${stateOf(books, invoice)}</span>
    <span class="amount">${amountText(books.balance(invoice.id))}</span>
  </li>`

function stateOf(books: Books, invoice: BookInvoice): 'open' | 'paid' | 'void' {
  if (invoice.status === 'void') return 'void'
  return books.balance(invoice.id).minor > 0 ? 'open' : 'paid'
}

/** One invoice with its payments and notes, and the forms that change it. */
export function invoicePage(company: SimulatedCompany, invoice: BookInvoice): string {
  const { books } = company
  const here = `/company/${company.organisationId}/invoices/${invoice.id}`
  const customer = books.customer(invoice.customerId)
  const balance = books.balance(invoice.id)
  const notes = books.notesOn(invoice.id).toSorted((a, b) => Temporal.Instant.compare(b.at, a.at))
  const settled = books.appliedTo(invoice.id)
  return page(
    `Invoice ${invoice.number ?? invoice.id}`,
    html`<p><a href="/company/${company.organisationId}/invoices">All invoices of ${books.company.name}</a></p>
      <dl>
        <dt>Customer</dt>
        <dd>${customer.name}</dd>
        <dt>Issued</dt>
        <dd>${invoice.issuedOn ?? '–'}</dd>
        <dt>Due</dt>
        <dd>${invoice.dueOn ?? '–'}</dd>
        <dt>Total</dt>
        <dd>${amountText(invoice.total)}</dd>
        <dt>Balance due</dt>
        <dd>
          <strong>${amountText(balance)}</strong>
          <span class="state ${stateOf(books, invoice)}">${stateOf(books, invoice)}</span>
        </dd>
      </dl>
      <p><a href="${here}/pdf">The invoice as a PDF</a></p>
      <h2>Payments and credits</h2>
      !${
        settled.length === 0
          ? html`<p>None yet.</p>`
          : html`<ul class="plain">
              !${settled.map((from) => settlementRow(from, invoice.id)).join('')}
            </ul>`
      }
      !${balance.minor > 0 ? changeForms(here, invoice, balance) : ''}
      <h2>Attachments and notes</h2>
      !${
        notes.length === 0
          ? html`<p>None yet.</p>`
          : html`<ol class="notes">
              !${notes
                .map(
                  ({ text, at }) =>
                    html`<li>
                      <time>${at.toString({ smallestUnit: 'minute' })}</time>
                      <p>${text}</p>
                    </li>`,
                )
                .join('')}
            </ol>`
      }
      !${
        customer.notes === ''
          ? ''
          : html`<h2>Notes on the customer</h2>
              <p class="pre">${customer.notes}</p>`
      }`,
  )
}

type Settlement = ReturnType<Books['appliedTo']>[number]

function settlementRow(from: Settlement, invoiceId: string): string {
  const what = 'kind' in from ? from.kind : 'payment'
  const on = 'on' in from ? from.on : from.issuedOn
  const amounts = from.applied.filter((to) => to.invoiceId === invoiceId).map(({ amount }) => amountText(amount))
  return html`<li>${on} · ${what} · ${amounts.join(' + ')}</li>`
}

const changeForms = (here: string, invoice: BookInvoice, balance: Money): string =>
  html`<form method="post" action="${here}/payment" class="card">
      <h2>Record a payment</h2>
      <label
        >Amount in ${balance.currency}
        <input name="amount" inputmode="decimal" required value="${plainAmount(balance)}"
      /></label>
      <button type="submit">Record the payment</button>
    </form>
    <form method="post" action="${here}/due" class="card">
      <h2>Change the due date</h2>
      <label>Due <input type="date" name="due" required value="${invoice.dueOn ?? ''}" /></label>
      <button type="submit" class="quiet">Change</button>
    </form>
    <form method="post" action="${here}/void" class="card">
      <h2>Void this invoice</h2>
      <button type="submit" class="quiet">Void</button>
    </form>`

const plainAmount = (amount: Money): string => decimalOf(amount).toFixed(decimalPlaces(amount.currency))

const amountText = (amount: Money): string =>
  `${decimalOf(amount).toLocaleString('en-GB', { minimumFractionDigits: decimalPlaces(amount.currency) })} ${amount.currency}`

function page(title: string, body: string): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Simulated QuickBooks</title>
        <style>
          !${STYLE}
        </style>
      </head>
      <body>
        <header>Simulated QuickBooks <span>no real data, no real company</span></header>
        <main>
          <h1>${title}</h1>
          !${body}
        </main>
      </body>
    </html>`
}

const STYLE = `
:root { color-scheme: light; --ink: #1d2a33; --pale: #5b6a75; --rule: #d8dfe4; --accent: #2f6f5e; --ground: #f5f7f8 }
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground) }
header { background: var(--accent); color: #fff; padding: .7rem 1rem; font-weight: 600 }
header span { font-weight: 400; opacity: .9; margin-left: .5rem; font-size: .85rem }
main { max-width: 46rem; margin: 1.25rem auto; padding: 1.25rem; background: #fff; border: 1px solid var(--rule); border-radius: 8px }
h1 { font-size: 1.4rem; margin: 0 0 1rem; overflow-wrap: anywhere }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem }
a { color: #1d5fa8 }
small, time { color: var(--pale); font-size: .85rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: 0 }
dt { color: var(--pale) } dd { margin: 0; overflow-wrap: anywhere }
ul.plain, ul.rows, ol.notes { list-style: none; padding: 0; margin: 0 }
ul.rows li { display: flex; flex-wrap: wrap; gap: .2rem .9rem; padding: .5rem 0; border-bottom: 1px solid var(--rule) }
ul.plain li { padding: .3rem 0 }
.amount { margin-left: auto; font-variant-numeric: tabular-nums }
.state { font-size: .8rem; padding: .05rem .5rem; border-radius: 1rem; background: #e6eef6; color: #174a80; align-self: center }
.state.paid { background: #e2f0e8; color: #1c5a3a } .state.void { background: #eee; color: #555 }
ol.notes li { border-left: 3px solid var(--accent); padding: .1rem 0 .1rem .8rem; margin: 0 0 .8rem }
ol.notes p, .pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
form.card { border: 1px solid var(--rule); border-radius: 6px; padding: .2rem 1rem 1rem; margin: 1rem 0 }
label { display: block; margin: .4rem 0 } label.choice { padding: .35rem 0 }
input:not([type=radio]):not([type=hidden]) { font: inherit; padding: .4rem .5rem; border: 1px solid #8b99a3; border-radius: 4px; width: 100%; max-width: 18rem }
fieldset { border: 1px solid var(--rule); border-radius: 6px }
button { font: inherit; padding: .5rem 1.1rem; border: 1px solid var(--accent); border-radius: 5px; background: var(--accent); color: #fff; cursor: pointer }
button.quiet { background: #fff; color: var(--accent) }
.buttons { display: flex; gap: .7rem }
@media (max-width: 30rem) { main { margin: 0; border: 0; border-radius: 0; padding: 1rem } }
`
