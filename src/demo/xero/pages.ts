import { html } from 'ghtml'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Day, isDay } from '../../chase/day.ts'
import { decimalOf, moneyFromDecimal, type Money } from '../../chase/money.ts'
import type { BookInvoice, Books } from '../books.ts'
import { invoicePdf } from '../invoice-pdf.ts'
import { statusOfInvoice } from './shapes.ts'

type Company = { readonly organisationId: string; readonly books: Books }

/** The page on which the person consents: which organisations, and to what. */
export function consentPage(given: {
  asked: Readonly<Record<string, string>>
  companies: readonly Company[]
  user: { readonly name: string; readonly email: string }
  why?: string
}): string {
  const { asked, companies, user, why } = given
  const scopes = (asked['scope'] ?? '').split(' ').filter((scope) => scope !== '')
  const passedOn = Object.entries(asked).filter(([name]) => name !== 'decision' && name !== 'organisation')
  const body = html`
    <h1>Allow access to your organisations?</h1>
    <p>You are signed in as <strong>${user.name}</strong> (${user.email}).</p>
    !${why ? html`<p class="problem" role="alert">${why}</p>` : ''}
    <form method="post" action="/identity/connect/authorize">
      !${passedOn.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
      <fieldset>
        <legend>Organisations</legend>
        !${companies.map(
          ({ organisationId, books }, index) => html`
            <label class="choice">
              <input type="checkbox" name="organisation" value="${organisationId}" !${index === 0 ? 'checked' : ''} />
              ${books.company.name}
            </label>
          `,
        )}
      </fieldset>
      <p>The application asks for:</p>
      <ul>
        !${scopes.map((scope) => html`<li><code>${scope}</code></li>`)}
      </ul>
      <p class="buttons">
        <button name="decision" value="allow">Allow access</button>
        <button name="decision" value="deny" class="quiet">Cancel</button>
      </p>
    </form>
  `
  return page('Allow access', body)
}

export const problemPage = (problem: string): string =>
  page(
    'Something is wrong',
    html`<h1>Sorry, that did not work</h1>
      <p class="problem" role="alert">${problem}</p>`,
  )

/** Adds the pages on which a visitor sees what is in the books, reads the notes, and pays. */
export function installPages(
  app: FastifyInstance,
  options: { readonly companies: readonly Company[]; readonly now: () => Temporal.Instant },
): void {
  const companyOf = (request: FastifyRequest): Company | undefined =>
    options.companies.find(({ organisationId }) => organisationId === (request.params as Where).organisationId)
  const todayAt = ({ books }: Company): Day => {
    const today = options.now().toZonedDateTimeISO(books.company.timeZone).toPlainDate().toString()
    if (!isDay(today)) throw new RangeError(`no day of the calendar: ${today}`)
    return today
  }

  app.get('/', async (_request, reply) => {
    const items = options.companies.map(
      ({ organisationId, books }) =>
        html`<li>
          <a href="/company/${organisationId}/invoices">${books.company.name}</a>, ${books.company.country}
        </li>`,
    )
    return await send(
      reply,
      'Companies',
      html`<h1>Companies</h1>
        <ul>
          !${items}
        </ul>`,
    )
  })

  app.get('/company/:organisationId/invoices', async (request, reply) => {
    const company = companyOf(request)
    if (!company) return await missing(reply)
    const { q = '', page: number = '1' } = request.query as Record<string, string>
    return await send(reply, 'Invoices', invoicesPage(company, todayAt(company), q.trim(), Math.max(1, Number(number) || 1))) // prettier-ignore
  })

  /** A page or deed about one sales invoice; 404 for what is not there. */
  const about = (
    answer: (company: Company, invoice: BookInvoice, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
  ) => async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const company = companyOf(request)
      const invoice = company?.books.invoices.get((request.params as Where).id)
      return company && invoice ? await answer(company, invoice, request, reply) : await missing(reply)
    } // prettier-ignore

  const path = '/company/:organisationId/invoices/:id'
  app.get(
    path,
    about(async (company, invoice, request, reply) => {
      const { said = '' } = request.query as Record<string, string>
      return await send(reply, `Invoice ${invoice.number ?? ''}`, invoicePage(company, invoice, todayAt(company), said))
    }),
  )
  app.get(
    `${path}/pdf`,
    about(async ({ books }, invoice, _request, reply) =>
      reply.type('application/pdf').send(Buffer.from(await invoicePdf(books, invoice.id))),
    ),
  )
  app.post(
    `${path}/pay`,
    about(async (company, invoice, request, reply) => {
      const said = payFrom(company.books, invoice, fieldsOf(request), todayAt(company))
      return await back(reply, company, invoice, said)
    }),
  )
  app.post(
    `${path}/void`,
    about(async (company, invoice, _request, reply) => {
      company.books.updateInvoice(invoice.id, { status: 'void' })
      return await back(reply, company, invoice, 'The invoice is void.')
    }),
  )
  app.post(
    `${path}/due`,
    about(async (company, invoice, request, reply) => {
      const { dueOn = '' } = fieldsOf(request)
      if (!isDay(dueOn)) return await back(reply, company, invoice, 'That is not a day.')
      company.books.updateInvoice(invoice.id, { dueOn })
      return await back(reply, company, invoice, 'The due date is changed.')
    }),
  )
}

type Where = { readonly organisationId: string; readonly id: string }

const fieldsOf = (request: FastifyRequest): Readonly<Record<string, string>> =>
  (request.body ?? {}) as Record<string, string>

/** Records a payment from the form and says what happened. */
function payFrom(books: Books, invoice: BookInvoice, fields: Readonly<Record<string, string>>, today: Day): string {
  const balance = books.balance(invoice.id)
  const amount = Number((fields['amount'] ?? '').replace(',', '.'))
  if (!Number.isFinite(amount) || amount <= 0) return 'That is not an amount.'
  const paid = moneyFromDecimal(amount, balance.currency)
  if (paid.minor > balance.minor) return 'That is more than is due.'
  const { on = today } = fields
  books.pay(invoice.id, isDay(on) ? on : today, paid)
  return `A payment of ${moneyText(paid)} is recorded.`
}

function invoicesPage(company: Company, today: Day, search: string, number: number): string {
  const { books, organisationId } = company
  const wanted = search.toLowerCase()
  const found = [...books.invoices.values()]
    .filter(({ kind, status }) => kind === 'sale' && status !== 'deleted')
    .filter((invoice) => wanted === '' || searchable(books, invoice).includes(wanted))
    .map((invoice) => ({ invoice, due: books.balance(invoice.id).minor > 0 }))
    .sort((one, other) => Number(other.due) - Number(one.due) || ((one.invoice.dueOn ?? '') < (other.invoice.dueOn ?? '') ? -1 : 1)) // prettier-ignore
  const pages = Math.max(1, Math.ceil(found.length / ON_A_PAGE))
  const shown = found.slice((number - 1) * ON_A_PAGE, number * ON_A_PAGE)
  const link = (to: number, text: string): string =>
    html`<a href="?q=${encodeURIComponent(search)}&page=${to}">${text}</a>`
  return html`
    <p><a href="/">Companies</a></p>
    <h1>${books.company.name}: invoices</h1>
    <form method="get" role="search">
      <label>Number or customer <input name="q" value="${search}" /></label> <button>Search</button>
    </form>
    <p>${found.length} invoices, open ones first. Today is ${today}.</p>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th>Number</th>
            <th>Customer</th>
            <th>Due</th>
            <th class="number">Balance</th>
            <th>Status</th>
          </tr>
        </thead>
        <tbody>
          !${shown.map(
            ({ invoice }) => html`
              <tr>
                <td>
                  <a href="/company/${organisationId}/invoices/${invoice.id}">${invoice.number ?? 'no number'}</a>
                </td>
                <td>${books.customer(invoice.customerId).name}</td>
                <td class="day">${invoice.dueOn ?? ''}</td>
                <td class="number">${moneyText(books.balance(invoice.id))}</td>
                <td>!${statusTag(books, invoice, today)}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
    <p class="pages">
      !${number > 1 ? link(number - 1, 'Previous') : ''} Page ${number} of ${pages}
      !${number < pages ? link(number + 1, 'Next') : ''}
    </p>
  `
}

const ON_A_PAGE = 50

const searchable = (books: Books, invoice: BookInvoice): string =>
  `${invoice.number ?? ''} ${books.customer(invoice.customerId).name}`.toLowerCase()

function invoicePage(company: Company, invoice: BookInvoice, today: Day, said: string): string {
  const { books, organisationId } = company
  const here = `/company/${organisationId}/invoices/${invoice.id}`
  const balance = books.balance(invoice.id)
  const notes = books.notesOn(invoice.id).reverse()
  const facts: [string, string][] = [
    ['Customer', books.customer(invoice.customerId).name],
    ['Reference', invoice.reference ?? ''],
    ['Issued', invoice.issuedOn ?? ''],
    ['Due', invoice.dueOn ?? ''],
    ['Expected', invoice.expectedOn ?? ''],
    ['Total', moneyText(invoice.total)],
    ['Balance', moneyText(balance)],
  ]
  const applied = books.appliedTo(invoice.id).map((from) => {
    const minor = from.applied.reduce((sum, part) => sum + (part.invoiceId === invoice.id ? part.amount.minor : 0), 0)
    const [what, on] = 'on' in from ? ['Payment', from.on] : [from.kind, from.issuedOn]
    return html`<tr><td>${what}</td><td class="day">${on}</td><td class="number">${moneyText({ ...balance, minor })}</td></tr>` // prettier-ignore
  })
  const open = invoice.kind === 'sale' && invoice.status === 'approved' && balance.minor > 0
  return html`
    <p><a href="/">Companies</a> / <a href="/company/${organisationId}/invoices">${books.company.name}</a></p>
    <h1>Invoice ${invoice.number ?? 'without a number'} !${statusTag(books, invoice, today)}</h1>
    !${said ? html`<p class="said" role="status">${said}</p>` : ''}
    <dl>
      !${facts
        .filter(([, fact]) => fact !== '')
        .map(
          ([name, fact]) =>
            html`<dt>${name}</dt>
              <dd>${fact}</dd>`,
        )}
    </dl>
    <p><a href="${here}/pdf">PDF of the invoice</a></p>
    !${open ? deeds(here, invoice, balance, today) : ''}
    <h2>Payments and credits</h2>
    !${
      applied.length > 0
        ? html`<table>
            <tbody>
              !${applied}
            </tbody>
          </table>`
        : html`<p>None yet.</p>`
    }
    <h2>History and notes</h2>
    !${
      notes.length > 0
        ? html`<ol class="notes">!${notes.map(({ at, text }) => html`<li><time>${at.toString().slice(0, 16).replace('T', ' ')} UTC</time> <span>System Generated</span><p>${text}</p></li>`)}</ol>` // prettier-ignore
        : html`<p>None yet.</p>`
    }
  `
}

const deeds = (here: string, invoice: BookInvoice, balance: Money, today: Day): string => html`
  <section class="deeds">
    <form method="post" action="${here}/pay">
      <h2>Record a payment</h2>
      <label
        >Amount in ${balance.currency} <input name="amount" inputmode="decimal" value="${decimalOf(balance)}"
      /></label>
      <label>On <input name="on" type="date" value="${today}" /></label>
      <button>Record the payment</button>
    </form>
    <form method="post" action="${here}/due">
      <h2>Change the due date</h2>
      <label>Due on <input name="dueOn" type="date" value="${invoice.dueOn ?? ''}" /></label>
      <button class="quiet">Change it</button>
    </form>
    <form method="post" action="${here}/void">
      <h2>Void</h2>
      <button class="quiet">Void this invoice</button>
    </form>
  </section>
`

function statusTag(books: Books, invoice: BookInvoice, today: Day): string {
  const status = statusOfInvoice(books, invoice)
  const overdue = status === 'AUTHORISED' && invoice.dueOn !== null && invoice.dueOn < today
  const words = { DRAFT: 'Draft', AUTHORISED: 'Awaiting payment', PAID: 'Paid', VOIDED: 'Void', DELETED: 'Deleted' }
  return html`<span class="tag ${overdue ? 'overdue' : status.toLowerCase()}">${overdue ? 'Overdue' : words[status]}</span>` // prettier-ignore
}

const moneyText = (amount: Money): string =>
  new Intl.NumberFormat('en-GB', { style: 'currency', currency: amount.currency }).format(decimalOf(amount))

const back = (reply: FastifyReply, { organisationId }: Company, { id }: BookInvoice, said: string) =>
  reply.redirect(`/company/${organisationId}/invoices/${id}?said=${encodeURIComponent(said)}`, 303)

const missing = (reply: FastifyReply): FastifyReply =>
  reply.code(404).type('text/html; charset=utf-8').send(problemPage('There is no such page here.'))

const send = (reply: FastifyReply, title: string, body: string): FastifyReply =>
  reply.type('text/html; charset=utf-8').send(page(title, body))

const page = (title: string, body: string): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Simulated Xero</title>
        <style>
          !${STYLE}
        </style>
      </head>
      <body>
        <header><strong>Simulated Xero</strong> <span>no real data, not connected with Xero Limited</span></header>
        <main>!${body}</main>
      </body>
    </html>`

const STYLE = `
  :root { color-scheme: light dark; --line: #8886; --accent: #2f5d50; }
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
  header { padding: .6rem 1rem; background: var(--accent); color: #fff; }
  header span { opacity: .85; font-size: .85rem; }
  main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
  h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 1.2rem 0 .4rem; }
  table { border-collapse: collapse; width: 100%; } .wide { overflow-x: auto; }
  th, td { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
  .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; } .day { white-space: nowrap; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { opacity: .7; } dd { margin: 0; }
  .tag { font-size: .8rem; font-weight: 600; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .5rem; white-space: nowrap; }
  .overdue { color: #b3261e; } .paid { color: #2e7d32; }
  @media (max-width: 40rem) {
    .wide thead { display: none; } .wide td { border: 0; padding: 0 .2rem; }
    .wide tr { display: grid; grid-template-columns: 1fr auto; padding: .5rem 0; border-bottom: 1px solid var(--line); }
    .wide td:nth-child(2) { grid-row: 2; grid-column: 1 / 3; } .wide td:nth-child(3) { text-align: right; }
    .wide .number { text-align: left; }
  }
  .deeds { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0; }
  .deeds form { border: 1px solid var(--line); border-radius: .5rem; padding: 0 1rem 1rem; }
  label { display: block; margin: .3rem 0; } input { font: inherit; max-width: 100%; padding: .25rem; }
  .choice { padding: .3rem 0; } fieldset { border: 1px solid var(--line); border-radius: .5rem; }
  button { font: inherit; padding: .45rem 1rem; border-radius: .4rem; border: 1px solid var(--accent); background: var(--accent); color: #fff; }
  button.quiet { background: transparent; color: inherit; border-color: var(--line); }
  .notes { padding-left: 1.2rem; } .notes p { margin: .1rem 0 .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
  .notes time, .notes span { font-size: .85rem; opacity: .75; }
  .said { border-left: 4px solid var(--accent); padding: .4rem .8rem; } .problem { border-left: 4px solid #b3261e; padding: .4rem .8rem; }
`
